use crate::commands::fields::text;
use crate::commands::recording::{lay_out_recorded, record_new};
use crate::commands::session::Session;
use crate::domain::{
    Attribute, AttributeKind, Placed, Records, parse_attribute_key, parse_category_value,
};
use crate::error::Error;
use crate::store::Kind;

/// Add a column of your own to the patients of this registry
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  casebook attribute add arm --kind category --values placebo,msc --label \"Treatment arm\"
  casebook attribute add smoking --kind yes-no
  casebook patient add ward-3/07 --set arm=msc --set smoking=no

The key becomes the name of a column. Tables have the values of a category in the order given here.
Never a column that could identify a person.")]
pub(in crate::commands) struct Args {
    /// A short name: small letters, digits and _
    #[arg(value_parser = parse_attribute_key)]
    key: String,
    /// category, number, text, date or yes-no
    #[arg(long)]
    kind: AttributeKind,
    /// The values of a category, in their order
    #[arg(long, value_name = "VALUES", value_delimiter = ',', value_parser = parse_category_value)]
    values: Vec<String>,
    /// What people read instead of the key
    #[arg(long, value_name = "TEXT", value_parser = text)]
    label: Option<String>,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let Args { key, kind, label, .. } = args.clone();
    let mut attribute = Attribute { key: key.clone(), label, kind, values: Vec::new() };
    args.values.iter().for_each(|value| attribute.add_value(value));
    if let Some(mismatch) = attribute.wrong() {
        let heading = format!("The attribute {key} can't be so. Nothing was changed");
        return Err(Error::Usage { heading, mismatch });
    }
    let records = Records { attributes: vec![Placed::typed(attribute)], ..Records::default() };
    let command = format!("attribute add {key}");
    let intake = record_new(session, &command, records, (Kind::Attribute, &key), false)?;
    session.show(&lay_out_recorded(format!("Added attribute {key}"), &intake))
}
