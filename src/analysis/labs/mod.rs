//! Laboratory values against the reference ranges recorded with them, before day 0 and after it.
//!
//! A range is only ever the laboratory's own, as it was printed beside the value; where none was, there
//! is none. Start with `range` (on which side a value lies), then `profile`, `grade` and `liver`.

mod grade;
mod liver;
mod profile;
mod range;
#[cfg(test)]
mod tests;

pub use grade::VERSION as CTCAE_VERSION;
pub use liver::LiverCase;
pub use profile::Ranged;
pub use range::RangeClass;

use super::change_from_baseline::Series;
use super::grouping::{Stratum, strata_of};
use super::question::Question;
use super::result::{Amount, AnalysisResult, Statistic, Variable};
use super::timeline::BASELINE;
use crate::domain::{Cohort, Day, Observation, Schedule};
use crate::statistics::describe;
use grade::GradedTerm;
use liver::Liver;
pub(super) use profile::Lab;
pub(super) use range::Seen;
use range::any_exceeds;

/// The time of the worst of all values after day 0.
pub const WORST: &str = "Worst after baseline";

/// Keys of the analytes that are tumour markers.
pub const TUMOUR_MARKERS: [&str; 4] = ["afp", "afp_iu", "cea", "ca199"];

/// Keys of the aminotransferases.
pub const AMINOTRANSFERASES: [&str; 2] = ["alt", "ast"];

/// Multiples of the upper limit that aminotransferases are counted above.
pub const MULTIPLES: [u8; 3] = [3, 5, 10];

/// The parameter of patients in whom ALT or AST is above 3 upper limits.
pub const EITHER: &str = "ALT or AST > 3 × ULN";

/// The parameter of those with bilirubin above 2 besides, within 14 days.
pub const TOGETHER: &str = "ALT or AST > 3 × ULN, TBil > 2 × ULN within 14 days";

/// The same at any times.
pub const EVER: &str = "ALT or AST > 3 × ULN, TBil > 2 × ULN at any times";

/// The parameter of patients with a value of this analyte above so many upper limits.
pub fn exceeds_parameter(symbol: &str, times: u8) -> String {
    format!("{symbol} > {times} × ULN")
}

/// The parameter of patients above the upper limit of this analyte, or above it only after baseline.
pub fn above_parameter(symbol: &str, newly: bool) -> String {
    format!("{symbol} {}above the upper limit", if newly { "newly " } else { "" })
}

/// The parameter of patients whose worst grade by this term is above that at baseline.
pub fn higher_parameter(term: &str) -> String {
    format!("{term}, higher than at baseline")
}

/// One analyte that has numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct LabAnalyte {
    /// Its unit, decimals and conversions.
    pub series: Series,
    /// Numbers of this analyte.
    pub values: usize,
    /// Those without a reference range recorded with them.
    pub without_range: usize,
    /// Those at no known day, which are not used.
    pub undated: usize,
    /// The terms of CTCAE it is graded by, as parameters of results.
    pub terms: Vec<String>,
    /// True if some values have no limit and are graded only where that makes no difference, from grade 2
    /// on: those graded are then no sample of all.
    pub graded_from_second: bool,
    /// Patients whose grade supposes a normal baseline, because theirs is not known to be.
    pub baseline_supposed: usize,
}

impl LabAnalyte {
    /// True if at least one of its values has a range.
    pub fn has_range(&self) -> bool {
        self.without_range < self.values
    }
}

/// The worst value of a patient on one side of its range.
#[derive(Debug, Clone, PartialEq)]
pub struct OutOfRange {
    /// Key of the analyte.
    pub parameter: String,
    /// The patient's key.
    pub patient: String,
    /// The period it is the worst of: [`WORST`], or a timepoint.
    pub timepoint: String,
    /// Low or high.
    pub side: RangeClass,
    /// The baseline in the analyte's unit, and its side.
    pub baseline: (Option<f64>, RangeClass),
    /// The value in that unit; the limit itself where it is only one.
    pub value: f64,
    /// `<` or `>` where the value is only a limit.
    pub sign: &'static str,
    /// Its day.
    pub day: Day,
    /// Lower and upper limit in that unit.
    pub limits: (Option<f64>, Option<f64>),
    /// As a multiple of the upper limit.
    pub upper_multiple: Option<f64>,
    /// Its CTCAE grade, by the term of that side.
    pub grade: Option<u8>,
    /// True if there is such a term.
    pub has_term: bool,
}

