use super::Session;
use crate::analysis::check::{RULES, Rule};
use crate::domain::derived::{INDICES, Index};
use crate::domain::display_unit;
use crate::error::Error;
use crate::tables::{Value, append_list, lay_out_list};

/// List the rules: what each asks, and what to do about what it finds
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook check rules
  casebook check rules --format csv -o rules.csv

Needs no registry. Below the rules stand the indices that some of them compute, each with its
formula, where it holds, and its source.")]
pub(in crate::commands) struct Args {}

const COLUMNS: [(&str, &str); 4] =
    [("rule", "Rule"), ("level", "Level"), ("asks", "What it asks"), ("mend", "")];

const INDEX_COLUMNS: [(&str, &str); 7] = [
    ("index", "Index"),
    ("key", ""),
    ("formula", "Formula"),
    ("unit", "Unit"),
    ("inputs", ""),
    ("valid", "Holds for"),
    ("source", "Source"),
];

pub(super) fn run(_: &Args, session: &Session) -> Result<(), Error> {
    let row = |rule: &&'static Rule| -> Vec<Value> {
        vec![rule.name.into(), rule.level.as_str().into(), rule.asks.into(), rule.mend.into()]
    };
    let rows = RULES.iter().map(row).collect();
    let mut page = lay_out_list("Rules of `casebook check`", "rules", &COLUMNS, rows);
    let row = |index: &Index| -> Vec<Value> {
        vec![
            index.symbol.into(),
            index.key.into(),
            index.formula.into(),
            Some(display_unit(index.unit))
                .filter(|unit| !unit.is_empty())
                .unwrap_or("1".into())
                .into(),
            index.inputs.join(", ").into(),
            index.valid.into(),
            index.source.into(),
        ]
    };
    let rows = INDICES.iter().map(row).collect();
    append_list(
        &mut page,
        Some("Indices computed when asked, never stored"),
        "indices",
        &INDEX_COLUMNS,
        rows,
    );
    session.show(&page)
}
