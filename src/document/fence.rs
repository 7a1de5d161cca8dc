//! A fenced code block, and the way from its code back to the file.

use crate::text::Span;
use std::ops::Range;

/// A fenced code block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBlock {
    /// The whole block: from the opening fence to the end of the closing one.
    pub span: Span,
    /// The opening fence's characters.
    pub fence: Span,
    /// The info string as CommonMark reads it, entities and escapes resolved.
    pub info: String,
    /// Where the info string is written, without white space around it.
    pub info_span: Span,
    /// Whether a closing fence ends it, rather than the end of the file or of its list or quote.
    pub closed: bool,
    /// The code.
    pub code: CodeText,
    /// How it is written.
    pub origin: BlockOrigin,
}

/// How a code block is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockOrigin {
    /// As CommonMark has it.
    Markdown,
    /// Its opening fence is inside HTML, directly below a tag.
    Html {
        /// Whether the tag is a component of JSX.
        jsx: bool,
    },
    /// What opens the block is the closing fence of one whose opening fence is inside HTML.
    CloserOfHtml,
    /// Indented by four or more in an element of HTML or JSX.
    Indented,
}

/// The text of a code block with a map back to the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeText(CodeStorage);

#[derive(Clone, Debug, PartialEq, Eq)]
enum CodeStorage {
    /// The code is one range of the file, as in most blocks: nothing is copied.
    Slice(Span),
    /// Indentation, quote marks, tabs or CRLF are taken out.
    Owned { text: String, pieces: Vec<SourceRun> },
}

/// A range of the code that is one range of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SourceRun {
    code: u32,
    file: Span,
}

impl CodeBlock {
    /// The code, given the text of its document.
    #[must_use]
    pub fn code<'a>(&'a self, document: &'a str) -> &'a str {
        match &self.code.0 {
            CodeStorage::Slice(span) => span.slice(document),
            CodeStorage::Owned { text, .. } => text,
        }
    }

    /// A range of the code as a span of the file. Both ends are mapped, so that a range over several lines of a
    /// quoted block spans the quote marks between them. Ranges past the end are clamped.
    #[must_use]
    pub fn to_file(&self, range: Range<usize>) -> Span {
        let start = self.code.file_byte(range.start, false);
        let end = if range.is_empty() {
            start
        } else {
            self.code.file_byte(range.end, true)
        };
        Span::new(start, end.max(start))
    }
}

impl CodeText {
    /// The lines of the code as ranges of the document that it was read from.
    pub(super) fn source_lines(&self, document: &str) -> Vec<Range<usize>> {
        let mut lines = Vec::new();
        let mut add = |span: Span| {
            let mut at = span.start as usize;
            for line in span.slice(document).split_inclusive('\n') {
                lines.push(at..at + line.len());
                at += line.len();
            }
        };
        match &self.0 {
            CodeStorage::Slice(span) => add(*span),
            CodeStorage::Owned { pieces, .. } => pieces.iter().for_each(|piece| add(piece.file)),
        }
        lines
    }

    /// The byte of the file for a byte of the code. Between two pieces, `end` chooses the end of the
    /// first piece over the start of the second.
    fn file_byte(&self, at: usize, end: bool) -> usize {
        match &self.0 {
            CodeStorage::Slice(span) => (span.start as usize + at).min(span.end as usize),
            CodeStorage::Owned { pieces, .. } => {
                let after = pieces.partition_point(|p| {
                    if end {
                        (p.code as usize) < at
                    } else {
                        p.code as usize <= at
                    }
                });
                let Some(piece) = pieces.get(after.saturating_sub(1)) else {
                    return 0;
                };
                let within = at.saturating_sub(piece.code as usize);
                (piece.file.start as usize + within).min(piece.file.end as usize)
            }
        }
    }
}

/// Builds the code of a block from the pieces that the Markdown parser hands out.
#[derive(Debug)]
pub(super) struct CodeBuilder {
    slice: Option<Span>,
    owned: Option<(String, Vec<SourceRun>)>,
}

impl CodeBuilder {
    pub(super) fn new() -> Self {
        Self {
            slice: None,
            owned: None,
        }
    }

    /// Add a piece of code and the bytes of the file that it was made of.
    pub(super) fn push(&mut self, document: &str, piece: &str, file: Span) {
        let same = file.slice(document) == piece;
        if self.owned.is_none() && same {
            match self.slice {
                None => {
                    self.slice = Some(file);
                    return;
                }
                Some(slice) if slice.end == file.start => {
                    self.slice = Some(Span {
                        start: slice.start,
                        end: file.end,
                    });
                    return;
                }
                Some(_) => {}
            }
        }
        let (text, pieces) = self.owned.get_or_insert_with(|| match self.slice {
            Some(slice) => (
                slice.slice(document).to_owned(),
                vec![SourceRun { code: 0, file: slice }],
            ),
            None => (String::new(), Vec::new()),
        });
        let code = u32::try_from(text.len()).unwrap_or(u32::MAX);
        text.push_str(piece);
        pieces.push(SourceRun { code, file });
    }

    /// Where the code ends in the file; `None` for an empty block.
    pub(super) fn end(&self) -> Option<u32> {
        let last = self.owned.as_ref().and_then(|(_, pieces)| pieces.last());
        last.map(|piece| piece.file).or(self.slice).map(|span| span.end)
    }

    /// The code; `at` is where an empty block would have it.
    pub(super) fn finish(self, at: usize) -> CodeText {
        CodeText(match (self.owned, self.slice) {
            (Some((text, pieces)), _) => CodeStorage::Owned { text, pieces },
            (None, Some(slice)) => CodeStorage::Slice(slice),
            (None, None) => CodeStorage::Slice(Span::empty_at(at)),
        })
    }
}

/// A line of an HTML block that looks like a fence.
#[derive(Clone, Copy, Debug)]
pub(super) struct HtmlFence {
    /// The line without the white space around it.
    pub(super) span: Span,
    /// Whether the block starts with a component of JSX rather than an element of HTML.
    pub(super) jsx: bool,
}

impl HtmlFence {
    /// The fence on a line of an HTML block, if there is one.
    pub(super) fn on(line: &str, at: usize, jsx: bool) -> Option<Self> {
        let words = line.trim();
        (words.starts_with("```") || words.starts_with("~~~")).then(|| {
            let start = at + (line.len() - line.trim_start().len());
            let span = Span::new(start, start + words.len());
            Self { span, jsx }
        })
    }
}
