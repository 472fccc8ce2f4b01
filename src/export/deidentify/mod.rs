//! Cases without what could identify a person, after the list of 45 CFR 164.514(b)(2)(i), the "safe
//! harbor" of HIPAA, as far as this registry can hold such a thing.
//!
//! | identifier | here |
//! |---|---|
//! | (A) names | no field for them; authors of a report that is not published are left out |
//! | (B) geography below a state | `site` is left out, a country is kept for review |
//! | (C) dates, ages over 89 | days from day 0, or moved; birth years left out; 90 and older is one band |
//! | (D)–(L), (O)–(Q) telephone … record numbers, addresses, pictures | no field; free text is left out |
//! | (M) device identifiers and serial numbers | lot numbers are left out |
//! | (N) URLs | the DOI of a published report is kept |
//! | (R) any other unique number or code | labels, keys and free labels of visits become running numbers |
//!
//! Each record is taken apart without `..`, so that a new field is decided on before it is exported.

mod account;
mod dates;
mod records;

pub use account::{Account, Review, Treated};
pub use dates::Dates;

use super::Case;
use crate::domain::{
    Analyte, Attribute, AttributeKind, Citation, NamedEndpoint, PartialDate, Patient, PatientFile,
    Product, Report, Source,
};
use account::{KEPT, LEFT_OUT};
use dates::Clock;
use std::collections::{BTreeMap, BTreeSet};

/// Cases without what could identify a person.
#[derive(Debug)]
pub struct Deidentified {
    /// The cases, in another order.
    pub cases: Vec<Case>,
    /// What was done.
    pub account: Account,
    /// Old and new keys, by noun: what leads back to the patients.
    pub keys: Vec<(&'static str, String, String)>,
}

/// Take from `cases` what could identify a person. `dice(n)` throws a number below n that nobody
/// can foretell.
pub fn deidentify(
    cases: Vec<Case>,
    dates: Dates,
    mut dice: impl FnMut(u64) -> u64,
) -> Deidentified {
    let names = Names::new(&cases, &mut dice);
    let mut work = Work { names, account: Account::default(), dates };
    let mut done: Vec<Case> = cases.into_iter().map(|case| work.case(case, &mut dice)).collect();
    done.sort_by(|a, b| a.report.key.cmp(&b.report.key));
    Deidentified { cases: done, account: work.account, keys: work.names.into_list() }
}

/// True for a report that anybody can look up.
fn is_published(report: &Report) -> bool {
    report.citation.doi.is_some() || report.citation.pmid.is_some()
}

/// New keys for old ones.
#[derive(Default)]
struct Names {
    reports: BTreeMap<String, String>,
    products: BTreeMap<String, String>,
    patients: BTreeMap<String, String>,
}

impl Names {
    fn new(cases: &[Case], dice: &mut impl FnMut(u64) -> u64) -> Names {
        let mut names = Names::default();
        let published: BTreeSet<&str> = cases
            .iter()
            .filter(|case| is_published(&case.report))
            .map(|case| case.report.key.as_str())
            .collect();
        let mut others: Vec<&str> = cases
            .iter()
            .map(|case| case.report.key.as_str())
            .filter(|key| !published.contains(key))
            .collect();
        shuffle(&mut others, dice);
        let numbered = (1..).map(|number| format!("report-{number}"));
        let mut free = numbered.filter(|name| !published.contains(name.as_str()));
        for key in others {
            let name = free.next().expect("numbers do not end");
            names.reports.insert(key.to_owned(), name);
        }
        names.reports.extend(published.into_iter().map(|key| (key.to_owned(), key.to_owned())));
        let products: BTreeSet<&str> = cases
            .iter()
            .flat_map(|case| case.products.iter().map(|product| product.key.as_str()))
            .collect();
        let mut products: Vec<&str> = products.into_iter().collect();
        shuffle(&mut products, dice);
        for (at, key) in products.into_iter().enumerate() {
            names.products.insert(key.to_owned(), format!("product-{}", at + 1));
        }
        for case in cases {
            let mut keys: Vec<&str> =
                case.patients.iter().map(|file| file.patient.key.as_str()).collect();
            shuffle(&mut keys, dice);
            let report = &names.reports[&case.report.key];
            for (at, key) in keys.into_iter().enumerate() {
                names.patients.insert(key.to_owned(), format!("{report}/{}", at + 1));
            }
        }
        names
    }

