//! The cells of one line: values, changes, and what they rest on.

use crate::analysis::{
    Amount, ChangeAsked, ChangeTest, Extra, Missing, SIGNED_RANK_EXACT_UP_TO, Series, Statistic,
    Variable,
};
use crate::domain::Status;
use crate::tables::amounts::{DASH, Row as Statistics, counted, decimals};
use crate::tables::decimal::fixed;
use crate::tables::page::{Cell, Page};

/// What the columns of the table are.
pub(super) struct Shown<'a> {
    /// The level of confidence intervals.
    pub level: f64,
    /// What was asked for.
    pub asked: &'a ChangeAsked,
}

/// The cells of one analyte at one timepoint in one group.
pub(super) fn lay_out_row(
    page: &mut Page,
    series: &Series,
    row: &Statistics<'_, '_>,
    shown: &Shown<'_>,
) -> Vec<Cell> {
    let mut cells = vec![timepoint_cell(page, row.timepoint)];
    cells.extend(row.group.map(Cell::new));
    cells.extend(value_cells(page, row, series.decimals));
    cells.extend(change_cells(page, row, series.decimals, shown));
    if shown.asked.percent {
        cells.extend(percent_cells(page, row));
    }
    cells
}

/// The timepoint, with the rule by which an observation was chosen in its place.
fn timepoint_cell(page: &mut Page, timepoint: &str) -> Cell {
    let cell = Cell::new(timepoint);
    match Extra::ALL.into_iter().find(|extra| extra.name() == timepoint) {
        Some(extra) => {
            let mark = page.footnote(extra_rule(extra));
            cell.marked(mark)
        }
        None => cell,
    }
}

/// How the observation is chosen, and what it does to the numbers.
fn extra_rule(extra: Extra) -> &'static str {
    match extra {
        Extra::Best => {
            "Of each patient the number most toward benefit of all after day 0, within a window or \
             not; of equals the latest. Chosen for being the best, it is biased toward benefit \
             (regression to the mean), the more so the more observations a patient has: neither its \
             mean nor its interval is evidence of an effect."
        }
        Extra::Last => {
            "Of each patient the last number after day 0, within a window or not, of one day the one \
             recorded last; patients are followed for different times."
        }
    }
}

fn value_cells(page: &mut Page, row: &Statistics<'_, '_>, data: u8) -> [Cell; 5] {
    use Statistic::{Max, Mean, Median, Min, N, Q1, Q3, Sd};
    let with = |statistic| (statistic, decimals(statistic, data));
    let value = |page: &mut Page, pattern, statistics: &[(Statistic, u8)]| {
        let cell = row.cell(page, pattern, Variable::Value, statistics);
        warned(page, cell, row, Variable::Value, false)
    };
    let n = row.cell(page, "_", Variable::Value, &[with(N)]);
    [
        warned(page, n, row, Variable::Value, true),
        Cell::new(missing_text(row)),
        value(page, "_ (_)", &[with(Mean), with(Sd)]),
        value(page, "_ (_, _)", &[with(Median), with(Q1), with(Q3)]),
        value(page, "_–_", &[with(Min), with(Max)]),
    ]
}

fn change_cells(
    page: &mut Page,
    row: &Statistics<'_, '_>,
    data: u8,
    shown: &Shown<'_>,
) -> Vec<Cell> {
    use Statistic::{Mean, N, PT, Sd};
    let with = |statistic| (statistic, decimals(statistic, data));
    let change = |page: &mut Page, pattern, statistics: &[(Statistic, u8)]| {
        let cell = row.cell(page, pattern, Variable::Change, statistics);
        warned(page, cell, row, Variable::Change, false)
    };
    let pairs = row.cell(page, "_", Variable::Change, &[with(N)]);
    let mut cells = vec![
        warned(page, pairs, row, Variable::Change, true),
        change(page, "_ (_)", &[with(Mean), with(Sd)]),
        interval_cell(page, row, data),
    ];
    if shown.asked.tests.contains(&ChangeTest::T) {
        cells.push(change(page, "_", &[with(PT)]));
    }
    cells.push(centre_cell(page, row, data, shown.level));
    if shown.asked.tests.contains(&ChangeTest::Wilcoxon) {
        cells.push(signed_rank_cell(page, row));
    }
    cells
}

/// The interval of the mean change, marked where it has no width because all changes are equal.
fn interval_cell(page: &mut Page, row: &Statistics<'_, '_>, data: u8) -> Cell {
    use Statistic::{MeanLower, MeanUpper, Sd};
    let with = |statistic| (statistic, decimals(statistic, data));
    let cell = row.cell(page, "_, _", Variable::Change, &[with(MeanLower), with(MeanUpper)]);
    let cell = warned(page, cell, row, Variable::Change, false);
    match row.amount(Variable::Change, Sd) {
        Some(Amount::Number(0.0)) => {
            let mark = page.footnote(
                "All changes are equal: the interval has no width, which is no sign of certainty.",
            );
            cell.marked(mark)
        }
        _ => cell,
    }
}

/// The p of the signed-rank test, marked where so few changes can't give a small one.
fn signed_rank_cell(page: &mut Page, row: &Statistics<'_, '_>) -> Cell {
    use Statistic::{PWilcoxon, PWilcoxonLeast, ZerosDropped};
    let cell = row.cell(page, "_", Variable::Change, &[(PWilcoxon, 0)]);
    let mut cell = warned(page, cell, row, Variable::Change, false);
    let Some(Amount::Number(least)) = row.amount(Variable::Change, PWilcoxonLeast) else {
        return cell;
    };
    let zeros = row.count(Variable::Change, ZerosDropped);
    let ranked = row.count(Variable::Change, Statistic::N) - zeros;
    if least > 0.05 {
        let least = fixed(least, 4);
        let text = format!(
            "{ranked} changes that are not 0: the least p they can give is {}.",
            least.trim_end_matches('0')
        );
        let mark = page.footnote(&text);
        cell = cell.marked(mark);
    }
    if zeros > 0 {
        let dropped = counted(zeros, "change", "changes");
        let mark = page.footnote(&format!("Without {dropped} of 0, which the ranks leave out."));
        cell = cell.marked(mark);
    }
    if ranked > SIGNED_RANK_EXACT_UP_TO {
        let mark = page.footnote("Normal approximation with continuity correction.");
        cell = cell.marked(mark);
    }
    cell
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
pub(in crate::tables) fn warned(
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
pub(in crate::tables) fn missing_text(row: &Statistics<'_, '_>) -> String {
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
