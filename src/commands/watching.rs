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
use std::ops::Range;
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
    /// The records of the piece that is being taken in, counted from the first of all.
    piece: Range<usize>,
    /// The part of all files that it is, from 0 to 1.
    part: Range<f64>,
    begun: Instant,
    told: Option<Instant>,
    tells: bool,
}

/// What takes no longer than this needs no telling.
const PATIENCE: Duration = Duration::from_secs(1);

/// So often is it told anew.
const PACE: Duration = Duration::from_millis(200);

impl Watching {
    pub fn new(session: &Session, tells: bool) -> Watching {
        let tells = tells && session.tells_progress();
        Watching { piece: 0..0, part: 0.0..0.0, begun: Instant::now(), told: None, tells }
    }

    /// The next piece comes, with which so much of all files is read. From the first on, the program only
    /// ends where everything can be put back.
    pub fn begins(&mut self, records: &Records, upto: f64) {
        let _ = STAGE.compare_exchange(READING, TAKING, Ordering::SeqCst, Ordering::SeqCst);
        let size: usize = records.patients.iter().map(size_of_patient).sum();
        self.piece = self.piece.end..self.piece.end + size;
        self.part = self.part.end..upto;
    }

    /// How much of all files is taken in, once so many records are.
    fn share(&self, done: usize) -> f64 {
        let of_piece =
            done.saturating_sub(self.piece.start) as f64 / self.piece.len().max(1) as f64;
        self.part.start + of_piece.min(1.0) * (self.part.end - self.part.start)
    }

    /// True unless it is to end; tells how far it is.
    pub fn goes_on(&mut self, done: usize) -> bool {
        let is_due = |told: Option<Instant>| told.is_none_or(|told| told.elapsed() >= PACE);
        if self.tells && self.begun.elapsed() > PATIENCE && is_due(self.told) {
            anstream::eprint!("\r\x1b[K{}", line(done, self.share(done), self.begun.elapsed()));
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
fn line(done: usize, share: f64, time: Duration) -> String {
    let milliseconds = usize::try_from(time.as_millis()).unwrap_or(usize::MAX).max(1);
    let rate = done.saturating_mul(1000) / milliseconds;
    let of_all = format!("{} records, {:.0} %", counted(done), (share * 100.0).floor());
    if rate == 0 || share <= 0.0 {
        return of_all;
    }
    let left = (time.as_secs_f64() * (1.0 - share) / share).ceil() as u64;
    let left = if left < 120 { format!("{left} s") } else { format!("{} min", left.div_ceil(60)) };
    format!("{of_all}, {} a second, about {left} left", counted(rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_how_fast_and_how_long() {
        let at = |done, share, seconds| line(done, share, Duration::from_secs(seconds));
        assert_eq!(at(0, 0.0, 2), "0 records, 0 %");
        assert_eq!(at(50_000, 0.25, 2), "50,000 records, 25 %, 25,000 a second, about 6 s left");
        assert_eq!(at(100, 0.0019, 2), "100 records, 0 %, 50 a second, about 18 min left");
    }

    #[test]
    fn the_share_follows_the_records_of_a_piece() {
        let mut watching = Watching {
            piece: 0..0,
            part: 0.0..0.0,
            begun: Instant::now(),
            told: None,
            tells: false,
        };
        let people = |count: usize| {
            let one = |at| {
                crate::domain::PatientRecords::of(crate::domain::Placed {
                    place: crate::domain::Place::CommandLine,
                    record: format!("a/{at}"),
                })
            };
            Records { patients: (0..count).map(one).collect(), ..Records::default() }
        };
        watching.begins(&people(4), 0.5);
        assert_eq!([0, 2, 4].map(|done| watching.share(done)), [0.0, 0.25, 0.5]);
        watching.begins(&people(2), 1.0);
        assert_eq!([4, 5, 6].map(|done| watching.share(done)), [0.5, 0.75, 1.0]);
    }
}
