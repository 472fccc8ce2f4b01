//! Numbers as people print them.

use super::{Mismatch, PartialDate};
use std::borrow::Cow;

/// A number read from text: its value and how many decimals it was printed with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// The value, finite.
    pub value: f64,
    /// Digits behind the decimal point, as printed.
    pub decimals: u8,
}

impl Number {
    /// Read a number: digits, one full stop, an optional sign and an optional exponent.
    /// The minus sign may be U+2212; nothing else is guessed.
    ///
    /// # Errors
    /// Says what is wrong with the text: a decimal comma, a lost superscript, no digit, too large.
    pub fn parse(text: &str) -> Result<Number, Mismatch> {
        let mut plain = Cow::Borrowed(text.trim());
        if plain.contains('\u{2212}') {
            plain = Cow::Owned(plain.replace('\u{2212}', "-"));
        }
        let wrong = || Mismatch::new(text.trim(), "a number such as 7.1");
        let body = plain.strip_prefix(['+', '-']).unwrap_or(&plain);
        let (mantissa, exponent) = match body.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (body, None),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let exponent_is_right = exponent.is_none_or(|exponent| {
            let digits_of = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            !digits_of.is_empty() && digits(digits_of)
        });
        if whole.is_empty() || !digits(whole) || !digits(fraction) || !exponent_is_right {
            return Err(explain(text.trim(), wrong()));
        }
        if mantissa.ends_with('.') {
            return Err(wrong());
        }
        let value: f64 = plain.parse().map_err(|_| wrong())?;
        if !value.is_finite() || mantissa.len() > 30 {
            return Err(wrong().mend("it has more digits than any measurement"));
        }
        let decimals = u8::try_from(fraction.len()).expect("at most 30 digits");
        Ok(Number { value: if value == 0.0 { 0.0 } else { value }, decimals })
    }
}

/// Say more about the slips that are seen in real files.
fn explain(text: &str, wrong: Mismatch) -> Mismatch {
    let comma = text.matches(',').count();
    if comma == 1 && !text.contains('.') && text.chars().all(|c| c.is_ascii_digit() || c == ',') {
        if text.split(',').next_back().is_some_and(|behind| behind.len() == 3) {
            return wrong
                .mend("write it without thousands separators, and a decimal with a full stop");
        }
        let point = text.replace(',', ".");
        return wrong.mend(format!("write the decimal with a full stop: {point}"));
    }
    if comma > 0 {
        return wrong.mend("write it without thousands separators");
    }
    if PartialDate::parse(text).is_ok_and(|date| date.as_str().len() == 10) {
        return wrong.mend("it is a date: did a spreadsheet make one of the number?");
    }
    if text.chars().any(|c| ('\u{ff10}'..='\u{ff19}').contains(&c)) {
        return wrong.mend("write it with ASCII digits");
    }
    let is_power = |sign: &str| {
        text.split_once(sign).is_some_and(|(_, behind)| behind.trim_start().starts_with("10"))
    };
    if text.contains('^') || ["×", "x", "*"].into_iter().any(is_power) {
        return wrong.mend("write powers of ten as 4.9e8");
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_keeps_its_decimals() {
        assert_eq!(Number::parse("7.10"), Ok(Number { value: 7.1, decimals: 2 }));
        assert_eq!(Number::parse(" \u{2212}3 "), Ok(Number { value: -3.0, decimals: 0 }));
        assert_eq!(Number::parse("1.2e3"), Ok(Number { value: 1200.0, decimals: 1 }));
        assert!(Number::parse("-0").is_ok_and(|zero| zero.value.is_sign_positive()));
    }

    #[test]
    fn what_is_no_number_says_how_to_mend_it() {
        let mend = |text: &str| Number::parse(text).expect_err(text).mend.unwrap_or_default();
        assert_eq!(mend("7,1"), "write the decimal with a full stop: 7.1");
        assert!(mend("150,000").contains("without thousands separators"));
        assert_eq!(mend("1,234,567"), "write it without thousands separators");
        assert_eq!(mend("７.1"), "write it with ASCII digits");
        assert_eq!(mend("4.9 × 108"), "write powers of ten as 4.9e8");
        assert_eq!(mend("4.9x10^8"), "write powers of ten as 4.9e8");
        assert_eq!(mend("0x7f"), "");
        assert!(mend("2024-06-08").contains("did a spreadsheet make"));
        assert_eq!(mend("1e999"), "it has more digits than any measurement");
        for text in ["", ".5", "5.", "NaN", "inf", "1e", "0x10", "1 2", "--1", "1.2.3"] {
            assert!(Number::parse(text).is_err(), "{text:?} was read as a number");
        }
    }

    proptest! {
        #[test]
        fn any_decimal_is_read_as_printed(whole in 0u32..1_000_000, fraction in "[0-9]{1,6}") {
            let text = format!("{whole}.{fraction}");
            let number = Number::parse(&text).expect("a decimal");
            prop_assert_eq!(number.value, text.parse::<f64>().expect("a decimal"));
            prop_assert_eq!(usize::from(number.decimals), fraction.len());
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = Number::parse(&text);
        }
    }
}
