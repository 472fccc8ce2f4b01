//! Adverse events: how many patients, how many events, after how many infusions, in how much time.
//! Start with `course` (which events of whom count), then `terms`.

mod course;
mod terms;
#[cfg(test)]
mod tests;

pub use course::{Account, Measure, Said};
pub use terms::Term;

use super::grouping::{Stratum, strata_of};
use super::not_infused::{NotInfused, not_infused};
use super::question::Question;
use super::result::{Amount, AnalysisResult, Statistic, Variable};
use crate::domain::{Cohort, EventsSeen};
use crate::statistics::{NotEstimable, rate};
pub(super) use course::{Course, courses};
use terms::{Tally, Terms};

/// The parameter of patients with a recorded infusion.
pub const INFUSED: &str = "Patients infused";

/// The parameter of patients without one, and of their events.
pub const NOT_INFUSED: &str = "Patients without a recorded infusion";

/// The parameter of those whose report speaks of adverse events, which are the denominator.
pub const SPEAKING: &str = "Report speaks of adverse events";

/// The parameter of the time in which events could happen and be told of.
pub const TIME_AT_RISK: &str = "Time at risk";

/// The parameter of infusions and of the events linked to them or begun within 24 h.
pub const PER_INFUSION: &str = "Linked to an infusion or within 24 h of it";

/// Days of a year, the Julian one (UCUM `a_j`).
const DAYS_OF_YEAR: f64 = 365.25;

/// The result of [`analyse_safety`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SafetyResults {
    /// Each group in its order; `None`, everybody, where nobody asked for groups.
    pub groups: Vec<Option<String>>,
    /// One row a statistic.
    pub results: Vec<AnalysisResult>,
    /// Classes and terms in the order of a table, each class before its terms.
    pub terms: Vec<Term>,
    /// What could not be counted.
    pub account: Account,
    /// Who could not be, of each group.
    pub not_infused: Vec<NotInfused>,
}

/// Adverse events of a cohort, or of each of its groups; of the question, those and the level matter.
///
/// The denominator is the infused patients whose report speaks of adverse events: it states that there
/// were none, or events are recorded from it.
pub fn analyse_safety(cohort: &Cohort, seen: &EventsSeen, question: &Question) -> SafetyResults {
    let (courses, account) = courses(cohort, seen);
    let terms = Terms::new(&courses);
    let mut found = SafetyResults { account, ..SafetyResults::default() };
    found.not_infused = not_infused(cohort, question);
    for (at, Stratum { group, members }) in
        strata_of(cohort, question.by.as_ref()).into_iter().enumerate()
    {
        let infused: Vec<&Course<'_>> =
            members.iter().filter_map(|at| courses[*at].as_ref()).collect();
        let speaking: Vec<&Course<'_>> =
            infused.iter().copied().filter(|course| course.said.speaks()).collect();
        let (group_of, level) = (group.as_ref(), question.level);
        let mut rows = Rows { found: &mut found.results, group: group_of, level };
        rows.count_patients(members.len(), &infused, speaking.len());
        rows.count_not_infused(&found.not_infused[at]);
        rows.count_events(&infused, &speaking);
        rows.count_terms(&terms, &speaking);
        rows.per_infusion(&speaking);
        rows.per_year(&speaking);
        found.groups.push(group);
    }
    found.terms = terms.all;
    found
}

/// Where the results of one group go.
struct Rows<'a> {
    found: &'a mut Vec<AnalysisResult>,
    group: Option<&'a String>,
    level: f64,
}

