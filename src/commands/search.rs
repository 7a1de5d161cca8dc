//! `chub-lint search`: what a client would find in a tree or a content folder, before anything is published.

use super::args::Verbosity;
use super::sources::{ServerArgs, load, read_hubs};
use super::{RunEnv, failed, warn};
use crate::chub::client::format;
use crate::chub::client::rank::{Catalog, CatalogEntry, SearchFilters};
use crate::chub::js;
use crate::error::Error;
use crate::exit::{self, Exit};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Search a built tree or a content folder as clients do
#[derive(Clone, Debug, Args)]
pub struct SearchArgs {
    /// The query; an id shows its entry, an empty query lists all entries
    #[arg(default_value = "")]
    pub query: String,
    /// A built tree or a content folder; by default the hubs of `[[sources]]` in the config, else the working folder
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Only entries with all of these tags (comma-separated)
    #[arg(long)]
    pub tags: Option<String>,
    /// Only entries in this language
    #[arg(long)]
    pub lang: Option<String>,
    /// The maximum number of results
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
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

/// Search as `chub search` does.
///
/// # Errors
/// When the folder is named through a link that leads elsewhere, the config is invalid, or standard output breaks.
pub fn run(args: &SearchArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let hubs = read_hubs(args.folder.as_deref(), args.server.offline, env)?.only(&args.query);
    match load(hubs, env)? {
        Ok((_, catalog, notes)) => {
            warn(&notes);
            exit::ignore_broken_pipe(out.write_all(found(args, &catalog).as_bytes())).map(|()| Exit::Clean)
        }
        Err(why) => Ok(failed(&why)),
    }
}

/// An id is answered with its entry, not with a list.
fn found(args: &SearchArgs, catalog: &Catalog) -> String {
    let query = js::collapse_whitespace(&args.query);
    let of_id = catalog.shown().filter(|entry| entry.id == query);
    let mut matches: Vec<&CatalogEntry> = of_id.filter(|_| !query.is_empty()).collect();
    if matches.is_empty() && query.contains(':') {
        matches = catalog.find(&query);
    }
    let mut matches = matches.into_iter();
    if let (Some(entry), None) = (matches.next(), matches.next()) {
        return if args.json {
            format::pretty(&entry.value)
        } else {
            format::detail(entry)
        };
    }
    let filters = SearchFilters {
        tags: args.tags.clone(),
        lang: args.lang.clone(),
    };
    let mut hits = catalog.search(&query, &filters);
    hits.truncate(args.limit);
    if args.json {
        format::hits_json(&hits, &query)
    } else {
        format::hits_text(&hits, &query)
    }
}
