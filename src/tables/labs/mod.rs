//! Laboratory values against their reference ranges: shifts, multiples, grades, liver, tumour markers.

mod notes;
mod records;

use super::amounts::{Index, Row as Statistics, interval_heading, note_groups};
use super::change::{note_choices, note_readings, warned};
use super::cohort::describe_population;
use super::decimal::fixed;
use super::page::{Block, Cell, Column, Grid, Page, Row, Value};
use super::safety::share;
use crate::analysis::{
    AMINOTRANSFERASES, BASELINE, CTCAE_VERSION, EITHER, EVER, LabAnalyte, LabsResults, MULTIPLES,
    OutOfRange, Question, RangeClass, Series, Statistic, TOGETHER, TUMOUR_MARKERS, Variable,
    above_parameter, exceeds_parameter, higher_parameter,
};
use crate::domain::{Cohort, Rules, display_unit};

/// At most so many values outside of their ranges are listed in a table; the records have all.
const MOST_LISTED: usize = 30;

/// Below so many patients the page begins with their values outside of the ranges.
const LISTED_FIRST_BELOW: usize = 10;

/// Decimals of multiples of an upper limit.
const MULTIPLE_DECIMALS: u8 = 2;

/// Lay out the laboratory values of a cohort.
pub fn lay_out_labs(
    found: &LabsResults,
    cohort: &Cohort,
    rules: &Rules,
    question: &Question,
) -> Page {
    let mut page = Page::new("Laboratory values");
    describe_population(&mut page, cohort);
    let interval = interval_heading(question.level);
    let sheet = Sheet { found, index: Index::new(&found.results), interval };
    if !found.analytes.iter().any(LabAnalyte::has_range) {
        page.blocks.push(Block::Paragraph(why_no_range(found)));
    }
    let listing = sheet.out_of_range(&mut page);
    let mut grids = vec![
        sheet.shifts(),
        sheet.multiples(&mut page),
        sheet.grades(),
        sheet.liver(&mut page),
        sheet.liver_cases(),
        sheet.tumour_markers(&mut page),
    ];
    // Of few patients, who they are is the result.
    let is_first = cohort.subjects.len() < LISTED_FIRST_BELOW;
    grids.insert(if is_first { 0 } else { grids.len() }, listing);
    page.blocks.extend(grids.into_iter().flatten().map(Block::Grid));
    sheet.note(&mut page, rules, question);
    note_groups(&mut page, question);
    note_choices(&mut page, question);
    let is_listed = |one: &&LabAnalyte| {
        found.out_of_range.iter().any(|line| line.parameter == one.series.parameter)
    };
    let listed = found.analytes.iter().filter(is_listed);
    let series: Vec<Series> = listed.map(|one| one.series.clone()).collect();
    note_readings(&mut page, &series);
    page.context.extend([
        ("ctcae_version".to_owned(), Value::from(CTCAE_VERSION)),
        ("numbers_without_unit".to_owned(), Value::from(found.without_unit)),
        ("confidence_level".to_owned(), Value::from(question.level)),
        ("quartiles".to_owned(), Value::from(question.quantile.name())),
        ("units".to_owned(), Value::from(question.units.name())),
        ("rules_version".to_owned(), Value::from(rules.version)),
    ]);
    page.records.extend(records::all(found));
    page
}

/// Why no value is compared with a range, and how one is recorded.
fn why_no_range(found: &LabsResults) -> String {
    let without_unit = match found.without_unit {
        0 => String::new(),
        1 => "1 number is recorded without a unit: without one it can't be judged. ".to_owned(),
        several => format!(
            "{several} numbers are recorded without a unit: without one they can't be judged. ",
        ),
    };
    let none = match (found.analytes.is_empty(), found.without_unit) {
        (true, 0) => "No number is recorded of these analytes.",
        (true, _) => "No number with a unit is recorded of these analytes.",
        (false, _) => "No value has a reference range recorded with it.",
    };
    format!(
        "{none} {without_unit}A range is recorded beside its value: lower_limit and upper_limit of a case \
         file or workbook.",
    )
}

/// What the grids of a page are laid out from.
struct Sheet<'a> {
    found: &'a LabsResults,
    index: Index<'a>,
    /// `95% CI`.
    interval: String,
}

