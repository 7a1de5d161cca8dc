//! A block that parses as another language than its tag says.

use crate::diagnostic::Severity;
use crate::document::Document;
use crate::edit::Edit;
use crate::lang::{self, ParseResult};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};

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
        if sample.is_skipped() {
            continue;
        }
        let title = match better {
            "text" => "plain text",
            "diff" => "a diff",
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
            let edit = Edit {
                span: sample.tag,
                text: better.to_owned(),
            };
            report.fix(format!("tag it `{better}`"), vec![edit]);
        }
    }
}
