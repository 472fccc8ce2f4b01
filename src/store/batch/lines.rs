//! The lines of text that a batch is a digest of, one a record: whose it is, its name in the log, and the
//! image the log would hold, with a tab between them. Written when records enter and again by `verify`.

use crate::domain::{Analyte, Status};
use crate::store::change::image_of;
use crate::store::{measurements, sources};
use rusqlite::Connection;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;

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
    units: Texts,
    limits: Texts,
    sources: Texts,
}

/// The texts of what numbers of the file stand for.
type Texts = HashMap<i64, Box<str>>;

impl Lines {
    /// Read from the file what a measurement points to, unless it is known.
    pub fn learn(
        &mut self,
        connection: &Connection,
        analyte: &Analyte,
        bare: &Bare<'_>,
    ) -> Result<(), rusqlite::Error> {
        know(&mut self.units, bare.unit, |id| {
            measurements::load_unit(connection, Some(id), analyte).map(|unit| image_of(&unit))
        })?;
        know(&mut self.limits, bare.limits, |id| {
            measurements::load_limits(connection, id).map(|limits| image_of(&limits))
        })?;
        know(&mut self.sources, bare.source, |id| {
            sources::load(connection, Some(id)).map(|source| image_of(&source))
        })
    }

    /// Append the line of a measurement to `line`; what it points to was learnt. `visit` is the owner's
    /// identity, a tab and the visit's key: what all lines of a visit begin with.
    pub fn write(&self, visit: &str, bare: &Bare<'_>, line: &mut Vec<u8>) {
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
        if let Some(unit) = bare.unit {
            field(line, "unit");
            line.extend(self.units[&unit].as_bytes());
        }
        if let Some(value) = bare.value {
            field(line, "value");
            json(line, &value);
        }
        for (name, texts, id) in
            [("limits", &self.limits, bare.limits), ("source", &self.sources, bare.source)]
        {
            if let Some(id) = id {
                field(line, name);
                line.extend(texts[&id].as_bytes());
            }
        }
        line.push(b'}');
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

/// Keep the text of what a number stands for, written when it is met first.
fn know(
    texts: &mut Texts,
    id: Option<i64>,
    image: impl FnOnce(i64) -> Result<Value, rusqlite::Error>,
) -> Result<(), rusqlite::Error> {
    if let Some(id) = id.filter(|id| !texts.contains_key(id)) {
        texts.insert(id, image(id)?.to_string().into());
    }
    Ok(())
}
