//! What every command shares: which registry, who is at work, where the result goes.

use crate::domain::{Mismatch, may_be_meant};
use crate::error::Error;
use crate::formats::{Format, Layout, write};
use crate::store::{Access, Caller, Reading, Registry, SCHEMA_VERSION, StoreError, Upgrade};
use crate::tables::Page;
use anstream::ColorChoice;
use std::cell::{Cell, RefCell};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why a change was dropped: the registry could not, or the command would not.
pub(super) enum Dropped<T> {
    Store(StoreError),
    Why(T),
}

impl<T> From<StoreError> for Dropped<T> {
    fn from(error: StoreError) -> Dropped<T> {
        Dropped::Store(error)
    }
}

/// Options that every command has.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Globals {
    /// The registry file [default: CASEBOOK_REGISTRY, else casebook.db]
    #[arg(short, long, global = true, value_name = "FILE")]
    registry: Option<PathBuf>,
    /// Write the result as table, csv, json or md [default: by the ending of -o, else table]
    #[arg(long, global = true, value_name = "FORMAT")]
    format: Option<Format>,
    /// Write the result to a file
    #[arg(short, long, global = true, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Who is at work, for the change log; recorded, not authenticated [default: CASEBOOK_ACTOR,
    /// else login name]
    #[arg(long, global = true, value_name = "NAME")]
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
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(20..))]
    width: Option<u16>,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", value_parser = ["auto", "always", "never"])]
    color: String,
}

/// One command at work.
#[derive(Debug)]
pub(super) struct Session {
    globals: Globals,
    /// True once something was recorded: what fails afterwards must not say otherwise.
    recorded: Cell<bool>,
    /// What is let go before a result is written: who reads it may take an hour, in a pager.
    reading: RefCell<Option<Reading>>,
}

impl Session {
    pub fn new(globals: Globals) -> Session {
        match globals.color.as_str() {
            "always" => ColorChoice::Always.write_global(),
            "never" => ColorChoice::Never.write_global(),
            _ => ColorChoice::Auto.write_global(),
        }
        Session { globals, recorded: Cell::new(false), reading: RefCell::new(None) }
    }

    /// The registry file, or this one where none was named.
    pub fn registry_path_or(&self, default: &str) -> PathBuf {
        let named = self.globals.registry.clone();
        let in_environment = || environment("CASEBOOK_REGISTRY").map(PathBuf::from);
        named.or_else(in_environment).unwrap_or_else(|| PathBuf::from(default))
    }

    /// The registry file.
    pub fn registry_path(&self) -> PathBuf {
        self.registry_path_or("casebook.db")
    }

    /// The registry file if one was named on the command line, or this one.
    pub fn named_registry_or(&self, default: &str) -> PathBuf {
        self.globals.registry.clone().unwrap_or_else(|| PathBuf::from(default))
    }

    /// True if a registry was named, or lies where one is looked for.
    pub fn has_registry(&self) -> bool {
        let is_named =
            self.globals.registry.is_some() || environment("CASEBOOK_REGISTRY").is_some();
        is_named || self.registry_path().exists()
    }

    /// Open the registry.
    pub fn open(&self, access: Access) -> Result<Registry, Error> {
        if access == Access::Write {
            self.check_output()?;
        }
        self.open_file(&self.registry_path(), access)
    }

    /// Open the registry in this file, and tell if that took an upgrade.
    pub fn open_file(&self, path: &Path, access: Access) -> Result<Registry, Error> {
        let registry = Registry::open(path, access, &self.caller())?;
        if let Some(Upgrade { from, copy }) = registry.upgrade() {
            self.say(&format!(
                "{} was upgraded from schema {from} to {SCHEMA_VERSION}; the file as it was: {}.",
                path.display(),
                copy.display()
            ));
        }
        *self.reading.borrow_mut() = Some(registry.reading());
        Ok(registry)
    }

    /// Note that something was recorded.
    pub fn recorded(&self) {
        self.recorded.set(true);
    }

