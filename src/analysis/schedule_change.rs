//! What another schedule does to the change from baseline: which measurements stand at another
//! timepoint, for which patients another value speaks, and whose baseline it is.

use super::change_from_baseline::said_at;
use super::timeline::{BASELINE, Place, Spoken, Timeline, place_of};
use crate::domain::{Analyte, Cohort, Observation, Schedule, StatementMade};
use std::collections::{BTreeMap, BTreeSet};

/// Where measurements stand that fit no window.
pub const NO_WINDOW: &str = "no window";

/// Where measurements stand whose day is not known.
pub const NO_DAY: &str = "no day";

/// A cohort on a schedule. Another schedule gives visits other planned days.
#[derive(Debug, Clone, Copy)]
pub struct Scheduled<'a> {
    /// Patients and visits.
    pub cohort: &'a Cohort,
    /// The planned visits.
    pub schedule: &'a Schedule,
}

/// How one analyte at one timepoint differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Key of the analyte.
    pub parameter: String,
    /// What tables print: its symbol.
    pub label: String,
    /// Baseline, a timepoint, [`NO_WINDOW`] or [`NO_DAY`].
    pub timepoint: String,
    /// Measurements that stood there.
    pub before: usize,
    /// Measurements that stand there now.
    pub after: usize,
    /// Of these, how many stood elsewhere.
    pub moved_in: usize,
    /// How many of those that stood there stand elsewhere now.
    pub moved_out: usize,
    /// Patients for whom another value speaks there, or one where none did, or none any more.
    pub patients: usize,
}

/// The result of [`analyse_schedule_change`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScheduleChange {
    /// Analyte after analyte, timepoints in their order.
    pub shifts: Vec<Shift>,
    /// Keys of the patients whose baseline of any analyte is another value.
    pub baselines: BTreeSet<String>,
    /// Results in words that are counted at another timepoint.
    pub statements: usize,
    /// Measurements without a day, before and after, which belong to no timepoint.
    pub without_day: usize,
}

/// Compare two schedules. `observations` are those of every analyte.
pub fn analyse_schedule_change(
    before: Scheduled<'_>,
    after: Scheduled<'_>,
    observations: &[(&Analyte, Vec<Observation>)],
    statements: &[StatementMade],
) -> ScheduleChange {
    let mut found = ScheduleChange::default();
    let said_elsewhere = |visit: Option<i64>| {
        said_at(before.cohort, before.schedule, visit)
            != said_at(after.cohort, after.schedule, visit)
    };
    found.statements = statements.iter().filter(|made| said_elsewhere(made.visit)).count();
    for (analyte, observations) in observations {
        let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
        for one in observations {
            *places.entry((before.place(one.visit), after.place(one.visit))).or_default() += 1;
        }
        let without_day = (NO_DAY.to_owned(), NO_DAY.to_owned());
        found.without_day += places.get(&without_day).copied().unwrap_or_default();
        let stated = observations.iter().filter(|one| one.stated.is_some());
        found.statements += stated.filter(|one| said_elsewhere(Some(one.visit))).count();
        let spoken = spoken_differently(before, after, observations);
        if let Some(patients) = spoken.get(BASELINE) {
            let key = |subject: &usize| before.cohort.subjects[*subject].key.clone();
            found.baselines.extend(patients.iter().map(key));
        }
        for timepoint in timepoints(before.schedule, after.schedule) {
            let count = |is_meant: &dyn Fn(bool, bool) -> bool| -> usize {
                let meant = places
                    .iter()
                    .filter(|((was, is), _)| is_meant(*was == timepoint, *is == timepoint));
                meant.map(|(_, count)| count).sum()
            };
            let shift = Shift {
                parameter: analyte.key.clone(),
                label: analyte.symbol.clone(),
                before: count(&|was, _| was),
                after: count(&|_, is| is),
                moved_in: count(&|was, is| is && !was),
                moved_out: count(&|was, is| was && !is),
                patients: spoken.get(&timepoint).map_or(0, BTreeSet::len),
                timepoint,
            };
            if shift.moved_in + shift.moved_out + shift.patients > 0 {
                found.shifts.push(shift);
            }
        }
    }
    found
}

impl Scheduled<'_> {
    /// Where a measurement of this visit stands.
    fn place(self, visit: i64) -> String {
        let Some(day) = self.cohort.occasions.get(&visit).and_then(|occasion| occasion.day) else {
            return NO_DAY.to_owned();
        };
        match place_of(self.schedule, day) {
            Some(Place::Baseline) => BASELINE.to_owned(),
            Some(Place::Timepoint(at)) => self.schedule.timepoints()[at].name.clone(),
            None => NO_WINDOW.to_owned(),
        }
    }
}

/// Everywhere a measurement may stand on one of two schedules, in the order of the days aimed at.
fn timepoints(before: &Schedule, after: &Schedule) -> Vec<String> {
    let mut all: Vec<_> = after.timepoints().iter().chain(before.timepoints()).collect();
    all.sort_by_key(|timepoint| timepoint.target_day);
    let mut names = vec![BASELINE.to_owned()];
    for timepoint in all {
        if !names.contains(&timepoint.name) {
            names.push(timepoint.name.clone());
        }
    }
    names.extend([NO_WINDOW, NO_DAY].map(str::to_owned));
    names
}

