//! Reports in the file.

use super::change::Change;
use super::edit::{Editing, Unedited, edited_of};
use super::error::{InFile, StoreError};
use super::{Registry, Stored, sources, word};
use crate::domain::{AdverseEventStance, Citation, Mismatch, Report, ReportKind};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

/// A report with how much was recorded from it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportLine {
    /// The report.
    pub report: Report,
    /// Patients recorded from it.
    pub patients: i64,
    /// Their infusions.
    pub infusions: i64,
    /// Their visits.
    pub visits: i64,
}

impl Registry {
    /// All reports in the order they were recorded.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn reports(&self) -> Result<Vec<ReportLine>, StoreError> {
        let load = || {
            let mut query = self.connection.prepare(
                "SELECT r.*,
                    (SELECT count(*) FROM patient_report p WHERE p.report_id = r.id AND p.first = 1)
                        AS patients,
                    (SELECT count(*) FROM patient_report p JOIN infusion i USING (patient_id)
                      WHERE p.report_id = r.id AND p.first = 1) AS infusions,
                    (SELECT count(*) FROM patient_report p JOIN visit v USING (patient_id)
                      WHERE p.report_id = r.id AND p.first = 1) AS visits
                   FROM report r ORDER BY r.id",
            )?;
            let lines = query.query_map((), |row| {
                Ok(ReportLine {
                    report: from_row(&self.connection, row)?,
                    patients: row.get("patients")?,
                    infusions: row.get("infusions")?,
                    visits: row.get("visits")?,
                })
            })?;
            lines.collect::<Result<Vec<_>, _>>()
        };
        load().in_file(&self.path)
    }

    /// The keys of the reports whose patients are invented for demonstration.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn simulated_reports(&self) -> Result<Vec<String>, StoreError> {
        let load = || {
            let sql = "SELECT key FROM report WHERE simulated = 1 ORDER BY id";
            let mut query = self.connection.prepare(sql)?;
            query.query_map((), |row| row.get(0))?.collect::<Result<Vec<_>, _>>()
        };
        load().in_file(&self.path)
    }

    /// The report with this key.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn report(&self, key: &str) -> Result<Option<Stored<Report>>, StoreError> {
        load(&self.connection, key).in_file(&self.path)
    }

    /// The keys of all reports, for suggestions.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn report_keys(&self) -> Result<Vec<String>, StoreError> {
        keys(&self.connection).in_file(&self.path)
    }
}

/// The keys of all reports.
pub(super) fn keys(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut query = connection.prepare_cached("SELECT key FROM report ORDER BY id")?;
    query.query_map((), |row| row.get(0))?.collect()
}

/// The report with this key.
pub(super) fn load(
    connection: &Connection,
    key: &str,
) -> Result<Option<Stored<Report>>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT * FROM report WHERE key = :key")?
        .query_row(named_params! { ":key": key }, |row| {
            Ok(Stored {
                id: row.get("id")?,
                uuid: row.get("uuid")?,
                record: from_row(connection, row)?,
            })
        })
        .optional()
}

fn from_row(connection: &Connection, row: &Row<'_>) -> Result<Report, rusqlite::Error> {
    Ok(Report {
        key: row.get("key")?,
        kind: word(row, "kind", ReportKind::parse)?,
        simulated: row.get("simulated")?,
        citation: Citation {
            title: row.get("title")?,
            authors: row.get("authors")?,
            journal: row.get("journal")?,
            year: row.get("year")?,
            volume: row.get("volume")?,
            issue: row.get("issue")?,
            pages: row.get("pages")?,
            doi: row.get("doi")?,
            pmid: row.get("pmid")?,
            registration: row.get("registration")?,
            country: row.get("country")?,
            language: row.get("language")?,
            site: row.get("site")?,
        },
        adverse_events: word(row, "adverse_events", AdverseEventStance::parse)?,
        adverse_events_days: row.get("adverse_events_days")?,
        adverse_events_source: sources::load(connection, row.get("adverse_events_source_id")?)?,
        note: row.get("note")?,
    })
}

