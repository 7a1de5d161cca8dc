//! Invisible characters that are harmless one by one but carry a text together.

use super::lines::LineFacts;
use super::{HiddenKind, InvisibleChar};

/// How many bits a text has at least: one byte.
const MIN_BITS: usize = 8;
/// The maximum number of bytes between two characters that carry one text.
const REACH: usize = 200;

/// Mark the characters that carry a text as not needed.
pub fn find(text: &str, marks: &mut [InvisibleChar]) {
    selectors(text, marks);
    let mut facts = LineFacts::new(text);
    let mut start = 0;
    while let Some(first) = marks.get(start) {
        let end_of_line = memchr::memchr(b'\n', text.as_bytes().get(first.start()..).unwrap_or_default())
            .map_or(text.len(), |at| first.start() + at);
        let rest = marks.get(start..).unwrap_or_default();
        let end = start + rest.partition_point(|mark| mark.start() < end_of_line);
        let Some(line) = marks.get_mut(start..end.max(start + 1)) else {
            return;
        };
        hyphens(text, line);
        direction_marks(line, &mut facts);
        joiners(line, &mut facts);
        spaces(line);
        start = end.max(start + 1);
    }
}

/// Variation selectors behind one character each, in a row: of ideographs with more kinds than names need, or with
/// both presentations of emoji in turn.
fn selectors(text: &str, marks: &mut [InvisibleChar]) {
    let mut start = 0;
    while start < marks.len() {
        let mut end = start + 1;
        while let (Some(a), Some(b)) = (marks.get(end - 1), marks.get(end)) {
            let between = text.get(a.end()..b.start()).unwrap_or_default();
            let is_next =
                a.kind == HiddenKind::Selector && b.kind == a.kind && between.chars().nth(1).is_none();
            if !is_next {
                break;
            }
            end += 1;
        }
        if let Some(row) = marks.get_mut(start..end)
            && row.len() >= 6
        {
            let count = |test: fn(u32) -> bool| row.iter().filter(|mark| test(u32::from(mark.c))).count();
            let supplement = count(|c| c >= 0xE0100);
            let (text_style, emoji_style) = (count(|c| c == 0xFE0E), count(|c| c == 0xFE0F));
            let two_styles = row.len() >= MIN_BITS && text_style > 0 && emoji_style > 0;
            if supplement >= 6 && distinct(row) >= 3 || two_styles {
                row.iter_mut().for_each(|mark| mark.needed = false);
            }
        }
        start = end;
    }
}

/// How many different characters there are, counted to five.
fn distinct(marks: &[InvisibleChar]) -> usize {
    let mut seen: Vec<char> = Vec::new();
    for mark in marks {
        if !seen.contains(&mark.c) {
            seen.push(mark.c);
        }
        if seen.len() > 4 {
            break;
        }
    }
    seen.len()
}

/// Soft hyphens where no language divides a word: around one letter, or around letters without a vowel.
fn hyphens(text: &str, line: &mut [InvisibleChar]) {
    let mut impossible = 0;
    let mut start = 0;
    while start < line.len() {
        let mut end = start + 1;
        while let (Some(a), Some(b)) = (line.get(end - 1), line.get(end)) {
            let between = text.get(a.end()..b.start()).unwrap_or_default();
            let one_word = a.c == '\u{ad}' && b.c == a.c && between.chars().all(char::is_alphanumeric);
            if !one_word {
                break;
            }
            end += 1;
        }
        if let Some(word) = line.get_mut(start..end)
            && word.first().is_some_and(|mark| mark.c == '\u{ad}')
        {
            let bad = impossible_pieces(text, word);
            impossible += bad;
            if bad >= 2 {
                word.iter_mut().for_each(|mark| mark.needed = false);
            }
        }
        start = end;
    }
    if impossible >= 3 {
        line.iter_mut()
            .filter(|mark| mark.c == '\u{ad}')
            .for_each(|mark| mark.needed = false);
    }
}

