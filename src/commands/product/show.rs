use crate::commands::session::{Session, not_there};
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Described, lay_out_facts};

/// Show one product: every field
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook product show huc-msc
  casebook product show huc-msc --format json")]
pub(in crate::commands) struct Args {
    /// Which product
    key: String,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let Some(product) = registry.product(&args.key)? else {
        return Err(not_there("product", &args.key, &registry.product_keys()?));
    };
    let title = format!("Product {}", args.key);
    let page = lay_out_facts(&title, "product", &product.record.facts(registry.catalogue()));
    session.show(&page)
}
