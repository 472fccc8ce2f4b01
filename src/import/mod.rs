//! What does the file say? Every format becomes the neutral form of `domain::Records`, with the
//! place of each thing and every problem of the file at once.
//! Knows file formats; must not know the registry file, layouts or the command line.
//! Start with `case_file`, then `document` (TOML and JSON become one tree with places).

mod analytes;
mod case_file;
mod clock;
mod coded;
mod delimited;
mod document;
mod element;
mod fhir;
mod fields;
mod format;
mod gather;
mod given;
mod input;
mod map;
mod occasions;
mod people;
mod phenopackets;
mod pieces;
mod problems;
mod redcap;
mod sdtm;
mod table;
mod text_table;
mod workbook;

pub use case_file::{read_case, read_case_file};
pub use fhir::read_fhir;
pub use format::{How, InputFormat, files_of, format_of};
pub use phenopackets::read_phenopackets;
pub use pieces::{Piece, Pieces, read_ahead};
pub use redcap::read_redcap_text;
pub use sdtm::read_sdtm_bytes;
pub use workbook::{parse_heading, read_workbook};

use crate::domain::{Ignored, Level, Mismatch, Place, Problem, Records};
use std::path::{Path, PathBuf};

/// What a file has to record, and everything that is wrong with it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// What could be read; incomplete where there are errors.
    pub records: Records,
    /// Every problem, in the order of the file.
    pub problems: Vec<Problem>,
    /// What stands there that is not recorded.
    pub ignored: Vec<Ignored>,
    /// Measurements that stand there twice, exactly so.
    pub repeated: usize,
}

impl Reading {
    /// Everything of `other`, behind everything of this.
    pub fn append(&mut self, other: Reading) {
        self.records.append(other.records);
        self.problems.extend(other.problems);
        self.ignored.extend(other.ignored);
        self.repeated += other.repeated;
    }
}

/// Read a file, whatever its format.
///
/// # Errors
/// If it can't be read at all; what is wrong inside comes back as problems.
pub fn read(path: &Path, how: &How<'_>) -> Result<Reading, ImportError> {
    let format = format_of(path, how)?;
    if let (Some(what), Some(_)) = (format.needs_no_map(), &how.map) {
        return Err(ImportError::NoMap { path: path.to_owned(), what });
    }
    match format {
        InputFormat::Case => read_case_file(path, how.schedule, how.catalogue),
        InputFormat::Table => text_table::read(path, how),
        InputFormat::Workbook => workbook::read(path, how),
        InputFormat::Redcap => redcap::read(path, how),
        InputFormat::Sdtm => sdtm::read(&[path], how),
        InputFormat::Phenopackets => phenopackets::read(path, how),
        InputFormat::Fhir => fhir::read(path, how),
    }
}

/// A first map of a table, the tables of a workbook, or an export of REDCap: what its columns are, how
/// often each is filled, and what each would be taken for. Nothing of it is recorded, and no text of a
/// cell that might identify a person is in it.
///
/// # Errors
/// If the file can't be opened, or needs no map; what is wrong inside comes back as problems.
pub fn propose_map(
    path: &Path,
    how: &How<'_>,
) -> Result<Result<String, Vec<Problem>>, ImportError> {
    match format_of(path, how)? {
        InputFormat::Table => text_table::propose(path, how),
        InputFormat::Workbook => workbook::propose(path, how),
        InputFormat::Redcap => redcap::propose(path, how),
        // Of a map, SDTM takes only the encoding, which nobody has to propose.
        format => {
            let what = format.needs_no_map().unwrap_or("SDTM");
            Err(ImportError::NoMap { path: path.to_owned(), what })
        }
    }
}

/// Read several files and folders, all of it at once.
///
/// # Errors
/// As [`read`].
pub fn read_all(paths: &[PathBuf], how: &How<'_>) -> Result<Reading, ImportError> {
    let mut whole = Reading::default();
    pieces::read_in_pieces(paths, how, usize::MAX, &mut |piece| {
        whole.append(piece.reading);
        true
    })?;
    Ok(whole)
}

/// What stands for the standard input.
pub const STANDARD_INPUT: &str = "-";

/// A file as it was named.
pub fn shown(path: &Path) -> String {
    if input::is_input(path) { name_of(path) } else { path.display().to_string() }
}

/// Why a file could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file could not be opened or read.
    #[error("{} can't be read: {source}", shown(.path))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The name has no ending that we know.
    #[error("{0} has no format that can be imported")]
    UnknownFormat(PathBuf),
    /// Everything in it has a name of its own, so that a map has nothing to say.
    #[error("{} can have no map: its format is {what}", shown(.path))]
    NoMap {
        /// The file.
        path: PathBuf,
        /// What its format is.
        what: &'static str,
    },
    /// It is no workbook that can be read.
    #[error("{} can't be read: {why}", shown(.path))]
    Workbook {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
        /// What to do.
        mend: &'static str,
    },
    /// The rows of one patient lie too far apart for pieces.
    #[error("{0} can't be read in pieces: it is not in the order of its patients")]
    Scattered(PathBuf),
    /// It is a pipe or a device, which can be read only once.
    #[error("{0} is no file but a pipe or a device")]
    NoFile(PathBuf),
    /// No file of a folder can be imported.
    #[error("{0} holds no file that can be imported")]
    EmptyFolder(PathBuf),
    /// The file is larger than any that people fill in.
    #[error("{} has {megabytes} MB; a file to import has at most {most}", shown(.path))]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        megabytes: u64,
        /// The largest size that is read.
        most: u64,
    },
}

/// A case file to fill in, commented, of an invented patient.
pub const CASE_TEMPLATE: &str = include_str!("template.toml");

/// The largest case file that is read, in bytes: far above any, and small enough to hold.
const MOST_BYTES: u64 = 64 << 20;

/// Read the text of a file that should be UTF-8; a byte order mark is passed over.
///
/// # Errors
/// If it can't be read or is too large. Text that is not UTF-8 comes back as a problem.
pub fn read_text(path: &Path) -> Result<Result<String, Problem>, ImportError> {
    let bytes = input::bytes_of(path, MOST_BYTES)?.into_owned();
    Ok(text_of(bytes, name_of(path)).map_err(|problem| *problem))
}

/// Bytes as text, or where they are none.
fn text_of(bytes: Vec<u8>, name: String) -> Result<String, Box<Problem>> {
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Box::new(Problem {
            level: Level::Error,
            place: Place::Line { file: name, line, column: 1 },
            what: "encoding".to_owned(),
            mismatch: Mismatch::new("bytes that are not UTF-8", "text in UTF-8")
                .mend("save the file as UTF-8 in your editor"),
        })
    })
}

/// The name of a file as messages give it: without its folder.
pub fn name_of(path: &Path) -> String {
    if input::is_input(path) {
        return "standard input".to_owned();
    }
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
