//! Medication: who takes which drugs, what became of them since baseline, and the insulin.

use super::amounts::{
    DASH, Index, Row as Statistics, counted, decimals, interval_heading, note_definitions,
    note_groups, result_records,
};
use super::cohort::{describe_population, note_planned_days};
use super::decimal::fixed;
use super::exposure::share;
use super::page::{Block, Cell, Column, Grid, Page, RecordSet, Row, Value};
use crate::analysis::{
    ALL_STOPPED, Amount, AnalysisResult, CONTRADICTORY, IN_WORDS, INSULIN_DOSE, INSULIN_STOPPED,
    MedicationResults, OUTCOMES, PatientRegimen, Question, RECORDED, Statistic, Variable,
};
use crate::domain::{Cohort, Schedule};

/// Doses of insulin have so many decimals in the data.
const DOSE_DECIMALS: u8 = 0;

/// At most so many drugs are named in a note.
const MOST_NAMED: usize = 6;

/// Lay out the medication of a cohort.
pub fn lay_out_medication(
    found: &MedicationResults,
    cohort: &Cohort,
    schedule: &Schedule,
    question: &Question,
) -> Page {
    let mut page = Page::new("Medication");
    describe_population(&mut page, cohort);
    let index = Index::new(&found.results);
    let facts = found.groups.iter().flat_map(|group| who(&index, group.as_deref()));
    page.blocks.push(Block::Facts(facts.collect()));
    if !found.patients.is_empty() {
        page.blocks.push(Block::Grid(lay_out_listing(found, question)));
    }
    if !found.classes.is_empty() {
        let classes = lay_out_classes(&mut page, found, &index, question);
        page.blocks.push(Block::Grid(classes));
        let insulin = lay_out_insulin(&mut page, found, &index, question);
        page.blocks.push(Block::Grid(insulin));
        let stopped = lay_out_stopped(&mut page, found, &index, question);
        page.blocks.push(Block::Grid(stopped));
    }
    note_medication(&mut page, schedule, question);
    note_contradictory(&mut page, found);
    note_day_zero(&mut page, found);
    note_planned_days(&mut page, cohort);
    note_definitions(&mut page, question);
    note_groups(&mut page, question);
    page.context.push(("confidence_level".to_owned(), Value::from(question.level)));
    page.records.push(result_records(&found.results, str::to_owned, decimals_of));
    page.records.push(regimen_records(found));
    page
}

/// Of how many medication is recorded.
fn who<'a>(index: &Index<'a>, group: Option<&'a str>) -> Vec<(String, String)> {
    let fact = |parameter: &'static str| {
        let row = index.of(parameter, "", group);
        let count = |statistic| row.count(Variable::Patients, statistic);
        let name = match group {
            Some(group) => format!("{parameter}, {group}"),
            None => parameter.to_owned(),
        };
        (name, share(count(Statistic::Count), count(Statistic::N)))
    };
    vec![fact(RECORDED), fact(IN_WORDS)]
}

/// A line a patient, a column a time.
fn lay_out_listing(found: &MedicationResults, question: &Question) -> Grid {
    let mut columns = vec![Column::stub("Patient")];
    if question.by.is_some() {
        columns.push(Column::stub("Group"));
    }
    columns.extend(found.times.iter().map(|time| Column::words(time)));
    let mut grid = Grid { columns, ..Grid::default() };
    for one in &found.patients {
        let mut cells = vec![Cell::new(&*one.patient)];
        if question.by.is_some() {
            cells.push(Cell::new(one.group.as_deref().unwrap_or_default()));
        }
        cells.extend(one.at.iter().map(|at| match at {
            Ok((_, taken)) => Cell::new(&**taken),
            Err(reason) => Cell::new(format!("not known: {}", reason.reason())),
        }));
        grid.rows.push(Row::Cells(cells));
    }
    grid
}

fn stubs(question: &Question) -> Vec<Column> {
    let mut columns = vec![Column::stub("Time")];
    if question.by.is_some() {
        columns.push(Column::stub("Group"));
    }
    columns
}

/// Time and group of a line.
fn stub_cells(time: &str, group: Option<&str>, question: &Question) -> Vec<Cell> {
    let mut cells = vec![Cell::new(time)];
    if question.by.is_some() {
        cells.push(Cell::new(group.unwrap_or_default()));
    }
    cells
}

