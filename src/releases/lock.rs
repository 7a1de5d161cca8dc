//! A lock file: what the registries said, for runs that must not depend on the day (`--lock`, `--locked`).

use super::cache::write;
use super::environment::Environment;
use super::error::RegistrySettingsError;
use super::store::StoredRelease;
use super::{LookupRequest, PackageIndex, Published, Release, ReleaseOrigin, Releases, UnknownReason, size};
use crate::error::ModuleError;
use crate::package::Package;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::io;
use std::path::Path;

/// Raised when the form of the file changes.
const SCHEMA: u64 = 1;
/// A larger file is neither written nor read.
const FILE_LIMIT: u64 = 128 << 20;

/// A lock file in memory: an index that knows what it holds and never asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockIndex {
    /// `None`: the registry said that there is no such package.
    packages: BTreeMap<Package, Option<Published>>,
}

/// Why a lock file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] RegistrySettingsError),
    /// There is none.
    #[error("there is no lock file {0}; write one with `chub-lint packages --lock {0}`")]
    Absent(String),
    /// It is not JSON of this form.
    #[error("{path} is not a lock file: {why}; write it again with `chub-lint packages --lock {path}`")]
    Syntax {
        /// The file.
        path: String,
        /// What is wrong, with line and column.
        why: String,
    },
    /// It is of another version of chub-lint.
    #[error("{0} has schema {1}; this version reads schema {SCHEMA}")]
    Schema(String, u64),
}

impl ModuleError for LockError {}

#[derive(Deserialize)]
struct LockFile {
    schema: u64,
    packages: LockedReleases,
}

/// The facts by package, each made of what is stored as soon as it is read: a lock file comes with the project.
struct LockedReleases(BTreeMap<Package, Option<Published>>);

impl<'de> Deserialize<'de> for LockedReleases {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_map(LockedReleasesVisitor)
    }
}

struct LockedReleasesVisitor;

impl<'de> Visitor<'de> for LockedReleasesVisitor {
    type Value = LockedReleases;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("packages")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LockedReleases, A::Error> {
        let mut facts = BTreeMap::new();
        let mut size = 0;
        while let Some(name) = map.next_key::<String>()? {
            let package = Package::parse(&name).map_err(A::Error::custom)?;
            let published = map.next_value::<Option<StoredRelease>>()?.map(Published::from);
            size += published.as_ref().map_or(0, size::memory_size);
            if size > size::MAX_TOTAL_BYTES {
                return Err(A::Error::custom(TOO_MANY));
            }
            facts.insert(package, published);
        }
        Ok(LockedReleases(facts))
    }
}

/// Why a lock file is refused, on both ways.
const TOO_MANY: &str = "it contains more than one run can use";

impl LockIndex {
    /// Keep what registries said. What is unknown is left out: the second value counts it.
    #[must_use]
    pub fn from_releases(releases: &Releases) -> (Self, usize) {
        let mut lock = Self::default();
        let mut unknown = 0;
        for (package, release, _) in releases.iter() {
            match release {
                Release::Published(published) => {
                    lock.packages.insert(package.clone(), Some(published.clone()));
                }
                Release::Missing => {
                    lock.packages.insert(package.clone(), None);
                }
                Release::Unknown(_) => unknown += 1,
            }
        }
        (lock, unknown)
    }

    /// The file's text: sorted, one package a line, the same bytes for the same facts.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = format!("{{\n\"schema\": {SCHEMA},\n\"packages\": {{");
        for (at, (package, published)) in self.packages.iter().enumerate() {
            let stored = published.as_ref().map(StoredRelease::from);
            // Strings, lists and maps of strings: serde_json cannot fail on them, and `null` would still be read.
            let json = serde_json::to_string(&stored).unwrap_or_else(|_| "null".to_owned());
            let comma = if at == 0 { "" } else { "," };
            // A package's name has no character that JSON escapes.
            let _ = write!(out, "{comma}\n\"{package}\": {json}");
        }
        out.push_str("\n}\n}\n");
        out
    }

    /// Write the file aside, then rename it into place.
    ///
    /// # Errors
    /// When the folder cannot be written, or the file would be larger than what [`LockIndex::read`] takes.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let json = self.to_json();
        let size: usize = self.packages.values().flatten().map(size::memory_size).sum();
        if json.len() as u64 > FILE_LIMIT || size > size::MAX_TOTAL_BYTES {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, TOO_MANY));
        }
        write(path, json.as_bytes())
    }

    /// Read a file.
    ///
    /// # Errors
    /// When it is absent, unreadable, of another form or version.
    pub fn read(environment: &Environment, path: &Path) -> Result<Self, LockError> {
        let name = path.display().to_string();
        let text = environment
            .read_up_to(path, FILE_LIMIT)?
            .ok_or_else(|| LockError::Absent(name.clone()))?;
        let syntax = |why: String| LockError::Syntax {
            path: name.clone(),
            why,
        };
        let form: LockFile = serde_json::from_slice(&text).map_err(|error| syntax(error.to_string()))?;
        if form.schema != SCHEMA {
            return Err(LockError::Schema(name, form.schema));
        }
        Ok(Self {
            packages: form.packages.0,
        })
    }
}

impl PackageIndex for LockIndex {
    fn look_up(&self, questions: &[LookupRequest]) -> Releases {
        let mut releases = Releases::default();
        for LookupRequest { package, .. } in questions {
            let release = match self.packages.get(package) {
                Some(Some(published)) => Release::Published(published.clone()),
                Some(None) => Release::Missing,
                None => Release::Unknown(UnknownReason::NotLocked),
            };
            releases.insert(package.clone(), release, ReleaseOrigin::Lock);
        }
        releases
    }
}
