use crate::commands::fields::{self, Field, optional, source, text};
use crate::commands::recording::SourceArgs;
use crate::domain::{
    AdverseEvent, Day, Mismatch, Outcome, PartialDate, Relation, SeriousReason, parse_grade,
};

/// What can be said of an adverse event beside its term.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::commands) struct Fields {
    /// Coded term
    #[arg(long, value_name = "TEXT", value_parser = text)]
    coded_term: Option<String>,
    /// Class (system organ class) of the coded term
    #[arg(long, value_name = "TEXT", value_parser = text)]
    coded_class: Option<String>,
    /// Dictionary of the coded term with its version, such as "CTCAE 5.0"
    #[arg(long, value_name = "TEXT", value_parser = text)]
    dictionary: Option<String>,
    /// First day, counted from day 0
    #[arg(long, value_name = "DAY", value_parser = Day::parse, allow_negative_numbers = true)]
    onset: Option<Day>,
    /// First date, as far as it is known
    #[arg(long, value_name = "DATE", value_parser = PartialDate::parse)]
    onset_date: Option<PartialDate>,
    /// Last day
    #[arg(long, value_name = "DAY", value_parser = Day::parse, allow_negative_numbers = true)]
    end: Option<Day>,
    /// Last date, as far as it is known
    #[arg(long, value_name = "DATE", value_parser = PartialDate::parse)]
    end_date: Option<PartialDate>,
    /// CTCAE grade, 1 to 5; needs the version it is of
    #[arg(long, value_parser = parse_grade)]
    grade: Option<u8>,
    /// Version of CTCAE the grade is of, such as 5.0
    #[arg(long, value_name = "VERSION", value_parser = text)]
    ctcae: Option<String>,
    /// Serious, and why: death, life-threatening, hospitalisation, disability, congenital anomaly
    /// or medically important
    #[arg(long, value_name = "REASON", conflicts_with = "not_serious")]
    serious: Option<SeriousReason>,
    /// The report says that it was not serious
    #[arg(long)]
    not_serious: bool,
    /// Caused by the cells: none, unlikely, possible, probable or definite
    #[arg(long, value_name = "RELATION")]
    related_to_cells: Option<Relation>,
    /// Caused by the procedure
    #[arg(long, value_name = "RELATION")]
    related_to_procedure: Option<Relation>,
    /// Caused by the premedication
    #[arg(long, value_name = "RELATION")]
    related_to_premedication: Option<Relation>,
    /// Caused by the disease
    #[arg(long, value_name = "RELATION")]
    related_to_disease: Option<Relation>,
    /// Number of the infusion it followed
    #[arg(long, value_name = "NUMBER")]
    infusion: Option<u32>,
    /// What was done
    #[arg(long, value_name = "TEXT", value_parser = text)]
    action: Option<String>,
    /// recovered, recovering, not recovered, recovered with sequelae, fatal or unknown
    #[arg(long)]
    outcome: Option<Outcome>,
    /// Anything else that does not identify a person
    #[arg(long, value_name = "TEXT", value_parser = text)]
    note: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
}

impl fields::Fields<AdverseEvent> for Fields {
    fn list() -> Vec<Field<Fields, AdverseEvent>> {
        let mut list: Vec<Field<Fields, AdverseEvent>> = vec![
            optional("coded-term", |given| &given.coded_term, |record| &mut record.coded_term),
            optional("coded-class", |given| &given.coded_class, |record| &mut record.coded_class),
            optional("dictionary", |given| &given.dictionary, |record| &mut record.dictionary),
            optional("onset", |given| &given.onset, |record| &mut record.onset_day),
            optional("onset-date", |given| &given.onset_date, |record| &mut record.onset_date),
            optional("end", |given| &given.end, |record| &mut record.end_day),
            optional("end-date", |given| &given.end_date, |record| &mut record.end_date),
            optional("ctcae", |given| &given.ctcae, |record| &mut record.ctcae_version),
            optional("grade", |given| &given.grade, |record| &mut record.grade),
            Field {
                name: "serious",
                is_given: Box::new(says_seriousness),
                put: Box::new(|given, record| {
                    if given.serious.is_some() {
                        (record.serious, record.serious_reason) = (Some(true), given.serious);
                    }
                }),
                clear: Some(Box::new(clear_seriousness)),
            },
            Field {
                name: "not-serious",
                is_given: Box::new(says_seriousness),
                put: Box::new(|given, record| {
                    if given.not_serious {
                        (record.serious, record.serious_reason) = (Some(false), None);
                    }
                }),
                clear: Some(Box::new(clear_seriousness)),
            },
            optional(
                "related-to-cells",
                |given| &given.related_to_cells,
                |record| &mut record.related_to_cells,
            ),
            optional(
                "related-to-procedure",
                |given| &given.related_to_procedure,
                |record| &mut record.related_to_procedure,
            ),
            optional(
                "related-to-premedication",
                |given| &given.related_to_premedication,
                |record| &mut record.related_to_premedication,
            ),
            optional(
                "related-to-disease",
                |given| &given.related_to_disease,
                |record| &mut record.related_to_disease,
            ),
            optional("infusion", |given| &given.infusion, |record| &mut record.infusion),
            optional("action", |given| &given.action, |record| &mut record.action),
            optional("outcome", |given| &given.outcome, |record| &mut record.outcome),
            optional("note", |given| &given.note, |record| &mut record.note),
        ];
        list.extend(source(
            |given: &Fields| &given.source,
            |record: &mut AdverseEvent| &mut record.source,
        ));
        list
    }
}

/// True if it was said whether the event is serious.
fn says_seriousness(given: &Fields) -> bool {
    given.serious.is_some() || given.not_serious
}

fn clear_seriousness(event: &mut AdverseEvent) {
    (event.serious, event.serious_reason) = (None, None);
}

impl Fields {
    /// A grade belongs to a version of CTCAE, unless it stood there without one before.
    pub fn check(before: &AdverseEvent, after: &AdverseEvent) -> Result<(), Mismatch> {
        let graded = |event: &AdverseEvent| (event.grade, event.ctcae_version.clone());
        match graded(after) {
            (Some(grade), None) if graded(before) != graded(after) => {
                let mismatch =
                    Mismatch::new(grade.to_string(), "a grade with its version of CTCAE");
                Err(mismatch.mend("give the version too, for example --ctcae 5.0"))
            }
            _ => Ok(()),
        }
    }
}
