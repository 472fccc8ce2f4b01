use crate::commands::session::Session;
use crate::error::Error;
use crate::store::{Access, AttributeUse};
use crate::tables::{Value, lay_out_list};

/// List the attributes, and how many patients have a value of each
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook attribute list
  casebook attribute list --format json")]
pub(in crate::commands) struct Args {}

const COLUMNS: [(&str, &str); 6] = [
    ("attribute", "Attribute"),
    ("label", "Label"),
    ("kind", "Kind"),
    ("values", "Values"),
    ("patients_with", "Patients with a value"),
    ("patients_without", "Without"),
];

pub(in crate::commands) fn run(_: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let row = |line: AttributeUse| -> Vec<Value> {
        let (with, attribute) = (line.with(), line.attribute);
        vec![
            attribute.key.into(),
            attribute.label.into(),
            attribute.kind.as_str().into(),
            Some(attribute.values.join(", ")).filter(|values| !values.is_empty()).into(),
            with.into(),
            line.without.into(),
        ]
    };
    let rows = registry.attributes_in_use()?.into_iter().map(row).collect();
    session.show_list(&registry, lay_out_list("Attributes", "attributes", &COLUMNS, rows))
}
