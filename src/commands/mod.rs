//! What can I type? One file a command; this is the one list of them.
//! Parses arguments, brings the other layers together and prints; decides nothing about numbers.
//! Start with `Command`, then `session` (what every command shares), then any command.

mod analyte;
mod attribute;
mod backup;
mod check;
mod cohort;
mod comparing;
mod completions;
mod demo;
mod editing;
mod endpoint;
mod event;
mod export;
mod fields;
mod history;
mod import;
mod importing;
mod infusion;
mod init;
mod listing;
mod lock;
mod measurement;
mod medication;
mod merge;
mod migrate;
mod patient;
mod product;
mod recording;
mod removing;
mod report;
mod schema;
mod selecting;
mod session;
mod show;
mod showing;
mod sql;
mod statement;
mod summary;
mod template;
mod timepoint;
mod unlock;
mod verify;
mod visit;
mod watching;

use crate::error::{Error, Exit};
use anstream::eprintln;
use clap::{Parser, Subcommand};
use session::{Globals, Session};
use std::ffi::OsString;
use std::process::ExitCode;

/// A study registry in one file: case reports in, cohort evidence out
#[derive(Debug, Parser)]
#[command(name = "casebook", version, propagate_version = true, after_help = AFTER_HELP)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  casebook demo                                  a registry to look around in
  casebook init --title \"hUC-MSC in T2DM\" --schedule \"W0,W4±1,W12±2\"
  casebook visit add ward-3/07 W4 \"HbA1c=6.8 %\" \"FPG=7.1 mmol/L\" \"ALT=not-done\"
  casebook summary change --analyte HbA1c --by report
  casebook check                                 what ought to be looked at again

Exit codes: 0 done, 1 your data or request need mending, 2 command line, 3 the registry file
can't be used, 70 our mistake, 130 stopped by Ctrl-C.";

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Demo(demo::Args),
    Template(template::Args),
    Import(import::Args),
    Export(export::Args),
    #[command(subcommand)]
    Report(report::Verb),
    #[command(subcommand)]
    Patient(patient::Verb),
    #[command(subcommand)]
    Attribute(attribute::Verb),
    #[command(subcommand)]
    Product(product::Verb),
    #[command(subcommand)]
    Infusion(infusion::Verb),
    #[command(subcommand)]
    Visit(visit::Verb),
    #[command(subcommand)]
    Measurement(measurement::Verb),
    #[command(subcommand)]
    Statement(statement::Verb),
    #[command(subcommand)]
    Event(event::Verb),
    #[command(subcommand)]
    Medication(medication::Verb),
    #[command(subcommand)]
    Analyte(analyte::Verb),
    #[command(subcommand)]
    Timepoint(timepoint::Verb),
    #[command(subcommand)]
    Cohort(cohort::Verb),
    #[command(subcommand)]
    Endpoint(endpoint::Verb),
    Show(show::Args),
    #[command(subcommand)]
    Summary(summary::Verb),
    Sql(sql::Args),
    Schema(schema::Args),
    Check(check::Args),
    Lock(lock::Args),
    Unlock(unlock::Args),
    History(history::Args),
    Verify(verify::Args),
    Backup(backup::Args),
    Merge(merge::Args),
    Migrate(migrate::Args),
    Completions(completions::Args),
}

/// Run one command with these arguments, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    std::panic::set_hook(Box::new(end_in_bug));
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.iter().any(|text| text.to_string_lossy().chars().any(steers)) {
        eprintln!("error: an argument holds a control character. Nothing was changed.");
        eprintln!("  to mend   type the text anew instead of pasting it");
        return ExitCode::from(Exit::Usage as u8);
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help that somebody asked for is a result; a closed pipe is silent.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { Exit::Usage as u8 } else { 0 });
        }
    };
    let mut session = Session::new(cli.globals);
    let done = match &cli.command {
        Command::Init(args) => init::run(args, &mut session),
        Command::Demo(args) => demo::run(args, &mut session),
        Command::Template(args) => template::run(args, &mut session),
        Command::Import(args) => import::run(args, &mut session),
        Command::Export(args) => export::run(args, &mut session),
        Command::Report(verb) => report::run(verb, &mut session),
        Command::Patient(verb) => patient::run(verb, &mut session),
        Command::Attribute(verb) => attribute::run(verb, &mut session),
        Command::Product(verb) => product::run(verb, &mut session),
        Command::Infusion(verb) => infusion::run(verb, &mut session),
        Command::Visit(verb) => visit::run(verb, &mut session),
        Command::Measurement(verb) => measurement::run(verb, &mut session),
        Command::Statement(verb) => statement::run(verb, &mut session),
        Command::Event(verb) => event::run(verb, &mut session),
        Command::Medication(verb) => medication::run(verb, &mut session),
        Command::Analyte(verb) => analyte::run(verb, &mut session),
        Command::Timepoint(verb) => timepoint::run(verb, &mut session),
        Command::Cohort(verb) => cohort::run(verb, &mut session),
        Command::Endpoint(verb) => endpoint::run(verb, &mut session),
        Command::Show(args) => show::run(args, &mut session),
        Command::Summary(verb) => summary::run(verb, &mut session),
        Command::Sql(args) => sql::run(args, &mut session),
        Command::Schema(args) => schema::run(args, &mut session),
        Command::Check(args) => check::run(args, &mut session),
        Command::Lock(args) => lock::run(args, &mut session),
        Command::Unlock(args) => unlock::run(args, &mut session),
        Command::History(args) => history::run(args, &mut session),
        Command::Verify(args) => verify::run(args, &mut session),
        Command::Backup(args) => backup::run(args, &mut session),
        Command::Merge(args) => merge::run(args, &mut session),
        Command::Migrate(args) => migrate::run(args, &mut session),
        Command::Completions(args) => completions::run(args, &mut session),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error @ Error::Findings) => ExitCode::from(error.exit() as u8),
        Err(error) => {
            report_error(&error, &session);
            ExitCode::from(error.exit() as u8)
        }
    }
}

/// True for what could steer a terminal and belongs into no record; tabs and line ends may be pasted.
fn steers(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

/// A panic is our mistake: say so, and end with the code for it. What was being written is undone
/// when the file is opened next.
fn end_in_bug(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(String::new, |at| format!(" ({at})"));
    let what = panic.payload_as_str().unwrap_or("a panic");
    eprintln!("error: casebook made a mistake: {what}{place}.");
    eprintln!("  to mend   please report it, with the command you ran");
    std::process::exit(Exit::Bug as i32);
}

fn report_error(error: &Error, session: &Session) {
    let (bold, plain) = if session.colours_errors() { ("\x1b[1;31m", "\x1b[0m") } else { ("", "") };
    eprintln!("{bold}error:{plain} {error}");
}

/// The whole command line, for completions and for the tests that walk through it.
fn command_line() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent_and_every_part_has_help() {
        fn walk(command: &clap::Command) {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name} has no help");
            for argument in command.get_arguments().filter(|a| !a.is_hide_set()) {
                assert!(argument.get_help().is_some(), "{name}: {} has no help", argument.get_id());
            }
            command.get_subcommands().for_each(walk);
        }
        let command = command_line();
        command.clone().debug_assert();
        walk(&command);
    }
}
