//! What is recorded now: an image of every record that has its own in the log, and the lines of those that
//! were logged in batches, each kind read in one pass.

use super::Images;
use crate::store::batch::{Bare, Lines, Noun, of_record};
use crate::store::change::image_of;
use crate::store::registry::load_rules;
use crate::store::{
    Registry, analytes, answers, attributes, cohorts, endpoints, events, infusions, keys, locks,
    measurements, medications, patients, products, reports, statements, visits,
};
use rusqlite::{Connection, Error};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// A patient's identity and key.
type Who = (String, String);

/// Takes the records that were logged in batches.
pub(in crate::store) trait Batched {
    /// Take the next record of a batch: its place there, which is behind those before it, and its line.
    fn put(
        &mut self,
        batch: (i64, Noun),
        place: &[i64],
        line: &[u8],
        name: impl FnOnce() -> String,
    );
}

/// Every record as the log would picture it now; those of batches go to `batched`.
pub(in crate::store) fn records(
    registry: &Registry,
    batched: &mut impl Batched,
) -> Result<Images, Error> {
    let connection = &registry.connection;
    let mut are = Are::default();
    let uuid: String = connection.query_row("SELECT uuid FROM registry", (), |row| row.get(0))?;
    let rules = load_rules(connection)?;
    are.add("registry", &uuid, &rules.title, &rules);
    for analyte in analytes::load_own(connection)? {
        are.add("analyte", &analyte.uuid, &analyte.record.key, &analyte.record);
    }
    for one in locks::all(connection)? {
        are.add("lock", &one.subject, &one.lock.name(), &one.lock);
    }
    for attribute in attributes::load_all(connection)? {
        let key = attribute.record.key.as_str();
        are.add("attribute", &attribute.uuid, key, &attribute.record);
    }
    for cohort in cohorts::load_all(connection)? {
        are.add("cohort", &cohort.uuid, &cohort.record.name, &cohort.record);
    }
    for endpoint in endpoints::load_all(connection)? {
        are.add("endpoint", &endpoint.uuid, &endpoint.record.name, &endpoint.record);
    }
    for key in reports::keys(connection)? {
        if let Some(report) = reports::load(connection, &key)? {
            are.add("report", &report.uuid, &key, &report.record);
        }
    }
    for key in products::keys(connection)? {
        if let Some(product) = products::load(connection, &key)? {
            are.add("product", &product.uuid, &key, &product.record);
        }
    }
    for answer in answers::load(connection)? {
        are.add("answer", &answer.uuid, &answer.record.finding, &answer.record);
    }
    let people = read_patients(connection, batched, &mut are)?;
    let visits = read_visits(connection, &people, batched, &mut are)?;
    read_measurements(registry, &visits, batched, &mut are)?;
    for (id, (uuid, key)) in of_those_with(connection, "infusion", &people)? {
        for infusion in infusions::load_of(connection, id)? {
            are.add("infusion", uuid, &keys::infusion(key, infusion.number), &infusion);
        }
    }
    for (id, (uuid, key)) in of_those_with(connection, "statement", &people)? {
        for statement in statements::load_of(connection, id)? {
            are.add("statement", uuid, &keys::statement(key, &statement), &statement);
        }
    }
    for (id, (uuid, key)) in of_those_with(connection, "adverse_event", &people)? {
        for event in events::load_of(connection, id)? {
            are.add("event", uuid, &keys::named(key, &event.term), &event);
        }
    }
    for (id, (uuid, key)) in of_those_with(connection, "medication", &people)? {
        for medication in medications::load_of(connection, id)? {
            are.add("medication", uuid, &keys::named(key, &medication.drug), &medication);
        }
    }
    Ok(are.0)
}

#[derive(Default)]
struct Are(Images);

impl Are {
    fn add(&mut self, noun: &str, owner: &str, key: &str, record: &impl Serialize) {
        let identity = (noun.to_owned(), owner.to_owned(), key.to_owned());
        self.0.entry(identity).or_default().push(image_of(record));
    }
}

fn read_patients(
    connection: &Connection,
    batched: &mut impl Batched,
    are: &mut Are,
) -> Result<HashMap<i64, Who>, Error> {
    let mut people = HashMap::new();
    let mut query = connection.prepare("SELECT * FROM patient ORDER BY id")?;
    let mut rows = query.query(())?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get("id")?;
        let uuid: String = row.get("uuid")?;
        let patient = patients::from_row(connection, row)?;
        match row.get::<_, Option<i64>>("batch_id")? {
            None => are.add("patient", &uuid, &patient.key, &patient),
            Some(batch) => {
                let line = of_record(&uuid, &patient.key, &patient);
                batched.put((batch, Noun::Patient), &[id], &line, || patient.key.clone());
            }
        }
        people.insert(id, (uuid, patient.key));
    }
    Ok(people)
}

