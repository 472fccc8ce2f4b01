//! The time to the first response: a median, and the curve read at each timepoint.

use super::{NamedRule, decimals_of, names, never_evaluable_records};
use super::{note_names, note_percent, note_treatment};
use crate::analysis::{
    Amount, Contribution, Question, ResponseCurve, Statistic, TimeResults, Used, Variable,
};
use crate::domain::{Cohort, Finding};
use crate::tables::amounts::result_records;
use crate::tables::amounts::{
    DASH, Index, Row as Statistics, counted, interval_heading, note_groups,
};
use crate::tables::cohort::{describe_population, note_planned_days};
use crate::tables::decimal::fixed;
use crate::tables::page::{Block, Cell, Column, Grid, Page, RecordSet, Row, Value};

/// Lay out when patients responded first; `listing` has each of them, where they are few.
pub fn lay_out_time_to_response(
    found: &TimeResults,
    cohort: &Cohort,
    question: &Question,
    named: &[NamedRule],
    listing: &[Contribution],
) -> Page {
    let mut page = Page::new("Time to first response");
    describe_population(&mut page, cohort);
    if !listing.is_empty() {
        page.blocks.push(Block::Grid(lay_out_listing(listing, question)));
    }
    let medians = lay_out_medians(&mut page, found, question);
    page.blocks.push(Block::Grid(medians));
    if !found.timepoints.is_empty() {
        let curve = lay_out_timepoints(&mut page, found, question);
        page.blocks.push(Block::Grid(curve));
    }
    let never = found.rules.iter().filter(|timed| !timed.never_evaluable.is_empty());
    let never: Vec<_> =
        never.map(|timed| (timed.rule.clone(), names(&timed.never_evaluable))).collect();
    if !never.is_empty() {
        page.blocks.push(Block::Paragraph("Never evaluable, and not counted:".to_owned()));
        page.blocks.push(Block::Facts(never));
    }
    note_names(&mut page, named);
    note_time(&mut page, found, question);
    note_planned_days(&mut page, cohort);
    note_groups(&mut page, question);
    page.context.push(("confidence_level".to_owned(), Value::from(question.level)));
    let accepts = Value::from(found.accepts_statements);
    page.context.push(("accept_statements".to_owned(), accepts));
    page.records.push(result_records(&found.results, str::to_owned, decimals_of));
    page.records.push(curve_records(&found.curves));
    let rules = found.rules.iter().map(|timed| (&*timed.rule, &*timed.never_evaluable));
    page.records.push(never_evaluable_records(rules));
    page
}

fn lay_out_listing(listing: &[Contribution], question: &Question) -> Grid {
    let mut columns = vec![Column::stub("Patient")];
    if question.by.is_some() {
        columns.push(Column::words("Group"));
    }
    columns.extend([
        Column::numbers("Day"),
        Column::words("What was seen"),
        Column::words("Not counted because"),
    ]);
    let mut grid = Grid { columns, ..Grid::default() };
    for (at, one) in listing.iter().enumerate() {
        if at == 0 || listing[at - 1].parameter != one.parameter {
            grid.rows.push(Row::Section(one.parameter.clone()));
        }
        let mut cells = vec![Cell::new(&*one.patient)];
        if question.by.is_some() {
            cells.push(Cell::new(one.group.as_deref().unwrap_or_default()));
        }
        let reason = match &one.used {
            Used::Yes => "",
            Used::No(reason) => reason,
        };
        let day = one.day.map_or_else(|| DASH.to_owned(), |day| day.to_string());
        cells.extend([Cell::new(day), Cell::new(&*one.text), Cell::new(reason)]);
        grid.rows.push(Row::Cells(cells));
    }
    grid
}

fn lay_out_medians(page: &mut Page, found: &TimeResults, question: &Question) -> Grid {
    let mut columns = Vec::new();
    columns.push(Column::stub(if question.by.is_some() { "Group" } else { "" }));
    columns.extend([
        Column::numbers("Patients"),
        Column::numbers("Responded"),
        Column::numbers("Median (days)"),
        Column::numbers(&interval_heading(question.level)),
    ]);
    let index = Index::new(&found.results);
    let mut grid = Grid { columns, ..Grid::default() };
    let of = Variable::TimeToResponse;
    for timed in &found.rules {
        grid.rows.push(Row::Section(timed.rule.clone()));
        for group in &found.groups {
            let row = index.of(&timed.rule, "", group.as_deref());
            let limits = [(Statistic::MedianLower, 1), (Statistic::MedianUpper, 1)];
            let cells = vec![
                Cell::new(group.as_deref().unwrap_or("All")),
                row.cell(page, "_", of, &[(Statistic::N, 0)]),
                responded(page, &row),
                row.cell(page, "_", of, &[(Statistic::Median, 1)]),
                row.cell(page, "_, _", of, &limits),
            ];
            grid.rows.push(Row::Cells(cells));
        }
    }
    grid
}

