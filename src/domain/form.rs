//! The form people fill in outside the registry: its sheets, and what each column holds.
//!
//! The writer of the empty form and the reader of the filled one both follow this list, and the columns
//! are called as in the tables of an export.

use super::mismatch::words;
use super::{
    AdverseEventStance, Donor, Method, Outcome, ProductState, Relation, ReportKind, SeriousReason,
    Sex,
};

words! {
    /// A sheet of the form; each has records of one kind.
    FormSheet as "a sheet of the form" {
        /// Reports.
        Reports = "reports",
        /// Patients.
        Patients = "patients",
        /// Products.
        Products = "products",
        /// Infusions.
        Infusions = "infusions",
        /// Visits, with a column for each analyte.
        Visits = "visits",
        /// Measurements, one a row, with more beside the value.
        Measurements = "measurements",
        /// Adverse events.
        Events = "events",
        /// Medications.
        Medications = "medications",
    }
}

/// What a column of the form holds.
#[derive(Debug, Clone, Copy)]
pub enum Holds {
    /// Any text.
    Text,
    /// The key of a report.
    Report,
    /// The key of a patient.
    Patient,
    /// The key of a product.
    Product,
    /// The label of a visit.
    Visit,
    /// An analyte.
    Analyte,
    /// A result: a number, a limit, or what became of it.
    Result,
    /// A whole number between these.
    Whole(i32, i32),
    /// A number between these.
    Number(f64, f64),
    /// A day counted from day 0.
    Day,
    /// A date as far as it is known.
    Date,
    /// Yes or no.
    Flag,
    /// One word of a closed list.
    Words(fn() -> Vec<&'static str>),
}

/// A column of the form.
#[derive(Debug, Clone, Copy)]
pub struct FormColumn {
    /// Its heading.
    pub name: &'static str,
    /// What may stand in it.
    pub holds: Holds,
    /// True if no row can do without it.
    pub needed: bool,
    /// What it means.
    pub meaning: &'static str,
    /// What stands in it in the example row.
    pub example: &'static str,
}

/// What the first cell of an example row begins with. No key has a colon, so nothing else does.
pub const EXAMPLE: &str = "example:";

macro_rules! list {
    ($type:ident) => {
        Holds::Words(|| $type::ALL.iter().map(|word| word.as_str()).collect())
    };
}

const fn may(
    name: &'static str,
    holds: Holds,
    meaning: &'static str,
    example: &'static str,
) -> FormColumn {
    FormColumn { name, holds, needed: false, meaning, example }
}

const fn must(
    name: &'static str,
    holds: Holds,
    meaning: &'static str,
    example: &'static str,
) -> FormColumn {
    FormColumn { name, holds, needed: true, meaning, example }
}

const PATIENT: FormColumn = must(
    "patient",
    Holds::Patient,
    "Pseudonym: report/label. A label is a number or a code, never a name",
    "huang-2025/1",
);
const DAY: &str = "Days from day 0, the day of the first infusion; the day before is -1";
const DATE: &str = "Date as 2024-03-05; 2024-03 or 2024 if no more is known";
const SOURCE: [FormColumn; 3] = [
    may("source", Holds::Text, "Where it was read: page, table, figure", "table 2, p. 4"),
    may("quote", Holds::Text, "The report's own words", ""),
    may("method", list!(Method), "How it was read", "table"),
];
const NOTE: FormColumn = may("note", Holds::Text, "Anything else that identifies no person", "");
const MOST: f64 = 1e13;

impl FormSheet {
    /// The columns from left to right. Columns of analytes stand behind those of a visit's day.
    pub fn columns(self) -> Vec<FormColumn> {
        let mut columns = match self {
            FormSheet::Reports => reports(),
            FormSheet::Patients => patients(),
            FormSheet::Products => products(),
            FormSheet::Infusions => infusions(),
            FormSheet::Visits => visits(),
            FormSheet::Measurements => measurements(),
            FormSheet::Events => events(),
            FormSheet::Medications => medications(),
        };
        columns.extend(SOURCE);
        if self != FormSheet::Measurements {
            columns.push(NOTE);
        }
        columns
    }

