//! A private folder beside a target, in which a new tree is written. When complete, it replaces the target.
//!
//! Killed at any moment, the target is the old tree or the new one. What is left over is removed by the next
//! build: a stage is locked while its build lives. Where the system cannot exchange two folders in one step
//! there is a moment between two renames; the old tree then lies in the stage, and the next build puts it back
//! before it does anything else.
//!
//! A pull request can hold a folder that looks like a left-over. So the name of a stage says which folder it is: its
//! number in the file system and the nanosecond in which it was made. These are unknown before the checkout makes the
//! folder. A folder that its name does not fit is left alone: not moved, not emptied, not removed.
#![expect(clippy::disallowed_methods, reason = "this I/O module writes a built tree")]

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

/// The new tree in a stage; after the exchange, the old one.
const TREE: &str = "tree";
/// The old tree, in the moment between two renames.
const OLD: &str = "old";

/// A stage of one build.
#[derive(Debug)]
pub struct StagingFolder {
    folder: PathBuf,
    target: PathBuf,
    /// Held as long as the build lives.
    _lock: File,
}

impl StagingFolder {
    /// Removes the stages of killed builds of the same target, and makes a new stage with an empty tree. The
    /// parents of the target are made as well.
    ///
    /// # Errors
    /// When the folder beside the target cannot be written.
    pub fn new(target: &Path) -> io::Result<Self> {
        let parent = target.parent().ok_or(io::ErrorKind::InvalidInput)?;
        fs::create_dir_all(parent)?;
        let prefix = prefix(target);
        // Builds of one target make their stages one after the other: a stage that is not locked yet looks like a
        // left-over. Systems without such locks have the retries below.
        let _turn = File::open(parent).and_then(|folder| folder.lock().map(|()| folder));
        recover(parent, &prefix, target)?;
        // Another build may take a stage for a left-over before it is locked; then the next name is tried.
        for _ in 0..16 {
            let unnamed = tempfile::Builder::new()
                .prefix(&prefix)
                .tempdir_in(parent)?
                .keep();
            // Without an identity the stage still works, but a left-over of it is not removed.
            let named = identity(&unnamed).map(|identity| parent.join(format!("{prefix}{identity}")));
            let folder = match named {
                Some(named)
                    if fs::symlink_metadata(&named).is_err() && fs::rename(&unnamed, &named).is_ok() =>
                {
                    named
                }
                _ => unnamed,
            };
            let lock = match lock(&folder) {
                Ok(Some(lock)) => lock,
                Ok(None) => continue,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => {
                    let _ = fs::remove_dir(&folder);
                    return Err(error);
                }
            };
            if fs::create_dir(folder.join(TREE)).is_ok() {
                return Ok(Self {
                    folder,
                    target: target.to_owned(),
                    _lock: lock,
                });
            }
        }
        Err(io::Error::other(
            "another build keeps removing the folder beside the target",
        ))
    }

    /// The tree to fill.
    #[must_use]
    pub fn tree(&self) -> PathBuf {
        self.folder.join(TREE)
    }

    /// Puts the tree in the target's place.
    ///
    /// # Errors
    /// When the target cannot be replaced: a mount point, or a folder of another user. It is unchanged then.
    pub fn swap(self) -> io::Result<()> {
        let tree = self.tree();
        match exchange(&tree, &self.target) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => fs::rename(&tree, &self.target),
            Err(error) if is_unsupported(&error) => self.rename_pair(&tree),
            Err(error) => Err(error),
        }
    }

    /// Two renames, for systems and file systems that cannot exchange.
    fn rename_pair(&self, tree: &Path) -> io::Result<()> {
        let old = self.folder.join(OLD);
        fs::rename(&self.target, &old)?;
        fs::rename(tree, &self.target).inspect_err(|_| {
            let _ = fs::rename(&old, &self.target);
        })
    }
}

impl Drop for StagingFolder {
    fn drop(&mut self) {
        remove_tree(&self.folder);
    }
}

/// The name that stages of one target begin with. Hidden, so that a build never takes one for an author.
fn prefix(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default().as_encoded_bytes();
    let hash = Sha256::digest(name);
    format!(
        ".chub-lint-build-{:02x}{:02x}{:02x}{:02x}-",
        hash[0], hash[1], hash[2], hash[3]
    )
}

/// The identity of a folder, which its creator cannot choose; `None` when the file system does not record the
/// time of creation.
fn identity(folder: &Path) -> Option<String> {
    let metadata = fs::symlink_metadata(folder).ok()?;
    let made = metadata.created().ok()?.duration_since(UNIX_EPOCH).ok()?;
    #[cfg(unix)]
    let number = {
        use std::os::unix::fs::MetadataExt;
        metadata.ino()
    };
    #[cfg(not(unix))]
    let number = 0;
    metadata
        .is_dir()
        .then(|| format!("{number:x}-{:x}", made.as_nanos()))
}

