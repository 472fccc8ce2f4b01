//! Who the patients were at baseline: the first table of a report.
//!
//! A characteristic is a number or a category because of what it is, never because of how many values
//! there are. Silence is not zero: a patient without a recorded infusion has no number of infusions.

use super::change_from_baseline::{Series, reasons, series_of, unit_of};
use super::exposure::{millions, total};
use super::grouping::{Grouping, Stratum, strata_of};
use super::question::Question;
use super::result::{Amount, AnalysisResult, Missing, Statistic, Variable};
use super::timeline::{BASELINE, Spoken, Timeline, ten_decimals};
use crate::domain::{
    Analyte, Attribute, AttributeKind, Cohort, Mismatch, NOT_REPORTED, Number, Observation,
    Schedule, Status, Subject,
};
use crate::statistics::{
    NotEstimable, describe, standardised_difference, standardised_difference_of_levels,
};
use std::collections::BTreeMap;

/// What one patient has of a characteristic.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A number in the unit of the table.
    Number {
        /// The number; the limit itself where it is one.
        value: f64,
        /// Its decimals, as recorded.
        decimals: u8,
        /// Measured, or below or above a limit.
        status: Status,
        /// True if its print is doubted.
        doubted: bool,
    },
    /// A level of a category.
    Level(String),
    /// Nothing, and why.
    None(Missing),
}

/// One characteristic of the patients.
#[derive(Debug, Clone, PartialEq)]
pub struct Characteristic {
    /// Key of the analyte or attribute, or the name of another one.
    pub parameter: String,
    /// What tables print.
    pub label: String,
    /// Unit of a number, in UCUM.
    pub unit: String,
    /// Decimals of the data.
    pub decimals: u8,
    /// Of a category: its levels in their order.
    pub levels: Option<Vec<String>>,
    /// What each patient has, as in the cohort.
    pub entries: Vec<Entry>,
}

impl Characteristic {
    /// The parameter of one level in results: `sex = female`.
    pub fn level_key(&self, level: &str) -> String {
        format!("{} = {level}", self.parameter)
    }
}

/// Patients that have a column of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineGroup {
    /// The group; `None` is everybody.
    pub group: Option<String>,
    /// Places of its patients in [`Cohort::subjects`].
    pub members: Vec<usize>,
}

/// The result of [`analyse_baseline`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BaselineResults {
    /// Each group in its order, then everybody.
    pub groups: Vec<BaselineGroup>,
    /// The characteristics in the order of the table.
    pub characteristics: Vec<Characteristic>,
    /// The analytes among them, with how their values were read.
    pub series: Vec<Series>,
    /// Symbols of analytes that are recorded and have no baseline value.
    pub without_baseline: Vec<String>,
    /// Headings of attributes that make no line: texts and dates.
    pub left_out: Vec<String>,
    /// The two groups that were compared, if any were.
    pub compared: Option<(String, String)>,
    /// One row a statistic.
    pub results: Vec<AnalysisResult>,
}

/// Baseline characteristics of a cohort, of each group and of everybody. `observations` are those of
/// each analyte that is asked about.
pub fn analyse_baseline(
    cohort: &Cohort,
    schedule: &Schedule,
    observations: &[(&Analyte, Vec<Observation>)],
    question: &Question,
) -> BaselineResults {
    let mut found = BaselineResults {
        groups: groups_of(cohort, question),
        characteristics: of_patients(cohort),
        ..BaselineResults::default()
    };
    for attribute in &cohort.attributes {
        match of_attribute(attribute, cohort) {
            Some(characteristic) => found.characteristics.push(characteristic),
            None => found.left_out.push(attribute.heading().to_owned()),
        }
    }
    // What divides the patients is told by the columns.
    let divides = question.by.as_ref().map(Grouping::column);
    found.characteristics.retain(|one| Some(one.parameter.as_str()) != divides);
    found.characteristics.extend(of_infusions(cohort));
    for (analyte, observations) in observations {
        add_analyte(&mut found, cohort, schedule, (analyte, observations), question);
    }
    for characteristic in &found.characteristics {
        for BaselineGroup { group, members } in &found.groups {
            let results = describe_entries(characteristic, group.as_ref(), members, question);
            found.results.extend(results);
        }
    }
    found
}

