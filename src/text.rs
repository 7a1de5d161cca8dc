//! Places in a text: byte ranges, and the lines and columns that people and tools see.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::borrow::Cow;

/// A half-open range of bytes in one document. Lines and columns are worked out only when reporting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte; never less than `start`.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets. Documents are capped far below 4 GiB when read, so larger offsets
    /// (which cannot occur) are clamped rather than wrapped; an end before the start gives an empty span.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        Self {
            start,
            end: end.max(start),
        }
    }

    /// An empty span at one byte.
    #[must_use]
    pub fn empty_at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The range, for slicing.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span covers no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The text under the span; empty when the span does not fit the text.
    #[must_use]
    pub fn slice(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }

    /// The same length, moved forward by a number of bytes.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self::new(self.start as usize + by, self.end as usize + by)
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A place as people and tools count it. Both numbers start at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in the unit that was asked for.
    pub column: usize,
}

/// The unit of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnUnit {
    /// Bytes of UTF-8.
    Bytes,
    /// Unicode scalar values: text, JSON and annotations.
    Chars,
    /// UTF-16 code units: SARIF (`columnKind`) and the language server protocol.
    Utf16,
}

/// The line that holds a byte, without its line ending, in a text without an index.
#[must_use]
pub fn line_around(text: &str, offset: usize) -> Span {
    let bytes = text.as_bytes();
    let offset = offset.min(bytes.len());
    let start = line_start(text, offset);
    let end = memchr::memchr(b'\n', &bytes[offset..]).map_or(bytes.len(), |end| offset + end);
    let carriage = end > start && bytes[end - 1] == b'\r';
    Span::new(start, end - usize::from(carriage))
}

/// The first byte of the line that holds a byte.
#[must_use]
pub fn line_start(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1)
}

/// A search for the leftmost of some words; of several there, the first in the list. Leftmost matches are searched for by
/// whole vectors of bytes, so that no automaton with all its states is worth building.
#[must_use]
pub fn any_of<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Option<AhoCorasick> {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(words)
        .ok()
}

/// A text with the letters of ASCII in lower case; not copied where it has no capital.
#[must_use]
pub fn ascii_lowercase(text: &str) -> Cow<'_, str> {
    match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => text.to_ascii_lowercase().into(),
        false => text.into(),
    }
}

/// How many bytes of a text are of a kind.
#[must_use]
pub fn count_bytes(text: &str, is_of_kind: impl Fn(u8) -> bool) -> usize {
    // In pieces whose count fits in a byte, so that the compiler compares whole vectors.
    let pieces = text.as_bytes().chunks(255);
    pieces
        .map(|piece| {
            let count = piece
                .iter()
                .fold(0_u8, |count, byte| count + u8::from(is_of_kind(*byte)));
            usize::from(count)
        })
        .sum()
}

/// The bytes of spaces and tabs that start the line of a byte.
#[must_use]
pub fn indent(text: &str, at: usize) -> usize {
    let line = text.get(line_start(text, at)..).unwrap_or_default();
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Whether only white space precedes a byte on its line.
#[must_use]
pub fn is_first_on_line(text: &str, at: usize) -> bool {
    text.get(line_start(text, at)..at)
        .is_some_and(|before| before.trim().is_empty())
}

/// Spans in order, with those that touch or overlap put together.
#[must_use]
pub fn join_touching(spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for span in spans {
        match out.last_mut() {
            Some(last) if last.end >= span.start => last.end = last.end.max(span.end),
            _ => out.push(span),
        }
    }
    out
}

/// Where the lines of a text start. A line ends with `\n` or `\r\n`, as SARIF and editors count.
#[derive(Clone, Debug, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Index a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(
            memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| u32::try_from(i + 1).unwrap_or(u32::MAX)),
        );
        Self { starts }
    }

    /// How many lines there are. A text that ends with a newline has an empty last line.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line (from 1) that holds a byte.
    #[must_use]
    pub fn line(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset).max(1)
    }

    /// The bytes of a line (from 1), without its line ending.
    #[must_use]
    pub fn line_span(&self, text: &str, line: usize) -> Span {
        let start = self
            .starts
            .get(line.saturating_sub(1))
            .map_or(text.len(), |s| *s as usize);
        let end = self.starts.get(line).map_or(text.len(), |s| *s as usize);
        let body = text.get(start..end).unwrap_or_default();
        let body = body.strip_suffix('\n').unwrap_or(body);
        let body = body.strip_suffix('\r').unwrap_or(body);
        Span::new(start, start + body.len())
    }

    /// The line and column of a byte. An offset inside a character counts as that character's start.
    #[must_use]
    pub fn position(&self, text: &str, offset: u32, unit: ColumnUnit) -> Position {
        let line = self.line(offset);
        let start = self.starts.get(line - 1).map_or(0, |s| *s as usize);
        let end = text.floor_char_boundary(offset as usize);
        let before = text.get(start..end).unwrap_or_default();
        let column = match unit {
            ColumnUnit::Bytes => before.len(),
            ColumnUnit::Chars => before.chars().count(),
            ColumnUnit::Utf16 => before.chars().map(char::len_utf16).sum(),
        };
        Position {
            line,
            column: column + 1,
        }
    }

    /// The byte of a line and column (both from 1), clamped to the line's end.
    #[must_use]
    pub fn offset(&self, text: &str, at: Position, unit: ColumnUnit) -> usize {
        let line = self.line_span(text, at.line);
        let mut left = at.column.saturating_sub(1);
        for (i, c) in line.slice(text).char_indices() {
            let width = match unit {
                ColumnUnit::Bytes => c.len_utf8(),
                ColumnUnit::Chars => 1,
                ColumnUnit::Utf16 => c.len_utf16(),
            };
            if left < width {
                return line.start as usize + i;
            }
            left -= width;
        }
        line.end as usize
    }
}

