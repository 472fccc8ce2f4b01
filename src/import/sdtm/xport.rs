//! SAS transport files of version 5: records of 80 bytes, variables described by NAMESTR records,
//! numbers as IBM system/360 doubles, texts padded with blanks.
//!
//! Layout: SAS Technical Paper TS-140, "Record Layout of a SAS Version 5 or 6 Data Set in SAS
//! Transport (Xport) Format", <https://support.sas.com/techsup/technote/ts140.pdf>.

use super::data_set::DataSet;
use crate::domain::Mismatch;
use csv::StringRecord;

const RECORD: usize = 80;
const MEMBER: &[u8] = b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!";
const OBSERVATIONS: &[u8] = b"HEADER RECORD*******OBS     HEADER RECORD!!!!!!!";

/// One variable of a data set.
struct Variable {
    name: String,
    is_number: bool,
    /// Where its value begins in an observation, and how long it is.
    at: usize,
    length: usize,
}

/// Every data set of a transport file.
///
/// # Errors
/// If it is none of version 5, or ends too early.
pub(super) fn read_xport(file: &str, bytes: &[u8]) -> Result<Vec<DataSet>, Mismatch> {
    if bytes.starts_with(b"HEADER RECORD*******LIBV8") {
        return Err(Mismatch::new("a SAS transport file of version 8", "one of version 5")
            .mend("write it with the XPORT engine (version 5), or as Dataset-JSON or CSV"));
    }
    if !bytes.starts_with(b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!") {
        let found = if bytes.is_empty() { "nothing" } else { "another beginning" };
        return Err(Mismatch::new(found, "a SAS transport file of version 5"));
    }
    let mut sets = Vec::new();
    let mut at = 3 * RECORD;
    while at < bytes.len() {
        let (set, next) = read_member(file, bytes, at)?;
        sets.push(set);
        at = next;
    }
    Ok(sets)
}

/// The data set whose header stands at `at`, and where the next one begins.
fn read_member(file: &str, bytes: &[u8], at: usize) -> Result<(DataSet, usize), Mismatch> {
    let header = record(bytes, at)?;
    if !header.starts_with(MEMBER) {
        return Err(Mismatch::new("something else", "the header of a data set")
            .mend(format!("look at byte {at}; the file may be cut off or changed on its way")));
    }
    // A VAX wrote NAMESTR records of 136 bytes; everybody else 140.
    let described = number_of(&header[74..78])
        .filter(|size| matches!(size, 136 | 140))
        .ok_or_else(|| Mismatch::new("another length", "descriptions of 140 or 136 bytes"))?;
    let name = text(&record(bytes, at + 2 * RECORD)?[8..16])?;
    let namestr = record(bytes, at + 4 * RECORD)?;
    let count = number_of(&namestr[54..58])
        .filter(|_| namestr.starts_with(b"HEADER RECORD*******NAMESTR HEADER RECORD!!!!!!!"))
        .ok_or_else(|| Mismatch::new("something else", "the header of the variables"))?;
    let start = at + 5 * RECORD;
    let variables: Vec<Variable> = (0..count)
        .map(|number| {
            let from = start + number * described;
            bytes.get(from..from + described).ok_or_else(cut_off).and_then(read_variable)
        })
        .collect::<Result<_, _>>()?;
    let from = start + (count * described).next_multiple_of(RECORD);
    if !record(bytes, from)?.starts_with(OBSERVATIONS) {
        return Err(Mismatch::new("something else", "the header of the observations"));
    }
    let from = from + RECORD;
    let rest = bytes.get(from..).ok_or_else(cut_off)?;
    // The next data set begins at a record of its own.
    let is_next = |record: &[u8]| record.starts_with(MEMBER);
    let end = rest.chunks(RECORD).position(is_next).map_or(rest.len(), |records| records * RECORD);
    let length = variables.iter().map(|one| one.at + one.length).max().unwrap_or(0);
    if variables.iter().map(|one| one.length).sum::<usize>() > length {
        return Err(Mismatch::new("variables that overlap", "each variable in a place of its own"));
    }
    let mut set = DataSet::new(file, &name, variables.iter().map(|one| one.name.as_str()));
    if length > 0 {
        let mut observations = rest[..end].chunks_exact(length);
        for observation in observations.by_ref() {
            // The last record is filled up with blanks, which may be as long as an observation.
            let cells = if observation.iter().all(|byte| *byte == b' ') {
                StringRecord::new()
            } else {
                variables.iter().map(|one| value(one, observation)).collect::<Result<_, _>>()?
            };
            set.push(cells)?;
        }
        if observations.remainder().iter().any(|byte| *byte != b' ') {
            return Err(cut_off());
        }
    }
    Ok((set, from + end))
}

