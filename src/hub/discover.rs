//! Find the files of a hub: authors' folders, ignore files, excludes, and paths named on the command line.

#![expect(clippy::disallowed_methods, reason = "one of the doors to the file system")]

use super::decode::{self, DecodeError, MAX_DOCUMENT_BYTES};
use super::ignored::IgnoreRules;
use super::supplied::AuthorRegistry;
use super::{BATCH_SIZE, EXCLUDED_REASON, FileKind, Hub, IGNORED_REASON, Skipped, UnreadableFile, join_path};
use crate::chub::build::content::{REGISTRY_FILE, is_published};
use crate::document::{Document, DocumentKind, HubPath, is_markdown};
use crate::error::{Error, ModuleError};
use crate::timing::Timer;
use crate::{fsio, safe_path};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The most files of a hub that are listed.
const MAX_FILES: usize = 1_000_000;

/// Why a hub cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// An invalid pattern of files to exclude.
    #[error("exclude pattern `{pattern}`")]
    Exclude {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        source: ignore::Error,
    },
    /// All patterns together.
    #[error("exclude patterns")]
    Excludes(#[source] ignore::Error),
    /// A folder that is more than a hub.
    #[error("`{}` holds more than {MAX_FILES} files; name the content folder itself", .0.display())]
    TooMany(PathBuf),
}

impl ModuleError for HubError {}

/// One content folder to be read.
#[derive(Debug)]
pub struct HubFolder {
    /// The folder itself, absolute.
    pub root: PathBuf,
    /// The files and folders that were named inside it; empty for all of it.
    pub named: Vec<PathBuf>,
}

/// Sort the paths of a command line into hubs. A folder is a hub, or part of one; a file is part of one.
///
/// # Errors
/// A path that does not exist, or cannot be resolved.
pub fn discover(paths: &[PathBuf]) -> Result<Vec<HubFolder>, Error> {
    let mut hubs: Vec<HubFolder> = Vec::new();
    for path in paths {
        if !is_linked_file(path) {
            safe_path::check_read_path(path)?;
        } else if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            safe_path::check_read_path(folder)?;
        }
        let real = named(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => Error::NoSuchPath(path.clone()),
            _ => Error::Unreadable {
                path: path.clone(),
                source,
            },
        })?;
        let (root, reason) = hub_root(&real);
        log::debug!("hub root {} (because {reason})", root.display());
        let named = (real != root && !root.starts_with(&real)).then_some(real);
        match hubs.iter_mut().find(|hub| hub.root == root) {
            // The whole hub is requested already; naming a part of it as well changes nothing.
            Some(hub) if hub.named.is_empty() || named.is_none() => hub.named.clear(),
            Some(hub) => hub.named.extend(named),
            None => hubs.push(HubFolder {
                root,
                named: named.into_iter().collect(),
            }),
        }
    }
    Ok(hubs)
}

/// A link to a file, or to nothing: it is a file of the hub that the link is in, and is checked as one.
fn is_linked_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|m| m.is_symlink()) && !path.is_dir()
}

/// The real path of what was named.
fn named(path: &Path) -> std::io::Result<PathBuf> {
    if let (true, Some(folder), Some(name)) = (is_linked_file(path), path.parent(), path.file_name()) {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        return Ok(fs::canonicalize(folder)?.join(name));
    }
    fs::canonicalize(path)
}

/// The content folder that a path belongs to, and why it is this one: it holds `author/docs` or `author/skills`.
fn hub_root(path: &Path) -> (PathBuf, &'static str) {
    let folder = if path.is_dir() {
        path
    } else {
        path.parent().unwrap_or(path)
    };
    let kind_folder = |name: &std::ffi::OsStr| name == "docs" || name == "skills";
    let mut above = folder;
    while let (Some(name), Some(parent)) = (above.file_name(), above.parent()) {
        if let Some(root) = parent
            .parent()
            .filter(|_| kind_folder(name) && looks_like_entries(above))
        {
            let reason = "the path is in a `docs` or `skills` folder with entries, two levels below it";
            return (root.to_path_buf(), reason);
        }
        above = parent;
    }
    if has_kind_folder(folder) {
        let root = folder.parent().unwrap_or(folder).to_path_buf();
        return (root, "the path is the folder of an author");
    }
    let content = folder.join("content");
    let is_content = content.is_dir() && safe_path::check_read_path(&content).is_ok();
    if !subfolders(folder).any(|author| has_kind_folder(&author)) && is_content {
        let root = fs::canonicalize(&content).unwrap_or(content);
        return (root, "the path has no authors but a folder `content`");
    }
    (folder.to_path_buf(), "it is the folder of the path")
}

