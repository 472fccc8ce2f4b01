//! While many records are taken in: how far it is, for a person at a terminal, and an end on Ctrl-C.
//!
//! Ctrl-C is only noted, and asked about between two patients (2026-11): the transaction is rolled back
//! as after any refusal, no journal stays, and the person is told that nothing was changed. The crate
//! `ctrlc` does it the same way on every system, and without unsafe code here. Before anything is
//! written it ends the program at once; from the commit on, what was asked for is done.

use super::session::Session;
use crate::domain::Records;
use crate::error::{Exit, counted};
use crate::store::size_of_patient;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

/// Nothing is written yet.
const READING: u8 = 0;
/// Records are being taken in.
const TAKING: u8 = 1;
/// It is to end.
const STOPPING: u8 = 2;
/// What was asked for is being done, and can't be stopped.
const COMMITTING: u8 = 3;
/// It is done, or was refused.
const DONE: u8 = 4;

static STAGE: AtomicU8 = AtomicU8::new(READING);

/// Listen for Ctrl-C from now on.
pub(super) fn listen() {
    let stop = || {
        let asked = STAGE.compare_exchange(TAKING, STOPPING, Ordering::SeqCst, Ordering::SeqCst);
        match asked {
            Err(READING) => {
                anstream::eprintln!("error: stopped by Ctrl-C. Nothing was changed.");
                std::process::exit(Exit::Stopped as i32);
            }
            Err(DONE) => std::process::exit(Exit::Stopped as i32),
            _ => {}
        }
    };
    // Where nobody can listen, Ctrl-C ends the program as it always does: the file is put back when
    // it is opened next.
    let _ = ctrlc::set_handler(stop);
}

/// How far the taking in is.
pub(super) struct Watching {
    total: usize,
    begun: Instant,
    told: Option<Instant>,
    tells: bool,
}

/// What takes no longer than this needs no telling.
const PATIENCE: Duration = Duration::from_secs(1);

/// So often is it told anew.
const PACE: Duration = Duration::from_millis(200);

impl Watching {
    pub fn new(session: &Session, records: &Records, tells: bool) -> Watching {
        let total = records.patients.iter().map(size_of_patient).sum();
        let tells = tells && session.tells_progress();
        Watching { total, begun: Instant::now(), told: None, tells }
    }

    /// True unless it is to end; tells how far it is.
    pub fn goes_on(&mut self, done: usize) -> bool {
        let _ = STAGE.compare_exchange(READING, TAKING, Ordering::SeqCst, Ordering::SeqCst);
        let is_due = |told: Option<Instant>| told.is_none_or(|told| told.elapsed() >= PACE);
        if self.tells && self.begun.elapsed() > PATIENCE && is_due(self.told) {
            anstream::eprint!("\r\x1b[K{}", line(done, self.total, self.begun.elapsed()));
            self.told = Some(Instant::now());
        }
        STAGE.load(Ordering::SeqCst) != STOPPING
    }

    /// True unless it is to end; from now on it is not.
    pub fn commits(&mut self) -> bool {
        STAGE.swap(COMMITTING, Ordering::SeqCst) != STOPPING
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        STAGE.store(DONE, Ordering::SeqCst);
        if self.told.is_some() {
            anstream::eprint!("\r\x1b[K");
        }
    }
}

/// How far it is, how fast, and how long it will take.
fn line(done: usize, total: usize, time: Duration) -> String {
    let of_all = format!("{} of {} records", counted(done), counted(total));
    let milliseconds = usize::try_from(time.as_millis()).unwrap_or(usize::MAX).max(1);
    let rate = done.saturating_mul(1000) / milliseconds;
    if rate == 0 {
        return of_all;
    }
    let left = total.saturating_sub(done).div_ceil(rate);
    let left = if left < 120 { format!("{left} s") } else { format!("{} min", left.div_ceil(60)) };
    format!("{of_all}, {} a second, about {left} left", counted(rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_how_fast_and_how_long() {
        let at = |done, total, seconds| line(done, total, Duration::from_secs(seconds));
        assert_eq!(at(0, 1000, 2), "0 of 1,000 records");
        assert_eq!(
            at(50_000, 200_000, 2),
            "50,000 of 200,000 records, 25,000 a second, about 6 s left"
        );
        assert_eq!(at(100, 100_000, 1), "100 of 100,000 records, 100 a second, about 17 min left");
    }
}
