//! The fence lines of a document: those that open and close its blocks, and those that stand in them.

use super::super::fence::CodeBlock;
use crate::lang;
use crate::text::Span;
use std::ops::Range;

/// A fence line, in the order of the file. `super::read` pairs them as their authors meant.
#[derive(Clone, Debug)]
pub(super) struct FenceLine {
    /// The block that it opens, closes or stands in.
    pub(super) block: usize,
    /// The fence and its info string, in the file.
    pub(super) span: Span,
    /// Byte of the block's code at which the line starts.
    pub(super) at: usize,
    /// Byte of the block's code after the line.
    pub(super) after: usize,
    pub(super) kind: FenceKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FenceKind {
    /// Opens a block with a tag: the block's own, or one that is hidden in its code.
    Tagged { info: Option<Range<usize>> },
    /// Opens or closes a block.
    Bare { opens: bool },
    /// No fence: the block ends with its list item or quote.
    ContainerEnd,
}

/// Every fence line of the document.
pub(super) fn fence_lines(text: &str, blocks: &[CodeBlock]) -> Vec<FenceLine> {
    let mut found = Vec::with_capacity(blocks.len() * 2);
    for (index, block) in blocks.iter().enumerate() {
        let code = block.code(text);
        let end = if block.info_span.is_empty() {
            block.fence.end
        } else {
            block.info_span.end
        };
        found.push(FenceLine {
            block: index,
            span: Span::new(block.fence.start as usize, end as usize),
            at: 0,
            after: 0,
            kind: if block.info_span.is_empty() {
                FenceKind::Bare { opens: true }
            } else {
                FenceKind::Tagged { info: None }
            },
        });
        found.extend(inner_fences(text, index, block));
        let whole = block.span.slice(text).trim_end();
        let closer = whole.rfind('\n').map_or(0, |newline| newline + 1);
        let line = whole.get(closer..).unwrap_or_default();
        let lead = line.len() - line.trim_start_matches([' ', '\t', '>']).len();
        let start = block.span.start as usize;
        let last = index + 1 == blocks.len()
            && text
                .get(block.span.end as usize..)
                .unwrap_or_default()
                .trim()
                .is_empty();
        if block.closed {
            found.push(FenceLine {
                block: index,
                span: Span::new(start + closer + lead, start + whole.len()),
                at: code.len(),
                after: code.len(),
                kind: FenceKind::Bare { opens: false },
            });
        } else if !last {
            found.push(FenceLine {
                block: index,
                span: Span::empty_at(block.span.end as usize),
                at: code.len(),
                after: code.len(),
                kind: FenceKind::ContainerEnd,
            });
        }
    }
    found
}

/// Whether an info string names a language, and is not text after a closing fence.
pub(super) fn is_tag(info: &str) -> bool {
    let parts = lang::parse_info_string(info);
    let word = parts.tag;
    if lang::is_known_tag(word) {
        return true;
    }
    let plain = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "_+#.-".contains(c));
    plain && (parts.attributes.is_empty() || parts.attributes.contains(['=', '{', ':']))
}

/// The lines of a block that would open a block of their own: CommonMark 0.31, section 4.5.
fn inner_fences(text: &str, index: usize, block: &CodeBlock) -> Vec<FenceLine> {
    let fence = block.fence.slice(text);
    let code = block.code(text);
    let Some(mark) = fence.chars().next() else {
        return Vec::new();
    };
    if memchr::memmem::find(code.as_bytes(), fence.as_bytes()).is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let body = line.trim_start_matches(' ');
        let indent = line.len() - body.len();
        let run = body.len() - body.trim_start_matches(mark).len();
        if indent > 3 || run < fence.len() {
            continue;
        }
        let rest = body.get(run..).unwrap_or_default();
        let info = rest.trim();
        if info.is_empty() || (mark == '`' && info.contains('`')) {
            continue;
        }
        let info_start = start + indent + run + (rest.len() - rest.trim_start().len());
        found.push(FenceLine {
            block: index,
            span: block.to_file(start + indent..start + line.trim_end().len()),
            at: start,
            after: at,
            kind: FenceKind::Tagged {
                info: Some(info_start..info_start + info.len()),
            },
        });
    }
    found
}
