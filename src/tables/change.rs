//! Change from baseline: a block an analyte, a line a timepoint.

use super::amounts::{
    DASH, Index, Row as Statistics, counted, decimals, interval_heading, note_definitions,
    note_groups, result_records,
};
use super::cohort::describe_population;
use super::decimal::fixed;
use super::page::{Block, Cell, Column, Grid, Page, Row, Value};
use crate::analysis::BASELINE;
use crate::analysis::{
    Amount, AnalysisResult, ChangeResults, LeftOut, Missing, Question, Series, Statistic,
    UnitChoice, Variable,
};
use crate::domain::{Catalogue, Cohort, Day, DayZero, Rules, Schedule, Status, display_unit};

/// At most so many measurements outside every window are named; the rest is counted.
const MOST_LISTED: usize = 8;

/// Lay out the change from baseline of a cohort, with `percent` also in per cent of the baseline.
pub fn lay_out_change(
    found: &ChangeResults,
    cohort: &Cohort,
    rules: &Rules,
    catalogue: &Catalogue,
    question: &Question,
    percent: bool,
) -> Page {
    let mut page = Page::new("Change from baseline");
    describe_population(&mut page, cohort);
    let index = Index::new(&found.results);
    let mut grid = Grid { columns: columns(question, percent), ..Grid::default() };
    for series in &found.series {
        grid.rows.push(Row::Section(heading(series)));
        let recorded = |timepoint: &&String| is_recorded(found, series, timepoint);
        for timepoint in series.timepoints.iter().filter(recorded) {
            if found.groups.is_empty() {
                let row = index.of(&series.parameter, timepoint, None);
                let cells = lay_out_row(
                    &mut page,
                    series,
                    timepoint,
                    None,
                    &row,
                    (question.level, percent),
                );
                grid.rows.push(cells);
            }
            for group in &found.groups {
                let row = index.of(&series.parameter, timepoint, Some(group));
                let cells = lay_out_row(
                    &mut page,
                    series,
                    timepoint,
                    Some(group),
                    &row,
                    (question.level, percent),
                );
                grid.rows.push(cells);
            }
        }
    }
    page.blocks.push(Block::Grid(grid));
    lay_out_statements(&mut page, &found.stated, catalogue);
    note_rules(&mut page, found, cohort, rules, question);
    if percent {
        note_percent(&mut page, found);
    }
    note_groups(&mut page, question);
    let data_decimals = |result: &AnalysisResult| {
        let series = found.series.iter().find(|series| series.parameter == result.parameter);
        let of_data = series.map_or(0, |series| series.decimals);
        let is_percent = result.variable == Variable::PercentChange;
        decimals(result.statistic, if is_percent { 0 } else { of_data })
    };
    let name = |key: &str| label_of(key, catalogue);
    let mut records = result_records(&found.results, name, data_decimals);
    records.rows.extend(result_records(&found.stated, name, |_| 0).rows);
    page.records.push(records);
    page
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

fn columns(question: &Question, percent: bool) -> Vec<Column> {
    let mut columns = vec![Column::stub("Timepoint")];
    if question.by.is_some() {
        columns.push(Column::stub("Group"));
    }
    let value = |column: Column| column.under("Value");
    let change = |column: Column| column.under("Change from baseline");
    columns.extend([
        value(Column::numbers("n")),
        value(Column::words("Missing")),
        value(Column::numbers("Mean (SD)")),
        value(Column::numbers("Median (Q1, Q3)")),
        value(Column::numbers("Min")),
        value(Column::numbers("Max")),
        change(Column::numbers("Pairs")),
        change(Column::numbers("Mean (SD)")),
        change(Column::numbers(&interval_heading(question.level))),
        change(Column::numbers(&format!("HL ({})", interval_heading(question.level)))),
    ]);
    if percent {
        columns.extend(
            ["n", "Mean (SD)", "Median (Q1, Q3)"]
                .map(|name| Column::numbers(name).under("Change in % of baseline")),
        );
    }
    columns
}

pub(super) fn heading(series: &Series) -> String {
    let unit = series.unit.as_ref().map(|unit| display_unit(&unit.ucum)).unwrap_or_default();
    if unit.is_empty() { series.label.clone() } else { format!("{} ({unit})", series.label) }
}

fn lay_out_row(
    page: &mut Page,
    series: &Series,
    timepoint: &str,
    group: Option<&str>,
    row: &Statistics<'_, '_>,
    (level, percent): (f64, bool),
) -> Row {
    use Statistic::{Max, Mean, MeanLower, MeanUpper, Median, Min, N, Q1, Q3, Sd};
    let data = series.decimals;
    let with = |statistic| (statistic, decimals(statistic, data));
    let value = |page: &mut Page, pattern, statistics: &[(Statistic, u8)]| {
        let cell = row.cell(page, pattern, Variable::Value, statistics);
        warned(page, cell, row, Variable::Value, false)
    };
    let change = |page: &mut Page, pattern, statistics: &[(Statistic, u8)]| {
        let cell = row.cell(page, pattern, Variable::Change, statistics);
        warned(page, cell, row, Variable::Change, false)
    };
    let n = row.cell(page, "_", Variable::Value, &[with(N)]);
    let n = warned(page, n, row, Variable::Value, true);
    let pairs = row.cell(page, "_", Variable::Change, &[with(N)]);
    let pairs = warned(page, pairs, row, Variable::Change, true);
    let mut cells = vec![Cell::new(timepoint)];
    cells.extend(group.map(Cell::new));
    cells.extend([
        n,
        Cell::new(missing_text(row)),
        value(page, "_ (_)", &[with(Mean), with(Sd)]),
        value(page, "_ (_, _)", &[with(Median), with(Q1), with(Q3)]),
        value(page, "_", &[with(Min)]),
        value(page, "_", &[with(Max)]),
        pairs,
        change(page, "_ (_)", &[with(Mean), with(Sd)]),
        change(page, "_, _", &[with(MeanLower), with(MeanUpper)]),
        centre_cell(page, row, data, level),
    ]);
    if percent {
        cells.extend(percent_cells(page, row));
    }
    Row::Cells(cells)
}

/// The Hodges–Lehmann estimate with its interval, marked where so few pairs give it less confidence
/// than was asked for.
fn centre_cell(page: &mut Page, row: &Statistics<'_, '_>, data: u8, level: f64) -> Cell {
    use Statistic::{
        HodgesLehmann, HodgesLehmannConfidence, HodgesLehmannLower, HodgesLehmannUpper,
    };
    let with = |statistic| (statistic, decimals(statistic, data));
    let statistics = [with(HodgesLehmann), with(HodgesLehmannLower), with(HodgesLehmannUpper)];
    let cell = row.cell(page, "_ (_, _)", Variable::Change, &statistics);
    let cell = warned(page, cell, row, Variable::Change, false);
    match row.amount(Variable::Change, HodgesLehmannConfidence) {
        // One part in 10¹² is rounding.
        Some(Amount::Number(confidence)) if confidence < level * (1.0 - 1e-12) => {
            let mark = page.footnote(&format!(
                "The widest interval that {} can give: its confidence is {}%.",
                counted(row.count(Variable::Change, Statistic::N), "pair", "pairs"),
                fixed(100.0 * confidence, 2).trim_end_matches('0').trim_end_matches('.'),
            ));
            cell.marked(mark)
        }
        _ => cell,
    }
}

fn percent_cells(page: &mut Page, row: &Statistics<'_, '_>) -> [Cell; 3] {
    use Statistic::{BaselineZero, Mean, Median, N, Q1, Q3, Sd};
    let with = |statistic| (statistic, decimals(statistic, 0));
    let variable = Variable::PercentChange;
    let mut n = row.cell(page, "_", variable, &[with(N)]);
    if row.count(variable, BaselineZero) > 0 {
        let mark = page.footnote("A baseline of 0 has no change in per cent and is left out.");
        n = n.marked(mark);
    }
    let cell = |page: &mut Page, pattern, statistics: &[(Statistic, u8)]| {
        let cell = row.cell(page, pattern, variable, statistics);
        // What a change rests on, its percentage rests on too.
        warned(page, cell, row, Variable::Change, false)
    };
    let mean = cell(page, "_ (_)", &[with(Mean), with(Sd)]);
    [n, mean, cell(page, "_ (_, _)", &[with(Median), with(Q1), with(Q3)])]
}

/// The cell with the marks of what its numbers rest on: limits, or with `doubts` doubted prints.
pub(super) fn warned(
    page: &mut Page,
    cell: Cell,
    row: &Statistics<'_, '_>,
    variable: Variable,
    doubts: bool,
) -> Cell {
    let (statistic, text) = if doubts {
        let text = "Among these are values whose print is doubted: the printed value is used, and \
                    `casebook show` gives the other reading.";
        (Statistic::Doubted, text)
    } else {
        let text =
            "Among these are values below or above a limit (<, >): the limit itself is used.";
        (Statistic::Censored, text)
    };
    if row.count(variable, statistic) == 0 || cell.text.is_empty() || cell.text == DASH {
        return cell;
    }
    let mark = page.footnote(text);
    cell.marked(mark)
}

/// How many patients have no value, and why: `3: 2 figure only, 1 no record`.
pub(super) fn missing_text(row: &Statistics<'_, '_>) -> String {
    let statuses = Status::ALL.iter().map(|status| Missing::Status(*status));
    let reasons = statuses.chain([
        Missing::NoUnit,
        Missing::OutsideWindow,
        Missing::NoRecord,
        Missing::PerKgOnly,
        Missing::TotalOnly,
        Missing::PartUnknown,
        Missing::NoDay,
    ]);
    let mut counts: Vec<(usize, Missing)> = reasons
        .map(|missing| (row.count(Variable::Value, Statistic::MissingBecause(missing)), missing))
        .filter(|(count, _)| *count > 0)
        .collect();
    counts
        .sort_by_key(|(count, missing)| (*missing == Missing::NoRecord, std::cmp::Reverse(*count)));
    let words: Vec<_> =
        counts.iter().map(|(count, missing)| format!("{count} {}", missing.reason())).collect();
    if words.is_empty() { "0".to_owned() } else { words.join(", ") }
}

fn label_of(parameter: &str, catalogue: &Catalogue) -> String {
    let analyte = catalogue.analytes().iter().find(|analyte| analyte.key == parameter);
    analyte.map_or_else(|| parameter.to_owned(), |analyte| analyte.symbol.clone())
}

fn lay_out_statements(page: &mut Page, stated: &[AnalysisResult], catalogue: &Catalogue) {
    if stated.is_empty() {
        return;
    }
    let mut grid = Grid {
        heading: Some("Stated in words".to_owned()),
        columns: vec![
            Column::stub("About"),
            Column::words("When"),
            Column::words("Finding"),
            Column::numbers("Patients"),
        ],
        rows: Vec::new(),
    };
    for result in stated {
        let finding = match result.statistic {
            Statistic::Stated(finding) => finding.to_string(),
            other => other.name(),
        };
        grid.rows.push(Row::Cells(vec![
            Cell::new(label_of(&result.parameter, catalogue)),
            Cell::new(&*result.timepoint),
            Cell::new(finding),
            Cell::new(result.n.to_string()),
        ]));
    }
    page.blocks.push(Block::Grid(grid));
}

/// What day 0 is.
pub(super) fn day_zero_words(rules: &Rules) -> &'static str {
    match rules.day_zero {
        DayZero::FirstInfusion => "the day of the first infusion",
        DayZero::LastInfusion => "the day of the last infusion",
        DayZero::Enrolment => "the day of enrolment",
    }
}

