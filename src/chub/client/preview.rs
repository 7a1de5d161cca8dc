//! The `search` and `get` commands: what the hub's client would find and fetch, before anything is published.
#![expect(clippy::disallowed_methods, reason = "reads a built tree through this door")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::rank::{Catalog, Entry, Filters, full_language};
use super::show::{detail, hits_json, hits_text, items, kind_name, one_line, pretty, strings, text};
use crate::chub::build::command::Outcome;
use crate::chub::build::content::{DEFAULT_OUTPUT, REGISTRY_FILE, is_published, read_content};
use crate::chub::build::recommend::Recommend;
use crate::chub::build::target::INDEX_FILE;
use crate::chub::build::{self, Settings};
use crate::chub::js::json;
use crate::chub::js::{self, Kind, Object, Value};
use crate::fsio;

/// What `search` was asked for.
#[derive(Clone, Debug)]
pub struct SearchOptions {
    /// A built tree or a content folder.
    pub folder: PathBuf,
    /// The query; blank lists everything.
    pub query: String,
    /// What the hits are cut down to.
    pub filters: Filters,
    /// Most hits that are shown.
    pub limit: usize,
    /// As JSON.
    pub json: bool,
    /// The moment for dates that the content lacks.
    pub moment: Timestamp,
}

/// What `get` was asked for.
#[derive(Clone, Debug)]
pub struct GetOptions {
    /// A built tree or a content folder.
    pub folder: PathBuf,
    /// `author/name`.
    pub id: String,
    /// A language or its alias.
    pub lang: Option<String>,
    /// One of the versions; the recommended one when there is none.
    pub version: Option<String>,
    /// Every file of the entry.
    pub full: bool,
    /// These files of the entry, with commas between them.
    pub file: Option<String>,
    /// As JSON.
    pub json: bool,
    /// The moment for dates that the content lacks.
    pub moment: Timestamp,
}

