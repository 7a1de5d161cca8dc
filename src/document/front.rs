//! Front matter, with the span of every key and value.

use super::yaml::{self, YamlError, YamlNode, YamlValue};
use crate::text::Span;
use gray_matter::{Matter, Pod, engine::Engine};

/// Longest front matter that is read, in bytes.
const MAX_FRONT_MATTER_BYTES: usize = 256 * 1024;

/// The front matter of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontMatter {
    /// The YAML between the two `---` lines.
    pub block: Span,
    /// Everything up to the body, both `---` lines included.
    pub whole: Span,
    /// The parsed YAML. Only a mapping has fields.
    pub root: YamlNode,
}

/// Why an entry has no usable front matter.
#[derive(Clone, Debug, PartialEq)]
pub enum FrontMatterError {
    /// The hub's client sees no block at all.
    Missing(MissingFrontMatter),
    /// There is a block, and it is not YAML that the client accepts.
    Yaml {
        /// The reason and the place.
        error: YamlError,
        /// Everything up to the body.
        whole: Span,
    },
}

/// Why the hub's client sees no front matter: it wants `---` and a line break as the very first bytes, and a
/// later line that starts with `---`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingFrontMatter {
    /// There is no front matter.
    Absent,
    /// A byte order mark precedes it.
    ByteOrderMark,
    /// Blank lines precede it.
    BlankLine,
    /// Spaces precede the opening `---`.
    Indented,
    /// Spaces follow the opening `---`.
    TrailingSpace,
    /// Lines end with a lone carriage return.
    CarriageReturn,
    /// Nothing between the two `---` lines.
    Empty,
    /// No closing `---` line.
    Unclosed,
    /// Longer than what is parsed.
    TooLong,
}

impl FrontMatter {
    /// A field by its path: `field(&["metadata", "versions"])`.
    #[must_use]
    pub fn field(&self, path: &[&str]) -> Option<(&YamlNode, &YamlNode)> {
        let (last, parents) = path.split_last()?;
        parents
            .iter()
            .try_fold(&self.root, |node, key| node.get(key).map(|(_, value)| value))?
            .get(last)
    }

    /// A field of `metadata`.
    #[must_use]
    pub fn metadata(&self, key: &str) -> Option<(&YamlNode, &YamlNode)> {
        self.field(&["metadata", key])
    }

    /// The pieces of a comma-separated field of `metadata`, each with its bytes in the file. Pieces are trimmed;
    /// empty ones are kept, as the hub's builder keeps them.
    #[must_use]
    pub fn list<'a>(&'a self, key: &str, text: &'a str) -> Vec<(&'a str, Span)> {
        let Some((_, node)) = self.metadata(key) else {
            return Vec::new();
        };
        let Some(value) = node.as_str() else {
            return Vec::new();
        };
        let written = node.span.slice(text);
        // Escapes and folded lines make value and text differ; then every piece points at the whole value.
        let inside = place_of(value, written).filter(|_| !value.is_empty());
        let mut at = 0;
        value
            .split(',')
            .map(|piece| {
                let start = at + (piece.len() - piece.trim_start().len());
                at += piece.len() + 1;
                let piece = piece.trim();
                let span = inside.map_or(node.span, |i| {
                    let start = node.span.start as usize + i + start;
                    Span::new(start, start + piece.len())
                });
                (piece, span)
            })
            .collect()
    }
}

/// Where a value is in what is written for it: at its start or behind a quote, nearly always.
fn place_of(value: &str, written: &str) -> Option<usize> {
    let is_at = |start: usize| written.get(start..).is_some_and(|rest| rest.starts_with(value));
    (0..2).find(|start| is_at(*start)).or_else(|| written.find(value))
}

/// Read the front matter at the head of a text.
///
/// # Errors
/// Why the hub's client would not see it, or not accept it.
pub fn parse(text: &str) -> Result<FrontMatter, FrontMatterError> {
    let Some((block, whole)) = client_block(text) else {
        return Err(FrontMatterError::Missing(why_unseen(text)));
    };
    if block.len() > MAX_FRONT_MATTER_BYTES {
        return Err(FrontMatterError::Missing(MissingFrontMatter::TooLong));
    }
    match yaml::parse(block.slice(text), block.start as usize) {
        Ok(root) => Ok(FrontMatter { block, whole, root }),
        Err(error) => Err(FrontMatterError::Yaml { error, whole }),
    }
}

