//! `chub-lint get`: what a client would fetch for an id, before anything is published.

use super::args::Verbosity;
use super::{RunEnv, failed, warn};
use crate::chub::client::preview::{self, PreviewError, inside, read_inside};
use crate::chub::client::rank::{Catalog, CatalogEntry, full_language};
use crate::chub::client::show::{items, kind_name, one_line, pretty, strings, text};
use crate::chub::js::{self, JsKind, JsObject, JsValue};
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
    let found: Vec<&CatalogEntry> = catalog.shown().filter(|entry| entry.id == id).collect();
    let entry = match found.as_slice() {
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
    let (place, entry_file) = resolve(entry, &id, args)?;
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

/// The part of an entry that has path and files, and the name of its main file.
fn resolve<'a>(
    entry: &'a CatalogEntry,
    id: &str,
    args: &GetArgs,
) -> Result<(&'a JsValue, &'static str), PreviewError> {
    let id = || id.to_owned();
    let Some(languages) = entry.value.get("languages").and_then(JsValue::as_array) else {
        return Ok((&entry.value, "SKILL.md"));
    };
    let names = || {
        languages
            .iter()
            .map(|language| text(language, "language"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let Some(lang) = args.lang.as_deref().filter(|lang| !lang.is_empty()) else {
        return Err(PreviewError::Languages(id(), names()));
    };
    let full = full_language(lang);
    let language = languages
        .iter()
        .find(|language| text(language, "language") == full)
        .ok_or_else(|| PreviewError::NoLanguage {
            language: lang.to_owned(),
            id: id(),
            others: names(),
        })?;
    let versions = items(language, "versions");
    let wanted = match args.version.as_deref().filter(|version| !version.is_empty()) {
        Some(version) => versions
            .iter()
            .find(|v| text(v, "version") == version)
            .ok_or_else(|| {
                let names: Vec<&str> = versions.iter().map(|v| text(v, "version")).collect();
                PreviewError::NoVersion {
                    version: version.to_owned(),
                    id: id(),
                    others: names.join(", "),
                }
            })?,
        None => {
            let recommended = text(language, "recommendedVersion");
            let found = versions
                .iter()
                .find(|v| text(v, "version") == recommended)
                .or(versions.first());
            found.ok_or_else(|| PreviewError::NoContent(id()))?
        }
    };
    Ok((wanted, "DOC.md"))
}
