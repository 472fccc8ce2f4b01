//! Who is a responder: a rule as it is written, `HbA1c < 7.0 % and insulin dose reduced >= 50 % at W12`.
//!
//! A rule is data: criteria that are all met, each of a number or a treatment, and of a timepoint. A
//! criterion without a timepoint has that of the next one behind it; a rule without any is asked at each
//! timepoint. `parse` reads a rule, `treatment` what it asks of drugs.

mod parse;
mod presets;
mod treatment;

use super::mismatch::words;
use super::{
    AnalyteId, Catalogue, Comparator, Day, Misplaced, Number, Schedule, UnitRule, display_unit,
};
use std::fmt;

pub use presets::{PRESETS, Preset};

words! {
    /// Which number of an analyte a criterion speaks of.
    Measure as "a number" {
        /// The value itself.
        Value = "value",
        /// Follow-up − baseline.
        Change = "change",
        /// The change in per cent of the baseline.
        PercentChange = "percent change" | "% change",
    }
}

/// What has to be true.
#[derive(Debug, Clone, PartialEq)]
pub enum Demand {
    /// Of a number of an analyte.
    Number(NumberDemand),
    /// The insulin of a day is less than at baseline, by so many per cent of it.
    InsulinReduced {
        /// At least, or more than.
        comparator: Comparator,
        /// Per cent of the dose at baseline.
        percent: Number,
    },
    /// No insulin was taken on any of so many days, up to the one that is asked about.
    InsulinFree {
        /// How many days; a week has seven.
        days: i32,
    },
    /// No drug that lowers glucose was taken on any of so many days, up to the one that is asked about.
    DrugFree {
        /// How many days; 1 asks about the day alone.
        days: i32,
    },
}

/// What has to be true of one number.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberDemand {
    /// The analyte.
    pub analyte: AnalyteId,
    /// What tables print for it.
    pub symbol: String,
    /// Which number of it.
    pub measure: Measure,
    /// On which side of the limit it has to be.
    pub comparator: Comparator,
    /// The limit, in the unit.
    pub limit: Number,
    /// The unit of the value, or of the values that a change is between. A percent change names none: this
    /// is the canonical one, and the unit of its values is that which most were printed in.
    pub unit: UnitRule,
}

/// One part of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    /// What has to be true.
    pub demand: Demand,
    /// The timepoint at which; `None` is each that is asked about.
    pub timepoint: Option<String>,
}

/// Who is a responder: who meets all criteria.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponderRule {
    /// At least one; either all have a timepoint or none has.
    pub criteria: Vec<Criterion>,
}

impl Comparator {
    /// True if this number is on its side of the limit.
    pub fn holds(self, number: f64, limit: f64) -> bool {
        match self {
            Comparator::Less => number < limit,
            Comparator::AtMost => number <= limit,
            Comparator::Greater => number > limit,
            Comparator::AtLeast => number >= limit,
        }
    }
}

impl ResponderRule {
    /// Read a rule.
    ///
    /// # Errors
    /// Points at the word that can't be used and names what is possible.
    pub fn parse(
        text: &str,
        catalogue: &Catalogue,
        schedule: &Schedule,
    ) -> Result<ResponderRule, Misplaced> {
        parse::parse_rule(text, catalogue, schedule)
    }

    /// True if it says at which timepoints it is asked.
    pub fn names_timepoints(&self) -> bool {
        self.criteria.iter().any(|criterion| criterion.timepoint.is_some())
    }

    /// The analytes it speaks of.
    pub fn analytes(&self) -> impl Iterator<Item = AnalyteId> {
        self.criteria.iter().filter_map(|criterion| match &criterion.demand {
            Demand::Number(number) => Some(number.analyte),
            _ => None,
        })
    }

    /// The first day on which it can be met.
    pub fn earliest_day(&self) -> Day {
        let all = self.criteria.iter().map(|criterion| criterion.demand.earliest_day());
        all.max().unwrap_or(Day(0))
    }

    /// The target day of the last timepoint it names; none if it names none.
    pub fn last_target(&self, schedule: &Schedule) -> Option<Day> {
        let named = self.criteria.iter().filter_map(|criterion| criterion.timepoint.as_deref());
        named.filter_map(|name| Some(schedule.named(name)?.target_day)).max()
    }

    /// What it asks of changes in per cent.
    pub fn percent_changes(&self) -> impl Iterator<Item = &NumberDemand> {
        self.criteria.iter().filter_map(|criterion| match &criterion.demand {
            Demand::Number(number) if number.measure == Measure::PercentChange => Some(number),
            _ => None,
        })
    }

    /// True if it speaks of drugs.
    pub fn asks_of_treatment(&self) -> bool {
        let is_of_drugs = |one: &Criterion| !matches!(one.demand, Demand::Number(_));
        self.criteria.iter().any(is_of_drugs)
    }
}

