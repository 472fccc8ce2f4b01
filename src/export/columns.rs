//! The columns of each table: name, meaning, unit, the standard's name where there is one, and how
//! the value is found. The dictionary is written from the same list.

use super::Case;
use crate::domain::{
    About, AdverseEvent, Analyte, Attribute, Day, Infusion, Measurement, Medication, OtherReading,
    PartialDate, PatientFile, Product, Report, Source, Statement, UnitRule, Visit, display_unit,
};
use crate::tables::Value;

/// A column of a table with rows of `R`: name, meaning, unit, name in a standard, value.
pub(super) type Column<R> =
    (&'static str, &'static str, &'static str, &'static str, fn(&R) -> Value);

/// A record of a patient.
pub(super) struct Of<'a, T> {
    /// The patient's key.
    pub patient: &'a str,
    /// Its number among the patient's, from 1.
    pub number: usize,
    pub record: &'a T,
}

/// A patient with the case it is from.
pub(super) type OfCase<'a> = (&'a Case, &'a PatientFile);
/// A measurement behind its visit, and its analyte.
pub(super) type Measured<'a> = (&'a Visit, &'a Measurement, Option<&'a Analyte>);

fn word<T: ToString>(word: Option<T>) -> Value {
    word.map(|word| word.to_string()).into()
}

fn day(day: Option<Day>) -> Value {
    day.map(|day| day.0).into()
}

fn date(date: &Option<PartialDate>) -> Value {
    date.as_ref().map(PartialDate::as_str).into()
}

fn place(source: &Option<Source>) -> Value {
    source.as_ref().and_then(|source| source.place.clone()).into()
}

fn quote(source: &Option<Source>) -> Value {
    source.as_ref().and_then(|source| source.quote.clone()).into()
}

fn method(source: &Option<Source>) -> Value {
    word(source.as_ref().and_then(|source| source.method))
}

const PATIENT: &str = "Pseudonym: report/label";
const PLACE: &str = "Where it was read";
const QUOTE: &str = "The report's own words";
const METHOD: &str = "How it was read: text, table, figure, author, lab";
const NOTE: &str = "Anything else";

/// The columns that say where a record of a patient was read, and its note.
macro_rules! read_at {
    () => {
        [
            ("source", PLACE, "", "", |r| place(&r.record.source)),
            ("quote", QUOTE, "", "", |r| quote(&r.record.source)),
            ("method", METHOD, "", "", |r| method(&r.record.source)),
            ("note", NOTE, "", "", |r| r.record.note.clone().into()),
        ]
    };
}

pub(super) fn reports() -> Vec<Column<Report>> {
    vec![
        ("report", "Short unique name", "", "", |r| r.key.as_str().into()),
        ("kind", "Kind of evidence", "", "", |r| word(Some(r.kind))),
        ("simulated", "Invented for demonstration", "", "", |r| r.simulated.into()),
        ("title", "Title", "", "", |r| r.citation.title.clone().into()),
        ("authors", "Authors as printed", "", "", |r| r.citation.authors.clone().into()),
        ("journal", "Journal", "", "", |r| r.citation.journal.clone().into()),
        ("year", "Year of publication", "", "", |r| r.citation.year.into()),
        ("volume", "Volume", "", "", |r| r.citation.volume.clone().into()),
        ("issue", "Issue", "", "", |r| r.citation.issue.clone().into()),
        ("pages", "Pages", "", "", |r| r.citation.pages.clone().into()),
        ("doi", "Digital object identifier", "", "", |r| r.citation.doi.clone().into()),
        ("pmid", "PubMed identifier", "", "", |r| r.citation.pmid.clone().into()),
        ("registration", "Trial registration", "", "", |r| r.citation.registration.clone().into()),
        ("country", "Country", "", "", |r| r.citation.country.clone().into()),
        ("language", "Language of the text", "", "", |r| r.citation.language.clone().into()),
        ("site", "Hospital or institute", "", "", |r| r.citation.site.clone().into()),
        (
            "adverse_events",
            "What it says on adverse events: given, none stated, or not mentioned (silence is not zero)",
            "",
            "",
            |r| word(Some(r.adverse_events)),
        ),
        ("adverse_events_days", "For how long they were looked for", "d", "", |r| {
            r.adverse_events_days.into()
        }),
        ("source", "Where it says so", "", "", |r| place(&r.adverse_events_source)),
        ("quote", QUOTE, "", "", |r| quote(&r.adverse_events_source)),
        ("method", METHOD, "", "", |r| method(&r.adverse_events_source)),
        ("note", NOTE, "", "", |r| r.note.clone().into()),
    ]
}

