//! `casebook import` of an export of REDCap with its dictionary.

use crate::support::{Desk, packed, utf16};

const DICTIONARY: &str = "\"Variable / Field Name\",\"Form Name\",\"Field Type\",\"Field Label\",\
    \"Choices, Calculations, OR Slider Labels\",\"Field Note\",\
    \"Text Validation Type OR Show Slider Number\",Identifier?\n\
    record_id,base,text,\"Record ID\",,,,\n\
    sex,base,radio,Gender,\"0, Female | 1, Male\",,,\n\
    age,base,text,\"Age (years)\",,,integer,\n\
    smoker,base,yesno,Smoker,,,,\n\
    first_name,base,text,\"First name\",,,,y\n\
    hba1c,labs,text,\"HbA1c (%)\",,,number,\n\
    fpg,labs,text,\"Fasting glucose\",,mmol/L,number,\n\
    comments,labs,notes,Comments,,,,\n";

const DATA: &str = "record_id,redcap_event_name,first_name,sex,age,smoker,hba1c,fpg,comments,labs_complete\n\
    101,w0_arm_1,,0,53,1,9.1,8.8,,2\n\
    101,w4_arm_1,,,,,8.0,-99,seen,2\n\
    102,w0_arm_1,,1,61,0,8.4,7.9,,2\n";

const MAP: &str = "[columns]\nfirst_name = \"ignore\"\n\
    smoker = { attribute = \"smoking\" }\n\n[values]\n-99 = \"not done\"\n\n[events]\nw4_arm_1 = 29\n";

#[test]
fn an_export_comes_in_whole_and_a_second_time_adds_nothing() {
    let desk = Desk::with_registry();
    desk.write("data.csv", DATA);
    desk.write("dictionary.csv", DICTIONARY);
    desk.write("map.toml", MAP);
    let import = "import data.csv --dictionary dictionary.csv --map map.toml --report ward-7 \
        --report-kind \"case series\"";
    shows!(
        desk.run(&format!("{import} --dry-run")).ok(),
        desk.run(import).ok(),
        desk.run(import).ok(),
        desk.run("verify").ok(),
        desk.run("show ward-7/101").ok(),
        desk.run("summary change --analyte HbA1c --format csv").ok(),
    );
}

/// The same as `DATA`, as REDCap exports it under labels.
const LABELLED: &str = "Record ID,Event Name,First name,Gender,Age (years),Smoker,HbA1c (%),Fasting glucose,\
    Comments,Complete?\n\
    101,W0,,Female,53,Yes,9.1,8.8,,Complete\n\
    101,W4,,,,,8.0,-99,seen,Complete\n\
    102,W0,,Male,61,No,8.4,7.9,,Complete\n";

#[test]
fn an_export_under_labels_is_the_same_as_raw_data() {
    let import = |data: &str, event: &str| {
        let desk = Desk::with_registry();
        desk.write("data.csv", data);
        desk.write("dictionary.csv", DICTIONARY);
        desk.write("map.toml", MAP.replace("w4_arm_1", event));
        let run = desk.run(
            "import data.csv --dictionary dictionary.csv --map map.toml --report ward-7 --report-kind \
             \"case series\"",
        );
        (run.ok(), desk.run("show ward-7/101 --format json").ok().stdout)
    };
    let (run, labelled) = import(LABELLED, "W4");
    assert_eq!(labelled, import(DATA, "w4_arm_1").1);
    shows!(run);
}

#[test]
fn data_and_dictionary_are_read_in_any_encoding_packed_or_not() {
    let dictionary = DICTIONARY.replace("Comments", "Kommentar der Ärztin, µ").replace(',', ";");
    let listed = |data: (&str, &[u8]), dictionary: &[u8]| {
        let desk = Desk::with_registry();
        desk.write(data.0, data.1);
        desk.write("dictionary.csv", dictionary);
        desk.write("map.toml", MAP);
        let import =
            "--dictionary dictionary.csv --map map.toml --report w --report-kind \"case series\"";
        desk.run(&format!("import {} {import}", data.0)).ok();
        desk.run("measurement list w/101 --format csv").ok().stdout
    };
    let dictionary = dictionary.replace("0; Female | 1; Male", "0, Female | 1, Male");
    let utf8 = listed(("data.csv", DATA.as_bytes()), dictionary.as_bytes());
    assert_eq!(utf8.lines().count(), 5, "{utf8}");
    assert_eq!(listed(("data.csv", &utf16(DATA)), &utf16(&dictionary)), utf8);
    let windows = &*encoding_rs::WINDOWS_1252.encode(&dictionary).0;
    assert_eq!(listed(("data.csv.gz", &packed(DATA)), windows), utf8);
}

#[test]
fn a_first_map_is_proposed_from_the_dictionary_and_can_be_used() {
    let desk = Desk::with_registry();
    let choices = "meds,labs,checkbox,Drugs,\"1, Statin | 2, Aspirin\",,,\nscore,labs,calc,Score,,,,\n\
        tc,labs,text,Cholesterol,,,number,\n";
    desk.write("dictionary.csv", format!("{DICTIONARY}{choices}"));
    let more = [",meds___1,score,tc", ",1,3,5.1", ",0,,", ",0,,"];
    let data = DATA.replace("-99", "").replace("w4_arm_1", "screening_arm_1");
    let lines = data.lines().zip(more).map(|(line, more)| format!("{line}{more}\n"));
    desk.write("data.csv", lines.collect::<String>());
    let registry = desk.bytes("casebook.db");
    let run = desk.run("import data.csv --dictionary dictionary.csv --propose-map map.toml").ok();
    assert_eq!(desk.bytes("casebook.db"), registry, "a proposal changes nothing");
    let map = desk.text("map.toml");
    assert!(!map.contains("seen"), "texts of cells are not shown: {map}");
    shows!(run);
    insta::assert_snapshot!("a_first_map_of_an_export", map);

    // It says what is taken without it, and leaves out what identifies a person.
    let import =
        "--dictionary dictionary.csv --report w --report-kind \"case series\" --map map.toml";
    desk.run(&format!("import data.csv {import}")).ok();
    desk.run("measurement list w/101 --format csv").ok();
}
