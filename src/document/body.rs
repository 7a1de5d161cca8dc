//! One pass over the Markdown: headings, links, code blocks and the places of everything else.

use super::containers;
use super::fence::{BlockOrigin, CodeBlock, CodeBuilder, HtmlFence};
use crate::text::Span;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};
use std::collections::BTreeSet;

/// The Markdown that the hub's documents are written in: what GitHub renders.
pub(super) const MARKDOWN_OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM);

/// What a document says after its front matter.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The first byte of the body.
    pub start: usize,
    /// Headings in order.
    pub headings: Vec<Heading>,
    /// Links and images in order.
    pub links: Vec<Link>,
    /// Fenced code blocks in order.
    pub code_blocks: Vec<CodeBlock>,
    /// Indented code blocks: code without a language.
    pub indented_code: Vec<Span>,
    /// `inline code`, back-ticks included.
    pub inline_code: Vec<Span>,
    /// HTML blocks, inline tags and comments.
    pub html: Vec<Span>,
    /// Link definitions that no link uses. A page shows none of them.
    pub unused_definitions: Vec<Span>,
    /// Those that links use. A page shows neither their labels nor, as a text, their titles.
    pub used_definitions: Vec<Span>,
    /// Footnotes that no text refers to. A page shows none of them.
    pub unused_footnotes: Vec<Span>,
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text without markup.
    pub text: String,
    /// What GitHub makes its anchor of: the text without images.
    pub anchor: String,
    /// The whole heading.
    pub span: Span,
}

/// A link or an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it points, escapes resolved.
    pub target: String,
    /// Its title, which browsers show as a tooltip.
    pub title: String,
    /// Its text without markup (for an image, the alternative text).
    pub text: String,
    /// The whole link as written. A reference link is where it is used.
    pub span: Span,
    /// Whether it is an image.
    pub image: bool,
    /// Whether the target is an autolink: `<https://...>`.
    pub autolink: bool,
}

impl Body {
    /// The parts of the body that are not fenced or indented code, in order.
    #[must_use]
    pub fn prose(&self, text: &str) -> Vec<Span> {
        let mut code: Vec<Span> = self
            .code_blocks
            .iter()
            .map(|block| block.span)
            .chain(self.indented_code.iter().copied())
            .collect();
        code.sort_unstable();
        let mut at = self.start;
        let mut out = Vec::with_capacity(code.len() + 1);
        for span in code {
            if span.start as usize > at {
                out.push(Span::new(at, span.start as usize));
            }
            at = at.max(span.end as usize);
        }
        if at < text.len() {
            out.push(Span::new(at, text.len()));
        }
        out
    }
}

/// What may be code that CommonMark does not read as code.
#[derive(Debug, Default)]
pub(super) struct HiddenCode {
    /// Fences on lines of HTML.
    pub(super) fences: Vec<HtmlFence>,
    /// Indented code that holds fences.
    pub(super) indented: Vec<CodeBlock>,
}

/// Read the Markdown from byte `start` on, as CommonMark says.
#[must_use]
pub(super) fn parse(text: &str, start: usize) -> (Body, HiddenCode) {
    let source = containers::parsed_text(text.get(start..).unwrap_or_default());
    let mut reader = BodyReader::new(text, start);
    let mut events = Parser::new_ext(&source, MARKDOWN_OPTIONS).into_offset_iter();
    for (event, range) in events.by_ref() {
        reader.event(event, Span::from(range).shifted(start));
    }
    for (label, definition) in events.reference_definitions().iter() {
        let span = Span::from(definition.span.clone()).shifted(start);
        if reader.used.contains(&folded(label)) {
            reader.body.used_definitions.push(span);
        } else {
            reader.body.unused_definitions.push(span);
        }
    }
    reader.body.used_definitions.sort_unstable();
    reader.body.unused_definitions.sort_unstable();
    let footnotes = std::mem::take(&mut reader.footnotes).into_iter();
    reader.body.unused_footnotes = footnotes
        .filter(|(label, _)| !reader.used_footnotes.contains(label))
        .map(|(_, span)| span)
        .collect();
    let BodyReader {
        body,
        html_fences: fences,
        indented,
        ..
    } = reader;
    (body, HiddenCode { fences, indented })
}

