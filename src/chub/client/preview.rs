//! The catalog and the files of a tree as the client would see them, before anything is published.
#![expect(clippy::disallowed_methods, reason = "this I/O module reads a built tree")]

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::rank::Catalog;
use crate::chub::build::content::{DEFAULT_OUTPUT, REGISTRY_FILE, is_published, read_content};
use crate::chub::build::recommend::RecommendPolicy;
use crate::chub::build::target::INDEX_FILE;
use crate::chub::build::{self, BuildOptions};
use crate::chub::js::{self, JsValue, json};
use crate::fsio;

/// Why nothing is found or fetched. Messages that the client has too use its wording.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields are what the texts name")]
pub enum PreviewError {
    /// The registry or the folder cannot be read.
    #[error("{}", .0.display())]
    File(PathBuf, #[source] ReadError),
    /// The registry is not JSON.
    #[error("{}: {why}", .path.display())]
    Registry { path: PathBuf, why: &'static str },
    /// The registry names a file elsewhere.
    #[error("the registry names a file outside the folder: {}", .0.display())]
    Outside(PathBuf),
    /// An id that names a source.
    #[error("No doc or skill found with id \"{0}\": a colon cannot be fetched.")]
    Colon(String),
    /// An id that no entry has.
    #[error("No doc or skill found with id \"{0}\".")]
    NoEntry(String),
    /// An id that several entries have.
    #[error("Multiple entries match \"{0}\": a client can fetch neither.")]
    Ambiguous(String),
    /// A language is to be named.
    #[error("Multiple languages available for \"{0}\": {1}. Specify --lang.")]
    Languages(String, String),
    /// A language that the entry does not have.
    #[error("Language \"{language}\" is not available for \"{id}\". Available languages: {others}.")]
    NoLanguage {
        language: String,
        id: String,
        others: String,
    },
    /// A version that the entry does not have.
    #[error("Version \"{version}\" not found for \"{id}\". Available versions: {others}")]
    NoVersion {
        version: String,
        id: String,
        others: String,
    },
    /// An entry without versions.
    #[error("No content found for \"{0}\".")]
    NoContent(String),
    /// A file that the entry does not have.
    #[error("File \"{file}\" not found in {id}. Available: {others}")]
    NoFile {
        file: String,
        id: String,
        others: String,
    },
    /// A file of the entry that cannot be read.
    #[error("Failed to load \"{id}\": {}", .path.display())]
    Entry {
        id: String,
        path: PathBuf,
        source: ReadError,
    },
}

impl crate::error::ModuleError for PreviewError {}

/// Why a file of a tree is not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system's reason.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is not a file of the tree.
    #[error("leads out of the tree, or to what it does not publish")]
    LeadsOut,
}

/// Loads a built tree, or builds a content folder in memory; the second text is for standard error.
///
/// # Errors
/// One sentence when it is neither.
pub fn load(folder: &Path, moment: Timestamp) -> Result<(Catalog, String), PreviewError> {
    let (registry, notes) = load_registry(folder, moment)?;
    let catalog = Catalog::new(&registry);
    let mut all = String::new();
    let index = folder.join(INDEX_FILE);
    if is_there(&folder.join(REGISTRY_FILE))
        && read_inside(folder, &index).unwrap_or_default() != catalog.index().to_json()
    {
        let _ = writeln!(
            all,
            "Warning: {INDEX_FILE} does not match {REGISTRY_FILE}: clients rank by it. Build the tree again"
        );
    }
    Ok((catalog, all + &notes))
}

/// The registry of a built tree, or of a content folder that is built in memory; the second text is for standard error.
///
/// # Errors
/// One sentence when it is neither.
pub fn load_registry(folder: &Path, moment: Timestamp) -> Result<(JsValue, String), PreviewError> {
    let file = folder.join(REGISTRY_FILE);
    if is_there(&file) {
        log::debug!("built tree {} (because it has {REGISTRY_FILE})", folder.display());
        let read = read_inside(folder, &file);
        let text = read.map_err(|source| PreviewError::File(file.clone(), source))?;
        let registry = json::parse(&text).map_err(|error| PreviewError::Registry {
            path: file,
            why: error.message,
        })?;
        return Ok((registry, String::new()));
    }
    let content =
        read_content(folder).map_err(|error| PreviewError::File(folder.to_path_buf(), error.into()))?;
    let settings = BuildOptions {
        base_url: None,
        generated: js::iso(moment),
        recommend: RecommendPolicy::Client,
    };
    let registry = build::build(&content, settings);
    let mut notes = String::new();
    if registry.docs.is_empty() && registry.skills.is_empty() && folder.join(DEFAULT_OUTPUT).is_dir() {
        let _ = writeln!(
            notes,
            "Note: no entries here; the built tree is in {DEFAULT_OUTPUT}"
        );
    }
    // A preview shows the valid entries; `build` reports the errors of the others.
    if !registry.errors.is_empty() {
        let _ = writeln!(
            notes,
            "Note: {} errors keep entries out; `build` shows them",
            registry.errors.len()
        );
    }
    Ok((registry.value(), notes))
}

fn is_there(file: &Path) -> bool {
    fs::symlink_metadata(file).is_ok_and(|metadata| !metadata.is_dir())
}

/// The most bytes of a file that are shown, and of a registry that is read.
const MAX_FILE_BYTES: u64 = 1024 * 1024 * 1024;

/// The text of a file of a tree. A link is followed as long as it leads to what the tree publishes, as for a build.
///
/// # Errors
/// One sentence when it cannot be read, or leads elsewhere.
pub fn read_inside(folder: &Path, file: &Path) -> Result<String, ReadError> {
    let root = fs::canonicalize(folder)?;
    let real = fs::canonicalize(file)?;
    let own = file.parent().is_some_and(|above| above == folder);
    let is_own = own && real.parent() == Some(root.as_path()) && real.file_name() == file.file_name();
    if !is_own && !is_published(&root, &real) {
        return Err(ReadError::LeadsOut);
    }
    let bytes = fsio::read_regular(&real, MAX_FILE_BYTES)?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// The path of a file of an entry. A registry is untrusted text: it must not lead out of the folder.
///
/// # Errors
/// One sentence that names the file.
pub fn inside(folder: &Path, path: &str, name: &str) -> Result<PathBuf, PreviewError> {
    let relative = Path::new(path).join(name);
    let plain = |part| {
        matches!(
            part,
            std::path::Component::Normal(_) | std::path::Component::CurDir
        )
    };
    if relative.components().all(plain) && !relative.to_string_lossy().contains(['\\', '\0']) {
        Ok(folder.join(relative))
    } else {
        Err(PreviewError::Outside(relative))
    }
}
