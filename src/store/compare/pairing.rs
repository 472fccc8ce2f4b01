//! Which of one list belongs to which of another, for records without a key of their own.

use super::fields::{Fields, alike};

/// Pairs of places in `here` and `there`, best first: of the same name (term, drug, topic) with the
/// most equal fields; then of another name with at least half of their fields equal, as where the
/// name itself was mistyped. Each place is in one pair at most, in the order of `here`.
pub(super) fn pairs<T: Fields>(
    here: &[&T],
    there: &[&T],
    name: impl Fn(&T) -> String,
) -> Vec<(usize, usize)> {
    let plain = |record: &T| name(record).trim().to_lowercase();
    let mut candidates = Vec::new();
    for (at, one) in here.iter().enumerate() {
        for (other_at, other) in there.iter().enumerate() {
            let (same, all) = alike(*one, *other);
            let is_named_alike = plain(one) == plain(other);
            if is_named_alike || 2 * same >= all {
                candidates.push((!is_named_alike, all - same, at, other_at));
            }
        }
    }
    candidates.sort_unstable();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (.., at, other) in candidates {
        if !found.iter().any(|(known, known_other)| *known == at || *known_other == other) {
            found.push((at, other));
        }
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AdverseEvent, Day};

    fn event(term: &str, day: Option<i32>, grade: Option<u8>) -> AdverseEvent {
        AdverseEvent {
            term: term.to_owned(),
            onset_day: day.map(Day),
            grade,
            ..AdverseEvent::default()
        }
    }

    fn paired(here: &[AdverseEvent], there: &[AdverseEvent]) -> Vec<(usize, usize)> {
        let (here, there): (Vec<_>, Vec<_>) = (here.iter().collect(), there.iter().collect());
        pairs(&here, &there, |event| event.term.clone())
    }

    #[test]
    fn of_the_same_name_the_most_alike_belong_together() {
        let here = [event("fever", Some(0), Some(1)), event("fever", Some(30), Some(2))];
        let there = [event("Fever", Some(30), Some(1)), event("fever", Some(0), Some(1))];
        assert_eq!(paired(&here, &there), [(0, 1), (1, 0)]);
    }

    #[test]
    fn a_mistyped_name_is_found_by_the_rest_and_strangers_stay_apart() {
        let here = [event("fever", Some(0), Some(1)), event("headache", Some(3), None)];
        let there = [event("feaver", Some(0), Some(1)), event("rash", Some(9), Some(2))];
        assert_eq!(paired(&here, &there), [(0, 0)]);
    }

    #[test]
    fn nothing_is_paired_twice() {
        let one = event("fever", Some(0), None);
        assert_eq!(paired(std::slice::from_ref(&one), &[one.clone(), one.clone()]), [(0, 0)]);
    }
}
