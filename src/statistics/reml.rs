//! The restricted likelihood of random intercepts, and its maximum.
//!
//! With the residual variance as unit, the values of one subject have the covariance I + γ·11ᵀ, those
//! of one cluster δ·11ᵀ more. Their inverses and determinants are known in closed form (J. Sherman,
//! W. J. Morrison, Ann Math Stat 1950;21:124-127), so that all the likelihood needs are the sums of
//! rows of each subject; those of subjects with as many values can be taken together.

use std::collections::BTreeMap;

use super::jet::Jet;

/// A variance ratio outside of this is 0, or leaves no residual.
const LEAST_RATIO: f64 = 1e-8;
const GREATEST_RATIO: f64 = 1e7;

/// A simpler model is kept if the likelihood gains no more than this: that is rounding.
const GAIN: f64 = 1e-9;

/// The subjects of one size in one cluster.
#[derive(Clone)]
struct SameSize {
    subjects: f64,
    /// The sum of their rows.
    sum: Vec<f64>,
}

/// What the likelihood needs to know of the rows.
pub(super) struct Layout {
    /// How long a row is; its last element is the outcome.
    width: usize,
    rows: usize,
    with_clusters: bool,
    /// Σ of row·rowᵀ.
    products: Vec<Vec<f64>>,
    /// By number of values: Σ over subjects of (sum of rows)·(sum of rows)ᵀ, and how many they are.
    of_sizes: BTreeMap<usize, (f64, Vec<Vec<f64>>)>,
    of_clusters: BTreeMap<usize, BTreeMap<usize, SameSize>>,
}

/// The likelihood at some ratios of the variances.
pub(super) struct Likelihood {
    /// γ of the subjects and δ of the clusters.
    pub(super) ratios: [f64; 2],
    /// ln of the determinants of V and of XᵀV⁻¹X.
    pub(super) determinants: Jet,
    /// The residual sum of squares, weighted by V⁻¹.
    pub(super) rest: Jet,
    /// How many values more than means there are.
    pub(super) freedom: f64,
    /// The rows below the diagonal, and the diagonal, of XᵀV⁻¹X with the outcome as last row.
    lower: Vec<Vec<Jet>>,
    pivots: Vec<Jet>,
}

impl Layout {
    pub(super) fn new(width: usize, with_clusters: bool) -> Self {
        let products = vec![vec![0.0; width]; width];
        let (of_sizes, of_clusters) = (BTreeMap::new(), BTreeMap::new());
        Self { width, rows: 0, with_clusters, products, of_sizes, of_clusters }
    }

