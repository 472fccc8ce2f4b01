//! A result as data: one row is one statistic, readable without its neighbours.

use super::labs::RangeClass;
use crate::domain::{Finding, NOT_REPORTED, Status};
use crate::statistics::{Description, Estimate, Interval, NotEstimable, proportion};

/// A statistic of one variable at one timepoint in one group.
#[derive(Debug, Clone, PartialEq)]
pub struct AnalysisResult {
    /// Key of the analyte, or the name of another quantity.
    pub parameter: String,
    /// Unit of the value, in UCUM.
    pub unit: String,
    /// `Baseline`, or a timepoint of the schedule; empty where time plays no part.
    pub timepoint: String,
    /// The group; `None` is everybody.
    pub group: Option<String>,
    /// The value itself, its change, or its change in per cent.
    pub variable: Variable,
    /// Which statistic.
    pub statistic: Statistic,
    /// The statistic, or why there is none.
    pub amount: Amount,
    /// How many values it was computed from.
    pub n: usize,
}

/// What a statistic describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variable {
    /// The values.
    Value,
    /// Follow-up − baseline, within patients who have both.
    Change,
    /// The change of a group less that of the group it is compared with.
    DifferenceOfChange,
    /// Patients whose report speaks of what is counted, each once.
    Patients,
    /// All patients infused, each once, whatever their report speaks of.
    Infused,
    /// Infusions, each once.
    Infusions,
    /// Adverse events, each occurrence.
    Events,
    /// The change in per cent of the baseline, within the same patients.
    PercentChange,
    /// Response, of the patients of whom it is known.
    ObservedCases,
    /// Response, of all patients: who can't be evaluated counts as a non-responder.
    NonResponders,
    /// Days to the first response, of the patients of whom it is known on some day.
    TimeToResponse,
    /// Values as multiples of the upper limit recorded with them.
    UpperLimitMultiple,
    /// Means of a mixed model.
    ModelMean,
    /// Changes from baseline of a mixed model.
    ModelChange,
    /// Variances of a mixed model.
    ModelVariance,
    /// Two numbers of each patient.
    Pairs,
}

impl Variable {
    /// Its name; in CDISC terms AVAL, CHG and PCHG.
    pub fn name(self) -> &'static str {
        match self {
            Variable::Value => "value",
            Variable::Change => "change",
            Variable::DifferenceOfChange => "difference of change",
            Variable::Patients => "patients",
            Variable::Infused => "patients infused",
            Variable::Infusions => "infusions",
            Variable::Events => "events",
            Variable::PercentChange => "percent_change",
            Variable::ObservedCases => "response, observed cases",
            Variable::NonResponders => "response, missing as non-responders",
            Variable::TimeToResponse => "time to first response",
            Variable::UpperLimitMultiple => "multiple of upper limit",
            Variable::ModelMean => "mixed model, mean",
            Variable::ModelChange => "mixed model, change",
            Variable::ModelVariance => "mixed model, variance",
            Variable::Pairs => "pairs",
        }
    }
}

/// Why a patient has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Missing {
    /// The record has this status.
    Status(Status),
    /// A number was printed without a unit.
    NoUnit,
    /// A value of this label was recorded on a day outside the window.
    OutsideWindow,
    /// Nothing was recorded in the window.
    NoRecord,
    /// A dose is given per kg of body weight only, and the weight is not part of it.
    PerKgOnly,
    /// A dose is given in total only.
    TotalOnly,
    /// A sum has a part that is not known.
    PartUnknown,
    /// One of two days is not known.
    NoDay,
    /// Of two numbers the first is not known.
    FirstOfTwo,
    /// Of two numbers the second is not known.
    SecondOfTwo,
    /// Neither of two numbers is known.
    BothOfTwo,
}

impl Missing {
    /// The reason in words.
    pub fn reason(self) -> &'static str {
        match self {
            Missing::Status(Status::Stated) => "in words only",
            Missing::Status(status) => status.as_str(),
            Missing::NoUnit => "unit not reported",
            Missing::OutsideWindow => "outside window",
            Missing::NoRecord => "no record",
            Missing::PerKgOnly => "per kg only",
            Missing::TotalOnly => "in total only",
            Missing::PartUnknown => "a dose not known",
            Missing::NoDay => "a day not known",
            Missing::FirstOfTwo => "without x",
            Missing::SecondOfTwo => "without y",
            Missing::BothOfTwo => "without both",
        }
    }
}

