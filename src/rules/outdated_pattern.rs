//! Code that matches a pattern of the config for outdated code.

use crate::document::Document;
use crate::edit::Edit;
use crate::rule::{Check, Context, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("outdated-pattern", Check::Document(check));

fn check(document: &Document, context: &Context<'_>, sink: &mut Sink<'_>) {
    for pattern in &context.options.code_patterns {
        if !pattern.applies_to(document.path.path_in_hub()) {
            continue;
        }
        for sample in &document.snippets().all {
            let Some(language) = sample.language.filter(|_| !sample.is_skipped()) else {
                continue;
            };
            if !pattern.query.applies_to(language) {
                continue;
            }
            let code = sample.code(document);
            let budget = &document.snippets().budget;
            let found = budget.within(|| pattern.query.matches(language, code));
            if let Some(reason) = found.unread {
                sample.mark_unchecked(reason);
            }
            for hit in found.matches {
                let span = sample.file_span(document, &hit.span);
                let mut report = sink.report(span, hit.expand(&pattern.message, code));
                if let Some(severity) = pattern.severity {
                    report = report.severity(severity);
                }
                if let Some(fix) = &pattern.fix {
                    let text = hit.expand(fix, code);
                    report.unsafe_fix(format!("write `{text}`"), vec![Edit { span, text }]);
                } else {
                    report.help("replace it: a `[[pattern]]` row of the config says that it is outdated");
                }
            }
        }
    }
}
