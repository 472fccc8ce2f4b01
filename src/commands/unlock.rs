use super::lock::What;
use super::session::Session;
use crate::domain::Mismatch;
use crate::error::Error;

/// Lift the lock of a report, a patient or everything
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook unlock huang-2025 --reason \"correction of table 2\"
  casebook unlock --all --reason \"analysis is done\"

The log keeps who locked and unlocked it, when and why: `casebook history huang-2025`.")]
pub(super) struct Args {
    #[command(flatten)]
    what: What,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    if args.what.is_empty() {
        let mismatch = Mismatch::new("unlock", "the key of a report or patient, or --all")
            .mend("`casebook lock` shows what is locked");
        let heading = "Nothing is named to unlock. Nothing was changed".to_owned();
        return Err(Error::Usage { heading, mismatch });
    }
    args.what.apply(session, ("unlock", "Unlocked"), |change, what| change.unlock(what))
}
