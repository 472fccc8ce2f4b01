//! SV, VS and LB: the visits, and what was measured at each.
//!
//! --ORRES in --ORRESU is what was collected, --STRESN in --STRESU the sponsor's conversion of it (SDTM,
//! findings class). The first is kept; the second is compared with it.

use super::super::gather::{PatientAt, VisitAt};
use super::Study;
use super::data_set::{DataSet, Observation};
use super::time::When;
use crate::domain::{
    Analyte, Level, Limits, Measurement, Mismatch, Number, Reading, Status, Visit, parse_height,
};

/// Test codes of CDISC (codelists LBTESTCD and VSTESTCD) with the analytes they can mean: the first
/// unless LOINC, or a fasting flag, says another.
const TESTS: [(&str, &[&str]); 45] = [
    ("GLUC", &["glu_random", "fpg", "pg2h_ogtt", "pg2h_meal", "ppg"]),
    // C64849, the haemoglobin, and C111207, its share of all haemoglobin: files use either for the share.
    ("HBA1C", &["hba1c"]),
    ("HBA1CHGB", &["hba1c"]),
    ("CPEPTIDE", &["cp_random", "fcp", "pcp2h", "pcp"]),
    ("INSULIN", &["ins_random", "fins"]),
    ("CHOL", &["tc"]),
    ("TRIG", &["tg"]),
    ("HDL", &["hdl"]),
    ("LDL", &["ldl"]),
    ("ALT", &["alt"]),
    ("AST", &["ast"]),
    ("GGT", &["ggt"]),
    ("ALP", &["alp"]),
    ("BILI", &["tbil"]),
    ("BILDIR", &["dbil"]),
    ("ALB", &["alb"]),
    ("CREAT", &["creat"]),
    ("UREA", &["urea"]),
    ("UREAN", &["bun"]),
    ("BUN", &["bun"]),
    ("URATE", &["ua"]),
    ("ALBCREAT", &["uacr"]),
    ("AFP", &["afp", "afp_iu"]),
    ("CEA", &["cea"]),
    ("CA19_9AG", &["ca199"]),
    ("CRP", &["crp", "hscrp"]),
    ("INTLK6", &["il6"]),
    ("TNF", &["tnfa"]),
    ("WBC", &["wbc"]),
    ("HGB", &["hgb"]),
    ("PLAT", &["plt"]),
    ("BHYXBTR", &["bhb"]),
    ("GFRE", &["egfr"]),
    ("GFRBSCRT", &["egfr"]),
    ("WEIGHT", &["weight"]),
    ("BMI", &["bmi"]),
    ("WSTCIR", &["waist"]),
    ("SYSBP", &["sbp"]),
    ("DIABP", &["dbp"]),
    ("HR", &["hr"]),
    ("PULSE", &["hr"]),
    ("TEMP", &["temp"]),
    ("OXYSAT", &["spo2"]),
    ("RESP", &["rr"]),
    ("HEIGHT", &["height"]),
];

const TAKEN: [&str; 22] = [
    "TESTCD", "TEST", "LOINC", "ORRES", "ORRESU", "STRESC", "STRESN", "STRESU", "STAT", "ORNRLO",
    "ORNRHI", "FAST", "SPEC", "DTC", "DY", "VISIT", "VISITNUM", "TPT", "TPTNUM", "POS", "BLFL",
    "LOBXFL",
];

impl<'a> Study<'a> {
    pub(super) fn take_visits(&mut self, set: &DataSet) {
        let planned = [("VISITDY", "the planned day of a visit; the actual one is taken")];
        self.ignore_others(set, &["VISIT", "VISITNUM", "STDY", "STDTC"], &planned);
        for row in set.rows() {
            let Some(at) = self.patient(&row) else { continue };
            let when = self.when(at, &row, ("SVSTDY", "SVSTDTC"));
            let Some(label) = label_of(&row) else {
                let mismatch = Mismatch::new("nothing", "VISIT or VISITNUM");
                self.gathered.wrong(row.place(), "VISIT", mismatch);
                continue;
            };
            self.visit(at, &row, label, when);
        }
    }

