//! The blocks of a document, and what is found in them, whatever their language.

use super::outdated_text::says_old_or_wrong;
use super::reference::{Outcome, SymbolKind};
use crate::lang::limits;
use std::ops::Range;

/// A block of code.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// The code.
    pub code: &'a str,
    /// The id of its language: `python`, `tsx`.
    pub language: &'a str,
    /// Whether the text around it says that it is old, wrong or for another version.
    pub is_marked_outdated: bool,
}

/// One use of a symbol in a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The block, by its index in what was given.
    pub block: usize,
    /// Bytes of the block's code: the name.
    pub range: Range<usize>,
    /// Where it is reported: the name, or the module when that is what is missing.
    pub place: Range<usize>,
    /// How it is used.
    pub kind: SymbolKind,
    /// The symbol.
    pub symbol: String,
    /// What was found out.
    pub outcome: Outcome,
    /// The function or class as a line of its language, when it was found.
    pub signature: Option<String>,
}

/// Run with room on the stack for the deepest code that the blocks can hold.
pub(super) fn with_stack<T: Send>(blocks: &[Block<'_>], run: impl FnOnce() -> T) -> T {
    let longest = blocks.iter().map(|block| block.code.len()).max();
    limits::with_stack(longest.unwrap_or_default().saturating_mul(3), run)
}

/// The parts of a block that a comment marks as outdated. Each ends at the next comment on a separate line.
/// `marks` are the markers that start a comment.
pub(super) fn outdated_ranges(text: &str, marks: &[&str]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut outdated_from: Option<usize> = None;
    let mut at = 0;
    let mut is_after_comment = false;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if let Some(comment) = marks.iter().find_map(|mark| trimmed.strip_prefix(mark)) {
            if says_old_or_wrong(comment) {
                outdated_from.get_or_insert(at);
            } else if !is_after_comment && let Some(from) = outdated_from.take() {
                ranges.push(from..at);
            }
            is_after_comment = true;
        } else {
            is_after_comment = false;
            if comment_at_end(line, marks).is_some_and(says_old_or_wrong) {
                ranges.push(at..at + line.len());
            }
        }
        at += line.len();
    }
    if let Some(from) = outdated_from {
        ranges.push(from..at);
    }
    ranges
}

/// The comment at the end of a line of code.
fn comment_at_end<'l>(line: &'l str, marks: &[&str]) -> Option<&'l str> {
    marks.iter().find_map(|mark| {
        let split = |around: &str| line.split_once(around).map(|(_, comment)| comment);
        split(&format!("  {mark}")).or_else(|| split(&format!(" {mark} ")))
    })
}
