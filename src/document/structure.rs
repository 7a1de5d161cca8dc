//! The parts of a document, to compare it before and after an edit: an edit of some characters must not make a code
//! block, a comment, a link or a field out of what was text.

use super::body::MARKDOWN_OPTIONS;
use super::snippets::DIRECTIVE_PREFIX;
use super::yaml::{YamlNode, YamlValue};
use super::{Document, FrontMatterError};
use crate::edit::{Edit, apply};
use crate::text::{Span, is_active};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};
use std::collections::BTreeSet;
use std::ops::Range;

/// The largest document whose structure is compared, in bytes.
const MAX_BYTES: usize = 4 << 20;

/// The parts of a document with their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Structure {
    front: FrontMatterShape,
    parts: BTreeSet<(PartKind, Span)>,
    /// The directives to chub-lint anywhere in the text, in order.
    directives: Vec<(Span, String)>,
    /// The first byte of the body.
    body: u32,
}

/// How far edits may change a structure; by default not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AllowedChanges {
    /// Keys of the front matter may be added and moved.
    pub keys: bool,
    /// The tags of code blocks may change.
    pub tags: bool,
    /// A directive to chub-lint may be removed or changed, and the paragraphs, lists and quotes around it may join.
    pub allows: bool,
}

impl AllowedChanges {
    /// What this or another one allows.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            keys: self.keys || other.keys,
            tags: self.tags || other.tags,
            allows: self.allows || other.allows,
        }
    }
}

/// The front matter: the keys in order, each with how deep it is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum FrontMatterShape {
    Unseen,
    Invalid,
    Keys(Vec<(usize, String)>),
}