/// The block as the client's expression `^---\r?\n([\s\S]*?)\r?\n---\r?\n?` takes it: any line that starts with
/// `---` closes it.
fn client_block(text: &str) -> Option<(Span, Span)> {
    let start = ["---\n", "---\r\n"]
        .iter()
        .find(|opener| text.starts_with(**opener))?
        .len();
    let rest = text.get(start..)?;
    // The line break before the closer may be the very first one, so that the block is empty.
    let close = memchr::memmem::find(rest.as_bytes(), b"\n---")?;
    let content = rest.get(..close)?;
    let block_end = start + content.strip_suffix('\r').unwrap_or(content).len();
    let after = start + close + "\n---".len();
    let tail = text.get(after..)?;
    let eol = ["\r\n", "\n"]
        .iter()
        .find(|eol| tail.starts_with(**eol))
        .map_or(0, |eol| eol.len());
    Some((Span::new(start, block_end), Span::new(0, after + eol)))
}

/// Why the client sees no front matter: a block that other tools accept, and what hides it.
fn why_unseen(text: &str) -> MissingFrontMatter {
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let head = bare
        .get(..bare.floor_char_boundary(MAX_FRONT_MATTER_BYTES))
        .unwrap_or_default();
    let trimmed = head.trim_start();
    if !trimmed.starts_with("---") {
        return MissingFrontMatter::Absent;
    }
    let healed;
    let readable = if trimmed.contains('\n') {
        trimmed
    } else {
        healed = trimmed.replace('\r', "\n");
        healed.as_str()
    };
    match other_tools_block(readable) {
        RawFrontMatter::None => MissingFrontMatter::Absent,
        RawFrontMatter::Unclosed => MissingFrontMatter::Unclosed,
        RawFrontMatter::Closed(_) if bare.len() < text.len() => MissingFrontMatter::ByteOrderMark,
        RawFrontMatter::Closed(_) if trimmed.len() < head.len() => {
            let before = &head[..head.len() - trimmed.len()];
            if before.contains(['\n', '\r']) {
                MissingFrontMatter::BlankLine
            } else {
                MissingFrontMatter::Indented
            }
        }
        RawFrontMatter::Closed(_) if !trimmed.contains('\n') => MissingFrontMatter::CarriageReturn,
        RawFrontMatter::Closed(_) if !(trimmed.starts_with("---\n") || trimmed.starts_with("---\r\n")) => {
            MissingFrontMatter::TrailingSpace
        }
        RawFrontMatter::Closed(matter) if matter.is_empty() => MissingFrontMatter::Empty,
        RawFrontMatter::Closed(_) => MissingFrontMatter::Unclosed,
    }
}

/// What gray_matter, and so most site generators, reads from a text.
enum RawFrontMatter {
    None,
    Unclosed,
    Closed(String),
}

/// The engine that gray_matter calls with the block. It returns the text, since `yaml` parses it with spans.
struct RawEngine;

impl Engine for RawEngine {
    fn parse(content: &str) -> gray_matter::Result<Pod> {
        Ok(Pod::String(content.to_owned()))
    }
}

fn other_tools_block(text: &str) -> RawFrontMatter {
    let opened = text.lines().next().is_some_and(|line| line.trim_end() == "---");
    match Matter::<RawEngine>::new().parse::<String>(text) {
        Ok(entity) if !entity.matter.is_empty() => RawFrontMatter::Closed(entity.matter),
        // A lone thematic break opens nothing: only lines that look like fields make it a block.
        Ok(_) if opened => {
            let mut lines = text.lines().skip(1);
            match lines.next().map(str::trim) {
                Some(line) if line.starts_with("---") => RawFrontMatter::Closed(String::new()),
                Some(line) if is_field(line) => RawFrontMatter::Unclosed,
                _ => RawFrontMatter::None,
            }
        }
        _ => RawFrontMatter::None,
    }
}

fn is_field(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, _)| {
        !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    })
}

