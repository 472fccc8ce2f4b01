use super::*;
use crate::domain::Schedule;
use proptest::prelude::*;

const DICTIONARY: &str = "Variable / Field Name,Form Name,Field Type,Field Label,\"Choices, Calculations, OR Slider Labels\",Field Note,Text Validation Type OR Show Slider Number,Identifier?\n\
    record_id,base,text,Record ID,,,,\n\
    sex,base,radio,Gender,\"0, Female | 1, Male\",,,\n\
    age,base,text,Age (years),,,integer,\n\
    smoker,base,yesno,Smoker,,,,\n\
    arm_of,base,dropdown,Arm,\"1, Control | 2, MSC\",,,\n\
    fn1,base,text,First contact,,,,y\n\
    hba1c,labs,text,HbA1c (%),,,number,\n\
    fpg,labs,text,FPG,,mmol/L,number,\n\
    tc,labs,text,Total cholesterol,,,number,\n\
    score,labs,calc,Score,,,,\n\
    meds,base,checkbox,Drugs,\"1, Statin | 2, Aspirin\",,,\n";

fn read(data: &str, map: &str) -> Reading {
    let schedule = Schedule::default();
    let how = How { report: Some("ward".to_owned()), ..How::new(&schedule) };
    let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    let (dictionary, map) = (file("dictionary.csv", DICTIONARY), file("map.toml", map));
    read_export(("data.csv", data.as_bytes()), Some(&dictionary), Some(&map), &how)
}

fn told(reading: &Reading) -> Vec<String> {
    let problems = reading.problems.iter();
    problems.map(|one| format!("{} {}: {}", one.place, one.what, one.mismatch)).collect()
}

const DATA: &str = "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,sex,age,smoker,hba1c,fpg,tc,score,labs_complete\n\
    101,w0_arm_1,,,0,53,1,9.1,7.0,5,3,2\n\
    101,w4_arm_1,,,,,,8.0,,,,2\n\
    101,w4_arm_1,labs,2,,,,8.1,,,,2\n";

#[test]
fn a_time_of_day_is_left_out_and_counted() {
    let map = "[fields]\nfn1 = \"ignore\"\ntc = \"patient enrolment_date\"\n";
    let reading = read("record_id,tc\n101,2024-03-05 14:20\n102,2024-03-06\n", map);
    assert_eq!(told(&reading), [""; 0]);
    let patient = reading.records.patients[0].patient.as_ref().expect("a patient");
    assert_eq!(
        patient.enrolment_date.as_ref().map(ToString::to_string).as_deref(),
        Some("2024-03-05")
    );
    let timed = reading.ignored.iter().find(|one| one.what == "enrolment date, time of day");
    assert_eq!(timed.map(|one| one.count), Some(1));
}

#[test]
fn events_are_visits_codes_are_labels_and_units_come_from_the_dictionary() {
    let reading = read(DATA, "[events]\nw4_arm_1 = 29\n");
    assert_eq!(told(&reading), [""; 0]);
    let records = &reading.records.patients[0];
    let patient = records.patient.as_ref().expect("a patient");
    assert_eq!(
        (patient.key.as_str(), patient.sex, patient.age_years),
        ("ward/101", Some(Sex::Female), Some(53.0))
    );
    let visits: Vec<_> = records
        .visits
        .iter()
        .map(|one| {
            (
                one.visit.record.label.as_str(),
                one.visit.record.day.map(|day| day.0),
                one.measurements.len(),
            )
        })
        .collect();
    assert_eq!(visits, [("w0", Some(0), 2), ("w4", Some(29), 1), ("w4, labs 2", Some(29), 1)]);
    assert_eq!(records.visits[0].measurements[1].record.reading.text(), "7.0 mmol/L");
    let why = |what: &str| {
        reading.ignored.iter().find(|one| one.what == what).map(|one| one.why.as_str())
    };
    assert!(why("field tc").is_some_and(|why| why.contains("unit")));
    assert!(why("field score").is_some_and(|why| why.contains("calculated")));
    assert!(why("field smoker").is_some_and(|why| why.contains("attribute")));
    assert_eq!(why("field labs_complete"), Some("the state of a form"));
}

