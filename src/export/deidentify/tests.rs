//! Bands of age, days for dates, moved dates, and running numbers.

use super::*;
use crate::domain::{
    AdverseEvent, Day, DayZero, Infusion, PartialDate, ReportKind, Schedule, Visit,
};
use crate::export::Kind;
use proptest::prelude::*;

fn report(key: &str) -> Report {
    Report::new(key, ReportKind::CaseSeries)
}

fn file(key: &str) -> PatientFile {
    PatientFile {
        patient: Patient {
            key: key.to_owned(),
            reports: vec!["ward-3".to_owned()],
            ..Patient::default()
        },
        attributes: Vec::new(),
        reports: Vec::new(),
        infusions: Vec::new(),
        visits: Vec::new(),
        statements: Vec::new(),
        events: Vec::new(),
        medications: Vec::new(),
    }
}

fn case(patients: Vec<PatientFile>) -> Case {
    Case {
        analytes: Vec::new(),
        report: report("ward-3"),
        attributes: Vec::new(),
        cohorts: Vec::new(),
        endpoints: Vec::new(),
        products: Vec::new(),
        patients,
        over_89: BTreeSet::new(),
    }
}

fn date(text: &str) -> Option<PartialDate> {
    Some(PartialDate::parse(text).expect("a date"))
}

/// A die that always shows the same, as far as it can.
fn showing(number: u64) -> impl FnMut(u64) -> u64 {
    move |below| number % below
}

const DAYS: Dates = Dates::Days(DayZero::FirstInfusion);

#[test]
fn an_age_over_89_is_a_band_also_when_it_is_reached_later() {
    for (age, last, over) in
        [(89.9, 0, false), (90.0, 0, true), (101.0, 0, true), (88.0, 700, false), (88.0, 731, true)]
    {
        assert_eq!(is_over_89(Some(age), last), over, "{age} and {last} days");
    }
    assert!(!is_over_89(None, 40_000) && !is_over_89(Some(89.0), -400));
    let mut old = file("ward-3/1");
    old.patient = Patient { age_years: Some(93.0), birth_year: Some(1931), ..old.patient };
    let done = deidentify(vec![case(vec![old])], DAYS, showing(0));
    let text = done.cases[0].write(Kind::Toml);
    assert!(text.contains("note = \"Age 90 or older.\""), "{text}");
    assert!(!text.contains("93") && !text.contains("1931") && !text.contains("age ="), "{text}");
    assert!(done.cases[0].over_89.contains("report-1/1"));
}

#[test]
fn dates_become_days_from_day_0_and_what_can_not_be_counted_is_left_out() {
    let mut one = file("ward-3/1");
    one.infusions.push(Infusion { number: 1, date: date("2024-03-05"), ..Infusion::default() });
    one.events.push(AdverseEvent {
        term: "fever".to_owned(),
        onset_date: date("2024-03-06"),
        end_date: date("2024-04"),
        ..AdverseEvent::default()
    });
    let schedule = Schedule::parse("W0,W4±1").expect("a schedule");
    let visit = |label, text| {
        let visit = Visit::new(label, None, date(text), &schedule).expect("a visit");
        (visit, Vec::new())
    };
    one.visits = vec![visit("W4", "2024-04-01"), visit("discharge of Mrs X", "2024-03-07")];
    let done = deidentify(vec![case(vec![one])], DAYS, showing(0));
    let found = &done.cases[0].patients[0];
    assert_eq!(found.infusions[0].day, Some(Day(0)));
    let event = &found.events[0];
    assert_eq!((event.onset_day, event.end_day), (Some(Day(1)), None));
    let visits: Vec<_> =
        found.visits.iter().map(|(visit, _)| (visit.label.as_str(), visit.day)).collect();
    assert_eq!(visits, [("W4", Some(Day(27))), ("visit-2", Some(Day(2)))]);
    let text = done.cases[0].write(Kind::Json);
    assert!(!text.contains("2024") && !text.contains("Mrs"), "{text}");
}

#[test]
fn day_0_is_also_known_from_any_day_with_its_date() {
    let mut one = file("ward-3/1");
    one.infusions.push(Infusion { number: 1, day: Some(Day(0)), ..Infusion::default() });
    one.infusions.push(Infusion {
        number: 2,
        day: Some(Day(14)),
        date: date("2024-03-15"),
        ..Infusion::default()
    });
    one.infusions.push(Infusion { number: 3, date: date("2024-03-22"), ..Infusion::default() });
    let done = deidentify(vec![case(vec![one])], DAYS, showing(0));
    let days: Vec<_> = done.cases[0].patients[0].infusions.iter().map(|one| one.day).collect();
    assert_eq!(days, [Some(Day(0)), Some(Day(14)), Some(Day(21))]);
}

#[test]
fn a_published_report_keeps_its_citation_but_never_its_site() {
    let mut published = case(vec![]);
    published.report.citation = Citation {
        doi: Some("10.1000/x".to_owned()),
        authors: Some("Li".to_owned()),
        site: Some("Ward 3".to_owned()),
        ..Citation::default()
    };
    let unpublished = Case { report: report("ward-4"), ..case(vec![]) };
    let done = deidentify(vec![published, unpublished], DAYS, showing(0));
    let keys: Vec<_> = done.cases.iter().map(|case| case.report.key.as_str()).collect();
    assert_eq!(keys, ["report-1", "ward-3"]);
    let citation = &done.cases[1].report.citation;
    assert_eq!((citation.authors.as_deref(), citation.site.as_deref()), (Some("Li"), None));
}

proptest! {
    /// One offset a patient: order and intervals stay, and no date stays where it was.
    #[test]
    fn moved_dates_keep_their_order_and_intervals(thrown in 0u64..730, days in prop::collection::vec(0i32..4000, 2..8)) {
        let start = date("2015-01-01").expect("a date");
        let dates: Vec<_> = days.iter().map(|days| start.later_by(*days).expect("a date")).collect();
        let mut one = file("ward-3/1");
        one.infusions = (1..)
            .zip(&dates)
            .map(|(number, date)| Infusion { number, date: Some(date.clone()), ..Infusion::default() })
            .collect();
        let done = deidentify(vec![case(vec![one])], Dates::Shifted, showing(thrown));
        let moved: Vec<_> = done.cases[0].patients[0]
            .infusions
            .iter()
            .map(|one| one.date.clone().expect("a full date is moved"))
            .collect();
        let offset = moved[0].days_since(&dates[0]).expect("full dates").0;
        prop_assert!(offset != 0 && offset.abs() <= 365, "{offset}");
        for (moved, date) in moved.iter().zip(&dates) {
            prop_assert_eq!(moved.days_since(date), Some(Day(offset)));
        }
    }

    /// Whatever is thrown, each patient has one new number, and all numbers are there.
    #[test]
    fn labels_become_running_numbers(thrown in any::<u64>(), count in 1usize..12) {
        let patients = (1..=count).map(|at| file(&format!("ward-3/P{at}"))).collect();
        let mut throws = thrown;
        let dice = |below| { throws = throws.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1); (throws >> 33) % below };
        let done = deidentify(vec![case(patients)], DAYS, dice);
        let keys: Vec<_> = done.cases[0].patients.iter().map(|file| file.patient.key.clone()).collect();
        let expected: Vec<_> = (1..=count).map(|at| format!("report-1/{at}")).collect();
        prop_assert_eq!(keys, expected);
        let old: BTreeSet<_> = done.keys.iter().filter(|(noun, ..)| *noun == "patient").map(|(_, old, _)| old).collect();
        prop_assert_eq!(old.len(), count);
    }
}
