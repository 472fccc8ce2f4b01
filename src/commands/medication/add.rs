use crate::commands::recording::{SourceArgs, record_of_patient};
use crate::commands::session::Session;
use crate::domain::{Day, Medication, PartialDate, PatientRecords, Placed, parse_dose, parse_year};
use crate::error::Error;
use crate::store::Kind;

/// Record a dose episode of a drug
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook medication add ward-3/07 \"insulin glargine\" --dose 20 --unit U --end 28
  casebook medication add ward-3/07 \"insulin glargine\" --dose 0 --unit U --start 28

Each change of dose is an episode of its own. Dose 0 says that the patient was free of the drug; a dose
that is left out is not known.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// The drug
    drug: String,
    /// ATC code
    #[arg(long, value_name = "CODE")]
    atc: Option<String>,
    /// Year of the ATC index the code is from; codes move
    #[arg(long, value_name = "YEAR", value_parser = parse_year)]
    atc_year: Option<i32>,
    /// Dose per day; needs --unit
    #[arg(long, value_name = "N", value_parser = parse_dose, requires = "unit")]
    dose: Option<f64>,
    /// Unit of the dose: mg, U
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    /// First day, counted from day 0
    #[arg(long, value_name = "DAY", value_parser = Day::parse, allow_negative_numbers = true)]
    start: Option<Day>,
    /// First date, as far as it is known
    #[arg(long, value_name = "DATE", value_parser = PartialDate::parse)]
    start_date: Option<PartialDate>,
    /// Last day
    #[arg(long, value_name = "DAY", value_parser = Day::parse, allow_negative_numbers = true)]
    end: Option<Day>,
    /// Last date, as far as it is known
    #[arg(long, value_name = "DATE", value_parser = PartialDate::parse)]
    end_date: Option<PartialDate>,
    /// Why it was stopped
    #[arg(long, value_name = "TEXT")]
    stop_reason: Option<String>,
    /// Anything else that does not identify a person
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let medication = Medication {
        drug: args.drug.trim().to_owned(),
        atc: args.atc.clone(),
        atc_year: args.atc_year,
        dose_per_day: args.dose,
        dose_unit: args.unit.clone(),
        start_day: args.start,
        start_date: args.start_date.clone(),
        end_day: args.end,
        end_date: args.end_date.clone(),
        stop_reason: args.stop_reason.clone(),
        source: args.source.source(),
        note: args.note.clone(),
    };
    let mut of_patient = PatientRecords::of(Placed::typed(args.patient.clone()));
    of_patient.medications.push(Placed::typed(medication));
    let command = format!("medication add {} {}", args.patient, args.drug);
    record_of_patient(session, &command, of_patient, (Kind::Medication, &args.drug))
}
