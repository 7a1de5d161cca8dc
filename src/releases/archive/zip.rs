//! Wheels, and sdists in zip: the directory at the end, and members by it (APPNOTE.TXT 6.3). The directory must be
//! consistent, since readers that guess find different files in one archive. The zip crate guesses, and keeps the
//! last of two files with one name.

use super::error::ArchiveError;
use super::limits::{MAX_DIRECTORY_BYTES, MAX_FILES, MAX_MEMBER_BYTES, MAX_RATIO, RATIO_FREE_BYTES};
use super::name;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;

/// The size of the record at the end, without its comment.
const END_RECORD_BYTES: usize = 22;
/// The maximum length of a comment, which the record at the end may have.
const MAX_COMMENT_BYTES: u64 = 0xffff;
const LOCAL_HEADER_BYTES: u64 = 30;
const DIRECTORY_ENTRY_BYTES: usize = 46;
/// The methods of compression that are read.
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// The flags of an encrypted file, of a strongly encrypted one, and of an encrypted directory.
const ENCRYPTED: u16 = 0x2041;
/// Bytes after the name in the header of a member that are read with it. Most have none, some 28.
const USUAL_EXTRA_BYTES: u64 = 64;

/// The bytes of a zip, in memory or on a server.
pub(super) trait ZipBytes {
    /// Their number.
    fn size(&self) -> u64;
    /// The bytes of a range: all of them, or an error.
    fn bytes(&self, range: Range<u64>) -> Result<Cow<'_, [u8]>, ArchiveError>;
    /// How many bytes at the end can be read without a request.
    fn known_tail(&self) -> u64 {
        self.size()
    }
}

impl ZipBytes for [u8] {
    fn size(&self) -> u64 {
        u64::try_from(self.len()).unwrap_or(u64::MAX)
    }

    fn bytes(&self, range: Range<u64>) -> Result<Cow<'_, [u8]>, ArchiveError> {
        let at = |offset| usize::try_from(offset).ok();
        at(range.start)
            .zip(at(range.end))
            .and_then(|(start, end)| self.get(start..end))
            .map(Cow::Borrowed)
            .ok_or(damaged("a part is missing"))
    }
}

/// One file in the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ZipEntry {
    /// As written, to be compared with the header of the member.
    name: Vec<u8>,
    flags: u16,
    method: u16,
    crc: u32,
    compressed: u64,
    size: u64,
    /// Where its header is.
    offset: u64,
    /// Where the directory begins, at which every member has ended.
    end: u64,
}

fn damaged(what: &'static str) -> ArchiveError {
    ArchiveError::Damaged(what)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes)
}

/// Read the directory: every regular file by its name.
///
/// # Errors
/// When it is damaged, hostile or over a limit.
pub(super) fn directory<B: ZipBytes + ?Sized>(zip: &B) -> Result<BTreeMap<String, ZipEntry>, ArchiveError> {
    let end = EndRecord::find(zip)?;
    let bytes = zip.bytes(end.directory.clone())?;
    let mut rest: &[u8] = &bytes;
    let mut files = BTreeMap::new();
    for _ in 0..end.entries {
        let (entry, attributes, after) =
            entry(rest, end.directory.start).ok_or(damaged("an entry of its directory"))?;
        rest = after;
        entry.check()?;
        if entry.name.ends_with(b"/") {
            continue;
        }
        if attributes.is_special() {
            name::check_link(&entry.name)?;
            continue;
        }
        if let Some(name) = name::check(&entry.name)?
            && files.insert(name, entry).is_some()
        {
            return Err(ArchiveError::Duplicate);
        }
    }
    match rest.is_empty() {
        true => Ok(files),
        false => Err(damaged("its directory has more entries than it says")),
    }
}

/// The record at the end.
struct EndRecord {
    entries: usize,
    directory: Range<u64>,
}