/// The fenced blocks in a piece of Markdown, and its indented code that holds fences.
pub(super) fn code_in(markdown: &str) -> (Vec<CodeBlock>, Vec<CodeBlock>) {
    let mut reader = BodyReader::new(markdown, 0);
    for (event, range) in Parser::new_ext(markdown, MARKDOWN_OPTIONS).into_offset_iter() {
        reader.event(event, Span::from(range));
    }
    (reader.body.code_blocks, reader.indented)
}

/// A label as references find it: without case, blanks squeezed (CommonMark 6.3).
fn folded(label: &str) -> String {
    let words: Vec<&str> = label.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// An element whose text is being collected.
enum OpenElement {
    Heading(Heading),
    Link(Link),
}

struct OpenCode {
    span: Span,
    info: Option<String>,
    code: CodeBuilder,
}

struct BodyReader<'a> {
    text: &'a str,
    body: Body,
    open: Vec<OpenElement>,
    code: Option<OpenCode>,
    /// Whether the HTML block being read starts with a component of JSX; `None` for one that does not end at a blank line.
    html: Option<bool>,
    html_fences: Vec<HtmlFence>,
    /// Indented code that holds fences.
    indented: Vec<CodeBlock>,
    /// The labels of definitions that links use.
    used: BTreeSet<String>,
    /// Footnotes with their labels, and the labels that text refers to.
    footnotes: Vec<(String, Span)>,
    used_footnotes: BTreeSet<String>,
}

