//! The places of HTML that are not shown: comments and the like, attributes, and elements that hide their content.

use super::style;
use super::{HiddenPlace, InstructionPlace};
use crate::document::{Document, html_attributes};
use crate::text::{Span, join_touching};
use std::collections::BTreeSet;

/// How many elements that hide may be open in each other.
const MAX_OPEN: usize = 32;

/// The longest tag that is read with its quotes, in bytes.
const MAX_TAG_BYTES: usize = 4_096;

/// An element that hides its content, until its closing tag.
struct OpenElement {
    name: String,
    /// Where its content starts.
    start: usize,
    kind: InstructionPlace,
    /// How many elements of its name are open inside of it.
    depth: usize,
}

/// The places of a document's HTML.
pub fn find(document: &Document, places: &mut Vec<HiddenPlace>) {
    let mut open: Vec<OpenElement> = Vec::new();
    let mut unclosed = BTreeSet::new();
    let pieces = joined(document);
    let hiding = hiding_selectors(document, &pieces);
    for span in &pieces {
        let text = document.slice(*span);
        for tag in tags(text) {
            let place = Span::new(span.start as usize + tag.start, span.start as usize + tag.end);
            let tag_text = &text[tag];
            if is_no_tag(tag_text) {
                let kind = if tag_text.starts_with("<!--") {
                    InstructionPlace::Comment
                } else {
                    InstructionPlace::Markup
                };
                places.push(HiddenPlace { span: place, kind });
                continue;
            }
            if let Some(kind) = attribute_kind(tag_text) {
                places.push(HiddenPlace { span: place, kind });
            }
            let name = name(tag_text);
            if tag_text.starts_with("</") {
                close(document, &mut open, &name, place.start as usize, places);
                continue;
            }
            if let Some(inside) = open.iter_mut().rev().find(|element| element.name == name)
                && !is_empty(&name, tag_text)
            {
                inside.depth += 1;
            }
            let hides = open.len() < MAX_OPEN && !open.iter().any(|e| e.kind == InstructionPlace::Invisible);
            let Some(kind) = hides.then(|| hiding_kind(&name, tag_text, &hiding)).flatten() else {
                continue;
            };
            if is_placeholder(document, &name, place, &mut unclosed) {
                continue;
            }
            open.push(OpenElement {
                name,
                start: place.end as usize,
                kind,
                depth: 0,
            });
        }
    }
    // Browsers close what is left open at the end.
    for element in open {
        content(
            document,
            Span::new(element.start, document.text.len()),
            element.kind,
            places,
        );
    }
}

/// `<script>` and the like within a line are placeholders when they are never closed: "use `npm run <script>`". Other
/// names that are never closed are placeholders anywhere.
fn is_placeholder(document: &Document, name: &str, place: Span, unclosed: &mut BTreeSet<String>) -> bool {
    let always = HIDING.contains(&name) && starts_line(&document.text, place.start as usize);
    let may_be = HIDING.contains(&name) || HIDING_IF_CLOSED.contains(&name);
    let placeholder =
        may_be && !always && (unclosed.contains(name) || !is_closed(document, place.end as usize, name));
    if placeholder {
        unclosed.insert(name.to_owned());
    }
    placeholder
}

fn close(
    document: &Document,
    open: &mut Vec<OpenElement>,
    name: &str,
    at: usize,
    places: &mut Vec<HiddenPlace>,
) {
    let Some(found) = open.iter().rposition(|element| element.name == name) else {
        return;
    };
    if let Some(element) = open.get_mut(found)
        && element.depth > 0
    {
        element.depth -= 1;
        return;
    }
    for element in open.drain(found..) {
        content(document, Span::new(element.start, at), element.kind, places);
    }
}

/// Comments, declarations, processing instructions, CDATA, and what browsers take for a comment.
fn is_no_tag(tag: &str) -> bool {
    let next = tag.as_bytes().get(1);
    match next {
        Some(b'!' | b'?') => true,
        Some(b'/') => !tag.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic),
        _ => false,
    }
}

/// The attributes of a tag: their text is not shown, and neither are several words without a value.
fn attribute_kind(tag: &str) -> Option<InstructionPlace> {
    const WORDS: usize = 4;
    let words = || tag.split_ascii_whitespace().nth(WORDS).is_some();
    (tag.contains('=') || words()).then_some(InstructionPlace::Attribute)
}

