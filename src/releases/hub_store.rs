//! The files of hubs in the cache. A file is named after a hash of its path, so that no hub chooses a name.

use super::cache::{self, Cache, CleanSummary};
use super::look_up::Age;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io;
use std::path::PathBuf;

/// Raised when the format of the files changes.
const FOLDER: &str = "hubs-v1";
/// A larger file is neither written nor read: a registry and its manifest.
const FILE_LIMIT: u64 = 80 << 20;
/// The longest header: addresses, paths and validators are shorter.
const HEADER_LIMIT: u64 = 16 << 10;
/// The name of the file with the registry.
pub(super) const INDEX: &str = "registry.json";

/// What is known about a stored file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct StoredHeader {
    /// The name that the hub had.
    pub name: String,
    /// The address of the hub.
    pub address: String,
    /// The path of the file below it.
    pub path: String,
    /// When the server was last asked, in seconds since 1970.
    pub asked: u64,
    /// When it first sent this content.
    pub changed: u64,
    #[serde(default, skip_serializing_if = "Validators::is_empty")]
    pub validators: Validators,
    /// With the registry: the manifest, which follows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<StoredManifest>,
}

/// The validators for a conditional request: they ask the server whether a file changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Validators {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
}

impl Validators {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The manifest behind a stored registry.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct StoredManifest {
    /// Its length.
    pub bytes: usize,
    #[serde(default, skip_serializing_if = "Validators::is_empty")]
    pub validators: Validators,
}

/// A file with its header: one line of JSON.
#[derive(Clone, Debug)]
pub(super) struct StoredFile {
    pub header: StoredHeader,
    pub body: Vec<u8>,
}

/// A hub in the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedHub {
    /// The name that it had when it was last read.
    pub name: String,
    /// Its address.
    pub address: String,
    /// The age of its registry in seconds.
    pub age: u64,
    /// Its files.
    pub size: CleanSummary,
    folder: PathBuf,
}

impl CachedHub {
    /// The age of its registry, for people.
    #[must_use]
    pub fn age_in_words(&self) -> String {
        Age(self.age).to_string()
    }
}

fn hex(text: &str) -> String {
    let hash = Sha256::digest(text);
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn file(cache: &Cache, address: &str, path: &str) -> Option<PathBuf> {
    let folder = cache.dir()?.join(FOLDER).join(hex(address));
    Some(folder.join(hex(path)))
}

/// The header of a file, and where its content begins.
fn parse_header(bytes: &[u8]) -> Option<(StoredHeader, usize)> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let header: StoredHeader = serde_json::from_slice(bytes.get(..end)?).ok()?;
    // A date in the future means that the clock was set back, or a forged file that would never be old.
    let is_past = header.asked <= cache::now() && header.changed <= header.asked;
    is_past.then_some((header, end + 1))
}

/// A file of a hub, whatever its age.
pub(super) fn load(cache: &Cache, address: &str, path: &str) -> Option<StoredFile> {
    let mut body = cache.read_up_to(&file(cache, address, path)?, FILE_LIMIT)?;
    let (header, start) = parse_header(&body)?;
    body.drain(..start);
    // The file name is a hash, so the content decides.
    (header.address == address && header.path == path).then_some(StoredFile { header, body })
}

/// What is known about a file of a hub, without its content.
pub(super) fn load_header(cache: &Cache, address: &str, path: &str) -> Option<StoredHeader> {
    let (header, _) = parse_header(&cache.read_up_to(&file(cache, address, path)?, HEADER_LIMIT)?)?;
    (header.address == address && header.path == path).then_some(header)
}

/// Keep a file of a hub. Failures are ignored.
pub(super) fn save(cache: &Cache, stored: &StoredFile) {
    let header = &stored.header;
    let (Some(path), Ok(mut bytes)) = (
        file(cache, &header.address, &header.path),
        serde_json::to_vec(header),
    ) else {
        return;
    };
    bytes.push(b'\n');
    bytes.extend_from_slice(&stored.body);
    cache.store_up_to(&path, &bytes, FILE_LIMIT);
}

impl Cache {
    /// The hubs whose files are kept, in order of name.
    #[must_use]
    pub fn hubs(&self) -> Vec<CachedHub> {
        let now = cache::now();
        let folders = self.folders(FOLDER).into_iter();
        let mut hubs: Vec<CachedHub> = folders
            .filter_map(|(folder, size)| {
                let index = self.read_up_to(&folder.join(hex(INDEX)), HEADER_LIMIT)?;
                let (header, _) = parse_header(&index)?;
                Some(CachedHub {
                    name: header.name,
                    address: header.address,
                    age: now.saturating_sub(header.asked),
                    size,
                    folder,
                })
            })
            .collect();
        hubs.sort_by(|a, b| (&a.name, &a.address).cmp(&(&b.name, &b.address)));
        hubs
    }

    /// Remove the files of a hub.
    ///
    /// # Errors
    /// When they cannot be removed.
    pub fn remove_hub(&self, hub: &CachedHub) -> io::Result<CleanSummary> {
        Self::remove_folder(&hub.folder)?;
        Ok(hub.size)
    }
}
