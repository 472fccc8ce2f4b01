//! Sheets of people's own: tables under headings of their own that happen to stand in a workbook. They
//! are taken as tables of text are; only that a cell knows whether it is a number or a date.

use super::cells::{Cell, Kind, RawSheet, SheetRow};
use super::results::heading as analyte_heading;
use super::sheets::{HEADINGS_WITHIN, Recognised};
use super::{one_line, sheet_of};
use crate::domain::{AttributeKind, FormSheet, Mismatch, Place, find_attribute, plain};
use crate::import::How;
use crate::import::delimited::{Problems, problem};
use crate::import::gather::Gatherer;
use crate::import::map::{Field, Map, Proposal, Role, known_of, quoted};
use crate::import::table::{Row, Sheet};
use crate::import::text_table::{Columns, Described, Taker, unknown_columns};
use csv::StringRecord;
use std::sync::Arc;

/// A sheet that is a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct OwnSheet<'a> {
    raw: &'a RawSheet,
    /// The place of its headings among the rows.
    headings: usize,
    /// How many of its headings are understood.
    known: usize,
}

impl<'a> OwnSheet<'a> {
    /// The sheet as a table, if it has a patient's column and something to record of patients.
    pub fn of(raw: &'a RawSheet, map: &Map, how: &How<'_>) -> Option<OwnSheet<'a>> {
        let headings = heading_row(raw, map, how)?;
        let roles = roles(&raw.rows[headings], map, how);
        let is_long =
            roles.contains(&Role::Field(Field::Analyte)) || map.constant(Field::Analyte).is_some();
        let is_known = |role: &&Role| match role {
            Role::Ignored => false,
            Role::Field(field) => is_long || !field.is_of_long(),
            _ => true,
        };
        let is_worth = |role: &Role| {
            use Field::{Date, Day, DayZeroDate, Patient, Report, Visit};
            let bare = [Patient, Report, Visit, Day, Date, DayZeroDate];
            !matches!(role, Role::Field(field) if bare.contains(field))
        };
        let known: Vec<&Role> = roles.iter().filter(is_known).collect();
        let is_table = known.contains(&&Role::Field(Field::Patient))
            && known.iter().any(|role| is_worth(role));
        is_table.then_some(OwnSheet { raw, headings, known: known.len() })
    }

    /// The same of a sheet that can't be read as anything else, to say what it lacks.
    pub fn anyway(raw: &'a RawSheet, map: &Map, how: &How<'_>) -> OwnSheet<'a> {
        let is_title = |row: &SheetRow| row.cells.len() < 2;
        let below_titles = raw.rows.iter().position(|row| !is_title(row));
        let headings = heading_row(raw, map, how).or(below_titles).unwrap_or(0);
        OwnSheet { raw, headings, known: 0 }
    }

    /// True if it is understood better so than as a sheet of the form.
    pub fn beats(&self, form: Recognised, how: &How<'_>) -> bool {
        let row = &self.raw.rows[form.headings];
        let columns = form.sheet.columns();
        let names: Vec<String> = columns.iter().map(|column| plain(column.name)).collect();
        let is_known = |cell: &&Cell| {
            let text = one_line(&cell.text);
            names.contains(&plain(&text))
                || form.sheet == FormSheet::Visits
                    && analyte_heading(&text, how.catalogue).is_some()
                || form.sheet == FormSheet::Patients
                    && how.attributes.iter().any(|one| {
                        plain(&one.key) == plain(&text) || plain(one.heading()) == plain(&text)
                    })
        };
        self.known > row.cells.iter().filter(is_known).count()
    }

    /// Its headings, as wide as its widest row.
    pub fn sheet(&self, file: &Arc<str>) -> Sheet {
        let mut sheet = sheet_of(file, self.raw, self.headings);
        let widest = self.rows().iter().filter_map(|row| row.cells.last()).map(|cell| cell.column);
        let width = widest.max().map_or(0, |column| column + 1).max(sheet.headings.len());
        sheet.headings.resize(width, "".into());
        sheet
    }

    /// Its name.
    pub fn name(&self) -> &'a str {
        &self.raw.name
    }

    /// The place of its headings.
    pub fn place(&self, file: &Arc<str>) -> Place {
        sheet_of(file, self.raw, self.headings).place(self.raw.rows[self.headings].number, None)
    }

    /// Take every row, by the map and the report of rows that name none.
    pub fn take(
        &self,
        file: &Arc<str>,
        (map, report): (&Map, Option<String>),
        how: &How<'_>,
        gatherer: &mut Gatherer,
    ) {
        let sheet = self.sheet(file);
        let report = match map.report().transpose() {
            Ok(of_map) => report.or(of_map),
            Err(mismatch) => return gatherer.wrong(self.place(file), "report", mismatch),
        };
        match Columns::known(&sheet, map, known_of(how), Vec::new()) {
            Ok(columns) => {
                let mut taker =
                    Taker::new(sheet.clone(), map, &columns, known_of(how), report.as_deref());
                taker.gatherer = std::mem::take(gatherer);
                take_rows(self.rows(), &mut taker, how);
                *gatherer = taker.hand_over();
            }
            Err(problems) => problems.into_iter().for_each(|problem| gatherer.tell(problem)),
        }
    }

    /// The rows below its headings.
    pub fn rows(&self) -> &'a [SheetRow] {
        &self.raw.rows[self.headings + 1..]
    }
}