impl EndRecord {
    fn find<B: ZipBytes + ?Sized>(zip: &B) -> Result<Self, ArchiveError> {
        let size = zip.size();
        // First what is read already: almost no archive has a comment.
        for tail in [zip.known_tail(), END_RECORD_BYTES as u64 + MAX_COMMENT_BYTES] {
            let start = size.saturating_sub(tail.min(END_RECORD_BYTES as u64 + MAX_COMMENT_BYTES));
            let bytes = zip.bytes(start..size)?;
            if let Some(at) = Self::position(&bytes)? {
                let record = bytes.get(at..).unwrap_or_default();
                let at = start + u64::try_from(at).unwrap_or_default();
                return Self::read(record, at).ok_or(damaged("its end"))?;
            }
        }
        Err(damaged("not a zip, or cut off"))
    }

    /// Where the record is. Its comment must reach to the end of the file, and only one may.
    fn position(tail: &[u8]) -> Result<Option<usize>, ArchiveError> {
        let fits = |at: &usize| {
            let comment = u16_at(tail, at + 20).map_or(usize::MAX, usize::from);
            comment.checked_add(at + END_RECORD_BYTES) == Some(tail.len())
        };
        let mut found = memchr::memmem::find_iter(tail, b"PK\x05\x06").filter(fits);
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(damaged("it has two ends")),
            (first, None) => Ok(first),
        }
    }

    fn read(record: &[u8], at: u64) -> Option<Result<Self, ArchiveError>> {
        let entries = u16_at(record, 10)?;
        let (size, start) = (u32_at(record, 12)?, u32_at(record, 16)?);
        if entries == u16::MAX || size == u32::MAX || start == u32::MAX {
            return Some(Err(ArchiveError::Zip64));
        }
        let disks = u16_at(record, 4)? == 0 && u16_at(record, 6)? == 0 && u16_at(record, 8)? == entries;
        let (size, start) = (u64::from(size), u64::from(start));
        // With bytes between, or before the archive, readers disagree about where it is.
        if !disks || start + size != at {
            return Some(Err(damaged("its central directory is not at the stated place")));
        }
        if usize::from(entries) > MAX_FILES || size > MAX_DIRECTORY_BYTES {
            return Some(Err(ArchiveError::TooManyFiles));
        }
        Some(Ok(Self {
            entries: usize::from(entries),
            directory: start..at,
        }))
    }
}

/// What the system that made the archive says about a file.
struct FileAttributes {
    unix: bool,
    mode: u32,
}

impl FileAttributes {
    /// Whether it is a link, a device or a folder. An archive that was not made on Unix has no mode.
    fn is_special(&self) -> bool {
        let kind = (self.mode >> 16) & 0o170_000;
        self.unix && kind != 0 && kind != 0o100_000
    }
}

/// The first entry of a directory, and what follows it.
type EntryAndRest<'a> = (ZipEntry, FileAttributes, &'a [u8]);

fn entry(bytes: &[u8], end: u64) -> Option<EntryAndRest<'_>> {
    if bytes.get(..4)? != b"PK\x01\x02" {
        return None;
    }
    let length = |at| u16_at(bytes, at).map(usize::from);
    let extra = DIRECTORY_ENTRY_BYTES + length(28)?;
    let comment = extra + length(30)?;
    let mut large = LargeFields {
        extra: bytes.get(extra..comment)?,
        at: None,
    };
    // In the order of the extra field.
    let size = large.field(u32_at(bytes, 24)?)?;
    let compressed = large.field(u32_at(bytes, 20)?)?;
    let offset = large.field(u32_at(bytes, 42)?)?;
    let attributes = FileAttributes {
        unix: matches!(bytes.get(5)?, 3 | 19),
        mode: u32_at(bytes, 38)?,
    };
    let entry = ZipEntry {
        name: bytes.get(DIRECTORY_ENTRY_BYTES..extra)?.to_vec(),
        flags: u16_at(bytes, 8)?,
        method: u16_at(bytes, 10)?,
        crc: u32_at(bytes, 16)?,
        compressed,
        size,
        offset,
        end,
    };
    Some((entry, attributes, bytes.get(comment + length(32)?..)?))
}

/// 64-bit values, for fields whose 32 bits are all set.
struct LargeFields<'a> {
    extra: &'a [u8],
    /// Where the next one is; `None` before the first.
    at: Option<usize>,
}