/// What a part is. Names and schemes are part of it, so that a tag or link does not turn into another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PartKind {
    /// A paragraph, list, item or quote.
    Container(&'static str),
    /// A heading, indented code block, table, rule, footnote, task, inline code, emphasis or alert.
    Part(&'static str),
    /// A fenced code block and its info string.
    Fenced(String),
    /// A character reference and the characters that it represents.
    Entity(String),
    /// A link or image and the scheme of its target.
    Link(bool, String),
    /// A tag or comment in raw HTML, as written.
    Html(String),
    /// Plain text that GitHub turns into a link.
    Bare(&'static str),
}

impl Structure {
    /// The structure of a document.
    #[must_use]
    pub fn from_document(document: &Document) -> Self {
        let front = match &document.front {
            Ok(front) => {
                let mut keys = Vec::new();
                collect_keys(&front.root, 0, &mut keys);
                FrontMatterShape::Keys(keys)
            }
            Err(FrontMatterError::Yaml { .. }) => FrontMatterShape::Invalid,
            Err(FrontMatterError::Missing(_)) => FrontMatterShape::Unseen,
        };
        let start = document.body.start;
        let (parts, directives) = if document.text.len() > MAX_BYTES {
            (BTreeSet::new(), Vec::new())
        } else {
            let body = document.text.get(start..).unwrap_or_default();
            (parts(body, start), directives(&document.text))
        };
        Self {
            front,
            parts,
            directives,
            body: u32::try_from(start).unwrap_or(u32::MAX),
        }
    }

    /// Whether edits of the document keep its structure; see [`Self::is_preserved`]. Edits that do not fit do not.
    #[must_use]
    pub fn is_preserved_by(&self, document: &Document, edits: &[Edit], allowance: AllowedChanges) -> bool {
        apply(&document.text, edits).is_ok_and(|text| {
            let after = Document::new(document.path.clone(), text);
            self.is_preserved(edits, &after, allowance)
        })
    }

    /// Whether a document that edits made out of this one has the same structure, as far as nothing else is allowed.
    /// Parts that lie entirely in what the edits removed may disappear.
    #[must_use]
    pub fn is_preserved(&self, edits: &[Edit], after: &Document, allowance: AllowedChanges) -> bool {
        if after.text.len() > MAX_BYTES {
            return false;
        }
        let new = Self::from_document(after);
        let places = OffsetMap::of(edits);
        let keys_are_kept = match (&self.front, &new.front) {
            // An edit may make invalid YAML valid, unless that activates a directive.
            (FrontMatterShape::Invalid, FrontMatterShape::Keys(_)) => {
                self.directives.iter().all(|(span, _)| span.start >= self.body)
            }
            // A key with an invisible character needs a review by a person.
            (FrontMatterShape::Keys(before), FrontMatterShape::Keys(after)) if allowance.keys => before
                .iter()
                .filter(|key| hides(key))
                .eq(after.iter().filter(|key| hides(key))),
            (before, after) => before == after,
        };
        if !keys_are_kept
            || places.map(self.body) != new.body
            || !self.directives_are_kept(&places, &new, allowance)
        {
            return false;
        }
        let before: BTreeSet<(PartKind, Span)> = self
            .parts
            .iter()
            .filter_map(|(kind, span)| Some((kind.compared(allowance)?, places.span(*span))))
            .collect();
        let now: BTreeSet<(PartKind, Span)> = new
            .parts
            .iter()
            .filter_map(|(kind, span)| Some((kind.compared(allowance)?, *span)))
            .collect();
        now.is_subset(&before)
            && before
                .difference(&now)
                .all(|(_, span)| after.slice(*span).trim().is_empty())
    }

    /// Whether no directive to chub-lint is new.
    fn directives_are_kept(&self, places: &OffsetMap, new: &Self, allowance: AllowedChanges) -> bool {
        if allowance.allows {
            return new.directives.len() <= self.directives.len();
        }
        if allowance.keys {
            // A field moves with the comment behind it.
            let texts = |structure: &Self| {
                let texts = structure
                    .directives
                    .iter()
                    .map(|(_, text)| text.trim().to_owned());
                let mut texts: Vec<String> = texts.collect();
                texts.sort();
                texts
            };
            return texts(self) == texts(new);
        }
        let moved = self
            .directives
            .iter()
            .map(|(span, text)| (places.span(*span), text));
        moved.eq(new.directives.iter().map(|(span, text)| (*span, text)))
    }
}

/// Whether a key has something invisible in it.
fn hides((_, key): &(usize, String)) -> bool {
    key.chars().any(is_active)
}

/// The directives to chub-lint, each to the end of its line. The character before one decides whether it is a
/// comment, so it is included.
fn directives(text: &str) -> Vec<(Span, String)> {
    let marks = memchr::memmem::find_iter(text.as_bytes(), DIRECTIVE_PREFIX);
    marks
        .map(|at| {
            let before = text.get(..at).unwrap_or_default();
            let before = before.trim_end_matches([' ', '\t']).trim_end_matches('#');
            let from = before.len() - before.chars().next_back().map_or(0, char::len_utf8);
            let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end);
            let written = text.get(from..end).unwrap_or_default();
            (Span::new(from, end), written.to_owned())
        })
        .collect()
}

impl PartKind {
    /// The part that must stay; `None` when all of it may change.
    fn compared(&self, allowance: AllowedChanges) -> Option<Self> {
        match self {
            Self::Container(_) if allowance.allows => None,
            Self::Fenced(info) if allowance.tags && !info.chars().any(is_active) => {
                Some(Self::Fenced(String::new()))
            }
            Self::Html(written) if allowance.allows && written.contains(DIRECTIVE_PREFIX) => {
                Some(Self::Html(written.chars().take(2).collect()))
            }
            kind => Some(kind.clone()),
        }
    }
}

/// The keys of all mappings. The parser limits how deep they are nested.
fn collect_keys(node: &YamlNode, depth: usize, keys: &mut Vec<(usize, String)>) {
    match &node.value {
        YamlValue::Mapping(pairs) => {
            for (key, value) in pairs {
                let key = key.as_str().unwrap_or_default();
                keys.push((depth, key.to_owned()));
                // It decides which packages are looked up.
                if let ("package", Some(name)) = (key, value.as_str()) {
                    keys.push((depth, name.to_owned()));
                }
                collect_keys(value, depth + 1, keys);
            }
        }
        YamlValue::Sequence(items) => items.iter().for_each(|item| collect_keys(item, depth + 1, keys)),
        _ => {}
    }
}

fn parts(body: &str, start: usize) -> BTreeSet<(PartKind, Span)> {
    let mut parts = BTreeSet::new();
    let parser = Parser::new_ext(body, MARKDOWN_OPTIONS);
    // A definition is not displayed: text that becomes one is hidden.
    for (_, definition) in parser.reference_definitions().iter() {
        parts.insert((
            PartKind::Part("definition"),
            Span::from(definition.span.clone()).shifted(start),
        ));
    }
    let mut html: Option<Range<usize>> = None;
    let mut code: Vec<Range<usize>> = Vec::new();
    for (event, range) in parser.into_offset_iter() {
        if matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))) {
            code.push(range.clone());
        }
        let kind = match event {
            // The lines of a block come one by one, and a tag may go over several.
            Event::Html(_) | Event::InlineHtml(_) => {
                match &mut html {
                    Some(all) if all.end == range.start => all.end = range.end,
                    _ => {
                        tags(body, html.replace(range), start, &mut parts);
                    }
                }
                continue;
            }
            Event::Start(tag) => kind_of(&tag),
            Event::Text(text) if is_entity(body, &range, &text) => Some(PartKind::Entity(text.into_string())),
            Event::Code(_) => Some(PartKind::Part("code")),
            Event::FootnoteReference(_) => Some(PartKind::Part("reference")),
            Event::TaskListMarker(_) => Some(PartKind::Part("task")),
            Event::Rule => Some(PartKind::Part("rule")),
            _ => None,
        };
        if let Some(kind) = kind {
            parts.insert((kind, Span::from(range).shifted(start)));
        }
    }
    tags(body, html, start, &mut parts);
    bare_links(body, &code, start, &mut parts);
    parts
}

