//! Large files come in pieces: what reads them is a piece ahead of what takes them, on a thread of its
//! own, and neither holds more than a few pieces (2026-11). Only text tables are cut, between two
//! patients; every other format is one piece a file.

use super::format::{How, InputFormat, files_of, format_of};
use super::{ImportError, Reading, read, sdtm, text_table};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

/// So many rows make a piece: few enough to hold several, enough that cutting costs nothing.
const ROWS: usize = 50_000;

/// A part of what files say.
#[derive(Debug)]
pub struct Piece {
    /// What it says; every patient of it is whole.
    pub reading: Reading,
    /// How much of all files was read when it was cut, from 0 to 1.
    pub upto: f64,
}

impl Piece {
    /// All that files say.
    pub fn whole(reading: Reading) -> Piece {
        Piece { reading, upto: 1.0 }
    }
}

/// What is read and taken in turn; an error is the last that comes.
pub type Pieces<'a> = dyn Iterator<Item = Result<Piece, ImportError>> + 'a;

/// Read several files and folders on a thread of its own, and let `take` have the pieces as they come.
/// It may stop taking; then the reading ends.
///
/// [`ImportError::Scattered`] says that the rows of one patient lie
/// too far apart for pieces: then read the files with [`read_all`](super::read_all).
pub fn read_ahead<T>(
    paths: &[PathBuf],
    how: &How<'_>,
    take: impl FnOnce(&mut Pieces<'_>) -> T,
) -> T {
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(1);
        scope.spawn(move || {
            let mut hand_on = |piece| sender.send(Ok(piece)).is_ok();
            if let Err(error) = read_in_pieces(paths, how, ROWS, &mut hand_on) {
                let _ = sender.send(Err(error)); // whoever wants no more needs no error
            }
        });
        take(&mut receiver.into_iter())
    })
}

/// Read several files and folders, and hand them on in pieces of about so many rows of a table. Data sets
/// of SDTM are one study and are read together: days are counted from what one of them says.
///
/// # Errors
/// As [`read`]; or [`ImportError::Scattered`].
pub(super) fn read_in_pieces(
    paths: &[PathBuf],
    how: &How<'_>,
    rows: usize,
    take: &mut dyn FnMut(Piece) -> bool,
) -> Result<(), ImportError> {
    let mut catalogue = how.catalogue.clone();
    let mut data_sets: Vec<PathBuf> = Vec::new();
    let mut files: Vec<PathBuf> = Vec::new();
    for path in paths {
        let (found, ignored) = files_of(path, how)?;
        files.extend(found);
        if !ignored.is_empty()
            && !take(Piece { reading: Reading { ignored, ..Reading::default() }, upto: 0.0 })
        {
            return Ok(());
        }
    }
    let sizes: Vec<u64> = files.iter().map(|file| size_of(file)).collect();
    let total = sizes.iter().sum::<u64>().max(1) as f64;
    let mut before = 0;
    let mut goes_on = true;
    for (file, size) in files.into_iter().zip(sizes) {
        if !goes_on {
            return Ok(());
        }
        let how = How { catalogue: &catalogue, ..how.clone() };
        let format = format_of(&file, &how)?;
        match format {
            InputFormat::Sdtm => data_sets.push(file),
            InputFormat::Table => {
                text_table::read_in_pieces(&file, &how, rows, &mut |reading, bytes| {
                    goes_on =
                        take(Piece { reading, upto: (before + bytes.min(size)) as f64 / total });
                    goes_on
                })?
            }
            _ => {
                let reading = read(&file, &how)?;
                // What one file declares, the next one may measure.
                reading.records.analytes.iter().for_each(|one| catalogue.declare(&one.record));
                goes_on = take(Piece { reading, upto: (before + size) as f64 / total });
            }
        }
        before += size;
    }
    if goes_on && !data_sets.is_empty() {
        let data_sets: Vec<&Path> = data_sets.iter().map(PathBuf::as_path).collect();
        take(Piece::whole(sdtm::read(&data_sets, how)?));
    }
    Ok(())
}

/// How many bytes a file has; of a folder nobody asks.
fn size_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |about| about.len())
}
