//! The places of a page whose text its readers do not see.

use crate::document::Document;
use crate::text::Span;
use std::collections::BTreeSet;

/// A kind of hidden place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HiddenPlaceKind {
    /// `<!-- ... -->`
    Comment,
    /// `[//]: # (...)`: a link definition that no link uses.
    Definition,
    /// `# ...` in the front matter.
    FrontMatterComment,
    /// Inside a tag: attributes.
    Attribute,
    /// Inside an element that is not shown.
    Invisible,
    /// `<details>` without `open`.
    Collapsed,
    /// The title of a link or image.
    Title,
    /// The text in an image's place.
    Alternative,
    /// What follows the language of a code block.
    InfoString,
}

impl HiddenPlaceKind {
    /// The words for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "an HTML comment",
            Self::Definition => "an unused link definition",
            Self::FrontMatterComment => "a comment in the front matter",
            Self::Attribute => "an HTML attribute",
            Self::Invisible => "invisible HTML",
            Self::Collapsed => "a collapsed section",
            Self::Title => "a link title",
            Self::Alternative => "the text of an image",
            Self::InfoString => "the info string of a code block",
        }
    }

    /// Whether no reader sees it at all. A collapsed section opens at a click, so that only plain attacks count.
    #[must_use]
    pub fn is_unseen(self) -> bool {
        self != Self::Collapsed
    }
}

/// A hidden place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HiddenPlace {
    /// Its bytes.
    pub span: Span,
    /// Its kind.
    pub kind: HiddenPlaceKind,
}

/// The hidden places of a document, in order. Code is none: it is shown.
#[must_use]
pub fn find(document: &Document) -> Vec<HiddenPlace> {
    let mut places = Vec::new();
    html(document, &mut places);
    // An image inside of the text of another is read with it.
    let mut inside = 0;
    for link in document.body.links.iter().rev() {
        if !link.title.is_empty() {
            places.push(HiddenPlace {
                span: within(document, link.span, &link.title),
                kind: HiddenPlaceKind::Title,
            });
        }
        if link.image && !link.text.is_empty() && (inside == 0 || link.span.start < inside) {
            inside = link.span.start;
            places.push(HiddenPlace {
                span: within(document, link.span, &link.text),
                kind: HiddenPlaceKind::Alternative,
            });
        }
    }
    for block in &document.body.code_blocks {
        if block.info.trim().contains(' ') {
            places.push(HiddenPlace {
                span: block.info_span,
                kind: HiddenPlaceKind::InfoString,
            });
        }
    }
    definitions(document, &mut places);
    front_matter(document, &mut places);
    places.sort_unstable();
    places.dedup_by_key(|place| place.span);
    places
}

/// The bytes of a text inside a span, or the whole span where it is written with escapes.
fn within(document: &Document, span: Span, text: &str) -> Span {
    match document.slice(span).rfind(text) {
        Some(at) => Span::new(span.start as usize + at, span.start as usize + at + text.len()),
        None => span,
    }
}

fn html(document: &Document, places: &mut Vec<HiddenPlace>) {
    // An element that hides, until its closing tag: its name, where its content starts, what it is.
    let mut open: Option<(String, usize, HiddenPlaceKind)> = None;
    let mut unclosed = BTreeSet::new();
    for span in joined(document) {
        let text = document.slice(span);
        for tag in tags(text) {
            let place = Span::new(span.start as usize + tag.start, span.start as usize + tag.end);
            let tag_text = &text[tag];
            if tag_text.starts_with("<!--") {
                places.push(HiddenPlace {
                    span: place,
                    kind: HiddenPlaceKind::Comment,
                });
                continue;
            }
            let closing = tag_text.starts_with("</");
            let name = name(tag_text);
            if let Some((inside, start, kind)) = &open {
                if closing && *inside == name {
                    element(document, Span::new(*start, place.start as usize), *kind, places);
                    open = None;
                }
            } else if let Some(kind) = hides(&name, tag_text).filter(|_| !closing) {
                // `<script>` and the like within a line, that nothing closes, are placeholders: "use `npm run
                // <script>`".
                let placeholder = HIDING.contains(&name.as_str())
                    && !starts_line(&document.text, place.start as usize)
                    && (unclosed.contains(&name) || !is_closed(document, place.end as usize, &name));
                if placeholder {
                    unclosed.insert(name);
                } else {
                    open = Some((name, place.end as usize, kind));
                }
            }
            if tag_text.contains('=') {
                places.push(HiddenPlace {
                    span: place,
                    kind: HiddenPlaceKind::Attribute,
                });
            }
        }
    }
    // Browsers close what is left open at the end.
    if let Some((_, start, kind)) = open {
        element(document, Span::new(start, document.text.len()), kind, places);
    }
}

