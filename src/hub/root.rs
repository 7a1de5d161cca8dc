//! Which hubs the paths of a command line belong to. Names of folders and the files that exist decide it, and a pull
//! request can add both. So the root of a hub is what was named or, for a part of a hub, the folder above its author,
//! and never above the repository; and a file that is added does not move a root that is there without it.

#![expect(
    clippy::disallowed_methods,
    reason = "one of the modules that may use the file system"
)]

use super::plugin::MANIFEST_FOLDER;
use super::{BESIDE_CONTENT_REASON, UNNAMED_FOLDER_REASON};
use crate::document::{ENTRY_NAMES, KIND_FOLDERS};
use crate::error::Error;
use crate::safe_path;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// The hidden folders with which coding agents are configured. Their skills and docs are checked by default.
pub const AGENT_FOLDERS: [&str; 7] = [
    ".agents",
    ".claude",
    ".codex",
    ".cursor",
    ".gemini",
    ".github",
    ".opencode",
];
/// How deep below a `docs` or `skills` folder an entry is searched: entry, language, version.
pub(super) const ENTRY_DEPTH: usize = 3;

/// One content folder to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubFolder {
    /// The folder itself, absolute.
    pub root: PathBuf,
    /// The files and folders that were named inside it; empty for all of it.
    pub named: Vec<PathBuf>,
    /// The folders of authors to read; `None` for all that a build reads.
    pub authors: Option<BTreeSet<String>>,
    /// Whether the authors are folders that a build does not read, such as `.claude`. Of these, only `docs` and `skills`
    /// are read.
    pub unpublished: bool,
    /// A file whose text is not read from the disk, where it may not exist: its real path and its bytes.
    pub unsaved: Option<(PathBuf, Vec<u8>)>,
    /// Folders beside the authors that were not named and are not read, and why.
    pub skipped: Vec<(PathBuf, &'static str)>,
}

/// A path of the command line.
#[derive(Clone, Debug)]
pub struct NamedPath {
    /// As it was written.
    pub given: PathBuf,
    /// The real path.
    pub real: PathBuf,
}

impl HubFolder {
    /// All of a hub.
    #[must_use]
    pub fn whole(root: PathBuf) -> Self {
        Self {
            root,
            named: Vec::new(),
            authors: None,
            unpublished: false,
            unsaved: None,
            skipped: Vec::new(),
        }
    }

    /// Some authors of a hub.
    fn of_authors(root: &Path, authors: BTreeSet<String>) -> Self {
        Self {
            authors: Some(authors),
            ..Self::whole(root.to_path_buf())
        }
    }

    /// A part of a hub.
    fn part(root: PathBuf, path: &Path) -> Self {
        let author = author_folder(&root, path).filter(|author| is_unpublished(OsStr::new(author)));
        Self {
            named: vec![path.to_path_buf()],
            unpublished: author.is_some(),
            authors: author.map(|author| BTreeSet::from([author])),
            ..Self::whole(root)
        }
    }

    /// Also read another part of the same hub.
    fn merge(&mut self, other: Self) {
        let authors = |folder: &Self| -> BTreeSet<String> {
            let named = folder.named.iter();
            let named = named.filter_map(|path| author_folder(&folder.root, path));
            folder.authors.iter().flatten().cloned().chain(named).collect()
        };
        let (own, others) = (authors(self), authors(&other));
        self.skipped.extend(other.skipped.iter().cloned());
        let is_all = |folder: &Self| folder.authors.is_none() && folder.named.is_empty();
        if is_all(self) || is_all(&other) {
            (self.authors, self.named) = (None, Vec::new());
        } else if self.named.is_empty() || other.named.is_empty() || self.unpublished {
            // Naming a part of what is requested already changes nothing.
            let is_whole = self.named.is_empty() || other.named.is_empty();
            self.authors = Some(own.into_iter().chain(others).collect());
            self.named.extend(other.named);
            if is_whole {
                self.named.clear();
            }
        } else {
            self.named.extend(other.named);
        }
    }
}

/// Sort the paths of a command line into hubs. A folder is a hub, or part of one; a file is part of one.
///
/// # Errors
/// A path that does not exist, or cannot be resolved.
pub fn discover(paths: &[PathBuf]) -> Result<Vec<HubFolder>, Error> {
    Ok(hub_folders(&resolve(paths)?))
}

/// The real paths of what was named.
///
/// # Errors
/// As for `discover`.
pub fn resolve(paths: &[PathBuf]) -> Result<Vec<NamedPath>, Error> {
    let resolved = paths.iter().map(|path| {
        if !is_linked_file(path) {
            safe_path::check_read_path(path)?;
        } else if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            safe_path::check_read_path(folder)?;
        }
        let given = path.clone();
        match named(path) {
            Ok(real) => Ok(NamedPath { given, real }),
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => Err(Error::NoSuchPath(given)),
            Err(source) => Err(Error::Unreadable { path: given, source }),
        }
    });
    resolved.collect()
}

