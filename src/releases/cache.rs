//! What registries said, kept between runs: one small JSON file per package and registry.
//!
//! Files are written aside and renamed, so parallel runs see whole files only. Errors are never stored. A file that
//! cannot be read or written costs a request, never a failure.
//!
//! What is in a cache is believed, so it must not come from a stranger: a folder inside the checkout is refused, and a
//! folder or file that is a link, or that another user owns or may write, is treated as absent.
#![expect(
    clippy::disallowed_methods,
    reason = "the one place of this module that keeps files, and that asks how old they are"
)]

use super::environment::{Environment, SettingsOwner, open_regular};
use super::error::RegistrySettingsError;
use super::store::StoredRelease;
use super::{LookupRequest, Published, Release};
use crate::package::{Package, version};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::Metadata;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Raised when the form of the files changes; older folders are left alone until `clean`.
const FOLDER: &str = "releases-v2";
const FOLDER_PREFIX: &str = "releases-v";
/// How long an answer counts without asking again.
const TTL: Duration = Duration::from_secs(12 * 3600);
/// "No such package" and "no such version" age faster: the next publish makes them wrong.
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
    /// Dist-tags, and the newest version's own document, which says whether it is deprecated.
    Newest,
    /// The abbreviated packument: versions and deprecations.
    Versions,
    /// The full packument: upload dates too.
    Dates,
}

/// What one registry said about one package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CacheEntry {
    /// Seconds since 1970 when the registry said so.
    pub asked: u64,
    /// The ETag of the PyPI page or of npm's dist-tags.
    pub etag: Option<String>,
    /// The ETag of npm's packument.
    pub document_etag: Option<String>,
    /// How much was asked for.
    pub detail: NpmDetail,
    /// `None`: there is no such package.
    pub published: Option<Published>,
}

impl CacheEntry {
    /// Whether it is young enough to be believed on a question without asking.
    pub(crate) fn is_fresh(&self, now: u64, question: &LookupRequest) -> bool {
        let age = now.checked_sub(self.asked).map(Duration::from_secs);
        let young = age.is_some_and(|age| age < TTL);
        young && (age.is_some_and(|age| age < NEGATIVE_TTL) || !self.says_no(question))
    }

    /// Whether it denies the package, or a version that is asked for.
    fn says_no(&self, question: &LookupRequest) -> bool {
        let Some(published) = &self.published else {
            return true;
        };
        let ecosystem = question.package.ecosystem();
        published.complete
            && question.versions.iter().any(|asked| {
                // Ranges and the like are not versions, and cannot be denied.
                published.find(ecosystem, asked).is_none()
                    && version::Version::parse(ecosystem, asked).is_some()
            })
    }

    /// As the rest of the program sees it.
    pub(crate) fn into_release(self) -> Release {
        self.published.map_or(Release::Missing, Release::Published)
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

/// The folder of release files. `None` inside when the platform has no place for one: then nothing is kept.
#[derive(Clone, Debug)]
pub struct Cache {
    root: Option<PathBuf>,
    /// Whose files are believed besides those of root; `None` where owners are not known.
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
    /// The cache to use: as [`Cache::new`] finds it, unless it comes with what is checked. The folder that the platform
    /// names is then not used; `folder` is the caller's own choice.
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

    /// The folder, for `chub-lint cache dir`.
    #[must_use]
    pub fn dir(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// Remove every release file of this and older versions, and nothing else: the folder may be a user's own.
    ///
    /// # Errors
    /// When a folder is there and cannot be read or removed.
    pub fn clean(&self) -> io::Result<CleanSummary> {
        let mut cleaned = CleanSummary::default();
        let Some(root) = &self.root else {
            return Ok(cleaned);
        };
        for folder in entries(root)? {
            let ours = folder
                .file_name()
                .is_some_and(|n| n.to_string_lossy().starts_with(FOLDER_PREFIX));
            if !ours || std::fs::symlink_metadata(&folder)?.is_symlink() {
                continue;
            }
            for ecosystem in entries(&folder)? {
                for file in entries(&ecosystem)? {
                    cleaned.files += 1;
                    cleaned.bytes += std::fs::symlink_metadata(&file).map_or(0, |data| data.len());
                }
            }
            std::fs::remove_dir_all(&folder)?;
        }
        Ok(cleaned)
    }

    /// Whether nothing was ever kept, so that there is no need to look for each package.
    pub(crate) fn is_absent(&self) -> bool {
        let folder = self.root.as_ref().map(|root| root.join(FOLDER));
        folder.is_none_or(|folder| !self.is_private(&folder))
    }

    /// Whether a folder is there, is no link, and others could not have put a file into it.
    fn is_private(&self, folder: &Path) -> bool {
        std::fs::symlink_metadata(folder).is_ok_and(|data| data.is_dir() && is_own(&data, self.user))
    }

    /// Make the folder of a file, for this user alone.
    fn make_folder(&self, file: &Path) -> Option<()> {
        let root = self.root.as_deref()?;
        std::fs::create_dir_all(root).ok()?;
        for folder in [root.join(FOLDER).as_path(), file.parent()?] {
            let mut builder = std::fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            // Often it is there; whether it is fit is asked next.
            let _ = builder.create(folder);
            if !self.is_private(folder) {
                return None;
            }
        }
        Some(())
    }

    /// What a registry said about a package, however long ago.
    pub(crate) fn load(&self, package: &Package, registry: &str) -> Option<CacheEntry> {
        let path = self.file(package, registry)?;
        if !self.is_private(path.parent()?) {
            return None;
        }
        let file = open_regular(&path, false).ok()?;
        if !is_own(&file.metadata().ok()?, self.user) {
            return None;
        }
        // Room for most files: text that grows is read in a dozen small pieces.
        let mut text = String::with_capacity(16 << 10);
        file.take(FILE_LIMIT).read_to_string(&mut text).ok()?;
        let file: CacheFile = serde_json::from_str(&text).ok()?;
        // The name is a hash: believe what stands inside.
        // A date in the future is a clock that was set back, or a forgery that would never grow old.
        let told = file.package == package.to_string() && file.registry == registry && file.asked <= now();
        told.then(|| CacheEntry {
            asked: file.asked,
            etag: file.etag,
            document_etag: file.document_etag,
            detail: file.detail,
            published: file.published.map(Published::from),
        })
    }

    /// Keep what a registry said. Failures are of no consequence.
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
        // What the reader would not take is not kept.
        if let Ok(json) = serde_json::to_vec(&file)
            && (json.len() as u64) < FILE_LIMIT
            && self.make_folder(&path).is_some()
        {
            let _ = write(&path, &json);
        }
    }

    fn file(&self, package: &Package, registry: &str) -> Option<PathBuf> {
        let hash = Sha256::digest(format!("{package}\n{registry}"));
        let hash: String = hash.iter().take(10).map(|byte| format!("{byte:02x}")).collect();
        // The readable part is for people; short, since file systems limit names.
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

/// The user whose process this is: on Linux as the process itself has it, elsewhere the owner of the home folder.
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

/// Whether only the user, or root, could have written a file or into a folder.
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

/// Write aside in the same folder, then rename.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(".tmp-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
