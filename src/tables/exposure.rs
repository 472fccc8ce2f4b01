//! Exposure: what was infused, and how long patients were followed.

use super::amounts::{Index, counted, decimals, note_definitions, note_groups, result_records};
use super::change::missing_text;
use super::cohort::{describe_not_infused, describe_population};
use super::decimal::fixed;
use super::page::{Block, Cell, Column, Grid, Page, RecordSet, Row, Value};
use crate::analysis::{
    Amount, AnalysisResult, Category, Exposed, ExposureResults, FOLLOW_UP, Question, Statistic,
    Variable,
};
use crate::domain::Cohort;

/// Decimals of patient-years.
const YEARS_DECIMALS: u8 = 2;

/// Lay out the exposure of a cohort.
pub fn lay_out_exposure(found: &ExposureResults, cohort: &Cohort, question: &Question) -> Page {
    let mut page = Page::new("Exposure");
    describe_population(&mut page, cohort);
    describe_not_infused(&mut page, &found.not_infused);
    let index = Index::new(&found.results);
    let facts = found.groups.iter().flat_map(|one| who(one, &index));
    page.blocks.push(Block::Facts(facts.collect()));
    let is_grouped = found.groups.iter().any(|one| one.group.is_some());
    let mut grid = Grid {
        columns: vec![
            Column::stub("Quantity"),
            Column::stub("Group"),
            Column::numbers("n"),
            Column::words("Missing"),
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
        if is_grouped {
            grid.rows.push(Row::Section(heading(first)));
        }
        for one in &found.groups {
            let cells = quantity(&mut page, &index, first, one.group.as_deref());
            grid.rows.push(Row::Cells(cells));
        }
    }
    let mut categories = lay_out_categories(found);
    if is_grouped {
        // The section says what is counted.
        without_column(&mut grid, 0);
    } else {
        without_column(&mut grid, 1);
        without_column(&mut categories, 1);
    }
    page.blocks.push(Block::Grid(grid));
    page.blocks.push(Block::Grid(categories));
    page.note(
        "Patients without a recorded infusion are not counted below the first line. A total per \
         patient is known only where every infusion's dose is.",
    );
    page.note(
        "Follow-up and patient-years: from the first infusion to the end of the follow-up that is reported; a \
         year has 365.25 days.",
    );
    page.note("Percentages are of the patients infused, and of the infusions. A patient may have several routes.");
    let total = |of: fn(&Exposed) -> usize| found.groups.iter().map(of).sum::<usize>();
    page.context.extend([
        ("exposed_patient_count".to_owned(), Value::from(total(|one| one.exposed))),
        ("infusion_count".to_owned(), Value::from(total(|one| one.infusions))),
    ]);
    note_definitions(&mut page, question);
    note_groups(&mut page, question);
    let name = |parameter: &str| parameter.to_owned();
    page.records.push(result_records(&found.results, name, |result| match result.unit.as_str() {
        "a" => YEARS_DECIMALS,
        _ => decimals(result.statistic, data_decimals(result)),
    }));
    page.records.push(group_records(&found.groups));
    page.records.push(category_records(&found.categories));
    page
}

/// Doses are printed with one decimal of a million, and so are percentages; counts and days are whole.
fn data_decimals(result: &AnalysisResult) -> u8 {
    u8::from(result.unit.starts_with("10*6") || result.unit == "%")
}

fn heading(result: &AnalysisResult) -> String {
    match result.unit.as_str() {
        "1" => result.parameter.clone(),
        "%" => format!("{} (%)", result.parameter),
        "d" if result.parameter.starts_with("Days") => result.parameter.clone(),
        "d" => format!("{} (days)", result.parameter),
        _ => format!("{} (×10^6)", result.parameter),
    }
}

/// How many of a group were infused, and how often.
fn who(one: &Exposed, index: &Index<'_>) -> [(String, String); 3] {
    let named = |what: &str| match &one.group {
        Some(group) => format!("{what}, {group}"),
        None => what.to_owned(),
    };
    let row = index.of(FOLLOW_UP, "", one.group.as_deref());
    let followed = row.count(Variable::Value, Statistic::N);
    let years = match row.amount(Variable::Value, Statistic::Total) {
        Some(Amount::Number(years)) => fixed(years, YEARS_DECIMALS),
        _ => String::new(),
    };
    [
        (named("Patients infused"), share(one.exposed, one.patients)),
        (named("Infusions"), one.infusions.to_string()),
        (
            named("Patient-years"),
            format!("{years} of {}", counted(followed, "patient", "patients")),
        ),
    ]
}

/// The line of one quantity in one group.
fn quantity(
    page: &mut Page,
    index: &Index<'_>,
    first: &AnalysisResult,
    group: Option<&str>,
) -> Vec<Cell> {
    use Statistic::{Max, Mean, Median, Min, N, Q1, Q3, Sd};
    let row = index.of(&first.parameter, "", group);
    let missing = Cell::new(missing_text(&row));
    let data = data_decimals(first);
    let with = |statistic| (statistic, decimals(statistic, data));
    let mut cell = |pattern, statistics: &[(Statistic, u8)]| {
        row.cell(page, pattern, Variable::Value, statistics)
    };
    vec![
        Cell::new(heading(first)),
        Cell::new(group.unwrap_or_default()),
        cell("_", &[with(N)]),
        missing,
        cell("_ (_)", &[with(Mean), with(Sd)]),
        cell("_ (_, _)", &[with(Median), with(Q1), with(Q3)]),
        cell("_", &[with(Min)]),
        cell("_", &[with(Max)]),
    ]
}

fn without_column(grid: &mut Grid, at: usize) {
    grid.columns.remove(at);
    for row in &mut grid.rows {
        if let Row::Cells(cells) = row {
            cells.remove(at);
        }
    }
}

fn lay_out_categories(found: &ExposureResults) -> Grid {
    let mut grid = Grid {
        columns: vec![
            Column::stub("Given as"),
            Column::stub("Group"),
            Column::numbers("Patients"),
            Column::numbers("Infusions"),
        ],
        ..Grid::default()
    };
    // Each value once, in the order of the first group that has it.
    let mut values: Vec<(&str, &str)> = Vec::new();
    for category in &found.categories {
        let value = (category.name, category.value.as_str());
        if !values.contains(&value) {
            values.push(value);
        }
    }
    let names: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
    let place = |name: &str| names.iter().position(|known| *known == name);
    values.sort_by_key(|(name, _)| place(name));
    let mut section = "";
    for (name, value) in values {
        if name != section {
            section = name;
            grid.rows.push(Row::Section(name.to_owned()));
        }
        for one in &found.groups {
            let is_it = |category: &&Category| {
                category.name == name && category.value == value && category.group == one.group
            };
            let category = found.categories.iter().find(is_it);
            let (patients, infusions) = category.map_or((0, 0), |c| (c.patients, c.infusions));
            grid.rows.push(Row::Cells(vec![
                Cell::new(value),
                Cell::new(one.group.as_deref().unwrap_or_default()),
                Cell::new(share(patients, one.exposed)),
                Cell::new(share(infusions, one.infusions)),
            ]));
        }
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

fn group_records(groups: &[Exposed]) -> RecordSet {
    let row = |one: &Exposed| {
        vec![
            one.group.clone().into(),
            one.patients.into(),
            one.exposed.into(),
            one.infusions.into(),
        ]
    };
    RecordSet {
        name: "groups".to_owned(),
        columns: ["group", "patients", "patients_infused", "infusions"].map(str::to_owned).into(),
        rows: groups.iter().map(row).collect(),
    }
}

fn category_records(categories: &[Category]) -> RecordSet {
    let row = |category: &Category| {
        vec![
            category.name.into(),
            category.value.as_str().into(),
            category.group.clone().into(),
            category.patients.into(),
            category.infusions.into(),
        ]
    };
    RecordSet {
        name: "categories".to_owned(),
        columns: ["category", "value", "group", "patients", "infusions"].map(str::to_owned).into(),
        rows: categories.iter().map(row).collect(),
    }
}
