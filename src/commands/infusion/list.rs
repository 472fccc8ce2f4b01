use crate::commands::listing::WhoseArgs;
use crate::commands::session::Session;
use crate::domain::{Infusion, PartialDate};
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Value, lay_out_list};

/// List the infusions, of one patient, a report or all
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook infusion list
  casebook infusion list ward-3/07
  casebook infusion list --report ward-3 -o infusions.csv")]
pub(in crate::commands) struct Args {
    #[command(flatten)]
    whose: WhoseArgs,
}

const COLUMNS: [(&str, &str); 15] = [
    ("patient", "Patient"),
    ("number", "No."),
    ("day", "Day"),
    ("date", "Date"),
    ("product", "Product"),
    ("route", "Route"),
    ("cells", ""),
    ("cells_per_kg", ""),
    ("cells_millions", "Cells (×10^6)"),
    ("cells_per_kg_millions", "per kg (×10^6)"),
    ("dose_printed", ""),
    ("volume_ml", "mL"),
    ("viability_percent", "Viable %"),
    ("passage", "Passage"),
    ("premedication", "Premedication"),
];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let patients = args.whose.patients(&registry)?;
    let lines = registry.infusions()?;
    let row = |(patient, infusion): (String, Infusion)| -> Vec<Value> {
        vec![
            patient.into(),
            infusion.number.into(),
            infusion.day.map(|day| day.0).into(),
            infusion.date.as_ref().map(PartialDate::as_str).into(),
            infusion.product.into(),
            infusion.route.into(),
            infusion.cells.into(),
            infusion.cells_per_kg.into(),
            infusion.cells.map(|cells| cells / 1e6).into(),
            infusion.cells_per_kg.map(|cells| cells / 1e6).into(),
            infusion.dose_printed.into(),
            infusion.volume_ml.into(),
            infusion.viability_percent.into(),
            infusion.passage.into(),
            infusion.premedication.into(),
        ]
    };
    let lines = lines.into_iter().filter(|(patient, _)| patients.has(patient));
    let rows = lines.map(row).collect();
    session.show_list(&registry, lay_out_list("Infusions", "infusions", &COLUMNS, rows))
}
