//! What a cohort summary reads: patients and visits whole, measurements one analyte at a time.

use super::change::Change;
use super::error::{InFile, StoreError};
use super::measurements::status_of;
use super::{Registry, attributes, infusions, optional_word};
use crate::domain::{
    AnalyteId, Cohort, Comparator, Day, DayZero, Finding, Infusion, Number, Observation, Occasion,
    PartialDate, ReferenceRange, Sex, Standing, StatementMade, Status, Subject,
};
use rusqlite::{Connection, named_params};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Digits behind the decimal point of a printed number; an exponent counts for nothing.
fn decimals_of(printed: &str) -> u8 {
    let behind = printed.split_once('.').map_or("", |(_, behind)| behind);
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    u8::try_from(digits).unwrap_or(u8::MAX)
}

impl Registry {
    /// Patients, visits and reports; with `real_only`, without those invented for demonstration.
    /// Days that are not recorded are counted from the dates, where both are known to the day.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn cohort(&self, real_only: bool) -> Result<Cohort, StoreError> {
        let day_zero = self.rules().day_zero;
        let mut cohort = load_cohort(&self.connection, day_zero, real_only).in_file(&self.path)?;
        let reports = self.reports()?.into_iter().map(|line| line.report);
        cohort.attributes = self.attributes()?;
        cohort.reports = reports.filter(|report| !(real_only && report.simulated)).collect();
        Ok(cohort)
    }

    /// All measurements of one analyte, in the order of the visits.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn observations(&self, analyte: AnalyteId) -> Result<Vec<Observation>, StoreError> {
        self.load_observations(analyte).in_file(&self.path)
    }

    /// The laboratory's limits of one analyte by the number of the visit, for those visits that have any.
    /// They are in the unit of the print. If the reading in force has another, which of the two the limits
    /// have can't be known, and there are none; if the print has none, they are in that of the reading.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn reference_ranges(
        &self,
        analyte: AnalyteId,
    ) -> Result<HashMap<i64, ReferenceRange>, StoreError> {
        self.load_reference_ranges(analyte).in_file(&self.path)
    }

    /// All statements about the patients of a cohort, in the order they were recorded.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn statements(&self, cohort: &Cohort) -> Result<Vec<StatementMade>, StoreError> {
        self.load_statements(cohort).in_file(&self.path)
    }

    fn load_observations(&self, analyte: AnalyteId) -> Result<Vec<Observation>, rusqlite::Error> {
        let units = self
            .connection
            .prepare_cached("SELECT id, ucum FROM reported_unit WHERE analyte_id = :analyte")?
            .query_map(named_params! { ":analyte": analyte.0 }, |row| {
                Ok((row.get(0)?, Rc::from(row.get::<_, String>(1)?)))
            })?
            .collect::<Result<HashMap<i64, Rc<str>>, _>>()?;
        let mut doubted = HashSet::new();
        let mut accepted = HashMap::new();
        let mut readings = self.connection.prepare_cached(
            "SELECT visit_id, standing, printed, unit_id FROM reading
              WHERE analyte_id = :analyte AND standing <> 'rejected' ORDER BY id",
        )?;
        let mut rows = readings.query(named_params! { ":analyte": analyte.0 })?;
        while let Some(row) = rows.next()? {
            let visit: i64 = row.get(0)?;
            match super::word(row, "standing", Standing::parse)? {
                Standing::Accepted => {
                    drop(accepted.insert(visit, (row.get::<_, String>(2)?, row.get(3)?)));
                }
                _ => drop(doubted.insert(visit)),
            }
        }
        drop(rows);
        let mut query = self.connection.prepare_cached(
            "SELECT visit_id, status, value, unit_id, printed
               FROM measurement WHERE analyte_id = :analyte ORDER BY visit_id, replicate",
        )?;
        let mut rows = query.query(named_params! { ":analyte": analyte.0 })?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let visit: i64 = row.get(0)?;
            // The row's status and unit are those of the print; what is used is the reading in force.
            let (status, unit, printed): (_, Option<i64>, _) = match accepted.get(&visit) {
                Some((printed, unit)) => {
                    let status = Status::of_comparator(Comparator::of_print(printed));
                    (status, *unit, printed.as_str())
                }
                None => {
                    let printed = row.get_ref(4)?.as_str_or_null()?.unwrap_or_default();
                    (status_of(row.get(1)?), row.get(3)?, printed)
                }
            };
            found.push(Observation {
                visit,
                status,
                comparator: status.is_limit().then(|| Comparator::of_print(printed)).flatten(),
                value: row.get(2)?,
                decimals: decimals_of(printed),
                unit: unit.and_then(|unit| units.get(&unit).cloned()),
                stated: (status == Status::Stated).then(|| printed.to_owned()),
                doubted: doubted.contains(&visit),
                corrected: accepted.contains_key(&visit),
            });
        }
        Ok(found)
    }

    fn load_reference_ranges(
        &self,
        analyte: AnalyteId,
    ) -> Result<HashMap<i64, ReferenceRange>, rusqlite::Error> {
        let mut query = self.connection.prepare_cached(
            "SELECT m.visit_id, l.low_printed, l.high_printed, u.slope, u.intercept
               FROM measurement m
               JOIN reference_limits l ON l.id = m.limits_id
               LEFT JOIN reading r ON r.analyte_id = m.analyte_id AND r.visit_id = m.visit_id
                    AND r.replicate = m.replicate AND r.standing = 'accepted'
               JOIN reported_unit u ON u.id = coalesce(m.unit_id, r.unit_id)
               LEFT JOIN reported_unit in_force ON in_force.id = r.unit_id
              WHERE m.analyte_id = :analyte
                AND (r.id IS NULL OR (in_force.slope = u.slope AND in_force.intercept = u.intercept))
              ORDER BY m.visit_id, r.id",
        )?;
        let mut rows = query.query(named_params! { ":analyte": analyte.0 })?;
        let mut found = HashMap::new();
        while let Some(row) = rows.next()? {
            let (slope, intercept): (f64, f64) = (row.get("slope")?, row.get("intercept")?);
            let canonical = |printed: Option<String>| {
                let number = Number::parse(&printed?).ok()?;
                Some(number.value * slope + intercept)
            };
            let low = canonical(row.get("low_printed")?);
            let high = canonical(row.get("high_printed")?);
            if low.is_some() || high.is_some() {
                found.insert(row.get(0)?, ReferenceRange { low, high });
            }
        }
        Ok(found)
    }

    fn load_statements(&self, cohort: &Cohort) -> Result<Vec<StatementMade>, rusqlite::Error> {
        let places: HashMap<&str, usize> = cohort
            .subjects
            .iter()
            .enumerate()
            .map(|(at, subject)| (subject.key.as_str(), at))
            .collect();
        let mut query = self.connection.prepare(
            "SELECT p.key AS patient, s.visit_id, a.key AS analyte, s.topic, s.finding
               FROM statement s JOIN patient p ON p.id = s.patient_id
               LEFT JOIN analyte a ON a.id = s.analyte_id ORDER BY s.id",
        )?;
        let mut rows = query.query(())?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let patient: String = row.get("patient")?;
            let Some(&subject) = places.get(patient.as_str()) else { continue };
            found.push(StatementMade {
                subject,
                visit: row.get("visit_id")?,
                analyte: row.get("analyte")?,
                topic: row.get("topic")?,
                finding: super::word(row, "finding", Finding::parse)?,
            });
        }
        Ok(found)
    }
}