fn note_rules(
    page: &mut Page,
    found: &ChangeResults,
    cohort: &Cohort,
    rules: &Rules,
    question: &Question,
) {
    let day_zero = day_zero_words(rules);
    page.note(format!(
        "Baseline: the last measured value on or before day 0, {day_zero}. Change: follow-up - \
         baseline in patients who have both (pairs), with Student's t-interval; HL: the \
         Hodges-Lehmann estimate (median of the means of all pairs of changes), with the interval \
         of the exact signed-rank distribution, above 200 pairs of its normal approximation.",
    ));
    page.note(format!(
        "Timepoints (rules version {}): {}. A measurement belongs to the timepoint whose window \
         holds its day, the nearest target first, a tie to the earlier.",
        rules.version,
        windows(&rules.schedule),
    ));
    page.note(
        "A line is left out where nothing is recorded of an analyte at a timepoint; csv and json \
         have it.",
    );
    note_definitions(page, question);
    note_choices(page, question);
    let planned = cohort.occasions.values().filter(|occasion| occasion.planned).count();
    if planned > 0 {
        page.note(format!(
            "{planned} of {} have only a planned day, read off the label.",
            counted(cohort.occasions.len(), "visit", "visits"),
        ));
    }
    let without = cohort.subjects.iter().filter(|one| one.infusions.is_empty()).count();
    if without > 0 {
        page.note(format!(
            "{} without a recorded infusion among them.",
            counted(without, "patient", "patients"),
        ));
    }
    note_readings(page, &found.series);
    if !found.left_out.is_empty() {
        page.note(left_out(&found.left_out.iter().collect::<Vec<_>>()));
    }
    page.context.extend([
        ("day_zero".to_owned(), Value::from(rules.day_zero.as_str())),
        ("baseline".to_owned(), Value::from(rules.baseline.as_str())),
        ("rules_version".to_owned(), Value::from(rules.version)),
        ("timepoints".to_owned(), Value::from(windows(&rules.schedule))),
        ("confidence_level".to_owned(), Value::from(question.level)),
        ("units".to_owned(), Value::from(question.units.name())),
    ]);
}

