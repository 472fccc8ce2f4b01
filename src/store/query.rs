//! A query that somebody wrote: read-only, over the views and tables of the file, with the statistics of
//! the summaries as functions.

use super::Registry;
use super::error::{InFile, StoreError};
use super::registry::look_into;
use crate::domain::{AggregateFunction, Mismatch, Misplaced, QueryFunctions, nearest};
use rusqlite::config::DbConfig;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, ErrorCode};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What a query gives in one cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// NULL.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// So many bytes, which are no text.
    Bytes(usize),
}

/// What a query gives.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// The names of the columns, as the query gives them.
    pub columns: Vec<String>,
    /// One row a line.
    pub rows: Vec<Vec<Cell>>,
    /// True if there are more rows than were asked for.
    pub is_cut: bool,
}

/// How far a query may go; nothing means to its end.
#[derive(Debug, Clone, Copy, Default)]
pub struct QueryLimits {
    /// At most so many rows.
    pub rows: Option<usize>,
    /// At most so long.
    pub time: Option<Duration>,
}

/// Why a query was not answered.
#[derive(Debug)]
pub enum Unanswered {
    /// A part of it can't be used.
    Misplaced(Misplaced),
    /// It is no query, or asks for what a query may not do.
    Mismatch(Mismatch),
    /// The file can't be read.
    Store(StoreError),
}

impl From<StoreError> for Unanswered {
    fn from(error: StoreError) -> Unanswered {
        Unanswered::Store(error)
    }
}

impl Registry {
    /// The views of the file, each with its columns.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn views(&self) -> Result<Vec<(String, Vec<String>)>, StoreError> {
        let load = || -> Result<Vec<(String, Vec<String>)>, Error> {
            let mut query = self.connection.prepare(
                "SELECT v.name, c.name FROM sqlite_schema v, pragma_table_info(v.name) c
                  WHERE v.type = 'view' ORDER BY v.name, c.cid",
            )?;
            let mut rows = query.query(())?;
            let mut views: Vec<(String, Vec<String>)> = Vec::new();
            while let Some(row) = rows.next()? {
                let (view, column): (String, String) = (row.get(0)?, row.get(1)?);
                match views.last_mut().filter(|(known, _)| *known == view) {
                    Some((_, columns)) => columns.push(column),
                    None => views.push((view, vec![column])),
                }
            }
            Ok(views)
        };
        load().in_file(&self.path)
    }

    /// Run a query that only reads, over a connection of its own.
    ///
    /// # Errors
    /// If it is none, would do more than read, or takes longer than it may.
    pub fn query(
        &self,
        sql: &str,
        functions: QueryFunctions,
        limits: QueryLimits,
    ) -> Result<Found, Unanswered> {
        let mut connection = look_into(&self.path, &self.caller)?;
        let refused = Arc::new(Mutex::new(None));
        confine(&mut connection, functions, limits, &refused).in_file(&self.path)?;
        let told = |error: Error| self.unanswered(error, sql, &refused);
        let mut query = connection.prepare(sql).map_err(told)?;
        let columns = query.column_names().map(str::to_owned).collect();
        let mut found = Found { columns, ..Found::default() };
        if found.columns.is_empty() {
            return Err(Unanswered::Mismatch(no_query("no query")));
        }
        let mut rows = query.query(()).map_err(told)?;
        while let Some(row) = rows.next().map_err(told)? {
            if limits.rows.is_some_and(|most| found.rows.len() >= most) {
                found.is_cut = true;
                break;
            }
            let cell = |at: usize| row.get_ref(at).map(cell_of);
            let cells = (0..found.columns.len()).map(cell).collect::<Result<_, _>>();
            found.rows.push(cells.map_err(told)?);
        }
        Ok(found)
    }

    fn unanswered(
        &self,
        error: Error,
        sql: &str,
        refused: &Mutex<Option<&'static str>>,
    ) -> Unanswered {
        let forbidden = refused.lock().ok().and_then(|refused| *refused);
        if let Some(what) = forbidden {
            return Unanswered::Mismatch(no_query(what));
        }
        match error {
            Error::SqlInputError { msg, offset, .. } => {
                let mut at = usize::try_from(offset).unwrap_or(0).min(sql.len());
                while !sql.is_char_boundary(at) {
                    at -= 1;
                }
                let rest = &sql[at..];
                let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
                let end = rest.find(|c| !is_part(c)).filter(|end| *end > 0).unwrap_or(rest.len());
                let found = if rest.is_empty() { "the end" } else { &rest[..end] };
                let mismatch = Mismatch::new(found, "a query such as SELECT * FROM patients");
                Unanswered::Misplaced(Misplaced { at, mismatch: self.advised(mismatch, &msg) })
            }
            Error::MultipleStatement => Unanswered::Mismatch(no_query("several statements")),
            Error::SqliteFailure(failure, _) if failure.code == ErrorCode::OperationInterrupted => {
                let expected = "a query that ends within --seconds";
                Unanswered::Mismatch(
                    Mismatch::new("", expected).mend("allow it more, or ask for less"),
                )
            }
            Error::SqliteFailure(failure, Some(said)) if failure.code == ErrorCode::Unknown => {
                let mismatch = Mismatch::new("", "a query such as SELECT * FROM patients");
                Unanswered::Mismatch(self.advised(mismatch, &said))
            }
            error => Unanswered::Store(StoreError::of(&self.path, error)),
        }
    }

    /// What SQLite says, and the nearest name where it knows one not.
    fn advised(&self, mismatch: Mismatch, said: &str) -> Mismatch {
        let views = self.views().unwrap_or_default();
        let names = views.iter().flat_map(|(view, columns)| {
            std::iter::once(view.as_str()).chain(columns.iter().map(String::as_str))
        });
        let unknown = ["no such column: ", "no such table: "]
            .iter()
            .find_map(|words| said.strip_prefix(words));
        let near = unknown.and_then(|name| nearest(name.rsplit('.').next()?, names));
        match near {
            Some(near) => {
                mismatch.mend(format!("did you mean \"{near}\"? `casebook sql --list` lists all"))
            }
            None if unknown.is_some() => mismatch.mend("`casebook sql --list` lists all"),
            None => mismatch.mend(format!("SQLite says: {said}")),
        }
    }
}