/// Which statistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Statistic {
    /// How many values.
    N,
    /// How many patients have none.
    Missing,
    /// How many have none for this reason.
    MissingBecause(Missing),
    /// How many values were only a limit.
    Censored,
    /// How many values are doubted.
    Doubted,
    /// Arithmetic mean.
    Mean,
    /// Standard deviation, n − 1.
    Sd,
    /// Median.
    Median,
    /// Lower confidence limit of the median.
    MedianLower,
    /// Upper confidence limit of the median.
    MedianUpper,
    /// How many are still followed at a time, without an event before it.
    AtRisk,
    /// First quartile.
    Q1,
    /// Third quartile.
    Q3,
    /// Smallest value.
    Min,
    /// Largest value.
    Max,
    /// Lower limit of the t-interval of the mean.
    MeanLower,
    /// Upper limit of the t-interval of the mean.
    MeanUpper,
    /// How far two groups are apart, in units of their spread.
    StandardisedDifference,
    /// Hodges–Lehmann estimate: the median of the means of all pairs of values.
    HodgesLehmann,
    /// Lower limit of its interval.
    HodgesLehmannLower,
    /// Upper limit of its interval.
    HodgesLehmannUpper,
    /// The confidence that this interval really has, from 0 to 1.
    HodgesLehmannConfidence,
    /// Whether the mean of changes is toward benefit: 1 better, -1 worse, 0 no change.
    Direction,
    /// The two-sided p of the t test of changes.
    PT,
    /// The two-sided p of the signed-rank test of changes.
    PWilcoxon,
    /// The least p that so many changes can give it.
    PWilcoxonLeast,
    /// The two-sided p of Welch's test of two groups.
    PWelch,
    /// The two-sided p of the permutation test of two groups.
    PPermutation,
    /// The least p that any split of these values can give it.
    PPermutationLeast,
    /// How many splits it looked at.
    Splits,
    /// How many changes of 0 were dropped before ranking.
    ZerosDropped,
    /// How many baselines are 0 and have no change in per cent.
    BaselineZero,
    /// How many patients have this finding stated in words.
    Stated(Finding),
    /// How many of those have no number there.
    StatedAlone(Finding),
    /// How many have it, such as a level of a category; of how many, says [`Statistic::N`].
    Count,
    /// The same in per cent.
    Percent,
    /// Lower limit of the Clopper–Pearson interval, in per cent.
    PercentLower,
    /// Upper limit of the Clopper–Pearson interval, in per cent.
    PercentUpper,
    /// Sum.
    Total,
    /// Events per unit of what they are counted in.
    Rate,
    /// Lower limit of the exact Poisson interval of the rate.
    RateLower,
    /// Upper limit of the exact Poisson interval of the rate.
    RateUpper,
    /// How many have this as their worst CTCAE grade; `None` if none of their events has one.
    WorstGrade(Option<u8>),
    /// How many take something that they did not take at baseline.
    Started,
    /// How many do not take what they took at baseline.
    Stopped,
    /// How many take less than at baseline.
    DoseLower,
    /// How many take as much as at baseline.
    DoseSame,
    /// How many take more than at baseline.
    DoseHigher,
    /// How many take it at both times, and one of the doses is not known.
    DoseUnknown,
    /// How many patients are responders.
    Responders,
    /// How many of the responders met the rule at baseline already.
    MetAtBaseline,
    /// How many do not meet one criterion of a rule while another is not known.
    UnmetInPart,
    /// How many patients a rule is not about: they took nothing at baseline that could be less.
    NotAsked,
    /// Responders per patient, from 0 to 1.
    Proportion,
    /// Lower limit of its exact interval.
    ProportionLower,
    /// Upper limit of its exact interval.
    ProportionUpper,
    /// How many were first on this side of their reference range and then on that.
    Shift(RangeClass, RangeClass),
    /// How many values have no reference range recorded with them.
    WithoutRange,
    /// How many patients the values are from.
    Patients,
    /// How many of them have two values or more.
    Repeated,
    /// How many reports the patients are from.
    Reports,
    /// An estimate of a model, in the unit of the values.
    Estimate,
    /// Its standard error.
    StandardError,
    /// Its degrees of freedom.
    DegreesOfFreedom,
    /// Lower limit of its interval.
    EstimateLower,
    /// Upper limit of its interval.
    EstimateUpper,
    /// Its two-sided p.
    P,
    /// Variance between reports, in the unit squared.
    VarianceBetweenReports,
    /// Variance between patients.
    VarianceBetweenPatients,
    /// Variance within patients.
    VarianceWithinPatients,
    /// −2 ln of the restricted likelihood.
    Deviance,
    /// Spearman's rank correlation.
    Rho,
    /// Lower limit of its interval.
    RhoLower,
    /// Upper limit of its interval.
    RhoUpper,
}

