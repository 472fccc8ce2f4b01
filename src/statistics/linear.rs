//! Small symmetric systems of equations.

/// The lower triangle L of a positive definite matrix L·Lᵀ.
pub(super) struct Cholesky {
    rows: Vec<Vec<f64>>,
}

impl Cholesky {
    /// Factors a symmetric matrix given by its elements; `None` if it is singular to rounding.
    pub(super) fn of(size: usize, element: impl Fn(usize, usize) -> f64) -> Option<Self> {
        let mut rows: Vec<Vec<f64>> = Vec::with_capacity(size);
        for row in 0..size {
            let mut entries: Vec<f64> = Vec::with_capacity(row + 1);
            for column in 0..=row {
                let other = if column == row { &entries } else { &rows[column] };
                let product: f64 = entries.iter().zip(&other[..column]).map(|(a, b)| a * b).sum();
                let rest = element(row, column) - product;
                if column < row {
                    entries.push(rest / other[column]);
                } else if rest > element(row, row) * size as f64 * f64::EPSILON {
                    entries.push(rest.sqrt());
                } else {
                    return None;
                }
            }
            rows.push(entries);
        }
        Some(Self { rows })
    }

    /// Solves L·x = right.
    pub(super) fn divide(&self, right: &[f64]) -> Vec<f64> {
        let mut solution: Vec<f64> = Vec::with_capacity(right.len());
        for (row, value) in self.rows.iter().zip(right) {
            let known: f64 = row.iter().zip(&solution).map(|(a, b)| a * b).sum();
            solution.push((value - known) / row[row.len() - 1]);
        }
        solution
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_is_factored_and_solved() {
        // [4 2; 2 5] = [2 0; 1 2]·[2 1; 0 2].
        let matrix = [[4.0, 2.0], [2.0, 5.0]];
        let root = Cholesky::of(2, |row, column| matrix[row][column]).unwrap();
        assert_eq!(root.divide(&[2.0, 5.0]), [1.0, 2.0]);
    }

    #[test]
    fn a_singular_matrix_has_no_root() {
        assert!(Cholesky::of(2, |_, _| 1.0).is_none());
        assert!(Cholesky::of(1, |_, _| 0.0).is_none());
    }
}