fn lay_out_classes(
    page: &mut Page,
    found: &MedicationResults,
    index: &Index<'_>,
    question: &Question,
) -> Grid {
    let mut columns = stubs(question);
    columns.push(Column::numbers("Taking it"));
    columns.push(Column::numbers("Not known"));
    let since = ["Started", "Stopped", "Less", "Same", "More", "Dose unknown"];
    columns.extend(since.map(|name| Column::numbers(name).under("Since baseline")));
    let mut grid = Grid { columns, ..Grid::default() };
    for class in &found.classes {
        grid.rows.push(Row::Section((*class).to_owned()));
        for time in &found.times {
            for group in &found.groups {
                let row = index.of(class, time, group.as_deref());
                let count = |statistic| row.count(Variable::Patients, statistic);
                let mut cells = stub_cells(time, group.as_deref(), question);
                cells.push(Cell::new(share(count(Statistic::Count), count(Statistic::N))));
                cells.push(Cell::new(count(Statistic::Missing).to_string()));
                let outcomes = OUTCOMES
                    .map(|outcome| row.cell(page, "_", Variable::Patients, &[(outcome, 0)]));
                cells.extend(outcomes);
                grid.rows.push(Row::Cells(cells));
            }
        }
    }
    grid
}

fn lay_out_insulin(
    page: &mut Page,
    found: &MedicationResults,
    index: &Index<'_>,
    question: &Question,
) -> Grid {
    let mut columns = stubs(question);
    let interval = interval_heading(question.level);
    for (name, under) in [
        ("n", "Units per day"),
        ("Mean (SD)", "Units per day"),
        ("Median (Q1, Q3)", "Units per day"),
        ("Mean (SD)", "Change"),
        (&*interval, "Change"),
        ("Median (Q1, Q3)", "Change"),
        ("Mean (SD)", "Change in %"),
        ("Median (Q1, Q3)", "Change in %"),
    ] {
        columns.push(Column::numbers(name).under(under));
    }
    columns.push(Column::numbers("Not known"));
    let heading = Some("Insulin of those who took some at baseline".to_owned());
    let mut grid = Grid { heading, columns, ..Grid::default() };
    let (mean, middle) =
        ([Statistic::Mean, Statistic::Sd], [Statistic::Median, Statistic::Q1, Statistic::Q3]);
    let limits = [Statistic::MeanLower, Statistic::MeanUpper];
    for time in &found.times {
        for group in &found.groups {
            let row = index.of(INSULIN_DOSE, time, group.as_deref());
            let mut cells = stub_cells(time, group.as_deref(), question);
            let mut cell = |pattern: &str, variable, statistics: &[Statistic]| {
                let with_decimals: Vec<(Statistic, u8)> =
                    statistics.iter().map(|one| (*one, decimals(*one, DOSE_DECIMALS))).collect();
                row.cell(page, pattern, variable, &with_decimals)
            };
            cells.push(cell("_", Variable::Value, &[Statistic::N]));
            cells.push(cell("_ (_)", Variable::Value, &mean));
            cells.push(cell("_ (_, _)", Variable::Value, &middle));
            cells.push(cell("_ (_)", Variable::Change, &mean));
            cells.push(cell("_, _", Variable::Change, &limits));
            cells.push(cell("_ (_, _)", Variable::Change, &middle));
            cells.push(cell("_ (_)", Variable::PercentChange, &mean));
            cells.push(cell("_ (_, _)", Variable::PercentChange, &middle));
            cells.push(cell("_", Variable::Value, &[Statistic::Missing]));
            grid.rows.push(Row::Cells(cells));
        }
    }
    grid
}

fn lay_out_stopped(
    page: &mut Page,
    found: &MedicationResults,
    index: &Index<'_>,
    question: &Question,
) -> Grid {
    let mut columns = stubs(question);
    columns.push(Column::numbers("Patients"));
    columns.push(Column::numbers(&format!("{} (%)", interval_heading(question.level))));
    columns.push(Column::numbers("Not known"));
    let mut grid = Grid { columns, ..Grid::default() };
    for parameter in [INSULIN_STOPPED, ALL_STOPPED] {
        grid.rows.push(Row::Section(format!("{parameter}, of those who took some at baseline")));
        for time in found.times.iter().skip(1) {
            for group in &found.groups {
                let row = index.of(parameter, time, group.as_deref());
                let count = |statistic| row.count(Variable::Patients, statistic);
                let mut cells = stub_cells(time, group.as_deref(), question);
                cells.push(Cell::new(share(count(Statistic::Count), count(Statistic::N))));
                cells.push(limits(page, &row));
                cells.push(Cell::new(count(Statistic::Missing).to_string()));
                grid.rows.push(Row::Cells(cells));
            }
        }
    }
    grid
}

