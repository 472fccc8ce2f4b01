//! Who takes which drugs, and how that changed since baseline. `regimen` says what a patient takes on a
//! day.
//!
//! The denominator is the patients of whom medication is recorded, as far as it is known whether they
//! take the drug at the time that is asked about. A drug that a patient's medication does not name is not
//! taken; who has none recorded is silent and counted apart.

use super::change_from_baseline::LISTED_BELOW;
use super::grouping::{Stratum, strata_of};
use super::question::Question;
use super::regimen::{Dose, Drugs, NoDose, Regimen, Regimens};
use super::result::{Amount, AnalysisResult, Statistic, Variable};
use super::timeline::{BASELINE, change, percent_change};
use crate::domain::{CLASSES, Cohort, Day, INSULIN, MedicationTaken, Schedule, StatementMade};
use crate::statistics::{describe, proportion};
use std::collections::{BTreeMap, HashSet};

/// The name of the last day that anything is known of in a patient.
pub const LAST: &str = "Last day";
/// The parameter of patients of whom medication is recorded.
pub const RECORDED: &str = "Medication recorded";
/// The parameter of patients of whom only words speak of medication.
pub const IN_WORDS: &str = "Medication in words only";
/// The parameter of all that lower glucose together.
pub const LOWERING: &str = "Any glucose-lowering drug";
/// The parameter of drugs that do not lower glucose.
pub const OTHERS: &str = "Other drugs";
/// The parameter of drugs without a known name or code.
pub const UNKNOWN: &str = "Drugs of unknown class";
/// The parameter of the insulin of those who took some at baseline.
pub const INSULIN_DOSE: &str = "Insulin dose";
/// The parameter of those of them who take none.
pub const INSULIN_STOPPED: &str = "Insulin stopped";
/// The parameter of those who took glucose-lowering drugs at baseline and take none.
pub const ALL_STOPPED: &str = "All glucose-lowering drugs stopped";

/// The unit of a dose of insulin.
const UNITS_PER_DAY: &str = "[IU]/d";

/// One patient, and what was taken at each time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientRegimen {
    /// The patient's key.
    pub patient: String,
    /// The group; `None` is everybody.
    pub group: Option<String>,
    /// At each time, the day and what was taken in words, or why it is not known.
    pub at: Vec<Result<(Day, String), NoDose>>,
}

/// The result of [`analyse_medication`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MedicationResults {
    /// Each group in its order; `None`, everybody, where nobody asked for groups.
    pub groups: Vec<Option<String>>,
    /// Baseline, the timepoints after day 0, and the last day.
    pub times: Vec<String>,
    /// The classes that anybody's medication names.
    pub classes: Vec<&'static str>,
    /// One row a statistic.
    pub results: Vec<AnalysisResult>,
    /// Each patient, where they are few.
    pub patients: Vec<PatientRegimen>,
    /// Drugs that are begun on day 0 and counted at baseline, each with its number of patients.
    pub begun_on_day_zero: BTreeMap<String, usize>,
    /// How many patients these are.
    pub beginning_on_day_zero: usize,
}

/// What is asked about a class of drugs at a time after baseline.
pub(super) struct Course {
    pub before: Result<bool, NoDose>,
    pub now: Result<bool, NoDose>,
    doses: (Option<Dose>, Option<Dose>),
}

impl Course {
    /// What became of these drugs until a day; none if that day is not known.
    pub fn of(regimen: &Regimen<'_>, drugs: Drugs, day: Option<Day>) -> Course {
        let baseline = regimen.baseline_day(drugs);
        let dose = |day| regimen.dose(drugs, day);
        Course {
            before: regimen.takes(drugs, baseline),
            now: match day {
                None if !regimen.is_silent() => Err(NoDose::NotFollowed),
                day => regimen.takes(drugs, day.unwrap_or(baseline)),
            },
            doses: (dose(baseline), day.and_then(dose)),
        }
    }

