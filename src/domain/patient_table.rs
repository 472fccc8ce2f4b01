//! Patients as a table that conditions are asked of: one row each.

/// One column of a [`PatientTable`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientColumn {
    /// Its name, in small letters.
    pub name: String,
    /// True if its values are numbers; else they are texts.
    pub is_number: bool,
    /// The unit of its numbers, for people; empty where there is none.
    pub unit: String,
    /// What it says.
    pub meaning: String,
}

/// What a patient has in a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// Not known.
    Unknown,
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

impl<T: Into<Datum>> From<Option<T>> for Datum {
    fn from(value: Option<T>) -> Datum {
        value.map_or(Datum::Unknown, Into::into)
    }
}

impl From<f64> for Datum {
    fn from(number: f64) -> Datum {
        Datum::Number(number)
    }
}

impl From<i32> for Datum {
    fn from(number: i32) -> Datum {
        Datum::Number(f64::from(number))
    }
}

impl From<&str> for Datum {
    fn from(text: &str) -> Datum {
        Datum::Text(text.to_owned())
    }
}

impl From<String> for Datum {
    fn from(text: String) -> Datum {
        Datum::Text(text)
    }
}

/// Patients in rows, what is known of them in columns.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PatientTable {
    /// The columns.
    pub columns: Vec<PatientColumn>,
    /// One row a patient, one value a column.
    pub rows: Vec<Vec<Datum>>,
}