pub(super) fn products() -> Vec<Column<Product>> {
    vec![
        ("product", "Short unique name", "", "", |r| r.key.as_str().into()),
        ("name", "Trade or working name", "", "SDTM EXTRT", |r| r.name.clone().into()),
        ("cell_type", "Cell type", "", "", |r| r.cell_type.clone().into()),
        ("donor", "Whose cells", "", "", |r| word(r.donor)),
        ("tissue", "Tissue of origin", "", "", |r| r.tissue.clone().into()),
        ("preparation", "Separation, medium, cryoprotectant", "", "", |r| {
            r.preparation.clone().into()
        }),
        ("state", "Fresh or frozen", "", "", |r| word(r.state)),
        ("identity", "Surface markers, differentiation", "", "", |r| r.identity.clone().into()),
        ("release_tests", "Sterility, endotoxin, karyotype", "", "", |r| {
            r.release_tests.clone().into()
        }),
        ("lot", "Lot or batch", "", "SDTM EXLOT", |r| r.lot.clone().into()),
        ("source", PLACE, "", "", |r| place(&r.source)),
        ("quote", QUOTE, "", "", |r| quote(&r.source)),
        ("method", METHOD, "", "", |r| method(&r.source)),
        ("note", NOTE, "", "", |r| r.note.clone().into()),
    ]
}

pub(super) fn patients<'a>() -> Vec<Column<OfCase<'a>>> {
    vec![
        ("patient", PATIENT, "", "SDTM USUBJID; GA4GH Individual.id", |r| {
            r.1.patient.key.as_str().into()
        }),
        (
            "reports",
            "Reports it stands in, the first is the one it was recorded from",
            "",
            "",
            |r| r.1.patient.reports.join(" ").into(),
        ),
        ("simulated", "Invented for demonstration", "", "", |r| r.0.report.simulated.into()),
        ("sex", "Sex as reported", "", "SDTM SEX; GA4GH Individual.sex", |r| word(r.1.patient.sex)),
        ("age_years", "Age on day 0", "a", "SDTM AGE", |r| r.1.patient.age_years.into()),
        ("age_band", "90+ where de-identification left nothing closer of the age", "", "", |r| {
            r.0.over_89.contains(&r.1.patient.key).then_some("90+").into()
        }),
        ("birth_year", "Year of birth", "", "SDTM BRTHDTC", |r| r.1.patient.birth_year.into()),
        ("diagnosis", "Diagnosis", "", "", |r| r.1.patient.diagnosis.clone().into()),
        ("diabetes_duration_years", "Years since the diagnosis, on day 0", "a", "", |r| {
            r.1.patient.diabetes_duration_years.into()
        }),
        ("height_cm", "Body height", "cm", "", |r| r.1.patient.height_cm.into()),
        ("follow_up_days", "Follow-up from day 0", "d", "", |r| r.1.patient.follow_up_days.into()),
        ("enrolment_date", "Date of enrolment", "", "", |r| date(&r.1.patient.enrolment_date)),
        ("source", PLACE, "", "", |r| place(&r.1.patient.source)),
        ("quote", QUOTE, "", "", |r| quote(&r.1.patient.source)),
        ("method", METHOD, "", "", |r| method(&r.1.patient.source)),
        ("note", NOTE, "", "", |r| r.1.patient.note.clone().into()),
    ]
}

/// A value of one of the registry's own columns: patient, column, value.
pub(super) type OwnValue<'a> = (&'a str, &'a Attribute, &'a str);

/// The values of a patient in the registry's own columns.
pub(super) fn attributes_of<'a>((case, file): OfCase<'a>) -> Vec<OwnValue<'a>> {
    let value = |attribute: &'a Attribute| {
        let value = file.patient.attributes.get(&attribute.key)?;
        Some((file.patient.key.as_str(), attribute, value.as_str()))
    };
    case.attributes.iter().filter_map(value).collect()
}

pub(super) fn attributes<'a>() -> Vec<Column<OwnValue<'a>>> {
    vec![
        ("patient", PATIENT, "", "SDTM USUBJID", |r| r.0.into()),
        ("attribute", "Key of the registry's own column", "", "", |r| r.1.key.as_str().into()),
        ("label", "What people read instead of the key", "", "", |r| r.1.label.clone().into()),
        ("kind", "What its values are", "", "", |r| word(Some(r.1.kind))),
        ("value", "The patient's value", "", "", |r| r.2.into()),
    ]
}

