//! `check -`: a text on standard input, checked as the file that `--stdin-filename` names.

use super::CommandError;
use crate::error::Error;
use crate::fix::engine::FixOutcome;
use crate::fsio;
use crate::hub::decode::MAX_DOCUMENT_BYTES;
use crate::pipeline::UnsavedFile;
use std::path::{Path, PathBuf};

/// Read standard input when the command line asks for it.
///
/// # Errors
/// When it has no name, is not the only path, or cannot be read.
pub fn read(paths: &[PathBuf], name: Option<&Path>) -> Result<Option<UnsavedFile>, Error> {
    let is = |path: &str| paths.iter().any(|named| named == Path::new(path));
    let Some(path) = name else {
        return if is("-") {
            Err(CommandError::NoStdinName.into())
        } else {
            Ok(None)
        };
    };
    // The default path is `.`: with a name for it, standard input is meant.
    if paths.len() != 1 || !(is("-") || is(".")) {
        return Err(CommandError::StdinAndPaths.into());
    }
    let bytes = fsio::read_stdin(MAX_DOCUMENT_BYTES)?;
    log::debug!("standard input: {} bytes, as {}", bytes.len(), path.display());
    let path = path.to_path_buf();
    Ok(Some(UnsavedFile { path, bytes }))
}

/// The text with its fixes; without fixes, the bytes as they were read.
#[must_use]
pub fn fixed(file: &UnsavedFile, outcome: FixOutcome) -> Vec<u8> {
    let changed = outcome.changed.into_iter().next();
    changed.map_or_else(|| file.bytes.clone(), |changed| changed.after.into_bytes())
}
