use super::catalogue_of;
use crate::commands::session::Session;
use crate::domain::{Analyte, Benefit, display_unit};
use crate::error::Error;
use crate::tables::{Value, lay_out_list};

/// List the analytes with the units each is accepted in
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook analyte list
  casebook analyte list --own
  casebook analyte list --format csv -o analytes.csv

Without a registry it shows those that are built in.")]
pub(in crate::commands) struct Args {
    /// Only the registry's own
    #[arg(long)]
    own: bool,
}

const COLUMNS: [(&str, &str); 14] = [
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
    ("benefit", ""),
    ("built_in", ""),
];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let catalogue = catalogue_of(session)?;
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
            analyte.benefit().map(Benefit::as_str).into(),
            (!analyte.id.is_own()).into(),
        ]
    };
    let mut analytes: Vec<&Analyte> = catalogue.analytes().iter().collect();
    let own: Vec<&str> = analytes
        .iter()
        .filter(|analyte| analyte.id.is_own())
        .map(|analyte| analyte.symbol.as_str())
        .collect();
    analytes.retain(|analyte| !args.own || analyte.id.is_own());
    let rows = analytes.into_iter().map(row).collect();
    let mut page = lay_out_list("Analytes", "analytes", &COLUMNS, rows);
    if !own.is_empty() {
        page.note(format!("The registry's own, the others are built in: {}.", own.join(", ")));
    }
    session.show(&page)
}
