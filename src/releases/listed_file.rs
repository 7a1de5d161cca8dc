//! A file of a release, as a registry lists it.

use super::checksum::Checksum;
use reqwest::Url;

/// A file that a registry lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListedFile {
    /// The bare file name.
    pub name: String,
    pub url: Url,
    pub checksum: Option<Checksum>,
    pub size: Option<u64>,
    pub yanked: bool,
}