impl Change<'_> {
    /// Patients and visits as this change leaves them, without their reports.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn cohort(&self) -> Result<Cohort, StoreError> {
        self.told(load_cohort(&self.transaction, self.rules().day_zero, false))
    }
}

/// Patients and visits, without their reports.
fn load_cohort(
    connection: &Connection,
    day_zero: DayZero,
    real_only: bool,
) -> Result<Cohort, rusqlite::Error> {
    let mut cohort = Cohort::default();
    let mut places = HashMap::new();
    let mut anchors = HashMap::new();
    let mut all_infusions = all_infusions(connection)?;
    let mut all_values = attributes::values_of_all(connection)?;
    let mut query = connection.prepare(
        "SELECT p.id, p.key, r.key AS report, p.sex,
                coalesce((SELECT max(any.simulated) FROM patient_report link
                            JOIN report any ON any.id = link.report_id
                           WHERE link.patient_id = p.id), 0) AS simulated,
                p.diagnosis, p.age_years, p.diabetes_duration_years, p.height_cm,
                p.follow_up_days, p.enrolment_date,
                (SELECT count(*) FROM adverse_event e WHERE e.patient_id = p.id) AS events
           FROM patient p
           LEFT JOIN patient_report pr ON pr.patient_id = p.id AND pr.first = 1
           LEFT JOIN report r ON r.id = pr.report_id
          ORDER BY p.id",
    )?;
    let mut rows = query.query(())?;
    while let Some(row) = rows.next()? {
        let simulated: bool = row.get("simulated")?;
        if simulated && real_only {
            continue;
        }
        let id: i64 = row.get("id")?;
        let infusions = all_infusions.remove(&id).unwrap_or_default();
        let anchor = match day_zero {
            DayZero::FirstInfusion => infusions.first().and_then(|first| first.date.clone()),
            DayZero::LastInfusion => infusions.last().and_then(|last| last.date.clone()),
            DayZero::Enrolment => optional_word(row, "enrolment_date", PartialDate::parse)?,
        };
        anchors.extend(anchor.map(|anchor| (id, anchor)));
        places.insert(id, cohort.subjects.len());
        cohort.subjects.push(Subject {
            key: row.get("key")?,
            report: row.get::<_, Option<String>>("report")?.unwrap_or_default(),
            simulated,
            sex: optional_word(row, "sex", Sex::parse)?.map(|sex| sex.to_string()),
            diagnosis: row.get("diagnosis")?,
            age_years: row.get("age_years")?,
            diabetes_duration_years: row.get("diabetes_duration_years")?,
            height_cm: row.get("height_cm")?,
            follow_up_days: row.get("follow_up_days")?,
            infusions,
            adverse_events: row.get("events")?,
            attributes: all_values.remove(&id).unwrap_or_default(),
        });
    }
    drop(rows);
    let mut visits = connection
        .prepare("SELECT id, patient_id, day, day_basis = 'planned', label, date FROM visit")?;
    let mut rows = visits.query(())?;
    while let Some(row) = rows.next()? {
        let patient: i64 = row.get(1)?;
        let Some(&subject) = places.get(&patient) else { continue };
        let mut day = row.get::<_, Option<i32>>(2)?.map(Day);
        if day.is_none() {
            let date = optional_word(row, "date", PartialDate::parse)?;
            day =
                date.zip(anchors.get(&patient)).and_then(|(date, anchor)| date.days_since(anchor));
        }
        let planned = row.get::<_, Option<bool>>(3)?.unwrap_or(false);
        let label = row.get::<_, String>(4)?.into_boxed_str();
        cohort.occasions.insert(row.get(0)?, Occasion { subject, label, day, planned });
    }
    Ok(cohort)
}

