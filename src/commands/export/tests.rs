//! What is exported is imported as the same records, whatever they hold.

use super::cases::{Selection, select};
use crate::commands::init::rules;
use crate::domain::{
    About, AdverseEvent, AdverseEventStance, Analyte, AnalyteId, Attribute, AttributeKind,
    Catalogue, Citation, Day, DayZero, Donor, Finding, Infusion, Limits, Measurement, Medication,
    Method, NamedCohort, NamedEndpoint, OtherReading, Outcome, PartialDate, Patient, PatientFile,
    Product, ProductState, Relation, Report, ReportKind, Schedule, SeriousReason, Sex, Source,
    Standing, Statement, Visit,
};
use crate::export::{Case, Kind};
use crate::import::read_case;
use crate::store::{Caller, Registry, StoreError};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Draws records: each field of each may be there or not.
struct Draw(u64);

impl Draw {
    /// Below `n` (a linear congruential generator, whose upper bits are used).
    fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn maybe<T>(&mut self, draw: impl FnOnce(&mut Draw) -> T) -> Option<T> {
        (self.below(3) > 0).then(|| draw(self))
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        let at = self.below(u64::try_from(all.len()).expect("few"));
        all[usize::try_from(at).expect("few")]
    }

    fn text(&mut self) -> String {
        let words = [
            "胎盘",
            "a \"quoted\" word",
            "C:\\new",
            "two\nlines",
            "é",
            "[x] = 'y'",
            "#1",
            "— µ",
            "\u{7f}",
        ];
        let count = 1 + self.below(3);
        let text: Vec<_> = (0..count).map(|_| self.of(&words)).collect();
        text.join(" ").replace('\u{7f}', "del")
    }

    fn texts(&mut self) -> Option<String> {
        self.maybe(Draw::text)
    }

    fn whole(&mut self, from: i32, to: i32) -> i32 {
        from + i32::try_from(self.below(u64::try_from(to - from).expect("upwards"))).expect("small")
    }

    fn number(&mut self, from: f64, to: f64) -> f64 {
        let part =
            f64::from(u32::try_from(self.below(1 << 20)).expect("small")) / f64::from(1 << 20);
        let number = from + (to - from) * part;
        if self.below(2) == 0 { number.round() } else { number }
    }

    fn day(&mut self) -> Day {
        Day(self.whole(-900, 900))
    }

    fn date(&mut self) -> PartialDate {
        let (year, month, day) = (self.whole(1990, 2030), self.whole(1, 13), self.whole(1, 29));
        let all = format!("{year}-{month:02}-{day:02}");
        let length = self.of(&[4, 7, 10]);
        PartialDate::parse(&all[..length]).expect("a date")
    }

    fn source(&mut self) -> Option<Source> {
        let source = Source {
            place: self.texts(),
            quote: self.texts(),
            method: self.maybe(|d| d.of(Method::ALL)),
        };
        source.unless_empty()
    }

    fn report(&mut self, key: &str) -> Report {
        Report {
            key: key.to_owned(),
            kind: self.of(ReportKind::ALL),
            simulated: self.below(2) == 0,
            citation: Citation {
                title: self.texts(),
                authors: self.texts(),
                journal: self.texts(),
                year: self.maybe(|d| d.whole(1990, 2030)),
                volume: self.texts(),
                issue: self.texts(),
                pages: self.texts(),
                doi: self.texts(),
                pmid: self.texts(),
                registration: self.texts(),
                country: self.texts(),
                language: self.texts(),
                site: self.texts(),
            },
            adverse_events: self.of(AdverseEventStance::ALL),
            adverse_events_days: self.maybe(|d| d.whole(0, 900)),
            adverse_events_source: self.source(),
            note: self.texts(),
        }
    }

    fn product(&mut self, key: &str) -> Product {
        Product {
            key: key.to_owned(),
            name: self.texts(),
            cell_type: self.texts(),
            donor: self.maybe(|d| d.of(Donor::ALL)),
            tissue: self.texts(),
            preparation: self.texts(),
            state: self.maybe(|d| d.of(ProductState::ALL)),
            identity: self.texts(),
            release_tests: self.texts(),
            lot: self.texts(),
            source: self.source(),
            note: self.texts(),
        }
    }

