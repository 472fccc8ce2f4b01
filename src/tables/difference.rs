//! Difference of change: a block an analyte, a line a timepoint and group.

use super::amounts::{
    Index, Row as Statistics, counted, decimals, interval_heading, note_definitions, note_groups,
    result_records,
};
use super::change::{
    day_zero_words, heading, note_choices, note_readings, note_timepoints, warned,
};
use super::cohort::describe_population;
use super::decimal::fixed;
use super::page::{Block, Cell, Column, Grid, Page, RecordSet, Row, Value};
use crate::analysis::{
    Amount, AnalysisResult, DifferenceAsked, DifferenceResults, DifferenceTest, Grouping,
    LISTED_BELOW, Question, RANDOM_SPLITS, SPLITS_EXACT_UP_TO, SPLITS_SEED, Series, Statistic,
    Variable,
};
use crate::domain::{Cohort, Rules};

/// Lay out the change of each group and its difference from the reference.
pub fn lay_out_difference(
    found: &DifferenceResults,
    cohort: &Cohort,
    rules: &Rules,
    question: &Question,
    asked: &DifferenceAsked,
) -> Page {
    let mut page = Page::new("Difference of change from baseline");
    describe_population(&mut page, cohort);
    let groups = found
        .groups
        .iter()
        .map(|(name, patients)| (name.clone(), counted(*patients, "patient", "patients")));
    page.blocks.push(Block::Facts(groups.collect()));
    let grid = lay_out_series(&mut page, found, question, asked);
    page.blocks.push(Block::Grid(grid));
    note_comparison(&mut page, found, cohort, rules, question);
    note_tests(&mut page, found, asked);
    note_timepoints(&mut page, rules);
    note_definitions(&mut page, question);
    note_choices(&mut page, question);
    note_readings(&mut page, &found.series);
    note_groups(&mut page, question);
    page.context.extend([
        ("reference".to_owned(), Value::from(found.reference.as_str())),
        ("day_zero".to_owned(), Value::from(rules.day_zero.as_str())),
        ("baseline".to_owned(), Value::from(rules.baseline.as_str())),
        ("rules_version".to_owned(), Value::from(rules.version)),
        ("confidence_level".to_owned(), Value::from(question.level)),
        ("units".to_owned(), Value::from(question.units.name())),
    ]);
    page.records.push(records(found));
    page
}

fn lay_out_series(
    page: &mut Page,
    found: &DifferenceResults,
    question: &Question,
    asked: &DifferenceAsked,
) -> Grid {
    let index = Index::new(&found.results);
    let mut grid = Grid { columns: columns(found, question, asked), ..Grid::default() };
    for series in &found.series {
        let mut lines = Vec::new();
        for timepoint in &series.timepoints {
            let of = |group| index.of(&series.parameter, timepoint, Some(group));
            let groups = found.groups.iter().map(|(name, _)| name.as_str());
            let has_pairs = |group| of(group).count(Variable::Change, Statistic::N) > 0;
            if groups.clone().any(has_pairs) {
                lines.extend(groups.map(|group| lay_out_row(page, series, &of(group), asked)));
            }
        }
        if !lines.is_empty() {
            grid.rows.push(Row::Section(heading(series)));
            grid.rows.extend(lines.into_iter().map(Row::Cells));
        }
    }
    grid
}

fn columns(found: &DifferenceResults, question: &Question, asked: &DifferenceAsked) -> Vec<Column> {
    let level = interval_heading(question.level);
    let changes = ["Pairs", "Mean (SD)", &level].map(Column::numbers);
    let mut differences = vec![Column::numbers("Mean"), Column::numbers(&level)];
    differences.extend(asked.tests.iter().map(|test| Column::numbers(p_heading(*test))));
    let name = format!("Difference from {}", found.reference);
    let mut columns = vec![Column::stub("Timepoint"), Column::stub("Group")];
    columns.extend(changes.map(|column| column.under("Change from baseline")));
    columns.extend(differences.into_iter().map(|column| column.under(&name)));
    columns
}

fn p_heading(test: DifferenceTest) -> &'static str {
    match test {
        DifferenceTest::Welch => "p (Welch)",
        DifferenceTest::Permutation => "p (permutation)",
    }
}

