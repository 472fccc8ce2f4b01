//! What is recorded of each patient, and whether it meets a rule.

use super::Evidence;
use super::answer::{Answer, Bound, Unknown};
use crate::analysis::change_from_baseline::said_at;
use crate::analysis::regimen::{Drugs, NoDose, Regimen, Regimens};
use crate::analysis::result::Missing;
use crate::analysis::timeline::{BASELINE, Spoken, Timeline, change, percent_change};
use crate::domain::{
    AnalyteId, Cohort, Comparator, Day, Demand, Finding, INSULIN, Measure, NumberDemand,
    ResponderRule, Schedule, StatementMade,
};
use std::collections::{BTreeMap, HashSet};

/// What is recorded of each analyte along the schedule.
pub(super) struct Recorded<'a> {
    timelines: BTreeMap<AnalyteId, Timeline<'a>>,
    /// Analyte, timepoint and patient of whom the target is stated to be reached.
    at_target: HashSet<(AnalyteId, String, usize)>,
    regimens: Regimens<'a>,
}

impl<'a> Recorded<'a> {
    pub fn new(
        cohort: &Cohort,
        schedule: &Schedule,
        evidence: &'a Evidence<'_>,
        rules: &[ResponderRule],
    ) -> Recorded<'a> {
        let mut recorded = Recorded {
            timelines: BTreeMap::new(),
            at_target: HashSet::new(),
            regimens: match rules.iter().any(ResponderRule::asks_of_treatment) {
                true => Regimens::new(cohort, schedule, &evidence.taken),
                false => Regimens::default(),
            },
        };
        let statements = &evidence.statements;
        for (analyte, observations) in &evidence.observations {
            recorded.timelines.insert(analyte.id, Timeline::new(cohort, schedule, observations));
            let mut stated = |subject, visit| {
                if let Some(timepoint) = said_at(cohort, schedule, visit) {
                    recorded.at_target.insert((analyte.id, timepoint, subject));
                }
            };
            let is_about = |one: &&StatementMade| {
                one.analyte.as_deref() == Some(&analyte.key) && one.finding == Finding::AtTarget
            };
            for statement in statements.iter().filter(is_about) {
                stated(statement.subject, statement.visit);
            }
            for one in observations {
                let finding = one.stated.as_deref().map(Finding::parse);
                let occasion = cohort.occasions.get(&one.visit);
                if let (Some(Ok(Finding::AtTarget)), Some(occasion)) = (finding, occasion) {
                    stated(occasion.subject, Some(one.visit));
                }
            }
        }
        recorded
    }

    /// Whether a patient meets a rule at these timepoints, and in words why it is not known.
    pub fn answer(&self, rule: &ResponderRule, at: &[String], who: usize) -> (Answer, String) {
        let answers = rule
            .criteria
            .iter()
            .zip(at)
            .map(|(one, timepoint)| self.meets(&one.demand, timepoint, who));
        let answers: Vec<Answer> = answers.collect();
        // Whom a rule is not about is not asked, whatever else is known; one criterion that is not met
        // settles it; words stand back behind what is not known.
        let ranks: [fn(&Answer) -> bool; 4] = [
            |answer| *answer == Answer::NotAsked,
            |answer| *answer == Answer::Unmet,
            |answer| matches!(answer, Answer::Unknown(_)),
            |answer| *answer == Answer::Stated,
        ];
        for rank in ranks {
            if let Some(place) = answers.iter().position(rank) {
                let (criterion, timepoint) = (&rule.criteria[place], &at[place]);
                return (answers[place], answers[place].in_words(&criterion.demand, timepoint));
            }
        }
        (Answer::Met, String::new())
    }

    fn meets(&self, demand: &Demand, timepoint: &str, who: usize) -> Answer {
        match demand {
            Demand::Number(number) => {
                let answer = number_meets(
                    number,
                    self.spoken(number.analyte, timepoint, who),
                    self.spoken(number.analyte, BASELINE, who),
                );
                match answer {
                    Answer::Unknown(Unknown::Missing(_))
                        if self.is_stated(number, timepoint, who) =>
                    {
                        Answer::Stated
                    }
                    answer => answer,
                }
            }
            treatment => {
                let day = self.regimens.day_at(timepoint, who);
                treatment_meets(treatment, &self.regimens.of[who], day)
            }
        }
    }

    /// True if words say that the target is reached.
    fn is_stated(&self, demand: &NumberDemand, timepoint: &str, who: usize) -> bool {
        demand.measure == Measure::Value
            && matches!(demand.comparator, Comparator::Less | Comparator::AtMost)
            && self.at_target.contains(&(demand.analyte, timepoint.to_owned(), who))
    }

    fn spoken(&self, analyte: AnalyteId, timepoint: &str, who: usize) -> Spoken<'a> {
        let columns = self.timelines.get(&analyte).map(|timeline| &timeline.columns);
        let column = columns.and_then(|all| all.iter().find(|(name, _)| name == timepoint));
        column.map_or(Spoken::None(Missing::NoRecord), |(_, spoken)| spoken[who])
    }
}

