//! Ranges of versions as npm and Python projects write them.

use super::Ecosystem;
use super::version::Version;
use pep440_rs::VersionSpecifiers;
use semver::VersionReq;
use std::str::FromStr;

/// A set of versions: `^1.2`, `>=1,<2`, `1.x`, `18`, `1 || 2`.
#[derive(Clone, Debug)]
pub struct VersionRange {
    text: String,
    wildcard: bool,
    set: RangeKind,
}

#[derive(Clone, Debug)]
enum RangeKind {
    /// Any of them.
    Npm(Vec<VersionReq>),
    PyPi(VersionSpecifiers),
}

impl VersionRange {
    /// Read a range; `None` when it is invalid.
    pub(crate) fn parse(ecosystem: Ecosystem, text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > 256 || !text.is_ascii() {
            return None;
        }
        let set = match ecosystem {
            Ecosystem::Npm => RangeKind::Npm(text.split("||").map(npm).collect::<Option<_>>()?),
            Ecosystem::PyPi => RangeKind::PyPi(pypi(text)?),
        };
        Some(Self {
            wildcard: text.starts_with(|c: char| c.is_ascii_digit() || c == 'v') && !text.contains(' '),
            text: text.to_owned(),
            set,
        })
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is a partial version (`1.x`, `18`), without an operator.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.wildcard
    }

    /// Whether a version is in it. As for npm and pip, a pre-release is in a range only if the range names one.
    #[must_use]
    pub fn contains(&self, version: &Version) -> bool {
        match &self.set {
            RangeKind::Npm(any) => version
                .as_semver()
                .is_some_and(|v| any.iter().any(|req| req.matches(v))),
            RangeKind::PyPi(all) => version.as_pep440().is_some_and(|v| {
                all.contains(v) && (!v.any_prerelease() || all.iter().any(|s| s.version().any_prerelease()))
            }),
        }
    }
}

/// One alternative of an npm range (node-semver's "Ranges"), for the `semver` crate, which writes `,` for "and" and
/// reads a bare version as a caret.
fn npm(text: &str) -> Option<VersionReq> {
    let text = text.trim();
    if let Some((low, high)) = text.split_once(" - ") {
        return VersionReq::parse(&format!(">={}, <={}", partial(low)?, partial(high)?)).ok();
    }
    let mut comparators = Vec::new();
    let mut operator = "";
    for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
        let split = word.find(|c: char| !"<>=^~".contains(c)).unwrap_or(word.len());
        let (own, version) = word.split_at(split);
        if version.is_empty() {
            operator = own;
            continue;
        }
        let operator = if own.is_empty() {
            std::mem::take(&mut operator)
        } else {
            own
        };
        comparators.push(comparator(operator, version)?);
    }
    (!comparators.is_empty()).then(|| VersionReq::parse(&comparators.join(", ")).ok())?
}

fn comparator(operator: &str, version: &str) -> Option<String> {
    let version = partial(version)?;
    let full = version.split(['-', '+']).next()?.split('.').count() == 3 && !version.contains('*');
    Some(match operator {
        "" | "=" if full => format!("={version}"),
        "" | "=" if version == "*" => version,
        // Bare `1.2` is 1.2.x.
        "" | "=" => format!("{}.*", version.trim_end_matches(".*")),
        "~>" => format!("~{version}"),
        ">" | ">=" | "<" | "<=" | "^" | "~" => format!("{operator}{}", version.trim_end_matches(".*")),
        _ => return None,
    })
}

/// `1`, `1.2`, `1.2.3-x`, `1.x`, with `x`, `X` and `*` all as `*`.
fn partial(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('v');
    let (release, rest) = text.split_at(text.find(['-', '+']).unwrap_or(text.len()));
    let mut parts: Vec<&str> = Vec::new();
    for part in release.split('.') {
        match part {
            "x" | "X" | "*" => {
                if parts.last() != Some(&"*") {
                    parts.push("*");
                }
            }
            part if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) => parts.push(part),
            _ => return None,
        }
    }
    let number_after_star = parts
        .iter()
        .position(|p| *p == "*")
        .is_some_and(|at| at + 1 != parts.len());
    (!parts.is_empty() && parts.len() <= 3 && !number_after_star)
        .then(|| format!("{}{rest}", parts.join(".")))
}

