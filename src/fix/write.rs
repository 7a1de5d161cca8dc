//! Put a fixed text in the place of the file it was made from.

#![expect(clippy::disallowed_methods, reason = "one of the doors to the file system")]

use crate::error::Error;
use crate::fsio;
use std::path::Path;

/// Replace the text of a file, whole or not at all. A link keeps being one: the file it points at is replaced.
///
/// # Errors
/// When the file is not what it was when it was read, leaves its hub, or cannot be written.
pub fn replace(root: &Path, in_hub: &str, before: &str, after: &str) -> Result<(), Error> {
    let path = root.join(in_hub);
    let unreadable = |source| Error::Unreadable {
        path: path.clone(),
        source,
    };
    let real = std::fs::canonicalize(&path).map_err(unreadable)?;
    let now = std::fs::read(&real).map_err(unreadable)?;
    if !real.starts_with(root) || now != before.as_bytes() {
        return Err(Error::Usage(format!(
            "`{}` changed while it was being fixed; nothing was written to it",
            path.display()
        )));
    }
    fsio::write_atomic(&real, after.as_bytes())
}
