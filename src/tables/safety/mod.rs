//! Adverse events: an overview, classes and terms, per infusion and per patient-year.

mod notes;

use super::amounts::{Index, Row as Statistics, interval_heading, note_groups, result_records};
use super::cohort::{describe_not_infused, describe_population};
use super::decimal::fixed;
use super::page::{Block, Cell, Column, Grid, Page, Row, Value};
use crate::analysis::{
    Amount, AnalysisResult, INFUSED, Measure, PER_INFUSION, Question, SPEAKING, SafetyResults,
    Said, Statistic, TIME_AT_RISK, Variable,
};
use crate::domain::Cohort;
use std::collections::HashMap;

/// Lay out the adverse events of a cohort.
pub fn lay_out_safety(found: &SafetyResults, cohort: &Cohort, question: &Question) -> Page {
    let mut page = Page::new("Safety");
    describe_population(&mut page, cohort);
    describe_not_infused(&mut page, &found.not_infused);
    let interval = interval_heading(question.level);
    let sheet = Sheet { found, index: Index::new(&found.results), interval };
    let grids = [
        Some(sheet.who(&mut page)),
        Some(sheet.overview(&mut page)),
        sheet.of_all_infused(&mut page),
        sheet.terms(&mut page),
        Some(sheet.per_infusion(&mut page)),
        Some(sheet.per_year(&mut page)),
    ];
    page.blocks.extend(grids.into_iter().flatten().map(Block::Grid));
    sheet.note(&mut page);
    note_groups(&mut page, question);
    let total = |parameter, variable| sheet.total(parameter, variable);
    page.context.extend([
        ("exposed_patient_count".to_owned(), Value::from(total(INFUSED, Variable::Patients))),
        ("denominator_patient_count".to_owned(), Value::from(sheet.speaking())),
        ("event_count".to_owned(), Value::from(found.account.events)),
        ("confidence_level".to_owned(), Value::from(question.level)),
    ]);
    let names: HashMap<&str, &str> = found
        .terms
        .iter()
        .map(|one| (one.parameter.as_str(), one.term.as_deref().unwrap_or(&one.class)))
        .collect();
    let name = |parameter: &str| names.get(parameter).copied().unwrap_or(parameter).to_owned();
    page.records.push(result_records(&found.results, name, decimals_of));
    page
}

/// Decimals of a statistic in machine output's text, as in the table.
fn decimals_of(result: &AnalysisResult) -> u8 {
    match (result.unit.as_str(), result.amount) {
        ("%", _) => 1,
        ("d", _) => 0,
        (_, Amount::Number(number)) => rate_decimals(number),
        _ => 0,
    }
}

/// Two decimals; as many more as a small number needs to have two digits, but four at most.
fn rate_decimals(number: f64) -> u8 {
    match number.abs() {
        small if small > 0.0 && small < 0.01 => 4,
        small if small > 0.0 && small < 0.1 => 3,
        _ => 2,
    }
}

/// What the grids of a page are laid out from.
struct Sheet<'a> {
    found: &'a SafetyResults,
    index: Index<'a>,
    /// `95% CI`.
    interval: String,
}

impl<'a> Sheet<'a> {
    fn is_grouped(&self) -> bool {
        self.found.groups.iter().any(Option::is_some)
    }

    /// A grid without rows, whose rows are named in the first column, or by group below a section.
    fn grid(&self, heading: &str, stub: &str, columns: Vec<Column>) -> Grid {
        let stub = Column::stub(if self.is_grouped() { "Group" } else { stub });
        let columns = [stub].into_iter().chain(columns).collect();
        Grid { heading: Some(heading.to_owned()), columns, rows: Vec::new() }
    }

    /// The lines of one name: one, or a section with a line for each group.
    fn lines(
        &self,
        grid: &mut Grid,
        name: &str,
        mut cells: impl FnMut(Option<&'a str>) -> Vec<Cell>,
    ) {
        if self.is_grouped() {
            grid.rows.push(Row::Section(name.to_owned()));
        }
        for group in &self.found.groups {
            let group = group.as_deref();
            let mut line = vec![Cell::new(group.unwrap_or(name))];
            line.extend(cells(group));
            grid.rows.push(Row::Cells(line));
        }
    }

    fn of(&self, parameter: &'a str, group: Option<&'a str>) -> Statistics<'_, 'a> {
        self.index.of(parameter, "", group)
    }

    /// The counts of all groups together.
    fn total(&self, parameter: &'a str, variable: Variable) -> usize {
        let groups = self.found.groups.iter();
        let count = |group: &'a Option<String>| {
            self.of(parameter, group.as_deref()).count(variable, Statistic::Count)
        };
        groups.map(count).sum()
    }