    fn into_list(self) -> Vec<(&'static str, String, String)> {
        let of = |noun, names: BTreeMap<String, String>| {
            names.into_iter().map(move |(old, new)| (noun, old, new))
        };
        of("report", self.reports)
            .chain(of("product", self.products))
            .chain(of("patient", self.patients))
            .collect()
    }
}

/// Every order is as likely as any other (Fisher and Yates).
fn shuffle<T>(items: &mut [T], dice: &mut impl FnMut(u64) -> u64) {
    for last in (1..items.len()).rev() {
        let thrown = dice(u64::try_from(last + 1).expect("fits"));
        items.swap(last, usize::try_from(thrown).expect("below the length"));
    }
}

struct Work {
    names: Names,
    account: Account,
    dates: Dates,
}

impl Work {
    fn case(&mut self, case: Case, dice: &mut impl FnMut(u64) -> u64) -> Case {
        let Case { report, analytes, attributes, cohorts, endpoints, .. } = case;
        let (products, patients) = (case.products, case.patients);
        // A condition may name a patient, and what it selects by may have another name here.
        cohorts.iter().for_each(|_| self.account.count("cohort", "cohort", LEFT_OUT));
        let cohorts = Vec::new();
        let endpoints = endpoints.into_iter().map(|one| self.endpoint(one)).collect();
        for analyte in &analytes {
            self.show_analyte(analyte);
        }
        let attributes = self.attributes(attributes);
        let report = self.report(report);
        let mut products: Vec<_> = products.into_iter().map(|one| self.product(one)).collect();
        products.sort_by(|a, b| a.key.cmp(&b.key));
        let mut over_89 = BTreeSet::new();
        let mut done = Vec::new();
        for file in patients {
            let (file, is_over) = self.patient(file, dice);
            if is_over {
                over_89.insert(file.patient.key.clone());
            }
            done.push(file);
        }
        // Running numbers in their order: what was recorded first is not told.
        let number = |file: &PatientFile| {
            file.patient.key.rsplit('/').next().and_then(|label| label.parse::<usize>().ok())
        };
        done.sort_by_key(number);
        Case { report, analytes, attributes, cohorts, endpoints, products, patients: done, over_89 }
    }

    /// An analyte says nothing of a patient, but its words are somebody's own: they are for review.
    fn show_analyte(&mut self, analyte: &Analyte) {
        let Analyte { key, symbol, name, specimen, state, aliases, .. } = analyte;
        let bases = analyte.other_units().iter().map(|rule| ("basis", Some(rule.basis.clone())));
        let words = [("analyte", key), ("symbol", symbol), ("name", name)];
        let words = words.map(|(field, text)| (field, Some(text.clone())));
        let others = [("specimen", specimen.clone()), ("state", state.clone())];
        let aliases = aliases.iter().map(|alias| ("aliases", Some(alias.clone())));
        for (field, text) in words.into_iter().chain(others).chain(aliases).chain(bases) {
            self.account.show(("analyte", field), text);
        }
    }

    /// A rule of response says nothing of a patient; its name is for review, and its note is free text.
    fn endpoint(&mut self, endpoint: NamedEndpoint) -> NamedEndpoint {
        let NamedEndpoint { name, version, rule, note } = endpoint;
        let name = self.account.show(("endpoint", "name"), Some(name));
        NamedEndpoint {
            name: name.expect("what is shown is kept"),
            version,
            rule,
            note: self.account.drop(("endpoint", "note"), note),
        }
    }

    /// Columns of free text go; so do those of dates, unless dates are kept. Labels are free text.
    fn attributes(&mut self, attributes: Vec<Attribute>) -> Vec<Attribute> {
        let keeps_dates = self.dates == Dates::Shifted;
        let mut kept = Vec::new();
        for Attribute { key, label, kind, values } in attributes {
            let is_kept = match kind {
                AttributeKind::Text => false,
                AttributeKind::Date => keeps_dates,
                AttributeKind::Category | AttributeKind::Number | AttributeKind::YesNo => true,
            };
            if !is_kept {
                self.account.count("attribute", "attribute", LEFT_OUT);
                continue;
            }
            for value in &values {
                self.account.show(("attribute", "values"), Some(value.clone()));
            }
            let key = self.account.show(("attribute", "attribute"), Some(key));
            kept.push(Attribute {
                key: key.expect("what is shown is kept"),
                label: self.account.drop(("attribute", "label"), label),
                kind,
                values,
            });
        }
        kept
    }

