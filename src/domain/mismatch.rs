//! What every parser in this program says when a text can't be used.

use std::fmt;

/// A text that can't be used: what was found, what was expected, how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The offending text itself, and nothing around it.
    pub found: String,
    /// What would have been right, with an example.
    pub expected: String,
    /// What to do, if more can be said than `expected` does.
    pub mend: Option<String>,
}

impl Mismatch {
    /// A mismatch without further advice.
    pub fn new(found: impl Into<String>, expected: impl Into<String>) -> Mismatch {
        Mismatch { found: found.into(), expected: expected.into(), mend: None }
    }

    /// The same mismatch with advice.
    #[must_use]
    pub fn mend(mut self, advice: impl Into<String>) -> Mismatch {
        self.mend = Some(advice.into());
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found \"{}\", expected {}", self.found, self.expected)?;
        match &self.mend {
            Some(mend) => write!(f, "; {mend}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Mismatch {}

/// The longest text, in bytes, that may be a slip for a word.
const LONGEST_SLIP: usize = 200;

/// The candidate most like `word`, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST_SLIP {
        return None;
    }
    let word = word.to_lowercase();
    candidates
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// A closed list of words: an enum whose variants are written, parsed and stored as those words. What
/// stands behind a bar is read as well.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident as $what:literal {
        $($(#[$variant_doc:meta])* $variant:ident = $word:literal $(| $short:literal)*),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every word, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word it is written and stored as.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// The word's meaning; hyphens and underscores may stand for blanks.
            ///
            /// # Errors
            /// Names the words that are possible and the nearest one.
            pub fn parse(text: &str) -> Result<$name, $crate::domain::Mismatch> {
                let plain = |text: &str| text.trim().to_lowercase().replace(['-', '_'], " ");
                let wanted = plain(text);
                let is_meant = |word: &$name| {
                    let shorts: &[&str] = match word { $($name::$variant => &[$($short),*]),+ };
                    plain(word.as_str()) == wanted || shorts.contains(&wanted.as_str())
                };
                $name::ALL.iter().copied().find(is_meant).ok_or_else(|| {
                    let all: Vec<_> = $name::ALL.iter().map(|word| word.as_str()).collect();
                    let mismatch = $crate::domain::Mismatch::new(
                        text, format!("{}: {}", $what, all.join(", ")));
                    match $crate::domain::nearest(text, all.into_iter()) {
                        Some(near) => mismatch.mend(format!("did you mean \"{near}\"?")),
                        None => mismatch,
                    }
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::Mismatch;
            fn from_str(text: &str) -> Result<$name, Self::Err> { $name::parse(text) }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {

    words! {
        /// A colour.
        Colour as "a colour" {
            /// Red.
            DarkRed = "dark red",
            /// Blue.
            Blue = "blue" | "b",
        }
    }

    #[test]
    fn a_word_is_read_with_hyphens_and_any_case() {
        assert_eq!(Colour::parse("Dark-Red"), Ok(Colour::DarkRed));
        assert_eq!(Colour::DarkRed.to_string(), "dark red");
        assert_eq!(Colour::parse("B"), Ok(Colour::Blue));
    }

    #[test]
    fn an_unknown_word_names_the_possible_ones_and_the_nearest() {
        let mismatch = Colour::parse("bleu").expect_err("not a colour");
        assert_eq!(
            mismatch.to_string(),
            "found \"bleu\", expected a colour: dark red, blue; did you mean \"blue\"?"
        );
        assert_eq!(Colour::parse("xyz").expect_err("not a colour").mend, None);
    }
}
