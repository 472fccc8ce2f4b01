//! How every command removes: a reason is required, and what hangs on it is named.

use super::session::{Dropped, Session, not_there};
use crate::domain::{Mismatch, Patient};
use crate::error::Error;
use crate::store::{Change, Kept, Registry, Removal, Stored};
use crate::tables::{Page, RecordSet};

/// Remove something, and say what went. `all` is the option that also takes what hangs on it.
pub(super) fn remove(
    session: &Session,
    registry: &mut Registry,
    (noun, what): (&str, &str),
    all: Option<&str>,
    work: impl FnOnce(&mut Change<'_>) -> Removal,
) -> Result<(), Error> {
    let reason = session.required_reason()?;
    let command = format!("{} remove {what}", noun.replace("adverse ", ""));
    let done =
        registry.change(&command, Some(reason), |change| work(change)?.map_err(Dropped::Why));
    let removed = match done {
        Ok(removed) => {
            session.recorded();
            removed
        }
        Err(Dropped::Store(error)) => return Err(error.into()),
        Err(Dropped::Why(Kept::NotThere)) => {
            return Err(no_such(noun, what));
        }
        Err(Dropped::Why(Kept::HangsOn(hanging))) => {
            return Err(hangs_on(noun, what, &hanging, all));
        }
    };
    let more = match removed {
        1 => String::new(),
        all => format!(" and {} more records with it", all - 1),
    };
    let mut page = Page::new(format!("Removed {noun} {what}{more}"));
    page.records.push(RecordSet {
        name: "removed".to_owned(),
        columns: vec!["noun".to_owned(), "key".to_owned(), "records".to_owned()],
        rows: vec![vec![noun.into(), what.into(), removed.into()]],
    });
    page.note("The change log keeps what was removed: `casebook history --rows`.");
    session.show(&page)
}

fn hangs_on(noun: &str, what: &str, hanging: &[(&str, usize)], all: Option<&str>) -> Error {
    let words: Vec<_> = hanging
        .iter()
        .map(|(one, count)| match count {
            1 => format!("1 {one}"),
            many => format!("{many} {one}s"),
        })
        .collect();
    let mend = match all {
        Some(all) => format!("remove them first, or everything together with {all}"),
        None => "remove them first".to_owned(),
    };
    let mismatch = Mismatch::new(words.join(", "), "nothing that hangs on it").mend(mend);
    Error::request(
        format!("The {noun} {what} can't be removed. Nothing was changed"),
        noun,
        mismatch,
    )
}

/// The patient with this key, which must be there.
pub(super) fn patient_of(registry: &Registry, key: &str) -> Result<Stored<Patient>, Error> {
    match registry.patient(key)? {
        Some(patient) => Ok(patient),
        None => Err(not_there("patient", key, &registry.patient_keys()?)),
    }
}

/// The error for something of a patient that is not there.
pub(super) fn no_such(noun: &str, what: &str) -> Error {
    let article = if noun.starts_with(['a', 'i']) { "an" } else { "a" };
    let word = noun.replace("adverse ", "");
    let mismatch = Mismatch::new(what, format!("{article} {noun} that is recorded"))
        .mend(format!("`casebook {word} list` shows all"));
    Error::request(format!("There is no {noun} {what}. Nothing was changed"), noun, mismatch)
}