/// Takes the lock of a stage, unless its build lives. On systems that cannot open folders there are no locks and
/// left-overs stay.
fn lock(folder: &Path) -> io::Result<Option<File>> {
    let file = if cfg!(unix) {
        File::open(folder)?
    } else {
        File::create(folder.join("lock"))?
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(Some(file)),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Puts back an old tree that lost its place, and removes the stages of builds that no longer live.
fn recover(parent: &Path, prefix: &str, target: &Path) -> io::Result<()> {
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(named) = name.to_str().and_then(|name| name.strip_prefix(prefix)) else {
            continue;
        };
        let folder = entry.path();
        if !entry.file_type()?.is_dir() {
            continue;
        }
        if identity(&folder).as_deref() != Some(named) {
            // Killed before it had its name; nothing but an empty folder can be removed like this.
            let _ = fs::remove_dir(&folder);
            continue;
        }
        let Ok(Some(_lock)) = lock(&folder) else {
            continue;
        };
        let old = folder.join(OLD);
        let lost = fs::symlink_metadata(target).is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        if lost && fs::symlink_metadata(&old).is_ok_and(|metadata| metadata.is_dir()) {
            fs::rename(&old, target)?;
        }
        remove_tree(&folder);
    }
    Ok(())
}

/// Removes a folder as far as that is possible; a copied folder may be read-only, which must not keep it alive.
fn remove_tree(folder: &Path) {
    if fs::remove_dir_all(folder).is_ok() {
        return;
    }
    make_writable(folder);
    let _ = fs::remove_dir_all(folder);
}

fn make_writable(folder: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|file_type| file_type.is_dir()) {
            make_writable(&entry.path());
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, b: &Path) -> io::Result<()> {
    fs::symlink_metadata(b)?;
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether the system or file system cannot exchange: `ENOSYS`, `EINVAL`, `ENOTSUP`.
fn is_unsupported(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &Path) -> String {
        fs::read_to_string(path).unwrap()
    }

    fn fill(stage: &StagingFolder, text: &str) {
        fs::write(stage.tree().join("file"), text).unwrap();
    }

    #[test]
    fn a_tree_takes_the_place_of_the_target_and_nothing_is_left() {
        let parent = tempfile::tempdir().unwrap();
        let target = parent.path().join("out");
        for text in ["one", "two"] {
            let stage = StagingFolder::new(&target).unwrap();
            fill(&stage, text);
            stage.swap().unwrap();
            assert_eq!(read(&target.join("file")), text);
        }
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    }

    #[test]
    fn two_renames_do_the_same() {
        let parent = tempfile::tempdir().unwrap();
        let target = parent.path().join("out");
        fs::create_dir(&target).unwrap();
        let stage = StagingFolder::new(&target).unwrap();
        fill(&stage, "new");
        stage.rename_pair(&stage.tree()).unwrap();
        drop(stage);
        assert_eq!(read(&target.join("file")), "new");
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_build_left_is_put_back_and_removed() {
        let parent = tempfile::tempdir().unwrap();
        let target = parent.path().join("out");
        let mut dead = StagingFolder::new(&target).unwrap();
        let left = std::mem::take(&mut dead.folder);
        drop(dead);
        fs::create_dir_all(left.join(OLD)).unwrap();
        fs::write(left.join(OLD).join("file"), "old").unwrap();
        if identity(&left).is_none() {
            // This file system does not know when a folder was made, so that left-overs stay.
            return;
        }
        let stage = StagingFolder::new(&target).unwrap();
        assert_eq!(read(&target.join("file")), "old");
        assert!(fs::symlink_metadata(&left).is_err());
        // A stage whose build lives is left alone.
        let other = StagingFolder::new(&target).unwrap();
        assert!(fs::symlink_metadata(stage.tree()).is_ok());
        drop((stage, other));
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    }
    #[test]
    fn what_only_looks_like_a_left_over_is_left_alone() {
        let parent = tempfile::tempdir().unwrap();
        let target = parent.path().join("out");
        let mut dead = StagingFolder::new(&target).unwrap();
        let left = std::mem::take(&mut dead.folder);
        drop(dead);
        // The name of a stage that was, as a checkout would make it again.
        let moved = parent.path().join("moved");
        fs::rename(&left, &moved).unwrap();
        fs::create_dir(&left).unwrap();
        let forged = [left, parent.path().join(format!("{}dead", prefix(&target)))];
        for folder in &forged {
            fs::create_dir_all(folder.join(OLD)).unwrap();
            fs::write(folder.join(OLD).join("file"), "forged").unwrap();
        }
        let stage = StagingFolder::new(&target).unwrap();
        assert!(fs::symlink_metadata(&target).is_err());
        drop(stage);
        for folder in &forged {
            assert_eq!(read(&folder.join(OLD).join("file")), "forged");
        }
    }
}