fn cut_off() -> Mismatch {
    Mismatch::new("the end of the file", "the rest of its last record")
        .mend("it was cut off on its way: copy it once more")
}

fn record(bytes: &[u8], at: usize) -> Result<&[u8], Mismatch> {
    bytes.get(at..at + RECORD).ok_or_else(cut_off)
}

/// A whole number in digits.
fn number_of(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.trim().parse().ok()
}

fn text(bytes: &[u8]) -> Result<String, Mismatch> {
    std::str::from_utf8(bytes).map(|text| text.trim_matches(['\0', ' ']).to_owned()).map_err(|_| {
        Mismatch::new("bytes that are not UTF-8", "text in ASCII or UTF-8")
            .mend("export it once more as UTF-8, or as Dataset-JSON")
    })
}

fn read_variable(bytes: &[u8]) -> Result<Variable, Mismatch> {
    let short = |at: usize| usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]));
    let at = u32::from_be_bytes([bytes[84], bytes[85], bytes[86], bytes[87]]);
    let (is_number, length) = (short(0) == 1, short(4));
    let at = usize::try_from(at).ok().filter(|at| *at <= 1 << 24);
    match (at, length) {
        (Some(at), 1..=32_767) if !is_number || (2..=8).contains(&length) => {
            Ok(Variable { name: text(&bytes[8..16])?, is_number, at, length })
        }
        _ => Err(Mismatch::new(
            "a variable without a length",
            "2 to 8 bytes a number, 1 or more a text",
        )),
    }
}

/// The value of a variable as text; nothing for a missing one.
fn value(variable: &Variable, observation: &[u8]) -> Result<String, Mismatch> {
    let bytes = &observation[variable.at..variable.at + variable.length];
    if !variable.is_number {
        return text(bytes);
    }
    Ok(ibm_double(bytes).map(|number| number.to_string()).unwrap_or_default())
}

/// The number of an IBM double of 2 to 8 bytes: a sign, a power of 16 above 64, and a fraction. A
/// missing value has a dot, an underscore or a letter as its first byte and nothing behind it.
fn ibm_double(bytes: &[u8]) -> Option<f64> {
    let (first, fraction) = bytes.split_first()?;
    let mantissa = fraction
        .iter()
        .chain(std::iter::repeat(&0))
        .take(7)
        .fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    if mantissa == 0 {
        return (*first == 0 || *first == 0x80).then_some(0.0);
    }
    #[allow(clippy::cast_precision_loss)] // what a double can't hold was never in one
    let size = mantissa as f64 * 16f64.powi(i32::from(first & 0x7f) - 64 - 14);
    Some(if first & 0x80 == 0 { size } else { -size })
}

#[cfg(test)]
pub(in crate::import) mod tests {
    use super::*;
    use proptest::prelude::*;