impl Default for FrontMatter {
    /// No fields at all: what a companion file has.
    fn default() -> Self {
        let root = YamlNode {
            span: Span::default(),
            value: YamlValue::Null,
            quoted: false,
        };
        Self {
            block: Span::default(),
            whole: Span::default(),
            root,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unseen(text: &str) -> MissingFrontMatter {
        match parse(text) {
            Err(FrontMatterError::Missing(why)) => why,
            other => panic!("{text:?}: {other:?}"),
        }
    }

    #[test]
    fn the_clients_view_decides() {
        assert_eq!(unseen("# Title\n"), MissingFrontMatter::Absent);
        assert_eq!(unseen(""), MissingFrontMatter::Absent);
        assert_eq!(
            unseen("\u{feff}---\nname: a\n---\n"),
            MissingFrontMatter::ByteOrderMark
        );
        assert_eq!(unseen("\n---\nname: a\n---\n"), MissingFrontMatter::BlankLine);
        assert_eq!(unseen("  ---\nname: a\n---\n"), MissingFrontMatter::Indented);
        assert_eq!(unseen("--- \nname: a\n---\n"), MissingFrontMatter::TrailingSpace);
        assert_eq!(unseen("---\rname: a\r---\r"), MissingFrontMatter::CarriageReturn);
        assert_eq!(unseen("---\n---\n"), MissingFrontMatter::Empty);
        assert_eq!(unseen("---\nname: a\n"), MissingFrontMatter::Unclosed);
        assert_eq!(unseen("---\n\nA paragraph.\n"), MissingFrontMatter::Absent);
    }

    #[test]
    fn any_line_that_starts_with_the_marker_closes() {
        for closer in ["---", "-----", "---oops", "---  "] {
            let text = format!("---\nname: a\n{closer}\nbody");
            let front = parse(&text).unwrap();
            assert_eq!(front.block.slice(&text), "name: a");
        }
        let text = "---\r\nname: a\r\n---\r\nbody";
        let front = parse(text).unwrap();
        assert_eq!(
            (front.block.slice(text), &text[front.whole.range()]),
            ("name: a", "---\r\nname: a\r\n---\r\n")
        );
    }

    #[test]
    fn every_key_and_value_has_its_place() {
        let text =
            "---\nname: \"é-name\"   # why\nmetadata:\n  versions: '1.0, 2.0'\n  tags:\n  n: 1.0\n---\n";
        let front = parse(text).unwrap();
        let at = |path: &[&str]| {
            let (key, value) = front.field(path).unwrap();
            (key.span.slice(text), value.span.slice(text), value.span.start)
        };
        assert_eq!(at(&["name"]).1, "\"é-name\"");
        assert_eq!(at(&["metadata", "versions"]).1, "'1.0, 2.0'");
        let pieces = front.list("versions", text);
        assert_eq!(
            pieces
                .iter()
                .map(|(p, s)| (*p, s.slice(text)))
                .collect::<Vec<_>>(),
            [("1.0", "1.0"), ("2.0", "2.0")]
        );
        assert_eq!(
            at(&["metadata", "tags"]).2 as usize,
            text.find("tags:").unwrap() + 5
        );
        assert_eq!(front.metadata("n").unwrap().1.value, YamlValue::Number(1.0));
    }

    #[test]
    fn what_the_client_refuses_is_refused() {
        for (yaml, place) in [
            ("a: 1\nb: 2\na: 3", "a"),
            ("a: b: c", ":"),
            ("a: \"open", ""),
            ("a: @b", "@"),
        ] {
            let text = format!("---\n{yaml}\n---\n");
            let Err(FrontMatterError::Yaml { error, .. }) = parse(&text) else {
                panic!("{yaml:?} was accepted")
            };
            assert!(error.span.range().start >= 4, "{yaml:?} {error:?}");
            if !place.is_empty() {
                assert_eq!(error.span.slice(&text), place, "{yaml:?} {error:?}");
            }
        }
    }

    #[test]
    fn aliases_and_depth_are_bounded() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for i in 1..9 {
            let refs = vec![format!("*a{}", i - 1); 10].join(", ");
            bomb.push_str(&format!("a{i}: &a{i} [{refs}]\n"));
        }
        let deep = format!("a: {}{}", "[".repeat(5000), "]".repeat(5000));
        for yaml in [bomb, deep] {
            let text = format!("---\n{yaml}\n---\n");
            assert!(matches!(parse(&text), Err(FrontMatterError::Yaml { .. })));
        }
    }

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        let text = "---\na: 1.2.3\nb: 2026-01-02\nc: yes\nd: 1_000\ne: 007\nf: 1e3\ng: 0x1F\nh: 0o17\ni: .inf\nj: null\nk: !!str 1.0\nl: .5\n---\n";
        let front = parse(text).unwrap();
        let value = |key: &str| front.field(&[key]).unwrap().1.value.clone();
        for key in ["a", "b", "c", "d", "k"] {
            assert!(
                matches!(value(key), YamlValue::String(_)),
                "{key}: {:?}",
                value(key)
            );
        }
        let numbers = ["e", "f", "g", "h", "i", "l"].map(value);
        let expected = [7.0, 1000.0, 31.0, 15.0, f64::INFINITY, 0.5].map(YamlValue::Number);
        assert_eq!(numbers, expected);
        assert_eq!(value("j"), YamlValue::Null);
    }
}
