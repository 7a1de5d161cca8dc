//! The index of normal runs: the cache first, then PyPI and npm with the settings of pip, uv and npm.

use super::cache::{self, Cache, CacheEntry};
use super::environment::Environment;
use super::error::RegistrySettingsError;
use super::fetch;
use super::npm::NpmRequest;
use super::settings::{NpmSettings, PyPiSettings, RegistryOverride};
use super::tls::{self, Proxies};
use super::{LookupRequest, PackageIndex, Release, ReleaseOrigin, Releases, UnknownReason, size};
use crate::package::{Ecosystem, Package};
use rayon::prelude::*;
use reqwest::Url;
use rustls::pki_types::CertificateDer;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The number of cache files that are read at a time.
const BATCH_SIZE: usize = 64;

/// Called with the number of finished packages and of all packages, while a look-up uses the network.
pub type Progress = Box<dyn Fn(usize, usize) + Send + Sync>;

/// How packages are looked up.
pub struct ClientOptions {
    /// `--pypi-index`: the base of a simple API, instead of every index that the environment names.
    pub pypi_index: Option<String>,
    /// `--npm-registry`: instead of npm's configured registry and those of scopes.
    pub npm_registry: Option<String>,
    /// `pypi-index` of chub-lint.toml, used when the flag is not. It is part of the tree that is checked, so it must
    /// hold no credentials.
    pub config_pypi_index: Option<String>,
    /// `npm-registry` of chub-lint.toml, with the same limits.
    pub config_npm_registry: Option<String>,
    /// Use only the cache, whatever the age of its entries. No socket is opened and no runtime is started.
    pub offline: bool,
    /// Query the registries even for packages in the cache.
    pub refresh: bool,
    /// The time limit for all look-ups of this index together.
    pub network_timeout: Duration,
    /// The cache folder, instead of `CHUB_LINT_CACHE_DIR` and the platform's.
    pub cache_dir: Option<PathBuf>,
    /// The variables, home and working folder that settings are read from.
    pub environment: Environment,
    /// Whether settings files of the project are read, such as its `.npmrc`. They are part of the tree that is checked,
    /// so they may only name registries.
    pub project_settings: bool,
    /// npm: fetch the upload dates of packages with a requested version that is not the newest. This needs the full
    /// packument instead of the abbreviated one.
    pub dates: bool,
    /// npm: check whether the newest version is deprecated, even when nothing else needs a second request.
    pub deprecation: bool,
    /// Called while the network is used, for a progress bar.
    pub progress: Option<Progress>,
}

impl ClientOptions {
    /// The default time limit: enough for a hub with thousands of packages.
    pub const NETWORK_TIMEOUT: Duration = Duration::from_secs(120);
}

impl Default for ClientOptions {
    /// Default settings, and an empty environment.
    fn default() -> Self {
        Self {
            pypi_index: None,
            npm_registry: None,
            config_pypi_index: None,
            config_npm_registry: None,
            offline: false,
            refresh: false,
            network_timeout: Self::NETWORK_TIMEOUT,
            cache_dir: None,
            environment: Environment::default(),
            project_settings: true,
            dates: true,
            deprecation: false,
            progress: None,
        }
    }
}

/// PyPI and npm, with a cache.
pub struct RegistryClient {
    pub(super) options: ClientOptions,
    pub(super) pypi: PyPiSettings,
    pub(super) npm: NpmSettings,
    pub(super) pypi_certificates: Vec<CertificateDer<'static>>,
    pub(super) npm_certificates: Vec<CertificateDer<'static>>,
    pub(super) proxies: Proxies,
    pub(super) cache: Cache,
    spent: Mutex<Duration>,
    /// The approximate memory of the answers in bytes.
    kept: AtomicUsize,
}

impl RegistryClient {
    /// Read the settings. No request is made.
    ///
    /// # Errors
    /// When an address, a settings file or a file of certificates cannot be used. No message holds a credential.
    pub fn new(options: ClientOptions) -> Result<Self, RegistrySettingsError> {
        let env = &options.environment;
        let project = options.project_settings;
        let instead = RegistryOverride {
            flag: options.pypi_index.as_deref(),
            config: options.config_pypi_index.as_deref(),
        };
        let pypi = PyPiSettings::read(env, instead, project)?;
        let instead = RegistryOverride {
            flag: options.npm_registry.as_deref(),
            config: options.config_npm_registry.as_deref(),
        };
        let npm = NpmSettings::read(env, instead, project)?;
        let certificates = |bundles| match options.offline {
            true => Ok(Vec::new()),
            false => tls::certificates(env, bundles),
        };
        let cache = Cache::open(options.cache_dir.as_deref(), env)?;
        match cache.dir() {
            Some(folder) => log::debug!("cache {}", folder.display()),
            None => log::debug!("no cache (there is no folder for it)"),
        }
        if options.offline {
            log::debug!("no requests (--offline, or `offline` in the config)");
        }
        Ok(Self {
            pypi_certificates: certificates(&pypi.bundles)?,
            npm_certificates: certificates(&npm.bundles)?,
            proxies: Proxies::read(env)?,
            cache,
            pypi,
            npm,
            options,
            spent: Mutex::default(),
            kept: AtomicUsize::new(0),
        })
    }

