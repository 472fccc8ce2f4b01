//! Statistics as text, with a footnote where there is none.

use super::decimal::fixed;
use super::page::{Cell, Mark, Page, RecordSet, Value};
use crate::analysis::{Amount, AnalysisResult, Grouping, Question, Statistic, Variable};
use crate::domain::Direction;
use std::collections::HashMap;

/// What stands where no number can be given.
pub(super) const DASH: &str = "—";

/// Statistics by what they are of.
pub(super) struct Index<'a>(HashMap<Key<'a>, Amount>);

type Key<'a> = (&'a str, &'a str, Option<&'a str>, Variable, Statistic);

impl<'a> Index<'a> {
    pub fn new(results: &'a [AnalysisResult]) -> Index<'a> {
        let key = |result: &'a AnalysisResult| {
            (
                result.parameter.as_str(),
                result.timepoint.as_str(),
                result.group.as_deref(),
                result.variable,
                result.statistic,
            )
        };
        Index(results.iter().map(|result| (key(result), result.amount)).collect())
    }

    /// The statistics of one parameter at one timepoint in one group.
    pub fn of(
        &self,
        parameter: &'a str,
        timepoint: &'a str,
        group: Option<&'a str>,
    ) -> Row<'_, 'a> {
        Row { index: self, parameter, timepoint, group }
    }
}

/// The statistics of one row of a table.
pub(super) struct Row<'i, 'a> {
    index: &'i Index<'a>,
    parameter: &'a str,
    /// The timepoint, as the row is headed.
    pub timepoint: &'a str,
    /// The group; `None` is everybody.
    pub group: Option<&'a str>,
}

impl Row<'_, '_> {
    pub fn amount(&self, variable: Variable, statistic: Statistic) -> Option<Amount> {
        let key = (self.parameter, self.timepoint, self.group, variable, statistic);
        self.index.0.get(&key).copied()
    }

    pub fn count(&self, variable: Variable, statistic: Statistic) -> usize {
        match self.amount(variable, statistic) {
            Some(Amount::Count(count)) => count,
            _ => 0,
        }
    }

    /// A cell that puts amounts into the blanks (`_`) of a pattern such as `_ (_)`, each with its
    /// decimals. Where none can be given, the cell is a dash alone, or has dashes in its blanks.
    pub fn cell(
        &self,
        page: &mut Page,
        pattern: &str,
        variable: Variable,
        statistics: &[(Statistic, u8)],
    ) -> Cell {
        let mut marks: Vec<Mark> = Vec::new();
        let mut texts = Vec::new();
        for &(statistic, decimals) in statistics {
            texts.push(match self.amount(variable, statistic) {
                None => return Cell::default(),
                Some(Amount::Count(count)) => count.to_string(),
                Some(Amount::Number(number)) => number_text(statistic, number, decimals),
                Some(Amount::NotEstimable(reason)) => {
                    marks.push(page.footnote(&format!("Not estimable: {}.", reason.reason())));
                    DASH.to_owned()
                }
            });
        }
        marks.dedup();
        let text = if texts.iter().all(|text| text == DASH) {
            DASH.to_owned()
        } else {
            let mut texts = texts.into_iter();
            let fill = |c: char| match c {
                '_' => texts.next().unwrap_or_default(),
                c => c.to_string(),
            };
            pattern.chars().map(fill).collect()
        };
        Cell { text, marks }
    }
}

/// The columns of machine output: one row a statistic.
pub(super) fn result_records(
    results: &[AnalysisResult],
    name_of: impl Fn(&str) -> String,
    decimals_of: impl Fn(&AnalysisResult) -> u8,
) -> RecordSet {
    let columns = [
        "parameter",
        "name",
        "unit",
        "timepoint",
        "group",
        "variable",
        "statistic",
        "value",
        "reason",
        "text",
        "n",
    ];
    let row = |result: &AnalysisResult| {
        let (value, reason, text) = match result.amount {
            Amount::Count(count) => (Value::from(count), Value::Null, count.to_string()),
            Amount::Number(number) => {
                let text = number_text(result.statistic, number, decimals_of(result));
                (Value::from(number), Value::Null, text)
            }
            Amount::NotEstimable(reason) => {
                (Value::Null, Value::from(reason.reason()), DASH.to_owned())
            }
        };
        vec![
            result.parameter.as_str().into(),
            name_of(&result.parameter).into(),
            result.unit.as_str().into(),
            result.timepoint.as_str().into(),
            result.group.clone().into(),
            result.variable.name().into(),
            result.statistic.name().into(),
            value,
            reason,
            text.into(),
            result.n.into(),
        ]
    };
    RecordSet {
        name: "results".to_owned(),
        columns: columns.map(str::to_owned).into(),
        rows: results.iter().map(row).collect(),
    }
}

/// A statistic as it is printed.
fn number_text(statistic: Statistic, number: f64, decimals: u8) -> String {
    match statistic {
        Statistic::Direction => Direction::of_sign(number).to_string(),
        statistic if statistic.is_p() => p_text(number),
        _ => fixed(number, decimals),
    }
}

/// A p-value as journals print it: `<0.001`, three decimals below 0.1, two above, `>0.9`.
pub(super) fn p_text(p: f64) -> String {
    match p {
        p if p < 0.001 => "<0.001".to_owned(),
        // 0.0996 is 0.10 with either number of decimals.
        p if p < 0.0995 => fixed(p, 3),
        p if p <= 0.9 => fixed(p, 2),
        _ => ">0.9".to_owned(),
    }
}

/// Decimals of a statistic, from those of the data: mean, median and quartiles one more, the
/// standard deviation two more, smallest and largest as recorded; a confidence has four.
pub(super) fn decimals(statistic: Statistic, data: u8) -> u8 {
    match statistic {
        Statistic::Sd => data + 2,
        Statistic::Min | Statistic::Max => data,
        Statistic::HodgesLehmannConfidence => 4,
        _ => data + 1,
    }
}

/// `95% CI`, `99.9% CI`.
pub(super) fn interval_heading(level: f64) -> String {
    let percent = fixed(100.0 * level, 2);
    format!("{}% CI", percent.trim_end_matches('0').trim_end_matches('.'))
}

/// Say by which definitions the statistics of a page are computed.
pub(super) fn note_definitions(page: &mut Page, question: &Question) {
    let quartiles = question.quantile.name();
    page.note(format!("SD: n - 1. Quartiles: {quartiles}. Rounding: once, half away from zero."));
    page.context.push(("quartiles".to_owned(), quartiles.into()));
}

/// Say by what the patients of a page are grouped.
pub(super) fn note_groups(page: &mut Page, question: &Question) {
    let heading = question.by.as_ref().map(Grouping::heading);
    if let Some(heading) = heading {
        page.note(format!("Groups: {heading}."));
    }
    page.context.push(("groups_by".to_owned(), heading.into()));
}

/// `1 patient`, `2 patients`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_p_is_never_zero_nor_one() {
        for (p, text) in [
            (0.0, "<0.001"),
            (0.000_999, "<0.001"),
            (0.001, "0.001"),
            (0.031_25, "0.031"),
            (0.0994, "0.099"),
            (0.0996, "0.10"),
            (0.125, "0.13"),
            (0.9, "0.90"),
            (0.9001, ">0.9"),
            (1.0, ">0.9"),
        ] {
            assert_eq!(p_text(p), text, "{p}");
        }
    }
}