/// Reads the visits; for each the text that lines of its measurements begin with.
fn read_visits(
    connection: &Connection,
    people: &HashMap<i64, Who>,
    batched: &mut impl Batched,
    are: &mut Are,
) -> Result<HashMap<i64, String>, Error> {
    let mut begins = HashMap::new();
    let mut query = connection.prepare(
        "SELECT v.*, t.name AS timepoint FROM visit v
           LEFT JOIN timepoint t ON t.id = v.timepoint_id ORDER BY v.id",
    )?;
    let mut rows = query.query(())?;
    let nobody = (String::new(), String::new());
    while let Some(row) = rows.next()? {
        let id: i64 = row.get("id")?;
        let (uuid, patient) = people.get(&row.get("patient_id")?).unwrap_or(&nobody);
        let visit = visits::from_row(connection, row)?;
        let key = keys::visit(patient, &visit.label);
        match row.get::<_, Option<i64>>("batch_id")? {
            None => are.add("visit", uuid, &key, &visit),
            Some(batch) => {
                let line = of_record(uuid, &key, &visit);
                batched.put((batch, Noun::Visit), &[id], &line, || key.clone());
            }
        }
        begins.insert(id, format!("{uuid}\t{key}"));
    }
    Ok(begins)
}

fn read_measurements(
    registry: &Registry,
    visits: &HashMap<i64, String>,
    batched: &mut impl Batched,
    are: &mut Are,
) -> Result<(), Error> {
    let connection = &registry.connection;
    let catalogue = registry.catalogue();
    let mut lines = Lines::default();
    let doubted = visits_with_readings(connection)?;
    let mut query = connection.prepare(
        "SELECT analyte_id, visit_id, replicate, batch_id, value, status, printed, comparator,
                unit_id, limits_id, source_id
           FROM measurement ORDER BY analyte_id, visit_id, replicate",
    )?;
    let mut rows = query.query(())?;
    let mut line = Vec::new();
    let mut analyte = &catalogue.analytes()[0];
    while let Some(row) = rows.next()? {
        // By place: finding eleven names anew for each of millions of rows would take most of the time.
        let place = [row.get(0)?, row.get(1)?, row.get(2)?];
        if i64::from(analyte.id.0) != place[0] {
            let known = catalogue.analytes().iter().find(|one| i64::from(one.id.0) == place[0]);
            let Some(known) = known else {
                let (noun, key) = ("measurement", format!("of analyte number {}", place[0]));
                are.add(noun, "", &key, &place);
                continue;
            };
            analyte = known;
        }
        let begins = visits.get(&place[1]).map_or("\t", String::as_str);
        let name = || {
            let (uuid, visit) = begins.split_once('\t').unwrap_or_default();
            let again = if place[2] == 0 { String::new() } else { format!(", again {}", place[2]) };
            (uuid, format!("{visit} {}{again}", analyte.key))
        };
        let batch: Option<i64> = row.get(3)?;
        let is_alone = place[2] != 0 || doubted.contains(&(place[0], place[1]));
        let Some(batch) = batch.filter(|_| !is_alone) else {
            let (uuid, key) = name();
            match measurements::load(connection, place[1], analyte)?.filter(|_| place[2] == 0) {
                Some(measurement) => are.add("measurement", uuid, &key, &measurement),
                None => are.add("measurement", uuid, &key, &place),
            }
            continue;
        };
        let bare = Bare {
            analyte: &analyte.key,
            value: row.get(4)?,
            status: measurements::status_of(row.get(5)?),
            printed: row.get_ref(6)?.as_str_or_null()?,
            comparator: row.get_ref(7)?.as_str_or_null()?,
            unit: row.get(8)?,
            limits: row.get(9)?,
            source: row.get(10)?,
        };
        line.clear();
        lines.learn(connection, analyte, &bare)?;
        lines.write(begins, &bare, &mut line);
        batched.put((batch, Noun::Measurement), &place, &line, || name().1);
    }
    Ok(())
}

/// Analytes and visits of measurements with other readings; no batch holds such a one.
fn visits_with_readings(connection: &Connection) -> Result<HashSet<(i64, i64)>, Error> {
    let mut query = connection.prepare("SELECT DISTINCT analyte_id, visit_id FROM reading")?;
    query.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The patients who have rows in this table, in the order of the patients.
fn of_those_with<'a>(
    connection: &Connection,
    table: &str,
    people: &'a HashMap<i64, Who>,
) -> Result<Vec<(i64, &'a Who)>, Error> {
    let sql = match table {
        "infusion" => "SELECT DISTINCT patient_id FROM infusion ORDER BY patient_id",
        "statement" => "SELECT DISTINCT patient_id FROM statement ORDER BY patient_id",
        "adverse_event" => "SELECT DISTINCT patient_id FROM adverse_event ORDER BY patient_id",
        _ => "SELECT DISTINCT patient_id FROM medication ORDER BY patient_id",
    };
    let mut query = connection.prepare(sql)?;
    let ids = query.query_map((), |row| row.get::<_, i64>(0))?;
    let with = ids.map(|id| id.map(|id| people.get(&id).map(|who| (id, who))));
    with.filter_map(Result::transpose).collect()
}
