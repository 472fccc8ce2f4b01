use super::Fields;
use crate::commands::editing::{EditArgs, edit};
use crate::commands::session::{Session, not_there};
use crate::domain::{AttributeGiven, Mismatch, Patient, find_attribute};
use crate::error::Error;
use crate::store::Access;

/// Change what is recorded of a patient
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook patient edit ward-3/07 --age 54 --source \"table 1\" --reason \"typing error\"
  casebook patient edit ward-3/07 --clear age --birth-year 1968 --reason \"age not printed\"
  casebook patient edit ward-3/07 --set arm=msc --unset region --reason \"unblinded\"
  casebook patient edit ward-3/07 --also-in huang-2025 --reason \"published again\"

Only what is given changes. The key stays: everything of the patient is known by it.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    key: String,
    /// A report this patient does not stand in after all; never the first
    #[arg(long, value_name = "REPORT")]
    not_in: Vec<String>,
    /// Set an attribute back to "not reported"; may be repeated
    #[arg(long, value_name = "ATTRIBUTE", value_delimiter = ',')]
    unset: Vec<String>,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    edit: EditArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let edits = args.edit.edits(&args.fields, &["not-in", "unset"])?;
    let given = args.fields.given()?;
    let unset: Vec<String> = args.unset.iter().map(|key| key.trim().to_lowercase()).collect();
    if let Some(both) = given.iter().find(|given| unset.contains(&given.key.to_lowercase())) {
        let heading = format!("{} can't be set and unset. Nothing was changed", both.key);
        let mismatch = Mismatch::new(both.key.as_str(), "an attribute that is either set or unset");
        return Err(Error::Usage { heading, mismatch: mismatch.mend("leave out one of the two") });
    }
    let mut registry = session.open(Access::Write)?;
    let key = args.key.as_str();
    if registry.patient(key)?.is_none() {
        return Err(not_there("patient", key, &registry.patient_keys()?));
    }
    let attributes = registry.attributes()?;
    let page = edit(session, &mut registry, ("patient", key), &args.edit, |change| {
        change.edit_patient(key, |record| {
            edits.apply(record);
            for report in &args.not_in {
                take_out(record, report)?;
            }
            for key in &unset {
                let attribute = find_attribute(&attributes, key)?;
                record.attributes.remove(&attribute.key);
            }
            for AttributeGiven { key, text } in given {
                let attribute = find_attribute(&attributes, &key)?;
                record.attributes.insert(attribute.key.clone(), text);
            }
            Ok(())
        })
    })?;
    session.show(&page)
}

/// Say that a patient does not stand in a report.
fn take_out(patient: &mut Patient, report: &str) -> Result<(), Mismatch> {
    match patient.reports.iter().position(|known| known == report) {
        Some(0) => {
            Err(Mismatch::new(report, "another than the report the patient was recorded from")
                .mend("record the patient anew from the other report"))
        }
        Some(at) => {
            patient.reports.remove(at);
            Ok(())
        }
        None => {
            let expected =
                format!("a report the patient stands in: {}", patient.reports.join(", "));
            Err(Mismatch::new(report, expected))
        }
    }
}
