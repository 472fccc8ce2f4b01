use super::{analyte_of, visit_of};
use crate::commands::listing::WhoseArgs;
use crate::commands::session::Session;
use crate::commands::showing::{file_of, note_simulated};
use crate::domain::{Analyte, Measurement, Mismatch, PatientFile, Visit};
use crate::error::Error;
use crate::store::{Access, Registry, Whose};
use crate::tables::{Page, lay_out_measurements};

/// List the measurements one a line, of one patient, a report or all
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook measurement list ward-3/07
  casebook measurement list ward-3/07 --visit W4 -o w4.csv
  casebook measurement list --report ward-3 --analyte HbA1c")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    whose: WhoseArgs,
    /// Only those of this visit
    #[arg(long, value_name = "LABEL")]
    visit: Option<String>,
    /// Only those of this analyte
    #[arg(long)]
    analyte: Option<String>,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let whose = args.whose.whose(&registry)?;
    let analyte = match &args.analyte {
        None => None,
        Some(name) => Some(analyte_of(registry.catalogue(), name)?),
    };
    let visit = args.visit.as_deref();
    match &whose {
        Whose::Patient(key) => session.show(&of_one(&registry, key, visit, analyte)?),
        _ => session.show_list(&registry, of_many(&registry, &whose, visit, analyte)?),
    }
}

fn of_one(
    registry: &Registry,
    key: &str,
    visit: Option<&str>,
    analyte: Option<&Analyte>,
) -> Result<Page, Error> {
    let file = file_of(registry, key)?;
    let visits = match visit {
        None => file.visits.clone(),
        Some(label) => vec![visit_of(&file, label)?.clone()],
    };
    let visits: Vec<_> = visits.into_iter().map(|visited| only(visited, analyte)).collect();
    let visits: Vec<_> = visits.iter().collect();
    let title = format!("Measurements of {key}");
    let mut page = lay_out_measurements(&title, &visits, None, registry.catalogue());
    note_simulated(&mut page, &file);
    Ok(page)
}

fn of_many(
    registry: &Registry,
    whose: &Whose,
    visit: Option<&str>,
    analyte: Option<&Analyte>,
) -> Result<Page, Error> {
    let mut found: Vec<(String, (Visit, Vec<Measurement>))> = Vec::new();
    registry.each_patient(whose, |file: &PatientFile| {
        let is_asked = |visited: &&(Visit, Vec<Measurement>)| {
            visit.is_none_or(|label| visited.0.label.eq_ignore_ascii_case(label))
        };
        let asked = file.visits.iter().filter(is_asked).cloned();
        found.extend(asked.map(|visited| (file.patient.key.clone(), only(visited, analyte))));
    })?;
    if let Some(label) = visit.filter(|_| found.is_empty()) {
        let mismatch = Mismatch::new(label, "the label of a visit that somebody has")
            .mend("`casebook visit list` shows all");
        let heading = format!("There is no visit {label}. Nothing was changed");
        return Err(Error::request(heading, "visit", mismatch));
    }
    let title = match whose {
        Whose::Report(key) => format!("Measurements of {key}"),
        _ => "Measurements".to_owned(),
    };
    let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
    let visits: Vec<_> = found.iter().map(|(_, visited)| visited).collect();
    Ok(lay_out_measurements(&title, &visits, Some(&keys), registry.catalogue()))
}

/// A visit with the measurements of this analyte only, if one is asked for.
fn only(
    (visit, mut measurements): (Visit, Vec<Measurement>),
    analyte: Option<&Analyte>,
) -> (Visit, Vec<Measurement>) {
    measurements.retain(|one| analyte.is_none_or(|analyte| one.analyte_id == analyte.id));
    (visit, measurements)
}
