//! Render an error in a config with its location.

use super::file::ConfigDiagnostic;
use crate::safe_text;
use crate::secret;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// Render an error with the line of the config. Credentials in it are masked, as in a document.
pub(super) fn render(path: &str, text: &str, problem: &ConfigDiagnostic) -> String {
    let source = safe_text::SafeSource::new(&secret::mask_secrets(text));
    let span = source.map(problem.span.start)..source.map(problem.span.end);
    let title = safe_text::escape(&secret::mask_secrets(&problem.message)).into_owned();
    let path = safe_text::escape(path).into_owned();
    let group = Level::ERROR.no_name().primary_title(title);
    let report = if problem.span.is_empty() && text.is_empty() {
        vec![group.element(Snippet::<annotate_snippets::Annotation<'_>>::source("").path(path))]
    } else {
        vec![
            group.element(
                Snippet::source(source.text())
                    .path(path)
                    .annotation(AnnotationKind::Primary.span(span)),
            ),
        ]
    };
    Renderer::plain().render(&report)
}
