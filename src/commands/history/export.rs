use crate::commands::session::Session;
use crate::domain::Mismatch;
use crate::error::{Error, in_words};
use crate::store::{Access, StoreError};
use crate::tables::{ListColumn, Value, lay_out_list};
use std::io::Write;
use std::path::PathBuf;

/// Write the whole change log to a text that anybody can check without casebook
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook history export log.txt
  casebook -r ward.db history export ward-log.txt

Every entry is there as it was hashed, also those of merged logs; the file's head says how to check them
with sha256sum or a few lines of Python, what that proves and what not. It holds every record ever made:
treat it as the registry itself.")]
pub(super) struct Args {
    /// The text to write; nothing is ever overwritten
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

const COLUMNS: [ListColumn; 4] = [
    ("file", "File"),
    ("entries", "Entries of the log"),
    ("merged", "Of merged logs"),
    ("last_hash", "Last hash"),
];

pub(super) fn run(args: &Args, session: &Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let log = registry.log_text()?;
    let name = args.file.display().to_string();
    let written = std::fs::File::create_new(&args.file)
        .and_then(|mut file| file.write_all(log.text.as_bytes()).and_then(|()| file.sync_all()));
    written.map_err(|source| match source.kind() {
        std::io::ErrorKind::AlreadyExists => StoreError::Exists(args.file.clone()).into(),
        _ => {
            let mismatch = Mismatch::new(in_words(&source), "a place that can be written")
                .mend("choose another name or folder");
            let heading = format!("{name} can't be written. Nothing was changed");
            Error::request(heading, "FILE", mismatch)
        }
    })?;
    let row: Vec<Value> =
        vec![name.into(), log.own.into(), log.merged.into(), log.last_hash.as_str().into()];
    let mut page = lay_out_list("The change log was written", "export", &COLUMNS, vec![row]);
    page.note("Its head says how to check it. Note the last hash elsewhere: it tells later whether entries were cut off.");
    session.show(&page)
}
