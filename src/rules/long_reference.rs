//! Long files of a skill without a table of contents.

use super::references::is_for_people;
use crate::document::{Document, DocumentKind};
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::text::Span;
use std::collections::HashSet;

/// The rule; see its page.
pub static RULE: Rule = rule!("long-reference", Check::Document(check));

/// In how many lines it is looked for.
const HEAD: usize = 100;
/// How many links or headings make a list of contents.
const MIN_ITEMS: usize = 3;
/// What it is called.
const TITLES: [&str; 9] = [
    "contents",
    "in this document",
    "in this file",
    "in this guide",
    "index",
    "on this page",
    "quick navigation",
    "table of contents",
    "toc",
];

fn check(document: &Document, context: &Context<'_>, sink: &mut Sink<'_>) {
    if document.kind != DocumentKind::Companion || !document.is_plain_skill() || is_for_people(document) {
        return;
    }
    let body = document.text.get(document.body.start..).unwrap_or_default();
    let count = body.trim_end().lines().count();
    let limit = context.options.limits.reference_lines;
    if limit == 0
        || count <= limit
        || document.body.headings.len() < MIN_ITEMS
        || has_contents(document, body)
    {
        return;
    }
    let first = document.lines().line(Span::empty_at(document.body.start).start);
    sink.report(
        document.lines().line_span(&document.text, first),
        format!("{count} lines without a table of contents"),
    )
    .help("list its sections in the first lines, so that an agent that reads only these knows what is there");
}

/// Whether the first lines have a table of contents: a title of one, links to headings, or a list of headings.
fn has_contents(document: &Document, body: &str) -> bool {
    let end = document.body.start + body.split_inclusive('\n').take(HEAD).map(str::len).sum::<usize>();
    let is_early = |at: u32| (at as usize) < end;
    let links = document.body.links.iter();
    let links = links.filter(|link| is_early(link.span.start) && link.target.starts_with('#'));
    if links.count() >= MIN_ITEMS {
        return true;
    }
    let headings = &document.body.headings;
    let mut early = headings.iter().take_while(|heading| is_early(heading.span.start));
    let titles = early.any(|heading| is_title(&heading.text));
    titles || body.lines().take(HEAD).any(is_title) || lists_headings(document, body)
}

fn is_title(line: &str) -> bool {
    let is_mark = |c: char| !c.is_alphanumeric();
    let text = line.trim_matches(is_mark).to_lowercase();
    TITLES.contains(&text.as_str())
}

/// Whether list items or rows of the first lines begin with the texts of headings.
fn lists_headings(document: &Document, body: &str) -> bool {
    let headings: HashSet<String> = document
        .body
        .headings
        .iter()
        .map(|heading| plain(&heading.text))
        .collect();
    let items = body.lines().take(HEAD).map(str::trim_start);
    let items = items.filter(|line| {
        line.starts_with(['-', '*', '+', '|']) || line.starts_with(|c: char| c.is_ascii_digit())
    });
    let named = items.filter(|line| {
        let text = line.trim_start_matches(['-', '*', '+', '|', ' ']);
        let end = text.find([':', '|', '\u{2014}']).unwrap_or(text.len());
        headings.contains(&plain(&text[..end]))
    });
    named.take(MIN_ITEMS).count() == MIN_ITEMS
}

/// Letters in lower case, without the number in front.
fn plain(text: &str) -> String {
    let text = text.trim_start_matches(|c: char| !c.is_alphabetic());
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
