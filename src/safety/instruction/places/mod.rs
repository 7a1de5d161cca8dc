//! The places of a page whose text its readers do not see.

mod html;
mod style;

use crate::document::{Document, YamlNode, YamlValue};
use crate::text::Span;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// A kind of hidden place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstructionPlace {
    /// `<!-- ... -->`
    Comment,
    /// `[//]: # (...)`: a link definition that no link uses.
    Definition,
    /// `[^1]: ...`: a footnote that no text refers to.
    Footnote,
    /// `# ...` in the front matter.
    FrontMatterComment,
    /// A value of the front matter.
    FrontMatterValue,
    /// Processing instructions, declarations, CDATA, and what browsers take for a comment.
    Markup,
    /// Inside a tag: attributes.
    Attribute,
    /// Inside an element that is not shown.
    Invisible,
    /// `<details>` without `open`.
    Collapsed,
    /// A code block inside of `<details>` without `open`.
    CollapsedCode,
    /// The title of a link or image.
    Title,
    /// Where a link leads.
    Address,
    /// The text in an image's place.
    Alternative,
    /// What follows the language of a code block.
    InfoString,
    /// Behind so many blanks that the text is out of sight.
    Padding,
    /// A comment in code.
    CodeComment,
    /// Text that is encoded.
    Encoded,
    /// Markup of a chat that a model takes for a message.
    Chat,
    /// Text that readers see.
    Visible,
}

impl InstructionPlace {
    /// The words for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "an HTML comment",
            Self::Definition => "an unused link definition",
            Self::Footnote => "an unused footnote",
            Self::FrontMatterComment => "a comment in the front matter",
            Self::FrontMatterValue => "a value of the front matter",
            Self::Markup => "markup that is not shown",
            Self::Attribute => "an HTML attribute",
            Self::Invisible => "invisible HTML",
            Self::Collapsed => "a collapsed section",
            Self::CollapsedCode => "code in a collapsed section",
            Self::Title => "a link title",
            Self::Address => "a link address",
            Self::Alternative => "the text of an image",
            Self::InfoString => "the info string of a code block",
            Self::Padding => "text behind many blanks",
            Self::CodeComment => "a comment in code",
            Self::Encoded => "encoded text",
            Self::Chat => "markup of a chat",
            Self::Visible => "a text",
        }
    }

    /// How strictly its text is judged.
    #[must_use]
    pub fn scrutiny(self) -> Scrutiny {
        match self {
            Self::Collapsed | Self::FrontMatterValue | Self::Address | Self::Encoded => Scrutiny::Plain,
            Self::CollapsedCode | Self::CodeComment | Self::Visible => Scrutiny::Combined,
            _ => Scrutiny::Unseen,
        }
    }

    /// Whether readers of the page see it, or can.
    #[must_use]
    pub fn is_seen(self) -> bool {
        !matches!(self.scrutiny(), Scrutiny::Unseen) && self != Self::Encoded
    }
}

/// How strictly a text is judged: the more visible it is, the clearer its intent must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scrutiny {
    /// No reader sees it: each phrase counts.
    Unseen,
    /// Readers see it after a click, or few readers see it: plain attacks count.
    Plain,
    /// It is shown: only requests that make an attack together count.
    Combined,
}

/// A hidden place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HiddenPlace {
    /// Its bytes.
    pub span: Span,
    /// Its kind.
    pub kind: InstructionPlace,
}

