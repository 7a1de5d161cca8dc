//! Front matter that is not YAML, or YAML that the hub's parser refuses.

use crate::document::{Document, FrontMatterError};
use crate::rule::{Check, Context, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("invalid-front-matter", Check::Document(check));

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Err(FrontMatterError::Yaml { error, .. }) = &document.front else {
        return;
    };
    let mut report = sink.report(error.span, format!("invalid front matter: {}", error.message));
    if let Some((span, message)) = &error.related {
        report = report.related(*span, message.as_str());
    }
    report.help(
        error
            .help
            .as_deref()
            .unwrap_or("correct the YAML of the front matter"),
    );
}