/// The row that names a patient, or that the map names.
fn heading_row(raw: &RawSheet, map: &Map, how: &How<'_>) -> Option<usize> {
    if let Some(number) = map.heading_row {
        return raw.rows.iter().position(|row| row.number == number);
    }
    let patient = Role::Field(Field::Patient);
    let mut rows = raw.rows.iter().take(HEADINGS_WITHIN);
    rows.position(|row| roles(row, map, how).contains(&patient))
}

/// What the cells of a row are as headings.
fn roles(row: &SheetRow, map: &Map, how: &How<'_>) -> Vec<Role> {
    let role = |cell: &Cell| {
        let heading = one_line(&cell.text);
        let by_map = map.column(&heading).map(|column| column.role.clone());
        by_map.or_else(|| known_of(how).role_of(&heading))
    };
    row.cells.iter().filter_map(role).collect()
}

/// A first map of these sheets, in which each heading stands once.
///
/// # Errors
/// If there is none.
pub(super) fn propose(file: &str, own: &[OwnSheet<'_>], how: &How<'_>) -> Result<String, Problems> {
    let name: Arc<str> = file.into();
    let sheets: Vec<Sheet> = own.iter().map(|own| own.sheet(&name)).collect();
    let Some(first) = sheets.first() else {
        let place = Place::Cell { file: name, sheet: None, row: 1, column: None };
        let expected = "a sheet that is none of the template's";
        let mismatch = Mismatch::new("sheets of the template, or none", expected);
        return Err(vec![problem(place, "sheets", mismatch.mend("the template needs no map"))]);
    };
    let mut proposal =
        Proposal::of(file, own.iter().map(|own| own.rows().len()).sum(), known_of(how));
    let is_one_row = sheets.iter().all(|sheet| sheet.heading_row == first.heading_row);
    proposal.headings(is_one_row.then_some(first.heading_row));
    for (own, sheet) in own.iter().zip(&sheets) {
        let mut described = Described::of(sheet, known_of(how));
        for row in own.rows() {
            let mut cells = vec![""; sheet.headings.len()];
            row.cells.iter().for_each(|cell| cells[cell.column] = &cell.text);
            described.see(&Row { number: row.number, cells: StringRecord::from(cells) });
        }
        if sheets.len() > 1 {
            proposal.remark(&format!(
                "--- sheet {}",
                quoted(sheet.name.as_deref().unwrap_or_default())
            ));
        }
        described.write(&mut proposal);
    }
    Ok(proposal.finish())
}

/// Columns that the map names and none of these sheets has.
pub(super) fn unknown_names<'a>(
    map: &Map,
    file: &Arc<str>,
    sheets: impl Iterator<Item = &'a OwnSheet<'a>>,
) -> Problems {
    let sheets: Vec<Sheet> = sheets.map(|own| own.sheet(file)).collect();
    let headings = || sheets.iter().flat_map(|sheet| &sheet.headings).map(|heading| &**heading);
    unknown_columns(map, headings, "a heading of a sheet that is none of the template's")
}

fn take_rows(rows: &[SheetRow], taker: &mut Taker<'_>, how: &How<'_>) {
    taker.decimal_comma |= how.decimal_comma;
    let width = taker.sheet.headings.len();
    let holds = holds_of(taker.columns, width, how);
    for row in rows.iter().filter(|row| !taker.map.skip_rows.contains(&row.number)) {
        let mut cells = vec![String::new(); width];
        for cell in &row.cells {
            match holds[cell.column].text(cell, taker.decimal_comma) {
                Ok(text) => cells[cell.column] = text,
                Err(mismatch) => {
                    let place = taker.sheet.place(row.number, Some(cell.column));
                    taker.gatherer.wrong(place, "cell", mismatch);
                }
            }
        }
        taker.take(&Row { number: row.number, cells: StringRecord::from(cells) });
    }
    taker.name_ignored();
}

