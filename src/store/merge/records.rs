//! The records of one registry as a merge compares them.

use super::settle::Row;
use crate::domain::{
    AdverseEvent, Analyte, AnalyteId, Attribute, Catalogue, Infusion, Measurement, Medication,
    NamedCohort, NamedEndpoint, Patient, Product, Report, Statement, Visit,
};
use crate::store::{
    Answer, Registry, Stored, analytes, answers, attributes, cohorts, endpoints, events, infusions,
    keys, measurements, medications, patients, products, reports, statements, visits,
};
use rusqlite::{Connection, Error, ToSql, named_params};

/// One registry's records. Those of a patient have its UUID before their own key or number.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    connection: &'a Connection,
    catalogue: &'a Catalogue,
    /// True if any record was logged in a batch; mostly none was, and then none is asked for.
    has_batches: bool,
}

/// A measurement behind the label of its visit.
pub(super) type Measured = (String, Measurement);

/// A patient with everything below it.
pub(super) struct Below {
    pub infusions: Vec<Row<Infusion>>,
    pub visits: Vec<Row<Visit>>,
    pub measurements: Vec<Row<Measured>>,
    pub statements: Vec<Row<Statement>>,
    pub events: Vec<Row<AdverseEvent>>,
    pub medications: Vec<Row<Medication>>,
}

