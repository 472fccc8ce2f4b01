//! What is known of one analyte in each patient, before day 0 and after it.

use super::super::change_from_baseline::{Series, series_of, unit_of};
use super::super::question::UnitChoice;
use super::super::timeline::{BASELINE, Spoken, Timeline, ten_decimals};
use super::grade::{Grade, GradedTerm};
use super::range::{RangeClass, Seen};
use super::{LabAnalyte, OutOfRange, WORST};
use crate::domain::{
    Analyte, Cohort, Day, Observation, ReferenceRange, Schedule, Status, UnitRule,
};
use std::collections::HashMap;

/// An analyte with its observations, and the ranges of those by the number of the visit.
pub type Ranged<'a> = (&'a Analyte, Vec<Observation>, HashMap<i64, ReferenceRange>);

/// One analyte of one patient.
#[derive(Debug, Clone, Default)]
pub(in crate::analysis) struct Profile<'a> {
    pub baseline: Option<Seen<'a>>,
    /// For each period the values that count in it.
    pub after: Vec<Vec<Seen<'a>>>,
}

/// One analyte that has numbers.
pub(in crate::analysis) struct Lab<'a> {
    pub about: LabAnalyte,
    /// Patients as in the cohort.
    pub profiles: Vec<Profile<'a>>,
}

