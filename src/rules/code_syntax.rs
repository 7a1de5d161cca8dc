//! A block that does not parse as its language.

use crate::diagnostic::Severity;
use crate::document::Document;
use crate::lang::{self, ParseResult, Precision};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("code-syntax", Check::Document(check)).with(&[Property::NeverCausedByFix]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    for sample in &document.snippets().all {
        let Some(language) = sample.language else { continue };
        if language.precision == Precision::Pedantic && !sink.pedantic() {
            continue;
        }
        let Some(checked) = sample.check_result(document) else {
            continue;
        };
        let error = match &checked.verdict {
            ParseResult::Invalid(error) if checked.better_tag.is_none() => error,
            verdict => {
                if let (Some(skip), ParseResult::Valid) = (&sample.skip, verdict) {
                    sink.report(skip.span, "this block parses: there is nothing to skip")
                        .severity(Severity::Warning)
                        .help("remove the `chub-lint: skip`");
                }
                continue;
            }
        };
        if sample.is_skipped() {
            continue;
        }
        // Skills show forms and parts of files on purpose.
        let is_skill = document.is_plain_skill();
        let is_part = checked.is_cut_off || is_skill && sample.is_excerpt(document, error);
        if is_part && is_skill && !sink.pedantic() {
            continue;
        }
        if let Some(skip) = &sample.skip {
            sink.report(skip.span, "`chub-lint: skip` needs a reason")
                .help("write why after it: `chub-lint: skip shows the error`");
        }
        let span = sample.file_span(document, &error.span);
        let mut report = sink.report(
            span,
            format!("does not parse as {}: {}", language.title, error.message),
        );
        if let Some(label) = &error.label {
            report = report.label(label.as_str());
        }
        report = report.help(lang::advice(language, sample.code(document), error));
        for (range, label) in &error.related {
            report = report.related(sample.file_span(document, range), label.as_str());
        }
        if is_part || language.precision == Precision::Pedantic {
            report.severity(Severity::Note);
        } else if is_skill {
            // Skills show templates, parts of files and bad examples on purpose.
            report.severity(Severity::Warning);
        }
    }
}