    fn infusion(&mut self, number: u32, products: &[&str]) -> Infusion {
        let day = i32::try_from(number).expect("few") * 10 - 10;
        Infusion {
            number,
            day: self.maybe(|_| Day(day)),
            date: self.maybe(Draw::date),
            product: self.maybe(|d| d.of(products).to_owned()),
            route: self.texts(),
            delivery_site: self.texts(),
            cells: self.maybe(|d| d.number(1e6, 1e9)),
            cells_per_kg: self.maybe(|d| d.number(1e5, 1e7)),
            dose_printed: self.texts(),
            volume_ml: self.maybe(|d| d.number(1.0, 200.0)),
            viability_percent: self.maybe(|d| d.number(50.0, 100.0)),
            passage: self.maybe(|d| u32::try_from(d.whole(0, 9)).expect("not negative")),
            premedication: self.texts(),
            source: self.source(),
            note: self.texts(),
        }
    }

    fn measurement(&mut self, text: &str, other: &str) -> Measurement {
        let catalogue = Catalogue::with_own(own_analytes());
        let parse = |text: &str| Measurement::parse(text, &catalogue).expect(text);
        let mut measurement = parse(text);
        measurement.source = self.source();
        let printed = measurement.reading.printed.is_some();
        let limits = Limits {
            low: self.maybe(|_| "0.50".to_owned()),
            high: self.maybe(|_| "4.0".to_owned()),
        };
        measurement.limits = Some(limits).filter(|limits| printed && *limits != Limits::default());
        let standings = [Standing::Proposed, Standing::Accepted, Standing::Proposed];
        for standing in standings.into_iter().take(usize::try_from(self.below(4)).expect("few")) {
            measurement.put_reading(OtherReading {
                reading: parse(other).reading,
                standing,
                made_by: self.text(),
                reason: self.text(),
                source: self.source(),
            });
        }
        measurement
    }

    fn visit(&mut self, label: &str) -> (Visit, Vec<Measurement>) {
        let (day, date) = (self.maybe(Draw::day), self.maybe(Draw::date));
        let visit = Visit::new(label, day, date, &schedule()).expect("a visit");
        let visit = Visit { source: self.source(), note: self.texts(), ..visit };
        let all = [
            ("HbA1c=6.80 %", "HbA1c=50.8 mmol/mol"),
            ("FPG=126 mg/dL", "FPG=7.0 mmol/L"),
            ("AFP=<0.9 ng/mL", "AFP=≥3.4 ng/mL"),
            ("CEA=3.5 unit not reported", "CEA=3.6 unit not reported"),
            ("HOMA-IR=3.2", "HOMA-IR=3.3"),
            ("acrp30=0.71 mg/dL", "Adipo=7.2 mg/L"),
            ("TmpX=98.6 degF", "TmpX=37.5 Cel"),
        ];
        let mut found = Vec::new();
        for (text, other) in all {
            found.extend(self.maybe(|d| d.measurement(text, other)));
        }
        for text in ["ALT=not-done", "TC=at-target", "TG=figure-only", "HDL=unreadable"] {
            let parse = |d: &mut Draw| {
                let parsed = Measurement::parse(text, Catalogue::built_in()).expect(text);
                Measurement { source: d.source(), ..parsed }
            };
            found.extend(self.maybe(parse));
        }
        found.sort_by_key(|one| one.analyte_id.0);
        (visit, found)
    }

    fn event(&mut self) -> AdverseEvent {
        let relation = |d: &mut Draw| d.maybe(|d| d.of(Relation::ALL));
        AdverseEvent {
            term: self.text(),
            coded_term: self.texts(),
            coded_class: self.texts(),
            dictionary: self.texts(),
            onset_day: self.maybe(|_| Day(-3)),
            onset_date: self.maybe(|_| PartialDate::parse("2020-02-03").expect("a date")),
            end_day: self.maybe(|d| Day(d.whole(0, 900))),
            end_date: self.maybe(|_| PartialDate::parse("2021").expect("a date")),
            ctcae_version: self.texts(),
            grade: self.maybe(|d| u8::try_from(d.whole(1, 6)).expect("a grade")),
            serious: self.maybe(|d| d.below(2) == 0),
            serious_reason: self.maybe(|d| d.of(SeriousReason::ALL)),
            related_to_cells: relation(self),
            related_to_procedure: relation(self),
            related_to_premedication: relation(self),
            related_to_disease: relation(self),
            infusion: self.maybe(|_| 1),
            action: self.texts(),
            outcome: self.maybe(|d| d.of(Outcome::ALL)),
            source: self.source(),
            note: self.texts(),
        }
    }

