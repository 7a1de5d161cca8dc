//! A text normalised for patterns: without case, blanks, emphasis, invisible characters and look-alikes.

use crate::safety::letters::{LetterKind, look_alike};

/// The longest text that is read, in bytes. Longer ones are read up to here.
pub const MAX_BYTES: usize = 64 * 1024;

/// A text as patterns compare it, with the place of each byte.
pub struct NormalizedText {
    /// The text.
    pub text: String,
    /// For each byte of `text`, and for its end, the byte of the original.
    pub places: Vec<usize>,
}

impl NormalizedText {
    /// Read a text.
    #[must_use]
    pub fn new(original: &str) -> Self {
        let mut plain = Self {
            text: String::with_capacity(original.len().min(MAX_BYTES)),
            places: Vec::with_capacity(original.len().min(MAX_BYTES) + 1),
        };
        let mut at = 0;
        while let Some(c) = original.get(at..).and_then(|rest| rest.chars().next()) {
            if plain.text.len() > MAX_BYTES {
                break;
            }
            if c.is_ascii() && c != '&' {
                at = plain.push_ascii(original, at);
                continue;
            }
            let (c, len) = match original.get(at..).and_then(reference) {
                Some((c, len)) => (c, len),
                None => (c, c.len_utf8()),
            };
            let after = original.get(at + len..).and_then(|rest| rest.chars().next());
            let in_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
            let c = look_alike(c)
                .filter(|found| {
                    // A word of another script stays what it is.
                    found.kind == LetterKind::Form
                        || in_latin(after)
                        || in_latin(plain.text.chars().next_back())
                })
                .map_or(c, |found| found.ascii);
            plain.push(c, at);
            at += len;
        }
        plain.places.push(at);
        plain
    }

    /// Add the words of ASCII that begin at a byte of a text, or the one character there. Returns where they end.
    fn push_ascii(&mut self, original: &str, at: usize) -> usize {
        let rest = original.get(at..).unwrap_or_default();
        let is_plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'&' | b'*' | b'\\');
        let len = rest.bytes().take(MAX_BYTES).take_while(is_plain).count();
        if len == 0 {
            self.push(rest.chars().next().unwrap_or_default(), at);
            return at + 1;
        }
        let start = self.text.len();
        self.text.push_str(rest.get(..len).unwrap_or_default());
        if let Some(added) = self.text.get_mut(start..) {
            added.make_ascii_lowercase();
        }
        self.places.extend(at..at + len);
        at + len
    }

    fn push(&mut self, c: char, at: usize) {
        if c.is_whitespace() || matches!(c, '\u{2010}'..='\u{2015}' | '*' | '\\') {
            // Emphasis and line breaks do not part words.
            if !self.text.ends_with(' ') && !matches!(c, '*' | '\\') {
                self.text.push(' ');
                self.places.push(at);
            }
            return;
        }
        if crate::text::is_active(c) {
            return;
        }
        let c = if c == '\u{2019}' { '\'' } else { c };
        for lower in c.to_lowercase() {
            self.text.push(lower);
            self.places.extend(std::iter::repeat_n(at, lower.len_utf8()));
        }
    }
}

/// A numeric character reference at the head of a text: `&#105;` or `&#x69;`.
fn reference(text: &str) -> Option<(char, usize)> {
    let (digits, _) = text
        .strip_prefix("&#")?
        .get(..text.len().min(12) - 2)
        .or_else(|| text.get(2..))?
        .split_once(';')?;
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some((char::from_u32(number)?, digits.len() + 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_short() {
        assert_eq!(reference("&#"), None);
        assert_eq!(reference("&#65"), None);
        assert_eq!(reference("&#65;é"), Some(('A', 5)));
        assert_eq!(reference("&#x1F600;"), Some(('😀', 9)));
    }
}
