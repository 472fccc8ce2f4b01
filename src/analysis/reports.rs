//! One line a report: who, how much, how long, how a key analyte changed, what it says on adverse events.

use super::change_from_baseline::{Series, series_of, unit_of};
use super::exposure::{follow_up, total};
use super::question::Question;
use super::safety::{Course, courses};
use super::timeline::{Timeline, change, ten_decimals};
use crate::domain::{
    AdverseEventStance, Analyte, Cohort, EventsSeen, Finding, Infusion, Observation, Report, Rules,
    StatementMade, Subject,
};
use crate::statistics::{describe, mean};

/// How much each patient was given in all, in cells or in cells per kg.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dose {
    /// Patients of whom every infusion's dose is known.
    pub n: usize,
    /// Median, least and most.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The most.
    pub max: f64,
}

/// How the key analyte changed, in the patients who have both numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyChange {
    /// The last timepoint at which anybody has a number and a baseline.
    pub timepoint: String,
    /// How many have both.
    pub pairs: usize,
    /// Mean of their baselines.
    pub baseline: f64,
    /// Mean of their values at the timepoint.
    pub last: f64,
    /// Mean of their changes.
    pub change: f64,
}

/// One report of a cohort.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportSummary {
    /// The report.
    pub report: Report,
    /// Its patients.
    pub patients: usize,
    /// Fewest and most infusions of one patient; `None` without patients.
    pub infusions: Option<(usize, usize)>,
    /// Infusions in all.
    pub infusions_total: usize,
    /// Cells that each patient was given.
    pub cells: Option<Dose>,
    /// Cells per kg that each patient was given.
    pub cells_per_kg: Option<Dose>,
    /// Shortest and longest follow-up from the first infusion on, in days; `None` if none is reported.
    pub follow_up_days: Option<(i32, i32)>,
    /// How the key analyte changed; `None` if nobody has a pair.
    pub key: Option<KeyChange>,
    /// What is said of the key analyte in words.
    pub stated: Vec<Finding>,
    /// Visits recorded.
    pub visits: usize,
    /// Statements in words.
    pub statements: usize,
    /// Patients with an adverse event recorded.
    pub patients_with_events: usize,
    /// Adverse events recorded.
    pub events: usize,
    /// Those that began before the first infusion; the summary of safety does not count them.
    pub events_before_infusion: usize,
    /// Those of patients without a recorded infusion; it does not count them either.
    pub events_not_infused: usize,
}

/// The result of [`analyse_reports`].
#[derive(Debug, Clone, PartialEq)]
pub struct ReportsResults {
    /// The key analyte: its unit, decimals and conversions.
    pub key: Series,
    /// One row a report.
    pub reports: Vec<ReportSummary>,
    /// For each stance on adverse events: reports and their patients.
    pub stances: Vec<(AdverseEventStance, usize, usize)>,
}

/// One line for each report of a cohort; of the question, timepoints and units matter. `observations` are
/// those of the key analyte.
pub fn analyse_reports(
    cohort: &Cohort,
    rules: &Rules,
    (analyte, observations): (&Analyte, &[Observation]),
    (statements, seen): (&[StatementMade], &EventsSeen),
    question: &Question,
) -> ReportsResults {
    let used = cohort.own(observations);
    let rule = unit_of(analyte, &used, question.units);
    let timeline = Timeline::new(cohort, &rules.schedule, &used);
    let numbers = |column: usize| -> Vec<Option<f64>> {
        timeline.columns[column].1.iter().map(|spoken| spoken.in_unit(rule)).collect()
    };
    let columns =
        timeline.columns.iter().enumerate().map(|(at, (name, _))| (name.as_str(), numbers(at)));
    let columns: Vec<(&str, Vec<Option<f64>>)> =
        columns.filter(|(name, _)| question.asks_about(name)).collect();
    let (courses, _) = courses(cohort, seen);
    let (observations, columns) = (&*used, columns.as_slice());
    let asked = Asked { cohort, rules, analyte, observations, columns, courses: &courses };
    let summarise = |report| asked.summarise(report, statements);
    let reports: Vec<_> = cohort.reports.iter().map(summarise).collect();
    let stances = AdverseEventStance::ALL
        .iter()
        .map(|stance| {
            let of_stance =
                reports.iter().filter(|summary| summary.report.adverse_events == *stance);
            let (count, patients) =
                of_stance.fold((0, 0), |sum, one| (sum.0 + 1, sum.1 + one.patients));
            (*stance, count, patients)
        })
        .collect();
    let key = series_of(analyte, rule, &used.iter().collect::<Vec<_>>(), Vec::new());
    ReportsResults { key, reports, stances }
}

