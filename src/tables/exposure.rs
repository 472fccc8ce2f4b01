//! Exposure: what was infused, and how long patients were followed.

use super::amounts::{Index, decimals, result_records};
use super::change::describe_population;
use super::decimal::fixed;
use super::page::{Block, Cell, Column, Grid, Page, RecordSet, Row, Value};
use crate::analysis::{AnalysisResult, Category, ExposureResults, Statistic, Variable};
use crate::domain::Cohort;

/// Lay out the exposure of a cohort.
pub fn lay_out_exposure(found: &ExposureResults, cohort: &Cohort) -> Page {
    let mut page = Page::new("Exposure");
    describe_population(&mut page, cohort);
    page.blocks.push(Block::Facts(vec![
        ("Patients infused".to_owned(), share(found.exposed, found.patients)),
        ("Infusions".to_owned(), found.infusions.to_string()),
    ]));
    let index = Index::new(&found.results);
    let mut grid = Grid {
        columns: vec![
            Column::stub("Quantity"),
            Column::numbers("n"),
            Column::numbers("Missing"),
            Column::numbers("Mean (SD)"),
            Column::numbers("Median (Q1, Q3)"),
            Column::numbers("Min"),
            Column::numbers("Max"),
        ],
        ..Grid::default()
    };
    let mut parameters: Vec<&AnalysisResult> = Vec::new();
    for result in &found.results {
        if !parameters.iter().any(|known| known.parameter == result.parameter) {
            parameters.push(result);
        }
    }
    for first in parameters {
        use Statistic::{Max, Mean, Median, Min, Missing, N, Q1, Q3, Sd};
        let row = index.of(&first.parameter, "", None);
        let data = data_decimals(first);
        let with = |statistic| (statistic, decimals(statistic, data));
        let mut cell = |pattern, statistics: &[(Statistic, u8)]| {
            row.cell(&mut page, pattern, Variable::Value, statistics)
        };
        grid.rows.push(Row::Cells(vec![
            Cell::new(heading(first)),
            cell("_", &[with(N)]),
            cell("_", &[with(Missing)]),
            cell("_ (_)", &[with(Mean), with(Sd)]),
            cell("_ (_, _)", &[with(Median), with(Q1), with(Q3)]),
            cell("_", &[with(Min)]),
            cell("_", &[with(Max)]),
        ]));
    }
    page.blocks.push(Block::Grid(grid));
    page.blocks.push(Block::Grid(lay_out_categories(found)));
    page.note(
        "Patients without a recorded infusion are not counted below the first line. A total per \
         patient is known only where every infusion's dose is.",
    );
    page.note("Percentages are of the patients infused, and of the infusions. A patient may have several routes.");
    page.note("SD: n - 1. Quartiles: type 2 (SAS). Rounding: once, half away from zero.");
    page.context.extend([
        ("exposed_patient_count".to_owned(), Value::from(found.exposed)),
        ("infusion_count".to_owned(), Value::from(found.infusions)),
        ("quartiles".to_owned(), Value::from("type 2 (SAS)")),
    ]);
    let name = |parameter: &str| parameter.to_owned();
    page.records.push(result_records(&found.results, name, |result| {
        decimals(result.statistic, data_decimals(result))
    }));
    page.records.push(category_records(&found.categories));
    page
}

/// Doses are printed with one decimal of a million; counts and days are whole.
fn data_decimals(result: &AnalysisResult) -> u8 {
    u8::from(result.unit.starts_with("10*6"))
}

fn heading(result: &AnalysisResult) -> String {
    match result.unit.as_str() {
        "1" => result.parameter.clone(),
        "d" if result.parameter.starts_with("Days") => result.parameter.clone(),
        "d" => format!("{} (days)", result.parameter),
        _ => format!("{} (×10^6)", result.parameter),
    }
}

fn lay_out_categories(found: &ExposureResults) -> Grid {
    let mut grid = Grid {
        columns: vec![
            Column::stub("Given as"),
            Column::numbers("Patients"),
            Column::numbers("Infusions"),
        ],
        ..Grid::default()
    };
    let mut name = "";
    for category in &found.categories {
        if category.name != name {
            name = category.name;
            grid.rows.push(Row::Section(name.to_owned()));
        }
        grid.rows.push(Row::Cells(vec![
            Cell::new(&*category.value),
            Cell::new(share(category.patients, found.exposed)),
            Cell::new(share(category.infusions, found.infusions)),
        ]));
    }
    grid
}

/// `3/5 (60.0%)`; of nobody, `0/0`.
pub(super) fn share(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "0/0".to_owned();
    }
    #[allow(clippy::cast_precision_loss)] // counts of patients
    let percent = 100.0 * part as f64 / whole as f64;
    format!("{part}/{whole} ({}%)", fixed(percent, 1))
}

fn category_records(categories: &[Category]) -> RecordSet {
    let row = |category: &Category| {
        vec![
            category.name.into(),
            category.value.as_str().into(),
            category.patients.into(),
            category.infusions.into(),
        ]
    };
    RecordSet {
        name: "categories".to_owned(),
        columns: ["category", "value", "patients", "infusions"].map(str::to_owned).into(),
        rows: categories.iter().map(row).collect(),
    }
}
