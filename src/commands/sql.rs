use super::selecting::pointed;
use super::session::Session;
use crate::analysis::QUERY_FUNCTIONS;
use crate::domain::{Mismatch, QueryFunctions};
use crate::error::Error;
use crate::store::{Access, Cell, Found, QueryLimits, Registry, Unanswered};
use crate::tables::{Page, Value, append_list, lay_out_list};
use std::time::Duration;

/// Ask the file a question of your own in SQL
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook sql --list
  casebook sql \"SELECT sex, count(*) AS n, median(age_years) FROM patients GROUP BY sex\"
  casebook sql \"SELECT count(*) AS n, binomial_upper(sum(adverse_events > 0), count(*)) FROM patients\"
  casebook sql \"SELECT analyte, unit, sd(value) FROM measurements GROUP BY analyte\" -o sd.csv

A query only reads: whatever would change the file, reach another file or load code is refused. Beside
SQLite's own functions there are, of a column, median(x), quantile(x, p), sd(x), t_lower(x) and t_upper(x),
t_p(x), signed_rank_p(x), hodges_lehmann(x) with _lower and _upper; of a row, binomial_lower(k, n) and
binomial_upper, poisson_lower(events, time) and poisson_upper, fisher_p(a, b, c, d). Limits also take a
level. What is NULL enters no column; NULL among the numbers of a row, and what can't be estimated, gives
NULL. Values are in the unit their row names.")]
pub(super) struct Args {
    /// The query
    #[arg(required_unless_present = "list")]
    query: Option<String>,
    /// List the views with their columns, and the functions
    #[arg(long, conflicts_with = "query")]
    list: bool,
    /// Give at most so many rows [default: all]
    #[arg(long, value_name = "N")]
    rows: Option<usize>,
    /// Stop a query that takes longer [default: never]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=86400))]
    seconds: Option<u64>,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let Some(query) = &args.query else { return session.show(&list(&registry)?) };
    let limits = QueryLimits { rows: args.rows, time: args.seconds.map(Duration::from_secs) };
    let found =
        registry.query(query, QUERY_FUNCTIONS, limits).map_err(|why| refused(query, why))?;
    session.show_list(&registry, lay_out(found))
}

fn lay_out(found: Found) -> Page {
    let names = distinct(found.columns);
    let columns: Vec<(&str, &str)> =
        names.iter().map(|name| (name.as_str(), name.as_str())).collect();
    let value = |cell: Cell| match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => number.into(),
        Cell::Number(number) => number.into(),
        Cell::Text(text) => text.into(),
        Cell::Bytes(count) => format!("({count} bytes)").into(),
    };
    let count = found.rows.len();
    let rows = found.rows.into_iter().map(|row| row.into_iter().map(value).collect()).collect();
    let mut page = lay_out_list("Result of a query", "rows", &columns, rows);
    if found.is_cut {
        page.note(format!("There are more rows: --rows {count} cut them off."));
    }
    page
}

/// The names, each once: machines know a column by its name.
fn distinct(names: Vec<String>) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for name in names {
        let name = if name.trim().is_empty() { "column".to_owned() } else { name };
        let mut unique = name.clone();
        let mut number = 2;
        while known.contains(&unique) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        known.push(unique);
    }
    known
}

fn list(registry: &Registry) -> Result<Page, Error> {
    let columns = [("view", "View"), ("columns", "Columns")];
    let row = |(view, columns): (String, Vec<String>)| vec![view.into(), columns.join(", ").into()];
    let rows = registry.views()?.into_iter().map(row).collect();
    let mut page = lay_out_list("What a query may name", "views", &columns, rows);
    let columns = [("function", "Function"), ("meaning", "Gives, of the known values")];
    let row = |one: &crate::domain::AggregateFunction| -> Vec<Value> {
        let parameter = match (one.arguments, one.name) {
            (1, _) => "x",
            (_, "quantile") => "x, p",
            _ => "x, level",
        };
        vec![format!("{}({parameter})", one.name).into(), one.meaning.into()]
    };
    let of_rows = |one: &crate::domain::ScalarFunction| -> Vec<Value> {
        vec![format!("{}({})", one.name, one.arguments.join(", ")).into(), one.meaning.into()]
    };
    let QueryFunctions { aggregates, scalars } = QUERY_FUNCTIONS;
    let rows = aggregates.iter().map(row).chain(scalars.iter().map(of_rows)).collect();
    append_list(&mut page, None, "functions", &columns, rows);
    page.note(
        "The tables behind the views can be read too: SELECT name, sql FROM sqlite_schema. For columns \
         of patients with baselines and changes: `casebook cohort columns`.",
    );
    Ok(page)
}

fn refused(query: &str, why: Unanswered) -> Error {
    let heading = "The query can't be run. Nothing was changed".to_owned();
    let refused = |mismatch: Mismatch| Error::request(heading.clone(), "QUERY", mismatch);
    match why {
        Unanswered::Store(error) => error.into(),
        Unanswered::Mismatch(mismatch) => refused(mismatch),
        // A place on one of several lines can't be shown by a caret.
        Unanswered::Misplaced(misplaced) if query.contains(['\n', '\t', '\r']) => {
            refused(misplaced.mismatch)
        }
        Unanswered::Misplaced(misplaced) => pointed(&heading, "QUERY", query, misplaced),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_one_name_are_told_apart() {
        let names = ["n", "n", "", "n_2", "n"].map(str::to_owned).to_vec();
        assert_eq!(distinct(names), ["n", "n_2", "column", "n_2_2", "n_3"]);
    }
}
