//! How every command records: check, store, and tell what became of it.

use super::fields::text;
use super::importing::write_problems;
use super::session::Session;
use super::watching::Watching;
use crate::domain::{Level, Method, Mismatch, PatientRecords, Place, Problem, Records, Source};
use crate::error::{Error, MOST_ALONE, counted, field_of, grouped, in_order};
use crate::import::{ImportError, Piece, Pieces, Reading};
use crate::store::{Access, Correction, Intake, Kind, Manner, Registry, StoreError, Work};
use crate::tables::{Page, Value, lay_out_list};
use std::cell::RefCell;
use std::path::Path;

/// Where the value was read; for every command that records one.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct SourceArgs {
    /// Where it was read, for example "table 2, p. 4"
    #[arg(long, value_name = "PLACE", value_parser = text)]
    pub source: Option<String>,
    /// The report's own words
    #[arg(long, value_name = "TEXT", value_parser = text)]
    pub quote: Option<String>,
    /// How it was read: text, table, figure, author or lab
    #[arg(long, value_name = "METHOD")]
    pub method: Option<Method>,
}

impl SourceArgs {
    pub fn source(&self) -> Option<Source> {
        let Self { source, quote, method } = self.clone();
        Source { place: source, quote, method }.unless_empty()
    }
}

/// How strictly records are taken.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Terms<'a> {
    /// Take values that are asked about.
    pub accept: bool,
    /// Change nothing.
    pub dry_run: bool,
    /// What somebody typed as new, by kind and name: nothing of this kind may be there already.
    pub new: Option<(Kind, &'a str)>,
    /// What files say: what they leave out contradicts nothing, and each record may be told.
    pub files: Option<FileTerms<'a>>,
}

/// What is different about records of files.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FileTerms<'a> {
    /// Change what is recorded otherwise.
    pub update: Option<Correction<'a>>,
    /// Tell of each record that is added.
    pub lists: bool,
    /// Where every problem is written to, one a row.
    pub problems: Option<&'a Path>,
}

/// Why a change was dropped.
enum Dropped {
    Store(StoreError),
    Import(ImportError),
    Problems(Vec<Problem>),
    DryRun(Box<Intake>),
    There,
}

impl From<StoreError> for Dropped {
    fn from(error: StoreError) -> Dropped {
        Dropped::Store(error)
    }
}

impl From<ImportError> for Dropped {
    fn from(error: ImportError) -> Dropped {
        Dropped::Import(error)
    }
}

/// Check and store records as one change described by `command`.
pub(super) fn record(
    session: &Session,
    registry: &mut Registry,
    command: &str,
    records: Records,
    terms: Terms<'_>,
) -> Result<Intake, Error> {
    let reading = Reading { records, ..Reading::default() };
    let pieces = &mut std::iter::once(Ok(Piece::whole(reading)));
    record_pieces(session, registry, command, pieces, terms).map(|(intake, _)| intake)
}

