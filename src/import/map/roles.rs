//! What a column holds.

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::import) enum Role {
    /// One of the fields every table may have.
    Field(Field),
    /// A column of the registry's own, by its key.
    Attribute(String),
    /// One analyte.
    Measured(Measured),
    /// Nothing that is recorded.
    Ignored,
}

/// An analyte that has a column of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::import) struct Measured {
    /// Its key.
    pub analyte: String,
    /// The unit of the column; without one, each value carries its own.
    pub unit: Option<String>,
    /// The visit of the column; without one, the row says it.
    pub visit: Option<String>,
}

crate::domain::words! {
    /// A field that a column may hold.
    Field as "what a column is" {
        /// The patient's label, or report/label.
        Patient = "patient",
        /// The report's key.
        Report = "report",
        /// The visit's label.
        Visit = "visit",
        /// The day, counted from day 0.
        Day = "day",
        /// The date of the visit.
        Date = "date",
        /// The date of the patient's day 0, from which dates are counted.
        DayZeroDate = "date of day 0",
        /// The name of an analyte.
        Analyte = "analyte",
        /// Its value.
        Value = "value",
        /// The value's unit.
        Unit = "unit",
        /// The laboratory's lower limit.
        LowerLimit = "lower limit",
        /// The laboratory's upper limit.
        UpperLimit = "upper limit",
        /// `<` or `>`, apart from the value.
        Comparator = "comparator",
        /// Not done, not reported …
        Status = "status",
        /// Sex.
        Sex = "sex",
        /// Age on day 0.
        Age = "age",
        /// Year of birth.
        BirthYear = "birth year",
        /// Diagnosis.
        Diagnosis = "diagnosis",
        /// Years since the diagnosis of diabetes.
        Duration = "diabetes duration",
        /// Body height in cm.
        Height = "height",
        /// Follow-up, with its unit.
        FollowUp = "follow-up",
        /// The date of enrolment.
        Enrolment = "enrolment date",
    }
}

impl Field {
    /// True for what only a table with one row a measurement has.
    pub fn is_of_long(self) -> bool {
        matches!(
            self,
            Field::Analyte
                | Field::Value
                | Field::Unit
                | Field::LowerLimit
                | Field::UpperLimit
                | Field::Comparator
                | Field::Status
        )
    }
}
