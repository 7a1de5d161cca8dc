//! What is known about the published versions of packages. Data only: rules see this and neither client nor cache.

mod cache;
mod client;
mod credentials;
mod environment;
mod error;
mod fetch;
mod host;
mod html;
mod lock;
mod npm;
mod npmrc;
mod packument;
mod pip;
mod pypi;
mod registries;
pub mod reply;
mod settings;
mod size;
mod store;
mod tls;

pub use cache::{Cache, CleanSummary};
pub use environment::Environment;
pub use error::RegistrySettingsError;
pub use lock::{LockError, LockIndex};
pub use registries::{ClientOptions, Progress, RegistryClient};

use crate::package::{Ecosystem, Package, version};
use std::collections::BTreeMap;

/// What is known about one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Release {
    /// The registry has it.
    Published(Published),
    /// The registry says that there is no such package.
    Missing,
    /// Unknown: never a finding and never a silent pass, but counted and shown as "not checked".
    Unknown(UnknownReason),
}

/// A package that exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// The newest version by the registry's own rule: npm's `latest`, PyPI's highest final release that is not
    /// yanked. `None` when there is none to install.
    pub newest: Option<String>,
    /// The day the newest was uploaded, when the registry says.
    pub newest_date: Option<jiff::civil::Date>,
    /// Every version that was asked for or came along.
    pub versions: Vec<PublishedVersion>,
    /// Whether `versions` is the whole list, so that absence means "never published".
    pub complete: bool,
    /// npm's other dist-tags, by name.
    pub dist_tags: BTreeMap<String, String>,
    /// The registry's deprecation message for the newest version.
    pub deprecated: Option<String>,
}

impl Published {
    /// A version in the list, however it is written there.
    #[must_use]
    pub fn find(&self, ecosystem: Ecosystem, version: &str) -> Option<&PublishedVersion> {
        // Most are written alike, and reading every version of a package takes a thousand times longer.
        self.versions
            .iter()
            .find(|listed| listed.version == version)
            .or_else(|| {
                let wanted = version::Version::parse(ecosystem, version)?;
                self.versions
                    .iter()
                    .find(|listed| wanted.is_written(&listed.version))
            })
    }
}

/// One published version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublishedVersion {
    /// As the registry writes it.
    pub version: String,
    /// The day it was uploaded.
    pub date: Option<jiff::civil::Date>,
    /// PyPI: every file of it is yanked (PEP 592). Some registries say why.
    pub yanked: Option<String>,
    /// npm: its own deprecation message.
    pub deprecated: Option<String>,
}

/// Why nothing is known about a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnknownReason {
    /// `--offline`, and the cache has nothing.
    Offline,
    /// The registry did not answer in time.
    Timeout,
    /// The total time budget was used up before its turn came.
    Budget,
    /// The connection could not be made or broke.
    Connection(String),
    /// The registry answered with a status that does not tell whether the package exists.
    Status(u16),
    /// The reply was not what the protocol promises.
    Reply(String),
    /// The reply was larger than the limit.
    TooLarge,
    /// A lock file was given and does not have it.
    NotLocked,
}

/// Where the knowledge about a package came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseOrigin {
    /// Asked in this run.
    Registry,
    /// From the cache; how old, in seconds.
    Cache {
        /// Seconds since the registry said so.
        age: u64,
    },
    /// From a lock file.
    Lock,
}

/// Everything known, by package.
#[derive(Clone, Debug, Default)]
pub struct Releases {
    known: BTreeMap<Package, (Release, ReleaseOrigin)>,
}

impl Releases {
    /// Remember what is known about a package.
    pub fn insert(&mut self, package: Package, release: Release, origin: ReleaseOrigin) {
        self.known.insert(package, (release, origin));
    }

    /// What is known about a package; `None` without a look-up.
    #[must_use]
    pub fn get(&self, package: &Package) -> Option<&Release> {
        self.known.get(package).map(|(release, _)| release)
    }

    /// Every package, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Package, &Release, ReleaseOrigin)> {
        self.known
            .iter()
            .map(|(package, (release, origin))| (package, release, *origin))
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}

/// The only door to the network. Batch, so that an implementation may overlap its requests.
pub trait PackageIndex {
    /// Find out about each package. Every package asked for is in the answer, if only as `Unknown`.
    fn look_up(&self, questions: &[LookupRequest]) -> Releases;
}

/// What one run wants to know about a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LookupRequest {
    /// The package.
    pub package: Package,
    /// Versions whose existence matters: with one that differs from the newest, an npm client asks for the whole
    /// packument.
    pub versions: Vec<String>,
}