fn no_query(found: &str) -> Mismatch {
    Mismatch::new(found, "one query that only reads, such as SELECT * FROM patients")
        .mend("records are changed by their own commands, which the change log knows of")
}

fn cell_of(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Number(number),
        ValueRef::Text(bytes) => Cell::Text(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.len()),
    }
}

/// Let a connection read and do nothing else, and give it its functions.
fn confine(
    connection: &mut Connection,
    functions: QueryFunctions,
    limits: QueryLimits,
    refused: &Arc<Mutex<Option<&'static str>>>,
) -> Result<(), Error> {
    connection.pragma_update(None, "query_only", true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for function in functions.aggregates {
        let arguments = i32::try_from(function.arguments).unwrap_or(1);
        connection.create_aggregate_function(
            function.name,
            arguments,
            flags,
            Computed(function),
        )?;
    }
    for function in functions.scalars {
        let arguments = i32::try_from(function.arguments.len()).unwrap_or(1);
        connection.create_scalar_function(function.name, arguments, flags, |context| {
            let number = |at| number(context.get_raw(at), function.name);
            let given: Option<Vec<f64>> =
                (0..context.len()).map(number).collect::<Result<_, _>>()?;
            Ok(given.and_then(|given| (function.compute)(&given)))
        })?;
    }
    if let Some(time) = limits.time {
        let began = Instant::now();
        connection.progress_handler(10_000, Some(move || began.elapsed() > time))?;
    }
    let refused = Arc::clone(refused);
    connection.authorizer(Some(move |context: AuthContext<'_>| {
        let what = match context.action {
            AuthAction::Function { function_name: "load_extension" } => "load_extension",
            AuthAction::Select
            | AuthAction::Read { .. }
            | AuthAction::Function { .. }
            | AuthAction::Recursive => return Authorization::Allow,
            AuthAction::Attach { .. } | AuthAction::Detach { .. } => "ATTACH",
            AuthAction::Pragma { .. } => "PRAGMA",
            AuthAction::Transaction { .. } | AuthAction::Savepoint { .. } => "a transaction",
            _ => "a change of the file",
        };
        if let Ok(mut refused) = refused.lock() {
            refused.get_or_insert(what);
        }
        Authorization::Deny
    }))
}

/// A number that a function is given; none if it is NULL.
fn number(value: ValueRef<'_>, function: &str) -> Result<Option<f64>, Error> {
    match value {
        ValueRef::Null => Ok(None),
        #[allow(clippy::cast_precision_loss)] // no count of patients reaches 2^53
        ValueRef::Integer(number) => Ok(Some(number as f64)),
        ValueRef::Real(number) => Ok(Some(number)),
        ValueRef::Text(_) | ValueRef::Blob(_) => {
            Err(Error::UserFunctionError(format!("{function} wants numbers").into()))
        }
    }
}

