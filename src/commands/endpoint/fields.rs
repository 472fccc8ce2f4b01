use crate::commands::fields::{self, Field, optional, required, text};
use crate::domain::NamedEndpoint;

/// What an edit can say of an endpoint.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::commands) struct Fields {
    /// Who is a responder; `casebook summary response --help` says what it may ask
    #[arg(long, value_name = "RULE")]
    pub rule: Option<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT", value_parser = text)]
    note: Option<String>,
}

impl fields::Fields<NamedEndpoint> for Fields {
    fn list() -> Vec<Field<Fields, NamedEndpoint>> {
        vec![
            required("rule", |given| &given.rule, |record| &mut record.rule),
            optional("note", |given| &given.note, |record| &mut record.note),
        ]
    }
}
