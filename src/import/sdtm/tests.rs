use super::*;
use crate::domain::{Place, Schedule};
use proptest::prelude::*;

const DM: &str = "STUDYID,DOMAIN,USUBJID,RFSTDTC,RFXSTDTC,BRTHDTC,AGE,AGEU,SEX,ARM\n\
    T2D 01,DM,T2D 01-101,2024-03-01,2024-03-01,1970-05-06,53,YEARS,F,MSC\n\
    T2D 01,DM,T2D 01-102,2024-03-02,2024-03-04,,61,YEARS,M,Placebo\n";

fn study(files: &[(&str, &str)]) -> Reading {
    let schedule = Schedule::default();
    let how = How::new(&schedule);
    let mut study = Study::new(&how);
    let mut sets = Vec::new();
    for (name, text) in files {
        sets.extend(
            study.read(&Source::bytes(name, text.as_bytes()), &Map::default()).expect("bytes"),
        );
    }
    study.take(sets);
    study.gathered.finish()
}

fn told(reading: &Reading) -> Vec<String> {
    let problems = reading.problems.iter();
    problems.map(|one| format!("{} {}: {}", one.place, one.what, one.mismatch)).collect()
}

#[test]
fn people_have_pseudonyms_arms_and_no_date_of_birth() {
    let reading = study(&[("dm.csv", DM)]);
    assert_eq!(told(&reading), [""; 0]);
    let patient = |at: usize| reading.records.patients[at].patient.as_ref().expect("a patient");
    assert_eq!(patient(0).key, "t2d-01/101");
    assert_eq!((patient(0).age_years, patient(0).birth_year), (Some(53.0), Some(1970)));
    assert_eq!(reading.records.attributes[0].record.values, ["MSC", "Placebo"]);
    assert!(reading.ignored.iter().any(|one| one.what.contains("month and day of BRTHDTC")));
}

#[test]
fn day_1_is_day_0_and_days_are_counted_from_the_first_exposure() {
    let lb = "STUDYID,DOMAIN,USUBJID,LBTESTCD,LBORRES,LBORRESU,VISIT,LBDTC,LBDY\n\
        T2D 01,LB,T2D 01-101,HBA1C,9.1,%,BASELINE,2024-03-01,1\n\
        T2D 01,LB,T2D 01-101,HBA1CHGB,8.0,%,WEEK 4,2024-03-29,\n\
        T2D 01,LB,T2D 01-102,HBA1C,8.4,%,BASELINE,2024-03-01,-1\n";
    let reading = study(&[("dm.csv", DM), ("lb.csv", lb)]);
    assert_eq!(told(&reading), [""; 0]);
    let days = |at: usize| {
        let visits = &reading.records.patients[at].visits;
        visits.iter().map(|visit| visit.visit.record.day.map(|day| day.0)).collect::<Vec<_>>()
    };
    assert_eq!(days(0), [Some(0), Some(28)]);
    assert_eq!(days(1), [Some(-3)], "RFXSTDTC is two days after RFSTDTC");
}

#[test]
fn a_time_of_day_is_left_out_and_counted() {
    let lb = "STUDYID,DOMAIN,USUBJID,LBTESTCD,LBORRES,LBORRESU,VISIT,LBDTC\n\
        T2D 01,LB,T2D 01-101,HBA1C,9.1,%,BASELINE,2024-03-01T08:30\n\
        T2D 01,LB,T2D 01-101,HBA1C,8.0,%,WEEK 4,2024-03-29T09\n\
        T2D 01,LB,T2D 01-101,HBA1C,8.1,%,WEEK 8,2024-04-29T09:15:30\n";
    let reading = study(&[("dm.csv", DM), ("lb.csv", lb)]);
    assert_eq!(told(&reading), [""; 0]);
    let timed = reading.ignored.iter().find(|one| one.what == "LBDTC, time of day");
    assert_eq!(timed.map(|one| one.count), Some(3), "{:?}", reading.ignored);
}

