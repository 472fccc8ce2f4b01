//! Statistics that a query may ask for.

/// A function that makes one number of several, row by row.
#[derive(Debug, Clone, Copy)]
pub struct ScalarFunction {
    /// The name it is called by.
    pub name: &'static str,
    /// What its arguments are called, in their order.
    pub arguments: &'static [&'static str],
    /// What it gives, for people.
    pub meaning: &'static str,
    /// Computes it of its arguments, all of which are known; none where it can't be given.
    pub compute: fn(&[f64]) -> Option<f64>,
}

/// Everything that a query may call beside what SQLite has.
#[derive(Debug, Clone, Copy)]
pub struct QueryFunctions {
    /// Of a column.
    pub aggregates: &'static [AggregateFunction],
    /// Of a row.
    pub scalars: &'static [ScalarFunction],
}

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