    /// The values of a patient in the columns that are kept.
    fn values(
        &mut self,
        values: BTreeMap<String, String>,
        attributes: &[Attribute],
        clock: &Clock,
    ) -> BTreeMap<String, String> {
        let mut kept = BTreeMap::new();
        for (key, value) in values {
            let kind = attributes.iter().find(|known| known.key == key).map(|known| known.kind);
            let field = ("patient", "attributes");
            let value = match (kind, clock) {
                (None | Some(AttributeKind::Text), _)
                | (Some(AttributeKind::Date), Clock::Days(_)) => {
                    self.account.drop(field, Some(value))
                }
                (Some(AttributeKind::Date), Clock::Shifted(_)) => {
                    let date = PartialDate::parse(&value).ok();
                    let (_, moved) = clock.put(&mut self.account, field, None, date);
                    moved.map(|date| date.as_str().to_owned())
                }
                (Some(_), _) => self.account.keep(field, Some(value)),
            };
            kept.extend(value.map(|value| (key, value)));
        }
        kept
    }

    /// Of a source only how it was read: its place and quote are free text.
    fn source(&mut self, noun: &'static str, source: Option<Source>) -> Option<Source> {
        let Source { place, quote, method } = source?;
        let place = self.account.drop((noun, "source"), place);
        let quote = self.account.drop((noun, "quote"), quote);
        let method = self.account.keep((noun, "method"), method);
        Source { place, quote, method }.unless_empty()
    }

    fn report(&mut self, report: Report) -> Report {
        let published = is_published(&report);
        let Report {
            key,
            kind,
            simulated,
            citation,
            adverse_events,
            adverse_events_days,
            adverse_events_source,
            note,
        } = report;
        let done = if published { KEPT } else { "a running number in its place" };
        self.account.count("report", "report", done);
        Report {
            key: self.names.reports[&key].clone(),
            kind,
            simulated,
            citation: self.citation(citation, published),
            adverse_events,
            adverse_events_days: self
                .account
                .keep(("report", "adverse_events_for"), adverse_events_days),
            adverse_events_source: self.source("report", adverse_events_source),
            note: self.account.drop(("report", "note"), note),
        }
    }

    /// What leads to a report is kept if anybody can look it up anyway.
    fn citation(&mut self, citation: Citation, published: bool) -> Citation {
        let Citation {
            title,
            authors,
            journal,
            year,
            volume,
            issue,
            pages,
            doi,
            pmid,
            registration,
            country,
            language,
            site,
        } = citation;
        let account = &mut self.account;
        let mut text = |field, text: Option<String>| {
            if published {
                account.keep(("report", field), text)
            } else {
                account.drop(("report", field), text)
            }
        };
        let citation = Citation {
            title: text("title", title),
            authors: text("authors", authors),
            journal: text("journal", journal),
            volume: text("volume", volume),
            issue: text("issue", issue),
            pages: text("pages", pages),
            doi: text("doi", doi),
            pmid: text("pmid", pmid),
            registration: text("registration", registration),
            ..Citation::default()
        };
        Citation {
            year: if published {
                self.account.keep(("report", "year"), year)
            } else {
                self.account.drop(("report", "year"), year)
            },
            country: self.account.show(("report", "country"), country),
            language: self.account.show(("report", "language"), language),
            site: self.account.drop(("report", "site"), site),
            ..citation
        }
    }

    fn product(&mut self, product: Product) -> Product {
        let Product {
            key,
            name,
            cell_type,
            donor,
            tissue,
            preparation,
            state,
            identity,
            release_tests,
            lot,
            source,
            note,
        } = product;
        self.account.count("product", "product", "a running number in its place");
        Product {
            key: self.names.products[&key].clone(),
            name: self.account.drop(("product", "product_name"), name),
            cell_type: self.account.show(("product", "cell_type"), cell_type),
            donor: self.account.keep(("product", "donor"), donor),
            tissue: self.account.show(("product", "tissue"), tissue),
            preparation: self.account.drop(("product", "preparation"), preparation),
            state: self.account.keep(("product", "state"), state),
            identity: self.account.drop(("product", "identity"), identity),
            release_tests: self.account.drop(("product", "release_tests"), release_tests),
            lot: self.account.drop(("product", "lot"), lot),
            source: self.source("product", source),
            note: self.account.drop(("product", "note"), note),
        }
    }