    fn medication(&mut self) -> Medication {
        let dose = self.maybe(|d| d.number(0.0, 2000.0));
        Medication {
            drug: self.text(),
            atc: self.texts(),
            atc_year: self.maybe(|d| d.whole(1990, 2030)),
            dose_per_day: dose,
            dose_unit: dose.map(|_| "mg".to_owned()),
            start_day: self.maybe(|_| Day(-30)),
            start_date: self.maybe(|_| PartialDate::parse("2020-02").expect("a date")),
            end_day: self.maybe(|d| Day(d.whole(0, 900))),
            end_date: self.maybe(|_| PartialDate::parse("2021").expect("a date")),
            stop_reason: self.texts(),
            source: self.source(),
            note: self.texts(),
        }
    }

    fn attributes(&mut self) -> BTreeMap<String, String> {
        let of = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let mut values = BTreeMap::new();
        values.extend(self.maybe(|_| of("arm", "MSC")));
        values.extend(self.maybe(|_| of("score", "7.50")));
        values.extend(self.maybe(|d| of("remark", &d.text().replace('\n', " "))));
        values.extend(self.maybe(|d| of("consent", d.date().as_str())));
        values
    }

    fn statement(&mut self, visit: &str) -> Statement {
        let about = match self.below(3) {
            0 => About::Analyte("hba1c".to_owned()),
            1 => About::Analyte("adiponectin".to_owned()),
            _ => About::Topic(self.text()),
        };
        Statement {
            about,
            visit: self.maybe(|_| visit.to_owned()),
            finding: self.of(Finding::ALL),
            source: self.source(),
            note: self.texts(),
        }
    }

    fn patient(&mut self, key: &str, reports: &[&str], products: &[&str]) -> PatientFile {
        let mut visits: Vec<_> = ["W4", "W24", "late, 3rd"].map(|label| self.visit(label)).into();
        // The order in which they are read back; visits without a day come last, by their dates.
        visits.sort_by(|(a, _), (b, _)| {
            (a.day.is_none(), a.day, &a.date).cmp(&(b.day.is_none(), b.day, &b.date))
        });
        let statement = self.statement("W24");
        PatientFile {
            patient: Patient {
                key: key.to_owned(),
                reports: reports.iter().map(|key| (*key).to_owned()).collect(),
                sex: self.maybe(|d| d.of(Sex::ALL)),
                age_years: self.maybe(|d| d.number(0.0, 120.0)),
                birth_year: self.maybe(|d| d.whole(1900, 2020)),
                diagnosis: self.texts(),
                diabetes_duration_years: self.maybe(|d| d.number(0.0, 60.0)),
                height_cm: self.maybe(|d| d.number(140.0, 200.0)),
                follow_up_days: self.maybe(|d| d.whole(0, 900)),
                enrolment_date: self.maybe(Draw::date),
                attributes: self.attributes(),
                source: self.source(),
                note: self.texts(),
            },
            attributes: Vec::new(),
            reports: Vec::new(),
            infusions: (1..3).map(|number| self.infusion(number, products)).collect(),
            visits,
            statements: vec![statement],
            events: vec![self.event(), self.event()],
            medications: vec![self.medication(), self.medication()],
        }
    }
}

fn schedule() -> Schedule {
    Schedule::parse("W0,W4±1,W12±2").expect("a schedule")
}

