//! What can be done with the cache of look-ups.

use clap::Subcommand;

/// The commands of `cache`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum CacheCommand {
    /// Print the folder
    Dir,
    /// Remove the cached registry replies
    Clean,
}
