use crate::commands::fields::{self, Field, optional, source, text};
use crate::commands::recording::SourceArgs;
use crate::domain::{Day, Medication, PartialDate, parse_dose, parse_year};

/// What can be said of a dose episode beside the drug.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::commands) struct Fields {
    /// ATC code
    #[arg(long, value_name = "CODE", value_parser = text)]
    atc: Option<String>,
    /// Year of the ATC index the code is from; codes move
    #[arg(long, value_name = "YEAR", value_parser = parse_year)]
    atc_year: Option<i32>,
    /// Dose per day; 0 says free of the drug. Needs a unit
    #[arg(long, value_name = "N", value_parser = parse_dose)]
    dose: Option<f64>,
    /// Unit of the dose: mg; U for insulin
    #[arg(long, value_name = "UNIT", value_parser = text)]
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
    #[arg(long, value_name = "TEXT", value_parser = text)]
    stop_reason: Option<String>,
    /// Anything else that does not identify a person
    #[arg(long, value_name = "TEXT", value_parser = text)]
    note: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
}

impl fields::Fields<Medication> for Fields {
    fn list() -> Vec<Field<Fields, Medication>> {
        let mut list: Vec<Field<Fields, Medication>> = vec![
            optional("atc", |given| &given.atc, |record| &mut record.atc),
            optional("atc-year", |given| &given.atc_year, |record| &mut record.atc_year),
            optional("dose", |given| &given.dose, |record| &mut record.dose_per_day),
            optional("unit", |given| &given.unit, |record| &mut record.dose_unit),
            optional("start", |given| &given.start, |record| &mut record.start_day),
            optional("start-date", |given| &given.start_date, |record| &mut record.start_date),
            optional("end", |given| &given.end, |record| &mut record.end_day),
            optional("end-date", |given| &given.end_date, |record| &mut record.end_date),
            optional("stop-reason", |given| &given.stop_reason, |record| &mut record.stop_reason),
            optional("note", |given| &given.note, |record| &mut record.note),
        ];
        list.extend(source(
            |given: &Fields| &given.source,
            |record: &mut Medication| &mut record.source,
        ));
        list
    }
}
