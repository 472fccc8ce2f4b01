//! Double entry: what a second person entered, beside what is recorded, and who of the two is right.

use super::importing::write_problems;
use super::recording::note_accepted;
use super::session::{Dropped, Session};
use crate::domain::{Level, Mismatch, Place, Problem, Records};
use crate::error::{Error, in_order};
use crate::store::{Choice, Comparison, Decisions, Difference, Registry, Settled, Sides};
use crate::tables::{Page, Value, append_list, lay_out_list};
use std::path::Path;

/// What a second entry is for.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct CompareArgs {
    /// Compare the files, entered by a second person, with what is recorded; change nothing
    #[arg(long)]
    pub compare: bool,
    /// Where they differ the second entry is right: the name of a difference, a part of its record and
    /// field, or all. A number becomes a corrected reading beside the print
    #[arg(long, value_name = "WHICH", requires = "compare")]
    take: Vec<String>,
    /// Where they differ the recorded entry is right: it is stored that it was asked and answered
    #[arg(long, value_name = "WHICH", requires = "compare")]
    keep: Vec<String>,
}

impl CompareArgs {
    /// True if a difference is to be settled.
    pub fn decides(&self) -> bool {
        !(self.take.is_empty() && self.keep.is_empty())
    }

    /// The decisions as words of a command line, for the log.
    fn words(&self) -> String {
        let of = |flag: &str, choices: &[String]| -> String {
            choices.iter().map(|choice| format!(" --{flag} \"{choice}\"")).collect()
        };
        format!("{}{}", of("take", &self.take), of("keep", &self.keep))
    }
}

const SIDES: [(&str, &str); 5] = [
    ("noun", "Records"),
    ("same", "The same"),
    ("differing", "Differing"),
    ("only_recorded", "Only recorded"),
    ("only_in_file", "Only in the file"),
];

const DIFFERENCES: [(&str, &str); 11] = [
    ("id", "Name"),
    ("record", "Record"),
    ("field", "Field"),
    ("recorded", "Recorded"),
    ("second", "Second entry"),
    ("same_value", ""),
    ("place", "Place"),
    ("entered_by", "Entered by"),
    ("entered_at", ""),
    ("settled_by", ""),
    ("settled_because", ""),
];

const SETTLED: [(&str, &str); 5] = [
    ("id", "Name"),
    ("record", "Record"),
    ("field", "Field"),
    ("decision", "Decision"),
    ("entry", "In force"),
];

/// In the order people are told of them.
const NOUNS: [(&str, &str); 10] = [
    ("analyte", "analytes"),
    ("report", "reports"),
    ("product", "products"),
    ("patient", "patients"),
    ("infusion", "infusions"),
    ("visit", "visits"),
    ("measurement", "measurements"),
    ("statement", "statements"),
    ("event", "adverse events"),
    ("medication", "medications"),
];

/// How a second entry is compared.
pub(super) struct CompareTerms<'a> {
    /// Take values that are asked about.
    pub accept: bool,
    /// Change nothing.
    pub dry_run: bool,
    /// What reading the files had to say.
    pub problems: Vec<Problem>,
    /// Where every problem is written to, one a row, even if there is none.
    pub written_to: Option<&'a Path>,
}