fn all_infusions(connection: &Connection) -> Result<HashMap<i64, Vec<Infusion>>, rusqlite::Error> {
    let mut query = connection.prepare(
        "SELECT i.*, d.key AS product FROM infusion i
           LEFT JOIN product d ON d.id = i.product_id ORDER BY i.patient_id, i.number",
    )?;
    let mut rows = query.query(())?;
    let mut found: HashMap<i64, Vec<Infusion>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let infusion = infusions::from_row(connection, row)?;
        found.entry(row.get("patient_id")?).or_default().push(infusion);
    }
    Ok(found)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::domain::{Catalogue, Limits, ReferenceRange};
    use crate::store::testing::{case, registry};

    #[test]
    fn limits_are_understood_as_the_print_beside_them() {
        let (_folder, mut registry) = registry();
        let mut records = case(&["TBil=2.6 mg/dL", "ALT=30 U/L", "AFP=3 unit not reported"]);
        for measured in &mut records.patients[0].visits[0].measurements {
            let high = Some("1.2".to_owned());
            let of_alt = measured.record.analyte == "alt";
            let low = of_alt.then(|| "0.5".to_owned());
            measured.record.limits = Some(Limits { low, high });
        }
        registry.change("test", None, |change| change.take_in(&records)).unwrap();
        let ranges = |name: &str| {
            let analyte = Catalogue::built_in().find(name).unwrap();
            let found = registry.reference_ranges(analyte.id).unwrap();
            found.into_values().collect::<Vec<ReferenceRange>>()
        };
        assert_eq!(ranges("ALT"), [ReferenceRange { low: Some(0.5), high: Some(1.2) }]);
        let factor = Catalogue::built_in().find("TBil").unwrap().unit("mg/dL").unwrap().slope;
        assert_eq!(ranges("TBil"), [ReferenceRange { low: None, high: Some(1.2 * factor) }]);
        assert_eq!(ranges("AFP"), [], "a limit without a unit is none");
        assert_eq!(ranges("CEA"), []);
    }
}
