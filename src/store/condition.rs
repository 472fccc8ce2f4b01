//! Which patients meet a condition: SQLite evaluates it over a table of its own in memory, which is
//! all that the condition can see.

use super::error::StoreError;
use crate::domain::{ConditionFunction, Datum, Mismatch, Misplaced, PatientTable};
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::{Type, Value};
use rusqlite::{Connection, ErrorCode, params_from_iter};

const BEFORE: &str = "SELECT (";

/// The steps of SQLite's machine that a condition may take for one patient; the longest that was seen
/// took a few hundred.
const MOST_STEPS: usize = 100_000;

/// Steps between two looks at how many there were.
const LOOK: i32 = 1_000;

/// Why a condition has no answer.
#[derive(Debug)]
pub enum NoAnswer {
    /// A part of it can't be used.
    Misplaced(Misplaced),
    /// It is not true or false, or has no end.
    Mismatch(Mismatch),
    /// SQLite failed.
    Store(StoreError),
}

/// For each patient of a table whether a condition is met; none where that is not known.
///
/// # Errors
/// If it is no condition, which SQLite points at, or gives something else than true and false.
pub fn answers(table: &PatientTable, condition: &str) -> Result<Vec<Option<bool>>, NoAnswer> {
    evaluate(table, condition, MOST_STEPS)
}

fn evaluate(
    table: &PatientTable,
    condition: &str,
    most_steps: usize,
) -> Result<Vec<Option<bool>>, NoAnswer> {
    let mut prepared = filled(table).map_err(unexpected)?;
    confine(&mut prepared, (table.rows.len() + 10) * most_steps).map_err(unexpected)?;
    let sql = format!("{BEFORE}{condition}\n) FROM patient ORDER BY rowid");
    let mut query = prepared.prepare(&sql).map_err(|error| refused(error, condition))?;
    if query.column_count() != 1 {
        let mismatch = Mismatch::new(condition, "one condition");
        return Err(NoAnswer::Mismatch(mismatch));
    }
    let mut rows = query.query(()).map_err(|error| refused(error, condition))?;
    let mut answers = Vec::with_capacity(table.rows.len());
    while let Some(row) = rows.next().map_err(|error| refused(error, condition))? {
        answers.push(match row.get::<_, Value>(0).map_err(unexpected)? {
            Value::Null => None,
            Value::Integer(1) => Some(true),
            Value::Integer(0) => Some(false),
            other => return Err(NoAnswer::Mismatch(no_truth(other.data_type()))),
        });
    }
    Ok(answers)
}

/// A condition that is not true or false; what it gives instead may be a patient's and is not told.
fn no_truth(found: Type) -> Mismatch {
    let found = match found {
        Type::Text => "a text",
        _ => "a number",
    };
    Mismatch::new(found, "a condition that is true or false, such as sex = 'female' or age >= 40")
}

/// The table in a database of its own.
fn filled(table: &PatientTable) -> Result<Connection, rusqlite::Error> {
    let mut connection = Connection::open_in_memory()?;
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            let name = column.name.replace('"', "\"\"");
            let kind = if column.is_number { "REAL" } else { "TEXT COLLATE NOCASE" };
            format!("\"{name}\" {kind}")
        })
        .collect();
    connection.execute_batch(&format!("CREATE TABLE patient ({}) STRICT", columns.join(", ")))?;
    let transaction = connection.transaction()?;
    let blanks = vec!["?"; table.columns.len()].join(", ");
    let mut insert = transaction.prepare(&format!("INSERT INTO patient VALUES ({blanks})"))?;
    for row in &table.rows {
        insert.execute(params_from_iter(row.iter().map(|datum| match datum {
            Datum::Unknown => Value::Null,
            Datum::Number(number) => Value::Real(*number),
            Datum::Text(text) => Value::Text(text.clone()),
        })))?;
    }
    drop(insert);
    transaction.commit()?;
    Ok(connection)
}

/// From here on nothing but one expression over that table is possible, and that has an end.
fn confine(connection: &mut Connection, most_steps: usize) -> Result<(), rusqlite::Error> {
    // A name in double quotes is a column or nothing; it never turns into a text.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, 20_000)?;
    connection.set_limit(Limit::SQLITE_LIMIT_EXPR_DEPTH, 200)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    let mut looks = 0;
    let most_looks = most_steps / LOOK.unsigned_abs() as usize;
    connection.progress_handler(
        LOOK,
        Some(move || {
            looks += 1;
            looks > most_looks
        }),
    )?;
    let mut selects = 0;
    connection.authorizer(Some(move |context: AuthContext<'_>| match context.action {
        AuthAction::Select => {
            selects += 1;
            if selects == 1 { Authorization::Allow } else { Authorization::Deny }
        }
        AuthAction::Read { table_name: "patient", .. } => Authorization::Allow,
        AuthAction::Function { function_name }
            if ConditionFunction::parse(function_name).is_ok() =>
        {
            Authorization::Allow
        }
        _ => Authorization::Deny,
    }))
}

