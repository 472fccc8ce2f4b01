//! Hand-checked counts; the numbers of the intervals are those of R's `binom.test` and `poisson.test`.

use super::*;
use crate::domain::{
    AdverseEvent, AdverseEventStance, Day, EventSeen, Infusion, Outcome, PartialDate, Relation,
    Report, ReportKind, Subject,
};
use std::collections::{BTreeMap, BTreeSet};

/// Reports by key, stance and days; patients by report, days of infusion and follow-up.
fn cohort(
    reports: &[(&str, AdverseEventStance, Option<i32>)],
    patients: &[(&str, &[i32], Option<i32>)],
) -> Cohort {
    let mut cohort = Cohort::default();
    for (key, stance, days) in reports {
        let mut report = Report::new(*key, ReportKind::CaseSeries);
        (report.adverse_events, report.adverse_events_days) = (*stance, *days);
        cohort.reports.push(report);
    }
    for (at, (report, days, follow_up_days)) in patients.iter().enumerate() {
        let infusion = |(number, day): (u32, &i32)| Infusion {
            number,
            day: Some(Day(*day)),
            ..Infusion::default()
        };
        cohort.subjects.push(Subject {
            key: format!("{report}/{at}"),
            report: (*report).to_owned(),
            follow_up_days: *follow_up_days,
            infusions: (1..).zip(*days).map(infusion).collect(),
            ..Subject::default()
        });
    }
    cohort
}

fn event(term: &str, onset: Option<i32>) -> AdverseEvent {
    AdverseEvent { term: term.to_owned(), onset_day: onset.map(Day), ..AdverseEvent::default() }
}

/// Events of patients by their place, and the reports of those.
fn seen(cohort: &Cohort, events: Vec<(usize, AdverseEvent)>) -> EventsSeen {
    let report = |(at, _): &(usize, AdverseEvent)| cohort.subjects[*at].report.clone();
    EventsSeen {
        reports: events.iter().map(report).collect(),
        events: events.into_iter().map(|(subject, event)| EventSeen { subject, event }).collect(),
    }
}

fn analyse(cohort: &Cohort, events: Vec<(usize, AdverseEvent)>) -> SafetyResults {
    analyse_safety(cohort, &seen(cohort, events), &Question::default())
}

fn amount(
    found: &SafetyResults,
    parameter: &str,
    variable: Variable,
    statistic: Statistic,
) -> Amount {
    let is_it = |result: &&AnalysisResult| {
        result.parameter == parameter
            && result.variable == variable
            && result.statistic == statistic
            && result.unit != "d"
    };
    found.results.iter().find(is_it).expect(parameter).amount
}

/// `(count, of)` of a measure in one of the denominators.
fn of(found: &SafetyResults, measure: Measure, variable: Variable) -> (usize, usize) {
    let count = |statistic| match amount(found, measure.parameter(), variable, statistic) {
        Amount::Count(count) => count,
        other => panic!("{other:?}"),
    };
    (count(Statistic::Count), count(Statistic::N))
}

fn number(found: &SafetyResults, parameter: &str, variable: Variable, statistic: Statistic) -> f64 {
    match amount(found, parameter, variable, statistic) {
        Amount::Number(number) => number,
        other => panic!("{parameter}: {other:?}"),
    }
}

fn events(found: &SafetyResults, measure: Measure) -> Amount {
    amount(found, measure.parameter(), Variable::Events, Statistic::Count)
}

const PER_YEAR: &str = "Any adverse event, per patient-year";
const GIVEN: AdverseEventStance = AdverseEventStance::Given;
const NONE: AdverseEventStance = AdverseEventStance::NoneStated;
const SILENT: AdverseEventStance = AdverseEventStance::NotMentioned;

#[test]
fn silence_is_in_no_denominator_but_that_of_all_infused() {
    let cohort = cohort(
        &[("a", GIVEN, None), ("b", NONE, None), ("c", SILENT, None), ("d", GIVEN, None)],
        &[
            ("a", &[0], None),
            ("a", &[0], None),
            ("b", &[0], None),
            ("b", &[], None),
            ("c", &[0], None),
            ("d", &[0], None),
        ],
    );
    let found = analyse(&cohort, vec![(0, event("fever", Some(0))), (0, event("rash", None))]);
    assert_eq!(of(&found, Measure::Any, Variable::Patients), (1, 3));
    assert_eq!(of(&found, Measure::Any, Variable::Infused), (1, 5));
    assert_eq!(events(&found, Measure::Any), Amount::Count(2));
    let said = |said: Said| amount(&found, said.parameter(), Variable::Infused, Statistic::Count);
    assert_eq!(Said::ALL.map(said), [2, 1, 1, 1].map(Amount::Count));
    assert_eq!(found.account.not_entered, BTreeSet::from(["d".to_owned()]));
    // A report whose events are those of patients who were not selected gives events all the same.
    let mut others = seen(&cohort, Vec::new());
    others.reports.insert("d".to_owned());
    let found = analyse_safety(&cohort, &others, &Question::default());
    assert_eq!(of(&found, Measure::Any, Variable::Patients), (0, 2));
}

