//! A small registry for the tests of this folder.

use super::{Caller, Registry};
use crate::domain::{
    BaselineRule, Catalogue, DayZero, Infusion, Measurement, Patient, PatientRecords, Placed,
    Records, Report, ReportKind, Rules, Schedule, Visit, VisitRecords,
};

/// A new registry in a folder that goes with the test.
pub(super) fn registry() -> (tempfile::TempDir, Registry) {
    let folder = tempfile::tempdir().unwrap();
    let rules = Rules {
        title: "test".to_owned(),
        day_zero: DayZero::FirstInfusion,
        baseline: BaselineRule::LastBeforeDayZero,
        version: 1,
        schedule: Schedule::parse("W0,W4±1").unwrap(),
    };
    let path = folder.path().join("test.db");
    let registry = Registry::create(&path, &rules, &Caller::named("tester")).unwrap();
    (folder, registry)
}

pub(super) fn report(key: &str) -> Report {
    Report::new(key, ReportKind::CaseReport)
}

pub(super) fn patient(key: &str, age: Option<f64>) -> Patient {
    Patient {
        key: key.to_owned(),
        reports: vec!["a".to_owned()],
        sex: None,
        age_years: age,
        birth_year: None,
        diagnosis: None,
        diabetes_duration_years: None,
        height_cm: None,
        follow_up_days: None,
        enrolment_date: None,
        attributes: std::collections::BTreeMap::new(),
        source: None,
        note: None,
    }
}

/// One report, one patient with one infusion, and a visit with these values.
pub(super) fn case(values: &[&str]) -> Records {
    let measurement = |text: &&str| Measurement::parse(text, Catalogue::built_in()).unwrap();
    let schedule = Schedule::parse("W0,W4±1").unwrap();
    let mut of_patient = PatientRecords::of(Placed::typed("a/1".to_owned()));
    of_patient.patient = Some(patient("a/1", Some(53.0)));
    of_patient.infusions.push(Placed::typed(Infusion { number: 1, ..Infusion::default() }));
    of_patient.visits.push(VisitRecords {
        visit: Placed::typed(Visit::new("W4", None, None, &schedule).unwrap()),
        measurements: values.iter().map(measurement).map(Placed::typed).collect(),
    });
    Records {
        reports: vec![Placed::typed(report("a"))],
        patients: vec![of_patient],
        ..Records::default()
    }
}
