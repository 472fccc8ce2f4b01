//! A condition that patients meet or not: an SQL expression over the columns of a patient.
//!
//! What it says is left to SQLite; here its words are told apart, so that a name that is no column is
//! pointed at, and nothing but an expression comes through: no query, no second statement.

use super::Mismatch;
use super::mismatch::words;

words! {
    /// A function that a condition may call: each gives one value of its arguments and nothing else.
    ConditionFunction as "a function" {
        /// Without its sign.
        Abs = "abs",
        /// The first that is known.
        Coalesce = "coalesce",
        /// The same of two.
        Ifnull = "ifnull",
        /// Where a text stands in another, counted from 1; 0 if it does not.
        Instr = "instr",
        /// How many characters.
        Length = "length",
        /// True if a text has a pattern.
        Like = "like",
        /// In small letters.
        Lower = "lower",
        /// Unknown where two are equal.
        Nullif = "nullif",
        /// To so many decimals.
        Round = "round",
        /// In capital letters.
        Upper = "upper",
    }
}

/// Words of SQL that an expression is made with.
const KEYWORDS: [&str; 18] = [
    "and", "between", "case", "else", "end", "escape", "false", "in", "is", "isnull", "like",
    "not", "notnull", "null", "or", "then", "true", "when",
];

/// Words of SQL that an expression does without.
const QUERIES: [&str; 14] = [
    "select", "from", "where", "union", "join", "with", "exists", "insert", "update", "delete",
    "drop", "attach", "pragma", "group",
];

/// A part of a condition that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misplaced {
    /// Where it begins, in bytes.
    pub at: usize,
    /// What it is, and what would do.
    pub mismatch: Mismatch,
}

/// The name of a column in a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnName {
    /// Where it begins, in bytes.
    pub at: usize,
    /// In small letters.
    pub name: String,
    /// True if it stands where only true or false can: behind AND, before OR.
    pub is_truth: bool,
}

/// An SQL expression whose words are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// As it was written, on one line.
    pub text: String,
    /// The columns it names, in its order.
    pub columns: Vec<ColumnName>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Quoted(&'a str),
    Text,
    Number(&'a str),
    Sign(char),
}

impl Condition {
    /// Tell the words of a condition apart.
    ///
    /// # Errors
    /// Points at what belongs into no condition: a query, a second statement, an unknown function.
    pub fn parse(text: &str) -> Result<Condition, Misplaced> {
        let text: String = text.trim().split(['\n', '\r', '\t']).collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            let mismatch = Mismatch::new("", "a condition such as sex = 'female' and age >= 40");
            return Err(Misplaced { at: 0, mismatch });
        }
        let tokens = tokens_of(&text)?;
        let mut columns = Vec::new();
        let mut open = Vec::new();
        for (place, &(at, token)) in tokens.iter().enumerate() {
            let before = place.checked_sub(1).map(|place| tokens[place].1);
            let after = tokens.get(place + 1).map(|(_, token)| *token);
            match token {
                Token::Sign('(') => open.push(at),
                Token::Sign(')') if open.pop().is_none() => {
                    let mismatch = Mismatch::new(")", "a parenthesis that was opened before");
                    return Err(Misplaced { at, mismatch });
                }
                Token::Sign(',') if open.is_empty() => {
                    let mismatch = Mismatch::new(",", "a decimal with a full stop, such as 7.1");
                    return Err(Misplaced { at, mismatch });
                }
                Token::Word(word) => {
                    let is_call = after == Some(Token::Sign('('));
                    if is_column(word, is_call).map_err(|mismatch| Misplaced { at, mismatch })? {
                        let is_truth = stands_for_truth(before, after);
                        columns.push(ColumnName { at, name: word.to_lowercase(), is_truth });
                    }
                }
                Token::Quoted(name) => {
                    let is_truth = stands_for_truth(before, after);
                    columns.push(ColumnName { at, name: name.to_lowercase(), is_truth });
                }
                _ => {}
            }
        }
        if let Some(at) = open.pop() {
            let mismatch = Mismatch::new("(", "a parenthesis that is closed again");
            return Err(Misplaced { at, mismatch });
        }
        Ok(Condition { text, columns })
    }
}

/// True if a word names a column, false if it is one of SQL's own.
fn is_column(word: &str, is_call: bool) -> Result<bool, Mismatch> {
    let plain = word.to_lowercase();
    if QUERIES.contains(&plain.as_str()) {
        return Err(Mismatch::new(word, "a condition on one patient, such as age >= 40")
            .mend("queries are for `casebook sql`"));
    }
    if KEYWORDS.contains(&plain.as_str()) {
        return Ok(false);
    }
    if is_call {
        return ConditionFunction::parse(word).map(|_| false);
    }
    Ok(true)
}

/// True if what stands between these two can only be true or false.
fn stands_for_truth(before: Option<Token<'_>>, after: Option<Token<'_>>) -> bool {
    let joins = |token: Token<'_>, words: &[&str]| match token {
        Token::Word(word) => words.contains(&word.to_lowercase().as_str()),
        _ => false,
    };
    before.is_none_or(|token| joins(token, &["not", "and", "or", "when"]))
        && after.is_none_or(|token| {
            token == Token::Sign(')') || joins(token, &["and", "or", "then", "end"])
        })
}