/// A function of a query: what is NULL enters no statistic.
struct Computed(&'static AggregateFunction);

/// The values of a column so far, and the parameters of the last row.
#[derive(Default)]
struct Column {
    values: Vec<f64>,
    parameters: Vec<f64>,
}

impl Aggregate<Column, Option<f64>> for Computed {
    fn init(&self, _: &mut Context<'_>) -> Result<Column, Error> {
        Ok(Column::default())
    }

    fn step(&self, context: &mut Context<'_>, column: &mut Column) -> Result<(), Error> {
        let number = |at: usize| number(context.get_raw(at), self.0.name);
        column.values.extend(number(0)?);
        let parameters = (1..self.0.arguments).map(number).collect::<Result<Vec<_>, _>>()?;
        column.parameters = parameters.into_iter().flatten().collect();
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, column: Option<Column>) -> Result<Option<f64>, Error> {
        let column = column.unwrap_or_default();
        Ok((self.0.compute)(&column.values, &column.parameters))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::ScalarFunction;
    use crate::store::testing::registry;

    const SUM: AggregateFunction = AggregateFunction {
        name: "twice",
        arguments: 2,
        meaning: "the sum, so many times",
        compute: |values, parameters| Some(values.iter().sum::<f64>() * parameters.first()?),
    };

    const DIFFERENCE: ScalarFunction = ScalarFunction {
        name: "less",
        arguments: &["a", "b"],
        meaning: "the first less the second, if it is positive",
        compute: |given| Some(given[0] - given[1]).filter(|difference| *difference > 0.0),
    };

    const FUNCTIONS: QueryFunctions = QueryFunctions { aggregates: &[SUM], scalars: &[DIFFERENCE] };

    fn asked(sql: &str) -> Result<Found, Unanswered> {
        let (_folder, registry) = registry();
        registry.query(sql, FUNCTIONS, QueryLimits::default())
    }

    #[test]
    fn a_function_of_a_row_gives_null_for_null_and_wants_numbers() {
        let found = asked("SELECT less(3, 1), less(1, 3), less(NULL, 1), less(1.5, NULL)").unwrap();
        let null = Cell::Null;
        assert_eq!(found.rows, [vec![Cell::Number(2.0), null.clone(), null.clone(), null]]);
        match asked("SELECT less(3, 'a')") {
            Err(Unanswered::Mismatch(mismatch)) => {
                assert!(mismatch.mend.unwrap().contains("less wants numbers"));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_query_gives_columns_and_rows_of_every_kind() {
        let found = asked(
            "WITH n(x) AS (VALUES (1), (NULL), (2.5))
             SELECT twice(x, 2) AS sum, count(*) AS n, 'a' AS text, x'00ff' AS bytes, NULL FROM n",
        )
        .unwrap();
        assert_eq!(found.columns, ["sum", "n", "text", "bytes", "NULL"]);
        let text = Cell::Text("a".to_owned());
        let row = vec![Cell::Number(7.0), Cell::Integer(3), text, Cell::Bytes(2), Cell::Null];
        assert_eq!((found.rows, found.is_cut), (vec![row], false));
    }

    /// What is not reading is refused before it is begun, and named.
    #[test]
    fn whatever_is_more_than_reading_is_refused() {
        for (sql, what) in [
            ("DELETE FROM patient", "a change of the file"),
            ("INSERT INTO report (uuid) VALUES ('x') RETURNING uuid", "a change of the file"),
            ("CREATE TEMP TABLE t (x)", "a change of the file"),
            ("ATTACH 'other.db' AS other", "ATTACH"),
            ("PRAGMA user_version = 9", "PRAGMA"),
            ("SELECT * FROM pragma_user_version", "PRAGMA"),
            ("BEGIN", "a transaction"),
            ("VACUUM INTO 'copy.db'", "no query"),
            ("SELECT load_extension('x')", "load_extension"),
            ("SELECT 1; SELECT 2", "several statements"),
            ("", "no query"),
        ] {
            match asked(sql) {
                Err(Unanswered::Mismatch(mismatch)) => assert_eq!(mismatch.found, what, "{sql}"),
                other => panic!("{sql}: {other:?}"),
            }
        }
    }

    #[test]
    fn an_unknown_name_is_pointed_at_with_the_nearest() {
        match asked("SELECT patiant FROM patients") {
            Err(Unanswered::Misplaced(Misplaced { at, mismatch })) => {
                assert_eq!((at, mismatch.found.as_str()), (7, "patiant"));
                assert!(mismatch.mend.unwrap().contains("\"patient\""));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn limits_end_a_query() {
        let (_folder, registry) = registry();
        let endless = "WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n)
                       SELECT x FROM n";
        let limits = QueryLimits { rows: Some(3), time: None };
        let found = registry.query(endless, FUNCTIONS, limits).unwrap();
        assert_eq!((found.rows.len(), found.is_cut), (3, true));
        let limits = QueryLimits { rows: None, time: Some(Duration::from_millis(1)) };
        let counted = endless.replace("SELECT x FROM n", "SELECT count(*) FROM n");
        assert!(matches!(
            registry.query(&counted, FUNCTIONS, limits),
            Err(Unanswered::Mismatch(mismatch)) if mismatch.expected.contains("--seconds")
        ));
    }
}