fn kind_of(tag: &Tag<'_>) -> Option<PartKind> {
    Some(match tag {
        Tag::Paragraph => PartKind::Container("paragraph"),
        Tag::List(_) => PartKind::Container("list"),
        Tag::Item => PartKind::Container("item"),
        Tag::BlockQuote(Some(_)) => PartKind::Part("alert"),
        Tag::BlockQuote(None) => PartKind::Container("quote"),
        Tag::Heading { .. } => PartKind::Part("heading"),
        Tag::CodeBlock(CodeBlockKind::Fenced(info)) => PartKind::Fenced(info.to_string()),
        Tag::Emphasis => PartKind::Part("emphasis"),
        Tag::Strong => PartKind::Part("strong"),
        Tag::Strikethrough => PartKind::Part("strikethrough"),
        Tag::CodeBlock(CodeBlockKind::Indented) => PartKind::Part("indented"),
        Tag::HtmlBlock => PartKind::Part("html"),
        Tag::Table(_) => PartKind::Part("table"),
        Tag::TableRow => PartKind::Part("row"),
        Tag::TableCell => PartKind::Part("cell"),
        Tag::FootnoteDefinition(_) => PartKind::Part("footnote"),
        Tag::Link { dest_url, .. } => PartKind::Link(false, scheme(dest_url)),
        Tag::Image { dest_url, .. } => PartKind::Link(true, scheme(dest_url)),
        _ => return None,
    })
}

/// Whether a text is a character reference, which is displayed as another character.
fn is_entity(body: &str, range: &Range<usize>, text: &str) -> bool {
    let written = body.get(range.clone()).unwrap_or_default();
    written.starts_with('&') && written != text
}

/// The scheme of a target as browsers read it: without controls and white space, in lower case; empty when it has none.
fn scheme(target: &str) -> String {
    let target = target.trim_start_matches(|c: char| c.is_control() || c.is_whitespace());
    let cleaned: String = target
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .take(64)
        .collect();
    let Some((scheme, _)) = cleaned.split_once(':') else {
        return String::new();
    };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if is_scheme {
        scheme.to_ascii_lowercase()
    } else {
        String::new()
    }
}

/// The tags and comments of a piece of raw HTML, each as written, and what may close a comment.
fn tags(body: &str, range: Option<Range<usize>>, start: usize, parts: &mut BTreeSet<(PartKind, Span)>) {
    let Some(range) = range else { return };
    let html = body.get(range.clone()).unwrap_or_default();
    let mut at = 0;
    while let Some(open) = html.get(at..).and_then(|rest| rest.find(['<', '>'])) {
        let from = at + open;
        let rest = html.get(from..).unwrap_or_default();
        // The characters before a lone `>` decide whether it closes a comment.
        let (from, end) = match rest.strip_prefix('<') {
            Some(inside) => (
                from,
                from + 1 + inside.find('>').map_or(inside.len(), |end| end + 1),
            ),
            None => (html.floor_char_boundary(from.saturating_sub(2)), from + 1),
        };
        let written = html.get(from..end).unwrap_or_default();
        let span = Span::new(range.start + from, range.start + end).shifted(start);
        parts.insert((PartKind::Html(written.to_owned()), span));
        at = end;
    }
}

