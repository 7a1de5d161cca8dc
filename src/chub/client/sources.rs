//! The hubs that are read together: folders, and built trees on servers.

use super::format::one_line;
use super::preview::{self, PreviewError, ReadError, inside, read_inside};
use super::rank::Catalog;
use crate::chub::js::{JsKind, JsValue, json};
use crate::error::with_sources;
use crate::releases::{HubFileError, HubFiles, HubPage, Refresh, hub_path};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A hub that is read.
#[derive(Clone, Debug)]
pub struct HubSource {
    /// How ids name it, in front of a colon.
    pub name: String,
    /// Where it is.
    pub place: HubPlace,
}

/// Where a hub is.
#[derive(Clone, Debug)]
pub enum HubPlace {
    /// A built tree or a content folder, without links.
    Folder(PathBuf),
    /// A built tree on a server.
    Address(Arc<HubFiles>),
}

/// Why a file of a hub cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The registry names a file elsewhere, or the tree cannot be read.
    #[error(transparent)]
    Tree(#[from] PreviewError),
    /// A file of a folder.
    #[error("{}", .0.display())]
    File(PathBuf, #[source] ReadError),
    /// A file of a server.
    #[error(transparent)]
    Server(#[from] HubFileError),
    /// A registry of a server that is not read.
    #[error("hub `{0}`: `registry.json` is not used: {1}")]
    Registry(String, &'static str),
}

/// A file of a hub.
#[derive(Clone, Debug)]
pub struct HubFile {
    /// Its text.
    pub text: String,
    /// For a file of a server: how it was read.
    pub page: Option<HubPage>,
}

impl HubSource {
    /// The folder, if it is one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match &self.place {
            HubPlace::Folder(folder) => Some(folder),
            HubPlace::Address(_) => None,
        }
    }

    /// Its registry; the second text is for standard error.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn registry(&self, moment: Timestamp) -> Result<(JsValue, String), SourceError> {
        let files = match &self.place {
            HubPlace::Folder(folder) => return Ok(preview::load_registry(folder, moment)?),
            HubPlace::Address(files) => files,
        };
        let read = files.registry(Refresh::WhenOld)?;
        let registry = json::parse(&read.text);
        let registry = registry.map_err(|error| SourceError::Registry(self.name.clone(), error.message))?;
        let note = read.fallback.map(|why| {
            let copy = format!("Note: {why}; the copy of {} ago is used\n", read.age);
            one_line(copy.trim_end()) + "\n"
        });
        Ok((registry, note.unwrap_or_default()))
    }

    /// Files of an entry, by the folder of the entry and their names in it.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn read(&self, path: &str, names: &[&str]) -> Result<Vec<HubFile>, SourceError> {
        match &self.place {
            HubPlace::Folder(folder) => names
                .iter()
                .map(|name| {
                    let file = inside(folder, path, name)?;
                    let text = read_inside(folder, &file).map_err(|why| SourceError::File(file, why))?;
                    Ok(HubFile { text, page: None })
                })
                .collect(),
            HubPlace::Address(files) => {
                let paths: Vec<String> = names.iter().map(|name| hub_path(path, name)).collect();
                let pages = files.pages(&paths)?.into_iter();
                Ok(pages
                    .map(|page| HubFile {
                        text: page.text.clone(),
                        page: Some(page),
                    })
                    .collect())
            }
        }
    }
}

/// The entries of some hubs.
#[derive(Debug)]
pub struct LoadedSources {
    /// The entries.
    pub catalog: Catalog,
    /// Notes about the hubs that were read, a line each.
    pub notes: String,
    /// Why other hubs were not read, a line each.
    pub failures: Vec<String>,
}

/// Read the entries of some hubs. One that cannot be read is left out, as long as another can.
///
/// # Errors
/// Why none can be read.
pub fn load(sources: &[HubSource], moment: Timestamp) -> Result<LoadedSources, String> {
    let mut registries = Vec::new();
    let mut notes = String::new();
    let mut failures = Vec::new();
    for source in sources {
        let registry = match source.registry(moment) {
            Ok((registry, said)) => {
                notes.push_str(&said);
                registry
            }
            Err(error) => {
                failures.push(one_line(&with_sources(&error)));
                JsKind::Null.into()
            }
        };
        registries.push((source.name.clone(), registry));
    }
    if failures.len() == sources.len() {
        return Err(failures.join("; "));
    }
    Ok(LoadedSources {
        catalog: Catalog::merged(&registries),
        notes,
        failures,
    })
}
