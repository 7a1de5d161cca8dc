//! Fences without a partner, and the code that they hide.
//!
//! A parser reports no error for fences: a closing one that is missing, or has text behind it, turns the prose
//! up to the next bare fence into code, and after it prose and code may be swapped. Tags show it: only an opening
//! fence has one, so a tagged fence inside a block shows that the block should have ended before it. Where there is no
//! tag, the text shows it: prose in a block, code outside.

mod lines;
#[cfg(test)]
mod tests;

use self::lines::{FenceKind, FenceLine, fence_lines, is_tag};
use super::fence::{BlockOrigin, CodeBlock};
use super::prose;
use crate::lang;
use crate::text::{Span, line_start};
use memchr::memmem::Finder;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

/// How a fence is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The block is not closed before the next one opens.
    LostCloser,
    /// The block runs to the end of the file, or of its list item or quote.
    NeverClosed,
    /// A fence that should close a block has text behind it, and so does not.
    TextOnCloser,
    /// A closing fence and the opening fence of the next block on one line.
    Joined,
    /// A closing fence without a block: it opens one.
    LostOpener,
    /// A block of Markdown whose inner fences are as long as its own.
    NestedEqual,
    /// The closing fence is indented less than its list item, which ends there.
    OutsideItem,
    /// The closing fence is indented by four or more spaces, and so closes nothing.
    IndentedCloser,
    /// The closing fence is shorter than the opening one, and so closes nothing.
    ShortCloser,
    /// The opening fence is directly below a tag, so that it is HTML and no fence.
    InHtml {
        /// Whether the tag is a component of JSX: MDX reads the fence as one.
        jsx: bool,
        /// Whether a blank line in the code ends the HTML, so that the closing fence opens a block.
        splits: bool,
    },
}

/// One fence that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// How it is wrong.
    pub kind: FaultKind,
    /// The fence that has no closing fence, with its tag.
    pub span: Span,
    /// The fence that shows it.
    pub shown_by: Option<Span>,
}

/// A piece of code with the tag that belongs to it: a block, or what is hidden in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The block that holds it, by index.
    pub block: usize,
    /// Bytes of the block's code.
    pub range: Range<usize>,
    /// The info string; `None` when it is the block's own.
    pub info: Option<Range<usize>>,
}

/// The fences of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fences {
    /// What is wrong, in order of place.
    pub faults: Vec<Fault>,
    /// The code, in order of place.
    pub parts: Vec<Part>,
}

/// Look at the fences of a document.
#[must_use]
pub fn read(text: &str, blocks: &[CodeBlock]) -> Fences {
    let mut reader = FenceReader {
        text,
        blocks,
        fences: fence_lines(text, blocks),
        openers: Vec::new(),
        blamed: BTreeSet::new(),
        out: Fences::default(),
    };
    let mut at = 0;
    while at < reader.fences.len() {
        at = reader.step(at);
    }
    reader.out.faults.sort_by_key(|fault| fault.span);
    reader.out
}

/// What a block with fences inside holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    /// Markdown, as its tag says.
    Markdown,
    /// Markdown below the tag of a language, or in one of its strings.
    MarkdownInCode,
    /// Code: only Markdown is likely to hold several blocks.
    Code,
    /// Anything.
    Untagged,
}

impl Holder {
    fn is_markdown(self) -> bool {
        matches!(self, Self::Markdown | Self::MarkdownInCode)
    }
}

struct FenceReader<'a> {
    text: &'a str,
    blocks: &'a [CodeBlock],
    fences: Vec<FenceLine>,
    /// The opening fence of each part, by index.
    openers: Vec<usize>,
    /// The fences of all faults so far.
    blamed: BTreeSet<Span>,
    out: Fences,
}

