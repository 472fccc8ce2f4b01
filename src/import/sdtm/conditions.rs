//! AE and CM: what went wrong, and what else was taken.

use super::data_set::{DataSet, Observation};
use super::terms::{parse_outcome, relation, times_a_day};
use super::{Study, parse_yes_no};
use crate::domain::{
    AdverseEvent, Medication, Mismatch, Relation, SeriousReason, parse_dose, parse_grade,
};

const EVENT: [&str; 21] = [
    "TERM", "DECOD", "BODSYS", "SER", "SDTH", "SLIFE", "SHOSP", "SDISAB", "SCONG", "SMIE", "REL",
    "TOXGR", "STDY", "STDTC", "ENDY", "ENDTC", "OUT", "ACN", "SOC", "ACNOTH", "SEV",
];

const MEDICATION: [&str; 13] = [
    "TRT", "DECOD", "DOSE", "DOSU", "DOSFRQ", "STDY", "STDTC", "ENDY", "ENDTC", "CLASCD", "OCCUR",
    "PRESP", "STAT",
];

/// Why an event is serious, the gravest first.
const REASONS: [(&str, SeriousReason); 6] = [
    ("AESDTH", SeriousReason::Death),
    ("AESLIFE", SeriousReason::LifeThreatening),
    ("AESHOSP", SeriousReason::Hospitalisation),
    ("AESDISAB", SeriousReason::Disability),
    ("AESCONG", SeriousReason::Congenital),
    ("AESMIE", SeriousReason::Important),
];

impl Study<'_> {
    pub(super) fn take_events(&mut self, set: &DataSet) {
        let severity = "severity in words is no CTCAE grade; AETOXGR is";
        self.ignore_others(set, &EVENT, &[]);
        for row in set.rows() {
            let Some(at) = self.patient(&row) else { continue };
            let Some(term) = row.of("TERM") else {
                let mismatch = Mismatch::new("nothing", "the event in the reporter's words");
                self.gathered.wrong(row.at("AETERM"), "AETERM", mismatch);
                continue;
            };
            if row.of("SEV").is_some() {
                self.gathered.ignore(row.at("AESEV"), "AE, variable AESEV", severity);
            }
            let onset = self.when(at, &row, ("AESTDY", "AESTDTC"));
            let end = self.when(at, &row, ("AEENDY", "AEENDTC"));
            let reasons: Vec<_> =
                REASONS.iter().filter(|(name, _)| row.get(name) == Some("Y")).collect();
            if reasons.len() > 1 {
                let why = "one reason is kept, the gravest";
                self.gathered.ignore(row.place(), "AE, further reasons for being serious", why);
            }
            let event = AdverseEvent {
                term: term.to_owned(),
                coded_term: row.of("DECOD").map(str::to_owned),
                coded_class: row.of("BODSYS").or_else(|| row.of("SOC")).map(str::to_owned),
                onset_day: onset.day,
                onset_date: onset.date,
                end_day: end.day,
                end_date: end.date,
                grade: self.parsed(&row, "AETOXGR", |text| {
                    parse_grade(text.trim_start_matches("GRADE").trim())
                }),
                serious: self.parsed(&row, "AESER", parse_yes_no),
                serious_reason: reasons.first().map(|(_, reason)| *reason),
                related_to_cells: self.relation(&row),
                action: row.of("ACN").or_else(|| row.of("ACNOTH")).map(str::to_lowercase),
                outcome: self.parsed(&row, "AEOUT", parse_outcome),
                ..AdverseEvent::default()
            };
            self.gathered.event(at, row.place(), event);
        }
    }

    /// How likely it is from what was given; what says less than the registry's five steps is counted.
    fn relation(&mut self, row: &Observation<'_>) -> Option<Relation> {
        let known = relation(row.of("REL")?);
        if known.is_none() {
            let why = "not one of not related, unlikely, possible, probable, definite";
            self.gathered.ignore(row.at("AEREL"), "AE, values of AEREL", why);
        }
        known
    }

    pub(super) fn take_medications(&mut self, set: &DataSet) {
        self.ignore_others(set, &MEDICATION, &[("CLAS", "the class is known by its ATC code")]);
        for row in set.rows() {
            let Some(at) = self.patient(&row) else { continue };
            if row.of("OCCUR") == Some("N") || row.of("STAT").is_some() {
                let why = "asked about and not taken, or not asked";
                self.gathered.ignore(row.place(), "CM, records of drugs not taken", why);
                continue;
            }
            let Some(drug) = row.of("DECOD").or_else(|| row.of("TRT")) else {
                let mismatch = Mismatch::new("nothing", "the drug in the reporter's words");
                self.gathered.wrong(row.at("CMTRT"), "CMTRT", mismatch);
                continue;
            };
            let start = self.when(at, &row, ("CMSTDY", "CMSTDTC"));
            let end = self.when(at, &row, ("CMENDY", "CMENDTC"));
            let (dose_per_day, dose_unit) = self.dose_per_day(&row);
            // CMCLASCD is an ATC code only where the sponsor says so; its form tells.
            let atc = row.of("CLASCD").filter(|code| is_atc(code)).map(str::to_owned);
            let medication = Medication {
                drug: drug.to_owned(),
                atc,
                dose_per_day,
                dose_unit,
                start_day: start.day,
                start_date: start.date,
                end_day: end.day,
                end_date: end.date,
                ..Medication::default()
            };
            self.gathered.medication(at, row.place(), medication);
        }
    }

    /// The dose a day with its unit, where the frequency says how often.
    pub(super) fn dose_per_day(&mut self, row: &Observation<'_>) -> (Option<f64>, Option<String>) {
        let (Some(dose), Some(unit)) = (row.of("DOSE"), row.of("DOSU")) else {
            return (None, None);
        };
        let Some(times) = row.of("DOSFRQ").and_then(times_a_day) else {
            let what = format!("{}, doses", row.named(""));
            let why = "without a frequency that says how often a day";
            self.gathered.ignore(row.at(&row.named("DOSFRQ")), what, why);
            return (None, None);
        };
        let dose = match parse_dose(dose) {
            Ok(dose) => dose * times,
            Err(mismatch) => {
                let variable = row.named("DOSE");
                self.gathered.wrong(row.at(&variable), variable.clone(), mismatch);
                return (None, None);
            }
        };
        (Some(dose), Some(unit.to_owned()))
    }
}

/// The form of an ATC code: A, A10, A10B, A10BA or A10BA02.
fn is_atc(code: &str) -> bool {
    let shape: String = code
        .chars()
        .map(|c| match c {
            'A'..='Z' => 'A',
            '0'..='9' => '0',
            _ => '?',
        })
        .collect();
    ["A00", "A00A", "A00AA", "A00AA00"].contains(&shape.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_atc_has_its_form() {
        assert!(is_atc("A10BA02") && is_atc("A10B") && !is_atc("10BA02") && !is_atc("BIGUANIDES"));
    }
}
