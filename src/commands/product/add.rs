use crate::commands::recording::{SourceArgs, lay_out_recorded, record_new};
use crate::commands::session::Session;
use crate::domain::{Donor, Placed, Product, ProductState, Records, parse_key};
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
    /// Trade or working name
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Cell type: MSC, BM-MNC ...
    #[arg(long, value_name = "TEXT")]
    cell_type: Option<String>,
    /// autologous, allogeneic or xenogeneic
    #[arg(long)]
    donor: Option<Donor>,
    /// Tissue of origin
    #[arg(long, value_name = "TEXT")]
    tissue: Option<String>,
    /// Separation, medium, cryoprotectant
    #[arg(long, value_name = "TEXT")]
    preparation: Option<String>,
    /// fresh or frozen
    #[arg(long)]
    state: Option<ProductState>,
    /// Surface markers and differentiation
    #[arg(long, value_name = "TEXT")]
    identity: Option<String>,
    /// Sterility, endotoxin, karyotype ...
    #[arg(long, value_name = "TEXT")]
    release_tests: Option<String>,
    /// Lot or batch
    #[arg(long, value_name = "TEXT")]
    lot: Option<String>,
    /// Anything else
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let product = Product {
        key: args.key.clone(),
        name: args.name.clone(),
        cell_type: args.cell_type.clone(),
        donor: args.donor,
        tissue: args.tissue.clone(),
        preparation: args.preparation.clone(),
        state: args.state,
        identity: args.identity.clone(),
        release_tests: args.release_tests.clone(),
        lot: args.lot.clone(),
        source: args.source.source(),
        note: args.note.clone(),
    };
    let records = Records { products: vec![Placed::typed(product)], ..Records::default() };
    let command = format!("product add {}", args.key);
    let intake = record_new(session, &command, &records, (Kind::Product, &args.key), false)?;
    session.show(&lay_out_recorded(format!("Recorded product {}", args.key), &intake))
}
