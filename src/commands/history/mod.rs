mod as_of;
mod corrections;
mod export;
mod lines;

use super::session::{Session, no_key};
use crate::domain::{Mismatch, Moment};
use crate::error::Error;
use crate::store::{Access, Entry, HistoryOf, Part, Registry};
use crate::tables::lay_out_list;

/// Show who changed what, when and why; or what was recorded at an earlier moment
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = "Examples:
  casebook history --since 2026-11-01 --actor \"Dr Wu\"
  casebook history huang-2025/1 --fields
  casebook history huang-2025/1 W4 HbA1c
  casebook history huang-2025/1 event 1
  casebook history W12 --fields
  casebook history huang-2025/1 --as-of 2026-11-20
  casebook history export log.txt

A visit brings its measurements; `infusion`, `event`, `medication` or `statement` alone bring all of the
patient, with a number the one of that number today. What was removed keeps its history. --actor shows the
entries of one person. Times are UTC; a day is all of it, and a plain number is an entry of the log. Each
entry's hash is the SHA-256 of its text, which names the hash of the entry before it: nothing inside the
chain can be altered without trace. Who was at work is what they said: it is recorded, not authenticated."
)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Only what concerns this patient, report or product; or an attribute, an analyte of the registry's
    /// own, a timepoint, or the answer to a doubt by the doubt's name
    key: Option<String>,
    /// Of a patient: a visit's label, or infusion, event, medication or statement
    #[arg(value_name = "PART")]
    part: Option<String>,
    /// The analyte at the visit, or the number of the infusion, event … in its list
    #[arg(value_name = "ANALYTE|NUMBER")]
    detail: Option<String>,
    /// Every record that was added, changed or removed, one a line
    #[arg(long, conflicts_with = "fields")]
    rows: bool,
    /// Every field that changed, one a line, with who, when and why; corrections first in words
    #[arg(long)]
    fields: bool,
    /// The records as they stood at this moment: a date, a time, or an entry's number
    #[arg(long, value_name = "WHEN", conflicts_with_all = ["rows", "fields", "since", "until"])]
    as_of: Option<Moment>,
    /// Entries of this moment and later
    #[arg(long, value_name = "WHEN")]
    since: Option<Moment>,
    /// Entries of this moment and earlier
    #[arg(long, value_name = "WHEN")]
    until: Option<Moment>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Export(export::Args),
}

/// The nouns of a patient whose records have numbers.
const NUMBERED: [&str; 4] = ["infusion", "event", "medication", "statement"];

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    if let Some(Verb::Export(args)) = &args.verb {
        return export::run(args, session);
    }
    let registry = session.open(Access::Read)?;
    let (of, name) = asked_for(args, &registry)?;
    if let Some(when) = &args.as_of {
        return as_of::run(&registry, &of, &name, when, session);
    }
    let Some(mut entries) = registry.history(&of)? else { return Err(unknown(&registry, &of)?) };
    let all = entries.len();
    let everybody = everybody(&entries);
    let actor = session.named_actor();
    entries.retain(|entry| args.lets_through(entry, actor));
    let title = if name.is_empty() { "History".to_owned() } else { format!("History of {name}") };
    let mut page = if args.fields {
        lines::lay_out_fields(&title, &registry, &entries)?
    } else if args.rows {
        let rows = entries.iter().flat_map(lines::rows_of).collect();
        lay_out_list(&title, "rows", &lines::ROWS, rows)
    } else {
        let rows = entries.iter().map(lines::entry).collect();
        lay_out_list(&title, "changes", &lines::ENTRIES, rows)
    };
    if entries.len() < all {
        page.note(format!("{} of {all} entries; the others are left out as asked.", entries.len()));
    }
    if actor.is_some() && entries.is_empty() {
        page.note(format!("At work were: {}.", everybody.join(", ")));
    }
    session.show(&page)
}

impl Args {
    fn lets_through(&self, entry: &Entry, by: Option<&str>) -> bool {
        let Entry { number, at, actor, .. } = entry;
        self.since.as_ref().is_none_or(|since| since.begins_by(*number, at))
            && self.until.as_ref().is_none_or(|until| until.lasts_until(*number, at))
            && by.is_none_or(|by| by.to_lowercase() == actor.to_lowercase())
    }
}

/// Whose names stand in these entries, each once.
fn everybody(entries: &[Entry]) -> Vec<String> {
    let mut names: Vec<_> = entries.iter().map(|entry| entry.actor.clone()).collect();
    names.sort();
    names.dedup();
    names
}

/// Whose history was asked for, and its name.
fn asked_for(args: &Args, registry: &Registry) -> Result<(HistoryOf, String), Error> {
    let Some(key) = &args.key else { return Ok((HistoryOf::All, String::new())) };
    let Some(part) = &args.part else { return Ok((HistoryOf::Key(key.clone()), key.clone())) };
    let noun = NUMBERED.into_iter().find(|noun| noun == part);
    let number = args.detail.as_ref().and_then(|detail| detail.parse::<usize>().ok());
    let (part, name) = match (noun, number, &args.detail) {
        (Some(noun), Some(number), _) => {
            (Part::Numbered(noun, number), format!("{key}, {noun} {number}"))
        }
        (Some(noun), None, None) => (Part::Noun(noun), format!("{key}, every {noun}")),
        (_, _, None) => (Part::Visit(part.clone()), format!("{key} {part}")),
        (_, _, Some(analyte)) => {
            let known = super::measurement::analyte_of(registry.catalogue(), analyte)?;
            let visit = part.clone();
            let name = format!("{key} {part} {}", known.symbol);
            (Part::Measurement(visit, known.key.to_string()), name)
        }
    };
    Ok((HistoryOf::Part(key.clone(), part), name))
}

/// The error for something the log does not know.
fn unknown(registry: &Registry, of: &HistoryOf) -> Result<Error, Error> {
    let (key, part) = match of {
        HistoryOf::All => ("", None),
        HistoryOf::Key(key) => (key.as_str(), None),
        HistoryOf::Part(key, part) => (key.as_str(), Some(part)),
    };
    let is_known = registry.history(&HistoryOf::Key(key.to_owned()))?.is_some();
    if let Some(part) = part.filter(|_| is_known) {
        let what = match part {
            Part::Visit(label) => format!("visit {label}"),
            Part::Measurement(label, analyte) => format!("{analyte} at visit {label}"),
            Part::Noun(noun) => (*noun).to_owned(),
            Part::Numbered(noun, number) => format!("{noun} {number}"),
        };
        let mismatch = Mismatch::new(&*what, "something the log speaks of").mend(format!(
            "`casebook history {key} --rows` shows every record; the removed ones have no number"
        ));
        let heading = format!("The log knows no {what} of {key}. Nothing was changed");
        return Ok(Error::request(heading, key, mismatch));
    }
    let mut known = registry.patient_keys()?;
    known.extend(registry.report_keys()?);
    known.extend(registry.product_keys()?);
    Ok(no_key("patient, report, product or definition", key, &known))
}
