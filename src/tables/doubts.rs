//! The page of `check`: what is doubted, by level, and what each rule did.

use super::list::{list_grid, list_records, text};
use super::page::{Block, Cell, Column, Grid, Page, Row, Value};
use crate::analysis::check::{Doubt, Outcome};
use crate::domain::Level;

/// A doubt with who answered it and why, if anybody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredDoubt {
    /// The doubt.
    pub doubt: Doubt,
    /// Who answered, and why.
    pub answer: Option<(String, String)>,
}

/// What a check has to show.
#[derive(Debug, Clone)]
pub struct DoubtsShown {
    /// What is doubted, errors first.
    pub doubts: Vec<AnsweredDoubt>,
    /// What each rule did.
    pub outcomes: Vec<Outcome>,
    /// True if what was answered is shown too.
    pub with_answered: bool,
    /// Answers to nothing that is asked now.
    pub outdated: usize,
}

const COLUMNS: [(&str, &str); 10] = [
    ("id", "ID"),
    ("level", ""),
    ("rule", "Rule"),
    ("report", ""),
    ("patient", ""),
    ("place", "Where"),
    ("evidence", "What was found"),
    ("mend", ""),
    ("answered_by", "Answered by"),
    ("reason", "Why"),
];

const RULE_COLUMNS: [(&str, &str); 7] = [
    ("rule", "Rule"),
    ("level", "Level"),
    ("outcome", "Outcome"),
    ("looked_at", "Looked at"),
    ("open", ""),
    ("answered", ""),
    ("skipped", ""),
];

/// Lay out what a check found.
pub fn lay_out_check(shown: &DoubtsShown) -> Page {
    let open = |level: Level| {
        let of_level = |one: &&AnsweredDoubt| one.doubt.rule.level == level && one.answer.is_none();
        shown.doubts.iter().filter(of_level).count()
    };
    let answered = shown.doubts.iter().filter(|one| one.answer.is_some()).count();
    let counts = [
        (open(Level::Error), "error", "errors"),
        (open(Level::Question), "open question", "open questions"),
        (open(Level::Note), "note", "notes"),
        (if shown.with_answered { answered } else { 0 }, "answered", "answered"),
    ];
    let mut page = Page::new(title(&counts));
    let is_shown = |one: &&AnsweredDoubt| shown.with_answered || one.answer.is_none();
    let told: Vec<&AnsweredDoubt> = shown.doubts.iter().filter(is_shown).collect();
    if !told.is_empty() {
        let grid = doubts_grid(&mut page, &told, shown.with_answered);
        page.blocks.push(Block::Grid(grid));
    }
    page.records.push(list_records("doubts", &COLUMNS, told.iter().map(|one| row(one)).collect()));
    let rows: Vec<_> = shown.outcomes.iter().map(|outcome| outcome_row(outcome, shown)).collect();
    page.blocks.push(Block::Grid(list_grid(Some("Rules"), &RULE_COLUMNS, &rows)));
    page.records.push(list_records("rules", &RULE_COLUMNS, rows));
    notes(&mut page, shown);
    page
}

fn title(counts: &[(usize, &str, &str)]) -> String {
    let word = |(count, one, many): &(usize, &str, &str)| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    };
    let words: Vec<_> = counts.iter().filter_map(word).collect();
    match words.split_last() {
        None => "Nothing to ask".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

fn row(one: &AnsweredDoubt) -> Vec<Value> {
    let AnsweredDoubt { doubt, answer } = one;
    let (by, why) = answer.clone().unzip();
    vec![
        doubt.id.as_str().into(),
        doubt.rule.level.as_str().into(),
        doubt.rule.name.into(),
        doubt.report.clone().into(),
        doubt.patient.clone().into(),
        doubt.place.as_str().into(),
        doubt.evidence.as_str().into(),
        doubt.rule.mend.into(),
        by.into(),
        why.into(),
    ]
}

/// The doubts under the headings of their levels; what to do about them stands once below.
fn doubts_grid(page: &mut Page, told: &[&AnsweredDoubt], with_answered: bool) -> Grid {
    let is_answer = |name: &str| matches!(name, "answered_by" | "reason");
    let visible: Vec<usize> = (0..COLUMNS.len())
        .filter(|&at| !COLUMNS[at].1.is_empty())
        .filter(|&at| with_answered || !is_answer(COLUMNS[at].0))
        .collect();
    let column = |&at: &usize| match COLUMNS[at] {
        ("id", heading) => Column::stub(heading),
        (_, heading) => Column::words(heading),
    };
    let mut grid = Grid { columns: visible.iter().map(column).collect(), ..Grid::default() };
    let mut level = None;
    for one in told {
        let rule = one.doubt.rule;
        if level != Some(rule.level) {
            level = Some(rule.level);
            grid.rows.push(Row::Section(heading_of(rule.level).to_owned()));
        }
        let mark = page.footnote(&sentence(rule.mend));
        let values = row(one);
        let cell = |&at: &usize| {
            let is_answered = one.answer.is_some();
            let shown = if is_answer(COLUMNS[at].0) && !is_answered {
                String::new()
            } else {
                text(&values[at])
            };
            let cell = Cell::new(shown);
            if COLUMNS[at].0 == "rule" { cell.marked(mark) } else { cell }
        };
        grid.rows.push(Row::Cells(visible.iter().map(cell).collect()));
    }
    grid
}

/// A text as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn heading_of(level: Level) -> &'static str {
    match level {
        Level::Error => "Errors",
        Level::Question => "Questions",
        Level::Note => "Notes",
    }
}

fn outcome_row(outcome: &Outcome, shown: &DoubtsShown) -> Vec<Value> {
    let of_rule = shown.doubts.iter().filter(|one| one.doubt.rule == outcome.rule);
    let answered = of_rule.clone().filter(|one| one.answer.is_some()).count();
    let open = of_rule.count() - answered;
    let words = match (outcome.skipped, open, answered) {
        (Some(why), ..) => format!("skipped: {why}"),
        (None, 0, 0) => "passed".to_owned(),
        (None, 0, answered) => format!("passed, {answered} answered"),
        (None, open, 0) => format!("{open} found"),
        (None, open, answered) => format!("{open} found, {answered} answered"),
    };
    vec![
        outcome.rule.name.into(),
        outcome.rule.level.as_str().into(),
        words.into(),
        outcome.looked.into(),
        open.into(),
        answered.into(),
        outcome.skipped.into(),
    ]
}

fn notes(page: &mut Page, shown: &DoubtsShown) {
    let answered = shown.doubts.iter().filter(|one| one.answer.is_some()).count();
    if answered > 0 && !shown.with_answered {
        let were = if answered == 1 { "1 was" } else { &format!("{answered} were") };
        page.note(format!("{were} answered and not shown: add --answered."));
    }
    match shown.outdated {
        0 => {}
        1 => page.note("1 answer counts no more: a value it was about has changed."),
        many => {
            page.note(format!("{many} answers count no more: a value each was about has changed."))
        }
    }
}