/// What the cells of a column are to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Nothing that is taken.
    Nothing,
    /// Words or codes.
    Text,
    /// A number, which has the decimal mark that the texts beside it have.
    Number,
    /// A date.
    Date,
    /// A year, of which no more than it may be shown.
    BirthYear,
}

impl Holds {
    fn text(self, cell: &Cell, decimal_comma: bool) -> Result<String, Mismatch> {
        match self {
            Holds::Nothing => Ok(cell.text.clone()),
            Holds::Text => cell.plain().map(str::to_owned),
            Holds::Number if cell.kind == Kind::Number && decimal_comma => {
                Ok(cell.text.replace('.', ","))
            }
            Holds::Number => cell.plain().map(str::to_owned),
            Holds::Date => cell.date().map(str::to_owned),
            Holds::BirthYear => cell
                .date()
                .map(str::to_owned)
                .map_err(|mismatch| Mismatch { found: String::new(), ..mismatch }),
        }
    }
}

/// What each column is to hold.
fn holds_of(columns: &Columns, width: usize, how: &How<'_>) -> Vec<Holds> {
    let mut holds = vec![Holds::Nothing; width];
    for (field, at) in &columns.fields {
        holds[*at] = match field {
            Field::Date | Field::DayZeroDate | Field::Enrolment => Holds::Date,
            Field::BirthYear => Holds::BirthYear,
            Field::Value | Field::LowerLimit | Field::UpperLimit => Holds::Number,
            Field::Age | Field::Duration | Field::Height | Field::FollowUp => Holds::Number,
            _ => Holds::Text,
        };
    }
    for (at, key) in &columns.attributes {
        let kind = find_attribute(how.attributes, key).map(|attribute| attribute.kind);
        holds[*at] = match kind {
            Ok(AttributeKind::Date) => Holds::Date,
            _ => Holds::Text,
        };
    }
    for (at, _) in &columns.measured {
        holds[*at] = Holds::Number;
    }
    holds
}

#[cfg(test)]
mod tests {
    use super::super::read_form;
    use super::*;
    use crate::domain::{Attribute, Schedule};
    use crate::import::map::{MapOf, read_map};
    use proptest::prelude::*;

    fn cell((column, (kind, text)): (usize, &(Kind, &str))) -> Cell {
        Cell { column, kind: *kind, text: (*text).to_owned() }
    }

    fn sheet(name: &str, rows: &[&[(Kind, &str)]]) -> RawSheet {
        let row = |(at, cells): (usize, &&[(Kind, &str)])| SheetRow {
            number: at + 1,
            cells: cells
                .iter()
                .enumerate()
                .filter(|(_, (_, text))| !text.is_empty())
                .map(cell)
                .collect(),
        };
        RawSheet { name: name.to_owned(), rows: rows.iter().enumerate().map(row).collect() }
    }