fn lay_out_row(
    page: &mut Page,
    series: &Series,
    row: &Statistics<'_, '_>,
    asked: &DifferenceAsked,
) -> Vec<Cell> {
    use Statistic::{Mean, MeanLower, MeanUpper, N, Sd};
    let with = |statistic| (statistic, decimals(statistic, series.decimals));
    let pairs = row.cell(page, "_", Variable::Change, &[with(N)]);
    let pairs = warned(page, pairs, row, Variable::Change, true);
    let mut of = |variable, pattern, statistics: &[(Statistic, u8)]| {
        let cell = row.cell(page, pattern, variable, statistics);
        // What a change rests on, a difference from it rests on too.
        warned(page, cell, row, Variable::Change, false)
    };
    let mut cells = vec![
        Cell::new(row.timepoint),
        Cell::new(row.group.unwrap_or_default()),
        pairs,
        of(Variable::Change, "_ (_)", &[with(Mean), with(Sd)]),
        of(Variable::Change, "_, _", &[with(MeanLower), with(MeanUpper)]),
    ];
    let difference = Variable::DifferenceOfChange;
    if row.amount(difference, N).is_none() {
        cells.push(Cell::new("reference"));
        cells.extend(asked.tests.iter().map(|_| Cell::default()).chain([Cell::default()]));
        return cells;
    }
    cells.push(of(difference, "_", &[with(Mean)]));
    cells.push(of(difference, "_, _", &[with(MeanLower), with(MeanUpper)]));
    cells.extend(asked.tests.iter().map(|test| p_cell(page, row, *test)));
    cells
}

fn p_cell(page: &mut Page, row: &Statistics<'_, '_>, test: DifferenceTest) -> Cell {
    use Statistic::{PPermutation, PPermutationLeast, PWelch, Splits};
    let variable = Variable::DifferenceOfChange;
    if test == DifferenceTest::Welch {
        return row.cell(page, "_", variable, &[(PWelch, 0)]);
    }
    let mut cell = row.cell(page, "_", variable, &[(PPermutation, 0)]);
    if let Some(Amount::Number(least)) = row.amount(variable, PPermutationLeast)
        && least > 0.05
    {
        let splits = row.count(variable, Splits);
        let least = fixed(least, 4);
        let text = format!(
            "{splits} ways to split these changes: the least p they can give is {}.",
            least.trim_end_matches('0'),
        );
        let mark = page.footnote(&text);
        cell = cell.marked(mark);
    }
    cell
}

/// Say what a difference is, and what it is not.
fn note_comparison(
    page: &mut Page,
    found: &DifferenceResults,
    cohort: &Cohort,
    rules: &Rules,
    question: &Question,
) {
    let column = question.by.as_ref().map_or("group", Grouping::heading);
    page.note(format!(
        "Change: follow-up - baseline in patients who have both (pairs), baseline the last measured \
         value on or before day 0, {}. Difference: the mean change of a group - that of {}, with \
         Welch's interval (Satterthwaite's degrees of freedom), which takes two pairs in each.",
        day_zero_words(rules),
        found.reference,
    ));
    page.note(
        "A difference is an association, not the effect of what the groups are named by: unless the \
         reports say that chance assigned them, groups differ in other things as well, and nothing \
         is adjusted for. Whether they differed at baseline, `casebook summary baseline --by` shows.",
    );
    page.note(
        "A timepoint is left out where no group has a pair of an analyte; csv and json have it.",
    );
    if cohort.subjects.len() < LISTED_BELOW {
        page.note(
            "Of so few patients the numbers say less than each of them: `casebook summary change --by` \
             lists them.",
        );
    }
    if found.without_group > 0 {
        let patients = counted(found.without_group, "patient is", "patients are");
        page.note(format!("{patients} in no group: {column} is not reported."));
    }
}

/// Say which tests were made, and how many p-values these are.
fn note_tests(page: &mut Page, found: &DifferenceResults, asked: &DifferenceAsked) {
    if asked.tests.is_empty() {
        return;
    }
    let name = |test: &DifferenceTest| match test {
        DifferenceTest::Welch => {
            "p (Welch): Welch's t test of the changes of two groups, two-sided".to_owned()
        }
        DifferenceTest::Permutation => format!(
            "p (permutation): permutation test of the difference of the means, two-sided, exact up to \
             {SPLITS_EXACT_UP_TO} ways to split the changes, above by {RANDOM_SPLITS} random splits \
             (seed {SPLITS_SEED}, p = (b + 1)/(m + 1))",
        ),
    };
    let names: Vec<String> = asked.tests.iter().map(name).collect();
    let is_p = |one: &&AnalysisResult| {
        let statistic = matches!(one.statistic, Statistic::PWelch | Statistic::PPermutation);
        statistic && matches!(one.amount, Amount::Number(_))
    };
    let given = found.results.iter().filter(is_p).count();
    page.note(format!(
        "{}. {} in this table; p is not adjusted for how many there are.",
        names.join("; "),
        counted(given, "p-value stands", "p-values stand"),
    ));
    page.context.push(("tests".to_owned(), Value::from(names.join("; "))));
    page.context.push(("p_values".to_owned(), Value::from(given)));
}

fn records(found: &DifferenceResults) -> RecordSet {
    let series = |key: &str| found.series.iter().find(|series| series.parameter == key);
    let name = |key: &str| series(key).map(|series| series.label.clone()).unwrap_or_default();
    result_records(&found.results, name, |result: &AnalysisResult| {
        decimals(result.statistic, series(&result.parameter).map_or(0, |one| one.decimals))
    })
}