    /// Patients in the denominator.
    fn speaking(&self) -> usize {
        self.total(SPEAKING, Variable::Infused)
    }

    /// Who was infused, and what their reports say.
    fn who(&self, page: &mut Page) -> Grid {
        let columns = vec![Column::numbers("Patients"), Column::numbers("Looked for (days)")];
        let mut grid = self.grid("Who is counted", "Patients", columns);
        self.lines(&mut grid, "Infused", |group| {
            let row = self.of(INFUSED, group);
            vec![share(page, &row, Variable::Patients, None), Cell::default()]
        });
        // The denominator changes here, so that each line below has to say of whom it is.
        let of_those = "Of those infused";
        if !self.is_grouped() {
            grid.rows.push(Row::Section(of_those.to_owned()));
        }
        let name = |name: &str| match self.is_grouped() {
            true => format!("{of_those}: {name}"),
            false => name.to_owned(),
        };
        self.lines(&mut grid, &name("its report speaks of adverse events"), |group| {
            let row = self.of(SPEAKING, group);
            vec![share(page, &row, Variable::Infused, None), Cell::default()]
        });
        for (said, says) in [
            (Said::Events, "its report gives events"),
            (Said::None, "its report states that there were none"),
            (Said::NotEntered, "its report gives events, none entered"),
            (Said::Nothing, "its report does not mention them"),
        ] {
            let parameter = said.parameter();
            if !said.speaks() && self.total(parameter, Variable::Infused) == 0 {
                continue;
            }
            self.lines(&mut grid, &name(says), |group| {
                let row = self.of(parameter, group);
                let days = if said.speaks() { looked_for(&row) } else { Cell::default() };
                vec![share(page, &row, Variable::Infused, None), days]
            });
        }
        grid
    }

    fn overview(&self, page: &mut Page) -> Grid {
        let of = format!("n/N (%; {})", self.interval);
        let columns = vec![Column::numbers(&format!("Patients, {of}")), Column::numbers("Events")];
        let mut grid = self.grid(
            "Of patients whose report speaks of adverse events",
            "Adverse events",
            columns,
        );
        for measure in Measure::ALL {
            let parameter = measure.parameter();
            self.lines(&mut grid, parameter, |group| {
                let row = self.of(parameter, group);
                let patients = share(page, &row, Variable::Patients, Some(&self.interval));
                vec![patients, row.cell(page, "_", Variable::Events, &[(Statistic::Count, 0)])]
            });
        }
        grid
    }

    /// The same of all patients infused, where that are more.
    fn of_all_infused(&self, page: &mut Page) -> Option<Grid> {
        if self.total(INFUSED, Variable::Patients) == self.speaking() {
            return None;
        }
        let columns = vec![Column::numbers(&format!("Patients, n/N (%; {})", self.interval))];
        let mut grid = self.grid(
            "Of all patients infused, as if silence were no event",
            "Adverse events",
            columns,
        );
        for measure in Measure::ALL {
            let parameter = measure.parameter();
            self.lines(&mut grid, parameter, |group| {
                let row = self.of(parameter, group);
                vec![share(page, &row, Variable::Infused, Some(&self.interval))]
            });
        }
        Some(grid)
    }

    /// Classes and their terms; none without an event.
    fn terms(&self, page: &mut Page) -> Option<Grid> {
        if self.found.terms.is_empty() {
            return None;
        }
        let worst = |column: Column| column.under("Patients by worst grade");
        let mut grid = Grid {
            heading: Some("By class and term".to_owned()),
            columns: vec![Column::stub("Term")],
            rows: Vec::new(),
        };
        if self.is_grouped() {
            grid.columns.push(Column::stub("Group"));
        }
        grid.columns.extend([Column::numbers("Patients"), Column::numbers("Events")]);
        grid.columns.extend(["1", "2", "3", "4", "5"].map(|grade| worst(Column::numbers(grade))));
        grid.columns.push(worst(Column::numbers("Not given")));
        self.term_lines(page, &mut grid, Measure::Any.parameter(), Measure::Any.parameter());
        for one in &self.found.terms {
            let name = match &one.term {
                Some(term) => term,
                None => {
                    grid.rows.push(Row::Section(one.class.clone()));
                    "Any of these"
                }
            };
            self.term_lines(page, &mut grid, &one.parameter, name);
        }
        Some(grid)
    }

