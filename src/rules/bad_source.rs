//! An invalid value of `metadata.source`.

use super::fields::{self, SOURCES};
use crate::document::Document;
use crate::edit::Edit;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::suggest;

/// The rule; see its page.
pub static RULE: Rule = rule!("bad-source", Check::Document(check)).with(&[Property::OnlyHubs]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some((source, node)) = document
        .front_matter()
        .and_then(|front| fields::text(front.metadata("source")))
    else {
        return;
    };
    if SOURCES.contains(&source) {
        return;
    }
    let report = sink
        .report(
            node.span,
            format!("`{source}` is not a source: clients hide the entry"),
        )
        .help("write `official`, `maintainer` or `community`");
    if let Some(near) = suggest::nearest(source, SOURCES.iter().copied()) {
        report.fix(
            format!("write `{near}`"),
            vec![Edit {
                span: node.span,
                text: near.to_owned(),
            }],
        );
    }
}
