//! A block that parses as another language than its tag says.

use crate::diagnostic::Severity;
use crate::document::Document;
use crate::edit::Edit;
use crate::lang::{self, ParseResult};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::text::Span;
use std::ops::Range;

/// The rule; see its page.
pub static RULE: Rule = rule!("mislabelled-code", Check::Document(check)).with(&[Property::FixesTags]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    for sample in &document.snippets().all {
        let (Some(language), Some(checked)) = (sample.language, &sample.checked) else {
            continue;
        };
        let Some(better) = checked.better_tag else {
            continue;
        };
        // JSON that is marked as wrong shows invalid JSON on purpose.
        let is_shown = document.is_plain_skill()
            && matches!(better, "jsonc" | "json5")
            && sample.code(document).contains('❌');
        if sample.is_skipped() || is_shown {
            continue;
        }
        let title = match better {
            "text" => "plain text",
            "diff" => "a diff",
            "svelte" => "a Svelte component",
            "vue" => "a Vue component",
            _ => lang::by_tag(better).map_or(better, |language| language.title),
        };
        let message = format!("tagged as {}, but parses as {title}", language.title);
        let mut report = sink.report(sample.header_span(document), message);
        if document.is_plain_skill() {
            report = report.severity(Severity::Note);
        }
        if let ParseResult::Invalid(error) = &checked.verdict {
            report = report.related(sample.file_span(document, &error.span), error.message.as_str());
        }
        if !sample.tag.is_empty() {
            let edit = |span: Span, text: &str| Edit {
                span,
                text: text.to_owned(),
            };
            let mut edits = vec![edit(sample.tag, better)];
            if better == "dotenv" {
                // A `.env` file cannot have comments that begin with `//`, so replace them.
                let code = sample.code(document);
                let comments = comments(code).map(|range| edit(sample.file_span(document, &range), "#"));
                edits.extend(comments);
            }
            report.fix(format!("tag it `{better}`"), edits);
        }
    }
}

/// The `//` at the start of each line.
fn comments(code: &str) -> impl Iterator<Item = Range<usize>> {
    code.split_inclusive('\n')
        .scan(0, |at, line| {
            let start = *at + (line.len() - line.trim_start().len());
            *at += line.len();
            Some(line.trim_start().starts_with("//").then_some(start..start + 2))
        })
        .flatten()
}