fn tokens_of(text: &str) -> Result<Vec<(usize, Token<'_>)>, Misplaced> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let misplaced = |mismatch| Misplaced { at, mismatch };
        let length = match first {
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '\'' | '"' => quoted(rest, first).map_err(misplaced)?,
            c if c.is_ascii_digit() => {
                let is_part = |c: char| c.is_ascii_alphanumeric() || c == '.';
                rest.find(|c| !is_part(c)).unwrap_or(rest.len())
            }
            c if c.is_alphabetic() || c == '_' => {
                let is_part = |c: char| c.is_alphanumeric() || c == '_';
                rest.find(|c| !is_part(c)).unwrap_or(rest.len())
            }
            c => {
                if let Some(mismatch) = no_sign(c, rest) {
                    return Err(misplaced(mismatch));
                }
                c.len_utf8()
            }
        };
        let part = &rest[..length];
        tokens.push((
            at,
            match first {
                '\'' => Token::Text,
                '"' => Token::Quoted(part[1..length - 1].trim()),
                c if c.is_ascii_digit() => Token::Number(part),
                c if c.is_alphabetic() || c == '_' => Token::Word(part),
                c => Token::Sign(c),
            },
        ));
        at += length;
    }
    Ok(tokens)
}

/// How long a text in quotes is, with them; a doubled quote is one of its characters.
fn quoted(rest: &str, quote: char) -> Result<usize, Mismatch> {
    let mut at = 1;
    while let Some(found) = rest[at..].find(quote) {
        at += found + 1;
        if !rest[at..].starts_with(quote) {
            return Ok(at);
        }
        at += 1;
    }
    Err(Mismatch::new(rest, format!("a second {quote} that ends the text")))
}

/// Why a sign belongs into no condition.
fn no_sign(sign: char, rest: &str) -> Option<Mismatch> {
    let found = sign.to_string();
    if rest.starts_with("--") || rest.starts_with("/*") {
        return Some(Mismatch::new(&rest[..2], "a condition without comments"));
    }
    let expected = match sign {
        '(' | ')' | ',' | '=' | '<' | '>' | '!' | '+' | '-' | '*' | '/' | '%' | '|' | '.' => {
            return None;
        }
        '≥' => ">=",
        '≤' => "<=",
        '≠' => "<>",
        '−' | '–' => "the sign -",
        '‘' | '’' | '“' | '”' | '`' => "straight quotes, as in sex = 'female'",
        ';' => "one condition and nothing behind it",
        _ => "a condition such as sex = 'female' and age >= 40",
    };
    Some(Mismatch::new(found, expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(text: &str) -> Vec<String> {
        let condition = Condition::parse(text).expect(text);
        condition.columns.into_iter().map(|column| column.name).collect()
    }

    fn refused(text: &str) -> (usize, String) {
        let misplaced = Condition::parse(text).expect_err(text);
        (misplaced.at, misplaced.mismatch.found)
    }

    #[test]
    fn columns_are_told_from_words_functions_and_texts() {
        let text = "Sex = 'it''s and age' AND abs(HbA1c_change_W12) between 1e1 and 2.5 or \"arm\" IN ('a')";
        assert_eq!(columns(text), ["sex", "hba1c_change_w12", "arm"]);
        assert_eq!(columns("not 肝 is null"), ["肝"]);
        assert_eq!(columns("case when age > 1 then true else false end"), ["age"]);
    }

    #[test]
    fn a_column_alone_between_connectives_is_asked_for_its_truth() {
        let truths = |text: &str| -> Vec<bool> {
            Condition::parse(text).expect(text).columns.iter().map(|one| one.is_truth).collect()
        };
        assert_eq!(truths("smoking"), [true]);
        assert_eq!(truths("not smoking and sex = 'male'"), [true, false]);
        assert_eq!(truths("sex = arm or lower(arm) = 'x'"), [false, false, false]);
    }

    #[test]
    fn what_is_no_condition_is_pointed_at() {
        assert_eq!(refused("age > 1; drop table patient"), (7, ";".to_owned()));
        assert_eq!(refused("age in (SELECT 1)"), (8, "SELECT".to_owned()));
        assert_eq!(refused("age > 1 -- really"), (8, "--".to_owned()));
        assert_eq!(refused("1) from patient where (1"), (1, ")".to_owned()));
        assert_eq!(refused("(age > 1"), (0, "(".to_owned()));
        assert_eq!(refused("random() > 0"), (0, "random".to_owned()));
        assert_eq!(refused("hba1c_w12 < 7,1"), (13, ",".to_owned()));
        assert_eq!(refused("age ≥ 40"), (4, "≥".to_owned()));
        assert_eq!(refused("sex = ‘female’"), (6, "‘".to_owned()));
        assert_eq!(refused("sex = 'female"), (6, "'female".to_owned()));
        assert_eq!(refused("age > ?1"), (6, "?".to_owned()));
        assert_eq!(refused("  "), (0, String::new()));
    }
}
