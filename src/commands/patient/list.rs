use crate::commands::session::Session;
use crate::domain::Attribute;
use crate::error::Error;
use crate::store::{Access, PatientLine};
use crate::tables::{ListColumn, Value, attribute_value, lay_out_list};

/// List the patients
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook patient list
  casebook patient list --format json")]
pub(in crate::commands) struct Args {}

const COLUMNS: [(&str, &str); 12] = [
    ("patient", "Patient"),
    ("reports", ""),
    ("simulated", "Simulated"),
    ("sex", "Sex"),
    ("age_years", "Age"),
    ("birth_year", ""),
    ("diagnosis", "Diagnosis"),
    ("diabetes_duration_years", "Duration (years)"),
    ("height_cm", ""),
    ("follow_up_days", "Follow-up (days)"),
    ("infusions", "Infusions"),
    ("visits", "Visits"),
];

pub(in crate::commands) fn run(_: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let lines = registry.patients()?;
    let row = |PatientLine { patient, simulated, infusions, visits }: PatientLine| -> Vec<Value> {
        vec![
            patient.key.into(),
            patient.reports.join(" ").into(),
            simulated.into(),
            patient.sex.map(|sex| sex.as_str()).into(),
            patient.age_years.into(),
            patient.birth_year.into(),
            patient.diagnosis.into(),
            patient.diabetes_duration_years.into(),
            patient.height_cm.into(),
            patient.follow_up_days.into(),
            infusions.into(),
            visits.into(),
        ]
    };
    let attributes = registry.attributes()?;
    let has = |one: &Attribute| lines.iter().any(|l| l.patient.attributes.contains_key(&one.key));
    // For people a column that is empty for everybody says nothing.
    let heading = |one| if has(one) { one.heading() } else { "" };
    let own = attributes.iter().map(|one| (one.key.as_str(), heading(one)));
    let columns: Vec<ListColumn<'_>> = COLUMNS.into_iter().chain(own).collect();
    let whole_row = |line: &PatientLine| {
        let own = attributes.iter().map(|one| attribute_value(one, &line.patient));
        row(line.clone()).into_iter().chain(own).collect()
    };
    let rows = lines.iter().map(whole_row).collect();
    session.show_list(&registry, lay_out_list("Patients", "patients", &columns, rows))
}
