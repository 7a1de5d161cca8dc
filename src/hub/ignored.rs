//! Ignore files in and above a hub, whether or not it is a git checkout.
//!
//! As for git and ripgrep: the nearest file with a pattern that matches a path decides, `.ignore` before `.gitignore`;
//! nothing below an ignored folder comes back; a repository does not obey what lies above it. A person's own global
//! excludes do not count: a run must not depend on them. A pull request can change ignore files, so links, pipes and
//! huge files are not read.

#![expect(
    clippy::disallowed_methods,
    reason = "one of the modules that may use the file system: ignore files lie above the hub too"
)]

use super::{FileKind, Hub, Skipped, join_path};
use crate::safe_path;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// The names of ignore files; the first has precedence over the second.
const NAMES: [&str; 2] = [".ignore", ".gitignore"];
/// The largest ignore file that is read, in bytes.
const MAX_SIZE: u64 = 1024 * 1024;

/// The patterns that apply to a hub.
#[derive(Debug)]
pub struct IgnoreRules {
    root: PathBuf,
    /// Those of `.ignore`, then those of `.gitignore`.
    kinds: [IgnorePatterns; 2],
}

/// The patterns of all files of one name.
#[derive(Debug, Default)]
struct IgnorePatterns {
    /// Of the folders inside the hub, by path inside it.
    inside: HashMap<String, Gitignore>,
    /// Of the hub itself and the folders above it, the hub first.
    above: Vec<Gitignore>,
}

impl IgnoreRules {
    /// Read the ignore files in a hub and above it. Invalid files are skipped and reported.
    #[must_use]
    pub fn read(root: &Path, hub: &mut Hub) -> Self {
        let repository = safe_path::repository_root(root);
        let kinds = NAMES.map(|name| {
            let mut kind = IgnorePatterns::default();
            let mut odd = Vec::new();
            for (path, file) in &hub.files {
                let Some(folder) = path
                    .strip_suffix(name)
                    .and_then(|folder| folder.strip_suffix('/'))
                else {
                    continue;
                };
                match patterns(&root.join(folder), name).filter(|_| *file == FileKind::File) {
                    Some(patterns) if patterns.is_empty() => {}
                    Some(patterns) => {
                        kind.inside.insert(folder.to_owned(), patterns);
                    }
                    None => odd.push(path.clone()),
                }
            }
            hub.skipped.extend(odd.into_iter().map(|path| Skipped {
                path: join_path(&hub.shown, &path),
                reason: "not an ignore file: it must be a regular file of less than 1 MiB",
                pattern: None,
            }));
            let above = root.ancestors().filter(|folder| {
                let repository = repository.as_deref().filter(|_| name == ".gitignore");
                repository.is_none_or(|repository| folder.starts_with(repository))
            });
            kind.above = above.filter_map(|folder| patterns(folder, name)).collect();
            kind.above.retain(|patterns| !patterns.is_empty());
            kind
        });
        Self {
            root: root.to_path_buf(),
            kinds,
        }
    }

    /// Replace the ignore files of the repository in a folder: `texts` has each by its absolute path.
    /// Those above the repository, which no pull request can change, are read from disk.
    #[must_use]
    pub fn from_texts(root: &Path, repository: &Path, texts: &BTreeMap<PathBuf, String>) -> Self {
        log::debug!(
            "ignore files of the base commit, in place of those in {}: {}",
            repository.display(),
            texts.len()
        );
        let kinds = NAMES.map(|name| {
            let mut kind = IgnorePatterns::default();
            for (path, text) in texts.iter().filter(|(path, _)| path.ends_with(name)) {
                let Some(folder) = path.parent().filter(|folder| *folder != root) else {
                    continue;
                };
                if let Ok(inside) = folder.strip_prefix(root)
                    && let Some(patterns) = compile(folder, text).filter(|patterns| !patterns.is_empty())
                {
                    let parts: Vec<_> = inside
                        .components()
                        .map(|c| c.as_os_str().to_string_lossy())
                        .collect();
                    kind.inside.insert(parts.join("/"), patterns);
                }
            }
            let above = root.ancestors().filter_map(|folder| {
                let is_inside = folder.starts_with(repository);
                match is_inside {
                    true => compile(folder, texts.get(&folder.join(name))?),
                    false if name == ".gitignore" => None,
                    false => patterns(folder, name),
                }
            });
            kind.above = above.filter(|patterns| !patterns.is_empty()).collect();
            kind
        });
        Self {
            root: root.to_path_buf(),
            kinds,
        }
    }

    /// Whether a file of the hub is skipped, alone or with a folder that it is in.
    #[must_use]
    pub fn is_ignored(&self, in_hub: &str) -> bool {
        let mut at = 0;
        for part in in_hub.split('/') {
            at += part.len();
            let path = in_hub.get(..at).unwrap_or_default();
            if part == ".git" || self.decides(path, at < in_hub.len()) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// The decision of the nearest file with a pattern that matches a path.
    fn decides(&self, in_hub: &str, is_folder: bool) -> bool {
        let mut path = None;
        let nearest = self
            .kinds
            .iter()
            .flat_map(|kind| kind.of(in_hub))
            .find_map(|patterns| {
                let path = path.get_or_insert_with(|| self.root.join(in_hub));
                match patterns.matched(path, is_folder) {
                    Match::None => None,
                    Match::Ignore(_) => Some(true),
                    Match::Whitelist(_) => Some(false),
                }
            });
        nearest.unwrap_or_default()
    }
}

impl IgnorePatterns {
    /// Those that apply to a path inside the hub, the nearest first.
    fn of<'a>(&'a self, in_hub: &'a str) -> impl Iterator<Item = &'a Gitignore> {
        let parent = |path: &&'a str| path.rsplit_once('/').map(|(folder, _)| folder);
        // Most hubs have no ignore file inside of them.
        let first = Some(in_hub).filter(|_| !self.inside.is_empty());
        let folders = std::iter::successors(first.and_then(|path| parent(&path)), parent);
        folders
            .filter_map(|folder| self.inside.get(folder))
            .chain(&self.above)
    }
}

/// The patterns of the ignore file with a name in a folder; `None` when it does not exist or must not be read.
fn patterns(folder: &Path, name: &str) -> Option<Gitignore> {
    let path = folder.join(name);
    let metadata = fs::symlink_metadata(&path).ok()?;
    if !metadata.is_file() || metadata.len() > MAX_SIZE {
        return None;
    }
    let patterns = compile(folder, &String::from_utf8_lossy(&fs::read(&path).ok()?))?;
    let count = patterns.num_ignores() + patterns.num_whitelists();
    log::debug!("ignore file {}, patterns: {count}", path.display());
    Some(patterns)
}

/// The patterns in the text of an ignore file.
fn compile(folder: &Path, text: &str) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new(folder);
    for line in text.lines() {
        // An invalid line is ignored, as git does.
        let _ = builder.add_line(None, line);
    }
    builder.build().ok()
}