    /// The visit of this label. What was done on another day than the visit's is a visit of its own,
    /// which says so in its label.
    fn visit(
        &mut self,
        at: PatientAt,
        row: &Observation<'_>,
        label: String,
        when: When,
    ) -> Option<VisitAt> {
        let known = self.visit_days.entry((at, label.clone())).or_insert_with(|| when.clone());
        let agree = (known.day.is_none() || when.day.is_none() || known.day == when.day)
            && (known.date.is_none() || when.date.is_none() || known.date == when.date);
        let (label, when) = match (agree, when.day, &when.date) {
            (true, ..) => (label, known.clone()),
            (false, Some(day), _) => (format!("{label} (day {day})"), when),
            (false, None, Some(date)) => (format!("{label} ({date})"), when),
            (false, None, None) => (label, when),
        };
        match Visit::new(&label, when.day, when.date, self.how.schedule) {
            Ok(visit) => Some(self.gathered.visit(at, &row.place(), visit)),
            Err(mismatch) => {
                self.gathered.wrong(row.at("VISIT"), "VISIT", mismatch);
                None
            }
        }
    }

    pub(super) fn take_findings(&mut self, set: &DataSet) {
        let own_rule = "which value is the baseline is the registry's own rule";
        self.ignore_others(set, &TAKEN, &[("VISITDY", "the planned day of a visit")]);
        for row in set.rows() {
            if row.of("BLFL").is_some() {
                self.gathered.ignore(
                    row.at(&row.named("BLFL")),
                    format!("{}, baseline flags", set.name),
                    own_rule,
                );
            }
            let Some(analyte) = self.analyte(&row) else { continue };
            let Some(at) = self.patient(&row) else { continue };
            if analyte.key == "height" {
                self.take_height(at, &row);
                continue;
            }
            let Some(reading) = self.reading(&row, analyte) else { continue };
            let limits =
                Limits { low: self.limit(&row, "ORNRLO"), high: self.limit(&row, "ORNRHI") };
            let when = self.when(at, &row, (&row.named("DY"), &row.named("DTC")));
            let label = label_of(&row).or_else(|| when.day.map(|day| format!("day {day}")));
            let Some(label) = label else {
                let mismatch = Mismatch::new("nothing", "VISIT, VISITNUM or a day");
                self.gathered.wrong(row.place(), "VISIT", mismatch);
                continue;
            };
            // Several times or positions at one visit are kept apart.
            let parts = [row.of("TPT").or_else(|| row.of("TPTNUM")), row.of("POS")];
            let part = parts.into_iter().flatten().next();
            let label = part.map_or_else(|| label.clone(), |part| format!("{label}, {part}"));
            let Some(visit) = self.visit(at, &row, label, when) else { continue };
            let measurement = Measurement {
                limits: (limits != Limits::default()).then_some(limits),
                ..Measurement::plain(analyte, reading)
            };
            self.gathered.measurement(visit, row.at(&row.named("ORRES")), measurement);
        }
    }

