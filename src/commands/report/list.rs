use crate::commands::session::Session;
use crate::error::Error;
use crate::store::{Access, ReportLine};
use crate::tables::{Value, lay_out_list};

/// List the reports
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook report list
  casebook report list -o reports.csv")]
pub(in crate::commands) struct Args {}

const COLUMNS: [(&str, &str); 16] = [
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
];

pub(in crate::commands) fn run(_: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let lines = registry.reports()?;
    let row = |ReportLine { report, patients, infusions, visits }: ReportLine| -> Vec<Value> {
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
        ]
    };
    let rows = lines.into_iter().map(row).collect();
    session.show_list(&registry, lay_out_list("Reports", "reports", &COLUMNS, rows))
}
