//! The flags of `baseline`.

use super::args::CommonArgs;
use clap::Args;
use std::path::PathBuf;

/// The flags of `baseline`.
#[derive(Clone, Debug, Args)]
pub struct BaselineArgs {
    /// Content hubs, folders in them, or files
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Remove fixed findings, without adding new ones
    #[arg(long)]
    pub update: bool,
    /// Settings and registries.
    #[command(flatten)]
    pub common: CommonArgs,
}
