//! Prepare YAML for the scanner. npm's `yaml` accepts some valid YAML 1.2 that `saphyr-parser` refuses. Such places are
//! rewritten for the scanner, and each character is mapped to its place in the file.

use std::borrow::Cow;

/// Stands for a byte order mark inside of a text, which the scanner refuses.
const MARK: char = '\u{f8fe}';

/// A text for the scanner.
pub struct YamlSource<'a> {
    /// What the scanner reads.
    pub text: Cow<'a, str>,
    /// The byte of the original text for each character; empty for ASCII that was not changed, where the two are one.
    bytes: Vec<u32>,
    len: usize,
    has_mark: bool,
}

impl<'a> YamlSource<'a> {
    /// Prepare a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let has_mark = text.contains('\u{feff}') && !text.contains(MARK);
        let changes = has_mark
            || text.contains('\t')
            || [":{", ":[", "\\ud", "\\uD"]
                .iter()
                .any(|place| text.contains(place));
        if changes {
            let mut rewriter = Rewriter::new(text, has_mark);
            rewriter.run();
            if rewriter.changed {
                return Self {
                    text: Cow::Owned(rewriter.out),
                    bytes: rewriter.bytes,
                    len: text.len(),
                    has_mark,
                };
            }
        }
        let bytes = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(at, _)| to_u32(at)).collect()
        };
        Self {
            text: Cow::Borrowed(text),
            bytes,
            len: text.len(),
            has_mark: false,
        }
    }

    /// The byte of the original text for a character of the scanner's.
    #[must_use]
    pub fn byte(&self, index: usize) -> usize {
        if self.bytes.is_empty() {
            return index.min(self.len);
        }
        self.bytes.get(index).map_or(self.len, |byte| *byte as usize)
    }

    /// A scalar as it is in the original text.
    #[must_use]
    pub fn restored<'b>(&self, scalar: Cow<'b, str>) -> Cow<'b, str> {
        if self.has_mark && scalar.contains(MARK) {
            return Cow::Owned(scalar.replace(MARK, "\u{feff}"));
        }
        scalar
    }
}

fn to_u32(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Reads a text far enough to know what is quoted, a comment, a block scalar or in brackets.
struct Rewriter<'a> {
    text: &'a str,
    at: usize,
    out: String,
    bytes: Vec<u32>,
    changed: bool,
    has_mark: bool,
    /// How many brackets are open.
    flow: usize,
    /// Whether a scalar may start here.
    fresh: bool,
    /// Where the line starts, and the column at which a key of it would start.
    line: usize,
    key: usize,
    /// The column of the collection that a block scalar would be in, and one; 0 at the top.
    parent: usize,
}

