//! Where a text has the prefix of a credential.
//!
//! One automaton for all prefixes would stop at every fourth byte of a text, since they start with common letters. Most
//! have a `_` or `-` in them, which are rare: those are looked up by the bytes before the first one.

use super::formats::SecretFormat;
use super::named;
use super::table::FORMATS;
use crate::text::any_of;
use aho_corasick::AhoCorasick;
use std::cmp::Reverse;
use std::sync::LazyLock;

/// Formats by the two bytes before the first `_` or `-` of their prefix, and how many bytes of it come before.
type FormatsByMark = Vec<Vec<(usize, &'static SecretFormat)>>;

/// How many slots there are.
const SLOTS: usize = 1 << 12;

static MARKED: LazyLock<FormatsByMark> = LazyLock::new(|| {
    let mut slots: FormatsByMark = vec![Vec::new(); SLOTS];
    for format in FORMATS {
        if let Some(at) = mark(format)
            && let Some(before) = pair(format.prefix.as_bytes(), at)
        {
            slots[slot(before)].push((at, format));
        }
    }
    slots
});

/// A search for some formats, and for what may split a credential.
struct FormatSearch {
    automaton: AhoCorasick,
    formats: Vec<&'static SecretFormat>,
}

/// The shortest needles that are searched for together with longer ones: vectors compare as many bytes as the shortest
/// needle has, up to four, and each byte less stops the search more often.
const LONG: usize = 4;

/// The other formats: those with long needles, and those with short ones.
static OTHER_FORMATS: LazyLock<Vec<FormatSearch>> = LazyLock::new(|| {
    let search = |long: bool| {
        let is_of = |needle: &str| (needle.len() >= LONG) == long;
        let formats: Vec<&SecretFormat> = FORMATS
            .iter()
            .filter(|format| mark(format).is_none() && is_of(format.needle()))
            .collect();
        let breaks = BREAKS.into_iter().filter(|needle| is_of(needle));
        let needles = formats.iter().map(|format| format.needle()).chain(breaks);
        Some(FormatSearch {
            automaton: any_of(needles)?,
            formats,
        })
    };
    [true, false].into_iter().filter_map(search).collect()
});

/// Where the first `_` or `-` of a prefix is, if at least two bytes come before it.
fn mark(format: &SecretFormat) -> Option<usize> {
    format.prefix.find(['_', '-']).filter(|at| *at >= 2)
}

fn pair(bytes: &[u8], at: usize) -> Option<[u8; 2]> {
    bytes.get(at.checked_sub(2)?..at)?.try_into().ok()
}

fn slot([a, b]: [u8; 2]) -> usize {
    (usize::from(a) << 5 ^ usize::from(b)) % SLOTS
}

/// What one pass over a text finds.
#[derive(Default)]
pub struct Places {
    /// Every place with a prefix, in order, with the places of its ends; the longest prefix of each.
    pub prefixes: Vec<(usize, usize, &'static SecretFormat)>,
    /// Every `_` or `-` behind which a name of credentials may end.
    pub names: Vec<usize>,
    /// Every place where something that readers do not see may split a credential in two.
    pub breaks: Vec<usize>,
}

/// Invisible text that allows a line break inside of a word.
pub const BREAKS: [&str; 3] = ["<wbr", "&shy;", "\u{ad}"];

/// Look through a text.
pub fn places(text: &str) -> Places {
    let bytes = text.as_bytes();
    let marked = &*MARKED;
    let mut found = Vec::new();
    let mut names = Vec::new();
    let mut breaks = Vec::new();
    for at in memchr::memchr2_iter(b'_', b'-', bytes) {
        // A rule of a table: no prefix has two hyphens in a row, as a test below checks.
        if bytes.get(at..at + 2) == Some(b"--") {
            continue;
        }
        if named::may_begin(bytes, at) {
            names.push(at);
        }
        let Some(before) = pair(bytes, at) else { continue };
        for (ahead, format) in &marked[slot(before)] {
            if let Some(start) = at.checked_sub(*ahead)
                && bytes
                    .get(start..)
                    .is_some_and(|rest| rest.starts_with(format.prefix.as_bytes()))
            {
                found.push((start, start + format.prefix.len(), *format));
            }
        }
    }
    for search in OTHER_FORMATS.iter() {
        for hit in search.automaton.find_iter(text) {
            let Some(format) = search.formats.get(hit.pattern().as_usize()) else {
                breaks.push(hit.start());
                continue;
            };
            if let Some(start) = format.start(text, hit.start()) {
                found.push((start, hit.end(), *format));
            }
        }
    }
    breaks.sort_unstable();
    found.sort_by_key(|(start, end, _)| (*start, Reverse(*end)));
    found.dedup_by_key(|(start, ..)| *start);
    Places {
        prefixes: found,
        names,
        breaks,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_is_found_where_it_stands() {
        for format in FORMATS {
            let text = format!("é {}", format.prefix);
            let found: Vec<_> = places(&text)
                .prefixes
                .into_iter()
                .map(|(start, end, _)| (start, end))
                .collect();
            assert!(found.contains(&(3, text.len())), "{} {found:?}", format.prefix);
        }
    }

    #[test]
    fn no_prefix_that_is_looked_up_has_two_marks() {
        let marked = FORMATS
            .iter()
            .filter(|format| mark(format).is_some_and(|at| format.prefix[at..].starts_with("--")));
        assert_eq!(marked.count(), 0);
    }

    #[test]
    fn the_longest_prefix_wins() {
        let found: Vec<_> = places("-_-sk-proj-x")
            .prefixes
            .into_iter()
            .map(|(_, _, format)| format.prefix)
            .collect();
        assert_eq!(found, ["sk-proj-"]);
    }
}