#[test]
fn a_day_that_contradicts_its_date_is_named() {
    let lb = "STUDYID,DOMAIN,USUBJID,LBTESTCD,LBORRES,LBORRESU,VISIT,LBDTC,LBDY\n\
        T2D 01,LB,T2D 01-101,HBA1C,9.1,%,WEEK 4,2024-03-29,28\n";
    let told = told(&study(&[("dm.csv", DM), ("lb.csv", lb)]));
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("row 2, column \"LBDY\"") && told[0].contains("expected 29"),
        "{told:?}"
    );
}

#[test]
fn a_filtration_rate_by_another_formula_is_left_out_with_its_reason() {
    let lb = "STUDYID,DOMAIN,USUBJID,LBTESTCD,LBTEST,LBLOINC,LBANMETH,LBORRES,LBORRESU,VISIT\n\
        S,LB,S-1,GFREI,eGFR,,CKD-EPI CREATININE 2021 FORMULA,91,mL/min/1.73 m2,W0\n\
        S,LB,S-1,GFRE,eGFR,98979-8,,92,mL/min/1.73 m2,W1\n\
        S,LB,S-1,GFRE,eGFR,,,93,mL/min/1.73 m2,W2\n\
        S,LB,S-1,GFRE,eGFR,,,94,mL/min/1.73 m2,W3\n\
        S,LB,S-1,GFRBSCRT,eGFR,,MDRD 4 VARIABLE FORMULA,95,mL/min/1.73 m2,W4\n\
        S,LB,S-1,GFRE,eGFR,98979-8,MDRD 4 VARIABLE FORMULA,96,mL/min/1.73 m2,W5\n\
        S,LB,S-1,GFRE,eGFR,62238-1,,97,mL/min/1.73 m2,W6\n";
    let reading = study(&[("lb.csv", lb)]);
    assert_eq!(told(&reading), [""; 0]);
    let taken: Vec<_> = reading.records.patients[0]
        .visits
        .iter()
        .flat_map(|one| &one.measurements)
        .map(|one| (one.record.analyte.as_str(), one.record.reading.value))
        .collect();
    assert_eq!(taken, [("egfr", Some(91.0)), ("egfr", Some(92.0))]);
    let left: Vec<_> = reading
        .ignored
        .iter()
        .filter(|one| one.what.starts_with("LB, test"))
        .map(|one| (one.what.as_str(), one.why.as_str(), one.count))
        .collect();
    assert_eq!(
        left,
        [
            (
                "LB, test eGFR",
                "the code does not say by which formula, and eGFR here is by CKD-EPI 2021",
                2
            ),
            (
                "LB, test eGFR, MDRD 4 VARIABLE FORMULA",
                "by another formula, and eGFR here is by CKD-EPI 2021",
                2
            ),
            ("LB, test eGFR, LOINC 62238-1", "by CKD-EPI 2009, and eGFR here by CKD-EPI 2021", 1),
        ]
    );
}

