//! Whether the words around a command warn against it, or speak of a machine for development.

use crate::document::{CodeBlock, Document};
use crate::text::line_start;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::sync::LazyLock;

/// Words of a warning. Each includes a verb, so that "do not worry" does not count.
const WARNINGS: [&str; 44] = [
    "never ",
    "do not run",
    "don't run",
    "don’t run",
    "do not use",
    "don't use",
    "do not do",
    "don't do",
    "do not execute",
    "don't execute",
    "do not copy",
    "do not paste",
    "must not",
    "should not",
    "avoid",
    "dangerous",
    "malicious",
    "attack",
    "adversar",
    "insecure",
    "unsafe",
    "vulnerab",
    "exploit",
    "anti-pattern",
    "antipattern",
    "wrong",
    "incorrect",
    "bad:",
    "bad ",
    "❌",
    "✗",
    "🚫",
    "⛔",
    "destructive",
    "blocked",
    "forbidden",
    "denied",
    "deny",
    "prohibited",
    "disallowed",
    "injection",
    "suspicious",
    "red flag",
    "payload",
];
/// Words in the titles of documents and chapters about attacks, which show attacks on purpose.
const ABOUT_ATTACKS: [&str; 13] = [
    "dangerous",
    "malicious",
    "attack",
    "adversar",
    "exploit",
    "vulnerab",
    "injection",
    "insecure",
    "penetration test",
    "pentest",
    "privilege escalation",
    "red team",
    "malware",
];
/// Words of a machine for development.
const LOCAL: [&str; 7] = [
    "local",
    "self-signed",
    "development only",
    "dev only",
    "for development",
    "only in development",
    "for testing",
];

static WARNING: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| automaton(&WARNINGS));
static ATTACKS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| automaton(&ABOUT_ATTACKS));
static DEVELOPMENT: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| automaton(&LOCAL));

fn automaton(words: &[&str]) -> Option<AhoCorasick> {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        // Few texts are searched, so building a DFA is not worth it.
        .kind(Some(AhoCorasickKind::NoncontiguousNFA))
        .build(words)
        .ok()
}

/// Whether the words around a command warn against it.
#[must_use]
pub fn warns(document: &Document, block: &CodeBlock, code: &str, at: usize) -> bool {
    let about = ATTACKS.as_ref();
    context_matches(WARNING.as_ref(), document, block, code, at)
        || about.is_some_and(|words| chapters(document, block).any(|title| words.is_match(title)))
}

/// Whether they speak of a machine for development.
#[must_use]
pub fn is_local(document: &Document, block: &CodeBlock, code: &str, at: usize) -> bool {
    context_matches(DEVELOPMENT.as_ref(), document, block, code, at)
}

fn context_matches(
    words: Option<&AhoCorasick>,
    document: &Document,
    block: &CodeBlock,
    code: &str,
    at: usize,
) -> bool {
    let Some(words) = words else { return false };
    let near = [
        heading(document, block),
        line_before(document, block),
        comments_above(code, at),
        comment_behind(code, at),
    ];
    near.iter().any(|text| words.is_match(*text))
}

/// The heading above a block.
fn heading<'a>(document: &'a Document, block: &CodeBlock) -> &'a str {
    let headings = &document.body.headings;
    let above = headings.partition_point(|heading| heading.span.start < block.span.start);
    above
        .checked_sub(1)
        .and_then(|at| headings.get(at))
        .map_or("", |heading| heading.text.as_str())
}

/// The titles of the chapters that a block is in, from the innermost.
fn chapters<'a>(document: &'a Document, block: &CodeBlock) -> impl Iterator<Item = &'a str> {
    /// More headings above a block are not looked at.
    const MAX_HEADINGS: usize = 200;
    let headings = &document.body.headings;
    let above = headings.partition_point(|heading| heading.span.start < block.span.start);
    let mut level = u8::MAX;
    let above = headings.get(..above).unwrap_or_default();
    above
        .iter()
        .rev()
        .take(MAX_HEADINGS)
        .chain(above.first())
        .filter_map(move |heading| {
            let outer = heading.level < level;
            level = level.min(heading.level);
            outer.then_some(heading.text.as_str())
        })
}

/// The last line of prose above a block, if only blank lines are between them.
fn line_before<'a>(document: &'a Document, block: &CodeBlock) -> &'a str {
    /// A line without an end must not be read again for each block.
    const REACH: usize = 600;
    let before = document.text.get(..block.span.start as usize).unwrap_or_default();
    let before = before.trim_end_matches([' ', '\t', '>', '\n', '\r']);
    let from = before.ceil_char_boundary(before.len().saturating_sub(REACH));
    before
        .get(from..)
        .unwrap_or_default()
        .rsplit('\n')
        .next()
        .unwrap_or_default()
}

/// The comments right above the line of a byte.
fn comments_above(code: &str, at: usize) -> &str {
    const MAX_LINES: usize = 6;
    let line = line_start(code, at);
    let mut start = line;
    for _ in 0..MAX_LINES {
        let Some(end) = start.checked_sub(1) else { break };
        let above = line_start(code, end);
        let text = code.get(above..end).unwrap_or_default().trim();
        if !["#", "//", "REM ", "$ #"]
            .iter()
            .any(|mark| text.starts_with(mark))
        {
            break;
        }
        start = above;
    }
    code.get(start..line).unwrap_or_default()
}

/// The comment at the end of the line of a byte.
fn comment_behind(code: &str, at: usize) -> &str {
    /// A line without an end must not be read again for each command.
    const REACH: usize = 2_000;
    let rest = code.get(at..).unwrap_or_default();
    let rest = rest.get(..rest.floor_char_boundary(REACH)).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    let mark = line.find(" # ").or_else(|| line.find(" // "));
    mark.and_then(|mark| line.get(mark..)).unwrap_or_default()
}
