//! Response: a block a rule, a line a timepoint, and who can't be evaluated.

use super::amounts::{DASH, Index, Row as Statistics, interval_heading, note_groups};
use super::amounts::{counted, result_records};
use super::change::windows;
use super::cohort::describe_population;
use super::decimal::fixed;
use super::exposure::share;
use super::page::{Block, Cell, Column, Grid, Page, RecordSet, Row, Value};
use crate::analysis::{
    Amount, AnalysisResult, Question, ResponseResults, RuleAsked, Statistic, Variable,
};
use crate::domain::{Cohort, Finding, Schedule};

/// At most so many patients are named below a table; the records have all.
const MOST_NAMED: usize = 12;

/// In machine output proportions have this many decimals as text.
const DECIMALS: u8 = 3;

/// Lay out who responded.
pub fn lay_out_response(
    found: &ResponseResults,
    cohort: &Cohort,
    schedule: &Schedule,
    question: &Question,
) -> Page {
    let mut page = Page::new("Response");
    describe_population(&mut page, cohort);
    if found.rules.is_empty() {
        page.blocks.push(Block::Paragraph(
            "None of the usual rules can be evaluated in any of these patients; --rule asks another."
                .to_owned(),
        ));
    } else {
        let grid = lay_out_rules(&mut page, found, question);
        page.blocks.push(Block::Grid(grid));
        let never = found.rules.iter().filter(|asked| !asked.never_evaluable.is_empty());
        let never: Vec<_> = never.map(|asked| (asked.rule.clone(), names(asked))).collect();
        if !never.is_empty() {
            page.blocks.push(Block::Paragraph("Never evaluable:".to_owned()));
            page.blocks.push(Block::Facts(never));
        }
    }
    note_rules(&mut page, schedule, question);
    note_groups(&mut page, question);
    page.context.push(("confidence_level".to_owned(), Value::from(question.level)));
    page.records.push(result_records(&found.results, str::to_owned, |_| DECIMALS));
    page.records.push(never_evaluable_records(&found.rules));
    page
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
                    cells.push(in_words(page, &row));
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
    let responders = Cell::new(share(count(Statistic::Responders), count(Statistic::N)));
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

fn in_words(page: &mut Page, row: &Statistics<'_, '_>) -> Cell {
    let stated = row.count(Variable::ObservedCases, Statistic::Stated(Finding::AtTarget));
    let cell = Cell::new(stated.to_string());
    if stated == 0 {
        return cell;
    }
    let mark = page.footnote(
        "No number, but \"at target\" in words, and all else that the rule asks is met. They are \
         counted here alone: not among the observed cases, and among all as non-responders.",
    );
    cell.marked(mark)
}

/// `a/1 (HbA1c at W12: no record), a/2 (…)`.
fn names(asked: &RuleAsked) -> String {
    let all = &asked.never_evaluable;
    let name = |one: &crate::analysis::NeverEvaluable| format!("{} ({})", one.patient, one.reason);
    let named: Vec<String> = all.iter().take(MOST_NAMED).map(name).collect();
    let more = all.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}: {}{more}", counted(all.len(), "patient", "patients"), named.join(", "))
}

fn note_rules(page: &mut Page, schedule: &Schedule, question: &Question) {
    page.note(
        "Observed cases: patients of whom it is known whether the rule is met. Missing as \
         non-responders: all patients; who can't be evaluated counts as a non-responder.",
    );
    page.note(
        "A rule of several criteria is met if all are, and not met as soon as one is not. A value that is \
         only a limit (<, >) counts where it decides the criterion.",
    );
    page.note(
        "Changes are follow-up - baseline in the unit of the rule; baseline is the last value on or \
         before day 0.",
    );
    page.note(format!(
        "{}: Clopper-Pearson, exact; it supposes independent patients.",
        interval_heading(question.level)
    ));
    page.note(format!("Windows: {}.", windows(schedule)));
}

fn never_evaluable_records(rules: &[RuleAsked]) -> RecordSet {
    let of_rule = |asked: &RuleAsked| -> Vec<Vec<Value>> {
        let row = |one: &crate::analysis::NeverEvaluable| {
            let stated = one.stated.then_some("at target");
            vec![
                asked.rule.as_str().into(),
                one.patient.as_str().into(),
                one.reason.as_str().into(),
                stated.map(str::to_owned).into(),
            ]
        };
        asked.never_evaluable.iter().map(row).collect()
    };
    RecordSet {
        name: "never_evaluable".to_owned(),
        columns: ["rule", "patient", "reason", "stated"].map(str::to_owned).into(),
        rows: rules.iter().flat_map(of_rule).collect(),
    }
}
