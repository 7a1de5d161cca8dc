//! A placeholder that a shell reads as a redirection.

use crate::document::Document;
use crate::lang::{Family, shell};
use crate::rule::{Check, Context, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("placeholder-in-code", Check::Document(check));

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    for sample in &document.snippets().all {
        let Some(language) = sample
            .language
            .filter(|language| language.family == Family::Shell)
        else {
            continue;
        };
        // `mislabelled-code` reports output with the tag of a script.
        if sample.is_skipped()
            || sample
                .checked
                .as_ref()
                .is_some_and(|checked| checked.better_tag.is_some())
        {
            continue;
        }
        let code = sample.code(document);
        let mut found = shell::placeholders(code);
        if !found.is_empty() {
            match shell::typed_lines(code) {
                Some(typed) => found.retain(|placeholder| {
                    let at = placeholder.span.start;
                    let next = typed.partition_point(|line| line.end <= at);
                    typed.get(next).is_some_and(|line| line.contains(&at))
                }),
                // A session without a prompt is only output.
                None if language.id == "console" => continue,
                None => {}
            }
        }
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
            sample.file_span(document, &first.span),
            format!("a shell reads `{written}` as a redirection{more}"),
        )
        .help(format!("write `{name}`, or put it in quotes"));
    }
}
