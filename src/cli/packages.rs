//! The flags of `packages`.

use super::args::{CommonArgs, ListFormat};
use clap::Args;
use std::path::PathBuf;

/// The flags of `packages`.
#[derive(Clone, Debug, Args)]
pub struct PackagesArgs {
    /// Content hubs, folders in them, or files
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// How to write the list
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub output: ListFormat,
    /// Show every candidate with its points and reasons
    #[arg(short, long)]
    pub verbose: bool,
    /// Write the mapping of entries to packages, to be reviewed and named in the config: packages = "FILE"
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
    /// Write the registry replies, for runs with `--locked FILE`
    #[arg(long, value_name = "FILE")]
    pub lock: Option<PathBuf>,
    /// Settings and registries.
    #[command(flatten)]
    pub common: CommonArgs,
}
