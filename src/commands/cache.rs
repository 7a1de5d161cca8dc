//! `chub-lint cache`: where registry replies are kept, and how to remove them.

use super::{CommandError, RunEnv};
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::releases::{Cache, Environment};
use crate::report::pluralize;
use crate::safe_text;
use clap::Subcommand;
use std::io::Write;

/// Show or clean the cache of registry replies
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum CacheCommand {
    /// Print the folder
    Dir,
    /// Remove the cached registry replies
    Clean,
}

/// Print the folder of the cache, or clean it.
///
/// # Errors
/// When the system has no cache folder, or it cannot be removed.
pub fn run(command: &CacheCommand, _: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let cache = Cache::new(None, &Environment::from_process());
    let Some(folder) = cache.dir() else {
        return Err(CommandError::NoCacheFolder.into());
    };
    let shown = folder.display().to_string();
    let text = match command {
        CacheCommand::Dir => safe_text::escape(&shown).into_owned(),
        CacheCommand::Clean => {
            let cleaned = cache.clean().map_err(|source| Error::Unwritable {
                path: folder.to_path_buf(),
                source,
            })?;
            let files = pluralize(cleaned.files, "file");
            format!("removed {files}, {} bytes", cleaned.bytes)
        }
    };
    exit::ignore_broken_pipe(writeln!(out, "{text}")).map(|()| Exit::Clean)
}
