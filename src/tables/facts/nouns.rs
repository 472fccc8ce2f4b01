//! What is told of each kind of record.

use super::{Described, Fact, source_facts};
use crate::domain::{
    About, AdverseEvent, Analyte, Attribute, Benefit, Catalogue, Day, Infusion, Medication,
    NamedCohort, NamedEndpoint, PartialDate, Patient, Product, Relation, Report, Statement,
    Timepoint, UnitRule, Visit, display_unit,
};

impl Described for Report {
    fn facts(&self, _: &Catalogue) -> Vec<Fact> {
        let citation = self.citation.clone();
        let mut facts = vec![
            Fact::new("report", "Report", self.key.as_str()),
            Fact::new("kind", "Kind", self.kind.as_str()),
            Fact::new("simulated", "Simulated", self.simulated),
            Fact::new("title", "Title", citation.title),
            Fact::new("authors", "Authors", citation.authors),
            Fact::new("journal", "Journal", citation.journal),
            Fact::new("year", "Year", citation.year),
            Fact::new("volume", "Volume", citation.volume),
            Fact::new("issue", "Issue", citation.issue),
            Fact::new("pages", "Pages", citation.pages),
            Fact::new("doi", "DOI", citation.doi),
            Fact::new("pmid", "PubMed", citation.pmid),
            Fact::new("registration", "Registration", citation.registration),
            Fact::new("country", "Country", citation.country),
            Fact::new("language", "Language", citation.language),
            Fact::new("site", "Site", citation.site),
            Fact::new("adverse_events", "Adverse events", self.adverse_events.as_str()),
            Fact::new("adverse_events_days", "Looked for", self.adverse_events_days).unit("days"),
        ];
        facts.extend(source_facts(self.adverse_events_source.as_ref()));
        facts.push(Fact::new("note", "Note", self.note.clone()));
        facts
    }
}

impl Described for Patient {
    fn facts(&self, _: &Catalogue) -> Vec<Fact> {
        let mut facts = vec![
            Fact::new("patient", "Patient", self.key.as_str()),
            Fact::new("reports", "Reports", self.reports.join(" ")),
            Fact::new("sex", "Sex", self.sex.map(|sex| sex.as_str())),
            Fact::new("age_years", "Age on day 0", self.age_years).unit("years"),
            Fact::new("birth_year", "Born", self.birth_year),
            Fact::new("diagnosis", "Diagnosis", self.diagnosis.clone()),
            Fact::new("diabetes_duration_years", "Diabetes for", self.diabetes_duration_years)
                .unit("years"),
            Fact::new("height_cm", "Height", self.height_cm).unit("cm"),
            Fact::new("follow_up_days", "Followed up", self.follow_up_days).unit("days"),
            Fact::new("enrolment_date", "Enrolled", date(self.enrolment_date.as_ref())),
        ];
        let attribute =
            |(key, value): (&String, &String)| Fact::new(key.clone(), key.clone(), value.as_str());
        facts.extend(self.attributes.iter().map(attribute));
        facts.extend(source_facts(self.source.as_ref()));
        facts.push(Fact::new("note", "Note", self.note.clone()));
        facts
    }
}

impl Described for Attribute {
    fn facts(&self, _: &Catalogue) -> Vec<Fact> {
        let values = (!self.values.is_empty()).then(|| self.values.join(", "));
        vec![
            Fact::new("attribute", "Attribute", self.key.as_str()),
            Fact::new("label", "Label", self.label.clone()),
            Fact::new("kind", "Kind", self.kind.as_str()),
            Fact::new("values", "Values", values),
        ]
    }
}

impl Described for NamedCohort {
    fn facts(&self, _: &Catalogue) -> Vec<Fact> {
        vec![
            Fact::new("cohort", "Cohort", self.name.as_str()),
            Fact::new("version", "Version", self.version),
            Fact::new("expression", "Patients where", self.expression.as_str()),
            Fact::new("note", "Note", self.note.clone()),
        ]
    }
}

impl Described for NamedEndpoint {
    fn facts(&self, _: &Catalogue) -> Vec<Fact> {
        vec![
            Fact::new("endpoint", "Endpoint", self.name.as_str()),
            Fact::new("version", "Version", self.version),
            Fact::new("rule", "Responders", self.rule.as_str()),
            Fact::new("note", "Note", self.note.clone()),
        ]
    }
}