    /// Adds all rows of one subject.
    pub(super) fn add(&mut self, cluster: usize, rows: &[Vec<f64>]) {
        let mut sum = vec![0.0; self.width];
        for row in rows {
            add_square(&mut self.products, row);
            sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        self.rows += rows.len();
        let none = || (0.0, vec![vec![0.0; self.width]; self.width]);
        let (subjects, squares) = self.of_sizes.entry(rows.len()).or_insert_with(none);
        *subjects += 1.0;
        add_square(squares, &sum);
        let none = SameSize { subjects: 0.0, sum: vec![0.0; self.width] };
        let sizes = self.of_clusters.entry(cluster).or_default();
        let same = sizes.entry(rows.len()).or_insert(none);
        same.subjects += 1.0;
        same.sum.iter_mut().zip(&sum).for_each(|(total, value)| *total += value);
    }

    /// Finds the maximum of the likelihood; `None` if the rows don't determine it.
    ///
    /// A ratio may be 0, where the likelihood has no slope to find: each choice of ratios that are
    /// not is tried, the simplest first.
    pub(super) fn fit(&self) -> Option<Likelihood> {
        let mut best = self.at([0.0, 0.0])?;
        let choices: &[&[usize]] =
            if self.with_clusters { &[&[0], &[1], &[0, 1]] } else { &[&[0]] };
        for free in choices {
            let Some(found) = self.maximum(free) else { continue };
            if found.ratios.iter().any(|ratio| *ratio > GREATEST_RATIO) {
                return None;
            }
            if found.profile().value < best.profile().value - GAIN {
                best = found;
            }
        }
        Some(best)
    }

    /// Climbs to the maximum in the logarithms of the free ratios; `None` if one of them falls to 0.
    fn maximum(&self, free: &[usize]) -> Option<Likelihood> {
        let mut best = self.best_of_grid(free)?;
        for _ in 0..100 {
            let (mut step, is_convex) = newton_step(&best.profile(), best.ratios, free);
            let length = step[0].abs().max(step[1].abs());
            // Close to the maximum the gain is lost in rounding, and Newton's step can be trusted.
            let trusted = is_convex && length < 1e-3;
            let mut next = None;
            for _ in 0..60 {
                let moved = |i: usize| best.ratios[i] * step[i].exp();
                next = self
                    .at([moved(0), moved(1)])
                    .filter(|next| trusted || next.profile().value < best.profile().value);
                if next.is_some() {
                    break;
                }
                step = step.map(|part| part / 2.0);
            }
            let Some(next) = next else { break };
            best = next;
            let of_free = free.iter().map(|&ratio| best.ratios[ratio]);
            if of_free.clone().any(|ratio| ratio < LEAST_RATIO) {
                return None;
            }
            // Each step squares what is missing: after this one it is below rounding.
            if length < 1e-9 || of_free.clone().any(|ratio| ratio > GREATEST_RATIO) {
                break;
            }
        }
        Some(best)
    }

    /// Starts from the best of ratios a factor of 10 apart.
    fn best_of_grid(&self, free: &[usize]) -> Option<Likelihood> {
        let grid = |ratio: usize| -> Vec<f64> {
            if free.contains(&ratio) {
                (-3..=5).map(|e| 10_f64.powi(e)).collect()
            } else {
                vec![0.0]
            }
        };
        let mut best: Option<Likelihood> = None;
        for of_subjects in grid(0) {
            for of_clusters in grid(1) {
                let Some(found) = self.at([of_subjects, of_clusters]) else { continue };
                let is_better = |best: &Likelihood| found.profile().value < best.profile().value;
                if best.as_ref().is_none_or(is_better) {
                    best = Some(found);
                }
            }
        }
        best
    }

    /// Computes the likelihood with its derivatives; `None` if the residual is lost in rounding.
    fn at(&self, ratios: [f64; 2]) -> Option<Likelihood> {
        let of_subjects = Jet::variable(0, ratios[0]);
        let mut matrix: Vec<Vec<Jet>> = self
            .products
            .iter()
            .map(|row| row.iter().map(|v| Jet::constant(*v)).collect())
            .collect();
        let mut determinants = Jet::ZERO;
        for (&size, (subjects, squares)) in &self.of_sizes {
            let grown = Jet::ONE + of_subjects.times(size as f64);
            determinants = determinants + grown.ln().times(*subjects);
            let weight = of_subjects / grown;
            for (row, squares) in matrix.iter_mut().zip(squares) {
                for (element, square) in row.iter_mut().zip(squares) {
                    *element = *element - weight.times(*square);
                }
            }
        }
        if self.with_clusters {
            let of_clusters = Jet::variable(1, ratios[1]);
            for sizes in self.of_clusters.values() {
                determinants = determinants
                    + self.without_cluster(&mut matrix, sizes, of_subjects, of_clusters);
            }
        }
        let (lower, pivots) = self.eliminated(matrix)?;
        let rest = pivots[self.width - 1];
        for pivot in &pivots[..self.width - 1] {
            determinants = determinants + pivot.ln();
        }
        let freedom = self.rows as f64 - (self.width as f64 - 1.0);
        Some(Likelihood { ratios, determinants, rest, freedom, lower, pivots })
    }

    /// Takes one cluster's intercept out of the products, and gives ln of its determinant.
    fn without_cluster(
        &self,
        matrix: &mut [Vec<Jet>],
        sizes: &BTreeMap<usize, SameSize>,
        of_subjects: Jet,
        of_clusters: Jet,
    ) -> Jet {
        let mut sums = vec![Jet::ZERO; self.width];
        let mut weight = Jet::ZERO;
        for (&size, same) in sizes {
            let shrunk = Jet::ONE / (Jet::ONE + of_subjects.times(size as f64));
            weight = weight + shrunk.times(size as f64 * same.subjects);
            for (sum, value) in sums.iter_mut().zip(&same.sum) {
                *sum = *sum + shrunk.times(*value);
            }
        }
        let grown = Jet::ONE + of_clusters * weight;
        let share = of_clusters / grown;
        for (row, elements) in matrix.iter_mut().enumerate() {
            let scaled = share * sums[row];
            for (element, sum) in elements.iter_mut().zip(&sums) {
                *element = *element - scaled * *sum;
            }
        }
        grown.ln()
    }

    /// Factors the matrix into L·D·Lᵀ; `None` if a pivot is lost in rounding.
    fn eliminated(&self, matrix: Vec<Vec<Jet>>) -> Option<(Vec<Vec<Jet>>, Vec<Jet>)> {
        let mut lower: Vec<Vec<Jet>> = Vec::with_capacity(self.width);
        let mut pivots: Vec<Jet> = Vec::with_capacity(self.width);
        for (row, elements) in matrix.into_iter().enumerate() {
            let mut unscaled: Vec<Jet> = Vec::with_capacity(row);
            for column in 0..row {
                let known = dot(&unscaled, &lower[column]);
                unscaled.push(elements[column] - known);
            }
            let scaled: Vec<Jet> = unscaled.iter().zip(&pivots).map(|(u, d)| *u / *d).collect();
            let pivot = elements[row] - dot(&unscaled, &scaled);
            let of_rounding = self.products[row][row] * self.rows as f64 * f64::EPSILON;
            if pivot.value.is_nan() || pivot.value <= of_rounding {
                return None;
            }
            lower.push(scaled);
            pivots.push(pivot);
        }
        Some((lower, pivots))
    }
}

impl Likelihood {
    /// −2 ln L with the residual variance at its best, but for a constant.
    fn profile(&self) -> Jet {
        self.determinants + self.rest.ln().times(self.freedom)
    }