pub(super) fn infusions<'a>() -> Vec<Column<Of<'a, Infusion>>> {
    let mut columns: Vec<Column<Of<'a, Infusion>>> = vec![
        ("patient", PATIENT, "", "SDTM USUBJID", |r| r.patient.into()),
        ("number", "First, second … of this patient", "", "SDTM EXSEQ", |r| {
            r.record.number.into()
        }),
        ("day", DAY, "d", "SDTM EXSTDY, which has no 0", |r| day(r.record.day)),
        ("date", DATE, "", "SDTM EXSTDTC", |r| date(&r.record.date)),
        ("product", "Product: see products", "", "", |r| r.record.product.clone().into()),
        ("route", "Route", "", "SDTM EXROUTE", |r| r.record.route.clone().into()),
        ("delivery_site", "Where the cells were delivered", "", "SDTM EXLOC", |r| {
            r.record.delivery_site.clone().into()
        }),
        ("cells", "Cells given", "1", "SDTM EXDOSE", |r| r.record.cells.into()),
        ("cells_per_kg", "Cells given per kg of body weight", "/kg", "", |r| {
            r.record.cells_per_kg.into()
        }),
        ("dose_printed", "The dose in the report's words", "", "SDTM EXDOSTXT", |r| {
            r.record.dose_printed.clone().into()
        }),
        ("volume_ml", "Volume", "mL", "", |r| r.record.volume_ml.into()),
        ("viability_percent", "Viable cells", "%", "", |r| r.record.viability_percent.into()),
        ("passage", "Passage", "", "", |r| r.record.passage.into()),
        ("premedication", "Premedication", "", "", |r| r.record.premedication.clone().into()),
    ];
    columns.extend::<[Column<Of<'a, Infusion>>; 4]>(read_at!());
    columns
}

const DAY: &str = "Days from day 0; the day before is -1";
const DATE: &str = "Date, ISO 8601, as far as it is known";

pub(super) fn visits<'a>() -> Vec<Column<Of<'a, Visit>>> {
    let mut columns: Vec<Column<Of<'a, Visit>>> = vec![
        ("patient", PATIENT, "", "SDTM USUBJID", |r| r.patient.into()),
        ("visit", "What the report calls it", "", "SDTM VISIT", |r| r.record.label.as_str().into()),
        ("timepoint", "The planned visit that the label names", "", "", |r| {
            r.record.timepoint.clone().into()
        }),
        ("day", DAY, "d", "SDTM VISITDY if planned, which has no 0", |r| day(r.record.day)),
        ("day_basis", "actual: reported; planned: read off the label only", "", "", |r| {
            word(r.record.day_basis)
        }),
        ("date", DATE, "", "SDTM SVSTDTC", |r| date(&r.record.date)),
    ];
    columns.extend::<[Column<Of<'a, Visit>>; 4]>(read_at!());
    columns
}

/// Other readings of a print, for people.
fn readings(measurement: &Measurement) -> Value {
    let told = |one: &OtherReading| {
        let (text, standing) = (one.reading.text(), one.standing);
        format!("{text} ({standing} by {}: {})", one.made_by, one.reason)
    };
    let all: Vec<_> = measurement.other_readings.iter().map(told).collect();
    Some(all.join("; ")).filter(|text| !text.is_empty()).into()
}

fn shown(unit: &str) -> String {
    if unit == "1" { unit.to_owned() } else { display_unit(unit) }
}

fn canonical_unit((_, measurement, analyte): &Measured<'_>) -> Value {
    let unit = analyte.map(|analyte| shown(&analyte.canonical_unit().ucum));
    unit.filter(|_| measurement.reading.value.is_some()).into()
}

/// The other units of an analyte, each with its rule.
fn other_units(analyte: &Analyte) -> Value {
    let told = |rule: &UnitRule| {
        let offset = match rule.intercept {
            0.0 => String::new(),
            offset => format!(" {} {}", if offset < 0.0 { '-' } else { '+' }, offset.abs()),
        };
        format!("{} × {}{offset} ({})", shown(&rule.spelled), rule.slope, rule.basis)
    };
    let all: Vec<_> = analyte.other_units().iter().map(told).collect();
    Some(all.join("; ")).filter(|text| !text.is_empty()).into()
}

/// A limit; none where a side is open.
fn limit(limit: f64) -> Value {
    Some(limit).filter(|limit| limit.is_finite()).into()
}

