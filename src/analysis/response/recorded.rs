//! What is recorded of each patient, and whether it meets a rule.

use super::Evidence;
use super::answer::{Answer, Bound, Unknown};
use crate::analysis::change_from_baseline::{said_at, unit_of};
use crate::analysis::question::UnitChoice;
use crate::analysis::regimen::{Drugs, NoDose, Regimen, Regimens};
use crate::analysis::result::Missing;
use crate::analysis::timeline::{BASELINE, Spoken, Timeline, change, percent_change, spoken_by};
use crate::domain::{
    AnalyteId, Cohort, Comparator, Day, Demand, Finding, INSULIN, Measure, Number, NumberDemand,
    ResponderRule, Schedule, StatementMade, Status, UnitRule, display_unit,
};
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// When something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum When<'t> {
    /// At a timepoint of the schedule, or at baseline.
    At(&'t str),
    /// At the visits of a day.
    On(Day),
}

impl fmt::Display for When<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::At(timepoint) => write!(f, "at {timepoint}"),
            When::On(day) => write!(f, "on day {day}"),
        }
    }
}

/// What words say of a target.
#[derive(Debug, Clone, Copy, Default)]
struct Words {
    reached: bool,
    missed: bool,
}

/// What is recorded of each analyte along the schedule.
pub(super) struct Recorded<'a> {
    timelines: BTreeMap<AnalyteId, Timeline<'a>>,
    /// The unit that most values of each analyte were printed in.
    printed: BTreeMap<AnalyteId, &'a UnitRule>,
    /// By analyte, patient and day, what speaks at the visits after day 0; filled where days are asked.
    days: HashMap<(AnalyteId, usize, Day), Spoken<'a>>,
    /// By analyte, patient and timepoint or day.
    words: HashMap<(AnalyteId, usize, String), Words>,
    regimens: Regimens<'a>,
    accepts_statements: bool,
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
            printed: BTreeMap::new(),
            days: HashMap::new(),
            words: HashMap::new(),
            regimens: match rules.iter().any(ResponderRule::asks_of_treatment) {
                true => Regimens::new(cohort, schedule, &evidence.taken),
                false => Regimens::default(),
            },
            accepts_statements: evidence.accepts_statements,
        };
        for (analyte, observations) in &evidence.observations {
            recorded.timelines.insert(analyte.id, Timeline::new(cohort, schedule, observations));
            let used = cohort.own(observations);
            recorded.printed.insert(analyte.id, unit_of(analyte, &used, UnitChoice::Recorded));
            let is_about = |one: &&StatementMade| one.analyte.as_deref() == Some(&analyte.key);
            for one in evidence.statements.iter().filter(is_about) {
                let visit = (analyte.id, one.subject, one.visit);
                recorded.hear(cohort, schedule, visit, one.finding);
            }
            for one in observations {
                let finding = one.stated.as_deref().map(Finding::parse);
                let occasion = cohort.occasions.get(&one.visit);
                if let (Some(Ok(finding)), Some(occasion)) = (finding, occasion) {
                    let visit = (analyte.id, occasion.subject, Some(one.visit));
                    recorded.hear(cohort, schedule, visit, finding);
                }
            }
        }
        recorded
    }

    /// The unit that a demand is computed in. Per cent of a baseline depend on where the unit has its
    /// zero; they are taken, as by `summary change`, in the unit that most values were printed in.
    pub fn unit_for<'d>(&self, demand: &'d NumberDemand) -> &'d UnitRule
    where
        'a: 'd,
    {
        match demand.measure {
            Measure::PercentChange => self.printed.get(&demand.analyte).unwrap_or(&&demand.unit),
            Measure::Value | Measure::Change => &demand.unit,
        }
    }

    /// Take in what is said of a target.
    fn hear(
        &mut self,
        cohort: &Cohort,
        schedule: &Schedule,
        (analyte, who, visit): (AnalyteId, usize, Option<i64>),
        finding: Finding,
    ) {
        let (reached, missed) = match finding {
            Finding::AtTarget => (true, false),
            Finding::NotAtTarget => (false, true),
            _ => return,
        };
        let day = visit.and_then(|visit| cohort.occasions.get(&visit)?.day);
        let timepoint = said_at(cohort, schedule, visit);
        let times = [
            timepoint.map(|timepoint| When::At(&timepoint).to_string()),
            day.map(|day| When::On(day).to_string()),
        ];
        for time in times.into_iter().flatten() {
            let words = self.words.entry((analyte, who, time)).or_default();
            words.reached |= reached;
            words.missed |= missed;
        }
    }

    /// Put the observations of visits after day 0 by their days. Of several on one day a number speaks
    /// before none, and the first before the next.
    pub fn with_days(mut self, cohort: &Cohort, evidence: &'a Evidence<'_>) -> Recorded<'a> {
        for (analyte, observations) in &evidence.observations {
            for one in observations {
                let Some(occasion) = cohort.occasions.get(&one.visit) else { continue };
                let Some(day) = occasion.day.filter(|day| *day > Day(0)) else { continue };
                let key = (analyte.id, occasion.subject, day);
                let known = self.days.entry(key).or_insert(spoken_by(one));
                if matches!(known, Spoken::None(_)) {
                    *known = spoken_by(one);
                }
            }
        }
        self
    }

    /// Whether a patient meets a rule at these times, one for each criterion, and in words why it is not
    /// known.
    pub fn answer(&self, rule: &ResponderRule, at: &[When<'_>], who: usize) -> (Answer, String) {
        let answers = self.answers(rule, at, who);
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
                let words = answers[place].in_words(&rule.criteria[place].demand, &at[place]);
                return (answers[place], words);
            }
        }
        (Answer::Met, String::new())
    }

    /// The answer to each criterion of a rule.
    fn answers(&self, rule: &ResponderRule, at: &[When<'_>], who: usize) -> Vec<Answer> {
        let asked = rule.criteria.iter().zip(at);
        asked.map(|(one, when)| self.meets(&one.demand, *when, who)).collect()
    }

    /// True if one criterion is known not to be met, which settles the rule, while another is not known.
    pub fn is_settled_in_part(&self, rule: &ResponderRule, at: &[When<'_>], who: usize) -> bool {
        let answers = self.answers(rule, at, who);
        let is_open = |answer: &Answer| !answer.is_known(self.accepts_statements);
        !answers.contains(&Answer::NotAsked)
            && answers.contains(&Answer::Unmet)
            && answers.iter().any(is_open)
    }

    /// True if a patient met the rule at baseline already. Changes and treatments are counted from there.
    pub fn is_met_at_baseline(&self, rule: &ResponderRule, who: usize) -> bool {
        rule.criteria.iter().all(|one| match &one.demand {
            Demand::Number(number) if number.measure == Measure::Value => {
                self.meets(&one.demand, When::At(BASELINE), who) == Answer::Met
            }
            _ => false,
        })
    }

    /// What a criterion is answered by, in words: `6.9 %`, `20 to 10 U`.
    pub fn told(&self, demand: &Demand, when: When<'_>, who: usize) -> Option<String> {
        let number = match demand {
            Demand::Number(number) => number,
            treatment => {
                let day = self.day_of(when, who)?;
                return treatment_told(treatment, &self.regimens.of[who], day);
            }
        };
        let spoken = self.spoken(number.analyte, when, who);
        let Spoken::Number(observation) = spoken else { return None };
        let unit = self.unit_for(number);
        let value = spoken.in_unit(unit)?;
        let sign = match observation.status {
            Status::BelowLimit => "<",
            Status::AboveLimit => ">",
            _ => "",
        };
        let printed = display_unit(&unit.ucum);
        let text = match number.measure {
            Measure::Value => format!("{sign}{} {printed}", in_sight_of(number.limit, value)),
            measure => {
                let baseline =
                    self.spoken(number.analyte, When::At(BASELINE), who).in_unit(unit)?;
                let (difference, printed) = match measure {
                    Measure::PercentChange => (percent_change(baseline, value)?, "%"),
                    Measure::Value | Measure::Change => (change(baseline, value), printed.as_str()),
                };
                let plus = if difference > 0.0 { "+" } else { "" };
                format!("{plus}{} {printed}", in_sight_of(number.limit, difference))
            }
        };
        Some(text.trim_end().to_owned())
    }

    fn day_of(&self, when: When<'_>, who: usize) -> Option<Day> {
        match when {
            When::At(timepoint) => self.regimens.day_at(timepoint, who),
            When::On(day) => Some(day),
        }
    }

    fn meets(&self, demand: &Demand, when: When<'_>, who: usize) -> Answer {
        let number = match demand {
            Demand::Number(number) => number,
            treatment => {
                return treatment_meets(treatment, &self.regimens.of[who], self.day_of(when, who));
            }
        };
        let spoken = self.spoken(number.analyte, when, who);
        let baseline = self.spoken(number.analyte, When::At(BASELINE), who);
        let answer = number_meets(number, self.unit_for(number), spoken, baseline);
        let is_target = number.measure == Measure::Value
            && matches!(number.comparator, Comparator::Less | Comparator::AtMost);
        if !is_target || !matches!(answer, Answer::Unknown(Unknown::Missing(_))) {
            return answer;
        }
        match self.words.get(&(number.analyte, who, when.to_string())) {
            Some(Words { reached: true, missed: false }) => Answer::Stated,
            // Whoever takes the one for an answer has to take the other.
            Some(Words { reached: false, missed: true }) if self.accepts_statements => {
                Answer::Unmet
            }
            _ => answer,
        }
    }

    fn spoken(&self, analyte: AnalyteId, when: When<'_>, who: usize) -> Spoken<'a> {
        let none = Spoken::None(Missing::NoRecord);
        let timepoint = match when {
            When::On(day) => return *self.days.get(&(analyte, who, day)).unwrap_or(&none),
            When::At(timepoint) => timepoint,
        };
        let columns = self.timelines.get(&analyte).map(|timeline| &timeline.columns);
        let column = columns.and_then(|all| all.iter().find(|(name, _)| name == timepoint));
        column.map_or(none, |(_, spoken)| spoken[who])
    }
}

/// Whether a number meets a demand, by what speaks for it and for the baseline, both read in one unit.
fn number_meets(
    demand: &NumberDemand,
    unit: &UnitRule,
    spoken: Spoken<'_>,
    baseline: Spoken<'_>,
) -> Answer {
    let (observation, number) = match spoken {
        Spoken::Number(observation) => (observation, spoken.in_unit(unit)),
        Spoken::None(missing) => return Answer::Unknown(Unknown::Missing(missing)),
    };
    let limit = demand.limit.value;
    let number = number.expect("a spoken number has a value");
    if demand.measure == Measure::Value {
        return Bound::of(observation).decides(number, demand.comparator, limit);
    }
    let (before, baseline) = match baseline {
        Spoken::Number(observation) => (observation, baseline.in_unit(unit)),
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

/// A number with a decimal at least, and with so many that it can be told on which side of the limit it is:
/// 6.9995 is no 7.0.
fn in_sight_of(limit: Number, value: f64) -> String {
    const MOST: usize = 4;
    let printed = |decimals: usize| format!("{value:.decimals$}");
    let looks_alike =
        |decimals: &usize| value != limit.value && printed(*decimals).parse() == Ok(limit.value);
    let fewest = usize::from(limit.decimals.max(1));
    printed((fewest..MOST).find(|decimals| !looks_alike(decimals)).unwrap_or(MOST))
}

/// What a treatment is answered by, in words.
fn treatment_told(demand: &Demand, regimen: &Regimen<'_>, day: Day) -> Option<String> {
    let insulin = Drugs::Of(INSULIN);
    if let Demand::DrugFree { .. } = demand {
        let takes = regimen.takes(Drugs::Lowering, day).ok()?;
        return Some(if takes { "on drugs" } else { "no drug" }.to_owned());
    }
    let before = regimen.insulin(regimen.baseline_day(insulin)).ok()?;
    Some(format!("{before} to {} U/day", regimen.insulin(day).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_told_from_the_limit() {
        let limit = Number::parse("7.0").expect("a number");
        for (value, told) in
            [(7.0, "7.0"), (6.9, "6.9"), (6.9995, "6.9995"), (6.96, "6.96"), (7.04, "7.04")]
        {
            assert_eq!(in_sight_of(limit, value), told);
        }
        assert_eq!(in_sight_of(Number::parse("7").expect("a number"), 6.99), "6.99");
    }
}
