//! Find and read the files of a hub: authors' folders, ignore files, excludes, and the parts that were named.

#![expect(
    clippy::disallowed_methods,
    reason = "one of the modules that may use the file system"
)]

use super::attached;
use super::decode::{self, DecodeError, MAX_DOCUMENT_BYTES};
use super::ignored::IgnoreRules;
use super::plugin::{ListedPath, MANIFEST_FOLDER, MAX_MANIFEST_BYTES, Manifest, ManifestKind};
use super::root;
pub use super::root::{
    HubFolder, NamedPath, discover, hub_folders, hub_of_unsaved, resolve, resolve_unsaved,
};
use super::supplied::AuthorRegistry;
use super::{
    BATCH_SIZE, EXCLUDED_REASON, FileKind, Hub, IGNORED_REASON, MISNAMED_REASON, NOT_ENTRY_REASON,
    NOT_MARKDOWN_REASON, Skipped, UnreadableFile, is_misnamed, join_path,
};
use crate::chub::build::content::{REGISTRY_FILE, is_published};
use crate::document::{Document, DocumentKind, HubPath, KIND_FOLDERS, is_markdown};
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
    let timer = Timer::start();
    let excluded = exclude_matcher(&folder.root, exclude)?;
    let mut hub = Hub {
        shown: shown.to_owned(),
        authors: folder.authors.clone(),
        ..Hub::default()
    };
    // A file that was never saved may be in a hub that is still to be made.
    if folder.unsaved.is_none() || folder.root.exists() {
        list(folder, &mut hub)?;
    }
    if let Some((file, _)) = &folder.unsaved
        && let Some(path) = inside(&folder.root, file)
    {
        hub.add_file(&path);
    }
    log::debug!("files and folders: {} listed in {timer}", hub.files.len());
    let skips = SkipRules {
        excluded: &excluded,
        on_disk: IgnoreRules::read(&folder.root, &mut hub),
        ignored: ignore_files.map(|(top, texts)| IgnoreRules::from_texts(&folder.root, top, texts)),
    };
    let reads = choose(folder, &mut hub, &skips);
    choose_attachments(&mut hub, &skips);
    focus(folder, &mut hub);
    hub.supplied = supplied(folder, &hub);
    hub.manifests = manifests(folder, &hub, &skips);
    let timer = Timer::start();
    let results: Vec<_> = reads
        .into_par_iter()
        .with_max_len(BATCH_SIZE)
        .map(|(path, kind)| read_document(folder, path, kind))
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
    hub.classify(folder.unpublished);
    log::debug!(
        "documents: {} read in {timer}, {} unreadable, {} skipped",
        hub.documents.len(),
        hub.unread.len(),
        hub.skipped.len()
    );
    Ok(hub)
}

/// Which files are skipped.
struct SkipRules<'a> {
    /// What the config and the command line exclude.
    excluded: &'a Gitignore,
    /// The ignore files on disk.
    on_disk: IgnoreRules,
    /// Those of the commit that counts, if it is not what is on disk.
    ignored: Option<IgnoreRules>,
}

impl SkipRules<'_> {
    fn is_ignored(&self, path: &str) -> bool {
        self.ignored.as_ref().unwrap_or(&self.on_disk).is_ignored(path)
    }

    fn is_skipped(&self, path: &str) -> bool {
        self.excluded.matched_path_or_any_parents(path, false).is_ignore() || self.is_ignored(path)
    }
}

/// The documents to read. Notes why the others are skipped.
fn choose(folder: &HubFolder, hub: &mut Hub, skips: &SkipRules<'_>) -> Vec<(HubPath, FileKind)> {
    let excluded = skips.excluded;
    let mut unignored = Vec::new();
    let mut misnamed = Vec::new();
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
            let is_misnamed = is_misnamed(at.file_name());
            if is_misnamed && is_entry_place(&at) && !skips.is_skipped(path) {
                misnamed.push((at.clone(), *kind));
            }
            match is_misnamed {
                true => MISNAMED_REASON,
                false => NOT_ENTRY_REASON,
            }
        } else if excluded.matched_path_or_any_parents(path, false).is_ignore() {
            EXCLUDED_REASON
        } else if skips.is_ignored(path) {
            IGNORED_REASON
        } else {
            if skips.ignored.is_some() && skips.on_disk.is_ignored(path) {
                unignored.push(path.clone());
            }
            reads.push((at, *kind));
            continue;
        };
        let excluding = excluded.matched_path_or_any_parents(path, false);
        let pattern = match excluding.inner() {
            Some(pattern) if reason == EXCLUDED_REASON => Some(pattern.original().to_owned()),
            _ => None,
        };
        hub.skipped.push(Skipped {
            path: at.as_str().to_owned(),
            reason,
            pattern,
        });
    }
    hub.unignored = unignored;
    // What cannot be read has no front matter.
    for (path, kind) in misnamed {
        if let Ok(text) = read_any(folder, &path, kind) {
            hub.add_misnamed(path, text);
        }
    }
    reads
}