impl<'a> Sheet<'a> {
    /// Each period and group, in their order.
    fn lines(&self) -> impl Iterator<Item = (&'a str, Option<&'a str>)> + use<'a> {
        let found = self.found;
        let groups = || found.groups.iter().map(Option::as_deref);
        found
            .periods
            .iter()
            .flat_map(move |period| groups().map(move |group| (period.as_str(), group)))
    }

    /// A grid without rows: the name of a line, its timepoint and group where there are several.
    fn grid(&self, heading: &str, stub: &str, columns: Vec<Column>) -> Grid {
        let mut all = vec![Column::stub(stub)];
        all.extend(self.has_periods().then(|| Column::stub("Timepoint")));
        all.extend(self.is_grouped().then(|| Column::stub("Group")));
        all.extend(columns);
        Grid { heading: Some(heading.to_owned()), columns: all, rows: Vec::new() }
    }

    /// The first cells of a line of such a grid.
    fn stubs(&self, name: &str, period: &str, group: Option<&str>) -> Vec<Cell> {
        let mut cells = vec![Cell::new(name)];
        cells.extend(self.has_periods().then(|| Cell::new(period)));
        cells.extend(self.is_grouped().then(|| Cell::new(group.unwrap_or_default())));
        cells
    }

    fn has_periods(&self) -> bool {
        self.found.periods.len() > 1
    }

    fn is_grouped(&self) -> bool {
        self.found.groups.iter().any(Option::is_some)
    }

    /// `worst after baseline`, or `at W12`.
    fn when(&self) -> String {
        match self.found.periods.as_slice() {
            [one] if one == crate::analysis::WORST => "worst after baseline".to_owned(),
            [one] => format!("at {one}"),
            _ => "after baseline".to_owned(),
        }
    }

    fn of(
        &self,
        parameter: &'a str,
        period: &'a str,
        group: Option<&'a str>,
    ) -> Statistics<'_, 'a> {
        self.index.of(parameter, period, group)
    }

    /// The analytes with a range.
    fn ranged(&self) -> impl Iterator<Item = &'a LabAnalyte> + use<'a> {
        self.found.analytes.iter().filter(|one| one.has_range())
    }

    fn analyte(&self, key: &str) -> Option<&'a LabAnalyte> {
        self.found.analytes.iter().find(|one| one.series.parameter == key)
    }

    /// From which side of the range to which; lines and columns without a patient are left out.
    fn shifts(&self) -> Option<Grid> {
        let count = |key: &'a str, (period, group), from, to| {
            self.of(key, period, group).count(Variable::Patients, Statistic::Shift(from, to))
        };
        let is_met = |to: &RangeClass| {
            self.ranged().any(|one| {
                let key = one.series.parameter.as_str();
                self.lines().any(|line| {
                    RangeClass::BASELINE.iter().any(|from| count(key, line, *from, *to) > 0)
                })
            })
        };
        let is_shown = |to: &RangeClass| *to != RangeClass::LowAndHigh || is_met(to);
        let sides: Vec<RangeClass> = RangeClass::AFTER.into_iter().filter(is_shown).collect();
        let column = |to: &RangeClass| Column::numbers(&heading(*to)).under(&capital(&self.when()));
        let mut columns: Vec<Column> = sides.iter().map(column).collect();
        columns.push(Column::numbers("Patients"));
        let mut grid = self.grid("Shifts from baseline", "Baseline", columns);
        for one in self.ranged() {
            grid.rows.push(Row::Section(one.series.label.clone()));
            for from in RangeClass::BASELINE {
                for (period, group) in self.lines() {
                    let key = one.series.parameter.as_str();
                    let counts: Vec<usize> =
                        sides.iter().map(|to| count(key, (period, group), from, *to)).collect();
                    let all: usize = counts.iter().sum();
                    if all == 0 {
                        continue;
                    }
                    let mut cells = self.stubs(&heading(from), period, group);
                    cells.extend(counts.iter().chain([&all]).map(|n| Cell::new(n.to_string())));
                    grid.rows.push(Row::Cells(cells));
                }
            }
        }
        (!grid.rows.is_empty()).then_some(grid)
    }

    fn multiples(&self, page: &mut Page) -> Option<Grid> {
        use Statistic::{Max, Median, Min, N, Q1, Q3};
        let columns = ["Patients", "Median (Q1, Q3)", "Min", "Max"].map(Column::numbers);
        let heading = format!("Highest multiple of the upper limit, {}", self.when());
        let mut grid = self.grid(&heading, "Analyte", columns.into());
        for one in self.ranged() {
            for (period, group) in self.lines() {
                let row = self.of(&one.series.parameter, period, group);
                let variable = Variable::UpperLimitMultiple;
                let mut cells = self.stubs(&one.series.label, period, group);
                cells.push(row.cell(page, "_", variable, &[(N, 0)]));
                let with = |statistic| (statistic, MULTIPLE_DECIMALS);
                for (pattern, statistics) in [
                    ("_ (_, _)", vec![with(Median), with(Q1), with(Q3)]),
                    ("_", vec![with(Min)]),
                    ("_", vec![with(Max)]),
                ] {
                    let cell = row.cell(page, pattern, variable, &statistics);
                    cells.push(warned(page, cell, &row, variable, false));
                }
                grid.rows.push(Row::Cells(cells));
            }
        }
        (!grid.rows.is_empty()).then_some(grid)
    }

    /// Terms that can be graded in somebody.
    fn grades(&self) -> Option<Grid> {
        let under = |column: Column| column.under("Patients by worst grade");
        let mut columns = vec![Column::numbers("Graded")];
        columns.extend(["0", "1", "2", "3", "4"].map(|grade| under(Column::numbers(grade))));
        columns.push(Column::numbers("Higher than at baseline"));
        columns.push(Column::numbers("Not gradable"));
        let heading = format!("{CTCAE_VERSION}, {}", self.when());
        let mut grid = self.grid(&heading, "Term", columns);
        for one in &self.found.analytes {
            for term in one.terms.iter().filter(|term| self.is_graded(term)) {
                for (period, group) in self.lines() {
                    let row = self.of(term, period, group);
                    let name = term.trim_start_matches(CTCAE_VERSION).trim_start();
                    let mut cells = self.stubs(name, period, group);
                    let grades = (0..=4).map(|grade| Statistic::WorstGrade(Some(grade)));
                    let count = |statistic| row.count(Variable::Patients, statistic).to_string();
                    let worst = [Statistic::N].into_iter().chain(grades);
                    cells.extend(worst.map(|statistic| Cell::new(count(statistic))));
                    cells.push(self.higher_than_at_baseline(term, period, group));
                    cells.push(Cell::new(count(Statistic::Missing)));
                    grid.rows.push(Row::Cells(cells));
                }
            }
        }
        (!grid.rows.is_empty()).then_some(grid)
    }

    /// `1/4`, of those graded at both times. No share is taken: who is graded may be no sample of all.
    fn higher_than_at_baseline(&self, term: &str, period: &str, group: Option<&str>) -> Cell {
        let parameter = higher_parameter(term);
        let row = self.index.of(&parameter, period, group);
        let count = |statistic| row.count(Variable::Patients, statistic);
        Cell::new(format!("{}/{}", count(Statistic::Count), count(Statistic::N)))
    }

    /// True if anybody has a grade of this term.
    fn is_graded(&self, term: &'a str) -> bool {
        let graded =
            |(period, group)| self.of(term, period, group).count(Variable::Patients, Statistic::N);
        self.lines().any(|line| graded(line) > 0)
    }

    /// Aminotransferases and bilirubin above multiples of their upper limits.
    fn liver(&self, page: &mut Page) -> Option<Grid> {
        let measured: Vec<&LabAnalyte> =
            AMINOTRANSFERASES.iter().filter_map(|key| self.analyte(key)).collect();
        if !measured.iter().any(|one| one.has_range()) {
            return None;
        }
        let of =
            |one: &&LabAnalyte| MULTIPLES.map(|times| exceeds_parameter(&one.series.label, times));
        let parameters: Vec<String> = measured.iter().flat_map(of).collect();
        let columns = vec![Column::numbers(&format!("Patients, n/N (%; {})", self.interval))];
        let mut grid = self.grid(&format!("Liver, {}", self.when()), "Value", columns);
        let together = [EITHER, TOGETHER, EVER];
        for parameter in parameters.iter().map(String::as_str).chain(together) {
            for (period, group) in self.lines() {
                let row = self.index.of(parameter, period, group);
                let mut cells = self.stubs(parameter, period, group);
                cells.push(share(page, &row, Variable::Patients, Some(&self.interval)));
                grid.rows.push(Row::Cells(cells));
            }
        }
        Some(grid)
    }

    fn liver_cases(&self) -> Option<Grid> {
        let multiple = |number: Option<f64>| {
            Cell::new(number.map_or("not known".to_owned(), |n| fixed(n, MULTIPLE_DECIMALS)))
        };
        let times = |name: &str| Column::numbers(&format!("{name} (× ULN)"));
        let mut grid = Grid {
            heading: Some("Potential Hy's law".to_owned()),
            columns: vec![
                Column::stub("Patient"),
                Column::words("When"),
                Column::words("Within 14 days"),
                times("ALT or AST"),
                times("Total bilirubin"),
                times("ALP"),
            ],
            rows: Vec::new(),
        };
        for case in &self.found.liver_cases {
            grid.rows.push(Row::Cells(vec![
                Cell::new(&*case.patient),
                Cell::new(&*case.timepoint),
                Cell::new(if case.together { "yes" } else { "no" }),
                multiple(Some(case.aminotransferase)),
                multiple(Some(case.bilirubin)),
                multiple(case.alkaline_phosphatase),
            ]));
        }
        (!grid.rows.is_empty()).then_some(grid)
    }

    fn tumour_markers(&self, page: &mut Page) -> Option<Grid> {
        let above = |name: &str| Column::numbers(name).under("Above the upper limit, n/N (%)");
        let columns = vec![above("Baseline"), above(&capital(&self.when())), above("Newly")];
        let mut grid = self.grid("Tumour markers", "Marker", columns);
        for one in TUMOUR_MARKERS.iter().filter_map(|key| self.analyte(key)) {
            if !one.has_range() {
                continue;
            }
            let [above, newly] =
                [false, true].map(|newly| above_parameter(&one.series.label, newly));
            for (period, group) in self.lines() {
                let mut cells = self.stubs(&one.series.label, period, group);
                for (parameter, at) in [(&above, BASELINE), (&above, period), (&newly, period)] {
                    let row = self.index.of(parameter, at, group);
                    cells.push(share(page, &row, Variable::Patients, None));
                }
                grid.rows.push(Row::Cells(cells));
            }
        }
        (!grid.rows.is_empty()).then_some(grid)
    }

    /// Each patient's worst value on a side, where it is outside.
    fn out_of_range(&self, page: &mut Page) -> Option<Grid> {
        let all = &self.found.out_of_range;
        let columns = [
            Column::words("Value"),
            Column::numbers("Day"),
            Column::words("Range"),
            Column::numbers("× ULN"),
            Column::numbers(CTCAE_VERSION),
            Column::words("Baseline"),
        ];
        let mut grid = Grid {
            heading: Some(format!("Outside the range, {}", self.when())),
            columns: [Column::stub("Patient")].into_iter().chain(columns).collect(),
            rows: Vec::new(),
        };
        let mut last = None;
        for one in all.iter().take(MOST_LISTED) {
            let about = self.analyte(&one.parameter)?;
            if last.replace(&one.parameter) != Some(&one.parameter) {
                let unit = about.series.unit.as_ref().map_or("", |unit| unit.ucum.as_str());
                let name = format!("{} ({})", about.series.label, display_unit(unit));
                grid.rows.push(Row::Section(name));
            }
            grid.rows.push(Row::Cells(out_of_range_line(one, about)));
        }
        if all.len() > MOST_LISTED {
            page.note(format!(
                "Listed: the first {MOST_LISTED} of {} values outside their ranges; csv and json have all.",
                all.len(),
            ));
        }
        (!grid.rows.is_empty()).then_some(grid)
    }
}