impl LargeFields<'_> {
    fn field(&mut self, short: u32) -> Option<u64> {
        if short != u32::MAX {
            return Some(u64::from(short));
        }
        let at = match self.at {
            Some(at) => at,
            None => self.find()?,
        };
        self.at = Some(at + 8);
        u64_at(self.extra, at)
    }

    fn find(&self) -> Option<usize> {
        let mut at = 0;
        loop {
            let (id, length) = (u16_at(self.extra, at)?, u16_at(self.extra, at + 2)?);
            if id == 1 {
                return Some(at + 4);
            }
            at += 4 + usize::from(length);
        }
    }
}

impl ZipEntry {
    /// Whether the fields of the directory are consistent.
    fn check(&self) -> Result<(), ArchiveError> {
        let content_end = self
            .offset
            .checked_add(LOCAL_HEADER_BYTES)
            .and_then(|start| start.checked_add(self.compressed));
        if self.flags & ENCRYPTED != 0 {
            Err(ArchiveError::Encrypted)
        } else if content_end.is_none_or(|end| end > self.end) {
            Err(damaged("a file is outside of it"))
        } else if self.method == STORED && self.size != self.compressed {
            Err(damaged("a stored file has two sizes"))
        } else {
            Ok(())
        }
    }

    /// Whether it is within the limits of a file, according to the directory.
    pub(super) fn is_readable(&self) -> bool {
        self.limits().is_ok()
    }

    fn limits(&self) -> Result<(), ArchiveError> {
        if !matches!(self.method, STORED | DEFLATED) {
            return Err(ArchiveError::Compression);
        }
        if self.size > MAX_MEMBER_BYTES {
            return Err(ArchiveError::LargeFile);
        }
        let most = self.compressed.saturating_mul(MAX_RATIO).max(RATIO_FREE_BYTES);
        // Deflate makes nothing larger by more than a few bytes for each 64 KB.
        if self.size > most || self.compressed > MAX_MEMBER_BYTES + (MAX_MEMBER_BYTES >> 3) {
            return Err(ArchiveError::Unpacked);
        }
        Ok(())
    }

    /// The bytes in the archive from its header to its end, according to the directory.
    pub(super) fn span(&self) -> Range<u64> {
        let header = LOCAL_HEADER_BYTES + self.name.len() as u64 + USUAL_EXTRA_BYTES;
        self.offset
            ..(self.offset + header)
                .saturating_add(self.compressed)
                .min(self.end)
    }

    /// Read and unpack the file.
    ///
    /// # Errors
    /// When it is damaged, or not what the directory says, or over a limit.
    pub(super) fn read<B: ZipBytes + ?Sized>(&self, zip: &B) -> Result<Vec<u8>, ArchiveError> {
        self.limits()?;
        let span = zip.bytes(self.span())?;
        let start = self.content_start(&span).ok_or(damaged("the header of a file"))?;
        let end = start
            .checked_add(self.compressed)
            .filter(|end| *end <= self.end)
            .ok_or(damaged("a file is outside of it"))?;
        let content = zip.bytes(start..end)?;
        let bytes = match self.method {
            STORED => content.into_owned(),
            _ => inflate(&content, self.size)?,
        };
        let mut crc = Crc::new();
        crc.update(&bytes);
        match crc.sum() == self.crc {
            true => Ok(bytes),
            false => Err(damaged("a file does not have its checksum")),
        }
    }

    /// Where the content begins, from the header before it, which must be of the same file.
    fn content_start(&self, header: &[u8]) -> Option<u64> {
        let name = usize::from(u16_at(header, 26)?);
        let extra = u64::from(u16_at(header, 28)?);
        let same = header.get(..4)? == b"PK\x03\x04"
            && u16_at(header, 6)? & ENCRYPTED == 0
            && u16_at(header, 8)? == self.method
            && header.get(30..30 + name)? == self.name.as_slice();
        same.then(|| self.offset + LOCAL_HEADER_BYTES + self.name.len() as u64 + extra)
    }
}

fn inflate(compressed: &[u8], size: u64) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = Vec::with_capacity(usize::try_from(size).map_err(|_| ArchiveError::LargeFile)?);
    DeflateDecoder::new(compressed)
        .take(size + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| damaged("a file cannot be unpacked"))?;
    match bytes.len() as u64 == size {
        true => Ok(bytes),
        false => Err(damaged("a file does not have the size that the directory states")),
    }
}
