use super::Fields;
use crate::commands::fields::Fields as _;
use crate::commands::recording::{lay_out_recorded, record_new};
use crate::commands::session::Session;
use crate::domain::{Placed, Product, Records, parse_key};
use crate::error::Error;
use crate::store::Kind;

/// Record a product
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook product add huc-msc --cell-type MSC --tissue \"umbilical cord\" --donor allogeneic
  casebook product add lot-17 --tissue \"bone marrow\" --donor autologous --lot 17")]
pub(in crate::commands) struct Args {
    /// Short unique name such as huc-msc
    #[arg(value_parser = parse_key)]
    key: String,
    #[command(flatten)]
    fields: Fields,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut product = Product { key: args.key.clone(), ..Product::default() };
    args.fields.put(&mut product);
    let records = Records { products: vec![Placed::typed(product)], ..Records::default() };
    let command = format!("product add {}", args.key);
    let intake = record_new(session, &command, records, (Kind::Product, &args.key), false)?;
    session.show(&lay_out_recorded(format!("Recorded product {}", args.key), &intake))
}
