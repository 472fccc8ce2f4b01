//! Everything that is wrong with a file, as far as that helps to mend it: a file can be wrong in every one of
//! millions of values, and each may be megabytes long.

use crate::domain::{Level, Mismatch, Problem};

/// So many problems are kept. Tables of text stop at a third of it, and may find one more in each column
/// of their last row.
pub(super) const MOST_KEPT: usize = 30_000;

/// So much is kept of a text that is wrong, in characters.
const LONGEST: usize = 1_000;

/// Problems in the order they were found.
#[derive(Debug, Default)]
pub(super) struct Problems {
    kept: Vec<Problem>,
    /// The first that was not kept, and how many there are with it.
    more: Option<(Box<Problem>, usize)>,
}

impl Problems {
    /// Keep a problem, or count it where there are too many.
    pub fn push(&mut self, mut problem: Problem) {
        if let Some((_, more)) = &mut self.more {
            *more += 1;
            return;
        }
        let Mismatch { found, expected, mend } = &mut problem.mismatch;
        [found, expected, &mut problem.what].into_iter().chain(mend).for_each(shorten);
        match self.kept.len() < MOST_KEPT {
            true => self.kept.push(problem),
            false => self.more = Some((Box::new(problem), 1)),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.kept.len() + self.more.as_ref().map_or(0, |(_, more)| *more)
    }

    /// All that were kept, by their places, and how many more there are.
    pub fn in_order(mut self) -> Vec<Problem> {
        self.kept.sort_by(|a, b| a.place.cmp(&b.place));
        if let Some((first, more)) = self.more {
            let found = format!("{more} more problems");
            let mismatch = Mismatch::new(found, format!("at most {MOST_KEPT} in a file"))
                .mend("the first of them stands here; mend those above first");
            let what = "problems".to_owned();
            self.kept.push(Problem { level: Level::Error, place: first.place, what, mismatch });
        }
        self.kept
    }
}

fn shorten(text: &mut String) {
    if let Some((at, _)) = text.char_indices().nth(LONGEST) {
        *text = format!("{}…", &text[..at]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Place;

    fn problem(row: usize, found: &str) -> Problem {
        let place = Place::Cell { file: "t.csv".into(), sheet: None, row, column: None };
        let mismatch = Mismatch::new(found, "a number");
        Problem { level: Level::Error, place, what: "FPG".to_owned(), mismatch }
    }

    #[test]
    fn problems_without_end_are_counted_and_the_first_ones_kept() {
        let mut problems = Problems::default();
        (0..MOST_KEPT + 12).rev().for_each(|row| problems.push(problem(row, "x")));
        assert_eq!(problems.len(), MOST_KEPT + 12);
        let kept = problems.in_order();
        assert_eq!(kept.len(), MOST_KEPT + 1);
        assert_eq!(kept[0].place.to_string(), "t.csv, row 12");
        let last = &kept[MOST_KEPT];
        assert_eq!(last.place.to_string(), "t.csv, row 11");
        assert_eq!(last.mismatch.found, "12 more problems");
    }

    #[test]
    fn of_a_text_without_end_the_beginning_is_kept() {
        let mut problems = Problems::default();
        problems.push(problem(1, &"糖".repeat(1 << 20)));
        let found = &problems.in_order()[0].mismatch.found;
        assert_eq!((found.chars().count(), found.capacity() < 1 << 20), (LONGEST + 1, true));
    }
}
