//! From the event parser's events to a tree of nodes.

use super::scalar::resolve_scalar;
use super::{YamlError, YamlNode, YamlValue};
use crate::lang::yaml::source::YamlSource;
use crate::lang::yaml::tabs::TabCheck;
use crate::text::Span;
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::borrow::Cow;
use std::collections::HashSet;

/// Deepest nesting of front matter: deeper than in real files, and shallow enough for any stack.
const MAX_DEPTH: usize = 64;
/// The most nodes after aliases are expanded.
const MAX_NODES: usize = 20_000;

/// Parse one YAML document that starts at byte `offset` of its file.
///
/// # Errors
/// The first thing that the hub's own parser would refuse.
pub fn parse(text: &str, offset: usize) -> Result<YamlNode, YamlError> {
    let chars = CharMap {
        offset,
        source: YamlSource::new(text),
    };
    let mut tabs = TabCheck::for_text(text);
    let mut builder = TreeBuilder {
        text,
        offset,
        chars: &chars,
        stack: Vec::new(),
        anchors: Vec::new(),
        root: None,
        nodes: 0,
        aliases: 0,
    };
    let mut documents = 0;
    for event in Parser::new_from_str(&chars.source.text) {
        let (event, span) = event.map_err(|error| plain_words(text, offset, &chars, &error))?;
        if let Some(tab) = tabs
            .as_mut()
            .and_then(|tabs| tabs.find(&event, span, &chars.source, text))
        {
            let mut error = error(Span::new(offset + tab, offset + tab + 1), TAB.0);
            error.help = Some(TAB.1.to_owned());
            return Err(error);
        }
        let span = chars.span(span.start.index(), span.end.index());
        if let Event::DocumentStart(_) = event {
            documents += 1;
            if documents > 1 {
                return Err(error(
                    span,
                    "front matter must be one YAML document; a second one starts here",
                ));
            }
        }
        builder.event(event, span)?;
    }
    Ok(builder.root.unwrap_or(YamlNode {
        span: Span::empty_at(offset),
        value: YamlValue::Null,
        quoted: false,
    }))
}

/// The message and the help for a tab in the indentation.
const TAB: (&str, &str) = ("a tab in the indentation", "indent with spaces");

fn error(span: Span, message: impl Into<String>) -> YamlError {
    YamlError {
        span,
        message: message.into(),
        related: None,
        help: None,
    }
}

/// The event parser counts characters; the rest of the program counts bytes.
struct CharMap<'a> {
    offset: usize,
    source: YamlSource<'a>,
}

impl CharMap<'_> {
    fn byte(&self, index: usize) -> usize {
        self.source.byte(index)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.byte(start) + self.offset, self.byte(end) + self.offset)
    }
}

enum OpenCollection {
    Sequence {
        span: Span,
        anchor: usize,
        items: Vec<YamlNode>,
    },
    Mapping {
        span: Span,
        anchor: usize,
        pairs: Vec<(YamlNode, YamlNode)>,
        key: Option<YamlNode>,
        /// The scalar keys so far of a long mapping, so that looking for one costs the same at its end.
        seen: HashSet<String>,
    },
}

struct TreeBuilder<'a> {
    text: &'a str,
    offset: usize,
    chars: &'a CharMap<'a>,
    stack: Vec<OpenCollection>,
    anchors: Vec<(usize, YamlNode)>,
    root: Option<YamlNode>,
    nodes: usize,
    aliases: usize,
}

