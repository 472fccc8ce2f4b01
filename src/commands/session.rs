//! What every command shares: which registry, who is at work, where the result goes.

use crate::domain::Mismatch;
use crate::error::Error;
use crate::formats::{Format, Layout, write};
use crate::store::{Access, Caller, Registry};
use crate::tables::Page;
use anstream::ColorChoice;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Options that every command has.
#[derive(Debug, clap::Args)]
pub(super) struct Globals {
    /// The registry file [default: casebook.db]
    #[arg(
        short,
        long,
        global = true,
        env = "CASEBOOK_REGISTRY",
        hide_env_values = true,
        value_name = "FILE"
    )]
    registry: Option<PathBuf>,
    /// Write the result as table, csv, json or md [default: by the ending of -o, else table]
    #[arg(long, global = true, value_name = "FORMAT")]
    format: Option<Format>,
    /// Write the result to a file
    #[arg(short, long, global = true, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Who is at work, for the change log; recorded, not authenticated [default: login name]
    #[arg(
        long,
        global = true,
        env = "CASEBOOK_ACTOR",
        hide_env_values = true,
        value_name = "NAME"
    )]
    actor: Option<String>,
    /// Why, for the change log
    #[arg(long, global = true, value_name = "TEXT")]
    reason: Option<String>,
    /// Seconds to wait for another program that holds the file
    #[arg(long, global = true, value_name = "N", default_value_t = Caller::PATIENCE.as_secs(), value_parser = clap::value_parser!(u64).range(..=3600))]
    wait: u64,
    /// Say nothing beside the result and errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Columns of the terminal [default: asked of the terminal; elsewhere unlimited]
    #[arg(long, global = true, env = "COLUMNS", hide_env = true, hide_env_values = true, value_name = "N", value_parser = clap::value_parser!(u16).range(20..))]
    width: Option<u16>,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", value_parser = ["auto", "always", "never"])]
    color: String,
}

/// One command at work.
#[derive(Debug)]
pub(super) struct Session {
    globals: Globals,
}

impl Session {
    pub fn new(globals: Globals) -> Session {
        match globals.color.as_str() {
            "always" => ColorChoice::Always.write_global(),
            "never" => ColorChoice::Never.write_global(),
            _ => ColorChoice::Auto.write_global(),
        }
        Session { globals }
    }

    /// The registry file, or this one where none was named.
    pub fn registry_path_or(&self, default: &str) -> PathBuf {
        self.globals.registry.clone().unwrap_or_else(|| PathBuf::from(default))
    }

    /// The registry file.
    pub fn registry_path(&self) -> PathBuf {
        self.registry_path_or("casebook.db")
    }

    /// Open the registry.
    pub fn open(&self, access: Access) -> Result<Registry, Error> {
        Ok(Registry::open(&self.registry_path(), access, &self.caller())?)
    }

    /// Who is at work, and how patiently.
    pub fn caller(&self) -> Caller {
        let login =
            || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
        let named = self.globals.actor.clone().or_else(login);
        let named = named.filter(|name| !name.trim().is_empty());
        Caller {
            actor: named.unwrap_or_else(|| "unknown".to_owned()),
            patience: Duration::from_secs(self.globals.wait),
        }
    }

    /// Why.
    pub fn reason(&self) -> Option<&str> {
        self.globals.reason.as_deref()
    }

    /// Why; changing or removing a record takes a reason.
    pub fn required_reason(&self) -> Result<&str, Error> {
        let given = self.reason().filter(|reason| !reason.trim().is_empty());
        given.ok_or_else(|| {
            let mismatch = Mismatch::new("", "--reason \"why\"")
                .mend("say in a few words why; the change log keeps it");
            let heading = "Changing or removing a record takes a reason. Nothing was changed";
            Error::request(heading, "--reason", mismatch)
        })
    }

    /// Tell the person something that is not the result.
    pub fn say(&self, text: &str) {
        if !self.globals.quiet {
            anstream::eprintln!("{text}");
        }
    }

    /// Write the result where it was asked for.
    pub fn show(&self, page: &Page) -> Result<(), Error> {
        let target = self.globals.output.as_deref().filter(|path| *path != Path::new("-"));
        let of_target = target.and_then(Format::from_suffix);
        let format = self.globals.format.or(of_target).unwrap_or(Format::Table);
        let Some(path) = target else {
            let stdout = std::io::stdout();
            let colour = anstream::AutoStream::choice(&stdout) != ColorChoice::Never;
            let layout = Layout { width: self.width(), colour };
            let mut out = stdout.lock();
            let written = write(page, format, layout, &mut out).and_then(|()| out.flush());
            return written
                .map_err(|source| Error::Output { target: "the output".to_owned(), source });
        };
        let layout = Layout { width: self.globals.width.map(usize::from), colour: false };
        let mut bytes = Vec::new();
        let written = refuse_registry(path)
            .and_then(|()| write(page, format, layout, &mut bytes))
            .and_then(|()| std::fs::write(path, bytes));
        written.map_err(|source| Error::Output { target: path.display().to_string(), source })?;
        self.say(&format!("Written to {}.", path.display()));
        Ok(())
    }

    /// Columns to lay a table out in; `None` where nobody looks.
    fn width(&self) -> Option<usize> {
        let asked = self.globals.width.map(usize::from);
        let stdout = std::io::stdout();
        asked.or_else(|| {
            let size = stdout.is_terminal().then(terminal_size::terminal_size).flatten();
            size.map(|(width, _)| usize::from(width.0))
        })
    }

    /// True if errors are read by a person at a terminal that knows colours.
    pub fn colours_errors(&self) -> bool {
        anstream::AutoStream::choice(&std::io::stderr()) != ColorChoice::Never
    }
}

/// A result never replaces an SQLite file: somebody named the registry by mistake.
fn refuse_registry(path: &Path) -> std::io::Result<()> {
    let is_database = std::fs::File::open(path).is_ok_and(|mut file| {
        let mut start = [0; 15];
        std::io::Read::read_exact(&mut file, &mut start).is_ok() && &start == b"SQLite format 3"
    });
    if is_database {
        return Err(std::io::Error::other("it is an SQLite file, which a result never replaces"));
    }
    Ok(())
}

/// An error for a patient, report … that is not there, with the nearest that is.
pub(super) fn not_there(noun: &str, key: &str, known: &[String]) -> Error {
    let near = crate::domain::nearest(key, known.iter().map(String::as_str));
    let mend = match near {
        Some(near) => format!("did you mean \"{near}\"? `casebook {noun} list` shows all"),
        None => format!("`casebook {noun} list` shows all"),
    };
    let mismatch = Mismatch::new(key, format!("a {noun} that is recorded")).mend(mend);
    Error::request(format!("There is no {noun} {key}"), noun, mismatch)
}
