//! The columns that conditions are asked of: who a patient is, what was infused, and what an analyte was
//! at a timepoint. Baselines, windows and changes are those of the summaries, by the same code.

use super::exposure::total;
use super::timeline::{Timeline, change, percent_change};
use crate::domain::{
    AdverseEventStance, Analyte, AnalyteId, AttributeKind, Catalogue, Cohort, Datum, Infusion,
    Mismatch, Observation, Patient, PatientColumn, PatientTable, Schedule, Subject, display_unit,
    nearest,
};
use std::collections::BTreeSet;

/// What is asked of an analyte.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Measure {
    /// The value at a timepoint, by its place in the timeline.
    Value(usize),
    /// Its change from baseline.
    Change(usize),
    /// Its change in per cent of the baseline.
    PercentChange(usize),
}

/// A column of an analyte, made because a condition names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnalyteColumn {
    /// The analyte.
    pub analyte: AnalyteId,
    name: String,
    measure: Measure,
}

/// The columns every patient has, but those of analytes: name, unit, meaning.
const COLUMNS: [(&str, Option<&str>, &str); 22] = [
    ("patient", None, "key of the patient"),
    ("report", None, "key of the report it was recorded from"),
    ("report_kind", None, "kind of that report"),
    ("report_year", Some(""), "year of publication"),
    ("simulated", None, "yes if invented for demonstration, else no"),
    ("sex", None, "as reported"),
    ("age", Some("years"), "age on day 0"),
    ("age_years", Some("years"), "the same as age"),
    ("birth_year", Some(""), "year of birth"),
    ("diagnosis", None, "for example T2DM"),
    ("diabetes_duration_years", Some("years"), "years since the diagnosis, on day 0"),
    ("height_cm", Some("cm"), "body height"),
    ("follow_up_days", Some("days"), "days of follow-up from day 0"),
    ("enrolment_date", None, "date of enrolment, as far as it is known"),
    ("infusions", Some(""), "infusions recorded"),
    ("cells_total", Some("cells"), "cells of all infusions, known only where each dose is"),
    ("cells_per_kg_total", Some("cells/kg"), "the same per kg of body weight"),
    ("first_infusion_day", Some("days"), "day of the first infusion"),
    ("routes", None, "routes of all infusions, as in intra-arterial, intravenous"),
    ("products", None, "keys of all products infused"),
    ("adverse_events", Some(""), "adverse events; unknown where the report does not speak of them"),
    ("visits", Some(""), "visits recorded"),
];

/// The columns of a registry's patients: those that all have, its attributes, and the analyte columns
/// that are asked for.
pub fn patient_columns(
    cohort: &Cohort,
    catalogue: &Catalogue,
    asked: &[AnalyteColumn],
) -> Vec<PatientColumn> {
    let built_in = COLUMNS.iter().map(|(name, unit, meaning)| PatientColumn {
        name: (*name).to_owned(),
        is_number: unit.is_some(),
        unit: unit.unwrap_or_default().to_owned(),
        meaning: (*meaning).to_owned(),
    });
    let own = own_attributes(cohort).map(|attribute| PatientColumn {
        name: attribute.key.to_lowercase(),
        is_number: attribute.kind == AttributeKind::Number,
        unit: String::new(),
        meaning: match attribute.kind {
            AttributeKind::Category => format!("attribute: {}", attribute.values.join(", ")),
            kind => format!("attribute, {kind}"),
        },
    });
    let of_analyte = asked.iter().filter_map(|column| {
        let analyte = catalogue.get(column.analyte)?;
        let unit = match column.measure {
            // Where the units of an analyte have different zeros, its per cent depends on the unit.
            Measure::PercentChange(_) if analyte.units.iter().any(|rule| rule.intercept != 0.0) => {
                format!("% of {}", display_unit(&analyte.canonical_unit().ucum))
            }
            Measure::PercentChange(_) => "%".to_owned(),
            _ => display_unit(&analyte.canonical_unit().ucum),
        };
        let name = column.name.clone();
        Some(PatientColumn { name, is_number: true, unit, meaning: analyte.symbol.clone() })
    });
    built_in.chain(own).chain(of_analyte).collect()
}

/// Attributes, without those that bear the name of a column everybody has.
fn own_attributes(cohort: &Cohort) -> impl Iterator<Item = &crate::domain::Attribute> {
    let is_own = |key: &str| !COLUMNS.iter().any(|(name, ..)| *name == key.to_lowercase());
    cohort.attributes.iter().filter(move |attribute| is_own(&attribute.key))
}

