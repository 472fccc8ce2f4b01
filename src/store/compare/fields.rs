//! The fields in which two entries of a record are compared, each with its text and a way to take it
//! over. What pairs two records (a key, a number, a label) is no field.

use crate::domain::{
    About, AdverseEvent, AdverseEventStance, Day, Donor, Finding, Infusion, Medication, Outcome,
    PartialDate, Patient, Product, ProductState, Relation, Report, ReportKind, SeriousReason, Sex,
    Source, Statement, Visit,
};

use std::collections::BTreeMap;

/// One field of a record.
pub(in crate::store) struct Field<T> {
    pub name: &'static str,
    /// Its value as people read it; none if it is not reported.
    pub told: fn(&T) -> Option<String>,
    /// Give the first record the value of the second.
    pub copy: fn(&mut T, &T),
}

/// A record that can be compared field by field.
pub(in crate::store) trait Fields: Sized + 'static {
    fn fields() -> Vec<Field<Self>>;
}

/// The fields `names` of `from`, put into another record.
pub(super) fn copied<T: Fields>(names: &[String], from: &T, to: &mut T) {
    for field in T::fields().iter().filter(|field| names.iter().any(|name| name == field.name)) {
        (field.copy)(to, from);
    }
}

/// How many fields both records have and tell alike, and how many either has.
pub(super) fn alike<T: Fields>(one: &T, other: &T) -> (usize, usize) {
    let told = T::fields().into_iter().map(|field| ((field.told)(one), (field.told)(other)));
    told.filter(|(one, other)| one.is_some() || other.is_some())
        .fold((0, 0), |(same, all), (one, other)| (same + usize::from(one == other), all + 1))
}

trait Told {
    fn told(&self) -> Option<String>;
}

macro_rules! told_as_printed {
    ($($type:ty),+) => { $(impl Told for $type {
        fn told(&self) -> Option<String> { Some(self.to_string()) }
    })+ };
}
told_as_printed!(
    String,
    bool,
    u8,
    u32,
    i32,
    f64,
    Day,
    PartialDate,
    Sex,
    ReportKind,
    AdverseEventStance,
    Donor,
    ProductState,
    Relation,
    SeriousReason,
    Outcome,
    Finding
);

impl<T: Told> Told for Option<T> {
    fn told(&self) -> Option<String> {
        self.as_ref().and_then(Told::told)
    }
}

impl Told for Vec<String> {
    fn told(&self) -> Option<String> {
        let mut others: Vec<_> = self.iter().skip(1).cloned().collect();
        others.sort();
        Some(others.join(", ")).filter(|text| !text.is_empty())
    }
}

impl Told for BTreeMap<String, String> {
    fn told(&self) -> Option<String> {
        let all: Vec<_> = self.iter().map(|(key, value)| format!("{key}={value}")).collect();
        Some(all.join(", ")).filter(|text| !text.is_empty())
    }
}

impl Told for About {
    fn told(&self) -> Option<String> {
        let (About::Analyte(about) | About::Topic(about)) = self;
        Some(about.clone())
    }
}

impl Told for Source {
    fn told(&self) -> Option<String> {
        Some(source_text(self))
    }
}

/// A source in one line.
pub(super) fn source_text(source: &Source) -> String {
    let quote = source.quote.as_ref().map(|quote| format!("\"{quote}\""));
    let method = source.method.map(|method| format!("({method})"));
    [source.place.clone(), quote, method].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

macro_rules! fields {
    ($type:ty { $($name:literal: $($part:ident).+),+ $(,)? }) => {
        impl Fields for $type {
            fn fields() -> Vec<Field<$type>> {
                vec![$(Field {
                    name: $name,
                    told: |record| record.$($part).+.told(),
                    copy: |to, from| to.$($part).+ = from.$($part).+.clone(),
                }),+]
            }
        }
    };
}

fields!(Report {
    "kind": kind, "simulated": simulated, "title": citation.title, "authors": citation.authors,
    "journal": citation.journal, "year": citation.year, "volume": citation.volume,
    "issue": citation.issue, "pages": citation.pages, "doi": citation.doi, "pmid": citation.pmid,
    "registration": citation.registration, "country": citation.country,
    "language": citation.language, "site": citation.site, "adverse events": adverse_events,
    "adverse events days": adverse_events_days, "adverse events source": adverse_events_source,
    "note": note,
});

fields!(Product {
    "name": name, "cell type": cell_type, "donor": donor, "tissue": tissue,
    "preparation": preparation, "state": state, "identity": identity,
    "release tests": release_tests, "lot": lot, "source": source, "note": note,
});

fields!(Patient {
    "also in": reports, "sex": sex, "age years": age_years, "birth year": birth_year,
    "diagnosis": diagnosis, "diabetes duration years": diabetes_duration_years,
    "height cm": height_cm, "follow up days": follow_up_days, "enrolment date": enrolment_date,
    "attributes": attributes,
    "source": source, "note": note,
});

fields!(Infusion {
    "day": day, "date": date, "product": product, "route": route, "delivery site": delivery_site,
    "cells": cells, "cells per kg": cells_per_kg, "dose printed": dose_printed,
    "volume ml": volume_ml, "viability percent": viability_percent, "passage": passage,
    "premedication": premedication, "source": source, "note": note,
});

fields!(Statement {
    "about": about, "visit": visit, "finding": finding, "source": source, "note": note,
});

fields!(AdverseEvent {
    "term": term, "coded term": coded_term, "coded class": coded_class, "dictionary": dictionary,
    "onset day": onset_day, "onset date": onset_date, "end day": end_day, "end date": end_date,
    "ctcae version": ctcae_version, "grade": grade, "serious": serious,
    "serious reason": serious_reason, "related to cells": related_to_cells,
    "related to procedure": related_to_procedure,
    "related to premedication": related_to_premedication,
    "related to disease": related_to_disease, "infusion": infusion, "action": action,
    "outcome": outcome, "source": source, "note": note,
});

fields!(Medication {
    "drug": drug, "atc": atc, "atc year": atc_year, "dose per day": dose_per_day,
    "dose unit": dose_unit, "start day": start_day, "start date": start_date, "end day": end_day,
    "end date": end_date, "stop reason": stop_reason, "source": source, "note": note,
});

impl Fields for Visit {
    /// A day and where it comes from are one thing; the timepoint follows from the label.
    fn fields() -> Vec<Field<Visit>> {
        vec![
            Field {
                name: "day",
                told: |visit| {
                    let basis =
                        visit.day_basis.map_or_else(String::new, |basis| format!(" ({basis})"));
                    visit.day.map(|day| format!("{day}{basis}"))
                },
                copy: |to, from| (to.day, to.day_basis) = (from.day, from.day_basis),
            },
            Field {
                name: "date",
                told: |visit| visit.date.told(),
                copy: |to, from| to.date = from.date.clone(),
            },
            Field {
                name: "source",
                told: |visit| visit.source.told(),
                copy: |to, from| to.source = from.source.clone(),
            },
            Field {
                name: "note",
                told: |visit| visit.note.told(),
                copy: |to, from| to.note = from.note.clone(),
            },
        ]
    }
}
