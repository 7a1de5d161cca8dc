//! Version order as the hub's client sorts it.
//!
//! `chub build` sorts versions by `b.localeCompare(a, undefined, { numeric: true })`: Unicode collation with
//! numbers by value, not semver. So `1.0.0-beta` comes before `1.0.0`, and `v2` before `10`. This comparator
//! gives that order for ASCII (the root collation, also used for English) without ICU's tables. Characters beyond
//! ASCII come after all letters, by code point: no published version has any.

use std::cmp::Ordering;

/// The ASCII characters that are neither letters, digits nor ignored, in the order of the root collation.
const SYMBOLS: &[u8] = b"\t\n\x0b\x0c\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

/// ICU compares at most this many digits as one number, then starts another.
const MAX_NUMBER_DIGITS: usize = 254;

/// One collation element at its first level.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum CollationElement<'a> {
    /// Place in `SYMBOLS`.
    Symbol(usize),
    /// Length and digits, without leading zeros: compares by value.
    Number(usize, &'a str),
    /// A letter without its case.
    Letter(u8),
    /// Anything beyond ASCII.
    Other(char),
}

/// Compares two versions as `a.localeCompare(b, undefined, { numeric: true })` does for ASCII.
#[must_use]
pub fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (elements(a), elements(b));
    let primary = a.iter().map(|e| &e.0).cmp(b.iter().map(|e| &e.0));
    // Case decides only between texts that are otherwise the same; lower case first.
    primary.then_with(|| a.iter().map(|e| e.1).cmp(b.iter().map(|e| e.1)))
}

/// The elements of a text, each with whether it is an upper-case letter.
fn elements(text: &str) -> Vec<(CollationElement<'_>, bool)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, after) = rest.split_at(end);
            numbers(digits, &mut found);
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii_alphabetic() => {
                found.push((
                    CollationElement::Letter(byte.to_ascii_lowercase()),
                    byte.is_ascii_uppercase(),
                ));
            }
            Ok(byte) if byte.is_ascii() => {
                // Control characters are ignored, but they end a run of digits.
                if let Some(place) = SYMBOLS.iter().position(|&symbol| symbol == byte) {
                    found.push((CollationElement::Symbol(place), false));
                }
            }
            _ => found.push((CollationElement::Other(c), false)),
        }
    }
    found
}

/// Splits a run of digits as ICU does: leading zeros go, before each piece.
fn numbers<'a>(digits: &'a str, found: &mut Vec<(CollationElement<'a>, bool)>) {
    let mut rest = digits;
    while !rest.is_empty() {
        let significant = rest.trim_start_matches('0');
        if significant.is_empty() {
            found.push((CollationElement::Number(1, "0"), false));
            return;
        }
        let (piece, after) = significant.split_at(significant.len().min(MAX_NUMBER_DIGITS));
        found.push((CollationElement::Number(piece.len(), piece), false));
        rest = after;
    }
}

/// Sorts versions as the client's build does: highest first, equal ones in the order they came.
pub fn sort_descending<T>(items: &mut [T], version: impl Fn(&T) -> &str) {
    items.sort_by(|a, b| compare(version(b), version(a)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prereleases_stand_above_their_release() {
        let mut versions = [
            "0.9",
            "1.0.0",
            "1.0.0-alpha.9",
            "1.0.0-alpha.10",
            "1.0.0-rc.1",
            "1.0.0+build",
        ];
        sort_descending(&mut versions, |v| v);
        let expected = [
            "1.0.0+build",
            "1.0.0-rc.1",
            "1.0.0-alpha.10",
            "1.0.0-alpha.9",
            "1.0.0",
            "0.9",
        ];
        assert_eq!(versions, expected);
    }

    /// Pairs and the sign of Node's answer, recorded by `tests/registry/record.mjs`.
    #[test]
    fn every_recorded_pair_compares_as_in_node() {
        let mut count = 0;
        for line in include_str!("../../../tests/registry/comparisons.txt").lines() {
            let (sign, pair) = line.split_at(2);
            let (a, b): (String, String) = serde_json::from_str(pair).expect("a pair of strings");
            let expected = match sign {
                "< " => Ordering::Less,
                "= " => Ordering::Equal,
                _ => Ordering::Greater,
            };
            assert_eq!(compare(&a, &b), expected, "{a:?} {b:?}");
            assert_eq!(compare(&b, &a), expected.reverse(), "{b:?} {a:?}");
            count += 1;
        }
        assert!(count >= 3000, "{count} lines");
    }
}