/// The analyte column of this name, such as `hba1c_w12` or `hba1c_change_w12`; none if it is a column
/// that every patient has.
///
/// # Errors
/// If there is no such column, with the nearest that there is.
pub fn find_column(
    name: &str,
    cohort: &Cohort,
    catalogue: &Catalogue,
    schedule: &Schedule,
) -> Result<Option<AnalyteColumn>, Mismatch> {
    let known = patient_columns(cohort, catalogue, &[]);
    if known.iter().any(|column| column.name == name) {
        return Ok(None);
    }
    let stems = stems(cohort, schedule);
    for analyte in catalogue.analytes() {
        if let Some(rest) = name.strip_prefix(&analyte.key.to_lowercase())
            && let Some((_, measure)) =
                stems.iter().find(|(stem, _)| rest.strip_prefix('_') == Some(stem))
        {
            let measure = measure.clone();
            return Ok(Some(AnalyteColumn { analyte: analyte.id, name: name.to_owned(), measure }));
        }
    }
    let of_analytes = catalogue.analytes().iter().flat_map(|analyte| {
        let key = analyte.key.to_lowercase();
        stems.iter().map(move |(stem, _)| format!("{key}_{stem}"))
    });
    let all: Vec<String> = known.into_iter().map(|column| column.name).chain(of_analytes).collect();
    let mismatch = Mismatch::new(name, "a column of the patients, or a text in single quotes");
    Err(match nearest(name, all.iter().map(String::as_str)) {
        Some(near) => {
            mismatch.mend(format!("did you mean \"{near}\"? `casebook cohort columns` lists all"))
        }
        None => mismatch.mend(format!(
            "a text is written '{name}'; `casebook cohort columns` lists the columns"
        )),
    })
}

/// What may stand behind an analyte's key: `baseline`, `w12`, `change_w12`, `percent_change_w12`.
fn stems(cohort: &Cohort, schedule: &Schedule) -> Vec<(String, Measure)> {
    let timeline = Timeline::new(cohort, schedule, &[]);
    let mut stems = Vec::new();
    for (at, (timepoint, _)) in timeline.columns.iter().enumerate() {
        let plain = |c: char| if c.is_alphanumeric() { c } else { '_' };
        let name: String = timepoint.to_lowercase().chars().map(plain).collect();
        if at > 0 {
            stems.push((format!("change_{name}"), Measure::Change(at)));
            stems.push((format!("percent_change_{name}"), Measure::PercentChange(at)));
        }
        stems.push((name, Measure::Value(at)));
    }
    stems
}

/// The endings that make a column of an analyte's key, for people.
pub fn column_endings(cohort: &Cohort, schedule: &Schedule) -> Vec<String> {
    stems(cohort, schedule).into_iter().map(|(stem, _)| stem).collect()
}

/// The patients of a cohort as a table. `patients` are all recorded ones; `asked` the analyte columns,
/// whose observations are `observations`.
pub fn patient_table(
    cohort: &Cohort,
    patients: &[Patient],
    catalogue: &Catalogue,
    schedule: &Schedule,
    (asked, observations): (&[AnalyteColumn], &[(&Analyte, Vec<Observation>)]),
) -> PatientTable {
    let by_key: std::collections::HashMap<&str, &Patient> =
        patients.iter().map(|patient| (patient.key.as_str(), patient)).collect();
    let mut visits = vec![0; cohort.subjects.len()];
    cohort.occasions.values().for_each(|occasion| visits[occasion.subject] += 1);
    let row = |(at, subject): (usize, &Subject)| {
        let mut row = about(cohort, subject, by_key.get(subject.key.as_str()).copied(), visits[at]);
        row.extend(own_attributes(cohort).map(|attribute| {
            let value = subject.attributes.get(&attribute.key);
            match attribute.kind {
                AttributeKind::Number => value.and_then(|text| text.parse::<f64>().ok()).into(),
                _ => value.cloned().into(),
            }
        }));
        row
    };
    let mut rows: Vec<Vec<Datum>> = cohort.subjects.iter().enumerate().map(row).collect();
    for column in asked {
        let found = observations.iter().find(|(analyte, _)| analyte.id == column.analyte);
        let values = match found {
            Some((analyte, observations)) => {
                measured(cohort, schedule, column, analyte, observations)
            }
            None => vec![None; rows.len()],
        };
        rows.iter_mut().zip(values).for_each(|(row, value)| row.push(value.into()));
    }
    PatientTable { columns: patient_columns(cohort, catalogue, asked), rows }
}