/// What is known of every report.
struct Asked<'a> {
    cohort: &'a Cohort,
    rules: &'a Rules,
    analyte: &'a Analyte,
    observations: &'a [Observation],
    /// Baseline and the timepoints that are asked about, with each patient's number.
    columns: &'a [(&'a str, Vec<Option<f64>>)],
    /// The adverse events of each infused patient that the summary of safety counts.
    courses: &'a [Option<Course<'a>>],
}

impl Asked<'_> {
    fn summarise(&self, report: &Report, statements: &[StatementMade]) -> ReportSummary {
        let subjects = &self.cohort.subjects;
        let belongs = |subject: usize| subjects[subject].report == report.key;
        let places: Vec<usize> = (0..subjects.len()).filter(|at| belongs(*at)).collect();
        let members: Vec<&Subject> = places.iter().map(|at| &subjects[*at]).collect();
        let of_occasions = self.cohort.occasions.values();
        let recorded = |at: &usize| subjects[*at].adverse_events as usize;
        let before = |at: &usize| {
            let course = self.courses[*at].as_ref();
            course.map_or(0, |course| recorded(at) - course.events.len())
        };
        let not_infused = places.iter().filter(|at| self.courses[**at].is_none());
        let infusions = || members.iter().map(|subject| subject.infusions.len());
        let days = |subject: &&Subject| follow_up(subject, self.rules.day_zero).ok();
        #[allow(clippy::cast_possible_truncation)] // days fit in 32 bits
        let days = || members.iter().filter_map(days).map(|days| days as i32);
        ReportSummary {
            patients: members.len(),
            infusions: infusions().min().zip(infusions().max()),
            infusions_total: infusions().sum(),
            cells: dose(&members, |infusion| infusion.cells),
            cells_per_kg: dose(&members, |infusion| infusion.cells_per_kg),
            follow_up_days: days().min().zip(days().max()),
            key: self.key_change(&places),
            stated: self.stated(&belongs, statements),
            visits: of_occasions.filter(|occasion| belongs(occasion.subject)).count(),
            statements: statements.iter().filter(|statement| belongs(statement.subject)).count(),
            patients_with_events: members.iter().filter(|one| one.adverse_events > 0).count(),
            events: places.iter().map(recorded).sum(),
            events_before_infusion: places.iter().map(before).sum(),
            events_not_infused: not_infused.map(recorded).sum(),
            report: report.clone(),
        }
    }

    /// From the baseline to the last timepoint with a pair.
    fn key_change(&self, members: &[usize]) -> Option<KeyChange> {
        let ((_, baseline), later) = self.columns.split_first()?;
        let pairs = |column: &[Option<f64>]| -> Vec<(f64, f64)> {
            members.iter().filter_map(|who| baseline[*who].zip(column[*who])).collect()
        };
        let with_pairs = later.iter().rev().map(|(name, column)| (*name, pairs(column)));
        let (timepoint, pairs) = with_pairs.into_iter().find(|(_, pairs)| !pairs.is_empty())?;
        let mean_of = |of: fn(&(f64, f64)) -> f64| {
            mean(&pairs.iter().map(of).collect::<Vec<_>>()).ok().map(ten_decimals)
        };
        Some(KeyChange {
            timepoint: timepoint.to_owned(),
            pairs: pairs.len(),
            baseline: mean_of(|pair| pair.0)?,
            last: mean_of(|pair| pair.1)?,
            change: mean_of(|pair| change(pair.0, pair.1))?,
        })
    }

    /// What is said of the key analyte in words, each finding once.
    fn stated(
        &self,
        belongs: &dyn Fn(usize) -> bool,
        statements: &[StatementMade],
    ) -> Vec<Finding> {
        let made = statements.iter().filter(|one| {
            belongs(one.subject) && one.analyte.as_deref() == Some(&self.analyte.key)
        });
        let recorded = self.observations.iter().filter_map(|one| {
            let occasion = self.cohort.occasions.get(&one.visit)?;
            let finding = one.stated.as_deref().map(Finding::parse)?.ok()?;
            belongs(occasion.subject).then_some(finding)
        });
        let mut found = Vec::new();
        for finding in made.map(|one| one.finding).chain(recorded) {
            if !found.contains(&finding) {
                found.push(finding);
            }
        }
        found
    }
}

