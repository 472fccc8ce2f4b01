use super::{Answers, Session, find, parse_id};
use crate::analysis::check::Doubt;
use crate::domain::{Level, Mismatch, Place, Problem};
use crate::error::Error;
use crate::store::{Access, Answer, StoreError, Whose};
use crate::tables::{Value, lay_out_list};
use std::collections::HashSet;

/// Answer questions and notes: the record is right as it is
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook check accept 3f2a91c0 --reason \"so in the laboratory's printout\"
  casebook check accept 3f2a91c0 b81d0e77 --reason \"compared with table 2\"

The answer is kept with who gave it and why, and holds until one of the values that were asked
about changes. An error can't be accepted, it has to be mended. `casebook check reopen` takes an
answer back.")]
pub(in crate::commands) struct Args {
    /// IDs as `casebook check` prints them
    #[arg(required = true, value_name = "ID", value_parser = parse_id)]
    ids: Vec<String>,
}

pub(super) const COLUMNS: [(&str, &str); 6] = [
    ("id", "ID"),
    ("rule", "Rule"),
    ("place", "Where"),
    ("evidence", "What was found"),
    ("by", "By"),
    ("reason", "Why"),
];

pub(super) fn run(args: &Args, session: &Session) -> Result<(), Error> {
    let reason = session.required_reason()?.to_owned();
    let mut registry = session.open(Access::Write)?;
    let (doubts, _) = find(&registry, &Whose::All, None)?;
    let answers = Answers::load(&registry)?;
    let is_asked = |id: &String| doubts.iter().any(|doubt| doubt.id == *id);
    // It reads the whole log: only for IDs that nothing has now.
    let ever = match args.ids.iter().all(is_asked) {
        true => HashSet::new(),
        false => registry.ever_answered()?,
    };
    let mut seen = HashSet::new();
    let ids: Vec<&String> = args.ids.iter().filter(|id| seen.insert(*id)).collect();
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for id in ids {
        match answerable(id, &doubts, &answers, &ever) {
            Ok(doubt) => found.push(doubt),
            Err(mismatch) => problems.push(Problem {
                level: Level::Error,
                place: Place::CommandLine,
                what: id.clone(),
                mismatch,
            }),
        }
    }
    if !problems.is_empty() {
        let heading = "Not all of these can be answered. Nothing was changed".to_owned();
        return Err(Error::Request { heading, problems });
    }
    let actor = session.caller().actor;
    let answer = |doubt: &&Doubt| Answer {
        finding: doubt.id.clone(),
        rule: doubt.rule.name.to_owned(),
        place: doubt.place.clone(),
        evidence: doubt.evidence.clone(),
        made_by: actor.clone(),
        reason: reason.clone(),
    };
    let given: Vec<Answer> = found.iter().map(answer).collect();
    let ids: Vec<&str> = given.iter().map(|one| one.finding.as_str()).collect();
    let command = format!("check accept {}", ids.join(" "));
    let done: Result<(), StoreError> = registry.change(&command, Some(&reason), |change| {
        given.iter().try_for_each(|one| change.answer_doubt(one).map(|_| ()))
    });
    done?;
    session.recorded();
    let title = match given.len() {
        1 => "Answered 1 doubt".to_owned(),
        many => format!("Answered {many} doubts"),
    };
    let rows = given.iter().map(row_of).collect();
    session.show(&lay_out_list(&title, "answers", &COLUMNS, rows))
}

/// An answer as a row of [`COLUMNS`].
pub(super) fn row_of(answer: &Answer) -> Vec<Value> {
    let Answer { finding, rule, place, evidence, made_by, reason } = answer;
    [finding, rule, place, evidence, made_by, reason].map(|text| text.as_str().into()).into()
}

/// The doubt of this ID, if it can be answered; or what is wrong with it.
fn answerable<'a>(
    id: &str,
    doubts: &'a [Doubt],
    answers: &Answers,
    ever: &HashSet<String>,
) -> Result<&'a Doubt, Mismatch> {
    let is_it = |doubt: &&Doubt| doubt.id == id;
    let open = |doubt: &&Doubt| answers.to(doubt).is_none();
    let asked = doubts.iter().filter(is_it);
    let Some(doubt) = asked.clone().find(open).or(asked.clone().next()) else {
        return Err(not_asked(id, answers, ever));
    };
    if doubt.rule.level == Level::Error {
        return Err(Mismatch::new(
            doubt.evidence.as_str(),
            "a question; an error has to be mended",
        )
        .mend(doubt.rule.mend));
    }
    match answers.to(doubt) {
        None => Ok(doubt),
        Some((by, why)) => {
            Err(Mismatch::new(format!("answered by {by}: {why}"), "an open question")
                .mend("`casebook check --answered` shows what was answered, and by whom"))
        }
    }
}

/// What is wrong with an ID that nothing has now: it was answered once, or nobody knows it.
pub(super) fn not_asked(id: &str, answers: &Answers, ever: &HashSet<String>) -> Mismatch {
    let was = match answers.given.get(id) {
        Some(answer) => Some(format!("{}: {}", answer.place, answer.evidence)),
        None => ever.contains(id).then(|| "asked once, and answered then".to_owned()),
    };
    match was {
        Some(was) => Mismatch::new(was, "a question that is still asked")
            .mend("it is outdated: a value it was about has changed since; look at `casebook check`"),
        None => Mismatch::new(id, "the ID of a question that is asked now").mend(
            "it is unknown: mistyped, or of values that have changed since; look at `casebook check`",
        ),
    }
}