impl TreeBuilder<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let text = self.chars.source.restored(text);
                let plain = style == ScalarStyle::Plain;
                let value = if plain || tag.is_some() {
                    resolve_scalar(&text, plain, tag.as_deref())
                } else {
                    YamlValue::String(text.into_owned())
                };
                let node = YamlNode {
                    span: self.written(span, style),
                    value,
                    quoted: !plain,
                };
                self.anchor(anchor, &node);
                self.push(node)
            }
            Event::SequenceStart(anchor, _) => self.open(OpenCollection::Sequence {
                span,
                anchor,
                items: Vec::new(),
            }),
            Event::MappingStart(anchor, _) => self.open(OpenCollection::Mapping {
                span,
                anchor,
                pairs: Vec::new(),
                key: None,
                seen: HashSet::new(),
            }),
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(id) => {
                self.aliases += 1;
                let Some((_, node)) = self.anchors.iter().find(|(anchor, _)| *anchor == id) else {
                    return Err(error(span, "an alias to an anchor that contains it"));
                };
                let node = YamlNode { span, ..node.clone() };
                self.nodes += count(&node);
                if self.nodes > MAX_NODES || self.aliases > 100 {
                    return Err(error(
                        span,
                        "aliases expand to more than the hub's parser accepts",
                    ));
                }
                self.push(node)
            }
            _ => Ok(()),
        }
    }

    /// Scalars that end a line may come with the white space behind them.
    fn trimmed(&self, span: Span) -> Span {
        let local = span.range().start - self.offset..span.range().end - self.offset;
        let slice = self.text.get(local).unwrap_or_default();
        Span::new(span.start as usize, span.start as usize + slice.trim_end().len())
    }

    /// The bytes of a scalar as written. The scanner's end of a quoted one lies behind the comment after it.
    fn written(&self, span: Span, style: ScalarStyle) -> Span {
        if !matches!(style, ScalarStyle::DoubleQuoted | ScalarStyle::SingleQuoted) {
            return self.trimmed(span);
        }
        let slice = self.text.get(local(span, self.offset)).unwrap_or_default();
        let mut bytes = slice.bytes().enumerate().skip(1).peekable();
        while let Some((i, byte)) = bytes.next() {
            let closed = match (style, byte) {
                (ScalarStyle::DoubleQuoted, b'\\') | (ScalarStyle::SingleQuoted, b'\'')
                    if byte == b'\\' || bytes.peek().is_some_and(|(_, next)| *next == b'\'') =>
                {
                    bytes.next();
                    false
                }
                (ScalarStyle::DoubleQuoted, b'"') | (ScalarStyle::SingleQuoted, b'\'') => true,
                _ => false,
            };
            if closed {
                return Span::new(span.start as usize, span.start as usize + i + 1);
            }
        }
        self.trimmed(span)
    }

    fn anchor(&mut self, id: usize, node: &YamlNode) {
        if id != 0 {
            self.anchors.push((id, node.clone()));
        }
    }

    fn open(&mut self, open: OpenCollection) -> Result<(), YamlError> {
        if self.stack.len() >= MAX_DEPTH {
            let (OpenCollection::Sequence { span, .. } | OpenCollection::Mapping { span, .. }) = open;
            return Err(error(span, format!("nested more than {MAX_DEPTH} levels deep")));
        }
        self.stack.push(open);
        Ok(())
    }

    fn close(&mut self, end: Span) -> Result<(), YamlError> {
        let (anchor, node) = match self.stack.pop() {
            Some(OpenCollection::Sequence { span, anchor, items }) => {
                let end = end.end.max(items.last().map_or(0, |n| n.span.end));
                (anchor, self.collection(span, end, YamlValue::Sequence(items)))
            }
            Some(OpenCollection::Mapping {
                span, anchor, pairs, ..
            }) => {
                let end = end.end.max(pairs.last().map_or(0, |(_, v)| v.span.end));
                (anchor, self.collection(span, end, YamlValue::Mapping(pairs)))
            }
            None => return Ok(()),
        };
        self.anchor(anchor, &node);
        self.push(node)
    }

    fn collection(&self, start: Span, end: u32, value: YamlValue) -> YamlNode {
        let span = self.trimmed(Span::new(start.start as usize, end as usize));
        YamlNode {
            span,
            value,
            quoted: false,
        }
    }

    fn push(&mut self, node: YamlNode) -> Result<(), YamlError> {
        self.nodes += 1;
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(OpenCollection::Sequence { items, .. }) => items.push(node),
            Some(OpenCollection::Mapping { pairs, key, seen, .. }) => match key.take() {
                Some(key) => {
                    let node = self.chars.absent_value(self.text, &key, node);
                    pairs.push((key, node));
                }
                None => {
                    if let Some(first) = same_key(pairs, seen, &node.value) {
                        let name = self.text.get(local(node.span, self.offset)).unwrap_or_default();
                        return Err(YamlError {
                            span: node.span,
                            message: format!("the key `{name}` appears twice"),
                            related: Some((first.span, "first written here".to_owned())),
                            help: Some("keep one of the two".to_owned()),
                        });
                    }
                    *key = Some(node);
                }
            },
        }
        Ok(())
    }
}

/// The key of a mapping that is the same as another one.
fn same_key<'a>(
    pairs: &'a [(YamlNode, YamlNode)],
    seen: &mut HashSet<String>,
    key: &YamlValue,
) -> Option<&'a YamlNode> {
    /// Up to this many keys are compared one by one, without a copy of each.
    const FEW: usize = 32;
    if pairs.len() >= FEW {
        if seen.is_empty() {
            seen.extend(pairs.iter().filter_map(|(known, _)| key_text(&known.value)));
        }
        if seen.insert(key_text(key)?) {
            return None;
        }
    }
    let mut keys = pairs.iter().map(|(known, _)| known);
    keys.find(|known| is_same_key(&known.value, key))
}

fn local(span: Span, offset: usize) -> std::ops::Range<usize> {
    span.range().start - offset..span.range().end - offset
}

