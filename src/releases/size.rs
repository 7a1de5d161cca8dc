//! Limits on the data of one package and of one run.

use super::{PublishedPackage, PublishedVersion, UnknownReason};

/// The maximum number of versions of one package. The largest packages have half of it.
pub(crate) const MAX_VERSIONS: usize = 20_000;
/// The maximum size of the texts of one package in bytes: versions, messages, tags. The largest packages have an eighth
/// of it.
pub(crate) const MAX_TEXT_BYTES: usize = 4 << 20;
/// The maximum memory for the data of one run in bytes. A hub of ten thousand packages needs most of it.
pub(crate) const MAX_TOTAL_BYTES: usize = 128 << 20;

/// The approximate memory of the data of a package.
pub(crate) fn memory_size(published: &PublishedPackage) -> usize {
    text(published)
        + (published.versions.len() + published.dist_tags.len()) * (size_of::<PublishedVersion>() + 16)
}

fn text(published: &PublishedPackage) -> usize {
    let len = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let versions = published.versions.iter();
    let versions: usize = versions
        .map(|v| v.version.len() + len(&v.yanked) + len(&v.deprecated))
        .sum();
    let tags: usize = published.dist_tags.iter().map(|(a, b)| a.len() + b.len()).sum();
    let status = published.status.as_ref().map_or(0, |status| status.reason.len());
    versions + tags + len(&published.newest) + len(&published.deprecated) + status
}

/// Refuse a package over the limits.
pub(super) fn check_bounds(published: PublishedPackage) -> Result<PublishedPackage, UnknownReason> {
    let large = published.versions.len() > MAX_VERSIONS
        || published.dist_tags.len() > MAX_VERSIONS
        || text(&published) > MAX_TEXT_BYTES;
    match large {
        true => Err(UnknownReason::TooLarge),
        false => Ok(published),
    }
}
