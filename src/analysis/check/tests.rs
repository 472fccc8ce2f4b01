//! What holds of all rules together.

use super::testing::*;
use super::*;
use crate::domain::{AdverseEvent, Day, Measurement};
use proptest::prelude::*;

#[test]
fn every_rule_has_a_name_of_its_own_and_says_what_it_asks() {
    let names: HashSet<_> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), RULES.len());
    for rule in RULES {
        assert!(rule.asks.ends_with('?'), "{}", rule.name);
        assert!(!rule.mend.is_empty() && !rule.lacks.is_empty(), "{}", rule.name);
        assert_eq!(Rule::parse(rule.name), Ok(*rule));
    }
    assert!(RULES.windows(2).all(|pair| pair[0].level <= pair[1].level), "by level");
    let near = Rule::parse("tenfold").expect_err("no such rule").mend;
    assert!(near.is_some_and(|mend| mend.contains("tenfold-step")));
}

#[test]
fn a_rule_with_nothing_to_look_at_is_skipped_and_not_passed() {
    let (doubts, outcomes) = run(&[patient(&[])], &[], None);
    assert_eq!((doubts.len(), outcomes.len()), (0, RULES.len()));
    assert!(outcomes.iter().all(|outcome| outcome.skipped.is_some()), "{outcomes:#?}");
    let (_, outcomes) = run(&[patient(&[("W0", &["FPG=7 mmol/L"])])], &[], None);
    let of = |name: &str| outcomes.iter().find(|one| one.rule.name == name).expect(name);
    assert_eq!((of("hard-range").skipped, of("hard-range").looked), (None, 1));
    assert!(of("tenfold-step").skipped.is_some(), "one value is no series");
    let rules = rules();
    let check = Check::new(&rules, Catalogue::built_in(), None, false);
    let (_, outcomes) = check.finish(&[]);
    let stance = outcomes.iter().find(|one| one.rule.name == "stance").expect("stance");
    assert!(stance.skipped.expect("skipped").contains("all patients"));
}

fn ids(file: &PatientFile) -> Vec<String> {
    run(std::slice::from_ref(file), &[], None).0.into_iter().map(|doubt| doubt.id).collect()
}

#[test]
fn an_id_stays_until_one_of_its_values_changes() {
    let mut file =
        patient(&[("W0", &["AFP=34 ng/mL"]), ("W4", &["AFP=3.3 ng/mL", "CEA=30 ng/mL"])]);
    let before = ids(&file);
    assert_eq!(before, ids(&file));
    assert!(before.iter().all(|id| id.len() == 8 && id.bytes().all(|c| c.is_ascii_hexdigit())));
    // What others do beside it leaves it alone: another visit, another event before it.
    file.visits.insert(0, patient(&[("D-7", &["FPG=7 mmol/L"])]).visits.remove(0));
    assert_eq!(before, ids(&file));
    file.visits[2].1[0] = Measurement::parse("AFP=3.5 ng/mL", Catalogue::built_in()).expect("AFP");
    let after = ids(&file);
    assert_eq!(before.iter().filter(|id| !after.contains(id)).count(), 1, "the step is asked anew");
}

#[test]
fn an_id_does_not_depend_on_places_in_a_list() {
    let event = |term: &str, day| AdverseEvent {
        term: term.into(),
        onset_day: Some(Day(day)),
        ..AdverseEvent::default()
    };
    let mut file = patient(&[]);
    file.patient.follow_up_days = Some(84);
    file.events = vec![event("fever", 1), event("rash", 200)];
    let before = ids(&file);
    file.events.remove(0);
    assert_eq!((before.len(), before), (1, ids(&file)));
}

/// The published ID of one doubt: answers in registries out there hold it.
#[test]
fn an_id_is_made_as_it_was_in_the_first_version() {
    let values = ["33 at W4".to_owned(), "3.2 at W12".to_owned()];
    let id = id_of("tenfold-step", "huang-2025/1, AFP, visits W4 to W12", &values);
    assert_eq!(id, "761e8633");
}

/// The same values, printed in another unit of their analytes.
fn in_unit(values: &[(&'static str, Vec<f64>)], last: bool) -> PatientFile {
    let labels = ["W0", "W4", "W12", "W24"];
    let visits: Vec<Vec<String>> = (0..labels.len())
        .map(|at| {
            let text = |(name, series): &(&'static str, Vec<f64>)| {
                let units = &analyte(name).units;
                let rule = if last { &units[units.len() - 1] } else { &units[0] };
                format!("{name}={:.15} {}", rule.of_canonical(series[at]), rule.spelled)
            };
            values.iter().map(text).collect()
        })
        .collect();
    let visits: Vec<Vec<&str>> =
        visits.iter().map(|texts| texts.iter().map(String::as_str).collect()).collect();
    let visits: Vec<(&str, &[&str])> =
        labels.iter().zip(&visits).map(|(label, values)| (*label, values.as_slice())).collect();
    patient(&visits)
}

proptest! {
    #[test]
    fn another_unit_for_a_whole_series_changes_nothing(
        fpg in proptest::collection::vec(2.0f64..45.0, 4),
        tg in proptest::collection::vec(0.2f64..90.0, 4),
        fins in proptest::collection::vec(7.0f64..5000.0, 4),
        afp in proptest::collection::vec(0.2f64..9000.0, 4),
        creatinine in proptest::collection::vec(15.0f64..2500.0, 4),
        homa in 0.5f64..200.0,
    ) {
        let values = [
            ("FPG", fpg), ("TG", tg), ("FINS", fins), ("AFP", afp), ("Creatinine", creatinine),
            ("HOMA-IR", vec![homa; 4]),
        ];
        let told = |last| {
            let (doubts, _) = run(&[in_unit(&values, last)], &[], None);
            doubts.into_iter().map(|doubt| (doubt.rule.name, doubt.place)).collect::<Vec<_>>()
        };
        prop_assert_eq!(told(false), told(true));
    }
}
