use super::Options;
use super::explaining;
use super::options::Choice;
use crate::analysis::{
    Evidence, LISTED_BELOW, Question, analyse_response, analyse_time_to_response, explain_response,
    explain_time_to_response, list_responses,
};
use crate::commands::endpoint::{find, parse_rule, rule_of};
use crate::commands::session::Session;
use crate::domain::{
    Cohort, Day, Mismatch, NamedEndpoint, PRESETS, Preset, ResponderRule, Schedule, nearest,
};
use crate::error::Error;
use crate::store::{Access, Registry};
use crate::tables::{NamedRule as Named, Page, lay_out_response, lay_out_time_to_response};

/// Who meets a rule: responders of those of whom it is known, and of all
#[derive(Debug, Default, clap::Args)]
#[command(
    after_help = "Examples:
  casebook summary response
  casebook summary response --rule \"HbA1c < 7.0 % at W12\"
  casebook summary response --rule \"HbA1c < 53 mmol/mol and FPG change <= -1 mmol/L\" --by arm
  casebook summary response --rule \"HbA1c percent change <= -10 %\" --timepoint W12
  casebook summary response --rule \"HbA1c < 7 % and insulin dose reduced >= 50 % at W12\"
  casebook summary response --rule \"insulin-free for >= 12 weeks\" --rule drug-free
  casebook summary response --preset bhansali-2009
  casebook summary response --endpoint target --by arm
  casebook summary response --time --rule \"HbA1c < 7.0 %\" --by arm",
    mut_args(|arg| Options::hide_but(arg, HONOURED))
)]
pub(in crate::commands) struct Args {
    /// Who is a responder: an analyte, its change or its percent change against a limit, "insulin dose
    /// reduced >= 50 %", "insulin-free for >= 12 weeks", "drug-free", joined by and; without "at W12" at
    /// each timepoint. May be repeated [default: HbA1c < 7.0 %]
    #[arg(long, value_name = "RULE")]
    rule: Vec<String>,
    /// The rule of this endpoint (`casebook endpoint list`); may be repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    endpoint: Vec<String>,
    /// The rule of this publication (`casebook endpoint presets`); may be repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    preset: Vec<String>,
    /// When they responded first: a Kaplan-Meier curve over the visits, read at each timepoint
    #[arg(long)]
    time: bool,
    /// Take "at target" and "not at target" in words for an answer where there is no number
    #[arg(long)]
    accept_statements: bool,
    #[command(flatten)]
    options: Options,
}

impl Args {
    /// What is asked without any option of its own.
    pub fn of(options: Options) -> Args {
        Args { options, ..Args::default() }
    }
}

const HONOURED: &[Choice] = &[Choice::By, Choice::Timepoint, Choice::Level, Choice::Explain];

/// The preset that is asked where nothing else is.
const DEFAULT: &str = "hba1c";

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    args.options.only("response", HONOURED)?;
    let registry = session.open(Access::Read)?;
    session.show(&page(args, session, &registry)?)
}

