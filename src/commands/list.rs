//! `chub-lint list`: every entry that clients see in a tree or a content folder.

use super::RunEnv;
use super::args::Verbosity;
use super::search::{self, SearchArgs};
use super::sources::ServerArgs;
use crate::error::Error;
use crate::exit::Exit;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// List the entries of a tree or a content folder as clients do
#[derive(Clone, Debug, Args)]
pub struct ListArgs {
    /// A built tree or a content folder; by default the hubs of `[[sources]]` in the config, else the working folder
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Only entries with all of these tags (comma-separated)
    #[arg(long)]
    pub tags: Option<String>,
    /// Only entries in this language
    #[arg(long)]
    pub lang: Option<String>,
    /// The maximum number of entries
    #[arg(long)]
    pub limit: Option<usize>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// How hubs on servers are read.
    #[command(flatten)]
    pub server: ServerArgs,
    /// How much is explained.
    #[command(flatten)]
    pub verbosity: Verbosity,
}

/// List entries: a search for nothing.
///
/// # Errors
/// As `search`.
pub fn run(args: &ListArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let all = SearchArgs {
        query: String::new(),
        folder: args.folder.clone(),
        tags: args.tags.clone(),
        lang: args.lang.clone(),
        limit: args.limit.unwrap_or(usize::MAX),
        json: args.json,
        server: args.server,
        verbosity: args.verbosity,
    };
    search::run(&all, env, out)
}
