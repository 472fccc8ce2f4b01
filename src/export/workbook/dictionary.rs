//! The sheet that explains the others.

use super::{NotHeld, Styles, Template};
use crate::domain::{FormSheet, Holds};
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

const HOW: [&str; 8] = [
    "Fill in the sheets you need; delete or leave empty the others. One row is one record.",
    "A row whose first cell begins with \"example:\" only shows how it is done, and is not imported.",
    "A patient is report/label. A label is a number or a code. Never write names, birth dates, record \
     numbers or contact data.",
    "An empty cell says nothing: not zero, not normal, not \"none\".",
    "Columns may be moved, rows sorted, and columns of your own added; those are not imported, and the \
     import names them.",
    "Dates are text in these sheets, so that 2024-03 stays a month: 2024-03-05, 2024-03 or 2024.",
    "Try it without changing anything: casebook import FILE.xlsx --dry-run",
    "It can't hold: statements in words on the whole course, other readings of a value, where a value in \
     a visit's own row was read (use the sheet measurements), the change log.",
];

pub(super) fn write(
    sheet: &mut Worksheet,
    template: &Template<'_>,
    styles: &Styles,
    left: &NotHeld,
) -> Result<(), XlsxError> {
    sheet.set_name("Dictionary")?;
    let mut row = 0;
    for line in HOW {
        sheet.write_string(row, 0, line)?;
        row += 1;
    }
    for line in left.lines() {
        sheet.write_string(row, 0, format!("Left out of this file: {line}"))?;
        row += 1;
    }
    row += 1;
    for (at, heading) in
        (0u16..).zip(["sheet", "column", "meaning", "needed", "may hold", "example"])
    {
        sheet.write_string_with_format(row, at, heading, &styles.heading)?;
    }
    for (at, width) in (0u16..).zip([16, 28, 64, 9, 64, 20]) {
        sheet.set_column_width(at, width)?;
    }
    let wrapped = Format::new().set_text_wrap();
    for form in FormSheet::ALL {
        row += 1;
        sheet.write_string_with_format(row, 0, form.as_str(), &styles.heading)?;
        sheet.write_string(row, 2, format!("A row is {}", form.a_row()))?;
        for column in template.columns(*form) {
            row += 1;
            let needed = if column.needed { "yes" } else { "" };
            let cells = [
                form.as_str().to_owned(),
                column.heading.clone(),
                column.meaning.clone(),
                needed.to_owned(),
                holds(column.holds),
                column.example.clone(),
            ];
            for (at, text) in (0u16..).zip(cells) {
                if !text.is_empty() {
                    sheet.write_string_with_format(row, at, text, &wrapped)?;
                }
            }
        }
    }
    Ok(())
}

fn holds(holds: Holds) -> String {
    match holds {
        Holds::Text => "text".to_owned(),
        Holds::Report => "a short name: letters, digits, - _ .".to_owned(),
        Holds::Patient => "report/label; the label alone if there is one report".to_owned(),
        Holds::Product => "the short name of a product".to_owned(),
        Holds::Visit => "a label; W4 and D28 tell their planned day".to_owned(),
        Holds::Analyte => "an analyte: see the drop-down".to_owned(),
        Holds::Result => {
            "a number, a limit, not done, not reported, figure only, unreadable, words".to_owned()
        }
        Holds::Whole(low, high) => format!("a whole number from {low} to {high}"),
        Holds::Number(low, high) => format!("a number from {low} to {high}"),
        Holds::Day => "a whole number of days".to_owned(),
        Holds::Date => "2024-03-05, 2024-03 or 2024".to_owned(),
        Holds::Flag => "yes or no".to_owned(),
        Holds::Words(words) => words().join(", "),
    }
}
