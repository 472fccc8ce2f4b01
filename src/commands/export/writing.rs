//! The files of an export: made in memory, refused if one is in the way, written all or none.

use super::{Shape, shown};
use crate::domain::{Catalogue, Level, Mismatch, Place, Problem};
use crate::error::{Error, in_words};
use crate::export::{Case, Kind, tables};
use crate::formats::{Format, Layout, write};
use crate::store::StoreError;
use crate::tables::{Page, RecordSet, Value};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Why an export was dropped.
pub(super) enum Failed {
    Store(StoreError),
    Files(Error),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Failed {
        Failed::Store(error)
    }
}

/// A file to write.
pub(super) struct File {
    pub path: PathBuf,
    bytes: Vec<u8>,
    /// Records, where it holds some.
    pub records: Option<usize>,
}

/// All that is written.
pub(super) struct Files {
    /// The folder that is made unless it is there.
    folder: Option<PathBuf>,
    pub files: Vec<File>,
}

impl Files {
    pub fn of_cases(
        target: &Path,
        cases: &[Case],
        catalogue: &Catalogue,
        shape: &Shape,
    ) -> Result<Files, Error> {
        let case_file = |case: &Case, kind: Kind, path: PathBuf| File {
            path,
            bytes: case.write(kind).into_bytes(),
            records: Some(case.records()),
        };
        let files = match shape {
            Shape::One(kind) => {
                let only = cases.first().ok_or_else(nothing_to_export)?;
                return Ok(Files {
                    folder: None,
                    files: vec![case_file(only, *kind, target.to_owned())],
                });
            }
            _ if cases.is_empty() => return Err(nothing_to_export()),
            Shape::Folder => {
                let path = |case: &Case| target.join(format!("{}.toml", case.report.key));
                cases.iter().map(|case| case_file(case, Kind::Toml, path(case))).collect()
            }
            Shape::Tables => {
                let file = |set: RecordSet| {
                    let path = target.join(format!("{}.csv", set.name));
                    let records = Some(set.rows.len());
                    Ok(File { bytes: as_csv(set, &path)?, path, records })
                };
                tables(cases, catalogue).into_iter().map(file).collect::<Result<_, Error>>()?
            }
        };
        Ok(Files { folder: Some(target.to_owned()), files })
    }

    /// A file beside the others, or beside the only one, whose name it then bears.
    pub fn add_beside(&mut self, target: &Path, name: &str, bytes: Vec<u8>) {
        let path = match &self.folder {
            Some(folder) => folder.join(name),
            None => {
                let stem = target.file_stem().unwrap_or_default().to_string_lossy();
                target.with_file_name(format!("{stem}-{name}"))
            }
        };
        self.files.push(File { path, bytes, records: None });
    }

    /// The file that leads back to the patients, which never lies in the folder that is passed on.
    pub fn add_key_map(
        &mut self,
        target: &Path,
        map: &Path,
        keys: &[(&'static str, String, String)],
    ) -> Result<(), Error> {
        let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        if self.folder.is_some() && whole(map).starts_with(whole(target)) {
            let mismatch = Mismatch::new(shown(map), "a file outside the folder of the export")
                .mend("it leads back to the patients: keep it apart");
            let heading = "The key map can't lie in the export. Nothing was changed";
            return Err(Error::request(heading, "--key-map", mismatch));
        }
        let row = |(noun, old, new): &(&'static str, String, String)| -> Vec<Value> {
            vec![(*noun).into(), old.as_str().into(), new.as_str().into()]
        };
        let set = RecordSet {
            name: "keys".to_owned(),
            columns: ["record", "registry", "export"].map(str::to_owned).into(),
            rows: keys.iter().map(row).collect(),
        };
        let bytes = as_csv(set, map)?;
        self.files.push(File { path: map.to_owned(), bytes, records: None });
        Ok(())
    }

    /// Refuse what is in the way, all of it at once.
    pub fn check(&self) -> Result<(), Error> {
        let problem = |path: &Path, expected: &str| Problem {
            level: Level::Error,
            place: Place::CommandLine,
            what: shown(path),
            mismatch: Mismatch::new("something that is there already", expected)
                .mend("choose another name; nothing is ever overwritten"),
        };
        let mut problems: Vec<_> = self
            .files
            .iter()
            .filter(|file| file.path.symlink_metadata().is_ok())
            .map(|file| problem(&file.path, "a name that is free"))
            .collect();
        let is_free = |folder: &PathBuf| {
            let is_empty = || std::fs::read_dir(folder).is_ok_and(|mut all| all.next().is_none());
            !folder.exists() || is_empty()
        };
        // What lies there may be an export of another kind: names beside pseudonyms.
        if let Some(folder) = self.folder.as_ref().filter(|folder| !is_free(folder)) {
            problems = vec![problem(folder, "an empty folder, or one that is not there yet")];
        }
        match problems.len() {
            0 => Ok(()),
            _ => Err(Error::Request {
                heading: "Something is in the way of the export. Nothing was changed".to_owned(),
                problems,
            }),
        }
    }

    /// Write everything; what can't be written whole is taken back.
    pub fn write(&self) -> Result<(), Error> {
        let made_folder = match &self.folder {
            Some(folder) if !folder.exists() => {
                std::fs::create_dir(folder).map_err(|source| failed(folder, &source))?;
                true
            }
            _ => false,
        };
        for (at, file) in self.files.iter().enumerate() {
            let written = std::fs::File::create_new(&file.path)
                .and_then(|mut made| made.write_all(&file.bytes).and_then(|()| made.sync_all()));
            if let Err(source) = written {
                let is_ours = source.kind() != std::io::ErrorKind::AlreadyExists;
                remove(&self.files[..at + usize::from(is_ours)]);
                if let Some(folder) = self.folder.as_ref().filter(|_| made_folder) {
                    let _ = std::fs::remove_dir(folder);
                }
                return Err(failed(&file.path, &source));
            }
        }
        Ok(())
    }

    /// Remove what was written a moment ago: the log could not be.
    pub fn take_back(&self) {
        remove(&self.files);
        if let Some(folder) = &self.folder {
            // Only if it is empty: anything else in it is not ours.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

fn remove(files: &[File]) {
    for file in files {
        let _ = std::fs::remove_file(&file.path);
    }
}

fn failed(path: &Path, source: &std::io::Error) -> Error {
    let mismatch = Mismatch::new(in_words(source), "a place that can be written to")
        .mend("check the folder above it and that you may write there");
    let heading = format!("{} can't be written. Nothing was changed", shown(path));
    Error::request(heading, "PATH", mismatch)
}

fn nothing_to_export() -> Error {
    let mismatch = Mismatch::new("no report", "a report at least: a case file begins with one")
        .mend("`casebook report list` shows what is recorded");
    Error::request("There is nothing to export. Nothing was changed", "reports", mismatch)
}

fn as_csv(set: RecordSet, path: &Path) -> Result<Vec<u8>, Error> {
    let page = Page { records: vec![set], ..Page::default() };
    let mut bytes = Vec::new();
    write(&page, Format::Csv, Layout::default(), &mut bytes)
        .map_err(|source| failed(path, &source))?;
    Ok(bytes)
}
