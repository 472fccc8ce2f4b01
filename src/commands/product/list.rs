use crate::commands::session::Session;
use crate::error::Error;
use crate::store::{Access, ProductUse};
use crate::tables::{Value, lay_out_list};

/// List the products
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook product list
  casebook product list --format md")]
pub(in crate::commands) struct Args {}

const COLUMNS: [(&str, &str); 9] = [
    ("product", "Product"),
    ("name", "Name"),
    ("cell_type", "Cell type"),
    ("donor", "Donor"),
    ("tissue", "Tissue"),
    ("state", "State"),
    ("lot", "Lot"),
    ("patients", "Patients"),
    ("infusions", "Infusions"),
];

pub(in crate::commands) fn run(_: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let lines = registry.products()?;
    let row = |ProductUse { product, infusions, patients }: ProductUse| -> Vec<Value> {
        vec![
            product.key.into(),
            product.name.into(),
            product.cell_type.into(),
            product.donor.map(|donor| donor.as_str()).into(),
            product.tissue.into(),
            product.state.map(|state| state.as_str()).into(),
            product.lot.into(),
            patients.into(),
            infusions.into(),
        ]
    };
    let rows = lines.into_iter().map(row).collect();
    session.show_list(&registry, lay_out_list("Products", "products", &COLUMNS, rows))
}
