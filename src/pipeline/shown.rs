//! How files and folders are named in output.

use crate::config::find;
use crate::hub::discover::inside;
use std::path::Path;

/// How a file or folder is named in output: relative to the repository root, else to the working folder, else by its
/// own name. Never absolute, and never with `..`, so that reports can be compared and uploaded.
#[must_use]
pub fn display_path(root: &Path, cwd: &Path) -> String {
    let name = || Some(root.file_name()?.to_string_lossy().into_owned());
    find::repository_root(root)
        .and_then(|repository| inside(&repository, root))
        .or_else(|| inside(cwd, root))
        .or_else(name)
        .unwrap_or_default()
}

/// A folder as seen from one above it, with forward slashes; empty when they are one.
#[must_use]
pub fn relative_path(above: &Path, folder: &Path) -> Option<String> {
    inside(&find::canonicalize_or_keep(above), folder)
}