/// The registry's own columns, in the order of their keys.
fn attributes() -> Vec<Attribute> {
    let of = |key: &str, kind, values: &[&str]| Attribute {
        key: key.to_owned(),
        label: Some(format!("The {key}")),
        kind,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    vec![
        of("arm", AttributeKind::Category, &["placebo", "MSC"]),
        of("consent", AttributeKind::Date, &[]),
        of("remark", AttributeKind::Text, &[]),
        of("score", AttributeKind::Number, &[]),
    ]
}

/// Named cohorts, in the order of their names; each field of one of them is filled.
fn cohorts() -> Vec<NamedCohort> {
    let of = |name: &str, version, expression: &str, note: Option<&str>| NamedCohort {
        name: name.to_owned(),
        version,
        expression: expression.to_owned(),
        note: note.map(str::to_owned),
    };
    vec![
        of("older", 3, "age > 60 and \"arm\" = 'it''s'", Some("as in the \"protocol\"")),
        of("younger", 1, "age <= 60", None),
    ]
}

/// Named rules of response, in the order of their names; each field of one of them is filled.
fn endpoints() -> Vec<NamedEndpoint> {
    let of = |name: &str, version, rule: &str, note: Option<&str>| NamedEndpoint {
        name: name.to_owned(),
        version,
        rule: rule.to_owned(),
        note: note.map(str::to_owned),
    };
    vec![
        of("less", 2, "insulin dose reduced >= 50 % at W12", Some("as in the \"protocol\"")),
        of("target", 1, "HbA1c < 7.0 %", None),
    ]
}

/// The registry's own analytes, in the order of their keys; each field of one of them is filled.
fn own_analytes() -> Vec<Analyte> {
    let own = |at: u16, key: &str, symbol: &str, unit: &str, also: &str| {
        let mut own = Analyte::own(key);
        own.id = AnalyteId(AnalyteId::FIRST_OWN.0 + at);
        own.symbol = symbol.to_owned();
        own.name = format!("{symbol}, \"quoted\"");
        own.set_unit(unit);
        own.set_decimals(1);
        let also = also.parse().expect("a unit with its factor");
        own.set_other_units(&[also], &["by \"definition\"".to_owned()]);
        own
    };
    let mut all = vec![
        own(0, "adiponectin", "Adipo", "mg/L", "mg/dL=10"),
        own(1, "tmpx", "TmpX", "Cel", "degF=0.5555555555555556-17.77777777777778"),
    ];
    let full = &mut all[0];
    full.set_aliases(["ACRP-30", "Acdc"].iter());
    full.loinc = Some("59261-8".to_owned());
    full.specimen = Some("serum".to_owned());
    full.state = Some("fasting".to_owned());
    full.hard_range = (0.0, 99.5);
    full.query_range = (f64::NEG_INFINITY, 30.25);
    all
}

/// Two reports, whose first patient stands in both.
fn cases(seed: u64) -> Vec<Case> {
    let mut draw = Draw(seed);
    let report = |draw: &mut Draw, key: &str, products: [&str; 2], patients| Case {
        report: draw.report(key),
        analytes: own_analytes(),
        attributes: attributes(),
        cohorts: cohorts(),
        endpoints: endpoints(),
        products: products.map(|key| draw.product(key)).into(),
        patients,
        over_89: BTreeSet::new(),
    };
    let first = vec![
        draw.patient("a-2020/1", &["a-2020", "b"], &["p1", "p2"]),
        draw.patient("a-2020/P.2", &["a-2020"], &["p1", "p2"]),
    ];
    let second = vec![draw.patient("b/1", &["b"], &["p3", "p4"])];
    vec![
        report(&mut draw, "a-2020", ["p1", "p2"], first),
        report(&mut draw, "b", ["p3", "p4"], second),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_exported_is_imported_as_the_same_records(seed in any::<u64>(), json in any::<bool>()) {
        let kind = if json { Kind::Json } else { Kind::Toml };
        let made = cases(seed);
        let rules = rules("test", DayZero::Enrolment, schedule());
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("r.db");
        let mut registry = Registry::create(&path, &rules, &Caller::named("t")).expect("a registry");
        let mut records = crate::domain::Records::default();
        for case in &made {
            let text = case.write(kind);
            let read = read_case("case", &text, json, &schedule(), Catalogue::built_in());
            prop_assert_eq!(read.problems, vec![], "{}", text);
            records.append(read.records);
        }
        let intake = registry.change("import", None, |change| change.take_in(&records));
        let problems: Result<_, StoreError> = intake.map(|intake| intake.problems);
        let is_question = |one: &crate::domain::Problem| one.level != crate::domain::Level::Error;
        let problems = problems.expect("written");
        prop_assert!(problems.iter().all(is_question), "{:#?}", problems);
        let mut read = select(&registry, Selection { reports: &[], real: false }).expect("read").cases;
        for (read, made) in read.iter_mut().zip(&made) {
            // A product nobody received stands in the first file.
            prop_assert_eq!(&read.report, &made.report);
            read.patients.iter_mut().for_each(|file| {
                file.reports.clear();
                file.attributes.clear();
            });
            prop_assert_eq!(&read.patients, &made.patients);
        }
        let products = |cases: &[Case]| {
            let mut all: Vec<_> = cases.iter().flat_map(|case| case.products.clone()).collect();
            all.sort_by(|a, b| a.key.cmp(&b.key));
            all
        };
        prop_assert_eq!(products(&read), products(&made));
        prop_assert_eq!(&read[0].analytes, &own_analytes());
        prop_assert_eq!(&read[0].cohorts, &cohorts());
        prop_assert_eq!(&read[0].endpoints, &endpoints());
        prop_assert!(registry.verify().expect("verified").discrepancies.is_empty());
    }
}