impl Described for Product {
    fn facts(&self, _: &Catalogue) -> Vec<Fact> {
        let mut facts = vec![
            Fact::new("product", "Product", self.key.as_str()),
            Fact::new("name", "Name", self.name.clone()),
            Fact::new("cell_type", "Cell type", self.cell_type.clone()),
            Fact::new("donor", "Donor", self.donor.map(|donor| donor.as_str())),
            Fact::new("tissue", "Tissue", self.tissue.clone()),
            Fact::new("preparation", "Preparation", self.preparation.clone()),
            Fact::new("state", "State", self.state.map(|state| state.as_str())),
            Fact::new("identity", "Identity", self.identity.clone()),
            Fact::new("release_tests", "Release tests", self.release_tests.clone()),
            Fact::new("lot", "Lot", self.lot.clone()),
        ];
        facts.extend(source_facts(self.source.as_ref()));
        facts.push(Fact::new("note", "Note", self.note.clone()));
        facts
    }
}

impl Described for Infusion {
    fn facts(&self, _: &Catalogue) -> Vec<Fact> {
        let millions =
            |cells: Option<f64>| cells.map(|cells| format!("{} million", plain(cells / 1e6)));
        let mut facts = vec![
            Fact::new("number", "Infusion", self.number),
            Fact::new("day", "Day", day(self.day)),
            Fact::new("date", "Date", date(self.date.as_ref())),
            Fact::new("product", "Product", self.product.clone()),
            Fact::new("route", "Route", self.route.clone()),
            Fact::new("delivery_site", "Delivered to", self.delivery_site.clone()),
            Fact::new("cells", "Cells", self.cells).words(millions(self.cells)),
            Fact::new("cells_per_kg", "Cells per kg", self.cells_per_kg)
                .words(millions(self.cells_per_kg)),
            Fact::new("dose_printed", "Dose as printed", self.dose_printed.clone()),
            Fact::new("volume_ml", "Volume", self.volume_ml).unit("mL"),
            Fact::new("viability_percent", "Viable", self.viability_percent).unit("%"),
            Fact::new("passage", "Passage", self.passage),
            Fact::new("premedication", "Premedication", self.premedication.clone()),
        ];
        facts.extend(source_facts(self.source.as_ref()));
        facts.push(Fact::new("note", "Note", self.note.clone()));
        facts
    }
}

impl Described for Visit {
    fn facts(&self, _: &Catalogue) -> Vec<Fact> {
        let mut facts = vec![
            Fact::new("visit", "Visit", self.label.as_str()),
            Fact::new("timepoint", "Timepoint", self.timepoint.clone()),
            Fact::new("day", "Day", day(self.day)),
            Fact::new("day_basis", "Day is", self.day_basis.map(|basis| basis.as_str())),
            Fact::new("date", "Date", date(self.date.as_ref())),
        ];
        facts.extend(source_facts(self.source.as_ref()));
        facts.push(Fact::new("note", "Note", self.note.clone()));
        facts
    }
}

impl Described for Statement {
    fn facts(&self, catalogue: &Catalogue) -> Vec<Fact> {
        let symbol = |key: &str| Some(catalogue.keyed(key)?.symbol.clone());
        let (analyte, topic) = match &self.about {
            About::Analyte(key) => (Some(key.clone()), None),
            About::Topic(topic) => (None, Some(topic.clone())),
        };
        let symbol = analyte.as_deref().and_then(symbol);
        let mut facts = vec![
            Fact::new("analyte", "About the analyte", analyte).words(symbol),
            Fact::new("topic", "About", topic),
            Fact::new("finding", "Finding", self.finding.as_str()),
            Fact::new("visit", "Visit", self.visit.clone()),
        ];
        facts.extend(source_facts(self.source.as_ref()));
        facts.push(Fact::new("note", "Note", self.note.clone()));
        facts
    }
}

impl Described for AdverseEvent {
    fn facts(&self, _: &Catalogue) -> Vec<Fact> {
        let relation = |relation: Option<Relation>| relation.map(|relation| relation.as_str());
        let mut facts = vec![
            Fact::new("term", "Event", self.term.as_str()),
            Fact::new("coded_term", "Coded as", self.coded_term.clone()),
            Fact::new("coded_class", "Class", self.coded_class.clone()),
            Fact::new("dictionary", "Dictionary", self.dictionary.clone()),
            Fact::new("onset_day", "Onset day", day(self.onset_day)),
            Fact::new("onset_date", "Onset date", date(self.onset_date.as_ref())),
            Fact::new("end_day", "End day", day(self.end_day)),
            Fact::new("end_date", "End date", date(self.end_date.as_ref())),
            Fact::new("ctcae_version", "CTCAE version", self.ctcae_version.clone()),
            Fact::new("grade", "Grade", self.grade.map(u32::from)),
            Fact::new("serious", "Serious", self.serious),
            Fact::new(
                "serious_reason",
                "Why serious",
                self.serious_reason.map(|reason| reason.as_str()),
            ),
            Fact::new("related_to_cells", "Related to cells", relation(self.related_to_cells)),
            Fact::new(
                "related_to_procedure",
                "Related to procedure",
                relation(self.related_to_procedure),
            ),
            Fact::new(
                "related_to_premedication",
                "Related to premedication",
                relation(self.related_to_premedication),
            ),
            Fact::new(
                "related_to_disease",
                "Related to disease",
                relation(self.related_to_disease),
            ),
            Fact::new("infusion", "After infusion", self.infusion),
            Fact::new("action", "Action", self.action.clone()),
            Fact::new("outcome", "Outcome", self.outcome.map(|outcome| outcome.as_str())),
        ];
        facts.extend(source_facts(self.source.as_ref()));
        facts.push(Fact::new("note", "Note", self.note.clone()));
        facts
    }
}

