use super::*;
use crate::domain::{AttributeKind, Schedule, Sex};
use crate::import::map::read_map;
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
    let file = |name: &str, text: &str| Source::bytes(name, text.as_bytes());
    let read = read_map("map.toml", map, known_of(&how), MapOf::Redcap).and_then(|map| {
        let dictionary = file("dictionary.csv", DICTIONARY);
        Export::open(&file("data.csv", data), Some(&dictionary), map).expect("bytes")
    });
    reading_of(read, &how)
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
    let map = "[columns]\nfn1 = \"ignore\"\ntc = \"enrolment date\"\n";
    let reading = read("record_id,tc\n101,2024-03-05 14:20\n102,2024-03-06\n", map);
    assert_eq!(told(&reading), [""; 0]);
    let patient = reading.records.patients[0].patient.as_ref().expect("a patient");
    assert_eq!(
        patient.enrolment_date.as_ref().map(ToString::to_string).as_deref(),
        Some("2024-03-05")
    );
    let timed = reading.ignored.iter().find(|one| one.what == "column \"tc\", time of day");
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
    assert_eq!(visits, [("W0", Some(0), 2), ("W4", Some(29), 1), ("W4, labs 2", Some(29), 1)]);
    assert_eq!(records.visits[0].measurements[1].record.reading.text(), "7.0 mmol/L");
    let why = |what: &str| {
        reading.ignored.iter().find(|one| one.what == what).map(|one| one.why.as_str())
    };
    assert!(why("column \"tc\"").is_some_and(|why| why.contains("unit")));
    assert!(why("column \"score\"").is_some_and(|why| why.contains("calculated")));
    assert!(why("column \"smoker\"").is_some_and(|why| why.contains("attribute")));
    assert_eq!(why("column \"labs_complete\""), Some("the state of a form"));
}

#[test]
fn an_export_under_labels_says_the_same() {
    let raw = "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,sex,age,smoker,\
        meds___1,meds___2,hba1c,fpg,base_complete,labs_complete\n\
        101,w0_arm_1,,,0,53,1,1,0,9.1,7.0,2,2\n102,w4_arm_2,labs,2,1,61,0,0,0,8.0,,2,0\n";
    let labelled = "Record ID,Event Name,Repeat Instrument,Repeat Instance,Gender,Age (years),Smoker,\
        Drugs (choice=Statin),Drugs (choice=Aspirin),HbA1c (%),FPG,Complete?,Complete?\n\
        101,W0 (Arm 1: Control),,,Female,53,Yes,Checked,Unchecked,9.1,7.0,Complete,Complete\n\
        102,W4 (Arm 2: MSC),labs,2,Male,61,No,Unchecked,Unchecked,8.0,,Complete,Incomplete\n";
    let map =
        "[columns]\nsmoker = { attribute = \"smoking\" }\nmeds___1 = { attribute = \"statin\" }\n";
    let [raw, labelled] = [raw, labelled].map(|data| read(data, map));
    assert_eq!(told(&labelled), [""; 0]);
    let said = |reading: &Reading| {
        let plain = |one: &crate::domain::PatientRecords| {
            let visits = one.visits.iter().map(|visit| {
                let values = visit.measurements.iter().map(|one| one.record.reading.text());
                (visit.visit.record.clone(), values.collect::<Vec<_>>())
            });
            let given: Vec<_> = one.attributes.iter().map(|one| one.record.clone()).collect();
            (one.patient.clone(), visits.collect::<Vec<_>>(), given)
        };
        reading.records.patients.iter().map(plain).collect::<Vec<_>>()
    };
    assert_eq!(said(&labelled), said(&raw));
    assert_eq!(said(&raw)[1].1[0].0.label, "W4, labs 2");
    let place = &labelled.records.patients[0].visits[0].measurements[0].place;
    assert_eq!(place.to_string(), "data.csv, row 2, column \"HbA1c (%)\"", "as the file has it");
}