#[test]
fn recorded_events_speak_whatever_the_report_is_said_to_say() {
    let reports = [("a", SILENT, None), ("b", NONE, None)];
    let cohort = cohort(&reports, &[("a", &[0], None), ("b", &[0], None), ("b", &[0], None)]);
    let found = analyse(&cohort, vec![(0, event("fever", None)), (1, event("rash", None))]);
    assert_eq!(of(&found, Measure::Any, Variable::Patients), (2, 3));
    assert_eq!(found.account.contradicted, BTreeSet::from(["a".to_owned(), "b".to_owned()]));
}

#[test]
fn none_of_one_patient_still_leaves_almost_everything_possible() {
    let cohort = cohort(&[("a", NONE, Some(84))], &[("a", &[0], None)]);
    let found = analyse(&cohort, Vec::new());
    let number = |parameter, variable, statistic| number(&found, parameter, variable, statistic);
    let any = Measure::Any.parameter();
    assert_eq!(of(&found, Measure::Any, Variable::Patients), (0, 1));
    assert_eq!(number(any, Variable::Patients, Statistic::PercentLower), 0.0);
    // 1 - 0.025 of one patient; -ln(0.025) = 3.688879 events in 84/365.25 = 0.229979 years.
    let upper = number(any, Variable::Patients, Statistic::PercentUpper);
    assert!((upper - 97.5).abs() < 1e-12, "{upper}");
    let upper = number(PER_YEAR, Variable::Events, Statistic::RateUpper);
    assert!((upper - 16.040_038).abs() < 1e-6, "{upper}");
    let nobody = analyse(&Cohort::default(), Vec::new());
    assert_eq!(of(&nobody, Measure::Death, Variable::Patients), (0, 0));
    let none = Amount::NotEstimable(NotEstimable::NoValues);
    assert_eq!(amount(&nobody, any, Variable::Patients, Statistic::Percent), none);
    let no_time = Amount::NotEstimable(NotEstimable::NoPersonTime);
    let rate = PER_YEAR;
    assert_eq!(amount(&nobody, rate, Variable::Events, Statistic::Rate), no_time);
}

#[test]
fn what_is_not_stated_counts_in_no_line_but_the_first() {
    let cohort = cohort(&[("a", GIVEN, None)], &[("a", &[0], None), ("a", &[0], None)]);
    let related = |relation| AdverseEvent {
        related_to_cells: Some(relation),
        serious: Some(false),
        grade: Some(3),
        ctcae_version: Some("5.0".to_owned()),
        ..event("fever", Some(3))
    };
    let death = AdverseEvent { outcome: Some(Outcome::Fatal), ..event("stroke", Some(9)) };
    let found = analyse(
        &cohort,
        vec![
            (0, related(Relation::Unlikely)),
            (0, related(Relation::Possible)),
            (1, death),
            (1, event("rash", None)),
        ],
    );
    let counts = |measure| (of(&found, measure, Variable::Patients).0, events(&found, measure));
    assert_eq!(counts(Measure::Any), (2, Amount::Count(4)));
    assert_eq!(counts(Measure::Related), (1, Amount::Count(1)));
    assert_eq!(counts(Measure::Serious), (1, Amount::Count(1)));
    assert_eq!(counts(Measure::Severe), (1, Amount::Count(2)));
    assert_eq!(counts(Measure::Within24Hours), (0, Amount::Count(0)));
    assert_eq!(counts(Measure::Death), (1, Amount::Count(1)));
    let account = Account {
        events: 4,
        without_grade: 2,
        without_seriousness: 1,
        without_relation: 2,
        without_day: 1,
        versions: BTreeMap::from([(Some("5.0".to_owned()), 2)]),
        without_time: vec!["a/0".to_owned(), "a/1".to_owned()],
        events_without_time: 4,
        ..Account::default()
    };
    assert_eq!(found.account, account);
}