    /// What a row of the sheet is.
    pub fn a_row(self) -> &'static str {
        match self {
            FormSheet::Reports => "a published or site-made case report, series or trial arm",
            FormSheet::Patients => "a patient, known by a pseudonym only",
            FormSheet::Products => "what was infused",
            FormSheet::Infusions => "one infusion of a patient",
            FormSheet::Visits => "a visit of a patient, with a column for each analyte",
            FormSheet::Measurements => {
                "one result of a visit: for analytes without a column, limits and sources"
            }
            FormSheet::Events => "one adverse event of a patient",
            FormSheet::Medications => "one dose of a drug from a day to a day",
        }
    }
}

fn reports() -> Vec<FormColumn> {
    vec![
        must("report", Holds::Report, "Short unique name", "huang-2025"),
        must("kind", list!(ReportKind), "Kind of evidence", "case report"),
        may("simulated", Holds::Flag, "Invented for demonstration", "no"),
        may("title", Holds::Text, "Title", ""),
        may("authors", Holds::Text, "Authors as printed", ""),
        may("journal", Holds::Text, "Journal", ""),
        may("year", Holds::Whole(1800, 2200), "Year of publication", "2025"),
        may("volume", Holds::Text, "Volume", ""),
        may("issue", Holds::Text, "Issue", ""),
        may("pages", Holds::Text, "Pages", ""),
        may("doi", Holds::Text, "Digital object identifier", ""),
        may("pmid", Holds::Text, "PubMed identifier", ""),
        may("registration", Holds::Text, "Trial registration", ""),
        may("country", Holds::Text, "Country", "China"),
        may("language", Holds::Text, "Language of the text", "zh"),
        may("site", Holds::Text, "Hospital or institute", ""),
        may(
            "adverse_events",
            list!(AdverseEventStance),
            "What it says on adverse events: silence is not zero",
            "none stated",
        ),
        may(
            "adverse_events_days",
            Holds::Whole(0, 54_787),
            "For how many days they were looked for",
            "84",
        ),
    ]
}

fn patients() -> Vec<FormColumn> {
    let years = Holds::Number(0.0, 130.0);
    vec![
        PATIENT,
        may("also_in", Holds::Text, "Further reports of the same patient, by key, with blanks", ""),
        may("sex", list!(Sex), "Sex as reported", "female"),
        may("age_years", years, "Age on day 0, in years", "53"),
        may("birth_year", Holds::Whole(1850, 2200), "Year of birth; never more", ""),
        may("diagnosis", Holds::Text, "Diagnosis", "T2DM"),
        may("diabetes_duration_years", years, "Years since the diagnosis, on day 0", "8.5"),
        may("height_cm", Holds::Number(30.0, 280.0), "Body height in cm", "162"),
        may("follow_up_days", Holds::Whole(0, 54_787), "Days of follow-up from day 0", "84"),
        may("enrolment_date", Holds::Date, DATE, ""),
    ]
}

fn products() -> Vec<FormColumn> {
    vec![
        must("product", Holds::Product, "Short unique name", "huc-msc"),
        may("name", Holds::Text, "Trade or working name", ""),
        may("cell_type", Holds::Text, "Cell type", "MSC"),
        may("donor", list!(Donor), "Whose cells", "allogeneic"),
        may("tissue", Holds::Text, "Tissue of origin", "umbilical cord"),
        may("preparation", Holds::Text, "Separation, medium, cryoprotectant", ""),
        may("state", list!(ProductState), "Fresh or frozen", "fresh"),
        may("identity", Holds::Text, "Surface markers, differentiation", ""),
        may("release_tests", Holds::Text, "Sterility, endotoxin, karyotype", ""),
        may("lot", Holds::Text, "Lot or batch", ""),
    ]
}

fn infusions() -> Vec<FormColumn> {
    vec![
        PATIENT,
        may("number", Holds::Whole(1, 1000), "First, second … of this patient", "1"),
        may("day", Holds::Day, DAY, "0"),
        may("date", Holds::Date, DATE, ""),
        may("product", Holds::Product, "Product: see the sheet products", "huc-msc"),
        may("route", Holds::Text, "Route", "intravenous"),
        may("delivery_site", Holds::Text, "Where the cells were delivered", ""),
        may("cells", Holds::Number(1e4, MOST), "Cells given, as 60000000 or 6e7", "6e7"),
        may("cells_per_kg", Holds::Number(1e3, 1e8), "Cells given per kg of body weight", "1e6"),
        may("dose_printed", Holds::Text, "The dose in the report's words", ""),
        may("volume_ml", Holds::Number(0.0, 10_000.0), "Volume in mL", "100"),
        may("viability_percent", Holds::Number(0.0, 100.0), "Viable cells in percent", "95"),
        may("passage", Holds::Whole(0, 100), "Passage", "4"),
        may("premedication", Holds::Text, "Premedication", ""),
    ]
}

