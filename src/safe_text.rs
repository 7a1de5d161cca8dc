//! Text that cannot act on the terminal, the log or the page it is written to, and gives no credential away.
//!
//! Documents, configs and registry replies are untrusted. What they contain reaches a reporter only as [`SafeText`],
//! whose constructor makes control characters, text sequences, bidirectional controls and other invisible
//! characters visible, and puts asterisks in the place of credentials. Each format then adds its own escaping.

use crate::secret;
pub use crate::text::is_active;
use std::borrow::Cow;
use std::fmt;

/// A text of one line without control characters, invisible characters or secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct SafeText(String);

impl SafeText {
    /// Make a text safe.
    #[must_use]
    pub fn new(raw: &str) -> Self {
        Self(escape(&secret::mask_secrets(raw)).into_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is read back from a report is as untrusted as a document.
impl<'de> serde::Deserialize<'de> for SafeText {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|raw| Self::new(&raw))
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the character at a byte is the second `#` of a command that some CI systems execute wherever it is in
/// a line of their log: `##[set-output ...]` (GitHub), `##vso[...]` (Azure), `##teamcity[...]`.
#[must_use]
pub fn is_log_command(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let second = at > 0 && bytes.get(at - 1) == Some(&b'#') && bytes.get(at) == Some(&b'#');
    second
        && bytes[at + 1..]
            .iter()
            .find(|b| !b.is_ascii_alphabetic())
            .is_some_and(|b| *b == b'[')
}

fn push_visible(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c => out.extend(c.escape_unicode()),
    }
}

/// Make every active character visible, line breaks included, and break the commands of logs.
#[must_use]
pub fn escape(raw: &str) -> Cow<'_, str> {
    if !raw
        .char_indices()
        .any(|(i, c)| is_active(c) || is_log_command(raw, i))
    {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len() + 16);
    for (i, c) in raw.char_indices() {
        if is_active(c) || is_log_command(raw, i) {
            push_visible(&mut out, c);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// A line of a document as a whole line of a log, behind a mark of one character at most: as [`escape`] with tabs kept, and
/// the commands broken that GitHub obeys at the start of a line, behind any white space (`::error::`).
#[must_use]
pub fn escape_log_line(raw: &str) -> Cow<'_, str> {
    let start = raw.len() - raw.trim_start().len();
    let obeyed = raw.get(start..).is_some_and(|rest| rest.starts_with("::"));
    if !obeyed && !raw.contains('\t') {
        return escape(raw);
    }
    let mut out = String::with_capacity(raw.len() + 16);
    for (at, c) in raw.char_indices() {
        let broken = is_active(c) && c != '\t' || is_log_command(raw, at) || (obeyed && at == start + 1);
        if broken {
            push_visible(&mut out, c);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Source text to show in a snippet: safe, with lines and tabs kept, and a way to find places again.
#[derive(Debug)]
pub struct SafeSource {
    text: String,
    /// Bytes of the raw text where the safe one has grown, and by how much in all from there on.
    grown: Vec<(usize, usize)>,
}

impl SafeSource {
    /// Make the lines of a source text safe.
    #[must_use]
    pub fn new(raw: &str) -> Self {
        let mut text = String::with_capacity(raw.len());
        let mut grown = Vec::new();
        for (i, c) in raw.char_indices() {
            let end_of_line = c == '\r' && raw.as_bytes().get(i + 1) == Some(&b'\n');
            let active = is_active(c) || is_log_command(raw, i);
            if !active || matches!(c, '\n' | '\t') || end_of_line {
                text.push(c);
                continue;
            }
            push_visible(&mut text, c);
            let after = i + c.len_utf8();
            grown.push((after, text.len() - after));
        }
        Self { text, grown }
    }

    /// The safe text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The byte of the safe text for a byte of the raw one.
    #[must_use]
    pub fn map(&self, at: usize) -> usize {
        let after = self.grown.partition_point(|(from, _)| *from <= at);
        let by = after
            .checked_sub(1)
            .and_then(|i| self.grown.get(i))
            .map_or(0, |(_, by)| *by);
        self.text.floor_char_boundary(at + by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_active_is_left() {
        let raw = "a\u{1b}[31m::error::\r\n\u{202e}b\u{200b}\u{e0041}\u{9b}é😀";
        let safe = SafeText::new(raw);
        assert!(!safe.as_str().chars().any(is_active));
        assert_eq!(
            safe.as_str(),
            "a\\u{1b}[31m::error::\\r\\n\\u{202e}b\\u{200b}\\u{e0041}\\u{9b}é😀"
        );
    }

    #[test]
    fn commands_of_logs_are_broken() {
        for raw in [
            "x ##[set-output name=a]b",
            "##vso[task.setvariable]",
            "##teamcity[buildStop]",
        ] {
            let safe = SafeText::new(raw);
            assert!(safe.as_str().contains("#\\u{23}"), "{safe}");
            assert_eq!(
                SafeText::new(safe.as_str()),
                safe,
                "making safe twice changes nothing"
            );
            assert!(SafeSource::new(raw).text().contains("#\\u{23}"));
        }
        assert_eq!(SafeText::new("## Heading [x]").as_str(), "## Heading [x]");
    }

    #[test]
    fn places_are_found_again() {
        let raw = "x\u{200b}y\n\u{202e}z";
        let source = SafeSource::new(raw);
        for c in ['y', 'z'] {
            let at = source.map(raw.find(c).unwrap());
            assert!(source.text()[at..].starts_with(c));
        }
    }
}
