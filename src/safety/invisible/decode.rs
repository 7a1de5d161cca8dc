//! Decode the text that invisible characters encode.

use super::{HiddenKind, InvisibleChar};
use crate::text::is_active;

/// How many characters are decoded at most.
const MAX_MARKS: usize = 8_192;

/// What neighbours of one kind say together.
pub fn cluster(text: &str, marks: &[InvisibleChar]) -> Option<String> {
    let marks = marks.get(..MAX_MARKS).unwrap_or(marks);
    let raw: Vec<char> = marks.iter().map(|mark| mark.c).collect();
    match marks.first()?.kind {
        HiddenKind::Tag => tags(&raw),
        HiddenKind::Selector => selectors(&raw),
        HiddenKind::ZeroWidth => symbols(&raw).or_else(|| presence(text, marks)),
        HiddenKind::Bidi | HiddenKind::Space => symbols(&raw),
        HiddenKind::Control | HiddenKind::DirectionMark => None,
    }
}

/// Tag characters are ASCII moved up.
fn tags(raw: &[char]) -> Option<String> {
    let text: String = raw
        .iter()
        .filter_map(|c| char::from_u32(u32::from(*c).wrapping_sub(0xE0000)))
        .filter(|c| matches!(c, ' '..='~'))
        .collect();
    readable(text)
}

/// The 256 variation selectors as bytes, sixteen of them as half bytes, two of them as bits.
fn selectors(raw: &[char]) -> Option<String> {
    let values: Vec<u8> = raw
        .iter()
        .filter_map(|c| match u32::from(*c) {
            c @ 0xFE00..=0xFE0F => u8::try_from(c - 0xFE00).ok(),
            c @ 0xE0100..=0xE01EF => u8::try_from(c - 0xE0100 + 16).ok(),
            _ => None,
        })
        .collect();
    let bytes = String::from_utf8(values.clone()).ok().and_then(readable);
    bytes
        // Some encoders start with the seventeenth.
        .or_else(|| plain(values.iter().filter_map(|value| value.checked_sub(16)).collect()))
        .or_else(|| halves(&values))
        .or_else(|| symbols(raw))
}

/// Values below sixteen, two for a byte.
fn halves(values: &[u8]) -> Option<String> {
    let low: Vec<u8> = values.iter().map(|value| value & 15).collect();
    plain(low.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// Two characters as bits, four as pairs of bits, or two as bits with a third between the bytes.
fn symbols(raw: &[char]) -> Option<String> {
    let mut kinds: Vec<char> = raw.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    match *kinds.as_slice() {
        [a, b] => [(8, b), (8, a), (7, b), (7, a)]
            .into_iter()
            .find_map(|(width, one)| {
                let bits: Vec<bool> = raw.iter().map(|c| *c == one).collect();
                bits_as_text(&bits, width)
            }),
        [_, _, _] => kinds.iter().find_map(|separator| separated(raw, *separator)),
        [a, b, c, d] => [[a, b, c, d], [d, c, b, a]].into_iter().find_map(|order| {
            let value = |c: &char| order.iter().position(|known| known == c).unwrap_or_default();
            let bits: Vec<bool> = raw
                .iter()
                .flat_map(|c| [value(c) & 2 != 0, value(c) & 1 != 0])
                .collect();
            bits_as_text(&bits, 8)
        }),
        _ => None,
    }
}

/// Bytes as numbers of bits, which one character divides.
fn separated(raw: &[char], separator: char) -> Option<String> {
    let words: Vec<&[char]> = raw
        .split(|c| *c == separator)
        .filter(|word| !word.is_empty())
        .collect();
    let mut others = raw.iter().filter(|c| **c != separator);
    let first = *others.next()?;
    let second = *others.find(|c| **c != first)?;
    [first, second].into_iter().find_map(|one| {
        let bytes = words
            .iter()
            .map(|word| {
                let fits = word.len() <= 8;
                fits.then(|| {
                    word.iter()
                        .fold(0_u8, |all, bit| all << 1 | u8::from(*bit == one))
                })
            })
            .collect::<Option<Vec<u8>>>()?;
        plain(bytes)
    })
}

/// Bits, each 1 if an invisible character is between two visible ones, starting at the first word.
fn presence(text: &str, marks: &[InvisibleChar]) -> Option<String> {
    let (first, last) = (marks.first()?, marks.last()?);
    if !marks.iter().all(|mark| mark.c == first.c) || marks.len() < 3 {
        return None;
    }
    let head = text.get(..first.start())?;
    let word: usize = head
        .chars()
        .rev()
        .take(64)
        .take_while(|c| c.is_alphanumeric())
        .map(char::len_utf8)
        .sum();
    let mut bits = Vec::new();
    let mut seen = false;
    for c in text.get(head.len() - word..last.end())?.chars() {
        if c == first.c {
            bits.push(true);
            seen = false;
        } else if seen {
            bits.push(false);
        } else {
            seen = true;
        }
    }
    // The last bits may be zero.
    bits.resize(bits.len().next_multiple_of(8), false);
    bits_as_text(&bits, 8)
}

fn bits_as_text(bits: &[bool], width: usize) -> Option<String> {
    let byte = |bits: &[bool]| bits.iter().fold(0_u8, |all, bit| all << 1 | u8::from(*bit));
    let reversed = |bits: &[bool]| bits.iter().rev().fold(0_u8, |all, bit| all << 1 | u8::from(*bit));
    plain(bits.chunks_exact(width).map(byte).collect())
        .or_else(|| plain(bits.chunks_exact(width).map(reversed).collect()))
}

/// Bytes as text, if they are plain words and not a coincidence.
fn plain(mut bytes: Vec<u8>) -> Option<String> {
    while bytes.last() == Some(&0) {
        bytes.pop();
    }
    let text = String::from_utf8(bytes).ok()?;
    let words = text
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | ',' | '/' | ':' | '-' | '\''))
        .count();
    let fine = words * 10 >= text.chars().count() * 9 && !text.chars().any(is_active);
    fine.then(|| readable(text)).flatten()
}

/// The text if it is printable and long enough not to be a coincidence.
fn readable(text: String) -> Option<String> {
    const MAX_LEN: usize = 80;
    let fine = text.chars().count() >= 2 && text.chars().all(|c| !is_active(c) || c == '\n');
    fine.then(|| {
        if text.chars().count() > MAX_LEN {
            text.chars().take(MAX_LEN).chain("...".chars()).collect()
        } else {
            text
        }
    })
}