impl Statistic {
    /// Its stable name in machine output.
    pub fn name(self) -> String {
        match self {
            Statistic::N => "n".to_owned(),
            Statistic::Missing => "missing".to_owned(),
            Statistic::MissingBecause(missing) => format!("missing: {}", missing.reason()),
            Statistic::Censored => "below or above limit".to_owned(),
            Statistic::Doubted => "doubted".to_owned(),
            Statistic::Mean => "mean".to_owned(),
            Statistic::Sd => "sd".to_owned(),
            Statistic::Median => "median".to_owned(),
            Statistic::MedianLower => "median_lower".to_owned(),
            Statistic::MedianUpper => "median_upper".to_owned(),
            Statistic::AtRisk => "at_risk".to_owned(),
            Statistic::Q1 => "q1".to_owned(),
            Statistic::Q3 => "q3".to_owned(),
            Statistic::Min => "min".to_owned(),
            Statistic::Max => "max".to_owned(),
            Statistic::MeanLower => "mean_lower".to_owned(),
            Statistic::MeanUpper => "mean_upper".to_owned(),
            Statistic::StandardisedDifference => "standardised_difference".to_owned(),
            Statistic::HodgesLehmann => "hodges_lehmann".to_owned(),
            Statistic::HodgesLehmannLower => "hodges_lehmann_lower".to_owned(),
            Statistic::HodgesLehmannUpper => "hodges_lehmann_upper".to_owned(),
            Statistic::HodgesLehmannConfidence => "hodges_lehmann_confidence".to_owned(),
            Statistic::Direction => "direction".to_owned(),
            Statistic::PT => "p_t".to_owned(),
            Statistic::PWilcoxon => "p_wilcoxon".to_owned(),
            Statistic::PWilcoxonLeast => "p_wilcoxon_least".to_owned(),
            Statistic::PWelch => "p_welch".to_owned(),
            Statistic::PPermutation => "p_permutation".to_owned(),
            Statistic::PPermutationLeast => "p_permutation_least".to_owned(),
            Statistic::Splits => "splits".to_owned(),
            Statistic::ZerosDropped => "zeros_dropped".to_owned(),
            Statistic::BaselineZero => "baseline zero".to_owned(),
            Statistic::Stated(finding) => format!("stated: {finding}"),
            Statistic::StatedAlone(finding) => format!("stated without a number: {finding}"),
            Statistic::Count => "count".to_owned(),
            Statistic::Percent => "percent".to_owned(),
            Statistic::PercentLower => "percent_lower".to_owned(),
            Statistic::PercentUpper => "percent_upper".to_owned(),
            Statistic::Total => "total".to_owned(),
            Statistic::Rate => "rate".to_owned(),
            Statistic::RateLower => "rate_lower".to_owned(),
            Statistic::RateUpper => "rate_upper".to_owned(),
            Statistic::WorstGrade(Some(grade)) => format!("worst grade: {grade}"),
            Statistic::WorstGrade(None) => format!("worst grade: {NOT_REPORTED}"),
            Statistic::Started => "started".to_owned(),
            Statistic::Stopped => "stopped".to_owned(),
            Statistic::DoseLower => "dose lower".to_owned(),
            Statistic::DoseSame => "dose same".to_owned(),
            Statistic::DoseHigher => "dose higher".to_owned(),
            Statistic::DoseUnknown => "dose unknown".to_owned(),
            Statistic::Responders => "responders".to_owned(),
            Statistic::MetAtBaseline => "met at baseline".to_owned(),
            Statistic::UnmetInPart => "not met, another criterion unknown".to_owned(),
            Statistic::NotAsked => "not asked".to_owned(),
            Statistic::Proportion => "proportion".to_owned(),
            Statistic::ProportionLower => "proportion_lower".to_owned(),
            Statistic::ProportionUpper => "proportion_upper".to_owned(),
            Statistic::Shift(from, to) => format!("shift: {} to {}", from.name(), to.name()),
            Statistic::WithoutRange => "without reference range".to_owned(),
            Statistic::Patients => "patients".to_owned(),
            Statistic::Repeated => "patients with two values or more".to_owned(),
            Statistic::Reports => "reports".to_owned(),
            Statistic::Estimate => "estimate".to_owned(),
            Statistic::StandardError => "standard_error".to_owned(),
            Statistic::DegreesOfFreedom => "df".to_owned(),
            Statistic::EstimateLower => "estimate_lower".to_owned(),
            Statistic::EstimateUpper => "estimate_upper".to_owned(),
            Statistic::P => "p".to_owned(),
            Statistic::VarianceBetweenReports => "variance_between_reports".to_owned(),
            Statistic::VarianceBetweenPatients => "variance_between_patients".to_owned(),
            Statistic::VarianceWithinPatients => "variance_within_patients".to_owned(),
            Statistic::Deviance => "reml_deviance".to_owned(),
            Statistic::Rho => "spearman_rho".to_owned(),
            Statistic::RhoLower => "spearman_rho_lower".to_owned(),
            Statistic::RhoUpper => "spearman_rho_upper".to_owned(),
        }
    }

