//! The lines of text that a batch is a digest of, one a record: whose it is, its name in the log, and the
//! image the log would hold, with a tab between them. Written when records enter and again by `verify`.

use crate::domain::{Catalogue, Status};
use crate::store::change::image_of;
use crate::store::{measurements, sources};
use rusqlite::Connection;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use std::rc::Rc;

/// A measurement as its row holds it, without what it points to.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) struct Bare<'a> {
    /// Key of the analyte.
    pub analyte: &'a str,
    pub value: Option<f64>,
    pub status: Status,
    pub printed: Option<&'a str>,
    pub comparator: Option<&'a str>,
    pub unit: Option<i64>,
    pub limits: Option<i64>,
    pub source: Option<i64>,
}

/// The line of a patient or a visit.
pub(in crate::store) fn of_record(owner: &str, key: &str, record: &impl Serialize) -> Vec<u8> {
    of_image(owner, key, &image_of(record))
}

/// The line of any record that has this image in the log.
pub(in crate::store) fn of_image(owner: &str, key: &str, image: &Value) -> Vec<u8> {
    format!("{owner}\t{key}\t{image}").into_bytes()
}

/// Writes lines of measurements. What many of them point to is written once and kept as text.
#[derive(Debug, Default)]
pub(in crate::store) struct Lines {
    units: HashMap<i64, Rc<str>>,
    limits: HashMap<i64, Rc<str>>,
    sources: HashMap<i64, Rc<str>>,
}

impl Lines {
    /// Append the line of a measurement to `line`. `visit` is the owner's identity, a tab and the
    /// visit's key: what all lines of a visit begin with.
    pub fn measurement(
        &mut self,
        connection: &Connection,
        catalogue: &Catalogue,
        visit: &str,
        bare: &Bare<'_>,
        line: &mut Vec<u8>,
    ) -> Result<(), rusqlite::Error> {
        line.extend(visit.as_bytes());
        line.push(b' ');
        line.extend(bare.analyte.as_bytes());
        line.extend(b"\t{\"analyte\":");
        json(line, bare.analyte);
        field(line, "status");
        json(line, bare.status.as_str());
        for (name, text) in [("printed", bare.printed), ("comparator", bare.comparator)] {
            if let Some(text) = text {
                field(line, name);
                json(line, text);
            }
        }
        if let Some(id) = bare.unit {
            field(line, "unit");
            let unit = kept(&mut self.units, id, || {
                let analyte = catalogue.named(bare.analyte);
                let analyte = analyte.unwrap_or(&catalogue.analytes()[0]);
                measurements::load_unit(connection, Some(id), analyte).map(|unit| image_of(&unit))
            })?;
            line.extend(unit.as_bytes());
        }
        if let Some(value) = bare.value {
            field(line, "value");
            json(line, &value);
        }
        if let Some(id) = bare.limits {
            field(line, "limits");
            let limits = kept(&mut self.limits, id, || {
                measurements::load_limits(connection, id).map(|limits| image_of(&limits))
            })?;
            line.extend(limits.as_bytes());
        }
        if let Some(id) = bare.source {
            field(line, "source");
            let source = kept(&mut self.sources, id, || {
                sources::load(connection, Some(id)).map(|source| image_of(&source))
            })?;
            line.extend(source.as_bytes());
        }
        line.push(b'}');
        Ok(())
    }
}

fn field(line: &mut Vec<u8>, name: &str) {
    line.extend(b",\"");
    line.extend(name.as_bytes());
    line.extend(b"\":");
}

fn json<T: Serialize + ?Sized>(line: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(line, value).expect("texts and finite numbers are JSON");
}

/// The text of what a number stands for, written at its first use.
fn kept(
    texts: &mut HashMap<i64, Rc<str>>,
    id: i64,
    image: impl FnOnce() -> Result<Value, rusqlite::Error>,
) -> Result<&str, rusqlite::Error> {
    use std::collections::hash_map::Entry;
    Ok(match texts.entry(id) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(new) => new.insert(image()?.to_string().into()),
    })
}