/// The same for what files say, as it comes. Returned beside what became of it is what else the reading
/// said; its records are gone.
pub(super) fn record_pieces(
    session: &Session,
    registry: &mut Registry,
    command: &str,
    pieces: &mut Pieces<'_>,
    terms: Terms<'_>,
) -> Result<(Intake, Reading), Error> {
    let files = terms.files.unwrap_or_default();
    // Read before anybody else has to wait for this change.
    let first = pieces.next().transpose()?;
    if first.as_ref().is_some_and(|first| has_errors(&first.reading.problems)) {
        let mut problems = Vec::new();
        for piece in first.map(Ok).into_iter().chain(pieces) {
            problems.extend(piece?.reading.problems);
        }
        return Err(refused(session, files.problems, problems));
    }
    let mut said = Reading::default();
    let watching = RefCell::new(Watching::new(session, terms.files.is_some()));
    let taken = registry.change(command, session.reason(), |change| {
        let mut watch = |done| watching.borrow_mut().goes_on(done);
        let mut work = Work::new(Manner {
            exact: terms.files.is_none(),
            update: files.update,
            lists: files.lists,
            watch: Some(&mut watch),
        });
        for piece in first.map(Ok).into_iter().chain(pieces) {
            let Piece { mut reading, upto } = piece?;
            let records = std::mem::take(&mut reading.records);
            watching.borrow_mut().begins(&records, upto);
            said.append(reading);
            // What follows from the gaps of what can't be read is not the person's problem.
            if !has_errors(&said.problems) {
                change.take_in_piece(&records, &mut work)?;
            }
        }
        let before = std::mem::take(&mut said.problems);
        if has_errors(&before) {
            return Err(Dropped::Problems(before));
        }
        let mut intake = change.end_intake(work)?;
        if terms.new.is_some_and(|(kind, _)| intake.there.of(kind) > 0) {
            return Err(Dropped::There);
        }
        intake.problems.splice(0..0, before);
        let counts = |problem: &Problem| match problem.level {
            Level::Error => true,
            Level::Question => !terms.accept,
            Level::Note => false,
        };
        if intake.problems.iter().any(counts) {
            return Err(Dropped::Problems(intake.problems));
        }
        for problem in intake.problems.iter().filter(|one| one.level == Level::Question) {
            change.accept(accepted(problem));
        }
        if terms.dry_run {
            return Err(Dropped::DryRun(Box::new(intake)));
        }
        if watching.borrow_mut().commits() { Ok(intake) } else { Err(StoreError::Stopped.into()) }
    });
    drop(watching);
    let told = |mut intake: Intake, said: Reading| {
        in_order(&mut intake.problems);
        write_problems(session, files.problems, &intake.problems).map(|()| (intake, said))
    };
    match taken {
        Ok(intake) => {
            session.recorded();
            told(intake, said)
        }
        Err(Dropped::DryRun(intake)) => told(*intake, said),
        Err(Dropped::Store(error)) => Err(error.into()),
        Err(Dropped::Import(error)) => Err(error.into()),
        Err(Dropped::Problems(problems)) => Err(refused(session, files.problems, problems)),
        Err(Dropped::There) => {
            let (kind, key) = terms.new.expect("only what is new is refused for being there");
            Err(there_already(kind, key))
        }
    }
}

fn has_errors(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.level == Level::Error)
}

/// Refuse records with parts that could not be read.
pub(super) fn refuse_unreadable(
    session: &Session,
    written_to: Option<&Path>,
    problems: &[Problem],
) -> Result<(), Error> {
    if has_errors(problems) {
        return Err(refused(session, written_to, problems.to_vec()));
    }
    Ok(())
}

fn refused(session: &Session, written_to: Option<&Path>, mut problems: Vec<Problem>) -> Error {
    in_order(&mut problems);
    if let Err(error) = write_problems(session, written_to, &problems) {
        return error;
    }
    Error::Request { heading: heading(&problems), problems }
}

fn heading(problems: &[Problem]) -> String {
    let count = |level| problems.iter().filter(|problem| problem.level == level).count();
    let (errors, questions) = (count(Level::Error), count(Level::Question));
    let many = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{} {one}s", counted(count)),
    };
    let what = match (errors, questions) {
        (0, questions) => many(questions, "question"),
        (errors, 0) => many(errors, "problem"),
        (errors, questions) => {
            format!("{} and {}", many(errors, "problem"), many(questions, "question"))
        }
    };
    format!("{what}. Nothing was changed")
}

/// Record one thing typed on the command line; that it is there already is an error.
pub(super) fn record_new(
    session: &Session,
    command: &str,
    records: Records,
    (kind, key): (Kind, &str),
    accept: bool,
) -> Result<Intake, Error> {
    let mut registry = session.open(Access::Write)?;
    let terms = Terms { accept, new: Some((kind, key)), ..Terms::default() };
    record(session, &mut registry, command, records, terms)
}

