//! Many problems at once: one block for each cause, all of them in a file on request.

use super::refuses;
use crate::support::Desk;
use std::fmt::Write as _;

/// A case of so many patients, each with these values at W0.
fn case(patients: usize, values: impl Fn(usize) -> String) -> String {
    let mut text = "[report]\nkey = \"b-2025\"\nkind = \"case series\"\n".to_owned();
    for at in 1..=patients {
        let _ = write!(
            text,
            "[[patient]]\nlabel = \"{at}\"\n[[patient.visit]]\nlabel = \"W0\"\nvalues = [{}]\n",
            values(at)
        );
    }
    text
}

#[test]
fn three_thousand_of_one_cause() {
    let desk = Desk::small();
    desk.write("many.toml", case(3000, |at| format!("\"HbA1c={},{} %\"", 5 + at % 4, at % 10)));
    let run = refuses(&desk, 1, "import many.toml");
    shows!(run.says("3,000 problems").says("and 2,997 more"));
}

#[test]
fn two_hundred_of_five_causes() {
    let desk = Desk::small();
    let value = |at: usize| match at % 5 {
        0 => "\"HbA1c=7,1 %\"",
        1 => "\"Hb1Ac=7.1 %\"",
        2 => "\"FPG=7.1 mg\"",
        3 => "\"ALT=good\"",
        _ => "\"FPG=126 mmol/L\"",
    };
    desk.write("many.toml", case(200, |at| value(at).to_owned()));
    shows!(refuses(&desk, 1, "import many.toml").says("200 problems"));
}

#[test]
fn three_different_ones() {
    let desk = Desk::small();
    let values = ["\"HbA1c=7,1 %\"", "\"ALT=good\"", "\"FPG=126 mmol/L\""];
    desk.write("three.toml", case(3, |at| values[at - 1].to_owned()));
    let run = refuses(&desk, 1, "import three.toml");
    shows!(run.never_says("times").never_says("--problems"));
}

#[test]
fn more_causes_than_a_screen_holds() {
    let desk = Desk::small();
    desk.write("many.toml", case(60, |at| format!("\"word{}=7 %\"", "x".repeat(at))));
    let run = refuses(&desk, 1, "import many.toml");
    run.says("60 problems").says("--problems");
}

#[test]
fn many_questions() {
    let desk = Desk::small();
    desk.write("high.toml", case(20, |at| format!("\"HbA1c=17.{} %\"", at % 10)));
    shows!(refuses(&desk, 1, "import high.toml").says("20 questions").says("20 times"));
}

/// Written although the import is refused, one row a problem, no text a formula.
#[test]
fn every_problem_in_a_file() {
    let desk = Desk::small();
    desk.write("many.toml", case(120, |_| "\"HbA1c==7 %\"".to_owned()));
    let run = desk.run("import many.toml --problems problems.csv");
    assert_eq!(run.code, Some(1), "{run}");
    let text = desk.text("problems.csv");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("file,sheet,row,line,column,level,what,found,expected,mend"));
    assert_eq!(lines.clone().count(), 120);
    assert!(text.contains("'=7"), "guarded: {text}");
    let json = desk.run("import many.toml --problems problems.json");
    assert_eq!(json.code, Some(1));
    assert!(desk.text("problems.json").contains("\"line\""));
}

#[test]
fn a_file_for_problems_that_is_a_file_to_read_or_the_registry() {
    let desk = Desk::small();
    desk.write("a.toml", case(1, |_| "\"HbA1c=7 %\"".to_owned()));
    shows!(refuses(&desk, 1, "import a.toml --problems a.toml"));
    shows!(refuses(&desk, 1, "import a.toml --problems casebook.db"));
}

#[test]
fn standard_input_without_a_format() {
    shows!(refuses(&Desk::small(), 2, "import -").says("--as"));
}

#[test]
fn a_folder_with_nothing_to_import() {
    let desk = Desk::small();
    std::fs::create_dir(desk.path("ward")).expect("a folder");
    desk.write("ward/notes.docx", "x");
    shows!(refuses(&desk, 1, "import ward"));
}
