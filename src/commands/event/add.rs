use crate::commands::recording::{SourceArgs, record_of_patient};
use crate::commands::session::Session;
use crate::domain::{
    AdverseEvent, Day, Outcome, PartialDate, PatientRecords, Placed, Relation, SeriousReason,
    parse_grade,
};
use crate::error::Error;
use crate::store::Kind;

/// Record an adverse event
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook event add ward-3/07 fever --onset 0 --grade 1 --ctcae 5.0 --infusion 1
  casebook event add ward-3/07 appendicitis --serious hospitalisation --related-to-cells none

An event that happened twice is recorded twice. What is not given is not known.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example ward-3/07
    patient: String,
    /// The event in the report's words
    term: String,
    /// Coded term
    #[arg(long, value_name = "TEXT")]
    coded_term: Option<String>,
    /// Class (system organ class) of the coded term
    #[arg(long, value_name = "TEXT")]
    coded_class: Option<String>,
    /// Dictionary of the coded term with its version, such as "CTCAE 5.0"
    #[arg(long, value_name = "TEXT")]
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
    /// CTCAE grade, 1 to 5; needs --ctcae
    #[arg(long, value_parser = parse_grade, requires = "ctcae")]
    grade: Option<u8>,
    /// Version of CTCAE the grade is of, such as 5.0
    #[arg(long, value_name = "VERSION")]
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
    #[arg(long, value_name = "TEXT")]
    action: Option<String>,
    /// recovered, recovering, not recovered, recovered with sequelae, fatal or unknown
    #[arg(long)]
    outcome: Option<Outcome>,
    /// Anything else that does not identify a person
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let event = AdverseEvent {
        term: args.term.trim().to_owned(),
        coded_term: args.coded_term.clone(),
        coded_class: args.coded_class.clone(),
        dictionary: args.dictionary.clone(),
        onset_day: args.onset,
        onset_date: args.onset_date.clone(),
        end_day: args.end,
        end_date: args.end_date.clone(),
        ctcae_version: args.ctcae.clone(),
        grade: args.grade,
        serious: if args.not_serious { Some(false) } else { args.serious.map(|_| true) },
        serious_reason: args.serious,
        related_to_cells: args.related_to_cells,
        related_to_procedure: args.related_to_procedure,
        related_to_premedication: args.related_to_premedication,
        related_to_disease: args.related_to_disease,
        infusion: args.infusion,
        action: args.action.clone(),
        outcome: args.outcome,
        source: args.source.source(),
        note: args.note.clone(),
    };
    let mut of_patient = PatientRecords::of(Placed::typed(args.patient.clone()));
    of_patient.events.push(Placed::typed(event));
    let command = format!("event add {} {}", args.patient, args.term);
    record_of_patient(session, &command, of_patient, (Kind::Event, &args.term))
}