/// How many pieces of a word between soft hyphens are not syllables.
fn impossible_pieces(text: &str, word: &[InvisibleChar]) -> usize {
    let (Some(first), Some(last)) = (word.first(), word.last()) else {
        return 0;
    };
    let before = text.get(..first.start()).unwrap_or_default();
    let head: usize = before
        .chars()
        .rev()
        .take(REACH)
        .take_while(|c| c.is_alphanumeric())
        .map(char::len_utf8)
        .sum();
    let after = text.get(last.end()..).unwrap_or_default();
    let tail: usize = after
        .chars()
        .take(REACH)
        .take_while(|c| c.is_alphanumeric())
        .map(char::len_utf8)
        .sum();
    let inner = word.windows(2).filter_map(|pair| match pair {
        [a, b] => text.get(a.end()..b.start()),
        _ => None,
    });
    std::iter::once(before.get(before.len() - head..).unwrap_or_default())
        .chain(inner)
        .chain(std::iter::once(after.get(..tail).unwrap_or_default()))
        .filter(|piece| !may_be_syllable(piece))
        .count()
}

/// Whether letters may be a syllable between two hyphens. Only Latin letters are judged.
fn may_be_syllable(piece: &str) -> bool {
    if !piece.chars().all(|c| c.is_alphabetic() && u32::from(c) < 0x250) {
        return true;
    }
    // `r` and `l` are vowels in Czech, Slovak and Croatian.
    let is_vowel = |c: char| !c.is_ascii() || "aeiouyrlAEIOUYRL".contains(c);
    piece.chars().nth(1).is_some() && piece.chars().any(is_vowel)
}

/// Direction marks in a row, or more of them than letters that need them.
fn direction_marks(line: &mut [InvisibleChar], facts: &mut LineFacts<'_>) {
    let is_mark = |mark: &InvisibleChar| matches!(u32::from(mark.c), 0x200E | 0x200F | 0x061C);
    let mut row = 0;
    let mut longest = 0;
    let mut count = 0;
    let mut end = 0;
    let mut first = None;
    for mark in line.iter().filter(|mark| is_mark(mark)) {
        first.get_or_insert(mark.start());
        row = if mark.start() == end { row + 1 } else { 1 };
        longest = longest.max(row);
        end = mark.end();
        count += 1;
    }
    let Some(first) = first else { return };
    if longest >= 3 || count >= MIN_BITS && count > 2 * facts.at(first).right_to_left {
        line.iter_mut()
            .filter(|mark| is_mark(mark))
            .for_each(|mark| mark.needed = false);
    }
}

/// Joiners in a line with too few letters to join.
fn joiners(line: &mut [InvisibleChar], facts: &mut LineFacts<'_>) {
    let is_joiner = |mark: &InvisibleChar| {
        matches!(mark.c, '\u{200c}' | '\u{200d}') && mark.kind == HiddenKind::ZeroWidth
    };
    let mut joiners = line.iter().filter(|mark| is_joiner(mark));
    let Some(first) = joiners.next().map(InvisibleChar::start) else {
        return;
    };
    let count = 1 + joiners.count();
    let joining = facts.at(first).joining;
    // Emoji have joiners and no letters.
    if count >= MIN_BITS && joining > 0 && joining < 2 * count {
        line.iter_mut()
            .filter(|mark| is_joiner(mark))
            .for_each(|mark| mark.needed = false);
    }
}

/// Spaces of two to four widths: eight of them in a row or in a line. Texts about spaces show each width once.
fn spaces(line: &mut [InvisibleChar]) {
    let is_quad =
        |mark: &InvisibleChar| mark.kind == HiddenKind::Space && matches!(u32::from(mark.c), 0x2000..=0x200A);
    let mut start = 0;
    while start < line.len() {
        let mut end = start + 1;
        while let (Some(a), Some(b)) = (line.get(end - 1), line.get(end)) {
            if a.kind != HiddenKind::Space || b.kind != a.kind || a.end() != b.start() {
                break;
            }
            end += 1;
        }
        if let Some(row) = line.get_mut(start..end)
            && row.len() >= MIN_BITS
            && (2..=4).contains(&distinct(row))
        {
            row.iter_mut().for_each(|mark| mark.needed = false);
        }
        start = end;
    }
    let quads: Vec<InvisibleChar> = line.iter().filter(|mark| is_quad(mark)).copied().collect();
    if quads.len() >= MIN_BITS && (2..=4).contains(&distinct(&quads)) {
        line.iter_mut()
            .filter(|mark| is_quad(mark))
            .for_each(|mark| mark.needed = false);
    }
}

/// Neighbours of one kind that may carry one text.
pub fn clusters(marks: &[InvisibleChar]) -> impl Iterator<Item = &[InvisibleChar]> {
    marks.chunk_by(|a, b| a.kind == b.kind && a.end() + REACH > b.start())
}
