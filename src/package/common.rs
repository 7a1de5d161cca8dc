//! The most used packages of each registry, and what is only a slip away from one of them.
//!
//! The lists are made by `tests/tools/common_packages.py`, which names their sources.

use super::{Ecosystem, Package};
use std::sync::LazyLock;

static PYPI: LazyLock<CommonNames> = LazyLock::new(|| CommonNames::read(include_str!("common/pypi.txt")));
static NPM: LazyLock<CommonNames> = LazyLock::new(|| CommonNames::read(include_str!("common/npm.txt")));

/// The longest name that is compared: those of the lists are shorter.
const MAX_LEN: usize = 60;
/// Shorter names become other words by one letter.
const MIN_LEN_TO_REPLACE: usize = 7;

/// The names of a list.
struct CommonNames {
    /// Every name, in order.
    known: Vec<&'static str>,
    /// The most used ones by length, each with its place in the list.
    most_used: Vec<(usize, &'static str)>,
}

impl CommonNames {
    fn read(list: &'static str) -> Self {
        let mut known: Vec<&str> = list.lines().map(|line| line.trim_start_matches('~')).collect();
        known.sort_unstable();
        let most_used = list.lines().filter(|line| !line.starts_with('~'));
        let mut most_used: Vec<_> = most_used.enumerate().collect();
        most_used.sort_by_key(|(_, name)| name.len());
        Self { known, most_used }
    }

    /// The most used names whose length is at most one more or less.
    fn of_length(&self, length: usize) -> impl Iterator<Item = &(usize, &'static str)> {
        let from = self
            .most_used
            .partition_point(|(_, name)| name.len() + 1 < length);
        let names = self.most_used.get(from..).unwrap_or_default().iter();
        names.take_while(move |(_, name)| name.len() <= length + 1)
    }
}

/// The much more common package that a name can be a slip of, or a trap for: one letter more, one less, another one, or
/// two that changed places. `None` for a name that is known itself.
#[must_use]
pub fn look_alike(package: &Package) -> Option<&'static str> {
    let names = match package.ecosystem() {
        Ecosystem::PyPi => &*PYPI,
        Ecosystem::Npm => &*NPM,
    };
    let name = package.name();
    if name.len() > MAX_LEN || names.known.binary_search(&name).is_ok() {
        return None;
    }
    let near = names
        .of_length(name.len())
        .filter(|(_, common)| is_slip(name.as_bytes(), common.as_bytes()));
    near.min().map(|(_, common)| *common)
}

/// Whether one name is one edit from another: a letter more or less, two that changed places, and in longer names
/// another letter. Digits distinguish versions of a package, and plurals are separate words.
fn is_slip(name: &[u8], common: &[u8]) -> bool {
    let one_end = name.first() == common.first() || name.last() == common.last();
    if !one_end || name.len().abs_diff(common.len()) > 1 {
        return false;
    }
    let same = |a: &mut dyn Iterator<Item = (&u8, &u8)>| a.take_while(|(a, b)| a == b).count();
    let head = same(&mut name.iter().zip(common));
    let tail = same(&mut name.iter().rev().zip(common.iter().rev()));
    let shorter = name.len().min(common.len());
    let (a, b) = (
        middle(name, head, tail, shorter),
        middle(common, head, tail, shorter),
    );
    let letter = |edit: &[u8]| {
        edit.iter()
            .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_' | b'.'))
    };
    match (a, b) {
        // A plural is a separate word. No plural ends in `ss`.
        ([one], []) if *one == b's' && head == common.len() => common.ends_with(b"s"),
        ([], [one]) if *one == b's' && head == name.len() => name.ends_with(b"s"),
        ([one], []) | ([], [one]) => letter(&[*one]),
        ([one], [other]) => common.len() >= MIN_LEN_TO_REPLACE && letter(&[*one, *other]),
        ([a, b], [c, d]) => a == d && b == c && letter(&[*a, *b]),
        _ => false,
    }
}

/// What is left of a name between the parts that are the same.
fn middle(name: &[u8], head: usize, tail: usize, shorter: usize) -> &[u8] {
    let tail = tail.min(shorter - head.min(shorter));
    name.get(head..name.len() - tail).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(ecosystem: Ecosystem, name: &str) -> Option<&'static str> {
        look_alike(&Package::new(ecosystem, name).unwrap())
    }

    #[test]
    fn slips_of_common_names_are_seen() {
        for (name, common) in [
            ("reqeusts", "requests"),
            ("requets", "requests"),
            ("rrequests", "requests"),
            ("pandsa", "pandas"),
            ("djnago", "django"),
            ("python-dateutils1", ""),
            ("cryptograpy", "cryptography"),
            ("cryptographi", "cryptography"),
            ("requestss", "requests"),
        ] {
            assert_eq!(meant(Ecosystem::PyPi, name).unwrap_or_default(), common, "{name}");
        }
        for (name, common) in [
            ("lodahs", "lodash"),
            ("exprss", "express"),
            ("axois", "axios"),
            ("expres", "express"),
            ("expresss", "express"),
            ("chalkk", "chalk"),
        ] {
            assert_eq!(meant(Ecosystem::Npm, name), Some(common), "{name}");
        }
    }

    #[test]
    fn known_and_other_names_are_not() {
        for name in [
            "requests",
            "redis",
            "boto",
            "urllib4",
            "numpy2",
            "flasks",
            "torchx",
            "tox",
            "acme-widgets",
        ] {
            assert_eq!(meant(Ecosystem::PyPi, name), None, "{name}");
        }
        for name in [
            "react",
            "preact",
            "lodash",
            "vite",
            "jest",
            "@acme/express",
            "widget-js",
        ] {
            assert_eq!(meant(Ecosystem::Npm, name), None, "{name}");
        }
    }
}