#[test]
fn results_keep_their_print_and_contradictions_are_named() {
    let lb = "STUDYID,DOMAIN,USUBJID,LBTESTCD,LBTEST,LBLOINC,LBORRES,LBORRESU,LBSTRESN,LBSTRESU,\
        LBSTAT,LBORNRHI,LBSPEC,LBFAST,VISIT\n\
        S,LB,S-1,GLUC,Glucose,,126,mg/dL,6.99,mmol/L,,100,SERUM,Y,W0\n\
        S,LB,S-1,AFP,AFP,,<0.9,ng/mL,,,,,SERUM,,W0\n\
        S,LB,S-1,ALT,ALT,,,,,,NOT DONE,,SERUM,,W0\n\
        S,LB,S-1,CREAT,Creatinine,,1.0,mg/dL,188.4,umol/L,,,SERUM,,W0\n\
        S,LB,S-1,CREAT,Creatinine,,100,mg/dL,,,,,URINE,,W0\n\
        S,LB,S-1,ALT,ALT,4548-4,20,U/L,,,,,SERUM,,W1\n\
        S,LB,S-1,ALT,ALT,59261-8,20,U/L,,,,,SERUM,,W2\n\
        S,LB,S-1,BASO,Basophils,,1,%,,,,,BLOOD,,W0\n";
    let reading = study(&[("lb.csv", lb)]);
    let visit = &reading.records.patients[0].visits[0];
    let texts: Vec<_> = visit
        .measurements
        .iter()
        .map(|one| (one.record.analyte.as_str(), one.record.reading.text()))
        .collect();
    let expected =
        [("fpg", "126 mg/dL"), ("afp", "<0.9 ng/mL"), ("alt", "not done"), ("creat", "1.0 mg/dL")];
    assert_eq!(texts, expected.map(|(key, text)| (key, text.to_owned())));
    let limits = visit.measurements[0].record.limits.clone().expect("limits");
    assert_eq!(limits.high.as_deref(), Some("100"));
    let told = told(&reading);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].contains("1.0 mg/dL and 188.4 umol/L"), "{told:?}");
    assert!(told[1].contains("LOINC 4548-4 and ALT"), "{told:?}");
    assert!(told[2].contains("LOINC 59261-8 and ALT"), "{told:?}");
    let ignored: Vec<_> = reading.ignored.iter().map(|one| one.what.as_str()).collect();
    assert!(
        ignored.contains(&"LB, test Basophils")
            && ignored.contains(&"LB, test Creatinine in urine")
    );
}

#[test]
fn what_it_is_follows_from_code_specimen_unit_and_loinc_together() {
    let lb = "STUDYID,DOMAIN,USUBJID,LBTESTCD,LBTEST,LBLOINC,LBORRES,LBORRESU,LBSTRESU,LBSPEC,VISIT\n\
        S,LB,S-1,AFP,AFP,,3,IU/mL,,SERUM,W0\n\
        S,LB,S-1,ALBCREAT,Albumin/Creatinine,,30,g/kg,,URINE,W0\n\
        S,LB,S-1,WBC,Leukocytes,,5.2,THOU/uL,,BLOOD,W0\n\
        S,LB,S-1,LDL,LDL Cholesterol,39469-2,2.8,mmol/L,,SERUM,W0\n\
        S,LB,S-1,LDL,LDL Cholesterol,39469-2,108,mg/dL,mmol/L,SERUM,W1\n\
        S,LB,S-1,LDL,LDL Cholesterol,39469-2,108,mg/dL,,SERUM,W2\n\
        S,LB,S-1,GLUC,Glucose,,5.1,mmol/L,,BLOOD,W0\n\
        S,LB,S-1,GLUC,Glucose,,3.1,mmol/L,,CEREBROSPINAL FLUID,W0\n\
        S,LB,S-1,GLUC,Glucose,2339-0,92,mg/dL,,BLOOD,W1\n\
        S,LB,S-1,OXYSAT,Oxygen Saturation,,97,%,,ARTERIAL BLOOD,W0\n";
    let reading = study(&[("lb.csv", lb)]);
    let taken: Vec<_> = reading.records.patients[0]
        .visits
        .iter()
        .flat_map(|visit| &visit.measurements)
        .map(|one| (one.record.analyte.as_str(), one.record.reading.text()))
        .collect();
    let expected = [
        ("afp_iu", "3 IU/mL"),
        ("uacr", "30 g/kg"),
        ("wbc", "5.2 THOU/uL"),
        ("ldl", "2.8 mmol/L"),
        ("glu_random", "5.1 mmol/L"),
        ("ldl", "108 mg/dL"),
        ("ldl", "108 mg/dL"),
    ];
    assert_eq!(taken, expected.map(|(key, text)| (key, text.to_owned())));
    let told = told(&reading);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("row 7") && told[0].contains("moles per volume"), "{told:?}");
    assert!(told[1].contains("glucose in BLOOD"), "{told:?}");
    assert!(reading.problems.iter().all(|one| one.level == crate::domain::Level::Question));
    let ignored: Vec<_> =
        reading.ignored.iter().map(|one| (one.what.as_str(), one.why.as_str())).collect();
    let why_of = |what: &str| ignored.iter().find(|one| one.0 == what).map(|one| one.1);
    assert!(why_of("LB, test Glucose in cerebrospinal fluid").is_some(), "{ignored:?}");
    assert!(why_of("LB, test Oxygen Saturation in arterial blood").is_some(), "{ignored:?}");
    let of_blood = why_of("LB, test Glucose, LOINC 2339-0");
    assert!(of_blood.is_some_and(|why| why.contains("whole blood")), "{ignored:?}");
}

