//! What becomes of each record of a patient.

use super::Work;
use super::dates::Clock;
use crate::domain::{
    About, AdverseEvent, Day, DayBasis, Infusion, Measurement, Medication, OtherReading, Statement,
    Visit,
};
use std::collections::BTreeMap;

/// New labels of visits for old ones.
pub(super) type Labels = BTreeMap<String, String>;

impl Work {
    /// A label that stands for a planned day is kept; any other is free text.
    pub(super) fn labels(&mut self, visits: &[(Visit, Vec<Measurement>)]) -> Labels {
        let mut labels = Labels::new();
        for (at, (visit, _)) in visits.iter().enumerate() {
            let is_planned = Day::of_label(&visit.label).is_some();
            let done = if is_planned { "kept" } else { "a running number in its place" };
            self.account.count("visit", "label", done);
            let new = if is_planned { visit.label.clone() } else { format!("visit-{}", at + 1) };
            labels.insert(visit.label.clone(), new);
        }
        labels
    }

    pub(super) fn infusion(&mut self, infusion: Infusion, clock: &Clock) -> Infusion {
        let Infusion {
            number,
            day,
            date,
            product,
            route,
            delivery_site,
            cells,
            cells_per_kg,
            dose_printed,
            volume_ml,
            viability_percent,
            passage,
            premedication,
            source,
            note,
        } = infusion;
        let (day, date) = clock.put(&mut self.account, ("infusion", "date"), day, date);
        Infusion {
            number,
            day,
            date,
            product: product.map(|key| self.names.products[&key].clone()),
            route: self.account.show(("infusion", "route"), route),
            delivery_site: self.account.show(("infusion", "delivery_site"), delivery_site),
            cells: self.account.keep(("infusion", "cells"), cells),
            cells_per_kg: self.account.keep(("infusion", "cells_per_kg"), cells_per_kg),
            dose_printed: self.account.drop(("infusion", "dose"), dose_printed),
            volume_ml: self.account.keep(("infusion", "volume_ml"), volume_ml),
            viability_percent: self
                .account
                .keep(("infusion", "viability_percent"), viability_percent),
            passage: self.account.keep(("infusion", "passage"), passage),
            premedication: self.account.drop(("infusion", "premedication"), premedication),
            source: self.source("infusion", source),
            note: self.account.drop(("infusion", "note"), note),
        }
    }

    pub(super) fn visit(
        &mut self,
        (visit, measurements): (Visit, Vec<Measurement>),
        clock: &Clock,
        labels: &Labels,
    ) -> (Visit, Vec<Measurement>) {
        let Visit { label, timepoint, day, day_basis, date, source, note } = visit;
        let (known, shown) = clock.put(&mut self.account, ("visit", "date"), day, date);
        // Without its date the visit has the day that its label stands for, as it will when read.
        let (day, day_basis) = match (known, &shown) {
            (Some(day), _) => (Some(day), day_basis.or(Some(DayBasis::Actual))),
            (None, None) => {
                let planned = Day::of_label(&label);
                (planned, planned.map(|_| DayBasis::Planned))
            }
            (None, Some(_)) => (None, None),
        };
        let visit = Visit {
            label: labels[&label].clone(),
            timepoint,
            day,
            day_basis,
            date: shown,
            source: self.source("visit", source),
            note: self.account.drop(("visit", "note"), note),
        };
        (visit, measurements.into_iter().map(|one| self.measurement(one)).collect())
    }

    fn measurement(&mut self, measurement: Measurement) -> Measurement {
        let Measurement { analyte, analyte_id, reading, limits, source, other_readings } =
            measurement;
        self.account.count("measurement", "value", "kept");
        Measurement {
            analyte,
            analyte_id,
            reading,
            limits: self.account.keep(("measurement", "limits"), limits),
            source: self.source("measurement", source),
            other_readings: other_readings.into_iter().map(|one| self.reading(one)).collect(),
        }
    }

    /// Another reading stays; who made it and why is free text.
    fn reading(&mut self, other: OtherReading) -> OtherReading {
        let OtherReading { reading, standing, made_by: _, reason: _, source } = other;
        self.account.count("reading", "value", "kept");
        self.account.count("reading", "by", "\"a reader\" in its place");
        self.account.count("reading", "reason", "\"left out\" in its place");
        OtherReading {
            reading,
            standing,
            made_by: "a reader".to_owned(),
            reason: "left out".to_owned(),
            source: self.source("reading", source),
        }
    }

