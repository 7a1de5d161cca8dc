//! `chub-lint lsp`: the language server.

use super::RunEnv;
use super::args::Verbosity;
use crate::error::Error;
use crate::exit::Exit;
use crate::lsp;
use clap::Args;
use std::io::Write;

/// Serve editors over standard input and output (language server protocol)
#[derive(Clone, Copy, Debug, Args)]
pub struct LspArgs {
    /// Accepted for editors that pass it; standard input and output are always used
    #[arg(long, hide = true)]
    pub stdio: bool,
    /// How much is explained.
    #[command(flatten)]
    pub verbosity: Verbosity,
}

/// Serve until the client disconnects. The server writes to standard output from a separate thread.
///
/// # Errors
/// When the client breaks the protocol.
pub fn run(_: &LspArgs, env: &RunEnv, _: &mut dyn Write) -> Result<Exit, Error> {
    lsp::run(&env.cwd, env.today).map(|()| Exit::Clean)
}
