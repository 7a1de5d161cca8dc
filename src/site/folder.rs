//! The folder of a site: whether it may be written, and how it is written.
#![expect(clippy::disallowed_methods, reason = "this I/O module writes a site")]

use super::SiteFile;
use super::names::{ASSETS, ENTRIES, LIST, MARKER, OVERVIEW};
use crate::chub::build::stage::StagingFolder;
use crate::chub::build::write::keep;
use crate::error::{Error, ModuleError};
use crate::{fsio, safe_path};
use rayon::prelude::*;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What the marker of a site says.
const GENERATOR: &str = "chub-lint report";
/// Larger than any marker, in bytes.
const MAX_MARKER: u64 = 4096;

/// A folder that a site may be written to.
#[derive(Debug)]
pub struct SiteFolder {
    path: PathBuf,
    /// Names in it that no site has; they are kept.
    foreign: Vec<OsString>,
    exists: bool,
}

/// Why a site cannot be written to a folder.
#[derive(Debug, thiserror::Error)]
pub enum SiteFolderError {
    /// It is something else.
    #[error(
        "`{}`: is not empty and is not a site of chub-lint; name an empty folder or one that does not exist",
        .0.display()
    )]
    Foreign(PathBuf),
    /// It is a file.
    #[error("`{}`: is a file; name a folder", .0.display())]
    File(PathBuf),
    /// It holds the hub or is in it.
    #[error(
        "`{}`: is inside the hub `{}`, where a build would read it as an author; name a folder outside of it, or a \
         hidden one",
        .folder.display(),
        .hub.display()
    )]
    Inside {
        /// The folder.
        folder: PathBuf,
        /// The hub.
        hub: PathBuf,
    },
    /// It is the hub or above it.
    #[error("`{}`: holds the hub `{}`; name another folder", .folder.display(), .hub.display())]
    Around {
        /// The folder.
        folder: PathBuf,
        /// The hub.
        hub: PathBuf,
    },
}

impl ModuleError for SiteFolderError {}

impl SiteFolder {
    /// Check a folder, before anything is written. `hubs` are the folders of the hubs that the site is about.
    ///
    /// # Errors
    /// When it is not empty and not an earlier site, when it is a file, when it is in a hub or holds one, and when a part of
    /// its path is a link of the checkout.
    pub fn check(folder: &Path, hubs: &[&Path]) -> Result<Self, Error> {
        let mut path = safe_path::check_write_path(folder, None)?;
        for hub in hubs {
            path = safe_path::check_write_path(folder, Some(hub))?;
            let hub = safe_path::canonicalize_or_keep(hub);
            let (folder, in_hub) = (folder.to_owned(), path.strip_prefix(&hub));
            if hub.starts_with(&path) {
                return Err(SiteFolderError::Around { folder, hub }.into());
            }
            let hidden = |inside: &Path| {
                let first = inside.components().next();
                first.is_some_and(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
            };
            if in_hub.is_ok_and(|inside| !hidden(inside)) {
                return Err(SiteFolderError::Inside { folder, hub }.into());
            }
        }
        let unreadable = |source| Error::Unreadable {
            path: folder.to_owned(),
            source,
        };
        let exists = match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => true,
            Ok(_) => return Err(SiteFolderError::File(folder.to_owned()).into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(unreadable(error)),
        };
        let mut names = Vec::new();
        if exists {
            for entry in fs::read_dir(&path).map_err(unreadable)? {
                names.push(entry.map_err(unreadable)?.file_name());
            }
        }
        if !names.is_empty() && !is_site(&path) {
            return Err(SiteFolderError::Foreign(folder.to_owned()).into());
        }
        let own = [ASSETS, ENTRIES, LIST, MARKER, OVERVIEW];
        names.retain(|name| own.iter().all(|own| name != own));
        Ok(Self {
            path,
            foreign: names,
            exists,
        })
    }

    /// Write a site in place of the earlier one. Files are made one by one, so that no more than a few are in memory.
    ///
    /// # Errors
    /// When a file cannot be written. The folder is as it was then.
    pub fn write(&self, count: usize, file: impl Fn(usize) -> SiteFile + Sync) -> Result<u64, Error> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::Unwritable { path, source }
        };
        let stage = StagingFolder::new(&self.path).map_err(at(&self.path))?;
        let tree = stage.tree();
        for folder in [ENTRIES, ASSETS] {
            let path = tree.join(folder);
            fs::create_dir(&path).map_err(at(&path))?;
        }
        let write = |name: &str, text: &str| {
            let path = tree.join(name);
            fs::write(&path, text)
                .map_err(at(&path))
                .map(|()| text.len() as u64)
        };
        let sizes = (0..count).into_par_iter().map(|number| {
            let file = file(number);
            write(&file.name, &file.text)
        });
        let size = sizes.try_reduce(|| 0, |a, b| Ok(a + b))?;
        let marker = serde_json::json!({ "schema": 1, "generator": GENERATOR });
        write(MARKER, &format!("{marker:#}\n"))?;
        if self.exists {
            for name in &self.foreign {
                let old = self.path.join(name);
                keep(&old, &tree.join(name)).map_err(at(&old))?;
            }
            let permissions = fs::metadata(&self.path).map_err(at(&self.path))?.permissions();
            fs::set_permissions(&tree, permissions).map_err(at(&tree))?;
        }
        stage.swap().map_err(at(&self.path))?;
        log::debug!(
            "wrote a site of {count} files, {size} bytes, to {}",
            self.path.display()
        );
        Ok(size)
    }
}

/// Whether a folder holds a site of this program.
fn is_site(folder: &Path) -> bool {
    let marker = fsio::read_regular(&folder.join(MARKER), MAX_MARKER).ok();
    let marker = marker.and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok());
    marker.is_some_and(|marker| marker.get("generator").and_then(|name| name.as_str()) == Some(GENERATOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(number: usize) -> SiteFile {
        SiteFile {
            name: format!("{ENTRIES}/{number}.html"),
            text: "page".to_owned(),
        }
    }

    #[test]
    fn a_site_replaces_itself_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("site");
        SiteFolder::check(&folder, &[]).unwrap().write(3, file).unwrap();
        fs::write(folder.join(".nojekyll"), "").unwrap();
        fs::write(folder.join(ENTRIES).join("old.html"), "").unwrap();
        SiteFolder::check(&folder, &[]).unwrap().write(2, file).unwrap();
        let mut names: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, [".nojekyll", ASSETS, MARKER, ENTRIES]);
        assert_eq!(fs::read_dir(folder.join(ENTRIES)).unwrap().count(), 2);
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_no_site_is_refused() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("site");
        fs::create_dir_all(folder.join("work")).unwrap();
        let refused = |hubs: &[&Path]| SiteFolder::check(&folder, hubs).unwrap_err().to_string();
        assert!(refused(&[]).contains("is not empty"), "{}", refused(&[]));
        fs::write(folder.join(MARKER), r#"{"generator":"other"}"#).unwrap();
        assert!(refused(&[]).contains("is not empty"));
        assert!(refused(&[parent.path()]).contains("is inside the hub"));
        assert!(refused(&[&folder.join("work")]).contains("holds the hub"));
        let text = folder.join("file");
        fs::write(&text, "").unwrap();
        let error = SiteFolder::check(&text, &[]).unwrap_err().to_string();
        assert!(error.contains("is a file"), "{error}");
        assert!(SiteFolder::check(&parent.path().join("new"), &[]).is_ok());
    }
}
