//! Credentials that look alive.

use crate::document::Document;
use crate::rule::{Check, Context, Rule, Sink};
use crate::safety::secret;

/// The rule; see its page.
pub const RULE: Rule = Rule {
    id: "leaked-secret",
    page: include_str!("../../rules/leaked-secret.md"),
    check: Check::Document(check),
};

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    for found in secret::find(&document.text) {
        sink.report(found.span, format!("{} that looks real", found.kind))
            .help("revoke it where it was issued, since it stays in the history; then write a placeholder");
    }
}
