use crate::commands::fields::{self, Field, optional, source, text};
use crate::commands::recording::SourceArgs;
use crate::domain::Statement;

/// What can be said of a statement beside what it is about and what it says.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::commands) struct Fields {
    /// Label of the visit it speaks of [default: the whole follow-up]
    #[arg(long, value_name = "LABEL", value_parser = text)]
    visit: Option<String>,
    /// Anything else that does not identify a person
    #[arg(long, value_name = "TEXT", value_parser = text)]
    note: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
}

impl fields::Fields<Statement> for Fields {
    fn list() -> Vec<Field<Fields, Statement>> {
        let mut list: Vec<Field<Fields, Statement>> = vec![
            optional("visit", |given| &given.visit, |record| &mut record.visit),
            optional("note", |given| &given.note, |record| &mut record.note),
        ];
        list.extend(source(
            |given: &Fields| &given.source,
            |record: &mut Statement| &mut record.source,
        ));
        list
    }
}