/// Whether a character is invisible or changes how others are displayed: controls, bidirectional controls
/// (UAX 9), default-ignorable characters (UAX 44), line separators, tag characters.
#[must_use]
pub fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(
            u32::from(c),
            0xAD | 0x34F
                | 0x61C
                | 0x115F..=0x1160
                | 0x17B4..=0x17B5
                | 0x180B..=0x180F
                | 0x200B..=0x200F
                | 0x2028..=0x202E
                | 0x2060..=0x206F
                | 0x3164
                | 0xFEFF
                | 0xFFA0
                | 0xFFF0..=0xFFFB
                | 0xFFFE..=0xFFFF
                | 0x1BCA0..=0x1BCA3
                | 0x1D173..=0x1D17A
                | 0xE0000..=0xE0FFF
        )
}

/// Items as a list in a sentence: `a`, `a and b`, `a, b and c` with the word `and`.
#[must_use]
pub fn join_list(items: &[impl AsRef<str>], word: &str) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} {word} {last}", first.join(", ")),
        _ => items.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_listed_as_in_a_sentence() {
        let listed = |items: &[&str]| join_list(items, "or");
        assert_eq!(listed(&[]), "");
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b"]), "a or b");
        assert_eq!(listed(&["a", "b", "c"]), "a, b or c");
    }

    #[test]
    fn a_line_is_found_without_an_index() {
        let text = "é\r\nb\n\nd";
        let index = LineIndex::new(text);
        for offset in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            let line = index.line_span(text, index.line(u32::try_from(offset).unwrap()));
            assert_eq!(line_around(text, offset), line, "{offset}");
        }
    }

    #[test]
    fn columns_differ_by_unit_after_an_emoji() {
        let text = "a\n😀x\r\nlast";
        let index = LineIndex::new(text);
        let x = u32::try_from(text.find('x').unwrap()).unwrap();
        assert_eq!(
            index.position(text, x, ColumnUnit::Bytes),
            Position { line: 2, column: 5 }
        );
        assert_eq!(
            index.position(text, x, ColumnUnit::Chars),
            Position { line: 2, column: 2 }
        );
        assert_eq!(
            index.position(text, x, ColumnUnit::Utf16),
            Position { line: 2, column: 3 }
        );
        assert_eq!(index.line_span(text, 2).slice(text), "😀x");
        for unit in [ColumnUnit::Bytes, ColumnUnit::Chars, ColumnUnit::Utf16] {
            assert_eq!(
                index.offset(text, index.position(text, x, unit), unit),
                x as usize
            );
        }
    }

    #[test]
    fn an_offset_past_the_end_is_the_end() {
        let index = LineIndex::new("ab");
        assert_eq!(
            index.position("ab", 99, ColumnUnit::Chars),
            Position { line: 1, column: 3 }
        );
        assert_eq!(index.line_span("ab", 7), Span::empty_at(2));
    }
}