/// The files of skills that are not Markdown. Notes why some are skipped.
fn choose_attachments(hub: &mut Hub, skips: &SkipRules<'_>) {
    let excluded = |path: &str| skips.excluded.matched_path_or_any_parents(path, false);
    let why = |path: &str| match () {
        () if excluded(path).is_ignore() => Some(EXCLUDED_REASON),
        () if skips.is_ignored(path) => Some(IGNORED_REASON),
        () => None,
    };
    let chosen = attached::choose(hub, why);
    for (path, reason) in chosen {
        let in_hub = path.path_in_hub();
        let Some(reason) = reason else {
            if skips.ignored.is_some() && skips.on_disk.is_ignored(in_hub) {
                hub.unignored.push(in_hub.to_owned());
            }
            hub.unread_attachments.push(path);
            continue;
        };
        let pattern = match excluded(in_hub).inner() {
            Some(pattern) if reason == EXCLUDED_REASON => Some(pattern.original().to_owned()),
            _ => None,
        };
        hub.skipped.push(Skipped {
            path: path.as_str().to_owned(),
            reason,
            pattern,
        });
    }
}

/// Read the attachments of a hub that are reported on. It is a separate step, because a commit to compare with may
/// narrow what is reported on.
pub fn read_attachments(folder: &HubFolder, hub: &mut Hub) {
    if let Some((file, bytes)) = &folder.unsaved
        && let Some(at) = hub
            .unread_attachments
            .iter()
            .position(|path| folder.root.join(path.path_in_hub()) == *file)
    {
        let path = hub.unread_attachments.remove(at);
        match decode::decode(bytes.clone()) {
            Ok(text) => hub.insert(Document::attachment(path, text)),
            Err(wrong) => hub.unread.push(wrong.at_path(path)),
        }
    }
    attached::read(&folder.root, hub, |link| {
        let real = fs::canonicalize(link).ok()?;
        holds(folder, &real).then_some(real)
    });
}

