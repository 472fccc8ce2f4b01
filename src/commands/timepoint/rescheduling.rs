//! How a change of the schedule is made and told: what the timepoint is now, which visits follow, and
//! which analyses differ.

use crate::analysis::{ScheduleChange, Scheduled, analyse_schedule_change};
use crate::commands::selecting::lost_with;
use crate::commands::session::{Session, not_there};
use crate::domain::{Catalogue, Cohort, Mismatch, Rules};
use crate::error::Error;
use crate::store::{Access, Change, Registry, Rescheduled, Rescheduling, StoreError, Unedited};
use crate::tables::{
    Described, Page, append_schedule_change, lay_out_edited, lay_out_facts, note_overlaps,
};

/// What a change of the schedule leaves, before it is kept or dropped.
struct Outcome {
    done: Rescheduled,
    rules: Rules,
    cohort: Cohort,
}

/// Why a change was dropped.
enum Dropped {
    Store(StoreError),
    Unedited(Unedited),
    DryRun(Box<Outcome>),
}

impl From<StoreError> for Dropped {
    fn from(error: StoreError) -> Dropped {
        Dropped::Store(error)
    }
}

/// Change the schedule, and show what follows.
pub(super) fn reschedule(
    session: &Session,
    (verb, what): (&str, &str),
    dry_run: bool,
    reason: Option<&str>,
    work: impl FnOnce(&mut Change<'_>) -> Rescheduling,
) -> Result<(), Error> {
    let mut registry = session.open(Access::Write)?;
    let before = (registry.rules().clone(), registry.cohort(false)?);
    let made = registry.change(&format!("timepoint {verb} {what}"), reason, |change| {
        let done = work(change)?.map_err(Dropped::Unedited)?;
        let outcome = Outcome { done, rules: change.rules().clone(), cohort: change.cohort()? };
        if dry_run { Err(Dropped::DryRun(Box::new(outcome))) } else { Ok(outcome) }
    });
    let outcome = match made {
        Ok(outcome) => {
            session.recorded();
            outcome
        }
        Err(Dropped::DryRun(outcome)) => *outcome,
        Err(Dropped::Store(error)) => return Err(error.into()),
        Err(Dropped::Unedited(unedited)) => return Err(refused(&registry, what, unedited)),
    };
    let effect = effect_of(&registry, &before, &outcome)?;
    let mut page = lay_out_rescheduled(&outcome, registry.catalogue(), dry_run);
    append_schedule_change(&mut page, &effect, !dry_run);
    note_overlaps(&mut page, &outcome.rules.schedule);
    let lost = lost_with(&registry, &outcome.cohort, &outcome.rules.schedule)?;
    if !lost.is_empty() {
        page.note(format!(
            "Can't be asked by this schedule, until they are edited: {}.",
            lost.join(", ")
        ));
    }
    if dry_run {
        page.note("Nothing was changed: this was a dry run.");
    } else {
        page.note(format!("The rules are version {} from now on.", outcome.rules.version));
    }
    session.show(&page)
}

/// Compare the analyses before and after. Measurements themselves never change here, so those in the
/// file serve for both.
fn effect_of(
    registry: &Registry,
    (rules, cohort): &(Rules, Cohort),
    outcome: &Outcome,
) -> Result<ScheduleChange, Error> {
    let mut observations = Vec::new();
    for analyte in registry.catalogue().analytes() {
        observations.push((analyte, registry.observations(analyte.id)?));
    }
    let statements = registry.statements(cohort)?;
    Ok(analyse_schedule_change(
        Scheduled { cohort, schedule: &rules.schedule },
        Scheduled { cohort: &outcome.cohort, schedule: &outcome.rules.schedule },
        &observations,
        &statements,
    ))
}

fn lay_out_rescheduled(outcome: &Outcome, catalogue: &Catalogue, dry_run: bool) -> Page {
    let said = |done: &'static str, would: &'static str| if dry_run { would } else { done };
    let Rescheduled { before, after, visits } = &outcome.done;
    let mut page = match (before, after) {
        (Some(before), Some(after)) => {
            let name = format!("timepoint {}", before.name);
            lay_out_edited(said("Edited", "Would edit"), &name, (before, after), catalogue)
        }
        (Some(gone), None) => {
            let title = format!("{} timepoint {}", said("Removed", "Would remove"), gone.name);
            lay_out_facts(&title, "timepoint", &gone.facts(catalogue))
        }
        (None, added) => {
            let added = added.as_ref().expect("a change of the schedule takes or puts a timepoint");
            let title = format!("{} timepoint {}", said("Added", "Would add"), added.name);
            lay_out_facts(&title, "timepoint", &added.facts(catalogue))
        }
    };
    page.context.push(("rules_version".to_owned(), outcome.rules.version.into()));
    page.context.push(("visits_followed".to_owned(), (*visits).into()));
    match visits {
        0 => {}
        1 => page.note("1 visit has another timepoint or planned day by it; no actual day moves."),
        many => page.note(format!(
            "{many} visits have another timepoint or planned day by it; no actual day moves."
        )),
    }
    page
}

fn refused(registry: &Registry, what: &str, unedited: Unedited) -> Error {
    match unedited {
        Unedited::NotThere => no_timepoint(registry, what),
        Unedited::Same => {
            let mismatch = Mismatch::new("", "a window, day or name that differs from what it is")
                .mend(format!("`casebook timepoint show {what}` shows what is"));
            let heading = format!("Nothing would change in timepoint {what}. Nothing was changed");
            Error::request(heading, "timepoint", mismatch)
        }
        Unedited::Wrong(mismatch) => {
            let heading = format!("The timepoint {what} can't be so. Nothing was changed");
            Error::request(heading, "timepoint", mismatch)
        }
    }
}

/// The error for a timepoint that is not in the schedule.
pub(super) fn no_timepoint(registry: &Registry, name: &str) -> Error {
    let planned = registry.rules().schedule.timepoints();
    let names: Vec<String> = planned.iter().map(|timepoint| timepoint.name.clone()).collect();
    not_there("timepoint", name, &names)
}
