//! Which drugs a patient took on a day, by the dose episodes that are recorded.
//!
//! An episode holds from its first day to its last. One without a last day goes on; one without a first
//! began before all that is recorded; one without either may have been taken at any time, so that it is
//! not known when. Where one episode of a drug ends on the day the next begins, that day is of the next.
//! A patient's medication is taken as a whole: who has episodes, and none of insulin on a day, took none
//! on it. Who has no episode at all is silent, and nothing is known of them.
//!
//! The day of a timepoint is that of the visit in its window that is nearest to the target (of two, the
//! earlier); without a visit it is the target, if the patient was followed so long. What a patient takes
//! at baseline is what was taken on the day before day 0, so that a dose that is changed with the first
//! infusion is a change; if nothing was, it is what was taken on day 0.

use super::timeline::{Place, place_of};
use crate::domain::{
    Cohort, Day, DrugClass, INSULIN, Lowering, Medication, MedicationTaken, Schedule, plain,
};
use std::collections::BTreeSet;

/// Why it is not known what a patient took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NoDose {
    /// No medication is recorded at all.
    NotRecorded,
    /// There is no visit, and follow-up does not reach the timepoint or is not known.
    NotFollowed,
    /// The drug has no day.
    NoDay,
    /// The dose is not reported.
    NotReported,
    /// The dose of insulin is in another unit than U or IU.
    OtherUnit,
    /// A drug is recorded twice on the day, or as both taken and not taken.
    Contradictory,
    /// A drug on the day has neither a code nor a name that is known.
    UnknownDrug,
}

impl NoDose {
    /// The reason in words.
    pub fn reason(self) -> &'static str {
        match self {
            NoDose::NotRecorded => "no medication recorded",
            NoDose::NotFollowed => "no visit, and not followed so long",
            NoDose::NoDay => "days not reported",
            NoDose::NotReported => "dose not reported",
            NoDose::OtherUnit => "dose not in units",
            NoDose::Contradictory => "recorded twice on one day",
            NoDose::UnknownDrug => "a drug without a known name or code",
        }
    }
}

/// What stands behind a drug in place of its dose, where several of one day contradict each other.
pub const CONTRADICTORY: &str = "contradictory";

/// Which drugs are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Drugs {
    /// Those of one class.
    Of(&'static DrugClass),
    /// All that lower glucose.
    Lowering,
    /// Those that do not, by their codes.
    Others,
    /// Those of which it is not known.
    Unknown,
}

impl Drugs {
    /// Whether an episode is of one of them; none if it is not known.
    fn hold(self, one: &Episode<'_>) -> Option<bool> {
        match (self, one.lowering) {
            (Drugs::Of(class), Lowering::Of(known)) => Some(class == known),
            (Drugs::Lowering, Lowering::Of(_)) => Some(true),
            (Drugs::Others, known) => Some(known == Lowering::No),
            (Drugs::Unknown, known) => Some(known == Lowering::Unknown),
            (_, Lowering::No) => Some(false),
            // A drug in units may be insulin under a name of trade.
            (Drugs::Of(INSULIN), Lowering::Unknown) if one.medication.is_in_units() => None,
            (Drugs::Of(_), Lowering::Unknown) => Some(false),
            (Drugs::Lowering, Lowering::Unknown) => None,
        }
    }
}

/// A dose episode, with what kind of drug it is of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Episode<'a> {
    taken: &'a MedicationTaken,
    lowering: Lowering,
}

impl<'a> Episode<'a> {
    fn new(taken: &'a MedicationTaken) -> Episode<'a> {
        Episode { taken, lowering: taken.medication.lowering() }
    }

    /// Those it is counted with.
    fn class(&self) -> Drugs {
        match self.lowering {
            Lowering::Of(class) => Drugs::Of(class),
            Lowering::No => Drugs::Others,
            Lowering::Unknown => Drugs::Unknown,
        }
    }
}

impl std::ops::Deref for Episode<'_> {
    type Target = MedicationTaken;

