//! The flags of `init`.

use clap::Args;
use std::path::PathBuf;

/// The flags of `init`.
#[derive(Clone, Debug, Args)]
pub struct InitArgs {
    /// The repository that holds the content folder
    #[arg(default_value = ".")]
    pub path: PathBuf,
}