impl FenceReader<'_> {
    /// Handle a fence outside of any block. Returns the next fence to look at.
    fn step(&mut self, at: usize) -> usize {
        let block = self.fences[at].block;
        if let BlockOrigin::Html { jsx } = self.blocks[block].origin
            && self.fences[at].after == 0
        {
            let after = self.blocks.get(block + 1).map(|block| block.origin);
            let splits = after == Some(BlockOrigin::CloserOfHtml);
            let end = self.open(at);
            self.fault(FaultKind::InHtml { jsx, splits }, at, splits.then_some(at + 1));
            return end;
        }
        match self.fences[at].kind {
            FenceKind::Tagged { .. } => self.open(at),
            FenceKind::ContainerEnd | FenceKind::Indented | FenceKind::Short => at + 1,
            FenceKind::Bare { opens } => {
                let is_stray = self.is_outside(at);
                // Directly after another fence it is one too many.
                let follows_text = at == 0 || !self.content(at - 1).trim().is_empty();
                let may_hold = opens && follows_text && !self.content(at).trim().is_empty();
                match self.fences.get(at + 1).map(|next| &next.kind) {
                    None if is_stray => self.stray(at),
                    Some(FenceKind::Tagged { .. }) if is_stray => match self.nested_end(at) {
                        Some(end) if may_hold => {
                            self.fault(FaultKind::NestedEqual, at, Some(at + 1));
                            end + 1
                        }
                        _ => self.stray(at),
                    },
                    _ => self.open(at),
                }
            }
        }
    }

    /// Find where the block of an opening fence ends.
    fn open(&mut self, at: usize) -> usize {
        let Some(next) = self.fences.get(at + 1) else {
            let content = self.content(at);
            let end = prose::code_end(content).unwrap_or(content.len());
            self.part(at, end);
            self.fault(FaultKind::NeverClosed, at, None);
            return at + 1;
        };
        match next.kind {
            FenceKind::Bare { .. } => {
                let code_follows = self.holder(at).is_markdown() && !self.is_outside(at + 1);
                if let Some(end) = code_follows.then(|| self.nested_end(at)).flatten() {
                    self.fault(FaultKind::NestedEqual, at, Some(at + 1));
                    return end + 1;
                }
                self.part(at, self.content(at).len());
                at + 2
            }
            FenceKind::ContainerEnd => self.container_end(at),
            FenceKind::Indented | FenceKind::Short => {
                let kind = match next.kind {
                    FenceKind::Short => FaultKind::ShortCloser,
                    _ => FaultKind::IndentedCloser,
                };
                self.part(at, self.content(at).len());
                self.fault(kind, at + 1, Some(at));
                at + 2
            }
            FenceKind::Tagged { .. } if self.is_joined(at + 1) => {
                self.part(at, self.content(at).len());
                self.fault(FaultKind::Joined, at + 1, Some(at));
                at + 1
            }
            FenceKind::Tagged { .. } => {
                if let Some(end) = self.nested_end(at) {
                    self.fault(FaultKind::NestedEqual, at, Some(at + 1));
                    return end + 1;
                }
                if self.is_closer_with_text(at + 1) {
                    self.part(at, self.content(at).len());
                    self.fault(FaultKind::TextOnCloser, at + 1, Some(at));
                    return at + 2;
                }
                let content = self.content(at);
                let end = prose::code_end(content).unwrap_or(content.len());
                self.part(at, end);
                self.fault(FaultKind::LostCloser, at, Some(at + 1));
                at + 1
            }
        }
    }

    /// A block that its list item or quote ends.
    fn container_end(&mut self, at: usize) -> usize {
        self.part(at, self.content(at).len());
        let after = self.blocks[self.fences[at].block].span.end as usize;
        if let Some(FenceLine {
            kind: FenceKind::Bare { opens: true },
            span,
            ..
        }) = self.fences.get(at + 2)
        {
            let between = self.text.get(after..span.start as usize).unwrap_or_default();
            if between
                .trim_matches(|c: char| c.is_whitespace() || c == '>')
                .is_empty()
            {
                self.fault(FaultKind::OutsideItem, at + 2, Some(at));
                return at + 3;
            }
        }
        self.fault(FaultKind::NeverClosed, at, None);
        at + 2
    }

    /// A bare fence that should close something and does not. With bare fences only, the blocks before it may be
    /// swapped as well: go back to where it starts.
    fn stray(&mut self, at: usize) -> usize {
        let mut first = at;
        while let (Some(part), Some(&opener)) = (self.out.parts.last(), self.openers.last()) {
            let code = self.blocks[part.block]
                .code(self.text)
                .get(part.range.clone())
                .unwrap_or_default();
            let span = self.fences[opener].span;
            if self.blamed.contains(&span) {
                break;
            }
            if matches!(self.fences[opener].kind, FenceKind::Bare { .. }) && prose::is_prose(code) {
                // If code and prose were swapped here, the closing fence would look like an opening one.
                let (looks_closing, looks_opening) = self.sides(opener + 1);
                let follows_prose = prose::is_prose(self.content(opener + 1));
                if looks_closing || follows_prose && !looks_opening {
                    break;
                }
                self.out.parts.pop();
                self.openers.pop();
                first = opener;
                continue;
            }
            // The block before may contain the prose after its code.
            if let Some(end) = prose::code_end(code) {
                if let Some(part) = self.out.parts.last_mut() {
                    part.range.end = part.range.start + end;
                }
                self.fault(FaultKind::LostCloser, opener, Some(first));
                return at + 1;
            }
            break;
        }
        self.fault(FaultKind::LostOpener, first, None);
        at + 1
    }

    /// Whether a tagged fence inside a block was meant to close it.
    fn is_closer_with_text(&self, at: usize) -> bool {
        let content = self.content(at);
        let text_follows = content.trim().is_empty() || prose::is_prose(content);
        let closes_next = matches!(
            self.fences.get(at + 1).map(|next| &next.kind),
            Some(FenceKind::Bare { opens: false })
        );
        let info = self.info(at);
        if !is_tag(info) {
            // Text behind a fence, unless a block of code follows that has a closing fence.
            return !closes_next || text_follows || info.split_whitespace().count() > 1;
        }
        text_follows && (!closes_next || prose::is_prose(content))
    }

    /// Whether a tagged fence is two fences on one line, of which the first was meant to close the block: it is at
    /// least as long as both, and no fence of that length closes it.
    fn is_joined(&self, at: usize) -> bool {
        let run = |fence: &FenceLine| {
            let text = fence.span.slice(self.text);
            text.bytes()
                .take_while(|byte| matches!(byte, b'`' | b'~'))
                .count()
        };
        let fence = &self.fences[at];
        let two = self.blocks[fence.block].fence.len() + 3;
        let closes = |next: &FenceLine| {
            matches!(next.kind, FenceKind::Bare { .. } | FenceKind::Indented) && run(next) >= run(fence)
        };
        run(fence) >= two && is_tag(self.info(at)) && !self.fences.get(at + 1).is_some_and(closes)
    }

    /// The fence that ends a block with fences as long as its own inside, as its author meant it.
    fn nested_end(&self, at: usize) -> Option<usize> {
        let holder = self.holder(at);
        let outer = self.column(at);
        let mut inside = false;
        // Whether all fences inside are indented deeper than the outer one.
        let mut deeper = true;
        for (index, fence) in self.fences.iter().enumerate().skip(at + 1) {
            match fence.kind {
                FenceKind::Tagged { .. } if inside => return None,
                FenceKind::Tagged { .. } => {
                    if index > at + 1 && holder == Holder::Code {
                        return None;
                    }
                    inside = true;
                    deeper &= self.column(index) > outer;
                }
                FenceKind::Bare { .. } if inside => {
                    inside = false;
                    deeper &= self.column(index) > outer;
                }
                FenceKind::Bare { opens } => {
                    // If it opened a block, there would be code after it.
                    let content = self.content(index);
                    let outside = self.is_outside(index);
                    if !outside && holder.is_markdown() {
                        inside = true;
                        deeper &= self.column(index) > outer;
                        continue;
                    }
                    let next_opens = !matches!(
                        self.fences.get(index + 1).map(|next| &next.kind),
                        Some(FenceKind::Bare { opens: false })
                    );
                    let adjacent = content.trim().is_empty() && holder != Holder::Untagged;
                    let ends = next_opens || adjacent || holder == Holder::Markdown;
                    let aligned = deeper && self.column(index) == outer;
                    return (opens && outside && (ends || aligned)).then_some(index);
                }
                FenceKind::ContainerEnd | FenceKind::Indented | FenceKind::Short => return None,
            }
        }
        None
    }

    /// Whether the text after a fence is not code, so that the fence closes a block.
    fn is_outside(&self, at: usize) -> bool {
        let content = self.content(at);
        content.trim().is_empty() || prose::is_prose(content)
    }

    /// What a block seems to contain, by its tag and by the text before the first fence inside.
    fn holder(&self, at: usize) -> Holder {
        const TAGS: [&str; 7] = ["markdown", "md", "mdx", "text", "txt", "prompt", "skill"];
        static QUOTES: LazyLock<[Finder<'static>; 2]> =
            LazyLock::new(|| [Finder::new("\"\"\""), Finder::new("'''")]);
        let tag = lang::parse_info_string(self.info(at)).tag;
        if tag.is_empty() {
            return Holder::Untagged;
        }
        if TAGS.iter().any(|known| tag.eq_ignore_ascii_case(known)) {
            return Holder::Markdown;
        }
        let content = self.content(at);
        let first = content.lines().find(|line| !line.trim().is_empty());
        let heading = first.is_some_and(|line| line.starts_with("## "));
        let in_string = || {
            let mut quotes = QUOTES.iter();
            quotes.any(|quotes| quotes.find_iter(content.as_bytes()).count() % 2 == 1)
        };
        if heading || in_string() {
            Holder::MarkdownInCode
        } else {
            Holder::Code
        }
    }

    /// Whether a fence looks like a closing one, and whether like an opening one, by the lines beside it: a blank line is
    /// above an opening fence and below a closing one, and a heading or the sentence that leads to a block above the first.
    fn sides(&self, at: usize) -> (bool, bool) {
        let span = self.fences[at].span;
        let above = self.text.get(..span.start as usize).unwrap_or_default();
        let below = self.text.get(span.end as usize..).unwrap_or_default();
        let plain = |line: Option<&'_ str>| {
            line.unwrap_or_default()
                .trim_matches(['>', ' ', '\t', '\r'])
                .to_owned()
        };
        let (above, below) = (plain(above.rsplit('\n').nth(1)), plain(below.split('\n').nth(1)));
        let leads = above.is_empty() || above.starts_with('#') || above.ends_with(':');
        (!above.is_empty() && below.is_empty(), leads && !below.is_empty())
    }

    /// How far a fence is indented.
    fn column(&self, at: usize) -> usize {
        let start = self.fences[at].span.start as usize;
        start - line_start(self.text, start)
    }

    /// The text between a fence and the next one.
    fn content(&self, at: usize) -> &str {
        let fence = &self.fences[at];
        let next = self.fences.get(at + 1);
        let code = self.blocks[fence.block].code(self.text);
        match next {
            Some(next) if next.block == fence.block => code.get(fence.after..next.at).unwrap_or_default(),
            Some(next) => self
                .text
                .get(fence.span.end as usize..next.span.start as usize)
                .unwrap_or_default(),
            None if fence.kind == (FenceKind::Bare { opens: false }) => {
                self.text.get(fence.span.end as usize..).unwrap_or_default()
            }
            None => code.get(fence.after..).unwrap_or_default(),
        }
    }

    fn info(&self, at: usize) -> &str {
        let fence = &self.fences[at];
        let block = &self.blocks[fence.block];
        match &fence.kind {
            FenceKind::Tagged { info: Some(range) } => {
                block.code(self.text).get(range.clone()).unwrap_or_default()
            }
            FenceKind::Tagged { info: None } => block.info_span.slice(self.text),
            _ => "",
        }
    }

    /// Note the code after an opening fence, `length` bytes of it.
    fn part(&mut self, at: usize, length: usize) {
        let fence = &self.fences[at];
        // After a closing fence the text is not in a block's code, so it is not checked.
        if fence.kind == (FenceKind::Bare { opens: false }) {
            return;
        }
        let info = match &fence.kind {
            FenceKind::Tagged { info } => info.clone(),
            _ => None,
        };
        self.out.parts.push(Part {
            block: fence.block,
            range: fence.after..fence.after + length,
            info,
        });
        self.openers.push(at);
    }

    fn fault(&mut self, kind: FaultKind, at: usize, shown_by: Option<usize>) {
        let shown_by = shown_by
            .and_then(|at| self.fences.get(at))
            .map(|fence| fence.span);
        let span = self.fences[at].span;
        self.blamed.insert(span);
        self.blamed.extend(shown_by);
        self.out.faults.push(Fault { kind, span, shown_by });
    }
}