    fn deref(&self) -> &MedicationTaken {
        self.taken
    }
}

/// What a dose is of, and how much that is.
pub(super) type Dose = (String, f64);

/// The dose episodes of one patient.
#[derive(Debug, Clone, Default)]
pub(super) struct Regimen<'a> {
    episodes: Vec<Episode<'a>>,
}

impl<'a> Regimen<'a> {
    /// True if no medication is recorded.
    pub fn is_silent(&self) -> bool {
        self.episodes.is_empty()
    }

    /// The episodes that hold on a day.
    fn on(&self, day: Day) -> Vec<Episode<'a>> {
        let holds = |one: &&Episode<'_>| {
            one.is_placed
                && one.start.is_none_or(|start| start <= day)
                && one.end.is_none_or(|end| end >= day)
        };
        let all: Vec<Episode<'a>> = self.episodes.iter().filter(holds).copied().collect();
        let gives_way = |one: &Episode<'_>| {
            one.end == Some(day)
                && all.iter().any(|next| {
                    next.start == Some(day)
                        && next.end != Some(day)
                        && one.medication.is_same_drug(&next.medication)
                })
        };
        all.iter().filter(|one| !gives_way(one)).copied().collect()
    }

    /// Whether any of these drugs is taken on a day.
    pub fn takes(&self, drugs: Drugs, day: Day) -> Result<bool, NoDose> {
        if self.is_silent() {
            return Err(NoDose::NotRecorded);
        }
        let on = self.on(day);
        let of_these = on.iter().filter(|one| drugs.hold(one) == Some(true));
        let is_denied =
            |one: &Episode<'_>| on.iter().any(|other| other.medication.denies(&one.medication));
        let mut taken = of_these.filter(|one| !is_none(one)).peekable();
        if taken.peek().is_some() {
            return if taken.any(is_denied) { Err(NoDose::Contradictory) } else { Ok(true) };
        }
        let may_be = |one: &&Episode<'_>| drugs.hold(one) != Some(false) && !is_none(one);
        if on.iter().any(|one| may_be(&one)) {
            return Err(NoDose::UnknownDrug);
        }
        match self.episodes.iter().filter(may_be).any(|one| !one.is_placed) {
            true => Err(NoDose::NoDay),
            false => Ok(false),
        }
    }

    /// Units of insulin on a day, those of all insulins added; 0 if none is taken.
    pub fn insulin(&self, day: Day) -> Result<f64, NoDose> {
        let insulin = Drugs::Of(INSULIN);
        if !self.takes(insulin, day)? {
            return Ok(0.0);
        }
        let may_be = |one: &Episode<'_>| insulin.hold(one) != Some(false) && !is_none(one);
        if self.episodes.iter().copied().filter(may_be).any(|one| !one.is_placed) {
            return Err(NoDose::NoDay);
        }
        let on: Vec<_> = self.on(day).into_iter().filter(may_be).collect();
        let mut units = 0.0;
        for (at, one) in on.iter().enumerate() {
            let again = |other: &Episode<'_>| one.medication.is_same_drug(&other.medication);
            if insulin.hold(one).is_none() {
                return Err(NoDose::UnknownDrug);
            } else if on[at + 1..].iter().any(again) {
                return Err(NoDose::Contradictory);
            }
            let dose = one.medication.dose_per_day.ok_or(NoDose::NotReported)?;
            if !one.medication.is_in_units() {
                return Err(NoDose::OtherUnit);
            }
            units += dose;
        }
        Ok(units)
    }

    /// True if any of these drugs is recorded, at whatever time.
    pub fn names(&self, drugs: Drugs) -> bool {
        self.episodes.iter().any(|one| drugs.hold(one) == Some(true))
    }

    /// The dose of these drugs on a day, with what it is of: units of insulin, or the amount of the one
    /// other drug of them. Doses of one thing can be compared.
    pub fn dose(&self, drugs: Drugs, day: Day) -> Option<Dose> {
        if drugs == Drugs::Of(INSULIN) {
            return self.insulin(day).ok().map(|units| (INSULIN.name.to_owned(), units));
        }
        let on = self.on(day);
        let mut taken = on.iter().filter(|one| drugs.hold(one) == Some(true) && !is_none(one));
        let medication = &taken.next()?.medication;
        let unit = medication.dose_unit.as_deref().map(plain);
        let of = medication.atc.clone().unwrap_or_else(|| plain(&medication.drug));
        let is_alone = taken.next().is_none();
        let dose = medication.dose_per_day.filter(|_| is_alone)?;
        Some((format!("{of} {}", unit.unwrap_or_default()), dose))
    }

    /// What is taken on a day, in words; none if nothing is recorded.
    pub fn told(&self, day: Day) -> Option<String> {
        let first = self.episodes.first()?;
        let on = self.on(day);
        let of_no_day = self.episodes.iter().filter(|one| !one.is_placed);
        let mut drugs: Vec<String> = Vec::new();
        for (at, one) in on.iter().enumerate().filter(|(_, one)| !is_none(one)) {
            let again = |(place, other): (usize, &Episode<'_>)| {
                let is_same = || other.medication.is_same_drug(&one.medication);
                place != at && (other.medication.denies(&one.medication) || is_same())
            };
            let drug = match on.iter().enumerate().any(again) {
                true => format!("{} ({CONTRADICTORY})", one.medication.drug),
                false => told(one),
            };
            if !drugs.contains(&drug) {
                drugs.push(drug);
            }
        }
        drugs.extend(of_no_day.map(|one| format!("{} (days not reported)", told(one))));
        let nothing = || vec![if first.is_placed { "nothing" } else { "not known" }.to_owned()];
        Some(if drugs.is_empty() { nothing() } else { drugs }.join(", "))
    }

    /// Whether none of these drugs is taken on any of so many days, up to and with the last.
    pub fn is_free(&self, drugs: Drugs, last: Day, days: i32) -> Result<bool, NoDose> {
        let first = Day(last.0 - days + 1);
        // Between the days on which an episode begins or has ended nothing changes.
        let begun = self.episodes.iter().filter_map(|one| one.start);
        let ended = self.episodes.iter().filter_map(|one| one.end.map(|end| Day(end.0 + 1)));
        let within = begun.chain(ended).filter(|day| (first..=last).contains(day));
        let mut whole = Ok(true);
        for day in [first, last].into_iter().chain(within) {
            match self.takes(drugs, day) {
                Ok(true) => return Ok(false),
                Ok(false) => {}
                Err(reason) => whole = Err(reason),
            }
        }
        whole
    }

    /// The drugs that are begun on day 0 and count as taken at baseline, because none of their class was
    /// taken before.
    pub fn begun_on_day_zero(&self) -> BTreeSet<&'a str> {
        let is_begun = |one: &&Episode<'_>| {
            let drugs = one.class();
            one.start == Some(Day(0)) && !is_none(one) && self.baseline_day(drugs) == Day(0)
        };
        self.episodes
            .iter()
            .filter(is_begun)
            .map(|one| one.taken.medication.drug.as_str())
            .collect()
    }

    /// The day that what is taken at baseline is read from.
    pub fn baseline_day(&self, drugs: Drugs) -> Day {
        let before = Day(-1);
        if self.takes(drugs, before) == Ok(true) { before } else { Day(0) }
    }
}

