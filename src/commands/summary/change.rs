use super::{Groups, Population, note_groups};
use crate::analysis::{UnitChoice, analyse_change};
use crate::commands::session::Session;
use crate::domain::Analyte;
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::{Page, lay_out_change};

/// Every analyte at every timepoint, as value and as change from baseline
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook summary change
  casebook summary change --by arm
  casebook summary change --analyte HbA1c --by report --format md -o hba1c.md")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    population: Population,
    /// Only these analytes; may be repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    analyte: Vec<String>,
    #[command(flatten)]
    groups: Groups,
    /// recorded: the unit most values of an analyte were printed in; si: the unit they are kept in
    #[arg(long, value_name = "UNITS", default_value = "recorded", value_parser = ["recorded", "si"])]
    units: String,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let units = if args.units == "si" { UnitChoice::Canonical } else { UnitChoice::Recorded };
    let page = page(&registry, args.population.real, &args.analyte, &args.groups, units)?;
    session.show(&page)
}

/// The page of one change from baseline; no names mean every analyte.
pub(in crate::commands) fn page(
    registry: &Registry,
    real: bool,
    names: &[String],
    groups: &Groups,
    units: UnitChoice,
) -> Result<Page, Error> {
    let catalogue = registry.catalogue();
    let analytes: Vec<&Analyte> = if names.is_empty() {
        catalogue.analytes().iter().collect()
    } else {
        let find = |name: &String| {
            catalogue.find(name).map_err(|mismatch| {
                Error::request(format!("There is no analyte {name}"), "--analyte", mismatch)
            })
        };
        let mut found: Vec<&Analyte> = Vec::new();
        for name in names {
            let analyte = find(name)?;
            if !found.iter().any(|known| known.id == analyte.id) {
                found.push(analyte);
            }
        }
        found
    };
    let cohort = registry.cohort(real)?;
    let by = groups.of(&cohort)?;
    let mut observations = Vec::new();
    for analyte in analytes {
        observations.push((analyte, registry.observations(analyte.id)?));
    }
    let mut statements = registry.statements(&cohort)?;
    if !names.is_empty() {
        statements.retain(|statement| statement.analyte.is_some());
    }
    let rules = registry.rules();
    let by = by.as_ref();
    let found = analyse_change(&cohort, &rules.schedule, &observations, &statements, by, units);
    let mut page = lay_out_change(&found, &cohort, rules, catalogue);
    note_groups(&mut page, by);
    Ok(page)
}
