//! Many problems of one cause in one block: what is wrong, how often, the first places and how to
//! mend it.

use super::{describe, shortened};
use crate::domain::{Level, Place, Problem};
use std::collections::HashMap;
use std::fmt::Write as _;

/// So many blocks are told at once; the heading counts all problems.
pub const MOST_TOLD: usize = 50;

/// So many problems of one cause are told each by itself; of more, the first ones.
pub const MOST_ALONE: usize = 3;

/// Problems of one cause, in their order.
pub type Group<'a> = Vec<&'a Problem>;

/// Sort problems by their file, and by their place in it.
pub fn in_order(problems: &mut [Problem]) {
    fn file(place: &Place) -> &str {
        match place {
            Place::CommandLine => "",
            Place::File { file } | Place::Line { file, .. } => file,
            Place::Cell { file, .. } => file,
        }
    }
    problems.sort_by(|a, b| (file(&a.place), &a.place).cmp(&(file(&b.place), &b.place)));
}

/// Problems grouped by cause: the same level, field or column, expectation and remedy, whatever
/// numbers and quoted texts stand in them. Groups stand where their first problem does.
pub fn grouped(problems: &[Problem]) -> Vec<Group<'_>> {
    let mut at: HashMap<(Level, String, String, String), usize> = HashMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for problem in problems {
        let mend = problem.mismatch.mend.as_deref().map(without_values);
        let cause = (
            problem.level,
            field_of(problem).to_owned(),
            without_values(&problem.mismatch.expected),
            mend.unwrap_or_default(),
        );
        let group = *at.entry(cause).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(problem);
    }
    groups
}

/// The column, or the last part of what a problem is about: the field or the analyte.
pub fn field_of(problem: &Problem) -> &str {
    if let Place::Cell { column: Some(column), .. } = &problem.place {
        return column;
    }
    let what = problem.what.rsplit(", ").next().unwrap_or(&problem.what);
    // A record is told by its noun; its key or label says nothing of the cause.
    let noun = what.split(' ').next().unwrap_or(what);
    match noun {
        "patient" | "report" | "product" | "visit" | "infusion" => noun,
        _ => what,
    }
}

/// A text with each number as 0 and each quoted text empty; what is recorded differs each time.
fn without_values(text: &str) -> String {
    let text = match text.split_once("already: ") {
        Some((before, _)) => before,
        None => text,
    };
    let mut plain = String::with_capacity(text.len());
    let mut is_quoted = false;
    for c in text.chars() {
        match c {
            '"' => {
                is_quoted = !is_quoted;
                plain.push(c);
            }
            _ if is_quoted => {}
            c if c.is_ascii_digit() => {
                if !plain.ends_with('0') {
                    plain.push('0');
                }
            }
            c => plain.push(c),
        }
    }
    plain
}

/// Every problem for people: what comes once or a few times by itself, what comes often as one block,
/// and how many more there are.
pub(super) fn describe_all(problems: &[Problem]) -> String {
    let mut blocks: Vec<(usize, usize, String)> = Vec::new();
    // Where each problem stands, so that few problems stay in the order of the file.
    let order: HashMap<*const Problem, usize> =
        problems.iter().enumerate().map(|(at, one)| (std::ptr::from_ref(one), at)).collect();
    for group in grouped(problems) {
        let first = order[&std::ptr::from_ref(group[0])];
        if group.len() > MOST_ALONE {
            blocks.push((first, group.len(), describe_group(&group)));
            continue;
        }
        let one = |one: &&Problem| (order[&std::ptr::from_ref(*one)], 1, describe(one));
        blocks.extend(group.iter().map(one));
    }
    blocks.sort_by_key(|(first, ..)| *first);
    let mut text = String::new();
    for (_, _, block) in blocks.iter().take(MOST_TOLD) {
        let _ = write!(text, "\n{block}");
    }
    let more: usize = blocks.iter().skip(MOST_TOLD).map(|(_, count, _)| count).sum();
    if more > 0 {
        let more = counted(more);
        let _ = write!(text, "\nand {more} more; mend these first, then run it again");
    }
    let is_in_file = problems.iter().any(|problem| problem.place != Place::CommandLine);
    let is_whole = more == 0 && blocks.iter().all(|(_, count, _)| *count == 1);
    if is_in_file && !is_whole {
        text.push_str("\nAll of them, one a row: pass --problems FILE.csv");
    }
    text
}

