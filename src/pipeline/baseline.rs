//! Find and read the baseline of a hub.

use crate::config::{Settings, find};
use crate::error::{Error, ModuleError};
use crate::safe_text;
use crate::suppress::baseline::{self, Baseline};
use std::path::{Path, PathBuf};

/// An invalid baseline.
#[derive(Debug, thiserror::Error)]
#[error("{path}:{line}: {message}")]
pub struct BaselineError {
    path: String,
    line: usize,
    message: String,
}

impl ModuleError for BaselineError {}

/// A baseline and its path.
#[derive(Clone, Debug)]
pub struct BaselineFile {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The parsed baseline.
    pub known: Baseline,
    /// The baseline on the disk, when `known` is that of a commit; empty when it cannot be read.
    pub on_disk: Option<Baseline>,
}

impl BaselineFile {
    /// Read the baseline on the disk besides this one of a commit, and show its text.
    pub(super) fn with_text_on_disk(mut self) -> Self {
        let text = find::read(&find::config_root(&self.path), &self.path).unwrap_or_default();
        self.on_disk = Some(Baseline::parse(&text).unwrap_or_default());
        self.text = text;
        self
    }
}

/// The path of the baseline of a hub, which may not exist: the path in the config, else next to the config, else the
/// nearest one above the hub within the repository.
#[must_use]
pub fn baseline_file(root: &Path, settings: &Settings, isolated: bool) -> Option<PathBuf> {
    if isolated {
        return None;
    }
    configured_baseline(settings).or_else(|| find::find_upwards(root, baseline::BASELINE_FILE_NAME))
}

/// The path of the baseline in the config, or the default path next to the config; `None` without a config.
pub(super) fn configured_baseline(settings: &Settings) -> Option<PathBuf> {
    let default = || {
        Some(
            settings
                .file
                .as_deref()?
                .parent()?
                .join(baseline::BASELINE_FILE_NAME),
        )
    };
    settings.baseline.clone().or_else(default)
}

/// Read a baseline that the settings of a hub name, or that was found above it.
///
/// # Errors
/// When it cannot be read or is invalid.
pub fn read_baseline(path: &Path, settings: &Settings) -> Result<BaselineFile, Error> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let text = find::read_config_reference(settings.file.as_deref(), &path)?;
    parse_baseline(path, text)
}

/// Parse the text of a baseline.
///
/// # Errors
/// When it is invalid.
pub(super) fn parse_baseline(path: PathBuf, text: String) -> Result<BaselineFile, Error> {
    let known = Baseline::parse(&text).map_err(|problem| {
        let line = text
            .get(..problem.span.start)
            .map_or(1, |before| before.matches('\n').count() + 1);
        let path = path.display().to_string();
        let (path, message) = (safe_text::escape(&path).into_owned(), problem.message);
        BaselineError { path, line, message }
    })?;
    Ok(BaselineFile {
        path,
        text,
        known,
        on_disk: None,
    })
}
