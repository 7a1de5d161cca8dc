//! The hubs of a command that reads entries: what it names, else those of the config, else the working folder.

use super::RunEnv;
use crate::chub::client::format::one_line;
use crate::chub::client::preview;
use crate::chub::client::rank::Catalog;
use crate::chub::client::sources::{self as client, HubPlace, HubSource};
use crate::chub::js;
use crate::config::sources::{SourcePlace, SourceSetting};
use crate::config::{Overrides, Settings};
use crate::error::{Error, with_sources};
use crate::releases::{Environment, HubFiles, HubFilesOptions};
use crate::rules::RULES;
use crate::safe_path;
use clap::Args;
use clap::builder::FalseyValueParser;
use std::path::Path;
use std::sync::Arc;

/// The name of a hub that has none, as the client calls its only source.
pub(super) const UNNAMED: &str = "default";

/// How hubs on servers are read.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct ServerArgs {
    /// Ask no server: use only what is in the cache
    #[arg(long, env = "CHUB_LINT_OFFLINE", value_parser = FalseyValueParser::new())]
    pub offline: bool,
}

/// The hubs that a command reads.
#[derive(Debug)]
pub struct ReadHubs {
    /// In order of priority.
    pub sources: Vec<HubSource>,
    /// Whether the config names them.
    pub is_configured: bool,
}

impl ReadHubs {
    /// The hub that an id names, if it names one: the others need not be read.
    pub fn only(mut self, id: &str) -> Self {
        let named = id.split_once(':').map(|(name, _)| js::trim(name));
        if let Some(name) = named.filter(|name| self.sources.iter().any(|source| source.name == *name)) {
            self.sources.retain(|source| source.name == name);
        }
        self
    }
}

/// A folder that is named, else the hubs of the config, else the working folder.
///
/// # Errors
/// When the config or one of its hubs cannot be used, or the folder is named through a link that leads elsewhere.
pub fn read_hubs(folder: Option<&Path>, offline: bool, env: &RunEnv) -> Result<ReadHubs, Error> {
    if folder.is_none() {
        let sources = configured(offline, env)?;
        if !sources.is_empty() {
            return Ok(ReadHubs {
                sources,
                is_configured: true,
            });
        }
    }
    let folder = folder.unwrap_or(Path::new("."));
    safe_path::check_read_path(folder)?;
    Ok(ReadHubs {
        sources: vec![HubSource {
            name: UNNAMED.to_owned(),
            place: HubPlace::Folder(super::tree(folder)),
        }],
        is_configured: false,
    })
}

/// What [`load`] reads: the hubs, their entries, and the lines for standard error.
pub type LoadedHubs = (ReadHubs, Catalog, String);

/// The entries of hubs, and the lines for standard error; or the reason why no hub can be read, in one line.
///
/// # Errors
/// When the environment has an invalid moment.
pub fn load(hubs: ReadHubs, env: &RunEnv) -> Result<Result<LoadedHubs, String>, Error> {
    let moment = (env.moment)()?;
    let loaded = match hubs.sources.as_slice() {
        [source] if !hubs.is_configured => {
            let tree = source.folder().unwrap_or(Path::new("."));
            preview::load(tree, moment).map_err(|error| one_line(&with_sources(&error)))
        }
        sources => client::load(sources, moment).map(|mut loaded| {
            for failure in &loaded.failures {
                loaded.notes.push_str(&format!("Warning: {failure}\n"));
            }
            (loaded.catalog, loaded.notes)
        }),
    };
    Ok(loaded.map(|(catalog, notes)| (hubs, catalog, notes)))
}

/// The hubs of the nearest config at or above the working folder.
///
/// # Errors
/// As [`read_hubs`].
pub fn configured(offline: bool, env: &RunEnv) -> Result<Vec<HubSource>, Error> {
    let settings = Settings::load(&env.cwd, &Overrides::default(), RULES)?;
    let open = |source: &SourceSetting| open(source, settings.file.as_deref(), offline);
    settings.sources.iter().map(open).collect()
}

fn open(source: &SourceSetting, config: Option<&Path>, offline: bool) -> Result<HubSource, Error> {
    let place = match &source.place {
        SourcePlace::Folder(folder) => {
            safe_path::check_read_path(folder)?;
            if !safe_path::is_folder(folder) {
                return Err(Error::NoSuchPath(folder.clone()));
            }
            HubPlace::Folder(safe_path::canonicalize_or_keep(&super::tree(folder)))
        }
        SourcePlace::Address(address) => {
            let environment = Environment::from_process();
            let options = HubFilesOptions {
                environment: match config.and_then(Path::parent) {
                    Some(folder) => environment.for_hub(folder),
                    None => environment,
                },
                offline,
            };
            HubPlace::Address(Arc::new(HubFiles::new(&source.name, address, &options)?))
        }
    };
    Ok(HubSource {
        name: source.name.clone(),
        place,
    })
}
