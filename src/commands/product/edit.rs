use super::Fields;
use crate::commands::editing::{EditArgs, edit};
use crate::commands::session::{Session, not_there};
use crate::error::Error;
use crate::store::Access;

/// Change what is recorded of a product
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook product edit huc-msc --lot 17 --state frozen --reason \"certificate of analysis\"
  casebook product edit huc-msc --clear lot --reason \"another product's\"

Only what is given changes, for every infusion of the product.")]
pub(in crate::commands) struct Args {
    /// Which product
    key: String,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    edit: EditArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let edits = args.edit.edits(&args.fields, &[])?;
    let mut registry = session.open(Access::Write)?;
    let key = args.key.as_str();
    if registry.product(key)?.is_none() {
        return Err(not_there("product", key, &registry.product_keys()?));
    }
    let page = edit(session, &mut registry, ("product", key), &args.edit, |change| {
        change.edit_product(key, |record| {
            edits.apply(record);
            Ok(())
        })
    })?;
    session.show(&page)
}
