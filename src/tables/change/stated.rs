//! What was said in words.

use super::label_of;
use crate::analysis::{AnalysisResult, Statistic};
use crate::domain::Catalogue;
use crate::tables::page::{Block, Cell, Column, Grid, Page, Row};

/// A line a finding, with the patients of whom it is stated.
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
