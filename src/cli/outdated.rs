//! The flags of `outdated`.

use super::args::CommonArgs;
use clap::Args;
use std::path::PathBuf;

/// The flags of `outdated`.
#[derive(Clone, Debug, Args)]
pub struct OutdatedArgs {
    /// Content hubs, folders in them, or files
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// How to write the table
    #[arg(long, value_enum, default_value_t = OutdatedFormat::Text)]
    pub output: OutdatedFormat,
    /// One table for each group
    #[arg(long, value_enum)]
    pub group: Option<Group>,
    /// Settings and registries.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// How the table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum OutdatedFormat {
    /// A table for people.
    Text,
    /// For programs.
    Json,
    /// A table for issues and pull requests.
    Markdown,
    /// For spreadsheets.
    Csv,
}

/// What rows are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Group {
    /// The first folder of the hub.
    Author,
}
