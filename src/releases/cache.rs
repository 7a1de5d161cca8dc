//! The cache: of registry replies one small JSON file per package and registry, and the files of hubs.
//!
//! Files are written to a temporary file and renamed, so parallel runs see complete files only. Errors are never
//! stored. If a file cannot be read or written, the registry is queried again; this is never an error.
//!
//! The content of a cache is trusted, so it must not come from others: a folder inside the checkout is refused, and a
//! folder or file that is a link, or that another user owns or may write, is treated as absent.
#![expect(
    clippy::disallowed_methods,
    reason = "the one place of this module that keeps files, and that asks how old they are"
)]

use super::environment::{Environment, SettingsOwner, open_regular};
use super::error::RegistrySettingsError;
use super::rotation;
use super::store::StoredRelease;
use super::{LookupRequest, PackageLookup, PublishedPackage};
use crate::package::{Package, version};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Raised when the file format changes. Older folders are kept until `clean`.
const FOLDER: &str = "releases-v3";
/// How the names of folders begin that this and other versions keep: those of releases, and those of hubs.
const PREFIXES: [&str; 2] = ["releases-v", "hubs-v"];
/// How long an entry is fresh.
const TTL: Duration = Duration::from_secs(12 * 3600);
/// How long "no such package" and "no such version" are fresh. It is shorter, because the next publish makes them
/// wrong.
const NEGATIVE_TTL: Duration = Duration::from_secs(3600);
/// A larger file is neither written nor read.
const FILE_LIMIT: u64 = 8 << 20;

/// How much of a package's npm document an entry holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum NpmDetail {
    /// Dist-tags alone; for PyPI, where there is one document, everything.
    #[default]
    Tags,
    /// Dist-tags, and the document of the newest version, which has its deprecation message.
    Newest,
    /// The abbreviated packument: versions and deprecations.
    Versions,
    /// The full packument: upload dates too.
    Dates,
}

/// The reply of one registry about one package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CacheEntry {
    /// The time of the reply, in seconds since 1970.
    pub asked: u64,
    /// The ETag of the PyPI page or of npm's dist-tags.
    pub etag: Option<String>,
    /// The ETag of npm's packument.
    pub document_etag: Option<String>,
    /// How much was requested.
    pub detail: NpmDetail,
    /// `None`: there is no such package.
    pub published: Option<PublishedPackage>,
}

impl CacheEntry {
    /// Whether the entry is fresh enough to answer a question without a request.
    pub(crate) fn is_fresh(&self, now: u64, question: &LookupRequest) -> bool {
        self.is_younger(now, TTL) && (self.may_say_no(now) || !self.says_no(question))
    }

    /// Whether it is young enough to show that a package or a version is missing.
    pub(crate) fn may_say_no(&self, now: u64) -> bool {
        self.is_younger(now, NEGATIVE_TTL)
    }

    fn is_younger(&self, now: u64, limit: Duration) -> bool {
        now.checked_sub(self.asked)
            .is_some_and(|age| Duration::from_secs(age) < limit)
    }

    /// Whether it lacks the package, or a requested version.
    pub(crate) fn says_no(&self, question: &LookupRequest) -> bool {
        let Some(published) = &self.published else {
            return true;
        };
        let ecosystem = question.package.ecosystem();
        published.complete
            && question.versions.iter().any(|asked| {
                // A range is not a version, so it cannot be missing.
                published.find(ecosystem, asked).is_none()
                    && version::Version::parse(ecosystem, asked).is_some()
            })
    }

    /// Convert it to the type that the rest of the program uses.
    pub(crate) fn into_release(self) -> PackageLookup {
        self.published
            .map_or(PackageLookup::Missing, PackageLookup::Published)
    }
}

#[derive(Serialize, Deserialize)]
struct CacheFile {
    package: String,
    registry: String,
    asked: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    document_etag: Option<String>,
    detail: NpmDetail,
    published: Option<StoredRelease>,
}

