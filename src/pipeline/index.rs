//! Open the source of registry data: a lock file, or the registries with their cache.

use super::progress;
use crate::config::Settings;
use crate::error::Error;
use crate::releases::{
    ClientOptions, Environment, LockIndex, LockedTables, Outages, PackageIndex, RegistryClient,
};
use crate::report::pluralize;
use crate::rules::deprecated_package;
use crate::safe_path;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The command line options for registries.
#[derive(Clone, Debug, Default)]
pub struct RegistryOptions {
    /// `--offline`: use only the cache.
    pub offline: bool,
    /// `--locked FILE`: use only a lock file.
    pub locked: Option<PathBuf>,
    /// `--refresh`: query the registries even for packages in the cache.
    pub refresh: bool,
    /// `--network-timeout`: the seconds for all look-ups together.
    pub network_timeout: Option<u64>,
    /// `--pypi-index URL`.
    pub pypi_index: Option<String>,
    /// `--npm-registry URL`.
    pub npm_registry: Option<String>,
    /// Whether to show no progress.
    pub quiet: bool,
    /// The hosts that did not answer, for all hubs of a run.
    pub outages: Outages,
}

/// The index of a hub, opened at its first use: the settings of registries are read once, and all look-ups share one
/// time limit.
pub(super) struct IndexOnDemand<'a> {
    open: Box<dyn Fn() -> Result<Box<dyn PackageIndex>, Error> + 'a>,
    index: OnceCell<Box<dyn PackageIndex>>,
}

impl<'a> IndexOnDemand<'a> {
    pub(super) fn new(open: impl Fn() -> Result<Box<dyn PackageIndex>, Error> + 'a) -> Self {
        Self {
            open: Box::new(open),
            index: OnceCell::new(),
        }
    }

    /// The index, if it was opened.
    pub(super) fn into_inner(self) -> Option<Box<dyn PackageIndex>> {
        self.index.into_inner()
    }

    /// The index.
    ///
    /// # Errors
    /// When a setting or the lock file cannot be used.
    pub(super) fn get(&self) -> Result<&dyn PackageIndex, Error> {
        if self.index.get().is_none() {
            let _ = self.index.set((self.open)()?);
        }
        // It was just set.
        let index = self.index.get().expect("an index that was opened");
        Ok(index.as_ref())
    }
}

/// The index for the hub in a folder. With `isolated`, settings of the project are ignored. With
/// `npmrc_under_review`, its `.npmrc` is asked about no private package.
///
/// # Errors
/// When a setting or the lock file cannot be used.
pub(super) fn open(
    options: &RegistryOptions,
    isolated: bool,
    settings: &Settings,
    hub: &Path,
    npmrc_under_review: bool,
) -> Result<Box<dyn PackageIndex>, Error> {
    let environment = Environment::from_process().for_hub(hub);
    if let Some(path) = &options.locked {
        safe_path::check_read_path(path)?;
        let lock = LockIndex::read(&environment, path)?;
        log::debug!(
            "lock file {}: {}",
            path.display(),
            pluralize(lock.len(), "package")
        );
        return Ok(Box::new(lock.with_tables(LockedTables::beside(path))));
    }
    let network = &settings.network;
    let seconds = options.network_timeout.or(network.timeout);
    let client = ClientOptions {
        pypi_index: options.pypi_index.clone(),
        npm_registry: options.npm_registry.clone(),
        config_pypi_index: network.pypi_index.clone(),
        config_npm_registry: network.npm_registry.clone(),
        private: settings.options.private.clone(),
        npmrc_under_review,
        project_settings: !isolated,
        offline: options.offline || network.offline,
        refresh: options.refresh,
        network_timeout: seconds.map_or(ClientOptions::NETWORK_TIMEOUT, Duration::from_secs),
        deprecation: settings.options.is_enabled(deprecated_package::RULE.id),
        outages: options.outages.clone(),
        environment,
        // A bar would overwrite the log.
        progress: (!options.quiet && !log::log_enabled!(log::Level::Debug)).then(progress::bar),
        ..ClientOptions::default()
    };
    let registries = RegistryClient::new(client)?;
    Ok(Box::new(registries))
}