impl Change<'_> {
    /// The report with this key.
    pub(super) fn report(&self, key: &str) -> Result<Option<Stored<Report>>, StoreError> {
        self.told(load(&self.transaction, key))
    }

    /// The number of the report with this key.
    pub(super) fn report_id(&self, key: &str) -> Result<Option<i64>, StoreError> {
        let find = || {
            self.transaction
                .prepare_cached("SELECT id FROM report WHERE key = :key")?
                .query_row(named_params! { ":key": key }, |row| row.get(0))
                .optional()
        };
        self.told(find())
    }

    /// Record a report under this identity; its key must be new.
    pub(super) fn add_report(&mut self, uuid: &str, report: &Report) -> Result<(), StoreError> {
        self.told(self.put_report(None, uuid, report))?;
        self.put_stance_source(self.transaction.last_insert_rowid(), report)?;
        self.added("report", &report.key, ("report", uuid), report)
    }

    /// Edit the report with this key; the key itself stays.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn edit_report(
        &mut self,
        key: &str,
        edit: impl FnOnce(&mut Report) -> Result<(), Mismatch>,
    ) -> Editing<Report> {
        let Some(known) = self.report(key)? else { return Ok(Err(Unedited::NotThere)) };
        let edited = match edited_of(&[known.record], 0, edit) {
            Ok(edited) => edited,
            Err(unedited) => return Ok(Err(unedited)),
        };
        self.told(self.put_report(Some(known.id), &known.uuid, &edited.after))?;
        self.put_stance_source(known.id, &edited.after)?;
        self.edited("report", key, ("report", &known.uuid), &edited.before, &edited.after);
        Ok(Ok(edited))
    }

    /// Where a report speaks of adverse events; the source names the report, so it comes later.
    fn put_stance_source(&self, id: i64, report: &Report) -> Result<(), StoreError> {
        let source = self.source(Some(id), report.adverse_events_source.as_ref())?;
        let done = self.transaction.execute(
            "UPDATE report SET adverse_events_source_id = :source WHERE id = :id",
            named_params! { ":source": source, ":id": id },
        );
        self.told(done).map(|_| ())
    }

    /// Write a new report, or all of the one with this number in the file.
    fn put_report(
        &self,
        id: Option<i64>,
        uuid: &str,
        report: &Report,
    ) -> Result<(), rusqlite::Error> {
        let citation = &report.citation;
        self.transaction
            .prepare_cached(
                "INSERT INTO report (id, uuid, key, kind, simulated, title, authors, journal, year,
                     volume, issue, pages, doi, pmid, registration, country, language, site,
                     adverse_events, adverse_events_days, note)
                 VALUES (:id, :uuid, :key, :kind, :simulated, :title, :authors, :journal, :year,
                     :volume, :issue, :pages, :doi, :pmid, :registration, :country, :language,
                     :site, :adverse_events, :adverse_events_days, :note)
                 ON CONFLICT (id) DO UPDATE SET
                     (kind, simulated, title, authors, journal, year, volume, issue, pages, doi,
                     pmid, registration, country, language, site, adverse_events,
                     adverse_events_days, note) =
                     (excluded.kind, excluded.simulated, excluded.title, excluded.authors,
                     excluded.journal, excluded.year, excluded.volume, excluded.issue,
                     excluded.pages, excluded.doi, excluded.pmid, excluded.registration,
                     excluded.country, excluded.language, excluded.site, excluded.adverse_events,
                     excluded.adverse_events_days, excluded.note)",
            )?
            .execute(named_params! {
                ":id": id,
                ":uuid": uuid, ":key": report.key, ":kind": report.kind.as_str(),
                ":simulated": report.simulated, ":title": citation.title,
                ":authors": citation.authors, ":journal": citation.journal,
                ":year": citation.year, ":volume": citation.volume, ":issue": citation.issue,
                ":pages": citation.pages, ":doi": citation.doi, ":pmid": citation.pmid,
                ":registration": citation.registration, ":country": citation.country,
                ":language": citation.language, ":site": citation.site,
                ":adverse_events": report.adverse_events.as_str(),
                ":adverse_events_days": report.adverse_events_days, ":note": report.note,
            })
            .map(|_| ())
    }
}
