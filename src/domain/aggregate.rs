//! Statistics that a query may ask for.

/// A function that makes one number of a column of numbers.
#[derive(Debug, Clone, Copy)]
pub struct AggregateFunction {
    /// The name it is called by.
    pub name: &'static str,
    /// How many arguments it has: the column, then parameters such as a level.
    pub arguments: usize,
    /// What it gives, for people.
    pub meaning: &'static str,
    /// Computes it of the known values of the column, with the parameters; none where it can't be given.
    pub compute: fn(&[f64], &[f64]) -> Option<f64>,
}