impl<'a> Lab<'a> {
    /// Put an analyte before and after day 0; `None` if the cohort has no number of it, or it
    /// is none of a laboratory.
    pub fn new(
        cohort: &Cohort,
        schedule: &Schedule,
        (analyte, observations, ranges): &'a Ranged<'_>,
        periods: &[String],
        units: UnitChoice,
    ) -> Option<Lab<'a>> {
        let is_used =
            |one: &&Observation| one.value.is_some() && cohort.occasions.contains_key(&one.visit);
        let used: Vec<&Observation> = observations.iter().filter(is_used).collect();
        let has_range = used.iter().any(|one| ranges.contains_key(&one.visit));
        // What is measured of the body and not of a specimen is no laboratory value.
        if used.is_empty() || (analyte.specimen.is_none() && !has_range) {
            return None;
        }
        let seen = |observation: &'a Observation| {
            let day = cohort.occasions.get(&observation.visit)?.day?;
            let range = ranges.get(&observation.visit).copied();
            Some(Seen { observation, value: observation.value?, range, day })
        };
        let timeline = Timeline::new(cohort, schedule, observations);
        let spoken = |name: &str, who: usize| {
            let (_, column) = timeline.columns.iter().find(|(known, _)| known == name)?;
            match column[who] {
                Spoken::Number(observation) => seen(observation),
                Spoken::None(_) => None,
            }
        };
        let profile = |who| Profile {
            baseline: spoken(BASELINE, who),
            after: periods.iter().map(|at| spoken(at, who).into_iter().collect()).collect(),
        };
        let mut profiles: Vec<Profile<'a>> = (0..cohort.subjects.len()).map(profile).collect();
        let dated: Vec<Seen<'a>> = used.iter().copied().filter_map(seen).collect();
        if periods == [WORST] {
            for one in dated.iter().filter(|one| one.day > Day(0)) {
                profiles[cohort.occasions[&one.observation.visit].subject].after[0].push(*one);
            }
            profiles.iter_mut().for_each(|one| one.after[0].sort_by_key(|seen| seen.day));
        }
        let printed: Vec<Observation> = used.iter().copied().cloned().collect();
        let rule = unit_of(analyte, &printed, units);
        let about = LabAnalyte {
            series: series_of(analyte, rule, &used, Vec::new()),
            values: used.len(),
            without_range: used.iter().filter(|one| !ranges.contains_key(&one.visit)).count(),
            undated: used.len() - dated.len(),
            terms: GradedTerm::of(&analyte.key)
                .map(|term| term.parameter(&analyte.symbol))
                .collect(),
            graded_from_second: GradedTerm::of(&analyte.key).any(GradedTerm::needs_limit_for_first)
                && used.iter().any(|one| !ranges.contains_key(&one.visit)),
            baseline_supposed: 0,
        };
        let mut lab = Lab { about, profiles };
        lab.about.baseline_supposed = lab.count_supposed();
        Some(lab)
    }

    pub fn key(&self) -> &str {
        &self.about.series.parameter
    }

    fn series(&self) -> &Series {
        &self.about.series
    }

    /// The worst grade of a patient in a period; `None` if no value can be graded.
    pub(super) fn worst_grade(
        &self,
        term: &GradedTerm,
        who: usize,
        period: usize,
    ) -> Option<Grade> {
        let profile = &self.profiles[who];
        let grades = profile.after[period].iter();
        grades.filter_map(|seen| term.grade(seen, profile.baseline.as_ref())).max()
    }

    /// The grade of a patient's baseline, by the rule that later values are graded by: where those are
    /// multiples of a high baseline, it is 0. `None` if it can't be graded.
    pub(super) fn baseline_grade(&self, term: &GradedTerm, who: usize) -> Option<Grade> {
        let baseline = self.profiles[who].baseline.as_ref();
        term.grade(baseline?, baseline)
    }

    /// Patients whose grade supposes a normal baseline.
    fn count_supposed(&self) -> usize {
        let is_supposed = |profile: &&Profile<'_>| {
            GradedTerm::of(self.key()).any(|term| {
                let grade = |seen| term.grade(seen, profile.baseline.as_ref());
                let mut grades = profile.after.iter().flatten().filter_map(grade);
                grades.any(|grade| grade.baseline_supposed)
            })
        };
        self.profiles.iter().filter(is_supposed).count()
    }

    /// The worst value of each patient on each side of the range, in a period.
    pub fn out_of_range(&self, cohort: &Cohort, period: (usize, &str)) -> Vec<OutOfRange> {
        let mut found = Vec::new();
        for (who, profile) in self.profiles.iter().enumerate() {
            for side in [RangeClass::High, RangeClass::Low] {
                let there = profile.after[period.0].iter().filter(|seen| seen.side() == Some(side));
                // The first of equals is the earliest.
                let worst = there.reduce(|worst, seen| {
                    let is_worse = match side {
                        RangeClass::High => seen.badness() > worst.badness(),
                        _ => seen.badness() < worst.badness(),
                    };
                    if is_worse { seen } else { worst }
                });
                let patient = &cohort.subjects[who].key;
                found.extend(worst.map(|seen| self.line(patient, profile, seen, side, period.1)));
            }
        }
        found
    }

    fn line(
        &self,
        patient: &str,
        profile: &Profile<'_>,
        seen: &Seen<'_>,
        side: RangeClass,
        period: &str,
    ) -> OutOfRange {
        let rule: &UnitRule = self.series().unit.as_ref().expect("an analyte has a unit");
        let in_unit = |canonical: f64| ten_decimals(rule.of_canonical(canonical));
        let baseline = profile.baseline.as_ref();
        let term =
            GradedTerm::of(self.key()).find(|term| term.rises() == (side == RangeClass::High));
        let grade = term.and_then(|term| term.grade(seen, baseline));
        OutOfRange {
            parameter: self.key().to_owned(),
            patient: patient.to_owned(),
            timepoint: period.to_owned(),
            side,
            baseline: (baseline.map(|seen| in_unit(seen.value)), RangeClass::of(baseline)),
            value: in_unit(seen.value),
            sign: match seen.observation.status {
                Status::BelowLimit => "<",
                Status::AboveLimit => ">",
                _ => "",
            },
            day: seen.day,
            limits: (seen.low().map(in_unit), seen.high().map(in_unit)),
            upper_multiple: seen.upper_multiple(),
            grade: grade.map(|grade| grade.grade),
            has_term: term.is_some(),
        }
    }
}