    /// What was measured: by LOINC first, else by the test code. The two must agree.
    fn analyte(&mut self, row: &Observation<'_>) -> Option<&'a Analyte> {
        let catalogue = self.how.catalogue;
        let code = row.of("TESTCD").unwrap_or_default().to_uppercase();
        let meanings = TESTS.iter().find(|(known, _)| *known == code).map(|(_, keys)| *keys);
        let loinc = row.of("LOINC");
        let by_loinc = loinc.and_then(|loinc| {
            catalogue.analytes().iter().find(|one| one.loinc.as_deref() == Some(loinc))
        });
        if let (Some(analyte), Some(keys)) = (by_loinc, meanings)
            && !keys.contains(&analyte.key.as_str())
        {
            let mismatch = Mismatch::new(
                format!("LOINC {} and {code}", loinc.unwrap_or_default()),
                format!("one analyte; that LOINC is {}", analyte.symbol),
            )
            .mend("mend the code or the test in the data set");
            self.gathered.wrong(row.at(&row.named("LOINC")), row.named("LOINC"), mismatch);
            return None;
        }
        let specimen = row.of("SPEC").unwrap_or_default().to_uppercase();
        let keys = match (meanings, code.as_str()) {
            (_, "ALBCREAT") => meanings,
            (Some(_), _) if specimen == "URINE" => None,
            _ => meanings,
        };
        let is_fasting = row.of("FAST") == Some("Y");
        let by_code = keys.and_then(|keys| {
            let fasting =
                keys.iter().find(|key| is_fasting && ["fpg", "fcp", "fins"].contains(key));
            catalogue.keyed(fasting.or(keys.first())?)
        });
        let analyte = by_loinc.or(by_code);
        if analyte.is_none() {
            let test = row.of("TEST").unwrap_or(&code);
            let urine = if specimen == "URINE" { " in urine" } else { "" };
            let what = format!("{}, test {test}{urine}", row.named(""));
            self.gathered.ignore(row.place(), what, "no analyte of the catalogue");
        }
        analyte
    }

    /// A limit of the laboratory; one that is no number is passed over and counted.
    fn limit(&mut self, row: &Observation<'_>, suffix: &str) -> Option<String> {
        let text = row.of(suffix)?;
        if Number::parse(text).is_ok() {
            return Some(text.to_owned());
        }
        let variable = row.named(suffix);
        self.gathered.ignore(row.at(&variable), format!("{variable} in words"), "no number");
        None
    }

    /// Body height belongs to the patient, in cm.
    fn take_height(&mut self, at: PatientAt, row: &Observation<'_>) {
        let in_cm = |unit: Option<&str>| unit.is_some_and(|unit| unit.eq_ignore_ascii_case("cm"));
        let text = if in_cm(row.of("ORRESU")) {
            row.of("ORRES")
        } else if in_cm(row.of("STRESU")) {
            row.of("STRESN")
        } else {
            None
        };
        let Some(text) = text else {
            self.gathered.ignore(row.place(), "VS, heights", "neither unit is cm");
            return;
        };
        let place = row.at("VSORRES");
        match parse_height(text) {
            Ok(height) => {
                self.gathered.set(at, &place, "height", height, |patient| &mut patient.height_cm);
            }
            Err(mismatch) => self.gathered.wrong(place, "VSORRES", mismatch),
        }
    }

    /// What was found, as collected; compared with the sponsor's conversion.
    fn reading(&mut self, row: &Observation<'_>, analyte: &Analyte) -> Option<Reading> {
        let variable = row.named("ORRES");
        let Some(text) = row.of("ORRES") else {
            let is_not_done =
                row.of("STAT").is_some_and(|stat| stat.eq_ignore_ascii_case("NOT DONE"));
            if !is_not_done {
                let what = format!("{}, observations without a result", row.named(""));
                self.gathered.ignore(row.place(), what, "neither a result nor NOT DONE");
                return None;
            }
            return Some(Reading::without_number(Status::NotDone));
        };
        let (unit, standard_unit) = (row.of("ORRESU"), row.of("STRESU"));
        let standard = row.of("STRESN").zip(standard_unit);
        let standard = standard.map(|(text, unit)| Reading::of_number(text, unit, analyte));
        if unit.is_some_and(|unit| analyte.unit(unit).is_err())
            && let Some(Ok(standard)) = &standard
        {
            let what = format!("{}, results as collected", row.named(""));
            let why = "in a unit without an honest conversion here: the standardised ones are kept";
            self.gathered.ignore(row.at(&variable), what, why);
            return Some(standard.clone());
        }
        let reading = match Reading::of_text(text, unit.unwrap_or_default(), analyte) {
            Ok(reading) => reading,
            Err(mismatch) => {
                self.gathered.wrong(row.at(&variable), variable.clone(), mismatch);
                return None;
            }
        };
        if let Some(Ok(standard)) = standard
            && let (Some(value), Some(other)) = (reading.value, standard.value)
            && reading.status == Status::Measured
        {
            // A conversion is rounded: half a unit of its last decimal, and other factors in use.
            let step = standard.printed.as_deref().and_then(|text| Number::parse(text).ok());
            let step = step.map_or(0.0, |number| 0.5 * 10f64.powi(-i32::from(number.decimals)));
            let slope = standard.unit.as_ref().map_or(1.0, |unit| unit.rule.slope);
            if (value - other).abs() > (step * slope).abs() + 0.015 * value.abs() {
                let found = format!("{} and {}", reading.text(), standard.text());
                let what = format!("{}, {variable} and {}", analyte.symbol, row.named("STRESN"));
                let mismatch = Mismatch::new(found, "one value in two units")
                    .mend(format!("compare with the source; --accept keeps {variable}"));
                self.gathered.say(Level::Question, row.at(&variable), what, mismatch);
            }
        }
        Some(reading)
    }
}

/// What a visit is called.
fn label_of(row: &Observation<'_>) -> Option<String> {
    let numbered = || row.get("VISITNUM").map(|number| format!("visit {number}"));
    row.get("VISIT").map(str::to_owned).or_else(numbered)
}
