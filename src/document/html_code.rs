//! Code that CommonMark does not read as code, because of the HTML or JSX around it.
//!
//! An HTML block goes on to the next blank line (CommonMark 0.31, section 4.6), so a fence directly below a tag is text
//! in it, and if there is a blank line in the code, the closing fence opens a block. Inside of elements that are
//! indented, code is indented as well, and four spaces make indented code. MDX reads both as code.

use super::body::{self, Body};
use super::fence::{BlockOrigin, CodeBlock, CodeBuilder, HtmlFence};
use crate::text::Span;
use std::ops::Range;

/// How deep elements with indented code are followed.
const MAX_DEPTH: usize = 4;

/// Read the Markdown from byte `start` on, with the code that HTML and indentation around it hide.
#[must_use]
pub fn parse(text: &str, start: usize) -> Body {
    let (mut body, found) = body::parse(text, start);
    if !found.fences.is_empty() {
        add_fenced(text, &mut body, &found.fences);
    }
    if !found.indented.is_empty() {
        add_indented(text, &mut body, &found.indented);
    }
    body
}

/// A fence as written: its character, its length, what follows.
fn split(line: &str) -> (char, usize, &str) {
    let mark = if line.starts_with('~') { '~' } else { '`' };
    let info = line.trim_start_matches(mark);
    (mark, line.len() - info.len(), info.trim())
}

/// Add the blocks whose opening fence is inside of HTML, and take out what was read in their code.
pub(super) fn add_fenced(text: &str, body: &mut Body, fences: &[HtmlFence]) {
    let mut added: Vec<CodeBlock> = Vec::new();
    let mut taken = Vec::new();
    let mut at = 0;
    while let Some(opener) = fences.get(at) {
        at += 1;
        let line = opener.span.slice(text);
        let (mark, length, info) = split(line);
        if mark == '`' && info.contains('`') {
            continue;
        }
        let Some(closer) = closer(text, opener.span.end as usize, mark, length) else {
            continue;
        };
        let Some(code) = block_between(text, *opener, closer) else {
            continue;
        };
        // What reads the closing fence: this HTML or other HTML, indented code, or Markdown, for which it opens a block.
        let block = body
            .code_blocks
            .partition_point(|block| block.fence.start < closer.start);
        if let Some(opened) = body
            .code_blocks
            .get(block)
            .filter(|block| block.fence.start == closer.start)
        {
            taken.push(block);
            let end = opened.span.end;
            at += fences[at..].partition_point(|fence| fence.span.start < end);
        } else {
            at += fences[at..].partition_point(|fence| fence.span.start <= closer.start);
        }
        added.push(code);
    }
    for index in taken {
        if let Some(block) = body.code_blocks.get_mut(index) {
            block.origin = BlockOrigin::CloserOfHtml;
        }
    }
    if added.is_empty() {
        return;
    }
    let spans: Vec<Span> = added.iter().map(|block| block.span).collect();
    let is_text = |span: Span| {
        let before = spans.partition_point(|code| code.start <= span.start);
        before == 0 || spans[before - 1].end <= span.start
    };
    body.headings.retain(|heading| is_text(heading.span));
    body.links.retain(|link| is_text(link.span));
    body.inline_code.retain(|span| is_text(*span));
    body.indented_code.retain(|span| is_text(*span));
    body.code_blocks.extend(added);
    body.code_blocks.sort_by_key(|block| block.span.start);
}

/// The closing fence after a place, if it comes before the next opening one.
fn closer(text: &str, from: usize, mark: char, length: usize) -> Option<Span> {
    let mut at = from;
    for line in text.get(from..)?.split_inclusive('\n') {
        let words = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        if words.starts_with(mark) && start > from {
            let (_, run, info) = split(words);
            if run >= length {
                return info.is_empty().then(|| Span::new(start, start + words.len()));
            }
        }
    }
    None
}