/// Compare, settle what was decided, and show what is left.
pub(super) fn compare(
    session: &Session,
    registry: &mut Registry,
    (names, records): (&str, &Records),
    args: &CompareArgs,
    terms: CompareTerms<'_>,
) -> Result<(), Error> {
    let CompareTerms { accept, dry_run, problems: read, written_to } = terms;
    let write = |more: Vec<Problem>| {
        let mut all = [read.as_slice(), &more].concat();
        in_order(&mut all);
        write_problems(session, written_to, &all)
    };
    let choices = |texts: &[String]| -> Vec<Choice> {
        texts.iter().map(|text| Choice::parse(text)).collect()
    };
    let (take, keep) = (choices(&args.take), choices(&args.keep));
    let before = registry.compare(records)?;
    if !args.decides() {
        write(Vec::new())?;
        let mut page = lay_out(names, &before);
        note_accepted(&mut page, &read);
        return show(session, page, &before);
    }
    let reason = session.reason_unless(dry_run)?.to_owned();
    check(&before, &take, &keep)?;
    let made_by = session.caller().actor;
    let decisions = Decisions { take, keep, made_by, reason: reason.clone() };
    let command = format!("import {names} --compare{}", args.words());
    let done = registry.change(&command, Some(&reason), |change| {
        let settled = change.settle(records, &decisions)?;
        if !settled.refused.is_empty() || (!accept && !settled.questions.is_empty()) || dry_run {
            return Err(Dropped::Why(Box::new(settled)));
        }
        for (place, what, mismatch) in &settled.questions {
            let Mismatch { found, expected, .. } = mismatch;
            change
                .accept(format!("Accepted: {place}, {what}: {found}, where usual is {expected}."));
        }
        Ok(settled)
    });
    let (settled, verb) = match done {
        Ok(settled) => {
            session.recorded();
            (settled, "Settled")
        }
        Err(Dropped::Store(error)) => return Err(error.into()),
        Err(Dropped::Why(settled)) => {
            if let Err(problems) = refuse(&settled, accept) {
                write(problems.clone())?;
                return Err(Error::Request { heading: refused(problems.len()), problems });
            }
            (*settled, "Would settle")
        }
    };
    write(settled.questions.iter().map(asked).collect())?;
    let after = registry.compare(records)?;
    let mut page = lay_out_settled(verb, names, &settled);
    page.append(lay_out(names, &after));
    note_accepted(&mut page, &read);
    if dry_run {
        page.note("Nothing was changed (--dry-run).");
    }
    show(session, page, &after)
}

/// The page, and whether anything is left to settle.
fn show(session: &Session, page: Page, found: &Comparison) -> Result<(), Error> {
    session.show(&page)?;
    if found.open().next().is_none() { Ok(()) } else { Err(Error::Findings) }
}

/// Refuse decisions about nothing, and two about one difference.
fn check(found: &Comparison, take: &[Choice], keep: &[Choice]) -> Result<(), Error> {
    let refused = |heading: &str, choice: &Choice, expected: &str, mend: &str| {
        let told = match choice {
            Choice::All => "all".to_owned(),
            Choice::Like(text) => text.clone(),
        };
        let mismatch = Mismatch::new(told, expected).mend(mend);
        Err(Error::request(format!("{heading}. Nothing was changed"), "decision", mismatch))
    };
    for choice in take.iter().chain(keep) {
        if !found.open().any(|difference| choice.is_about(difference)) {
            return refused(
                "There is no such difference",
                choice,
                "the name of a difference that is open, a part of its record and field, or all",
                "`casebook import FILE --compare` lists them",
            );
        }
    }
    for difference in found.open() {
        let about = |choices: &[Choice]| choices.iter().any(|choice| choice.is_about(difference));
        if about(take) && about(keep) {
            let choice = Choice::Like(difference.id.clone());
            return refused(
                "One difference is decided both ways",
                &choice,
                "one decision: --take or --keep",
                &format!("it is {}, {}", difference.record, difference.field),
            );
        }
    }
    Ok(())
}

