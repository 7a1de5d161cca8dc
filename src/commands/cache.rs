//! The `cache` command: where registry replies are kept, and how to remove them.

use crate::cli::cache::CacheCommand;
use crate::error::Error;
use crate::exit::Exit;
use crate::releases::{Cache, Environment};
use crate::report::{counted, safe};
use std::io::Write;

/// Print the folder of the cache, or clean it.
///
/// # Errors
/// When there is no place for a cache, or it cannot be removed.
pub fn run(command: CacheCommand, out: &mut dyn Write) -> Result<Exit, Error> {
    let cache = Cache::new(None, &Environment::of_process());
    let Some(folder) = cache.dir() else {
        return Err(Error::Usage(
            "this system has no cache folder; set CHUB_LINT_CACHE_DIR to a folder".to_owned(),
        ));
    };
    let shown = folder.display().to_string();
    let text = match command {
        CacheCommand::Dir => safe::text(&shown).into_owned(),
        CacheCommand::Clean => {
            let cleaned = cache.clean().map_err(|source| Error::Unwritable {
                path: folder.to_path_buf(),
                source,
            })?;
            let files = counted(cleaned.files, "file");
            format!("removed {files}, {} bytes", cleaned.bytes)
        }
    };
    writeln!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(Error::Output)?;
    Ok(Exit::Clean)
}
