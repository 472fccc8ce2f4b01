//! One table a noun, and the dictionary of their columns.

use super::Case;
use super::columns::{self, Column, Of};
use crate::domain::{About, Catalogue, PatientFile};
use crate::tables::{RecordSet, Value};
use std::collections::BTreeSet;

/// The name of the table that explains the others.
pub const DICTIONARY: &str = "dictionary";

/// The tables of these cases, the dictionary last.
pub fn tables(cases: &[Case], catalogue: &Catalogue) -> Vec<RecordSet> {
    let mut made = Made::default();
    made.table("reports", &columns::reports(), cases.iter().map(|case| &case.report));
    let mut products: Vec<_> = cases.iter().flat_map(|case| &case.products).collect();
    products.sort_by(|a, b| a.key.cmp(&b.key));
    products.dedup();
    made.table("products", &columns::products(), products.into_iter());
    let patients: Vec<_> =
        cases.iter().flat_map(|case| case.patients.iter().map(move |file| (case, file))).collect();
    made.table("patients", &columns::patients(), patients.iter());
    let values: Vec<_> =
        patients.iter().flat_map(|patient| columns::attributes_of(*patient)).collect();
    made.table("attributes", &columns::attributes(), values.iter());
    let files: Vec<&PatientFile> = patients.iter().map(|(_, file)| *file).collect();
    made.of_patients("infusions", &columns::infusions(), &files, |file| file.infusions.iter());
    made.of_patients("visits", &columns::visits(), &files, |file| {
        file.visits.iter().map(|(visit, _)| visit)
    });
    let measured = files.iter().flat_map(|file| {
        let key = file.patient.key.as_str();
        let of_visit = file
            .visits
            .iter()
            .flat_map(|(visit, found)| found.iter().map(move |measurement| (visit, measurement)));
        of_visit.map(move |(visit, one)| (key, (visit, one, catalogue.keyed(&one.analyte))))
    });
    let measured: Vec<_> = measured.collect();
    made.table("measurements", &columns::measurements(), measured.iter());
    let mut known: BTreeSet<String> = cases.iter().flat_map(|case| used(&case.patients)).collect();
    known.extend(cases.iter().flat_map(|case| &case.analytes).map(|own| own.key.clone()));
    let analytes = catalogue.analytes().iter().filter(|analyte| known.contains(&analyte.key));
    made.table("analytes", &columns::analytes(), analytes);
    made.of_patients("events", &columns::events(), &files, |file| file.events.iter());
    made.of_patients("medications", &columns::medications(), &files, |file| {
        file.medications.iter()
    });
    made.of_patients("statements", &columns::statements(), &files, |file| file.statements.iter());
    made.finish()
}

/// The keys of the analytes that records of these patients speak of.
pub fn used(patients: &[PatientFile]) -> BTreeSet<String> {
    let measured = patients.iter().flat_map(|file| &file.visits).flat_map(|(_, found)| found);
    let said = patients.iter().flat_map(|file| &file.statements);
    let said = said.filter_map(|statement| match &statement.about {
        About::Analyte(key) => Some(key.clone()),
        About::Topic(_) => None,
    });
    measured.map(|one| one.analyte.clone()).chain(said).collect()
}

#[derive(Default)]
struct Made {
    sets: Vec<RecordSet>,
    dictionary: Vec<Vec<Value>>,
}

impl Made {
    fn table<'r, R: 'r>(
        &mut self,
        name: &str,
        columns: &[Column<R>],
        rows: impl Iterator<Item = &'r R>,
    ) {
        for (column, meaning, unit, standard, _) in columns {
            let shown = |text: &str| Some(text).filter(|text| !text.is_empty()).into();
            self.dictionary.push(vec![
                name.into(),
                (*column).into(),
                (*meaning).into(),
                shown(unit),
                shown(standard),
            ]);
        }
        let row = |record| columns.iter().map(|(.., value)| value(record)).collect();
        self.sets.push(RecordSet {
            name: name.to_owned(),
            columns: columns.iter().map(|(name, ..)| (*name).to_owned()).collect(),
            rows: rows.map(row).collect(),
        });
    }

    fn of_patients<'a, T: 'a, I: Iterator<Item = &'a T>>(
        &mut self,
        name: &str,
        columns: &[Column<Of<'a, T>>],
        files: &[&'a PatientFile],
        records: impl Fn(&'a PatientFile) -> I,
    ) {
        let of_patient = |file: &&'a PatientFile| {
            let patient = file.patient.key.as_str();
            let numbered = records(file).enumerate();
            let of = move |(at, record)| Of { patient, number: at + 1, record };
            numbered.map(of).collect::<Vec<_>>()
        };
        let rows: Vec<_> = files.iter().flat_map(of_patient).collect();
        self.table(name, columns, rows.iter());
    }

    fn finish(mut self) -> Vec<RecordSet> {
        self.sets.push(RecordSet {
            name: DICTIONARY.to_owned(),
            columns: ["table", "column", "meaning", "unit", "standard"].map(str::to_owned).into(),
            rows: self.dictionary,
        });
        self.sets
    }
}
