//! Knows how a number is computed: slices of `f64` in, estimates out, each formula with its source.
//! Must not know patients, visits, units, files or the clock; a question is asked in `analysis`.
//! Start at [`describe()`]; `tests/reference.rs` holds every number here against R.

mod correlation;
mod decimals;
mod describe;
mod distribution;
mod effect_size;
mod fisher;
mod geometric;
mod granularity;
mod interval;
mod jet;
mod kappa;
mod linear;
mod mixed_model;
mod moments;
mod permutation;
mod pooled_proportion;
mod pooling;
mod proportion;
mod quantile;
mod rate;
mod reml;
mod signed_rank;
mod standardised_difference;
mod student_t;
mod survival;
mod t_test;

pub use correlation::{SPEARMAN_EXACT_UP_TO, Spearman, spearman};
pub use describe::{Description, describe};
pub use effect_size::{EffectMethod, MeanAndSd};
pub use fisher::{FisherTest, fisher_test};
pub use geometric::{Geometric, geometric};
pub use granularity::{Granularity, counts_of_percentage, grim};
pub use interval::{Interval, mean_interval};
pub use kappa::{Kappa, KappaWeights, kappa};
pub use mixed_model::{MixedModel, OccasionMean, RepeatedValue, mixed_model};
pub use moments::{mean, standard_deviation};
pub use permutation::{
    PermutationTest, RANDOM_SPLITS, SPLITS_EXACT_UP_TO, SPLITS_SEED, permutation_test,
};
pub use pooled_proportion::{PooledProportion, StudyCount, pooled_proportion, proportion_of_sums};
pub use pooling::{
    Heterogeneity, Pooled, PooledInterval, PoolingModel, RandomEffects, StudyEstimate, TauSquared,
    heterogeneity, leave_one_out, pool, tau_squared,
};
pub use proportion::{Proportion, proportion};
pub use quantile::{QuantileType, quantile};
pub use rate::{Rate, rate};
pub use signed_rank::{
    HodgesLehmann, SIGNED_RANK_EXACT_UP_TO, SignedRankTest, Zeros, hodges_lehmann, signed_rank_test,
};
pub use standardised_difference::{standardised_difference, standardised_difference_of_levels};
pub use student_t::t_quantile;
pub use survival::{FollowUp, SurvivalAt, SurvivalCurve, SurvivalStep, kaplan_meier};
pub use t_test::{TTest, t_test, welch_test};

/// Says why a number can't be given.
///
/// The order of the checks is the order of the variants: no values at all says nothing about
/// their spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NotEstimable {
    /// There are no values.
    NoValues,
    /// There is one value, and the statistic needs two: a spread has n − 1 in the denominator.
    OneValue,
    /// Fewer than three subjects were measured twice.
    TooFewRepeated,
    /// There are too few clusters, or each has one subject: their variance isn't in the model.
    TooFewClusters,
    /// A correlation needs four pairs for an interval.
    TooFewPairs,
    /// The zero of the scale is a convention, as that of °C, so that its values have no ratios.
    ArbitraryZero,
    /// A value is zero or negative and has no logarithm.
    NotPositive,
    /// Every difference is zero.
    AllZero,
    /// One difference is not zero, and its sign alone says nothing.
    OneNotZero,
    /// The values were chosen for being the best.
    Selected,
    /// The values are all equal, and what is asked for is in units of their spread.
    NoSpread,
    /// There is one study, which can't show how studies differ.
    OneStudy,
    /// There are fewer than three studies.
    TooFewStudies,
    /// In all studies together nobody or everybody has it, so that its logit is infinite.
    AllOrNone,
    /// A study's estimate has the sampling variance 0, and would have all the weight.
    NoVariance,
    /// The studies agree more closely than their sampling variances make likely, so that no variance
    /// between them fits, not even 0.
    CloserThanChance,
    /// There are too few patients for their quantiles to tell mean and SD.
    TooFewForQuantiles,
    /// What is printed can't all be true, as a mean outside of its interval.
    Contradictory,
    /// What is printed leaves it open, as a p of 1 does with the spread.
    Undetermined,
    /// The values don't determine all that the model asks for, or leave no residual.
    Singular,
    /// No level of a category occurs in both groups.
    NoOverlap,
    /// The correlation is exactly 1 or −1, where its approximate distribution has no width.
    PerfectCorrelation,
    /// The approximate distribution has no width, as that of a kappa at full agreement.
    NoWidth,
    /// However high it is taken to be, it contradicts nothing.
    Unbounded,
    /// There is no time at risk.
    NoPersonTime,
    /// Nobody had the event so far.
    NoEvents,
    /// Everybody still followed had the event.
    NobodyLeft,
    /// A survival curve stays above a half.
    NotReached,
    /// Nobody was followed that long.
    BeyondFollowUp,
    /// The arithmetic leaves the range of a 64-bit float, as the square of 10¹⁶⁰ does.
    ///
    /// No clinical quantity comes near; it keeps infinity and NaN out of every table.
    OutOfRange,
}

impl NotEstimable {
    /// Gives the reason in words, for a footnote.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoValues => "no values",
            Self::OneValue => "only one value",
            Self::TooFewRepeated => "fewer than three with repeated values",
            Self::TooFewClusters => "too few clusters, or one in each",
            Self::TooFewPairs => "fewer than four pairs",
            Self::ArbitraryZero => "the zero of the unit is arbitrary",
            Self::NotPositive => "a value is zero or negative",
            Self::AllZero => "every difference is zero",
            Self::OneNotZero => "only one difference that is not zero",
            Self::Selected => "the observations were chosen for being the best",
            Self::NoSpread => "all values are equal",
            Self::OneStudy => "only one study",
            Self::TooFewStudies => "fewer than three studies",
            Self::AllOrNone => "nobody or everybody in all studies",
            Self::NoVariance => "a study without sampling variance",
            Self::CloserThanChance => "the studies agree more closely than chance makes likely",
            Self::TooFewForQuantiles => "fewer than five patients, whose quantiles tell no SD",
            Self::Contradictory => "what is printed contradicts itself",
            Self::Undetermined => "what is printed does not determine it",
            Self::Singular => "the values do not determine the model",
            Self::NoOverlap => "no level occurs in both groups",
            Self::PerfectCorrelation => "the correlation is exactly 1 or -1",
            Self::NoWidth => "its approximate distribution has no width",
            Self::Unbounded => "without an upper bound",
            Self::NoPersonTime => "no time at risk",
            Self::NoEvents => "no event so far",
            Self::NobodyLeft => "everybody followed so far had the event",
            Self::NotReached => "not reached within the follow-up",
            Self::BeyondFollowUp => "nobody was followed that long",
            Self::OutOfRange => "outside the range of 64-bit arithmetic",
        }
    }
}

/// A number, in the unit of its values unless said otherwise, or the reason there is none.
///
/// The number is always finite.
pub type Estimate = Result<f64, NotEstimable>;

/// Lets only a finite number pass.
fn finite(number: f64) -> Estimate {
    if number.is_finite() { Ok(number) } else { Err(NotEstimable::OutOfRange) }
}