impl<'a> Side<'a> {
    pub fn of(connection: &'a Connection, catalogue: &'a Catalogue) -> Side<'a> {
        let any = "SELECT EXISTS (SELECT 1 FROM batch)";
        let has_batches = connection.query_row(any, (), |row| row.get(0)).unwrap_or(true);
        Side { connection, catalogue, has_batches }
    }

    /// The batch that `sql` finds for a record.
    fn batch(self, sql: &str, record: &[(&str, &dyn ToSql)]) -> Result<Option<i64>, Error> {
        if !self.has_batches {
            return Ok(None);
        }
        self.connection.prepare_cached(sql)?.query_row(record, |row| row.get(0))
    }

    pub fn of_registry(registry: &'a Registry) -> Side<'a> {
        Side::of(&registry.connection, registry.catalogue())
    }

    /// The registry's own analytes; their number is another in every file, so it is left out.
    pub fn analytes(self) -> Result<Vec<Row<Analyte>>, Error> {
        let row = |known: Stored<Analyte>| {
            let key = known.record.key.clone();
            Row::new(known.uuid, key, Analyte { id: AnalyteId::FIRST_OWN, ..known.record })
        };
        Ok(analytes::load_own(self.connection)?.into_iter().map(row).collect())
    }

    pub fn attributes(self) -> Result<Vec<Row<Attribute>>, Error> {
        let row =
            |known: Stored<Attribute>| Row::new(known.uuid, known.record.key.clone(), known.record);
        Ok(attributes::load_all(self.connection)?.into_iter().map(row).collect())
    }

    pub fn cohorts(self) -> Result<Vec<Row<NamedCohort>>, Error> {
        let row = |known: Stored<NamedCohort>| {
            Row::new(known.uuid, known.record.name.clone(), known.record)
        };
        Ok(cohorts::load_all(self.connection)?.into_iter().map(row).collect())
    }

    pub fn endpoints(self) -> Result<Vec<Row<NamedEndpoint>>, Error> {
        let row = |known: Stored<NamedEndpoint>| {
            Row::new(known.uuid, known.record.name.clone(), known.record)
        };
        Ok(endpoints::load_all(self.connection)?.into_iter().map(row).collect())
    }

    pub fn reports(self) -> Result<Vec<Row<Report>>, Error> {
        self.keyed(reports::keys(self.connection)?, reports::load)
    }

    pub fn products(self) -> Result<Vec<Row<Product>>, Error> {
        self.keyed(products::keys(self.connection)?, products::load)
    }

    pub fn patients(self) -> Result<Vec<Row<Patient>>, Error> {
        let rows = self.keyed(patients::keys(self.connection)?, patients::load)?;
        let of = |row: Row<Patient>| {
            let sql = "SELECT batch_id FROM patient WHERE key = :key";
            let batch = self.batch(sql, named_params! { ":key": row.key })?;
            Ok(row.in_batch(batch))
        };
        rows.into_iter().map(of).collect()
    }

    pub fn answers(self) -> Result<Vec<Row<Answer>>, Error> {
        let row = |known: Stored<Answer>| {
            Row::new(known.uuid, known.record.finding.clone(), known.record)
        };
        Ok(answers::load(self.connection)?.into_iter().map(row).collect())
    }

    fn keyed<T>(
        self,
        keys: Vec<String>,
        load: impl Fn(&Connection, &str) -> Result<Option<Stored<T>>, Error>,
    ) -> Result<Vec<Row<T>>, Error> {
        let row = |key: String| {
            let found = load(self.connection, &key)?;
            Ok(found.map(|known| Row::new(known.uuid, key, known.record)))
        };
        keys.into_iter().filter_map(|key| row(key).transpose()).collect()
    }

    /// Everything below a patient; nothing if it is not there.
    pub fn below(self, key: &str) -> Result<Below, Error> {
        let connection = self.connection;
        let Some(patient) = patients::load(connection, key)? else {
            return Ok(Below {
                infusions: Vec::new(),
                visits: Vec::new(),
                measurements: Vec::new(),
                statements: Vec::new(),
                events: Vec::new(),
                medications: Vec::new(),
            });
        };
        let infusions = infusions::load_of(connection, patient.id)?.into_iter().map(|record| {
            let name = keys::infusion(key, record.number);
            Row::new(name.clone(), name, record)
        });
        let (mut visits, mut measured) = (Vec::new(), Vec::new());
        for visit in visits::load_of(connection, patient.id)? {
            let label = visit.record.label.clone();
            for record in measurements::load_of(connection, visit.id, self.catalogue)? {
                let name = keys::measurement(key, &label, &record.analyte);
                let batch = self.batch(
                    "SELECT batch_id FROM measurement
                      WHERE analyte_id = :analyte AND visit_id = :visit AND replicate = 0",
                    named_params! { ":analyte": record.analyte_id.0, ":visit": visit.id },
                )?;
                let row = Row::new(name.clone(), name, (label.clone(), record));
                measured.push(row.in_batch(batch));
            }
            let name = keys::visit(key, &label);
            let sql = "SELECT batch_id FROM visit WHERE id = :id";
            let batch = self.batch(sql, named_params! { ":id": visit.id })?;
            visits.push(Row::new(name.clone(), name, visit.record).in_batch(batch));
        }
        Ok(Below {
            infusions: infusions.collect(),
            visits,
            measurements: measured,
            statements: self.numbered(
                "SELECT uuid FROM statement WHERE patient_id = :patient ORDER BY id",
                patient.id,
                statements::load_of(connection, patient.id)?,
                |record| keys::statement(key, record),
            )?,
            events: self.numbered(
                "SELECT uuid FROM adverse_event WHERE patient_id = :patient ORDER BY id",
                patient.id,
                events::load_of(connection, patient.id)?,
                |record| keys::named(key, &record.term),
            )?,
            medications: self.numbered(
                "SELECT uuid FROM medication WHERE patient_id = :patient ORDER BY id",
                patient.id,
                medications::load_of(connection, patient.id)?,
                |record| keys::named(key, &record.drug),
            )?,
        })
    }

    /// Records without a key of their own, by their UUIDs, which `sql` finds in the same order.
    fn numbered<T>(
        self,
        sql: &str,
        patient: i64,
        records: Vec<T>,
        key: impl Fn(&T) -> String,
    ) -> Result<Vec<Row<T>>, Error> {
        let mut query = self.connection.prepare_cached(sql)?;
        let ids = query.query_map(named_params! { ":patient": patient }, |row| row.get(0))?;
        let row =
            |(id, record): (Result<String, Error>, T)| Ok(Row::new(id?, key(&record), record));
        ids.zip(records).map(row).collect()
    }
}
