//! What a document declares as the version of its package: a version, a range, a list, or none of these.

use super::Ecosystem;
use super::range::VersionRange;
use super::version::Version;
use std::fmt;

/// What the text of `metadata.versions` means.
#[derive(Clone, Debug)]
pub enum DeclaredVersions {
    /// One version.
    Version(Version),
    /// A range, also `1.x`, and for npm a partial version such as `18`.
    Range(VersionRange),
    /// Several, separated by commas: versions or ranges, never a list or something else.
    List(Vec<DeclaredVersions>),
    /// No package version at all.
    Invalid(InvalidVersion),
}

/// Why a text is not a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidVersion {
    /// Nothing.
    Empty,
    /// A word such as `latest`, `next` or `stable`, whose version changes.
    Tag,
    /// `*`, `x` or a word such as `any`.
    Wildcard,
    /// A date such as `2026-03` or `2026-03-01`, as web APIs have it.
    Date,
    /// The version of an API, such as `v1`, `v2beta1` or `API 3`.
    ApiVersion,
    /// Anything else that the ecosystem does not read as a version.
    Unreadable,
}

impl InvalidVersion {
    /// What it is, to go after "is": `a date`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Tag => "a tag that moves",
            Self::Wildcard => "a wildcard for any version",
            Self::Date => "a date",
            Self::ApiVersion => "the version of an API",
            Self::Unreadable => "not a version",
        }
    }
}

impl fmt::Display for InvalidVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl DeclaredVersions {
    /// Read what a document declares.
    #[must_use]
    pub fn parse(ecosystem: Ecosystem, text: &str) -> Self {
        let text = text.trim();
        if let Some(what) = not_a_version(text) {
            return Self::Invalid(what);
        }
        if let Some(version) = Version::parse(ecosystem, text) {
            return Self::Version(version);
        }
        if text.contains(',') {
            let pieces: Vec<Self> = text
                .split(',')
                .filter(|piece| !piece.trim().is_empty())
                .map(|p| Self::one(ecosystem, p.trim()))
                .collect();
            let versions = pieces.iter().all(|piece| match piece {
                Self::Version(_) => true,
                // `>=1,<2` is one range, not a list of two.
                Self::Range(range) => range.is_wildcard(),
                _ => false,
            });
            if versions && !pieces.is_empty() {
                return Self::List(pieces);
            }
        }
        Self::one(ecosystem, text)
    }

    /// Anything but a list.
    fn one(ecosystem: Ecosystem, text: &str) -> Self {
        if let Some(what) = not_a_version(text) {
            return Self::Invalid(what);
        }
        Version::parse(ecosystem, text)
            .map(Self::Version)
            .or_else(|| VersionRange::parse(ecosystem, text).map(Self::Range))
            .unwrap_or(Self::Invalid(InvalidVersion::Unreadable))
    }

    /// What to ask a registry about: the exact versions, and ranges as they are written, so that a client knows that
    /// more than the newest matters.
    #[must_use]
    pub fn lookup_versions(&self) -> Vec<String> {
        match self {
            Self::Version(version) => vec![version.as_str().to_owned()],
            Self::Range(range) => vec![range.as_str().to_owned()],
            Self::List(pieces) => pieces.iter().flat_map(Self::lookup_versions).collect(),
            Self::Invalid(_) => Vec::new(),
        }
    }

    /// Whether the newest version is one that it covers. For a list, any of it.
    #[must_use]
    pub fn covers(&self, newest: &Version) -> bool {
        match self {
            Self::Version(version) => version == newest,
            Self::Range(range) => range.contains(newest),
            Self::List(pieces) => pieces.iter().any(|piece| piece.covers(newest)),
            Self::Invalid(_) => false,
        }
    }

    /// The one version that decides how fresh it is: itself, the highest of a list, the highest published one that a
    /// range contains. `None` for what is not a version, and for a range that contains no published version.
    #[must_use]
    pub fn effective<'a>(&'a self, published: &'a [Version]) -> Option<&'a Version> {
        match self {
            Self::Version(version) => Some(version),
            Self::Range(range) => published.iter().filter(|version| range.contains(version)).max(),
            Self::List(pieces) => pieces.iter().filter_map(|piece| piece.effective(published)).max(),
            Self::Invalid(_) => None,
        }
    }
}

/// Words that mean the newest version.
const TAGS: &[&str] = &[
    "latest",
    "next",
    "stable",
    "current",
    "newest",
    "canary",
    "nightly",
    "beta",
    "alpha",
    "rc",
    "dev",
    "edge",
    "main",
    "master",
    "head",
    "trunk",
    "lts",
    "experimental",
    "insiders",
    "preview",
    "unreleased",
];

/// What ranges and people write for any version.
const WILDCARDS: &[&str] = &["*", "x", "any", "all"];

/// Recognise what PEP 440 would read wrongly, and what is not a version in any ecosystem.
fn not_a_version(text: &str) -> Option<InvalidVersion> {
    if text.is_empty() {
        return Some(InvalidVersion::Empty);
    }
    let lower = text.to_ascii_lowercase();
    if TAGS.contains(&lower.as_str()) || lower.strip_prefix('@').is_some_and(|tag| TAGS.contains(&tag)) {
        return Some(InvalidVersion::Tag);
    }
    if WILDCARDS.contains(&lower.as_str()) {
        return Some(InvalidVersion::Wildcard);
    }
    if is_date(&lower) {
        return Some(InvalidVersion::Date);
    }
    is_api_version(&lower).then_some(InvalidVersion::ApiVersion)
}

/// `2026-03`, `2026-03-01`, `2026/03/01`, with a suffix such as `-preview`. With dots or without separator it is a
/// calendar version (`2026.3.1`, `20260301`).
fn is_date(text: &str) -> bool {
    let digits = |part: &str, len: usize| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
    let number = |part: &str, range: std::ops::RangeInclusive<u32>| {
        digits(part, 2) && part.parse().is_ok_and(|n: u32| range.contains(&n))
    };
    let mut parts = text.split(['-', '/']);
    let year = parts.next().unwrap_or_default();
    let month = parts.next().unwrap_or_default();
    let century = year.starts_with("19") || year.starts_with("20") || year.starts_with("21");
    if !(digits(year, 4) && century && number(month, 1..=12)) {
        return false;
    }
    let word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    parts.all(|part| number(part, 1..=31) || word(part))
}

/// `v1`, `v2beta1`, `v1.1`, `api v3`, `api/2`: a `v` with fewer than three numbers, or the word API.
fn is_api_version(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix("api").or_else(|| text.strip_prefix("rest")) {
        return rest.bytes().any(|b| b.is_ascii_digit());
    }
    let Some(rest) = text.strip_prefix('v').map(str::trim_start) else {
        return false;
    };
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(rest.len());
    let release = rest.get(..end).unwrap_or_default();
    // `v1.x` is a range; `v1.2.3` is a version.
    !release.is_empty() && release.split('.').count() < 3 && !release.ends_with('.')
}

#[cfg(test)]
#[path = "declared_tests.rs"]
mod tests;
