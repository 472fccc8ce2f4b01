//! What a cell of a template may hold: drop-downs, ranges and what is said to who types something else.

use super::{Column, Template};
use crate::domain::{Holds, display_unit};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, Formula, Worksheet, XlsxError,
};

/// The longest list that a drop-down holds in itself, in characters; a limit of Excel.
const LONGEST_LIST: usize = 255;
/// The longest message of a rule, and the longest title; limits of Excel.
const LONGEST_MESSAGE: usize = 255;

/// The lists of the drop-downs that are too long to stand in the rule itself.
pub(super) struct Lists {
    lists: Vec<(&'static str, Vec<String>)>,
    visits: Vec<String>,
}

impl Lists {
    pub fn new(template: &Template<'_>) -> Lists {
        let analytes = template.catalogue.analytes().iter().map(|one| one.symbol.clone()).collect();
        let mut units: Vec<String> = template
            .catalogue
            .analytes()
            .iter()
            .flat_map(|analyte| &analyte.units)
            .map(|unit| display_unit(&unit.ucum))
            .filter(|unit| !unit.is_empty())
            .collect();
        units.sort();
        units.dedup();
        units.push(crate::domain::NO_UNIT.to_owned());
        let timepoints = template.schedule.timepoints();
        Lists {
            lists: vec![("analytes", analytes), ("units", units)],
            visits: timepoints.iter().map(|timepoint| timepoint.name.clone()).collect(),
        }
    }

    /// Write the lists on a sheet that nobody needs to see.
    pub fn write(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name("Lists")?.set_hidden(true);
        for (column, (name, words)) in (0u16..).zip(self.all()) {
            sheet.write_string(0, column, name)?;
            for (row, word) in (1u32..).zip(words) {
                sheet.write_string(row, column, word.as_str())?;
            }
        }
        Ok(())
    }

    fn all(&self) -> impl Iterator<Item = (&'static str, &Vec<String>)> {
        let lists = self.lists.iter().map(|(name, words)| (*name, words));
        lists.chain([("visits", &self.visits)])
    }

    fn range(&self, name: &str) -> String {
        let found = self.all().enumerate().find(|(_, (known, _))| *known == name);
        let (at, length) = found.map_or((0, 1), |(at, (_, words))| (at, words.len().max(1)));
        let letter = char::from(b'A' + u8::try_from(at).unwrap_or(0));
        format!("=Lists!${letter}$2:${letter}${}", length + 1)
    }

    /// Put the rule of a column on its rows, the example's included.
    pub fn rule(
        &mut self,
        sheet: &mut Worksheet,
        column: &Column<'_>,
        at: u16,
        rows: u32,
    ) -> Result<(), XlsxError> {
        let Some((rule, expected, is_strict)) = self.of(column, at)? else { return Ok(()) };
        let style = match is_strict {
            true => DataValidationErrorStyle::Stop,
            false => DataValidationErrorStyle::Warning,
        };
        let title: String = column.heading.chars().take(32).collect();
        let message: String = expected.chars().take(LONGEST_MESSAGE).collect();
        let rule =
            rule.set_error_style(style).set_error_title(title)?.set_error_message(message)?;
        sheet.add_data_validation(1, at, rows.max(1), at, &rule)?;
        Ok(())
    }