/// Places of the episodes that hold on a day on which the last of them does, and contradict it: of the same
/// drug, or of an insulin and of being free of all. All are of one patient.
pub fn contradicted(taken: &[MedicationTaken]) -> Vec<usize> {
    let Some((last, others)) = taken.split_last() else { return Vec::new() };
    let is_open = |other: &MedicationTaken| {
        let from = last.start.max(other.start);
        let (Some(from), Some(to)) = (from, first_of(last.end, other.end)) else { return true };
        // A day on which one ends and the next begins is of the next.
        from < to || (from == to && last.start == other.start)
    };
    let contradicts = |other: &MedicationTaken| {
        let (one, other) = (&last.medication, &other.medication);
        one.is_same_drug(other) || one.denies(other) || other.denies(one)
    };
    let is_it = |other: &MedicationTaken| {
        last.is_placed && other.is_placed && contradicts(other) && is_open(other)
    };
    (0..others.len()).filter(|at| is_it(&others[*at])).collect()
}

/// The first of two last days; none goes on.
fn first_of(one: Option<Day>, other: Option<Day>) -> Option<Day> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// A drug with its dose: `metformin 2000 mg`.
fn told(one: &MedicationTaken) -> String {
    let Medication { drug, dose_per_day, dose_unit, .. } = &one.medication;
    match (dose_per_day, dose_unit) {
        (Some(dose), Some(unit)) => format!("{drug} {dose} {unit}"),
        _ => drug.clone(),
    }
}