impl<'a> BodyReader<'a> {
    fn new(text: &'a str, start: usize) -> Self {
        Self {
            text,
            body: Body {
                start,
                ..Body::default()
            },
            open: Vec::new(),
            code: None,
            html: None,
            html_fences: Vec::new(),
            indented: Vec::new(),
            used: BTreeSet::new(),
            footnotes: Vec::new(),
            used_footnotes: BTreeSet::new(),
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => Some(info.into_string()),
                    CodeBlockKind::Indented => None,
                };
                self.code = Some(OpenCode {
                    span,
                    info,
                    code: CodeBuilder::new(),
                });
            }
            Event::End(TagEnd::CodeBlock) => self.close_code(),
            Event::Start(Tag::Heading { level, .. }) => {
                self.open.push(OpenElement::Heading(Heading {
                    level: level_number(level),
                    text: String::new(),
                    anchor: String::new(),
                    span,
                }));
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                self.open_link(
                    &id,
                    link_type,
                    dest_url.into_string(),
                    title.into_string(),
                    span,
                    false,
                );
            }
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                self.open_link(
                    &id,
                    link_type,
                    dest_url.into_string(),
                    title.into_string(),
                    span,
                    true,
                );
            }
            Event::End(TagEnd::Heading(_) | TagEnd::Link | TagEnd::Image) => match self.open.pop() {
                Some(OpenElement::Heading(heading)) => self.body.headings.push(heading),
                Some(OpenElement::Link(link)) => self.body.links.push(link),
                None => {}
            },
            Event::Text(piece) => match &mut self.code {
                Some(open) => open.code.push(self.text, &piece, span),
                None => self.collect(&piece, &piece),
            },
            Event::Code(code) => {
                self.collect(&code, &code);
                self.body.inline_code.push(span);
            }
            Event::SoftBreak | Event::HardBreak => self.collect(" ", "\n"),
            Event::Start(Tag::FootnoteDefinition(label)) => self.footnotes.push((label.to_string(), span)),
            Event::FootnoteReference(label) => {
                self.used_footnotes.insert(label.to_string());
            }
            Event::Start(Tag::HtmlBlock) => self.html = ends_at_blank_line(span.slice(self.text)),
            Event::Html(_) => self.html_line(span),
            Event::InlineHtml(_) => self.body.html.push(span),
            _ => {}
        }
    }

    fn open_link(
        &mut self,
        label: &str,
        kind: LinkType,
        target: String,
        title: String,
        span: Span,
        image: bool,
    ) {
        if matches!(
            kind,
            LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut
        ) {
            self.used.insert(folded(label));
        }
        let autolink = matches!(kind, LinkType::Autolink | LinkType::Email);
        // The parser leaves out the second brackets of `[text][]`.
        let collapsed = kind == LinkType::Collapsed
            && self
                .text
                .get(span.end as usize..)
                .is_some_and(|rest| rest.starts_with("[]"));
        let span = Span::new(
            span.start as usize,
            span.end as usize + 2 * usize::from(collapsed),
        );
        self.open.push(OpenElement::Link(Link {
            target,
            title,
            text: String::new(),
            span,
            image,
            autolink,
        }));
    }

    /// Add a piece of text to the elements that it is in; anchors may have another one.
    fn collect(&mut self, piece: &str, in_anchor: &str) {
        // Deeper nesting is never intended, and the text of each level holds that of all below it.
        const DEEPEST: usize = 8;
        let in_image = |open: &OpenElement| matches!(open, OpenElement::Link(link) if link.image);
        let shown = !self.open.iter().any(in_image);
        let outer = self.open.len().saturating_sub(DEEPEST);
        for open in self.open.iter_mut().skip(outer) {
            match open {
                OpenElement::Heading(heading) => {
                    heading.text.push_str(piece);
                    if shown {
                        heading.anchor.push_str(in_anchor);
                    }
                }
                OpenElement::Link(link) => link.text.push_str(piece),
            }
        }
    }

    fn close_code(&mut self) {
        let Some(OpenCode { span, info, code }) = self.code.take() else {
            return;
        };
        let Some(info) = info else {
            self.indented_code(span, code);
            return;
        };
        let written = span.slice(self.text);
        let opener = written.lines().next().unwrap_or_default();
        let mark = opener
            .chars()
            .next()
            .filter(|c| matches!(c, '`' | '~'))
            .unwrap_or('`');
        let length = opener.chars().take_while(|c| *c == mark).count();
        let fence = Span::new(span.start as usize, span.start as usize + length);
        let rest = &opener[length..];
        let info_start = fence.end as usize + (rest.len() - rest.trim_start().len());
        let info_span = Span::new(info_start, info_start + rest.trim().len());
        let first_code = span.start as usize + opener.len();
        let last = written.trim_end_matches(['\n', '\r']).rfind('\n').unwrap_or(0);
        // A fence that is indented by four or more spaces is a line of the code.
        let in_code = code
            .end()
            .is_some_and(|end| end as usize > span.start as usize + last + 1);
        self.body.code_blocks.push(CodeBlock {
            span,
            fence,
            info,
            info_span,
            closed: !in_code && is_closed(written, mark, length),
            code: code.finish(first_code),
            origin: BlockOrigin::Markdown,
        });
    }

    /// A line of an HTML block.
    fn html_line(&mut self, span: Span) {
        self.body.html.push(span);
        if let Some(jsx) = self.html {
            let line = span.slice(self.text);
            self.html_fences
                .extend(HtmlFence::on(line, span.start as usize, jsx));
        }
    }

    fn indented_code(&mut self, span: Span, code: CodeBuilder) {
        self.body.indented_code.push(span);
        let written = span.slice(self.text);
        if written.contains("```") || written.contains("~~~") {
            let at = span.start as usize;
            self.indented.push(CodeBlock {
                span,
                fence: Span::empty_at(at),
                info: String::new(),
                info_span: Span::empty_at(at),
                closed: true,
                code: code.finish(at),
                origin: BlockOrigin::Indented,
            });
        }
    }
}