fn subfolders(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|e| e.file_type().is_ok_and(|t| t.is_dir()))
        .map(|e| e.path())
}

fn has_kind_folder(author: &Path) -> bool {
    ["docs", "skills"].iter().any(|kind| {
        let folder = author.join(kind);
        folder.is_dir() && looks_like_entries(&folder)
    })
}

/// A `docs` folder of an author holds folders of entries; the `docs` of any other project holds pages.
fn looks_like_entries(kind_folder: &Path) -> bool {
    fn holds_entry(folder: &Path, depth: usize) -> bool {
        ["DOC.md", "SKILL.md"]
            .iter()
            .any(|name| folder.join(name).is_file())
            || (depth > 0 && subfolders(folder).any(|sub| holds_entry(&sub, depth - 1)))
    }
    holds_entry(kind_folder, 3)
}

/// Read one hub: list it, choose the documents, parse them in parallel.
///
/// `shown` is how the hub is named in output; `exclude` are patterns in the form of ignore files, relative to the
/// hub. `ignore_files` are the repository and the texts of the ignore files that count, by absolute path; `None`
/// for those on disk.
///
/// # Errors
/// An invalid pattern, or a hub that cannot be listed at all.
pub fn read_hub(
    folder: &HubFolder,
    shown: &str,
    exclude: &[String],
    ignore_files: Option<(&Path, &BTreeMap<PathBuf, String>)>,
) -> Result<Hub, Error> {
    fs::read_dir(&folder.root).map_err(|source| Error::Unreadable {
        path: folder.root.clone(),
        source,
    })?;
    let timer = Timer::start();
    let excluded = exclude_matcher(&folder.root, exclude)?;
    let mut hub = Hub {
        shown: shown.to_owned(),
        ..Hub::default()
    };
    list(folder, &mut hub)?;
    log::debug!("files and folders: {} listed in {timer}", hub.files.len());
    let reads = choose(folder, &mut hub, &excluded, ignore_files);
    focus(folder, &mut hub);
    hub.supplied = supplied(&folder.root, &hub);
    let timer = Timer::start();
    let results: Vec<_> = reads
        .into_par_iter()
        .with_max_len(BATCH_SIZE)
        .map(|(path, kind)| read_document(&folder.root, path, kind))
        .collect();
    hub.documents.reserve(results.len());
    for result in results {
        match result {
            Ok(document) => hub.documents.push(document),
            Err(unread) => hub.unread.push(unread),
        }
    }
    hub.documents
        .sort_by(|a, b| a.path.path_in_hub().cmp(b.path.path_in_hub()));
    hub.skipped.sort();
    log::debug!(
        "documents: {} read in {timer}, {} unreadable, {} skipped",
        hub.documents.len(),
        hub.unread.len(),
        hub.skipped.len()
    );
    Ok(hub)
}

