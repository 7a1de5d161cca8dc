//! Decides whether a tree may be written to a folder, before anything is written.
#![expect(
    clippy::disallowed_methods,
    reason = "this I/O module reads the target of a build"
)]

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::content::{Content, DEFAULT_OUTPUT, REGISTRY_FILE};
use crate::chub::js::JsValue;
use crate::chub::js::json;
use crate::error::Error;
use crate::{fsio, safe_path};

/// The search index beside the registry.
pub const INDEX_FILE: &str = "search-index.json";
/// The optional list of checksums.
pub const MANIFEST_FILE: &str = "manifest.json";
/// In every manifest, so that a build recognises its own file of that name.
pub const GENERATOR: &str = "chub-lint build";

/// A folder that a tree may be written to.
#[derive(Debug)]
pub struct BuildTarget {
    /// Its real path. It need not exist.
    pub path: PathBuf,
    /// Names in it that no build put there; they are kept.
    pub foreign: Vec<std::ffi::OsString>,
    /// Whether it exists.
    pub exists: bool,
}

/// Why a folder may not be written to.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// It cannot be resolved.
    #[error("{}: cannot be used as output", .output.display())]
    Unusable {
        /// The folder.
        output: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// It cannot be listed.
    #[error("{}: cannot be read", .output.display())]
    Unreadable {
        /// The folder.
        output: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Nothing may be written there at all.
    #[error(transparent)]
    Refused(#[from] Box<Error>),
    /// It would be taken for an author.
    #[error(
        "{}: the output is inside the content, where the next build would read it as an author; only `dist` and hidden \
         folders are not read",
        .0.display()
    )]
    Inside(PathBuf),
    /// It holds the content.
    #[error("{}: the output contains the content folder and would replace it; name another folder", .0.display())]
    Around(PathBuf),
    /// It is a file.
    #[error("{}: the output is a file, not a folder", .0.display())]
    File(PathBuf),
    /// An author's folder would be written over a file of the build.
    #[error("an author cannot be called {0}, as a file of the build is")]
    Author(String),
    /// An author's folder would be written over something else.
    #[error(
        "{}: already has `{name}`, which was not written by a build and which an author's folder would replace",
        .output.display()
    )]
    Taken {
        /// The folder.
        output: PathBuf,
        /// What is in it.
        name: String,
    },
}

/// Resolves and checks the folder that a content folder is built to.
///
/// # Errors
/// The reason why it may not be written to: it is a file, lies inside the content where the next build would
/// take it for an author, holds the content, or has other folders where those of authors would go.
pub fn check(content: &Content, output: &Path) -> Result<BuildTarget, TargetError> {
    let output = || output.to_path_buf();
    let cannot = |source| TargetError::Unusable {
        output: output(),
        source,
    };
    let path = safe_path::check_write_path(&output(), Some(&content.root)).map_err(Box::new)?;
    let path = real_path(&path).map_err(cannot)?;
    let root = fs::canonicalize(&content.root).map_err(cannot)?;
    if let Ok(inside) = path.strip_prefix(&root) {
        let first = inside.components().next();
        let ignored = first.is_some_and(|part| {
            part.as_os_str() == DEFAULT_OUTPUT || part.as_os_str().as_encoded_bytes().starts_with(b".")
        });
        if !ignored {
            return Err(TargetError::Inside(output()));
        }
    }
    if root.starts_with(&path) {
        return Err(TargetError::Around(output()));
    }
    for author in &content.authors {
        if [INDEX_FILE, MANIFEST_FILE].contains(&author.name.as_str()) {
            return Err(TargetError::Author(author.name.clone()));
        }
    }
    let exists = match fs::metadata(&path) {
        Ok(metadata) if metadata.is_dir() => true,
        Ok(_) => return Err(TargetError::File(output())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(cannot(error)),
    };
    let foreign = if exists {
        foreign(content, &path, &output())?
    } else {
        Vec::new()
    };
    Ok(BuildTarget {
        path,
        foreign,
        exists,
    })
}

/// The path with links resolved as far as it exists, and the rest made plain.
fn real_path(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let mut missing = Vec::new();
    let mut existing = absolute.as_path();
    loop {
        match fs::canonicalize(existing) {
            Ok(mut real) => {
                for part in missing.into_iter().rev() {
                    match part {
                        Component::ParentDir => {
                            real.pop();
                        }
                        part => real.push(part),
                    }
                }
                return Ok(real);
            }
            // A dangling link exists, but nothing can be put behind it.
            Err(error)
                if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(existing).is_err() =>
            {
                let mut parts = existing.components();
                let Some(part) = parts.next_back() else {
                    return Err(error);
                };
                missing.push(part);
                existing = parts.as_path();
            }
            Err(error) => return Err(error),
        }
    }
}

/// The text of a file that a build left in its target. No build makes a link or a device there, so these are ignored.
#[must_use]
pub fn read_own(path: &Path) -> Option<String> {
    let bytes = fsio::read_regular(path, MAX_OWN).ok()?;
    String::from_utf8(bytes).ok()
}

/// Larger than the registry or index of any hub, in bytes.
const MAX_OWN: u64 = 1024 * 1024 * 1024;

/// The names in an existing target that are kept. Everything that a build put there is replaced: the files of
/// the registry, the folders of today's authors, and those that the registry of the last build names.
fn foreign(content: &Content, path: &Path, output: &Path) -> Result<Vec<std::ffi::OsString>, TargetError> {
    let cannot = |source| TargetError::Unreadable {
        output: output.to_path_buf(),
        source,
    };
    let old = read_own(&path.join(REGISTRY_FILE));
    let old = old.and_then(|text| json::parse(&text).ok());
    let is_build = old
        .as_ref()
        .is_some_and(|old| old.get("docs").is_some() && old.get("skills").is_some());
    let old_authors = old.as_ref().map(authors).unwrap_or_default();
    let own_manifest = read_own(&path.join(MANIFEST_FILE)).is_some_and(|text| text.contains(GENERATOR));
    let mut foreign = Vec::new();
    for entry in fs::read_dir(path).map_err(cannot)? {
        let name = entry.map_err(cannot)?.file_name();
        let is_author = content.authors.iter().any(|author| name == author.name.as_str());
        if is_author && !is_build {
            return Err(TargetError::Taken {
                output: output.to_path_buf(),
                name: name.to_string_lossy().into_owned(),
            });
        }
        let is_own = is_author
            || name == REGISTRY_FILE
            || name == INDEX_FILE
            || (name == MANIFEST_FILE && own_manifest)
            || name.to_str().is_some_and(|name| old_authors.contains(name));
        if !is_own {
            foreign.push(name);
        }
    }
    Ok(foreign)
}

/// The top-level folders that a registry names.
fn authors(registry: &JsValue) -> BTreeSet<&str> {
    fn list<'a>(value: &'a JsValue, key: &str) -> &'a [JsValue] {
        value.get(key).and_then(JsValue::as_array).unwrap_or_default()
    }
    let versions = list(registry, "docs")
        .iter()
        .flat_map(|doc| list(doc, "languages"))
        .flat_map(|language| list(language, "versions"));
    list(registry, "skills")
        .iter()
        .chain(versions)
        .filter_map(|row| row.get("path").and_then(JsValue::as_str)?.split('/').next())
        .filter(|first| !first.is_empty())
        .collect()
}
