//! Why an archive cannot be used.

use super::limits::{MAX_DEPTH, MAX_FILES, MAX_MEMBER_BYTES, MAX_NAME_BYTES, MAX_RATIO, MAX_UNPACKED_BYTES};
use crate::releases::UnknownReason;

/// Why an archive or a file of it could not be used. It is never a finding; it is counted and shown as "not checked".
/// Texts of servers are possible in it, so escape it before it is printed. No text of an archive is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum ArchiveError {
    /// The registry, or the host of its files, did not send it.
    #[error(transparent)]
    Unknown(#[from] UnknownReason),
    /// There is no such package.
    #[error("the registry does not have the package")]
    NoPackage,
    /// There is no such version.
    #[error("the registry does not have the version")]
    NoVersion,
    /// The release has only files that are not read: installers, eggs.
    #[error("the release has no wheel, sdist or tarball")]
    NoFile,
    /// A file name that is not one of an archive.
    #[error("not a .whl, .zip, .tar.gz or .tgz file")]
    Kind,
    /// Larger than the limit, which is in bytes.
    #[error("the archive is larger than {} MB", .0 >> 20)]
    TooLarge(u64),
    /// It does not have the hash that the index lists.
    #[error("the archive does not have the hash that the index lists")]
    Hash,
    /// Nothing proves that it is the archive that the index lists.
    #[error("the index lists no hash of the archive, and its address is not https")]
    NoHash,
    /// A file does not have the hash that the wheel lists.
    #[error("a file of the wheel does not have the hash in RECORD")]
    Record,
    /// It does not have the format that its name says.
    #[error("the archive is damaged: {0}")]
    Damaged(&'static str),
    /// Two files with one name.
    #[error("the archive has two files with the same name")]
    Duplicate,
    /// A name that leads elsewhere, or that systems read in different ways.
    #[error("the archive has a name that is not a relative path of plain text")]
    Name,
    /// Too long, or too many folders.
    #[error(
        "the archive has a name longer than {MAX_NAME_BYTES} bytes or with more than {MAX_DEPTH} folders"
    )]
    LongName,
    /// A link or a device where a source file could be.
    #[error("the archive has a link or a special file")]
    Link,
    /// Encrypted members.
    #[error("the archive is encrypted")]
    Encrypted,
    /// An unsupported method of compression.
    #[error("the archive is compressed in a way that is not supported")]
    Compression,
    /// A directory in the form for archives of more than 4 GB.
    #[error("the archive is a zip64")]
    Zip64,
    /// More files than the limit.
    #[error("the archive has more than {MAX_FILES} files")]
    TooManyFiles,
    /// More unpacked bytes than the limit.
    #[error(
        "the archive unpacks to more than {} MB or {MAX_RATIO} times its size",
        MAX_UNPACKED_BYTES >> 20
    )]
    Unpacked,
    /// Too many archives are open.
    #[error("the archives that are open take too much memory")]
    Memory,
    /// The member is too large.
    #[error("the file is larger than {} MB", MAX_MEMBER_BYTES >> 20)]
    LargeFile,
    /// The member exists, and its content was not kept.
    #[error("files of this type are not read")]
    NotKept,
    /// A file or folder of the user that cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
}
