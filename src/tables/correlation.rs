//! A rank correlation: one line a group.

use super::amounts::{Index, interval_heading, note_groups, result_records};
use super::cohort::describe_population;
use super::page::{Block, Cell, Column, Grid, Page, Row, Value};
use crate::analysis::{CorrelationResults, Missing, Question, Statistic, Variable};
use crate::domain::{Cohort, PatientColumn};

/// Decimals of a correlation.
const DECIMALS: u8 = 2;

/// Lay out the correlation of two columns of patients.
pub fn lay_out_correlation(
    found: &CorrelationResults,
    cohort: &Cohort,
    question: &Question,
    test: bool,
) -> Page {
    use Statistic::{MissingBecause, N, P, Rho, RhoLower, RhoUpper};
    let mut page = Page::new("Rank correlation");
    describe_population(&mut page, cohort);
    let [x, y] = &found.columns;
    let facts = [("x".to_owned(), in_words(x)), ("y".to_owned(), in_words(y))];
    page.blocks.push(Block::Facts(facts.into()));
    let interval = interval_heading(question.level);
    let is_grouped = question.by.is_some();
    let mut columns: Vec<Column> = is_grouped.then(|| Column::stub("Group")).into_iter().collect();
    columns.push(Column::numbers("Pairs"));
    columns.push(Column::words("Left out"));
    columns.push(Column::numbers(&format!("Spearman's rho ({interval})")));
    columns.extend(test.then(|| Column::numbers("p")));
    let mut grid = Grid { columns, ..Grid::default() };
    let (index, parameter) = (Index::new(&found.results), found.parameter());
    for group in &found.groups {
        let row = index.of(&parameter, "", group.as_deref());
        let mut cells: Vec<Cell> = is_grouped
            .then(|| Cell::new(group.as_deref().unwrap_or_default()))
            .into_iter()
            .collect();
        cells.push(row.cell(&mut page, "_", Variable::Pairs, &[(N, 0)]));
        let reasons = [Missing::FirstOfTwo, Missing::SecondOfTwo, Missing::BothOfTwo];
        let left_out = reasons.iter().filter_map(|missing| {
            let count = row.count(Variable::Pairs, MissingBecause(*missing));
            (count > 0).then(|| format!("{count} {}", missing.reason()))
        });
        let left_out: Vec<String> = left_out.collect();
        let left_out = if left_out.is_empty() { "0".to_owned() } else { left_out.join(", ") };
        cells.push(Cell::new(left_out));
        let rho = [Rho, RhoLower, RhoUpper].map(|one| (one, DECIMALS));
        cells.push(row.cell(&mut page, "_ (_, _)", Variable::Pairs, &rho));
        cells.extend(test.then(|| row.cell(&mut page, "_", Variable::Pairs, &[(P, 3)])));
        grid.rows.push(Row::Cells(cells));
    }
    page.blocks.push(Block::Grid(grid));
    note(&mut page, found, question, test);
    note_groups(&mut page, question);
    page.context.extend([
        ("x".to_owned(), Value::from(x.name.as_str())),
        ("x_unit".to_owned(), Value::from(x.unit.as_str())),
        ("y".to_owned(), Value::from(y.name.as_str())),
        ("y_unit".to_owned(), Value::from(y.unit.as_str())),
        ("confidence_level".to_owned(), Value::from(question.level)),
    ]);
    page.records.push(result_records(&found.results, str::to_owned, |_| DECIMALS));
    page
}

/// `hba1c_change_w12 (mmol/mol)`.
fn in_words(column: &PatientColumn) -> String {
    match column.unit.as_str() {
        "" => column.name.clone(),
        unit => format!("{} ({unit})", column.name),
    }
}

/// True for a baseline and a change of the same analyte.
fn is_coupled(found: &CorrelationResults) -> bool {
    let analyte = |of_change: bool| {
        found.columns.iter().find_map(|column| match of_change {
            false => column.name.strip_suffix("_baseline"),
            true => {
                let (before, _) = column.name.split_once("_change_")?;
                Some(before.strip_suffix("_percent").unwrap_or(before))
            }
        })
    };
    analyte(false).is_some_and(|of_baseline| analyte(true) == Some(of_baseline))
}

fn note(page: &mut Page, found: &CorrelationResults, question: &Question, test: bool) {
    page.note(format!(
        "Spearman's rank correlation of the patients of whom both numbers are known; equal numbers share the \
         mean of their ranks. {}: Bonett and Wright (Psychometrika 2000;65:23-28). It tells whether the two go \
         together, not why, and supposes independent patients.",
        interval_heading(question.level),
    ));
    if is_coupled(found) {
        page.note(
            "The baseline is part of the change: by that alone the two go against each other (regression to the \
             mean), whatever the treatment does.",
        );
    }
    if test {
        let exact = found.exact.iter().flatten();
        let (all, other) = (exact.clone().any(|exact| *exact), exact.clone().any(|exact| !exact));
        let text = match (all, other) {
            (true, true) => {
                "from all orders of the ranks up to 9 pairs, above by the t approximation"
            }
            (true, false) => "from all orders of the ranks, ties as they are",
            (false, true) => "by the t approximation",
            (false, false) => return,
        };
        page.note(format!("p: two-sided, {text}."));
    }
}