/// The starts of addresses in text (GitHub Flavored Markdown 0.29, 6.9).
fn bare_links(body: &str, code: &[Range<usize>], start: usize, parts: &mut BTreeSet<(PartKind, Span)>) {
    // Code comes in order and does not nest.
    let is_code = |at: usize| {
        let next = code.partition_point(|range| range.start <= at);
        next.checked_sub(1)
            .and_then(|i| code.get(i))
            .is_some_and(|range| at < range.end)
    };
    for needle in ["https://", "http://", "www."] {
        let bytes = needle.as_bytes();
        let starts = |at: usize| {
            body.as_bytes()
                .get(at..at + bytes.len())
                .is_some_and(|there| there.eq_ignore_ascii_case(bytes))
        };
        for at in memchr::memchr2_iter(bytes[0], bytes[0].to_ascii_uppercase(), body.as_bytes()) {
            if starts(at) && !is_code(at) {
                let span = Span::new(at, at + bytes.len()).shifted(start);
                parts.insert((PartKind::Bare(needle), span));
            }
        }
    }
}

/// Where the bytes of a text are after edits.
struct OffsetMap {
    /// The end of each edit, in order, with its start, the length of its text and how far what follows has moved.
    edits: Vec<(u32, u32, u32, i64)>,
}

impl OffsetMap {
    fn of(edits: &[Edit]) -> Self {
        let mut sorted: Vec<&Edit> = edits.iter().collect();
        sorted.sort_by_key(|edit| edit.span);
        let mut by = 0;
        let mut out = Vec::with_capacity(sorted.len());
        for edit in sorted {
            let length = u32::try_from(edit.text.len()).unwrap_or(u32::MAX);
            by += i64::from(length) - (i64::from(edit.span.end) - i64::from(edit.span.start));
            out.push((edit.span.end, edit.span.start, length, by));
        }
        Self { edits: out }
    }

    /// The new place of a byte. A byte inside of what was replaced is at its start.
    fn map(&self, at: u32) -> u32 {
        let passed = self
            .edits
            .partition_point(|(end, start, ..)| *end <= at && *start < at);
        let by = match passed.checked_sub(1).and_then(|i| self.edits.get(i)) {
            Some((.., by)) => *by,
            None => 0,
        };
        let at = match self.edits.get(passed) {
            Some((_, start, ..)) if *start < at => *start,
            _ => at,
        };
        u32::try_from(i64::from(at) + by).unwrap_or_default()
    }