/// Say which units and timepoints were asked for, where they are not the usual ones.
pub(super) fn note_choices(page: &mut Page, question: &Question) {
    match question.units {
        UnitChoice::Recorded => {}
        UnitChoice::Canonical => page.note("Units: SI, or the one an analyte is kept in."),
        UnitChoice::Conventional => {
            page.note(
                "Units: those of laboratories without SI units; where there is no other, SI.",
            );
        }
    }
    if !question.timepoints.is_empty() {
        let asked = question.timepoints.join(", ");
        page.note(format!("Only {asked} and the baseline are shown; others were not asked for."));
        page.context.push(("timepoints_shown".to_owned(), Value::from(asked)));
    }
}

/// Say how many values were converted, by what, and how many are used as corrected.
pub(super) fn note_readings(page: &mut Page, all: &[Series]) {
    for series in all {
        if let (Some(unit), true) = (&series.unit, series.converted > 0) {
            let basis = match series.bases.is_empty() {
                true => String::new(),
                false => format!(", by {}", series.bases.join("; ")),
            };
            page.note(format!(
                "{}: {} printed in another unit, converted to {}{basis}.",
                series.label,
                counted(series.converted, "value", "values"),
                display_unit(&unit.ucum),
            ));
        }
        if series.corrected > 0 {
            page.note(format!(
                "{}: {} used as corrected, not as printed; `casebook measurement show` says by whom and why.",
                series.label,
                counted(series.corrected, "value", "values"),
            ));
        }
    }
}

