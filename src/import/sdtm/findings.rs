//! SV, VS and LB: the visits, and what was measured at each.
//!
//! --ORRES in --ORRESU is what was collected, --STRESN in --STRESU the sponsor's conversion of it (SDTM,
//! findings class). The first is kept; the second is compared with it.

use super::super::gather::{PatientAt, VisitAt};
use super::Study;
use super::data_set::{DataSet, Observation};
use super::terms::{Specimen, meanings, of_other_formula};
use super::time::When;
use crate::domain::{
    Analyte, Catalogue, Level, Limits, Measurement, Mismatch, Number, Reading, Status, Visit,
    contradiction, left_out, parse_height,
};

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
        let because = [
            ("VISITDY", "the planned day of a visit"),
            ("ANMETH", "read only to tell by which formula a filtration rate is estimated"),
        ];
        self.ignore_others(set, &TAKEN, &because);
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
            if let Some(mismatch) = contradicted(&row, analyte) {
                let variable = row.named("LOINC");
                self.gathered.say(Level::Question, row.at(&variable), variable, mismatch);
            }
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
        let keys = meanings(&code);
        let loinc = row.of("LOINC").unwrap_or_default();
        let by_loinc = catalogue.of_loinc(loinc);
        if let (Some(analyte), Some(keys)) = (by_loinc, keys)
            && !keys.contains(&analyte.key.as_str())
        {
            let found = format!("LOINC {loinc} and {code}");
            let expected = format!("one analyte; that LOINC is {}", analyte.symbol);
            let mismatch =
                Mismatch::new(found, expected).mend("mend the code or the test in the data set");
            self.gathered.wrong(row.at(&row.named("LOINC")), row.named("LOINC"), mismatch);
            return None;
        }
        let test = row.of("TEST").unwrap_or(&code);
        let mut what = format!("{}, test {test}", row.named(""));
        if let (None, Some(why)) = (by_loinc, left_out(loinc)) {
            self.gathered.ignore(row.place(), format!("{what}, LOINC {loinc}"), why);
            return None;
        }
        // A LOINC code that is eGFR here names the formula; what the row says otherwise is believed.
        let formula = row.of("ANMETH");
        if (by_loinc.is_none() || formula.is_some())
            && let Some(why) = of_other_formula(&code, formula)
        {
            formula.iter().for_each(|formula| what.push_str(&format!(", {formula}")));
            self.gathered.ignore(row.place(), what, why);
            return None;
        }
        let specimen = Specimen::of(row.of("SPEC"));
        let is_its_own = match (code.as_str(), specimen) {
            // Of a laboratory it is a blood gas, not pulse oximetry.
            ("OXYSAT", _) => row.named("") == "VS",
            (_, Specimen::Unsaid) | ("ALBCREAT", Specimen::Urine) => true,
            (_, Specimen::Plasma | Specimen::Blood) => code != "ALBCREAT",
            (_, Specimen::Urine | Specimen::Other) => row.named("") != "LB",
        };
        let keys = keys.filter(|_| is_its_own);
        let analyte = by_loinc.or_else(|| catalogue.keyed(meant(keys?, row, catalogue)?));
        if analyte.is_none() {
            if let Some(spec) = row.of("SPEC").filter(|_| !is_its_own) {
                what.push_str(&format!(" in {}", spec.to_lowercase()));
            }
            self.gathered.ignore(row.place(), what, "no analyte of the catalogue");
        }
        if analyte.is_some() && code == "GLUC" && specimen == Specimen::Blood {
            self.ask_of_blood(row);
        }
        analyte
    }

    /// The concentration of glucose is lower in whole blood than in plasma, which the catalogue's glucose
    /// is of: 1 to 1.11 (IFCC, D'Orazio et al., Clin Chem 2005;51:1573). Many data sets say BLOOD of what
    /// was drawn, not of what was measured, so a person decides.
    fn ask_of_blood(&mut self, row: &Observation<'_>) {
        let variable = row.named("SPEC");
        let found = format!("glucose in {}", row.of("SPEC").unwrap_or_default());
        let mismatch = Mismatch::new(found, "glucose in serum or plasma")
            .mend("--accept takes it as that; in whole blood it would be lower, 1 to 1.11");
        self.gathered.say(Level::Question, row.at(&variable), variable, mismatch);
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

/// Which of the analytes that a test can mean: the fasting one of a fasting sample, else the first that
/// is measured in the unit. Alpha-fetoprotein in international units is another one than in mass.
fn meant<'k>(keys: &[&'k str], row: &Observation<'_>, catalogue: &Catalogue) -> Option<&'k str> {
    let is_fasting = row.of("FAST") == Some("Y");
    let fasting = keys.iter().find(|key| is_fasting && ["fpg", "fcp", "fins"].contains(key));
    let unit = row.of("ORRESU").unwrap_or_default();
    let reads = |key: &&&str| catalogue.keyed(key).is_some_and(|one| one.unit(unit).is_ok());
    fasting.or_else(|| keys.iter().find(reads)).or(keys.first()).copied()
}

/// What is wrong with LOINC and units: neither the unit of the result nor the standard one is of the kind
/// that the code stands for.
fn contradicted(row: &Observation<'_>, analyte: &Analyte) -> Option<Mismatch> {
    let loinc = row.of("LOINC")?;
    let name = row.of("TEST").unwrap_or_default();
    let units = [row.of("ORRESU"), row.of("STRESU")].into_iter().flatten();
    let told: Vec<_> = units.map(|unit| contradiction(loinc, name, unit, analyte)).collect();
    if told.iter().any(Option::is_none) {
        return None;
    }
    told.into_iter().next().flatten()
}

/// What a visit is called.
fn label_of(row: &Observation<'_>) -> Option<String> {
    let numbered = || row.get("VISITNUM").map(|number| format!("visit {number}"));
    row.get("VISIT").map(str::to_owned).or_else(numbered)
}