impl Demand {
    /// The first day on which it can be met: only who took a drug at baseline is asked whether it was left
    /// out, and can be free of it from day 0 on.
    pub(super) fn earliest_day(&self) -> Day {
        match self {
            Demand::InsulinFree { days } | Demand::DrugFree { days } => Day(days - 1),
            Demand::Number(_) | Demand::InsulinReduced { .. } => Day(0),
        }
    }
}

impl fmt::Display for ResponderRule {
    /// As it is read again; a timepoint that is shared stands at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, criterion) in self.criteria.iter().enumerate() {
            if place > 0 {
                f.write_str(" and ")?;
            }
            write!(f, "{}", criterion.demand)?;
            let next = self.criteria.get(place + 1).map(|next| &next.timepoint);
            match &criterion.timepoint {
                Some(timepoint) if next != Some(&criterion.timepoint) => {
                    write!(f, " at {timepoint}")?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Demand::Number(number) => write!(f, "{number}"),
            Demand::InsulinReduced { comparator, percent: Number { value, decimals } } => {
                let decimals = usize::from(*decimals);
                write!(f, "insulin dose reduced {comparator} {value:.decimals$} %")
            }
            Demand::InsulinFree { days } => write!(f, "insulin-free {}", Lasting(*days)),
            Demand::DrugFree { days: 1 } => f.write_str("drug-free"),
            Demand::DrugFree { days } => write!(f, "drug-free {}", Lasting(*days)),
        }
    }
}

/// How long something has to last, in days.
struct Lasting(i32);

impl fmt::Display for Lasting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            7 => f.write_str("for >= 1 week"),
            days if days % 7 == 0 => write!(f, "for >= {} weeks", days / 7),
            days => write!(f, "for >= {days} d"),
        }
    }
}

