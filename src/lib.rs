//! **casebook**: a study registry in one file. Case reports in, cohort evidence out.
//!
//! # The code map
//!
//! | folder | answers |
//! |---|---|
//! | [`commands`] | What can I type? One file a command; `mod.rs` is the one list. |
//! | [`domain`] | What do the words mean? Patient, infusion, visit, measurement, unit, day. |
//! | [`import`] | What does the file say? Every format becomes one neutral form with places. |
//! | [`store`] | What was recorded? The registry file, its change log, records in and out. |
//! | [`statistics`] | Is the number right? Slices in, numbers out. |
//! | [`analysis`] | Is the question right? Baseline, timepoints, pairs, who is missing; what is doubtful. |
//! | [`tables`] | Is the layout right? Results become one page: order, decimals, footnotes. |
//! | [`formats`] | Is the file right? A page becomes text, CSV, JSON or Markdown. |
//! | [`export`] | What does another program get? Case files that `import` takes back, tables, no names. |
//! | [`error`] | What does a person see when it fails? |
//!
//! # A value's way
//!
//! `"HbA1c=6.8 %"` is parsed once, by [`domain::Measurement`], into what was printed beside what is
//! understood. [`store::Change`] checks it against what is there and writes it with its entry in the
//! change log. [`store::Registry::observations`] reads one analyte; [`analysis`] puts it on the
//! schedule and computes results, one row a statistic; [`tables`] lays them out; [`formats`] writes.
//!
//! Which patients a summary speaks of is a condition: [`domain::Condition`] tells its words apart,
//! [`analysis::patient_table`] computes the columns it names by the rules of the summaries, and
//! [`store::answers`] lets SQLite evaluate it over that table, which is all it can see.
//!
//! # Invariants
//!
//! - `main → commands → import · store · analysis · tables · formats · export → domain`; besides,
//!   `analysis → statistics`, `tables → analysis`, `formats → tables`, `export → tables`. Siblings meet only in
//!   `commands`. `tests/architecture.rs` holds this.
//! - Only `store` names rusqlite, only `commands` names clap, only `main` and `commands` print.
//!   `domain`, `statistics`, `analysis` and `tables` do no I/O and never ask for the time.
//! - A value is kept as printed. What is understood stands beside it and never replaces it.
//! - Writing is possible only inside [`store::Registry::change`]: one transaction, one entry.
//! - What is locked is refused where a change is about to be committed, whoever writes.
//! - What can't be estimated is a value with a reason, never NaN, 0 or a blank.
//! - What a machine reads is described in [`formats::schema()`], and the tests hold every output against it.
//! - What `--explain` lists is taken from where the numbers are computed ([`analysis::Contribution`]).

pub mod analysis;
pub mod commands;
pub mod domain;
pub mod error;
pub mod export;
pub mod formats;
pub mod import;
pub mod statistics;
pub mod store;
pub mod tables;

pub use commands::run;