pub(super) fn analytes() -> Vec<Column<Analyte>> {
    vec![
        ("analyte", "Short unique name", "", "SDTM LBTESTCD", |a| a.key.as_str().into()),
        ("symbol", "What tables print", "", "", |a| a.symbol.as_str().into()),
        ("name", "Name", "", "SDTM LBTEST", |a| a.name.as_str().into()),
        ("own", "Defined by the registry, not built in", "", "", |a| a.id.is_own().into()),
        ("unit", "The canonical unit", "", "SDTM LBSTRESU", |a| {
            shown(&a.canonical_unit().ucum).into()
        }),
        ("decimals", "Usual decimals in the canonical unit", "", "", |a| {
            u32::from(a.canonical_unit().decimals).into()
        }),
        ("other_units", "Other units, canonical = printed × factor + offset", "", "", other_units),
        ("hard_min", "Refused below", "see unit", "", |a| limit(a.hard_range.0)),
        ("hard_max", "Refused above", "see unit", "", |a| limit(a.hard_range.1)),
        ("query_min", "Asked about below", "see unit", "", |a| limit(a.query_range.0)),
        ("query_max", "Asked about above", "see unit", "", |a| limit(a.query_range.1)),
        ("loinc", "LOINC code of the quantity in the canonical unit", "", "SDTM LBLOINC", |a| {
            a.loinc.clone().into()
        }),
        ("specimen", "What it is measured in", "", "SDTM LBSPEC", |a| a.specimen.clone().into()),
        ("state", "The state it is measured in", "", "", |a| a.state.clone().into()),
        ("aliases", "Other names it is entered by", "", "", |a| {
            Some(a.aliases.join("; ")).filter(|text| !text.is_empty()).into()
        }),
    ]
}

pub(super) fn measurements<'a>() -> Vec<Column<(&'a str, Measured<'a>)>> {
    vec![
        ("patient", PATIENT, "", "SDTM USUBJID", |r| r.0.into()),
        ("visit", "The visit's label", "", "SDTM VISIT", |r| r.1.0.label.as_str().into()),
        ("day", DAY, "d", "SDTM LBDY, which has no 0", |r| day(r.1.0.day)),
        ("day_basis", "actual or planned", "", "", |r| word(r.1.0.day_basis)),
        ("analyte", "Key of the analyte", "", "SDTM LBTESTCD; GA4GH Measurement.assay", |r| {
            r.1.1.analyte.as_str().into()
        }),
        ("status", "What became of it: that of the value in force", "", "", |r| {
            word(Some(r.1.1.in_force().status))
        }),
        ("printed", "The number or words as printed", "", "SDTM LBORRES", |r| {
            r.1.1.reading.printed.clone().into()
        }),
        ("printed_unit", "The unit as printed", "", "SDTM LBORRESU", |r| {
            r.1.1.reading.unit.as_ref().map(|unit| unit.printed.clone()).into()
        }),
        (
            "value",
            "The value in force, in the canonical unit; the limit itself when below or above one",
            "see unit",
            "SDTM LBSTRESN; GA4GH Measurement.value",
            |r| r.1.1.reading.value.into(),
        ),
        ("unit", "The canonical unit of the analyte", "", "SDTM LBSTRESU", |r| {
            canonical_unit(&r.1)
        }),
        ("conversion", "The rule that made the value canonical", "", "", |r| {
            r.1.1.in_force().unit.as_ref().map(|unit| unit.rule.basis.clone()).into()
        }),
        (
            "lower_limit",
            "The laboratory's limit, in the printed unit",
            "see printed_unit",
            "SDTM LBORNRLO",
            |r| r.1.1.limits.as_ref().and_then(|limits| limits.low.clone()).into(),
        ),
        (
            "upper_limit",
            "The laboratory's limit, in the printed unit",
            "see printed_unit",
            "SDTM LBORNRHI",
            |r| r.1.1.limits.as_ref().and_then(|limits| limits.high.clone()).into(),
        ),
        ("other_readings", "Other readings of the print: doubts and corrections", "", "", |r| {
            readings(r.1.1)
        }),
        ("source", PLACE, "", "", |r| place(&r.1.1.source)),
        ("quote", QUOTE, "", "", |r| quote(&r.1.1.source)),
        ("method", METHOD, "", "", |r| method(&r.1.1.source)),
    ]
}

