//! Data about the published versions of packages. Rules use this module, and neither the client nor the cache.

mod archive;
mod byte_range;
mod cache;
mod checksum;
mod client;
mod credentials;
mod environment;
mod error;
mod fetch;
mod host;
mod html;
mod hub_address;
mod hub_error;
mod hub_files;
mod hub_manifest;
mod hub_store;
mod listed_file;
mod lock;
mod locked_tables;
mod logged;
mod look_up;
mod npm;
mod npmrc;
mod outages;
mod packument;
mod pip;
mod project_status;
mod pypi;
mod registries;
pub mod reply;
mod rotation;
mod settings;
mod size;
mod store;
mod tls;
mod worker;

pub use archive::{Archive, ArchiveError, ArchiveRequest, MAX_LOCAL_ARCHIVE_BYTES};
pub use cache::{Cache, CleanSummary};
pub use environment::Environment;
pub use error::RegistrySettingsError;
pub use hub_address::{hub_path, parse_hub_address};
pub use hub_error::HubFileError;
pub use hub_files::{HubFiles, HubFilesOptions, HubPage, HubRegistry, Refresh};
pub use hub_store::CachedHub;
pub use lock::{LockError, LockIndex};
pub use locked_tables::LockedTables;
pub use outages::Outages;
pub use project_status::{ProjectState, ProjectStatus};
pub use registries::{ClientOptions, Progress, RegistryClient};
pub use worker::Traffic;

use crate::package::{Ecosystem, Package, version};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// What is known about one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackageLookup {
    /// The registry has it.
    Published(PublishedPackage),
    /// The registry does not have the package.
    Missing,
    /// Nothing is known. It is not a finding; it is counted and shown as "not checked".
    Unknown(UnknownReason),
}

/// A package that exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublishedPackage {
    /// The newest version as the registry defines it: `latest` of npm, or the highest final release on PyPI that is not
    /// yanked. `None` when no version can be installed.
    pub newest: Option<String>,
    /// The upload date of the newest version, if the registry has it.
    pub newest_date: Option<jiff::civil::Date>,
    /// The requested versions, and others that the registry sent.
    pub versions: Vec<PublishedVersion>,
    /// Whether `versions` is the complete list, so that a version that is not in it was never published.
    pub complete: bool,
    /// The other dist-tags of npm, by name.
    pub dist_tags: BTreeMap<String, String>,
    /// npm: the deprecation message for the newest version.
    pub deprecated: Option<String>,
    /// PyPI: the status of the project, unless it is active (PEP 792).
    pub status: Option<ProjectStatus>,
    /// The size of the newest version in bytes, if the registry has it and the package has at most [`FEW_VERSIONS`]: the
    /// largest file on PyPI (PEP 700), the unpacked files on npm.
    pub size: Option<u64>,
}

/// How many versions a package may have for its size to be kept. A package with more is not a placeholder.
pub const FEW_VERSIONS: usize = 3;

impl PublishedPackage {
    /// A version in the list, in any equivalent spelling. A local version of PEP 440, such as `2.6.0+cu118` from another
    /// index, is a build of the public one.
    #[must_use]
    pub fn find(&self, ecosystem: Ecosystem, version: &str) -> Option<&PublishedVersion> {
        // Most are spelled the same, and parsing every version of a package takes a thousand times longer.
        self.versions
            .iter()
            .find(|listed| listed.version == version)
            .or_else(|| {
                let wanted = version::Version::parse(ecosystem, version)?;
                let find = |wanted: &version::Version| {
                    let mut listed = self.versions.iter();
                    listed.find(|listed| wanted.is_written(&listed.version))
                };
                let is_local = version.contains('+') && ecosystem == Ecosystem::PyPi;
                find(&wanted).or_else(|| find(&wanted.without_local()).filter(|_| is_local))
            })
    }
}

/// One published version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublishedVersion {
    /// As the registry writes it.
    pub version: String,
    /// The upload date.
    pub date: Option<jiff::civil::Date>,
    /// PyPI: the reason, when every file is yanked (PEP 592). It may be empty.
    pub yanked: Option<String>,
    /// npm: the deprecation message of this version.
    pub deprecated: Option<String>,
}

/// Why nothing is known about a package. The texts of servers in it are untrusted: escape it before it is printed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum UnknownReason {
    /// With `--offline`, and not in the cache.
    #[error("offline, and not in the cache")]
    Offline,
    /// The registry did not answer in time.
    #[error("the registry did not answer in time")]
    Timeout,
    /// The total time budget was used up first.
    #[error("the time limit for look-ups was reached")]
    Budget,
    /// The connection failed or was interrupted.
    #[error("no connection: {0}")]
    Connection(String),
    /// The registry answered with a status that does not show whether the package exists.
    #[error("the registry answered {0}")]
    Status(u16),
    /// The reply does not follow the protocol.
    #[error("the reply could not be read: {0}")]
    Reply(String),
    /// The reply was larger than the limit.
    #[error("the reply was too large")]
    TooLarge,
    /// No public registry may be asked about it, and no other is configured for it.
    #[error("private, and no private registry is configured for it")]
    Private,
    /// It is not in the lock file.
    #[error("not in the lock file")]
    NotLocked,
}

