//! A description that does not help clients choose the entry.

use super::fields::{self, MAX_DESCRIPTION};
use crate::document::Document;
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::text::{self, Span};

/// The rule; see its page.
pub static RULE: Rule = rule!("bad-description", Check::Document(check));

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(front) = document.front_matter() else {
        return;
    };
    let Some((description, node)) = fields::text(front.field(&["description"])) else {
        return;
    };
    let name = fields::text(front.field(&["name"])).map_or("", |(name, _)| name);
    let length = description.chars().count();
    let line = text::line_around(&document.text, node.span.start as usize);
    let span = Span::new(
        node.span.start as usize,
        node.span.end.min(line.end.max(node.span.start)) as usize,
    );
    if description.trim().is_empty() {
        sink.report(span, "the description is blank")
            .help("say what the entry covers: agents use it to choose");
    } else if description.trim().eq_ignore_ascii_case(name.trim()) {
        sink.report(span, "the description only repeats the name")
            .help("say what the entry covers: agents use it to choose");
    } else if length > MAX_DESCRIPTION {
        sink.report(
            span,
            format!("the description has {length} characters; {MAX_DESCRIPTION} is the limit"),
        )
        .help("keep what helps an agent choose, and move the rest into the text");
    }
}
