//! What every summary can be asked: of whom, of what, in which units and by which definitions.

use crate::analysis::{Grouping, QuantileType, Question, UnitChoice, parse_level, parse_timepoint};
use crate::commands::cohort::{asked, find};
use crate::commands::selecting::{Asked, select};
use crate::domain::{Analyte, Cohort, Mismatch, Observation};
use crate::error::Error;
use crate::store::Registry;

/// The options that every summary has. Each honours those that make sense for it, hides the others
/// from its help and refuses them ([`Options::only`]).
#[derive(Debug, Clone, Default, clap::Args)]
pub(in crate::commands) struct Options {
    /// Only patients of whom this is true, such as "sex = 'female' and age >= 40"; `casebook cohort
    /// columns` lists what it may name
    #[arg(long = "where", value_name = "EXPR")]
    condition: Option<String>,
    /// Only patients of this cohort (`casebook cohort list`)
    #[arg(long, value_name = "NAME")]
    cohort: Option<String>,
    /// Leave out patients that are simulated
    #[arg(long)]
    real: bool,
    /// Groups to look at apart: report, sex, diagnosis or an attribute (`casebook attribute list`)
    #[arg(long, value_name = "COLUMN")]
    by: Option<String>,
    /// Only these analytes; may be repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    analyte: Vec<String>,
    /// Only these timepoints and the baseline; may be repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    timepoint: Vec<String>,
    /// recorded: the unit most values of an analyte were printed in; si: the unit they are kept in;
    /// conventional: that of laboratories without SI units, such as % and mg/dL [default: recorded]
    #[arg(long, value_name = "UNITS", value_parser = ["recorded", "si", "conventional"], hide_possible_values = true)]
    units: Option<String>,
    /// Quartiles as sas (type 2), r (type 7) or spss (type 6) compute them [default: sas]
    #[arg(long, value_name = "PROGRAM", value_parser = ["sas", "r", "spss"], hide_possible_values = true)]
    quantile: Option<String>,
    /// Level of confidence intervals, from 0.5 to 0.9999 [default: 0.95]
    #[arg(long, value_name = "LEVEL", value_parser = parse_level, allow_negative_numbers = true)]
    level: Option<f64>,
    /// Also list each patient's part in the numbers, and what is not counted and why; with --format csv
    /// only that
    #[arg(long)]
    explain: bool,
}

/// One of the options that not every summary honours; of whom it speaks is asked of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Choice {
    By,
    Analyte,
    Timepoint,
    Units,
    Quantile,
    Level,
    Explain,
}

impl Choice {
    const ALL: [Choice; 7] = [
        Choice::By,
        Choice::Analyte,
        Choice::Timepoint,
        Choice::Units,
        Choice::Quantile,
        Choice::Level,
        Choice::Explain,
    ];

    fn name(self) -> &'static str {
        match self {
            Choice::By => "--by",
            Choice::Analyte => "--analyte",
            Choice::Timepoint => "--timepoint",
            Choice::Units => "--units",
            Choice::Quantile => "--quantile",
            Choice::Level => "--level",
            Choice::Explain => "--explain",
        }
    }
}

impl Options {
    /// Those of a summary of a few analytes.
    pub fn of_analytes(names: &[&str]) -> Options {
        let analyte = names.iter().map(|name| (*name).to_owned()).collect();
        Options { analyte, ..Options::default() }
    }

    /// The argument, hidden from the help of a summary that does not honour it.
    pub fn hide_but(argument: clap::Arg, honoured: &[Choice]) -> clap::Arg {
        let is_it = |choice: &Choice| choice.name().trim_start_matches('-') == argument.get_id();
        let is_refused =
            Choice::ALL.iter().any(|choice| is_it(choice) && !honoured.contains(choice));
        if is_refused { argument.hide(true) } else { argument }
    }

