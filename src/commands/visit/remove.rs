use crate::commands::removing::{patient_of, remove};
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::{Access, Kept};

/// Remove a visit
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook visit remove ward-3/07 W8 --reason \"another patient's\" --with-measurements")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// The visit's label
    label: String,
    /// Also remove what was measured there
    #[arg(long)]
    with_measurements: bool,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let patient = patient_of(&registry, &args.patient)?;
    let file = registry.patient_file(&args.patient)?;
    let visits = file.map(|file| file.visits).unwrap_or_default();
    let visit = visits.iter().find(|(visit, _)| visit.label.eq_ignore_ascii_case(&args.label));
    let what = format!("{} {}", args.patient, args.label);
    remove(session, &mut registry, ("visit", &what), Some("--with-measurements"), |change| {
        match visit {
            None => Ok(Err(Kept::NotThere)),
            Some((visit, measurements)) => {
                change.remove_visit(&patient, visit, measurements, args.with_measurements)
            }
        }
    })
}