/// The real path of a file that may not exist yet, in folders that may not exist yet.
///
/// # Errors
/// When a link in it leads out of the repository, or it is a folder.
pub fn resolve_unsaved(path: &Path) -> Result<NamedPath, Error> {
    safe_path::check_read_path(path)?;
    let unreadable = |source| Error::Unreadable {
        path: path.to_path_buf(),
        source,
    };
    let absolute = std::path::absolute(path).map_err(unreadable)?;
    let real = safe_path::canonicalize_future(&absolute).map_err(unreadable)?;
    if real.is_dir() {
        return Err(unreadable(std::io::ErrorKind::IsADirectory.into()));
    }
    Ok(NamedPath {
        given: path.to_path_buf(),
        real,
    })
}

/// The hubs of named paths, each once.
#[must_use]
pub fn hub_folders(paths: &[NamedPath]) -> Vec<HubFolder> {
    let mut hubs: Vec<HubFolder> = Vec::new();
    for path in paths {
        for (folder, reason) in folders_of(&path.real) {
            log::debug!("hub root {} (because {reason})", folder.root.display());
            let same =
                |hub: &&mut HubFolder| (&hub.root, hub.unpublished) == (&folder.root, folder.unpublished);
            match hubs.iter_mut().find(same) {
                Some(hub) => hub.merge(folder),
                None => hubs.push(folder),
            }
        }
    }
    hubs
}

