use super::{asked, find};
use crate::analysis::analyse_attrition;
use crate::commands::selecting::select;
use crate::commands::session::Session;
use crate::commands::summary::find_analytes;
use crate::domain::{Analyte, Observation, Patient};
use crate::error::Error;
use crate::store::Access;
use crate::tables::{
    Described, Value, append_attrition, append_list, lay_out_facts, note_selected,
};

/// Show a cohort: its condition, its patients, and how many were left at each step
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook cohort show poorly-controlled
  casebook cohort show poorly-controlled --real --analyte HbA1c,FPG")]
pub(in crate::commands) struct Args {
    /// Which cohort
    name: String,
    /// Leave out patients that are simulated
    #[arg(long)]
    real: bool,
    /// Count values of these analytes only; may be repeated [default: all that have values]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    analyte: Vec<String>,
}

const MEMBERS: [(&str, &str); 4] =
    [("patient", "Patient"), ("report", "Report"), ("sex", "Sex"), ("age_years", "Age")];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let cohort = find(&registry, &args.name)?;
    let selected = select(&registry, registry.cohort(args.real)?, &[asked(&cohort)])?;
    let mut observations: Vec<(&Analyte, Vec<Observation>)> = Vec::new();
    for analyte in find_analytes(&registry, &args.analyte)? {
        let seen = registry.observations(analyte.id)?;
        let of_cohort =
            |one: &Observation| one.value.is_some() && selected.occasions.contains_key(&one.visit);
        if !args.analyte.is_empty() || seen.iter().any(of_cohort) {
            observations.push((analyte, seen));
        }
    }
    let patients: Vec<Patient> =
        registry.patients()?.into_iter().map(|line| line.patient).collect();
    let schedule = &registry.rules().schedule;
    let all = registry.cohort(false)?;
    let found = analyse_attrition(&all, &patients, &selected, schedule, &observations);
    let facts = cohort.facts(registry.catalogue());
    let mut page = lay_out_facts(&format!("Cohort {}", cohort.name), "cohort", &facts);
    append_attrition(&mut page, &found);
    let age = |key: &str| patients.iter().find(|one| one.key == key).and_then(|one| one.age_years);
    let row = |subject: &crate::domain::Subject| -> Vec<Value> {
        vec![
            subject.key.as_str().into(),
            subject.report.as_str().into(),
            subject.sex.clone().into(),
            age(&subject.key).into(),
        ]
    };
    let rows = selected.subjects.iter().map(row).collect();
    append_list(&mut page, Some("Patients"), "patients", &MEMBERS, rows);
    note_selected(&mut page, &selected);
    session.show_list(&registry, page)
}