    /// Where the result goes, unless it goes to the screen.
    fn target(&self) -> Option<&Path> {
        self.globals.output.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// Refuse a target for the result that can't be one, before anything is recorded.
    pub fn check_output(&self) -> Result<(), Error> {
        let Some(path) = self.target() else { return Ok(()) };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let has_folder = folder.is_none_or(Path::is_dir);
        let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
        let checked = if has_folder { refuse_registry(path) } else { Err(missing) };
        checked.map_err(|source| self.output_error(path, source))?;
        self.format().map(|_| ())
    }

    /// Refuse a target for the result that is one of the files to read.
    pub fn keep(&self, inputs: &[PathBuf]) -> Result<(), Error> {
        self.target().map_or(Ok(()), |target| self.keep_from(target, inputs))
    }

    /// Refuse to write to one of the files to read.
    pub fn keep_from(&self, target: &Path, inputs: &[PathBuf]) -> Result<(), Error> {
        let whole = |path: &Path| path.canonicalize().ok();
        let is_input = |input: &&PathBuf| whole(input).is_some_and(|it| whole(target) == Some(it));
        if inputs.iter().any(|input| is_input(&input)) {
            let source =
                std::io::Error::other("it is a file to read, which a result never replaces");
            return Err(self.output_error(target, source));
        }
        Ok(())
    }

    fn output_error(&self, target: &Path, source: std::io::Error) -> Error {
        let target = target.display().to_string();
        Error::Output { target, source, recorded: self.recorded.get() }
    }

    /// What the result is written as.
    pub fn format(&self) -> Result<Format, Error> {
        if let Some(format) = self.globals.format {
            return Ok(format);
        }
        let Some(target) = self.target() else { return Ok(Format::Table) };
        match (Format::from_suffix(target), target.extension()) {
            (Some(format), _) => Ok(format),
            (None, None) => Ok(Format::Table),
            (None, Some(ending)) => {
                let ending = format!(".{}", ending.to_string_lossy());
                let mismatch = Mismatch::new(ending, "a name ending in .txt, .csv, .json or .md")
                    .mend("or say --format table, csv, json or md");
                let heading = "The result has no format. Nothing was changed".to_owned();
                Err(Error::Usage { heading, mismatch })
            }
        }
    }

    /// Who is at work, and how patiently.
    pub fn caller(&self) -> Caller {
        let login =
            || ["CASEBOOK_ACTOR", "USER", "LOGNAME", "USERNAME"].into_iter().find_map(environment);
        let named = self.globals.actor.clone().or_else(login);
        let named = named.filter(|name| !name.trim().is_empty());
        Caller {
            actor: named.unwrap_or_else(|| "unknown".to_owned()),
            patience: Duration::from_secs(self.globals.wait),
        }
    }

    /// The name given with --actor, which a command that only reads takes as whom to tell of.
    pub fn named_actor(&self) -> Option<&str> {
        self.globals.actor.as_deref()
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

    /// Why, for what only a dry run may do without: it records nothing that the reason would stand beside.
    pub fn reason_unless(&self, dry_run: bool) -> Result<&str, Error> {
        match self.required_reason() {
            Err(_) if dry_run => Ok("dry run"),
            reason => reason,
        }
    }

    /// Tell the person something that is not the result.
    pub fn say(&self, text: &str) {
        if !self.globals.quiet {
            anstream::eprintln!("{text}");
        }
    }

    /// Write the result where it was asked for.
    pub fn show(&self, page: &Page) -> Result<(), Error> {
        self.check_output()?;
        self.reading.borrow().iter().for_each(Reading::let_go);
        let format = self.format()?;
        let Some(path) = self.target() else {
            let stdout = std::io::stdout();
            let colour = anstream::AutoStream::choice(&stdout) != ColorChoice::Never;
            let layout = Layout { width: self.width(), colour };
            let mut out = stdout.lock();
            let written = write(page, format, layout, &mut out).and_then(|()| out.flush());
            return written.map_err(|source| self.output_error(Path::new("the output"), source));
        };
        let layout = Layout { width: self.globals.width.map(usize::from), colour: false };
        let mut bytes = Vec::new();
        write(page, format, layout, &mut bytes)
            .map_err(|source| self.output_error(path, source))?;
        self.put(path, &bytes)
    }

    /// Write a list of records, with the note that some are simulated, where some are.
    pub fn show_list(&self, registry: &Registry, mut page: Page) -> Result<(), Error> {
        let simulated = registry.simulated_reports()?;
        if !simulated.is_empty() {
            page.note(format!(
                "Simulated, invented for demonstration: what belongs to the reports {}.",
                simulated.join(", ")
            ));
        }
        self.show(&page)
    }

    /// Write bytes that are no page, such as a script, where the result was asked for.
    pub fn show_bytes(&self, bytes: &[u8]) -> Result<(), Error> {
        match self.target() {
            Some(path) => self.put(path, bytes),
            None => std::io::stdout()
                .write_all(bytes)
                .map_err(|source| self.output_error(Path::new("the output"), source)),
        }
    }

    /// Refuse a file to write beside the result, before anything is recorded.
    pub fn check_beside(&self, path: &Path) -> Result<(), Error> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
        let checked =
            if folder.is_none_or(Path::is_dir) { refuse_registry(path) } else { Err(missing) };
        checked.map_err(|source| self.output_error(path, source))
    }

    /// Write a page beside the result: as its ending says, else as CSV.
    pub fn put_beside(&self, path: &Path, page: &Page) -> Result<(), Error> {
        let format = Format::from_suffix(path).unwrap_or(Format::Csv);
        let mut bytes = Vec::new();
        write(page, format, Layout { width: None, colour: false }, &mut bytes)
            .map_err(|source| self.output_error(path, source))?;
        self.put(path, &bytes)
    }

    /// True if the result is a table on the screen, which a person reads to its end.
    pub fn fills_screen(&self) -> bool {
        self.target().is_none() && self.globals.format.is_none_or(|format| format == Format::Table)
    }

    /// True if a person looks at what is said beside the result.
    pub fn tells_progress(&self) -> bool {
        !self.globals.quiet && std::io::stderr().is_terminal()
    }

    fn put(&self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        let written = refuse_registry(path).and_then(|()| replace(path, bytes));
        written.map_err(|source| self.output_error(path, source))?;
        self.say(&format!("Written to {}.", path.display()));
        Ok(())
    }

    /// Columns to lay a table out in; `None` where nobody looks.
    fn width(&self) -> Option<usize> {
        // Narrower than this is no window that a person looks at.
        let columns = || environment("COLUMNS")?.parse().ok().filter(|columns| *columns >= 20);
        let asked = self.globals.width.map(usize::from).or_else(columns);
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

/// A variable of the environment that says something.
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// Write a file whole or not at all: a result that can't be written leaves the older one.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if path.exists() && !path.is_file() {
        return std::fs::write(path, bytes); // a device or a pipe
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".partial");
    let beside = PathBuf::from(beside);
    let written = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, path));
    written.inspect_err(|_| {
        // Ours, made a moment ago, and of no use to anybody.
        let _ = std::fs::remove_file(&beside);
    })
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
    let alike = known.iter().map(String::as_str).filter(|near| may_be_meant(near, key));
    let near = crate::domain::nearest(key, alike);
    let mend = match near {
        Some(near) => format!("did you mean \"{near}\"? `casebook {noun} list` shows all"),
        None => format!("`casebook {noun} list` shows all"),
    };
    let article = if noun.starts_with(['a', 'e']) { "an" } else { "a" };
    let mismatch = Mismatch::new(key, format!("{article} {noun} that is recorded")).mend(mend);
    Error::request(format!("There is no {noun} {key}. Nothing was changed"), noun, mismatch)
}

/// An error for a key that nothing of several nouns has, with the nearest one.
pub(super) fn no_key(nouns: &str, key: &str, known: &[String]) -> Error {
    let alike = known.iter().map(String::as_str).filter(|near| may_be_meant(near, key));
    let near = crate::domain::nearest(key, alike);
    let mend = match near {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => "`casebook patient list` and `casebook report list` show all".to_owned(),
    };
    let mismatch = Mismatch::new(key, format!("the key of a {nouns}")).mend(mend);
    Error::request(format!("There is no {nouns} {key}. Nothing was changed"), "KEY", mismatch)
}