impl CharMap<'_> {
    /// The parser reports an absent value at the next token; it is reported behind the key instead.
    fn absent_value(&self, text: &str, key: &YamlNode, node: YamlNode) -> YamlNode {
        if node.value != YamlValue::Null || !node.span.is_empty() {
            return node;
        }
        let after = key.span.end as usize - self.offset;
        let colon = text
            .get(after..)
            .and_then(|rest| rest.find(':'))
            .map_or(after, |i| after + i + 1);
        YamlNode {
            span: Span::empty_at(colon + self.offset),
            ..node
        }
    }
}

fn count(node: &YamlNode) -> usize {
    1 + match &node.value {
        YamlValue::Sequence(items) => items.iter().map(count).sum(),
        YamlValue::Mapping(pairs) => pairs.iter().map(|(k, v)| count(k) + count(v)).sum(),
        _ => 0,
    }
}

/// The text by which scalar keys are compared; `None` for a collection. npm `yaml` compares scalar keys only; two
/// collections are never one key.
fn key_text(value: &YamlValue) -> Option<String> {
    match value {
        YamlValue::Sequence(_) | YamlValue::Mapping(_) => None,
        // `0` and `-0` are the same number.
        YamlValue::Number(number) => Some(format!("{:?}", YamlValue::Number(number + 0.0))),
        other => Some(format!("{other:?}")),
    }
}

/// Whether two values have the same text.
fn is_same_key(a: &YamlValue, b: &YamlValue) -> bool {
    match (a, b) {
        (YamlValue::String(a), YamlValue::String(b)) => a == b,
        (YamlValue::String(_), _) | (_, YamlValue::String(_)) => false,
        _ => key_text(a).is_some_and(|a| Some(a) == key_text(b)),
    }
}

/// The nearest line with text above the line of a byte, without the white space around it; `None` when that byte
/// is not the first of its own line.
fn line_before(text: &str, at: usize) -> Option<std::ops::Range<usize>> {
    let above = text.get(..at)?.strip_suffix('\n')?.trim_end();
    let start = above.rfind('\n').map_or(0, |i| i + 1);
    let line = above.get(start..)?;
    let indent = line.len() - line.trim_start().len();
    (!line.is_empty()).then_some(start + indent..above.len())
}

/// The scanner's error as a message that needs no knowledge of the YAML specification.
fn plain_words(text: &str, offset: usize, chars: &CharMap<'_>, scan: &saphyr_parser::ScanError) -> YamlError {
    let at = chars.byte(scan.marker().index());
    let end = text
        .get(at..)
        .and_then(|rest| rest.chars().next())
        .map_or(at, |c| at + c.len_utf8());
    let mut span = Span::new(at + offset, end + offset);
    let info = scan.info();
    let (message, help): (Cow<'_, str>, Option<&str>) = if info.contains("mapping values are not allowed") {
        (
            "a second `: ` on one line".into(),
            Some("put the value in quotes"),
        )
    } else if info.contains("tab") {
        (TAB.0.into(), Some(TAB.1))
    } else if info.contains("quoted scalar") {
        (
            "a quote that is never closed, or closed on a line that is not indented".into(),
            Some("close the quote on its line"),
        )
    } else if info.contains("unexpected end of stream") || info.contains("unexpected end of plain") {
        ("a quote or bracket that is never closed".into(), Some("close it"))
    } else if info.contains("simple key expect") || info.contains("could not find expected ':'") {
        // The scanner reports it at the start of the next line.
        span = line_before(text, at).map_or(span, |line| Span::new(line.start + offset, line.end + offset));
        (
            "a line that is neither `key: value` nor part of the value above it".into(),
            Some("write `key: value`, or indent the line"),
        )
    } else if info.contains("unexpected character: `@'") || info.contains("unexpected character: `%'") {
        (info.into(), Some("put the value in quotes"))
    } else {
        (info.into(), None)
    };
    YamlError {
        span,
        message: message.into_owned(),
        related: None,
        help: help.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_repeated_is_found_in_short_and_long_mappings() {
        let long = |last: &str| {
            let keys: String = (0..40).map(|at| format!("key{at}: x\n")).collect();
            format!("{keys}0: x\n[a]: x\n{last}: x\n")
        };
        for (key, repeated) in [
            ("key0", true),
            ("key39", true),
            ("-0", true),
            ("\"0\"", false),
            ("[a]", false),
            ("key40", false),
        ] {
            assert_eq!(parse(&long(key), 0).is_err(), repeated, "{key}");
            let short = format!("key0: x\nkey39: x\n0: x\n[a]: x\n{key}: x\n");
            assert_eq!(parse(&short, 0).is_err(), repeated, "{key}");
        }
    }
}
