//! A placeholder that a shell reads as a redirection.

use crate::document::Document;
use crate::lang::{Family, shell};
use crate::rule::{Check, Context, Rule, Sink};

/// The rule; see its page.
pub const RULE: Rule = Rule {
    id: "placeholder-in-code",
    page: include_str!("../../rules/placeholder-in-code.md"),
    check: Check::Document(check),
};

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    for sample in &document.samples().all {
        if sample
            .language
            .is_none_or(|language| language.family != Family::Shell)
            || sample.is_skipped()
        {
            continue;
        }
        let code = sample.code(document);
        let found = shell::placeholders(code);
        let Some(first) = found.first() else { continue };
        let written = code.get(first.span.clone()).unwrap_or_default();
        let more = match found.len() {
            1 => String::new(),
            2 => ", and one more in this block".to_owned(),
            many => format!(", and {} more in this block", many - 1),
        };
        let name: String = written
            .trim_matches(['<', '>'])
            .chars()
            .map(|c| {
                if c.is_alphanumeric() {
                    c.to_ascii_uppercase()
                } else {
                    '_'
                }
            })
            .collect();
        sink.report(
            sample.to_file(document, &first.span),
            format!("a shell reads `{written}` as a redirection{more}"),
        )
        .help(format!("write `{name}`, or put it in quotes"));
    }
}
