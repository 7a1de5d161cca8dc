//! The index of normal runs: the cache first, then PyPI and npm with the settings of pip, uv and npm.

use super::cache::{Cache, CacheEntry};
use super::environment::Environment;
use super::error::RegistrySettingsError;
use super::listed_file::ListedFile;
use super::npm::NpmRequest;
use super::outages::Outages;
use super::settings::{NpmSettings, PyPiSettings, RegistryOverride};
use super::tls::{self, Proxies};
use super::worker::{Traffic, Worker, WorkerSettings};
use super::{LookupRequest, PackageLookup, UnknownReason, size};
use crate::package::patterns::PackagePatterns;
use crate::package::public::is_public_host;
use crate::package::{Ecosystem, Package};
use reqwest::Url;
use rustls::pki_types::CertificateDer;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

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
    /// Packages that no public registry is asked about.
    pub private: PackagePatterns,
    /// Whether the work under review changed the `.npmrc` of the project, so that it must not learn private names.
    pub npmrc_under_review: bool,
    /// Use only the cache, whatever the age of its entries. No socket is opened and no runtime is started.
    pub offline: bool,
    /// Query the registries even for packages in the cache.
    pub refresh: bool,
    /// The time limit for all look-ups of this index together.
    pub network_timeout: Duration,
    /// How long a server may send nothing before a request ends. It is not repeated, and when the server sends nothing
    /// to any request, it is given up.
    pub silence_timeout: Duration,
    /// Hosts that this and earlier look-ups gave up.
    pub outages: Outages,
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
    /// The maximum size of an archive in bytes, compressed.
    pub max_archive_bytes: u64,
    /// Called while the network is used, for a progress bar.
    pub progress: Option<Progress>,
}

impl ClientOptions {
    /// The default time limit: enough for a hub with thousands of packages.
    pub const NETWORK_TIMEOUT: Duration = Duration::from_secs(120);
    /// The default maximum size of an archive. Of 133 releases that documents cover, two were larger.
    pub const DEFAULT_MAX_ARCHIVE_BYTES: u64 = 25 << 20;
    /// The default limit of silence: a server that hangs costs less than ten seconds.
    pub const SILENCE_TIMEOUT: Duration = Duration::from_secs(8);
}

impl Default for ClientOptions {
    /// Default settings, and an empty environment.
    fn default() -> Self {
        Self {
            pypi_index: None,
            npm_registry: None,
            config_pypi_index: None,
            config_npm_registry: None,
            private: PackagePatterns::default(),
            npmrc_under_review: false,
            offline: false,
            refresh: false,
            network_timeout: Self::NETWORK_TIMEOUT,
            silence_timeout: Self::SILENCE_TIMEOUT,
            outages: Outages::default(),
            cache_dir: None,
            environment: Environment::default(),
            project_settings: true,
            dates: true,
            deprecation: false,
            max_archive_bytes: Self::DEFAULT_MAX_ARCHIVE_BYTES,
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
    /// The time that look-ups took so far, those of archives included.
    pub(super) spent: Arc<Mutex<Duration>>,
    /// The memory that open archives hold.
    pub(super) archive_memory: Arc<AtomicUsize>,
    /// The files of releases by package and version, each with the registry that lists it.
    pub(super) archive_files: Mutex<BTreeMap<(Package, String), (Url, ListedFile)>>,
    worker: OnceLock<Result<Arc<Worker>, UnknownReason>>,
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
            spent: Arc::default(),
            archive_memory: Arc::default(),
            archive_files: Mutex::default(),
            worker: OnceLock::new(),
            kept: AtomicUsize::new(0),
        })
    }

    /// The registries that are queried about a package, in order, without credentials.
    #[must_use]
    pub fn addresses(&self, package: &Package) -> Vec<&str> {
        let registries = self.registries(package).into_iter();
        registries.map(Url::as_str).collect()
    }

    /// The registries that may be asked about a package, in order. For a private package, these are not the public
    /// ones, and there may be none.
    pub(super) fn registries(&self, package: &Package) -> Vec<&Url> {
        let configured = match package.ecosystem() {
            Ecosystem::PyPi => self.pypi.indexes.as_slice(),
            Ecosystem::Npm => std::slice::from_ref(self.npm.registry_of(package)),
        };
        let private = self.options.private.matches_or_tells(package);
        let chosen_by_change = package.ecosystem() == Ecosystem::Npm
            && self.options.npmrc_under_review
            && self.options.npm_registry.is_none();
        if private && chosen_by_change {
            return Vec::new();
        }
        let may_know = |url: &&Url| !(private && url.host_str().is_none_or(is_public_host));
        configured.iter().filter(may_know).collect()
    }

    /// The thread that gets archives. It is started by the first call, and ends with the last archive and this client.
    ///
    /// # Errors
    /// When there can be no thread, or no client.
    pub(super) fn worker(&self) -> Result<&Arc<Worker>, UnknownReason> {
        let start = || {
            let settings = WorkerSettings {
                pypi: self.pypi.credentials.clone(),
                npm: self.npm.credentials.clone(),
                pypi_certificates: self.pypi_certificates.clone(),
                npm_certificates: self.npm_certificates.clone(),
                proxies: self.proxies.clone(),
                budget: self.options.network_timeout,
                silence: self.options.silence_timeout,
                outages: self.options.outages.clone(),
                spent: Arc::clone(&self.spent),
            };
            Worker::start(settings).map(Arc::new)
        };
        self.worker.get_or_init(start).as_ref().map_err(Clone::clone)
    }

    /// The requests and received bytes of archives so far, with those for the documents that name them.
    #[must_use]
    pub fn archive_traffic(&self) -> Traffic {
        match self.worker.get() {
            Some(Ok(worker)) => worker.traffic(),
            _ => Traffic::default(),
        }
    }

    pub(super) fn wanted<'a>(&self, question: &'a LookupRequest) -> NpmRequest<'a> {
        NpmRequest {
            versions: &question.versions,
            dates: self.options.dates,
            // Only of a package that an entry covers: a version is asked for then.
            deprecation: self.options.deprecation && !question.versions.is_empty(),
        }
    }

    /// Keep an answer, unless the answers of this run are too large together.
    pub(super) fn limit_total(&self, release: PackageLookup) -> PackageLookup {
        let PackageLookup::Published(published) = &release else {
            return release;
        };
        let size = size::memory_size(published);
        if self.kept.fetch_add(size, Ordering::Relaxed) + size > size::MAX_TOTAL_BYTES {
            self.kept.fetch_sub(size, Ordering::Relaxed);
            return PackageLookup::Unknown(UnknownReason::TooLarge);
        }
        release
    }

    /// Whether an entry alone answers a question.
    pub(super) fn answers(&self, question: &LookupRequest, entry: &CacheEntry) -> bool {
        question.package.ecosystem() == Ecosystem::PyPi || self.wanted(question).is_satisfied_by(entry)
    }
}
