//! How every command edits: a reason is required, what was given and cleared enters the record, the
//! same is asked as when adding, and each changed field is told.

use super::fields::{Field, Fields};
use super::removing::no_such;
use super::session::Session;
use crate::domain::{Mismatch, nearest};
use crate::error::Error;
use crate::store::{Change, Edited, Editing, Registry, StoreError, Unedited};
use crate::tables::{Described, Page, lay_out_edited};

/// Options of every command that edits.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct EditArgs {
    /// Set fields back to "not reported": names of options without their dashes, such as end,note
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    clear: Vec<String>,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl EditArgs {
    /// What to do to a record: write what was given, and clear what was named. `required` are
    /// options beside the fields that every record has.
    pub fn edits<'a, R: 'static, F: Fields<R> + 'static>(
        &self,
        given: &'a F,
        required: &[&'static str],
    ) -> Result<Edits<'a, F, R>, Error> {
        let mut clear = Vec::new();
        for text in &self.clear {
            clear.push(named(text, given, required)?);
        }
        Ok(Edits { given, clear })
    }
}

/// What to do to a record.
pub(super) struct Edits<'a, F, R> {
    given: &'a F,
    clear: Vec<Field<F, R>>,
}

impl<R, F: Fields<R>> Edits<'_, F, R> {
    /// Do it.
    pub fn apply(&self, record: &mut R) {
        self.given.put(record);
        for clear in self.clear.iter().filter_map(|field| field.clear.as_ref()) {
            clear(record);
        }
    }
}

/// The field to clear by this name, which must not be given at the same time.
fn named<R, F: Fields<R>>(
    text: &str,
    given: &F,
    required: &[&'static str],
) -> Result<Field<F, R>, Error> {
    let plain = text.trim().trim_start_matches('-').to_lowercase().replace(['_', ' '], "-");
    let refused = |mismatch| {
        let heading = format!("{text} can't be cleared. Nothing was changed");
        Err(Error::Usage { heading, mismatch })
    };
    let mut fields = F::list();
    let at = fields.iter().position(|field| field.name == plain);
    if required.contains(&plain.as_str()) || at.is_some_and(|at| fields[at].clear.is_none()) {
        let mismatch = Mismatch::new(text, "a field that may be unknown");
        return refused(mismatch.mend(format!("give another value instead: --{plain} VALUE")));
    }
    let Some(at) = at else {
        let names: Vec<_> =
            fields.iter().filter(|field| field.clear.is_some()).map(|field| field.name).collect();
        let mismatch = Mismatch::new(text, format!("one of: {}", names.join(", ")));
        return refused(match nearest(&plain, names.into_iter()) {
            Some(near) => mismatch.mend(format!("did you mean \"{near}\"?")),
            None => mismatch,
        });
    };
    if (fields[at].is_given)(given) {
        let mismatch = Mismatch::new(text, "a field that is either given or cleared");
        return refused(mismatch.mend(format!("leave out --{plain}, or take it out of --clear")));
    }
    Ok(fields.swap_remove(at))
}

/// Why an edit was dropped.
enum Dropped<T> {
    Store(StoreError),
    Unedited(Unedited),
    DryRun(Edited<T>),
}

impl<T> From<StoreError> for Dropped<T> {
    fn from(error: StoreError) -> Dropped<T> {
        Dropped::Store(error)
    }
}

/// Edit one record, and lay out what changed.
pub(super) fn edit<T: Described>(
    session: &Session,
    registry: &mut Registry,
    (noun, what): (&str, &str),
    args: &EditArgs,
    work: impl FnOnce(&mut Change<'_>) -> Editing<T>,
) -> Result<Page, Error> {
    let reason = session.reason_unless(args.dry_run)?;
    let word = noun.replace("adverse ", "");
    let done =
        registry.change(&format!("{word} edit {what}"), Some(reason), |change| {
            match work(change)? {
                Ok(edited) if args.dry_run => {
                    change.refuse_locked()?;
                    Err(Dropped::DryRun(edited))
                }
                Ok(edited) => Ok(edited),
                Err(unedited) => Err(Dropped::Unedited(unedited)),
            }
        });
    let name = format!("{noun} {what}");
    match done {
        Ok(Edited { before, after }) => {
            session.recorded();
            Ok(lay_out_edited("Edited", &name, (&before, &after), registry.catalogue()))
        }
        Err(Dropped::DryRun(Edited { before, after })) => {
            let mut page =
                lay_out_edited("Would edit", &name, (&before, &after), registry.catalogue());
            page.note("Nothing was changed: this was a dry run.");
            Ok(page)
        }
        Err(Dropped::Store(error)) => Err(error.into()),
        Err(Dropped::Unedited(Unedited::NotThere)) => Err(no_such(noun, what)),
        Err(Dropped::Unedited(Unedited::Same)) => {
            let mismatch = Mismatch::new("", "a field that differs from what is recorded").mend(
                format!("`casebook {word} show {what}` shows what is; --clear FIELD empties one"),
            );
            let heading = format!("Nothing would change in {name}. Nothing was changed");
            Err(Error::request(heading, noun, mismatch))
        }
        Err(Dropped::Unedited(Unedited::Wrong(mismatch))) => {
            let heading = format!("The {name} can't be changed so. Nothing was changed");
            Err(Error::request(heading, noun, mismatch))
        }
    }
}
