//! The archive of a release: its source files by name, in memory or in parts from a server. Nothing of it is written
//! to disk or run.

mod blocks;
mod choose;
mod error;
mod folder;
mod limits;
mod listing;
mod memory;
mod name;
mod open;
mod record;
mod tarball;
mod zip;

pub use error::ArchiveError;
pub use limits::MAX_LOCAL_ARCHIVE_BYTES;
pub use open::ArchiveRequest;

use blocks::Blocks;
use folder::SourceFolder;
use limits::{MAX_FILES, MAX_UNPACKED_BYTES};
use memory::HeldMemory;
use record::Record;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use zip::ZipEntry;

/// The source files of one release, by name. Nothing of it is written to disk or run.
pub struct Archive {
    files: BTreeMap<String, MemberLocation>,
    source: ArchiveStorage,
    /// The bytes that were unpacked so far.
    unpacked: AtomicU64,
    /// What it holds in memory besides blocks.
    _memory: HeldMemory,
}

/// Where a file is.
#[derive(Debug)]
enum MemberLocation {
    /// In the zip.
    Zip(ZipEntry),
    /// In memory, or not kept.
    Memory(Result<Vec<u8>, ArchiveError>),
    /// In the folder, under its own name.
    Folder,
}

/// What files are read from.
enum ArchiveStorage {
    /// All of them are in memory.
    Members,
    /// A zip in memory.
    Zip(Vec<u8>),
    /// A wheel on a server.
    Remote(RemoteWheel),
    /// A folder of sources.
    Folder(SourceFolder),
}

/// A wheel on a server, and the hashes of its files.
struct RemoteWheel {
    blocks: Blocks,
    record: OnceLock<Result<Record, ArchiveError>>,
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Archive({} files)", self.files.len())
    }
}

impl Archive {
    /// The names of regular files, sorted: relative, with `/`, without `..`, links and duplicates. The first folder of an
    /// sdist (`name-1.0/`) and of an npm tarball (`package/`) is taken off.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The bytes of one file; `None` when there is no such file. This may wait for the network.
    ///
    /// # Errors
    /// When the file exists and cannot be given: it is damaged, too large or was not kept, or the server does not answer.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, ArchiveError> {
        let Some(member) = self.files.get(name) else {
            return Ok(None);
        };
        let bytes = match (member, &self.source) {
            (MemberLocation::Memory(content), _) => return content.clone().map(Some),
            (MemberLocation::Zip(entry), ArchiveStorage::Zip(zip)) => entry.read(zip.as_slice())?,
            (MemberLocation::Zip(entry), ArchiveStorage::Remote(wheel)) => {
                wheel.read(&self.files, name, entry)?
            }
            (MemberLocation::Folder, ArchiveStorage::Folder(folder)) => folder.read(name)?,
            _ => return Err(ArchiveError::NotKept),
        };
        let size = bytes.len() as u64;
        match self
            .unpacked
            .fetch_add(size, Ordering::Relaxed)
            .saturating_add(size)
            > MAX_UNPACKED_BYTES
        {
            true => Err(ArchiveError::Unpacked),
            false => Ok(Some(bytes)),
        }
    }

    /// Get files that will be read, with few requests at the same time; nothing happens where all are at hand. What fails
    /// shows when a file is read.
    pub fn prefetch<'a>(&self, names: impl IntoIterator<Item = &'a str>) {
        let ArchiveStorage::Remote(wheel) = &self.source else {
            return;
        };
        let spans: Vec<_> = names
            .into_iter()
            .filter_map(|name| match self.files.get(name) {
                Some(MemberLocation::Zip(entry)) if entry.is_readable() => Some(entry.span()),
                _ => None,
            })
            .collect();
        if let Err(error) = wheel.blocks.prefetch(&spans) {
            log::debug!("archive: not prefetched ({error})");
        }
    }

    /// An archive in memory: a wheel, an sdist or an npm tarball, by the end of its name.
    ///
    /// # Errors
    /// When it is of another kind, damaged, hostile or over a limit.
    pub fn open_file(name: &str, bytes: Vec<u8>) -> Result<Self, ArchiveError> {
        Self::in_memory(name, bytes, HeldMemory::default())
    }

    /// A folder of sources. Folders without sources of the package, such as `.git` and `node_modules`, are left out.
    ///
    /// # Errors
    /// When it cannot be read, has a link where sources could be, or is over a limit.
    pub fn open_folder(root: &Path) -> Result<Self, ArchiveError> {
        let (folder, names) = SourceFolder::open(root)?;
        let files = names
            .into_iter()
            .map(|name| (name, MemberLocation::Folder))
            .collect();
        Ok(Self::new(
            files,
            ArchiveStorage::Folder(folder),
            HeldMemory::default(),
        ))
    }

    fn new(files: BTreeMap<String, MemberLocation>, source: ArchiveStorage, memory: HeldMemory) -> Self {
        Self {
            files,
            source,
            unpacked: AtomicU64::new(0),
            _memory: memory,
        }
    }

    fn in_memory(name: &str, bytes: Vec<u8>, mut memory: HeldMemory) -> Result<Self, ArchiveError> {
        let name = name.to_ascii_lowercase();
        if name.ends_with(".whl") || name.ends_with(".zip") {
            memory.grow(bytes.len())?;
            let files = zip_members(zip::directory(bytes.as_slice())?, name.ends_with(".zip"))?;
            return Ok(Self::new(files, ArchiveStorage::Zip(bytes), memory));
        }
        if !name.ends_with(".tar.gz") && !name.ends_with(".tgz") {
            return Err(ArchiveError::Kind);
        }
        let mut members = tarball::unpack(&bytes)?;
        let mut names: Vec<&mut String> = members.iter_mut().map(|member| &mut member.name).collect();
        name::strip_common_folder(&mut names);
        let mut files = BTreeMap::new();
        for member in members {
            memory.grow(member.content.as_ref().map_or(0, Vec::len))?;
            if files
                .insert(member.name, MemberLocation::Memory(member.content))
                .is_some()
            {
                return Err(ArchiveError::Duplicate);
            }
        }
        Ok(Self::new(files, ArchiveStorage::Members, memory))
    }

    /// A wheel of which the directory can be read in parts.
    fn remote(blocks: Blocks) -> Result<Self, ArchiveError> {
        let directory = match zip::directory(&blocks) {
            Err(ArchiveError::Damaged(_)) => zip::directory(blocks.whole()?.as_slice()),
            directory => directory,
        };
        let wheel = RemoteWheel {
            blocks,
            record: OnceLock::new(),
        };
        let files = zip_members(directory?, false)?;
        Ok(Self::new(
            files,
            ArchiveStorage::Remote(wheel),
            HeldMemory::default(),
        ))
    }
}

