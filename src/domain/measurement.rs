//! A measurement: one analyte at one visit, with everything that stands beside its value.

use super::analyte::{Analyte, AnalyteId, Catalogue};
use super::mismatch::words;
use super::reading::Reading;
use super::{Mismatch, Source};
use serde::Serialize;

/// A laboratory's reference limits, as printed, in the unit of the reading they stand beside.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Limits {
    /// Lower limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
    /// Upper limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
}

words! {
    /// Whether another reading of a value is in force.
    Standing as "a standing" {
        /// Doubted: the printed value is still the one used.
        Proposed = "proposed",
        /// This reading is used; the printed one stays beside it.
        Accepted = "accepted",
        /// Considered and turned down.
        Rejected = "rejected",
    }
}

/// Somebody's other reading of a printed value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OtherReading {
    /// What is read instead.
    pub reading: Reading,
    /// Whether it is in force.
    pub standing: Standing,
    /// Who reads it so.
    pub made_by: String,
    /// Why.
    pub reason: String,
    /// Where it was read, if elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// One analyte at one visit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measurement {
    /// Key of the analyte.
    pub analyte: String,
    /// Its number in the file.
    #[serde(skip)]
    pub analyte_id: AnalyteId,
    /// What was printed and what is understood.
    #[serde(flatten)]
    pub reading: Reading,
    /// The laboratory's limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
    /// Where it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Other readings of the same print.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_readings: Vec<OtherReading>,
}

impl Measurement {
    /// Read `HbA1c=6.8 %`, `AFP=<0.9 ng/mL`, `ALT=not-done`, `HbA1c=at-target`.
    ///
    /// # Errors
    /// The analyte, number, unit or word that can't be used, or a value no patient has.
    pub fn parse(text: &str, catalogue: &Catalogue) -> Result<Measurement, Mismatch> {
        let (name, result) = text.split_once(['=', '＝']).ok_or_else(|| {
            Mismatch::new(text, "ANALYTE=VALUE UNIT, for example \"HbA1c=6.8 %\"")
                .mend("put it in quotes, so that the blank stays inside")
        })?;
        let analyte = catalogue.find(name)?;
        Ok(Measurement::plain(analyte, Reading::parse(result, analyte)?))
    }

    /// Put another reading beside the print. An accepted one is in force from now on and settles every
    /// reading before it: what says the same number is accepted with it, the rest is rejected.
    pub fn put_reading(&mut self, other: OtherReading) {
        if other.standing == Standing::Accepted {
            for known in &mut self.other_readings {
                let is_open = known.standing != Standing::Rejected;
                known.standing = match is_open && known.reading.is_same_number(&other.reading) {
                    true => Standing::Accepted,
                    false => Standing::Rejected,
                };
            }
            self.reading.value = other.reading.value;
        }
        self.other_readings.push(other);
    }

    /// The reading in force: the print's own, unless another one was accepted.
    pub fn in_force(&self) -> &Reading {
        let accepted = |other: &&OtherReading| other.standing == Standing::Accepted;
        self.other_readings.iter().rfind(accepted).map_or(&self.reading, |other| &other.reading)
    }

    /// True if another reading is proposed and nobody decided.
    pub fn is_doubted(&self) -> bool {
        self.other_readings.iter().any(|other| other.standing == Standing::Proposed)
    }