    fn span(&self, span: Span) -> Span {
        Span::new(self.map(span.start) as usize, self.map(span.end) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::HubPath;

    /// Whether removing every zero-width space keeps the structure.
    fn is_kept(text: &str) -> bool {
        let edits: Vec<Edit> = text
            .match_indices('\u{200b}')
            .map(|(at, found)| Edit {
                span: Span::new(at, at + found.len()),
                text: String::new(),
            })
            .collect();
        let document = |text: String| Document::new(HubPath::new("", "a/docs/b/DOC.md"), text);
        let after = document(apply(text, &edits).unwrap());
        Structure::from_document(&document(text.to_owned())).is_preserved(
            &edits,
            &after,
            AllowedChanges::default(),
        )
    }

    #[test]
    fn plain_text_keeps_its_structure() {
        for text in [
            "Ask the sup\u{200b}port team.\n",
            "\u{200b}Hello\n\n- a\u{200b}\n- \u{200b}b\n",
            "# A\u{200b} b\n\n> c\u{200b}d `e\u{200b}f`\n\n```js\na\u{200b}b\n```\n",
            "a\n\n\u{200b}\n\nb\n",
            "[a\u{200b}b](https://a\u{200b}b.com) <b>c\u{200b}d</b>\n",
            "---\nname: a\u{200b}b\n---\n\n# A\n",
            "| a | b |\n| - | - |\n| c\u{200b}d | e |\n",
            "**\u{200b}a**\n",
            "&amp; *a* ~~b~~ c\u{200b}d\n",
            "```python title=a chub-lint: skip shows it\na\u{200b}b\n```\n",
            "---\nname: a\u{200b}b\ntags: b # chub-lint: allow(bad-tags) ours\n---\n\n# A\n",
        ] {
            assert!(is_kept(text), "{text:?}");
        }
    }

    #[test]
    fn what_would_become_structure_is_noticed() {
        for text in [
            "a <\u{200b}!-- b -->\n",
            "<\u{200b}!-- b -->\n",
            "<!\u{200b}-- b -->\n",
            "<!-- a --\u{200b}> b -->\n",
            "<!-- a -\u{200b}-> b -->\n",
            "<!-- a > b --\u{200b}> c -->\n",
            "<\u{200b}script>alert(1)</script>\n",
            "<scr\u{200b}ipt>alert(1)</script>\n",
            "<div>\n<\u{200b}script>alert(1)</script>\n</div>\n",
            "<div on\u{200b}click=\"a\">\n",
            "``\u{200b}`\na\n",
            "~~\u{200b}~\na\n~~~\n",
            "```\na\n``\u{200b}`\nb\n```\nc\n```\n",
            "``\u{200b}`\na\n```\nb\n```\nc\n",
            "`a\n\u{200b}\nb`\n",
            "\u{200b}    a\n",
            "\u{200b}# a\n",
            "#\u{200b} a\n",
            "a\n--\u{200b}-\n",
            "-\u{200b} a\n",
            "1\u{200b}. a\n",
            "\u{200b}> a\n",
            "[a]\u{200b}(b)\n",
            "[a](java\u{200b}script:b)\n",
            "[a](java&#\u{200b}115;cript:b)\n",
            "![a]\u{200b}(b)\n",
            "<http\u{200b}s://a.com>\n",
            "http\u{200b}s://a.com\n",
            "ww\u{200b}w.a.com\n",
            "[a]\u{200b}: https://a.com\n\n[a]\n",
            "[//]\u{200b}: # (hidden)\n",
            "[^1]\u{200b}: a\n",
            "| a | b |\n| - | -\u{200b}- |\n",
            "\u{200b}---\nname: a\n---\n\na\n",
            "---\u{200b}\nname: a\n---\n\na\n",
            "---\nname: a\n--\u{200b}-\nb: c\n---\n\na\n",
            "---\nname: a\nver\u{200b}sions: b\n---\n\na\n",
            "- [\u{200b}x] a\n",
            "```py\u{200b}thon\na\n```\n",
            "```py&\u{200b}#116;hon\na\n```\n",
            "```python chub-\u{200b}lint: skip a\na\n```\n",
            "```python chub-lint: sk\u{200b}ip a\na\n```\n",
            "```python chub-lint\u{200b}: skip a\na\n```\n",
            "> [!N\u{200b}OTE]\n> a\n",
            "a &\u{200b}#60; b\n",
            "a &l\u{200b}t; b\n",
            "*\u{200b}*bold*\u{200b}*\n",
            "a *\u{200b} b*\n",
            "a ~\u{200b} b~\n",
            "<!-- chub-\u{200b}lint: allow(a) b -->\n",
            "---\nname: a\nmetadata:\n  pack\u{200b}age: none\n---\n\na\n",
            "---\nname: a\nmetadata:\n  package: no\u{200b}ne\n---\n\na\n",
            "---\nname: a # chub-\u{200b}lint: allow(a) b\n---\n\na\n",
            "---\nname: a # chub-lint: all\u{200b}ow(a) b\n---\n\na\n",
            "---\nname: a \u{200b}# chub-lint: allow(a) b\n---\n\na\n",
            "---\nname: a #\u{200b}chub-lint: allow(a) b\n---\n\na\n",
            "---\nname: \"a\\\u{200b}n\" # chub-lint: allow(a) b\n---\n\na\n",
        ] {
            assert!(!is_kept(text), "{text:?}");
        }
    }

    #[test]
    fn places_move_with_edits() {
        let edit = |start, end, text: &str| Edit {
            span: Span::new(start, end),
            text: text.to_owned(),
        };
        let places = OffsetMap::of(&[edit(6, 8, "xyz"), edit(2, 4, "")]);
        let moved: Vec<u32> = (0..10).map(|at| places.map(at)).collect();
        assert_eq!(moved, [0, 1, 2, 2, 2, 3, 4, 4, 7, 8]);
        assert_eq!(OffsetMap::of(&[edit(2, 2, "ab")]).map(2), 2);
        assert_eq!(OffsetMap::of(&[edit(2, 2, "ab")]).map(3), 5);
    }
}
