use super::session::Session;
use crate::domain::{Analyte, Catalogue, display_unit};
use crate::error::Error;
use crate::tables::{Value, lay_out_list};

/// Analytes: what can be measured, and in which units
#[derive(Debug, clap::Subcommand)]
pub(super) enum Verb {
    List(Args),
}

/// List the analytes with the units each is accepted in
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook analyte list
  casebook analyte list --format csv -o analytes.csv")]
pub(super) struct Args {}

const COLUMNS: [(&str, &str); 12] = [
    ("analyte", "Analyte"),
    ("key", "Key"),
    ("name", "Name"),
    ("specimen", ""),
    ("state", ""),
    ("loinc", "LOINC"),
    ("unit", "Kept in"),
    ("accepted_units", "Also accepted"),
    ("hard_min", ""),
    ("hard_max", ""),
    ("query_min", ""),
    ("query_max", ""),
];

pub(super) fn run(verb: &Verb, session: &mut Session) -> Result<(), Error> {
    let Verb::List(_) = verb;
    let row = |analyte: &Analyte| -> Vec<Value> {
        let mut others: Vec<String> =
            analyte.units[1..].iter().map(|rule| display_unit(&rule.spelled)).collect();
        let kept = display_unit(&analyte.canonical_unit().ucum);
        others.retain(|other| *other != kept);
        others.dedup();
        let unit = &analyte.canonical_unit().ucum;
        let unit = if unit == "1" { "no unit".to_owned() } else { display_unit(unit) };
        vec![
            analyte.symbol.as_str().into(),
            analyte.key.as_str().into(),
            analyte.name.as_str().into(),
            analyte.specimen.clone().into(),
            analyte.state.clone().into(),
            analyte.loinc.clone().into(),
            unit.into(),
            Some(others.join(", ")).filter(|others| !others.is_empty()).into(),
            analyte.hard_range.0.into(),
            analyte.hard_range.1.into(),
            analyte.query_range.0.into(),
            analyte.query_range.1.into(),
        ]
    };
    let rows = Catalogue::built_in().analytes().iter().map(row).collect();
    session.show(&lay_out_list("Analytes", "analytes", &COLUMNS, rows))
}