/// The hub of a file that may not exist yet, with its text.
#[must_use]
pub fn hub_of_unsaved(file: &NamedPath, bytes: Vec<u8>) -> Option<HubFolder> {
    let mut folder = hub_folders(std::slice::from_ref(file)).pop()?;
    folder.unsaved = Some((file.real.clone(), bytes));
    Some(folder)
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

/// A hub and why it is this one.
type FoundHub = (HubFolder, &'static str);

/// The hubs of a path.
fn folders_of(path: &Path) -> Vec<FoundHub> {
    let is_folder = path.is_dir() && !is_linked_file(path);
    let folder = if is_folder {
        path
    } else {
        path.parent().unwrap_or(path)
    };
    let top = Top::of(folder);
    if let Some(above) = folder.parent().filter(|above| top.contains(above))
        && folder.file_name().is_some_and(|name| name == MANIFEST_FOLDER)
    {
        let part = HubFolder {
            unpublished: false,
            authors: None,
            ..HubFolder::part(above.to_path_buf(), path)
        };
        return vec![(part, "the path is in a folder of manifests")];
    }
    if is_folder && is_hub(folder) {
        return hub_and_others(folder, &top);
    }
    let by_names = root_by_names(path, folder, &top);
    let above = folder.parent().filter(|above| top.contains(above));
    if let Some(above) = above.filter(|_| is_author(folder))
        && by_names
            .as_ref()
            .is_none_or(|root| is_nearer_author(folder, above, root))
    {
        let part = HubFolder::part(above.to_path_buf(), path);
        return vec![(part, "the path is the folder of an author")];
    }
    if let Some(root) = by_names {
        let reason = "the path is in a `docs` or `skills` folder, two levels below it";
        return vec![(HubFolder::part(root, path), reason)];
    }
    if let Some(root) = repository_of_one_author(folder, &top) {
        let reason = "it is the repository, and the path is in its `docs` or `skills` folder";
        return vec![(HubFolder::part(root, path), reason)];
    }
    if !is_folder {
        let part = HubFolder::part(folder.to_path_buf(), path);
        return vec![(part, "it is the folder of the path")];
    }
    hub_and_others(folder, &top)
}

/// The hubs in a folder that is not a part of another: itself, its folder `content`, and the folders of agents in it.
fn hub_and_others(folder: &Path, top: &Top) -> Vec<FoundHub> {
    let content = folder.join("content");
    let content = Some(content).filter(|it| it.is_dir() && safe_path::check_read_path(it).is_ok());
    let content = content.map(|content| safe_path::canonicalize_or_keep(&content));
    let mut found = Vec::new();
    let of_content = "the path has a folder `content` with authors";
    let (is_hub, is_own) = (is_hub(folder), is_author(folder));
    match content {
        Some(content) if is_content(&content) => {
            let authors = || author_folders(folder).filter(|author| *author != content);
            let mut others: BTreeSet<String> = kind_folders(folder).collect();
            if authors().any(|author| is_author(&author)) {
                others.extend(authors().filter_map(|author| name_of(&author)));
            }
            found.push((HubFolder::whole(content), of_content));
            if !others.is_empty() {
                let folder = HubFolder::of_authors(folder, others);
                found.push((folder, "the path has authors beside its folder `content`"));
            }
        }
        Some(content) if !is_hub && !is_own => {
            found.push((
                HubFolder::whole(content),
                "the path has no authors but a folder `content`",
            ));
        }
        // It is a hub, and it has the folders of an author as well: each keeps its root.
        _ if is_hub && is_own && folder.parent().is_some_and(|above| top.contains(above)) => {
            let (kinds, authors): (BTreeSet<_>, _) = author_folders(folder)
                .filter_map(|author| name_of(&author))
                .partition(|name| KIND_FOLDERS.contains(&name.as_str()));
            found.push((HubFolder::of_authors(folder, authors), "it has authors"));
            let above = folder.parent().unwrap_or(folder).to_path_buf();
            let mut own = HubFolder::whole(above);
            own.named = kinds.iter().map(|kind| folder.join(kind)).collect();
            found.push((own, "the path is the folder of an author too"));
        }
        _ => found.push((HubFolder::whole(folder.to_path_buf()), "it is the named folder")),
    }
    let agents = AGENT_FOLDERS.iter().filter(|name| {
        let agent = folder.join(name);
        agent.is_dir() && !agent.is_symlink() && is_author(&agent)
    });
    let agents: BTreeSet<String> = agents.map(|name| (*name).to_owned()).collect();
    if !agents.is_empty() {
        let mut folder = HubFolder::of_authors(folder, agents);
        folder.unpublished = true;
        found.push((folder, "the path has skills or docs of agents"));
    }
    let skipped = skipped_folders(folder, &found);
    if let Some((first, _)) = found.first_mut() {
        first.skipped = skipped;
    }
    found
}

/// The folders in a named folder that are not read. `.git` is left out, because it never has documents, and so are
/// folders of agents, which are read when they have documents.
fn skipped_folders(folder: &Path, found: &[FoundHub]) -> Vec<(PathBuf, &'static str)> {
    let is_read = |path: &Path| {
        found.iter().any(|(hub, _)| {
            let author = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
            hub.root == path
                || (hub.root == folder && hub.authors.as_ref().is_none_or(|all| all.contains(&*author)))
        })
    };
    let skipped = subfolders(folder).filter_map(|path| {
        let name = path.file_name()?;
        let is_expected =
            name == ".git" || name == MANIFEST_FOLDER || AGENT_FOLDERS.iter().any(|agent| name == *agent);
        let reason = match is_unpublished(name) {
            true => (!is_expected).then_some(UNNAMED_FOLDER_REASON),
            false => (!is_read(&path)).then_some(BESIDE_CONTENT_REASON),
        };
        Some((path.clone(), reason?))
    });
    skipped.collect()
}

/// How far up the root of a hub may be.
enum Top {
    /// This folder: the repository of the path, or else the working folder.
    Folder(PathBuf),
    /// No such folder: only the names in the path count.
    None,
}

impl Top {
    fn of(folder: &Path) -> Self {
        let cwd = || {
            let cwd = fs::canonicalize(std::env::current_dir().ok()?).ok()?;
            // The working folder in a container may be `/`.
            (folder.starts_with(&cwd) && cwd.parent().is_some()).then_some(cwd)
        };
        match safe_path::repository_root(folder).or_else(cwd) {
            Some(top) => Self::Folder(top),
            None => Self::None,
        }
    }

    fn contains(&self, folder: &Path) -> bool {
        match self {
            Self::Folder(top) => folder.starts_with(top),
            Self::None => false,
        }
    }

    /// The root of a hub with this `docs` or `skills` folder of an author.
    fn root_of<'a>(&self, kind_folder: &'a Path) -> Option<&'a Path> {
        let root = kind_folder.parent()?.parent()?;
        match self {
            Self::Folder(top) => root.starts_with(top).then_some(root),
            Self::None => Some(root),
        }
    }
}

/// The root of a hub by the names in a path: `ROOT/author/docs/...`. Files decide only when names allow several roots.
fn root_by_names(path: &Path, folder: &Path, top: &Top) -> Option<PathBuf> {
    let candidates = |folder: &Path| -> Vec<PathBuf> {
        let kinds = folder.ancestors().filter(|above| is_kind_folder(above));
        let kinds = kinds.filter(|kind| top.root_of(kind).is_some());
        kinds.map(Path::to_path_buf).collect()
    };
    // The folder of an entry may be called `docs` itself.
    let is_entry = path.file_name().is_some_and(is_entry_name) || holds_entry(folder, 0);
    let mut kinds = match folder.parent() {
        Some(above) if is_entry => candidates(above),
        _ => candidates(folder),
    };
    if kinds.is_empty() {
        kinds = candidates(folder);
    }
    let mut kinds = kinds.into_iter().peekable();
    let mut kind = kinds.next()?;
    while let Some(outer) = kinds.peek() {
        // A folder of companions may be called `docs` too: `ROOT/author/docs/entry/docs/guide.md`.
        let between = kind.ancestors().take_while(|above| above != outer);
        let is_companion = !is_entry && between.into_iter().any(|above| holds_entry(above, 0));
        // `a/docs/docs/b`: an entry `docs`, or an author `docs`. The root has other authors.
        let is_nested = kind.parent() == Some(outer)
            && !has_other_author(top.root_of(&kind)?, kind.parent()?)
            && has_other_author(top.root_of(outer)?, outer.parent()?);
        if !is_companion && !is_nested {
            break;
        }
        kind = kinds.next()?;
    }
    top.root_of(&kind).map(Path::to_path_buf)
}