/// The values of [`COLUMNS`], in their order.
fn about(cohort: &Cohort, subject: &Subject, patient: Option<&Patient>, visits: i32) -> Vec<Datum> {
    let report = cohort.report(&subject.report);
    let infusions = &subject.infusions;
    let each = |of: fn(&Infusion) -> Option<&String>| -> Datum {
        let all: BTreeSet<&str> = infusions.iter().filter_map(of).map(String::as_str).collect();
        let all: Vec<&str> = all.into_iter().collect();
        (!all.is_empty()).then(|| all.join(", ")).into()
    };
    let sum = |part: fn(&Infusion) -> Option<f64>| -> Datum {
        (!infusions.is_empty()).then(|| total(subject, part)).flatten().into()
    };
    let age = patient.and_then(|patient| patient.age_years);
    let simulated = if subject.simulated { "yes" } else { "no" };
    let count = |count: usize| Datum::from(i32::try_from(count).unwrap_or(i32::MAX));
    vec![
        subject.key.as_str().into(),
        Some(subject.report.as_str()).filter(|key| !key.is_empty()).into(),
        report.map(|report| report.kind.as_str()).into(),
        report.and_then(|report| report.citation.year).into(),
        simulated.into(),
        subject.sex.clone().into(),
        age.into(),
        age.into(),
        patient.and_then(|patient| patient.birth_year).into(),
        subject.diagnosis.clone().into(),
        patient.and_then(|patient| patient.diabetes_duration_years).into(),
        patient.and_then(|patient| patient.height_cm).into(),
        subject.follow_up_days.into(),
        patient
            .and_then(|patient| patient.enrolment_date.as_ref())
            .map(|date| date.as_str())
            .into(),
        count(infusions.len()),
        sum(|infusion| infusion.cells),
        sum(|infusion| infusion.cells_per_kg),
        infusions.iter().filter_map(|infusion| infusion.day).map(|day| day.0).min().into(),
        each(|infusion| infusion.route.as_ref()),
        each(|infusion| infusion.product.as_ref()),
        known_events(cohort, subject).into(),
        visits.into(),
    ]
}

/// How many adverse events a patient had. Silence is no zero: without one, the report has to state that
/// there were none, or give those of others.
fn known_events(cohort: &Cohort, subject: &Subject) -> Option<i32> {
    let of_report = |other: &&Subject| other.report == subject.report;
    let speaks = match cohort.stance_of(subject) {
        AdverseEventStance::NoneStated => true,
        AdverseEventStance::Given => {
            cohort.subjects.iter().filter(of_report).any(|other| other.adverse_events > 0)
        }
        AdverseEventStance::NotMentioned => false,
    };
    let count = i32::try_from(subject.adverse_events).unwrap_or(i32::MAX);
    (count > 0 || speaks).then_some(count)
}