fn refused(error: rusqlite::Error, condition: &str) -> NoAnswer {
    let expected = "a condition such as sex = 'female' and age >= 40";
    match error {
        rusqlite::Error::SqlInputError { offset, msg, .. } => {
            let offset = usize::try_from(offset).unwrap_or(BEFORE.len());
            let mut at = offset.saturating_sub(BEFORE.len()).min(condition.len());
            while !condition.is_char_boundary(at) {
                at -= 1;
            }
            let rest = &condition[at..];
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let mismatch = match end {
                0 => Mismatch::new("the end", "more of the condition"),
                end => Mismatch::new(&rest[..end], expected).mend(format!("SQLite says: {msg}")),
            };
            NoAnswer::Misplaced(Misplaced { at, mismatch })
        }
        rusqlite::Error::SqliteFailure(failure, _)
            if failure.code == ErrorCode::OperationInterrupted =>
        {
            NoAnswer::Mismatch(Mismatch::new(condition, "a condition that comes to an end"))
        }
        rusqlite::Error::SqliteFailure(_, Some(said)) => {
            let mend = format!("SQLite says: {said}");
            NoAnswer::Mismatch(Mismatch::new(condition, expected).mend(mend))
        }
        error => unexpected(error),
    }
}

fn unexpected(error: rusqlite::Error) -> NoAnswer {
    NoAnswer::Store(StoreError::Unexpected(format!("a condition could not be asked: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PatientColumn;

    /// A man of 50, a woman of 40 of whom no arm is known, and somebody of whom nothing is.
    fn table() -> PatientTable {
        let column = |name: &str, is_number| PatientColumn {
            name: name.to_owned(),
            is_number,
            unit: String::new(),
            meaning: String::new(),
        };
        PatientTable {
            columns: vec![column("sex", false), column("age", true), column("arm", false)],
            rows: vec![
                vec!["male".into(), 50.0.into(), "msc".into()],
                vec!["female".into(), 40.0.into(), Datum::Unknown],
                vec![Datum::Unknown, Datum::Unknown, Datum::Unknown],
            ],
        }
    }

    fn answered(condition: &str) -> Vec<Option<bool>> {
        answers(&table(), condition).expect(condition)
    }

    #[test]
    fn a_condition_is_met_not_met_or_not_known() {
        assert_eq!(answered("sex = 'Female'"), [Some(false), Some(true), None]);
        assert_eq!(answered("age >= 45 and arm = 'msc'"), [Some(true), Some(false), None]);
        assert_eq!(answered("arm is null"), [Some(false), Some(true), Some(true)]);
        assert_eq!(
            answered("sex like 'fe%' or age between 50 and 60"),
            [Some(true), Some(true), None]
        );
        let text = "coalesce(arm, 'none') in ('none') and round(abs(-age)) <> 40";
        assert_eq!(answered(text), [Some(false), Some(false), None]);
        assert_eq!(
            answered("case when age > 45 then true else false end")[..2],
            [Some(true), Some(false)]
        );
    }

    #[test]
    fn what_is_neither_true_nor_false_is_told_without_a_patients_value() {
        for (condition, found) in [("sex", "a text"), ("age", "a number"), ("age + 1", "a number")]
        {
            match answers(&table(), condition) {
                Err(NoAnswer::Mismatch(mismatch)) => assert_eq!(mismatch.found, found),
                other => panic!("{condition}: {other:?}"),
            }
        }
    }

    /// Whatever comes through the words of a condition, SQLite itself lets nothing else pass.
    #[test]
    fn nothing_but_the_table_and_a_few_functions_can_be_reached() {
        for condition in [
            "(SELECT count(*) FROM patient) > 1",
            "1) FROM patient UNION SELECT (1",
            "age IN (SELECT 1)",
            "(SELECT count(*) FROM sqlite_master) > 0",
            "random() > 0",
            "load_extension('x') IS NULL",
            "sqlite_version() = '3'",
            "hex(randomblob(9)) = ''",
            "\"female\" = sex",
            "max(age) = 50",
            "1), (1",
        ] {
            match answers(&table(), condition) {
                Err(NoAnswer::Misplaced(_) | NoAnswer::Mismatch(_)) => {}
                other => panic!("{condition}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_slip_is_pointed_at() {
        match answers(&table(), "sex = 'male' an age > 3") {
            Err(NoAnswer::Misplaced(Misplaced { at, mismatch })) => {
                assert_eq!((at, mismatch.found.as_str()), (13, "an"));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_condition_without_an_end_is_stopped() {
        let long = vec!["age > 1"; 90].join(" and ");
        assert!(evaluate(&table(), &long, MOST_STEPS).is_ok());
        let mut many = table();
        many.rows = vec![many.rows[0].clone(); 100];
        match evaluate(&many, &long, 20) {
            Err(NoAnswer::Mismatch(mismatch)) => {
                assert_eq!(mismatch.expected, "a condition that comes to an end");
            }
            other => panic!("{other:?}"),
        }
    }
}