/// What patients were given in all; `None` if it is known of nobody.
fn dose(members: &[&Subject], part: fn(&Infusion) -> Option<f64>) -> Option<Dose> {
    let infused = members.iter().filter(|subject| !subject.infusions.is_empty());
    let totals: Vec<f64> = infused.filter_map(|subject| total(subject, part)).collect();
    let found = describe(&totals, crate::statistics::QuantileType::default());
    Some(Dose {
        n: found.n,
        median: found.median.ok()?,
        min: found.min.ok()?,
        max: found.max.ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{cohort, observation};
    use crate::domain::{
        AdverseEvent, BaselineRule, Catalogue, Day, DayZero, EventSeen, ReportKind, Schedule,
        Status,
    };

    fn summarised(of: &Cohort, seen: &[Observation], timepoints: &[&str]) -> ReportSummary {
        summarised_with(of, seen, &EventsSeen::default(), timepoints)
    }

    fn summarised_with(
        of: &Cohort,
        seen: &[Observation],
        events: &EventsSeen,
        timepoints: &[&str],
    ) -> ReportSummary {
        let rules = Rules {
            title: String::new(),
            day_zero: DayZero::FirstInfusion,
            baseline: BaselineRule::LastBeforeDayZero,
            version: 1,
            schedule: Schedule::parse("W0,W4±1,W12±2").expect("a schedule"),
        };
        let analyte = Catalogue::built_in().find("FPG").expect("FPG");
        let timepoints = timepoints.iter().map(|name| (*name).to_owned()).collect();
        let question = Question { timepoints, ..Question::default() };
        let found = analyse_reports(of, &rules, (analyte, seen), (&[], events), &question);
        found.reports.into_iter().next().expect("a report")
    }

    #[test]
    fn the_key_change_is_that_at_the_last_timepoint_with_a_pair() {
        let days: &[Option<i32>] = &[Some(0), Some(28), Some(84)];
        let mut of = cohort(&[days, days, days]);
        of.reports.push(Report::new("a", ReportKind::CaseSeries));
        let seen = [
            observation(1, Some(9.0)),
            observation(2, Some(8.0)),
            observation(4, Some(11.0)),
            observation(5, Some(8.5)),
            // No baseline, so that W12 has no pair.
            observation(9, Some(5.0)),
        ];
        let key = summarised(&of, &seen, &[]).key.expect("a change");
        let (baseline, last, change) = (10.0, 8.25, -1.75);
        let timepoint = "W4".to_owned();
        assert_eq!(key, KeyChange { timepoint, pairs: 2, baseline, last, change });
        assert_eq!(summarised(&of, &seen, &["W12"]).key, None);
        assert_eq!(summarised(&of, &[], &[]).key, None);
    }

    #[test]
    fn events_that_the_summary_of_safety_leaves_out_are_told() {
        let mut of = cohort(&[&[Some(0)], &[Some(0)]]);
        of.reports.push(Report::new("a", ReportKind::CaseSeries));
        of.subjects[0].infusions = vec![Infusion { day: Some(Day(0)), ..Infusion::default() }];
        let event = |subject, day| {
            let onset_day = Some(Day(day));
            EventSeen { subject, event: AdverseEvent { onset_day, ..AdverseEvent::default() } }
        };
        let events = vec![event(0, -3), event(0, 2), event(0, 9), event(1, 5), event(1, 6)];
        for one in &events {
            of.subjects[one.subject].adverse_events += 1;
        }
        let seen = EventsSeen { events, reports: ["a".to_owned()].into() };
        let found = summarised_with(&of, &[], &seen, &[]);
        let counts = (found.events, found.events_before_infusion, found.events_not_infused);
        assert_eq!(counts, (5, 1, 2));
    }

    #[test]
    fn words_and_doses_are_told_where_there_are_any() {
        let mut of = cohort(&[&[Some(0)], &[Some(0)], &[Some(0)]]);
        of.reports.push(Report::new("a", ReportKind::CaseSeries));
        let infusion = |cells| Infusion { cells, ..Infusion::default() };
        of.subjects[0].infusions = vec![infusion(Some(5e7)), infusion(Some(6e7))];
        of.subjects[1].infusions = vec![infusion(Some(5e7)), infusion(None)];
        let stated = Observation {
            status: Status::Stated,
            stated: Some("at target".to_owned()),
            ..observation(1, None)
        };
        let found = summarised(&of, &[stated], &[]);
        assert_eq!(found.stated, [Finding::AtTarget]);
        assert_eq!(found.cells, Some(Dose { n: 1, median: 1.1e8, min: 1.1e8, max: 1.1e8 }));
        assert_eq!(found.cells_per_kg, None);
    }
}