impl BaselineResults {
    /// Add how far the two groups are apart in each characteristic, in units of their spread. Patients
    /// of whom the group is not reported are in neither.
    ///
    /// # Errors
    /// If there are not two groups.
    pub fn compare_groups(&mut self) -> Result<(), Mismatch> {
        let named = |one: &&BaselineGroup| one.group.as_deref().is_some_and(|g| g != NOT_REPORTED);
        let groups: Vec<&BaselineGroup> = self.groups.iter().filter(named).collect();
        let [first, second] = groups[..] else {
            let names: Vec<&str> = groups.iter().filter_map(|one| one.group.as_deref()).collect();
            let count = match names.len() {
                0 => "no groups".to_owned(),
                1 => format!("one group: {}", names[0]),
                many => format!("{many} groups: {}", names.join(", ")),
            };
            return Err(Mismatch::new(count, "two groups").mend(
                "name a column that has two, such as --by sex, or choose the patients of two with \
                 --where",
            ));
        };
        let compare = |characteristic: &Characteristic| {
            let estimate = match &characteristic.levels {
                None => {
                    let of = |one: &BaselineGroup| numbers(characteristic, &one.members);
                    standardised_difference(&of(first), &of(second))
                }
                Some(levels) => {
                    let of = |one: &BaselineGroup| level_counts(characteristic, levels, one);
                    standardised_difference_of_levels(&of(first), &of(second))
                }
            };
            let has_value = |who: &&usize| !matches!(characteristic.entries[**who], Entry::None(_));
            let members = first.members.iter().chain(&second.members);
            AnalysisResult {
                unit: "1".to_owned(),
                statistic: Statistic::StandardisedDifference,
                amount: estimate.into(),
                n: members.filter(has_value).count(),
                ..result_of(characteristic, None)
            }
        };
        let differences: Vec<_> = self.characteristics.iter().map(compare).collect();
        self.compared = first.group.clone().zip(second.group.clone());
        self.results.extend(differences);
        Ok(())
    }
}

fn groups_of(cohort: &Cohort, question: &Question) -> Vec<BaselineGroup> {
    let group = |Stratum { group, members }: Stratum| BaselineGroup { group, members };
    let mut groups: Vec<_> =
        strata_of(cohort, question.by.as_ref()).into_iter().map(group).collect();
    if groups.iter().all(|one| one.group.is_some()) {
        groups.push(BaselineGroup { group: None, members: (0..cohort.subjects.len()).collect() });
    }
    groups
}

const SILENT: Missing = Missing::Status(Status::NotReported);

/// What a patient record itself says.
fn of_patients(cohort: &Cohort) -> Vec<Characteristic> {
    let numbers = |parameter: &str, label: &str, unit: &str, of: fn(&Subject) -> Option<f64>| {
        let entries: Vec<Entry> = cohort.subjects.iter().map(|one| number(of(one))).collect();
        numeric(parameter, label, unit, entries)
    };
    let sex = |one: &Subject| one.known_sex().map(str::to_owned);
    let diagnosis = |one: &Subject| one.diagnosis.clone();
    vec![
        numbers("age_years", "Age", "a", |one| one.age_years),
        category("sex", "Sex", &["female", "male", "other"], false, cohort, sex),
        category("diagnosis", "Diagnosis", &[], false, cohort, diagnosis),
        numbers("diabetes_duration_years", "Duration of diabetes", "a", |one| {
            one.diabetes_duration_years
        }),
        numbers("height_cm", "Height", "cm", |one| one.height_cm),
    ]
}

/// A column of the registry's own; none for texts and dates.
fn of_attribute(attribute: &Attribute, cohort: &Cohort) -> Option<Characteristic> {
    let (key, label) = (attribute.key.as_str(), attribute.heading());
    let value = |one: &Subject| one.attributes.get(key).cloned();
    match attribute.kind {
        AttributeKind::Category => {
            let levels: Vec<&str> = attribute.values.iter().map(String::as_str).collect();
            Some(category(key, label, &levels, true, cohort, value))
        }
        AttributeKind::YesNo => Some(category(key, label, &["yes", "no"], true, cohort, value)),
        AttributeKind::Number => {
            let read = |one: &Subject| Some(Number::parse(&value(one)?).ok()?.value);
            let entries = cohort.subjects.iter().map(|one| number(read(one))).collect();
            Some(numeric(key, label, "", entries))
        }
        AttributeKind::Text | AttributeKind::Date => None,
    }
}

