//! Steps of ten and of a thousand within one patient's series: a lost decimal point, another unit
//! prefix.
//!
//! A step alone proves nothing: C-reactive protein falls to a tenth in a week. So the larger value has
//! to be unusual where its tenth is usual (or the smaller where ten times it is), or a single value has
//! to stand out of two neighbours that agree.

use super::case::{Case, Point};
use super::{Asking, Rule, Scope, short};
use crate::domain::{Analyte, Level};

const MEND: &str = "compare with the source; put the right reading beside the print with `casebook \
                    measurement edit`, or keep it with `casebook check accept`";
const LACKS: &str = "no patient has two numbers of one analyte";

pub(super) static TENFOLD: Rule = Rule {
    name: "tenfold-step",
    level: Level::Question,
    asks: "Is a decimal point lost or misplaced in a patient's series?",
    mend: MEND,
    lacks: LACKS,
    scope: Scope::Patient(|case, asking| steps(case, asking, Step { factor: 10.0, play: 1.6 })),
};

pub(super) static THOUSANDFOLD: Rule = Rule {
    name: "thousandfold-step",
    level: Level::Question,
    asks: "Is a unit's prefix wrong in a patient's series?",
    mend: MEND,
    lacks: LACKS,
    scope: Scope::Patient(|case, asking| steps(case, asking, Step { factor: 1000.0, play: 2.5 })),
};

/// A step of this factor, give or take how far two true values lie apart.
#[derive(Clone, Copy)]
struct Step {
    factor: f64,
    play: f64,
}

impl Step {
    /// True if one value is about `factor` times the other.
    fn is_between(self, one: f64, other: f64) -> bool {
        let ratio = one.max(other) / one.min(other);
        (self.factor / self.play..=self.factor * self.play).contains(&ratio)
    }