    pub(super) fn statement(&mut self, statement: Statement, labels: &Labels) -> Statement {
        let Statement { about, visit, finding, source, note } = statement;
        let about = match about {
            About::Analyte(key) => About::Analyte(key),
            About::Topic(topic) => {
                let shown = self.account.show(("statement", "topic"), Some(topic));
                About::Topic(shown.expect("what is shown is kept"))
            }
        };
        self.account.count("statement", "finding", "kept");
        Statement {
            about,
            visit: visit.map(|label| labels[&label].clone()),
            finding,
            source: self.source("statement", source),
            note: self.account.drop(("statement", "note"), note),
        }
    }

    pub(super) fn event(&mut self, event: AdverseEvent, clock: &Clock) -> AdverseEvent {
        let AdverseEvent {
            term,
            coded_term,
            coded_class,
            dictionary,
            onset_day,
            onset_date,
            end_day,
            end_date,
            ctcae_version,
            grade,
            serious,
            serious_reason,
            related_to_cells,
            related_to_procedure,
            related_to_premedication,
            related_to_disease,
            infusion,
            action,
            outcome,
            source,
            note,
        } = event;
        let account = &mut self.account;
        let coded_term = account.show(("event", "coded_term"), coded_term);
        let term = match &coded_term {
            Some(coded) => {
                account.count("event", "term", "the coded term in its place");
                coded.clone()
            }
            None => account.show(("event", "term"), Some(term)).expect("what is shown is kept"),
        };
        let (onset_day, onset_date) =
            clock.put(account, ("event", "onset_date"), onset_day, onset_date);
        let (end_day, end_date) = clock.put(account, ("event", "end_date"), end_day, end_date);
        AdverseEvent {
            term,
            coded_term,
            coded_class: account.show(("event", "coded_class"), coded_class),
            dictionary: account.show(("event", "dictionary"), dictionary),
            onset_day,
            onset_date,
            end_day,
            end_date,
            ctcae_version: account.show(("event", "ctcae_version"), ctcae_version),
            grade: account.keep(("event", "grade"), grade),
            serious: account.keep(("event", "serious"), serious),
            serious_reason: account.keep(("event", "serious_reason"), serious_reason),
            related_to_cells: account.keep(("event", "related_to_cells"), related_to_cells),
            related_to_procedure: account
                .keep(("event", "related_to_procedure"), related_to_procedure),
            related_to_premedication: account
                .keep(("event", "related_to_premedication"), related_to_premedication),
            related_to_disease: account.keep(("event", "related_to_disease"), related_to_disease),
            infusion: account.keep(("event", "infusion"), infusion),
            action: account.drop(("event", "action"), action),
            outcome: account.keep(("event", "outcome"), outcome),
            source: self.source("event", source),
            note: self.account.drop(("event", "note"), note),
        }
    }

    pub(super) fn medication(&mut self, medication: Medication, clock: &Clock) -> Medication {
        let Medication {
            drug,
            atc,
            atc_year,
            dose_per_day,
            dose_unit,
            start_day,
            start_date,
            end_day,
            end_date,
            stop_reason,
            source,
            note,
        } = medication;
        let account = &mut self.account;
        let (start_day, start_date) =
            clock.put(account, ("medication", "start_date"), start_day, start_date);
        let (end_day, end_date) = clock.put(account, ("medication", "end_date"), end_day, end_date);
        Medication {
            drug: account.show(("medication", "drug"), Some(drug)).expect("what is shown is kept"),
            atc: account.show(("medication", "atc"), atc),
            atc_year: account.keep(("medication", "atc_year"), atc_year),
            dose_per_day: account.keep(("medication", "dose_per_day"), dose_per_day),
            dose_unit: account.show(("medication", "dose_unit"), dose_unit),
            start_day,
            start_date,
            end_day,
            end_date,
            stop_reason: account.drop(("medication", "stop_reason"), stop_reason),
            source: self.source("medication", source),
            note: self.account.drop(("medication", "note"), note),
        }
    }
}
