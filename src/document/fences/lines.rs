//! The fence lines of a document: those that open and close its blocks, and those inside them.

use super::super::fence::{BlockOrigin, CodeBlock};
use super::super::prose;
use crate::lang;
use crate::text::Span;
use std::ops::Range;

/// A fence line, in the order of the file. `super::read` pairs them as their authors meant.
#[derive(Clone, Debug)]
pub(super) struct FenceLine {
    /// The block that it opens, closes or is inside of.
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
    /// Bare and indented by four or more spaces, so that it does not close the block that it was meant to close.
    Indented,
    /// Bare and shorter than the opening fence, so that it does not close the block that it was meant to close.
    Short,
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
        // The closing fence of the block before it is a line of that block.
        if block.origin != BlockOrigin::CloserOfHtml {
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
        }
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

/// How many lines of a block are checked for a closing fence that closes nothing. Each check may read all lines
/// before it.
const MAX_LOOKS: usize = 100;

/// The lines in the code of a block that would open a block elsewhere: CommonMark 0.31, section 4.5.
fn inner_fences(text: &str, index: usize, block: &CodeBlock) -> Vec<FenceLine> {
    let fence = block.fence.slice(text);
    let code = block.code(text);
    let Some(mark) = fence.chars().next() else {
        return Vec::new();
    };
    // Shorter fences are code, unless one was meant to close the block: then what is below them are fences.
    let (mut least, mut may_be_short) = (fence.len(), fence.len() > 3);
    let shortest = fence.get(..3).unwrap_or(fence);
    if memchr::memmem::find(code.as_bytes(), shortest.as_bytes()).is_none() {
        return Vec::new();
    }
    // What the closing fence of HTML opens holds the rest of the page, with the code of the elements in it.
    let is_page = block.origin == BlockOrigin::CloserOfHtml;
    let (mut found, mut at) = (Vec::new(), 0);
    // Whether an example that is indented as a whole is open, as in a comment.
    let mut in_example = false;
    // The indentation of an opening fence in the code, until a fence with the same indentation closes it.
    let (mut hidden, mut looks) = (None, MAX_LOOKS);
    for line in code.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let body = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - body.len();
        let run = body.len() - body.trim_start_matches(mark).len();
        if run < 3 || run < least && !may_be_short {
            continue;
        }
        let rest = body.get(run..).unwrap_or_default();
        let is_bare = rest.trim().is_empty();
        let place = start..at;
        let words = start + indent..start + line.trim_end().len();
        let mut push = |kind| found.push(fence_line(index, block, place.clone(), words.clone(), kind));
        if run < least {
            may_be_short = false;
            if is_bare && indent < 4 && is_closer(code, start..at, block.closed) {
                push(FenceKind::Short);
                least = run;
            }
            continue;
        }
        // It does not close the block, so it is indented by four or more spaces in the file, or another did so before it.
        if is_bare && hidden == Some(indent) {
            push(FenceKind::Bare { opens: false });
            hidden = None;
            continue;
        }
        let is_deep = !is_page && (indent > 3 || line.starts_with('\t'));
        if is_deep || is_bare {
            let may_close = is_bare && !in_example && !is_page && looks > 0;
            looks -= usize::from(may_close);
            if may_close && is_closer(code, start..at, block.closed) {
                push(FenceKind::Indented);
            } else {
                in_example = !is_bare || !in_example;
            }
            continue;
        }
        let info = rest.trim();
        if !is_info_string(mark, info) || is_page && in_example {
            continue;
        }
        let info_start = start + indent + run + (rest.len() - rest.trim_start().len());
        push(FenceKind::Tagged {
            info: Some(info_start..info_start + info.len()),
        });
        hidden = Some(indent);
    }
    found
}

/// A fence line in the code of a block, and the fence with its info string in it.
fn fence_line(
    index: usize,
    block: &CodeBlock,
    line: Range<usize>,
    words: Range<usize>,
    kind: FenceKind,
) -> FenceLine {
    FenceLine {
        block: index,
        span: block.to_file(words),
        at: line.start,
        after: line.end,
        kind,
    }
}

/// Whether the text behind a fence is an info string. Quotes and brackets behind one end a string of code that holds
/// Markdown.
fn is_info_string(mark: char, info: &str) -> bool {
    info.contains(char::is_alphanumeric) && !(mark == '`' && info.contains('`'))
}

/// Whether an indented bare fence was meant to close its block: there is code before it, and after it prose that is not
/// indented, or nothing.
fn is_closer(code: &str, line: Range<usize>, closed: bool) -> bool {
    let before = code.get(..line.start).unwrap_or_default();
    let after = code.get(line.end..).unwrap_or_default();
    if after.trim().is_empty() {
        return !closed && !prose::is_prose(before);
    }
    let next = after
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    // Do not read the rest of the page again for each fence.
    const NEAR: usize = 2_000;
    let near = after.get(..after.floor_char_boundary(NEAR)).unwrap_or_default();
    let paragraph = near.trim_start().split("\n\n").next().unwrap_or_default();
    !next.starts_with([' ', '\t'])
        && after.starts_with(['\n', '\r'])
        && prose::is_prose(paragraph)
        && !prose::is_prose(before)
}
