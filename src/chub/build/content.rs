//! Reads which files a content folder has, in the order and with the exceptions of `chub build`.
//!
//! This differs from what the linter discovers: every top-level folder but `dist` and hidden ones is an author,
//! and below an author nothing is left out, neither hidden files nor `node_modules` nor what is ignored.
#![expect(
    clippy::disallowed_methods,
    reason = "this I/O module reads the content folder"
)]

use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::names::unsafe_path_reason;
use super::problem::BuildProblem;
use crate::safe_path;
use crate::timing::Timer;

/// The output folder of a build without `--output`, which is never an author.
pub const DEFAULT_OUTPUT: &str = "dist";
/// The file that an author may supply, and that no copy contains.
pub const REGISTRY_FILE: &str = "registry.json";

/// Everything below a content folder that a build sees.
#[derive(Debug)]
pub struct Content {
    /// The folder.
    pub root: PathBuf,
    /// The authors, sorted by the bytes of their names.
    pub authors: Vec<ContentNode>,
    /// What cannot be built: links that lead out of the content, pipes, names that are not UTF-8.
    pub problems: Vec<BuildProblem>,
}

/// A file or folder.
#[derive(Debug)]
pub struct ContentNode {
    /// Its name.
    pub name: String,
    /// Its path relative to the content folder, with forward slashes between the parts.
    pub path: String,
    /// What it is.
    pub kind: ContentKind,
}

/// What a node is.
#[derive(Debug)]
pub enum ContentKind {
    /// A folder and what is in it, sorted by the bytes of the names.
    Folder(Vec<ContentNode>),
    /// A file, or a symbolic link to one, and its size in bytes.
    File(u64),
}

impl ContentNode {
    /// What is in it; nothing for a file.
    #[must_use]
    pub fn children(&self) -> &[ContentNode] {
        match &self.kind {
            ContentKind::Folder(children) => children,
            ContentKind::File(_) => &[],
        }
    }
}

/// Reads a content folder.
///
/// # Errors
/// When the folder itself cannot be read. Everything wrong below it is in `Content::problems`.
pub fn read_content(root: &Path) -> io::Result<Content> {
    let timer = Timer::start();
    let real_root = fs::canonicalize(root)?;
    let mut problems = Vec::new();
    let mut authors = Vec::new();
    for (name, file_type) in sorted_entries(root)? {
        let hidden = name.as_encoded_bytes().starts_with(b".");
        // Links at the top are not authors, but one that leads out is a problem all the same.
        if file_type.is_symlink()
            && !hidden
            && safe_path::link_target(&real_root.join(&name)).is_some_and(|to| !to.starts_with(&real_root))
        {
            let message = "a symbolic link that leads out of the content folder";
            problems.push(BuildProblem::error(name.to_string_lossy(), message));
        }
        if !file_type.is_dir() || hidden || name == DEFAULT_OUTPUT {
            continue;
        }
        match name.into_string() {
            Ok(name) if name.contains('\\') && unsafe_path_reason(&name.replace('\\', "/")).is_some() => {
                let message = "with slashes for its backslashes, the name leads out of the content folder";
                problems.push(BuildProblem::error(name, message));
            }
            Ok(name) => authors.push(name),
            Err(name) => problems.push(not_utf8("", &name)),
        }
    }
    let read: Vec<(ContentNode, Vec<BuildProblem>)> = authors
        .into_par_iter()
        .map(|name| {
            let mut reader = ContentReader {
                real_root: &real_root,
                problems: Vec::new(),
            };
            let children = reader.folder(&root.join(&name), &name);
            let author = ContentNode {
                path: name.clone(),
                name,
                kind: ContentKind::Folder(children),
            };
            (author, reader.problems)
        })
        .collect();
    let mut authors = Vec::with_capacity(read.len());
    for (author, found) in read {
        authors.push(author);
        problems.extend(found);
    }
    log::debug!(
        "content folder {}: authors: {} read in {timer}",
        real_root.display(),
        authors.len()
    );
    Ok(Content {
        root: root.to_owned(),
        authors,
        problems,
    })
}

/// The entries of one folder, sorted by the bytes of their names as the reference gets them.
fn sorted_entries(folder: &Path) -> io::Result<Vec<(std::ffi::OsString, FileType)>> {
    let mut entries = fs::read_dir(folder)?
        .map(|entry| entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))))
        .collect::<io::Result<Vec<_>>>()?;
    entries.sort_by(|a, b| a.0.as_encoded_bytes().cmp(b.0.as_encoded_bytes()));
    Ok(entries)
}

fn not_utf8(folder: &str, name: &std::ffi::OsStr) -> BuildProblem {
    let slash = if folder.is_empty() { "" } else { "/" };
    let shown = format!("{folder}{slash}{}", name.to_string_lossy());
    BuildProblem::error(
        shown,
        "a file name that is not UTF-8, which a registry cannot contain",
    )
}

