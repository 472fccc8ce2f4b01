//! Numbers as tables print them: rounded once, half away from zero, on the decimal value.

/// Significant digits a double carries for sure; what lies behind them is a trace of computing.
const DIGITS: usize = 15;

/// `value` with this many decimals. 2.675 with two is 2.68, as a person rounds, although the
/// nearest double lies below it; a zero is never negative.
pub fn fixed(value: f64, decimals: u8) -> String {
    let decimals = usize::from(decimals);
    let scientific = format!("{:.*e}", DIGITS - 1, value.abs());
    let (mantissa, exponent) = scientific.split_once('e').expect("scientific notation has an e");
    let exponent: i32 = exponent.parse().expect("an exponent is a whole number");
    let mut digits: Vec<u8> =
        mantissa.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    // Digits that stand before the place of rounding; the value is 0.d1d2d3… × 10^(exponent + 1).
    let places = i32::try_from(decimals).expect("at most 255");
    let mut whole = exponent + 1;
    let kept = whole + places;
    let up = usize::try_from(kept).is_ok_and(|at| digits.get(at).is_some_and(|digit| *digit >= 5));
    digits.resize(usize::try_from(kept).unwrap_or(0), 0);
    if up {
        match digits.iter().rposition(|digit| *digit < 9) {
            Some(at) => {
                digits[at] += 1;
                digits[at + 1..].fill(0);
            }
            None => {
                digits.fill(0);
                digits.insert(0, 1);
                whole += 1;
            }
        }
    }
    let digit =
        |at: i32| usize::try_from(at).ok().and_then(|at| digits.get(at)).copied().unwrap_or(0);
    let mut text = String::new();
    if value < 0.0 && digits.iter().any(|digit| *digit > 0) {
        text.push('-');
    }
    if whole < 1 {
        text.push('0');
    }
    text.extend((0..whole).map(|at| char::from(b'0' + digit(at))));
    if decimals > 0 {
        text.push('.');
        for at in whole..whole + places {
            text.push(char::from(b'0' + digit(at)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn halves_go_away_from_zero_on_the_decimal() {
        for (value, decimals, text) in [
            (2.675, 2, "2.68"),
            (-2.675, 2, "-2.68"),
            (0.5, 0, "1"),
            (1.5, 0, "2"),
            (2.5, 0, "3"),
            (0.05, 1, "0.1"),
            (0.04, 1, "0.0"),
            (-0.04, 1, "0.0"),
            (9.995, 2, "10.00"),
            (99.95, 1, "100.0"),
            (0.0, 2, "0.00"),
            (1e-20, 3, "0.000"),
            (0.009, 2, "0.01"),
            (0.995, 2, "1.00"),
            (0.1 + 0.2, 1, "0.3"),
            (9.200000000000001, 2, "9.20"),
            (123456789.125, 2, "123456789.13"),
            (5e10, 0, "50000000000"),
            (1e22, 1, "10000000000000000000000.0"),
        ] {
            assert_eq!(fixed(value, decimals), text, "{value} with {decimals}");
        }
    }

    proptest! {
        #[test]
        fn the_text_is_within_half_a_step(value in -1e6f64..1e6, decimals in 0u8..6) {
            let text = fixed(value, decimals);
            let step = 10f64.powi(-i32::from(decimals));
            let back: f64 = text.parse().expect("a number");
            prop_assert!((back - value).abs() <= step * 0.500_001);
            let behind = text.split_once('.').map_or(0, |(_, behind)| behind.len());
            prop_assert_eq!(behind, usize::from(decimals));
            let dash_zero = text.starts_with('-') && back == 0.0;
            prop_assert!(!dash_zero);
        }

        #[test]
        fn what_was_printed_comes_back(whole in 0u32..100_000, cents in 0u32..100) {
            let printed = format!("{whole}.{cents:02}");
            let value: f64 = printed.parse().expect("a number");
            prop_assert_eq!(fixed(value, 2), printed);
        }
    }
}
