//! The nearest `chub-lint.toml` or `.chub-lint.toml` above the hub.

#![expect(
    clippy::disallowed_methods,
    reason = "one of the modules that may use the file system"
)]

use super::{ConfigError, file};
use crate::error::Error;
use crate::safe_path;
use std::cmp::Ordering;
use std::fs;
use std::path::{Path, PathBuf};

/// The name of the config file.
pub const CONFIG_FILE_NAME: &str = "chub-lint.toml";
/// The names that it may have.
pub const CONFIG_FILE_NAMES: [&str; 2] = [CONFIG_FILE_NAME, ".chub-lint.toml"];
/// A file that other tools keep their settings in, and this one does not.
const PYPROJECT: &str = "pyproject.toml";
/// The largest config that is read, in bytes.
const MAX_SIZE: u64 = 1024 * 1024;

/// The nearest config at or above a folder. The search ends at the root of a repository.
///
/// # Errors
/// When a folder has two: neither is used silently in place of the other.
pub fn find_config(folder: &Path) -> Result<Option<PathBuf>, Error> {
    let [name, hidden] = CONFIG_FILE_NAMES;
    let (file, hidden) = (find_upwards(folder, name), find_upwards(folder, hidden));
    match (file, hidden) {
        (Some(file), Some(hidden)) => nearer_config(file, hidden).map(Some),
        (file, hidden) => Ok(file.or(hidden)),
    }
}

/// The nearer of two configs at or above one folder.
///
/// # Errors
/// When they are in the same folder.
pub fn nearer_config(file: PathBuf, hidden: PathBuf) -> Result<PathBuf, Error> {
    let depth = |path: &Path| path.components().count();
    match depth(&file).cmp(&depth(&hidden)) {
        Ordering::Equal => Err(ConfigError::Two(file).into()),
        Ordering::Less => Ok(hidden),
        Ordering::Greater => Ok(file),
    }
}

/// The nearest file of a name at or above a folder, within the repository.
#[must_use]
pub fn find_upwards(folder: &Path, name: &str) -> Option<PathBuf> {
    for above in folder.ancestors() {
        let file = above.join(name);
        // A link is found too, so that reading it says that it is one.
        if file.is_file() || file.is_symlink() {
            return Some(file);
        }
        if above.join(".git").exists() {
            return None;
        }
    }
    None
}

/// The nearest `pyproject.toml` at or above a folder, when it has a table for this tool, which is not read.
#[must_use]
pub fn find_unused_table(folder: &Path) -> Option<PathBuf> {
    let file = find_upwards(folder, PYPROJECT)?;
    let text = read(&config_root(&file), &file).ok()?;
    let mut lines = text.lines().map(str::trim_start);
    lines
        .any(|line| line.starts_with("[tool.chub-lint"))
        .then_some(file)
}

/// The folder that a config, and what it names, must not lead out of: its repository, else its own folder.
#[must_use]
pub fn config_root(config: &Path) -> PathBuf {
    let folder = config.parent().unwrap_or(Path::new(""));
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    safe_path::repository_root(&folder).unwrap_or(folder)
}

/// Read a config file, or a file that it names. The author of a pull request can put a link in the place of a file, and
/// what is wrong with a file is shown with its text: so nothing below `root` (a repository, or a folder) may be a link
/// on the way to it, and it has to be below `root`.
///
/// # Errors
/// When it leads elsewhere, cannot be read, or is too large to be a config.
pub fn read(root: &Path, path: &Path) -> Result<String, Error> {
    let path = &safe_path::normalize(path);
    let Ok(below) = path.strip_prefix(root) else {
        let (path, root) = (path.clone(), root.to_path_buf());
        return Err(ConfigError::Outside { path, root }.into());
    };
    let mut at = root.to_path_buf();
    for part in below.components() {
        at.push(part);
        if at.is_symlink() {
            return Err(ConfigError::Link(at).into());
        }
    }
    read_regular(path)
}

/// The names in `private` of the nearest config of each name, however wrong the rest of it is. Two configs in one folder
/// are refused elsewhere; here a second one must not hide the names of the first. Empty when no config can be read.
#[must_use]
pub fn private_names(folder: &Path) -> Vec<String> {
    let files = CONFIG_FILE_NAMES
        .iter()
        .filter_map(|name| find_upwards(folder, name));
    let texts = files.filter_map(|path| read(&config_root(&path), &path).ok());
    texts.flat_map(|text| file::private_names(&text)).collect()
}

/// Read a file that the command line names. It may lie anywhere, but no link that a pull request may hold may lead to it
/// from out of the repository.
///
/// # Errors
/// As [`read`].
pub fn read_argument_file(path: &Path) -> Result<String, Error> {
    safe_path::check_read_path(path)?;
    read_regular(path)
}

/// Read a file that a config names, or that was found without one. As [`read`], below the root of the config.
///
/// # Errors
/// As [`read`].
pub fn read_config_reference(config: Option<&Path>, path: &Path) -> Result<String, Error> {
    let root = config_root(config.unwrap_or(path));
    read(
        &root,
        &std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()),
    )
}

fn read_regular(path: &Path) -> Result<String, Error> {
    let unreadable = |source| Error::Unreadable {
        path: path.to_path_buf(),
        source,
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() || metadata.len() > MAX_SIZE {
        return Err(ConfigError::NotText(path.to_path_buf()).into());
    }
    fs::read_to_string(path).map_err(unreadable)
}
