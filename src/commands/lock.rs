use super::session::{Dropped, Session, no_key};
use crate::domain::Mismatch;
use crate::error::Error;
use crate::store::{Access, Change, Lock, Lockable, Locking, Registry, Unlocked};
use crate::tables::{Page, Value, lay_out_list};

/// Lock a report, a patient or everything against changes; alone, list what is locked
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook lock huang-2025 --reason \"checked by two readers\"
  casebook lock --all --reason \"analysis of December\"
  casebook lock

A locked report keeps its patients and everything recorded of them; a locked patient everything recorded
of it. While something is locked, each change to it is refused, whatever command or file asks for it.
`casebook unlock` lifts a lock; the log keeps both. A lock guards against mistakes, not against other
programs: `casebook verify` tells what was changed behind its back.")]
pub(super) struct Args {
    #[command(flatten)]
    what: What,
}

/// What to lock or unlock.
#[derive(Debug, clap::Args)]
pub(super) struct What {
    /// Which reports or patients
    #[arg(value_name = "KEY")]
    keys: Vec<String>,
    /// The whole registry, as for an analysis
    #[arg(long, conflicts_with = "keys")]
    all: bool,
}

const COLUMNS: [(&str, &str); 6] = [
    ("noun", ""),
    ("key", ""),
    ("locked", "Locked"),
    ("at", "Since (UTC)"),
    ("made_by", "By"),
    ("reason", "Why"),
];

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    if args.what.is_empty() {
        let registry = session.open(Access::Read)?;
        let locks = registry.locks()?;
        let title = if locks.is_empty() { "Nothing is locked" } else { "Locked" };
        let mut page = lay_out(title, locks);
        page.note("Who locked it is what they said: recorded, not authenticated.");
        return session.show(&page);
    }
    let actor = session.caller().actor;
    let reason = session.required_reason()?;
    args.what.apply(session, ("lock", "Locked"), |change, what| change.lock(what, &actor, reason))
}

impl What {
    /// True if nothing was named.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && !self.all
    }

    /// Lock or unlock all that was named, or nothing, and say what was done.
    pub fn apply(
        &self,
        session: &Session,
        (verb, done): (&str, &str),
        mut work: impl FnMut(&mut Change<'_>, &Lockable) -> Locking,
    ) -> Result<(), Error> {
        let reason = session.required_reason()?;
        let mut registry = session.open(Access::Write)?;
        let what: Vec<_> = match self.all {
            true => vec![Lockable::Registry],
            false => self.keys.iter().cloned().map(Lockable::Key).collect(),
        };
        let named = if self.all { "--all".to_owned() } else { self.keys.join(" ") };
        let command = format!("{verb} {named}");
        let locks = registry.change(&command, Some(reason), |change| {
            let one = |what: &Lockable| work(change, what)?.map_err(Dropped::Why);
            what.iter().map(one).collect::<Result<Vec<_>, _>>()
        });
        let locks = match locks {
            Ok(locks) => locks,
            Err(Dropped::Store(error)) => return Err(error.into()),
            Err(Dropped::Why(why)) => return Err(refused(&registry, verb, why)?),
        };
        session.recorded();
        let names: Vec<_> = locks.iter().map(Lock::name).collect();
        let mut page = lay_out("", locks.into_iter().map(|lock| (lock, None)).collect());
        page.title = format!("{done} {}", names.join(", "));
        page.blocks.clear();
        session.show(&page)
    }
}

fn refused(registry: &Registry, verb: &str, why: Unlocked) -> Result<Error, Error> {
    Ok(match why {
        Unlocked::NotThere(key) => {
            let mut known = registry.patient_keys()?;
            known.extend(registry.report_keys()?);
            no_key("patient or report", &key, &known)
        }
        Unlocked::Already(lock) => {
            let mismatch = Mismatch::new("", "something that is not locked").mend(
                "unlock it first to lock it with another reason; `casebook lock` shows every lock",
            );
            let what = format!("locked by {}: {}", lock.made_by, lock.reason);
            let heading = format!("The {} is locked already. Nothing was changed", lock.name());
            Error::request(heading, &what, mismatch)
        }
        Unlocked::NotLocked(name, other) => {
            let expected = "something that is locked itself";
            let mend = match other {
                Some(lock) => format!("it is held by the lock of {}: {verb} that", lock.name()),
                None => "`casebook lock` shows every lock".to_owned(),
            };
            let heading = format!("The {name} is not locked. Nothing was changed");
            Error::request(heading, &name, Mismatch::new("", expected).mend(mend))
        }
    })
}

fn lay_out(title: &str, locks: Vec<(Lock, Option<String>)>) -> Page {
    let row = |(lock, at): (Lock, Option<String>)| -> Vec<Value> {
        let name = lock.name();
        vec![
            lock.noun.into(),
            lock.key.into(),
            name.into(),
            at.into(),
            lock.made_by.into(),
            lock.reason.into(),
        ]
    };
    let is_empty = locks.is_empty();
    let rows = locks.into_iter().map(row).collect();
    let mut page = lay_out_list(title, "locks", &COLUMNS, rows);
    if is_empty {
        page.blocks.clear();
    }
    page
}