    fn of(
        &self,
        column: &Column<'_>,
        at: u16,
    ) -> Result<Option<(DataValidation, String, bool)>, XlsxError> {
        let rule = DataValidation::new();
        let cell = format!("{}2", letters(at));
        if let Some((analyte, unit)) = column.analyte {
            let (low, high) = analyte.hard_range;
            let printed = analyte.unit(if unit.is_empty() { "1" } else { unit });
            let Ok(printed) = printed else { return Ok(None) };
            let bound = |canonical: f64| rounded(printed.of_canonical(canonical));
            if !low.is_finite() || !high.is_finite() {
                return Ok(None);
            }
            let (low, high) = (bound(low), bound(high));
            let formula = format!("=OR(ISTEXT({cell}),AND({cell}>={low},{cell}<={high}))");
            let said = format!(
                "{} lies between {low} and {high} {unit} in any patient. Is the unit right, or the \
                 decimal point lost?",
                analyte.symbol
            );
            return Ok(Some((rule.allow_custom(Formula::new(formula)), said, false)));
        }
        let list =
            |name: &str| DataValidation::new().allow_list_formula(Formula::new(self.range(name)));
        let sheet_list = |sheet: &str| {
            // The third row on: the second shows how to fill in the sheet.
            let formula = Formula::new(format!("={sheet}!$A$3:$A$2000"));
            DataValidation::new().allow_list_formula(formula)
        };
        Ok(Some(match column.holds {
            Holds::Text | Holds::Result if column.heading != "unit" => return Ok(None),
            Holds::Text | Holds::Result => (
                list("units"),
                "No analyte is read in this unit. Another spelling may do.".to_owned(),
                false,
            ),
            Holds::Report => return Ok(None),
            Holds::Patient if column.meaning.is_empty() => return Ok(None),
            Holds::Patient => (
                rule.allow_custom(Formula::new(format!("=ISNUMBER(SEARCH(\"/\",{cell}))"))),
                "A patient is report/label, for example huang-2025/1. A label is never a name."
                    .to_owned(),
                false,
            ),
            Holds::Product if column.needed => return Ok(None),
            Holds::Product => {
                (sheet_list("products"), "A product of the sheet products.".to_owned(), false)
            }
            Holds::Visit if self.visits.is_empty() => return Ok(None),
            Holds::Visit => (
                list("visits"),
                "This is no planned visit. Other labels may do: W24, discharge.".to_owned(),
                false,
            ),
            Holds::Analyte => (
                list("analytes"),
                "No analyte is called so. `casebook analyte list` shows other names.".to_owned(),
                false,
            ),
            Holds::Whole(low, high) => (
                rule.allow_whole_number(DataValidationRule::Between(low, high)),
                format!("A whole number from {low} to {high}."),
                true,
            ),
            Holds::Number(low, high) => (
                rule.allow_decimal_number(DataValidationRule::Between(low, high)),
                format!("A number from {low} to {high}: {}.", column.meaning),
                true,
            ),
            Holds::Day => (
                rule.allow_whole_number(DataValidationRule::Between(-54_787, 54_787)),
                "A whole number of days from day 0; the day before is -1.".to_owned(),
                true,
            ),
            Holds::Date => (
                rule.allow_custom(Formula::new(date_formula(&cell))),
                "A date as 2024-03-05; 2024-03 or 2024 if no more is known.".to_owned(),
                true,
            ),
            Holds::Flag => {
                let words = ["yes", "no"];
                (rule.allow_list_strings(&words)?, "yes or no; empty if not said.".to_owned(), true)
            }
            Holds::Words(words) => {
                let words = words();
                let all = words.join(", ");
                debug_assert!(all.len() <= LONGEST_LIST && words.iter().all(|w| !w.contains(',')));
                (rule.allow_list_strings(&words)?, format!("One of: {all}."), true)
            }
        }))
    }
}

/// True for an ISO date as text, whole or in part, or for a date of the spreadsheet.
fn date_formula(cell: &str) -> String {
    format!(
        "=OR(AND(ISNUMBER({cell}),{cell}>3000),AND(ISNUMBER(VALUE(LEFT({cell},4))),OR(LEN({cell})=4,\
         AND(LEN({cell})=7,MID({cell},5,1)=\"-\"),AND(LEN({cell})=10,MID({cell},5,1)=\"-\",MID({cell},8,1)=\"-\"))))"
    )
}

/// Four significant digits: the rule asks, the importer decides.
fn rounded(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

fn letters(at: u16) -> String {
    let (first, last) = (at / 26, at % 26);
    let letter = |n: u16| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    match first {
        0 => letter(last).to_string(),
        _ => format!("{}{}", letter(first - 1), letter(last)),
    }
}
