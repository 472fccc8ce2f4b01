//! Behind a change from baseline: every record of the analyte, and each patient's pair.

use super::{Contribution, Used, blank, in_print, note_on, visit_of};
use crate::analysis::change_from_baseline::{
    ChangeAsked, is_extra, is_shown, timeline_of, unit_of,
};
use crate::analysis::grouping::{Stratum, strata_of};
use crate::analysis::question::Question;
use crate::analysis::result::Variable;
use crate::analysis::timeline::{
    BASELINE, Place, Spoken, Timeline, change, place_of, ten_decimals,
};
use crate::domain::{Analyte, Cohort, Observation, Occasion, Schedule, UnitRule, display_unit};

/// Each patient's part in the values and changes of the analytes; `observations` as in
/// [`analyse_change`](crate::analysis::analyse_change).
pub fn explain_change(
    cohort: &Cohort,
    schedule: &Schedule,
    observations: &[(&Analyte, Vec<Observation>)],
    question: &Question,
    asked: &ChangeAsked,
) -> Vec<Contribution> {
    let strata = strata_of(cohort, question.by.as_ref());
    let mut found = Vec::new();
    for (analyte, observations) in observations {
        let used = cohort.own(observations);
        if used.is_empty() {
            continue;
        }
        let timeline = timeline_of(cohort, schedule, (*analyte, &used[..]), asked);
        let series = Told { cohort, analyte, rule: unit_of(analyte, &used, question.units) };
        for Stratum { group, members } in &strata {
            for (at, (timepoint, spoken)) in timeline.columns.iter().enumerate() {
                if !is_shown(question, timepoint) {
                    continue;
                }
                let values =
                    |who: &usize| series.value(timepoint, group.as_ref(), *who, &spoken[*who]);
                found.extend(members.iter().map(values));
                if at > 0 {
                    let baseline = &timeline.columns[0].1;
                    let pair = |who: &usize| {
                        let pair = (&baseline[*who], &spoken[*who]);
                        series.change(timepoint, group.as_ref(), *who, pair)
                    };
                    found.extend(members.iter().map(pair));
                }
            }
            let belongs = |one: &&Observation| {
                // Members stand in the order of the cohort.
                members.binary_search(&cohort.occasions[&one.visit].subject).is_ok()
            };
            let silent = used
                .iter()
                .filter(belongs)
                .filter(|one| !is_told(&timeline, cohort, schedule, one));
            found.extend(silent.map(|one| series.unused(schedule, group.as_ref(), one)));
        }
    }
    found
}

/// What each patient has of an analyte at baseline, as in the cohort and in no group.
pub(super) fn at_baseline(
    cohort: &Cohort,
    schedule: &Schedule,
    (analyte, observations): (&Analyte, &[Observation]),
    question: &Question,
) -> Vec<Contribution> {
    let used = cohort.own(observations);
    let timeline = Timeline::new(cohort, schedule, &used);
    let series = Told { cohort, analyte, rule: unit_of(analyte, &used, question.units) };
    let spoken = &timeline.columns[0].1;
    (0..).zip(spoken).map(|(who, spoken)| series.value(BASELINE, None, who, spoken)).collect()
}

/// True if a timepoint's line already tells of this record: it speaks there, or it is why nothing does.
fn is_told(
    timeline: &Timeline<'_>,
    cohort: &Cohort,
    schedule: &Schedule,
    wanted: &Observation,
) -> bool {
    let Occasion { subject, day, .. } = &cohort.occasions[&wanted.visit];
    let name = day.and_then(|day| place_of(schedule, day)).map(|place| match place {
        Place::Baseline => BASELINE,
        Place::Timepoint(at) => &*schedule.timepoints()[at].name,
    });
    let column = timeline.columns.iter().find(|(known, _)| Some(known.as_str()) == name);
    let mut chosen = timeline.columns.iter().zip(&timeline.records);
    let is_wanted =
        |record: Option<&Observation>| record.is_some_and(|one| std::ptr::eq(one, wanted));
    if chosen.any(|((name, _), records)| is_extra(name) && is_wanted(records[*subject])) {
        return true;
    }
    match column.map(|(_, spoken)| &spoken[*subject]) {
        Some(Spoken::Number(speaker)) => std::ptr::eq(*speaker, wanted),
        Some(Spoken::None(_)) => true,
        None => false,
    }
}