    /// The registries that are queried about a package, in order, without credentials.
    #[must_use]
    pub fn addresses(&self, package: &Package) -> Vec<&str> {
        self.registries(package).iter().map(Url::as_str).collect()
    }

    pub(super) fn registries(&self, package: &Package) -> &[Url] {
        match package.ecosystem() {
            Ecosystem::PyPi => &self.pypi.indexes,
            Ecosystem::Npm => std::slice::from_ref(self.npm.registry_of(package)),
        }
    }

    pub(super) fn wanted<'a>(&self, question: &'a LookupRequest) -> NpmRequest<'a> {
        NpmRequest {
            versions: &question.versions,
            dates: self.options.dates,
            deprecation: self.options.deprecation,
        }
    }

    /// Keep an answer, unless the answers of this run are too large together.
    pub(super) fn limit_total(&self, release: Release) -> Release {
        let Release::Published(published) = &release else {
            return release;
        };
        let size = size::memory_size(published);
        if self.kept.fetch_add(size, Ordering::Relaxed) + size > size::MAX_TOTAL_BYTES {
            self.kept.fetch_sub(size, Ordering::Relaxed);
            return Release::Unknown(UnknownReason::TooLarge);
        }
        release
    }

    /// Whether an entry alone answers a question.
    pub(super) fn answers(&self, question: &LookupRequest, entry: &CacheEntry) -> bool {
        question.package.ecosystem() == Ecosystem::PyPi || self.wanted(question).is_satisfied_by(entry)
    }

    /// The answer of the cache. It must have an entry of every registry up to the one that has the package, each with
    /// enough detail and, unless `any_age`, fresh.
    fn cached(&self, question: &LookupRequest, now: u64, any_age: bool) -> Option<(Release, ReleaseOrigin)> {
        let mut oldest = 0;
        for registry in self.registries(&question.package) {
            let package = &question.package;
            let Some(entry) = self.cache.load(package, registry.as_str()) else {
                log::debug!("cache: {package} is not in it");
                return None;
            };
            let age = now.saturating_sub(entry.asked);
            let is_fresh = entry.is_fresh(now, question);
            let is_usable = any_age || (is_fresh && self.answers(question, &entry));
            if !is_usable {
                let why = if is_fresh { "not detailed enough" } else { "stale" };
                log::debug!("cache: {package} is {} old, {why}", Age(age));
                return None;
            }
            log::debug!("cache: {package} is {} old, used", Age(age));
            oldest = age.max(oldest);
            if entry.published.is_some() {
                return Some((entry.into_release(), ReleaseOrigin::Cache { age: oldest }));
            }
        }
        Some((Release::Missing, ReleaseOrigin::Cache { age: oldest }))
    }
}

impl PackageIndex for RegistryClient {
    fn look_up(&self, questions: &[LookupRequest]) -> Releases {
        let mut releases = Releases::default();
        let now = cache::now();
        let mut open = Vec::new();
        let questions = merge(questions);
        let refreshed = self.options.refresh && !self.options.offline;
        let nothing = refreshed || self.cache.is_absent();
        if nothing {
            let why = if refreshed {
                "--refresh"
            } else {
                "there is none, or others may write to it"
            };
            log::debug!("cache: not used ({why}), packages: {}", questions.len());
        }
        // In chunks, so that memory stays bounded.
        for questions in questions.chunks(BATCH_SIZE) {
            let cached: Vec<_> = questions
                .par_iter()
                .map(|question| match nothing {
                    true => None,
                    false => self.cached(question, now, self.options.offline),
                })
                .collect();
            for (question, cached) in questions.iter().zip(cached) {
                let package = question.package.clone();
                match cached {
                    Some((release, origin)) => releases.insert(package, self.limit_total(release), origin),
                    None if self.options.offline => {
                        releases.insert(
                            package,
                            Release::Unknown(UnknownReason::Offline),
                            ReleaseOrigin::Registry,
                        );
                    }
                    None => open.push(question.clone()),
                }
            }
        }
        if !open.is_empty() {
            let mut spent = self
                .spent
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            let left = self.options.network_timeout.saturating_sub(*spent);
            *spent += fetch::run(self, open, now, left, &mut releases);
        }
        releases
    }
}

/// Seconds, for people.
struct Age(u64);

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            seconds @ ..120 => write!(f, "{seconds} s"),
            seconds @ ..7_200 => write!(f, "{} min", seconds / 60),
            seconds @ ..172_800 => write!(f, "{} h", seconds / 3_600),
            seconds => write!(f, "{} days", seconds / 86_400),
        }
    }
}

/// One question per package.
fn merge(questions: &[LookupRequest]) -> Vec<LookupRequest> {
    let mut merged: BTreeMap<&Package, BTreeSet<&String>> = BTreeMap::new();
    for question in questions {
        merged
            .entry(&question.package)
            .or_default()
            .extend(&question.versions);
    }
    merged
        .into_iter()
        .map(|(package, versions)| LookupRequest {
            package: package.clone(),
            versions: versions.into_iter().cloned().collect(),
        })
        .collect()
}
