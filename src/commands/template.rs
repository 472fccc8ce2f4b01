use super::session::Session;
use crate::domain::Mismatch;
use crate::error::{Error, in_words};
use crate::import::CASE_TEMPLATE;
use std::io::Write;
use std::path::PathBuf;

/// Write a file to fill in
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook template case.toml
  casebook import case.toml --dry-run")]
pub(super) struct Args {
    /// The file to write: a case file, ending in .toml
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let name = args.file.display().to_string();
    if args.file.extension().is_none_or(|ending| ending != "toml") {
        let mismatch = Mismatch::new(name.as_str(), "a name ending in .toml, such as case.toml");
        return Err(Error::request("There is no such template", "FILE", mismatch));
    }
    let written = std::fs::File::create_new(&args.file)
        .and_then(|mut file| file.write_all(CASE_TEMPLATE.as_bytes()));
    written.map_err(|source| {
        let mend = match source.kind() {
            std::io::ErrorKind::AlreadyExists => "choose another name; nothing is ever overwritten",
            _ => "choose another name, or a folder that is there and may be written to",
        };
        let mismatch =
            Mismatch::new("", "a name that is free, in a folder that may be written to").mend(mend);
        let heading =
            format!("{name} can't be written: {}. Nothing was changed", in_words(&source));
        Error::request(heading, "FILE", mismatch)
    })?;
    session.say(&format!("Wrote {name}. Fill it in, then: casebook import {name} --dry-run"));
    Ok(())
}
