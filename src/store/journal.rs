//! The journal beside a file: SQLite keeps in it what it overwrites, and plays it back after a crash.
//!
//! It plays back whatever has the right name. The journal of a crash that still lies there when a
//! backup is put in the place of the file would so be played into the backup. SQLite counts the
//! changes of a file in bytes 24 to 27 of its first page, and the first page is in nearly every journal:
//! a journal that belongs to the file knows it as it is now, or as it was one change ago
//! (sqlite.org/fileformat2.html, sections 1.3.7 and 3).

use super::error::StoreError;
use std::ffi::OsStr;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What every journal that was begun starts with.
const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// Somebody at work may commit between two looks; nobody does so each time.
const LOOKS: usize = 6;

/// Where the journal of a file lies.
pub(super) fn journal_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(OsStr::new("-journal"));
    PathBuf::from(name)
}

/// Refuse a file beside which the journal of another lies. Without a first page in the journal nothing
/// can be told, and nothing is refused.
pub(super) fn check(path: &Path) -> Result<(), StoreError> {
    for look in 0..LOOKS {
        if look > 0 {
            std::thread::sleep(Duration::from_millis(20));
        }
        let before = changes_of(path);
        let kept = std::fs::read(journal_of(path)).ok().and_then(|journal| changes_in(&journal));
        let (Some(file), Some(kept)) = (before, kept) else { return Ok(()) };
        if file == kept || file == kept.wrapping_add(1) {
            return Ok(());
        }
    }
    Err(StoreError::StrayJournal(path.to_owned()))
}

/// Wait until the folder of a file has kept what was made, renamed or removed in it.
pub(super) fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    if !cfg!(unix) {
        return Ok(()); // elsewhere a folder can't be opened, and keeps its names by itself
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// True if the system can't wait for a folder at all, as on some network drives.
pub(super) fn has_no_such_thing(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported)
}

/// How often the file was changed.
fn changes_of(path: &Path) -> Option<u32> {
    let mut start = [0; 28];
    std::fs::File::open(path).ok()?.read_exact(&mut start).ok()?;
    number(&start, 24)
}

/// How often it had been changed when the journal was begun.
fn changes_in(journal: &[u8]) -> Option<u32> {
    if !journal.starts_with(&MAGIC) {
        return None;
    }
    let size = |at| number(journal, at).and_then(|size| usize::try_from(size).ok());
    let (records, sector, page) = (size(8)?, size(20)?, size(24)?);
    // Each record: the number of the page, the page, a checksum.
    let record = page.checked_add(8)?;
    let mut rest = journal.get(sector..)?.chunks_exact(record).take(records);
    let first = rest.find(|record| number(record, 0) == Some(1))?;
    number(first, 4 + 24)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A journal with these pages, each of 512 bytes, of a file that was changed so often.
    fn journal(pages: &[u32], changes: u32) -> Vec<u8> {
        let mut journal = vec![0; 512];
        journal[..8].copy_from_slice(&MAGIC);
        for (at, value) in [(8, pages.len() as u32), (20, 512), (24, 512)] {
            journal[at..at + 4].copy_from_slice(&value.to_be_bytes());
        }
        for page in pages {
            let mut record = vec![0; 520];
            record[..4].copy_from_slice(&page.to_be_bytes());
            record[28..32].copy_from_slice(&changes.to_be_bytes());
            journal.extend(record);
        }
        journal
    }

    #[test]
    fn the_count_is_read_from_the_first_page_wherever_it_stands() {
        assert_eq!(changes_in(&journal(&[1], 7)), Some(7));
        assert_eq!(changes_in(&journal(&[5, 3, 1], 7)), Some(7));
    }

    #[test]
    fn without_a_first_page_nothing_is_told() {
        assert_eq!(changes_in(&journal(&[5, 3], 7)), None);
        assert_eq!(changes_in(&journal(&[], 7)), None);
        assert_eq!(changes_in(b"not a journal"), None);
        assert_eq!(changes_in(&MAGIC), None);
        assert_eq!(changes_in(&journal(&[1], 7)[..600]), None);
        let mut odd = journal(&[1], 7);
        odd[20..28].fill(0xff);
        assert_eq!(changes_in(&odd), None);
    }
}
