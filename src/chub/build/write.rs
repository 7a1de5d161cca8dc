//! Writes a complete tree to a stage, then swaps it with the target.
#![expect(clippy::disallowed_methods, reason = "this I/O module writes a built tree")]

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::content::{Content, ContentKind, ContentNode, REGISTRY_FILE};
use super::stage::StagingFolder;
use super::target::{BuildTarget, GENERATOR, INDEX_FILE, MANIFEST_FILE};
use super::unchanged::{is_same_file, only_timestamp_differs};

/// Why a tree could not be written. The target is as it was.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct WriteError {
    path: String,
    source: io::Error,
}

fn at(path: &Path) -> impl Fn(io::Error) -> WriteError {
    move |source| WriteError {
        path: path.display().to_string(),
        source,
    }
}

/// Writes a tree: the content's folders and files, registry and search index at its top, and a manifest if asked
/// for. Names in the target that no build put there are kept.
///
/// # Errors
/// The first file or folder that could not be read or written. Nothing has changed then.
pub fn write(
    content: &Content,
    registry: &str,
    index: &str,
    manifest: bool,
    target: &BuildTarget,
) -> Result<(), WriteError> {
    let stage = StagingFolder::new(&target.path).map_err(at(&target.path))?;
    if target.exists && !manifest && only_timestamp_differs(content, registry, index, target) {
        log::debug!(
            "only the registry of {} is written (the tree is up to date)",
            target.path.display()
        );
        return replace(&stage, &target.path, registry).map_err(at(&target.path));
    }
    let tree = stage.tree();
    let old = target.exists.then_some(target.path.as_path());
    let parts = CopyPlan::of(&content.authors);
    content
        .authors
        .par_iter()
        .try_for_each(|author| fill(content, author, &tree, old))?;
    for (name, text) in [(REGISTRY_FILE, registry), (INDEX_FILE, index)] {
        let path = tree.join(name);
        fs::write(&path, text).map_err(at(&path))?;
    }
    if manifest {
        let mut names = parts.files.clone();
        names.extend([REGISTRY_FILE, INDEX_FILE]);
        let text = manifest_of(&tree, names)?;
        let path = tree.join(MANIFEST_FILE);
        fs::write(&path, text).map_err(at(&path))?;
    }
    if let Some(old) = old {
        for name in &target.foreign {
            // The name may be taken by now: a manifest that another program wrote.
            if fs::symlink_metadata(tree.join(name)).is_err() {
                keep(&old.join(name), &tree.join(name)).map_err(at(&old.join(name)))?;
            }
        }
        copy_mode(old, &tree).map_err(at(old))?;
    }
    content
        .authors
        .par_iter()
        .try_for_each(|author| copy_modes(content, author, &tree))?;
    stage.swap().map_err(at(&target.path))?;
    log::debug!("wrote the tree {}", target.path.display());
    Ok(())
}

/// Makes the folders of one author in a tree and copies the files.
fn fill(content: &Content, author: &ContentNode, tree: &Path, old: Option<&Path>) -> Result<(), WriteError> {
    let parts = CopyPlan::of(std::slice::from_ref(author));
    for folder in &parts.folders {
        let path = tree.join(folder);
        fs::create_dir(&path).map_err(at(&path))?;
    }
    let real = old
        .map(|old| real_folders(old, &parts.folders))
        .unwrap_or_default();
    parts.files.par_iter().try_for_each(|file| {
        let (from, to) = (content.root.join(file), tree.join(file));
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let before = old.filter(|_| real.contains(folder)).map(|old| old.join(file));
        copy(&from, &to, before.as_deref()).map_err(at(&from))
    })
}

/// The folders that the old tree has too, and that are not behind a link. Files behind a link are not part of the tree.
fn real_folders<'a>(old: &Path, folders: &[&'a str]) -> HashSet<&'a str> {
    let mut real = HashSet::new();
    for folder in folders {
        let above = folder
            .rsplit_once('/')
            .is_none_or(|(above, _)| real.contains(above));
        if above && fs::symlink_metadata(old.join(folder)).is_ok_and(|metadata| metadata.is_dir()) {
            real.insert(*folder);
        }
    }
    real
}

