//! Words on a screen: what of a text may be shown, how wide it is, where a line may end.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Display columns below which words are not squeezed to keep a table whole.
pub(super) const NARROWEST: usize = 12;

/// Display columns that words get in a table that has to be broken anyway.
pub(super) const COMFORTABLE: usize = 24;

/// Only a word wider than this is cut: comfy-table counts display columns in 16 bits.
pub(super) const WIDEST: usize = 20_000;

/// Holds two words together where a line might end; printed as a blank.
pub(super) const GLUE: char = '\u{a0}';

/// Shows a text that may hold anything: a line break or tab becomes a blank, and whatever could
/// drive a terminal or turn the reading direction becomes U+FFFD.
pub(super) fn visible(text: &str) -> String {
    text.replace("\r\n", " ").chars().map(visible_char).collect()
}

fn visible_char(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

/// Display columns a text takes: two for a CJK character, none for a combining mark.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// The least width that holds every word of a text, but not less than `floor` unless the text is
/// shorter.
pub(super) fn least_width(text: &str, hang: usize, floor: usize) -> usize {
    let indent = indent(text);
    let longest = tokens(text)
        .iter()
        .enumerate()
        .map(|(at, token)| indent + if at == 0 { 0 } else { hang } + width(token.text))
        .max();
    longest.unwrap_or(0).max(width(text).min(floor)).min(width(text))
}

/// Breaks a text into lines, between words or beside CJK characters, never within a number or a
/// word: what is wider than `limit` alone stands out. Lines after the first hang by `hang`.
pub(super) fn wrap(text: &str, limit: usize, hang: usize) -> Vec<String> {
    if width(text) <= limit {
        return vec![text.replace(GLUE, " ")];
    }
    let indent = indent(text);
    let mut lines = Vec::new();
    let mut line = " ".repeat(indent);
    let mut fresh = true;
    for token in tokens(text) {
        for piece in cut(token.text) {
            let gap = if fresh { 0 } else { token.gap };
            if !fresh && width(&line) + gap + width(piece) > limit {
                lines.push(std::mem::replace(&mut line, " ".repeat(indent + hang)));
            } else {
                line.extend(std::iter::repeat_n(' ', gap));
            }
            line.push_str(piece);
            fresh = false;
        }
    }
    lines.push(line);
    lines.iter().map(|line| line.replace(GLUE, " ")).collect()
}

/// Words that may not be broken, with the blanks in front of each.
struct Token<'a> {
    gap: usize,
    text: &'a str,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut gap = 0;
    for word in text.trim_matches(' ').split(' ') {
        let mut start = 0;
        let mut before: Option<char> = None;
        for (at, c) in word.char_indices() {
            if before.is_some_and(|before| may_break(before, c)) {
                tokens.push(Token { gap, text: &word[start..at] });
                (start, gap) = (at, 0);
            }
            before = Some(c);
        }
        if !word.is_empty() {
            tokens.push(Token { gap, text: &word[start..] });
            gap = 0;
        }
        gap += 1;
    }
    tokens
}

/// Chinese and Japanese have no blanks: a line may end at any character, but not before closing
/// and after opening punctuation.
fn may_break(before: char, after: char) -> bool {
    const CLOSING: &str = ",.;:!?%)]}…’”»，。、；：？！％）」』】》〉〕";
    const OPENING: &str = "([{‘“«（「『【《〈〔";
    let wide = |c: char| c.width() == Some(2);
    (wide(before) || wide(after))
        && after.width().is_some_and(|width| width > 0)
        && before != '\u{200d}'
        && !CLOSING.contains(after)
        && !OPENING.contains(before)
}

fn cut(word: &str) -> Vec<&str> {
    if width(word) <= WIDEST {
        return vec![word];
    }
    let starts = word.char_indices().step_by(WIDEST / 2).map(|(at, _)| at);
    let ends = starts.clone().skip(1).chain([word.len()]);
    starts.zip(ends).map(|(start, end)| &word[start..end]).collect()
}

fn indent(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_could_drive_a_terminal_is_shown_instead() {
        assert_eq!(visible("a\tb\r\nc\nd"), "a b c d");
        assert_eq!(visible("\u{1b}[31mred\u{7}\u{9b}"), "\u{fffd}[31mred\u{fffd}\u{fffd}");
        assert_eq!(visible("6.1\u{202e}8.1"), "6.1\u{fffd}8.1");
        assert_eq!(visible("黄某 é"), "黄某 é");
    }

    #[test]
    fn width_counts_display_columns() {
        assert_eq!((width("HbA1c"), width("血糖"), width("e\u{301}")), (5, 4, 1));
    }

    #[test]
    fn lines_end_between_words_and_hang() {
        assert_eq!(wrap("mean of the six pairs", 11, 2), ["mean of the", "  six pairs"]);
        assert_eq!(wrap("  two in", 7, 2), ["  two", "    in"]);
        assert_eq!(wrap("a  b", 4, 0), ["a  b"]);
        assert_eq!(wrap("", 4, 0), [""]);
        assert_eq!(wrap("    ", 2, 0), ["    "]);
    }

    #[test]
    fn a_word_or_number_is_never_cut() {
        assert_eq!(wrap("see 10.1234/abcdef end", 8, 0), ["see", "10.1234/abcdef", "end"]);
        assert_eq!(wrap("six pairs\u{a0}[a]", 10, 0), ["six", "pairs [a]"]);
    }

    #[test]
    fn chinese_breaks_anywhere_but_not_before_a_full_stop() {
        assert_eq!(wrap("空腹血糖下降。", 8, 0), ["空腹血糖", "下降。"]);
        assert_eq!(wrap("血糖下降。", 8, 0), ["血糖下", "降。"]);
        assert_eq!(least_width("空腹血糖下降明显", 0, NARROWEST), 12);
    }

    #[test]
    fn the_least_width_holds_the_longest_word_and_short_texts_whole() {
        assert_eq!(least_width("Median (Q1, Q3)", 0, NARROWEST), 12);
        assert_eq!(least_width("Missing", 0, NARROWEST), 7);
        assert_eq!(least_width("non-alcoholic steatohepatitis", 2, NARROWEST), 17);
        assert_eq!(least_width("", 0, NARROWEST), 0);
    }

    #[test]
    fn an_endless_word_is_cut_before_it_overflows_16_bits() {
        let lines = wrap(&"x".repeat(70_000), WIDEST, 0);
        assert_eq!(
            lines.iter().map(String::len).collect::<Vec<_>>(),
            [20_000, 20_000, 20_000, 10_000]
        );
    }

    proptest! {
        #[test]
        fn wrapping_loses_nothing_and_keeps_to_a_width_that_is_possible(
            text in "[a-z0-9.,()血糖é ]{0,60}", extra in 0usize..9, hang in 0usize..3,
        ) {
            let limit = least_width(&text, hang, 0) + extra;
            let lines = wrap(&text, limit, hang);
            let kept = |text: &str| text.replace(' ', "");
            prop_assert_eq!(kept(&lines.concat()), kept(&text));
            prop_assert!(text.trim().is_empty() || lines.iter().all(|line| width(line) <= limit), "{:?} in {}", lines, limit);
        }
    }
}
