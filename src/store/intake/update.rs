//! Changing what is recorded to what a file says, on request.

use super::outcome::{Correction, Work};
use super::silence::{same_value, unknown_readings};
use super::{Change, Kind, StoreError, Stored};
use crate::domain::{
    Level, Measurement, Mismatch, OtherReading, Patient, Place, Problem, Reading, Standing, Status,
    Visit,
};
use crate::store::change::image_of;

/// An edit that replaces a record by this one.
pub(super) fn to<T>(now: T) -> impl FnOnce(&mut T) -> Result<(), Mismatch> {
    move |record| {
        *record = now;
        Ok(())
    }
}

/// True where a number answers what was missing. "Not done" is contradicted by one instead.
fn was_missing(known: &Reading) -> bool {
    matches!(known.status, Status::FigureOnly | Status::NotReported | Status::Unreadable)
}

impl Change<'_> {
    /// Let a measurement be as a file says. A number becomes a corrected reading beside the print; where
    /// no number was printed or could be read there is no print to keep, and the row itself gets the
    /// number, its source and its limits: the log has the row as it was. A number and a status such as
    /// "not done" contradict each other: no reading corrects that.
    pub(super) fn update_measurement(
        &mut self,
        (patient, visit_id, visit): (&Stored<Patient>, i64, &Visit),
        (known, given, filled): (&Measurement, &Measurement, Measurement),
        what: &str,
        place: &Place,
        work: &mut Work<'_>,
    ) -> Result<(), StoreError> {
        let Some(Correction { made_by, reason }) = work.manner.update else { return Ok(()) };
        let differs = !same_value(&given.reading, &known.reading)
            && !same_value(&given.reading, known.in_force());
        let is_number = known.reading.status.is_number();
        let corrects = differs && is_number && given.reading.status.is_number();
        let mut row = filled;
        row.other_readings.clone_from(&known.other_readings);
        if differs && !corrects {
            if !(was_missing(&known.reading) && given.reading.status.is_number()) {
                let expected = format!("what is recorded already: {}", known.reading.text());
                let mismatch = Mismatch::new(given.reading.text(), expected).mend(
                    "no reading corrects this: remove the value with `casebook measurement remove`, \
                     then import the file",
                );
                work.problem(what.to_owned(), place, mismatch);
                return Ok(());
            }
            row.limits.clone_from(&given.limits);
        } else {
            row.reading.clone_from(&known.reading);
            if corrects {
                row.source.clone_from(&known.source);
            }
            self.note_limits(known, given, &row, what, place, work);
        }
        if row != *known {
            self.edit_measurement(patient, visit, known, &row)?;
        }
        let mut now = row;
        let correction = corrects.then(|| OtherReading {
            reading: given.reading.clone(),
            standing: Standing::Accepted,
            made_by: made_by.to_owned(),
            reason: reason.to_owned(),
            source: given.source.clone(),
        });
        let others: Vec<_> = unknown_readings(given, known).cloned().collect();
        for other in correction.into_iter().chain(others) {
            self.add_reading(patient, visit, &now, &other)?;
            now.put_reading(other);
        }
        let now = self.measurement(visit_id, known.analyte_id)?.unwrap_or(now);
        work.changed_measurement(what, place, known, &now);
        Ok(())
    }

    /// Limits of a corrected reading in another unit than the print's have no place: said, not lost.
    fn note_limits(
        &self,
        known: &Measurement,
        given: &Measurement,
        row: &Measurement,
        what: &str,
        place: &Place,
        work: &mut Work<'_>,
    ) {
        if given.limits.is_none() || row.limits != known.limits || given.limits == known.limits {
            return;
        }
        work.intake.problems.push(Problem {
            level: Level::Note,
            place: place.clone(),
            what: format!("{what}, limits"),
            mismatch: Mismatch::new("limits in another unit", "limits in the unit of the print"),
        });
    }
}

impl Work<'_> {
    /// Tell of a changed measurement: the value in force, and what else differs.
    fn changed_measurement(
        &mut self,
        what: &str,
        place: &Place,
        known: &Measurement,
        now: &Measurement,
    ) {
        let image = |of: &Measurement| {
            let source = match known.in_force() == now.in_force() {
                true => of.source.as_ref().map(image_of),
                false => None,
            };
            serde_json::json!({
                "value": of.in_force().text(), "limits": of.limits.as_ref().map(image_of),
                "source": source, "doubted": of.is_doubted().then_some("yes"),
            })
        };
        self.changed(Kind::Measurement, what, place, &image(known), &image(now));
    }

    /// Ask whoever watches whether to go on.
    pub(super) fn go_on(&mut self) -> Result<(), StoreError> {
        let goes_on = self.manner.watch.as_mut().is_none_or(|watch| watch(self.done));
        if goes_on { Ok(()) } else { Err(StoreError::Stopped) }
    }
}
