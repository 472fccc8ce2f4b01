use super::asked;
use crate::commands::selecting::select;
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Value, lay_out_list};

/// List the cohorts, and how many patients each has
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook cohort list
  casebook cohort list --format json")]
pub(in crate::commands) struct Args {}

const COLUMNS: [(&str, &str); 6] = [
    ("cohort", "Cohort"),
    ("version", "Version"),
    ("expression", "Patients where"),
    ("patients", "Patients"),
    ("unknown", "Unknown"),
    ("note", "Note"),
];

pub(in crate::commands) fn run(_: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let mut lost = Vec::new();
    for cohort in registry.cohorts()? {
        // A column that a condition names may be gone since; the list is where one looks then.
        let selected = select(&registry, registry.cohort(false)?, &[asked(&cohort)]);
        let counts = match &selected {
            Ok(selected) => {
                let unknown = selected.selection.as_ref().map(|selection| selection.unknown);
                (Some(selected.subjects.len()), unknown)
            }
            Err(_) => (None, None),
        };
        if selected.is_err() {
            lost.push(cohort.name.clone());
        }
        rows.push(vec![
            cohort.name.into(),
            cohort.version.into(),
            cohort.expression.into(),
            counts.0.into(),
            counts.1.into(),
            cohort.note.into(),
        ]);
    }
    let mut page = lay_out_list("Cohorts", "cohorts", &COLUMNS, rows);
    page.note("Unknown: patients of whom it is not known whether they meet the condition.");
    if !lost.is_empty() {
        page.note(format!(
            "The condition can't be asked any more: {}. `casebook cohort show` says why.",
            lost.join(", ")
        ));
    }
    session.show_list(&registry, page)
}