/// One analyte in the unit it is summarised in.
struct Told<'a> {
    cohort: &'a Cohort,
    analyte: &'a Analyte,
    rule: &'a UnitRule,
}

impl Told<'_> {
    fn blank(&self, timepoint: &str, group: Option<&String>, who: usize) -> Contribution {
        Contribution {
            unit: self.rule.ucum.clone(),
            timepoint: timepoint.to_owned(),
            patient: self.cohort.subjects[who].key.clone(),
            ..blank(&self.analyte.key, &self.analyte.symbol, group)
        }
    }

    /// What was recorded, as it was printed.
    fn text(&self, observation: &Observation) -> String {
        let unit = observation.unit.as_deref();
        let rule = unit.and_then(|ucum| self.analyte.units.iter().find(|rule| rule.ucum == ucum));
        let printed = observation.value.zip(rule);
        let printed =
            printed.map(|(value, rule)| (ten_decimals(rule.of_canonical(value)), &*rule.ucum));
        let shown = printed.map(|(value, ucum)| (value, display_unit(ucum)));
        in_print(observation, shown.as_ref().map(|(value, unit)| (*value, unit.as_str())))
    }

    fn value(
        &self,
        timepoint: &str,
        group: Option<&String>,
        who: usize,
        spoken: &Spoken<'_>,
    ) -> Contribution {
        let of = self.blank(timepoint, group, who);
        match spoken {
            Spoken::Number(observation) => {
                let (item, day) = visit_of(self.cohort, observation);
                Contribution {
                    item,
                    day,
                    value: spoken.in_unit(self.rule),
                    text: self.text(observation),
                    note: note_on(observation),
                    ..of
                }
            }
            Spoken::None(missing) => {
                Contribution { used: Used::No(missing.reason().to_owned()), ..of }
            }
        }
    }

    fn change(
        &self,
        timepoint: &str,
        group: Option<&String>,
        who: usize,
        (before, after): (&Spoken<'_>, &Spoken<'_>),
    ) -> Contribution {
        let of = Contribution { variable: Variable::Change, ..self.blank(timepoint, group, who) };
        match (before, after) {
            (Spoken::Number(first), Spoken::Number(next)) => {
                let (item, day) = visit_of(self.cohort, next);
                let pair = before.in_unit(self.rule).zip(after.in_unit(self.rule));
                Contribution {
                    item,
                    day,
                    value: pair.map(|(before, after)| change(before, after)),
                    text: format!("{} to {}", self.text(first), self.text(next)),
                    note: note_on(first).or(note_on(next)),
                    ..of
                }
            }
            (Spoken::None(missing), _) => {
                Contribution { used: Used::No(format!("{BASELINE}: {}", missing.reason())), ..of }
            }
            (_, Spoken::None(missing)) => {
                Contribution { used: Used::No(format!("{timepoint}: {}", missing.reason())), ..of }
            }
        }
    }

    /// A record that speaks at no timepoint.
    fn unused(
        &self,
        schedule: &Schedule,
        group: Option<&String>,
        observation: &Observation,
    ) -> Contribution {
        let Occasion { subject, day, .. } = &self.cohort.occasions[&observation.visit];
        let (item, _) = visit_of(self.cohort, observation);
        let reason = match day {
            None => "its day is not known",
            Some(day) if place_of(schedule, *day).is_none() => "outside every window",
            Some(_) if observation.value.is_none() => "no number",
            Some(_) => "another value of the patient speaks for this timepoint",
        };
        Contribution {
            item,
            day: *day,
            value: observation.value.map(|value| ten_decimals(self.rule.of_canonical(value))),
            text: self.text(observation),
            used: Used::No(reason.to_owned()),
            ..self.blank("", group, *subject)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{cohort, observation};
    use crate::analysis::{Amount, Extra, Statistic, analyse_change};
    use crate::domain::{Catalogue, Status};
    use crate::statistics::{QuantileType, describe};
    use proptest::prelude::*;

    const DAYS: &[Option<i32>] = &[Some(-3), Some(0), Some(27), Some(30), Some(60), None];

    fn explained(seen: Vec<Observation>, patients: usize) -> Vec<Contribution> {
        let schedule = Schedule::parse("W4±1").expect("a schedule");
        let analyte = Catalogue::built_in().find("FPG").expect("an analyte");
        let days = vec![DAYS; patients];
        explain_change(
            &cohort(&days),
            &schedule,
            &[(analyte, seen)],
            &Question::default(),
            &ChangeAsked::default(),
        )
    }

    fn reasons(found: &[Contribution], variable: Variable) -> Vec<(&str, Option<&str>, &str)> {
        let of = found.iter().filter(|one| one.variable == variable);
        of.map(|one| (&*one.timepoint, one.item.as_deref(), one.used.reason().unwrap_or("")))
            .collect()
    }

    #[test]
    fn every_record_is_told_and_why_it_is_not_used() {
        let mut limit = observation(4, Some(7.0));
        limit.status = Status::BelowLimit;
        let seen = vec![
            observation(1, Some(9.0)),
            observation(2, Some(10.0)),
            observation(3, None),
            limit,
            observation(5, Some(6.0)),
            observation(6, Some(5.0)),
        ];
        let found = explained(seen, 1);
        assert_eq!(
            reasons(&found, Variable::Value),
            [
                ("Baseline", Some("V2"), ""),
                ("W4", Some("V4"), ""),
                ("", Some("V1"), "another value of the patient speaks for this timepoint"),
                ("", Some("V3"), "no number"),
                ("", Some("V5"), "outside every window"),
                ("", Some("V6"), "its day is not known"),
            ]
        );
        let change = found.iter().find(|one| one.variable == Variable::Change).expect("a pair");
        assert_eq!((change.value, &*change.text), (Some(-3.0), "10.0 mmol/L to <7.0 mmol/L"));
        assert_eq!(change.note, Some("a limit, taken for the value"));
    }

    #[test]
    fn who_has_no_pair_is_told_what_is_missing() {
        let seen = vec![observation(1, Some(9.0)), observation(9, Some(7.0))];
        let found = explained(seen, 2);
        assert_eq!(
            reasons(&found, Variable::Change),
            [("W4", None, "W4: no record"), ("W4", None, "Baseline: no record")]
        );
    }

    proptest! {
        #[test]
        fn what_is_listed_is_what_was_counted(
            values in prop::collection::vec(prop::option::of(40_u32..150), 24),
        ) {
            let schedule = Schedule::parse("W4±1").expect("a schedule");
            let analyte = Catalogue::built_in().find("FPG").expect("an analyte");
            let seen: Vec<Observation> = (1..).zip(&values)
                .map(|(visit, value)| observation(visit, value.map(|tenths| f64::from(tenths) / 10.0)))
                .collect();
            let cohort = cohort(&[DAYS; 4]);
            let observations = [(analyte, seen)];
            let question = Question::default();
            let asked = ChangeAsked { extra: Extra::ALL.to_vec(), ..ChangeAsked::default() };
            let told = explain_change(&cohort, &schedule, &observations, &question, &asked);
            let counted = analyse_change(&cohort, &schedule, &observations, &[], &question, &asked);
            for result in counted.results.iter().filter(|result| result.statistic == Statistic::Mean) {
                let parts: Vec<f64> = told.iter()
                    .filter(|one| one.used == Used::Yes)
                    .filter(|one| one.timepoint == result.timepoint && one.variable == result.variable)
                    .filter_map(|one| one.value)
                    .collect();
                if result.variable == Variable::PercentChange {
                    continue;
                }
                prop_assert_eq!(parts.len(), result.n);
                let mean = describe(&parts, QuantileType::default()).mean;
                prop_assert_eq!(Amount::from(mean), result.amount);
            }
        }
    }
}
