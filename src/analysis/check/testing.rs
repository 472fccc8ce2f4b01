//! A small patient for the tests of this folder.

use super::{Check, Doubt, Outcome, Rule};
use crate::domain::{
    AdverseEventStance, Analyte, BaselineRule, Catalogue, DayZero, Measurement, PartialDate,
    Patient, PatientFile, Report, ReportKind, Rules, Schedule, Visit,
};

pub(super) fn rules() -> Rules {
    Rules {
        title: "test".to_owned(),
        day_zero: DayZero::FirstInfusion,
        baseline: BaselineRule::LastBeforeDayZero,
        version: 1,
        schedule: Schedule::parse("W0,W4±1,W12±2").expect("a schedule"),
    }
}

/// Patient 1 of report a with these visits.
pub(super) fn patient(visits: &[(&str, &[&str])]) -> PatientFile {
    let measurement = |text: &&str| Measurement::parse(text, Catalogue::built_in()).expect(text);
    let visit = |(label, values): &(&str, &[&str])| {
        let mut found: Vec<_> = values.iter().map(measurement).collect();
        found.sort_by_key(|one| one.analyte_id);
        (Visit::new(label, None, None, &rules().schedule).expect(label), found)
    };
    PatientFile {
        patient: Patient {
            key: "a/1".to_owned(),
            reports: vec!["a".to_owned()],
            ..Patient::default()
        },
        reports: Vec::new(),
        attributes: Vec::new(),
        infusions: Vec::new(),
        visits: visits.iter().map(visit).collect(),
        statements: Vec::new(),
        events: Vec::new(),
        medications: Vec::new(),
    }
}

pub(super) fn report(key: &str, adverse_events: AdverseEventStance) -> Report {
    Report { adverse_events, ..Report::new(key, ReportKind::CaseReport) }
}

pub(super) fn analyte(name: &str) -> &'static Analyte {
    Catalogue::built_in().find(name).expect(name)
}

pub(super) fn date(text: &str) -> PartialDate {
    PartialDate::parse(text).expect(text)
}

/// Change a measurement as no command would.
pub(super) fn set(
    file: &mut PatientFile,
    visit: usize,
    at: usize,
    change: impl FnOnce(&mut Measurement),
) {
    change(&mut file.visits[visit].1[at]);
}

pub(super) fn run(
    files: &[PatientFile],
    reports: &[Report],
    only: Option<&'static Rule>,
) -> (Vec<Doubt>, Vec<Outcome>) {
    let rules = rules();
    let mut check = Check::new(&rules, Catalogue::built_in(), only, true);
    files.iter().for_each(|file| check.take(file));
    check.finish(reports)
}

/// What one rule doubts.
pub(super) fn doubts(file: &PatientFile, rule: &str) -> Vec<Doubt> {
    run(std::slice::from_ref(file), &[], Some(Rule::parse(rule).expect(rule))).0
}

/// The same in words.
pub(super) fn found(file: &PatientFile, rule: &str) -> Vec<String> {
    found_in(std::slice::from_ref(file), &[], rule)
}

pub(super) fn found_in(files: &[PatientFile], reports: &[Report], rule: &str) -> Vec<String> {
    let (doubts, _) = run(files, reports, Some(Rule::parse(rule).expect(rule)));
    doubts.iter().map(|doubt| format!("{}: {}", doubt.place, doubt.evidence)).collect()
}

/// Why a rule was skipped.
pub(super) fn skipped(file: &PatientFile, rule: &str) -> Option<&'static str> {
    let rule = Rule::parse(rule).expect(rule);
    run(std::slice::from_ref(file), &[], Some(rule)).1[0].skipped
}
