//! `chub-lint completions`: what a shell completes.

use super::{Cli, RunEnv};
use crate::error::Error;
use crate::exit::{self, Exit};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::io::Write;

/// Write the completions of a shell
#[derive(Clone, Copy, Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

/// Write the completions of a shell.
///
/// # Errors
/// When the output cannot be written.
pub fn run(args: &CompletionsArgs, _: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let mut bytes = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "chub-lint", &mut bytes);
    if args.shell == Shell::Bash {
        // clap_complete 4.6 names the cases of the subcommands of a program with a hyphen as if it were a subcommand
        // itself, so that none of them is ever reached.
        let text = String::from_utf8_lossy(&bytes).replace("chub__subcmd__lint", "chub__lint");
        bytes = text.into_bytes();
    }
    exit::ignore_broken_pipe(out.write_all(&bytes)).map(|()| Exit::Clean)
}