impl<'a> Rewriter<'a> {
    fn new(text: &'a str, has_mark: bool) -> Self {
        Self {
            text,
            at: 0,
            out: String::with_capacity(text.len() + 16),
            bytes: Vec::with_capacity(text.len() + 16),
            changed: false,
            has_mark,
            flow: 0,
            fresh: true,
            line: 0,
            key: 0,
            parent: 0,
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Write characters for the place that is read.
    fn write(&mut self, written: &str) {
        self.out.push_str(written);
        self.bytes.extend(written.chars().map(|_| to_u32(self.at)));
    }

    /// Write the next character as it is.
    fn copy(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        if c == '\u{feff}' && self.has_mark && self.at > 0 {
            self.write(MARK.encode_utf8(&mut [0; 4]));
            self.changed = true;
        } else {
            self.write(c.encode_utf8(&mut [0; 4]));
        }
        self.at += c.len_utf8();
        Some(c)
    }

    fn copy_while(&mut self, keep: impl Fn(char) -> bool) {
        while self.rest().starts_with(&keep) {
            self.copy();
        }
    }

    fn run(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            let next = self.rest().chars().nth(1);
            let ends = next.is_none_or(char::is_whitespace);
            match c {
                '\n' => self.line_break(),
                ' ' | '\t' | '\r' => {
                    self.copy();
                }
                '#' if self.is_after_blank() => self.copy_while(|c| c != '\n'),
                '"' | '\'' if self.fresh => self.quoted(c),
                '|' | '>' if self.fresh && self.flow == 0 => self.block_scalar(),
                '&' | '!' | '*' if self.fresh => {
                    self.copy_while(|c| !c.is_whitespace() && !",[]{}".contains(c));
                    self.fresh = c != '*';
                }
                '-' | '?' if self.fresh && self.flow == 0 && ends => {
                    self.parent = self.at - self.line + 1;
                    self.copy();
                    let blank = self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
                    self.key = self.at + blank - self.line;
                }
                ':' => self.colon(next),
                '[' | '{' if self.fresh || self.flow > 0 => {
                    self.flow += 1;
                    self.copy();
                    self.fresh = true;
                }
                ']' | '}' if self.flow > 0 => {
                    self.flow -= 1;
                    self.copy();
                    self.fresh = false;
                }
                ',' if self.flow > 0 => {
                    self.copy();
                    self.fresh = true;
                }
                _ => {
                    self.copy();
                    self.fresh = false;
                }
            }
        }
    }

    fn is_after_blank(&self) -> bool {
        let before = self.text.get(..self.at).unwrap_or_default();
        before.is_empty() || before.ends_with([' ', '\t', '\n', '\r'])
    }

    fn line_break(&mut self) {
        self.copy();
        self.line = self.at;
        self.fresh = true;
        let rest = self.rest();
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        self.key = blank;
        // In brackets, white space of any kind may begin a line (YAML 1.2.2, 6.3).
        if self.flow > 0 {
            for _ in 0..blank {
                self.blank();
            }
        }
    }

    /// Write a blank as a space.
    fn blank(&mut self) {
        self.changed |= self.rest().starts_with('\t');
        self.write(" ");
        self.at += 1;
    }

    fn colon(&mut self, next: Option<char>) {
        let opens = self.flow > 0 && matches!(next, Some('[' | '{'));
        let is_indicator = next.is_none_or(char::is_whitespace)
            || self.flow > 0 && next.is_some_and(|c| ",[]{}\"'".contains(c));
        self.copy();
        if !is_indicator {
            self.fresh = false;
            return;
        }
        if self.flow == 0 {
            self.parent = self.key + 1;
        }
        self.fresh = true;
        if opens {
            self.changed = true;
            self.write(" ");
        }
        // A tab separates as a space does (YAML 1.2.2, 6.2).
        while self.rest().starts_with([' ', '\t']) {
            self.blank();
        }
    }

    fn quoted(&mut self, quote: char) {
        self.copy();
        self.fresh = false;
        while let Some(c) = self.rest().chars().next() {
            match c {
                '\\' if quote == '"' => self.escape(),
                '\'' if quote == '\'' && self.rest().starts_with("''") => {
                    self.copy();
                    self.copy();
                }
                _ => {
                    self.copy();
                    if c == quote {
                        return;
                    }
                }
            }
        }
    }

    /// An escape in double quotes. JavaScript joins the two halves of a surrogate pair; a single half is not a
    /// character.
    fn escape(&mut self) {
        let unit = |text: &str| {
            let digits = text.strip_prefix("\\u")?.get(..4)?;
            u32::from_str_radix(digits, 16).ok()
        };
        let Some(first) = unit(self.rest()).filter(|unit| (0xd800..0xe000).contains(unit)) else {
            self.copy();
            self.copy();
            return;
        };
        let second = unit(self.rest().get(6..).unwrap_or_default());
        match second.filter(|second| first < 0xdc00 && (0xdc00..0xe000).contains(second)) {
            Some(second) => {
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                self.write(&format!("\\U{code:08X}"));
                self.at += 12;
            }
            None => {
                self.write("\\uFFFD");
                self.at += 6;
            }
        }
        self.changed = true;
    }

    /// A block scalar, whose lines are text: those that are indented by more than the collection around it.
    fn block_scalar(&mut self) {
        self.copy_while(|c| c != '\n');
        while self.rest().starts_with('\n') {
            let line = self.rest().get(1..).unwrap_or_default();
            let line = line.split('\n').next().unwrap_or_default();
            let indent = line.len() - line.trim_start_matches(' ').len();
            let is_end = indent < self.parent
                || self.parent == 0 && (line.starts_with("---") || line.starts_with("..."));
            if is_end && !line.trim().is_empty() {
                return;
            }
            self.copy();
            self.copy_while(|c| c != '\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_scanner_refuses_is_written_in_another_way() {
        for (text, expected) in [
            ("a:\tb\n", "a: b\n"),
            ("a: \t b # \tc\n", "a:   b # \tc\n"),
            ("{a:{b: 1}, c:[d]}", "{a: {b: 1}, c: [d]}"),
            ("a: [b, {c:[d]}]", "a: [b, {c: [d]}]"),
            ("a: \"\\ud83d\\ude80x\"", "a: \"\\U0001F680x\""),
            ("a: \"\\ud83d\"", "a: \"\\uFFFD\""),
            ("a: {\n\tb: 1\n\t}", "a: {\n b: 1\n }"),
            ("a: x\u{feff}y", "a: x\u{f8fe}y"),
        ] {
            let source = YamlSource::new(text);
            assert_eq!(source.text, expected);
            for (index, c) in source.text.chars().enumerate() {
                let there = text
                    .get(source.byte(index)..)
                    .and_then(|rest| rest.chars().next());
                let same = there == Some(c)
                    || c == MARK && there == Some('\u{feff}')
                    || " \\UuFD0123456789ABCDEF".contains(c);
                assert!(same, "{text:?} {index} {c:?} {there:?}");
            }
        }
    }

    #[test]
    fn text_that_only_looks_like_it_stays() {
        for text in [
            "a: \"x:\ty {b:{\"\n",
            "a: 'x:\ty \\ud83d'\n",
            "a: |\n  b:\tc\n  {d:{e\n",
            "- a: >-\n    b:\tc\n\n    d:\te\n",
            "# a:\tb\n",
            "a: b:{c\n",
            "a: \\ud83d\n",
            "a: \"\\\\ud83d\"\n",
        ] {
            assert!(matches!(YamlSource::new(text).text, Cow::Borrowed(_)), "{text:?}");
        }
        assert_eq!(
            YamlSource::new("- a: |\n    x:\ty\n  b:\tc\n").text,
            "- a: |\n    x:\ty\n  b: c\n"
        );
    }
}