/// An analyte's column, in its canonical unit.
fn measured(
    cohort: &Cohort,
    schedule: &Schedule,
    column: &AnalyteColumn,
    analyte: &Analyte,
    observations: &[Observation],
) -> Vec<Option<f64>> {
    let timeline = Timeline::new(cohort, schedule, observations);
    let rule = analyte.canonical_unit();
    let (Measure::Value(at) | Measure::Change(at) | Measure::PercentChange(at)) = column.measure;
    let number = |at: usize, who: usize| timeline.columns[at].1[who].in_unit(rule);
    let value = |who: usize| {
        let follow_up = number(at, who)?;
        match column.measure {
            Measure::Value(_) => Some(follow_up),
            Measure::Change(_) => Some(change(number(0, who)?, follow_up)),
            Measure::PercentChange(_) => percent_change(number(0, who)?, follow_up),
        }
    };
    (0..cohort.subjects.len()).map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{cohort, observation};

    fn schedule() -> Schedule {
        Schedule::parse("W0,W4±1,W12±2").expect("a schedule")
    }

    fn column(name: &str) -> AnalyteColumn {
        let found = find_column(name, &cohort(&[]), Catalogue::built_in(), &schedule());
        found.expect(name).expect("an analyte's column")
    }

    #[test]
    fn columns_of_analytes_have_the_values_of_the_summaries() {
        let days: &[Option<i32>] = &[Some(-3), Some(0), Some(28), Some(60)];
        let cohort = cohort(&[days, days]);
        let fpg = Catalogue::built_in().find("FPG").expect("FPG");
        let seen = vec![
            observation(1, Some(12.0)),
            observation(2, Some(10.0)),
            observation(3, Some(8.5)),
            observation(4, Some(1.0)), // in no window
            observation(6, Some(9.0)),
        ];
        let names = ["fpg_baseline", "fpg_w4", "fpg_change_w4", "fpg_percent_change_w4", "fpg_w12"];
        let asked: Vec<_> = names.into_iter().map(column).collect();
        let catalogue = Catalogue::built_in();
        let seen = [(fpg, seen)];
        let table = patient_table(&cohort, &[], catalogue, &schedule(), (&asked, &seen));
        let number = Datum::Number;
        let first = &table.rows[0][COLUMNS.len()..];
        assert_eq!(first, [number(10.0), number(8.5), number(-1.5), number(-15.0), Datum::Unknown]);
        let second = &table.rows[1][COLUMNS.len()..];
        assert_eq!(second[..3], [number(9.0), Datum::Unknown, Datum::Unknown]);
        let last = table.columns.last().expect("columns");
        assert_eq!((last.name.as_str(), last.unit.as_str()), ("fpg_w12", "mmol/L"));
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
    }

    #[test]
    fn a_change_in_per_cent_says_of_what_where_units_have_different_zeros() {
        let catalogue = Catalogue::built_in();
        let unit_of = |name: &str| {
            let cohort = Cohort::default();
            let column = find_column(name, &cohort, catalogue, &schedule());
            let column = column.expect("a column").expect("one of an analyte");
            let columns = patient_columns(&cohort, catalogue, &[column]);
            columns.last().expect("columns").unit.clone()
        };
        assert_eq!(unit_of("hba1c_percent_change_w4"), "% of mmol/mol");
        assert_eq!(unit_of("fpg_percent_change_w4"), "%");
        assert_eq!(unit_of("hba1c_change_w4"), "mmol/mol");
    }

    #[test]
    fn what_was_infused_is_known_only_where_every_part_is() {
        let mut cohort = cohort(&[&[], &[], &[]]);
        let infusion = |cells: Option<f64>, route: Option<&str>| Infusion {
            cells,
            route: route.map(str::to_owned),
            ..Infusion::default()
        };
        cohort.subjects[0].infusions =
            vec![infusion(Some(1e6), Some("intravenous")), infusion(Some(2e6), None)];
        cohort.subjects[1].infusions = vec![infusion(Some(1e6), None), infusion(None, None)];
        let catalogue = Catalogue::built_in();
        let table = patient_table(&cohort, &[], catalogue, &schedule(), (&[], &[]));
        let of = |name: &str| -> Vec<Datum> {
            let at = table.columns.iter().position(|column| column.name == name).expect(name);
            table.rows.iter().map(|row| row[at].clone()).collect()
        };
        assert_eq!(of("cells_total"), [Datum::Number(3e6), Datum::Unknown, Datum::Unknown]);
        assert_eq!(of("infusions"), [2.0, 2.0, 0.0].map(Datum::Number));
        assert_eq!(of("routes"), ["intravenous".into(), Datum::Unknown, Datum::Unknown]);
    }

    #[test]
    fn silence_on_adverse_events_is_no_zero() {
        use crate::domain::{Report, ReportKind};
        let mut cohort = cohort(&[&[], &[]]);
        cohort.reports = vec![Report::new("a", ReportKind::CaseSeries)];
        let counts = |cohort: &Cohort| -> Vec<Option<i32>> {
            cohort.subjects.iter().map(|subject| known_events(cohort, subject)).collect()
        };
        assert_eq!(counts(&cohort), [None, None]);
        cohort.reports[0].adverse_events = AdverseEventStance::NoneStated;
        assert_eq!(counts(&cohort), [Some(0), Some(0)]);
        cohort.reports[0].adverse_events = AdverseEventStance::Given;
        assert_eq!(counts(&cohort), [None, None], "given, none entered");
        cohort.subjects[0].adverse_events = 2;
        assert_eq!(counts(&cohort), [Some(2), Some(0)]);
    }

    #[test]
    fn an_unknown_column_names_the_nearest() {
        let find = |name: &str| find_column(name, &cohort(&[]), Catalogue::built_in(), &schedule());
        assert_eq!(find("sex"), Ok(None));
        let mend = |name: &str| find(name).expect_err(name).mend.expect("advice");
        assert!(mend("hba1c_w13").contains("\"hba1c_w12\""));
        assert!(mend("hba1c_chang_w12").contains("\"hba1c_change_w12\""));
        assert!(mend("follow_up").contains("\"follow_up_days\""));
        assert!(find("hba1c_change_baseline").is_err(), "the baseline has no change");
    }
}
