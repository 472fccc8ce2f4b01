//! What another schedule does, laid out for whoever changes it.

use super::list::{ListColumn, append_list, list_records};
use super::page::{Block, Page, Value};
use crate::analysis::{ScheduleChange, Shift};
use crate::domain::Schedule;

const SHIFTS: [ListColumn; 8] = [
    ("key", ""),
    ("analyte", "Analyte"),
    ("timepoint", "Timepoint"),
    ("before", "Before"),
    ("after", "After"),
    ("moved_in", "Moved in"),
    ("moved_out", "Moved out"),
    ("patients", "Patients with another value"),
];

/// Say on the page of a change of the schedule which analyses differ; `done` is false for a dry run.
pub fn append_schedule_change(page: &mut Page, found: &ScheduleChange, done: bool) {
    let will = if done { "will" } else { "would" };
    let mut labels: Vec<&str> = found.shifts.iter().map(|shift| shift.label.as_str()).collect();
    labels.dedup();
    let mut sentences = vec![if labels.is_empty() {
        "No measurement moves to another timepoint.".to_owned()
    } else {
        format!("`summary change` {will} differ for {}.", listed(&labels))
    }];
    let people: Vec<&str> = found.baselines.iter().map(String::as_str).collect();
    sentences.push(match people.len() {
        0 => "No patient's baseline changes.".to_owned(),
        1 => format!("The baseline of {} changes.", people[0]),
        many => format!("The baselines of {many} patients change: {}.", listed(&people)),
    });
    match found.statements {
        0 => {}
        1 => sentences.push(format!("1 result in words {will} be counted at another timepoint.")),
        many => sentences
            .push(format!("{many} results in words {will} be counted at other timepoints.")),
    }
    page.blocks.push(Block::Paragraph(sentences.join(" ")));
    let row = |shift: &Shift| -> Vec<Value> {
        vec![
            shift.parameter.as_str().into(),
            shift.label.as_str().into(),
            shift.timepoint.as_str().into(),
            shift.before.into(),
            shift.after.into(),
            shift.moved_in.into(),
            shift.moved_out.into(),
            shift.patients.into(),
        ]
    };
    let rows: Vec<_> = found.shifts.iter().map(row).collect();
    if rows.is_empty() {
        page.records.push(list_records("shifts", &SHIFTS, rows));
    } else {
        append_list(page, Some("Measurements at each timepoint"), "shifts", &SHIFTS, rows);
    }
    match found.without_day {
        0 => {}
        1 => page.note("1 measurement has no day: it belongs to no timepoint, before and after."),
        many => page.note(format!(
            "{many} measurements have no day: they belong to no timepoint, before and after."
        )),
    }
}

/// Say which windows share days, and what becomes of those.
pub fn note_overlaps(page: &mut Page, schedule: &Schedule) {
    for (one, other, first, last) in schedule.overlaps() {
        let days =
            if first == last { format!("day {first}") } else { format!("days {first} to {last}") };
        page.note(format!(
            "The windows of {} and {} share {days}: the nearer target wins, a tie goes to the \
             earlier.",
            one.name, other.name
        ));
    }
}

/// Words as `a, b and c`.
fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(found: &ScheduleChange) -> String {
        let mut page = Page::new("t");
        append_schedule_change(&mut page, found, true);
        match &page.blocks[0] {
            Block::Paragraph(text) => text.clone(),
            _ => String::new(),
        }
    }

    #[test]
    fn the_sentence_names_analytes_and_people() {
        let nothing = ScheduleChange::default();
        let told = "No measurement moves to another timepoint. No patient's baseline changes.";
        assert_eq!(paragraph(&nothing), told);
        let shift = |label: &str| Shift {
            parameter: label.to_lowercase(),
            label: label.to_owned(),
            timepoint: "W4".to_owned(),
            before: 1,
            after: 0,
            moved_in: 0,
            moved_out: 1,
            patients: 1,
        };
        let found = ScheduleChange {
            shifts: vec![shift("HbA1c"), shift("HbA1c"), shift("FPG"), shift("ALT")],
            baselines: ["a/1", "a/2"].map(str::to_owned).into(),
            statements: 1,
            without_day: 0,
        };
        let told = "`summary change` will differ for HbA1c, FPG and ALT. The baselines of 2 patients \
                    change: a/1 and a/2. 1 result in words will be counted at another timepoint.";
        assert_eq!(paragraph(&found), told);
    }

    #[test]
    fn shared_days_are_told() {
        let mut page = Page::new("t");
        note_overlaps(&mut page, &Schedule::parse("W4±1,W6±1,W7,W8").expect("a schedule"));
        assert_eq!(page.notes.len(), 2);
        assert!(page.notes[0].starts_with("The windows of W4 and W6 share day 35: "));
        assert!(page.notes[1].starts_with("The windows of W6 and W7 share day 49: "));
    }
}
