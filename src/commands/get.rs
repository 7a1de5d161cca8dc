//! `chub-lint get`: what a client would fetch for an id, before anything is published.

use super::args::Verbosity;
use super::sources::{ReadHubs, ServerArgs, load, read_hubs};
use super::{RunEnv, failed, warn};
use crate::chub::client::format::{kind_name, one_line, pretty, strings, text};
use crate::chub::client::preview::PreviewError;
use crate::chub::client::rank::Catalog;
use crate::chub::client::select::{SelectError, select};
use crate::chub::client::sources::SourceError;
use crate::chub::js::{self, JsKind, JsObject};
use crate::error::{Error, with_sources};
use crate::exit::{self, Exit};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Print what a client fetches for an id
#[derive(Clone, Debug, Args)]
pub struct GetArgs {
    /// The id: author/name, or NAME:author/name with the name of a hub in the config
    pub id: String,
    /// A built tree or a content folder; by default the hubs of `[[sources]]` in the config, else the working folder
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// The language; required for documents
    #[arg(long)]
    pub lang: Option<String>,
    /// The version; defaults to the recommended one
    #[arg(long)]
    pub version: Option<String>,
    /// Every file of the entry
    #[arg(long)]
    pub full: bool,
    /// These files of the entry (comma-separated)
    #[arg(long, value_name = "FILES")]
    pub file: Option<String>,
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

/// Fetch as `chub get` does.
///
/// # Errors
/// When the folder is named through a link that leads elsewhere, the config is invalid, or standard output breaks.
pub fn run(args: &GetArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let hubs = read_hubs(args.folder.as_deref(), args.server.offline, env)?.only(&args.id);
    let (hubs, catalog, notes) = match load(hubs, env)? {
        Ok(loaded) => loaded,
        Err(why) => return Ok(failed(&why)),
    };
    warn(&notes);
    let (exit, stdout) = match fetch(&catalog, &hubs, args) {
        Ok(content) => (Exit::Clean, content),
        Err(error) if args.json => {
            let mut quoted = String::new();
            js::write_json_string(&one_line(&with_sources(&error)), &mut quoted);
            (Exit::Findings, format!("{{\"error\":{quoted}}}\n"))
        }
        Err(error) => return Ok(failed(&one_line(&with_sources(&error)))),
    };
    exit::ignore_broken_pipe(out.write_all(stdout.as_bytes())).map(|()| exit)
}

fn fetch(catalog: &Catalog, hubs: &ReadHubs, args: &GetArgs) -> Result<String, SourceError> {
    let id = js::collapse_whitespace(&args.id);
    let entry = match catalog.find(&id).as_slice() {
        // A colon is the client's mark for a source, so that no id may have one.
        _ if id.contains(':') && !hubs.is_configured => {
            return Err(PreviewError::Colon(id).into());
        }
        [] => return Err(PreviewError::NoEntry(id).into()),
        [entry] => *entry,
        _ => {
            return Err(PreviewError::Ambiguous(id).into());
        }
    };
    let selected = select(entry, args.lang.as_deref(), args.version.as_deref());
    let selected = selected.map_err(|why| unselected(&why, &id, args))?;
    let (place, entry_file) = (selected.value, selected.main);
    let files = strings(place, "files");
    let path = text(place, "path");
    let wanted: Vec<&str> = match &args.file {
        Some(names) => names.split(',').map(js::trim).collect(),
        None if args.full && !files.is_empty() => files.clone(),
        None => vec![entry_file],
    };
    if let Some(missing) = wanted
        .iter()
        .find(|name| args.file.is_some() && !files.contains(*name))
    {
        let others: Vec<&str> = files.iter().copied().filter(|file| *file != entry_file).collect();
        let others = if others.is_empty() {
            "(none)".to_owned()
        } else {
            others.join(", ")
        };
        let file = (*missing).to_owned();
        return Err(PreviewError::NoFile { file, id, others }.into());
    }
    let one = wanted.len() == 1 && !(args.full && args.file.is_none());
    let read = match hubs.sources.get(entry.source) {
        Some(source) => source.read(path, &wanted),
        None => return Err(PreviewError::NoEntry(id).into()),
    };
    let files = read.map_err(|error| match error {
        SourceError::File(path, source) => {
            let id = id.clone();
            PreviewError::Entry { id, path, source }.into()
        }
        other => other,
    })?;
    let mut parts = Vec::with_capacity(wanted.len());
    for (name, file) in wanted.iter().zip(files) {
        let content = file.text;
        if let Some(why) = file
            .page
            .and_then(|page| page.fallback.map(|why| (why, page.age)))
        {
            let (why, age) = why;
            warn(&format!("Note: {why}; the copy of {age} ago is used"));
        }
        parts.push(if one {
            content
        } else {
            format!("# FILE: {}\n\n{content}", one_line(name))
        });
    }
    let content = parts.join("\n\n---\n\n");
    if !args.json {
        return Ok(content);
    }
    let mut object = JsObject::new();
    object.insert("id".to_owned(), id.as_str().into());
    object.insert("type".to_owned(), kind_name(entry.kind).into());
    object.insert("content".to_owned(), content.into());
    object.insert("path".to_owned(), path.into());
    Ok(pretty(&JsKind::Object(object).into()))
}

/// Why nothing is selected, in the client's words.
fn unselected(why: &SelectError<'_>, id: &str, args: &GetArgs) -> PreviewError {
    let id = id.to_owned();
    match why {
        SelectError::NeedsLanguage(names) => PreviewError::Languages(id, names.join(", ")),
        SelectError::NoLanguage(names) => PreviewError::NoLanguage {
            language: args.lang.clone().unwrap_or_default(),
            id,
            others: names.join(", "),
        },
        SelectError::NoVersion(names) => PreviewError::NoVersion {
            version: args.version.clone().unwrap_or_default(),
            id,
            others: names.join(", "),
        },
        SelectError::NoContent => PreviewError::NoContent(id),
    }
}