impl Rows<'_> {
    fn add(
        &mut self,
        (parameter, unit): (&str, &str),
        variable: Variable,
        (statistic, amount): (Statistic, Amount),
        n: usize,
    ) {
        self.found.push(AnalysisResult {
            parameter: parameter.to_owned(),
            unit: unit.to_owned(),
            timepoint: String::new(),
            group: self.group.cloned(),
            variable,
            statistic,
            amount,
            n,
        });
    }

    /// How many of how many.
    fn part(&mut self, parameter: &str, variable: Variable, count: usize, of: usize) {
        for (statistic, count) in [(Statistic::N, of), (Statistic::Count, count)] {
            self.add((parameter, "1"), variable, (statistic, Amount::Count(count)), of);
        }
        let percent = match of {
            0 => Amount::NotEstimable(NotEstimable::NoValues),
            _ => Amount::Number(100.0 * float(count) / float(of)),
        };
        self.add((parameter, "%"), variable, (Statistic::Percent, percent), of);
    }

    /// The same with the exact interval.
    fn share(&mut self, parameter: &str, variable: Variable, count: usize, of: usize) {
        let row = AnalysisResult {
            parameter: parameter.to_owned(),
            unit: "1".to_owned(),
            timepoint: String::new(),
            group: self.group.cloned(),
            variable,
            statistic: Statistic::N,
            amount: Amount::Count(of),
            n: of,
        };
        self.found.extend(AnalysisResult::share(&row, count, of, self.level));
    }

    /// Events of `n` patients or infusions, and how many that is in each unit of `at_risk`.
    fn rate(&mut self, (parameter, unit): (&str, &str), events: usize, at_risk: f64, n: usize) {
        let variable = Variable::Events;
        let count = (Statistic::Count, Amount::Count(events));
        self.add((parameter, "1"), variable, count, n);
        let found = rate(whole(events), at_risk, self.level);
        for one in [
            (Statistic::Rate, amount(found.map(|found| found.rate))),
            (Statistic::RateLower, amount(found.map(|found| found.interval.lower))),
            (Statistic::RateUpper, amount(found.map(|found| found.interval.upper))),
        ] {
            self.add((parameter, unit), variable, one, n);
        }
    }

    /// Who was infused, and what their reports say.
    fn count_patients(&mut self, patients: usize, infused: &[&Course<'_>], speaking: usize) {
        self.part(INFUSED, Variable::Patients, infused.len(), patients);
        self.part(SPEAKING, Variable::Infused, speaking, infused.len());
        for said in Said::ALL {
            let parameter = said.parameter();
            let those: Vec<_> = infused.iter().filter(|course| course.said == said).collect();
            self.part(parameter, Variable::Infused, those.len(), infused.len());
            let days: Vec<i32> = those.iter().filter_map(|course| course.looked_for_days).collect();
            let extreme = |days: Option<&i32>| match days {
                Some(days) => Amount::Number(f64::from(*days)),
                None => Amount::NotEstimable(NotEstimable::NoValues),
            };
            for one in [
                (Statistic::N, Amount::Count(days.len())),
                (Statistic::Missing, Amount::Count(those.len() - days.len())),
                (Statistic::Min, extreme(days.iter().min())),
                (Statistic::Max, extreme(days.iter().max())),
            ] {
                self.add((parameter, "d"), Variable::Value, one, days.len());
            }
        }
    }

    /// Who was not infused, and the events that are counted nowhere else.
    fn count_not_infused(&mut self, those: &NotInfused) {
        self.part(NOT_INFUSED, Variable::Patients, those.patients, those.of);
        let events = (Statistic::Count, Amount::Count(those.events));
        self.add((NOT_INFUSED, "1"), Variable::Events, events, those.patients);
    }

    /// Each measure in patients, of both denominators, and in events.
    fn count_events(&mut self, infused: &[&Course<'_>], speaking: &[&Course<'_>]) {
        for measure in Measure::ALL {
            let parameter = measure.parameter();
            let with = speaking.iter().filter(|course| course.count(measure) > 0).count();
            // Whoever has an event has a report that speaks of events.
            self.share(parameter, Variable::Patients, with, speaking.len());
            self.share(parameter, Variable::Infused, with, infused.len());
            let events = speaking.iter().map(|course| course.count(measure)).sum();
            let count = (Statistic::Count, Amount::Count(events));
            self.add((parameter, "1"), Variable::Events, count, speaking.len());
        }
    }

    /// Each class and term, and any event by the worst grade.
    fn count_terms(&mut self, terms: &Terms, speaking: &[&Course<'_>]) {
        let mut tallies = terms.tally(speaking);
        let any = tallies.pop().unwrap_or_default();
        self.worst_grades(Measure::Any.parameter(), &any);
        for (term, tally) in terms.all.iter().zip(&tallies) {
            let parameter = term.parameter.as_str();
            self.share(parameter, Variable::Patients, tally.patients, speaking.len());
            let count = (Statistic::Count, Amount::Count(tally.events));
            self.add((parameter, "1"), Variable::Events, count, speaking.len());
            self.worst_grades(parameter, tally);
        }
    }

    fn worst_grades(&mut self, parameter: &str, tally: &Tally) {
        for (grade, count) in (0..).zip(tally.worst) {
            let statistic = Statistic::WorstGrade(Some(grade).filter(|grade| *grade > 0));
            let one = (statistic, Amount::Count(count));
            self.add((parameter, "1"), Variable::Patients, one, tally.patients);
        }
    }

    /// Events by the infusion they are linked to or followed within 24 h.
    fn per_infusion(&mut self, speaking: &[&Course<'_>]) {
        let (mut infusions, mut followed, mut events) = (0, 0, 0);
        for course in speaking {
            let mut places: Vec<usize> =
                course.events.iter().filter_map(|occurrence| occurrence.infusion).collect();
            infusions += course.subject.infusions.len();
            events += places.len();
            places.sort_unstable();
            places.dedup();
            followed += places.len();
        }
        self.share(PER_INFUSION, Variable::Infusions, followed, infusions);
        self.rate((PER_INFUSION, "/100"), events, float(infusions) / 100.0, infusions);
    }

    /// Each measure within the time at risk of those of whom it is known.
    fn per_year(&mut self, speaking: &[&Course<'_>]) {
        let timed: Vec<(&Course<'_>, i32)> = speaking
            .iter()
            .filter_map(|course| course.days_at_risk().map(|days| (*course, days)))
            .collect();
        let n = timed.len();
        let days: f64 = timed.iter().map(|(_, days)| f64::from(*days)).sum();
        let years = days / DAYS_OF_YEAR;
        for one in [
            (Statistic::N, Amount::Count(n)),
            (Statistic::Missing, Amount::Count(speaking.len() - n)),
            (Statistic::Total, Amount::Number(years)),
        ] {
            self.add((TIME_AT_RISK, "a"), Variable::Value, one, n);
        }
        for measure in Measure::ALL {
            let Some(parameter) = measure.rate_parameter() else { continue };
            let events = timed.iter().map(|(course, _)| course.count_at_risk(measure)).sum();
            self.rate((parameter, "/a"), events, years, n);
        }
    }
}

/// Days in years.
pub(super) fn years_of(days: i32) -> f64 {
    f64::from(days) / DAYS_OF_YEAR
}

fn amount(number: Result<f64, NotEstimable>) -> Amount {
    number.into()
}

fn whole(count: usize) -> u64 {
    u64::try_from(count).expect("a count fits in 64 bits")
}

#[allow(clippy::cast_precision_loss)] // nobody has 2^52 infusions
fn float(count: usize) -> f64 {
    count as f64
}
