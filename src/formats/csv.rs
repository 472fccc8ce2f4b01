//! CSV after RFC 4180, UTF-8 without a byte order mark, but with lines ended by LF alone, as R,
//! pandas and Excel all read it and as two runs compare best.
//!
//! One set of records is a heading and its rows. Several sets follow each other, parted by a blank
//! line, each with its own heading and with a first column `record` that names the set, so that a
//! line still tells what it is when it stands alone; the sets of a section have its title in front.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::tables::{Page, RecordSet, Value};

/// Writes the records of a page; a page without any makes an empty file.
pub(super) fn write(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let own = page.records.iter().map(|set| (set.name.clone(), set));
    let of_sections = page.sections.iter().flat_map(|section| {
        section.records.iter().map(|set| (format!("{}: {}", section.title, set.name), set))
    });
    let sets: Vec<(String, &RecordSet)> = own.chain(of_sections).collect();
    let named = sets.len() > 1;
    for (at, (name, set)) in sets.iter().enumerate() {
        if at > 0 {
            out.write_all(b"\n")?;
        }
        write_set(set, named.then_some(name), out)?;
    }
    Ok(())
}

/// Writes one set of records, with a first column that holds its name where it has one.
pub(super) fn write_set(
    set: &RecordSet,
    name: Option<&String>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let line = ::csv::Terminator::Any(b'\n');
    let mut writer = ::csv::WriterBuilder::new().terminator(line).from_writer(out);
    let heading = set.columns.iter().map(|column| guarded(column));
    let record = name.map(|_| Cow::Borrowed("record"));
    writer.write_record(record.into_iter().chain(heading).map(bytes)).map_err(as_written)?;
    for row in &set.rows {
        let name = name.map(|name| guarded(name));
        let fields = name.into_iter().chain(row.iter().map(field));
        writer.write_record(fields.map(bytes)).map_err(as_written)?;
    }
    writer.flush()
}

/// What the system said: that nobody reads any more must not become an error of another kind.
fn as_written(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn bytes(text: Cow<'_, str>) -> Vec<u8> {
    text.into_owned().into_bytes()
}

fn field(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
        Value::Integer(number) => Cow::Owned(number.to_string()),
        Value::Number(number) => Cow::Owned(shortest(*number)),
        Value::Text(text) => guarded(text),
    }
}

/// The shortest digits that read back as the same number, with an exponent where those would be
/// many. Zero has no sign; what is no number is empty, as null is.
fn shortest(number: f64) -> String {
    serde_json::Number::from_f64(number + 0.0).map(|number| number.to_string()).unwrap_or_default()
}

/// Keeps a spreadsheet from running a text: one that begins with `=` `+` `-` `@`, a tab or a line
/// break gets a `'` in front. So does one that begins with `'` and then one of these, which makes
/// the rule reversible: a `'` in front of these, after any further `'`, is ours. A plain negative
/// number is harmless and stays as it is.
fn guarded(text: &str) -> Cow<'_, str> {
    if is_plain_number(text) {
        return Cow::Borrowed(text);
    }
    if text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// True for `-0.84`: a sign, digits and at most one full stop.
fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction]
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn csv(page: &Page) -> String {
        let mut bytes = Vec::new();
        write(page, &mut bytes).expect("memory takes everything");
        String::from_utf8(bytes).expect("UTF-8")
    }

    fn set(name: &str, columns: &[&str], rows: Vec<Vec<Value>>) -> RecordSet {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        RecordSet { name: name.to_owned(), columns, rows }
    }

    fn page(records: Vec<RecordSet>) -> Page {
        Page { records, ..Page::new("t") }
    }

    #[test]
    fn one_set_is_a_heading_and_its_rows() {
        let rows = vec![
            vec!["黄, \"W4\"\nlate".into(), 5.into(), (-0.84).into(), true.into()],
            vec!["".into(), Value::Null, (-0.0).into(), false.into()],
        ];
        let page = page(vec![set("results", &["name", "n", "mean", "used"], rows)]);
        assert_eq!(
            csv(&page),
            "name,n,mean,used\n\"黄, \"\"W4\"\"\nlate\",5,-0.84,true\n,,0.0,false\n"
        );
    }

    #[test]
    fn several_sets_are_named_and_parted_by_a_blank_line() {
        let patients = vec![vec!["P1".into()]];
        let page =
            page(vec![set("patients", &["patient"], patients), set("events", &["term"], vec![])]);
        assert_eq!(csv(&page), "record,patient\npatients,P1\n\nrecord,term\n");
        assert_eq!(csv(&Page::new("nothing")), "");
    }

    #[test]
    fn numbers_are_the_shortest_that_read_back() {
        let shown = [0.1 + 0.2, 6.0, 1e300, 5e-324, f64::NAN, f64::INFINITY].map(shortest);
        assert_eq!(shown, ["0.30000000000000004", "6.0", "1e+300", "5e-324", "", ""]);
    }

    #[test]
    fn a_text_is_never_a_formula_but_a_number_stays_a_number() {
        let guarded = |text| guarded(text).into_owned();
        for text in ["=1+1", "+1", "-0.84 (1.2)", "@SUM(A1)", "\tx", "\rx", "\nx", "'=1"] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        for text in ["", "'t Hart", "a=b", "<0.9", "—", " =1", "-0.84", "-3"] {
            assert_eq!(guarded(text), text);
        }
        assert_eq!(field(&Value::Number(-0.84)), "-0.84");
        assert_eq!(field(&Value::Integer(-3)), "-3");
        let page = page(vec![set("patients", &["=cmd"], vec![vec!["-".into()]])]);
        assert_eq!(csv(&page), "'=cmd\n'-\n");
    }

    /// A reader that has gone.
    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_has_gone_is_known_as_one() {
        let rows = (0..9_999).map(|at: i32| vec![at.into()]).collect();
        let page = page(vec![set("results", &["a"], rows)]);
        let error = write(&page, &mut Gone).expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Flag),
            any::<i64>().prop_map(Value::Integer),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::Text),
            "['=+@\t-]{0,3}[a-z\"\r\n,]{0,3}".prop_map(Value::Text),
        ]
    }

    /// What a reader of our file does with a text.
    fn unguarded(text: &str) -> &str {
        let rest = text.trim_start_matches('\'');
        let ours =
            rest.len() < text.len() && rest.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
        if ours { &text[1..] } else { text }
    }

    proptest! {
        #[test]
        fn what_is_read_back_is_what_was_written(
            rows in prop::collection::vec(prop::collection::vec(any_value(), 3), 0..5),
        ) {
            let text = csv(&page(vec![set("results", &["a", "b", "c"], rows.clone())]));
            let mut reader = ::csv::ReaderBuilder::new().from_reader(text.as_bytes());
            let read: Vec<::csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("CSV");
            prop_assert_eq!(read.len(), rows.len());
            for (value, field) in rows.iter().flatten().zip(read.iter().flatten()) {
                match value {
                    Value::Null => prop_assert_eq!(field, ""),
                    Value::Flag(flag) => prop_assert_eq!(field.parse(), Ok(*flag)),
                    Value::Integer(number) => prop_assert_eq!(field.parse(), Ok(*number)),
                    Value::Number(number) => prop_assert_eq!(field.parse(), Ok(*number)),
                    Value::Text(text) => {
                        let steers = field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
                        prop_assert!(!steers || is_plain_number(field));
                        prop_assert_eq!(unguarded(field), text);
                    }
                }
            }
        }
    }
}