#[test]
fn the_map_names_units_attributes_and_what_is_missing() {
    let data = "record_id,smoker,arm_of,tc,age\n1,1,2,5.1,-99\n2,0,1,-99,60\n";
    let map = "missing = [\"-99\"]\n[fields]\ntc = \"analyte TC, mmol/L\"\nsmoker = \"attribute smoking\"\n\
        arm_of = \"attribute arm\"\n";
    let reading = read(data, map);
    assert_eq!(told(&reading), [""; 0]);
    let declared: Vec<_> = reading
        .records
        .attributes
        .iter()
        .map(|one| (one.record.key.as_str(), one.record.kind))
        .collect();
    assert_eq!(declared, [("smoking", AttributeKind::YesNo), ("arm", AttributeKind::Category)]);
    let given: Vec<_> =
        reading.records.patients[0].attributes.iter().map(|one| one.record.text.as_str()).collect();
    assert_eq!(given, ["yes", "MSC"]);
    assert_eq!(reading.records.patients[1].visits.len(), 0, "what is missing makes no visit");
}

#[test]
fn what_identifies_a_person_is_refused_until_the_map_leaves_it_out() {
    let data = "record_id,fn1,email,sex\n1,Anna,a@example.org,0\n";
    let refused = told(&read(data, ""));
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(refused.iter().all(|one| !one.contains("Anna") && !one.contains('@')), "{refused:?}");
    assert!(refused[1].contains("fn1 = \"ignore\""), "{refused:?}");
    let map = "[fields]\nfn1 = \"ignore\"\nemail = \"ignore\"\n";
    assert_eq!(told(&read(data, map)), [""; 0], "the advice helps");
    assert_eq!(
        told(&read("record_id,fn1,sex\n1,Anna,0\n", "[fields]\nfn1 = \"ignore\"\n")),
        [""; 0]
    );
    let told = told(&read("record_id,sex\nAnna Example,0\n", ""));
    assert!(told.len() == 1 && !told[0].contains("Anna"), "{told:?}");
}

#[test]
fn an_unknown_code_or_a_contradiction_is_named() {
    let told = told(&read("record_id,sex,age\n1,7,53\n1,0,54\n", ""));
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("row 2, column \"sex\"") && told[0].contains("missing ="), "{told:?}");
    assert!(told[1].contains("another row says: 53"), "{told:?}");
}

#[test]
fn a_ticked_box_is_a_yes_an_empty_one_says_nothing_and_arms_are_kept() {
    let data = "record_id,redcap_event_name,meds___1,meds___2\n1,w0_arm_1,1,0\n2,w0_arm_2,0,0\n";
    let reading = read(data, "[fields]\nmeds___1 = \"attribute statin\"\n");
    assert_eq!(told(&reading), [""; 0]);
    let given = |at: usize| {
        let given = reading.records.patients[at].attributes.iter();
        given.map(|one| format!("{} {}", one.record.key, one.record.text)).collect::<Vec<_>>()
    };
    assert_eq!(given(0), ["arm arm 1", "statin yes"]);
    assert_eq!(given(1), ["arm arm 2"]);
    let told = told(&read(data, "[fields]\nmeds = \"attribute statin\"\n"));
    assert!(told[0].contains("each choice of a checkbox by itself"), "{told:?}");
}

proptest! {
    #[test]
    fn no_pair_panics(
        data in "(record_id|sex|hba1c|fn1|redcap_event_name|,|\n|[ -~]){0,60}",
        dictionary in "(Variable / Field Name|Field Type|radio|,|\n|[ -~]){0,60}",
    ) {
        read(&data, "");
        let schedule = Schedule::default();
        let how = How { report: Some("ward".to_owned()), decimal_comma: true, ..How::new(&schedule) };
        read_redcap_text(&data, &dictionary, &how);
    }
}
