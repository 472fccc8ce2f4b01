//! CTCAE grades that a laboratory value alone gives.
//!
//! Version 5.0 (US National Cancer Institute, 27 November 2017), the thresholds compared with
//! pharmaverse/admiral `data-raw/adlb_grading/ncictcaev5.json` at commit 1df39730. Where the text
//! includes an end of an interval, it is included here: 1.5 times an abnormal baseline is grade 1.

use super::super::timeline::ten_decimals;
use super::range::{RangeClass, Seen};
use crate::domain::Status;

/// The version whose thresholds these are.
pub const VERSION: &str = "CTCAE 5.0";

/// A term of CTCAE and the analyte it is graded from.
#[derive(Debug)]
pub(super) struct GradedTerm {
    /// Key of the analyte.
    pub analyte: &'static str,
    /// The term.
    pub name: &'static str,
    pub scale: Scale,
}

/// How a value becomes a grade; numbers are in the canonical unit of the analyte.
#[derive(Debug)]
pub(super) enum Scale {
    /// Multiples of the upper limit: grade 1 above 1, then above each of these. Of an abnormal baseline
    /// the same multiples, and grade 1 from `from` times it on, or only above.
    Multiple { above: [f64; 3], from: f64, inclusive: bool },
    /// Multiples of the upper limit, or of the baseline whatever that was.
    Creatinine,
    /// Grade 1 above the upper limit, then above each of these.
    Above([f64; 3]),
    /// Grade 1 from the first number on, then above each of the others.
    From(f64, [f64; 3]),
    /// Grade 1 below the lower limit, then below each of these.
    Below(&'static [f64]),
    /// Grade 1 above the upper limit, then so far above it.
    Beyond(&'static [f64]),
}

const fn term(analyte: &'static str, name: &'static str, scale: Scale) -> GradedTerm {
    GradedTerm { analyte, name, scale }
}

const fn enzyme(above: f64, from: f64) -> Scale {
    Scale::Multiple { above: [above, 5.0, 20.0], from, inclusive: true }
}

const HYPOGLYCEMIA: Scale = Scale::Below(&[3.0, 2.2, 1.7]);

/// Every term that one of the analytes decides.
static TERMS: [GradedTerm; 18] = [
    term("alt", "Alanine aminotransferase increased", enzyme(3.0, 1.5)),
    term("ast", "Aspartate aminotransferase increased", enzyme(3.0, 1.5)),
    term("ggt", "GGT increased", enzyme(2.5, 2.0)),
    term("alp", "Alkaline phosphatase increased", enzyme(2.5, 2.0)),
    term(
        "tbil",
        "Blood bilirubin increased",
        Scale::Multiple { above: [1.5, 3.0, 10.0], from: 1.0, inclusive: false },
    ),
    term("alb", "Hypoalbuminemia", Scale::Below(&[30.0, 20.0])),
    term("creat", "Creatinine increased", Scale::Creatinine),
    term("tc", "Cholesterol high", Scale::Above([7.75, 10.34, 12.92])),
    term("tg", "Hypertriglyceridemia", Scale::From(1.71, [3.42, 5.7, 11.4])),
    term("fpg", "Hypoglycemia", HYPOGLYCEMIA),
    term("glu_random", "Hypoglycemia", HYPOGLYCEMIA),
    term("pg2h_ogtt", "Hypoglycemia", HYPOGLYCEMIA),
    term("pg2h_meal", "Hypoglycemia", HYPOGLYCEMIA),
    term("ppg", "Hypoglycemia", HYPOGLYCEMIA),
    term("wbc", "White blood cell decreased", Scale::Below(&[3.0, 2.0, 1.0])),
    term("hgb", "Anemia", Scale::Below(&[100.0, 80.0])),
    term("hgb", "Hemoglobin increased", Scale::Beyond(&[20.0, 40.0])),
    term("plt", "Platelet count decreased", Scale::Below(&[75.0, 50.0, 25.0])),
];

/// The grade of a value; 0 is less than grade 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Grade {
    pub grade: u8,
    /// True if it was graded by the upper limit because the baseline is not known to be normal.
    pub baseline_supposed: bool,
}

impl GradedTerm {
    /// The terms that an analyte decides.
    pub fn of(analyte: &str) -> impl Iterator<Item = &'static GradedTerm> {
        TERMS.iter().filter(move |term| term.analyte == analyte)
    }

    /// The name of its results: with the analyte, as glucose of several kinds has one term.
    pub fn parameter(&self, symbol: &str) -> String {
        format!("{VERSION} {} ({symbol})", self.name)
    }

    /// True if high values have grades; else low ones have.
    pub fn rises(&self) -> bool {
        !matches!(self.scale, Scale::Below(_))
    }

