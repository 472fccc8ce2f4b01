//! Signs of liver injury: aminotransferases and bilirubin as multiples of their upper limits.
//!
//! More than 3 upper limits of ALT or AST with more than 2 of total bilirubin make what is called a
//! potential Hy's law case (US FDA, Guidance for Industry: Drug-Induced Liver Injury: Premarketing
//! Clinical Evaluation, July 2009). The guidance sets no number of days between the two; 14 are those of
//! pharmaverse/admiral's vignette "Hy's Law Implementation".

use super::profile::Lab;
use super::range::{Seen, any_exceeds};

/// So many upper limits of ALT or AST …
pub(super) const AMINOTRANSFERASE: f64 = 3.0;

/// … with so many of total bilirubin …
pub(super) const BILIRUBIN: f64 = 2.0;

/// … on the same day or up to so many later.
pub(super) const DAYS: i32 = 14;

/// A patient whose values meet the laboratory part of Hy's law.
#[derive(Debug, Clone, PartialEq)]
pub struct LiverCase {
    /// The patient's key.
    pub patient: String,
    /// The period: that of the worst values, or a timepoint.
    pub timepoint: String,
    /// True if bilirubin was high on the same day or within 14 days after.
    pub together: bool,
    /// The highest multiple of the upper limit of ALT or AST.
    pub aminotransferase: f64,
    /// That of total bilirubin.
    pub bilirubin: f64,
    /// That of alkaline phosphatase, if known: a high one speaks for cholestasis.
    pub alkaline_phosphatase: Option<f64>,
}

/// The liver values of one patient after baseline.
pub(super) struct Liver<'p, 'a> {
    pub alt: &'p [Seen<'a>],
    pub ast: &'p [Seen<'a>],
    pub tbil: &'p [Seen<'a>],
    pub alp: &'p [Seen<'a>],
}

impl<'p, 'a> Liver<'p, 'a> {
    /// Of one patient in one period.
    pub fn of(labs: &'p [Lab<'a>], who: usize, period: usize) -> Self {
        let after = |key: &str| -> &'p [Seen<'a>] {
            let lab = labs.iter().find(|lab| lab.key() == key);
            lab.map_or(&[], |lab| &lab.profiles[who].after[period])
        };
        Liver { alt: after("alt"), ast: after("ast"), tbil: after("tbil"), alp: after("alp") }
    }

    fn aminotransferases(&self) -> Vec<Seen<'a>> {
        self.alt.iter().chain(self.ast).copied().collect()
    }

    /// Whether ALT or AST exceeds so many upper limits.
    pub fn either_exceeds(&self, times: f64) -> Option<bool> {
        any_exceeds(&self.aminotransferases(), times)
    }

    /// Whether both were high, at any times after baseline.
    pub fn both_ever(&self) -> Option<bool> {
        let first = self.either_exceeds(AMINOTRANSFERASE)?;
        Some(any_exceeds(self.tbil, BILIRUBIN)? && first)
    }

    /// Whether bilirubin was high on the day on which ALT or AST was, or within 14 days after; `None` if
    /// they were never measured so close.
    pub fn both_together(&self) -> Option<bool> {
        let pairs = self.aminotransferases().into_iter().filter_map(|first| {
            let is_close = |then: &&Seen<'_>| (0..=DAYS).contains(&(then.day.0 - first.day.0));
            let close: Vec<Seen<'_>> = self.tbil.iter().filter(is_close).copied().collect();
            Some(any_exceeds(&close, BILIRUBIN)? && first.exceeds(AMINOTRANSFERASE)?)
        });
        pairs.reduce(|some, one| some || one)
    }

    /// The patient as a case, if both were high at any times.
    pub fn case(&self, patient: &str, period: &str) -> Option<LiverCase> {
        let highest =
            |seen: &[Seen<'_>]| seen.iter().filter_map(Seen::upper_multiple).max_by(f64::total_cmp);
        (self.both_ever() == Some(true)).then(|| LiverCase {
            patient: patient.to_owned(),
            timepoint: period.to_owned(),
            together: self.both_together() == Some(true),
            aminotransferase: highest(&self.aminotransferases()).unwrap_or_default(),
            bilirubin: highest(self.tbil).unwrap_or_default(),
            alkaline_phosphatase: highest(self.alp),
        })
    }
}