/// The content of an element. Code in a collapsed section is usually an example, as elsewhere.
fn content(document: &Document, content: Span, kind: InstructionPlace, places: &mut Vec<HiddenPlace>) {
    let mut start = content.start as usize;
    if kind == InstructionPlace::Collapsed {
        let blocks = &document.body.code_blocks;
        let first = blocks.partition_point(|block| block.span.start < content.start);
        for block in blocks
            .iter()
            .skip(first)
            .take_while(|block| block.span.end <= content.end)
        {
            places.push(HiddenPlace {
                span: Span::new(start, block.span.start as usize),
                kind,
            });
            places.push(HiddenPlace {
                span: block.span,
                kind: InstructionPlace::CollapsedCode,
            });
            start = block.span.end as usize;
        }
    }
    places.push(HiddenPlace {
        span: Span::new(start, content.end as usize),
        kind,
    });
}

/// The pieces of HTML with those that touch put together: a block comes line by line. Text in prose that looks like a
/// tag is a piece as well: renderers that pass it on hide it.
fn joined(document: &Document) -> Vec<Span> {
    let mut all: Vec<Span> = document.body.html.clone();
    for part in document.body.prose(&document.text) {
        let text = document.slice(part);
        for at in memchr::memchr_iter(b'<', text.as_bytes()) {
            let rest = text.get(at..).unwrap_or_default();
            let look_alike = ["</ ", "<!", "<?"].iter().any(|start| rest.starts_with(start));
            if !look_alike || rest.starts_with("<!--") {
                continue;
            }
            let near = rest.get(..rest.floor_char_boundary(MAX_TAG_BYTES));
            let line = near.and_then(|near| near.split('\n').next());
            if let Some(end) = line.and_then(|line| line.find('>')) {
                let start = part.start as usize + at;
                all.push(Span::new(start, start + end + 1));
            }
        }
    }
    all.sort_unstable();
    join_touching(all)
}

/// Tags and comments in a piece of HTML, as byte ranges.
fn tags(html: &str) -> Vec<std::ops::Range<usize>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(start) = html.get(at..).and_then(|rest| rest.find('<')).map(|i| at + i) {
        let rest = &html[start..];
        // `a <- b` and `1 < 2` are text (HTML 5, 13.2.5.6: the tag open state).
        if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            at = start + 1;
            continue;
        }
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map_or(html.len(), |i| start + i + 3)
        } else if rest.starts_with("<![CDATA[") {
            rest.find("]]>").map_or(html.len(), |i| start + i + 3)
        } else {
            tag_end(rest).map_or(html.len(), |i| start + i)
        };
        out.push(start..end);
        at = end;
    }
    out
}

/// The end of a tag: the first `>` outside of quotes.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (i, byte) in tag.bytes().enumerate().take(MAX_TAG_BYTES) {
        match (quote, byte) {
            (Some(q), b) if q == b => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(i + 1),
            _ => {}
        }
    }
    // A quote is unbalanced: take the first `>`.
    tag.find('>').map(|i| i + 1)
}

fn name(tag: &str) -> String {
    tag.trim_start_matches(['<', '/'])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect::<String>()
        .to_lowercase()
}

/// Elements whose content is not displayed.
const HIDING: &[&str] = &["template", "noscript", "script", "style", "datalist", "object"];

/// More of them, with names that are placeholders in many texts.
const HIDING_IF_CLOSED: &[&str] = &[
    "annotation",
    "annotation-xml",
    "audio",
    "canvas",
    "desc",
    "dialog",
    "head",
    "iframe",
    "metadata",
    "noembed",
    "noframes",
    "rp",
    "textarea",
    "title",
    "video",
];

/// Whether only white space is before a place in its line.
fn starts_line(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().trim_end_matches([' ', '\t']);
    before.is_empty() || before.ends_with('\n')
}

/// Whether an element is closed anywhere after a place.
fn is_closed(document: &Document, from: usize, name: &str) -> bool {
    let rest = document.text.as_bytes().get(from..).unwrap_or_default();
    memchr::memmem::find_iter(rest, b"</").any(|at| {
        let tag = rest.get(at + 2..at + 2 + name.len());
        tag.is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
    })
}