/// True if the episode says that the drug is not taken.
fn is_none(one: &MedicationTaken) -> bool {
    one.medication.dose_per_day == Some(0.0)
}

/// What every patient of a cohort took, and the days it is asked about.
#[derive(Debug, Default)]
pub(super) struct Regimens<'a> {
    /// Patients as in the cohort.
    pub of: Vec<Regimen<'a>>,
    /// Each timepoint after day 0 with its day in each patient.
    pub days: Vec<(String, Vec<Option<Day>>)>,
    /// The last day that anything is known of in each patient.
    pub last: Vec<Option<Day>>,
}

impl<'a> Regimens<'a> {
    pub fn new(cohort: &Cohort, schedule: &Schedule, taken: &'a [MedicationTaken]) -> Regimens<'a> {
        let mut of = vec![Regimen::default(); cohort.subjects.len()];
        let follow_up = |days: Option<i32>| days.map(Day);
        let mut last: Vec<Option<Day>> =
            cohort.subjects.iter().map(|one| follow_up(one.follow_up_days)).collect();
        for one in taken {
            of[one.subject].episodes.push(Episode::new(one));
            last[one.subject] = last[one.subject].max(one.start).max(one.end);
        }
        let planned = schedule.timepoints();
        let mut nearest: Vec<Vec<Option<Day>>> = vec![vec![None; of.len()]; planned.len()];
        for occasion in cohort.occasions.values() {
            let Some(day) = occasion.day else { continue };
            let who = occasion.subject;
            last[who] = last[who].max(Some(day));
            if let Some(Place::Timepoint(at)) = place_of(schedule, day) {
                let distance = |day: Day| ((day.0 - planned[at].target_day.0).abs(), day);
                let known = &mut nearest[at][who];
                if known.is_none_or(|known| distance(day) < distance(known)) {
                    *known = Some(day);
                }
            }
        }
        let mut days = Vec::new();
        for (timepoint, mut nearest) in planned.iter().zip(nearest) {
            let target = timepoint.target_day;
            for (day, last) in nearest.iter_mut().zip(&last) {
                *day = day.or_else(|| last.is_some_and(|last| last >= target).then_some(target));
            }
            if target > Day(0) {
                days.push((timepoint.name.clone(), nearest));
            }
        }
        Regimens { of, days, last }
    }

    /// The day of a timepoint in a patient.
    pub fn day_at(&self, timepoint: &str, who: usize) -> Option<Day> {
        let days = self.days.iter().find(|(name, _)| name == timepoint);
        days.and_then(|(_, days)| days[who])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{cohort, taken};

    const INSULINS: Drugs = Drugs::Of(INSULIN);

    /// One patient's episodes: drug, dose per day, first and last day.
    type Episodes<'a> = &'a [(&'a str, Option<f64>, Option<i32>, Option<i32>)];

    fn with<T>(episodes: Episodes<'_>, ask: impl FnOnce(&Regimen<'_>) -> T) -> T {
        let taken: Vec<_> = episodes
            .iter()
            .map(|(drug, dose, start, end)| taken(0, drug, *dose, *start, *end))
            .collect();
        ask(&Regimen { episodes: taken.iter().map(Episode::new).collect() })
    }

    fn units(episodes: Episodes<'_>, day: i32) -> Result<f64, NoDose> {
        with(episodes, |regimen| regimen.insulin(Day(day)))
    }

    #[test]
    fn insulins_of_a_day_are_added_and_an_episode_gives_way_to_the_next() {
        let episodes: Episodes<'_> = &[
            ("insulin glargine", Some(20.0), Some(-100), Some(28)),
            ("insulin glargine", Some(12.0), Some(28), Some(60)),
            ("insulin aspart", Some(6.0), None, Some(40)),
            ("metformin", Some(2000.0), Some(-100), None),
        ];
        for (day, expected) in
            [(0, 26.0), (27, 26.0), (28, 18.0), (40, 18.0), (41, 12.0), (61, 0.0)]
        {
            assert_eq!(units(episodes, day), Ok(expected), "day {day}");
        }
    }

    #[test]
    fn zero_is_a_dose_and_silence_is_none() {
        assert_eq!(units(&[], 0), Err(NoDose::NotRecorded));
        assert_eq!(
            units(&[("metformin", None, Some(-9), None)], 0),
            Ok(0.0),
            "a list without insulin"
        );
        assert_eq!(units(&[("insulin", Some(0.0), Some(-9), None)], 0), Ok(0.0));
        assert_eq!(units(&[("insulin", None, Some(-9), None)], 0), Err(NoDose::NotReported));
        let is_on = with(&[("insulin", None, Some(-9), None)], |one| one.takes(INSULINS, Day(0)));
        assert_eq!(is_on, Ok(true), "whatever the dose");
        assert_eq!(units(&[("insulin", Some(9.0), None, None)], 0), Err(NoDose::NoDay));
        assert_eq!(
            units(&[("Brand of pens", Some(9.0), Some(-9), None)], 0),
            Err(NoDose::UnknownDrug)
        );
    }

    #[test]
    fn what_is_recorded_twice_is_not_added() {
        let twice: Episodes<'_> =
            &[("glargine", Some(20.0), Some(-9), None), ("glargine", Some(10.0), Some(28), None)];
        assert_eq!(units(twice, 27), Ok(20.0));
        assert_eq!(units(twice, 28), Err(NoDose::Contradictory));
        let both: Episodes<'_> =
            &[("glargine", Some(20.0), Some(-9), None), ("insulin", Some(0.0), Some(28), None)];
        assert_eq!(units(both, 30), Err(NoDose::Contradictory), "free of it, and yet on it");
    }

    #[test]
    fn a_dose_that_contradicts_another_is_told_as_such() {
        let told = |episodes: Episodes<'_>, day| with(episodes, |one| one.told(Day(day)));
        let twice: Episodes<'_> = &[
            ("glargine", Some(20.0), Some(-9), None),
            ("glargine", Some(10.0), Some(28), None),
            ("metformin", Some(1000.0), Some(-9), None),
        ];
        assert_eq!(told(twice, 27).as_deref(), Some("glargine 20 U, metformin 1000 mg"));
        let both = "glargine (contradictory), metformin 1000 mg";
        assert_eq!(told(twice, 28).as_deref(), Some(both));
        let free: Episodes<'_> =
            &[("glargine", Some(20.0), Some(-9), None), ("insulin", Some(0.0), Some(28), None)];
        assert_eq!(told(free, 28).as_deref(), Some("glargine (contradictory)"));
    }

    #[test]
    fn an_episode_is_open_while_the_next_of_its_drug_begins() {
        let open = |first: (i32, Option<i32>), next: (f64, i32)| {
            let one = taken(0, "glargine", Some(20.0), Some(first.0), first.1);
            let other = taken(0, "metformin", Some(2000.0), Some(-90), None);
            contradicted(&[one, other, taken(0, "glargine", Some(next.0), Some(next.1), None)])
        };
        assert_eq!(open((-9, None), (10.0, 28)), [0]);
        assert_eq!(open((-9, None), (0.0, 28)), [0], "free of it");
        assert_eq!(open((-9, Some(30)), (10.0, 28)), [0]);
        assert_eq!(open((-9, Some(28)), (10.0, 28)), [0; 0], "the day is of the next");
        assert_eq!(open((28, Some(28)), (10.0, 28)), [0], "both on one day");
        assert_eq!(open((40, None), (10.0, 28)), [0], "recorded first, begun later");
        assert_eq!(contradicted(&[]), [0; 0]);
    }

    #[test]
    fn what_is_begun_on_day_0_is_told_where_it_counts_as_baseline() {
        let begun = |episodes: Episodes<'_>| {
            with(episodes, |one| one.begun_on_day_zero().into_iter().map(str::to_owned).collect())
        };
        let metformin = ("metformin", Some(2000.0), Some(0), None);
        let all: Vec<String> = begun(&[metformin, ("glargine", Some(0.0), Some(0), None)]);
        assert_eq!(all, ["metformin"]);
        let changed: Vec<String> = begun(&[
            ("glargine", Some(20.0), Some(-9), Some(-1)),
            ("glargine", Some(9.0), Some(0), None),
        ]);
        assert_eq!(changed, [""; 0], "its baseline is the day before");
    }