    /// A measurement with nothing beside its reading.
    pub fn plain(analyte: &Analyte, reading: Reading) -> Measurement {
        Measurement {
            analyte: analyte.key.clone(),
            analyte_id: analyte.id,
            reading,
            limits: None,
            source: None,
            other_readings: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::reading::{Comparator, Status};
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Measurement, Mismatch> {
        Measurement::parse(text, Catalogue::built_in())
    }

    fn mend(text: &str) -> String {
        read(text).expect_err(text).mend.unwrap_or_default()
    }

    #[test]
    fn one_value_in_two_units_is_one_value_if_one_print_is_the_other_converted() {
        let same = |one: &str, other: &str| {
            let (one, other) = (read(one).expect(one).reading, read(other).expect(other).reading);
            let same = one.is_same_value(&other);
            assert_eq!(same, other.is_same_value(&one), "either way round");
            same
        };
        assert!(same("HbA1c=6.8 %", "HbA1c=50.8 mmol/mol"));
        assert!(same("HbA1c=6.84 %", "HbA1c=51 mmol/mol"));
        assert!(same("FPG=126 mg/dL", "FPG=7.0 mmol/L"));
        assert!(same("HbA1c=6.80 %", "HbA1c=6.8 %"));
        assert!(same("AFP=<0.9 ng/mL", "AFP=< 0.9 ug/L"));
        assert!(!same("HbA1c=6.84 %", "HbA1c=6.8 %"), "one unit, two numbers");
        assert!(!same("HbA1c=6.8 %", "HbA1c=52 mmol/mol"));
        assert!(!same("AFP=<0.9 ng/mL", "AFP=0.9 ng/mL"));
        assert!(!same("AFP=34 unit not reported", "AFP=34 ng/mL"));
        assert!(!same("ALT=not-done", "ALT=not-reported"));
    }

    /// Who reads the same number as was proposed, and adds its unit, agrees with the proposal.
    #[test]
    fn an_accepted_reading_accepts_what_says_the_same_number_and_rejects_the_rest() {
        let reading = |text: &str, standing| OtherReading {
            reading: read(text).expect(text).reading,
            standing,
            made_by: "a".to_owned(),
            reason: "b".to_owned(),
            source: None,
        };
        let standings = |of: &Measurement| -> Vec<_> {
            of.other_readings.iter().map(|one| one.standing.as_str()).collect()
        };
        let mut cea = read("CEA=34 unit not reported").expect("a value");
        cea.put_reading(reading("CEA=3.4 unit not reported", Standing::Proposed));
        cea.put_reading(reading("CEA=0.34 ng/mL", Standing::Proposed));
        assert_eq!(standings(&cea), ["proposed", "proposed"]);
        cea.put_reading(reading("CEA=3.4 ng/mL", Standing::Accepted));
        assert_eq!(standings(&cea), ["accepted", "rejected", "accepted"]);
        assert_eq!((cea.in_force().text(), cea.reading.value), ("3.4 ng/mL".into(), Some(3.4)));
        cea.put_reading(reading("CEA=0.34 ng/mL", Standing::Accepted));
        assert_eq!(standings(&cea), ["rejected", "rejected", "rejected", "accepted"]);
    }

    #[test]
    fn a_value_is_kept_as_printed_beside_its_canonical_form() {
        let hba1c = read("HbA1c=6.80 %").expect("a value");
        assert_eq!(hba1c.reading.printed.as_deref(), Some("6.80"));
        assert_eq!(hba1c.reading.status, Status::Measured);
        let value = hba1c.reading.value.expect("a number");
        assert!((value - 50.809).abs() < 1e-3, "{value}");
        assert_eq!(read("fpg=7.1mmol/l").map(|m| m.reading.value), Ok(Some(7.1)));
        assert_eq!(read("PLT=150 ×10^9/L").map(|m| m.reading.value), Ok(Some(150.0)));
        assert_eq!(read("HOMA-IR=3.2").map(|m| m.reading.value), Ok(Some(3.2)));
    }

    #[test]
    fn a_limit_keeps_its_comparator() {
        let afp = read("AFP=<0.9 ng/mL").expect("a limit").reading;
        assert_eq!((afp.status, afp.comparator), (Status::BelowLimit, Some(Comparator::Less)));
        assert_eq!((afp.value, afp.text()), (Some(0.9), "<0.9 ng/mL".to_owned()));
        let above = read("CA19-9=≥1000 U/mL").expect("a limit").reading;
        assert_eq!(
            (above.status, above.comparator),
            (Status::AboveLimit, Some(Comparator::AtLeast))
        );
    }

    #[test]
    fn a_status_or_a_finding_stands_for_a_number() {
        let status = |text: &str| read(text).map(|m| (m.reading.status, m.reading.printed));
        assert_eq!(status("ALT=not-done"), Ok((Status::NotDone, None)));
        assert_eq!(status("HbA1c=figure only"), Ok((Status::FigureOnly, None)));
        assert_eq!(status("HbA1c=at target"), Ok((Status::Stated, Some("at target".to_owned()))));
        assert!(status("ALT=measured").is_err());
    }

    #[test]
    fn a_value_without_a_unit_has_no_canonical_form_and_must_say_so() {
        assert!(mend("HbA1c=8.6").contains("\"HbA1c=8.6 %\""));
        assert!(
            mend("AFP=34").contains("write for example \"AFP=34 ug/L\", or \"unit not reported\"")
        );
        let afp = read("AFP=34 unit not reported").expect("as printed").reading;
        assert_eq!((afp.status, afp.unit, afp.value), (Status::Measured, None, None));
    }

    #[test]
    fn an_impossible_value_is_refused_with_the_likely_slip() {
        assert!(mend("HbA1c=6.8 mmol/mol").contains("would be usual in %"));
        assert!(mend("HbA1c=0.082 %").contains("8.2 % would be usual"));
        assert!(mend("FPG=126 mmol/L").contains("would be usual in mg/dL"));
        assert!(mend("Hb=1 g/L").contains("decimal point"));
    }

    #[test]
    fn a_rare_value_is_asked_about() {
        let question = |text: &str| {
            let measurement = read(text).expect(text);
            let analyte = Catalogue::built_in().get(measurement.analyte_id).expect("an analyte");
            measurement.reading.question(analyte).map(|q| q.to_string())
        };
        let asked = question("AFP=34 ng/mL").expect("a question");
        assert!(asked.contains("AFP from 0 to 20 ng/mL"), "{asked}");
        assert_eq!(question("AFP=3.4 ng/mL"), None);
        assert_eq!(question("FCP=<0.02 nmol/L"), None);
    }

    #[test]
    fn what_is_no_result_says_what_would_be() {
        assert!(mend("HbA1c=7,1 %").contains("7.1"));
        assert!(mend("HbA1c 6.8").contains("quotes"));
        let error = read("HbA1c=good").expect_err("no result");
        assert!(error.expected.contains("not-done"), "{error}");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,30}") {
            let _ = read(&text);
            let _ = read(&format!("HbA1c={text}"));
        }

        #[test]
        fn any_usual_value_is_kept_as_printed(whole in 4u32..15, tenth in 0u32..10) {
            let printed = format!("{whole}.{tenth}");
            let reading = read(&format!("HbA1c={printed} %")).expect("a value").reading;
            prop_assert_eq!(reading.text(), format!("{printed} %"));
        }
    }
}
