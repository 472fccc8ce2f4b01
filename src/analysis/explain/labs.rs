//! Behind the laboratory values: every record of an analyte, and on which side of its range it lies.

use super::{Contribution, Used, blank, in_print, note_on, visit_of};
use crate::analysis::grouping::{Stratum, strata_of};
use crate::analysis::labs::{Lab, Ranged, periods_of};
use crate::analysis::question::Question;
use crate::analysis::timeline::{BASELINE, ten_decimals};
use crate::domain::{Cohort, Day, Observation, Schedule, display_unit};

/// Each patient's part in the shifts, multiples and grades; `observations` as in
/// [`analyse_labs`](crate::analysis::analyse_labs).
pub fn explain_labs(
    cohort: &Cohort,
    schedule: &Schedule,
    observations: &[Ranged<'_>],
    question: &Question,
) -> Vec<Contribution> {
    let periods = periods_of(question);
    let strata = strata_of(cohort, question.by.as_ref());
    let mut found = Vec::new();
    for ranged in observations {
        let Some(lab) = Lab::new(cohort, schedule, ranged, &periods, question.units) else {
            continue;
        };
        let told = Told { cohort, lab: &lab, ranged, periods: &periods };
        for Stratum { group, members } in &strata {
            for one in &ranged.1 {
                let Some(occasion) = cohort.occasions.get(&one.visit) else { continue };
                // Members stand in the order of the cohort.
                if members.binary_search(&occasion.subject).is_ok() {
                    found.extend(told.record(one, occasion.subject, group.as_ref()));
                }
            }
        }
    }
    found
}

/// One analyte.
struct Told<'a> {
    cohort: &'a Cohort,
    lab: &'a Lab<'a>,
    ranged: &'a Ranged<'a>,
    periods: &'a [String],
}

impl Told<'_> {
    /// A record at each time that it speaks for; once, and why, where it is not counted.
    fn record(&self, one: &Observation, who: usize, group: Option<&String>) -> Vec<Contribution> {
        let profile = &self.lab.profiles[who];
        let baseline = profile.baseline.iter().map(|seen| (BASELINE, seen));
        let after = self.periods.iter().zip(&profile.after);
        let after =
            after.flat_map(|(period, all)| all.iter().map(move |seen| (period.as_str(), seen)));
        let spoken: Vec<_> =
            baseline.chain(after).filter(|(_, seen)| std::ptr::eq(seen.observation, one)).collect();
        if spoken.is_empty() {
            let used = Used::No(self.why_not(one, who));
            return vec![Contribution { used, ..self.blank(one, who, "", group) }];
        }
        let at = |(period, seen): (&str, &crate::analysis::labs::Seen<'_>)| {
            let of = self.blank(one, who, period, group);
            let text = format!("{} ({})", of.text, self.in_words(one));
            let used = match seen.side() {
                None if self.lab.about.terms.is_empty() => {
                    Used::No("no reference range decides it".to_owned())
                }
                _ => Used::Yes,
            };
            Contribution { text, used, ..of }
        };
        spoken.into_iter().map(at).collect()
    }

    fn blank(
        &self,
        one: &Observation,
        who: usize,
        period: &str,
        group: Option<&String>,
    ) -> Contribution {
        let series = &self.lab.about.series;
        let rule = series.unit.as_ref().expect("an analyte has a unit");
        let value = one.value.map(|value| ten_decimals(rule.of_canonical(value)));
        let printed = one.unit.as_deref().and_then(|ucum| {
            let rule = self.ranged.0.units.iter().find(|rule| rule.ucum == ucum)?;
            Some((ten_decimals(rule.of_canonical(one.value?)), display_unit(ucum)))
        });
        let (item, day) = visit_of(self.cohort, one);
        Contribution {
            unit: rule.ucum.clone(),
            timepoint: period.to_owned(),
            patient: self.cohort.subjects[who].key.clone(),
            item,
            day,
            value,
            text: in_print(one, printed.as_ref().map(|(number, unit)| (*number, unit.as_str()))),
            note: note_on(one),
            ..blank(&series.parameter, &series.label, group)
        }
    }

    /// The range recorded with a value: `5 to 40 U/L`, in the canonical unit.
    fn in_words(&self, one: &Observation) -> String {
        let Some(range) = self.ranged.2.get(&one.visit) else { return "no range".to_owned() };
        let rule = self.lab.about.series.unit.as_ref().expect("an analyte has a unit");
        let in_unit = |limit: f64| ten_decimals(rule.of_canonical(limit)).to_string();
        let unit = display_unit(&rule.ucum);
        match (range.low.map(in_unit), range.high.map(in_unit)) {
            (Some(low), Some(high)) => format!("{low} to {high} {unit}"),
            (Some(low), None) => format!("from {low} {unit}"),
            (None, Some(high)) => format!("up to {high} {unit}"),
            (None, None) => "no range".to_owned(),
        }
    }

    fn why_not(&self, one: &Observation, who: usize) -> String {
        let day = self.cohort.occasions.get(&one.visit).and_then(|occasion| occasion.day);
        match day {
            _ if one.value.is_none() => "no number".to_owned(),
            None => "its day is not known".to_owned(),
            Some(day) if day <= Day(0) && self.lab.profiles[who].baseline.is_some() => {
                "another value is the baseline".to_owned()
            }
            Some(_) => "it speaks for no timepoint that is asked about".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{cohort, observation};
    use crate::domain::{Catalogue, ReferenceRange};
    use std::collections::HashMap;

    #[test]
    fn every_record_is_counted_or_told_why_not() {
        let of = cohort(&[&[Some(-3), Some(0), Some(28), Some(60), None]]);
        let alt = Catalogue::built_in().find("ALT").expect("ALT");
        let cea = Catalogue::built_in().find("CEA").expect("CEA");
        let mut seen: Vec<_> = (1..=4).map(|visit| observation(visit, Some(30.0))).collect();
        seen.push(observation(5, Some(30.0)));
        seen.push(observation(4, None));
        let range = ReferenceRange { low: None, high: Some(40.0) };
        let ranged = [
            (alt, seen, HashMap::from([(3, range)])),
            (cea, vec![observation(3, Some(2.0))], HashMap::new()),
        ];
        let schedule = Schedule::parse("W4±1").expect("a schedule");
        let told = |timepoints: &[&str]| {
            let timepoints = timepoints.iter().map(|name| (*name).to_owned()).collect();
            let question = Question { timepoints, ..Question::default() };
            let parts = explain_labs(&of, &schedule, &ranged, &question);
            let part = |one: Contribution| {
                (one.timepoint, one.used.reason().unwrap_or_default().to_owned())
            };
            parts.into_iter().map(part).collect::<Vec<_>>()
        };
        let part = |timepoint: &str, reason: &str| (timepoint.to_owned(), reason.to_owned());
        let worst = crate::analysis::WORST;
        let expected = [
            part("", "another value is the baseline"),
            part(BASELINE, ""),
            part(worst, ""),
            part(worst, ""),
            part("", "its day is not known"),
            part("", "no number"),
            part(worst, "no reference range decides it"),
        ];
        assert_eq!(told(&[]), expected);
        let not_asked = "it speaks for no timepoint that is asked about";
        assert_eq!(told(&["W4"])[2..4], [part("W4", ""), part("", not_asked)]);
    }
}
