//! Who a page speaks of, and the columns that patients are selected by.

use super::amounts::counted;
use super::list::append_list;
use super::page::{Block, Cell, Column, Grid, Page, RecordSet, Row, Value};
use crate::analysis::{Attrition, NotInfused};
use crate::domain::{Catalogue, Cohort, PatientColumn, Selection, display_unit};

/// Say of whom no infusion is recorded, where the page counts infusions or what followed them.
pub(super) fn describe_not_infused(page: &mut Page, groups: &[NotInfused]) {
    let words = |one: &NotInfused| {
        let group = one.group.as_ref().map(|group| format!("{group} ")).unwrap_or_default();
        let events = match one.events {
            0 => "no adverse event".to_owned(),
            events => counted(events, "adverse event", "adverse events"),
        };
        format!(
            "{group}{} of {}, with {events}",
            one.patients,
            counted(one.of, "patient", "patients")
        )
    };
    let those: Vec<String> = groups.iter().filter(|one| one.patients > 0).map(words).collect();
    if !those.is_empty() {
        page.blocks.push(Block::Paragraph(format!(
            "No infusion is recorded of these patients; neither they nor their adverse events are counted: \
             {}.",
            those.join("; "),
        )));
    }
    let total = |of: fn(&NotInfused) -> usize| groups.iter().map(of).sum::<usize>();
    page.context.extend([
        ("not_infused_patient_count".to_owned(), Value::from(total(|one| one.patients))),
        ("not_infused_event_count".to_owned(), Value::from(total(|one| one.events))),
    ]);
}

/// Say who the page speaks of, how they were selected, and how many of them are simulated.
pub(super) fn describe_population(page: &mut Page, cohort: &Cohort) {
    let patients = cohort.subjects.len();
    let simulated = cohort.simulated();
    let of_all = match &cohort.selection {
        Some(selection) => {
            format!("{patients} of {}", counted(selection.of, "patient", "patients"))
        }
        None => counted(patients, "patient", "patients"),
    };
    let reports = counted(cohort.reports.len(), "report", "reports");
    let joint = if cohort.selection.is_some() { ", from" } else { " of" };
    page.blocks.push(Block::Paragraph(format!("{of_all}{joint} {reports}.")));
    if let Some(selection) = &cohort.selection {
        note_selection(page, selection);
    }
    if simulated > 0 {
        page.note(format!(
            "Simulated: {simulated} of {} invented for demonstration and no evidence of \
             anything. --real leaves them out.",
            if patients == 1 {
                "1 patient is".to_owned()
            } else {
                format!("{patients} patients are")
            },
        ));
    }
    page.context.extend([
        ("patient_count".to_owned(), Value::from(patients)),
        ("simulated_patient_count".to_owned(), Value::from(simulated)),
        ("report_count".to_owned(), Value::from(cohort.reports.len())),
    ]);
    let by = |is_cohort: bool| -> Value {
        let selected = cohort.selection.iter().flat_map(|selection| &selection.by);
        let selected = selected.filter(|one| one.cohort.is_some() == is_cohort);
        let texts: Vec<String> = selected
            .map(|one| match &one.cohort {
                Some((name, version)) => format!("{name} v{version}"),
                None => one.condition.clone(),
            })
            .collect();
        (!texts.is_empty()).then(|| texts.join(" and ")).into()
    };
    page.context.extend([("cohort".to_owned(), by(true)), ("where".to_owned(), by(false))]);
    if let Some(selection) = &cohort.selection {
        page.context.extend([
            ("selected_from_patient_count".to_owned(), Value::from(selection.of)),
            ("unmet_patient_count".to_owned(), Value::from(selection.unmet)),
            ("unknown_patient_count".to_owned(), Value::from(selection.unknown)),
        ]);
    }
}

/// A document about a cohort, still without its sections.
pub fn lay_out_document(title: &str, cohort: &Cohort) -> Page {
    let mut page = Page::new(title);
    describe_population(&mut page, cohort);
    page
}

/// Say of how many visits the day was only planned.
pub(super) fn note_planned_days(page: &mut Page, cohort: &Cohort) {
    let planned = cohort.occasions.values().filter(|occasion| occasion.planned).count();
    if planned > 0 {
        page.note(format!(
            "{planned} of {} have only a planned day, read off the label.",
            counted(cohort.occasions.len(), "visit", "visits"),
        ));
    }
}

/// Say by which conditions, in which units, how many patients are selected.
pub fn note_selected(page: &mut Page, cohort: &Cohort) {
    let Some(selection) = &cohort.selection else { return };
    page.note(format!(
        "{} of {} selected.",
        cohort.subjects.len(),
        counted(selection.of, "patient is", "patients are"),
    ));
    note_selection(page, selection);
}

