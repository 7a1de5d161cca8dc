//! Limits on archives. They are untrusted: the publisher of a package controls every byte, the sizes in it included.
//! The limit on the compressed size of one that is downloaded is an option: `ClientOptions::max_archive_bytes`.

/// The maximum size of a wheel, sdist or tarball that the config names.
pub const MAX_LOCAL_ARCHIVE_BYTES: u64 = 64 << 20;
/// The maximum size of one file in bytes. The largest sources of the packages that were measured are 3 MB, generated.
pub(super) const MAX_MEMBER_BYTES: u64 = 8 << 20;
/// The maximum number of files. Of 133 releases the largest has 12,000.
pub(super) const MAX_FILES: usize = 50_000;
/// The maximum number of unpacked bytes of one archive, while it is streamed or by all reads together. The largest
/// archive within the limit of compressed bytes unpacks to 150 MB.
pub(super) const MAX_UNPACKED_BYTES: u64 = 256 << 20;
/// The maximum number of bytes that are kept of one tarball, which has no directory to read members by.
pub(super) const MAX_KEPT_BYTES: u64 = 96 << 20;
/// The maximum memory of all archives of one client that are open at the same time.
pub(super) const MAX_OPEN_BYTES: usize = 192 << 20;
/// How many times its compressed size an archive or a member may unpack to. Sources have 3 to 10; deflate can do 1,000.
pub(super) const MAX_RATIO: u64 = 100;
/// Up to this size no ratio is too large: a small file of one repeated letter is harmless.
pub(super) const RATIO_FREE_BYTES: u64 = 4 << 20;
/// The maximum length of a name in bytes. File systems and installers have lower limits for what they unpack.
pub(super) const MAX_NAME_BYTES: usize = 1024;
/// The maximum number of folders in a name, and of folders inside each other in a folder of sources.
pub(super) const MAX_DEPTH: usize = 32;
/// The maximum size of the directory of a zip: 50,000 entries with long names have a third of it.
pub(super) const MAX_DIRECTORY_BYTES: u64 = 16 << 20;
/// The maximum size of a header of a tarball that extends another: a long name, and attributes.
pub(super) const MAX_EXTENSION_BYTES: u64 = 64 << 10;
/// Wheels up to this size are read whole. Of larger ones, members are requested mostly one after the other: at 50 ms of
/// latency and 10 MB/s, six such requests take as long as a wheel of this size, and some documents need fifty.
pub(super) const MAX_WHOLE_WHEEL_BYTES: u64 = 3 << 20;
/// The first part that is read of a wheel: its end, with the directory. It holds 800 entries.
pub(super) const TAIL_BYTES: u64 = 64 << 10;
/// What is requested at a time, and kept. A member is 10 KB on average, and its neighbours are often read next.
pub(super) const BLOCK_BYTES: u64 = 64 << 10;
/// Whole archives that are received and unpacked at the same time, so that memory stays bounded.
pub(super) const MAX_WHOLE_CONCURRENT: usize = 4;