#[test]
fn another_day_or_position_at_a_visit_is_a_visit_of_its_own() {
    let vs = "STUDYID,DOMAIN,USUBJID,VSTESTCD,VSORRES,VSORRESU,VISIT,VSDY,VSTPT\n\
        S,VS,S-1,WEIGHT,80,kg,WEEK 4,29,\n\
        S,VS,S-1,SYSBP,120,mmHg,WEEK 4,29,SUPINE\n\
        S,VS,S-1,SYSBP,125,mmHg,WEEK 4,29,STANDING\n\
        S,VS,S-1,WEIGHT,81,kg,WEEK 4,31,\n\
        S,VS,S-1,HEIGHT,172,cm,WEEK 4,29,\n";
    let reading = study(&[("vs.csv", vs)]);
    assert_eq!(told(&reading), [""; 0]);
    let labels: Vec<_> = reading.records.patients[0]
        .visits
        .iter()
        .map(|visit| visit.visit.record.label.as_str())
        .collect();
    assert_eq!(labels, ["WEEK 4", "WEEK 4, SUPINE", "WEEK 4, STANDING", "WEEK 4 (day 30)"]);
    let patient = reading.records.patients[0].patient.as_ref().expect("a patient");
    assert_eq!(patient.height_cm, Some(172.0));
}

#[test]
fn cells_are_infusions_in_their_order_and_drugs_are_medications() {
    let ex = "STUDYID,DOMAIN,USUBJID,EXTRT,EXDOSE,EXDOSU,EXDOSFRQ,EXROUTE,EXSTDY\n\
        S,EX,S-1,UC-MSC,1,10^6 cells/kg,ONCE,INTRAVENOUS,29\n\
        S,EX,S-1,UC-MSC,1,10^6 cells/kg,ONCE,INTRAVENOUS,1\n\
        S,EX,S-1,METFORMIN,500,mg,BID,ORAL,1\n";
    let reading = study(&[("ex.csv", ex)]);
    assert_eq!(told(&reading), [""; 0]);
    let patient = &reading.records.patients[0];
    let given: Vec<_> = patient
        .infusions
        .iter()
        .map(|one| (one.record.number, one.record.day.map(|day| day.0), one.record.cells_per_kg))
        .collect();
    assert_eq!(given, [(1, Some(0), Some(1e6)), (2, Some(28), Some(1e6))]);
    assert_eq!(patient.medications[0].record.dose_per_day, Some(1000.0));
    assert_eq!(reading.records.products[0].record.key, "uc-msc");
}