/// The content of an element. In a collapsed section, code is an example as it is elsewhere.
fn element(document: &Document, content: Span, kind: HiddenPlaceKind, places: &mut Vec<HiddenPlace>) {
    let mut start = content.start as usize;
    if kind == HiddenPlaceKind::Collapsed {
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
            start = block.span.end as usize;
        }
    }
    places.push(HiddenPlace {
        span: Span::new(start, content.end as usize),
        kind,
    });
}

/// The pieces of HTML with those that touch put together: a block comes line by line.
fn joined(document: &Document) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for span in &document.body.html {
        match out.last_mut() {
            Some(last) if last.end >= span.start => last.end = last.end.max(span.end),
            _ => out.push(*span),
        }
    }
    out
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
    for (i, byte) in tag.bytes().enumerate() {
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

/// Elements whose content no reader sees.
const HIDING: &[&str] = &["template", "noscript", "script", "style", "datalist", "object"];

/// Whether nothing but white space stands before a place in its line.
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

/// How an element hides its content, if it does.
fn hides(name: &str, tag: &str) -> Option<HiddenPlaceKind> {
    // Elements without content hide nothing.
    const EMPTY: &[&str] = &[
        "img", "br", "hr", "input", "meta", "link", "source", "area", "col", "wbr", "embed", "base",
    ];
    if EMPTY.contains(&name) || tag.ends_with("/>") {
        return None;
    }
    let plain: String = tag
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let attribute = |word: &str| {
        let tag = tag.to_lowercase();
        tag.split([' ', '\t', '\n', '>'])
            .skip(1)
            .any(|piece| piece == word || piece.starts_with(&format!("{word}=")))
    };
    if name == "details" {
        return (!attribute("open")).then_some(HiddenPlaceKind::Collapsed);
    }
    let style = plain.contains("style=");
    let hidden = HIDING.contains(&name)
        || attribute("hidden")
        || style && STYLES.iter().any(|style| plain.contains(style))
        || plain.contains("color=\"white\"")
        || plain.contains("color=\"#fff");
    hidden.then_some(HiddenPlaceKind::Invisible)
}

/// Styles, without blanks, that leave nothing to be seen.
const STYLES: &[&str] = &[
    "display:none",
    "visibility:hidden",
    "visibility:collapse",
    "opacity:0;",
    "opacity:0\"",
    "opacity:0'",
    "opacity:0.0",
    "font-size:0",
    "font-size:1px",
    "font-size:.1px",
    "line-height:0",
    "max-height:0",
    "height:0;",
    "height:0\"",
    "height:0px",
    "width:0;",
    "width:0\"",
    "width:0px",
    "left:-9",
    "top:-9",
    "text-indent:-9",
    "clip:rect(0",
    "clip-path:inset(",
    "transform:scale(0",
    "color:white",
    "color:#fff",
    "color:transparent",
    "color:rgb(255,255,255)",
    "color:rgba(0,0,0,0",
];

/// `[//]: # (...)` and its like: definitions whose target is nothing, or whose label is a comment's.
fn definitions(document: &Document, places: &mut Vec<HiddenPlace>) {
    for part in document.body.prose(&document.text) {
        let text = document.slice(part);
        if memchr::memmem::find(text.as_bytes(), b"]:").is_none() {
            continue;
        }
        let mut start = part.start as usize;
        for line in text.split_inclusive('\n') {
            if let Some(at) = comment_definition(line) {
                places.push(HiddenPlace {
                    span: Span::new(start + at, start + line.trim_end().len()),
                    kind: HiddenPlaceKind::Definition,
                });
            }
            start += line.len();
        }
    }
}

/// Where the target of a definition starts that points nowhere or is labelled as a comment.
fn comment_definition(line: &str) -> Option<usize> {
    let (label, rest) = line.trim_start().strip_prefix('[')?.split_once("]:")?;
    let rest = rest.trim_start();
    let nowhere = rest.starts_with('#') || rest.starts_with("<>") || rest.starts_with("<#>");
    let comment = nowhere || label == "//" || label.eq_ignore_ascii_case("comment");
    comment.then(|| line.len() - rest.len())
}

fn front_matter(document: &Document, places: &mut Vec<HiddenPlace>) {
    let Some(front) = document.front_matter() else {
        return;
    };
    let block = document.slice(front.block);
    let mut at = front.block.start as usize;
    for line in block.split_inclusive('\n') {
        let comment = if line.trim_start().starts_with('#') {
            line.find('#')
        } else {
            line.find(" #")
        };
        if let Some(start) = comment {
            places.push(HiddenPlace {
                span: Span::new(at + start, at + line.trim_end().len()),
                kind: HiddenPlaceKind::FrontMatterComment,
            });
        }
        at += line.len();
    }
}
