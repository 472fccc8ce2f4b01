use crate::commands::recording::{SourceArgs, Terms, lay_out_recorded, record};
use crate::commands::session::Session;
use crate::domain::{
    Day, Infusion, PartialDate, PatientRecords, Placed, Records, parse_amount, parse_cells,
    parse_percent,
};
use crate::error::Error;
use crate::store::{Access, Kind};

/// Record an infusion
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook infusion add ward-3/07 --product huc-msc --route intravenous
  casebook infusion add ward-3/07 --day 7 --product huc-msc --cells-per-kg 1e6")]
pub(in crate::commands) struct Args {
    /// Which patient, for example huang-2025/1
    patient: String,
    /// First, second ... [default: the next of this patient]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1000))]
    number: Option<u32>,
    /// Day, counted from day 0
    #[arg(long, value_parser = Day::parse, allow_negative_numbers = true)]
    day: Option<Day>,
    /// Date, as far as it is known: 2024-03-05, 2024-03 or 2024
    #[arg(long, value_parser = PartialDate::parse)]
    date: Option<PartialDate>,
    /// Key of the product
    #[arg(long, value_name = "KEY")]
    product: Option<String>,
    /// intravenous, intra-arterial ...
    #[arg(long, value_name = "TEXT")]
    route: Option<String>,
    /// Where the cells were delivered
    #[arg(long, value_name = "TEXT")]
    delivery_site: Option<String>,
    /// Cells given: 6e7 or 60x10^6
    #[arg(long, value_name = "N", value_parser = |text: &str| parse_cells(text, false))]
    cells: Option<f64>,
    /// Cells given per kg of body weight: 1e6
    #[arg(long, value_name = "N", value_parser = |text: &str| parse_cells(text, true))]
    cells_per_kg: Option<f64>,
    /// The dose in the report's words
    #[arg(long, value_name = "TEXT")]
    dose: Option<String>,
    /// Volume in mL
    #[arg(long, value_name = "ML", value_parser = |text: &str| parse_amount(text, 10_000.0))]
    volume: Option<f64>,
    /// Viable cells in percent
    #[arg(long, value_name = "PERCENT", value_parser = parse_percent)]
    viability: Option<f64>,
    /// Passage
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=100))]
    passage: Option<u32>,
    /// Premedication
    #[arg(long, value_name = "TEXT")]
    premedication: Option<String>,
    /// Anything else
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let key = &args.patient;
    let infusion = Infusion {
        number: args.number.unwrap_or(0),
        day: args.day,
        date: args.date.clone(),
        product: args.product.clone(),
        route: args.route.clone(),
        delivery_site: args.delivery_site.clone(),
        cells: args.cells,
        cells_per_kg: args.cells_per_kg,
        dose_printed: args.dose.clone(),
        volume_ml: args.volume,
        viability_percent: args.viability,
        passage: args.passage,
        premedication: args.premedication.clone(),
        source: args.source.source(),
        note: args.note.clone(),
    };
    let mut of_patient = PatientRecords::of(Placed::typed(key.clone()));
    of_patient.infusions.push(Placed::typed(infusion));
    let records = Records { patients: vec![of_patient], ..Records::default() };
    let command = format!("infusion add {key}");
    let what = args.number.map_or_else(|| key.clone(), |number| format!("{key} {number}"));
    let terms = Terms { new: Some((Kind::Infusion, &what)), ..Terms::default() };
    let mut registry = session.open(Access::Write)?;
    let intake = record(session, &mut registry, &command, &records, Vec::new(), terms)?;
    let number = intake.last_infusion.unwrap_or_default();
    session.show(&lay_out_recorded(format!("Recorded infusion {number} of {key}"), &intake))
}
