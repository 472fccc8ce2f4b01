//! Baseline characteristics: a block a characteristic, a column a group, and everybody in the last.

use super::amounts::{
    DASH, Index, Row as Statistics, decimals, note_definitions, note_groups, result_records,
};
use super::change::{day_zero_words, missing_text, note_choices, note_readings, warned};
use super::cohort::describe_population;
use super::decimal::fixed;
use super::exposure::share;
use super::page::{Block, Cell, Column, Grid, Page, Row, Value};
use crate::analysis::{
    AnalysisResult, BASELINE, BaselineGroup, BaselineResults, Characteristic, Entry, Question,
    Statistic, Variable,
};
use crate::domain::{Cohort, Rules, Status, display_unit};
use std::collections::HashMap;

/// Below so many patients the table begins with each of them.
const LISTED_BELOW: usize = 10;

/// Lay out the baseline characteristics of a cohort.
pub fn lay_out_baseline(
    found: &BaselineResults,
    cohort: &Cohort,
    rules: &Rules,
    question: &Question,
) -> Page {
    let mut page = Page::new("Baseline characteristics");
    describe_population(&mut page, cohort);
    let is_listed = (1..LISTED_BELOW).contains(&cohort.subjects.len());
    if is_listed {
        page.blocks.push(Block::Grid(list_patients(found, cohort)));
    }
    let index = Index::new(&found.results);
    let mut grid = Grid {
        heading: is_listed.then(|| "Together".to_owned()),
        columns: columns(found),
        ..Grid::default()
    };
    for characteristic in &found.characteristics {
        grid.rows.push(Row::Section(heading(characteristic)));
        let mut lines = match &characteristic.levels {
            None => number_lines(&mut page, found, characteristic, &index),
            Some(levels) => level_lines(found, characteristic, levels, &index),
        };
        if let Some(line) = missing_line(found, characteristic, &index) {
            lines.push(line);
        }
        if found.compared.is_some() {
            add_difference(&mut page, found, characteristic, &index, &mut lines);
        }
        grid.rows.extend(lines.into_iter().map(Row::Cells));
    }
    page.blocks.push(Block::Grid(grid));
    note_rules(&mut page, found, rules, question);
    page.records.push(records(found));
    page
}

fn columns(found: &BaselineResults) -> Vec<Column> {
    let column = |one: &BaselineGroup| {
        let name = one.group.as_deref().unwrap_or("All");
        Column::numbers(&format!("{name} (N = {})", one.members.len()))
    };
    let mut columns = vec![Column::stub("Characteristic")];
    columns.extend(found.groups.iter().map(column));
    if found.compared.is_some() {
        columns.insert(place_of_difference(found), Column::numbers("SMD"));
    }
    columns
}

/// The column of the difference: behind the two groups that it compares, so that a table that is broken for
/// its width keeps them together.
fn place_of_difference(found: &BaselineResults) -> usize {
    let is_compared = |one: &BaselineGroup| {
        let compared = found.compared.iter().flat_map(|(first, second)| [first, second]);
        compared.map(Some).any(|group| group == one.group.as_ref())
    };
    let last = found.groups.iter().rposition(is_compared);
    // The first column names the line.
    last.map_or(found.groups.len(), |at| at + 1) + 1
}

/// What a characteristic is called, with its unit.
fn heading(characteristic: &Characteristic) -> String {
    let label = &characteristic.label;
    match characteristic.unit.as_str() {
        "" | "1" => label.clone(),
        "10*6" | "10*6/kg" => format!("{label} (×10^6)"),
        unit => format!("{label} ({})", display_unit(unit)),
    }
}