    fn term_lines(&self, page: &mut Page, grid: &mut Grid, parameter: &'a str, name: &str) {
        for group in &self.found.groups {
            let group = group.as_deref();
            let row = self.of(parameter, group);
            let mut cells = vec![Cell::new(name)];
            cells.extend(group.map(Cell::new));
            cells.push(share(page, &row, Variable::Patients, None));
            cells.push(row.cell(page, "_", Variable::Events, &[(Statistic::Count, 0)]));
            for grade in (1..=5).map(Some).chain([None]) {
                let statistic = Statistic::WorstGrade(grade);
                cells.push(row.cell(page, "_", Variable::Patients, &[(statistic, 0)]));
            }
            grid.rows.push(Row::Cells(cells));
        }
    }

    fn per_infusion(&self, page: &mut Page) -> Grid {
        let columns = vec![
            Column::numbers(&format!("Infusions, n/N (%; {})", self.interval)),
            Column::numbers("Events"),
            Column::numbers(&format!("Per 100 infusions ({})", self.interval)),
        ];
        let mut grid = self.grid("By infusion", "Adverse events", columns);
        self.lines(&mut grid, PER_INFUSION, |group| {
            let row = self.of(PER_INFUSION, group);
            vec![
                share(page, &row, Variable::Infusions, Some(&self.interval)),
                row.cell(page, "_", Variable::Events, &[(Statistic::Count, 0)]),
                self.rate(page, &row),
            ]
        });
        grid
    }

    fn per_year(&self, page: &mut Page) -> Grid {
        let columns = vec![
            Column::numbers("Patients"),
            Column::numbers("Patient-years"),
            Column::numbers("Events"),
            Column::numbers(&format!("Per patient-year ({})", self.interval)),
        ];
        let mut grid = self.grid("By time at risk", "Adverse events", columns);
        for measure in Measure::ALL {
            let Some(parameter) = measure.rate_parameter() else { continue };
            self.lines(&mut grid, measure.parameter(), |group| {
                let time = self.of(TIME_AT_RISK, group);
                let row = self.of(parameter, group);
                vec![
                    time.cell(page, "_", Variable::Value, &[(Statistic::N, 0)]),
                    time.cell(page, "_", Variable::Value, &[(Statistic::Total, 2)]),
                    row.cell(page, "_", Variable::Events, &[(Statistic::Count, 0)]),
                    self.rate(page, &row),
                ]
            });
        }
        grid
    }

    /// `0.52 (95% CI 0.17 to 1.21)`.
    fn rate(&self, page: &mut Page, row: &Statistics<'_, '_>) -> Cell {
        let limits = [Statistic::Rate, Statistic::RateLower, Statistic::RateUpper];
        let statistics = limits.map(|statistic| match row.amount(Variable::Events, statistic) {
            Some(Amount::Number(number)) => (statistic, rate_decimals(number)),
            _ => (statistic, 2),
        });
        let pattern = format!("_ ({} _ to _)", self.interval);
        row.cell(page, &pattern, Variable::Events, &statistics)
    }
}

/// `0/1 (0.0%; 95% CI 0.0 to 97.5)`, or without an interval `0/1 (0.0%)`; of nobody, `0/0`.
pub(super) fn share(
    page: &mut Page,
    row: &Statistics<'_, '_>,
    variable: Variable,
    interval: Option<&str>,
) -> Cell {
    use Statistic::{Count, N, Percent, PercentLower, PercentUpper};
    if let Some(Amount::NotEstimable(reason)) = row.amount(variable, Percent) {
        let mark = page.footnote(&format!("Not estimable: {}.", reason.reason()));
        return row.cell(page, "_/_", variable, &[(Count, 0), (N, 0)]).marked(mark);
    }
    let mut statistics = vec![(Count, 0), (N, 0), (Percent, 1)];
    let pattern = match interval {
        None => "_/_ (_%)".to_owned(),
        Some(interval) => {
            statistics.extend([(PercentLower, 1), (PercentUpper, 1)]);
            format!("_/_ (_%; {interval} _ to _)")
        }
    };
    row.cell(page, &pattern, variable, &statistics)
}

/// `84 to 336`: for how many days the reports looked for events; `not stated` is told where it isn't.
fn looked_for(row: &Statistics<'_, '_>) -> Cell {
    let days = |statistic| match row.amount(Variable::Value, statistic) {
        Some(Amount::Number(days)) => fixed(days, 0),
        _ => String::new(),
    };
    let (least, most) = (days(Statistic::Min), days(Statistic::Max));
    let stated = if least == most { least } else { format!("{least} to {most}") };
    let unknown = match row.count(Variable::Value, Statistic::Missing) {
        0 => String::new(),
        count => format!("not stated for {count}"),
    };
    let parts = [stated, unknown].into_iter().filter(|part| !part.is_empty());
    Cell::new(parts.collect::<Vec<_>>().join("; "))
}
