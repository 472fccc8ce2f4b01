use crate::commands::session::Session;
use crate::commands::showing::Locks;
use crate::error::Error;
use crate::store::{Access, Lock, ReportLine};
use crate::tables::{Value, lay_out_list};

/// List the reports
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook report list
  casebook report list -o reports.csv")]
pub(in crate::commands) struct Args {}

const COLUMNS: [(&str, &str); 17] = [
    ("report", "Report"),
    ("kind", "Kind"),
    ("simulated", "Simulated"),
    ("authors", ""),
    ("title", "Title"),
    ("journal", ""),
    ("year", "Year"),
    ("doi", ""),
    ("pmid", ""),
    ("country", "Country"),
    ("site", ""),
    ("adverse_events", "Adverse events"),
    ("adverse_events_days", ""),
    ("patients", "Patients"),
    ("infusions", "Infusions"),
    ("visits", "Visits"),
    ("locked_with", ""),
];

pub(in crate::commands) fn run(_: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let lines = registry.reports()?;
    let locks = Locks::of_registry(&registry)?;
    let row = |ReportLine { report, patients, infusions, visits }: ReportLine| -> Vec<Value> {
        let lock = locks.on("report", &report.key).map(Lock::name);
        let citation = report.citation;
        vec![
            report.key.into(),
            report.kind.as_str().into(),
            report.simulated.into(),
            citation.authors.into(),
            citation.title.into(),
            citation.journal.into(),
            citation.year.into(),
            citation.doi.into(),
            citation.pmid.into(),
            citation.country.into(),
            citation.site.into(),
            report.adverse_events.as_str().into(),
            report.adverse_events_days.into(),
            patients.into(),
            infusions.into(),
            visits.into(),
            lock.into(),
        ]
    };
    let mut columns = COLUMNS;
    columns[COLUMNS.len() - 1].1 = locks.heading();
    let rows = lines.into_iter().map(row).collect();
    session.show_list(&registry, lay_out_list("Reports", "reports", &columns, rows))
}