/// The cache folder. When the platform has none, nothing is stored.
#[derive(Clone, Debug)]
pub struct Cache {
    root: Option<PathBuf>,
    /// The user whose files are trusted besides those of root; `None` where owners are not known.
    user: Option<u32>,
}

/// What `clean` removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CleanSummary {
    /// Files removed.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

impl Cache {
    /// The cache as [`Cache::new`] finds it, unless it is inside the checkout. A folder of the platform inside the
    /// checkout is not used; `folder` is the choice of the caller.
    ///
    /// # Errors
    /// When `CHUB_LINT_CACHE_DIR` is inside the checkout of the working folder or the hub.
    pub fn open(folder: Option<&Path>, environment: &Environment) -> Result<Self, RegistrySettingsError> {
        let mut cache = Self::new(folder, environment);
        let Some(root) = cache.root.as_deref().filter(|_| folder.is_none()) else {
            return Ok(cache);
        };
        if environment.var("CHUB_LINT_CACHE_DIR").is_some() {
            if environment.is_in_checkout(root) {
                return Err(RegistrySettingsError::CacheInCheckout {
                    path: root.to_owned(),
                });
            }
        } else if environment.owner_of(root) == SettingsOwner::Project {
            cache.root = None;
        }
        Ok(cache)
    }

    /// The cache in `folder`, or in `CHUB_LINT_CACHE_DIR`, or in the platform's folder for caches.
    #[must_use]
    pub fn new(folder: Option<&Path>, environment: &Environment) -> Self {
        let root = folder
            .map(Path::to_owned)
            .or_else(|| environment.var("CHUB_LINT_CACHE_DIR").map(PathBuf::from))
            .or_else(|| environment.cache_home().map(|folder| folder.join("chub-lint")))
            .map(|folder| environment.cwd().join(folder));
        Self {
            root,
            user: user(environment),
        }
    }

