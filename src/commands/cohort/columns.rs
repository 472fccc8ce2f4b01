use crate::analysis::{column_endings, patient_columns};
use crate::commands::session::Session;
use crate::error::Error;
use crate::store::Access;
use crate::tables::lay_out_patient_columns;

/// List the columns that a condition on patients may name
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook cohort columns
  casebook summary change --where \"sex = 'female' and age >= 40\"
  casebook summary change --where \"hba1c_baseline >= 64 and hba1c_change_w12 < 0\"

A condition is an SQL expression: and, or, not, =, <>, <, <=, >, >=, between, in, like, is null, case, and
the functions abs, coalesce, ifnull, instr, length, like, lower, nullif, round, upper. Texts stand in
single quotes; capital and small letters are the same. A patient of whom it is unknown whether a condition
is met, because a value is missing, is not selected, and is counted as unknown.")]
pub(in crate::commands) struct Args {}

pub(in crate::commands) fn run(_: &Args, session: &mut Session) -> Result<(), Error> {
    let registry = session.open(Access::Read)?;
    let cohort = registry.cohort(false)?;
    let catalogue = registry.catalogue();
    let columns = patient_columns(&cohort, catalogue, &[]);
    let endings = column_endings(&cohort, &registry.rules().schedule);
    session.show(&lay_out_patient_columns(&columns, catalogue, &endings))
}