    /// True for a p-value, which has a way of its own to be printed.
    pub fn is_p(self) -> bool {
        use Statistic::{
            P, PPermutation, PPermutationLeast, PT, PWelch, PWilcoxon, PWilcoxonLeast,
        };
        matches!(
            self,
            P | PT | PWilcoxon | PWilcoxonLeast | PWelch | PPermutation | PPermutationLeast
        )
    }
}

/// A statistic, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// A number of things.
    Count(usize),
    /// A number in the result's unit.
    Number(f64),
    /// None, and why.
    NotEstimable(NotEstimable),
}

impl From<Estimate> for Amount {
    fn from(estimate: Estimate) -> Amount {
        estimate.map_or_else(Amount::NotEstimable, Amount::Number)
    }
}

impl AnalysisResult {
    /// How many of how many, in per cent with the exact interval. `of` carries the parameter,
    /// timepoint, group and variable of them all.
    #[allow(clippy::cast_precision_loss)] // counts of patients
    pub(super) fn share(
        of: &AnalysisResult,
        count: usize,
        n: usize,
        level: f64,
    ) -> Vec<AnalysisResult> {
        let whole = |count: usize| u64::try_from(count).expect("a count fits in 64 bits");
        let found = proportion(whole(count), whole(n), level);
        let limit =
            |of: fn(Interval) -> f64| Amount::from(found.map(|found| 100.0 * of(found.interval)));
        let percent = found.map(|found| 100.0 * found.count as f64 / found.denominator as f64);
        let amounts = [
            ("1", Statistic::N, Amount::Count(n)),
            ("1", Statistic::Count, Amount::Count(count)),
            ("%", Statistic::Percent, percent.into()),
            ("%", Statistic::PercentLower, limit(|interval| interval.lower)),
            ("%", Statistic::PercentUpper, limit(|interval| interval.upper)),
        ];
        let result = |(unit, statistic, amount): (&str, Statistic, Amount)| {
            let unit = unit.to_owned();
            AnalysisResult { unit, statistic, amount, n, ..of.clone() }
        };
        amounts.map(result).into()
    }

    /// The statistics every summary gives of a set of values, with the t-interval where asked.
    /// `of` carries the parameter, unit, timepoint, group and variable of them all.
    pub(super) fn describe(
        of: &AnalysisResult,
        description: &Description,
        level: Option<f64>,
    ) -> Vec<AnalysisResult> {
        let mut amounts = vec![
            (Statistic::N, Amount::Count(description.n)),
            (Statistic::Mean, description.mean.into()),
            (Statistic::Sd, description.sd.into()),
            (Statistic::Median, description.median.into()),
            (Statistic::Q1, description.q1.into()),
            (Statistic::Q3, description.q3.into()),
            (Statistic::Min, description.min.into()),
            (Statistic::Max, description.max.into()),
        ];
        if let Some(level) = level {
            let interval = description.mean_interval(level);
            let limit = |limit: fn(&crate::statistics::Interval) -> f64| {
                Amount::from(interval.as_ref().map(limit).map_err(|reason| *reason))
            };
            amounts.push((Statistic::MeanLower, limit(|interval| interval.lower)));
            amounts.push((Statistic::MeanUpper, limit(|interval| interval.upper)));
        }
        let n = description.n;
        let result = |(statistic, amount)| AnalysisResult { statistic, amount, n, ..of.clone() };
        amounts.into_iter().map(result).collect()
    }

    /// Numbers of things; `self` carries all but these.
    pub(super) fn counts(
        &self,
        counts: impl IntoIterator<Item = (Statistic, usize)>,
    ) -> impl Iterator<Item = AnalysisResult> {
        counts.into_iter().map(|(statistic, count)| AnalysisResult {
            statistic,
            amount: Amount::Count(count),
            ..self.clone()
        })
    }
}