#[test]
fn an_infusion_is_followed_within_24_hours_on_its_day_and_the_next() {
    let cohort = cohort(&[("a", GIVEN, None)], &[("a", &[0, 14, 28], None)]);
    let linked = |onset, infusion| AdverseEvent { infusion: Some(infusion), ..event("x", onset) };
    for (one, within, follows) in [
        (event("x", Some(0)), 1, 1),
        (event("x", Some(15)), 1, 1),
        (event("x", Some(16)), 0, 0),
        (event("x", None), 0, 0),
        // The link alone says when; a day says more.
        (linked(None, 2), 1, 1),
        (linked(Some(19), 2), 0, 1),
    ] {
        let found = analyse(&cohort, vec![(0, one.clone())]);
        assert_eq!(events(&found, Measure::Within24Hours), Amount::Count(within), "{one:?}");
        let is_by_link = one.infusion.is_some() && one.onset_day.is_none();
        assert_eq!(found.account.by_link, usize::from(is_by_link), "{one:?}");
        let after = amount(&found, PER_INFUSION, Variable::Events, Statistic::Count);
        assert_eq!(after, Amount::Count(follows), "{one:?}");
    }
    let four = [Some(0), Some(1), Some(28), Some(60)].map(|day| (0, event("x", day)));
    let found = analyse(&cohort, four.into());
    let number = |variable, statistic| number(&found, PER_INFUSION, variable, statistic);
    // Three events after two of three infusions.
    assert!((number(Variable::Infusions, Statistic::Percent) - 200.0 / 3.0).abs() < 1e-12);
    assert!((number(Variable::Events, Statistic::Rate) - 100.0).abs() < 1e-12);
}

#[test]
fn dates_tell_as_well_as_days_and_what_was_before_is_not_counted() {
    let mut cohort =
        cohort(&[("a", GIVEN, None)], &[("a", &[0], None), ("a", &[0], None), ("a", &[], None)]);
    cohort.subjects[0].infusions[0].day = None;
    let date = |text| Some(PartialDate::parse(text).expect("a date"));
    cohort.subjects[0].infusions[0].date = date("2024-03-01");
    let on = |text| AdverseEvent { onset_date: date(text), ..event("fever", None) };
    let before = event("rash", Some(-3));
    let found = analyse(
        &cohort,
        vec![
            (0, on("2024-03-02")),
            (0, on("2024-02-28")),
            (0, on("2024-03")),
            (1, before),
            (2, event("fever", Some(0))),
        ],
    );
    assert_eq!(events(&found, Measure::Any), Amount::Count(2));
    assert_eq!(events(&found, Measure::Within24Hours), Amount::Count(1));
    let Account { before_infusion, without_day, .. } = found.account;
    assert_eq!((before_infusion, without_day), (2, 1));
}

#[test]
fn a_patient_is_counted_once_a_term_and_class_at_the_worst_grade() {
    let cohort = cohort(&[("a", GIVEN, None)], &[("a", &[0], None), ("a", &[0], None)]);
    let graded = |term: &str, coded: Option<&str>, class: Option<&str>, grade| AdverseEvent {
        coded_term: coded.map(str::to_owned),
        coded_class: class.map(str::to_owned),
        grade,
        ..event(term, None)
    };
    let (fever, general) = (Some("Fever"), Some("General disorders"));
    let found = analyse(
        &cohort,
        vec![
            (0, graded("hot", fever, general, Some(1))),
            (0, graded("shivering", fever, general, Some(2))),
            (0, graded("Chills", None, general, None)),
            (1, graded("fever", None, Some("general disorders"), None)),
            (1, graded("bruise", None, None, Some(1))),
        ],
    );
    let names: Vec<&str> = found.terms.iter().map(|term| term.parameter.as_str()).collect();
    let expected = [
        "General disorders",
        "General disorders: Fever",
        "General disorders: Chills",
        "Class not given",
        "Class not given: bruise",
    ];
    assert_eq!(names, expected);
    let line = |parameter: &str| {
        let count = |variable, statistic| match amount(&found, parameter, variable, statistic) {
            Amount::Count(count) => count,
            other => panic!("{other:?}"),
        };
        let grades = [Some(1), Some(2), Some(3), None]
            .map(|grade| count(Variable::Patients, Statistic::WorstGrade(grade)));
        let events = count(Variable::Events, Statistic::Count);
        (count(Variable::Patients, Statistic::Count), events, grades)
    };
    assert_eq!(line("Any adverse event"), (2, 5, [1, 1, 0, 0]));
    assert_eq!(line("General disorders"), (2, 4, [0, 1, 0, 1]));
    assert_eq!(line("General disorders: Fever"), (2, 3, [0, 1, 0, 1]));
    assert_eq!(line("General disorders: Chills"), (1, 1, [0, 0, 0, 1]));
}