/// Infusions of each patient, and cells where they are known of anybody.
fn of_infusions(cohort: &Cohort) -> Vec<Characteristic> {
    let of = |value: &dyn Fn(&Subject) -> Option<f64>| -> Vec<Entry> {
        let entry = |one: &Subject| match one.infusions.is_empty() {
            true => Entry::None(Missing::NoRecord),
            false => number(value(one)),
        };
        cohort.subjects.iter().map(entry).collect()
    };
    #[allow(clippy::cast_precision_loss)] // nobody has 2^52 infusions
    let count = |one: &Subject| Some(one.infusions.len() as f64);
    let cells = |one: &Subject| millions(total(one, |infusion| infusion.cells));
    let per_kg = |one: &Subject| millions(total(one, |infusion| infusion.cells_per_kg));
    let mut found = vec![numeric("infusions", "Infusions per patient", "1", of(&count))];
    for (parameter, label, unit, entries) in [
        ("cells", "Cells per patient", "10*6", of(&cells)),
        ("cells_per_kg", "Cells per kg and patient", "10*6/kg", of(&per_kg)),
    ] {
        if entries.iter().any(|entry| matches!(entry, Entry::Number { .. })) {
            // A sum of doses has no decimals of its own: those of the exposure, one of a million.
            found.push(Characteristic { decimals: 1, ..numeric(parameter, label, unit, entries) });
        }
    }
    found
}

/// An analyte, if anybody has a baseline value of it.
fn add_analyte(
    found: &mut BaselineResults,
    cohort: &Cohort,
    schedule: &Schedule,
    (analyte, observations): (&Analyte, &[Observation]),
    question: &Question,
) {
    let used = cohort.own(observations);
    if used.is_empty() {
        return;
    }
    let timeline = Timeline::new(cohort, schedule, &used);
    let baseline = &timeline.columns[0].1;
    let spoken: Vec<&Observation> = baseline
        .iter()
        .filter_map(|spoken| match spoken {
            Spoken::Number(observation) => Some(*observation),
            Spoken::None(_) => None,
        })
        .collect();
    if spoken.is_empty() {
        found.without_baseline.push(analyte.symbol.clone());
        return;
    }
    // The unit is that of the change from baseline, so that both tables tell the same numbers.
    let rule = unit_of(analyte, &used, question.units);
    let series = series_of(analyte, rule, &spoken, vec![BASELINE.to_owned()]);
    let entry = |spoken: &Spoken<'_>| match (spoken, spoken.in_unit(rule)) {
        (Spoken::Number(observation), Some(value)) => Entry::Number {
            value,
            decimals: match observation.unit.as_deref() == Some(rule.ucum.as_str()) {
                true => observation.decimals,
                false => series.decimals,
            },
            status: observation.status,
            doubted: observation.doubted,
        },
        (Spoken::None(missing), _) => Entry::None(*missing),
        (Spoken::Number(_), None) => Entry::None(Missing::NoUnit),
    };
    found.characteristics.push(Characteristic {
        parameter: analyte.key.clone(),
        label: analyte.symbol.clone(),
        unit: rule.ucum.clone(),
        decimals: series.decimals,
        levels: None,
        entries: baseline.iter().map(entry).collect(),
    });
    found.series.push(series);
}

/// A number as it was recorded, without the trace of computing in a sum; without one it was not
/// reported.
fn number(value: Option<f64>) -> Entry {
    value.map_or(Entry::None(SILENT), |value| {
        let value = ten_decimals(value);
        let printed = value.to_string();
        let digits = printed.split_once('.').map_or(0, |(_, behind)| behind.len());
        let decimals = u8::try_from(digits).unwrap_or(u8::MAX);
        Entry::Number { value, decimals, status: Status::Measured, doubted: false }
    })
}

/// Numbers whose statistics have the decimals of the finest of them, at most two.
fn numeric(parameter: &str, label: &str, unit: &str, entries: Vec<Entry>) -> Characteristic {
    let decimals = entries.iter().filter_map(|entry| match entry {
        Entry::Number { decimals, .. } => Some(*decimals),
        _ => None,
    });
    Characteristic {
        parameter: parameter.to_owned(),
        label: label.to_owned(),
        unit: unit.to_owned(),
        decimals: decimals.max().unwrap_or(0).min(2),
        levels: None,
        entries,
    }
}

