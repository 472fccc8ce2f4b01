//! Response: a block a rule, a line a timepoint, and who can't be evaluated.

mod time;

pub use time::lay_out_time_to_response;

use super::amounts::{DASH, Index, Row as Statistics, interval_heading, note_groups};
use super::amounts::{counted, result_records};
use super::change::windows;
use super::cohort::describe_population;
use super::decimal::fixed;
use super::exposure::share;
use super::page::{Block, Cell, Column, Grid, Page, RecordSet, Row, Value};
use crate::analysis::{
    Amount, AnalysisResult, NeverEvaluable, PatientAnswer, PercentOf, Question, ResponseResults,
    Statistic, Variable,
};
use crate::domain::{Cohort, Finding, Schedule};

/// At most so many patients are named below a table; the records have all.
const MOST_NAMED: usize = 12;

/// In machine output proportions have three decimals as text, and days one.
fn decimals_of(result: &AnalysisResult) -> u8 {
    if result.unit == "d" { 1 } else { 3 }
}

/// A name that a rule was asked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRule {
    /// What has this name: `Endpoint`, `Preset`.
    pub heading: &'static str,
    /// The rule, as it is printed.
    pub rule: String,
    /// Its name, with the version if it has one.
    pub name: String,
    /// What it is for, or where it is from.
    pub note: Option<String>,
}

/// Lay out who responded; `listing` has each patient's answers, where they are few.
pub fn lay_out_response(
    found: &ResponseResults,
    cohort: &Cohort,
    schedule: &Schedule,
    question: &Question,
    named: &[NamedRule],
    listing: &[PatientAnswer],
) -> Page {
    let mut page = Page::new("Response");
    describe_population(&mut page, cohort);
    if !listing.is_empty() && !found.rules.is_empty() {
        let grid = lay_out_listing(found, listing, schedule, question);
        page.blocks.push(Block::Grid(grid));
    }
    if found.rules.is_empty() {
        page.blocks.push(Block::Paragraph(
            "None of the usual rules can be evaluated in any of these patients; --rule asks another."
                .to_owned(),
        ));
    } else {
        let grid = lay_out_rules(&mut page, found, question);
        page.blocks.push(Block::Grid(grid));
        let never = found.rules.iter().filter(|asked| !asked.never_evaluable.is_empty());
        let never: Vec<_> =
            never.map(|asked| (asked.rule.clone(), names(&asked.never_evaluable))).collect();
        if !never.is_empty() {
            page.blocks.push(Block::Paragraph("Never evaluable:".to_owned()));
            page.blocks.push(Block::Facts(never));
        }
    }
    note_names(&mut page, named);
    note_rules(&mut page, found, schedule, question);
    note_groups(&mut page, question);
    page.context.push(("confidence_level".to_owned(), Value::from(question.level)));
    let accepts = Value::from(found.accepts_statements);
    page.context.push(("accept_statements".to_owned(), accepts));
    page.records.push(result_records(&found.results, str::to_owned, decimals_of));
    let rules = found.rules.iter().map(|asked| (&*asked.rule, &*asked.never_evaluable));
    page.records.push(never_evaluable_records(rules));
    page
}

/// A line a patient, a column a timepoint: `yes: 6.9 %`.
fn lay_out_listing(
    found: &ResponseResults,
    listing: &[PatientAnswer],
    schedule: &Schedule,
    question: &Question,
) -> Grid {
    let mut timepoints: Vec<&str> = Vec::new();
    for timepoint in found.rules.iter().flat_map(|asked| &asked.timepoints) {
        if !timepoints.contains(&timepoint.as_str()) {
            timepoints.push(timepoint);
        }
    }
    // Those of a rule of several timepoints stand behind the last of them.
    timepoints.sort_by_key(|names| {
        let last = names.rsplit(", ").next().unwrap_or_default();
        schedule.named(last).map(|known| known.target_day)
    });
    let mut columns = vec![Column::stub("Patient")];
    if question.by.is_some() {
        columns.push(Column::stub("Group"));
    }
    columns.extend(timepoints.iter().map(|timepoint| Column::words(timepoint)));
    let mut grid = Grid { columns, ..Grid::default() };
    for asked in &found.rules {
        grid.rows.push(Row::Section(asked.rule.clone()));
        let of_rule = || listing.iter().filter(|one| one.rule == asked.rule);
        let Some(first) = asked.timepoints.first() else { continue };
        for patient in of_rule().filter(|one| one.timepoint == *first) {
            let mut cells = vec![Cell::new(&*patient.patient)];
            if question.by.is_some() {
                cells.push(Cell::new(patient.group.as_deref().unwrap_or_default()));
            }
            for timepoint in &timepoints {
                let is_it = |one: &&PatientAnswer| {
                    one.timepoint == *timepoint && one.patient == patient.patient
                };
                cells.push(Cell::new(of_rule().find(is_it).map(answer).unwrap_or_default()));
            }
            grid.rows.push(Row::Cells(cells));
        }
    }
    grid
}

