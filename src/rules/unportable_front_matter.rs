//! Front matter of a skill that the reference validator of the Agent Skills format refuses.

use super::skill_fields::skill_front_matter;
use crate::document::{Document, YamlNode, YamlValue};
use crate::edit::Edit;
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::text::Span;

/// The rule; see its page.
pub static RULE: Rule = rule!("unportable-front-matter", Check::Document(check));

/// The longest list that the fix rewrites.
const MAX_ITEMS: usize = 200;
/// How deep values are searched; the parser refuses deeper ones.
const MAX_DEPTH: usize = 8;

/// What the validator refuses, and where.
struct Refused<'a> {
    what: &'static str,
    span: Span,
    /// The key and the value, when the value can be written in another way.
    pair: Option<(&'a YamlNode, &'a YamlNode)>,
}

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(front) = skill_front_matter(document) else {
        return;
    };
    let mut search = FrontMatterWalk {
        document,
        at: front.root.span.start as usize,
        found: Vec::new(),
    };
    search.node(&front.root, None, 0);
    let found = search.found;
    let Some(first) = found.first() else { return };
    let more = match found.len() {
        1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    let help = match first.pair {
        Some(_) => "write one value on each line, indented below its key",
        None => "write the value itself: strict YAML has no anchors, aliases, tags and merge keys",
    };
    let report = sink
        .report(
            document.first_line(first.span),
            format!("the reference validator refuses {}{more}", first.what),
        )
        .help(help);
    let edits: Option<Vec<Edit>> = found
        .iter()
        .map(|refused| block_style(document, refused.pair?))
        .collect();
    if let Some(edits) = edits {
        report.fix("write one value on each line", edits);
    }
}

/// Goes through the front matter in the order of the text.
struct FrontMatterWalk<'a> {
    document: &'a Document,
    /// Where the last part that was looked at ends.
    at: usize,
    found: Vec<Refused<'a>>,
}

impl<'a> FrontMatterWalk<'a> {
    fn node(&mut self, node: &'a YamlNode, key: Option<&'a YamlNode>, depth: usize) {
        self.gap(node.span.start as usize);
        let written = self.document.slice(node.span);
        let what = match node.value {
            YamlValue::Sequence(_) if written.starts_with('[') => Some("a list in brackets"),
            YamlValue::Mapping(_) if written.starts_with('{') => Some("a mapping in braces"),
            // An alias has the value of its anchor, which is elsewhere.
            _ if written.starts_with('*') && !node.quoted => Some("an alias"),
            // Scalars cannot begin with these. For collections they come before the span of the node.
            _ if written.starts_with('&') => Some("an anchor"),
            _ if written.starts_with('!') => Some("a tag"),
            _ => None,
        };
        if let Some(what) = what {
            let pair = key
                .map(|key| (key, node))
                .filter(|_| written.starts_with(['[', '{']));
            self.refuse(what, node.span, pair);
        } else if depth < MAX_DEPTH {
            match &node.value {
                YamlValue::Mapping(pairs) => {
                    for (key, value) in pairs {
                        self.node(key, None, depth + 1);
                        if self.document.slice(key.span) == "<<" {
                            self.refuse("a merge key", key.span, None);
                        }
                        self.node(value, Some(key), depth + 1);
                    }
                }
                YamlValue::Sequence(items) => {
                    for item in items {
                        self.node(item, None, depth + 1);
                    }
                }
                _ => {}
            }
        }
        self.at = self.at.max(node.span.end as usize);
    }

    /// The text between two nodes, which has their anchors and tags.
    fn gap(&mut self, end: usize) {
        let text = self.document.text.get(self.at..end).unwrap_or_default();
        for (at, word) in gap_words(text) {
            let what = match word.as_bytes().first() {
                Some(b'&') => "an anchor",
                Some(b'!') => "a tag",
                _ => continue,
            };
            let start = self.at + at;
            self.refuse(what, Span::new(start, start + word.len()), None);
        }
        self.at = self.at.max(end);
    }

    fn refuse(&mut self, what: &'static str, span: Span, pair: Option<(&'a YamlNode, &'a YamlNode)>) {
        self.found.push(Refused { what, span, pair });
    }
}

/// The words of a text outside of comments, each with its place.
fn gap_words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').flat_map(move |line| {
        let at = start;
        start += line.len();
        let code = line.split('#').next().unwrap_or_default();
        let mut word_start = at;
        code.split_inclusive(char::is_whitespace).map(move |piece| {
            let at = word_start;
            word_start += piece.len();
            (at, piece.trim_end())
        })
    })
}

/// The same value in block style; `None` for values in values, and with comments.
fn block_style(document: &Document, (key, value): (&YamlNode, &YamlNode)) -> Option<Edit> {
    let line = document
        .lines()
        .line_span(&document.text, document.lines().line(key.span.start));
    let start = key.span.start as usize;
    let indent = document.text.get(line.start as usize..start)?;
    let between = document
        .text
        .get(key.span.end as usize..value.span.start as usize)?;
    let written = document.slice(value.span);
    let rest = document.text.get(value.span.end as usize..)?;
    let ends_line = rest.starts_with(['\n', '\r']) || rest.is_empty();
    if !indent.bytes().all(|b| b == b' ') || between.trim() != ":" || written.contains(" #") || !ends_line {
        return None;
    }
    let newline = super::layout::newline(document);
    let scalar = |node: &YamlNode| -> Option<String> {
        let text = document.slice(node.span);
        let is_scalar = !matches!(
            node.value,
            YamlValue::Sequence(_) | YamlValue::Mapping(_) | YamlValue::Null
        );
        (is_scalar && !text.contains('\n') && !text.starts_with(['!', '&', '*', '-', '?']))
            .then(|| text.to_owned())
    };
    let lines: Option<Vec<String>> = match &value.value {
        YamlValue::Sequence(items) => {
            let items = (1..=MAX_ITEMS).contains(&items.len()).then_some(items)?;
            items
                .iter()
                .map(|item| Some(format!("- {}", scalar(item)?)))
                .collect()
        }
        YamlValue::Mapping(pairs) => {
            let pairs = (1..=MAX_ITEMS).contains(&pairs.len()).then_some(pairs)?;
            let line =
                |(key, value): &(YamlNode, YamlNode)| Some(format!("{}: {}", scalar(key)?, scalar(value)?));
            pairs.iter().map(line).collect()
        }
        _ => None,
    };
    let text: String = lines?
        .iter()
        .map(|line| format!("{newline}{indent}  {line}"))
        .collect();
    let colon = key.span.end as usize + between.find(':')? + 1;
    Some(Edit {
        span: Span::new(colon, value.span.end as usize),
        text,
    })
}
