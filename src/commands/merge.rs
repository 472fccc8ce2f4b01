use super::session::{Dropped, Session};
use crate::domain::{Mismatch, Prefer};
use crate::error::Error;
use crate::store::{Access, Disagreement, Merged, Outcomes, Registry};
use crate::tables::{Page, Value, append_list};
use std::path::PathBuf;

/// Bring the records of another registry into this one, such as a copy somebody worked on
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook merge from-ward-2.db --dry-run
  casebook merge from-ward-2.db
  casebook merge from-ward-2.db --prefer newest --reason \"agreed by telephone\"

Records are the same if they have the same identity: those of a copied file, not those entered twice
(for these: `casebook import --compare`). Where one side changed a record and the other did not, the
change is taken. Where both did, every field that differs is listed and --prefer decides about the whole
record; without it the record is left as it is here. Both change logs are kept. Merging again adds nothing.
A merge that would change a locked record is refused as a whole: unlock it first. Locks of reports and
patients come along, that of a whole registry does not.")]
pub(super) struct Args {
    /// The other registry; it is only read, or upgraded if it is of an older casebook
    #[arg(value_name = "FILE")]
    other: PathBuf,
    /// Where both sides changed a record, keep: ours, theirs or newest
    #[arg(long, value_name = "SIDE")]
    prefer: Option<Prefer>,
    /// Show what would be done; change nothing
    #[arg(long)]
    dry_run: bool,
}

const OUTCOMES: [(&str, &str); 6] = [
    ("noun", "Records"),
    ("added", "Added"),
    ("taken", "Changed"),
    ("removed", "Removed"),
    ("newer_here", "Newer here"),
    ("same", "The same"),
];

const DISAGREEMENTS: [(&str, &str); 8] = [
    ("noun", "Record"),
    ("key", "Key"),
    ("field", "Field"),
    ("here", "Here"),
    ("there", "There"),
    ("here_at", ""),
    ("there_at", ""),
    ("outcome", "Outcome"),
];

/// In the order people are told of them.
const NOUNS: [(&str, &str); 15] = [
    ("analyte", "analytes"),
    ("attribute", "attributes"),
    ("cohort", "cohorts"),
    ("endpoint", "endpoints"),
    ("report", "reports"),
    ("product", "products"),
    ("patient", "patients"),
    ("infusion", "infusions"),
    ("visit", "visits"),
    ("measurement", "measurements"),
    ("statement", "statements"),
    ("event", "adverse events"),
    ("medication", "medications"),
    ("lock", "locks"),
    ("answer", "answers"),
];

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    session.keep(std::slice::from_ref(&args.other))?;
    let reason = args.prefer.map(|_| session.reason_unless(args.dry_run)).transpose()?;
    let reason = reason.or(session.reason());
    let mut registry = session.open(Access::Write)?;
    let other = session.open_file(&args.other, Access::Read)?;
    let name = args.other.file_name().unwrap_or_default().to_string_lossy().into_owned();
    refuse_unlike(&registry, &other, &name)?;
    let done = registry.change(&format!("merge {name}"), reason, |change| {
        let merged = change.merge(&other, args.prefer)?;
        change.refuse_locked()?;
        if args.dry_run { Err(Dropped::Why(Box::new(merged))) } else { Ok(merged) }
    });
    let merged = match done {
        Ok(merged) => {
            session.recorded();
            merged
        }
        Err(Dropped::Why(merged)) => *merged,
        Err(Dropped::Store(error)) => return Err(error.into()),
    };
    let mut page = lay_out_merged(&name, &merged, args.dry_run);
    if registry.rules().schedule != other.rules().schedule {
        page.note(format!(
            "{name} has another schedule; timepoints and rules stay as they are here."
        ));
    }
    session.show(&page)?;
    let open = merged.disagreements.iter().any(|one| one.is_open);
    if open { Err(Error::Findings) } else { Ok(()) }
}

/// Refuse what would mix up days, or take records that are not what their own log says.
fn refuse_unlike(registry: &Registry, other: &Registry, name: &str) -> Result<(), Error> {
    let (here, there) = (registry.rules().day_zero, other.rules().day_zero);
    if here != there {
        let mismatch = Mismatch::new(there.as_str(), format!("day 0 as here: {}", here.as_str()))
            .mend("days would mean two things in one file; count one of them anew first");
        let heading = format!("{name} counts its days otherwise. Nothing was changed");
        return Err(Error::request(heading, "day 0", mismatch));
    }
    let found = other.verify()?;
    if let Some(first) = found.discrepancies.first() {
        let what = format!("{}: {}", first.place, first.what);
        let mismatch = Mismatch::new(what, "a file that is what its change log says")
            .mend(format!("`casebook -r {name} verify` names everything; restore a backup of it"));
        let heading = format!("{name} is not what its change log says. Nothing was changed");
        return Err(Error::request(heading, "verify", mismatch));
    }
    Ok(())
}

fn lay_out_merged(name: &str, merged: &Merged, dry_run: bool) -> Page {
    let verb = if dry_run { "Would merge" } else { "Merged" };
    let mut page = Page::new(format!("{verb} {name}"));
    let counted = |noun: &str| merged.outcomes.get(noun).copied().unwrap_or_default();
    let row = |(noun, plural): &(&str, &str)| -> Vec<Value> {
        let Outcomes { added, taken, removed, same, newer_here } = counted(noun);
        let counts = [added, taken, removed, newer_here, same];
        std::iter::once(Value::from(*plural)).chain(counts.map(Value::from)).collect()
    };
    let is_there = |(noun, _): &&(&str, &str)| counted(noun) != Outcomes::default();
    let rows = NOUNS.iter().filter(is_there).map(row).collect();
    append_list(&mut page, None, "outcomes", &OUTCOMES, rows);
    let line = |one: &Disagreement| -> Vec<Vec<Value>> {
        let line = |field: &crate::store::Differing| -> Vec<Value> {
            vec![
                one.noun.as_str().into(),
                one.key.as_str().into(),
                field.field.as_str().into(),
                field.here.as_str().into(),
                field.there.as_str().into(),
                one.here_at.clone().into(),
                one.there_at.clone().into(),
                one.outcome.into(),
            ]
        };
        one.fields.iter().map(line).collect()
    };
    let rows: Vec<_> = merged.disagreements.iter().flat_map(line).collect();
    if !rows.is_empty() {
        let heading = Some("Changed on both sides");
        append_list(&mut page, heading, "disagreements", &DISAGREEMENTS, rows);
    }
    if merged.disagreements.iter().any(|one| one.is_open) {
        page.note(
            "What is not decided stays as it is here and is asked again: decide with --prefer \
             ours, theirs or newest, or edit the record.",
        );
    }
    merged.notes.iter().for_each(|note| page.note(note.as_str()));
    match merged.entries {
        0 => page.note("The other change log has nothing new."),
        1 => page.note("1 entry of the other change log is kept from now on."),
        many => page.note(format!("{many} entries of the other change log are kept from now on.")),
    }
    merged.notes.iter().for_each(|note| page.note(note.as_str()));
    if dry_run {
        page.note("Nothing was changed (--dry-run).");
    }
    page
}