/// A category with its levels in this order; those that have no place there follow, the commonest
/// first. With `whole`, levels that nobody has are kept.
fn category(
    parameter: &str,
    label: &str,
    order: &[&str],
    whole: bool,
    cohort: &Cohort,
    value: impl Fn(&Subject) -> Option<String>,
) -> Characteristic {
    let entry = |one: &Subject| {
        let level = value(one).filter(|level| !level.is_empty() && level != NOT_REPORTED);
        level.map_or(Entry::None(SILENT), Entry::Level)
    };
    let entries: Vec<Entry> = cohort.subjects.iter().map(entry).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &entries {
        if let Entry::Level(level) = entry {
            *counts.entry(level).or_default() += 1;
        }
    }
    let ordered = order.iter().copied().filter(|level| whole || counts.contains_key(level));
    let mut levels: Vec<String> = ordered.map(str::to_owned).collect();
    let mut others: Vec<_> = counts.iter().filter(|(level, _)| !order.contains(level)).collect();
    others.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    levels.extend(others.into_iter().map(|(level, _)| (*level).to_owned()));
    Characteristic {
        parameter: parameter.to_owned(),
        label: label.to_owned(),
        unit: String::new(),
        decimals: 0,
        levels: Some(levels),
        entries,
    }
}

fn numbers(characteristic: &Characteristic, members: &[usize]) -> Vec<f64> {
    let number = |who: &usize| match characteristic.entries[*who] {
        Entry::Number { value, .. } => Some(value),
        _ => None,
    };
    members.iter().filter_map(number).collect()
}

fn level_counts(of: &Characteristic, levels: &[String], group: &BaselineGroup) -> Vec<u64> {
    let count = |level: &String| {
        let has = |who: &&usize| matches!(&of.entries[**who], Entry::Level(own) if own == level);
        group.members.iter().filter(has).count() as u64
    };
    levels.iter().map(count).collect()
}

/// A row of this characteristic in this group, still without its statistic.
fn result_of(characteristic: &Characteristic, group: Option<&String>) -> AnalysisResult {
    AnalysisResult {
        parameter: characteristic.parameter.clone(),
        unit: characteristic.unit.clone(),
        timepoint: BASELINE.to_owned(),
        group: group.cloned(),
        variable: Variable::Value,
        statistic: Statistic::N,
        amount: Amount::Count(0),
        n: 0,
    }
}

fn describe_entries(
    characteristic: &Characteristic,
    group: Option<&String>,
    members: &[usize],
    question: &Question,
) -> Vec<AnalysisResult> {
    let entries = || members.iter().map(|who| &characteristic.entries[*who]);
    let missing =
        || entries().filter_map(|e| if let Entry::None(why) = e { Some(*why) } else { None });
    let without = missing().count();
    let of = AnalysisResult { n: members.len() - without, ..result_of(characteristic, group) };
    let row =
        |statistic, count| AnalysisResult { statistic, amount: Amount::Count(count), ..of.clone() };
    let mut results = match &characteristic.levels {
        None => {
            let numbers = numbers(characteristic, members);
            AnalysisResult::describe(&of, &describe(&numbers, question.quantile), None)
        }
        Some(_) => vec![row(Statistic::N, of.n)],
    };
    results.push(row(Statistic::Missing, without));
    let why = reasons(missing()).into_iter();
    results.extend(why.map(|(missing, count)| row(Statistic::MissingBecause(missing), count)));
    let Some(levels) = &characteristic.levels else {
        let is_limit =
            |entry: &&Entry| matches!(entry, Entry::Number { status, .. } if status.is_limit());
        let is_doubted = |entry: &&Entry| matches!(entry, Entry::Number { doubted: true, .. });
        results.push(row(Statistic::Censored, entries().filter(is_limit).count()));
        results.push(row(Statistic::Doubted, entries().filter(is_doubted).count()));
        return results;
    };
    for level in levels {
        let count = entries().filter(|e| matches!(e, Entry::Level(own) if own == level)).count();
        let of = AnalysisResult { parameter: characteristic.level_key(level), ..of.clone() };
        #[allow(clippy::cast_precision_loss)] // counts of patients
        let percent = match of.n {
            0 => Amount::NotEstimable(NotEstimable::NoValues),
            n => Amount::Number(100.0 * count as f64 / n as f64),
        };
        let (counted, share) = (Statistic::Count, Statistic::Percent);
        results.push(AnalysisResult {
            statistic: counted,
            amount: Amount::Count(count),
            ..of.clone()
        });
        results.push(AnalysisResult {
            statistic: share,
            amount: percent,
            unit: "%".to_owned(),
            ..of
        });
    }
    results
}

#[cfg(test)]
mod tests;