impl Described for Medication {
    fn facts(&self, _: &Catalogue) -> Vec<Fact> {
        let unit = self.dose_unit.clone().unwrap_or_default();
        let dose = self.dose_per_day.map(|dose| match dose {
            // Free of the drug is known, and something else than not knowing the dose.
            0.0 => format!("0 {unit}, free of it"),
            dose => format!("{} {unit}", plain(dose)),
        });
        let mut facts = vec![
            Fact::new("drug", "Drug", self.drug.as_str()),
            Fact::new("atc", "ATC", self.atc.clone()),
            Fact::new("atc_year", "ATC of the year", self.atc_year),
            Fact::new("dose_per_day", "Dose per day", self.dose_per_day).words(dose),
            Fact::new("dose_unit", "Unit", self.dose_unit.clone()),
            Fact::new("start_day", "From day", day(self.start_day)),
            Fact::new("start_date", "From", date(self.start_date.as_ref())),
            Fact::new("end_day", "To day", day(self.end_day)),
            Fact::new("end_date", "To", date(self.end_date.as_ref())),
            Fact::new("stop_reason", "Why stopped", self.stop_reason.clone()),
        ];
        facts.extend(source_facts(self.source.as_ref()));
        facts.push(Fact::new("note", "Note", self.note.clone()));
        facts
    }
}

impl Described for Timepoint {
    fn facts(&self, _: &Catalogue) -> Vec<Fact> {
        vec![
            Fact::new("timepoint", "Timepoint", self.name.as_str()),
            Fact::new("target_day", "Target day", self.target_day.0),
            Fact::new("first_day", "First day", self.first_day.0),
            Fact::new("last_day", "Last day", self.last_day.0),
        ]
    }
}

impl Described for Analyte {
    fn facts(&self, _: &Catalogue) -> Vec<Fact> {
        let canonical = self.canonical_unit();
        let unit = match canonical.ucum.as_str() {
            "1" => "no unit".to_owned(),
            unit => display_unit(unit),
        };
        let others = self.units[1..].iter().map(|rule| rule_in_words(rule, canonical));
        let others = others.collect::<Vec<_>>().join("; ");
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        vec![
            Fact::new("key", "Key", self.key.as_str()),
            Fact::new("analyte", "Symbol", self.symbol.as_str()),
            Fact::new("name", "Name", self.name.as_str()),
            Fact::new("aliases", "Also called", some(self.aliases.join(", "))),
            Fact::new("built_in", "Built in", !self.id.is_own()),
            Fact::new("specimen", "Specimen", self.specimen.clone()),
            Fact::new("state", "State", self.state.clone()),
            Fact::new("loinc", "LOINC", self.loinc.clone()),
            Fact::new("unit", "Kept in", unit),
            Fact::new("ucum", "", canonical.ucum.as_str()),
            Fact::new("decimals", "Decimals", u32::from(canonical.decimals)),
            Fact::new("accepted_units", "Also accepted", some(others)),
            Fact::new("hard_min", "Refused below", self.hard_range.0),
            Fact::new("hard_max", "Refused above", self.hard_range.1),
            Fact::new("query_min", "Asked about below", self.query_range.0),
            Fact::new("query_max", "Asked about above", self.query_range.1),
            Fact::new("benefit", "Benefit", self.benefit().map(Benefit::as_str)),
        ]
    }
}

/// How a printed unit becomes the canonical one, and why.
fn rule_in_words(rule: &UnitRule, canonical: &UnitRule) -> String {
    let (printed, kept) = (display_unit(&rule.spelled), display_unit(&canonical.ucum));
    let (slope, basis) = (plain(rule.slope), &rule.basis);
    if rule.intercept == 0.0 {
        return format!("1 {printed} = {slope} {kept} ({basis})");
    }
    let sign = if rule.intercept < 0.0 { "−" } else { "+" };
    let offset = plain(rule.intercept.abs());
    format!("{kept} = {slope} × {printed} {sign} {offset} ({basis})")
}

fn day(day: Option<Day>) -> Option<i32> {
    day.map(|day| day.0)
}

fn date(date: Option<&PartialDate>) -> Option<&str> {
    date.map(PartialDate::as_str)
}

/// A number as somebody wrote it.
fn plain(number: f64) -> String {
    crate::tables::list::plainly(number)
}