/// The documents to read. Notes why the others are skipped.
fn choose(
    folder: &HubFolder,
    hub: &mut Hub,
    excluded: &Gitignore,
    ignore_files: Option<(&Path, &BTreeMap<PathBuf, String>)>,
) -> Vec<(HubPath, FileKind)> {
    let on_disk = IgnoreRules::read(&folder.root, hub);
    let ignored = ignore_files.map(|(top, texts)| IgnoreRules::from_texts(&folder.root, top, texts));
    let mut unignored = Vec::new();
    let mut reads = Vec::new();
    for (path, kind) in &hub.files {
        let is_read = !matches!(kind, FileKind::Folder | FileKind::Escape);
        if !is_markdown(path) || !is_read {
            continue;
        }
        let at = HubPath::new(&hub.shown, path);
        let reason = if DocumentKind::from_file_name(at.file_name()) == DocumentKind::Companion
            && hub.entry_folder(&at).is_none()
        {
            "neither an entry nor in the folder of one"
        } else if excluded.matched_path_or_any_parents(path, false).is_ignore() {
            EXCLUDED_REASON
        } else if ignored.as_ref().unwrap_or(&on_disk).is_ignored(path) {
            IGNORED_REASON
        } else {
            if ignored.is_some() && on_disk.is_ignored(path) {
                unignored.push(path.clone());
            }
            reads.push((at, *kind));
            continue;
        };
        hub.skipped.push(Skipped {
            path: at.as_str().to_owned(),
            reason,
        });
    }
    hub.unignored = unignored;
    reads
}

fn exclude_matcher(root: &Path, patterns: &[String]) -> Result<Gitignore, Error> {
    let mut builder = GitignoreBuilder::new(root);
    for pattern in patterns {
        builder
            .add_line(None, pattern)
            .map_err(|source| HubError::Exclude {
                pattern: pattern.clone(),
                source,
            })?;
    }
    Ok(builder.build().map_err(HubError::Excludes)?)
}

/// List everything below the authors' folders, as the build does: hidden files too, but not `dist`, hidden
/// folders and links at the top. Links are listed and not followed, so a loop of links is harmless.
fn list(folder: &HubFolder, hub: &mut Hub) -> Result<(), Error> {
    let unreadable = |source| Error::Unreadable {
        path: folder.root.clone(),
        source,
    };
    let mut authors = Vec::new();
    for entry in fs::read_dir(&folder.root).map_err(unreadable)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().map_or(FileKind::Other, kind_of);
        if kind == FileKind::Symlink && !name.starts_with('.') {
            // The build does not follow it, but would write to `dist`, and so do other tools.
            let leads = safe_path::link_target(&folder.root.join(&name));
            if leads.is_some_and(|to| !to.starts_with(&folder.root)) {
                hub.files.insert(name, FileKind::Escape);
            }
            continue;
        }
        if name.starts_with('.') || name == "dist" {
            continue;
        }
        if kind == FileKind::Folder {
            authors.push(name.clone());
        }
        hub.files.insert(name, kind);
    }
    let lists: Vec<Listing> = authors
        .into_par_iter()
        .map(|author| list_author(&folder.root, author))
        .collect();
    for listing in lists {
        hub.files.extend(listing.files);
        hub.unread.extend(
            listing
                .unreadable
                .into_iter()
                .map(|(path, error)| UnreadableFile {
                    path: HubPath::new(&hub.shown, &path),
                    reason: format!("cannot be read: {error}"),
                    help: "check its permissions; the build needs it too".to_owned(),
                }),
        );
    }
    if hub.files.len() > MAX_FILES {
        return Err(HubError::TooMany(folder.root.clone()).into());
    }
    Ok(())
}

#[derive(Default)]
struct Listing {
    files: Vec<(String, FileKind)>,
    unreadable: Vec<(String, std::io::Error)>,
}

/// One author's files. A stack and no recursion, since folders can be nested without end.
fn list_author(root: &Path, author: String) -> Listing {
    let mut listing = Listing::default();
    let mut stack = vec![author];
    while let Some(folder) = stack.pop() {
        let entries = match fs::read_dir(root.join(&folder)) {
            Ok(entries) => entries,
            Err(error) => {
                listing.unreadable.push((folder, error));
                continue;
            }
        };
        for entry in entries.flatten() {
            let path = join_path(&folder, &entry.file_name().to_string_lossy());
            let mut kind = entry.file_type().map_or(FileKind::Other, kind_of);
            if kind == FileKind::Folder {
                stack.push(path.clone());
            } else if kind == FileKind::Symlink
                && safe_path::link_target(&entry.path()).is_some_and(|to| !is_published(root, &to))
            {
                kind = FileKind::Escape;
            }
            listing.files.push((path, kind));
        }
        if listing.files.len() > MAX_FILES {
            break;
        }
    }
    listing
}