    fn is_plausible(self, analyte: &Analyte, pair: &[Point<'_>]) -> bool {
        let (one, other) = (&pair[0], &pair[1]);
        let (large, small) = (one.value.max(other.value), one.value.min(other.value));
        let (min, max) = analyte.query_range;
        let usual = |value: f64| (min..=max).contains(&value);
        // Without a unit, any unit of the analyte in which it would be so.
        let fits = |canonical: &dyn Fn(f64) -> f64| {
            let (big, little) = (usual(canonical(large)), usual(canonical(small)));
            (little && !big && usual(canonical(large / self.factor)))
                || (big && !little && usual(canonical(small * self.factor)))
        };
        if one.has_unit {
            return fits(&|value| value);
        }
        analyte.units.iter().any(|rule| fits(&|value| rule.to_canonical(value)))
    }

    /// True if the middle one of three stands out of two that agree. Values that can be next to
    /// nothing rise and fall by themselves.
    fn stands_out(self, analyte: &Analyte, three: &[Point<'_>]) -> bool {
        let [before, at, after] = three else { return false };
        let is_apart = |other: &Point<'_>| self.is_between(at.value, other.value);
        let (low, high) = (before.value.min(after.value), before.value.max(after.value));
        let is_one_side = (at.value > high) || (at.value < low);
        analyte.query_range.0 > 0.0
            && is_one_side
            && is_apart(before)
            && is_apart(after)
            && high / low <= self.play
    }
}

fn steps(case: &Case<'_>, asking: &mut Asking<'_>, step: Step) {
    for (analyte, points) in case.series() {
        let points: Vec<_> = points.into_iter().filter(|point| point.value > 0.0).collect();
        // A value without a unit and one with are two scales.
        let (with, without): (Vec<_>, Vec<_>) =
            points.into_iter().partition(|point| point.has_unit);
        for points in [with, without] {
            in_series(case, asking, step, analyte, &points);
        }
    }
}

fn in_series(
    case: &Case<'_>,
    asking: &mut Asking<'_>,
    step: Step,
    analyte: &Analyte,
    points: &[Point<'_>],
) {
    let mut at = 0;
    while at + 1 < points.len() {
        asking.look();
        let three = points.get(at..at + 3).unwrap_or_default();
        let pair = &points[at..at + 2];
        let is_step = |pair: &[Point<'_>]| step.is_between(pair[0].value, pair[1].value);
        let fires = |pair: &[Point<'_>]| is_step(pair) && step.is_plausible(analyte, pair);
        let up = |pair: &[Point<'_>]| pair[1].value > pair[0].value;
        let stands_out = step.stands_out(analyte, three);
        let there_and_back = three.len() == 3
            && fires(&three[..2])
            && fires(&three[1..])
            && up(&three[..2]) != up(&three[1..]);
        let (doubted, next) = match () {
            () if stands_out || there_and_back => (three, at + 2),
            () if fires(pair) => (pair, at + 1),
            () => (&pair[..0], at + 1),
        };
        if let [first, .., last] = doubted {
            let texts: Vec<String> =
                doubted.iter().map(|point| format!("{} at {}", point.text, point.visit)).collect();
            let ratio = doubted[1].value.max(first.value) / doubted[1].value.min(first.value);
            let place = format!(
                "{}, {}, visits {} to {}",
                case.key(),
                analyte.symbol,
                first.visit,
                last.visit
            );
            let evidence =
                format!("{}: {} times", texts.join(", "), short((ratio * 10.0).round() / 10.0));
            asking.doubt(place, evidence, &texts);
        }
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    fn series(rule: &str, values: [&str; 3]) -> Vec<String> {
        let values = values.map(|value| [value]);
        found(&patient(&[("W0", &values[0]), ("W4", &values[1]), ("W12", &values[2])]), rule)
    }

    #[test]
    fn the_lost_point_of_the_first_case_is_asked_about_without_a_unit() {
        let none = " unit not reported";
        let read = |values: [&str; 3]| {
            let values = values.map(|value| format!("{value}{none}"));
            series("tenfold-step", [&values[0], &values[1], &values[2]])
        };
        assert_eq!(
            read(["AFP=34", "AFP=33", "AFP=3.2"]),
            ["a/1, AFP, visits W4 to W12: 33 at W4, 3.2 at W12: 10.3 times"]
        );
        assert_eq!(
            read(["CEA=35", "CEA=3.6", "CEA=3.8"]),
            ["a/1, CEA, visits W0 to W4: 35 at W0, 3.6 at W4: 9.7 times"]
        );
        assert_eq!(read(["AFP=3.4", "AFP=3.3", "AFP=3.2"]), [""; 0]);
        assert_eq!(read(["CA19-9=29.8", "CA19-9=18.2", "CA19-9=16.6"]), [""; 0]);
    }

    #[test]
    fn a_single_value_that_stands_out_is_asked_about_once() {
        let told = series("tenfold-step", ["TG=1.0 mmol/L", "TG=9.8 mmol/L", "TG=0.9 mmol/L"]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("visits W0 to W12"), "{told:?}");
        let told = series("tenfold-step", ["CEA=3 ng/mL", "CEA=30 ng/mL", "CEA=3 ng/mL"]);
        assert_eq!(told.len(), 1, "{told:?}");
    }

    #[test]
    fn what_rises_and_falls_by_itself_is_left_alone() {
        for values in [
            ["CRP=60 mg/L", "CRP=6 mg/L", "CRP=5 mg/L"],
            ["IL-6=80 ng/L", "IL-6=9 ng/L", "IL-6=70 ng/L"],
            ["TG=1.0 mmol/L", "TG=9.8 mmol/L", "TG=5 mmol/L"],
            ["ALT=20 U/L", "ALT=90 U/L", "ALT=25 U/L"],
            ["AFP=3.3 ng/mL", "AFP=33 unit not reported", "AFP=3.4 ng/mL"],
        ] {
            assert_eq!(series("tenfold-step", values), [""; 0]);
        }
    }

    #[test]
    fn another_prefix_is_asked_about() {
        let told =
            series("thousandfold-step", ["CA19-9=12 U/mL", "CA19-9=15000 U/mL", "CA19-9=14 U/mL"]);
        assert_eq!(told.len(), 1, "{told:?}");
        let told = series("thousandfold-step", ["CRP=1 mg/L", "CRP=90 mg/L", "CRP=1 mg/L"]);
        assert_eq!(told, [""; 0]);
    }
}
