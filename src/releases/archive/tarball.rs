//! Tarballs: streamed once, with the files that may matter kept in memory. Headers that extend others are read here,
//! with limits, and not by the crate, which reads them into memory whatever their size.

use super::error::ArchiveError;
use super::limits::{
    MAX_EXTENSION_BYTES, MAX_FILES, MAX_KEPT_BYTES, MAX_MEMBER_BYTES, MAX_RATIO, MAX_UNPACKED_BYTES,
    RATIO_FREE_BYTES,
};
use super::name;
use flate2::read::MultiGzDecoder;
use std::cell::Cell;
use std::io::{self, Read};

/// A file of a tarball.
pub(super) struct TarMember {
    /// As in the archive, with its first folder.
    pub name: String,
    /// The content, or why it was not kept.
    pub content: Result<Vec<u8>, ArchiveError>,
}

/// Read a tarball that is compressed with gzip.
///
/// # Errors
/// When it is damaged, hostile or over a limit.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<TarMember>, ArchiveError> {
    let over = Cell::new(false);
    let compressed = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let most = compressed.saturating_mul(MAX_RATIO).max(RATIO_FREE_BYTES);
    let stream = BoundedReader {
        inner: MultiGzDecoder::new(bytes),
        left: most.min(MAX_UNPACKED_BYTES),
        over: &over,
    };
    let result = read(tar::Archive::new(stream));
    match result {
        Err(ArchiveError::Damaged(_)) if over.get() => Err(ArchiveError::Unpacked),
        result => result,
    }
}

/// Ends with an error after a number of bytes.
struct BoundedReader<'a, R> {
    inner: R,
    left: u64,
    over: &'a Cell<bool>,
}

impl<R: Read> Read for BoundedReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let taken = u64::try_from(read).unwrap_or(u64::MAX);
        let Some(left) = self.left.checked_sub(taken) else {
            self.over.set(true);
            return Err(io::Error::other("over the limit"));
        };
        self.left = left;
        Ok(read)
    }
}

fn damaged(_: io::Error) -> ArchiveError {
    ArchiveError::Damaged("not a tarball, or cut off")
}

fn read<R: Read>(mut archive: tar::Archive<R>) -> Result<Vec<TarMember>, ArchiveError> {
    let mut members = Vec::new();
    let mut kept = 0;
    // The name of the next file, from the header before it.
    let mut long_name = None;
    for entry in archive.entries().map_err(damaged)?.raw(true) {
        let mut entry = entry.map_err(damaged)?;
        let kind = entry.header().entry_type();
        if kind.is_gnu_longname() {
            let mut name = extension(&mut entry)?;
            name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
            long_name = Some(name);
            continue;
        }
        if kind.is_pax_local_extensions() || kind.is_pax_global_extensions() {
            let name = pax_path(&extension(&mut entry)?)?;
            match name {
                // A global header would name every file.
                Some(_) if kind.is_pax_global_extensions() => return Err(ArchiveError::Name),
                Some(name) => long_name = Some(name),
                None => {}
            }
            continue;
        }
        if kind.is_gnu_longlink() {
            continue;
        }
        let name = long_name
            .take()
            .unwrap_or_else(|| entry.header().path_bytes().into_owned());
        let is_file = kind.is_file() || kind.is_contiguous();
        // In the oldest format a folder is a file with a `/` at the end of its name.
        if kind.is_dir() || (is_file && name.ends_with(b"/")) {
            continue;
        }
        if !is_file {
            name::check_link(&name)?;
            continue;
        }
        let Some(name) = name::check(&name)? else { continue };
        if members.len() >= MAX_FILES {
            return Err(ArchiveError::TooManyFiles);
        }
        let size = entry.header().entry_size().map_err(damaged)?;
        let content = match size {
            _ if !name::is_source(&name) => Err(ArchiveError::NotKept),
            MAX_MEMBER_BYTES.. if size > MAX_MEMBER_BYTES => Err(ArchiveError::LargeFile),
            _ => {
                kept += size;
                if kept > MAX_KEPT_BYTES {
                    return Err(ArchiveError::Unpacked);
                }
                Ok(exactly(&mut entry, size)?)
            }
        };
        members.push(TarMember { name, content });
    }
    Ok(members)
}

/// All bytes of an entry that describes the next.
fn extension<R: Read>(entry: &mut tar::Entry<'_, R>) -> Result<Vec<u8>, ArchiveError> {
    let size = entry.header().entry_size().map_err(damaged)?;
    if size > MAX_EXTENSION_BYTES {
        return Err(ArchiveError::LongName);
    }
    exactly(entry, size)
}

fn exactly(reader: &mut impl Read, size: u64) -> Result<Vec<u8>, ArchiveError> {
    let size = usize::try_from(size).map_err(|_| ArchiveError::Unpacked)?;
    let mut bytes = Vec::with_capacity(size);
    reader.read_to_end(&mut bytes).map_err(damaged)?;
    match bytes.len() == size {
        true => Ok(bytes),
        false => Err(ArchiveError::Damaged("a file is cut off")),
    }
}

/// The name in a header of pax: records of `LENGTH KEY=VALUE` and a line break.
fn pax_path(mut records: &[u8]) -> Result<Option<Vec<u8>>, ArchiveError> {
    let damaged = || ArchiveError::Damaged("an invalid pax header");
    let mut path = None;
    while !records.is_empty() && records.first() != Some(&0) {
        let space = records
            .iter()
            .position(|byte| *byte == b' ')
            .ok_or_else(damaged)?;
        let length = records
            .get(..space)
            .and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<usize>().ok())
            .ok_or_else(damaged)?;
        let record = records.get(space + 1..length).ok_or_else(damaged)?;
        let record = record.strip_suffix(b"\n").ok_or_else(damaged)?;
        records = records.get(length..).ok_or_else(damaged)?;
        if let Some(value) = record.strip_prefix(b"path=") {
            path = Some(value.to_vec());
        }
        // Readers that use different sizes find different files.
        if record.starts_with(b"size=") || record.starts_with(b"GNU.sparse.") {
            return Err(ArchiveError::Damaged("an invalid size in a pax header"));
        }
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_pax() {
        assert_eq!(
            pax_path(b"12 path=a/b\n").unwrap().as_deref(),
            Some(b"a/b".as_slice())
        );
        assert_eq!(
            pax_path(b"11 mtime=1\n13 path=a/cd\n").unwrap().as_deref(),
            Some(b"a/cd".as_slice())
        );
        assert_eq!(pax_path(b"").unwrap(), None);
        for bad in [
            "9 size=1\n",
            "x",
            "5",
            "99999 path=a\n",
            "11 path=a/bc",
            "0 path=a\n",
            "-1 path=a\n",
        ] {
            assert!(pax_path(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