/// The page of who responded, or when.
pub(super) fn page(args: &Args, session: &Session, registry: &Registry) -> Result<Page, Error> {
    let (rules, named) = rules(registry, args)?;
    let cohort = args.options.cohort(registry)?;
    let question = args.options.question(registry, &cohort)?;
    refuse_two_timepoints(&rules, &question)?;
    let schedule = &registry.rules().schedule;
    let mut evidence = evidence(registry, &cohort, &rules)?;
    evidence.accepts_statements = args.accept_statements;
    let is_listed = cohort.subjects.len() < LISTED_BELOW;
    if args.time {
        refuse_own_timepoints(&rules)?;
        let explain = || explain_time_to_response(&cohort, schedule, &rules, &evidence, &question);
        let listing = if is_listed { explain() } else { Vec::new() };
        let found = analyse_time_to_response(&cohort, schedule, &rules, &evidence, &question);
        let page = lay_out_time_to_response(&found, &cohort, &question, &named, &listing);
        return explaining::finish(session, registry, &args.options, page, explain);
    }
    refuse_too_early(&rules, schedule, &question)?;
    let mut found = analyse_response(&cohort, schedule, &rules, &evidence, &question);
    if args.rule.is_empty() && named.is_empty() {
        found.retain_answered();
    }
    let listing = match is_listed {
        true => list_responses(&cohort, schedule, &rules, &evidence, &question),
        false => Vec::new(),
    };
    let page = lay_out_response(&found, &cohort, schedule, &question, &named, &listing);
    explaining::finish(session, registry, &args.options, page, || {
        explain_response(&cohort, schedule, &rules, &evidence, &question)
    })
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

/// The rules that are asked about, each once and in the order of the schedule, with the names some of them have.
fn rules(registry: &Registry, args: &Args) -> Result<(Vec<ResponderRule>, Vec<Named>), Error> {
    let mut rules: Vec<ResponderRule> = Vec::new();
    let mut named = Vec::new();
    let mut add = |rule: ResponderRule| {
        let text = rule.to_string();
        if !rules.contains(&rule) {
            rules.push(rule);
        }
        text
    };
    for text in &args.rule {
        add(parse_rule(registry, ("Who is a responder can't be told", "--rule"), text)?);
    }
    for name in &args.endpoint {
        let endpoint = find(registry, name)?;
        let rule = add(rule_of(registry, &endpoint)?);
        let NamedEndpoint { name, version, note, .. } = endpoint;
        let name = format!("{name} v{version}");
        named.push(Named { heading: "Endpoint", rule, name, note });
    }
    let default = args.rule.is_empty() && args.endpoint.is_empty() && args.preset.is_empty();
    for name in args.preset.iter().map(String::as_str).chain(default.then_some(DEFAULT)) {
        let preset = find_preset(name)?;
        let rule =
            add(parse_rule(registry, ("The preset can't be asked", "--preset"), preset.rule)?);
        if !default {
            let note = Some(preset.source.to_owned());
            named.push(Named { heading: "Preset", rule, name: preset.name.to_owned(), note });
        }
    }
    // Those of an earlier timepoint stand first; who asks for the same at several reads them in this order.
    rules.sort_by_key(|rule| rule.last_target(&registry.rules().schedule));
    Ok((rules, named))
}

/// The rule of a publication with this name.
fn find_preset(name: &str) -> Result<Preset, Error> {
    let wanted = name.trim().to_lowercase();
    if let Some(found) = PRESETS.into_iter().find(|preset| preset.name == wanted) {
        return Ok(found);
    }
    let names = || PRESETS.iter().map(|preset| preset.name);
    let all: Vec<&str> = names().collect();
    let mismatch = Mismatch::new(name, format!("a preset: {}", all.join(", ")));
    let mismatch = match nearest(&wanted, names()) {
        Some(near) => mismatch.mend(format!("did you mean \"{near}\"?")),
        None => mismatch.mend("`casebook endpoint presets` lists them with their sources"),
    };
    Err(Error::request(format!("There is no preset {name}"), "--preset", mismatch))
}

/// A rule with a timepoint of its own can't be asked at another.
fn refuse_two_timepoints(rules: &[ResponderRule], question: &Question) -> Result<(), Error> {
    let own = rules.iter().find(|rule| rule.names_timepoints());
    let Some(rule) = own.filter(|_| !question.timepoints.is_empty()) else { return Ok(()) };
    let mismatch = Mismatch::new(rule.to_string(), "a rule without \"at\", or no --timepoint")
        .mend("say the timepoint once");
    Err(Error::request("A rule has two timepoints", "--rule, --timepoint", mismatch))
}

/// A rule that nobody can meet at any of the timepoints is no question.
fn refuse_too_early(
    rules: &[ResponderRule],
    schedule: &Schedule,
    question: &Question,
) -> Result<(), Error> {
    let after_day_zero = schedule.timepoints().iter().filter(|known| known.target_day > Day(0));
    let asked = after_day_zero.filter(|known| question.asks_about(&known.name));
    let Some(last) = asked.map(|known| known.last_day).max() else { return Ok(()) };
    let early = rules.iter().find(|rule| !rule.names_timepoints() && rule.earliest_day() > last);
    let Some(rule) = early else { return Ok(()) };
    let expected = format!("a timepoint that reaches day {}", rule.earliest_day());
    let mismatch = Mismatch::new(rule.to_string(), expected)
        .mend("ask it at a later timepoint; `casebook timepoint list` has them with their days");
    Err(Error::request("A rule can't be met so early", "--rule", mismatch))
}

/// The first visit at which a rule is met can be any: a rule that names one has no time to it.
fn refuse_own_timepoints(rules: &[ResponderRule]) -> Result<(), Error> {
    let own = rules.iter().find(|rule| rule.names_timepoints());
    let Some(rule) = own else { return Ok(()) };
    let mismatch = Mismatch::new(rule.to_string(), "a rule without \"at\"")
        .mend("leave its timepoint out: --time looks at every visit");
    Err(Error::request("A rule that names a timepoint has no time to it", "--time", mismatch))
}