fn answer(one: &PatientAnswer) -> String {
    let by = if one.by.is_empty() { String::new() } else { format!(": {}", one.by) };
    match one.is_met {
        Some(true) if one.is_stated => "yes, in words".to_owned(),
        Some(true) => format!("yes{by}"),
        Some(false) => format!("no{by}"),
        None if !one.is_asked => format!("not asked: {}", one.reason),
        None => {
            let reason = one.reason.rsplit_once(": ").map_or(&*one.reason, |(_, why)| why);
            format!("not known: {reason}")
        }
    }
}

fn lay_out_rules(page: &mut Page, found: &ResponseResults, question: &Question) -> Grid {
    let index = Index::new(&found.results);
    let has_words = found.results.iter().any(is_stated);
    let mut grid = Grid { columns: columns(question, has_words), ..Grid::default() };
    for asked in &found.rules {
        grid.rows.push(Row::Section(asked.rule.clone()));
        for timepoint in &asked.timepoints {
            for (group, _) in &found.groups {
                let row = index.of(&asked.rule, timepoint, group.as_deref());
                let mut cells = vec![Cell::new(timepoint)];
                if question.by.is_some() {
                    cells.push(Cell::new(group.as_deref().unwrap_or_default()));
                }
                for variable in [Variable::ObservedCases, Variable::NonResponders] {
                    cells.extend(lay_out_proportion(page, &row, variable));
                }
                if has_words {
                    cells.push(in_words(page, &row, found.accepts_statements));
                }
                grid.rows.push(Row::Cells(cells));
            }
        }
    }
    grid
}

fn is_stated(result: &AnalysisResult) -> bool {
    matches!((result.statistic, result.amount), (Statistic::Stated(_), Amount::Count(1..)))
}

fn columns(question: &Question, has_words: bool) -> Vec<Column> {
    let mut columns = vec![Column::stub("Timepoint")];
    if question.by.is_some() {
        columns.push(Column::stub("Group"));
    }
    let interval = format!("{} (%)", interval_heading(question.level));
    for group in ["Observed cases", "Missing as non-responders"] {
        columns.push(Column::numbers("Responders").under(group));
        columns.push(Column::numbers(&interval).under(group));
    }
    if has_words {
        columns.push(Column::numbers("In words"));
    }
    columns
}

/// `3/5 (60.0%)` and its limits in per cent.
fn lay_out_proportion(page: &mut Page, row: &Statistics<'_, '_>, variable: Variable) -> [Cell; 2] {
    let count = |statistic| row.count(variable, statistic);
    let mut responders = Cell::new(share(count(Statistic::Responders), count(Statistic::N)));
    let before = count(Statistic::MetAtBaseline);
    if before > 0 {
        let mark = page.footnote(&format!("Met the rule at baseline already: {before} of them."));
        responders = responders.marked(mark);
    }
    let in_part = count(Statistic::UnmetInPart);
    if in_part > 0 {
        let mark = page.footnote(&format!(
            "Not met by one criterion while another is not known: {in_part} of these {}. Who meets what is \
             known is left out instead, so that the proportion is biased downwards.",
            count(Statistic::N),
        ));
        responders = responders.marked(mark);
    }
    let limit = |statistic| match row.amount(variable, statistic) {
        Some(Amount::Number(limit)) => Ok(fixed(100.0 * limit, 1)),
        Some(Amount::NotEstimable(reason)) => Err(reason.reason()),
        _ => Err("not computed"),
    };
    let limits = limit(Statistic::ProportionLower)
        .and_then(|lower| Ok(format!("{lower}, {}", limit(Statistic::ProportionUpper)?)));
    let interval = match limits {
        Ok(text) => Cell::new(text),
        Err(reason) => {
            let mark = page.footnote(&format!("Not estimable: {reason}."));
            Cell::new(DASH).marked(mark)
        }
    };
    [responders, interval]
}

fn in_words(page: &mut Page, row: &Statistics<'_, '_>, accepts: bool) -> Cell {
    let stated = row.count(Variable::ObservedCases, Statistic::Stated(Finding::AtTarget));
    let cell = Cell::new(stated.to_string());
    if stated == 0 {
        return cell;
    }
    let mark = page.footnote(match accepts {
        true => {
            "No number, but \"at target\" in words, and all else that the rule asks is met: accepted as \
             responders (--accept-statements), as \"not at target\" is as not."
        }
        false => {
            "No number, but \"at target\" in words, and all else that the rule asks is met. They are \
             counted here alone: not among the observed cases, and among all as non-responders."
        }
    });
    cell.marked(mark)
}

