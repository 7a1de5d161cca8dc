//! What ignore files leave of a hub, whether or not it is a git checkout: those in it, and those above it.
//!
//! As for git and ripgrep: the nearest file that speaks about a path decides, `.ignore` before `.gitignore`; nothing
//! below an ignored folder comes back; a repository does not obey what lies above it. A person's own global excludes
//! do not count: a run must not depend on them. Ignore files come with a pull request, so that a link, a pipe or a
//! huge file is none.

#![expect(
    clippy::disallowed_methods,
    reason = "one of the doors to the file system: ignore files lie above the hub too"
)]

use super::{FileKind, Hub, Skipped, join};
use crate::config::find;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::fs;
use std::path::{Path, PathBuf};

/// The largest ignore file that is read, in bytes.
const MAX_SIZE: u64 = 1024 * 1024;

/// The patterns that bear upon a hub.
#[derive(Debug)]
pub struct Ignored {
    root: PathBuf,
    /// `.ignore`, then `.gitignore`, of each the deepest folder first.
    kinds: [Vec<Level>; 2],
}

/// The patterns of one file.
#[derive(Debug)]
struct Level {
    folder: PathBuf,
    patterns: Gitignore,
}

impl Ignored {
    /// Read the ignore files in a hub and above it. What is none is passed over, and said to be.
    #[must_use]
    pub fn read(root: &Path, hub: &mut Hub) -> Self {
        let repository = find::repository(root);
        let kinds = [".ignore", ".gitignore"].map(|name| {
            let mut levels = Vec::new();
            let within = hub.files.iter().filter_map(|(path, kind)| {
                let folder = path.strip_suffix(name)?;
                let folder = folder.strip_suffix('/').or(folder.is_empty().then_some(""))?;
                Some((root.join(folder), path.clone(), *kind == FileKind::File))
            });
            let mut odd = Vec::new();
            for (folder, path, is_file) in within {
                match patterns(&folder, name).filter(|_| is_file) {
                    Some(patterns) => levels.push(Level { folder, patterns }),
                    None => odd.push(path),
                }
            }
            hub.skipped.extend(odd.into_iter().map(|path| Skipped {
                path: join(&hub.shown, &path),
                reason: "no ignore file: a regular file of less than 1 MiB is one",
            }));
            let above = root.ancestors().filter(|folder| {
                let repository = repository.as_deref().filter(|_| name == ".gitignore");
                repository.is_none_or(|repository| folder.starts_with(repository))
            });
            levels.extend(above.filter_map(|folder| {
                Some(Level {
                    folder: folder.to_path_buf(),
                    patterns: patterns(folder, name)?,
                })
            }));
            levels.retain(|level| !level.patterns.is_empty());
            levels.sort_by_key(|level| std::cmp::Reverse(level.folder.components().count()));
            levels
        });
        Self {
            root: root.to_path_buf(),
            kinds,
        }
    }

    /// Whether a file of the hub is left out, by itself or with a folder that it is in.
    #[must_use]
    pub fn is_ignored(&self, in_hub: &str) -> bool {
        let mut path = self.root.clone();
        let mut parts = in_hub.split('/').peekable();
        while let Some(part) = parts.next() {
            path.push(part);
            if part == ".git" || self.decides(&path, parts.peek().is_some()) {
                return true;
            }
        }
        false
    }

    fn decides(&self, path: &Path, is_folder: bool) -> bool {
        let levels = self.kinds.iter().flatten();
        levels
            .filter(|level| {
                path.parent()
                    .is_some_and(|folder| folder.starts_with(&level.folder))
            })
            .find_map(|level| match level.patterns.matched(path, is_folder) {
                Match::None => None,
                Match::Ignore(_) => Some(true),
                Match::Whitelist(_) => Some(false),
            })
            .unwrap_or_default()
    }
}

/// The patterns of a folder's file of a name; `None` when there is no such file, or it is none to read.
fn patterns(folder: &Path, name: &str) -> Option<Gitignore> {
    let path = folder.join(name);
    let metadata = fs::symlink_metadata(&path).ok()?;
    if !metadata.is_file() || metadata.len() > MAX_SIZE {
        return None;
    }
    let text = fs::read(&path).ok()?;
    let mut builder = GitignoreBuilder::new(folder);
    for line in String::from_utf8_lossy(&text).lines() {
        // A line that is no pattern says nothing, as for git.
        let _ = builder.add_line(None, line);
    }
    builder.build().ok()
}
