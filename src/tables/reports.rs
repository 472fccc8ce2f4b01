//! Reports: one line each.

use super::amounts::{DASH, counted};
use super::cohort::describe_population;
use super::page::{Block, Cell, Column, Grid, Page, RecordSet, Row, Value};
use crate::analysis::{ReportSummary, ReportsResults};
use crate::domain::{AdverseEventStance, Cohort};

/// Lay out one line for each report of a cohort.
pub fn lay_out_reports(found: &ReportsResults, cohort: &Cohort) -> Page {
    let mut page = Page::new("Reports");
    describe_population(&mut page, cohort);
    let mut grid = Grid {
        columns: vec![
            Column::stub("Report"),
            Column::words("Kind"),
            Column::numbers("Year"),
            Column::numbers("Patients"),
            Column::numbers("Infusions each"),
            Column::numbers("Follow-up (days)"),
            Column::numbers("Visits"),
            Column::numbers("Statements"),
            Column::words("Adverse events"),
        ],
        ..Grid::default()
    };
    for summary in &found.reports {
        let report = &summary.report;
        let mut key = Cell::new(&*report.key);
        if report.simulated {
            let mark = page.footnote("Simulated: invented for demonstration.");
            key = key.marked(mark);
        }
        let year = report.citation.year.map_or_else(|| DASH.to_owned(), |year| year.to_string());
        grid.rows.push(Row::Cells(vec![
            key,
            Cell::new(report.kind.as_str()),
            Cell::new(year),
            Cell::new(summary.patients.to_string()),
            Cell::new(range(summary.infusions)),
            Cell::new(range(summary.follow_up_days)),
            Cell::new(summary.visits.to_string()),
            Cell::new(summary.statements.to_string()),
            Cell::new(adverse_events(summary)),
        ]));
    }
    page.blocks.push(Block::Grid(grid));
    let stances: Vec<_> = found
        .stances
        .iter()
        .map(|(stance, reports, patients)| {
            let reports = counted(*reports, "report", "reports");
            let patients = counted(*patients, "patient", "patients");
            (format!("Adverse events {stance}"), format!("{reports} with {patients}"))
        })
        .collect();
    page.blocks.push(Block::Facts(stances));
    page.note(
        "A report that does not mention adverse events says nothing on them: its patients are \
         not counted as free of them.",
    );
    page.records.push(records(&found.reports));
    page
}

fn range<T: PartialEq + std::fmt::Display>(range: Option<(T, T)>) -> String {
    match range {
        None => DASH.to_owned(),
        Some((least, most)) if least == most => least.to_string(),
        Some((least, most)) => format!("{least} to {most}"),
    }
}

fn adverse_events(summary: &ReportSummary) -> String {
    let within = match summary.report.adverse_events_days {
        Some(days) => format!(" in {days} days"),
        None => String::new(),
    };
    match summary.report.adverse_events {
        AdverseEventStance::Given if summary.events == 0 => "given, none entered".to_owned(),
        AdverseEventStance::Given => format!(
            "{} in {} of {}{within}",
            counted(summary.events, "event", "events"),
            summary.patients_with_events,
            counted(summary.patients, "patient", "patients"),
        ),
        stance => format!("{stance}{within}"),
    }
}

fn records(reports: &[ReportSummary]) -> RecordSet {
    let columns = [
        "report",
        "kind",
        "simulated",
        "title",
        "year",
        "country",
        "doi",
        "patients",
        "infusions",
        "infusions_min",
        "infusions_max",
        "follow_up_days_min",
        "follow_up_days_max",
        "visits",
        "statements",
        "adverse_events",
        "adverse_events_days",
        "events",
        "patients_with_events",
    ];
    let row = |summary: &ReportSummary| -> Vec<Value> {
        let (report, citation) = (&summary.report, &summary.report.citation);
        // Silence is not zero: a count stands only where the report speaks, or events are entered.
        let known_zero =
            report.adverse_events == AdverseEventStance::NoneStated || summary.events > 0;
        vec![
            report.key.as_str().into(),
            report.kind.as_str().into(),
            report.simulated.into(),
            citation.title.clone().into(),
            citation.year.into(),
            citation.country.clone().into(),
            citation.doi.clone().into(),
            summary.patients.into(),
            summary.infusions_total.into(),
            summary.infusions.map(|range| range.0).into(),
            summary.infusions.map(|range| range.1).into(),
            summary.follow_up_days.map(|range| range.0).into(),
            summary.follow_up_days.map(|range| range.1).into(),
            summary.visits.into(),
            summary.statements.into(),
            report.adverse_events.as_str().into(),
            report.adverse_events_days.into(),
            known_zero.then_some(summary.events).into(),
            known_zero.then_some(summary.patients_with_events).into(),
        ]
    };
    RecordSet {
        name: "reports".to_owned(),
        columns: columns.map(str::to_owned).into(),
        rows: reports.iter().map(row).collect(),
    }
}
