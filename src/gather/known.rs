//! Where the baseline of a hub is, and what it knows.

use crate::config::{Settings, find};
use crate::error::Error;
use crate::report::safe;
use crate::settle::baseline::{self, Baseline};
use std::path::{Path, PathBuf};

/// A baseline and where it is.
#[derive(Clone, Debug)]
pub struct BaselineFile {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// What it knows.
    pub known: Baseline,
}

/// Where a hub's baseline is, or would be: as the config says, else beside the config, else the nearest one above,
/// within the repository.
#[must_use]
pub fn baseline_file(root: &Path, settings: &Settings, isolated: bool) -> Option<PathBuf> {
    if isolated {
        return None;
    }
    settings
        .baseline
        .clone()
        .or_else(|| Some(settings.file.as_deref()?.parent()?.join(baseline::FILE_NAME)))
        .or_else(|| find::nearest_named(root, baseline::FILE_NAME))
}

/// Read a baseline.
///
/// # Errors
/// When it cannot be read or is wrong.
pub fn read_baseline(path: &Path) -> Result<BaselineFile, Error> {
    let text = find::read(path)?;
    let known = Baseline::parse(&text).map_err(|problem| {
        let line = text
            .get(..problem.span.start)
            .map_or(1, |before| before.matches('\n').count() + 1);
        let path = path.display().to_string();
        Error::Usage(format!("{}:{line}: {}", safe::text(&path), problem.message))
    })?;
    Ok(BaselineFile {
        path: path.to_path_buf(),
        text,
        known,
    })
}
