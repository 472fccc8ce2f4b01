use crate::commands::listing::{Patients, whose};
use crate::commands::session::Session;
use crate::commands::showing::Locks;
use crate::domain::Attribute;
use crate::error::Error;
use crate::store::{Access, Lock, PatientLine};
use crate::tables::{ListColumn, Value, attribute_value, lay_out_list};

/// List the patients, of a report or all
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook patient list
  casebook patient list --report ward-3
  casebook patient list --format json")]
pub(in crate::commands) struct Args {
    /// Only the patients of this report
    #[arg(long, value_name = "KEY")]
    report: Option<String>,
}

const COLUMNS: [(&str, &str); 13] = [
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
    ("locked_with", ""),
];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let asked = Patients::of(&registry, &whose(&registry, None, args.report.as_deref())?)?;
    let mut lines = registry.patients()?;
    lines.retain(|line| asked.has(&line.patient.key));
    let locks = Locks::of_registry(&registry)?;
    let row = |PatientLine { patient, simulated, infusions, visits }: PatientLine| -> Vec<Value> {
        let lock = locks.on("patient", &patient.key).map(Lock::name);
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
            lock.into(),
        ]
    };
    let attributes = registry.attributes()?;
    let has = |one: &Attribute| lines.iter().any(|l| l.patient.attributes.contains_key(&one.key));
    // For people a column that is empty for everybody says nothing.
    let heading = |one| if has(one) { one.heading() } else { "" };
    let own = attributes.iter().map(|one| (one.key.as_str(), heading(one)));
    let mut columns: Vec<ListColumn<'_>> = COLUMNS.into_iter().chain(own).collect();
    columns[COLUMNS.len() - 1].1 = locks.heading();
    let whole_row = |line: &PatientLine| {
        let own = attributes.iter().map(|one| attribute_value(one, &line.patient));
        row(line.clone()).into_iter().chain(own).collect()
    };
    let rows = lines.iter().map(whole_row).collect();
    session.show_list(&registry, lay_out_list("Patients", "patients", &columns, rows))
}
