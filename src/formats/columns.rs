//! Which columns of a wide table stand side by side, and how wide each may be.

use std::cmp::Reverse;
use std::ops::Range;

use super::words::{self, NARROWEST};

/// Blank columns between two columns of a table.
pub(super) const GAP: usize = 2;

/// What a column needs.
pub(super) struct Measure<'a> {
    /// Below this a number would break, or words would be squeezed unreadably.
    pub least: usize,
    /// What it gets at least where the table has to be broken anyway.
    pub comfortable: usize,
    /// At this nothing wraps.
    pub natural: usize,
    /// Whether it names the rows and is repeated in each part.
    pub stub: bool,
    /// The heading it shares with its neighbours.
    pub group: Option<&'a str>,
}

/// Columns that stand side by side.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Which columns, from left to right.
    pub columns: Vec<usize>,
    /// The width of each.
    pub widths: Vec<usize>,
}

/// Splits the columns into parts no wider than `limit`: between groups, within a group only if it
/// doesn't fit beside the stub alone. A single column that doesn't fit stands out.
///
/// Words are squeezed where that keeps the table whole or a column inside, not otherwise.
pub(super) fn parts(measures: &[Measure<'_>], limit: usize) -> Vec<Part> {
    let all = Table { measures, limit, floor: |measure| measure.least };
    let broken = Table { floor: |measure| measure.comfortable, ..all };
    let table = if all.is_whole() || !broken.every_column_fits() { all } else { broken };
    let part = |columns: Vec<usize>| Part { widths: table.widths(&columns), columns };
    table.split().into_iter().map(part).collect()
}

#[derive(Clone, Copy)]
struct Table<'a> {
    measures: &'a [Measure<'a>],
    limit: usize,
    floor: fn(&Measure<'_>) -> usize,
}

impl Table<'_> {
    fn is_whole(&self) -> bool {
        self.split().len() == 1
    }

    fn every_column_fits(&self) -> bool {
        let (stubs, others) = self.stubs_and_others();
        others.iter().all(|&column| self.fits(&stubs, &[column]))
    }

    fn split(&self) -> Vec<Vec<usize>> {
        let (stubs, others) = self.stubs_and_others();
        let mut parts = Vec::new();
        let mut part = stubs.clone();
        for run in runs(self.measures, &others) {
            let run = &others[run];
            if part.len() > stubs.len() && !self.fits(&part, run) {
                parts.push(std::mem::replace(&mut part, stubs.clone()));
            }
            let whole = self.fits(&part, run);
            for &column in run {
                if !whole && part.len() > stubs.len() && !self.fits(&part, &[column]) {
                    parts.push(std::mem::replace(&mut part, stubs.clone()));
                }
                part.push(column);
            }
        }
        parts.push(part);
        parts
    }

    fn stubs_and_others(&self) -> (Vec<usize>, Vec<usize>) {
        (0..self.measures.len()).partition(|&column| self.measures[column].stub)
    }

    fn fits(&self, columns: &[usize], more: &[usize]) -> bool {
        total(&self.least_widths(&[columns, more].concat())) <= self.limit
    }

    fn least_widths(&self, columns: &[usize]) -> Vec<usize> {
        let widths = columns.iter().map(|&column| (self.floor)(&self.measures[column])).collect();
        let needed = |heading: &str| words::least_width(heading, 0, NARROWEST);
        under_headings(self.measures, columns, widths, needed)
    }

    fn widths(&self, columns: &[usize]) -> Vec<usize> {
        let natural = columns.iter().map(|&column| self.measures[column].natural).collect();
        let natural = under_headings(self.measures, columns, natural, words::width);
        if total(&natural) <= self.limit {
            return natural;
        }
        let mut widths = self.least_widths(columns);
        // What wraps into most lines grows first: the tallest cell decides how tall a row is.
        for _ in total(&widths)..self.limit {
            let wrapped = (0..widths.len()).filter(|&at| widths[at] < natural[at]);
            let lines = |at: &usize| Reverse(1000 * natural[*at] / widths[*at]);
            let Some(tallest) = wrapped.min_by_key(lines) else { break };
            widths[tallest] += 1;
        }
        widths
    }
}