/// Each patient in a column, what was recorded of them below.
fn list_patients(found: &BaselineResults, cohort: &Cohort) -> Grid {
    let is_grouped = found.groups.len() > 1;
    let groups = found.groups.iter().filter(|one| one.group.is_some() || !is_grouped);
    let patients: Vec<(usize, Option<&String>)> =
        groups.flat_map(|one| one.members.iter().map(|who| (*who, one.group.as_ref()))).collect();
    let column = |(who, group): &(usize, Option<&String>)| {
        let column = Column::numbers(&cohort.subjects[*who].key);
        group.map_or(column.clone(), |group| column.under(group))
    };
    let mut grid = Grid {
        heading: Some("Each patient".to_owned()),
        columns: [Column::stub("Characteristic")]
            .into_iter()
            .chain(patients.iter().map(column))
            .collect(),
        ..Grid::default()
    };
    for characteristic in &found.characteristics {
        let mut cells = vec![Cell::new(heading(characteristic))];
        cells.extend(patients.iter().map(|(who, _)| entry_cell(&characteristic.entries[*who])));
        grid.rows.push(Row::Cells(cells));
    }
    grid
}

/// What one patient has, as it was recorded.
fn entry_cell(entry: &Entry) -> Cell {
    Cell::new(match entry {
        Entry::Number { value, decimals, status, .. } => {
            let sign = match status {
                Status::BelowLimit => "<",
                Status::AboveLimit => ">",
                _ => "",
            };
            format!("{sign}{}", fixed(*value, *decimals))
        }
        Entry::Level(level) => level.clone(),
        Entry::None(missing) => missing.reason().to_owned(),
    })
}

/// One line of a block: what stands in front, then a cell for each group.
fn line(
    name: &str,
    found: &BaselineResults,
    characteristic: &Characteristic,
    index: &Index<'_>,
    mut cell: impl FnMut(&Statistics<'_, '_>) -> Cell,
) -> Vec<Cell> {
    let of = |one: &BaselineGroup| {
        cell(&index.of(&characteristic.parameter, BASELINE, one.group.as_deref()))
    };
    [Cell::new(name)].into_iter().chain(found.groups.iter().map(of)).collect()
}

fn number_lines(
    page: &mut Page,
    found: &BaselineResults,
    characteristic: &Characteristic,
    index: &Index<'_>,
) -> Vec<Vec<Cell>> {
    use Statistic::{Max, Mean, Median, Min, N, Q1, Q3, Sd};
    let data = characteristic.decimals;
    let with = |statistic| (statistic, decimals(statistic, data));
    let n = line("n", found, characteristic, index, |row| {
        let cell = row.cell(page, "_", Variable::Value, &[with(N)]);
        warned(page, cell, row, Variable::Value, true)
    });
    let mean = line("Mean (SD)", found, characteristic, index, |row| {
        // One value stands as it was recorded: a mean of it would have a decimal it has not.
        let mean = if is_single(row) { (Mean, data) } else { with(Mean) };
        let cell = row.cell(page, "_ (_)", Variable::Value, &[mean, with(Sd)]);
        warned(page, cell, row, Variable::Value, false)
    });
    let mut spread = |name, pattern, statistics: &[(Statistic, u8)]| {
        line(name, found, characteristic, index, |row| {
            if is_single(row) {
                let mark = page.footnote("Only one value: it stands in the line of the mean.");
                return Cell::new(DASH).marked(mark);
            }
            let cell = row.cell(page, pattern, Variable::Value, statistics);
            warned(page, cell, row, Variable::Value, false)
        })
    };
    let median = spread("Median (Q1, Q3)", "_ (_, _)", &[with(Median), with(Q1), with(Q3)]);
    let range = spread("Min–max", "_–_", &[with(Min), with(Max)]);
    vec![n, mean, median, range]
}

fn is_single(row: &Statistics<'_, '_>) -> bool {
    row.count(Variable::Value, Statistic::N) == 1
}

fn level_lines(
    found: &BaselineResults,
    characteristic: &Characteristic,
    levels: &[String],
    index: &Index<'_>,
) -> Vec<Vec<Cell>> {
    let of_level = |level: &String| {
        let key = characteristic.level_key(level);
        let cell = |one: &BaselineGroup| {
            let group = one.group.as_deref();
            let count = index.of(&key, BASELINE, group).count(Variable::Value, Statistic::Count);
            let whole = index.of(&characteristic.parameter, BASELINE, group);
            Cell::new(share(count, whole.count(Variable::Value, Statistic::N)))
        };
        [Cell::new(level)].into_iter().chain(found.groups.iter().map(cell)).collect()
    };
    levels.iter().map(of_level).collect()
}

