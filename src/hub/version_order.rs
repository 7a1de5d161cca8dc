//! Which version of an entry clients recommend, and which one is the highest release.

use crate::chub::js::collate;
use std::cmp::Ordering;
use std::str::FromStr;

/// The version that a client gets when it asks for none: the first in the client's order. `None` without versions.
#[must_use]
pub fn recommended<T>(mut versions: Vec<T>, version: impl Fn(&T) -> &str) -> Option<T> {
    collate::sort_descending(&mut versions, version);
    versions.into_iter().next()
}

/// The highest release, or the highest pre-release where there is nothing else; of equal ones the
/// first. `None` when the versions cannot be compared: one of them is not a version, or Python and JavaScript
/// disagree about the order.
#[must_use]
pub fn highest<'a>(versions: &[&'a str]) -> Option<&'a str> {
    let by_semver = top(versions, semver);
    let by_pep440 = top(versions, |text| {
        let version = pep440_rs::Version::from_str(text).ok()?;
        Some((!version.any_prerelease(), version))
    });
    match (by_semver, by_pep440) {
        (Some(a), Some(b)) if a == b => Some(a),
        (Some(one), None) | (None, Some(one)) => Some(one),
        _ => None,
    }
}

fn top<'a, K: Ord>(versions: &[&'a str], key: impl Fn(&str) -> Option<K>) -> Option<&'a str> {
    let mut best: Option<(K, &'a str)> = None;
    for text in versions {
        let key = key(text)?;
        if best
            .as_ref()
            .is_none_or(|(highest, _)| key.cmp(highest) == Ordering::Greater)
        {
            best = Some((key, text));
        }
    }
    best.map(|(_, text)| text)
}

/// A version as semantic versioning reads it, with a `v` in front and up to two missing parts forgiven.
fn semver(text: &str) -> Option<(bool, semver::Version)> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let (numbers, suffix) = text.split_at(text.find(['-', '+']).unwrap_or(text.len()));
    let parts: Vec<_> = numbers.split('.').collect();
    let missing = 3_usize.checked_sub(parts.len())?;
    let full = format!("{numbers}{}{suffix}", ".0".repeat(missing));
    let version = semver::Version::parse(&full).ok()?;
    Some((version.pre.is_empty(), version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_recommend_by_dictionary_order() {
        let first = |versions: &[&'static str]| recommended(versions.to_vec(), |v| v);
        assert_eq!(first(&["1.0.0", "1.0.0-beta"]), Some("1.0.0-beta"));
        assert_eq!(first(&["10.0", "v2"]), Some("v2"));
        assert_eq!(first(&["9.0", "10.0"]), Some("10.0"));
        assert_eq!(first(&[]), None);
    }

    #[test]
    fn the_highest_release_is_what_both_worlds_agree_on() {
        assert_eq!(highest(&["1.0.0-beta", "1.0.0"]), Some("1.0.0"));
        assert_eq!(highest(&["v2", "10.0"]), Some("10.0"));
        assert_eq!(highest(&["1.0rc1", "1.0"]), Some("1.0"));
        assert_eq!(highest(&["2.0.0-rc.1", "1.9"]), Some("1.9"));
        assert_eq!(highest(&["2.0.0-rc.1", "2.0.0-rc.2"]), Some("2.0.0-rc.2"));
        // A fourth release of 1.0.0 in Python, one before it in JavaScript.
        assert_eq!(highest(&["1.0.0-4", "1.0.0"]), None);
        assert_eq!(highest(&["latest", "1.0.0"]), None);
        // Of equal ones the first.
        assert_eq!(highest(&["v1.0", "1.0.0"]), Some("v1.0"));
        assert_eq!(highest(&["1.0rc1", "1.0.0-rc1"]), Some("1.0rc1"));
    }
}
