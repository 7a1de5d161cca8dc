//! Displayed paths of files and folders.

use crate::hub::discover::inside;
use crate::safe_path;
use std::path::{Path, PathBuf};

/// The displayed path of a file or folder: relative to the repository root, else to the working folder, else its name.
/// Never absolute, and never with `..`, so that reports can be compared and uploaded.
#[must_use]
pub fn display_path(root: &Path, cwd: &Path) -> String {
    let name = || Some(root.file_name()?.to_string_lossy().into_owned());
    safe_path::repository_root(root)
        .and_then(|repository| inside(&repository, root))
        .or_else(|| inside(cwd, root))
        .or_else(name)
        .unwrap_or_default()
}

/// The path of a folder relative to one above it, with forward slashes; empty when they are the same.
#[must_use]
pub fn relative_path(above: &Path, folder: &Path) -> Option<String> {
    inside(&safe_path::canonicalize_or_keep(above), folder)
}

/// The folder that a displayed path of a file is relative to.
pub(super) fn display_root(file: &Path, shown: &str) -> PathBuf {
    let above = file.ancestors().nth(shown.split('/').count());
    above.unwrap_or(Path::new("/")).to_path_buf()
}
