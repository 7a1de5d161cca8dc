//! The layout of a mapping in the source, for fixes that add or move lines without changing the others.

use crate::document::{Document, YamlNode};
use crate::text::{Span, line_start};

/// A mapping in block style: one key per line, all at one indentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockMapping<'a> {
    /// The white space before each key.
    pub indent: &'a str,
    /// The end of its last line, before the line break.
    pub end: usize,
}

/// The layout of a mapping, when it is in block style.
#[must_use]
pub fn block_mapping<'a>(document: &'a Document, node: &YamlNode) -> Option<BlockMapping<'a>> {
    let pairs = node.pairs();
    let (_, last) = pairs.last()?;
    let indents: Option<Vec<&str>> = pairs.iter().map(|(key, _)| indent(document, key)).collect();
    let indents = indents?;
    let indent = *indents.first()?;
    if indents.iter().any(|other| *other != indent) {
        return None;
    }
    Some(BlockMapping {
        indent,
        end: line_end(document, last.span.end as usize),
    })
}

/// The white space before a key; `None` when other text precedes it.
fn indent<'a>(document: &'a Document, key: &YamlNode) -> Option<&'a str> {
    let line = line_start(&document.text, key.span.start as usize);
    let before = Span::new(line, key.span.start as usize).slice(&document.text);
    before.bytes().all(|b| b == b' ').then_some(before)
}

/// All the lines of a field, their line break included.
#[must_use]
pub fn field_lines(document: &Document, key: &YamlNode, value: &YamlNode) -> Span {
    let start = line_start(&document.text, key.span.start as usize);
    let end = line_end(document, value.span.end.max(key.span.end) as usize);
    let newline = newline_at(document, end);
    Span::new(start, end + newline)
}

/// The line ending that the document uses.
#[must_use]
pub fn newline(document: &Document) -> &'static str {
    if document.text.starts_with("---\r\n") {
        "\r\n"
    } else {
        "\n"
    }
}

fn line_end(document: &Document, at: usize) -> usize {
    let rest = document.text.get(at..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    at + line.strip_suffix('\r').unwrap_or(line).len()
}

fn newline_at(document: &Document, at: usize) -> usize {
    let rest = document.text.get(at..).unwrap_or_default();
    ["\r\n", "\n"]
        .iter()
        .find(|eol| rest.starts_with(**eol))
        .map_or(0, |eol| eol.len())
}
