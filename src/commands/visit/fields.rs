use crate::commands::fields::{self, Field, optional, source, text};
use crate::commands::recording::SourceArgs;
use crate::domain::{Day, DayBasis, PartialDate, Source, Visit};

/// What can be said of a visit beside its label.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::commands) struct Fields {
    /// Actual day, counted from day 0 [default: the planned day of the label]
    #[arg(long, value_parser = Day::parse, allow_negative_numbers = true)]
    day: Option<Day>,
    /// Date, as far as it is known: 2024-03-05, 2024-03 or 2024
    #[arg(long, value_parser = PartialDate::parse)]
    date: Option<PartialDate>,
    /// Anything else that does not identify a person
    #[arg(long, value_name = "TEXT", value_parser = text)]
    note: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
}

impl fields::Fields<Visit> for Fields {
    fn list() -> Vec<Field<Fields, Visit>> {
        let mut list: Vec<Field<Fields, Visit>> = vec![
            Field {
                name: "day",
                is_given: Box::new(|given| given.day.is_some()),
                put: Box::new(|given, record| {
                    if given.day.is_some() {
                        (record.day, record.day_basis) = (given.day, Some(DayBasis::Actual));
                    }
                }),
                clear: Some(Box::new(|record| (record.day, record.day_basis) = (None, None))),
            },
            optional("date", |given| &given.date, |record| &mut record.date),
            optional("note", |given| &given.note, |record| &mut record.note),
        ];
        list.extend(source(
            |given: &Fields| &given.source,
            |record: &mut Visit| &mut record.source,
        ));
        list
    }
}

impl Fields {
    /// Where the visit was read; what was measured there was read there too.
    pub fn source(&self) -> Option<Source> {
        self.source.source()
    }
}
