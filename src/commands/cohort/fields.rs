use crate::commands::fields::{self, Field, optional, required, text};
use crate::domain::NamedCohort;

/// What an edit can say of a cohort.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::commands) struct Fields {
    /// The condition its patients meet; `casebook cohort columns` lists what it may name
    #[arg(long = "where", value_name = "EXPR")]
    pub condition: Option<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT", value_parser = text)]
    note: Option<String>,
}

impl fields::Fields<NamedCohort> for Fields {
    fn list() -> Vec<Field<Fields, NamedCohort>> {
        vec![
            required("where", |given| &given.condition, |record| &mut record.expression),
            optional("note", |given| &given.note, |record| &mut record.note),
        ]
    }
}
