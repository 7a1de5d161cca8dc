//! Versions: strict semver for npm, PEP 440 for PyPI.

use super::Ecosystem;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// The longest text that is looked at: the longest real versions have about 100 characters.
const LIMIT: usize = 256;

/// One version of a package, ordered as its ecosystem orders it.
#[derive(Clone, Debug)]
pub struct Version {
    text: String,
    parsed: Parsed,
}

#[derive(Clone, Debug)]
enum Parsed {
    Semver(semver::Version),
    Pep440(pep440_rs::Version),
}

impl Version {
    /// Read one version: strict semver 2.0 for npm, PEP 440 for PyPI, both also after a `v` or `=` when what follows
    /// is complete. `None` for anything else; for dates and API versions ask [`super::declared::DeclaredVersions::parse`] first, since PEP 440
    /// reads `2026-03` as a post release and `v1` as 1.
    #[must_use]
    pub fn parse(ecosystem: Ecosystem, text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > LIMIT {
            return None;
        }
        let parsed = match ecosystem {
            // npm reads `v1.2.3` and `=1.2.3` as 1.2.3.
            Ecosystem::Npm => {
                let bare = text.trim_start_matches(['v', '=']).trim_start();
                Parsed::Semver(semver::Version::parse(bare).ok()?)
            }
            Ecosystem::PyPi => Parsed::Pep440(pep440_rs::Version::from_str(text).ok()?),
        };
        Some(Self {
            text: text.to_owned(),
            parsed,
        })
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a text is this version, however it is written there.
    #[must_use]
    pub fn is_written(&self, text: &str) -> bool {
        let ecosystem = match self.parsed {
            Parsed::Semver(_) => Ecosystem::Npm,
            Parsed::Pep440(_) => Ecosystem::PyPi,
        };
        Self::parse(ecosystem, text).is_some_and(|other| other == *self)
    }

    /// Whether it is an alpha, beta, candidate or development release.
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        match &self.parsed {
            Parsed::Semver(version) => !version.pre.is_empty(),
            Parsed::Pep440(version) => version.any_prerelease(),
        }
    }

    /// PEP 440's epoch; 0 for npm.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        match &self.parsed {
            Parsed::Semver(_) => 0,
            Parsed::Pep440(version) => version.epoch(),
        }
    }

    /// A number of its release part, 0 where there is none: 0 is major, 1 minor, 2 patch.
    #[must_use]
    pub fn release_number(&self, index: usize) -> u64 {
        match &self.parsed {
            Parsed::Semver(version) => [version.major, version.minor, version.patch]
                .get(index)
                .copied()
                .unwrap_or(0),
            Parsed::Pep440(version) => version.release().get(index).copied().unwrap_or(0),
        }
    }

    /// How many numbers its release part has.
    pub(crate) fn release_len(&self) -> usize {
        match &self.parsed {
            Parsed::Semver(_) => 3,
            Parsed::Pep440(version) => version.release().len(),
        }
    }

    /// The version without pre, post, development and local parts: what it is a candidate for.
    pub(crate) fn release(&self) -> Self {
        let parsed = match &self.parsed {
            Parsed::Semver(v) => Parsed::Semver(semver::Version::new(v.major, v.minor, v.patch)),
            Parsed::Pep440(v) => Parsed::Pep440(v.only_release().with_epoch(v.epoch())),
        };
        Self {
            text: self.text.clone(),
            parsed,
        }
    }

    /// Without PEP 440's local part; npm ignores build metadata when comparing.
    pub(crate) fn without_local(&self) -> Self {
        let parsed = match &self.parsed {
            Parsed::Semver(version) => Parsed::Semver(version.clone()),
            Parsed::Pep440(version) => Parsed::Pep440(version.clone().without_local()),
        };
        Self {
            text: self.text.clone(),
            parsed,
        }
    }

    pub(crate) fn as_semver(&self) -> Option<&semver::Version> {
        match &self.parsed {
            Parsed::Semver(version) => Some(version),
            Parsed::Pep440(_) => None,
        }
    }

    pub(crate) fn as_pep440(&self) -> Option<&pep440_rs::Version> {
        match &self.parsed {
            Parsed::Pep440(version) => Some(version),
            Parsed::Semver(_) => None,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Equality as the ecosystem defines it: `16.0` is `16.0.0` for PyPI; npm ignores build metadata.
impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The order of `packaging` for PyPI and of `semver` for npm. Versions of different ecosystems are never compared; so
/// that the order is total, npm's come last.
impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.parsed, &other.parsed) {
            (Parsed::Semver(a), Parsed::Semver(b)) => a.cmp_precedence(b),
            (Parsed::Pep440(a), Parsed::Pep440(b)) => a.cmp(b),
            (Parsed::Pep440(_), Parsed::Semver(_)) => Ordering::Less,
            (Parsed::Semver(_), Parsed::Pep440(_)) => Ordering::Greater,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Ecosystem::{Npm, PyPi};
    use super::*;

    /// `tests/data/version_order.tsv` was written by `tests/tools/record_version_order.py` with `packaging` and `semver`.
    #[test]
    fn the_order_is_that_of_packaging_and_of_semver() {
        let table = include_str!("../../tests/data/version_order.tsv");
        let mut counts = [0, 0];
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split('\t').collect();
            let [ecosystem, a, order, b] = fields[..] else {
                panic!("{line}")
            };
            let ecosystem = if ecosystem == "pypi" { PyPi } else { Npm };
            let of = |text| Version::parse(ecosystem, text).unwrap_or_else(|| panic!("{line}"));
            let found = match of(a).cmp(&of(b)) {
                Ordering::Less => "<",
                Ordering::Equal => "=",
                Ordering::Greater => ">",
            };
            assert_eq!(found, order, "{line}");
            counts[usize::from(ecosystem == Npm)] += 1;
        }
        assert!(counts[0] >= 300 && counts[0] == counts[1], "{counts:?}");
    }
}
