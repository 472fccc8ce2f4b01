use super::options::Choice;
use super::{Options, explaining};
use crate::analysis::{
    AnalyteColumn, analyse_correlation, explain_correlation, find_column, patient_table,
};
use crate::commands::session::Session;
use crate::domain::{Analyte, Cohort, Mismatch, Observation, Patient, PatientTable};
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::lay_out_correlation;

/// Whether two numbers of the patients go together: Spearman's rank correlation
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:
  casebook summary correlation --x hba1c_baseline --y hba1c_change_w12
  casebook summary correlation --x cells_total --y hba1c_change_w12 --by sex --test
  casebook summary correlation --x age --y follow_up_days --real --explain

`casebook cohort columns` lists the columns, with their units.",
    mut_args(|arg| Options::hide_but(arg, HONOURED))
)]
pub(in crate::commands) struct Args {
    /// A column of numbers, such as hba1c_change_w12
    #[arg(long, value_name = "COLUMN")]
    x: String,
    /// Another one
    #[arg(long, value_name = "COLUMN")]
    y: String,
    #[command(flatten)]
    options: Options,
    /// Also the p-value
    #[arg(long)]
    test: bool,
}

const HONOURED: &[Choice] = &[Choice::By, Choice::Level, Choice::Explain];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let options = &args.options;
    options.only("correlation", HONOURED)?;
    let registry = session.open(Access::Read)?;
    let cohort = options.cohort(&registry)?;
    let question = options.question(&registry, &cohort)?;
    let names = [("--x", args.x.trim().to_lowercase()), ("--y", args.y.trim().to_lowercase())];
    let (table, places) = table(&registry, &cohort, &names)?;
    let found = analyse_correlation(&cohort, &table, places, &question, args.test);
    let page = lay_out_correlation(&found, &cohort, &question, args.test);
    let page = explaining::finish(session, &registry, options, page, || {
        explain_correlation(&cohort, &found, &question)
    })?;
    session.show(&page)
}

/// The patients with the two columns, and the places of these.
fn table(
    registry: &Registry,
    cohort: &Cohort,
    names: &[(&str, String); 2],
) -> Result<(PatientTable, [usize; 2]), Error> {
    let (catalogue, schedule) = (registry.catalogue(), &registry.rules().schedule);
    let wrong =
        |option: &str, mismatch| Error::request("There is nothing to correlate", option, mismatch);
    let mut columns: Vec<AnalyteColumn> = Vec::new();
    for (option, name) in names {
        let column = find_column(name, cohort, catalogue, schedule).map_err(|mismatch| {
            let mend = mismatch.mend.filter(|mend| mend.starts_with("did you mean"));
            let mend = mend.unwrap_or("`casebook cohort columns` lists the columns".to_owned());
            wrong(option, Mismatch::new(name, "a column of numbers of the patients").mend(mend))
        })?;
        columns.extend(column.filter(|column| !columns.contains(column)));
    }
    let mut observations: Vec<(&Analyte, Vec<Observation>)> = Vec::new();
    for column in &columns {
        let is_there = observations.iter().any(|(known, _)| known.id == column.analyte);
        if let (Some(analyte), false) = (catalogue.get(column.analyte), is_there) {
            observations.push((analyte, registry.observations(analyte.id)?));
        }
    }
    let patients: Vec<Patient> =
        registry.patients()?.into_iter().map(|line| line.patient).collect();
    let of_analytes = (columns.as_slice(), observations.as_slice());
    let table = patient_table(cohort, &patients, catalogue, schedule, of_analytes);
    let place = |(option, name): &(&str, String)| {
        let place = table.columns.iter().position(|column| column.name == *name);
        match place.filter(|place| table.columns[*place].is_number) {
            Some(place) => Ok(place),
            None => {
                let mismatch = Mismatch::new(name, "a column of numbers of the patients");
                Err(wrong(option, mismatch.mend("a text has no order; --by makes groups of it")))
            }
        }
    };
    let [x, y] = names;
    let places = [place(x)?, place(y)?];
    if places[0] == places[1] {
        let mismatch = Mismatch::new(&*y.1, "another column than --x");
        return Err(wrong("--y", mismatch));
    }
    Ok((table, places))
}