/// Who has no value, and why; none if everybody has one.
fn missing_line(
    found: &BaselineResults,
    characteristic: &Characteristic,
    index: &Index<'_>,
) -> Option<Vec<Cell>> {
    let is_missing = |one: &BaselineGroup| {
        let row = index.of(&characteristic.parameter, BASELINE, one.group.as_deref());
        row.count(Variable::Value, Statistic::Missing) > 0
    };
    let any = found.groups.iter().any(is_missing) || characteristic.entries.is_empty();
    any.then(|| line("Missing", found, characteristic, index, |row| Cell::new(missing_text(row))))
}

/// Put the standardised difference into the line of the mean or the first of the levels.
fn add_difference(
    page: &mut Page,
    found: &BaselineResults,
    characteristic: &Characteristic,
    index: &Index<'_>,
    lines: &mut [Vec<Cell>],
) {
    let row = index.of(&characteristic.parameter, BASELINE, None);
    let statistics = [(Statistic::StandardisedDifference, 2)];
    let mut cell = Some(row.cell(page, "_", Variable::Value, &statistics));
    let at = usize::from(characteristic.levels.is_none());
    for (place, line) in lines.iter_mut().enumerate() {
        let own = if place == at { cell.take() } else { None };
        line.insert(place_of_difference(found), own.unwrap_or_default());
    }
}

fn note_rules(page: &mut Page, found: &BaselineResults, rules: &Rules, question: &Question) {
    page.note(format!(
        "Baseline: the last measured value on or before day 0, {}. Age and duration of diabetes are \
         those on day 0.",
        day_zero_words(rules),
    ));
    page.note(
        "Percentages are of the patients of whom the characteristic is reported; the others are \
         counted as missing and in no denominator.",
    );
    page.note(
        "A patient without a recorded infusion has no number of infusions. Cells are known only where \
         every infusion's dose is.",
    );
    if let Some((first, second)) = &found.compared {
        page.note(format!(
            "SMD: standardised difference. Of numbers: the mean of {first} - that of {second}, divided \
             by the root of the mean of both variances (Austin 2009). Of categories: the Mahalanobis \
             distance of the shares, without a sign (Yang and Dalton 2012). Patients without the value \
             or the group are left out.",
        ));
        let groups = format!("{first} - {second}");
        page.context.push(("standardised_difference".to_owned(), Value::from(groups)));
    }
    if !found.without_baseline.is_empty() {
        page.note(format!(
            "Recorded, but without a baseline value and not in this table: {}.",
            found.without_baseline.join(", "),
        ));
    }
    if !found.left_out.is_empty() {
        page.note(format!(
            "Attributes that are texts or dates have no line: {}.",
            found.left_out.join(", "),
        ));
    }
    note_definitions(page, question);
    note_choices(page, question);
    note_readings(page, &found.series);
    note_groups(page, question);
    page.context.extend([
        ("day_zero".to_owned(), Value::from(rules.day_zero.as_str())),
        ("baseline".to_owned(), Value::from(rules.baseline.as_str())),
        ("rules_version".to_owned(), Value::from(rules.version)),
        ("units".to_owned(), Value::from(question.units.name())),
    ]);
}

fn records(found: &BaselineResults) -> super::page::RecordSet {
    let mut names: HashMap<String, (String, u8)> = HashMap::new();
    for one in &found.characteristics {
        names.insert(one.parameter.clone(), (one.label.clone(), one.decimals));
        for level in one.levels.iter().flatten() {
            names.insert(one.level_key(level), (format!("{}: {level}", one.label), 0));
        }
    }
    let name =
        |parameter: &str| names.get(parameter).map(|(name, _)| name.clone()).unwrap_or_default();
    result_records(&found.results, name, |result: &AnalysisResult| match result.statistic {
        Statistic::StandardisedDifference => 2,
        statistic => {
            decimals(statistic, names.get(&result.parameter).map_or(0, |(_, decimals)| *decimals))
        }
    })
}