/// The result of [`analyse_labs`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LabsResults {
    /// Each group in its order; `None`, everybody, where nobody asked for groups.
    pub groups: Vec<Option<String>>,
    /// What baselines are compared with: [`WORST`], or the timepoints that are asked about.
    pub periods: Vec<String>,
    /// The analytes that have numbers, in the order of the catalogue.
    pub analytes: Vec<LabAnalyte>,
    /// Numbers that were printed without a unit, of which nothing can be judged.
    pub without_unit: usize,
    /// One row a statistic.
    pub results: Vec<AnalysisResult>,
    /// The worst values outside of their ranges: analyte after analyte, in the order of the patients.
    pub out_of_range: Vec<OutOfRange>,
    /// Whose values meet the laboratory part of Hy's law.
    pub liver_cases: Vec<LiverCase>,
}

/// Laboratory values of a cohort against the reference ranges recorded with them.
pub fn analyse_labs(
    cohort: &Cohort,
    schedule: &Schedule,
    observations: &[Ranged<'_>],
    question: &Question,
) -> LabsResults {
    let periods = periods_of(question);
    let lab = |ranged| Lab::new(cohort, schedule, ranged, &periods, question.units);
    let labs: Vec<Lab<'_>> = observations.iter().filter_map(lab).collect();
    let mut found =
        LabsResults { without_unit: without_unit(cohort, observations), ..LabsResults::default() };
    for Stratum { group, members } in strata_of(cohort, question.by.as_ref()) {
        let mut rows =
            Rows { found: &mut found.results, group: group.as_ref(), members: &members, question };
        for lab in &labs {
            rows.before(lab);
        }
        for period in periods.iter().enumerate().map(|(at, name)| (at, name.as_str())) {
            for lab in &labs {
                rows.after(lab, period);
            }
            rows.liver(&labs, period);
        }
        found.groups.push(group);
    }
    for (at, name) in periods.iter().enumerate() {
        for lab in &labs {
            found.out_of_range.extend(lab.out_of_range(cohort, (at, name)));
        }
        for (who, subject) in cohort.subjects.iter().enumerate() {
            let case = Liver::of(&labs, who, at).case(&subject.key, name);
            found.liver_cases.extend(case);
        }
    }
    found.analytes = labs.into_iter().map(|lab| lab.about).collect();
    found.periods = periods;
    found
}

/// What baselines are compared with: the timepoints that are asked about, or the worst of all values.
pub(super) fn periods_of(question: &Question) -> Vec<String> {
    let asked = question.timepoints.iter().filter(|name| *name != BASELINE).cloned();
    let periods: Vec<String> = asked.collect();
    if periods.is_empty() { vec![WORST.to_owned()] } else { periods }
}

/// Numbers of the cohort that have no unit.
fn without_unit(cohort: &Cohort, observations: &[Ranged<'_>]) -> usize {
    let recorded = observations.iter().flat_map(|(_, observations, _)| observations);
    let is_without = |one: &&Observation| {
        one.status.is_number() && one.value.is_none() && cohort.occasions.contains_key(&one.visit)
    };
    recorded.filter(is_without).count()
}

/// Where the results of one group go.
struct Rows<'a> {
    found: &'a mut Vec<AnalysisResult>,
    group: Option<&'a String>,
    members: &'a [usize],
    question: &'a Question,
}

impl Rows<'_> {
    fn row(&self, parameter: &str, timepoint: &str, variable: Variable) -> AnalysisResult {
        AnalysisResult {
            parameter: parameter.to_owned(),
            unit: "1".to_owned(),
            timepoint: timepoint.to_owned(),
            group: self.group.cloned(),
            variable,
            statistic: Statistic::N,
            amount: Amount::Count(0),
            n: self.members.len(),
        }
    }

    fn count(&mut self, of: &AnalysisResult, statistic: Statistic, count: usize) {
        let amount = Amount::Count(count);
        self.found.push(AnalysisResult { statistic, amount, ..of.clone() });
    }

    /// How many of those of whom it is known.
    fn share(&mut self, parameter: &str, timepoint: &str, answer: impl Fn(usize) -> Option<bool>) {
        let known: Vec<bool> = self.members.iter().filter_map(|who| answer(*who)).collect();
        let count = known.iter().filter(|answer| **answer).count();
        let of = self.row(parameter, timepoint, Variable::Patients);
        let level = self.question.level;
        self.found.extend(AnalysisResult::share(&of, count, known.len(), level));
    }

    /// Numbers with a range and without, and tumour markers at baseline.
    fn before(&mut self, lab: &Lab<'_>) {
        let is_above = |who: usize| lab.profiles[who].baseline.as_ref()?.exceeds(1.0);
        if TUMOUR_MARKERS.contains(&lab.key()) {
            let parameter = above_parameter(&lab.about.series.label, false);
            self.share(&parameter, BASELINE, is_above);
        }
    }

    fn after(&mut self, lab: &Lab<'_>, period: (usize, &str)) {
        let symbol = &lab.about.series.label;
        let after = |who: usize| &lab.profiles[who].after[period.0];
        if lab.about.has_range() {
            self.shifts(lab, period);
            self.multiples(lab, period);
        }
        for (term, parameter) in GradedTerm::of(lab.key()).zip(&lab.about.terms) {
            self.grades(lab, (term, parameter), period);
        }
        if AMINOTRANSFERASES.contains(&lab.key()) {
            for times in MULTIPLES {
                let exceeds = |who: usize| any_exceeds(after(who), f64::from(times));
                self.share(&exceeds_parameter(symbol, times), period.1, exceeds);
            }
        }
        if TUMOUR_MARKERS.contains(&lab.key()) {
            let is_above = |who: usize| any_exceeds(after(who), 1.0);
            self.share(&above_parameter(symbol, false), period.1, is_above);
            // Who was above before is no longer asked.
            let is_new = |who: usize| match lab.profiles[who].baseline.as_ref()?.exceeds(1.0)? {
                true => None,
                false => any_exceeds(after(who), 1.0),
            };
            self.share(&above_parameter(symbol, true), period.1, is_new);
        }
    }

    /// On which side of their ranges patients were before, and are in this period.
    fn shifts(&mut self, lab: &Lab<'_>, (at, period): (usize, &str)) {
        let of = self.row(lab.key(), period, Variable::Patients);
        let pair = |who: &usize| {
            let profile = &lab.profiles[*who];
            (RangeClass::of(profile.baseline.as_ref()), RangeClass::worst(&profile.after[at]))
        };
        let pairs: Vec<(RangeClass, RangeClass)> = self.members.iter().map(pair).collect();
        for from in RangeClass::BASELINE {
            for to in RangeClass::AFTER {
                let count = pairs.iter().filter(|pair| **pair == (from, to)).count();
                self.count(&of, Statistic::Shift(from, to), count);
            }
        }
    }

    /// Each patient's highest multiple of the upper limit.
    fn multiples(&mut self, lab: &Lab<'_>, (at, period): (usize, &str)) {
        let highest = |who: &usize| {
            let there = lab.profiles[*who].after[at].iter();
            let multiples = there.filter_map(|seen| Some((seen.upper_multiple()?, seen)));
            multiples.max_by(|one, other| one.0.total_cmp(&other.0))
        };
        let highest: Vec<(f64, &Seen<'_>)> = self.members.iter().filter_map(highest).collect();
        let values: Vec<f64> = highest.iter().map(|(multiple, _)| *multiple).collect();
        let mut of = self.row(lab.key(), period, Variable::UpperLimitMultiple);
        of.n = values.len();
        let description = describe(&values, self.question.quantile);
        self.found.extend(AnalysisResult::describe(&of, &description, None));
        self.count(&of, Statistic::Missing, self.members.len() - values.len());
        let censored = highest.iter().filter(|(_, seen)| seen.is_censored()).count();
        self.count(&of, Statistic::Censored, censored);
    }

    /// Patients by their worst grade, and those in whom it is above that at baseline.
    fn grades(
        &mut self,
        lab: &Lab<'_>,
        (term, parameter): (&GradedTerm, &str),
        (at, period): (usize, &str),
    ) {
        let worst = |who: &usize| Some(lab.worst_grade(term, *who, at)?.grade);
        let grades: Vec<u8> = self.members.iter().filter_map(worst).collect();
        let mut of = self.row(parameter, period, Variable::Patients);
        of.n = grades.len();
        self.count(&of, Statistic::N, grades.len());
        self.count(&of, Statistic::Missing, self.members.len() - grades.len());
        for grade in 0..=4 {
            let count = grades.iter().filter(|known| **known == grade).count();
            self.count(&of, Statistic::WorstGrade(Some(grade)), count);
        }
        // Of a patient who had the grade before, it is no harm of what came between.
        let is_higher = |who: &usize| {
            let before = lab.baseline_grade(term, *who)?.grade;
            Some(lab.worst_grade(term, *who, at)?.grade > before)
        };
        let higher: Vec<bool> = self.members.iter().filter_map(is_higher).collect();
        let mut of = self.row(&higher_parameter(parameter), period, Variable::Patients);
        of.n = higher.len();
        self.count(&of, Statistic::N, higher.len());
        self.count(&of, Statistic::Count, higher.iter().filter(|higher| **higher).count());
    }

    fn liver(&mut self, labs: &[Lab<'_>], (at, period): (usize, &str)) {
        if !labs.iter().any(|lab| AMINOTRANSFERASES.contains(&lab.key())) {
            return;
        }
        let of = |who| Liver::of(labs, who, at);
        self.share(EITHER, period, |who| of(who).either_exceeds(liver::AMINOTRANSFERASE));
        self.share(TOGETHER, period, |who| of(who).both_together());
        self.share(EVER, period, |who| of(who).both_ever());
    }
}
