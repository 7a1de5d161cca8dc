//! Credentials that look real.

use crate::document::Document;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("leaked-secret", Check::Document(check)).with(&[
    Property::NeverCausedByFix,
    Property::FindsSecrets,
    Property::ChecksAttachments,
]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    for found in document.secrets() {
        sink.report(found.span, format!("{} that looks real", found.kind))
            .help("revoke it where it was issued, since it stays in the history; then write a placeholder");
    }
}
