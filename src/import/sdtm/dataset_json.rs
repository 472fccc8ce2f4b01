//! Dataset-JSON: version 1.1, also as lines (NDJSON), and version 1.0.
//!
//! Layout: CDISC Dataset-JSON Specification 1.1,
//! <https://cdisc-org.github.io/DataExchange-DatasetJson/doc/dataset-json1-1.html>; 1.0 had the data
//! set below `clinicalData.itemGroupData` and a running number before each observation.

use super::data_set::DataSet;
use crate::domain::Mismatch;
use crate::import::table::Held;
use csv::StringRecord;
use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    name: Option<String>,
    columns: Option<Vec<Column>>,
    rows: Option<Rows>,
    clinical_data: Option<ClinicalData>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClinicalData {
    item_group_data: BTreeMap<String, ItemGroup>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemGroup {
    name: String,
    items: Vec<Column>,
    item_data: Rows,
}

#[derive(serde::Deserialize)]
struct Column {
    name: String,
}

/// Observations as they come, up to what can be held.
#[derive(Default)]
struct Rows {
    cells: Vec<StringRecord>,
    held: Held,
    too_many: Option<Mismatch>,
}

impl Rows {
    fn push(&mut self, Cells(cells): Cells) {
        match self.held.add(&cells) {
            Ok(()) => self.cells.push(cells),
            Err(mismatch) => self.too_many = Some(mismatch),
        }
    }
}

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Rows, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Rows;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("observations")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Rows, A::Error> {
                let mut rows = Rows::default();
                while rows.too_many.is_none()
                    && let Some(cells) = seq.next_element()?
                {
                    rows.push(cells);
                }
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(rows)
            }
        }
        deserializer.deserialize_seq(InOrder)
    }
}

/// One observation, its cells as texts: a number as it was written, nothing for null.
struct Cells(StringRecord);

/// The most cells of an observation.
const MOST_CELLS: usize = 16_384;

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Cells, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Cells;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an observation")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Cells, A::Error> {
                let mut cells = StringRecord::new();
                while let Some(value) = seq.next_element::<&RawValue>()? {
                    if cells.len() == MOST_CELLS {
                        return Err(serde::de::Error::custom("more cells than there are columns"));
                    }
                    match value.get() {
                        "null" => cells.push_field(""),
                        text if text.starts_with('"') => {
                            let text: String = serde_json::from_str(text).unwrap_or_default();
                            cells.push_field(&text);
                        }
                        text if text.starts_with(['[', '{']) => {
                            return Err(serde::de::Error::custom("no value but a list or object"));
                        }
                        other => cells.push_field(other),
                    }
                }
                Ok(Cells(cells))
            }
        }
        deserializer.deserialize_seq(InOrder)
    }
}

/// The data sets of a file.
///
/// # Errors
/// If it is no Dataset-JSON.
pub(super) fn read_dataset_json(file: &str, text: &str) -> Result<Vec<DataSet>, Mismatch> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let wrong = |error: serde_json::Error| {
        // What serde says of a type can hold a cell's content; the place says enough.
        let at = format!("line {}, column {}", error.line(), error.column());
        Mismatch::new(format!("another form at {at}"), "Dataset-JSON of version 1.1 or 1.0")
    };
    // One document, or (NDJSON) a first line of metadata and a line an observation.
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    let first = values.next().ok_or_else(|| Mismatch::new("nothing", "Dataset-JSON"))?;
    let head: File = serde_json::from_str(first.map_err(wrong)?.get()).map_err(wrong)?;
    let mut rows = head.rows.unwrap_or_default();
    for line in values {
        rows.push(serde_json::from_str(line.map_err(wrong)?.get()).map_err(wrong)?);
        if rows.too_many.is_some() {
            break;
        }
    }
    match (head.columns, head.clinical_data) {
        (Some(columns), _) => Ok(vec![data_set(file, head.name.as_deref(), &columns, rows)?]),
        (None, Some(data)) => data
            .item_group_data
            .into_values()
            .map(|group| data_set(file, Some(&group.name), &group.items, group.item_data))
            .collect(),
        (None, None) => Err(Mismatch::new("no columns", "Dataset-JSON of version 1.1 or 1.0")),
    }
}

