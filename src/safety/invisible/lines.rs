//! What the line around a character holds, read once for each line.

use super::scripts::{is_right_to_left, joins};

/// The longest part of a line that is one line here, in bytes. What is longer is read in parts, so that one letter does
/// not speak for a whole file.
const MAX_BYTES: usize = 4_000;

/// Counts of a line.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineFact {
    /// Letters written from right to left.
    pub right_to_left: usize,
    /// Other letters.
    pub left_to_right: usize,
    /// Letters of scripts that join.
    pub joining: usize,
    /// Whether each embedding and each isolate is closed.
    is_balanced: bool,
    /// Whether each part that is turned from right to left holds mostly such letters.
    is_turned_for_letters: bool,
}

impl LineFact {
    /// Whether the controls of the line are closed and needed. No text needs a control that reverses Latin letters or
    /// code: what a reader sees then differs from what a model reads.
    #[must_use]
    pub fn has_fitting_isolates(&self) -> bool {
        self.right_to_left > 0
            && self.is_balanced
            && (self.is_turned_for_letters || self.right_to_left > self.left_to_right)
    }

    fn read(line: &str) -> Self {
        let mut fact = Self {
            is_balanced: true,
            is_turned_for_letters: true,
            ..Self::default()
        };
        // Each open control: whether it is an isolate, whether it turns, and the counts before it.
        let mut open: Vec<(bool, bool, usize, usize)> = Vec::new();
        for c in line.chars() {
            match u32::from(c) {
                0x202A | 0x202B | 0x2066..=0x2068 => {
                    let turns = matches!(c, '\u{202b}' | '\u{2067}');
                    open.push((
                        u32::from(c) >= 0x2066,
                        turns,
                        fact.right_to_left,
                        fact.left_to_right,
                    ));
                }
                0x202C | 0x2069 => match open.pop() {
                    Some((isolate, turns, right, left)) if isolate == (c == '\u{2069}') => {
                        let (right, left) = (fact.right_to_left - right, fact.left_to_right - left);
                        fact.is_turned_for_letters &= !turns || right >= left;
                    }
                    _ => fact.is_balanced = false,
                },
                // No text needs an override.
                0x202D | 0x202E => fact.is_balanced = false,
                _ if is_right_to_left(c) => {
                    fact.right_to_left += 1;
                    fact.joining += usize::from(joins(c));
                }
                _ if joins(c) => {
                    fact.joining += 1;
                    fact.left_to_right += 1;
                }
                _ if c.is_alphabetic() => fact.left_to_right += 1,
                _ => {}
            }
        }
        fact.is_balanced &= open.is_empty();
        fact
    }
}

/// The facts of the lines of a text, computed when asked for. Questions come in the order of the text.
pub struct LineFacts<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    fact: LineFact,
    /// Whether the text has line feeds.
    has_line_feeds: Option<bool>,
}

impl<'a> LineFacts<'a> {
    /// For a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            start: 0,
            end: 0,
            fact: LineFact::default(),
            has_line_feeds: None,
        }
    }

    /// The facts of the line of a byte.
    pub fn at(&mut self, at: usize) -> LineFact {
        if at >= self.end || at < self.start {
            let bytes = self.text.as_bytes();
            let before = bytes.get(self.end.min(at)..at).unwrap_or_default();
            let start = memchr::memrchr(b'\n', before).map_or(self.end.min(at), |i| self.end.min(at) + i + 1);
            // From the start of the line in steps, so that the parts do not depend on where a question is.
            let start = start + (at - start) / MAX_BYTES * MAX_BYTES;
            self.start = self.text.floor_char_boundary(start);
            let rest = bytes.get(self.start..).unwrap_or_default();
            let rest = rest.get(..MAX_BYTES).unwrap_or(rest);
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
            self.end = self.text.ceil_char_boundary(self.start + end);
            self.fact = LineFact::read(self.text.get(self.start..self.end).unwrap_or_default());
        }
        self.fact
    }

    /// Whether a carriage return makes a terminal overwrite the start of its line: there is text before and after it,
    /// and it is not the line ending of the file.
    pub fn is_overwritten(&mut self, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        let has_line_feeds = *self
            .has_line_feeds
            .get_or_insert_with(|| memchr::memchr(b'\n', bytes).is_some());
        has_line_feeds
            && at
                .checked_sub(1)
                .and_then(|before| bytes.get(before))
                .is_some_and(|before| !matches!(before, b'\n' | b'\r'))
    }
}