/// `2 patients: a/1 (HbA1c at W12: no record), a/2 (…); 3 patients without insulin at baseline`.
fn names(never: &[NeverEvaluable]) -> String {
    let (open, not_asked): (Vec<_>, Vec<_>) = never.iter().partition(|one| one.is_asked);
    let name = |one: &&NeverEvaluable| format!("{} ({})", one.patient, one.reason);
    let named: Vec<String> = open.iter().take(MOST_NAMED).map(name).collect();
    let more = open.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let mut parts = Vec::new();
    if !open.is_empty() {
        let patients = counted(open.len(), "patient", "patients");
        parts.push(format!("{patients}: {}{more}", named.join(", ")));
    }
    if let Some(first) = not_asked.first() {
        let patients = counted(not_asked.len(), "patient", "patients");
        parts.push(format!("not asked of {patients}: {}", first.reason));
    }
    parts.join("; ")
}

/// Say by which names rules were asked for; machines read them as one text.
fn note_names(page: &mut Page, named: &[NamedRule]) {
    for NamedRule { heading, rule, name, note } in named {
        let note = note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
        page.note(format!("{heading} {name}: {rule}{note}."));
    }
    for heading in ["Endpoint", "Preset"] {
        let of_kind = named.iter().filter(|one| one.heading == heading);
        let names: Vec<&str> = of_kind.map(|one| one.name.as_str()).collect();
        let names = (!names.is_empty()).then(|| names.join(", "));
        page.context.push((heading.to_lowercase(), names.into()));
    }
}

fn note_rules(page: &mut Page, found: &ResponseResults, schedule: &Schedule, question: &Question) {
    page.note(
        "Observed cases: patients of whom it is known whether the rule is met. Missing as \
         non-responders: all patients; who can't be evaluated counts as a non-responder.",
    );
    page.note(
        "A rule of several criteria is met if all are, and not met as soon as one is not, be the others \
         known or not. A value that is \
         only a limit (<, >) counts where it decides the criterion.",
    );
    page.note(
        "Changes are follow-up - baseline in the unit of the rule; baseline is the last value on or \
         before day 0.",
    );
    note_percent(page, &found.percents);
    if found.rules.iter().any(|asked| asked.asks_of_treatment) {
        note_treatment(page, false);
    }
    for asked in found.rules.iter().filter(|asked| !asked.too_early.is_empty()) {
        page.note(format!(
            "{}: not asked at {}, which ends too soon after day 0 for anybody to meet it.",
            asked.rule,
            asked.too_early.join(", "),
        ));
    }
    page.note(format!(
        "{}: Clopper-Pearson, exact; it supposes independent patients.",
        interval_heading(question.level)
    ));
    page.note(format!("Windows: {}.", windows(schedule)));
}

/// Say what the per cent of a rule are of, where they depend on the unit.
fn note_percent(page: &mut Page, percents: &[PercentOf]) {
    for PercentOf { symbol, unit } in percents {
        page.note(format!(
            "{symbol}: its percentages are of the values in {unit}, the unit that most were printed in; in \
             a unit with another zero they would be others.",
        ));
    }
}

/// Say how it is known what somebody takes; `analysis::regimen` has it in full.
fn note_treatment(page: &mut Page, by_visit: bool) {
    let (day, left_out) = match by_visit {
        true => ("the visit", "is not counted"),
        false => (
            "the visit nearest to the timepoint's target, or without a visit in the window of the target \
             itself, if the patient was followed so long",
            "is in neither denominator",
        ),
    };
    page.note(format!(
        "Treatment is that of the day of {day}. At baseline it is that of the day before day 0, or if there \
         was none, of day 0. The insulin of a day is that of all insulins added."
    ));
    page.note(
        "A patient's recorded medication is taken as a whole: a drug without an episode on the day is not \
         taken, a dose of 0 is none, and an episode without a last day goes on. Of who has no medication recorded nothing is known.",
    );
    page.note(format!(
        "Who takes no insulin (no glucose-lowering drug) at baseline is not asked for less or none of it, and \
         {left_out}. Free for so long: on each of the days up to and with that day."
    ));
}

fn never_evaluable_records<'a>(
    rules: impl Iterator<Item = (&'a str, &'a [NeverEvaluable])>,
) -> RecordSet {
    let of_rule = |(rule, never): (&str, &[NeverEvaluable])| -> Vec<Vec<Value>> {
        let row = |one: &NeverEvaluable| {
            let stated = one.stated.then_some("at target");
            vec![
                rule.into(),
                one.patient.as_str().into(),
                one.reason.as_str().into(),
                stated.map(str::to_owned).into(),
            ]
        };
        never.iter().map(row).collect()
    };
    RecordSet {
        name: "never_evaluable".to_owned(),
        columns: ["rule", "patient", "reason", "stated"].map(str::to_owned).into(),
        rows: rules.flat_map(of_rule).collect(),
    }
}