/// Whether an HTML block starts with a component of JSX. `None` where it does not end at a blank line but at its own end
/// mark, as comments and `<pre>` do: CommonMark 0.31, section 4.6, conditions 1 to 5.
fn ends_at_blank_line(block: &str) -> Option<bool> {
    let name = block.trim_start().strip_prefix('<')?;
    let name = name.strip_prefix('/').unwrap_or(name);
    let first = name.chars().next().filter(char::is_ascii_alphabetic)?;
    let raw = ["pre", "script", "style", "textarea"].iter().any(|raw| {
        let end = name.get(raw.len()..).and_then(|rest| rest.chars().next());
        name.get(..raw.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(raw))
            && end.is_none_or(|c| c.is_whitespace() || c == '>')
    });
    (!raw).then_some(first.is_ascii_uppercase())
}

/// Whether the last line of a block is a closing fence: CommonMark 0.31, section 4.5. Quote marks and
/// the indentation of the container may precede it.
fn is_closed(written: &str, mark: char, length: usize) -> bool {
    let Some((_, last)) = written.trim_end_matches(['\n', '\r']).rsplit_once('\n') else {
        return false;
    };
    let last = last.trim_end().trim_start_matches([' ', '\t', '>']);
    last.len() >= length && last.chars().all(|c| c == mark)
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(text: &str) -> Vec<(String, String)> {
        let body = parse(text, 0).0;
        body.code_blocks
            .iter()
            .map(|block| {
                let code = block.code(text).to_owned();
                // Every character of the code maps to the same character of the file.
                for (i, c) in code.char_indices() {
                    let there = block.to_file(i..i + c.len_utf8()).slice(text);
                    assert!(
                        there == c.to_string() || c == '\n' && there == "\r\n" || c == ' ' && there == "\t",
                        "{i} {c:?} {there:?}"
                    );
                }
                (block.info.clone(), code)
            })
            .collect()
    }

    #[test]
    fn code_maps_back_to_the_file() {
        assert_eq!(mapped("```py\nx = 1\n```\n"), [("py".into(), "x = 1\n".into())]);
        assert_eq!(
            mapped("> ~~~ js a=b\n> é\n>\n> y\n> ~~~\n"),
            [("js a=b".into(), "é\n\ny\n".into())]
        );
        assert_eq!(
            mapped("- item\n\n  ```sh\n  a\n    b\n  ```\n"),
            [("sh".into(), "a\n  b\n".into())]
        );
        assert_eq!(
            mapped("```\r\na\r\nb\r\n```\r\n"),
            [(String::new(), "a\nb\n".into())]
        );
        assert_eq!(mapped("```\n```\n"), [(String::new(), String::new())]);
    }

    #[test]
    fn a_block_knows_whether_it_is_closed_and_where_its_tag_is() {
        let text = "> ```  python title=x  \n> a\n> ```\n\n- ````\n  b\n\nafter\n\n```\nopen\n";
        let body = parse(text, 0).0;
        assert_eq!(
            body.code_blocks.iter().map(|b| b.closed).collect::<Vec<_>>(),
            [true, false, false]
        );
        assert_eq!(body.code_blocks[0].info_span.slice(text), "python title=x");
        assert_eq!(body.code_blocks[1].fence.slice(text), "````");
    }

    #[test]
    fn links_and_headings_carry_their_text() {
        let text = "# A `b` [c](d.md \"t\")\n\nSee <https://e.org> and ![alt](p.png).\n";
        let body = parse(text, 0).0;
        assert_eq!(body.headings[0].text, "A b c");
        let links: Vec<_> = body
            .links
            .iter()
            .map(|l| (l.target.as_str(), l.text.as_str(), l.image, l.autolink))
            .collect();
        assert_eq!(
            links,
            [
                ("d.md", "c", false, false),
                ("https://e.org", "https://e.org", false, true),
                ("p.png", "alt", true, false)
            ]
        );
        assert_eq!(body.inline_code[0].slice(text), "`b`");
    }

    #[test]
    fn prose_is_what_is_not_code() {
        let text = "a\n\n```\nx\n```\n\nb\n\n    indented\n\nc\n";
        let prose: String = parse(text, 0)
            .0
            .prose(text)
            .iter()
            .map(|s| s.slice(text))
            .collect();
        assert!(prose.contains('a') && prose.contains('b') && prose.contains('c'));
        assert!(!prose.contains('x') && !prose.contains("indented"));
    }
}
