//! Put a fixed text in the place of the file it was made from.

#![expect(
    clippy::disallowed_methods,
    reason = "one of the modules that may use the file system"
)]

use super::error::SaveError;
use crate::error::Error;
use crate::{fsio, safe_path};
use std::path::Path;

/// Refuse a file that `replace` would refuse to write: one that is a link or lies below one. For commands that write
/// all files or none.
///
/// # Errors
/// As for `safe_path::check_write_path`.
pub fn check_writable(root: &Path, in_hub: &str) -> Result<(), Error> {
    safe_path::check_write_path(&root.join(in_hub), Some(root)).map(drop)
}

/// Replace the text of a file, whole or not at all.
///
/// # Errors
/// When the file is not what it was when it was read, is a link, or cannot be written.
pub fn replace(root: &Path, in_hub: &str, before: &str, after: &str) -> Result<(), Error> {
    let path = root.join(in_hub);
    let unreadable = |source| Error::Unreadable {
        path: path.clone(),
        source,
    };
    check_writable(root, in_hub)?;
    let now = std::fs::read(&path).map_err(unreadable)?;
    if now != before.as_bytes() {
        return Err(SaveError::Changed(path).into());
    }
    fsio::write_atomic_in(Some(root), &path, after.as_bytes())
}