/// The limits of a share, or a dash with the reason.
fn limits(page: &mut Page, row: &Statistics<'_, '_>) -> Cell {
    let of = |statistic| row.amount(Variable::Patients, statistic);
    match (of(Statistic::PercentLower), of(Statistic::PercentUpper)) {
        (Some(Amount::Number(lower)), Some(Amount::Number(upper))) => {
            Cell::new(format!("{}, {}", fixed(lower, 1), fixed(upper, 1)))
        }
        (Some(Amount::NotEstimable(reason)), _) => {
            let mark = page.footnote(&format!("Not estimable: {}.", reason.reason()));
            Cell::new(DASH).marked(mark)
        }
        _ => Cell::default(),
    }
}

fn note_medication(page: &mut Page, schedule: &Schedule, question: &Question) {
    page.note(
        "Of patients of whom medication is recorded: it is taken as a whole, so that a drug without an \
         episode on the day is not taken, a dose of 0 is none, and an episode without a last day goes on. Percentages are of those of whom it is \
         known.",
    );
    page.note(
        "Times: the day of the visit nearest to a timepoint's target, or without a visit in the window the \
         target itself, if the patient was followed so long. Baseline: the day before day 0, or if a drug \
         was not taken then, day 0. Last day: the last that anything is known of in a patient.",
    );
    page.note(
        "Classes: level 4 of the ATC index, all insulins in one; by the code, or without one by the name. \
         Less, same and more compare the insulin of a day, or the dose of one drug in one unit; another \
         drug of the class is a dose that can't be compared (unknown).",
    );
    page.note(format!(
        "{} of changes: of the mean, by Student's t; of shares: Clopper-Pearson, exact. Both suppose \
         independent patients.",
        interval_heading(question.level)
    ));
    page.note(format!("Windows: {}.", super::change::windows(schedule)));
}

/// Say what is contradictory, where a patient's line says that something is.
fn note_contradictory(page: &mut Page, found: &MedicationResults) {
    let mut told = found.patients.iter().flat_map(|one| one.at.iter().flatten());
    if told.any(|(_, taken)| taken.contains(CONTRADICTORY)) {
        page.note(
            "Contradictory: two episodes of one drug on that day, or one beside being free of it. The dose \
             counts as not known.",
        );
    }
}

/// Say which drugs count as baseline though they were begun with the infusion.
fn note_day_zero(page: &mut Page, found: &MedicationResults) {
    if found.beginning_on_day_zero == 0 {
        return;
    }
    let drugs: Vec<_> = found.begun_on_day_zero.iter().take(MOST_NAMED).collect();
    let named = drugs.iter().map(|(drug, patients)| format!("{drug} ({patients})"));
    let named = named.collect::<Vec<_>>().join(", ");
    let more = found.begun_on_day_zero.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    page.note(format!(
        "Begun on day 0 exactly, none of the class taken before, and so counted at baseline and not as \
         started: {} in {}: {named}{more}.",
        counted(found.begun_on_day_zero.len(), "drug", "drugs"),
        counted(found.beginning_on_day_zero, "patient", "patients"),
    ));
}

/// Decimals of a statistic as machines see its text.
fn decimals_of(result: &AnalysisResult) -> u8 {
    match result.unit.as_str() {
        "%" => 1,
        _ => decimals(result.statistic, DOSE_DECIMALS),
    }
}

/// What each patient takes at each time.
fn regimen_records(found: &MedicationResults) -> RecordSet {
    let of_patient = |one: &PatientRegimen| -> Vec<Vec<Value>> {
        let row = |(time, at): (&String, &Result<(crate::domain::Day, String), _>)| {
            let (day, taken, reason) = match at {
                Ok((day, taken)) => (Some(day.0), Some(taken.clone()), None),
                Err(reason) => {
                    let reason: &crate::analysis::NoDose = reason;
                    (None, None, Some(reason.reason()))
                }
            };
            vec![
                one.patient.as_str().into(),
                one.group.clone().into(),
                time.as_str().into(),
                day.into(),
                taken.into(),
                reason.into(),
            ]
        };
        found.times.iter().zip(&one.at).map(row).collect()
    };
    RecordSet {
        name: "regimens".to_owned(),
        columns: ["patient", "group", "timepoint", "day", "taken", "reason"]
            .map(str::to_owned)
            .into(),
        rows: found.patients.iter().flat_map(of_patient).collect(),
    }
}
