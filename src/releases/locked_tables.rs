//! Tables of symbols beside a lock file: one file for each release. They are data of the project, and untrusted.

use super::ArchiveRequest;
use crate::error::Error;
use crate::fsio::{self, FolderEntryKind};
use crate::safe_path;
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A larger file is neither written nor read.
const FILE_LIMIT: u64 = 4 << 20;
/// The maximum size of a table that is unpacked.
const MAX_UNPACKED_BYTES: u64 = 16 << 20;
/// The maximum number of files in the folder, of which those of other releases are removed.
const MAX_FILES: usize = 50_000;
/// The end of the name of a table.
const EXTENSION: &str = ".table";

/// The folder of the tables of a lock file: `releases.json.symbols` beside `releases.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedTables {
    folder: PathBuf,
}

impl LockedTables {
    /// The tables of a lock file, which need not exist.
    #[must_use]
    pub fn beside(lock: &Path) -> Self {
        let mut folder = lock.as_os_str().to_owned();
        folder.push(".symbols");
        Self {
            folder: folder.into(),
        }
    }

    /// The folder of the tables.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Write the tables of some releases, and remove those of others. The same tables give the same bytes. Returns how
    /// many were too large.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write<'a>(
        &self,
        tables: impl Iterator<Item = (ArchiveRequest, u32, &'a [u8])>,
    ) -> Result<usize, Error> {
        let mut files = BTreeMap::new();
        let mut left_out = 0;
        for (request, reader, table) in tables {
            let bytes = [key(&request, reader).as_bytes(), b"\n", table].concat();
            match bytes.len() as u64 <= FILE_LIMIT && is_small(table) {
                true => drop(files.insert(file_name(&request), bytes)),
                false => left_out += 1,
            }
        }
        for (name, bytes) in &files {
            fsio::write_atomic(&self.folder.join(name), bytes)?;
        }
        let entries = match fsio::folder_entries(&self.folder, MAX_FILES) {
            Ok(entries) => entries.unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(source) => {
                let path = self.folder.clone();
                return Err(Error::Unwritable { path, source });
            }
        };
        for (name, kind) in entries {
            let is_table = kind == FolderEntryKind::File && name.ends_with(EXTENSION);
            if is_table && !files.contains_key(&name) {
                fsio::remove_file(&self.folder.join(name))?;
            }
        }
        Ok(left_out)
    }

    /// The table of a release. `None` when this reader has written none, or the file cannot be used.
    pub(super) fn read(&self, request: &ArchiveRequest, reader: u32) -> Option<Vec<u8>> {
        let path = self.folder.join(file_name(request));
        safe_path::check_read_path(&path).ok()?;
        let bytes = fsio::read_regular(&path, FILE_LIMIT).ok()?;
        // The file name is a hash, so the content decides.
        let table = bytes
            .strip_prefix(key(request, reader).as_bytes())?
            .strip_prefix(b"\n")?;
        is_small(table).then(|| table.to_vec())
    }
}

fn key(request: &ArchiveRequest, reader: u32) -> String {
    format!("{}@{}, reader {reader}", request.package, request.version)
}

/// Whether a table unpacks to a size that can be used.
fn is_small(table: &[u8]) -> bool {
    let unpacked = GzDecoder::new(table).take(MAX_UNPACKED_BYTES + 1);
    io::copy(&mut { unpacked }, &mut io::sink()).is_ok_and(|size| size <= MAX_UNPACKED_BYTES)
}

/// A name that every file system takes. The readable part is for people.
fn file_name(request: &ArchiveRequest) -> String {
    let ArchiveRequest { package, version } = request;
    let hash = Sha256::digest(format!("{package}@{version}"));
    let hash: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let readable = |text: &str, most: usize| -> String {
        let plain = |c: char| match c.is_ascii_alphanumeric() || c == '.' {
            true => c.to_ascii_lowercase(),
            false => '-',
        };
        text.chars().map(plain).take(most).collect()
    };
    let (name, version) = (readable(package.name(), 60), readable(version, 30));
    format!(
        "{}-{name}-{version}-{hash}{EXTENSION}",
        package.ecosystem().as_str()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::Package;

    #[test]
    fn names_of_files() {
        let name = |package: &str, version: &str| {
            file_name(&ArchiveRequest {
                package: Package::parse(package).unwrap(),
                version: version.to_owned(),
            })
        };
        let plain = name("pypi:requests", "2.32.0");
        assert!(plain.starts_with("pypi-requests-2.32.0-"), "{plain}");
        assert_ne!(name("npm:@a/b", "1.0.0"), name("npm:a-b", "1.0.0"));
        for version in ["../../x", "1.0\u{1b}[31m", "C:\\x", "1!2+local", &"9".repeat(500)] {
            let name = name("pypi:a", version);
            assert!(
                name.len() < 120 && !name.contains(['/', '\\', ':', '\u{1b}', '!', '+']),
                "{name}"
            );
        }
    }
}