impl fmt::Display for NumberDemand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.symbol)?;
        if self.measure != Measure::Value {
            write!(f, " {}", self.measure)?;
        }
        let Number { value, decimals } = self.limit;
        write!(f, " {} {value:.*}", self.comparator, usize::from(decimals))?;
        let unit = match self.measure {
            Measure::PercentChange => "%".to_owned(),
            Measure::Value | Measure::Change => display_unit(&self.unit.ucum),
        };
        if unit.is_empty() { Ok(()) } else { write!(f, " {unit}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ResponderRule, Misplaced> {
        let schedule = Schedule::parse("W0,W4±1,W12±2").expect("a schedule");
        ResponderRule::parse(text, Catalogue::built_in(), &schedule)
    }

    #[test]
    fn a_rule_is_printed_as_it_is_read_again() {
        for (text, printed) in [
            ("hba1c<7.0% at w12", "HbA1c < 7.0 % at W12"),
            ("HbA1c change ≤ −0.5 %  AT W12", "HbA1c change <= -0.5 % at W12"),
            ("HbA1c % change <= -10 %", "HbA1c percent change <= -10 %"),
            (
                "HbA1c < 53 mmol/mol and FPG >= 4.0 mmol/L at W12",
                "HbA1c < 53 mmol/mol and FPG >= 4.0 mmol/L at W12",
            ),
            (
                "HbA1c < 7 % at W4 AND HbA1c < 7 % at W12",
                "HbA1c < 7 % at W4 and HbA1c < 7 % at W12",
            ),
        ] {
            let rule = parse(text).expect(text);
            assert_eq!(rule.to_string(), printed);
            assert_eq!(parse(printed).as_ref(), Ok(&rule));
        }
    }

    #[test]
    fn a_timepoint_holds_for_the_criteria_before_it() {
        let rule = parse("HbA1c < 7 % and FPG < 7 mmol/L at W12").expect("a rule");
        assert!(rule.criteria.iter().all(|one| one.timepoint.as_deref() == Some("W12")));
        assert!(!parse("HbA1c < 7 %").expect("a rule").names_timepoints());
    }

    #[test]
    fn the_rules_of_publications_can_be_asked() {
        for preset in PRESETS {
            let rule = parse(preset.rule).expect(preset.name);
            assert_eq!(rule.to_string(), preset.rule);
            assert!(!rule.names_timepoints() && !preset.source.is_empty());
        }
    }

    #[test]
    fn treatment_is_asked_for_in_many_spellings() {
        for (printed, texts) in [
            (
                "insulin dose reduced >= 50 %",
                &[
                    "Insulin dose reduced ≥ 50%",
                    "insulin reduced by >=50 %",
                    "insulin dose reduced 50 %",
                    "insulin -50 %",
                    "insulin −50 %",
                    "insulin dose - >= 50 %",
                    "insulin −≥50 %",
                ][..],
            ),
            ("insulin dose reduced > 33.3 %", &["insulin -> 33.3 %"]),
            (
                "insulin-free for >= 12 weeks",
                &["Insulin-free for ≥ 12 weeks", "insulin free >= 84 d", "insulin-free for 12 wk"],
            ),
            ("insulin-free for >= 10 d", &["insulin-free 10 days"]),
            ("drug-free", &["Drug free"]),
            ("drug-free for >= 1 week", &["drug-free for >= 7 days"]),
            (
                "HbA1c < 7 % and insulin dose reduced >= 50 % at W12",
                &["HbA1c < 7 % and insulin -50 % at W12"],
            ),
        ] {
            for text in texts {
                let rule = parse(text).expect(text);
                assert_eq!(rule.to_string(), printed);
                assert_eq!(parse(printed).as_ref(), Ok(&rule));
            }
        }
        let rule = parse("insulin-free for 12 wk and HbA1c < 7 %").expect("a rule");
        assert!(rule.asks_of_treatment() && rule.analytes().count() == 1);
        assert!(!parse("HbA1c < 7 %").expect("a rule").asks_of_treatment());
    }

    #[test]
    fn what_can_not_be_used_of_treatment_is_pointed_at() {
        let wrong = |text: &str| {
            let Misplaced { at, mismatch } = parse(text).expect_err(text);
            (at, mismatch.found)
        };
        assert_eq!(wrong("insulin-free"), (12, String::new()));
        assert_eq!(wrong("insulin-free for 12"), (17, "12".to_owned()));
        assert_eq!(wrong("insulin-free for < 12 wk"), (17, "<".to_owned()));
        assert_eq!(wrong("insulin-free for 0 d"), (17, "0 d".to_owned()));
        assert_eq!(wrong("insulin -150 %"), (9, "150 %".to_owned()));
        assert_eq!(wrong("insulin - 0 %"), (10, "0 %".to_owned()));
        assert_eq!(wrong("insulin reduced <= 50 %"), (16, "<=".to_owned()));
        assert_eq!(wrong("insulin reduced 50 U"), (16, "50 U".to_owned()));
        assert_eq!(wrong("insulin-free for 12 weeks at W4"), (29, "W4".to_owned()));
        let rule = "HbA1c < 7 % at W4 and drug-free for 12 weeks at W12";
        assert!(parse(rule).is_ok(), "each at its own timepoint");
        assert_eq!(wrong("drug-free today"), (10, "today".to_owned()));
        assert_eq!(wrong("insulin dose 20 U"), (0, "insulin dose 20 U".to_owned()));
    }

    /// A limit that no value can be beyond, and a unit that is missing.
    #[test]
    fn what_is_likely_meant_is_said() {
        let mend = |text: &str| parse(text).expect_err(text).mismatch.mend.expect(text);
        assert_eq!(mend("HbA1c <= -0.5 %"), "did you mean HbA1c change <= -0.5 %?");
        assert_eq!(mend("FPG > 0 mmol/L"), "did you mean FPG change > 0 mmol/L?");
        assert_eq!(mend("HbA1c < 48 %"), "did you mean HbA1c < 48 mmol/mol?");
        assert_eq!(mend("HbA1c < 7"), "say in which unit, such as HbA1c < 7 %");
        assert_eq!(mend("HbA1c < 53"), "say in which unit, such as HbA1c < 53 mmol/mol");
        assert_eq!(
            mend("HbA1c change < -1"),
            "say in which unit, such as HbA1c change < -1 mmol/mol"
        );
        for text in ["HbA1c change <= -0.5 %", "HbA1c > 9 mmol/mol", "HOMA-IR < 0.5"] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_can_not_be_used_is_pointed_at() {
        let wrong = |text: &str| {
            let Misplaced { at, mismatch } = parse(text).expect_err(text);
            (at, mismatch.found)
        };
        assert_eq!(wrong(""), (0, String::new()));
        assert_eq!(wrong("HbA1c < 7 % and "), (16, String::new()));
        assert_eq!(wrong("FPG < 7 mmol/L and HbA2c < 7 %"), (19, "HbA2c".to_owned()));
        assert_eq!(wrong("HbA1c = 7 %"), (6, "=".to_owned()));
        assert_eq!(wrong("HbA1c < 7,1 %"), (8, "7,1".to_owned()));
        assert_eq!(wrong("HbA1c < 7 mmol/L"), (10, "mmol/L".to_owned()));
        assert_eq!(wrong("HbA1c < 7"), (9, String::new()));
        assert_eq!(wrong("HbA1c <= -0.5 %"), (9, "-0.5 %".to_owned()));
        assert_eq!(wrong("HbA1c < 7 % or FPG < 7 mmol/L"), (12, "or FPG < 7 mmol/L".to_owned()));
        assert_eq!(wrong("HbA1c percent change < 7 mmol/mol"), (25, "mmol/mol".to_owned()));
        assert_eq!(wrong("HbA1c < 7 % at W13"), (15, "W13".to_owned()));
        assert_eq!(wrong("HbA1c < 7 % at W0"), (15, "W0".to_owned()));
        assert_eq!(wrong("HbA1c below 7 %"), (0, "HbA1c below 7 %".to_owned()));
        assert_eq!(
            wrong("HbA1c < 7 % at W12 and FPG < 7 mmol/L"),
            (23, "FPG < 7 mmol/L".to_owned())
        );
    }
}