/// Say what a percentage is of, and where it depends on the unit.
fn note_percent(page: &mut Page, found: &ChangeResults) {
    page.note(
        "Change in %: of each patient's own baseline, then summarised; it is not the change of \
         the means.",
    );
    let shifted = |series: &&Series| {
        series.unit.as_ref().is_some_and(|unit| unit.ucum == "%" && unit.intercept != 0.0)
    };
    for series in found.series.iter().filter(shifted) {
        page.note(format!(
            "{}: its percentages are of the values in %, whose zero is not that of SI units; \
             --units si gives others.",
            series.label,
        ));
    }
}

/// `W4 day 28 (21 to 35), W12 day 84`.
pub fn windows(schedule: &Schedule) -> String {
    if schedule.timepoints().is_empty() {
        return "none are planned".to_owned();
    }
    let words = schedule.timepoints().iter().map(|timepoint| {
        let (name, Day(day)) = (&timepoint.name, timepoint.target_day);
        if timepoint.first_day == timepoint.last_day {
            return format!("{name} day {day}");
        }
        format!("{name} day {day} ({} to {})", timepoint.first_day, timepoint.last_day)
    });
    words.collect::<Vec<_>>().join(", ")
}

fn left_out(left_out: &[&LeftOut]) -> String {
    let word = |one: &&LeftOut| match one.day {
        Some(day) => format!("{} {} (day {day})", one.patient, one.visit),
        None => format!("{} {} (day not known)", one.patient, one.visit),
    };
    let named: Vec<_> = left_out.iter().take(MOST_LISTED).map(word).collect();
    let more = left_out.len().saturating_sub(MOST_LISTED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("Not used, outside every window: {}{more}.", named.join(", "))
}