/// Why a file cannot be part of a hub.
#[derive(Debug, thiserror::Error)]
enum NodeError {
    #[error("neither a file nor a folder, which cannot be copied")]
    Odd,
    #[error("cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    #[error("a symbolic link to a folder: the client would list it as a file and fail to fetch it")]
    Folder,
    #[error("a symbolic link to something that is not a file")]
    NotAFile,
    #[error("a symbolic link to a file that is not published")]
    Unpublished,
    #[error("a symbolic link that leads out of the content folder")]
    LeadsOut,
    #[error("a symbolic link to a file that does not exist")]
    Dangling,
    #[error("a symbolic link that cannot be followed: {0}")]
    Broken(#[source] io::Error),
}

struct ContentReader<'a> {
    real_root: &'a Path,
    problems: Vec<BuildProblem>,
}

impl ContentReader<'_> {
    fn folder(&mut self, folder: &Path, path: &str) -> Vec<ContentNode> {
        let entries = match sorted_entries(folder) {
            Ok(entries) => entries,
            Err(error) => {
                self.problems
                    .push(BuildProblem::error(path, format!("cannot be read: {error}")));
                return Vec::new();
            }
        };
        let mut nodes = Vec::with_capacity(entries.len());
        for (name, file_type) in entries {
            let name = match name.into_string() {
                Ok(name) => name,
                Err(name) => {
                    self.problems.push(not_utf8(path, &name));
                    continue;
                }
            };
            let (full, path) = (folder.join(&name), format!("{path}/{name}"));
            // The registry has a slash for each backslash, as the reference has it.
            if let Some(wrong) = name
                .contains('\\')
                .then(|| unsafe_path_reason(&name.replace('\\', "/")))
                .flatten()
            {
                let message = format!("with slashes for its backslashes, the name {wrong}");
                self.problems.push(BuildProblem::error(path, message));
                continue;
            }
            let kind = if file_type.is_dir() {
                ContentKind::Folder(self.folder(&full, &path))
            } else {
                match self.file(&full, file_type) {
                    Ok(size) => ContentKind::File(size),
                    Err(error) => {
                        self.problems.push(BuildProblem::error(path, error.to_string()));
                        continue;
                    }
                }
            };
            nodes.push(ContentNode { name, path, kind });
        }
        nodes
    }

    /// The size of a file or of the file that a link leads to, or why it cannot be part of a hub.
    fn file(&self, full: &Path, file_type: FileType) -> Result<u64, NodeError> {
        if file_type.is_symlink() {
            self.link(full)?;
        } else if !file_type.is_file() {
            return Err(NodeError::Odd);
        }
        let metadata = fs::metadata(full).map_err(NodeError::Unreadable)?;
        if metadata.is_dir() {
            return Err(NodeError::Folder);
        }
        if !metadata.is_file() {
            return Err(NodeError::NotAFile);
        }
        Ok(metadata.len())
    }

    /// A link is published as a copy of its target, so it must not lead to what is not published.
    fn link(&self, full: &Path) -> Result<(), NodeError> {
        match fs::canonicalize(full) {
            Ok(target) if is_published(self.real_root, &target) => Ok(()),
            Ok(target) if target.starts_with(self.real_root) => Err(NodeError::Unpublished),
            Ok(_) => Err(NodeError::LeadsOut),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(NodeError::Dangling),
            Err(error) => Err(NodeError::Broken(error)),
        }
    }
}

/// Whether a real path is what a build of a real content folder publishes: below an author. `.git` and the like at the
/// top is not, nor are files there.
#[must_use]
pub fn is_published(root: &Path, path: &Path) -> bool {
    let Ok(inside) = path.strip_prefix(root) else {
        return false;
    };
    let mut parts = inside.components();
    let author = parts.next().map(|part| part.as_os_str());
    let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
    parts.next().is_some() && author.is_some_and(|name| !hidden(name) && name != DEFAULT_OUTPUT)
}

/// Largest file that is read into memory, in bytes: far above any entry.
const MAX_FILE: u64 = 64 * 1024 * 1024;

/// Reads one file of a content folder as text. Bytes that are not UTF-8 become U+FFFD, as in the reference.
///
/// # Errors
/// When the file cannot be read, or is larger than 64 MiB.
pub fn read_text(root: &Path, path: &str) -> Result<String, BuildProblem> {
    let full = root.join(path);
    let problem = |error: io::Error| BuildProblem::error(path, format!("cannot be read: {error}"));
    let size = fs::metadata(&full).map_err(problem)?.len();
    if size > MAX_FILE {
        return Err(BuildProblem::error(
            path,
            format!("{size} bytes are more than the limit of 64 MiB"),
        ));
    }
    let bytes = fs::read(&full).map_err(problem)?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}