#[test]
fn labels_that_several_fields_have_are_refused_and_raw_data_asked_for() {
    let dictionary = "field_name,form_name,field_type,field_label,select_choices_or_calculations\n\
        id,f,text,Study no.,\na,f,text,HbA1c (%),\nb,g,text,<b>HbA1c</b> (%),\n\
        arm,f,radio,Arm,\"1, 2 | 2, 1\"\nsex,f,radio,Sex,\"0, Female | 1, Male\"\n";
    let schedule = Schedule::default();
    let how = How { report: Some("ward".to_owned()), ..How::new(&schedule) };
    let data = "Study no.,HbA1c (%),Arm,Sex\n1,9.1,2,Female\n";
    let reading = read_redcap_text(data, dictionary, &how);
    let told = told(&reading);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("one field, not of a and b"), "{told:?}");
    assert!(
        told[1].contains("column \"Arm\"") && told[1].contains("the label 1 of code 2"),
        "{told:?}"
    );
    assert!(told.iter().all(|one| one.contains("export raw data")), "{told:?}");
    assert_eq!(reading.records.patients, []);
    // What they are called is no matter where the names stand in the headings.
    let raw = read_redcap_text("id,a,arm,sex\n1,9.1,2,0\n", dictionary, &how);
    assert!(raw.problems.iter().all(|one| one.what != "label"), "{:?}", raw.problems);
}

#[test]
fn the_map_names_units_attributes_and_what_is_missing() {
    let data = "record_id,smoker,arm_of,tc,age\n1,1,2,5.1,-99\n2,0,1,-99,60\n";
    let map = "[columns]\ntc = \"TC (mmol/L)\"\nsmoker = { attribute = \"smoking\" }\n\
        arm_of = { attribute = \"arm\", values = { Control = \"no cells\" } }\n[values]\n-99 = \"\"\n";
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
    assert_eq!(reading.records.attributes[1].record.values, ["no cells", "MSC"]);
    assert_eq!(reading.records.patients[1].attributes[1].record.text, "no cells");
    assert_eq!(reading.records.patients[1].visits.len(), 0, "what is missing makes no visit");
}

#[test]
fn what_identifies_a_person_is_refused_until_the_map_leaves_it_out() {
    let data = "record_id,fn1,email,sex\n1,Anna,a@example.org,0\n";
    let refused = told(&read(data, ""));
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(refused.iter().all(|one| !one.contains("Anna") && !one.contains('@')), "{refused:?}");
    assert!(refused[0].contains("under [columns], fn1 = \"ignore\""), "{refused:?}");
    let map = "[columns]\nfn1 = \"ignore\"\nemail = \"ignore\"\n";
    assert_eq!(told(&read(data, map)), [""; 0], "the advice helps");
    assert_eq!(
        told(&read("record_id,fn1,sex\n1,Anna,0\n", "[columns]\nfn1 = \"ignore\"\n")),
        [""; 0]
    );
    let told = told(&read("record_id,sex\nAnna Example,0\n", ""));
    assert!(told.len() == 1 && !told[0].contains("Anna"), "{told:?}");
}

#[test]
fn an_unknown_code_or_a_contradiction_is_named() {
    let told = told(&read("record_id,sex,age\n1,7,53\n1,0,54\n", ""));
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].contains("row 2, column \"sex\"") && told[0].contains("\"7\" = \"not done\""),
        "{told:?}"
    );
    assert!(told[1].contains("another row says: 53"), "{told:?}");
}

#[test]
fn a_ticked_box_is_a_yes_an_empty_one_says_nothing_and_arms_are_kept() {
    let data = "record_id,redcap_event_name,meds___1,meds___2\n1,w0_arm_1,1,0\n2,w0_arm_2,0,0\n";
    let reading = read(data, "[columns]\nmeds___1 = { attribute = \"statin\" }\n");
    assert_eq!(told(&reading), [""; 0]);
    let given = |at: usize| {
        let given = reading.records.patients[at].attributes.iter();
        given.map(|one| format!("{} {}", one.record.key, one.record.text)).collect::<Vec<_>>()
    };
    assert_eq!(given(0), ["statin yes", "arm arm 1"]);
    assert_eq!(given(1), ["arm arm 2"]);
    let told = told(&read(data, "[columns]\nmeds = { attribute = \"statin\" }\n"));
    assert!(told[0].contains("each choice of a checkbox by itself"), "{told:?}");
}

