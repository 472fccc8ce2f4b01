//! EX: what was given. A dose of cells is an infusion; a dose in a unit of drugs is a medication.

use super::super::gather::PatientAt;
use super::Study;
use super::data_set::{DataSet, Observation};
use super::people::number;
use super::terms::Dosed;
use crate::domain::{Infusion, Medication, Mismatch, Product, parse_cells, parse_key};

const TAKEN: [&str; 12] = [
    "TRT", "DOSE", "DOSU", "DOSTXT", "ROUTE", "LOC", "LOT", "STDTC", "STDY", "ENDTC", "ENDY",
    "DOSFRQ",
];

impl Study<'_> {
    pub(super) fn take_exposure(&mut self, set: &DataSet) {
        self.ignore_others(set, &TAKEN, &[]);
        let mut rows: Vec<_> = set
            .rows()
            .filter_map(|row| {
                let at = self.patient(&row)?;
                let when = self.when(at, &row, ("EXSTDY", "EXSTDTC"));
                Some((at, when, row))
            })
            .collect();
        // Infusions are numbered in the order they were given, whatever the order of the file.
        rows.sort_by(|(_, a, _), (_, b, _)| (a.day, &a.date).cmp(&(b.day, &b.date)));
        for (at, when, row) in rows {
            let Some(name) = row.of("TRT") else {
                let mismatch = Mismatch::new("nothing", "what was given");
                self.gathered.wrong(row.at("EXTRT"), "EXTRT", mismatch);
                continue;
            };
            match Dosed::of(row.of("DOSU")) {
                Dosed::Drug => self.take_drug(at, &row, name, when),
                dosed => self.take_infusion(at, &row, name, when, dosed),
            }
        }
    }

    fn take_infusion(
        &mut self,
        at: PatientAt,
        row: &Observation<'_>,
        name: &str,
        when: super::time::When,
        dosed: Dosed,
    ) {
        let dose = row.of("DOSE");
        let printed = match (dose, row.of("DOSU")) {
            (Some(dose), Some(unit)) => Some(format!("{dose} {unit}")),
            (Some(dose), None) => Some(dose.to_owned()),
            (None, _) => row.of("DOSTXT").map(str::to_owned),
        };
        let mut infusion = Infusion {
            number: u32::try_from(self.gathered.infusions(at) + 1).unwrap_or(u32::MAX),
            day: when.day,
            date: when.date,
            product: self.product(row, name),
            route: row.of("ROUTE").map(str::to_lowercase),
            delivery_site: row.of("LOC").map(str::to_lowercase),
            dose_printed: printed,
            ..Infusion::default()
        };
        if let (Dosed::Cells { each, per_kg }, Some(dose)) = (dosed, number(dose)) {
            // A dose of 0 is a record of what was not given; the print says so.
            let cells = dose * each;
            let checked = if cells == 0.0 {
                Ok(None)
            } else {
                parse_cells(&format!("{cells:e}"), per_kg).map(Some)
            };
            match checked {
                Ok(cells) if per_kg => infusion.cells_per_kg = cells,
                Ok(cells) => infusion.cells = cells,
                Err(mismatch) => self.gathered.wrong(row.at("EXDOSE"), "EXDOSE", mismatch),
            }
        } else if dosed == Dosed::Unknown && dose.is_some() {
            let why = "kept as printed: the unit counts neither cells nor cells per kg";
            self.gathered.ignore(row.at("EXDOSU"), "EX, doses as numbers", why);
        }
        self.gathered.infusion(at, row.place(), infusion);
    }

    fn take_drug(
        &mut self,
        at: PatientAt,
        row: &Observation<'_>,
        name: &str,
        when: super::time::When,
    ) {
        let why = "recorded as a medication: the unit of its dose is one of drugs, not of cells";
        self.gathered.ignore(row.at("EXDOSU"), "EX, exposure as an infusion", why);
        let end = self.when(at, row, ("EXENDY", "EXENDTC"));
        let (dose_per_day, dose_unit) = self.dose_per_day(row);
        let medication = Medication {
            drug: name.to_owned(),
            dose_per_day,
            dose_unit,
            start_day: when.day,
            start_date: when.date,
            end_day: end.day,
            end_date: end.date,
            ..Medication::default()
        };
        self.gathered.medication(at, row.place(), medication);
    }

    /// The product that was given, recorded if it is not there yet.
    fn product(&mut self, row: &Observation<'_>, name: &str) -> Option<String> {
        let hyphened: String = name
            .to_lowercase()
            .chars()
            .map(|c| if c.is_alphanumeric() || c == '.' { c } else { '-' })
            .collect();
        let key = hyphened.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
        // A lot is a product of its own here: its cells were tested and frozen together.
        let lot = row.of("LOT").and_then(|lot| Some((parse_key(lot).ok()?, lot)));
        let key = match &lot {
            Some((lot, _)) => format!("{key}.{}", lot.to_lowercase()),
            None => key,
        };
        match parse_key(&key) {
            Ok(key) => {
                let product = Product {
                    key: key.clone(),
                    name: Some(name.to_owned()),
                    lot: lot.map(|(_, lot)| lot.to_owned()),
                    ..Product::default()
                };
                self.gathered.product(row.at("EXTRT"), product);
                Some(key)
            }
            Err(mismatch) => {
                self.gathered.wrong(row.at("EXTRT"), "EXTRT", mismatch);
                None
            }
        }
    }
}
