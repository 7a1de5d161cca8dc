//! Empty or duplicate tags.

use super::fields;
use crate::document::Document;
use crate::edit::Edit;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use indexmap::IndexMap;

/// The rule; see its page.
pub static RULE: Rule = rule!("bad-tags", Check::Document(check)).with(&[Property::OnlyHubs]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(front) = document.front_matter() else {
        return;
    };
    let Some((text, node)) = fields::text(front.metadata("tags")) else {
        return;
    };
    let pieces = front.list("tags", &document.text);
    let mut kept: IndexMap<&str, _> = IndexMap::new();
    let mut wrong = Vec::new();
    for (piece, span) in pieces {
        if piece.is_empty() {
            wrong.push((span, "an empty tag".to_owned(), None));
        } else if let Some(first) = kept.get(piece) {
            wrong.push((span, format!("the tag `{piece}` appears twice"), Some(*first)));
        } else {
            kept.insert(piece, span);
        }
    }
    if wrong.is_empty() {
        return;
    }
    // The value in the source, with quotes. Values with escapes or folded lines get no fix.
    let written = document.slice(node.span);
    let fixed = kept
        .keys()
        .copied()
        .collect::<Vec<_>>()
        .join(if text.contains(", ") { ", " } else { "," });
    let edit = (written.contains(text) && !fixed.is_empty()).then(|| Edit {
        span: node.span,
        text: written.replacen(text, &fixed, 1),
    });
    for (i, (span, message, first)) in wrong.into_iter().enumerate() {
        let span = if span.is_empty() { node.span } else { span };
        let mut report = sink.report(span, message).help("clients match tags word by word");
        if let Some(first) = first {
            report = report.related(first, "first here");
        }
        // One edit fixes them all.
        if let (0, Some(edit)) = (i, &edit) {
            report.fix("write each tag once", vec![edit.clone()]);
        }
    }
}