fn out_of_range_line(one: &OutOfRange, about: &LabAnalyte) -> Vec<Cell> {
    let number = |number: f64| fixed(number, about.series.decimals);
    let range = match one.limits {
        (Some(low), Some(high)) => format!("{} to {}", number(low), number(high)),
        (Some(low), None) => format!("from {}", number(low)),
        (None, Some(high)) => format!("up to {}", number(high)),
        (None, None) => String::new(),
    };
    let baseline = match one.baseline {
        (Some(value), side) => format!("{} ({})", number(value), side.name()),
        (None, side) => side.name().to_owned(),
    };
    let multiple = one.upper_multiple.map(|times| fixed(times, MULTIPLE_DECIMALS));
    vec![
        Cell::new(&*one.patient),
        Cell::new(format!("{}{} ({})", one.sign, number(one.value), one.side.name())),
        Cell::new(one.day.0.to_string()),
        Cell::new(range),
        Cell::new(multiple.unwrap_or_default()),
        Cell::new(match (one.grade, one.has_term) {
            (Some(grade), _) => grade.to_string(),
            (None, true) => "not gradable".to_owned(),
            (None, false) => "no term".to_owned(),
        }),
        Cell::new(baseline),
    ]
}

/// `Low`, `Can't tell`.
fn heading(side: RangeClass) -> String {
    capital(side.name())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
