//! `chub-lint cache`: where registry replies and the files of hubs are kept, and how to remove them.

use super::table::write_table;
use super::{CommandError, RunEnv};
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::releases::{Cache, CachedHub, CleanSummary, Environment};
use crate::report::pluralize;
use crate::safe_text::{self, SafeText};
use clap::Subcommand;
use serde_json::json;
use std::io::{self, Write};
use std::path::Path;

/// Show or clean the cache of registry replies and of hubs on servers
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum CacheCommand {
    /// Print the folder
    Dir,
    /// List the hubs that are kept: name, address, age of the registry, files and size
    Status {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove everything that is kept, or only hubs
    #[command(alias = "clear")]
    Clean {
        /// Only these hubs, as `status` names them
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
}

/// Print the folder of the cache, list what is in it, or clean it.
///
/// # Errors
/// When the system has no cache folder, a hub is not in it, or it cannot be removed.
pub fn run(command: &CacheCommand, _: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let cache = Cache::new(None, &Environment::from_process());
    let Some(folder) = cache.dir() else {
        return Err(CommandError::NoCacheFolder.into());
    };
    let removed = |cleaned: CleanSummary| {
        let files = pluralize(cleaned.files, "file");
        format!("removed {files}, {} bytes", cleaned.bytes)
    };
    let written = match command {
        CacheCommand::Dir => writeln!(out, "{}", safe_text::escape(&folder.display().to_string())),
        CacheCommand::Status { json: true } => to_json(&cache.hubs(), out),
        CacheCommand::Status { json: false } => table(&cache.hubs(), out),
        CacheCommand::Clean { names } if names.is_empty() => {
            let cleaned = cache.clean().map_err(|source| unwritable(folder, source))?;
            writeln!(out, "{}", removed(cleaned))
        }
        CacheCommand::Clean { names } => {
            let cleaned = clean_hubs(&cache, folder, names)?;
            writeln!(out, "{}", removed(cleaned))
        }
    };
    exit::ignore_broken_pipe(written).map(|()| Exit::Clean)
}

fn unwritable(folder: &Path, source: io::Error) -> Error {
    let path = folder.to_path_buf();
    Error::Unwritable { path, source }
}

/// Remove some hubs.
fn clean_hubs(cache: &Cache, folder: &Path, names: &[String]) -> Result<CleanSummary, Error> {
    let hubs = cache.hubs();
    if let Some(unknown) = names
        .iter()
        .find(|name| hubs.iter().all(|hub| hub.name != **name))
    {
        return Err(CommandError::NoCachedHub(unknown.clone()).into());
    }
    let mut cleaned = CleanSummary::default();
    for hub in hubs.iter().filter(|hub| names.contains(&hub.name)) {
        let size = cache
            .remove_hub(hub)
            .map_err(|source| unwritable(folder, source))?;
        cleaned.files += size.files;
        cleaned.bytes += size.bytes;
    }
    Ok(cleaned)
}

fn table(hubs: &[CachedHub], out: &mut dyn Write) -> io::Result<()> {
    if hubs.is_empty() {
        return writeln!(out, "no hubs in the cache");
    }
    let rows: Vec<Vec<String>> = hubs
        .iter()
        .map(|hub| {
            vec![
                hub.name.clone(),
                hub.address.clone(),
                hub.age_in_words(),
                hub.size.files.to_string(),
                format!("{} bytes", hub.size.bytes),
            ]
        })
        .collect();
    write_table(&["NAME", "ADDRESS", "AGE", "FILES", "SIZE"], &rows, out)
}

fn to_json(hubs: &[CachedHub], out: &mut dyn Write) -> io::Result<()> {
    let hubs: Vec<_> = hubs
        .iter()
        .map(|hub| {
            json!({
                "name": SafeText::new(&hub.name),
                "address": SafeText::new(&hub.address),
                "age": hub.age,
                "files": hub.size.files,
                "bytes": hub.size.bytes,
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &json!({ "schema": 1, "hubs": hubs }))?;
    writeln!(out)
}