fn data_set(
    file: &str,
    name: Option<&str>,
    columns: &[Column],
    rows: Rows,
) -> Result<DataSet, Mismatch> {
    if let Some(mismatch) = rows.too_many {
        return Err(mismatch);
    }
    let headings = columns.iter().map(|column| column.name.as_str());
    let mut set = DataSet::new(file, name.unwrap_or_default(), headings);
    rows.cells.into_iter().try_for_each(|cells| set.push(cells))?;
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FILE: &str = r#"{"datasetJSONVersion": "1.1.0", "itemGroupOID": "IG.DM", "name": "DM",
        "label": "Demographics", "records": 2,
        "columns": [{"itemOID": "IT.USUBJID", "name": "USUBJID", "dataType": "string"},
                    {"itemOID": "IT.AGE", "name": "AGE", "dataType": "decimal"}],
        "rows": [["01-001", 53.50], ["01-002", null]]}"#;

    fn cells(text: &str) -> Vec<(String, Option<String>)> {
        let sets = read_dataset_json("dm.json", text).expect("a file");
        let owned = |text: Option<&str>| text.map(str::to_owned);
        sets[0]
            .rows()
            .map(|row| (owned(row.get("USUBJID")).unwrap_or_default(), owned(row.get("AGE"))))
            .collect()
    }

    #[test]
    fn each_version_says_the_same_and_a_number_stays_as_written() {
        let expected =
            vec![("01-001".to_owned(), Some("53.50".to_owned())), ("01-002".to_owned(), None)];
        assert_eq!(cells(FILE), expected);
        let lines = r#"{"datasetJSONVersion": "1.1.0", "name": "DM",
            "columns": [{"name": "USUBJID"}, {"name": "AGE"}]}
            ["01-001", 53.50]
            ["01-002", null]"#;
        assert_eq!(cells(lines), expected);
        let old = r#"{"datasetJSONVersion": "1.0.0", "clinicalData": {"itemGroupData": {"IG.DM": {
            "records": 2, "name": "DM",
            "items": [{"name": "ITEMGROUPDATASEQ"}, {"name": "USUBJID"}, {"name": "AGE"}],
            "itemData": [[1, "01-001", 53.50], [2, "01-002", null]]}}}}"#;
        assert_eq!(cells(old), expected);
    }

    #[test]
    fn another_form_is_named_without_its_content() {
        let told = read_dataset_json("x", r#"{"columns": "Anna"}"#).expect_err("no columns");
        assert!(told.found.contains("line 1") && !told.to_string().contains("Anna"), "{told}");
        assert!(read_dataset_json("x", "{}").is_err() && read_dataset_json("x", "").is_err());
    }

    #[test]
    fn observations_without_end_are_refused_before_they_are_held() {
        let rows = "[1],".repeat(2_000_000);
        let text =
            format!(r#"{{"name": "DM", "columns": [{{"name": "AGE"}}], "rows": [{rows}[1]]}}"#);
        let told = read_dataset_json("dm.json", &text).expect_err("too many");
        assert_eq!(told.found, "more rows than can be held");
        let wide = format!(r#"{{"columns": [], "rows": [[{}1]]}}"#, "1,".repeat(MOST_CELLS));
        assert!(read_dataset_json("dm.json", &wide).is_err());
        assert!(read_dataset_json("dm.json", r#"{"columns": [], "rows": [[[1]]]}"#).is_err());
    }

    proptest! {
        #[test]
        fn no_change_of_a_file_panics(at in 0usize..500, with in "\\PC{0,3}") {
            let mut chars: Vec<char> = FILE.chars().collect();
            let at = at % chars.len();
            chars.splice(at..=at, with.chars());
            let _ = read_dataset_json("dm.json", &chars.into_iter().collect::<String>());
        }
    }
}
