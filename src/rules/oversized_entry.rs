//! Entries that are too long for an agent to read at once.

use crate::document::{Document, DocumentKind};
use crate::rule::{Check, Context, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("oversized-entry", Check::Document(check));

fn check(document: &Document, context: &Context<'_>, sink: &mut Sink<'_>) {
    let limit = context.options.limits.entry_lines;
    if document.is_plain_skill() {
        skill(document, limit, sink);
        return;
    }
    let breaks = memchr::memchr_iter(b'\n', document.text.as_bytes()).count();
    // The empty line after the last line break is not counted.
    let count = breaks + usize::from(!document.text.ends_with('\n'));
    if !document.kind.is_entry() || count < limit || limit == 0 {
        return;
    }
    let message = format!("{count} lines: the limit is fewer than {limit}");
    let report = sink
        .report(document.lines().line_span(&document.text, limit), message)
        .label("over the limit from here")
        .help("keep what every reader needs, and move the rest to companion files that the entry names");
    if let Some((heading, size)) = largest_section(document) {
        report.related(heading, format!("the largest section: {size} lines"));
    }
}

/// About how many characters of English text and code are one token.
const CHARS_PER_TOKEN: usize = 4;
/// The most tokens of the body of a skill (Agent Skills specification).
const MAX_TOKENS: usize = 5_000;

/// The limits of the Agent Skills specification, which count the body without the front matter.
fn skill(document: &Document, limit: usize, sink: &mut Sink<'_>) {
    if document.kind != DocumentKind::Skill || limit == 0 {
        return;
    }
    let body = document.text.get(document.body.start..).unwrap_or_default();
    let before = memchr::memchr_iter(
        b'\n',
        document
            .text
            .as_bytes()
            .get(..document.body.start)
            .unwrap_or_default(),
    )
    .count();
    let lines = body.trim_end().lines().count();
    let tokens = body.trim_end().chars().count() / CHARS_PER_TOKEN;
    let (message, line) = if lines > limit {
        (
            format!("the body has {lines} lines: {limit} is the limit"),
            before + limit + 1,
        )
    } else if tokens > MAX_TOKENS {
        (
            format!(
                "the body has about {} tokens: {MAX_TOKENS} is the limit",
                tokens / 100 * 100
            ),
            before + line_at(body, MAX_TOKENS * CHARS_PER_TOKEN),
        )
    } else {
        return;
    };
    let report = sink
        .report(document.lines().line_span(&document.text, line), message)
        .label("over the limit from here")
        .help("keep what every task needs, and move the rest to files in `references/` that the skill names: all of the body is loaded whenever the skill is used");
    if let Some((heading, size)) = largest_section(document) {
        report.related(heading, format!("the largest section: {size} lines"));
    }
}

/// The line of a text on which a character is, from 1.
fn line_at(text: &str, characters: usize) -> usize {
    text.chars().take(characters).filter(|c| *c == '\n').count() + 1
}

/// The heading of the longest section of the second level, and its lines.
fn largest_section(document: &Document) -> Option<(crate::text::Span, usize)> {
    let lines = document.lines();
    let starts: Vec<_> = document
        .body
        .headings
        .iter()
        .filter(|heading| heading.level <= 2)
        .collect();
    let end = lines.count() + 1;
    starts
        .iter()
        .enumerate()
        .filter(|(_, heading)| heading.level == 2)
        .map(|(at, heading)| {
            let first = lines.line(heading.span.start);
            let next = starts.get(at + 1).map_or(end, |next| lines.line(next.span.start));
            (lines.line_span(&document.text, first), next.saturating_sub(first))
        })
        // Of equally long sections, the first one.
        .rev()
        .max_by_key(|(_, size)| *size)
}
