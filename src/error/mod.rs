//! What does a person see when it fails? A heading, every place, and how to mend it.

mod grouped;

pub use grouped::{MOST_ALONE, MOST_TOLD, counted, field_of, grouped, in_order};

use crate::domain::{Level, Mismatch, Place, Problem};
use crate::import::{ImportError, shown};
use crate::store::{Held, StoreError, describe_lock};
use std::fmt::{self, Write as _};

/// Why a command failed.
#[derive(Debug)]
pub enum Error {
    /// The data or the request needs mending.
    Request {
        /// What can't be done, as a sentence.
        heading: String,
        /// Every problem with its place.
        problems: Vec<Problem>,
    },
    /// The command line asks for something there is not.
    Usage {
        /// What can't be done, as a sentence.
        heading: String,
        /// What was typed, and what would do.
        mismatch: Mismatch,
    },
    /// The registry file can't be used.
    Store(StoreError),
    /// A file to import can't be read.
    Import(ImportError),
    /// The result is printed, and what it found needs a look.
    Findings,
    /// The result could not be written.
    Output {
        /// Where to.
        target: String,
        /// What the system says.
        source: std::io::Error,
        /// True if something was recorded before.
        recorded: bool,
    },
}

/// How a program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Findings, or data or a request that need mending.
    Mend = 1,
    /// The command line can't be understood.
    Usage = 2,
    /// The registry file can't be used.
    Registry = 3,
    /// Our mistake.
    Bug = 70,
    /// Ctrl-C.
    Stopped = 130,
}

impl Error {
    /// A request that can't be met because of one text in it.
    pub fn request(heading: impl Into<String>, what: &str, mismatch: Mismatch) -> Error {
        let problem = Problem {
            level: Level::Error,
            place: Place::CommandLine,
            what: what.to_owned(),
            mismatch,
        };
        Error::Request { heading: heading.into(), problems: vec![problem] }
    }

    /// How the program ends after this error.
    pub fn exit(&self) -> Exit {
        match self {
            Error::Store(StoreError::Unexpected(_)) => Exit::Bug,
            Error::Store(StoreError::Stopped) => Exit::Stopped,
            Error::Store(_) => Exit::Registry,
            Error::Usage { .. } => Exit::Usage,
            Error::Request { .. } | Error::Import(_) | Error::Output { .. } | Error::Findings => {
                Exit::Mend
            }
        }
    }

    /// True if nobody reads our output any more, which is no error.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Error::Output { source, .. } if source.kind() == std::io::ErrorKind::BrokenPipe)
    }

    fn heading(&self) -> String {
        match self {
            Error::Request { heading, .. } | Error::Usage { heading, .. } => heading.clone(),
            Error::Store(StoreError::Unexpected(detail)) => {
                format!("casebook made a mistake: {detail}. Nothing was changed")
            }
            Error::Store(error @ (StoreError::Unsure { .. } | StoreError::Unconfirmed { .. })) => {
                error.to_string()
            }
            Error::Store(StoreError::Io { path, source }) => {
                format!("{}: {}. Nothing was changed", path.display(), in_words(source))
            }
            Error::Store(error) => format!("{error}. Nothing was changed"),
            Error::Import(ImportError::Io { path, source }) => {
                let why = in_words(source);
                format!("{} can't be read: {why}. Nothing was changed", shown(path))
            }
            Error::Import(error) => format!("{error}. Nothing was changed"),
            Error::Findings => "What was found needs a look".to_owned(),
            Error::Output { target, source, recorded: false } => {
                format!("{target} can't be written: {}. Nothing was changed", in_words(source))
            }
            Error::Output { target, source, recorded: true } => {
                let why = in_words(source);
                format!("What you asked for was recorded, but {target} can't be written: {why}")
            }
        }
    }

    fn mend(&self) -> Option<String> {
        let text = match self {
            Error::Store(error) => return mend_store(error),
            Error::Import(ImportError::UnknownFormat(_)) => {
                "import reads workbooks (.xlsx, .ods) and case files (.toml, .json); \
                 `casebook template visits.xlsx` or case.toml writes one to start from"
            }
            Error::Import(ImportError::NoMap { .. }) => {
                "import it without a map. A map says what the columns of a table, of a workbook's own \
                 sheets or of a REDCap export are; here everything has its name already"
            }
            Error::Import(ImportError::Workbook { mend, .. }) => mend,
            Error::Import(ImportError::Scattered(_)) => "sort the table by patient",
            Error::Import(ImportError::TooLarge { .. }) => "split it: one file a report",
            Error::Import(ImportError::NoFile(_)) => {
                "pass it by the standard input: `… | casebook import - --as csv`, or save it as a file"
            }
            Error::Import(ImportError::EmptyFolder(_)) => {
                "name a folder with case files, tables or exports, or the files themselves"
            }
            Error::Import(ImportError::Io { source, .. })
                if source.kind() == std::io::ErrorKind::FileTooLarge =>
            {
                "save it as a file, and import that"
            }
            Error::Import(ImportError::Io { .. }) => {
                "check the file's name and that you may read it"
            }
            Error::Output { .. } => "choose another file with -o, or leave it out",
            Error::Usage { mismatch, .. } => return mismatch.mend.clone(),
            Error::Request { .. } | Error::Findings => return None,
        };
        Some(text.to_owned())
    }
}

