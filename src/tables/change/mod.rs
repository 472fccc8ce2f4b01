//! Change from baseline: a block an analyte, a line a timepoint.
//! Start with `row` (the cells of a line), then `notes` (what stands below the table).

mod listing;
mod notes;
mod row;
mod stated;

pub use notes::windows;
pub(super) use notes::{day_zero_words, note_choices, note_readings, note_timepoints};
pub(super) use row::{missing_text, warned};

use super::amounts::{Index, decimals, interval_heading, note_groups, result_records};
use super::cohort::describe_population;
use super::page::{Block, Column, Grid, Page, RecordSet, Row, Value};
use crate::analysis::{
    AnalysisResult, BASELINE, ChangeAsked, ChangeResults, ChangeTest, Missing, Question, Series,
    Statistic, Variable,
};
use crate::domain::{Catalogue, Cohort, Rules, display_unit};
use listing::{lay_out_listing, listing_records};
use notes::{note_direction, note_listing, note_percent, note_rules, note_tests};
use row::{Shown, lay_out_row};
use stated::lay_out_statements;

/// Lay out the change from baseline of a cohort.
pub fn lay_out_change(
    found: &ChangeResults,
    cohort: &Cohort,
    rules: &Rules,
    catalogue: &Catalogue,
    question: &Question,
    asked: &ChangeAsked,
) -> Page {
    let mut page = Page::new("Change from baseline");
    describe_population(&mut page, cohort);
    let is_listed = !found.listed.is_empty();
    if is_listed {
        let listing = lay_out_listing(&mut page, found, cohort);
        page.blocks.push(Block::Grid(listing));
        note_listing(&mut page);
    }
    let mut grid = lay_out_series(&mut page, found, question, asked);
    grid.heading = is_listed.then(|| "Together".to_owned());
    page.blocks.push(Block::Grid(grid));
    lay_out_statements(&mut page, &found.stated, catalogue);
    note_rules(&mut page, found, cohort, rules, (question, asked));
    note_direction(&mut page, found);
    if !asked.tests.is_empty() {
        note_tests(&mut page, found, asked);
    }
    if !asked.extra.is_empty() {
        let names: Vec<&str> = asked.extra.iter().map(|extra| extra.name()).collect();
        page.context.push(("extra".to_owned(), Value::from(names.join("; "))));
    }
    if asked.percent {
        note_percent(&mut page, found);
    }
    note_groups(&mut page, question);
    page.records.push(records(found, catalogue));
    page.records.push(listing_records(found));
    page
}

/// A block an analyte, with a line a timepoint and group.
fn lay_out_series(
    page: &mut Page,
    found: &ChangeResults,
    question: &Question,
    asked: &ChangeAsked,
) -> Grid {
    let index = Index::new(&found.results);
    let mut grid = Grid { columns: columns(question, asked), ..Grid::default() };
    let groups: Vec<Option<&str>> = match found.groups.is_empty() {
        true => vec![None],
        false => found.groups.iter().map(|group| Some(group.as_str())).collect(),
    };
    let shown = Shown { level: question.level, asked };
    for series in &found.series {
        grid.rows.push(Row::Section(directed_heading(series)));
        let recorded = |timepoint: &&String| is_recorded(found, series, timepoint);
        for timepoint in series.timepoints.iter().filter(recorded) {
            for group in &groups {
                let row = index.of(&series.parameter, timepoint, *group);
                let cells = lay_out_row(page, series, &row, &shown);
                grid.rows.push(Row::Cells(cells));
            }
        }
    }
    grid
}

/// One row a statistic: numbers, then what was said in words.
fn records(found: &ChangeResults, catalogue: &Catalogue) -> RecordSet {
    let data_decimals = |result: &AnalysisResult| {
        let series = found.series.iter().find(|series| series.parameter == result.parameter);
        let of_data = series.map_or(0, |series| series.decimals);
        let is_percent = result.variable == Variable::PercentChange;
        decimals(result.statistic, if is_percent { 0 } else { of_data })
    };
    let name = |key: &str| label_of(key, catalogue);
    let mut records = result_records(&found.results, name, data_decimals);
    records.rows.extend(result_records(&found.stated, name, |_| 0).rows);
    records
}

/// True if anything at all is recorded of a series at a timepoint, be it only why there is no value.
fn is_recorded(found: &ChangeResults, series: &Series, timepoint: &str) -> bool {
    timepoint == BASELINE
        || found.results.iter().any(|result| {
            result.parameter == series.parameter
                && result.timepoint == timepoint
                && match result.statistic {
                    Statistic::N => result.n > 0,
                    Statistic::MissingBecause(missing) => missing != Missing::NoRecord,
                    _ => false,
                }
        })
}

fn columns(question: &Question, asked: &ChangeAsked) -> Vec<Column> {
    let mut columns = vec![Column::stub("Timepoint")];
    if question.by.is_some() {
        columns.push(Column::stub("Group"));
    }
    let level = interval_heading(question.level);
    let of_test = |test, name: &str| asked.tests.contains(&test).then(|| Column::numbers(name));
    let values = [
        Column::numbers("n"),
        Column::words("Missing"),
        Column::numbers("Mean (SD)"),
        Column::numbers("Median (Q1, Q3)"),
        Column::numbers("Min–max"),
    ];
    let changes = [
        Some(Column::numbers("Pairs")),
        Some(Column::numbers("Mean (SD)")),
        Some(Column::numbers(&level)),
        of_test(ChangeTest::T, "p (t)"),
    ];
    // A group of its own: where a wide table breaks, the p stays beside its estimate.
    let centres = [
        Some(Column::numbers(&format!("HL ({level})"))),
        of_test(ChangeTest::Wilcoxon, "p (Wilcoxon)"),
    ];
    let changes = changes.into_iter().flatten();
    let centres = centres.into_iter().flatten();
    columns.extend(values.map(|column| column.under("Value")));
    columns.extend(changes.map(|column| column.under("Change from baseline")));
    columns.extend(centres.map(|column| column.under("Hodges-Lehmann")));
    if asked.percent {
        let percents = ["n", "Mean (SD)", "Median (Q1, Q3)"].map(Column::numbers);
        columns.extend(percents.map(|column| column.under("Change in % of baseline")));
    }
    columns
}

/// The analyte with its unit, and which direction is a benefit: `HbA1c (%), lower is better`. It is said of
/// the analyte, not of a mean: a sign beside an interval that holds 0 would be read as a result.
fn directed_heading(series: &Series) -> String {
    match series.benefit {
        Some(benefit) => format!("{}, {benefit} is better", heading(series)),
        None => heading(series),
    }
}

pub(super) fn heading(series: &Series) -> String {
    let unit = series.unit.as_ref().map(|unit| display_unit(&unit.ucum)).unwrap_or_default();
    if unit.is_empty() { series.label.clone() } else { format!("{} ({unit})", series.label) }
}

fn label_of(parameter: &str, catalogue: &Catalogue) -> String {
    let analyte = catalogue.analytes().iter().find(|analyte| analyte.key == parameter);
    analyte.map_or_else(|| parameter.to_owned(), |analyte| analyte.symbol.clone())
}
