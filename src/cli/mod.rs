//! Commands, flags and their help. Types only, no decisions.

pub mod args;
pub mod baseline;
pub mod bump;
pub mod cache;
pub mod generate;
pub mod init;
pub mod merge;
pub mod outdated;
pub mod packages;
pub mod tree;

use crate::commands::check::CheckArgs;
use args::ListFormat;
use baseline::BaselineArgs;
use bump::BumpArgs;
use cache::CacheCommand;
use clap::{Parser, Subcommand};
use init::InitArgs;
use merge::MergeArgs;
use outdated::OutdatedArgs;
use packages::PackagesArgs;
use tree::{BuildArgs, GetArgs, SearchArgs};

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
    Settings come from the nearest chub-lint.toml above the hub."
)]
pub struct Cli {
    /// The command; defaults to `check`
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The flags of `check`.
    #[command(flatten)]
    pub check: CheckArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check hubs, folders or files (the default command)
    Check(CheckArgs),
    /// Record today's findings, so that only new ones fail
    Baseline(BaselineArgs),
    /// Update the versions, updated-on and revision of an entry together
    Bump(BumpArgs),
    /// Write a config, a workflow and a pre-commit hook, never over existing files
    Init(InitArgs),
    /// Build registry.json, search-index.json and the content tree that clients read
    Build(BuildArgs),
    /// Search a built tree or a content folder as clients do
    Search(SearchArgs),
    /// Print what a client fetches for an id
    Get(GetArgs),
    /// Join the reports of the parts of a hub into one
    Merge(MergeArgs),
    /// Show which package each entry covers, with confidence and reasons
    Packages(PackagesArgs),
    /// List the entries with an outdated version, most outdated first
    Outdated(OutdatedArgs),
    /// Show or clean the cache of registry replies
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Serve editors over standard input and output (language server protocol)
    Lsp {
        /// Accepted for editors that pass it; standard input and output are always used
        #[arg(long, hide = true)]
        stdio: bool,
    },
    /// Show a rule's page: why it exists, bad and good examples
    Explain {
        /// The rule's id, as in the output: stale-version
        rule: String,
    },
    /// List the rules
    Rules {
        /// How to write the list
        #[arg(long, value_enum, default_value_t = ListFormat::Text)]
        output: ListFormat,
    },
    /// Write the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual page
    Man,
    /// Write a JSON Schema for editors: of chub-lint.toml, or of the front matter of an entry
    Schema {
        /// What it describes
        what: generate::Schema,
    },
}