fn mend_store(error: &StoreError) -> Option<String> {
    let text = match error {
        StoreError::Missing(_) => {
            "make one with `casebook init`, or name another with -r FILE or CASEBOOK_REGISTRY"
        }
        StoreError::Exists(_) => "choose another name; nothing is ever overwritten",
        StoreError::Foreign { .. } => "name a file made by `casebook init` with -r FILE",
        StoreError::Newer { .. } => "use a newer casebook; the file was left as it is",
        StoreError::Older { .. } => {
            "copy it to a folder that may be written, and use it there; the copy is upgraded"
        }
        StoreError::Interrupted(path) => {
            return Some(format!(
                "copy it together with {}-journal, under the same names, to a folder that may be \
                 written, and use it there",
                path.display()
            ));
        }
        StoreError::StrayJournal(path) => {
            return Some(format!(
                "if {0} was put there from a backup, move {0}-journal elsewhere; if not, find the \
                 file that it belongs to. Keep both",
                path.display()
            ));
        }
        StoreError::Unconfirmed { .. } => {
            "it was recorded: don't record it again. Look after the disk, and run `casebook verify`"
        }
        StoreError::Unsure { path, .. } => {
            return Some(format!(
                "look after the disk, then see with `casebook history` whether it was recorded. Keep \
                 {}-journal, if it is there, beside the file: the next command puts the file in order",
                path.display()
            ));
        }
        StoreError::ReadOnly(_) => {
            "check that the file and its folder may be written; a registry there can still be read"
        }
        StoreError::Held(_) => "unlock it first: `casebook lock` shows every lock",
        StoreError::Locked(_) => "wait until the other program has finished, then run it again",
        StoreError::Overtaken(_) | StoreError::Stopped => "run it again",
        StoreError::Full(_) => "make room on the disk, then run it again",
        StoreError::Damaged { .. } => {
            "restore a backup; casebook never repairs a study file. Keep the damaged one"
        }
        StoreError::Io { .. } => "check the file, the folder and the disk they are on",
        StoreError::Unexpected(_) => "please report it, with the command you ran",
    };
    Some(text.to_owned())
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("{}.", self.heading());
        if let Error::Request { problems, .. } = self {
            text.push_str(&grouped::describe_all(problems));
        }
        if let Error::Usage { mismatch, .. } = self {
            let found = shortened(&mismatch.found);
            let expected = &mismatch.expected;
            let _ = write!(text, "\n  found     \"{found}\"\n  expected  {expected}");
        }
        if let Some(mend) = self.mend() {
            let _ = write!(text, "\n  to mend   {mend}");
        }
        f.write_str(&visible(&text))
    }
}

/// What the system says of a file or folder, in plain words and without its number.
pub fn in_words(source: &std::io::Error) -> String {
    use std::io::ErrorKind;
    let words = match source.kind() {
        ErrorKind::NotFound => "there is no such file or folder",
        ErrorKind::PermissionDenied => "you have no right to do that there",
        ErrorKind::AlreadyExists => "it is there already",
        ErrorKind::IsADirectory => "it is a folder",
        ErrorKind::NotADirectory => "what stands above it is no folder",
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::ReadOnlyFilesystem => "the disk can only be read",
        _ => {
            let text = source.to_string();
            return text.split(" (os error").next().unwrap_or_default().to_owned();
        }
    };
    words.to_owned()
}

/// A problem with its place, what was found and expected, and how to mend it.
pub fn describe(problem: &Problem) -> String {
    let Problem { level, place, what, mismatch } = problem;
    let level = match level {
        Level::Error => "",
        Level::Question => "question: ",
        Level::Note => "note: ",
    };
    let place = match place {
        Place::CommandLine => String::new(),
        place => format!("{place}, "),
    };
    let mut text = format!("{level}{place}{what}");
    if !mismatch.found.is_empty() {
        let _ = write!(text, "\n  found     \"{}\"", shortened(&mismatch.found));
    }
    let _ = write!(text, "\n  expected  {}", mismatch.expected);
    if let Some(mend) = &mismatch.mend {
        let _ = write!(text, "\n  to mend   {mend}");
    }
    text
}

/// A request that would write to what is locked.
fn under_lock(held: &[Held]) -> Error {
    let heading = match held {
        [one] => format!("The {} is locked", one.lock.name()),
        all => format!("{} locked records would be changed", all.len()),
    };
    let problem = |one: &Held| {
        let (what, mismatch) = describe_lock(one);
        Problem { level: Level::Error, place: Place::CommandLine, what, mismatch }
    };
    let problems = held.iter().map(problem).collect();
    Error::Request { heading: format!("{heading}. Nothing was changed"), problems }
}

/// At most 60 characters of a text.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// The text without anything that could steer a terminal.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

impl std::error::Error for Error {}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        match error {
            StoreError::Held(held) => under_lock(&held),
            error => Error::Store(error),
        }
    }
}

impl From<ImportError> for Error {
    fn from(error: ImportError) -> Error {
        Error::Import(error)
    }
}
