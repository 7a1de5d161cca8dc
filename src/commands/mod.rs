//! The commands: each file holds the arguments of one command, its help and what it does.

pub mod args;
pub mod baseline;
pub mod build;
pub mod bump;
pub mod cache;
pub mod check;
pub mod completions;
mod error;
pub mod explain;
pub mod get;
pub mod init;
pub mod logging;
pub mod lsp;
pub mod man;
pub mod merge;
pub mod outdated;
pub mod packages;
pub mod rules;
pub mod schema;
pub mod search;
mod show;
pub mod status;
mod stdin;
mod table;
pub mod watch;

pub use error::CommandError;

use self::args::Verbosity;
use crate::chub::build::content::REGISTRY_FILE;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::hub::root::content_folder;
use crate::report::RenderOptions;
use crate::safe_path;
use crate::safe_text;
use clap::{Parser, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Lint a content hub: front matter, freshness and code blocks of DOC.md and SKILL.md files
#[derive(Debug, Parser)]
#[command(
    name = "chub-lint",
    version,
    max_term_width = 100,
    args_conflicts_with_subcommands = true
)]
#[command(
    after_help = "Exit codes: 0 nothing to fix, 1 something to fix, 2 the run failed.\n\
    Settings come from the nearest chub-lint.toml or .chub-lint.toml above the hub."
)]
pub struct Cli {
    /// The command; defaults to `check`
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The flags of `check`.
    #[command(flatten)]
    pub check: check::CheckArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[expect(
    missing_docs,
    reason = "the text above the arguments of a command is its help"
)]
pub enum Command {
    Check(check::CheckArgs),
    Baseline(baseline::BaselineArgs),
    Bump(bump::BumpArgs),
    Init(init::InitArgs),
    Build(build::BuildArgs),
    Search(search::SearchArgs),
    Get(get::GetArgs),
    Merge(merge::MergeArgs),
    Packages(packages::PackagesArgs),
    Outdated(outdated::OutdatedArgs),
    #[command(subcommand)]
    Cache(cache::CacheCommand),
    Lsp(lsp::LspArgs),
    Explain(explain::ExplainArgs),
    Rules(rules::RulesArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    Schema(schema::SchemaArgs),
}

/// What a command needs from its environment.
#[derive(Debug)]
pub struct RunEnv {
    /// The working folder.
    pub cwd: PathBuf,
    /// Today's date.
    pub today: Date,
    /// The moment that a registry is dated with. An invalid `SOURCE_DATE_EPOCH` fails only the commands that ask.
    pub moment: fn() -> Result<Timestamp, Error>,
    /// How standard output may look.
    pub look: RenderOptions,
}

impl Cli {
    /// How often `-v` was given.
    #[must_use]
    pub fn verbosity(&self) -> u8 {
        let verbosity = match self.command.as_ref() {
            None => self.check.common.verbosity,
            Some(Command::Check(args)) => args.common.verbosity,
            Some(Command::Baseline(args)) => args.common.verbosity,
            Some(Command::Packages(args)) => args.common.verbosity,
            Some(Command::Outdated(args)) => args.common.verbosity,
            Some(Command::Bump(args)) => args.verbosity,
            Some(Command::Init(args)) => args.verbosity,
            Some(Command::Build(args)) => args.verbosity,
            Some(Command::Search(args)) => args.verbosity,
            Some(Command::Get(args)) => args.verbosity,
            Some(Command::Lsp(args)) => args.verbosity,
            Some(
                Command::Merge(_)
                | Command::Cache(_)
                | Command::Explain(_)
                | Command::Rules(_)
                | Command::Completions(_)
                | Command::Man(_)
                | Command::Schema(_),
            ) => Verbosity::default(),
        };
        verbosity.verbose
    }

    /// Run the command.
    ///
    /// # Errors
    /// When the run fails.
    pub fn run(&self, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
        let exit = match self.command.as_ref() {
            None => check::run(&self.check, env, out),
            Some(Command::Check(args)) => check::run(args, env, out),
            Some(Command::Baseline(args)) => baseline::run(args, env, out),
            Some(Command::Bump(args)) => bump::run(args, env, out),
            Some(Command::Init(args)) => init::run(args, env, out),
            Some(Command::Build(args)) => build::run(args, env, out),
            Some(Command::Search(args)) => search::run(args, env, out),
            Some(Command::Get(args)) => get::run(args, env, out),
            Some(Command::Merge(args)) => merge::run(args, env, out),
            Some(Command::Packages(args)) => packages::run(args, env, out),
            Some(Command::Outdated(args)) => outdated::run(args, env, out),
            Some(Command::Cache(args)) => cache::run(args, env, out),
            Some(Command::Lsp(args)) => lsp::run(args, env, out),
            Some(Command::Explain(args)) => explain::run(args, env, out),
            Some(Command::Rules(args)) => rules::run(args, env, out),
            Some(Command::Completions(args)) => completions::run(args, env, out),
            Some(Command::Man(args)) => man::run(args, env, out),
            Some(Command::Schema(args)) => schema::run(args, env, out),
        }?;
        exit::ignore_broken_pipe(out.flush())?;
        Ok(exit)
    }
}

/// Write to standard error. Names of files and fields come from the hub: nothing in them may control a terminal.
fn warn(text: &str) {
    let mut stderr = io::stderr().lock();
    for line in text.lines() {
        // There is no place to report that standard error is closed.
        let _ = writeln!(stderr, "{}", safe_text::escape(line));
    }
}

/// What the client's own commands print when they fail, and the exit code of it.
fn failed(message: &str) -> Exit {
    warn(&format!("Error: {message}"));
    Exit::Findings
}

/// The folder that `search` and `get` read for a named one: a built tree or a content folder. A repository may hold the
/// latter.
fn tree(folder: &Path) -> PathBuf {
    if safe_path::exists_or_is_link(&folder.join(REGISTRY_FILE)) {
        folder.to_path_buf()
    } else {
        content_folder(folder)
    }
}