fn visits() -> Vec<FormColumn> {
    vec![
        PATIENT,
        must("visit", Holds::Visit, "What the visit is called: W4, discharge", "W4"),
        may("day", Holds::Day, "The actual day, if it is reported, from day 0", ""),
        may("date", Holds::Date, DATE, ""),
    ]
}

fn measurements() -> Vec<FormColumn> {
    vec![
        PATIENT,
        must("visit", Holds::Visit, "The visit's label, as in the sheet visits", "W4"),
        must("analyte", Holds::Analyte, "What was measured", "AFP"),
        must(
            "value",
            Holds::Result,
            "A number, <0.9, not done, not reported, figure only, unreadable, or words: at target",
            "<0.9",
        ),
        may(
            "unit",
            Holds::Text,
            "As printed; \"unit not reported\" if the source has none",
            "ng/mL",
        ),
        may("lower_limit", Holds::Number(-MOST, MOST), "The laboratory's limit, in that unit", "0"),
        may("upper_limit", Holds::Number(-MOST, MOST), "The laboratory's limit, in that unit", "7"),
    ]
}

fn events() -> Vec<FormColumn> {
    vec![
        PATIENT,
        must("term", Holds::Text, "The event in the report's words", "fever"),
        may("coded_term", Holds::Text, "Coded term", ""),
        may("coded_class", Holds::Text, "Class of the coded term", ""),
        may("dictionary", Holds::Text, "Dictionary of the coded term, with its version", ""),
        may("onset_day", Holds::Day, DAY, "0"),
        may("onset_date", Holds::Date, DATE, ""),
        may("end_day", Holds::Day, DAY, "1"),
        may("end_date", Holds::Date, DATE, ""),
        may("ctcae_version", Holds::Text, "Version of CTCAE", "5.0"),
        may("grade", Holds::Whole(1, 5), "CTCAE grade, 1 to 5", "1"),
        may("serious", Holds::Flag, "Serious", "no"),
        may("serious_reason", list!(SeriousReason), "Why it is serious (ICH E2A)", ""),
        may("related_to_cells", list!(Relation), "Caused by the cells", "possible"),
        may("related_to_procedure", list!(Relation), "Caused by the procedure", ""),
        may("related_to_premedication", list!(Relation), "Caused by the premedication", ""),
        may("related_to_disease", list!(Relation), "Caused by the disease", ""),
        may("infusion", Holds::Whole(1, 1000), "Number of the infusion it followed", "1"),
        may("action", Holds::Text, "What was done", "paracetamol"),
        may("outcome", list!(Outcome), "How it ended", "recovered"),
    ]
}

fn medications() -> Vec<FormColumn> {
    vec![
        PATIENT,
        must("drug", Holds::Text, "Drug", "metformin"),
        may("atc", Holds::Text, "ATC code", "A10BA02"),
        may("atc_year", Holds::Whole(1800, 2200), "Year of the ATC index", ""),
        may("dose_per_day", Holds::Number(0.0, MOST), "Dose per day; 0: free of it", "1000"),
        may("dose_unit", Holds::Text, "Unit of the dose", "mg"),
        may("start_day", Holds::Day, DAY, "-30"),
        may("start_date", Holds::Date, DATE, ""),
        may("end_day", Holds::Day, DAY, ""),
        may("end_date", Holds::Date, DATE, ""),
        may("stop_reason", Holds::Text, "Why it was stopped", ""),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_of_a_sheet_is_there_once_and_the_first_is_needed() {
        for sheet in FormSheet::ALL {
            let columns = sheet.columns();
            assert!(columns[0].needed, "{sheet}: an example row is known by its first cell");
            for (at, column) in columns.iter().enumerate() {
                let again = columns[..at].iter().any(|known| known.name == column.name);
                assert!(!again && !column.meaning.is_empty(), "{sheet}: {}", column.name);
            }
        }
    }

    #[test]
    fn an_example_is_one_of_the_words_of_its_column() {
        for column in FormSheet::ALL.iter().flat_map(|sheet| sheet.columns()) {
            if let Holds::Words(words) = column.holds {
                assert!(column.example.is_empty() || words().contains(&column.example));
            }
        }
    }
}
