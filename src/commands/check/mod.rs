//! `check`: what ought to be looked at again, and the answers people gave.

mod accept;
mod reopen;
mod rules;

use super::listing::whose;
use super::session::Session;
use crate::analysis::check::{Check, Doubt, Outcome, Rule};
use crate::domain::{Level, Mismatch};
use crate::error::Error;
use crate::store::{AcceptedAtEntry, Access, Answer, Registry, StoreError, Whose};
use crate::tables::{AnsweredDoubt, DoubtsShown, lay_out_check};
use std::collections::HashMap;

/// Name what ought to be looked at again: values, units, days, doses, what contradicts itself
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  casebook check
  casebook check --report huang-2025 --level question
  casebook check --rule tenfold-step --format csv -o steps.csv
  casebook check accept 3f2a91c0 --reason \"so in the laboratory's printout\"

An error has to be mended. A question is mended, or answered with `check accept`; it stays answered
until one of the values it was asked about changes. A note only says what one should know. A rule
that had nothing to look at was skipped, which is not passed. Exits with 1 if there are errors or
open questions."
)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    filter: Filter,
}

/// What to do about what was found
#[derive(Debug, clap::Subcommand)]
enum Verb {
    Rules(rules::Args),
    Accept(accept::Args),
    Reopen(reopen::Args),
}

/// What to look at, and what to show of it.
#[derive(Debug, clap::Args)]
struct Filter {
    /// Only this rule; `casebook check rules` lists them
    #[arg(long, value_parser = Rule::parse)]
    rule: Option<&'static Rule>,
    /// Only this level: error, question or note
    #[arg(long, value_parser = parse_level)]
    level: Option<Level>,
    /// Only this patient
    #[arg(long, value_name = "KEY", conflicts_with = "report")]
    patient: Option<String>,
    /// Only the patients of this report
    #[arg(long, value_name = "KEY")]
    report: Option<String>,
    /// Also what was answered, with who answered and why
    #[arg(long)]
    answered: bool,
}

fn parse_level(text: &str) -> Result<Level, Mismatch> {
    Level::parse(text)
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    match &args.verb {
        None => check(&args.filter, session),
        Some(Verb::Rules(args)) => rules::run(args, session),
        Some(Verb::Accept(args)) => accept::run(args, session),
        Some(Verb::Reopen(args)) => reopen::run(args, session),
    }
}

fn check(filter: &Filter, session: &Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let whose = whose(&registry, filter.patient.as_deref(), filter.report.as_deref())?;
    let (mut doubts, mut outcomes) = find(&registry, &whose, filter.rule)?;
    let answers = Answers::load(&registry)?;
    let outdated = match (&whose, filter.rule) {
        (Whose::All, None) => answers.outdated(&doubts),
        _ => 0,
    };
    if let Some(level) = filter.level {
        doubts.retain(|doubt| doubt.rule.level == level);
        outcomes.retain(|outcome| outcome.rule.level == level);
    }
    let doubts: Vec<_> = doubts
        .into_iter()
        .map(|doubt| AnsweredDoubt { answer: answers.to(&doubt), doubt })
        .collect();
    let is_open = |one: &AnsweredDoubt| {
        one.answer.is_none() && matches!(one.doubt.rule.level, Level::Error | Level::Question)
    };
    let found = doubts.iter().any(is_open);
    let shown = DoubtsShown { doubts, outcomes, with_answered: filter.answered, outdated };
    session.show_list(&registry, lay_out_check(&shown))?;
    if found { Err(Error::Findings) } else { Ok(()) }
}

/// What is doubted, by one rule or by all.
fn find(
    registry: &Registry,
    whose: &Whose,
    only: Option<&'static Rule>,
) -> Result<(Vec<Doubt>, Vec<Outcome>), StoreError> {
    let whole_reports = !matches!(whose, Whose::Patient(_));
    let mut check = Check::new(registry.rules(), registry.catalogue(), only, whole_reports);
    registry.each_patient(whose, |file| check.take(file))?;
    let reports = registry.reports()?.into_iter().map(|line| line.report);
    // A patient of one report may stand in others, not all of whose patients were looked at.
    let is_asked_for =
        |report: &crate::domain::Report| !matches!(whose, Whose::Report(key) if *key != report.key);
    let reports: Vec<_> = reports.filter(is_asked_for).collect();
    Ok(check.finish(&reports))
}

/// What people answered: to a doubt, or to the same question when the value was entered.
struct Answers {
    given: HashMap<String, Answer>,
    at_entry: HashMap<String, AcceptedAtEntry>,
}

impl Answers {
    fn load(registry: &Registry) -> Result<Answers, StoreError> {
        let given = registry.answers()?.into_iter();
        Ok(Answers {
            given: given.map(|answer| (answer.finding.clone(), answer)).collect(),
            at_entry: registry.accepted_at_entry()?,
        })
    }

    /// The answer given to a doubt. Two doubts may have one ID by chance, once in four billion: the
    /// rule and the place have to be the same too.
    fn given(&self, doubt: &Doubt) -> Option<&Answer> {
        let answer = self.given.get(&doubt.id)?;
        (answer.rule == doubt.rule.name && answer.place == doubt.place).then_some(answer)
    }

    fn at_entry(&self, doubt: &Doubt) -> Option<&AcceptedAtEntry> {
        self.at_entry.get(doubt.at_entry.as_ref()?)
    }

    /// Who answered, and why.
    fn to(&self, doubt: &Doubt) -> Option<(String, String)> {
        if let Some(answer) = self.given(doubt) {
            return Some((answer.made_by.clone(), answer.reason.clone()));
        }
        let accepted = self.at_entry(doubt)?;
        let reason = accepted.reason.as_ref().map(|reason| format!(": {reason}"));
        let why = format!("accepted when it was entered{}", reason.unwrap_or_default());
        Some((accepted.actor.clone(), why))
    }

    /// How many answers are to nothing that is asked now.
    fn outdated(&self, doubts: &[Doubt]) -> usize {
        self.given.len() - doubts.iter().filter(|doubt| self.given(doubt).is_some()).count()
    }
}

/// An ID as `check` prints it.
fn parse_id(text: &str) -> Result<String, Mismatch> {
    let id = text.trim().to_lowercase();
    if id.len() == 8 && id.bytes().all(|c| c.is_ascii_hexdigit()) {
        return Ok(id);
    }
    Err(Mismatch::new(
        text,
        "an ID of eight digits or letters a to f, as `casebook check` prints it",
    ))
}