/// Everything that stands against what was decided.
fn refuse(settled: &Settled, accept: bool) -> Result<(), Vec<Problem>> {
    let place = |difference: &Difference| difference.place.clone().unwrap_or(Place::CommandLine);
    let problem = |(difference, mismatch): &(Difference, Mismatch)| Problem {
        level: Level::Error,
        place: place(difference),
        what: format!("{}, {}", difference.record, difference.field),
        mismatch: mismatch.clone(),
    };
    let mut problems: Vec<_> = settled.refused.iter().map(problem).collect();
    if !accept {
        problems.extend(settled.questions.iter().map(asked));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// A question that a decision raises.
fn asked((place, what, mismatch): &(Place, String, Mismatch)) -> Problem {
    Problem {
        level: Level::Question,
        place: place.clone(),
        what: what.clone(),
        mismatch: mismatch.clone(),
    }
}

fn refused(problems: usize) -> String {
    match problems {
        1 => "1 decision can't be done so. Nothing was changed".to_owned(),
        many => format!("{many} decisions can't be done so. Nothing was changed"),
    }
}

fn text(value: &Option<String>) -> Value {
    value.clone().into()
}

fn lay_out(names: &str, found: &Comparison) -> Page {
    let counted = |noun: &str| found.sides.get(noun).copied().unwrap_or_default();
    let row = |(noun, plural): &(&str, &str)| -> Vec<Value> {
        let Sides { same, differing, only_here, only_there } = counted(noun);
        let counts = [same, differing, only_here, only_there];
        std::iter::once(Value::from(*plural)).chain(counts.map(Value::from)).collect()
    };
    let is_there = |(noun, _): &&(&str, &str)| counted(noun) != Sides::default();
    let rows = NOUNS.iter().filter(is_there).map(row).collect();
    let mut page = lay_out_list(&format!("Compared with {names}"), "sides", &SIDES, rows);
    let line = |one: &Difference| -> Vec<Value> {
        let second = match &one.there {
            Some(there) if one.same_value => Some(format!("{there} (the same value)")),
            there => there.clone(),
        };
        vec![
            one.id.as_str().into(),
            one.record.as_str().into(),
            one.field.into(),
            text(&one.here),
            text(&second),
            one.same_value.into(),
            one.place.as_ref().map(ToString::to_string).into(),
            one.entered.as_ref().map(|(actor, _)| actor.clone()).into(),
            one.entered.as_ref().map(|(_, at)| at.clone()).into(),
            one.settled.as_ref().map(|answer| answer.made_by.clone()).into(),
            one.settled.as_ref().map(|answer| answer.reason.clone()).into(),
        ]
    };
    let rows: Vec<_> = found.open().map(line).collect();
    append_list(
        &mut page,
        (!rows.is_empty()).then_some("Differences"),
        "differences",
        &DIFFERENCES,
        rows.clone(),
    );
    if rows.is_empty() {
        page.blocks.pop();
    }
    let settled: Vec<_> = found.differences.iter().filter(|one| one.settled.is_some()).collect();
    for one in &settled {
        if let Some(answer) = &one.settled {
            page.note(format!(
                "Settled ({}): {}, {} stays {} by {}: {}",
                one.id,
                one.record,
                one.field,
                one.here.as_deref().unwrap_or("as it is"),
                answer.made_by,
                answer.reason
            ));
        }
    }
    page.note(agreement(found));
    if !found.elsewhere.is_empty() {
        page.note(format!(
            "Recorded, not in the file, and not compared: {}.",
            found.elsewhere.join(", ")
        ));
    }
    if found.open().next().is_some() {
        page.note(
            "Decide each by its name, several by a part of their record, or all: --take WHICH where the \
             second entry is right, --keep WHICH where the recorded one is, with --reason.",
        );
    }
    let count = |number: usize| Value::from(number);
    let same_value = found.differences.iter().filter(|one| one.same_value).count();
    page.context = vec![
        ("fields".to_owned(), count(found.fields)),
        ("equal".to_owned(), count(found.equal)),
        ("same_value".to_owned(), count(same_value)),
        ("settled".to_owned(), count(settled.len())),
    ];
    page
}

/// How far the two entries agree; of a record that only one side has no field is compared.
fn agreement(found: &Comparison) -> String {
    let (all, equal) = (found.fields, found.equal);
    if all == 0 {
        return "No record stands on both sides, so no field was compared.".to_owned();
    }
    let percent = crate::tables::fixed(100.0 * equal as f64 / all as f64, 1);
    let same_value = found.differences.iter().filter(|one| one.same_value).count();
    let more = match same_value {
        0 => String::new(),
        count => format!("; {count} more the same value printed otherwise"),
    };
    format!(
        "Agreement: {equal} of {all} fields equal ({percent} %){more}. Counted are the fields that either \
         entry has, of records on both sides."
    )
}

fn lay_out_settled(verb: &str, names: &str, settled: &Settled) -> Page {
    let line = |one: &Difference, decision: &str, entry: &Option<String>| -> Vec<Value> {
        vec![
            one.id.as_str().into(),
            one.record.as_str().into(),
            one.field.into(),
            decision.into(),
            text(entry),
        ]
    };
    let taken = settled.taken.iter().map(|one| line(one, "second entry taken", &one.there));
    let kept = settled.kept.iter().map(|one| line(one, "recorded entry kept", &one.here));
    let rows: Vec<_> = taken.chain(kept).collect();
    let count = rows.len();
    let what = if count == 1 { "difference" } else { "differences" };
    lay_out_list(&format!("{verb} {count} {what} with {names}"), "settled", &SETTLED, rows)
}
