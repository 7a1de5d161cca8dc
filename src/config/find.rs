//! The nearest `chub-lint.toml` above the hub.

#![expect(clippy::disallowed_methods, reason = "one of the doors to the file system")]

use crate::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The name of the config file.
pub const FILE_NAME: &str = "chub-lint.toml";
/// The largest config that is read, in bytes.
const MAX_SIZE: u64 = 1024 * 1024;

/// The nearest config at or above a folder. The search ends at the root of a repository.
#[must_use]
pub fn nearest(folder: &Path) -> Option<PathBuf> {
    nearest_named(folder, FILE_NAME)
}

/// The nearest file of a name at or above a folder, within the repository.
#[must_use]
pub fn nearest_named(folder: &Path, name: &str) -> Option<PathBuf> {
    for above in folder.ancestors() {
        let file = above.join(name);
        if file.is_file() {
            return Some(file);
        }
        if above.join(".git").exists() {
            return None;
        }
    }
    None
}

/// The root of the git repository that holds a folder.
#[must_use]
pub fn repository(folder: &Path) -> Option<PathBuf> {
    folder
        .ancestors()
        .find(|above| above.join(".git").exists())
        .map(Path::to_path_buf)
}

/// A path without links and dots; as it was when it is not there.
#[must_use]
pub fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Whether there is such a file.
#[must_use]
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// Read a config file, or a file that it names.
///
/// # Errors
/// When it cannot be read or is too large to be one.
pub fn read(path: &Path) -> Result<String, Error> {
    let unreadable = |source| Error::Unreadable {
        path: path.to_path_buf(),
        source,
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() || metadata.len() > MAX_SIZE {
        return Err(Error::Usage(format!(
            "`{}` is no text file of less than 1 MiB",
            path.display()
        )));
    }
    fs::read_to_string(path).map_err(unreadable)
}
