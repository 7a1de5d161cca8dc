//! The commands: each file holds the arguments of one command, its help and what it does.

pub mod annotate;
pub mod args;
pub mod badge;
pub mod baseline;
pub mod build;
pub mod bump;
mod bump_lines;
mod bump_newest;
mod bump_summary;
pub mod cache;
pub mod check;
pub mod completions;
mod error;
pub mod explain;
pub mod feedback;
pub mod get;
pub mod init;
pub mod list;
pub mod logging;
pub mod lsp;
pub mod man;
pub mod mcp;
pub mod merge;
pub mod outdated;
pub mod packages;
pub mod propose;
mod propose_text;
pub mod report;
mod report_entries;
pub mod rules;
pub mod schema;
pub mod search;
mod show_settings;
mod sources;
mod stdin;
mod symbol_columns;
mod symbols_arg;
mod table;
mod unchecked;
pub mod update;
pub mod watch;

pub use error::CommandError;

use self::args::{ColorWhen, CommonArgs, Verbosity};
use crate::chub::build::content::REGISTRY_FILE;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::hub::root::content_folder;
use crate::releases::Environment;
use crate::report::RenderOptions;
use crate::safe_path;
use crate::safe_text;
use clap::{CommandFactory, Parser, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use std::ffi::OsString;
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
    /// When to use colours
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        hide_default_value = true,
        global = true
    )]
    pub color: ColorWhen,
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
    List(list::ListArgs),
    Annotate(annotate::AnnotateArgs),
    Feedback(feedback::FeedbackArgs),
    Merge(merge::MergeArgs),
    Packages(packages::PackagesArgs),
    Outdated(outdated::OutdatedArgs),
    Report(report::ReportArgs),
    Propose(propose::ProposeArgs),
    Badge(badge::BadgeArgs),
    #[command(subcommand)]
    Cache(cache::CacheCommand),
    Lsp(lsp::LspArgs),
    Mcp(mcp::McpArgs),
    Update(update::UpdateArgs),
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
    /// The arguments as they were written.
    pub arguments: Vec<OsString>,
    /// Today's date.
    pub today: Date,
    /// The moment that a registry is dated with. An invalid `SOURCE_DATE_EPOCH` fails only the commands that ask.
    pub moment: fn() -> Result<Timestamp, Error>,
    /// How standard output may look.
    pub render: RenderOptions,
}

impl Cli {
    /// Parse the arguments of the process, without its name. A wrong one ends the process, and so do `--help` and
    /// `--version`.
    #[must_use]
    pub fn from_arguments(mut arguments: Vec<OsString>) -> Self {
        // Flags of `check` in front make what follows a path. `--color` is the only flag of all commands.
        let width = match arguments.first().and_then(|first| first.to_str()) {
            Some("--color") => 2,
            Some(first) if first.starts_with("--color=") => 1,
            _ => 0,
        };
        let command = Self::command();
        let next = arguments.get(width).and_then(|next| next.to_str());
        if next.is_some_and(|next| command.get_subcommands().any(|one| one.get_name() == next)) {
            arguments[..=width].rotate_right(1);
        }
        Self::parse_from(std::iter::once(env!("CARGO_PKG_NAME").into()).chain(arguments))
    }

    /// How often `-v` was given.
    #[must_use]
    pub fn verbosity(&self) -> u8 {
        let verbosity = match self.command.as_ref() {
            Some(Command::Init(args)) => args.verbosity,
            Some(Command::Build(args)) => args.verbosity,
            Some(Command::Search(args)) => args.verbosity,
            Some(Command::Get(args)) => args.verbosity,
            Some(Command::List(args)) => args.verbosity,
            Some(Command::Annotate(args)) => args.verbosity,
            Some(Command::Feedback(args)) => args.verbosity,
            Some(Command::Lsp(args)) => args.verbosity,
            Some(Command::Mcp(args)) => args.verbosity,
            Some(Command::Update(args)) => args.verbosity,
            _ => self
                .common()
                .map_or_else(Verbosity::default, |common| common.verbosity),
        };
        verbosity.verbose
    }

    /// The number of threads of `--jobs`.
    #[must_use]
    pub fn jobs(&self) -> Option<usize> {
        self.common()?.jobs.map(usize::from)
    }

    /// The shared flags of the command, if it has them.
    fn common(&self) -> Option<&CommonArgs> {
        match self.command.as_ref() {
            None => Some(&self.check.common),
            Some(Command::Check(args)) => Some(&args.common),
            Some(Command::Baseline(args)) => Some(&args.common),
            Some(Command::Packages(args)) => Some(&args.common),
            Some(Command::Outdated(args)) => Some(&args.common),
            Some(Command::Report(args)) => Some(&args.common),
            Some(Command::Bump(args)) => Some(&args.common),
            Some(Command::Propose(args)) => Some(&args.common),
            Some(Command::Badge(args)) => Some(&args.common),
            _ => None,
        }
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
            Some(Command::List(args)) => list::run(args, env, out),
            Some(Command::Annotate(args)) => annotate::run(args, env, out),
            Some(Command::Feedback(args)) => feedback::run(args, env, out),
            Some(Command::Merge(args)) => merge::run(args, env, out),
            Some(Command::Packages(args)) => packages::run(args, env, out),
            Some(Command::Outdated(args)) => outdated::run(args, env, out),
            Some(Command::Report(args)) => report::run(args, env, out),
            Some(Command::Propose(args)) => propose::run(args, env, out),
            Some(Command::Badge(args)) => badge::run(args, env, out),
            Some(Command::Cache(args)) => cache::run(args, env, out),
            Some(Command::Lsp(args)) => lsp::run(args, env, out),
            Some(Command::Mcp(args)) => mcp::run(args, env, out),
            Some(Command::Update(args)) => update::run(args, env, out),
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

/// The folder of the hub's own client, for annotations and feedback: `CHUB_DIR`, or `.chub` in the user's home.
fn client_folder() -> Option<PathBuf> {
    let environment = Environment::from_process();
    let own = || Some(environment.home()?.join(".chub"));
    environment.var("CHUB_DIR").map(PathBuf::from).or_else(own)
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