#[test]
fn time_at_risk_is_the_shorter_of_follow_up_and_looking() {
    let cohort = cohort(
        &[("a", GIVEN, Some(100)), ("b", GIVEN, None), ("c", SILENT, None)],
        &[
            ("a", &[0], Some(365)),
            ("a", &[0], Some(50)),
            ("a", &[0], None),
            ("b", &[0], Some(200)),
            ("b", &[0], None),
            ("c", &[0], Some(999)),
        ],
    );
    let rash = |day| event("rash", Some(day));
    let found = analyse(
        &cohort,
        vec![(0, rash(7)), (0, rash(120)), (3, rash(30)), (4, rash(2)), (4, rash(3))],
    );
    // 100 + 50 + 100 + 200 days; the fifth has no time, the sixth is not in the denominator.
    let value = |statistic| amount(&found, TIME_AT_RISK, Variable::Value, statistic);
    assert_eq!(value(Statistic::N), Amount::Count(4));
    assert_eq!(value(Statistic::Missing), Amount::Count(1));
    assert_eq!(value(Statistic::Total), Amount::Number(450.0 / 365.25));
    let parameter = PER_YEAR;
    let of_any = |statistic| number(&found, parameter, Variable::Events, statistic);
    // The event of day 120 is not within the first patient's 100 days. Garwood of 2: qchisq(0.025, 4)/2 to
    // qchisq(0.975, 6)/2.
    assert!((of_any(Statistic::Rate) - 2.0 * 365.25 / 450.0).abs() < 1e-12);
    assert!((of_any(Statistic::RateLower) - 0.242_209_3 * 365.25 / 450.0).abs() < 1e-6);
    assert!((of_any(Statistic::RateUpper) - 7.224_687_7 * 365.25 / 450.0).abs() < 1e-6);
    assert_eq!(found.account.without_time, ["b/4"]);
    let Account { events_without_time, beyond_time, .. } = found.account;
    assert_eq!((events_without_time, beyond_time), (2, 1));
}

/// Two patients at risk for 100 and 50 days, which is 0.41068 years: the last day still counts, the next does
/// not, and an event without a day is taken to be within.
#[test]
fn what_began_after_the_time_at_risk_is_in_no_rate_and_in_every_count() {
    let patients = [("a", &[0][..], Some(100)), ("a", &[10], Some(50))];
    let cohort = cohort(&[("a", GIVEN, None)], &patients);
    let serious = AdverseEvent { serious: Some(true), ..event("stroke", Some(101)) };
    let began = vec![
        (0, event("rash", Some(100))),
        (0, serious),
        // Day 60 is 50 days after this patient's first infusion, day 61 is 51.
        (1, event("rash", Some(60))),
        (1, event("rash", Some(61))),
        (1, event("rash", None)),
    ];
    let found = analyse(&cohort, began);
    let within = |measure: Measure| {
        let parameter = measure.rate_parameter().expect("a rate");
        amount(&found, parameter, Variable::Events, Statistic::Count)
    };
    assert_eq!(events(&found, Measure::Any), Amount::Count(5));
    assert_eq!(within(Measure::Any), Amount::Count(3));
    assert_eq!(of(&found, Measure::Serious, Variable::Patients), (1, 2));
    assert_eq!(within(Measure::Serious), Amount::Count(0));
    let rate = number(&found, PER_YEAR, Variable::Events, Statistic::Rate);
    assert!((rate - 3.0 / (150.0 / 365.25)).abs() < 1e-12, "{rate}");
    assert_eq!(found.account.beyond_time, 2);
}

#[test]
fn groups_are_counted_apart_and_have_the_same_terms() {
    let mut cohort =
        cohort(&[("a", GIVEN, None), ("b", NONE, None)], &[("a", &[0], None), ("b", &[0], None)]);
    cohort.subjects[0].sex = Some("male".to_owned());
    let question = Question { by: Some(crate::analysis::Grouping::Sex), ..Question::default() };
    let seen = seen(&cohort, vec![(0, event("fever", None))]);
    let found = analyse_safety(&cohort, &seen, &question);
    let groups = [Some("male".to_owned()), Some("not reported".to_owned())];
    assert_eq!(found.groups, groups);
    let counts = |group: &Option<String>| {
        let is_it = |result: &&AnalysisResult| {
            result.group == *group
                && result.parameter == "Class not given: fever"
                && result.variable == Variable::Patients
                && matches!(result.statistic, Statistic::N | Statistic::Count)
        };
        found.results.iter().filter(is_it).map(|result| result.amount).collect::<Vec<_>>()
    };
    assert_eq!(counts(&groups[0]), [Amount::Count(1), Amount::Count(1)]);
    assert_eq!(counts(&groups[1]), [Amount::Count(1), Amount::Count(0)]);
}
