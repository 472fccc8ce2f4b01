//! What was said in words.

use super::label_of;
use crate::analysis::{Amount, AnalysisResult, Statistic};
use crate::domain::Catalogue;
use crate::tables::page::{Block, Cell, Column, Grid, Page, Row};

/// A line a finding, with the patients of whom it is stated and those who have nothing else.
pub(super) fn lay_out_statements(
    page: &mut Page,
    stated: &[AnalysisResult],
    catalogue: &Catalogue,
) {
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
            Column::numbers("Without a number"),
        ],
        rows: Vec::new(),
    };
    for result in stated {
        let Statistic::Stated(finding) = result.statistic else { continue };
        let is_alone = |other: &&AnalysisResult| {
            other.parameter == result.parameter
                && other.timepoint == result.timepoint
                && other.statistic == Statistic::StatedAlone(finding)
        };
        let alone = stated.iter().find(is_alone).map(|other| other.amount);
        grid.rows.push(Row::Cells(vec![
            Cell::new(label_of(&result.parameter, catalogue)),
            Cell::new(&*result.timepoint),
            Cell::new(finding.to_string()),
            count_cell(Some(result.amount)),
            count_cell(alone),
        ]));
    }
    page.blocks.push(Block::Grid(grid));
    page.note(
        "Without a number: patients of whom only words speak then, of the follow-up those without a \
         number after day 0; blank for what is about no analyte. Words enter no statistic.",
    );
}

fn count_cell(amount: Option<Amount>) -> Cell {
    match amount {
        Some(Amount::Count(count)) => Cell::new(count.to_string()),
        _ => Cell::default(),
    }
}