/// Record something of a patient that has no key of its own, and say so; that it is there already,
/// exactly so, is an error.
pub(super) fn record_of_patient(
    session: &Session,
    command: &str,
    of_patient: PatientRecords,
    of: (Kind, &str),
) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    session.show(&page_of_patient(session, &mut registry, command, of_patient, of)?)
}

/// The same, and the page that says so.
pub(super) fn page_of_patient(
    session: &Session,
    registry: &mut Registry,
    command: &str,
    of_patient: PatientRecords,
    (kind, what): (Kind, &str),
) -> Result<Page, Error> {
    let patient = of_patient.key.record.clone();
    let records = Records { patients: vec![of_patient], ..Records::default() };
    let terms = Terms::default();
    let intake = record(session, registry, command, records, terms)?;
    if intake.added.total() == 0 {
        let mismatch = Mismatch::new(what, "something that is not recorded yet, exactly so");
        let mismatch = mismatch.mend("give what tells the two apart, such as the day");
        let heading = format!("{what} of {patient} is there already. Nothing was changed");
        return Err(Error::request(heading, kind.words().0, mismatch));
    }
    Ok(lay_out_recorded(format!("Recorded {what} of {patient}"), &intake))
}

/// The error for something that is recorded already.
fn there_already(kind: Kind, key: &str) -> Error {
    let noun = kind.words().0;
    let mismatch = Mismatch::new(key, "one that is not recorded yet");
    let mismatch = mismatch.mend(match kind {
        Kind::Visit => "add values to it with `casebook measurement add`, or give another label",
        _ => "choose another key, or look at the one that is there",
    });
    Error::request(
        format!("The {noun} {key} is there already. Nothing was changed"),
        noun,
        mismatch,
    )
}

/// A page that says what was recorded in one sentence.
pub(super) fn lay_out_recorded(sentence: String, intake: &Intake) -> Page {
    let mut page = Page::new(sentence);
    page.records = lay_out_intake("", intake).records;
    note_accepted(&mut page, &intake.problems);
    page
}

/// A page that counts what was added and what was there already.
pub(super) fn lay_out_intake(title: &str, intake: &Intake) -> Page {
    let row = |kind: &Kind| -> Vec<Value> {
        vec![kind.words().1.into(), intake.added.of(*kind).into(), intake.known.of(*kind).into()]
    };
    let counted = |kind: &&Kind| intake.added.of(**kind) + intake.known.of(**kind) > 0;
    let rows: Vec<_> = Kind::ALL.iter().filter(counted).map(row).collect();
    let columns = [("kind", "Records"), ("added", "Added"), ("already_there", "Already there")];
    lay_out_list(title, "intake", &columns, rows)
}

/// Note what was accepted: a few questions each by itself, many of one cause together.
pub(super) fn note_accepted(page: &mut Page, problems: &[Problem]) {
    for group in grouped(problems) {
        if group.len() <= MOST_ALONE {
            group.iter().for_each(|problem| page.note(accepted(problem)));
            continue;
        }
        let found: Vec<_> =
            group.iter().take(MOST_ALONE).map(|one| one.mismatch.found.as_str()).collect();
        let Mismatch { expected, .. } = &group[0].mismatch;
        page.note(format!(
            "Accepted {} times: {}: {} and {} more, where usual is {expected}. The log has each.",
            counted(group.len()),
            field_of(group[0]),
            found.join(", "),
            counted(group.len() - MOST_ALONE),
        ));
    }
}

fn accepted(problem: &Problem) -> String {
    let place = match &problem.place {
        Place::CommandLine => String::new(),
        place => format!("{place}, "),
    };
    let Mismatch { found, expected, .. } = &problem.mismatch;
    if problem.level == Level::Note {
        return format!("Note: {place}{}: {found}; expected was {expected}.", problem.what);
    }
    format!("Accepted: {place}{}: {found}, where usual is {expected}.", problem.what)
}
