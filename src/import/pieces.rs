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

#[cfg(test)]
mod tests {
    use super::super::read_all;
    use super::*;
    use crate::domain::Schedule;

    fn how(schedule: &Schedule) -> How<'_> {
        How { report: Some("r".to_owned()), ..How::new(schedule) }
    }

    fn files(tables: &[&str]) -> (tempfile::TempDir, Vec<PathBuf>) {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |(at, text): (usize, &&str)| {
            let path = folder.path().join(format!("{at}.csv"));
            std::fs::write(&path, format!("patient,visit,FPG (mmol/L)\n{text}")).expect("a file");
            path
        };
        let paths = tables.iter().enumerate().map(write).collect();
        (folder, paths)
    }

    fn rows(patients: std::ops::Range<usize>, visits: usize) -> String {
        let of_patient =
            |patient| (0..visits).map(move |visit| format!("{patient},W{visit},7.{visit}\n"));
        patients.flat_map(of_patient).collect()
    }

    fn pieces(paths: &[PathBuf], rows: usize) -> Result<Vec<Piece>, ImportError> {
        let schedule = Schedule::default();
        let mut pieces = Vec::new();
        let mut take = |piece| {
            pieces.push(piece);
            true
        };
        read_in_pieces(paths, &how(&schedule), rows, &mut take).map(|()| pieces)
    }

    #[test]
    fn pieces_are_together_what_is_read_at_once() {
        let (_folder, paths) = files(&[&rows(0..7, 3), &rows(7..9, 4)]);
        let pieces = pieces(&paths, 6).expect("pieces");
        assert_eq!(pieces.len(), 5);
        let shares: Vec<f64> = pieces.iter().map(|piece| piece.upto).collect();
        assert!(shares.is_sorted() && shares.last() == Some(&1.0), "{shares:?}");
        let mut together = Reading::default();
        pieces.into_iter().for_each(|piece| together.append(piece.reading));
        let schedule = Schedule::default();
        assert_eq!(together, read_all(&paths, &how(&schedule)).expect("all of it"));
    }

    #[test]
    fn a_patient_who_comes_again_in_another_piece_is_noticed() {
        let scattered = format!("{}{}", rows(0..4, 3), rows(0..4, 3).replace(",W", ",D"));
        let (_folder, paths) = files(&[&scattered]);
        assert!(matches!(pieces(&paths, 5), Err(ImportError::Scattered(_))));
        assert_eq!(pieces(&paths, usize::MAX).expect("all at once").len(), 1);
    }

    #[test]
    fn whoever_takes_no_more_ends_the_reading() {
        let (_folder, paths) = files(&[&rows(0..30_000, 2), &rows(0..9, 1)]);
        let schedule = Schedule::default();
        let first = read_ahead(&paths, &how(&schedule), |pieces| pieces.next());
        let first = first.expect("a piece").expect("that can be read");
        assert_eq!(first.reading.records.patients.len(), ROWS / 2);
        let (_folder, mut paths) = files(&[&rows(0..2, 1)]);
        paths.push("none.csv".into());
        let all = read_ahead(&paths, &how(&schedule), |pieces| pieces.collect::<Vec<_>>());
        assert!(matches!(all.as_slice(), [Ok(_), Err(ImportError::Io { .. })]), "{all:?}");
    }
}
