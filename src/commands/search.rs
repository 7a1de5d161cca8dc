//! `chub-lint search`: what a client would find in a tree or a content folder, before anything is published.

use super::args::Verbosity;
use super::{RunEnv, failed, warn};
use crate::chub::client::rank::{Catalog, SearchFilters};
use crate::chub::client::{preview, show};
use crate::chub::js;
use crate::error::{Error, with_sources};
use crate::exit::{self, Exit};
use crate::safe_path;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Search a built tree or a content folder as clients do
#[derive(Clone, Debug, Args)]
pub struct SearchArgs {
    /// The query; an id shows its entry, an empty query lists all entries
    #[arg(default_value = "")]
    pub query: String,
    /// A built tree or a content folder
    #[arg(default_value = ".", value_name = "DIR")]
    pub folder: PathBuf,
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
    /// How much is explained.
    #[command(flatten)]
    pub verbosity: Verbosity,
}

/// Search as `chub search` does.
///
/// # Errors
/// When the folder is named through a link that leads elsewhere, or standard output breaks.
pub fn run(args: &SearchArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let moment = (env.moment)()?;
    safe_path::check_read_path(&args.folder)?;
    match preview::load(&super::tree(&args.folder), moment) {
        Ok((catalog, notes)) => {
            warn(&notes);
            exit::ignore_broken_pipe(out.write_all(found(args, &catalog).as_bytes())).map(|()| Exit::Clean)
        }
        Err(error) => Ok(failed(&show::one_line(&with_sources(&error)))),
    }
}

/// An id is answered with its entry, not with a list.
fn found(args: &SearchArgs, catalog: &Catalog) -> String {
    let query = js::collapse_whitespace(&args.query);
    let mut matches = catalog
        .shown()
        .filter(|entry| !query.is_empty() && entry.id == query);
    if let (Some(entry), None) = (matches.next(), matches.next()) {
        return if args.json {
            show::pretty(&entry.value)
        } else {
            show::detail(entry)
        };
    }
    let filters = SearchFilters {
        tags: args.tags.clone(),
        lang: args.lang.clone(),
    };
    let mut hits = catalog.search(&query, &filters);
    hits.truncate(args.limit);
    if args.json {
        show::hits_json(&hits, &query)
    } else {
        show::hits_text(&hits, &query)
    }
}