/// The members of a zip; of an sdist without their common folder.
fn zip_members(
    entries: BTreeMap<String, ZipEntry>,
    sdist: bool,
) -> Result<BTreeMap<String, MemberLocation>, ArchiveError> {
    let (mut names, entries): (Vec<String>, Vec<ZipEntry>) = entries.into_iter().unzip();
    if names.len() > MAX_FILES {
        return Err(ArchiveError::TooManyFiles);
    }
    if sdist {
        name::strip_common_folder(&mut names.iter_mut().collect::<Vec<_>>());
    }
    Ok(names
        .into_iter()
        .zip(entries.into_iter().map(MemberLocation::Zip))
        .collect())
}

impl RemoteWheel {
    /// Read a file in parts, and compare it with RECORD. When anything is wrong with it, the whole wheel is used, which
    /// has the hash of the index.
    fn read(
        &self,
        files: &BTreeMap<String, MemberLocation>,
        name: &str,
        entry: &ZipEntry,
    ) -> Result<Vec<u8>, ArchiveError> {
        match self.read_part(files, name, entry) {
            Err(ArchiveError::Damaged(_) | ArchiveError::Record) => {}
            result => return result,
        }
        let whole = self.blocks.whole()?;
        // The names that the parts listed must be right, since callers have already used them.
        let directory = zip::directory(whole.as_slice())?;
        match directory.get(name) == Some(entry) && directory.keys().eq(files.keys()) {
            true => entry.read(whole.as_slice()),
            false => Err(ArchiveError::Damaged("the parts differ from the complete file")),
        }
    }

    fn read_part(
        &self,
        files: &BTreeMap<String, MemberLocation>,
        name: &str,
        entry: &ZipEntry,
    ) -> Result<Vec<u8>, ArchiveError> {
        let bytes = entry.read(&self.blocks)?;
        if self.blocks.is_whole() {
            return Ok(bytes);
        }
        let record = self.record.get_or_init(|| {
            let name = Record::find(files.keys()).ok_or(ArchiveError::Record)?;
            match files.get(name) {
                Some(MemberLocation::Zip(entry)) => entry.read(&self.blocks).map(|text| Record::parse(&text)),
                _ => Err(ArchiveError::Record),
            }
        });
        match record.as_ref().map_err(Clone::clone)?.accepts(name, &bytes) {
            true => Ok(bytes),
            false => Err(ArchiveError::Record),
        }
    }
}