    /// The folder, as `chub-lint cache dir` prints it.
    #[must_use]
    pub fn dir(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// Remove every file of releases and hubs of this and older versions, and nothing else: the user may keep other files in the
    /// folder.
    ///
    /// # Errors
    /// When an existing folder cannot be read or removed.
    pub fn clean(&self) -> io::Result<CleanSummary> {
        let mut cleaned = CleanSummary::default();
        let Some(root) = &self.root else {
            return Ok(cleaned);
        };
        for folder in entries(root)? {
            let is_ours = |name: &str| PREFIXES.iter().any(|prefix| name.starts_with(prefix));
            let ours = folder.file_name().is_some_and(|n| is_ours(&n.to_string_lossy()));
            if !ours || std::fs::symlink_metadata(&folder)?.is_symlink() {
                continue;
            }
            for part in entries(&folder)? {
                let size = size_of(&part)?;
                cleaned.files += size.files;
                cleaned.bytes += size.bytes;
            }
            std::fs::remove_dir_all(&folder)?;
        }
        Ok(cleaned)
    }

    /// Whether the cache folder does not exist, so that no package needs to be looked for.
    pub(crate) fn is_absent(&self) -> bool {
        let folder = self.root.as_ref().map(|root| root.join(FOLDER));
        folder.is_none_or(|folder| !self.is_private(&folder))
    }

    /// Whether a folder exists, is not a link, and is not writable by others.
    fn is_private(&self, folder: &Path) -> bool {
        std::fs::symlink_metadata(folder).is_ok_and(|data| data.is_dir() && is_own(&data, self.user))
    }

    /// Create the folders of a file below that of the cache with access for this user only.
    fn make_folder(&self, file: &Path) -> Option<()> {
        let root = self.root.as_deref()?;
        std::fs::create_dir_all(root).ok()?;
        let below = |folder: &&Path| *folder != root && folder.starts_with(root);
        let mut folders: Vec<&Path> = file.parent()?.ancestors().take_while(below).collect();
        folders.reverse();
        for folder in folders {
            let mut builder = std::fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            // Often it exists. The next line checks whether it can be used.
            let _ = builder.create(folder);
            if !self.is_private(folder) {
                return None;
            }
        }
        Some(())
    }

    /// The content of a file that only this user could have written.
    fn read(&self, path: &Path) -> Option<Vec<u8>> {
        self.read_up_to(path, FILE_LIMIT)
    }

    /// As [`Cache::read`], with another limit in bytes.
    pub(super) fn read_up_to(&self, path: &Path, limit: u64) -> Option<Vec<u8>> {
        if !self.is_private(path.parent()?) {
            return None;
        }
        let file = open_regular(path, false).ok()?;
        if !is_own(&file.metadata().ok()?, self.user) {
            return None;
        }
        // Enough for most files, so that the buffer does not grow step by step.
        let mut bytes = Vec::with_capacity(16 << 10);
        file.take(limit).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Write a file, unless the reader would refuse it. Failures are ignored.
    fn store(&self, path: &Path, bytes: &[u8]) {
        self.store_up_to(path, bytes, FILE_LIMIT);
    }

    /// As [`Cache::store`], with another limit in bytes.
    pub(super) fn store_up_to(&self, path: &Path, bytes: &[u8], limit: u64) {
        if (bytes.len() as u64) < limit && self.make_folder(path).is_some() {
            let _ = write(path, bytes);
        }
    }

    /// The folders of a folder of the cache, sorted, each with its number of files and their bytes. What others could have
    /// written is left out.
    pub(super) fn folders(&self, name: &str) -> Vec<(PathBuf, CleanSummary)> {
        let Some(folder) = self.root.as_ref().map(|root| root.join(name)) else {
            return Vec::new();
        };
        let mut folders = entries(&folder)
            .ok()
            .filter(|_| self.is_private(&folder))
            .unwrap_or_default();
        folders.retain(|folder| self.is_private(folder));
        folders.sort();
        let sized = folders.into_iter().map(|folder| {
            let size = size_of(&folder).unwrap_or_default();
            (folder, size)
        });
        sized.collect()
    }

    /// Remove a folder that [`Cache::folders`] lists.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub(super) fn remove_folder(folder: &Path) -> io::Result<()> {
        std::fs::remove_dir_all(folder)
    }

    /// When the symbols of entries of a hub were last checked, by path inside the hub.
    pub(crate) fn load_dates(&self, hub: &Path) -> BTreeMap<String, u64> {
        let dates = self.dates_file(hub).and_then(|path| self.read(&path));
        dates
            .and_then(|bytes| rotation::parse(&bytes, hub, now()))
            .unwrap_or_default()
    }

    /// Record that some entries of a hub were checked now, and forget those that are no longer there.
    pub(crate) fn save_dates<'a>(
        &self,
        hub: &Path,
        checked: impl Iterator<Item = &'a str>,
        is_there: &dyn Fn(&str) -> bool,
    ) {
        let now = now();
        let mut dates = self.load_dates(hub);
        let before = dates.clone();
        dates.extend(checked.map(|path| (path.to_owned(), now)));
        dates.retain(|path, _| is_there(path));
        if let Some(path) = self.dates_file(hub).filter(|_| dates != before) {
            self.store(&path, &rotation::to_bytes(dates, hub));
        }
    }

    fn dates_file(&self, hub: &Path) -> Option<PathBuf> {
        let hash = Sha256::digest(hub.as_os_str().as_encoded_bytes());
        let name: String = hash.iter().take(10).map(|byte| format!("{byte:02x}")).collect();
        let folder = self.root.as_ref()?.join(FOLDER).join("rotation");
        Some(folder.join(format!("{name}.json")))
    }

