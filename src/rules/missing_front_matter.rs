//! No front matter, or front matter that the client of the hub does not find.

use crate::document::{Document, DocumentKind, FrontMatterError, MissingFrontMatter};
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::text::Span;

/// The rule; see its page.
pub static RULE: Rule = rule!("missing-front-matter", Check::Document(check));

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Err(FrontMatterError::Missing(why)) = &document.front else {
        return;
    };
    // A reference of a skill may be called so too.
    if document.is_plain_skill() && document.kind == DocumentKind::Doc {
        return;
    }
    let first = document.lines().line_span(&document.text, 1);
    // Blank lines may come before the opening `---`.
    let opener = document
        .text
        .find("---")
        .map_or(first, |at| Span::new(at, at + 3));
    let (span, message, help) = match why {
        MissingFrontMatter::Absent => (
            first,
            "no front matter".to_owned(),
            "begin the file with a `---` line, the fields `name`, `description` and `metadata`, and a `---` line",
        ),
        MissingFrontMatter::ByteOrderMark => (
            Span::new(0, '\u{feff}'.len_utf8()),
            "the client sees no front matter: a byte order mark is before it".to_owned(),
            "save the file as UTF-8 without a byte order mark",
        ),
        MissingFrontMatter::BlankLine => (
            opener,
            "the client sees no front matter: a blank line is before it".to_owned(),
            "make `---` the first line of the file",
        ),
        MissingFrontMatter::Indented => (
            opener,
            "the client sees no front matter: spaces are before the opening `---`".to_owned(),
            "remove the spaces",
        ),
        MissingFrontMatter::TrailingSpace => (
            first,
            "the client sees no front matter: spaces are after the opening `---`".to_owned(),
            "remove the spaces",
        ),
        MissingFrontMatter::CarriageReturn => (
            opener,
            "the client sees no front matter: lines end with a lone carriage return".to_owned(),
            "save the file with LF or CRLF line endings",
        ),
        MissingFrontMatter::Empty => (
            opener,
            "the front matter is empty".to_owned(),
            "add the fields `name`, `description` and `metadata`",
        ),
        MissingFrontMatter::Unclosed => (
            opener,
            "the front matter is never closed".to_owned(),
            "add a `---` line after the last field",
        ),
        MissingFrontMatter::TooLong => (
            opener,
            "the front matter is longer than 256 KiB".to_owned(),
            "keep only the fields there; the text belongs below the closing `---`",
        ),
    };
    let help = match document.is_plain_skill() {
        true => help.replace("`name`, `description` and `metadata`", "`name` and `description`"),
        false => help.to_owned(),
    };
    sink.report(span, message).help(help);
}