    fn patient(
        &mut self,
        file: PatientFile,
        dice: &mut impl FnMut(u64) -> u64,
    ) -> (PatientFile, bool) {
        let clock = Clock::new(self.dates, &file, dice);
        let PatientFile {
            mut patient,
            attributes,
            reports: _,
            infusions,
            visits,
            statements,
            events,
            medications,
        } = file;
        let values = std::mem::take(&mut patient.attributes);
        patient.attributes = self.values(values, &attributes, &clock);
        let labels = self.labels(&visits);
        let infusions: Vec<_> =
            infusions.into_iter().map(|one| self.infusion(one, &clock)).collect();
        let visits: Vec<_> =
            visits.into_iter().map(|one| self.visit(one, &clock, &labels)).collect();
        let statements = statements.into_iter().map(|one| self.statement(one, &labels)).collect();
        let events: Vec<_> = events.into_iter().map(|one| self.event(one, &clock)).collect();
        let medications: Vec<_> =
            medications.into_iter().map(|one| self.medication(one, &clock)).collect();
        let days = (infusions.iter().filter_map(|one| one.day))
            .chain(visits.iter().filter_map(|(visit, _)| visit.day))
            .chain(events.iter().flat_map(|one| [one.onset_day, one.end_day]).flatten())
            .chain(medications.iter().flat_map(|one| [one.start_day, one.end_day]).flatten());
        let last = days.map(|day| day.0).chain(patient.follow_up_days).max().unwrap_or(0);
        let is_over = is_over_89(patient.age_years, last);
        let patient = self.person(patient, &clock, is_over);
        let reports = Vec::new(); // those of the case; nobody reads them behind it
        let file = PatientFile {
            patient,
            attributes: Vec::new(),
            reports,
            infusions,
            visits,
            statements,
            events,
            medications,
        };
        (file, is_over)
    }

    fn person(&mut self, patient: Patient, clock: &Clock, is_over: bool) -> Patient {
        let Patient {
            key,
            reports,
            sex,
            age_years,
            birth_year,
            diagnosis,
            diabetes_duration_years,
            height_cm,
            follow_up_days,
            enrolment_date,
            attributes,
            source,
            note,
        } = patient;
        self.account.count("patient", "label", "a running number in random order in its place");
        let mut known = Vec::new();
        for key in &reports {
            match self.names.reports.get(key) {
                Some(name) => known.push(name.clone()),
                None => self.account.count("patient", "also_in", LEFT_OUT),
            }
        }
        let age = if is_over {
            self.account.count("patient", "age", "90 or older in its place");
            None
        } else {
            self.account.keep(("patient", "age"), age_years)
        };
        let duration = diabetes_duration_years;
        let enrolled = ("patient", "enrolment_date");
        let enrolment_date = match clock {
            Clock::Days(_) => self.account.drop(enrolled, enrolment_date),
            Clock::Shifted(_) => clock.put(&mut self.account, enrolled, None, enrolment_date).1,
        };
        self.account.drop(("patient", "note"), note);
        Patient {
            key: self.names.patients[&key].clone(),
            reports: known,
            sex: self.account.keep(("patient", "sex"), sex),
            age_years: age,
            birth_year: self.account.drop(("patient", "birth_year"), birth_year),
            diagnosis: self.account.show(("patient", "diagnosis"), diagnosis),
            diabetes_duration_years: if duration.is_some_and(|years| years > 89.0) {
                self.account.drop(("patient", "diabetes_duration_years"), duration)
            } else {
                self.account.keep(("patient", "diabetes_duration_years"), duration)
            },
            height_cm: self.account.keep(("patient", "height_cm"), height_cm),
            follow_up_days: self.account.keep(("patient", "follow_up"), follow_up_days),
            enrolment_date,
            attributes,
            source: self.source("patient", source),
            note: is_over.then(|| OVER_89.to_owned()),
        }
    }
}

/// What stands in the case file of a patient whose age is told no closer.
const OVER_89: &str = "Age 90 or older.";

/// True if the patient was over 89 on day 0 or became so by this day, which would tell the age.
fn is_over_89(age_years: Option<f64>, last_day: i32) -> bool {
    age_years.is_some_and(|age| age + f64::from(last_day.max(0)) / 365.25 >= 90.0)
}

#[cfg(test)]
mod tests;