/// Whether a file is where an entry belongs: below a folder of `author/docs/` or `author/skills/`, or of `docs/` or
/// `skills/` in the repository of one author.
fn is_entry_place(path: &HubPath) -> bool {
    let mut folders = path.folder().split('/');
    let has_kind = folders
        .by_ref()
        .take(2)
        .any(|folder| KIND_FOLDERS.contains(&folder));
    has_kind && (1..=root::ENTRY_DEPTH).contains(&folders.count())
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
        let is_named = folder
            .authors
            .as_ref()
            .is_none_or(|authors| authors.contains(&name));
        if folder.unpublished {
            if is_named && kind == FileKind::Folder {
                authors.push(name.clone());
                hub.files.insert(name, kind);
            }
            continue;
        }
        if kind == FileKind::Symlink && !name.starts_with('.') {
            // The build does not follow it, but would write to `dist`, and so do other tools.
            let leads = safe_path::link_target(&folder.root.join(&name));
            if leads.is_some_and(|to| !to.starts_with(&folder.root)) {
                hub.files.insert(name, FileKind::Escape);
            }
            continue;
        }
        // The build does not read it, and clients of skills do.
        if name == MANIFEST_FOLDER && kind == FileKind::Folder {
            authors.push(name.clone());
            hub.files.insert(name, kind);
            continue;
        }
        if name.starts_with('.') || (kind == FileKind::Folder && root::is_unpublished(&entry.file_name())) {
            continue;
        }
        if kind == FileKind::Folder {
            if !is_named {
                continue;
            }
            authors.push(name.clone());
        }
        hub.files.insert(name, kind);
    }
    let lists: Vec<Listing> = authors
        .into_par_iter()
        .map(|author| list_author(folder, author))
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
fn list_author(hub: &HubFolder, author: String) -> Listing {
    let mut listing = Listing::default();
    let unpublished = hub.unpublished.then(|| author.clone());
    let mut stack = vec![author];
    while let Some(folder) = stack.pop() {
        let entries = match fs::read_dir(hub.root.join(&folder)) {
            Ok(entries) => entries,
            Err(error) => {
                listing.unreadable.push((folder, error));
                continue;
            }
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let path = join_path(&folder, &name);
            let mut kind = entry.file_type().map_or(FileKind::Other, kind_of);
            if kind == FileKind::Folder {
                // An agent may keep whole checkouts beside its skills.
                if unpublished.as_ref() == Some(&folder) && !KIND_FOLDERS.contains(&name.as_ref()) {
                    continue;
                }
                stack.push(path.clone());
            } else if kind == FileKind::Symlink
                && safe_path::link_target(&entry.path())
                    .is_some_and(|to| !holds(hub, &to) && !is_linked_folder(hub, &to))
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

/// Whether links in a hub may lead to a real path: to what is published, or to the folders of agents from them.
fn holds(hub: &HubFolder, path: &Path) -> bool {
    let own = || {
        let mut authors = hub.authors.iter().flatten();
        authors.any(|author| path.starts_with(hub.root.join(author)))
    };
    is_published(&hub.root, path) || (hub.unpublished && own())
}

/// Whether a link in the folder of an agent leads to a folder beside it or of the same repository: `.agents/skills` to
/// `skills`. No link to a folder is followed.
fn is_linked_folder(hub: &HubFolder, to: &Path) -> bool {
    let repository = || safe_path::repository_root(&hub.root);
    let is_own = || to.starts_with(&hub.root) || repository().is_some_and(|top| to.starts_with(top));
    hub.unpublished && to.is_dir() && is_own()
}

/// The registries that authors supply, in order of path.
fn supplied(folder: &HubFolder, hub: &Hub) -> Vec<AuthorRegistry> {
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
        let real = fs::canonicalize(folder.root.join(path.path_in_hub()));
        let text = real.and_then(|real| fsio::read_regular(&real, MAX_DOCUMENT_BYTES));
        found.push(match text {
            Ok(bytes) => AuthorRegistry::new(path, String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => AuthorRegistry::unreadable(path, format!("cannot be read: {}", reason(&error))),
        });
    }
    found
}

/// How many paths of manifests are looked up on the disk for one hub, because its list of files does not have them.
const MAX_LOOKUPS: usize = 1_000;

/// The manifests of plugins and marketplaces, in order of path; none when the run reports on no manifest.
fn manifests(folder: &HubFolder, hub: &Hub, skips: &SkipRules<'_>) -> Vec<Manifest> {
    let named = hub.files.iter().filter_map(|(path, kind)| {
        let is_file = matches!(kind, FileKind::File | FileKind::Symlink);
        let of = ManifestKind::of_path(path).filter(|_| is_file && !skips.is_skipped(path))?;
        Some((HubPath::new(&hub.shown, path), of))
    });
    let named: Vec<(HubPath, ManifestKind)> = named.collect();
    if !named.iter().any(|(path, _)| hub.in_focus(path)) {
        return Vec::new();
    }
    let mut lookups = MAX_LOOKUPS;
    let read = named.into_iter().map(|(path, kind)| {
        let real = fs::canonicalize(folder.root.join(path.path_in_hub()));
        let text = real.and_then(|real| fsio::read_regular(&real, MAX_MANIFEST_BYTES));
        match text {
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let mut manifest = Manifest::new(path, kind, text);
                find_unlisted(folder, hub, &mut manifest, &mut lookups);
                manifest
            }
            Err(error) => Manifest::unreadable(path, kind, format!("cannot be read: {}", reason(&error))),
        }
    });
    read.collect()
}

/// Look for paths of a manifest that are not in the list of files: hidden files at the top, for example. A link out of
/// the repository does not count. Over the limit, every path is assumed to exist.
fn find_unlisted(folder: &HubFolder, hub: &Hub, manifest: &mut Manifest, lookups: &mut usize) {
    let top = safe_path::repository_root(&folder.root).unwrap_or_else(|| folder.root.clone());
    let exists = |in_hub: &str| {
        let path = folder.root.join(in_hub);
        safe_path::link_target(&path).is_some_and(|to| to.starts_with(&top) && !safe_path::is_missing(&to))
    };
    let targets = manifest.paths().into_iter().filter_map(|path| path.target.ok());
    let unlisted: BTreeSet<String> = targets
        .filter(|target| hub.listed_path(target) == ListedPath::Unlisted)
        .collect();
    manifest.unlisted = unlisted
        .into_iter()
        .filter(|target| {
            let is_over = *lookups == 0;
            *lookups = lookups.saturating_sub(1);
            is_over || exists(target)
        })
        .collect();
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

/// Turn named files and folders into the set to report on, and explain the ones that are not documents.
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
        let at = |attachment: &HubPath| attachment.path_in_hub().cmp(path.as_str());
        let is_read = is_markdown(&path) || hub.unread_attachments.binary_search_by(at).is_ok();
        if !is_read && hub.files.get(&path) == Some(&FileKind::File) {
            let path = HubPath::new(&hub.shown, &path).as_str().to_owned();
            hub.skipped.push(Skipped {
                path,
                reason: NOT_MARKDOWN_REASON,
                pattern: None,
            });
        }
    }
    hub.focus = Some(set);
}

fn read_document(hub: &HubFolder, path: HubPath, kind: FileKind) -> Result<Document, UnreadableFile> {
    match read_any(hub, &path, kind) {
        Ok(text) => Ok(Document::new(path, text)),
        Err(wrong) => Err(wrong.at_path(path)),
    }
}

/// The text of a file, which may not be saved.
fn read_any(hub: &HubFolder, path: &HubPath, kind: FileKind) -> Result<String, DecodeError> {
    match &hub.unsaved {
        Some((file, bytes)) if *file == hub.root.join(path.path_in_hub()) => decode::decode(bytes.clone()),
        _ => read_text(hub, path, kind),
    }
}

fn read_text(hub: &HubFolder, path: &HubPath, kind: FileKind) -> Result<String, DecodeError> {
    let failed = |error: std::io::Error| {
        DecodeError::new(
            format!("cannot be read: {}", reason(&error)),
            "check its permissions; the build needs it too",
        )
    };
    let mut full = hub.root.join(path.path_in_hub());
    if kind == FileKind::Symlink {
        full = fs::canonicalize(full).map_err(failed)?;
        if !holds(hub, &full) {
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
