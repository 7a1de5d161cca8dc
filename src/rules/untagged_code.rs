//! A block without a language.

use crate::document::Document;
use crate::lang;
use crate::rule::{Check, Context, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("untagged-code", Check::Document(check));

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    for sample in &document.snippets().all {
        let code = sample.code(document);
        if !sample.tag.is_empty() || sample.beside_fault || code.trim().is_empty() {
            continue;
        }
        let report = sink.report(sample.header_span(document), "this block has no language");
        let budget = &document.snippets().budget;
        match budget.within(|| lang::work::run_block(code.len(), || lang::guess::guess(code)).0) {
            Some(tag) => report.help(format!("it looks like `{tag}`")),
            None => report.help("use `text` for plain text"),
        };
    }
}
