//! A file that is read more than once, or bytes that stand for one.

use super::bytes::{broken, unpacked};
use super::problem;
use crate::domain::{Mismatch, Place, Problem};
use crate::import::input::{held, is_input};
use crate::import::{ImportError, name_of};
use std::cell::Cell;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The most of a file that is held, in bytes: laboratory data of a whole trial.
pub(super) const MOST_HELD: u64 = 256 << 20;

/// What a table or data set is read from.
#[derive(Debug, Clone)]
pub(in crate::import) struct Source {
    /// Its name for the places.
    pub name: String,
    from: From,
}

#[derive(Debug, Clone)]
enum From {
    File(PathBuf),
    Bytes(Rc<[u8]>),
}

impl Source {
    /// This file.
    pub fn file(path: &Path) -> Source {
        Source { name: name_of(path), from: From::File(path.to_owned()) }
    }

    /// These bytes, as if a file of this name held them.
    pub fn bytes(name: &str, bytes: &[u8]) -> Source {
        Source { name: name.to_owned(), from: From::Bytes(bytes.into()) }
    }

    /// Its name in small letters, without the ending that only says that it is packed.
    pub fn plain_name(&self) -> String {
        let name = self.name.to_lowercase();
        name.strip_suffix(".gz").map_or(name.clone(), str::to_owned)
    }

    /// The place of the whole of it.
    pub fn place(&self) -> Place {
        Place::File { file: self.name.clone() }
    }

    /// Its bytes from the first on, unpacked.
    ///
    /// # Errors
    /// If it can't be opened.
    pub fn open(&self) -> Result<Box<dyn Read>, ImportError> {
        self.open_counted(&Rc::default())
    }

    /// The same, with a count of the bytes of the file that were read so far.
    ///
    /// # Errors
    /// If it can't be opened.
    pub fn open_counted(&self, count: &Rc<Cell<u64>>) -> Result<Box<dyn Read>, ImportError> {
        let opened = match &self.from {
            From::Bytes(bytes) => unpacked(Cursor::new(Rc::clone(bytes)), bytes.len() as u64),
            From::File(path) if is_input(path) => {
                held().and_then(|bytes| unpacked(bytes, bytes.len() as u64))
            }
            From::File(path) => {
                File::open(path).and_then(|file| Ok((file.metadata()?.len(), file))).and_then(
                    |(size, inner)| unpacked(Counted { inner, count: Rc::clone(count) }, size),
                )
            }
        };
        opened.map_err(|source| self.io(source))
    }

    /// All its bytes, unpacked.
    ///
    /// # Errors
    /// If it can't be opened; a damaged packing or too many bytes come back as a problem.
    pub fn read(&self) -> Result<Result<Vec<u8>, Problem>, ImportError> {
        let mut bytes = Vec::new();
        if let Err(error) = self.open()?.take(MOST_HELD + 1).read_to_end(&mut bytes) {
            return Ok(Err(problem(self.place(), "file", broken(&error))));
        }
        if bytes.len() as u64 > MOST_HELD {
            return Ok(Err(problem(self.place(), "file", too_large())));
        }
        Ok(Ok(bytes))
    }

    /// What the system says to it.
    pub fn io(&self, source: std::io::Error) -> ImportError {
        let path = match &self.from {
            From::File(path) => path.clone(),
            From::Bytes(_) => PathBuf::from(&self.name),
        };
        ImportError::Io { path, source }
    }
}

/// Counts the bytes that are read.
struct Counted<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

/// What is said of more than can be held.
pub(super) fn too_large() -> Mismatch {
    let most = MOST_HELD >> 20;
    Mismatch::new(format!("more than {most} MB"), format!("at most {most} MB in one file"))
        .mend("share it out over several files")
}