/// One block for many problems of one cause.
fn describe_group(group: &[&Problem]) -> String {
    let first = group[0];
    let level = match first.level {
        Level::Error => "",
        Level::Question => "question, ",
        Level::Note => "note, ",
    };
    let mut text = format!("{level}{} times: {}", counted(group.len()), field_of(first));
    let same = |of: fn(&Problem) -> Option<&str>| group.iter().all(|one| of(one) == of(first));
    let expects_same = same(|one| Some(&one.mismatch.expected));
    for one in group.iter().take(MOST_ALONE) {
        let _ = write!(text, "\n  {}, {}", one.place, one.what);
        let found = shortened(&one.mismatch.found);
        if !found.is_empty() {
            let _ = write!(text, ": \"{found}\"");
        }
        if !expects_same {
            let mark = if found.is_empty() { ":" } else { "," };
            let _ = write!(text, "{mark} expected {}", one.mismatch.expected);
        }
    }
    let _ = write!(text, "\n  and {} more", counted(group.len() - MOST_ALONE));
    if expects_same {
        let _ = write!(text, "\n  expected  {}", first.mismatch.expected);
    }
    if let Some(mend) = &first.mismatch.mend {
        let example = if same(|one| one.mismatch.mend.as_deref()) { "" } else { "of the first: " };
        let _ = write!(text, "\n  to mend   {example}{mend}");
    }
    text
}

/// A count as people read it: 2,997.
pub fn counted(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Mismatch;

    fn problem(line: usize, what: &str, found: &str, expected: &str) -> Problem {
        Problem {
            level: Level::Error,
            place: Place::Line { file: "a.toml".to_owned(), line, column: 1 },
            what: what.to_owned(),
            mismatch: Mismatch::new(found, expected),
        }
    }

    #[test]
    fn three_thousand_of_one_cause_are_one_block_and_three_are_three() {
        let one =
            |line| problem(line, &format!("patient {line}, visit W4, HbA1c"), "7,1", "a number");
        let many: Vec<_> = (1..=3000).map(one).collect();
        let text = describe_all(&many);
        assert!(text.contains("3,000 times: HbA1c") && text.contains("and 2,997 more"), "{text}");
        assert_eq!(text.matches("a.toml, line").count(), 3);
        assert!(text.contains("--problems"));
        let few = describe_all(&many[..3]);
        assert_eq!(few.matches("expected").count(), 3);
        assert!(!few.contains("times") && !few.contains("--problems"), "{few}");
    }

    #[test]
    fn what_is_recorded_and_what_is_quoted_differs_within_one_cause() {
        let one = |line: usize| {
            let expected = format!("what is recorded already: {line}.5 %");
            problem(line, "HbA1c", &format!("{line}.1 %"), &expected)
        };
        let many: Vec<_> = (1..=9).map(one).collect();
        let text = describe_all(&many);
        assert!(text.contains("9 times"), "{text}");
        assert!(text.contains("\"2.1 %\", expected what is recorded already: 2.5 %"), "{text}");
    }

    #[test]
    fn another_level_field_or_expectation_is_another_cause() {
        let mut problems: Vec<_> =
            (1..=8).map(|line| problem(line, "age", "x", "a number")).collect();
        problems[1].level = Level::Question;
        problems[3].what = "height".to_owned();
        problems[5].mismatch.expected = "an age".to_owned();
        assert_eq!(grouped(&problems).iter().map(Vec::len).collect::<Vec<_>>(), [5, 1, 1, 1]);
    }

    #[test]
    fn problems_stand_by_file_and_place_whatever_the_place_is() {
        let cell =
            |file: &str, row| Place::Cell { file: file.into(), sheet: None, row, column: None };
        let mut problems: Vec<_> = (1..=4).map(|line| problem(line, "x", "x", "x")).collect();
        problems[0].place = cell("b.csv", 2);
        problems[1].place = cell("b.csv", 10);
        problems[2].place = Place::Line { file: "c.toml".to_owned(), line: 1, column: 1 };
        problems.push(problem(1, "x", "x", "x"));
        problems[4].place = Place::File { file: "b.csv".to_owned() };
        problems.reverse();
        in_order(&mut problems);
        let places: Vec<_> = problems.iter().map(|one| one.place.to_string()).collect();
        assert_eq!(
            places,
            [
                "a.toml, line 4, column 1",
                "b.csv",
                "b.csv, row 2",
                "b.csv, row 10",
                "c.toml, line 1, column 1"
            ]
        );
    }

    #[test]
    fn counts_are_read_in_thousands() {
        assert_eq!([7, 999, 1000, 1_234_567].map(counted), ["7", "999", "1,000", "1,234,567"]);
    }
}
