//! Entries that are too long for an agent to read at once.

use crate::document::Document;
use crate::rule::{Check, Context, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("oversized-entry", Check::Document(check));

fn check(document: &Document, context: &Context<'_>, sink: &mut Sink<'_>) {
    let limit = context.options.limits.entry_lines;
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
        // The first of equal ones.
        .rev()
        .max_by_key(|(_, size)| *size)
}
