//! A mixed model over time: means and changes of the timepoints, then the variances.

use super::amounts::{Index, interval_heading, note_groups, result_records};
use super::change::{day_zero_words, heading, note_choices, note_readings, warned, windows};
use super::cohort::describe_population;
use super::page::{Block, Cell, Column, Grid, Page, Row, Value};
use crate::analysis::{AnalysisResult, BASELINE, ModelResults, Question, Statistic, Variable};
use crate::domain::{Cohort, Rules, display_unit};

/// Decimals of degrees of freedom.
const DF_DECIMALS: u8 = 1;

/// Lay out a mixed model of one analyte.
pub fn lay_out_model(
    found: &ModelResults,
    cohort: &Cohort,
    rules: &Rules,
    question: &Question,
    test: bool,
) -> Page {
    let mut page = Page::new(format!("Mixed model of {}", heading(&found.series)));
    describe_population(&mut page, cohort);
    let means = lay_out_means(&mut page, found, question, test);
    page.blocks.push(Block::Grid(means));
    let variances = lay_out_variances(&mut page, found);
    page.blocks.push(Block::Grid(variances));
    note(&mut page, rules, question, test);
    note_groups(&mut page, question);
    note_choices(&mut page, question);
    note_readings(&mut page, std::slice::from_ref(&found.series));
    page.context.extend([
        ("day_zero".to_owned(), Value::from(rules.day_zero.as_str())),
        ("rules_version".to_owned(), Value::from(rules.version)),
        ("timepoints".to_owned(), Value::from(windows(&rules.schedule))),
        ("confidence_level".to_owned(), Value::from(question.level)),
        ("units".to_owned(), Value::from(question.units.name())),
    ]);
    let label = found.series.label.clone();
    let data = found.series.decimals;
    page.records.push(result_records(
        &found.results,
        |_| label.clone(),
        |result| decimals_of(result, data),
    ));
    page
}

fn decimals_of(result: &AnalysisResult, data: u8) -> u8 {
    match result.statistic {
        Statistic::DegreesOfFreedom => DF_DECIMALS,
        Statistic::StandardError => data + 2,
        Statistic::VarianceBetweenReports
        | Statistic::VarianceBetweenPatients
        | Statistic::VarianceWithinPatients => data + 2,
        _ => data + 1,
    }
}

fn lay_out_means(page: &mut Page, found: &ModelResults, question: &Question, test: bool) -> Grid {
    use Statistic::{DegreesOfFreedom, Estimate, EstimateLower, EstimateUpper, N, P};
    let interval = interval_heading(question.level);
    let is_grouped = question.by.is_some();
    let mut columns = vec![Column::stub("Timepoint")];
    columns.extend(is_grouped.then(|| Column::stub("Group")));
    columns.push(Column::numbers("Values"));
    columns.push(Column::numbers(&format!("Mean ({interval})")));
    let change = |column: Column| column.under("Change from baseline");
    columns.push(change(Column::numbers(&format!("Estimate ({interval})"))));
    columns.push(change(Column::numbers("df")));
    columns.extend(test.then(|| change(Column::numbers("p"))));
    let mut grid = Grid { columns, ..Grid::default() };
    let index = Index::new(&found.results);
    let data = found.series.decimals;
    let estimate = [Estimate, EstimateLower, EstimateUpper].map(|one| (one, data + 1));
    for timepoint in &found.series.timepoints {
        for group in &found.groups {
            let row = index.of(&found.series.parameter, timepoint, group.as_deref());
            let mut cells = vec![Cell::new(timepoint)];
            cells.extend(is_grouped.then(|| Cell::new(group.as_deref().unwrap_or_default())));
            cells.push(row.cell(page, "_", Variable::ModelMean, &[(N, 0)]));
            let mean = row.cell(page, "_ (_, _)", Variable::ModelMean, &estimate);
            cells.push(warned(page, mean, &row, Variable::ModelMean, false));
            let of_change = Variable::ModelChange;
            cells.push(row.cell(page, "_ (_, _)", of_change, &estimate));
            cells.push(row.cell(page, "_", of_change, &[(DegreesOfFreedom, DF_DECIMALS)]));
            cells.extend(test.then(|| row.cell(page, "_", of_change, &[(P, 3)])));
            grid.rows.push(Row::Cells(cells));
        }
    }
    grid
}

fn lay_out_variances(page: &mut Page, found: &ModelResults) -> Grid {
    use Statistic::{
        N, Patients, Repeated, Reports, VarianceBetweenPatients, VarianceBetweenReports,
        VarianceWithinPatients,
    };
    let is_grouped = found.groups.iter().any(Option::is_some);
    let unit = found.series.unit.as_ref().map(|unit| display_unit(&unit.ucum));
    let variances = format!("Variance, ({})²", unit.unwrap_or_default());
    let mut columns: Vec<Column> = is_grouped.then(|| Column::stub("Group")).into_iter().collect();
    columns.extend(["Values", "Patients", "Two or more", "Reports"].map(Column::numbers));
    let under = |name: &str| Column::numbers(name).under(&variances);
    columns.extend(["Between reports", "Between patients", "Within patients"].map(under));
    let mut grid = Grid { heading: Some("The model".to_owned()), columns, rows: Vec::new() };
    let index = Index::new(&found.results);
    let data = found.series.decimals + 2;
    for group in &found.groups {
        let row = index.of(&found.series.parameter, "", group.as_deref());
        let mut cells: Vec<Cell> = is_grouped
            .then(|| Cell::new(group.as_deref().unwrap_or_default()))
            .into_iter()
            .collect();
        let all = [N, Patients, Repeated, Reports].map(|one| (one, 0));
        let variances = [VarianceBetweenReports, VarianceBetweenPatients, VarianceWithinPatients];
        for one in all.into_iter().chain(variances.map(|one| (one, data))) {
            cells.push(row.cell(page, "_", Variable::ModelVariance, &[one]));
        }
        grid.rows.push(Row::Cells(cells));
    }
    grid
}

fn note(page: &mut Page, rules: &Rules, question: &Question, test: bool) {
    page.note(
        "Linear mixed model, fitted by restricted maximum likelihood: a mean for each timepoint, a random \
         intercept for each patient, and one for each report where there are three and one has several \
         patients. It supposes that values are missing at random and intercepts and residuals normal. A variance of 0 is one that the values do not \
         ask for.",
    );
    let df = "degrees of freedom by Satterthwaite";
    page.note(match test {
        true => format!(
            "{}: Student's t, {df}; p: two-sided, of the change.",
            interval_heading(question.level)
        ),
        false => format!("{}: Student's t, {df}.", interval_heading(question.level)),
    });
    page.note(format!(
        "{BASELINE}: the last measured value on or before day 0, {}. Timepoints: {}. Every number counts, be \
         there a baseline or not.",
        day_zero_words(rules),
        windows(&rules.schedule),
    ));
}