/// Loads a built tree, or builds a content folder in memory; the second text is for standard error.
///
/// # Errors
/// One sentence when it is neither.
pub fn load(folder: &Path, moment: Timestamp) -> Result<(Catalog, String), String> {
    let file = folder.join(REGISTRY_FILE);
    if is_there(&file) {
        let shown = file.display();
        let text = read_inside(folder, &file).map_err(|why| format!("{shown}: {why}"))?;
        let registry =
            json::parse(&text).map_err(|error| format!("{}: {}", file.display(), error.message))?;
        let catalog = Catalog::new(&registry);
        let mut notes = String::new();
        let index = folder.join(INDEX_FILE);
        let index = read_inside(folder, &index).unwrap_or_default();
        if index != catalog.index().to_json() {
            let _ = writeln!(
                notes,
                "Warning: {INDEX_FILE} does not match {REGISTRY_FILE}: clients rank by it. Build the tree again"
            );
        }
        return Ok((catalog, notes));
    }
    let content = read_content(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let settings = Settings {
        base_url: None,
        generated: crate::chub::build::command::iso(moment),
        recommend: Recommend::Client,
    };
    let registry = build::build(&content, settings);
    let mut notes = String::new();
    if registry.docs.is_empty() && registry.skills.is_empty() && folder.join(DEFAULT_OUTPUT).is_dir() {
        let _ = writeln!(
            notes,
            "Note: no entries here; the built tree is in {DEFAULT_OUTPUT}"
        );
    }
    // A preview shows the valid entries; `build` reports the errors of the others.
    if !registry.errors.is_empty() {
        let _ = writeln!(
            notes,
            "Note: {} errors keep entries out; `build` shows them",
            registry.errors.len()
        );
    }
    Ok((Catalog::new(&registry.value()), notes))
}

/// Searches as `chub search` does.
#[must_use]
pub fn search(options: &SearchOptions) -> Outcome {
    let (catalog, stderr) = match load(&options.folder, options.moment) {
        Ok(loaded) => loaded,
        Err(message) => return Outcome::failure(&one_line(&message)),
    };
    let query = js::squeeze(&options.query);
    let mut matches = catalog
        .shown()
        .filter(|entry| !query.is_empty() && entry.id == query);
    let stdout = if let (Some(entry), None) = (matches.next(), matches.next()) {
        // An id is answered with its entry, not with a list.
        if options.json {
            pretty(&entry.value)
        } else {
            detail(entry)
        }
    } else {
        let mut hits = catalog.search(&query, &options.filters);
        hits.truncate(options.limit);
        if options.json {
            hits_json(&hits, &query)
        } else {
            hits_text(&hits, &query)
        }
    };
    Outcome {
        stdout,
        stderr,
        success: true,
    }
}

/// Fetches as `chub get` does.
#[must_use]
pub fn get(options: &GetOptions) -> Outcome {
    let (catalog, stderr) = match load(&options.folder, options.moment) {
        Ok(loaded) => loaded,
        Err(message) => return Outcome::failure(&one_line(&message)),
    };
    match fetch(&catalog, options) {
        Ok(stdout) => Outcome {
            stdout,
            stderr,
            success: true,
        },
        Err(message) if options.json => {
            let mut quoted = String::new();
            js::quote(&one_line(&message), &mut quoted);
            Outcome {
                stdout: format!("{{\"error\":{quoted}}}\n"),
                stderr,
                success: false,
            }
        }
        Err(message) => Outcome {
            stderr: format!("{stderr}Error: {}\n", one_line(&message)),
            ..Outcome::default()
        },
    }
}

fn fetch(catalog: &Catalog, options: &GetOptions) -> Result<String, String> {
    let id = js::squeeze(&options.id);
    let found: Vec<&Entry> = catalog.shown().filter(|entry| entry.id == id).collect();
    let entry = match found.as_slice() {
        // A colon is the client's mark for a source, so that no id may have one.
        _ if id.contains(':') => {
            return Err(format!(
                "No doc or skill found with id \"{id}\": a colon cannot be fetched."
            ));
        }
        [] => return Err(format!("No doc or skill found with id \"{id}\".")),
        [entry] => *entry,
        _ => {
            return Err(format!(
                "Multiple entries match \"{id}\": a client can fetch neither."
            ));
        }
    };
    let (place, entry_file) = resolve(entry, &id, options)?;
    let files = strings(place, "files");
    let path = text(place, "path");
    let read = |name: &str| {
        let full = inside(&options.folder, path, name)?;
        read_inside(&options.folder, &full)
            .map_err(|why| format!("Failed to load \"{id}\": {}: {why}", full.display()))
    };
    let wanted: Vec<&str> = match &options.file {
        Some(names) => names.split(',').map(js::trim).collect(),
        None if options.full && !files.is_empty() => files.clone(),
        None => vec![entry_file],
    };
    if let Some(missing) = wanted
        .iter()
        .find(|name| options.file.is_some() && !files.contains(*name))
    {
        let others: Vec<&str> = files.iter().copied().filter(|file| *file != entry_file).collect();
        let others = if others.is_empty() {
            "(none)".to_owned()
        } else {
            others.join(", ")
        };
        return Err(format!(
            "File \"{missing}\" not found in {id}. Available: {others}"
        ));
    }
    let one = wanted.len() == 1 && !(options.full && options.file.is_none());
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
    if !options.json {
        return Ok(content);
    }
    let mut object = Object::new();
    object.insert("id".to_owned(), id.as_str().into());
    object.insert("type".to_owned(), kind_name(entry.kind).into());
    object.insert("content".to_owned(), content.into());
    object.insert("path".to_owned(), path.into());
    Ok(pretty(&Kind::Object(object).into()))
}

/// The part of an entry that has path and files, and the name of its main file.
fn resolve<'a>(
    entry: &'a Entry,
    id: &str,
    options: &GetOptions,
) -> Result<(&'a Value, &'static str), String> {
    let Some(languages) = entry.value.get("languages").and_then(Value::as_array) else {
        return Ok((&entry.value, "SKILL.md"));
    };
    let names = || {
        languages
            .iter()
            .map(|language| text(language, "language"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let Some(lang) = options.lang.as_deref().filter(|lang| !lang.is_empty()) else {
        return Err(format!(
            "Multiple languages available for \"{id}\": {}. Specify --lang.",
            names()
        ));
    };
    let full = full_language(lang);
    let language = languages
        .iter()
        .find(|language| text(language, "language") == full)
        .ok_or_else(|| {
            format!(
                "Language \"{lang}\" is not available for \"{id}\". Available languages: {}.",
                names()
            )
        })?;
    let versions = items(language, "versions");
    let wanted = match options.version.as_deref().filter(|version| !version.is_empty()) {
        Some(version) => versions
            .iter()
            .find(|v| text(v, "version") == version)
            .ok_or_else(|| {
                let names: Vec<&str> = versions.iter().map(|v| text(v, "version")).collect();
                format!(
                    "Version \"{version}\" not found for \"{id}\". Available versions: {}",
                    names.join(", ")
                )
            })?,
        None => {
            let recommended = text(language, "recommendedVersion");
            let found = versions
                .iter()
                .find(|v| text(v, "version") == recommended)
                .or(versions.first());
            found.ok_or_else(|| format!("No content found for \"{id}\"."))?
        }
    };
    Ok((wanted, "DOC.md"))
}

fn is_there(file: &Path) -> bool {
    fs::symlink_metadata(file).is_ok_and(|metadata| !metadata.is_dir())
}

/// The most bytes of a file that are shown, and of a registry that is read.
const MOST_BYTES: u64 = 1024 * 1024 * 1024;

/// The text of a file of a tree. A link is followed as long as it leads to what the tree publishes, as for a build.
fn read_inside(folder: &Path, file: &Path) -> Result<String, String> {
    let root = fs::canonicalize(folder).map_err(|error| error.to_string())?;
    let real = fs::canonicalize(file).map_err(|error| error.to_string())?;
    let own = file.parent().is_some_and(|above| above == folder);
    let is_own = own && real.parent() == Some(root.as_path()) && real.file_name() == file.file_name();
    if !is_own && !is_published(&root, &real) {
        return Err("leads out of the tree, or to what it does not publish".to_owned());
    }
    let bytes = fsio::read_regular(&real, MOST_BYTES).map_err(|error| error.to_string())?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// The path of a file of an entry. A registry is untrusted text: it must not lead out of the folder.
fn inside(folder: &Path, path: &str, name: &str) -> Result<PathBuf, String> {
    let relative = Path::new(path).join(name);
    let plain = |part| {
        matches!(
            part,
            std::path::Component::Normal(_) | std::path::Component::CurDir
        )
    };
    if relative.components().all(plain) && !relative.to_string_lossy().contains(['\\', '\0']) {
        Ok(folder.join(relative))
    } else {
        Err(format!(
            "the registry names a file outside the folder: {}",
            relative.display()
        ))
    }
}