/// The registries that authors supply, in order of path.
fn supplied(root: &Path, hub: &Hub) -> Vec<AuthorRegistry> {
    let of_author = |path: &str| {
        path.split_once('/')
            .is_some_and(|(_, rest)| rest == REGISTRY_FILE)
    };
    let wanted = hub.files.iter().filter(|(path, _)| of_author(path));
    let mut found = Vec::new();
    for (path, kind) in wanted {
        let path = HubPath::new(&hub.shown, path);
        // Another rule reports links that lead out, and nothing is read through them.
        if *kind == FileKind::Escape || !hub.in_focus(&path) {
            continue;
        }
        let real = fs::canonicalize(root.join(path.path_in_hub()));
        let text = real.and_then(|real| fsio::read_regular(&real, MAX_DOCUMENT_BYTES));
        found.push(match text {
            Ok(bytes) => AuthorRegistry::new(path, String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => AuthorRegistry::unreadable(path, format!("cannot be read: {}", reason(&error))),
        });
    }
    found
}

/// The system's reason without its number, which is of no use to a reader and differs between systems.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

fn kind_of(kind: fs::FileType) -> FileKind {
    match kind {
        kind if kind.is_dir() => FileKind::Folder,
        kind if kind.is_file() => FileKind::File,
        kind if kind.is_symlink() => FileKind::Symlink,
        _ => FileKind::Other,
    }
}

/// A path as seen from a folder above it, with forward slashes.
#[must_use]
pub fn inside(root: &Path, path: &Path) -> Option<String> {
    let relative = path.strip_prefix(root).ok()?;
    let parts: Vec<_> = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    Some(parts.join("/"))
}

/// Turn named files and folders into the set to report on, and explain the ones that are no documents.
fn focus(folder: &HubFolder, hub: &mut Hub) {
    if folder.named.is_empty() {
        return;
    }
    let mut set = BTreeSet::new();
    for named in &folder.named {
        let Some(path) = inside(&folder.root, named) else {
            continue;
        };
        let below = join_path(&path, "");
        set.extend(
            hub.files
                .keys()
                .filter(|file| **file == path || file.starts_with(&below))
                .cloned(),
        );
        set.insert(path.clone());
        if !is_markdown(&path) && hub.files.get(&path) == Some(&FileKind::File) {
            let path = HubPath::new(&hub.shown, &path).as_str().to_owned();
            hub.skipped.push(Skipped {
                path,
                reason: "not Markdown",
            });
        }
    }
    hub.focus = Some(set);
}

fn read_document(root: &Path, path: HubPath, kind: FileKind) -> Result<Document, UnreadableFile> {
    match read_text(root, &path, kind) {
        Ok(text) => Ok(Document::new(path, text)),
        Err(wrong) => Err(wrong.at_path(path)),
    }
}

fn read_text(root: &Path, path: &HubPath, kind: FileKind) -> Result<String, DecodeError> {
    let failed = |error: std::io::Error| {
        DecodeError::new(
            format!("cannot be read: {}", reason(&error)),
            "check its permissions; the build needs it too",
        )
    };
    let mut full = root.join(path.path_in_hub());
    if kind == FileKind::Symlink {
        full = fs::canonicalize(full).map_err(failed)?;
        if !is_published(root, &full) {
            return Err(DecodeError::new(
                "is a link that leaves the hub",
                "put the file itself here",
            ));
        }
    }
    let metadata = fs::metadata(&full).map_err(failed)?;
    if !metadata.is_file() {
        return Err(DecodeError::new(
            "is not a regular file",
            "put a Markdown file here",
        ));
    }
    if metadata.len() > MAX_DOCUMENT_BYTES {
        return Err(DecodeError::too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    let file = fs::File::open(&full).map_err(failed)?;
    file.take(MAX_DOCUMENT_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    decode::decode(bytes)
}