/// Whether an element has no content.
fn is_empty(name: &str, tag: &str) -> bool {
    const EMPTY: &[&str] = &[
        "img", "br", "hr", "input", "meta", "link", "source", "area", "col", "wbr", "embed", "base",
    ];
    EMPTY.contains(&name) || tag.ends_with("/>")
}

/// How an element hides its content, if it does.
fn hiding_kind(name: &str, tag: &str, hiding: &BTreeSet<String>) -> Option<InstructionPlace> {
    // Elements without content hide nothing.
    if is_empty(name, tag) {
        return None;
    }
    let attribute = |word: &str| {
        let tag = tag.to_lowercase();
        tag.split([' ', '\t', '\n', '>'])
            .skip(1)
            .any(|piece| piece == word || piece.starts_with(&format!("{word}=")))
    };
    if name == "details" {
        return (!attribute("open")).then_some(InstructionPlace::Collapsed);
    }
    if HIDING.contains(&name) || HIDING_IF_CLOSED.contains(&name) {
        let shown = name == "dialog" && attribute("open");
        return (!shown).then_some(InstructionPlace::Invisible);
    }
    if !tag.contains([' ', '\t', '\n']) {
        return None;
    }
    let value = |name: &'static str| html_attributes(tag, name).map(|(_, value)| value.to_owned());
    let hidden = attribute("hidden")
        || value("style").any(|style| style::hides(&style))
        || value("class")
            .any(|classes| style::is_hiding_class(&classes) || is_selected(&classes, '.', hiding))
        || value("id").any(|id| is_selected(&id, '#', hiding))
        || value("color").any(|color| style::hides(&format!("color:{color}")));
    hidden.then_some(InstructionPlace::Invisible)
}

fn is_selected(names: &str, mark: char, hiding: &BTreeSet<String>) -> bool {
    !hiding.is_empty()
        && names
            .split_ascii_whitespace()
            .any(|name| hiding.contains(&format!("{mark}{name}")))
}

/// The classes and ids that the document's own styles hide.
fn hiding_selectors(document: &Document, pieces: &[Span]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for span in pieces {
        let text = document.slice(*span);
        let Some(start) = memchr::memmem::find(text.as_bytes(), b"<style") else {
            continue;
        };
        for rule in text.get(start..).unwrap_or_default().split('}') {
            let Some((selectors, declarations)) = rule.rsplit_once('{') else {
                continue;
            };
            if style::hides(declarations) {
                let names = selectors.split([',', ' ', '\n', '>', '\t']);
                found.extend(
                    names
                        .filter(|name| name.starts_with(['.', '#']))
                        .map(str::to_owned),
                );
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::HubPath;

    fn places(body: &str) -> Vec<(InstructionPlace, String)> {
        let document = Document::new(HubPath::new("", "a/docs/b/notes.md"), body.to_owned());
        let mut found = Vec::new();
        find(&document, &mut found);
        found.sort_unstable();
        found
            .iter()
            .filter(|place| place.kind != InstructionPlace::Attribute)
            .map(|place| (place.kind, document.slice(place.span).to_owned()))
            .collect()
    }

    #[test]
    fn content_ends_with_its_own_element() {
        assert_eq!(
            places("<div hidden><div>a</div> b</div> c"),
            [(InstructionPlace::Invisible, "<div>a</div> b".to_owned())]
        );
        assert_eq!(
            places("<style>.x { display: none }</style>\n\n<p class=\"x\">a</p>\n")
                .iter()
                .filter(|(_, text)| text == "a")
                .count(),
            1
        );
    }

    #[test]
    fn what_browsers_take_for_a_comment_is_one() {
        for text in ["<?note a ?>", "<![CDATA[ a ]]>", "</ a>", "<!NOTE a>"] {
            assert_eq!(
                places(text),
                [(InstructionPlace::Markup, text.to_owned())],
                "{text}"
            );
        }
    }

    #[test]
    fn placeholders_hide_nothing() {
        for text in [
            "Use <title> here.\n\nMore.",
            "<description>\ntext\n</description>",
            "<title>\n\nMore.",
        ] {
            assert_eq!(places(text), [], "{text}");
        }
    }
}