/// The hidden places of a document, in order. Code counts only in collapsed sections, because elsewhere it is shown.
#[must_use]
pub fn find(document: &Document) -> Vec<HiddenPlace> {
    let mut places = Vec::new();
    html::find(document, &mut places);
    // An image inside of the text of another is read with it.
    let mut inside = 0;
    for link in document.body.links.iter().rev() {
        if may_speak(&link.target) {
            places.push(HiddenPlace {
                span: within(document, link.span, &link.target),
                kind: InstructionPlace::Address,
            });
        }
        if !link.title.is_empty() {
            places.push(HiddenPlace {
                span: within(document, link.span, &link.title),
                kind: InstructionPlace::Title,
            });
        }
        if link.image && !link.text.is_empty() && (inside == 0 || link.span.start < inside) {
            inside = link.span.start;
            places.push(HiddenPlace {
                span: within(document, link.span, &link.text),
                kind: InstructionPlace::Alternative,
            });
        }
    }
    for block in &document.body.code_blocks {
        if block.info.trim().contains(' ') {
            places.push(HiddenPlace {
                span: block.info_span,
                kind: InstructionPlace::InfoString,
            });
        }
    }
    let prose = document.body.prose(&document.text);
    definitions(document, &prose, &mut places);
    for (spans, kind) in [
        (&document.body.unused_definitions, InstructionPlace::Definition),
        (&document.body.used_definitions, InstructionPlace::Title),
        (&document.body.unused_footnotes, InstructionPlace::Footnote),
    ] {
        places.extend(spans.iter().map(|span| HiddenPlace { span: *span, kind }));
    }
    padded(document, &mut places);
    second_front_matter(document, &prose, &mut places);
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

/// Whether an address may hold a sentence: a `data:` address, or one of another host with several words in its query or
/// fragment. A fragment of the same page is the text of a heading, which is shown.
fn may_speak(target: &str) -> bool {
    const WORDS: usize = 3;
    if target.starts_with("data:") {
        return true;
    }
    let words = |c: char| matches!(c, '-' | '_' | '+' | '.' | ' ' | '%');
    !target.starts_with('#')
        && target
            .split_once(['?', '#'])
            .is_some_and(|(_, tail)| tail.split(words).nth(WORDS).is_some())
}

/// Lines of keys and values between two `---` in the body: some tools take them for front matter, and readers for a
/// heading.
fn second_front_matter(document: &Document, prose: &[Span], places: &mut Vec<HiddenPlace>) {
    const MAX_FIELD_LINES: usize = 40;
    static MARK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("---\n"));
    let is_field = |line: &str| {
        let key = line.split_once(':').map_or("", |(key, _)| key);
        line.starts_with([' ', '\t', '-', '#'])
            || !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    };
    for part in prose {
        let prose = document.slice(*part);
        for at in MARK.find_iter(prose.as_bytes()) {
            let start = at + 4;
            if !prose
                .get(..at)
                .is_some_and(|before| before.is_empty() || before.ends_with('\n'))
            {
                continue;
            }
            let lines = prose.get(start..).unwrap_or_default().split_inclusive('\n');
            let fields: usize = lines
                .take(MAX_FIELD_LINES)
                .take_while(|line| !line.starts_with("---") && is_field(line))
                .map(str::len)
                .sum();
            let rest = prose.get(start + fields..).unwrap_or_default();
            if fields > 0 && rest.starts_with("---") {
                let start = part.start as usize + start;
                places.push(HiddenPlace {
                    span: Span::new(start, start + fields),
                    kind: InstructionPlace::FrontMatterValue,
                });
            }
        }
    }
}

/// Text after so many blanks that it is outside of the window.
fn padded(document: &Document, places: &mut Vec<HiddenPlace>) {
    const BLANKS: usize = 160;
    let text = document.text.as_bytes();
    let mut at = document.body.start;
    while let Some(window) = text.get(at..at + BLANKS) {
        // A run of blanks cannot start before the last byte that is not a blank.
        if let Some(other) = window.iter().rposition(|byte| *byte != b' ') {
            at += other + 1;
            continue;
        }
        let start = at;
        let rest = text.get(start..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
        let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        if line > blanks {
            places.push(HiddenPlace {
                span: Span::new(start + blanks, start + line),
                kind: InstructionPlace::Padding,
            });
        }
        at = start + line.max(blanks);
    }
}

/// `[//]: # (...)` and its like: definitions whose target is nothing, or whose label is a comment's.
fn definitions(document: &Document, prose: &[Span], places: &mut Vec<HiddenPlace>) {
    static MARK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("]:"));
    for part in prose {
        let text = document.slice(*part);
        if MARK.find(text.as_bytes()).is_none() {
            continue;
        }
        let mut start = part.start as usize;
        for line in text.split_inclusive('\n') {
            if let Some(at) = comment_definition(line) {
                places.push(HiddenPlace {
                    span: Span::new(start + at, start + line.trim_end().len()),
                    kind: InstructionPlace::Definition,
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
                kind: InstructionPlace::FrontMatterComment,
            });
        }
        at += line.len();
    }
    values(&front.root, places);
}

/// The texts in the values of front matter.
fn values(node: &YamlNode, places: &mut Vec<HiddenPlace>) {
    match &node.value {
        YamlValue::String(text) if text.contains([' ', '\u{3000}']) || !text.is_ascii() => {
            places.push(HiddenPlace {
                span: node.span,
                kind: InstructionPlace::FrontMatterValue,
            });
        }
        YamlValue::Sequence(items) => items.iter().for_each(|item| values(item, places)),
        YamlValue::Mapping(pairs) => pairs.iter().for_each(|(_, value)| values(value, places)),
        _ => {}
    }
}
