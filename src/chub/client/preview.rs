//! The catalog and the files of a tree as the client would see them, before anything is published.
#![expect(clippy::disallowed_methods, reason = "reads a built tree through this door")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::rank::Catalog;
use crate::chub::build::content::{DEFAULT_OUTPUT, REGISTRY_FILE, is_published, read_content};
use crate::chub::build::recommend::Recommend;
use crate::chub::build::target::INDEX_FILE;
use crate::chub::build::{self, Settings};
use crate::chub::js::{self, json};
use crate::fsio;

/// Loads a built tree, or builds a content folder in memory; the second text is for standard error.
///
/// # Errors
/// One sentence when it is neither.
pub fn load(folder: &Path, moment: Timestamp) -> Result<(Catalog, String), String> {
    let file = folder.join(REGISTRY_FILE);
    if is_there(&file) {
        let shown = file.display();
        let text = read_inside(folder, &file).map_err(|why| format!("{shown}: {why}"))?;
        let registry =
            json::parse(&text).map_err(|error| format!("{}: {}", file.display(), error.message))?;
        let catalog = Catalog::new(&registry);
        let mut notes = String::new();
        let index = folder.join(INDEX_FILE);
        let index = read_inside(folder, &index).unwrap_or_default();
        if index != catalog.index().to_json() {
            let _ = writeln!(
                notes,
                "Warning: {INDEX_FILE} does not match {REGISTRY_FILE}: clients rank by it. Build the tree again"
            );
        }
        return Ok((catalog, notes));
    }
    let content = read_content(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let settings = Settings {
        base_url: None,
        generated: js::iso(moment),
        recommend: Recommend::Client,
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
    Ok((Catalog::new(&registry.value()), notes))
}

fn is_there(file: &Path) -> bool {
    fs::symlink_metadata(file).is_ok_and(|metadata| !metadata.is_dir())
}

/// The most bytes of a file that are shown, and of a registry that is read.
const MOST_BYTES: u64 = 1024 * 1024 * 1024;

/// The text of a file of a tree. A link is followed as long as it leads to what the tree publishes, as for a build.
///
/// # Errors
/// One sentence when it cannot be read, or leads elsewhere.
pub fn read_inside(folder: &Path, file: &Path) -> Result<String, String> {
    let root = fs::canonicalize(folder).map_err(|error| error.to_string())?;
    let real = fs::canonicalize(file).map_err(|error| error.to_string())?;
    let own = file.parent().is_some_and(|above| above == folder);
    let is_own = own && real.parent() == Some(root.as_path()) && real.file_name() == file.file_name();
    if !is_own && !is_published(&root, &real) {
        return Err("leads out of the tree, or to what it does not publish".to_owned());
    }
    let bytes = fsio::read_regular(&real, MOST_BYTES).map_err(|error| error.to_string())?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// The path of a file of an entry. A registry is untrusted text: it must not lead out of the folder.
///
/// # Errors
/// One sentence that names the file.
pub fn inside(folder: &Path, path: &str, name: &str) -> Result<PathBuf, String> {
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
        Err(format!(
            "the registry names a file outside the folder: {}",
            relative.display()
        ))
    }
}
