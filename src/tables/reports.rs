//! Reports: one line each.

use super::amounts::{DASH, counted};
use super::change::{day_zero_words, heading, note_choices, note_readings};
use super::cohort::describe_population;
use super::decimal::fixed;
use super::page::{Block, Cell, Column, Grid, Page, RecordSet, Row, Value};
use crate::analysis::{Dose, Question, ReportSummary, ReportsResults, Series};
use crate::domain::{AdverseEventStance, Cohort, Rules};

/// Lay out one line for each report of a cohort.
pub fn lay_out_reports(
    found: &ReportsResults,
    cohort: &Cohort,
    rules: &Rules,
    question: &Question,
) -> Page {
    let mut page = Page::new("Reports");
    describe_population(&mut page, cohort);
    let mut grid = Grid {
        columns: vec![
            Column::stub("Report"),
            Column::words("Kind"),
            Column::numbers("Year"),
            Column::numbers("n"),
            Column::numbers("Infusions each"),
            Column::numbers("Cells each (×10^6)"),
            Column::numbers("Follow-up (days)"),
            Column::words(&heading(&found.key)),
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
        let cells = cells_each(&mut page, summary);
        let change = key_change(&mut page, summary, &found.key);
        grid.rows.push(Row::Cells(vec![
            key,
            Cell::new(report.kind.as_str()),
            Cell::new(year),
            Cell::new(summary.patients.to_string()),
            Cell::new(range(summary.infusions)),
            cells,
            Cell::new(range(summary.follow_up_days)),
            change,
            adverse_events(&mut page, summary),
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
    note_columns(&mut page, found, rules);
    note_choices(&mut page, question);
    note_readings(&mut page, std::slice::from_ref(&found.key));
    page.records.push(records(found));
    page
}

fn note_columns(page: &mut Page, found: &ReportsResults, rules: &Rules) {
    page.note(
        "Cells each: what a patient was given in all, median (least to most) where they differ; per kg of \
         body weight where only that is given. Follow-up: from the first infusion on.",
    );
    page.note(format!(
        "{}: from the baseline, the last number on or before day 0, {}, to the last timepoint at which a \
         patient of the report has a number too: both numbers of one patient, else the mean change of n.",
        found.key.label,
        day_zero_words(rules),
    ));
}

/// `300`, `134 (90 to 200)` or `2.0/kg`, in millions.
fn cells_each(page: &mut Page, summary: &ReportSummary) -> Cell {
    let (dose, unit) = match (summary.cells, summary.cells_per_kg) {
        (Some(dose), _) => (dose, ""),
        (None, Some(dose)) => (dose, "/kg"),
        (None, None) => {
            let mark = page.footnote("The dose of an infusion is not reported.");
            return Cell::new(DASH).marked(mark);
        }
    };
    let millions = |cells: f64| fixed(cells / 1e6, u8::from(!unit.is_empty()));
    let range = match dose.min.total_cmp(&dose.max) {
        std::cmp::Ordering::Equal => String::new(),
        _ => format!(" ({} to {})", millions(dose.min), millions(dose.max)),
    };
    let cell = Cell::new(format!("{}{unit}{range}", millions(dose.median)));
    if dose.n == summary.patients {
        return cell;
    }
    let known =
        format!("Known of {} of {}.", dose.n, counted(summary.patients, "patient", "patients"));
    let mark = page.footnote(&known);
    cell.marked(mark)
}

/// `9.1 → 6.9, W12` of one patient, `mean -1.10, W12, n = 4` of several; else what is said in words.
fn key_change(page: &mut Page, summary: &ReportSummary, series: &Series) -> Cell {
    let Some(key) = &summary.key else {
        let words: Vec<String> =
            summary.stated.iter().map(|finding| format!("\"{finding}\"")).collect();
        if !words.is_empty() {
            return Cell::new(format!("in words: {}", words.join(", ")));
        }
        let mark = page.footnote(&format!(
            "No patient has a number of {} at baseline and at a timepoint.",
            series.label
        ));
        return Cell::new(DASH).marked(mark);
    };
    let of = |number, more: u8| fixed(number, series.decimals + more);
    let n = match summary.patients {
        1 => String::new(),
        _ => format!(", n = {}", key.pairs),
    };
    Cell::new(match key.pairs {
        1 => format!("{} → {}, {}{n}", of(key.baseline, 0), of(key.last, 0), key.timepoint),
        _ => format!("mean {}, {}{n}", of(key.change, 1), key.timepoint),
    })
}

fn range<T: PartialEq + std::fmt::Display>(range: Option<(T, T)>) -> String {
    match range {
        None => DASH.to_owned(),
        Some((least, most)) if least == most => least.to_string(),
        Some((least, most)) => format!("{least} to {most}"),
    }
}

/// What is recorded of a report; with a footnote where the summary of safety counts less.
fn adverse_events(page: &mut Page, summary: &ReportSummary) -> Cell {
    let cell = Cell::new(adverse_events_text(summary));
    let left_out = [
        (summary.events_before_infusion, "began before the first infusion"),
        (summary.events_not_infused, "of patients without a recorded infusion"),
    ];
    let left_out: Vec<String> = left_out
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, why)| format!("{count} {why}"))
        .collect();
    if left_out.is_empty() {
        return cell;
    }
    let mark = page.footnote(&format!(
        "Of {} recorded, not counted in `casebook summary safety`: {}.",
        counted(summary.events, "event", "events"),
        left_out.join(", "),
    ));
    cell.marked(mark)
}

fn adverse_events_text(summary: &ReportSummary) -> String {
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

fn records(found: &ReportsResults) -> RecordSet {
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
        "events_before_infusion",
        "events_not_infused",
        "cells_n",
        "cells_median",
        "cells_min",
        "cells_max",
        "cells_per_kg_n",
        "cells_per_kg_median",
        "cells_per_kg_min",
        "cells_per_kg_max",
        "key_parameter",
        "key_unit",
        "key_timepoint",
        "key_pairs",
        "key_baseline_mean",
        "key_last_mean",
        "key_change_mean",
        "key_stated",
    ];
    let unit = found.key.unit.as_ref().map(|unit| unit.ucum.clone());
    let row = |summary: &ReportSummary| -> Vec<Value> {
        let (report, citation) = (&summary.report, &summary.report.citation);
        // Silence is not zero: a count stands only where the report speaks, or events are entered.
        let known_zero =
            report.adverse_events == AdverseEventStance::NoneStated || summary.events > 0;
        let mut row: Vec<Value> = vec![
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
            known_zero.then_some(summary.events_before_infusion).into(),
            known_zero.then_some(summary.events_not_infused).into(),
        ];
        for dose in [summary.cells, summary.cells_per_kg] {
            row.push(dose.map_or(0, |dose| dose.n).into());
            let numbers = [|dose: Dose| dose.median, |dose: Dose| dose.min, |dose: Dose| dose.max];
            row.extend(numbers.map(|number| Value::from(dose.map(number))));
        }
        let key = summary.key.as_ref();
        let stated: Vec<String> = summary.stated.iter().map(ToString::to_string).collect();
        row.extend([
            found.key.parameter.as_str().into(),
            unit.clone().into(),
            key.map(|key| key.timepoint.clone()).into(),
            key.map_or(0, |key| key.pairs).into(),
            key.map(|key| key.baseline).into(),
            key.map(|key| key.last).into(),
            key.map(|key| key.change).into(),
            (!stated.is_empty()).then(|| stated.join("; ")).into(),
        ]);
        row
    };
    RecordSet {
        name: "reports".to_owned(),
        columns: columns.map(str::to_owned).into(),
        rows: found.reports.iter().map(row).collect(),
    }
}
