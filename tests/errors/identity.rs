//! Nothing that could identify a person is recorded or repeated, wherever it stands in a file.

use super::refuses;
use crate::support::{Desk, Run};

/// Import a patient with one more line in the file.
#[track_caller]
fn refuses_line(line: &str) -> Run {
    let desk = Desk::with_registry();
    let case = "[report]\nkey = \"ward\"\nkind = \"case report\"\n[[patient]]\n";
    desk.write("ward.toml", format!("{case}{line}\n"));
    refuses(&desk, 1, "import ward.toml").never_says("Zhang").never_says("Wei")
}

#[test]
fn an_identifying_field() {
    shows!(refuses_line("label = \"1\"\nname = \"Zhang Wei\"").says("identify a person"));
}

#[test]
fn identifying_fields_by_their_many_names() {
    for field in
        ["Name", "e-mail", "E-Mail", "phone", "address", "record-number", "initials", "MRN"]
    {
        let run = refuses_line(&format!("label = \"1\"\n\"{field}\" = \"Zhang Wei\""));
        assert!(run.stderr.contains("identify a person"), "{run}");
    }
    for field in ["patient name", "full_name", "姓名", "date_of_birth", "passport"] {
        refuses_line(&format!("label = \"1\"\n\"{field}\" = \"Zhang Wei\""));
    }
}

/// Somebody forgot the quotes: the place is enough to find it.
#[test]
fn a_name_in_broken_toml() {
    shows!(refuses_line("label = \"1\"\nname = Zhang Wei"));
}

#[test]
fn a_name_in_broken_json() {
    let desk = Desk::with_registry();
    desk.write("ward.json", r#"{"report": {"key": "w", "name": "Zhang Wei", }}"#);
    shows!(refuses(&desk, 1, "import ward.json").never_says("Zhang"));
}

/// What is no pseudonym is likely to be a name.
#[test]
fn a_name_for_a_label() {
    shows!(refuses_line("label = \"Zhang Wei\"\nsex = \"femal\""));
}