pub(super) fn events<'a>() -> Vec<Column<Of<'a, AdverseEvent>>> {
    let mut columns: Vec<Column<Of<'a, AdverseEvent>>> = vec![
        ("patient", PATIENT, "", "SDTM USUBJID", |r| r.patient.into()),
        ("number", "Its number among the patient's", "", "SDTM AESEQ", |r| r.number.into()),
        ("term", "In the report's words", "", "SDTM AETERM", |r| r.record.term.as_str().into()),
        ("coded_term", "Coded term", "", "SDTM AEDECOD", |r| r.record.coded_term.clone().into()),
        ("coded_class", "Class of the coded term", "", "SDTM AEBODSYS", |r| {
            r.record.coded_class.clone().into()
        }),
        ("dictionary", "Dictionary of the coded term, with its version", "", "", |r| {
            r.record.dictionary.clone().into()
        }),
        ("onset_day", DAY, "d", "SDTM AESTDY, which has no 0", |r| day(r.record.onset_day)),
        ("onset_date", DATE, "", "SDTM AESTDTC", |r| date(&r.record.onset_date)),
        ("end_day", DAY, "d", "SDTM AEENDY, which has no 0", |r| day(r.record.end_day)),
        ("end_date", DATE, "", "SDTM AEENDTC", |r| date(&r.record.end_date)),
        ("ctcae_version", "Version of CTCAE", "", "", |r| r.record.ctcae_version.clone().into()),
        ("grade", "CTCAE grade, 1 to 5", "", "SDTM AETOXGR", |r| {
            r.record.grade.map(u32::from).into()
        }),
        ("serious", "Serious", "", "SDTM AESER", |r| r.record.serious.into()),
        ("serious_reason", "Why it is serious (ICH E2A)", "", "", |r| {
            word(r.record.serious_reason)
        }),
        ("related_to_cells", "Caused by the cells", "", "SDTM AEREL", |r| {
            word(r.record.related_to_cells)
        }),
        ("related_to_procedure", "Caused by the procedure", "", "", |r| {
            word(r.record.related_to_procedure)
        }),
        ("related_to_premedication", "Caused by the premedication", "", "", |r| {
            word(r.record.related_to_premedication)
        }),
        ("related_to_disease", "Caused by the disease", "", "", |r| {
            word(r.record.related_to_disease)
        }),
        ("infusion", "Number of the infusion it followed", "", "", |r| r.record.infusion.into()),
        ("action", "What was done", "", "", |r| r.record.action.clone().into()),
        ("outcome", "How it ended", "", "SDTM AEOUT", |r| word(r.record.outcome)),
    ];
    columns.extend::<[Column<Of<'a, AdverseEvent>>; 4]>(read_at!());
    columns
}

pub(super) fn medications<'a>() -> Vec<Column<Of<'a, Medication>>> {
    let mut columns: Vec<Column<Of<'a, Medication>>> = vec![
        ("patient", PATIENT, "", "SDTM USUBJID", |r| r.patient.into()),
        ("number", "Its number among the patient's", "", "SDTM CMSEQ", |r| r.number.into()),
        ("drug", "Drug", "", "SDTM CMTRT", |r| r.record.drug.as_str().into()),
        ("atc", "ATC code", "", "", |r| r.record.atc.clone().into()),
        ("atc_year", "Year of the ATC index", "", "", |r| r.record.atc_year.into()),
        ("dose_per_day", "Dose per day; 0: free of it", "see dose_unit", "", |r| {
            r.record.dose_per_day.into()
        }),
        ("dose_unit", "Unit of the dose", "", "SDTM CMDOSU", |r| r.record.dose_unit.clone().into()),
        ("start_day", DAY, "d", "SDTM CMSTDY, which has no 0", |r| day(r.record.start_day)),
        ("start_date", DATE, "", "SDTM CMSTDTC", |r| date(&r.record.start_date)),
        ("end_day", DAY, "d", "SDTM CMENDY, which has no 0", |r| day(r.record.end_day)),
        ("end_date", DATE, "", "SDTM CMENDTC", |r| date(&r.record.end_date)),
        ("stop_reason", "Why it was stopped", "", "", |r| r.record.stop_reason.clone().into()),
    ];
    columns.extend::<[Column<Of<'a, Medication>>; 4]>(read_at!());
    columns
}

pub(super) fn statements<'a>() -> Vec<Column<Of<'a, Statement>>> {
    let mut columns: Vec<Column<Of<'a, Statement>>> = vec![
        ("patient", PATIENT, "", "SDTM USUBJID", |r| r.patient.into()),
        ("number", "Its number among the patient's", "", "", |r| r.number.into()),
        ("analyte", "Key of the analyte it is about", "", "", |r| match &r.record.about {
            About::Analyte(key) => key.as_str().into(),
            About::Topic(_) => Value::Null,
        }),
        ("topic", "What it is about, if wider than an analyte", "", "", |r| {
            match &r.record.about {
                About::Topic(topic) => topic.as_str().into(),
                About::Analyte(_) => Value::Null,
            }
        }),
        ("visit", "Label of the visit; empty: the whole follow-up", "", "", |r| {
            r.record.visit.clone().into()
        }),
        ("finding", "What is said", "", "", |r| word(Some(r.record.finding))),
    ];
    columns.extend::<[Column<Of<'a, Statement>>; 4]>(read_at!());
    columns
}