#[test]
fn dates_of_visits_are_fields_and_count_from_the_one_of_day_0() {
    let data = "record_id,redcap_event_name,fn1,age,hba1c\n\
        1,base_arm_1,2024-03-01,2024-03-01,9.1\n1,later_arm_1,2024-03-29,,8.0\n";
    let map =
        "[columns]\nfn1 = \"ignore\"\nage = \"date of day 0\"\n[events]\nlater_arm_1 = \"W4\"\n";
    let visits = |map: &str| {
        let reading = read(data, map);
        assert_eq!(told(&reading), [""; 0]);
        let visits = reading.records.patients[0].visits.iter();
        visits
            .map(|one| (one.visit.record.label.clone(), one.visit.record.day.map(|day| day.0)))
            .collect::<Vec<_>>()
    };
    assert_eq!(visits(map), [("base".to_owned(), None), ("W4".to_owned(), Some(28))]);
    let data = data.replace("fn1", "seen");
    let map = "[columns]\nseen = \"date\"\nage = \"date of day 0\"\n[events]\nlater_arm_1 = 27\n";
    let reading = read(&data, map);
    assert_eq!(told(&reading), [""; 0]);
    let days: Vec<_> = reading.records.patients[0]
        .visits
        .iter()
        .map(|one| one.visit.record.day.map(|day| day.0))
        .collect();
    assert_eq!(
        days,
        [Some(0), Some(28)],
        "the day of an event is planned, dates are what happened"
    );
}

#[test]
fn another_field_may_be_the_patient_and_a_date_of_birth_gives_a_year() {
    let data = "record_id,score,redcap_event_name,fn1,hba1c\n\
        1,P07,w0_arm_1,1970-05-06,9.1\n1,,w4_arm_1,,8.0\n2,P08,w0_arm_1,06/05/70,7\n";
    let map = "[columns]\nscore = \"patient\"\nfn1 = \"birth year\"\n";
    let reading = read(data, map);
    let patient = &reading.records.patients[0];
    assert_eq!((patient.key.record.as_str(), patient.visits.len()), ("ward/P07", 2));
    assert_eq!(patient.patient.as_ref().and_then(|patient| patient.birth_year), Some(1970));
    let told = told(&reading);
    assert!(told.len() == 1 && !told[0].contains("06/05"), "{told:?}");
    assert!(told[0].contains("row 4, column \"fn1\""), "{told:?}");
}

#[test]
fn values_are_read_as_in_any_table() {
    let data = "record_id,hba1c,fpg,tc\n1,<4.0,not done,\"5,2\"\n2,NI,7.0,5\n";
    let map = "[file]\ndecimal_comma = true\n[constants]\nvisit = \"W0\"\nday = -1\n[values]\nNI = \"not reported\"\n\
        [units]\ntc = \"mmol/L\"\n";
    let data = data.replace("4.0", "\"4,0\"").replace("7.0", "\"7,0\"");
    let data = data.replace("<\"4,0\"", "\"<4,0\"");
    let reading = read(&data, map);
    assert_eq!(told(&reading), [""; 0]);
    let texts = |at: usize| {
        let visit = &reading.records.patients[at].visits[0];
        let record = &visit.visit.record;
        assert_eq!((record.label.as_str(), record.day.map(|day| day.0)), ("W0", Some(-1)));
        visit.measurements.iter().map(|one| one.record.reading.text()).collect::<Vec<_>>()
    };
    assert_eq!(texts(0), ["<4.0 %", "not done", "5.2 mmol/L"]);
    assert_eq!(texts(1), ["not reported", "7.0 mmol/L", "5 mmol/L"]);
}

#[test]
fn an_instrument_that_repeats_may_be_a_table_of_results() {
    let data = "record_id,redcap_repeat_instrument,redcap_repeat_instance,score,tc,fpg,age\n\
        1,,,,,,53\n1,labs,1,HbA1c,9.1,%,\n1,labs,2,ALT,<5,U/L,\n";
    let map = "[columns]\nscore = \"analyte\"\ntc = \"value\"\nfpg = \"unit\"\n";
    let reading = read(data, map);
    assert_eq!(told(&reading), [""; 0]);
    let visits: Vec<_> = reading.records.patients[0]
        .visits
        .iter()
        .map(|one| (one.visit.record.label.as_str(), one.measurements[0].record.reading.text()))
        .collect();
    assert_eq!(visits, [("labs 1", "9.1 %".to_owned()), ("labs 2", "<5 U/L".to_owned())]);
}

#[test]
fn a_wrong_name_in_the_map_is_named_with_the_nearest() {
    let data = "record_id,redcap_event_name,hba1c\n1,week_4_arm_1,9.1\n";
    let told = told(&read(data, "[columns]\nhba1 = \"ignore\"\n[events]\nweek_04_arm_1 = 28\n"));
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("map.toml, line 2") && told[0].contains("\"hba1c\""), "{told:?}");
    assert!(
        told[1].starts_with("map.toml, line 4") && told[1].contains("\"week_4_arm_1\""),
        "{told:?}"
    );
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