/// PEP 440 specifiers, and what Python projects also write: `1.x`, and Poetry's `^1.2` and `~1.2`.
fn pypi(text: &str) -> Option<VersionSpecifiers> {
    let specifiers: Option<Vec<String>> = text
        .split(',')
        .map(|piece| {
            let piece = piece.trim();
            if let Some(version) = piece.strip_prefix('^') {
                return poetry(version, true);
            }
            if let Some(version) = piece.strip_prefix('~').filter(|rest| !rest.starts_with('=')) {
                return poetry(version, false);
            }
            if piece.starts_with(|c: char| c.is_ascii_digit() || c == 'v') {
                let stem = piece
                    .trim_start_matches('v')
                    .strip_suffix(['x', 'X', '*'])?
                    .strip_suffix('.')?;
                let plain = stem
                    .split('.')
                    .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
                return plain.then(|| format!("=={stem}.*"));
            }
            Some(piece.to_owned())
        })
        .collect();
    VersionSpecifiers::from_str(&specifiers?.join(",")).ok()
}

/// `^1.2` is `>=1.2,<2`; `~1.2` is `>=1.2,<1.3`.
fn poetry(text: &str, caret: bool) -> Option<String> {
    let version = pep440_rs::Version::from_str(text.trim()).ok()?;
    let release = version.release();
    let keep = match caret {
        true => release
            .iter()
            .position(|part| *part != 0)
            .unwrap_or(release.len().saturating_sub(1)),
        false => release.len().min(2) - 1,
    };
    let mut upper: Vec<u64> = release.iter().take(keep + 1).copied().collect();
    if let Some(last) = upper.last_mut() {
        *last = last.checked_add(1)?;
    }
    let upper: Vec<String> = upper.iter().map(ToString::to_string).collect();
    Some(format!(">={version},<{}", upper.join(".")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_what_their_tools_say() {
        use Ecosystem::{Npm, PyPi};
        for (ecosystem, range, inside, outside) in [
            (Npm, "18", "18.9.9", "19.0.0"),
            (Npm, "1.2", "1.2.9", "1.3.0"),
            (Npm, "1.x", "1.9.0", "2.0.0"),
            (Npm, "1.2.X", "1.2.7", "1.3.0"),
            (Npm, "1.*.*", "1.5.0", "2.0.0"),
            (Npm, "^1.2.3", "1.9.0", "2.0.0"),
            (Npm, "^0.2.3", "0.2.9", "0.3.0"),
            (Npm, "~1.2.3", "1.2.9", "1.3.0"),
            (Npm, ">= 1.2 <2", "1.2.0", "2.0.0"),
            (Npm, ">=1.2.0, <2", "1.9.0", "2.1.0"),
            (Npm, "1.2 - 2", "2.9.0", "3.0.0"),
            (Npm, "1 || 3", "3.1.0", "2.0.0"),
            (Npm, ">1", "2.0.0", "1.9.0"),
            (Npm, ">=1", "2.0.0", "2.1.0-rc.1"),
            (Npm, "=1.2.3 || 2", "1.2.3", "1.2.4"),
            (PyPi, ">=1,<2", "1.9", "2.0"),
            (PyPi, "~=1.4", "1.9", "2.0"),
            (PyPi, "==1.*", "1.9.post1", "2.0"),
            (PyPi, "1.x", "1.0", "2.0"),
            (PyPi, "1.2.*", "1.2.9", "1.3"),
            (PyPi, "^1.2", "1.9", "2.0"),
            (PyPi, "^0.2.1", "0.2.9", "0.3"),
            (PyPi, "~1.2", "1.2.9", "1.3"),
            (PyPi, ">=1", "2.0", "3.0rc1"),
        ] {
            let range = VersionRange::parse(ecosystem, range).unwrap_or_else(|| panic!("{range}"));
            let of = |text| Version::parse(ecosystem, text).unwrap();
            assert!(range.contains(&of(inside)), "{range:?} {inside}");
            assert!(!range.contains(&of(outside)), "{range:?} {outside}");
        }
    }

    #[test]
    fn what_is_no_range() {
        for text in [
            "", "x.1", "1.x.2", "a", "^", "1..2", ">>1", "1.2.3.4", "é", "|| ", "^^1",
        ] {
            assert!(VersionRange::parse(Ecosystem::Npm, text).is_none(), "{text}");
        }
        for text in [
            "",
            "a",
            "^",
            "~",
            "1.",
            "1..x",
            "=1",
            "1x",
            "^99999999999999999999",
            "x",
        ] {
            assert!(VersionRange::parse(Ecosystem::PyPi, text).is_none(), "{text}");
        }
        assert!(VersionRange::parse(Ecosystem::PyPi, "^18446744073709551615").is_none());
    }
}