/// Gives the folders of one author the modes of the content's. Last and from the inside out: a read-only folder takes
/// no more files.
fn copy_modes(content: &Content, author: &ContentNode, tree: &Path) -> Result<(), WriteError> {
    let parts = CopyPlan::of(std::slice::from_ref(author));
    // All were made alike, and no other program uses them.
    let mut made = None;
    for folder in parts.folders.iter().rev() {
        let (from, to) = (content.root.join(folder), tree.join(folder));
        let mode = |path: &Path| fs::metadata(path).map(|metadata| metadata.permissions());
        let made = match &made {
            Some(made) => made,
            None => made.insert(mode(&to).map_err(at(&to))?),
        };
        let wanted = mode(&from).map_err(at(&from))?;
        if wanted != *made {
            fs::set_permissions(&to, wanted).map_err(at(&to))?;
        }
    }
    Ok(())
}

/// Replaces the registry of a tree in one step, with the mode of the one that was there.
fn replace(stage: &StagingFolder, target: &Path, registry: &str) -> io::Result<()> {
    let (new, old) = (stage.tree().join(REGISTRY_FILE), target.join(REGISTRY_FILE));
    fs::write(&new, registry)?;
    copy_mode(&old, &new)?;
    fs::rename(&new, &old)
}

/// What of a content folder is copied, by paths relative to it; folders come before what is in them.
struct CopyPlan<'a> {
    folders: Vec<&'a str>,
    files: Vec<&'a str>,
}

impl<'a> CopyPlan<'a> {
    fn of(authors: &'a [ContentNode]) -> Self {
        let mut parts = Self {
            folders: Vec::new(),
            files: Vec::new(),
        };
        parts.add(authors);
        parts
    }

    fn add(&mut self, nodes: &'a [ContentNode]) {
        for node in nodes {
            // As in the reference: nothing of this name is copied, wherever it is.
            if node.name == REGISTRY_FILE {
                continue;
            }
            match &node.kind {
                ContentKind::Folder(children) => {
                    self.folders.push(&node.path);
                    self.add(children);
                }
                ContentKind::File(_) => self.files.push(&node.path),
            }
        }
    }
}

/// Copies a file with its mode, following links. Where the last build has the same file, bytes and mode, that
/// one is linked to: it is in no other tree once the old one is gone.
fn copy(from: &Path, to: &Path, old: Option<&Path>) -> io::Result<()> {
    if let Some(old) = old
        && is_same_file(from, old).unwrap_or(false)
        && fs::hard_link(old, to).is_ok()
    {
        return Ok(());
    }
    fs::copy(from, to).map(drop)
}

fn copy_mode(from: &Path, to: &Path) -> io::Result<()> {
    let wanted = fs::metadata(from)?.permissions();
    if fs::metadata(to)?.permissions() != wanted {
        fs::set_permissions(to, wanted)?;
    }
    Ok(())
}

/// Gives a file or folder that no build made a second name in the new tree. The first one goes with the old
/// tree, so that it is moved, not copied, and still the target is never without it.
pub fn keep(old: &Path, new: &Path) -> io::Result<()> {
    let file_type = fs::symlink_metadata(old)?.file_type();
    if file_type.is_dir() {
        fs::create_dir(new)?;
        for entry in fs::read_dir(old)? {
            let name = entry?.file_name();
            keep(&old.join(&name), &new.join(&name))?;
        }
        return copy_mode(old, new);
    }
    match fs::hard_link(old, new) {
        Err(_) if file_type.is_file() => fs::copy(old, new).map(drop),
        result => result,
    }
}

/// The text of a manifest: size and SHA-256 of every file, sorted by path.
fn manifest_of(tree: &Path, mut names: Vec<&str>) -> Result<String, WriteError> {
    names.sort_unstable();
    let rows: Vec<serde_json::Value> = names
        .par_iter()
        .map(|name| {
            let path = tree.join(name);
            let (size, sum) = checksum(&path).map_err(at(&path))?;
            Ok(serde_json::json!({ "path": name, "size": size, "sha256": sum }))
        })
        .collect::<Result<_, WriteError>>()?;
    let manifest = serde_json::json!({ "schema": 1, "generator": GENERATOR, "files": rows });
    Ok(format!("{manifest:#}\n"))
}

fn checksum(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 32 * 1024];
    let mut size = 0;
    loop {
        let count = file.read(&mut buffer)?;
        let Some(part) = buffer.get(..count).filter(|part| !part.is_empty()) else {
            break;
        };
        hash.update(part);
        size += part.len() as u64;
    }
    let hex = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((size, hex))
}