/// Whether the folder of an author is that of a hub just above, and not a part of an entry of the hub at a root further
/// up: `ROOT/site/docs/acme`. The hub has other authors.
fn is_nearer_author(folder: &Path, above: &Path, root: &Path) -> bool {
    let author = author_folder(root, folder).map(|author| root.join(author));
    let has_others = author.is_some_and(|author| has_other_author(root, &author));
    match (has_other_author(above, folder), has_others) {
        (true, false) => true,
        (false, true) => false,
        _ => !holds_entry(folder, 0),
    }
}

fn has_other_author(root: &Path, author: &Path) -> bool {
    author_folders(root).any(|other| other != author && is_author(&other))
}

/// The repository, when a folder is in its `docs` or `skills` folder, so that there is no folder of an author.
fn repository_of_one_author(folder: &Path, top: &Top) -> Option<PathBuf> {
    let Top::Folder(top) = top else { return None };
    let kind = folder.ancestors().find(|above| above.parent() == Some(top))?;
    is_kind_folder(kind).then(|| top.clone())
}

/// Whether a folder holds authors with entries.
fn is_hub(folder: &Path) -> bool {
    author_folders(folder).any(|author| is_author(&author))
}

/// Whether a folder `content` is a hub, and not the folder of an author who is called so.
fn is_content(folder: &Path) -> bool {
    is_hub(folder)
        || (!is_author(folder) && subfolders(folder).any(|author| holds_entry(&author, ENTRY_DEPTH)))
}

/// Whether a folder has a `docs` or `skills` folder with entries. The `docs` of any other project holds pages.
fn is_author(folder: &Path) -> bool {
    kind_folders(folder).next().is_some()
}

/// The `docs` and `skills` folders of a folder that hold entries.
fn kind_folders(folder: &Path) -> impl Iterator<Item = String> {
    let kinds = KIND_FOLDERS.iter().filter(|kind| {
        let folder = folder.join(kind);
        folder.is_dir() && holds_entry(&folder, ENTRY_DEPTH)
    });
    kinds.map(|kind| (*kind).to_owned())
}

fn holds_entry(folder: &Path, depth: usize) -> bool {
    ENTRY_NAMES.iter().any(|name| folder.join(name).is_file())
        || (depth > 0 && subfolders(folder).any(|sub| holds_entry(&sub, depth - 1)))
}

/// The folders in a folder that a build reads as authors.
fn author_folders(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    subfolders(folder).filter(|folder| folder.file_name().is_some_and(|name| !is_unpublished(name)))
}

fn subfolders(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|e| e.file_type().is_ok_and(|t| t.is_dir()))
        .map(|e| e.path())
}

/// Whether a folder at the top of a hub is not that of an author: it is hidden or made by tools.
pub(super) fn is_unpublished(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".") || name == "dist" || name == "node_modules"
}

fn is_kind_folder(folder: &Path) -> bool {
    let name = folder.file_name().and_then(OsStr::to_str);
    name.is_some_and(|name| KIND_FOLDERS.contains(&name))
}

fn is_entry_name(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| ENTRY_NAMES.contains(&name))
}

fn name_of(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_string_lossy().into_owned())
}

/// The name of the folder at the top of a hub that a path is, or is in. A file at the top is in none.
fn author_folder(root: &Path, path: &Path) -> Option<String> {
    let mut parts = path.strip_prefix(root).ok()?.components();
    let first = parts.next()?.as_os_str();
    let is_folder = parts.next().is_some() || path.is_dir();
    is_folder.then(|| first.to_string_lossy().into_owned())
}

/// The folder that `search` and `get` read for a named one: its folder `content`, when authors are only there.
#[must_use]
pub fn content_folder(folder: &Path) -> PathBuf {
    let content = folder.join("content");
    let is_there = content.is_dir() && safe_path::check_read_path(&content).is_ok() && is_content(&content);
    match is_there && !author_folders(folder).any(|author| author != content && is_author(&author)) {
        true => content,
        false => folder.to_path_buf(),
    }
}