    fn texts<'t>(cells: &[&'t str]) -> Vec<(Kind, &'t str)> {
        cells.iter().map(|text| (Kind::Text, *text)).collect()
    }

    fn read(sheets: &[RawSheet], map: &str) -> crate::import::Reading {
        let schedule = Schedule::default();
        let (key, kind) = ("born".to_owned(), AttributeKind::Date);
        let attributes = [Attribute { key, label: None, kind, values: Vec::new() }];
        let how = How { report: Some("w".into()), attributes: &attributes, ..How::new(&schedule) };
        let map = read_map("map.toml", map, known_of(&how), MapOf::Table).expect("a map");
        read_form("a.xlsx", sheets, &map, &how)
    }

    fn told(reading: &crate::import::Reading) -> Vec<String> {
        reading.problems.iter().map(|one| format!("{}: {}", one.place, one.mismatch)).collect()
    }

    #[test]
    fn cells_are_what_the_spreadsheet_says_they_are() {
        let headings =
            texts(&["Patient ID", "visit date", "age", "FPG (mmol/L)", "born", "remark"]);
        let good = [
            (Kind::Number, "1"),
            (Kind::Date, "2024-03-05"),
            (Kind::Text, "53,5"),
            (Kind::Number, "7.1"),
            (Kind::Date, "1970-05-06"),
            (Kind::Failed, "#N/A"),
        ];
        let sheets = [sheet("Labor", &[&texts(&["Ward 3"]), &headings, &good])];
        let reading = read(&sheets, "[file]\ndecimal_comma = true\n");
        assert_eq!(told(&reading), [""; 0], "nobody takes the remark");
        let patient = &reading.records.patients[0];
        assert_eq!(patient.patient.as_ref().and_then(|patient| patient.age_years), Some(53.5));
        let visit = &patient.visits[0];
        assert_eq!(
            visit.visit.record.date.as_ref().map(ToString::to_string).as_deref(),
            Some("2024-03-05")
        );
        let fpg = &visit.measurements[0];
        assert_eq!(fpg.record.reading.text(), "7.1 mmol/L");
        assert_eq!(
            fpg.place.to_string(),
            "a.xlsx, sheet \"Labor\", row 3, column \"FPG (mmol/L)\""
        );
        assert_eq!(patient.attributes[0].record.text, "1970-05-06");
        assert_eq!(reading.ignored[0].what, "column \"remark\"");

        let bad = [
            (Kind::Number, "1"),
            (Kind::Number, "45356"),
            (Kind::Time, "0.5"),
            (Kind::Date, "2024-07-01"),
            (Kind::Uncomputed, " "),
        ];
        let told = told(&read(&[sheet("Labor", &[&headings, &bad])], ""));
        let expected = ["counts days", "not a time", "made it a date", "never computed"];
        for what in expected {
            assert!(told.iter().any(|one| one.contains(what)), "{what}: {told:?}");
        }
    }

    #[test]
    fn a_sheet_is_read_as_what_most_of_its_headings_are() {
        let row = texts(&["1", "W0", "f", "53", "7.1"]);
        let own =
            sheet("Visits", &[&texts(&["patient", "visit", "sex", "age", "FPG (mmol/L)"]), &row]);
        let reading = read(&[own], "");
        assert_eq!((told(&reading), reading.ignored.len()), (Vec::new(), 0));
        assert!(reading.records.patients[0].patient.as_ref().is_some_and(|one| one.sex.is_some()));

        // A source is of the form alone.
        let row = texts(&["w/1", "W0", "7.1", "p. 4"]);
        let form = sheet("x", &[&texts(&["patient", "visit", "FPG (mmol/L)", "source"]), &row]);
        let visits = &read(&[form], "").records.patients[0].visits;
        assert!(visits[0].visit.record.source.is_some());

        // A list that names patients is no table of them.
        let contacts =
            sheet("Contacts", &[&texts(&["patient", "name"]), &texts(&["1", "Jane Roe"])]);
        let table = sheet("Labor", &[&texts(&["subject", "ALT W0 (U/L)"]), &texts(&["1", "20"])]);
        let reading = read(&[contacts.clone(), table.clone()], "");
        assert_eq!(told(&reading), [""; 0]);
        assert_eq!(reading.ignored[0].what, "sheet \"Contacts\"");
        let alone = told(&read(std::slice::from_ref(&contacts), ""));
        assert!(alone.iter().any(|one| one.contains("identify")), "{alone:?}");
        assert!(alone.iter().all(|one| !one.contains("Jane")), "{alone:?}");

        // A map may be of one of several sheets, and of none it is refused.
        let zucker = sheet("Zucker", &[&texts(&["Nr", "Zucker"]), &texts(&["2", "7.0"])]);
        let map = "[columns]\nNr = \"patient\"\nZucker = \"FPG W0 (mmol/L)\"\n";
        assert_eq!(read(&[table.clone(), zucker], map).records.patients.len(), 2);
        let with_contacts = read(&[table.clone(), contacts], "[columns]\nname = \"ignore\"\n");
        assert_eq!(told(&with_contacts), [""; 0], "it is there, if not taken");
        let told = told(&read(&[table], map));
        assert!(told[0].starts_with("map.toml, line 2"), "{told:?}");
    }

    proptest! {
        #[test]
        fn no_cells_panic(rows in prop::collection::vec(
            prop::collection::vec((0usize..7, "\\PC{0,6}|[0-9]{1,5}|W4|FPG|%"), 0..9), 0..5,
        )) {
            use Kind::{Date, Failed, Flag, Number, Text, Time, Uncomputed};
            let kinds = [Date, Failed, Flag, Number, Text, Time, Uncomputed];
            let headings = texts(&["patient", "date", "birth year", "test", "result", "unit", "ALT (U/L)"]);
            let mut all = vec![headings];
            all.extend(rows.iter().map(|row| {
                row.iter().map(|(kind, text)| (kinds[*kind], text.as_str())).collect::<Vec<_>>()
            }));
            let all: Vec<&[(Kind, &str)]> = all.iter().map(Vec::as_slice).collect();
            read(&[sheet("Labor", &all)], "[file]\ndecimal_comma = true\n");
        }
    }
}
