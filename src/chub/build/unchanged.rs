//! Whether an old tree has the content that a new one would have.
#![expect(
    clippy::disallowed_methods,
    reason = "this I/O module reads the target of a build"
)]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use rayon::prelude::*;

use super::content::{Content, ContentKind, ContentNode, REGISTRY_FILE};
use super::target::{BuildTarget, INDEX_FILE, MANIFEST_FILE, read_own};

/// Whether a rebuild would change nothing but the moment in `registry.json`: the same folders, files, bytes and
/// modes, and nothing stale. Replacing that one file is then as good as replacing the tree.
#[must_use]
pub fn only_timestamp_differs(content: &Content, registry: &str, index: &str, target: &BuildTarget) -> bool {
    let old = target.path.as_path();
    let read = |name: &str| read_own(&old.join(name)).unwrap_or_default();
    if without_moment(&read(REGISTRY_FILE)) != without_moment(registry) || read(INDEX_FILE) != index {
        return false;
    }
    // A file of that name from elsewhere is kept.
    let is_foreign = |name: &str| target.foreign.iter().any(|foreign| foreign == name);
    if !is_foreign(MANIFEST_FILE) && fs::symlink_metadata(old.join(MANIFEST_FILE)).is_ok() {
        return false;
    }
    let own = content
        .authors
        .iter()
        .filter(|author| author.name != REGISTRY_FILE);
    let top: BTreeSet<&str> = own
        .map(|author| author.name.as_str())
        .chain([REGISTRY_FILE, INDEX_FILE])
        .collect();
    let Ok(entries) = fs::read_dir(old) else {
        return false;
    };
    let mut count = 0;
    for entry in entries {
        let Ok(entry) = entry else { return false };
        let name = entry.file_name();
        if target.foreign.contains(&name) {
            continue;
        }
        if !name.to_str().is_some_and(|name| top.contains(name)) {
            return false;
        }
        count += 1;
    }
    count == top.len()
        && content
            .authors
            .par_iter()
            .all(|author| is_same_node(&content.root, author, old))
}

/// A registry without its second member, the moment of the build; `None` when it is not a registry that a build wrote.
fn without_moment(registry: &str) -> Option<(&str, &str)> {
    let (before, rest) = registry.split_once("\n  \"generated\": \"")?;
    let (_, after) = rest.split_once('\n')?;
    Some((before, after))
}

fn is_same_node(root: &Path, node: &ContentNode, old: &Path) -> bool {
    if node.name == REGISTRY_FILE {
        return true;
    }
    let (from, old_path) = (root.join(&node.path), old.join(&node.path));
    match &node.kind {
        ContentKind::File(_) => is_same_file(&from, &old_path).unwrap_or(false),
        ContentKind::Folder(children) => {
            let copied = children
                .iter()
                .filter(|child| child.name != REGISTRY_FILE)
                .count();
            is_same_folder(&from, &old_path, copied).unwrap_or(false)
                && children.iter().all(|child| is_same_node(root, child, old))
        }
    }
}

fn is_same_folder(from: &Path, old: &Path, children: usize) -> io::Result<bool> {
    let metadata = fs::symlink_metadata(old)?;
    Ok(metadata.is_dir()
        && metadata.permissions() == fs::metadata(from)?.permissions()
        && fs::read_dir(old)?.count() == children)
}

/// Whether an old file has the bytes and the mode of a file, or of what a link leads to.
///
/// # Errors
/// When one of them cannot be read.
pub fn is_same_file(from: &Path, old: &Path) -> io::Result<bool> {
    let (new, before) = (fs::metadata(from)?, fs::symlink_metadata(old)?);
    if !before.is_file() || new.len() != before.len() || new.permissions() != before.permissions() {
        return Ok(false);
    }
    let (mut new, mut before) = (File::open(from)?, File::open(old)?);
    let (mut left, mut right) = (vec![0; 32 * 1024], vec![0; 32 * 1024]);
    loop {
        let count = new.read(&mut left)?;
        if count == 0 {
            return Ok(before.read(&mut right)? == 0);
        }
        let Some(part) = right.get_mut(..count) else {
            return Ok(false);
        };
        if before.read_exact(part).is_err() || left.get(..count) != Some(&*part) {
            return Ok(false);
        }
    }
}