    /// The entry of a package and registry, whatever its age.
    pub(crate) fn load(&self, package: &Package, registry: &str) -> Option<CacheEntry> {
        let bytes = self.read(&self.file(package, registry)?)?;
        let file: CacheFile = serde_json::from_slice(&bytes).ok()?;
        // The file name is a hash, so the content decides. A date in the future means that the clock was set back, or a
        // forged entry that would never expire.
        let told = file.package == package.to_string() && file.registry == registry && file.asked <= now();
        told.then(|| CacheEntry {
            asked: file.asked,
            etag: file.etag,
            document_etag: file.document_etag,
            detail: file.detail,
            published: file.published.map(PublishedPackage::from),
        })
    }

    /// Store the reply of a registry. Failures are ignored.
    pub(crate) fn save(&self, package: &Package, registry: &str, entry: &CacheEntry) {
        let file = CacheFile {
            package: package.to_string(),
            registry: registry.to_owned(),
            asked: entry.asked,
            etag: entry.etag.clone(),
            document_etag: entry.document_etag.clone(),
            detail: entry.detail,
            published: entry.published.as_ref().map(StoredRelease::from),
        };
        let Some(path) = self.file(package, registry) else {
            return;
        };
        if let Ok(json) = serde_json::to_vec(&file) {
            self.store(&path, &json);
        }
    }

    /// A table of symbols that was stored under a key.
    pub(crate) fn load_table(&self, package: &Package, key: &str) -> Option<Vec<u8>> {
        let bytes = self.read(&self.file(package, key)?.with_extension("symbols"))?;
        // The file name is a hash, so the content decides.
        let table = bytes.strip_prefix(key.as_bytes())?.strip_prefix(b"\n")?;
        Some(table.to_vec())
    }

    /// Store a table of symbols.
    pub(crate) fn save_table(&self, package: &Package, key: &str, table: &[u8]) {
        let Some(path) = self.file(package, key).map(|path| path.with_extension("symbols")) else {
            return;
        };
        let bytes = [key.as_bytes(), b"\n", table].concat();
        self.store(&path, &bytes);
    }

    fn file(&self, package: &Package, registry: &str) -> Option<PathBuf> {
        let hash = Sha256::digest(format!("{package}\n{registry}"));
        let hash: String = hash.iter().take(10).map(|byte| format!("{byte:02x}")).collect();
        // The readable part is for people. It is short, since file systems limit the length of names.
        let name: String = package
            .name()
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .take(60)
            .collect();
        let folder = self
            .root
            .as_ref()?
            .join(FOLDER)
            .join(package.ecosystem().as_str());
        Some(folder.join(format!("{name}-{hash}.json")))
    }
}

/// The user of this process: on Linux from the process itself, elsewhere the owner of the home folder.
#[cfg(unix)]
fn user(environment: &Environment) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let of = |path: &Path| std::fs::metadata(path).ok().map(|data| data.uid());
    of(Path::new("/proc/self")).or_else(|| of(environment.home()?))
}

#[cfg(not(unix))]
fn user(_: &Environment) -> Option<u32> {
    None
}

/// Whether only the user or root could have written a file, or a file in a folder.
#[cfg(unix)]
fn is_own(data: &Metadata, user: Option<u32>) -> bool {
    use std::os::unix::fs::MetadataExt;
    let owned = data.uid() == 0 || user.is_none_or(|user| data.uid() == user);
    owned && data.mode() & 0o022 == 0
}

#[cfg(not(unix))]
fn is_own(_: &Metadata, _: Option<u32>) -> bool {
    true
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// The number of files of a folder, and their bytes.
fn size_of(folder: &Path) -> io::Result<CleanSummary> {
    let mut size = CleanSummary::default();
    for file in entries(folder)? {
        size.files += 1;
        size.bytes += std::fs::symlink_metadata(&file).map_or(0, |data| data.len());
    }
    Ok(size)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match std::fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect(),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    }
}

/// Write to a temporary file in the same folder, then rename it.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(".tmp-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