    #[test]
    fn a_dose_in_another_unit_is_no_number_of_units() {
        let mut one = taken(0, "insulin", Some(0.4), Some(-9), None);
        one.medication.dose_unit = Some("U/kg".to_owned());
        let regimen = Regimen { episodes: vec![Episode::new(&one)] };
        assert_eq!(regimen.insulin(Day(0)), Err(NoDose::OtherUnit));
        assert_eq!(regimen.takes(INSULINS, Day(0)), Ok(true));
    }

    #[test]
    fn free_of_a_drug_is_free_on_each_of_the_days() {
        let episodes: Episodes<'_> = &[
            ("glargine", Some(20.0), Some(-9), Some(10)),
            ("glargine", Some(4.0), Some(50), Some(52)),
            ("metformin", None, Some(-9), Some(20)),
        ];
        let free =
            |drugs, last, days| with(episodes, |regimen| regimen.is_free(drugs, Day(last), days));
        assert_eq!(free(INSULINS, 38, 28), Ok(true), "days 11 to 38");
        assert_eq!(free(INSULINS, 38, 29), Ok(false), "day 10 as well");
        assert_eq!(free(INSULINS, 60, 20), Ok(false), "a few days in between");
        assert_eq!(free(INSULINS, 60, 8), Ok(true));
        assert_eq!(free(Drugs::Lowering, 38, 28), Ok(false));
        assert_eq!(free(Drugs::Lowering, 48, 28), Ok(true));
    }

    #[test]
    fn a_dose_that_changes_on_day_0_is_a_change() {
        let changed: Episodes<'_> =
            &[("glargine", Some(20.0), Some(-9), Some(-1)), ("glargine", Some(9.0), Some(0), None)];
        assert_eq!(with(changed, |one| one.baseline_day(INSULINS)), Day(-1));
        let begun: Episodes<'_> = &[("glargine", Some(9.0), Some(0), None)];
        assert_eq!(with(begun, |one| one.baseline_day(INSULINS)), Day(0));
    }

    #[test]
    fn the_day_of_a_timepoint_is_that_of_its_visit_or_the_target_within_follow_up() {
        let schedule = Schedule::parse("W4±1,W12±2,W24±4").expect("a schedule");
        let mut of = cohort(&[&[Some(0), Some(26), Some(32)], &[Some(0)], &[Some(0), None]]);
        of.subjects[1].follow_up_days = Some(100);
        let all = [taken(2, "metformin", None, Some(-9), Some(30))];
        let regimens = Regimens::new(&of, &schedule, &all);
        let days = |timepoint| [0, 1, 2].map(|who| regimens.day_at(timepoint, who));
        assert_eq!(days("W4"), [Some(Day(26)), Some(Day(28)), Some(Day(28))]);
        assert_eq!(days("W12"), [None, Some(Day(84)), None]);
        assert_eq!(days("W24"), [None; 3]);
    }
}