/// Neighbours under one heading, as ranges of `columns`; a column without a group stands alone.
pub(super) fn runs(measures: &[Measure<'_>], columns: &[usize]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, &column) in columns.iter().enumerate() {
        let group = measures[column].group;
        match runs.last_mut() {
            Some(run) if group.is_some() && measures[columns[run.start]].group == group => {
                run.end = at + 1;
            }
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

/// The width of columns with the gaps between them.
pub(super) fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// Widens the first column of a group that is narrower than its heading.
fn under_headings(
    measures: &[Measure<'_>],
    columns: &[usize],
    mut widths: Vec<usize>,
    needed: impl Fn(&str) -> usize,
) -> Vec<usize> {
    for run in runs(measures, columns) {
        let Some(heading) = measures[columns[run.start]].group else { continue };
        let lacking = needed(heading).saturating_sub(total(&widths[run.clone()]));
        widths[run.start] += lacking;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(stub: bool, group: Option<&str>, least: usize, natural: usize) -> Measure<'_> {
        Measure { least, comfortable: natural.min(24).max(least), natural, stub, group }
    }

    fn table() -> Vec<Measure<'static>> {
        vec![
            measure(true, None, 5, 5),
            measure(false, Some("Value"), 4, 4),
            measure(false, Some("Value"), 6, 6),
            measure(false, Some("Change"), 6, 6),
            measure(false, Some("Change"), 10, 10),
        ]
    }

    fn split(limit: usize) -> Vec<Vec<usize>> {
        parts(&table(), limit).into_iter().map(|part| part.columns).collect()
    }

    #[test]
    fn a_table_breaks_between_groups_then_within_and_repeats_the_stub() {
        assert_eq!(split(39), [[0, 1, 2, 3, 4]]);
        assert_eq!(split(38), [[0, 1, 2], [0, 3, 4]]);
        assert_eq!(split(25), [[0, 1, 2], [0, 3, 4]]);
        assert_eq!(split(24), [vec![0, 1, 2], vec![0, 3], vec![0, 4]]);
        assert_eq!(split(1), [[0, 1], [0, 2], [0, 3], [0, 4]]);
    }

    #[test]
    fn columns_without_a_group_break_one_by_one() {
        let columns: Vec<_> = (0..4).map(|_| measure(false, None, 5, 5)).collect();
        let split: Vec<_> = parts(&columns, 12).into_iter().map(|part| part.columns).collect();
        assert_eq!(split, [[0, 1], [2, 3]]);
    }

    #[test]
    fn words_give_way_before_the_table_breaks_and_the_longest_get_what_is_left() {
        let columns =
            [measure(true, None, 12, 14), measure(false, None, 12, 60), measure(false, None, 3, 3)];
        let split = parts(&columns, 40);
        assert_eq!(split, [Part { columns: vec![0, 1, 2], widths: vec![12, 21, 3] }]);
    }

    #[test]
    fn words_keep_a_comfortable_width_where_the_table_breaks_anyway() {
        let columns = [
            measure(true, None, 12, 12),
            measure(false, None, 12, 60),
            measure(false, None, 12, 30),
        ];
        let split = |limit| parts(&columns, limit).into_iter().map(|part| part.widths);
        assert!(split(40).eq([[12, 12, 12]]), "whole, though squeezed");
        assert!(split(39).eq([[12, 25], [12, 25]]));
        assert!(split(30).eq([[12, 16], [12, 16]]), "squeezed rather than outside");
    }

    #[test]
    fn a_long_shared_heading_widens_its_group() {
        let columns = [measure(true, None, 3, 3), measure(false, Some("Change in value"), 2, 2)];
        assert_eq!(parts(&columns, 80)[0].widths, [3, 15]);
        assert_eq!(parts(&columns, 18)[0].widths, [3, 13]);
    }

    #[test]
    fn a_table_of_stubs_alone_is_one_part() {
        assert_eq!(parts(&[measure(true, None, 3, 3)], 80).len(), 1);
    }
}
