//! `chub-lint get`: what a client would fetch for an id, before anything is published.

use super::args::Verbosity;
use super::{RunEnv, failed, warn};
use crate::chub::client::preview::{self, PreviewError, inside, read_inside};
use crate::chub::client::rank::Catalog;
use crate::chub::client::select::{Unselected, select};
use crate::chub::client::show::{kind_name, one_line, pretty, strings, text};
use crate::chub::js::{self, JsKind, JsObject};
use crate::error::{Error, with_sources};
use crate::exit::{self, Exit};
use crate::safe_path;
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Print what a client fetches for an id
#[derive(Clone, Debug, Args)]
pub struct GetArgs {
    /// The id: author/name
    pub id: String,
    /// A built tree or a content folder
    #[arg(default_value = ".", value_name = "DIR")]
    pub folder: PathBuf,
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
    /// How much is explained.
    #[command(flatten)]
    pub verbosity: Verbosity,
}

/// Fetch as `chub get` does.
///
/// # Errors
/// When the folder is named through a link that leads elsewhere, or standard output breaks.
pub fn run(args: &GetArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let moment = (env.moment)()?;
    safe_path::check_read_path(&args.folder)?;
    let tree = super::tree(&args.folder);
    let (catalog, notes) = match preview::load(&tree, moment) {
        Ok(loaded) => loaded,
        Err(error) => return Ok(failed(&one_line(&with_sources(&error)))),
    };
    warn(&notes);
    let (exit, stdout) = match fetch(&catalog, &tree, args) {
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

fn fetch(catalog: &Catalog, tree: &Path, args: &GetArgs) -> Result<String, PreviewError> {
    let id = js::collapse_whitespace(&args.id);
    let entry = match catalog.find(&id).as_slice() {
        // A colon is the client's mark for a source, so that no id may have one.
        _ if id.contains(':') => {
            return Err(PreviewError::Colon(id));
        }
        [] => return Err(PreviewError::NoEntry(id)),
        [entry] => *entry,
        _ => {
            return Err(PreviewError::Ambiguous(id));
        }
    };
    let selected = select(entry, args.lang.as_deref(), args.version.as_deref());
    let selected = selected.map_err(|why| unselected(&why, &id, args))?;
    let (place, entry_file) = (selected.value, selected.main);
    let files = strings(place, "files");
    let path = text(place, "path");
    let read = |name: &str| {
        let full = inside(tree, path, name)?;
        read_inside(tree, &full).map_err(|source| PreviewError::Entry {
            id: id.clone(),
            path: full,
            source,
        })
    };
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
        return Err(PreviewError::NoFile { file, id, others });
    }
    let one = wanted.len() == 1 && !(args.full && args.file.is_none());
    let mut parts = Vec::with_capacity(wanted.len());
    for name in &wanted {
        let content = read(name)?;
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
fn unselected(why: &Unselected<'_>, id: &str, args: &GetArgs) -> PreviewError {
    let id = id.to_owned();
    match why {
        Unselected::NeedsLanguage(names) => PreviewError::Languages(id, names.join(", ")),
        Unselected::NoLanguage(names) => PreviewError::NoLanguage {
            language: args.lang.clone().unwrap_or_default(),
            id,
            others: names.join(", "),
        },
        Unselected::NoVersion(names) => PreviewError::NoVersion {
            version: args.version.clone().unwrap_or_default(),
            id,
            others: names.join(", "),
        },
        Unselected::NoContent => PreviewError::NoContent(id),
    }
}