/// Where the data of a package is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReleaseOrigin {
    /// A registry that was queried in this run.
    Registry,
    /// The cache.
    Cache {
        /// The age in seconds.
        age: u64,
    },
    /// The cache, because the registry did not give an answer that can be used.
    Fallback {
        /// The age in seconds.
        age: u64,
        /// What is wrong with the registry.
        reason: UnknownReason,
    },
    /// A lock file.
    Lock,
}

impl ReleaseOrigin {
    /// Why there is no newer data, with the age of the data that was used instead.
    #[must_use]
    pub fn fallback(&self) -> Option<String> {
        match self {
            Self::Fallback { age, reason } => {
                Some(format!("{reason}; used the reply of {} ago", look_up::Age(*age)))
            }
            Self::Registry | Self::Cache { .. } | Self::Lock => None,
        }
    }
}

/// All data, by package.
#[derive(Clone, Debug, Default)]
pub struct PackageLookups {
    known: HashMap<Package, (PackageLookup, ReleaseOrigin)>,
}

impl PackageLookups {
    /// Store the data of a package.
    pub fn insert(&mut self, package: Package, release: PackageLookup, origin: ReleaseOrigin) {
        self.known.insert(package, (release, origin));
    }

    /// The data of a package; `None` without a look-up.
    #[must_use]
    pub fn get(&self, package: &Package) -> Option<&PackageLookup> {
        self.known.get(package).map(|(release, _)| release)
    }

    /// Whether the data of a package is as good as a run wants it: not unknown, and not older because a registry did not
    /// answer.
    #[must_use]
    pub fn is_current(&self, package: &Package) -> bool {
        match self.known.get(package) {
            None | Some((PackageLookup::Unknown(_), _) | (_, ReleaseOrigin::Fallback { .. })) => false,
            Some(_) => true,
        }
    }

    /// Every package, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Package, &PackageLookup, &ReleaseOrigin)> {
        let all = self.known.iter();
        let mut all: Vec<_> = all
            .map(|(package, (release, origin))| (package, release, origin))
            .collect();
        all.sort_unstable_by_key(|(package, ..)| *package);
        all.into_iter()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}

/// Looks up packages. All access to the network goes through this trait. It takes many questions at once, so that an
/// implementation can send requests concurrently.
pub trait PackageIndex: Send + Sync {
    /// Look up each package. The answer holds every package, unknown ones as `Unknown`.
    fn look_up(&self, questions: &[LookupRequest]) -> PackageLookups;

    /// Get the archives of releases, in the order of the questions.
    fn archives(&self, requests: &[ArchiveRequest]) -> Vec<Result<Archive, ArchiveError>> {
        let reason = ArchiveError::from(UnknownReason::NotLocked);
        requests.iter().map(|_| Err(reason.clone())).collect()
    }

    /// The sizes of archives in bytes, before they are downloaded: an upper limit; `None` where it is not known. Empty
    /// when nothing can be downloaded.
    fn archive_sizes(&self, _requests: &[ArchiveRequest]) -> Vec<Option<u64>> {
        Vec::new()
    }

    /// When the symbols of entries of a hub were last checked, by path inside the hub: seconds since 1970.
    fn checked_dates(&self, _hub: &Path) -> BTreeMap<String, u64> {
        BTreeMap::new()
    }

    /// Record that the symbols of some entries were checked now. Entries that are no longer there are forgotten.
    fn store_checked_dates(
        &self,
        _hub: &Path,
        _checked: &[CheckedEntry<'_>],
        _is_there: &dyn Fn(&str) -> bool,
    ) {
    }

    /// The table of symbols of a release that was stored before, by a reader of this version.
    fn table(&self, _request: &ArchiveRequest, _reader: u32) -> Option<Vec<u8>> {
        None
    }

    /// Store the table of symbols of a release.
    fn store_table(&self, _request: &ArchiveRequest, _reader: u32, _table: &[u8]) {}
}

/// An entry whose symbols were checked in this run.
#[derive(Clone, Copy, Debug)]
pub struct CheckedEntry<'a> {
    /// Its path inside the hub.
    pub path: &'a str,
    /// Whether a release could be read.
    pub is_read: bool,
}

/// What a run asks about a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LookupRequest {
    /// The package.
    pub package: Package,
    /// Versions whose existence is checked. When one differs from the newest, the npm client requests the whole
    /// packument.
    pub versions: Vec<String>,
}