/// Whether a number meets a demand, by what speaks for it and for the baseline.
fn number_meets(demand: &NumberDemand, spoken: Spoken<'_>, baseline: Spoken<'_>) -> Answer {
    let (observation, number) = match spoken {
        Spoken::Number(observation) => (observation, spoken.in_unit(&demand.unit)),
        Spoken::None(missing) => return Answer::Unknown(Unknown::Missing(missing)),
    };
    let limit = demand.limit.value;
    let number = number.expect("a spoken number has a value");
    if demand.measure == Measure::Value {
        return Bound::of(observation).decides(number, demand.comparator, limit);
    }
    let (before, baseline) = match baseline {
        Spoken::Number(observation) => (observation, baseline.in_unit(&demand.unit)),
        Spoken::None(missing) => return Answer::Unknown(Unknown::NoBaseline(missing)),
    };
    let baseline = baseline.expect("a spoken number has a value");
    let difference = match demand.measure {
        Measure::PercentChange => percent_change(baseline, number),
        Measure::Value | Measure::Change => Some(change(baseline, number)),
    };
    let Some(difference) = difference else { return Answer::Unknown(Unknown::ZeroBaseline) };
    let bound = Bound::of(observation).minus(Bound::of(before));
    bound.decides(difference, demand.comparator, limit)
}

/// Whether what a patient takes on a day meets a demand. Only who took something at baseline can take
/// less of it, or be free of it: who never had insulin is no responder to anything by having none.
fn treatment_meets(demand: &Demand, regimen: &Regimen<'_>, day: Option<Day>) -> Answer {
    let insulin = Drugs::Of(INSULIN);
    let drugs = match demand {
        Demand::DrugFree { .. } => Drugs::Lowering,
        _ => insulin,
    };
    let before = regimen.baseline_day(drugs);
    match regimen.takes(drugs, before) {
        Ok(true) => {}
        Ok(false) => return Answer::NotAsked,
        Err(why) => return Answer::Unknown(Unknown::NoDoseAtBaseline(why)),
    }
    let Some(day) = day else { return Answer::Unknown(Unknown::NoDose(NoDose::NotFollowed)) };
    let is_met = match demand {
        Demand::InsulinReduced { comparator, percent } => {
            let baseline = match regimen.insulin(before) {
                Ok(units) => units,
                Err(why) => return Answer::Unknown(Unknown::NoDoseAtBaseline(why)),
            };
            let fall = |units| percent_change(baseline, units).map_or(0.0, |percent| -percent);
            regimen.insulin(day).map(|units| comparator.holds(fall(units), percent.value))
        }
        Demand::InsulinFree { days } | Demand::DrugFree { days } => {
            regimen.is_free(drugs, day, *days)
        }
        Demand::Number(_) => return Answer::Unmet, // a number is no treatment
    };
    match is_met {
        Ok(true) => Answer::Met,
        Ok(false) => Answer::Unmet,
        Err(why) => Answer::Unknown(Unknown::NoDose(why)),
    }
}