/// How many responded, and what is to be known of them.
fn responded(page: &mut Page, row: &Statistics<'_, '_>) -> Cell {
    let count = |statistic| row.count(Variable::TimeToResponse, statistic);
    let mut cell = Cell::new(count(Statistic::Responders).to_string());
    let before = count(Statistic::MetAtBaseline);
    if before > 0 {
        let mark = page.footnote(&format!("Met the rule at baseline already: {before} of them."));
        cell = cell.marked(mark);
    }
    let stated = count(Statistic::Stated(Finding::AtTarget));
    if stated > 0 {
        let mark = page.footnote(&format!(
            "\"At target\" in words and no number at some visit: {} of this group.",
            counted(stated, "patient", "patients")
        ));
        cell = cell.marked(mark);
    }
    cell
}

fn lay_out_timepoints(page: &mut Page, found: &TimeResults, question: &Question) -> Grid {
    let mut columns = vec![Column::stub("Responded by")];
    if question.by.is_some() {
        columns.push(Column::stub("Group"));
    }
    columns.extend([
        Column::numbers("At risk"),
        Column::numbers("Responded (%)"),
        Column::numbers(&format!("{} (%)", interval_heading(question.level))),
    ]);
    let index = Index::new(&found.results);
    let mut grid = Grid { columns, ..Grid::default() };
    for timed in &found.rules {
        grid.rows.push(Row::Section(timed.rule.clone()));
        for (timepoint, day) in &found.timepoints {
            for group in &found.groups {
                let row = index.of(&timed.rule, timepoint, group.as_deref());
                let mut cells = vec![Cell::new(format!("{timepoint} (day {day})"))];
                if question.by.is_some() {
                    cells.push(Cell::new(group.as_deref().unwrap_or_default()));
                }
                let at_risk = row.count(Variable::TimeToResponse, Statistic::AtRisk);
                cells.push(Cell::new(at_risk.to_string()));
                cells.push(percents(page, &row, &[Statistic::Proportion]));
                let limits = [Statistic::ProportionLower, Statistic::ProportionUpper];
                cells.push(percents(page, &row, &limits));
                grid.rows.push(Row::Cells(cells));
            }
        }
    }
    grid
}

/// Fractions in per cent, or a dash with the reason.
fn percents(page: &mut Page, row: &Statistics<'_, '_>, statistics: &[Statistic]) -> Cell {
    let mut texts = Vec::new();
    for statistic in statistics {
        match row.amount(Variable::TimeToResponse, *statistic) {
            Some(Amount::Number(number)) => texts.push(fixed(100.0 * number, 1)),
            Some(Amount::NotEstimable(reason)) => {
                let mark = page.footnote(&format!("Not estimable: {}.", reason.reason()));
                return Cell::new(DASH).marked(mark);
            }
            _ => return Cell::default(),
        }
    }
    Cell::new(texts.join(", "))
}

fn note_time(page: &mut Page, found: &TimeResults, question: &Question) {
    page.note(
        "Time runs from day 0 to the first visit at which the rule is met, or without response to the last \
         day at which it is known whether it is. A response is seen at a visit and came at some time since \
         the one before (interval-censored): these days are when it was seen first.",
    );
    page.note(format!(
        "Kaplan-Meier; {} of curve and median on the log-log scale. It supposes independent patients, and \
         that who is no longer followed would fare as the others. It is read on the target day of each \
         timepoint: what a visit saw after that day is not in it yet. At risk: followed to that day or \
         longer and without response before it.",
        interval_heading(question.level)
    ));
    page.note(
        "Baseline is the last value on or before day 0; a rule of several criteria is met on a day on which \
         all are.",
    );
    note_percent(page, &found.percents);
    if found.rules.iter().any(|timed| timed.asks_of_treatment) {
        note_treatment(page, true);
    }
}

fn curve_records(curves: &[ResponseCurve]) -> RecordSet {
    let columns = [
        "rule",
        "group",
        "day",
        "at_risk",
        "responded",
        "censored",
        "proportion",
        "proportion_lower",
        "proportion_upper",
        "reason",
    ];
    RecordSet {
        name: "curve".to_owned(),
        columns: columns.map(str::to_owned).into(),
        rows: curves.iter().flat_map(curve_rows).collect(),
    }
}

fn curve_rows(curve: &ResponseCurve) -> Vec<Vec<Value>> {
    let mut rows = Vec::new();
    for step in &curve.steps {
        let (lower, upper, reason) = match step.interval {
            Ok(interval) => (Some(1.0 - interval.upper), Some(1.0 - interval.lower), None),
            Err(reason) => (None, None, Some(reason.reason())),
        };
        rows.push(vec![
            curve.rule.as_str().into(),
            curve.group.clone().into(),
            day_of(step.time).into(),
            step.at_risk.into(),
            step.events.into(),
            step.censored.into(),
            (1.0 - step.survival).into(),
            lower.into(),
            upper.into(),
            reason.into(),
        ]);
    }
    rows
}

/// A time of the curve as the day it is.
#[allow(clippy::cast_possible_truncation)] // days are whole and fit
fn day_of(time: f64) -> i32 {
    time.round() as i32
}
