//! Lines that a documentation generator replaces by code. Other readers see only the line.

use crate::document::Document;
use crate::lang::{self, include};
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::text::Span;

/// The rule; see its page.
pub static RULE: Rule = rule!("included-code", Check::Document(check));

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let found = places(document);
    let Some(first) = found.first() else { return };
    let message = match found.len() {
        1 => "a generator puts a file here: readers get no code".to_owned(),
        number => format!(
            "a generator puts files here and in {} more places: readers get no code",
            number - 1
        ),
    };
    sink.report(*first, message)
        .help("write the code into the document, or link to the file");
}

/// The directives of the document that are not shown as examples, in order.
fn places(document: &Document) -> Vec<Span> {
    let blocks = &document.body.code_blocks;
    include::directives(&document.text)
        .into_iter()
        .map(|range| Span::new(range.start, range.end))
        .filter(|place| place.start as usize >= document.body.start)
        .filter(|place| {
            let around = blocks.partition_point(|block| block.span.start <= place.start);
            match around.checked_sub(1).and_then(|at| blocks.get(at)) {
                Some(block) if place.start < block.span.end => {
                    let tag = lang::parse_info_string(&block.info).tag;
                    lang::by_tag(tag).is_some() || lang::unparsed_code(tag).is_some()
                }
                _ => is_in_text(document, *place),
            }
        })
        .collect()
}

/// Whether a line is text: not code by its indentation, and not inside of a code span or of HTML.
fn is_in_text(document: &Document, place: Span) -> bool {
    let body = &document.body;
    let covered = |spans: &[Span]| {
        let after = spans.partition_point(|span| span.start <= place.start);
        after
            .checked_sub(1)
            .and_then(|at| spans.get(at))
            .is_some_and(|span| span.end > place.start)
    };
    !covered(&body.indented_code) && !covered(&body.inline_code) && !covered(&body.html)
}
