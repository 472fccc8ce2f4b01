use crate::commands::session::Session;
use crate::domain::{PRESETS, Preset};
use crate::error::Error;
use crate::tables::{Value, lay_out_list};

/// List the rules of publications, each with its source
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook endpoint presets
  casebook summary response --preset zang-2022

Needs no registry. None of them is asked unless you ask for it, but for hba1c.")]
pub(in crate::commands) struct Args {}

const COLUMNS: [(&str, &str); 3] =
    [("preset", "Preset"), ("rule", "Responders"), ("source", "Source")];

pub(in crate::commands) fn run(_: &Args, session: &Session) -> Result<(), Error> {
    let row = |preset: &Preset| -> Vec<Value> {
        vec![preset.name.into(), preset.rule.into(), preset.source.into()]
    };
    let rows = PRESETS.iter().map(row).collect();
    let mut page = lay_out_list("Rules of publications", "presets", &COLUMNS, rows);
    page.note(
        "No preset: free of insulin or of drugs (publications differ in for how long; say it in a rule, \
         \"insulin-free for >= 12 weeks\"), time in range, and less of all glucose-lowering drugs (no one \
         dose adds them up).",
    );
    session.show(&page)
}
