use crate::commands::session::{Session, not_there};
use crate::domain::NOT_REPORTED;
use crate::error::Error;
use crate::store::Access;
use crate::tables::{Described, Value, append_list, lay_out_facts};

/// Show an attribute, and how many patients have which value
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook attribute show arm
  casebook attribute show arm --format csv")]
pub(in crate::commands) struct Args {
    /// Which attribute
    key: String,
}

const COLUMNS: [(&str, &str); 2] = [("value", "Value"), ("patients", "Patients")];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let known = registry.attributes_in_use()?;
    let key = args.key.as_str();
    let Some(found) = known.iter().find(|known| known.attribute.key == key) else {
        let keys: Vec<_> = known.into_iter().map(|known| known.attribute.key).collect();
        return Err(not_there("attribute", key, &keys));
    };
    let facts = found.attribute.facts(registry.catalogue());
    let mut page = lay_out_facts(&format!("Attribute {key}"), "attribute", &facts);
    // Also the values of a category that nobody has.
    let unused = found.attribute.values.iter().filter(|value| !found.has(value));
    let used = found.values.iter().map(|(value, patients)| (value.as_str(), *patients));
    let mut counts: Vec<_> = used.chain(unused.map(|value| (value.as_str(), 0))).collect();
    counts.sort_by_key(|(value, _)| found.attribute.values.iter().position(|one| one == value));
    counts.push((NOT_REPORTED, found.without));
    let rows: Vec<Vec<Value>> =
        counts.into_iter().map(|(value, patients)| vec![value.into(), patients.into()]).collect();
    append_list(&mut page, None, "values", &COLUMNS, rows);
    session.show_list(&registry, page)
}
