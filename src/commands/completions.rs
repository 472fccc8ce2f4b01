use super::session::Session;
use crate::error::Error;

/// Write completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook completions bash > ~/.local/share/bash-completion/completions/casebook
  casebook completions zsh > ~/.zfunc/_casebook")]
pub(super) struct Args {
    /// Which shell
    shell: clap_complete::Shell,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command_line(), "casebook", &mut script);
    session.show_bytes(&script)
}
