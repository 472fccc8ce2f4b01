use crate::commands::fields::{self, Field, optional, required, source, text};
use crate::commands::recording::SourceArgs;
use crate::domain::{AdverseEventStance, Report, parse_period, parse_year};

/// What can be said of a report beside its key and kind. The source is that of what it says on
/// adverse events.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::commands) struct Fields {
    /// Title
    #[arg(long, value_name = "TEXT", value_parser = text)]
    title: Option<String>,
    /// Authors as printed
    #[arg(long, value_name = "TEXT", value_parser = text)]
    authors: Option<String>,
    /// Journal
    #[arg(long, value_name = "TEXT", value_parser = text)]
    journal: Option<String>,
    /// Year of publication
    #[arg(long, value_parser = parse_year)]
    year: Option<i32>,
    /// Volume
    #[arg(long, value_name = "TEXT", value_parser = text)]
    volume: Option<String>,
    /// Issue
    #[arg(long, value_name = "TEXT", value_parser = text)]
    issue: Option<String>,
    /// Pages
    #[arg(long, value_name = "TEXT", value_parser = text)]
    pages: Option<String>,
    /// Digital object identifier
    #[arg(long, value_parser = text)]
    doi: Option<String>,
    /// PubMed identifier
    #[arg(long, value_parser = text)]
    pmid: Option<String>,
    /// Trial registration number
    #[arg(long, value_name = "TEXT", value_parser = text)]
    registration: Option<String>,
    /// Country
    #[arg(long, value_name = "TEXT", value_parser = text)]
    country: Option<String>,
    /// Language of the text
    #[arg(long, value_name = "TEXT", value_parser = text)]
    language: Option<String>,
    /// Hospital or institute
    #[arg(long, value_name = "TEXT", value_parser = text)]
    site: Option<String>,
    /// What it says on adverse events: given, none stated, or not mentioned where it is silent.
    /// Silence is not zero
    #[arg(long, value_name = "STANCE")]
    adverse_events: Option<AdverseEventStance>,
    /// For how long they were looked for, such as "12 wk"
    #[arg(long, value_name = "PERIOD", value_parser = parse_period)]
    adverse_events_for: Option<i32>,
    /// Its patients are invented for demonstration
    #[arg(long)]
    simulated: bool,
    /// Anything else that does not identify a person
    #[arg(long, value_name = "TEXT", value_parser = text)]
    note: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
}

impl fields::Fields<Report> for Fields {
    fn list() -> Vec<Field<Fields, Report>> {
        let mut list: Vec<Field<Fields, Report>> = vec![
            optional("title", |given| &given.title, |record| &mut record.citation.title),
            optional("authors", |given| &given.authors, |record| &mut record.citation.authors),
            optional("journal", |given| &given.journal, |record| &mut record.citation.journal),
            optional("year", |given| &given.year, |record| &mut record.citation.year),
            optional("volume", |given| &given.volume, |record| &mut record.citation.volume),
            optional("issue", |given| &given.issue, |record| &mut record.citation.issue),
            optional("pages", |given| &given.pages, |record| &mut record.citation.pages),
            optional("doi", |given| &given.doi, |record| &mut record.citation.doi),
            optional("pmid", |given| &given.pmid, |record| &mut record.citation.pmid),
            optional(
                "registration",
                |given| &given.registration,
                |record| &mut record.citation.registration,
            ),
            optional("country", |given| &given.country, |record| &mut record.citation.country),
            optional("language", |given| &given.language, |record| &mut record.citation.language),
            optional("site", |given| &given.site, |record| &mut record.citation.site),
            required(
                "adverse-events",
                |given| &given.adverse_events,
                |record| &mut record.adverse_events,
            ),
            optional(
                "adverse-events-for",
                |given| &given.adverse_events_for,
                |record| &mut record.adverse_events_days,
            ),
            Field {
                name: "simulated",
                is_given: Box::new(|given| given.simulated),
                put: Box::new(|given, record| record.simulated |= given.simulated),
                clear: Some(Box::new(|record| record.simulated = false)),
            },
            optional("note", |given| &given.note, |record| &mut record.note),
        ];
        list.extend(source(
            |given: &Fields| &given.source,
            |record: &mut Report| &mut record.adverse_events_source,
        ));
        list
    }
}
