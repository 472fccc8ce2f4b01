use super::Fields;
use crate::commands::fields::Fields as _;
use crate::commands::session::Session;
use crate::domain::{Analyte, Mismatch, parse_analyte_key};
use crate::error::Error;
use crate::store::{Access, StoreError};
use crate::tables::{Described, lay_out_facts};

/// Add an analyte of the registry's own
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook analyte add adiponectin --name Adiponectin --unit mg/L --decimals 1 --hard 0..100
  casebook analyte add leptin --name Leptin --unit ug/L --decimals 1 --query 0.5..100
  casebook analyte add zinc --name Zinc --unit umol/L --decimals 1 --specimen serum

From then on it is as good as a built-in one: in values, case files, lists and summaries. A value is
converted only by the factors of --also-unit, each with its --basis: where it comes from.")]
pub(in crate::commands) struct Args {
    /// Short unique name in small letters, such as adiponectin
    #[arg(value_parser = parse_analyte_key)]
    key: String,
    #[command(flatten)]
    fields: Fields,
}

/// Why an analyte was not added.
enum Dropped {
    Store(StoreError),
    Wrong(Mismatch),
}

impl From<StoreError> for Dropped {
    fn from(error: StoreError) -> Dropped {
        Dropped::Store(error)
    }
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    args.fields.check_complete()?;
    args.fields.check_bases()?;
    let mut analyte = Analyte::own(&args.key);
    args.fields.put(&mut analyte);
    let mut registry = session.open(Access::Write)?;
    let added = registry.change(&format!("analyte add {}", args.key), session.reason(), |change| {
        change.add_analyte(&analyte)?.map_err(Dropped::Wrong)
    });
    match added {
        Ok(()) => session.recorded(),
        Err(Dropped::Store(error)) => return Err(error.into()),
        Err(Dropped::Wrong(mismatch)) => {
            let heading = format!("The analyte {} can't be added. Nothing was changed", args.key);
            return Err(Error::request(heading, "analyte", mismatch));
        }
    }
    let known = registry.catalogue().keyed(&args.key).unwrap_or(&analyte);
    let mut page = lay_out_facts(
        &format!("Added analyte {}", args.key),
        "analyte",
        &known.facts(registry.catalogue()),
    );
    if let Some(note) = unchecked(known) {
        page.note(note);
    }
    session.show(&page)
}

/// What can't be checked of an analyte without limits.
pub(super) fn unchecked(analyte: &Analyte) -> Option<&'static str> {
    let is_open = |(min, max): (f64, f64)| min.is_infinite() && max.is_infinite();
    match (is_open(analyte.hard_range), is_open(analyte.query_range)) {
        (false, false) => None,
        (true, false) => {
            Some("No value of it will be refused as impossible: --hard MIN..MAX sets limits.")
        }
        (false, true) => Some(
            "No value of it will be asked about: a lost decimal point or a wrong unit passes inside the hard \
             limits. --query MIN..MAX sets usual ones.",
        ),
        (true, true) => Some(
            "No value of it will be refused or asked about: a lost decimal point or a wrong unit passes. --hard \
             MIN..MAX sets limits of the possible, --query MIN..MAX of the usual.",
        ),
    }
}