    /// Refuse what this summary could only ignore.
    pub fn only(&self, summary: &str, honoured: &[Choice]) -> Result<(), Error> {
        let is_given = |choice: &Choice| match choice {
            Choice::By => self.by.is_some(),
            Choice::Analyte => !self.analyte.is_empty(),
            Choice::Timepoint => !self.timepoint.is_empty(),
            Choice::Units => self.units.is_some(),
            Choice::Quantile => self.quantile.is_some(),
            Choice::Level => self.level.is_some(),
            Choice::Explain => self.explain,
        };
        let refused = |choice: &&Choice| is_given(choice) && !honoured.contains(choice);
        let Some(refused) = Choice::ALL.iter().find(refused) else { return Ok(()) };
        let names = honoured.iter().map(|choice| choice.name());
        let all: Vec<&str> = ["--where", "--cohort", "--real"].into_iter().chain(names).collect();
        let mismatch =
            Mismatch::new(refused.name(), format!("an option that it has: {}", all.join(", ")))
                .mend("leave it out: nothing in this summary depends on it");
        let heading = format!("summary {summary} has no {}", refused.name());
        Err(Error::Usage { heading, mismatch })
    }

    /// The patients this summary speaks of.
    pub fn cohort(&self, registry: &Registry) -> Result<Cohort, Error> {
        let mut conditions = Vec::new();
        if let Some(name) = &self.cohort {
            conditions.push(asked(&find(registry, name)?));
        }
        conditions.extend(self.condition.as_deref().map(Asked::of_option));
        select(registry, registry.cohort(self.real)?, &conditions)
    }

    /// What is asked of those patients.
    pub fn question(&self, registry: &Registry, cohort: &Cohort) -> Result<Question, Error> {
        let schedule = &registry.rules().schedule;
        let mut timepoints = Vec::new();
        for name in &self.timepoint {
            let found = parse_timepoint(name, schedule).map_err(|mismatch| {
                Error::request(format!("There is no timepoint {name}"), "--timepoint", mismatch)
            })?;
            if !timepoints.contains(&found) {
                timepoints.push(found);
            }
        }
        let usual = Question::default();
        Ok(Question {
            by: self.grouping(cohort)?,
            timepoints,
            units: match self.units.as_deref() {
                Some("si") => UnitChoice::Canonical,
                Some("conventional") => UnitChoice::Conventional,
                _ => UnitChoice::Recorded,
            },
            quantile: match self.quantile.as_deref() {
                Some("r") => QuantileType::R7,
                Some("spss") => QuantileType::Spss6,
                _ => QuantileType::Sas2,
            },
            level: self.level.unwrap_or(usual.level),
        })
    }

    /// The column that divides the patients into groups.
    fn grouping(&self, cohort: &Cohort) -> Result<Option<Grouping>, Error> {
        let parse = |name: &String| {
            let wrong = |mismatch| {
                let heading = format!("There are no groups by {name}");
                Error::request(heading, "--by", mismatch)
            };
            Grouping::parse(name, cohort).map_err(wrong)
        };
        self.by.as_ref().map(parse).transpose()
    }

    /// The analytes that are asked about, each once; all where none is named.
    pub fn analytes<'a>(&self, registry: &'a Registry) -> Result<Vec<&'a Analyte>, Error> {
        find_analytes(registry, &self.analyte)
    }

    /// The analytes that are asked about, each with what is recorded of it.
    pub fn observations<'a>(
        &self,
        registry: &'a Registry,
    ) -> Result<Vec<(&'a Analyte, Vec<Observation>)>, Error> {
        let recorded = |analyte: &'a Analyte| Ok((analyte, registry.observations(analyte.id)?));
        self.analytes(registry)?.into_iter().map(recorded).collect()
    }

    /// True if each patient's part is to be listed.
    pub fn explains(&self) -> bool {
        self.explain
    }

    /// True if patients are to be divided into groups.
    pub fn divides(&self) -> bool {
        self.by.is_some()
    }

    /// True if analytes are named, so that what is about none is not asked for.
    pub fn names_analytes(&self) -> bool {
        !self.analyte.is_empty()
    }
}

/// The analytes of these names, each once; all where none is named.
pub(in crate::commands) fn find_analytes<'a>(
    registry: &'a Registry,
    names: &[String],
) -> Result<Vec<&'a Analyte>, Error> {
    let catalogue = registry.catalogue();
    if names.is_empty() {
        return Ok(catalogue.analytes().iter().collect());
    }
    let mut found: Vec<&Analyte> = Vec::new();
    for name in names {
        let analyte = catalogue.find(name).map_err(|mismatch| {
            Error::request(format!("There is no analyte {name}"), "--analyte", mismatch)
        })?;
        if !found.iter().any(|known| known.id == analyte.id) {
            found.push(analyte);
        }
    }
    Ok(found)
}