#[test]
fn events_drugs_and_the_end_of_follow_up_are_read() {
    let ae = "STUDYID,DOMAIN,USUBJID,AETERM,AEDECOD,AEBODSYS,AESER,AESHOSP,AEREL,AETOXGR,AEOUT,AESTDY\n\
        S,AE,S-1,FEVER,Pyrexia,General disorders,Y,Y,POSSIBLE,2,RECOVERED/RESOLVED,2\n";
    let cm = "STUDYID,DOMAIN,USUBJID,CMTRT,CMDOSE,CMDOSU,CMDOSFRQ,CMSTDTC,CMCLASCD\n\
        S,CM,S-1,METFORMIN,500,mg,TID,2019-05,A10BA02\nS,CM,S-1,ASPIRIN,100,mg,PRN,,\n";
    let ds = "STUDYID,DOMAIN,USUBJID,DSCAT,DSDECOD,DSSTDY\n\
        S,DS,S-1,DISPOSITION EVENT,COMPLETED,85\nS,DS,S-1,PROTOCOL MILESTONE,RANDOMIZED,100\n";
    let reading = study(&[("ae.csv", ae), ("cm.csv", cm), ("ds.csv", ds)]);
    assert_eq!(told(&reading), [""; 0]);
    let patient = &reading.records.patients[0];
    let event = &patient.events[0].record;
    assert_eq!(
        (event.grade, event.serious, event.onset_day),
        (Some(2), Some(true), Some(crate::domain::Day(1)))
    );
    let doses: Vec<_> = patient.medications.iter().map(|one| one.record.dose_per_day).collect();
    assert_eq!(doses, [Some(1500.0), None]);
    assert_eq!(
        patient.medications[0].record.start_date.as_ref().map(|date| date.as_str()),
        Some("2019-05")
    );
    assert_eq!(patient.patient.as_ref().and_then(|one| one.follow_up_days), Some(84));
}

#[test]
fn a_transport_file_names_what_can_not_be_used() {
    let names =
        ["STUDYID", "DOMAIN", "USUBJID", "LBTESTCD", "LBORRES", "LBORRESU", "VISIT", "LBDTC"];
    let headings = names.map(|name| (name, false));
    let row = |value, visit, date| ["S1", "LB", "S1-9", "HBA1C", value, "%", visit, date];
    let rows = [
        row("7,1", "W0", ""),
        row("1,500", "W1", ""),
        row("NaN", "W2", ""),
        row("1.2e3", "W3", ""),
        row("7.1", "W4", "03/04/2024"),
    ];
    let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
    let bytes = xport::tests::write_xport("LB", &headings, &rows);
    let schedule = Schedule::default();
    let told = told(&read_sdtm_bytes("lb.xpt", &bytes, &How::new(&schedule)));
    for (at, (place, what)) in [
        ("row 1, column \"LBORRES\"", "full stop: 7.1"),
        ("row 2, column \"LBORRES\"", "thousands separators"),
        ("row 3, column \"LBORRES\"", "NaN"),
        ("row 4, column \"LBORRES\"", "the widest a patient can have"),
        ("row 5, column \"LBDTC\"", "can't be told apart"),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(told[at].contains(place) && told[at].contains(what), "{}", told[at]);
    }
    let empty = xport::tests::write_xport("LB", &headings, &[]);
    assert_eq!(read_sdtm_bytes("lb.xpt", &empty, &How::new(&schedule)).problems, []);
}

#[test]
fn a_name_as_a_label_is_refused_and_not_shown() {
    let dm = "STUDYID,DOMAIN,USUBJID,SEX\nS,DM,Anna Example,F\n";
    let told = told(&study(&[("dm.csv", dm)]));
    assert!(told.len() == 1 && !told[0].contains("Anna"), "{told:?}");
}

proptest! {
    #[test]
    fn no_table_panics(text in "(STUDYID|DOMAIN|USUBJID|LB|LBTESTCD|HBA1C|LBDY|,|\n|[ -~]){0,60}") {
        let schedule = Schedule::default();
        for problem in &read_sdtm_bytes("lb.csv", text.as_bytes(), &How::new(&schedule)).problems {
            let has_place = matches!(problem.place, Place::Cell { .. } | Place::File { .. });
            prop_assert!(has_place);
        }
    }
}