/// For each timepoint, the patients for whom another value speaks.
fn spoken_differently(
    before: Scheduled<'_>,
    after: Scheduled<'_>,
    observations: &[Observation],
) -> BTreeMap<String, BTreeSet<usize>> {
    let line = |on: Scheduled<'_>| -> BTreeMap<String, Vec<Option<i64>>> {
        let timeline = Timeline::new(on.cohort, on.schedule, observations);
        let value = |spoken: &Spoken<'_>| match spoken {
            Spoken::Number(observation) => Some(observation.visit),
            Spoken::None(_) => None,
        };
        let columns = timeline.columns.iter();
        columns.map(|(name, column)| (name.clone(), column.iter().map(value).collect())).collect()
    };
    let (before, after) = (line(before), line(after));
    let nobody = Vec::new();
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differing = |name: &String| {
        let (was, is) = (before.get(name).unwrap_or(&nobody), after.get(name).unwrap_or(&nobody));
        let at = |column: &[Option<i64>], subject: usize| column.get(subject).copied().flatten();
        (0..was.len().max(is.len())).filter(|&who| at(was, who) != at(is, who)).collect()
    };
    names.into_iter().map(|name| (name.clone(), differing(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{cohort, observation};
    use crate::domain::{Catalogue, Finding};
    use proptest::prelude::*;

    fn schedule(text: &str) -> Schedule {
        Schedule::parse(text).expect("a schedule")
    }

    /// Values at visits 1, 2 …, of patients with visits on these days, on two schedules.
    fn effect(days: [&[&[Option<i32>]]; 2], schedules: [&str; 2]) -> ScheduleChange {
        let [before, after] = days.map(cohort);
        let visits = i64::try_from(before.occasions.len()).expect("few visits");
        let seen: Vec<_> = (1..=visits).map(|visit| observation(visit, Some(7.0))).collect();
        let fpg = Catalogue::built_in().find("FPG").expect("FPG");
        let [was, is] = schedules.map(schedule);
        analyse_schedule_change(
            Scheduled { cohort: &before, schedule: &was },
            Scheduled { cohort: &after, schedule: &is },
            &[(fpg, seen)],
            &[],
        )
    }

    /// Timepoint, before, after, moved in, moved out, patients.
    fn lines(effect: &ScheduleChange) -> Vec<(&str, [usize; 5])> {
        let line = |shift: &Shift| {
            [shift.before, shift.after, shift.moved_in, shift.moved_out, shift.patients]
        };
        effect.shifts.iter().map(|shift| (shift.timepoint.as_str(), line(shift))).collect()
    }

    #[test]
    fn a_wider_window_takes_what_fitted_none() {
        let days: &[&[Option<i32>]] = &[&[Some(0), Some(28), Some(40)], &[Some(0), Some(36), None]];
        let found = effect([days, days], ["W4±1", "W4±2"]);
        assert_eq!(lines(&found), [("W4", [1, 3, 2, 0, 1]), (NO_WINDOW, [2, 0, 0, 2, 0])]);
        assert!(found.baselines.is_empty());
        assert_eq!(found.without_day, 1);
    }

    #[test]
    fn a_new_timepoint_takes_what_is_nearer_to_it() {
        let days: &[&[Option<i32>]] = &[&[Some(28), Some(40)]];
        let found = effect([days, days], ["W4±2", "W4±2,W6±2"]);
        assert_eq!(lines(&found), [("W4", [2, 1, 0, 1, 0]), ("W6", [0, 1, 1, 0, 1])]);
        let back = effect([days, days], ["W4±2,W6±2", "W4±2"]);
        assert_eq!(lines(&back), [("W4", [1, 2, 1, 0, 0]), ("W6", [1, 0, 0, 1, 1])]);
    }

    /// Nothing moves, and yet another value is nearest to the new target.
    #[test]
    fn another_target_lets_another_value_speak() {
        let days: &[&[Option<i32>]] = &[&[Some(26), Some(31)]];
        let found = effect([days, days], ["W4±1", "W4=D30-9d+5d"]);
        assert_eq!(lines(&found), [("W4", [2, 2, 0, 0, 1])]);
    }

    #[test]
    fn a_planned_day_that_crosses_day_zero_is_another_baseline() {
        let before: &[&[Option<i32>]] = &[&[Some(-7), Some(0)]];
        let after: &[&[Option<i32>]] = &[&[Some(-7), Some(2)]];
        let found = effect([before, after], ["D-7,D0", "D-7,D0=D2"]);
        assert_eq!(lines(&found), [(BASELINE, [2, 1, 0, 1, 1]), ("D0", [0, 1, 1, 0, 1])]);
        assert_eq!(found.baselines, BTreeSet::from(["a/1".to_owned()]));
    }

    #[test]
    fn what_is_said_in_words_is_counted_too() {
        let people = cohort(&[&[Some(40)]]);
        let made = |visit| StatementMade {
            subject: 0,
            visit,
            analyte: None,
            topic: Some("weight".to_owned()),
            finding: Finding::Decreased,
        };
        let [was, is] = ["W4±1", "W4±2"].map(schedule);
        let on = |schedule| Scheduled { cohort: &people, schedule };
        let found = analyse_schedule_change(on(&was), on(&is), &[], &[made(Some(1)), made(None)]);
        assert_eq!(found.statements, 1, "what speaks of the whole follow-up stays");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_what_moves_out_moves_in(
            days in proptest::collection::vec(proptest::option::of(-30i32..200), 1..12),
            windows in [0u8..5, 0u8..5],
        ) {
            let days: &[&[Option<i32>]] = &[&days];
            let [was, is] = windows.map(|window| format!("W0,W4±{window},W8±{window},W12±{window}"));
            let found = effect([days, days], [&was, &is]);
            let sum = |of: fn(&Shift) -> usize| found.shifts.iter().map(of).sum::<usize>();
            prop_assert_eq!(sum(|shift| shift.moved_in), sum(|shift| shift.moved_out));
            prop_assert_eq!(sum(|shift| shift.before), sum(|shift| shift.after));
            prop_assert!(found.baselines.is_empty(), "no window touches the baseline");
            prop_assert_eq!(effect([days, days], [&was, &was]).shifts, []);
        }
    }
}