    /// −2 ln L.
    pub(super) fn deviance(&self) -> f64 {
        let constant = 1.0 + (2.0 * std::f64::consts::PI / self.freedom).ln();
        self.profile().value + self.freedom * constant
    }

    /// Gives a sum of means, each times its weight, and its variance in units of the residual's.
    pub(super) fn combination(&self, weights: &[(usize, f64)]) -> (f64, Jet) {
        let means = self.pivots.len() - 1;
        let mut solved: Vec<Jet> = Vec::with_capacity(means);
        for row in 0..means {
            let weight =
                weights.iter().find(|(at, _)| *at == row).map_or(0.0, |(_, weight)| *weight);
            let known = dot(&solved, &self.lower[row]);
            solved.push(Jet::constant(weight) - known);
        }
        let estimate = dot(&solved, &self.lower[means]).value;
        let squares = solved.iter().zip(&self.pivots).map(|(z, pivot)| *z * *z / *pivot);
        (estimate, squares.fold(Jet::ZERO, |sum, square| sum + square))
    }
}

fn dot(first: &[Jet], second: &[Jet]) -> Jet {
    first.iter().zip(second).fold(Jet::ZERO, |sum, (a, b)| sum + *a * *b)
}

fn add_square(squares: &mut [Vec<f64>], row: &[f64]) {
    for (squares, a) in squares.iter_mut().zip(row) {
        squares.iter_mut().zip(row).for_each(|(square, b)| *square += a * b);
    }
}

/// Gives Newton's step in the logarithms of the ratios, of at most 2, and whether the curve bends
/// upwards. Where it doesn't, the step is shortened until it goes down (K. Levenberg 1944).
fn newton_step(profile: &Jet, ratios: [f64; 2], free: &[usize]) -> ([f64; 2], bool) {
    let slope = |i: usize| if free.contains(&i) { ratios[i] * profile.first[i] } else { 0.0 };
    let (a, b) = (slope(0), slope(1));
    // A ratio that is not free is a row of the identity.
    let bend = |i: usize| {
        let second = ratios[i] * ratios[i] * profile.second[2 * i] + slope(i);
        if free.contains(&i) { second } else { 1.0 }
    };
    let cross = ratios[0] * ratios[1] * profile.second[1];
    let (first, last) = (bend(0), bend(1));
    let scale = first.abs().max(last.abs()).max(1e-12);
    let mut damping = 0.0;
    loop {
        let (p, q) = (first + damping, last + damping);
        let determinant = p * q - cross * cross;
        if p > 0.0 && determinant > 1e-14 * p * q {
            let step = [(cross * b - q * a) / determinant, (cross * a - p * b) / determinant];
            let longest = step[0].abs().max(step[1].abs());
            let factor = if longest > 2.0 { 2.0 / longest } else { 1.0 };
            return (step.map(|part| part * factor), damping == 0.0);
        }
        damping = if damping == 0.0 { 1e-3 * scale } else { damping * 4.0 };
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Two clusters of subjects with two and one values, and one occasion.
    fn layout() -> Layout {
        let mut layout = Layout::new(2, true);
        let rows = |values: &[f64]| values.iter().map(|v| vec![1.0, *v]).collect::<Vec<_>>();
        for (cluster, values) in [
            (0, &[1.0, 2.5][..]),
            (0, &[0.5]),
            (1, &[-1.0, -2.0]),
            (1, &[-0.5, 0.25]),
            (2, &[3.0, 2.0]),
        ] {
            layout.add(cluster, &rows(values));
        }
        layout
    }

    /// The same by inverting the covariance of all nine values.
    fn by_inversion(ratios: [f64; 2]) -> f64 {
        let values = [1.0, 2.5, 0.5, -1.0, -2.0, -0.5, 0.25, 3.0, 2.0];
        let of = [(0, 0), (0, 0), (0, 1), (1, 2), (1, 2), (1, 3), (1, 3), (2, 4), (2, 4)];
        let n = values.len();
        let mut rows: Vec<Vec<f64>> = (0..n)
            .map(|i| {
                let with = |j: usize| {
                    f64::from(u8::from(i == j))
                        + if of[i].1 == of[j].1 { ratios[0] } else { 0.0 }
                        + if of[i].0 == of[j].0 { ratios[1] } else { 0.0 }
                };
                let mut row: Vec<f64> = (0..n).map(with).collect();
                row.extend([1.0, values[i]]);
                row
            })
            .collect();
        let mut determinant = 0.0;
        for i in 0..n {
            determinant += rows[i][i].ln();
            let pivot = rows[i].clone();
            for row in rows.iter_mut().skip(i + 1) {
                let factor = row[i] / pivot[i];
                row.iter_mut().zip(&pivot).for_each(|(a, b)| *a -= factor * b);
            }
        }
        // With V = L·D·Lᵀ the rows now hold L⁻¹1 and L⁻¹y.
        let product = |a: usize, b: usize| -> f64 {
            rows.iter().enumerate().map(|(i, row)| row[n + a] * row[n + b] / row[i]).sum()
        };
        let (xx, xy, yy) = (product(0, 0), product(0, 1), product(1, 1));
        determinant + xx.ln() + (n as f64 - 1.0) * (yy - xy * xy / xx).ln()
    }

    #[test]
    fn the_closed_form_is_the_inverse() {
        for ratios in [[0.0, 0.0], [0.7, 0.0], [0.0, 1.3], [0.7, 1.3], [30.0, 0.01]] {
            let found = layout().at(ratios).unwrap().profile().value;
            let expected = by_inversion(ratios);
            assert!((found - expected).abs() < 1e-11, "{ratios:?}: {found} {expected}");
        }
    }

    #[test]
    fn nothing_near_the_maximum_is_higher() {
        let layout = layout();
        let fit = layout.fit().unwrap();
        for subjects in [0.5, 0.9, 0.99, 1.0, 1.01, 1.1, 2.0] {
            for clusters in [0.5, 0.9, 0.99, 1.0, 1.01, 1.1, 2.0] {
                let near = layout.at([fit.ratios[0] * subjects, fit.ratios[1] * clusters]).unwrap();
                assert!(near.profile().value >= fit.profile().value - 1e-12);
            }
        }
    }
}
