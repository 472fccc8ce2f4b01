//! How a program waits for another that holds the file.
//!
//! SQLite's own waiting asks less often the longer it waits, up to every 100 ms: whoever has just
//! come asks most often, so with several writers one may wait for as long as new ones come. Here
//! everybody asks equally often, whenever they came, and at odd moments, so that nobody keeps step
//! with somebody else (2026-11; `tests/fire/writers.rs` measures the longest wait).

use rusqlite::Connection;
use std::time::{Duration, Instant};

/// Nobody asks more often than this; a commit takes a few milliseconds on a good disk.
const SHORTEST: Duration = Duration::from_micros(500);

/// Nobody asks less often: what is slower than this is the disk, not the asking.
const LONGEST: Duration = Duration::from_millis(8);

/// Wait for as long as `patience` whenever another program holds the file, each time anew.
pub(super) fn wait_on(
    connection: &mut Connection,
    patience: Duration,
) -> Result<(), rusqlite::Error> {
    let mut since = Instant::now();
    let mut dice = seed();
    connection.busy_handler(Some(move |times| {
        if times == 0 {
            since = Instant::now();
        }
        let left = patience.saturating_sub(since.elapsed());
        if left.is_zero() {
            return false;
        }
        std::thread::sleep(pause(&mut dice).min(left));
        true
    }))
}

/// Differs from process to process; how evenly does not matter.
fn seed() -> u64 {
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let nanoseconds = clock.map_or(0, |since| u64::from(since.subsec_nanos()));
    nanoseconds ^ (u64::from(std::process::id()) << 32) | 1
}

/// The next pause, anywhere between the shortest and the longest (Marsaglia's xorshift64).
fn pause(dice: &mut u64) -> Duration {
    *dice ^= *dice << 13;
    *dice ^= *dice >> 7;
    *dice ^= *dice << 17;
    let span = (LONGEST - SHORTEST).as_micros() as u64;
    SHORTEST + Duration::from_micros(*dice % span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_stay_in_their_bounds_and_differ() {
        let mut dice = seed();
        let pauses: Vec<_> = (0..1000).map(|_| pause(&mut dice)).collect();
        assert!(pauses.iter().all(|pause| (SHORTEST..LONGEST).contains(pause)));
        let mean = pauses.iter().sum::<Duration>() / 1000;
        assert!((Duration::from_millis(3)..Duration::from_millis(6)).contains(&mean), "{mean:?}");
    }

    #[test]
    fn who_has_no_patience_does_not_wait_and_who_has_some_waits_that_long() {
        let folder = tempfile::tempdir().unwrap();
        let holder = Connection::open(folder.path().join("a.db")).unwrap();
        holder.execute_batch("CREATE TABLE a (b); BEGIN EXCLUSIVE").unwrap();
        for patience in [Duration::ZERO, Duration::from_millis(200)] {
            let mut other = Connection::open(folder.path().join("a.db")).unwrap();
            wait_on(&mut other, patience).unwrap();
            let begun = Instant::now();
            let error = other.execute_batch("BEGIN IMMEDIATE").unwrap_err();
            assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy));
            assert!(begun.elapsed() >= patience, "{:?}", begun.elapsed());
            assert!(begun.elapsed() < patience + Duration::from_secs(5));
        }
    }
}
