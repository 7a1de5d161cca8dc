//! The lock file: registry data for reproducible runs (`--lock`, `--locked`).

use super::cache::write;
use super::environment::Environment;
use super::error::RegistrySettingsError;
use super::locked_tables::LockedTables;
use super::store::StoredRelease;
use super::{
    ArchiveRequest, LookupRequest, PackageIndex, PackageLookup, PackageLookups, PublishedPackage,
    ReleaseOrigin, UnknownReason, size,
};
use crate::error::ModuleError;
use crate::package::Package;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::io;
use std::path::Path;

/// Raised when the file format changes.
const SCHEMA: u64 = 1;
/// A larger file is neither written nor read.
const FILE_LIMIT: u64 = 128 << 20;

/// A lock file in memory: an index that makes no requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockIndex {
    /// `None` when the registry does not have the package.
    packages: BTreeMap<Package, Option<PublishedPackage>>,
    /// The tables of symbols of releases.
    tables: Option<LockedTables>,
}

/// Why a lock file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] RegistrySettingsError),
    /// It does not exist.
    #[error("there is no lock file {0}; write one with `chub-lint packages --lock {0}`")]
    Absent(String),
    /// It is not JSON of this format.
    #[error("{path} is not a lock file: {why}; write it again with `chub-lint packages --lock {path}`")]
    Syntax {
        /// The file.
        path: String,
        /// The error, with line and column.
        why: String,
    },
    /// Its schema is of another version of chub-lint.
    #[error("{0} has schema {1}; this version reads schema {SCHEMA}")]
    Schema(String, u64),
}

impl ModuleError for LockError {}

#[derive(Deserialize)]
struct LockFile {
    schema: u64,
    packages: LockedReleases,
}

/// The data by package. Each entry is converted as soon as it is read, because the lock file is part of the project and
/// untrusted.
struct LockedReleases(BTreeMap<Package, Option<PublishedPackage>>);

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
            let published = map
                .next_value::<Option<StoredRelease>>()?
                .map(PublishedPackage::from);
            size += published.as_ref().map_or(0, size::memory_size);
            if size > size::MAX_TOTAL_BYTES {
                return Err(A::Error::custom(TOO_MANY));
            }
            facts.insert(package, published);
        }
        Ok(LockedReleases(facts))
    }
}

/// The error for a lock file that is too large, when reading and when writing.
const TOO_MANY: &str = "it contains more than one run can use";

impl LockIndex {
    /// Make a lock file from registry data. Unknown packages are left out; the second value is their number.
    #[must_use]
    pub fn from_releases(releases: &PackageLookups) -> (Self, usize) {
        let mut lock = Self::default();
        let mut unknown = 0;
        for (package, release, _) in releases.iter() {
            match release {
                PackageLookup::Published(published) => {
                    lock.packages.insert(package.clone(), Some(published.clone()));
                }
                PackageLookup::Missing => {
                    lock.packages.insert(package.clone(), None);
                }
                PackageLookup::Unknown(_) => unknown += 1,
            }
        }
        (lock, unknown)
    }

    /// Use the tables of symbols in a folder.
    #[must_use]
    pub fn with_tables(mut self, tables: LockedTables) -> Self {
        self.tables = Some(tables);
        self
    }

    /// How many packages it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.packages.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packages.is_empty()
    }

    /// The text of the file: sorted, with one package per line. The same data gives the same bytes.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = format!("{{\n\"schema\": {SCHEMA},\n\"packages\": {{");
        for (at, (package, published)) in self.packages.iter().enumerate() {
            let stored = published.as_ref().map(StoredRelease::from);
            // serde_json cannot fail on strings, lists and maps of strings; if it did, `null` could still be read.
            let json = serde_json::to_string(&stored).unwrap_or_else(|_| "null".to_owned());
            let comma = if at == 0 { "" } else { "," };
            // The name of a package has no character that JSON escapes.
            let _ = write!(out, "{comma}\n\"{package}\": {json}");
        }
        out.push_str("\n}\n}\n");
        out
    }

    /// Write to a temporary file, then rename it.
    ///
    /// # Errors
    /// When the folder cannot be written, or the file would be larger than [`LockIndex::read`] accepts.
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
    /// When it is missing, unreadable, or of another format or version.
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
            tables: None,
        })
    }
}

impl PackageIndex for LockIndex {
    fn table(&self, request: &ArchiveRequest, reader: u32) -> Option<Vec<u8>> {
        self.tables.as_ref()?.read(request, reader)
    }

    fn look_up(&self, questions: &[LookupRequest]) -> PackageLookups {
        let mut releases = PackageLookups::default();
        for LookupRequest { package, .. } in questions {
            let release = match self.packages.get(package) {
                Some(Some(published)) => PackageLookup::Published(published.clone()),
                Some(None) => PackageLookup::Missing,
                None => PackageLookup::Unknown(UnknownReason::NotLocked),
            };
            releases.insert(package.clone(), release, ReleaseOrigin::Lock);
        }
        releases
    }
}
