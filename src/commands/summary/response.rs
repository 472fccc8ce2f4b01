use super::Options;
use super::options::Choice;
use crate::analysis::{Evidence, Question, analyse_response};
use crate::commands::selecting::pointed;
use crate::commands::session::Session;
use crate::domain::{Cohort, Mismatch, ResponderRule};
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::{Page, lay_out_response};

/// Who meets a rule: responders of those of whom it is known, and of all
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:
  casebook summary response
  casebook summary response --rule \"HbA1c < 7.0 % at W12\"
  casebook summary response --rule \"HbA1c < 53 mmol/mol and FPG change <= -1 mmol/L\" --by arm
  casebook summary response --rule \"HbA1c percent change <= -10 %\" --timepoint W12
  casebook summary response --rule \"HbA1c < 7 % and insulin dose reduced >= 50 % at W12\"
  casebook summary response --rule \"insulin-free for >= 12 weeks\" --rule drug-free",
    mut_args(|arg| Options::hide_but(arg, HONOURED))
)]
pub(in crate::commands) struct Args {
    /// Who is a responder: an analyte, its change or its percent change against a limit, "insulin dose
    /// reduced >= 50 %", "insulin-free for >= 12 weeks", "drug-free", joined by and; without "at W12" at
    /// each timepoint. May be repeated [default: HbA1c < 7.0 %]
    #[arg(long, value_name = "RULE")]
    rule: Vec<String>,
    #[command(flatten)]
    options: Options,
}

const HONOURED: &[Choice] = &[Choice::By, Choice::Timepoint, Choice::Level];

/// What publications ask, as far as the data can answer it.
const PRESETS: &[&str] = &["HbA1c < 7.0 %"];

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    args.options.only("response", HONOURED)?;
    let registry = session.open(Access::Read)?;
    session.show(&page(&registry, args)?)
}

fn page(registry: &Registry, args: &Args) -> Result<Page, Error> {
    let rules = rules(registry, &args.rule)?;
    let cohort = args.options.cohort(registry)?;
    let question = args.options.question(registry, &cohort)?;
    refuse_two_timepoints(&rules, &question)?;
    let evidence = evidence(registry, &cohort, &rules)?;
    let schedule = &registry.rules().schedule;
    let mut found = analyse_response(&cohort, schedule, &rules, &evidence, &question);
    if args.rule.is_empty() {
        found.retain_answered();
    }
    Ok(lay_out_response(&found, &cohort, schedule, &question))
}

/// What is recorded of what the rules ask of.
fn evidence<'a>(
    registry: &'a Registry,
    cohort: &Cohort,
    rules: &[ResponderRule],
) -> Result<Evidence<'a>, Error> {
    let mut evidence = Evidence { statements: registry.statements(cohort)?, ..Evidence::default() };
    for id in rules.iter().flat_map(ResponderRule::analytes) {
        let is_there = evidence.observations.iter().any(|(known, _)| known.id == id);
        if let Some(analyte) = registry.catalogue().get(id).filter(|_| !is_there) {
            evidence.observations.push((analyte, registry.observations(id)?));
        }
    }
    if rules.iter().any(ResponderRule::asks_of_treatment) {
        evidence.taken = registry.medications_taken(cohort)?;
    }
    Ok(evidence)
}

/// The rules that are asked about, each once; the presets where none is.
fn rules(registry: &Registry, asked: &[String]) -> Result<Vec<ResponderRule>, Error> {
    let (catalogue, schedule) = (registry.catalogue(), &registry.rules().schedule);
    let texts: Vec<&str> = match asked.is_empty() {
        true => PRESETS.to_vec(),
        false => asked.iter().map(|text| text.trim()).collect(),
    };
    let mut rules = Vec::new();
    for text in texts {
        let rule = ResponderRule::parse(text, catalogue, schedule).map_err(|misplaced| {
            pointed("Who is a responder can't be told", "--rule", text, misplaced)
        })?;
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    Ok(rules)
}

/// A rule with a timepoint of its own can't be asked at another.
fn refuse_two_timepoints(rules: &[ResponderRule], question: &Question) -> Result<(), Error> {
    let own = rules.iter().find(|rule| rule.names_timepoints());
    let Some(rule) = own.filter(|_| !question.timepoints.is_empty()) else { return Ok(()) };
    let mismatch = Mismatch::new(rule.to_string(), "a rule without \"at\", or no --timepoint")
        .mend("say the timepoint once");
    Err(Error::request("A rule has two timepoints", "--rule, --timepoint", mismatch))
}