    /// True if a value without a limit has a grade only where it is the second or more.
    pub fn needs_limit_for_first(&self) -> bool {
        matches!(self.scale, Scale::Creatinine | Scale::Above(_) | Scale::Below(_))
    }

    /// The grade of a value after this baseline; `None` where limits or the baseline are wanting, or the
    /// value is only a limit (<, >) that does not decide.
    pub fn grade(&self, seen: &Seen<'_>, baseline: Option<&Seen<'_>>) -> Option<Grade> {
        let found = self.scale.grade(seen, baseline)?;
        let is_decided = match (seen.observation.status, self.rises()) {
            // The truth is on the worse side of the number.
            (Status::AboveLimit, true) | (Status::BelowLimit, false) => {
                found.grade == self.scale.highest()
            }
            (Status::BelowLimit, true) | (Status::AboveLimit, false) => found.grade == 0,
            _ => true,
        };
        is_decided.then_some(found)
    }
}

impl Scale {
    fn highest(&self) -> u8 {
        match self {
            Scale::Below(steps) | Scale::Beyond(steps) => {
                u8::try_from(steps.len() + 1).expect("few grades")
            }
            _ => 4,
        }
    }

    fn grade(&self, seen: &Seen<'_>, baseline: Option<&Seen<'_>>) -> Option<Grade> {
        let value = ten_decimals(seen.value);
        let plain = |grade: Option<u8>| Some(Grade { grade: grade?, baseline_supposed: false });
        // Below the second grade only the limit tells the first from none.
        let from = |limit: f64| ten_decimals(value - limit);
        let is_high = || seen.high().map(|high| u8::from(from(high) > 0.0));
        let is_low = || seen.low().map(|low| u8::from(from(low) < 0.0));
        match self {
            Scale::Multiple { above, from, inclusive } => {
                multiple(seen, baseline, above, (*from, *inclusive))
            }
            Scale::Creatinine => plain(creatinine(seen, baseline)),
            Scale::Above(steps) => plain(match above(value, steps) {
                0 => is_high(),
                more => Some(more + 1),
            }),
            Scale::From(first, steps) => plain(Some(match above(value, steps) {
                0 => u8::from(value >= *first),
                more => more + 1,
            })),
            Scale::Below(steps) => plain(match below(value, steps) {
                0 => is_low(),
                more => Some(more + 1),
            }),
            Scale::Beyond(steps) => plain(seen.high().map(|high| {
                let beyond = from(high);
                u8::from(beyond > 0.0) + above(beyond, steps)
            })),
        }
    }
}

/// How many of these a number is above.
fn above(number: f64, steps: &[f64]) -> u8 {
    steps.iter().map(|step| u8::from(number > *step)).sum()
}

/// How many of these a number is below.
fn below(number: f64, steps: &[f64]) -> u8 {
    steps.iter().map(|step| u8::from(number < *step)).sum()
}

fn multiple(
    seen: &Seen<'_>,
    baseline: Option<&Seen<'_>>,
    steps: &[f64],
    (from, inclusive): (f64, bool),
) -> Option<Grade> {
    let of_baseline = RangeClass::of(baseline);
    let abnormal = baseline.filter(|baseline| {
        of_baseline == RangeClass::High && !baseline.is_censored() && baseline.value > 0.0
    });
    if let Some(baseline) = abnormal {
        let times = ten_decimals(seen.value / baseline.value);
        let is_first = times > from || inclusive && times >= from;
        let grade = if is_first { 1 + above(times, steps) } else { 0 };
        return Some(Grade { grade, baseline_supposed: false });
    }
    let times = seen.upper_multiple()?;
    let baseline_supposed = !matches!(of_baseline, RangeClass::Low | RangeClass::Normal);
    Some(Grade { grade: u8::from(times > 1.0) + above(times, steps), baseline_supposed })
}

fn creatinine(seen: &Seen<'_>, baseline: Option<&Seen<'_>>) -> Option<u8> {
    let known = baseline.filter(|baseline| baseline.value > 0.0 && !baseline.is_censored());
    let times = known.map(|baseline| ten_decimals(seen.value / baseline.value));
    // Above 1.5 and 3 times the baseline is grade 2 and 3; the baseline alone gives no grade 1 or 4.
    let of_baseline = times.map_or(0, |times| match above(times, &[1.5, 3.0]) {
        0 => 0,
        more => more + 1,
    });
    let of_limit = seen.upper_multiple().map(|times| above(times, &[1.0, 1.5, 3.0, 6.0]));
    match of_limit {
        Some(grade) => Some(grade.max(of_baseline)),
        None => (of_baseline > 0).then_some(of_baseline),
    }
}