/// The block between two fences in the same container. `None` in a quote, because its marks are between the
/// lines of code.
fn block_between(text: &str, opener: HtmlFence, closer: Span) -> Option<CodeBlock> {
    let start = opener.span.start as usize;
    let line_start = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let blank = text.get(line_start..start)?;
    if !blank.trim().is_empty() {
        return None;
    }
    let first = opener.span.end as usize;
    let first = first + text.get(first..)?.find('\n')? + 1;
    let last = text.get(..closer.start as usize)?.rfind('\n')? + 1;
    let mut code = CodeBuilder::new();
    let mut at = first;
    for line in text.get(first..last)?.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let cut = indent.min(blank.len());
        let words = line.trim_end_matches(['\n', '\r']);
        let end = at + words.len().max(cut);
        code.push(text, text.get(at + cut..end)?, Span::new(at + cut, end));
        at += line.len();
        code.push(text, "\n", Span::new(at - 1, at));
    }
    let (_, length, info) = split(opener.span.slice(text));
    let info_end = opener.span.end as usize;
    Some(CodeBlock {
        span: Span::new(start, closer.end as usize),
        fence: Span::new(start, start + length),
        info: info.to_owned(),
        info_span: Span::new(info_end - info.len(), info_end),
        closed: true,
        code: code.finish(first),
        origin: BlockOrigin::Html { jsx: opener.jsx },
    })
}

/// Add the fenced blocks inside of indented code in an open element.
pub(super) fn add_indented(text: &str, body: &mut Body, indented: &[CodeBlock]) {
    let mut elements = OpenElements::default();
    let mut added = Vec::new();
    let mut html = body.html.iter().peekable();
    for block in indented {
        while let Some(piece) = html.next_if(|piece| piece.start < block.span.start) {
            elements.read(piece.slice(text));
        }
        // The rest of code whose opening fence is inside of HTML is not the content of an element.
        let before = body
            .code_blocks
            .partition_point(|code| code.span.start <= block.span.start);
        let in_code = before > 0 && body.code_blocks[before - 1].span.end > block.span.start;
        if !elements.names.is_empty() && !in_code {
            added.extend(fenced_inside(text, block, MAX_DEPTH));
        }
    }
    if !added.is_empty() {
        body.code_blocks.extend(added);
        body.code_blocks.sort_by_key(|block| block.span.start);
    }
}

/// The fenced blocks in indented code, if each of its fences has a partner.
fn fenced_inside(text: &str, outer: &CodeBlock, depth: usize) -> Vec<CodeBlock> {
    let code = outer.code(text);
    let (inner, deeper) = body::code_in(code);
    if inner.iter().any(|block| !block.closed) {
        return Vec::new();
    }
    let to_file = |span: Span| outer.to_file(span.range());
    let lift = |block: &CodeBlock| {
        let mut lifted = CodeBuilder::new();
        for Range { start, end } in block.code.source_lines(code) {
            let file = outer.to_file(start..end);
            lifted.push(text, code.get(start..end).unwrap_or_default(), file);
        }
        CodeBlock {
            span: to_file(block.span),
            fence: to_file(block.fence),
            info: block.info.clone(),
            info_span: to_file(block.info_span),
            closed: true,
            code: lifted.finish(to_file(block.info_span).end as usize),
            origin: BlockOrigin::Indented,
        }
    };
    let mut found: Vec<CodeBlock> = inner.iter().map(lift).collect();
    if depth > 0 {
        found.extend(
            deeper
                .iter()
                .map(lift)
                .flat_map(|block| fenced_inside(text, &block, depth - 1)),
        );
    }
    found
}

/// The elements that are open at a place.
#[derive(Debug, Default)]
struct OpenElements {
    names: Vec<String>,
    /// Whether the last tag is not yet at its `>`.
    in_tag: bool,
}

impl OpenElements {
    /// How many open elements are kept: more are placeholders such as `<name>`.
    const MAX_OPEN_ELEMENTS: usize = 64;

    /// Read the next piece of HTML.
    fn read(&mut self, html: &str) {
        let mut rest = html;
        loop {
            if self.in_tag {
                let Some(end) = rest.find('>') else { return };
                if rest[..end].ends_with('/') {
                    self.names.pop();
                }
                self.in_tag = false;
                rest = &rest[end + 1..];
            }
            let Some(start) = rest.find('<') else { return };
            rest = &rest[start + 1..];
            let closing = rest.starts_with('/');
            let name: String = rest
                .trim_start_matches('/')
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
                .collect();
            if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || EMPTY.contains(&name.as_str()) {
                continue;
            }
            if closing {
                if let Some(at) = self.names.iter().rposition(|open| *open == name) {
                    self.names.truncate(at);
                }
            } else if self.names.len() < Self::MAX_OPEN_ELEMENTS {
                self.names.push(name);
                self.in_tag = true;
            }
        }
    }
}

/// Elements without content.
const EMPTY: [&str; 8] = ["br", "hr", "img", "input", "link", "meta", "source", "wbr"];