fn note_selection(page: &mut Page, selection: &Selection) {
    for one in &selection.by {
        let name = match &one.cohort {
            Some((name, version)) => format!("Cohort {name} v{version}"),
            None => "Patients".to_owned(),
        };
        let units = match one.units.is_empty() {
            true => String::new(),
            false => format!(" ({})", one.units.join(", ")),
        };
        page.note(format!("{name}: where {}{units}.", one.condition));
    }
    page.note(format!(
        "Not selected: {} that {} not meet the condition; {} of whom it is unknown, because a value is \
         missing.",
        counted(selection.unmet, "patient", "patients"),
        if selection.unmet == 1 { "does" } else { "do" },
        counted(selection.unknown, "patient", "patients"),
    ));
}

/// Put the way from all reports to the patients that are analysed below what a page says of a cohort.
pub fn append_attrition(page: &mut Page, found: &Attrition) {
    let twice = found.appearances.saturating_sub(found.patients);
    let mut steps: Vec<(&str, usize, String)> = vec![
        ("Reports", found.reports, String::new()),
        ("Patients in them", found.appearances, String::new()),
        (
            "Each counted once",
            found.patients,
            match twice {
                0 => String::new(),
                twice => format!("{twice} in a further report"),
            },
        ),
    ];
    if found.considered < found.patients {
        let simulated = found.patients - found.considered;
        steps.push(("Not simulated", found.considered, format!("{simulated} simulated")));
    }
    let left = [(found.unmet, "not meeting it"), (found.unknown, "unknown")];
    let left = left.iter().filter(|(count, _)| *count > 0);
    let left: Vec<String> = left.map(|(count, why)| format!("{count} {why}")).collect();
    steps.push(("Meeting the condition", found.selected, left.join(", ")));
    let without = found.selected - found.exposed;
    let without = (without > 0).then(|| format!("{without} without a recorded infusion"));
    steps.push(("Infused", found.exposed, without.unwrap_or_default()));
    let columns = [("step", "Step"), ("count", "Left"), ("left_out", "Left out")];
    let rows = steps.into_iter().map(|(step, count, left)| {
        vec![step.into(), count.into(), Some(left).filter(|left| !left.is_empty()).into()]
    });
    append_list(page, Some("From step to step"), "attrition", &columns, rows.collect());
    let columns = [("analyte", "Analyte"), ("timepoint", "Timepoint"), ("patients", "Patients")];
    let rows = found.analytes.iter().flat_map(|one| {
        let row = |(timepoint, count): &(String, usize)| {
            vec![one.analyte.as_str().into(), timepoint.as_str().into(), (*count).into()]
        };
        one.timepoints.iter().map(row)
    });
    append_list(
        page,
        Some("Infused patients with a value"),
        "with_values",
        &columns,
        rows.collect(),
    );
    page.note("After the baseline a timepoint counts those who have a baseline as well.");
}

/// Lay out the columns that a condition may name; `endings` make a column of an analyte's key.
pub fn lay_out_patient_columns(
    columns: &[PatientColumn],
    catalogue: &Catalogue,
    endings: &[String],
) -> Page {
    let mut page = Page::new("Columns of a patient");
    let mut grid = Grid {
        columns: vec![
            Column::stub("Column"),
            Column::words("Holds"),
            Column::words("Unit"),
            Column::words("Meaning"),
        ],
        ..Grid::default()
    };
    let holds = |column: &PatientColumn| if column.is_number { "number" } else { "text" };
    for column in columns {
        grid.rows.push(Row::Cells(vec![
            Cell::new(&*column.name),
            Cell::new(holds(column)),
            Cell::new(&*column.unit),
            Cell::new(&*column.meaning),
        ]));
    }
    page.blocks.push(Block::Grid(grid));
    let keys: Vec<String> = catalogue
        .analytes()
        .iter()
        .map(|analyte| {
            let unit = display_unit(&analyte.canonical_unit().ucum);
            let key = analyte.key.to_lowercase();
            if unit.is_empty() { key } else { format!("{key} ({unit})") }
        })
        .collect();
    page.blocks.push(Block::Facts(vec![
        ("Analytes".to_owned(), keys.join(", ")),
        ("each with".to_owned(), endings.join(", ")),
    ]));
    page.note(
        "An analyte's column is its key, a low line and one of the endings, such as hba1c_baseline or \
         hba1c_change_w12: the value in the unit given, its change from baseline, or the change in per \
         cent of the baseline, of values in that unit as well (of HbA1c in mmol/mol: in NGSP % the percent \
         change is another). Baseline and windows are those of the summaries.",
    );
    page.records.push(RecordSet {
        name: "columns".to_owned(),
        columns: ["column", "holds", "unit", "meaning"].map(str::to_owned).into(),
        rows: columns
            .iter()
            .map(|column| {
                vec![
                    column.name.as_str().into(),
                    holds(column).into(),
                    Some(column.unit.as_str()).filter(|unit| !unit.is_empty()).into(),
                    column.meaning.as_str().into(),
                ]
            })
            .collect(),
    });
    page
}