    /// What it is counted as; none if it is not known, or nothing is taken at either time.
    pub fn outcome(&self) -> Option<Statistic> {
        match (self.before.ok()?, self.now.ok()?) {
            (false, false) => None,
            (false, true) => Some(Statistic::Started),
            (true, false) => Some(Statistic::Stopped),
            (true, true) => Some(match &self.doses {
                (Some((of, before)), Some((same, now))) if of == same => {
                    match before.total_cmp(now) {
                        std::cmp::Ordering::Less => Statistic::DoseHigher,
                        std::cmp::Ordering::Equal => Statistic::DoseSame,
                        std::cmp::Ordering::Greater => Statistic::DoseLower,
                    }
                }
                _ => Statistic::DoseUnknown,
            }),
        }
    }
}

/// What a course may come to.
pub const OUTCOMES: [Statistic; 6] = [
    Statistic::Started,
    Statistic::Stopped,
    Statistic::DoseLower,
    Statistic::DoseSame,
    Statistic::DoseHigher,
    Statistic::DoseUnknown,
];

/// The classes of drugs that are told apart, with their names.
pub(super) fn classes_of(regimens: &Regimens<'_>) -> Vec<(&'static str, Drugs)> {
    let single = CLASSES.iter().map(|class| (class.name, Drugs::Of(class)));
    let rest = [(OTHERS, Drugs::Others), (UNKNOWN, Drugs::Unknown)];
    let all = [(LOWERING, Drugs::Lowering)].into_iter().chain(single).chain(rest);
    let is_there = |drugs| regimens.of.iter().any(|regimen| regimen.names(drugs));
    all.filter(|(_, drugs)| is_there(*drugs)).collect()
}

/// Baseline, the timepoints that are asked about and the last day, each with its day in each patient. What
/// the day of the baseline is depends on the drug.
pub(super) fn times_of(
    regimens: &Regimens<'_>,
    question: &Question,
) -> Vec<(String, Vec<Option<Day>>)> {
    let baseline = (BASELINE.to_owned(), vec![Some(Day(-1)); regimens.of.len()]);
    let asked = regimens.days.iter().filter(|(name, _)| question.asks_about(name));
    let after = |day: &Option<Day>| day.filter(|day| *day > Day(0));
    let last = (LAST.to_owned(), regimens.last.iter().map(after).collect());
    [baseline].into_iter().chain(asked.cloned()).chain([last]).collect()
}

/// The medication of a cohort, or of each of its groups. Of the question, the groups, the timepoints, the
/// quantiles and the level matter.
pub fn analyse_medication(
    cohort: &Cohort,
    schedule: &Schedule,
    taken: &[MedicationTaken],
    statements: &[StatementMade],
    question: &Question,
) -> MedicationResults {
    let regimens = Regimens::new(cohort, schedule, taken);
    let classes = classes_of(&regimens);
    let times = times_of(&regimens, question);
    let said = spoken_of(statements);
    let is_listed = cohort.subjects.len() < LISTED_BELOW;
    let mut found = MedicationResults {
        times: times.iter().map(|(name, _)| name.clone()).collect(),
        classes: classes.iter().map(|(name, _)| *name).collect(),
        ..MedicationResults::default()
    };
    for begun in regimens.of.iter().map(Regimen::begun_on_day_zero) {
        found.beginning_on_day_zero += usize::from(!begun.is_empty());
        for drug in begun {
            *found.begun_on_day_zero.entry(drug.to_owned()).or_default() += 1;
        }
    }
    for Stratum { group, members } in strata_of(cohort, question.by.as_ref()) {
        let recorded: Vec<usize> =
            members.iter().copied().filter(|who| !regimens.of[*who].is_silent()).collect();
        let mut rows = Rows {
            found: &mut found.results,
            group: group.as_ref(),
            regimens: &regimens,
            recorded: &recorded,
            question,
        };
        rows.count_recorded(&members, &said);
        for (name, days) in &times {
            for (class, drugs) in &classes {
                rows.count_class((class, *drugs), name, days);
            }
            rows.describe_insulin(name, days);
            if name != BASELINE {
                rows.count_stopped(INSULIN_STOPPED, Drugs::Of(INSULIN), name, days);
                rows.count_stopped(ALL_STOPPED, Drugs::Lowering, name, days);
            }
        }
        for who in members.into_iter().filter(|_| is_listed) {
            let told = |(name, days): &(String, Vec<Option<Day>>)| {
                let regimen = &regimens.of[who];
                let day = match name == BASELINE {
                    true => Some(regimen.baseline_day(Drugs::Lowering)),
                    false => days[who],
                };
                if regimen.is_silent() {
                    return Err(NoDose::NotRecorded);
                }
                let day = day.ok_or(NoDose::NotFollowed)?;
                Ok((day, regimen.told(day).unwrap_or_default()))
            };
            found.patients.push(PatientRegimen {
                patient: cohort.subjects[who].key.clone(),
                group: group.clone(),
                at: times.iter().map(told).collect(),
            });
        }
        found.groups.push(group);
    }
    found
}

