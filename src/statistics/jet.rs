//! Numbers that carry their first and second derivatives by two variables.
//!
//! The arithmetic of truncated Taylor series (A. Griewank, A. Walther, Evaluating Derivatives, 2008,
//! ch. 13): what is computed with them has its exact gradient and Hessian, without a step size.

use std::ops::{Add, Div, Mul, Sub};

/// A value, its gradient (∂₁, ∂₂), and its second derivatives (∂₁₁, ∂₁₂, ∂₂₂).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Jet {
    pub(super) value: f64,
    pub(super) first: [f64; 2],
    pub(super) second: [f64; 3],
}

impl Jet {
    pub(super) const ZERO: Self = Self::constant(0.0);
    pub(super) const ONE: Self = Self::constant(1.0);

    pub(super) const fn constant(value: f64) -> Self {
        Self { value, first: [0.0; 2], second: [0.0; 3] }
    }

    /// The variable with this index, 0 or 1.
    pub(super) fn variable(index: usize, value: f64) -> Self {
        let mut jet = Self::constant(value);
        jet.first[index] = 1.0;
        jet
    }

    pub(super) fn times(self, factor: f64) -> Self {
        self.through(self.value * factor, factor, 0.0)
    }

    pub(super) fn ln(self) -> Self {
        let reciprocal = 1.0 / self.value;
        self.through(self.value.ln(), reciprocal, -reciprocal * reciprocal)
    }

    fn reciprocal(self) -> Self {
        let reciprocal = 1.0 / self.value;
        let square = reciprocal * reciprocal;
        self.through(reciprocal, -square, 2.0 * square * reciprocal)
    }

    /// The chain rule, for a function with this value and these derivatives here.
    fn through(self, value: f64, slope: f64, curvature: f64) -> Self {
        let [a, b] = self.first;
        let products = [a * a, a * b, b * b];
        let second = |i: usize| slope * self.second[i] + curvature * products[i];
        Self { value, first: [slope * a, slope * b], second: [second(0), second(1), second(2)] }
    }
}

impl Add for Jet {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let first = std::array::from_fn(|i| self.first[i] + other.first[i]);
        let second = std::array::from_fn(|i| self.second[i] + other.second[i]);
        Self { value: self.value + other.value, first, second }
    }
}

impl Sub for Jet {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + other.times(-1.0)
    }
}

impl Mul for Jet {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let ([a, b], [c, d]) = (self.first, other.first);
        let crossed = [2.0 * a * c, a * d + b * c, 2.0 * b * d];
        let scaled = |x: f64, y: f64| self.value * y + other.value * x;
        Self {
            value: self.value * other.value,
            first: std::array::from_fn(|i| scaled(self.first[i], other.first[i])),
            second: std::array::from_fn(|i| scaled(self.second[i], other.second[i]) + crossed[i]),
        }
    }
}

impl Div for Jet {
    type Output = Self;

    #[expect(clippy::suspicious_arithmetic_impl, reason = "division is by the reciprocal")]
    fn div(self, other: Self) -> Self {
        self * other.reciprocal()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// ln(x y) / (x + 2y) − y².
    fn example(x: Jet, y: Jet) -> Jet {
        (x * y).ln() / (x + y.times(2.0)) - y * y
    }

    proptest! {
        #[test]
        fn derivatives_are_limits_of_differences(x in 0.5..3.0, y in 0.5..3.0) {
            let at = |x: f64, y: f64| example(Jet::variable(0, x), Jet::variable(1, y));
            let exact = at(x, y);
            let h = 1e-5;
            let by_x = |i: usize| (at(x + h, y).first[i] - at(x - h, y).first[i]) / (2.0 * h);
            let by_y = |i: usize| (at(x, y + h).first[i] - at(x, y - h).first[i]) / (2.0 * h);
            let slopes = [
                (at(x + h, y).value - at(x - h, y).value) / (2.0 * h),
                (at(x, y + h).value - at(x, y - h).value) / (2.0 * h),
            ];
            for (found, expected) in exact.first.iter().zip(slopes) {
                prop_assert!((found - expected).abs() < 1e-7, "{exact:?} {slopes:?}");
            }
            for (found, expected) in exact.second.iter().zip([by_x(0), by_x(1), by_y(1)]) {
                prop_assert!((found - expected).abs() < 1e-7, "{exact:?} {expected}");
            }
        }
    }
}