    fn padded(text: &str, length: usize) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(length, b' ');
        bytes
    }

    /// A double as SAS writes it.
    fn ibm(number: f64) -> [u8; 8] {
        let mut bytes = [0; 8];
        if number == 0.0 {
            return bytes;
        }
        let (mut size, mut power) = (number.abs(), 64u8);
        while size >= 1.0 {
            (size, power) = (size / 16.0, power + 1);
        }
        while size < 1.0 / 16.0 {
            (size, power) = (size * 16.0, power - 1);
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // below 2^56
        let mantissa = (size * 16f64.powi(14)) as u64;
        bytes.copy_from_slice(&mantissa.to_be_bytes());
        bytes[0] = power | if number < 0.0 { 0x80 } else { 0 };
        bytes
    }

    /// A transport file of one data set: texts of 20 bytes, and numbers where a cell is one.
    pub fn write_xport(name: &str, headings: &[(&str, bool)], rows: &[&[&str]]) -> Vec<u8> {
        let header = |what: &str, tail: &str| {
            padded(&format!("HEADER RECORD*******{what:<8}HEADER RECORD!!!!!!!{tail}"), 80)
        };
        let mut bytes = header("LIBRARY", "000000000000000000000000000000  ");
        bytes.extend(padded("SAS     SAS     SASLIB  9.4     Linux", 160));
        bytes.extend(header("MEMBER", "000000000000000001600000000140  "));
        bytes.extend(header("DSCRPTR", "000000000000000000000000000000  "));
        bytes.extend(padded(&format!("SAS     {name:<8}SASDATA 9.4     Linux"), 160));
        bytes.extend(header(
            "NAMESTR",
            &format!("000000{:04}00000000000000000000  ", headings.len()),
        ));
        let (mut at, mut described) = (0u32, Vec::new());
        for (heading, is_number) in headings {
            let length: u16 = if *is_number { 8 } else { 20 };
            let mut one = vec![0, if *is_number { 1 } else { 2 }, 0, 0];
            one.extend(length.to_be_bytes());
            one.extend([0, 0]);
            one.extend(padded(heading, 76));
            one.extend(at.to_be_bytes());
            one.resize(140, 0);
            at += u32::from(length);
            described.extend(one);
        }
        described.resize(described.len().next_multiple_of(80), b' ');
        bytes.extend(described);
        bytes.extend(header("OBS", "000000000000000000000000000000  "));
        let mut observed = Vec::new();
        for row in rows {
            for ((_, is_number), cell) in headings.iter().zip(*row) {
                match (is_number, cell.parse::<f64>()) {
                    (true, Ok(number)) => observed.extend(ibm(number)),
                    (true, Err(_)) => observed.extend([b'.', 0, 0, 0, 0, 0, 0, 0]),
                    (false, _) => observed.extend(padded(cell, 20)),
                }
            }
        }
        observed.resize(observed.len().next_multiple_of(80), b' ');
        bytes.extend(observed);
        bytes
    }

    #[test]
    fn numbers_are_those_of_the_technical_paper() {
        // 1 is 0x4110…, -1 0xC110…, 118.625 0x4276A…: the usual examples of the format.
        let number = |hex: &[u8]| ibm_double(hex);
        assert_eq!(number(&[0x41, 0x10, 0, 0, 0, 0, 0, 0]), Some(1.0));
        assert_eq!(number(&[0xc1, 0x10]), Some(-1.0));
        assert_eq!(number(&[0x42, 0x76, 0xa0]), Some(118.625));
        assert_eq!(number(&[0; 8]), Some(0.0));
        for missing in [b'.', b'_', b'A', b'Z'] {
            assert_eq!(number(&[missing, 0, 0, 0, 0, 0, 0, 0]), None);
        }
        // A letter with a fraction behind it is a number.
        assert!(number(&[b'A', 0x10, 0, 0, 0, 0, 0, 0]).is_some());
    }

    #[test]
    fn a_data_set_is_read_with_its_texts_numbers_and_missing_values() {
        let headings = [("USUBJID", false), ("AGE", true)];
        let bytes = write_xport("DM", &headings, &[&["01-001", "53.5"], &["01-002", ""]]);
        let sets = read_xport("dm.xpt", &bytes).expect("a file");
        assert_eq!((sets.len(), sets[0].name.as_str()), (1, "DM"));
        let cells: Vec<_> =
            sets[0].rows().map(|row| (row.get("USUBJID"), row.get("AGE"))).collect();
        assert_eq!(cells, [(Some("01-001"), Some("53.5")), (Some("01-002"), None)]);
    }

    #[test]
    fn padding_is_no_observation_and_a_cut_is_named() {
        let bytes = write_xport("DM", &[("AGE", true)], &[&["1"], &["2"]]);
        let sets = read_xport("dm.xpt", &bytes).expect("a file");
        assert_eq!(sets[0].rows().count(), 2, "eight more fit into the record");
        let bytes = write_xport("DM", &[("A", false), ("AGE", true)], &[&["x", "1"]]);
        let told = read_xport("dm.xpt", &bytes[..bytes.len() - 60]).err();
        assert!(told.is_some_and(|told| told.to_string().contains("cut off")));
        let told = read_xport("x", b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!").err();
        assert!(told.is_some_and(|told| told.found.contains("version 8")));
    }

    proptest! {
        #[test]
        fn a_number_comes_back_as_it_was(number in -1e9f64..1e9) {
            prop_assert_eq!(ibm_double(&ibm(number)), Some(number));
        }

        #[test]
        fn no_change_of_a_file_panics(at in 0usize..900, with in any::<u8>(), cut in 0usize..900) {
            let mut bytes = write_xport("DM", &[("A", false), ("AGE", true)], &[&["x", "1"]]);
            let at = at % bytes.len();
            bytes[at] = with;
            let _ = read_xport("dm.xpt", &bytes);
            bytes.truncate(cut);
            let _ = read_xport("dm.xpt", &bytes);
        }
    }
}