/// The patients of whom words speak of medication.
fn spoken_of(statements: &[StatementMade]) -> HashSet<usize> {
    const TOPICS: [&str; 3] = ["medication", "insulin dose", "drug"];
    let of_drugs = |one: &&StatementMade| {
        let topic = one.topic.as_ref().map(|topic| topic.to_lowercase());
        topic.is_some_and(|topic| TOPICS.iter().any(|word| topic.contains(word)))
    };
    statements.iter().filter(of_drugs).map(|one| one.subject).collect()
}

/// Where the results of one group go.
struct Rows<'a> {
    found: &'a mut Vec<AnalysisResult>,
    group: Option<&'a String>,
    regimens: &'a Regimens<'a>,
    /// Patients of whom medication is recorded.
    recorded: &'a [usize],
    question: &'a Question,
}

impl Rows<'_> {
    fn of(&self, parameter: &str, timepoint: &str, variable: Variable) -> AnalysisResult {
        AnalysisResult {
            parameter: parameter.to_owned(),
            unit: "1".to_owned(),
            timepoint: timepoint.to_owned(),
            group: self.group.cloned(),
            variable,
            statistic: Statistic::N,
            amount: Amount::Count(0),
            n: 0,
        }
    }

    fn add(&mut self, of: &AnalysisResult, n: usize, counts: &[(Statistic, usize)]) {
        for (statistic, count) in counts {
            let (statistic, amount) = (*statistic, Amount::Count(*count));
            self.found.push(AnalysisResult { statistic, amount, n, ..of.clone() });
        }
    }

    /// Of how many medication is recorded, and of how many others words speak of it.
    fn count_recorded(&mut self, members: &[usize], said: &HashSet<usize>) {
        let (all, recorded) = (members.len(), self.recorded.len());
        let of = self.of(RECORDED, "", Variable::Patients);
        self.add(&of, all, &[(Statistic::N, all), (Statistic::Count, recorded)]);
        let silent = members.iter().filter(|who| self.regimens.of[**who].is_silent());
        let said = silent.filter(|who| said.contains(who)).count();
        let of = self.of(IN_WORDS, "", Variable::Patients);
        self.add(&of, all, &[(Statistic::N, all), (Statistic::Count, said)]);
    }

    /// Who takes drugs of a class, and what became of them since baseline.
    fn count_class(
        &mut self,
        (class, drugs): (&str, Drugs),
        timepoint: &str,
        days: &[Option<Day>],
    ) {
        let is_baseline = timepoint == BASELINE;
        let course = |who: &usize| {
            let regimen = &self.regimens.of[*who];
            let day = if is_baseline { Some(regimen.baseline_day(drugs)) } else { days[*who] };
            Course::of(regimen, drugs, day)
        };
        let courses: Vec<Course> = self.recorded.iter().map(course).collect();
        let count =
            |is_it: &dyn Fn(&Course) -> bool| courses.iter().filter(|one| is_it(one)).count();
        let known = count(&|one| one.now.is_ok());
        let mut counts = vec![
            (Statistic::N, known),
            (Statistic::Count, count(&|one| one.now == Ok(true))),
            (Statistic::Missing, courses.len() - known),
        ];
        if !is_baseline {
            // Of all drugs together there is no one dose.
            let told = if drugs == Drugs::Lowering { &OUTCOMES[..2] } else { &OUTCOMES[..] };
            for &outcome in told {
                counts.push((outcome, count(&|one| one.outcome() == Some(outcome))));
            }
        }
        let of = self.of(class, timepoint, Variable::Patients);
        self.add(&of, known, &counts);
    }

    /// The insulin of those who took some at baseline, its change and its change in per cent.
    fn describe_insulin(&mut self, timepoint: &str, days: &[Option<Day>]) {
        let insulin = Drugs::Of(INSULIN);
        let mut values = Vec::new();
        let mut changes = Vec::new();
        let mut percents = Vec::new();
        let mut unknown = 0;
        for who in self.recorded {
            let regimen = &self.regimens.of[*who];
            let baseline = regimen.baseline_day(insulin);
            if regimen.takes(insulin, baseline) != Ok(true) {
                continue;
            }
            let before = regimen.insulin(baseline);
            let day = if timepoint == BASELINE { Some(baseline) } else { days[*who] };
            match (before, day.map(|day| regimen.insulin(day))) {
                (Ok(before), Some(Ok(now))) => {
                    values.push(now);
                    changes.push(change(before, now));
                    percents.extend(percent_change(before, now));
                }
                _ => unknown += 1,
            }
        }
        let (quantile, level) = (self.question.quantile, Some(self.question.level));
        let unit = UNITS_PER_DAY.to_owned();
        let mut sets = vec![(Variable::Value, unit.clone(), values)];
        if timepoint != BASELINE {
            sets.push((Variable::Change, unit, changes));
            sets.push((Variable::PercentChange, "%".to_owned(), percents));
        }
        for (variable, unit, numbers) in sets {
            let of = AnalysisResult { unit, ..self.of(INSULIN_DOSE, timepoint, variable) };
            let rows = AnalysisResult::describe(&of, &describe(&numbers, quantile), level);
            self.found.extend(rows);
            self.add(&of, numbers.len(), &[(Statistic::Missing, unknown)]);
        }
    }

    /// How many of those who took these drugs at baseline take none.
    fn count_stopped(
        &mut self,
        parameter: &str,
        drugs: Drugs,
        timepoint: &str,
        days: &[Option<Day>],
    ) {
        let courses = self.recorded.iter().map(|who| {
            let course = Course::of(&self.regimens.of[*who], drugs, days[*who]);
            (course.before, course.now)
        });
        let taking: Vec<_> = courses.filter(|(before, _)| *before == Ok(true)).collect();
        let known = taking.iter().filter(|(_, now)| now.is_ok()).count();
        let stopped = taking.iter().filter(|(_, now)| *now == Ok(false)).count();
        let of = self.of(parameter, timepoint, Variable::Patients);
        self.add(
            &of,
            known,
            &[
                (Statistic::N, known),
                (Statistic::Count, stopped),
                (Statistic::Missing, taking.len() - known),
            ],
        );
        let found = proportion(stopped as u64, known as u64, self.question.level);
        let percent = |of: fn(crate::statistics::Proportion) -> f64| {
            Amount::from(found.map(|found| 100.0 * of(found)))
        };
        for (statistic, amount) in [
            (Statistic::Percent, percent(|found| found.fraction)),
            (Statistic::PercentLower, percent(|found| found.interval.lower)),
            (Statistic::PercentUpper, percent(|found| found.interval.upper)),
        ] {
            let unit = "%".to_owned();
            self.found.push(AnalysisResult { unit, statistic, amount, n: known, ..of.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{cohort, taken};
    use crate::statistics::NotEstimable;

    /// Five patients, each followed for 12 weeks: insulin halved, stopped, kept, begun; and a silent one.
    fn analyse(extra: &[MedicationTaken]) -> MedicationResults {
        let both: &[Option<i32>] = &[Some(0), Some(84)];
        let of = cohort(&[both; 5]);
        let schedule = Schedule::parse("W12±2").expect("a schedule");
        let mut all = vec![
            taken(0, "glargine", Some(20.0), Some(-90), Some(27)),
            taken(0, "glargine", Some(10.0), Some(28), None),
            taken(1, "glargine", Some(30.0), Some(-90), Some(27)),
            taken(2, "glargine", Some(12.0), Some(-90), None),
            taken(2, "metformin", Some(2000.0), Some(-90), None),
            taken(3, "metformin", Some(1000.0), Some(-90), Some(40)),
            taken(3, "metformin", Some(1500.0), Some(41), None),
            taken(3, "glargine", Some(8.0), Some(50), None),
        ];
        all.extend(extra.iter().cloned());
        analyse_medication(&of, &schedule, &all, &[], &Question::default())
    }

    fn amount(
        found: &MedicationResults,
        (parameter, timepoint): (&str, &str),
        variable: Variable,
        statistic: Statistic,
    ) -> Amount {
        let is_it = |r: &&AnalysisResult| {
            r.parameter == parameter
                && r.timepoint == timepoint
                && r.variable == variable
                && r.statistic == statistic
        };
        found.results.iter().find(is_it).expect("a result").amount
    }

    #[test]
    fn each_class_has_who_takes_it_and_what_became_of_it() {
        let found = analyse(&[]);
        assert_eq!(found.classes, [LOWERING, "Insulin", "Biguanides"]);
        assert_eq!(found.times, [BASELINE, "W12", LAST]);
        let counts = |class: &str, timepoint: &str, statistics: &[Statistic]| -> Vec<Amount> {
            let of = |one: &Statistic| amount(&found, (class, timepoint), Variable::Patients, *one);
            statistics.iter().map(of).collect()
        };
        let on = [Statistic::N, Statistic::Count, Statistic::Missing];
        let counted = |numbers: &[usize]| -> Vec<Amount> {
            numbers.iter().copied().map(Amount::Count).collect()
        };
        assert_eq!(counts(RECORDED, "", &on[..2]), counted(&[5, 4]));
        assert_eq!(counts("Insulin", BASELINE, &on), counted(&[4, 3, 0]));
        assert_eq!(counts("Insulin", "W12", &on), counted(&[4, 3, 0]));
        assert_eq!(counts("Insulin", "W12", &OUTCOMES), counted(&[1, 1, 1, 1, 0, 0]));
        assert_eq!(counts("Biguanides", LAST, &OUTCOMES), counted(&[0, 0, 0, 1, 1, 0]));
        assert_eq!(counts(LOWERING, "W12", &OUTCOMES[..2]), counted(&[0, 1]));
        for (parameter, expected) in [(INSULIN_STOPPED, [3, 1, 0]), (ALL_STOPPED, [4, 1, 0])] {
            assert_eq!(counts(parameter, "W12", &on), counted(&expected), "{parameter}");
        }
    }

    #[test]
    fn insulin_is_described_in_those_who_took_some_at_baseline() {
        let found = analyse(&[]);
        let mean = |timepoint, variable| {
            amount(&found, (INSULIN_DOSE, timepoint), variable, Statistic::Mean)
        };
        assert_eq!(mean(BASELINE, Variable::Value), Amount::Number(62.0 / 3.0));
        assert_eq!(mean("W12", Variable::Value), Amount::Number(22.0 / 3.0));
        assert_eq!(mean("W12", Variable::Change), Amount::Number(-40.0 / 3.0));
        assert_eq!(mean("W12", Variable::PercentChange), Amount::Number(-50.0));
    }

    #[test]
    fn an_unknown_dose_is_no_zero() {
        let found = analyse(&[
            taken(4, "glargine", Some(20.0), Some(-9), Some(10)),
            taken(4, "glargine", None, Some(11), None),
        ]);
        let of = |statistic| amount(&found, ("Insulin", "W12"), Variable::Patients, statistic);
        assert_eq!(of(Statistic::DoseUnknown), Amount::Count(1));
        let of = |statistic| amount(&found, (INSULIN_DOSE, "W12"), Variable::Change, statistic);
        assert_eq!(
            (of(Statistic::N), of(Statistic::Missing)),
            (Amount::Count(3), Amount::Count(1))
        );
    }

    #[test]
    fn nobody_has_nothing_to_estimate() {
        let schedule = Schedule::parse("W12±2").expect("a schedule");
        let nobody = Cohort::default();
        let found = analyse_medication(&nobody, &schedule, &[], &[], &Question::default());
        assert_eq!(found.classes, [""; 0]);
        let none = Amount::NotEstimable(NotEstimable::NoValues);
        let mean = amount(&found, (INSULIN_DOSE, "W12"), Variable::Change, Statistic::Mean);
        assert_eq!(mean, none);
    }
}
