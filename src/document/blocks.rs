//! The block structure of a body: which blocks are next to each other and which are nested.
//!
//! Few documents need it (those with an allow in a comment), so it is parsed on request and not cached.

use super::Document;
use super::body::MARKDOWN_OPTIONS;
use super::containers;
use crate::text::Span;
use pulldown_cmark::{Event, Parser, Tag};

/// A block of Markdown: CommonMark 0.31, sections 4 and 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkdownBlock {
    /// What it is.
    pub kind: BlockKind,
    /// All of it, nested blocks included.
    pub span: Span,
}

/// What a block is to the blocks around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// It holds blocks: a list, an item, a quote, a footnote.
    Container,
    /// It holds text: a paragraph, a heading, a table, code.
    Leaf,
    /// Raw HTML, comments too.
    Html,
}

/// The blocks of a document's body in order of place, outer ones before the ones in them.
#[must_use]
pub fn blocks(document: &Document) -> Vec<MarkdownBlock> {
    let start = document.body.start;
    let source = containers::parsed_text(document.text.get(start..).unwrap_or_default());
    Parser::new_ext(&source, MARKDOWN_OPTIONS)
        .into_offset_iter()
        .filter_map(|(event, range)| {
            let kind = match event {
                Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::Item | Tag::FootnoteDefinition(_)) => {
                    BlockKind::Container
                }
                Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::Table(_)) => {
                    BlockKind::Leaf
                }
                Event::Start(Tag::HtmlBlock) => BlockKind::Html,
                _ => return None,
            };
            Some(MarkdownBlock {
                kind,
                span: Span::from(range).shifted(start),
            })
        })
        .collect()
}
