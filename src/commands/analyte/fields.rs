use crate::commands::fields::{self, Field, optional, required, text};
use crate::domain::{AlsoUnit, Analyte, Mismatch, Range, parse_loinc};
use crate::error::Error;

/// The options of an analyte, for adding and for editing one.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::commands) struct Fields {
    /// What tables print, for example Adipo [default when added: the key]
    #[arg(long, value_name = "TEXT", value_parser = text)]
    symbol: Option<String>,
    /// The full name
    #[arg(long, value_name = "TEXT", value_parser = text)]
    name: Option<String>,
    /// The unit values are kept in, in UCUM where there is one; 1 for a number without a unit
    #[arg(long, value_name = "UNIT", value_parser = text)]
    unit: Option<String>,
    /// Another unit it is accepted in, and how many of the canonical unit one of it is: mg/dL=10; with an
    /// offset [degF]=0.5556-17.78. May be repeated
    #[arg(long, value_name = "UNIT=FACTOR")]
    also_unit: Option<Vec<AlsoUnit>>,
    /// Where the factor of --also-unit comes from, one for each, in the same order
    #[arg(long, value_name = "TEXT", value_parser = text)]
    basis: Option<Vec<String>>,
    /// Usual decimals in the unit it is kept in
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=9))]
    decimals: Option<u8>,
    /// Limits in the unit it is kept in, outside which a value is refused, such as 0..100
    #[arg(long, value_name = "MIN..MAX", allow_hyphen_values = true)]
    hard: Option<Range>,
    /// Limits outside which a value is asked about, such as 1..30
    #[arg(long, value_name = "MIN..MAX", allow_hyphen_values = true)]
    query: Option<Range>,
    /// LOINC code of the quantity in the unit it is kept in
    #[arg(long, value_name = "CODE", value_parser = parse_loinc)]
    loinc: Option<String>,
    /// What it is measured in: serum, urine
    #[arg(long, value_name = "TEXT", value_parser = text)]
    specimen: Option<String>,
    /// The state it is measured in: fasting, 2 h after a meal
    #[arg(long, value_name = "TEXT", value_parser = text)]
    state: Option<String>,
    /// Another name it is entered by; may be repeated
    #[arg(long, value_name = "TEXT", value_parser = text)]
    alias: Option<Vec<String>>,
}

impl Fields {
    /// Refuse factors without their basis, and the other way round.
    pub fn check_bases(&self) -> Result<(), Error> {
        let count = |given: Option<usize>| given.unwrap_or_default();
        let units = count(self.also_unit.as_ref().map(Vec::len));
        let bases = count(self.basis.as_ref().map(Vec::len));
        if units == bases {
            return Ok(());
        }
        let mismatch = Mismatch::new(
            format!("{units} --also-unit, {bases} --basis"),
            "one --basis for each --also-unit, in the same order",
        )
        .mend("say where each factor comes from: --also-unit mg/dL=10 --basis \"1 dL is 0.1 L\"");
        let heading = "A factor needs its basis. Nothing was changed".to_owned();
        Err(Error::Usage { heading, mismatch })
    }

    /// True if units are given that values may come in.
    pub fn has_units(&self) -> bool {
        self.unit.is_some() || self.also_unit.is_some()
    }

    /// Refuse an analyte that lacks what every one has.
    pub fn check_complete(&self) -> Result<(), Error> {
        let missing: Vec<&str> = [
            ("--name", self.name.is_none()),
            ("--unit", self.unit.is_none()),
            ("--decimals", self.decimals.is_none()),
        ]
        .into_iter()
        .filter_map(|(option, is_missing)| is_missing.then_some(option))
        .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mismatch = Mismatch::new("", format!("also {}", missing.join(", ")))
            .mend("for example --name Adiponectin --unit mg/L --decimals 1");
        let heading = "An analyte needs a name, a unit and its decimals. Nothing was changed";
        Err(Error::Usage { heading: heading.to_owned(), mismatch })
    }
}

/// Limits, which are none when cleared.
fn limits(
    name: &'static str,
    given: fn(&Fields) -> Option<Range>,
    of: fn(&mut Analyte) -> &mut (f64, f64),
) -> Field<Fields, Analyte> {
    Field {
        name,
        is_given: Box::new(move |options| given(options).is_some()),
        put: Box::new(move |options, record| {
            if let Some(range) = given(options) {
                *of(record) = range.limits();
            }
        }),
        clear: Some(Box::new(move |record| *of(record) = Range::default().limits())),
    }
}

impl fields::Fields<Analyte> for Fields {
    fn list() -> Vec<Field<Fields, Analyte>> {
        vec![
            required("symbol", |given| &given.symbol, |record| &mut record.symbol),
            required("name", |given| &given.name, |record| &mut record.name),
            Field {
                name: "unit",
                is_given: Box::new(|given| given.unit.is_some()),
                put: Box::new(|given, record| {
                    if let Some(unit) = &given.unit {
                        record.set_unit(unit);
                    }
                }),
                clear: None,
            },
            // Before the other units, whose decimals follow from these.
            Field {
                name: "decimals",
                is_given: Box::new(|given| given.decimals.is_some()),
                put: Box::new(|given, record| {
                    if let Some(decimals) = given.decimals {
                        record.set_decimals(decimals);
                    }
                }),
                clear: None,
            },
            Field {
                name: "also-unit",
                is_given: Box::new(|given| given.also_unit.is_some()),
                put: Box::new(|given, record| {
                    if let Some(others) = &given.also_unit {
                        record.set_other_units(others, given.basis.as_deref().unwrap_or_default());
                    }
                }),
                clear: Some(Box::new(|record: &mut Analyte| record.set_other_units(&[], &[]))),
            },
            // Enters with the unit it belongs to.
            Field {
                name: "basis",
                is_given: Box::new(|given| given.basis.is_some()),
                put: Box::new(|_, _| ()),
                clear: None,
            },
            limits("hard", |given| given.hard, |record| &mut record.hard_range),
            limits("query", |given| given.query, |record| &mut record.query_range),
            optional("loinc", |given| &given.loinc, |record| &mut record.loinc),
            optional("specimen", |given| &given.specimen, |record| &mut record.specimen),
            optional("state", |given| &given.state, |record| &mut record.state),
            Field {
                name: "alias",
                is_given: Box::new(|given| given.alias.is_some()),
                put: Box::new(|given, record| {
                    if let Some(aliases) = &given.alias {
                        record.set_aliases(aliases.iter());
                    }
                }),
                clear: Some(Box::new(|record: &mut Analyte| record.aliases.clear())),
            },
        ]
    }
}
