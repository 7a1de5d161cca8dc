//! Conversions to and from the types of the protocol: lines and columns from 0, in the unit that the client reads, and
//! files as URIs.

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::Document;
use crate::rule::page::RulePage;
use crate::rules;
use crate::text::{ColumnUnit, Position, Span};
use lsp_types as lsp;
use std::path::{Path, PathBuf};

/// The file of a URI; `None` when it is not a file of this machine: on Windows, a URI with a host is a network share.
#[must_use]
pub fn file_path(uri: &lsp::Uri) -> Option<PathBuf> {
    let url = reqwest::Url::parse(uri.as_str()).ok()?;
    (url.scheme() == "file" && url.host_str().is_none_or(|host| host.is_empty()))
        .then(|| url.to_file_path().ok())
        .flatten()
}

/// The URI of a file.
#[must_use]
pub fn uri(file: &Path) -> Option<lsp::Uri> {
    reqwest::Url::from_file_path(file).ok()?.as_str().parse().ok()
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A byte as the protocol counts.
#[must_use]
pub fn position(document: &Document, offset: u32, unit: ColumnUnit) -> lsp::Position {
    let at = document.position(offset, unit);
    lsp::Position::new(number(at.line - 1), number(at.column - 1))
}

/// A span as the protocol counts.
#[must_use]
pub fn range(document: &Document, span: Span, unit: ColumnUnit) -> lsp::Range {
    lsp::Range::new(
        position(document, span.start, unit),
        position(document, span.end, unit),
    )
}

/// The byte of a place. A line past the end is the end.
#[must_use]
pub fn offset(document: &Document, at: lsp::Position, unit: ColumnUnit) -> usize {
    let at = Position {
        line: at.line as usize + 1,
        column: at.character as usize + 1,
    };
    document.lines().offset(&document.text, at, unit)
}

/// A finding for the editor.
#[must_use]
pub fn diagnostic(document: &Document, found: &Diagnostic, unit: ColumnUnit) -> lsp::Diagnostic {
    let message = match &found.help {
        Some(help) => format!("{}\nhelp: {help}", found.message),
        None => found.message.clone(),
    };
    let here = convert_related(document, found);
    lsp::Diagnostic {
        range: range(document, found.span, unit),
        severity: Some(match found.severity {
            Severity::Error => lsp::DiagnosticSeverity::ERROR,
            Severity::Warning => lsp::DiagnosticSeverity::WARNING,
            Severity::Note => lsp::DiagnosticSeverity::INFORMATION,
        }),
        code: Some(lsp::NumberOrString::String(found.rule.to_owned())),
        source: Some("chub-lint".to_owned()),
        message: match here.is_empty() {
            true => message,
            false => format!("{message}\n{}", here.join("\n")),
        },
        ..lsp::Diagnostic::default()
    }
}

/// Findings of one document for the editor.
#[must_use]
pub fn diagnostics(document: &Document, found: &[Diagnostic], unit: ColumnUnit) -> Vec<lsp::Diagnostic> {
    found
        .iter()
        .map(|found| diagnostic(document, found, unit))
        .collect()
}

/// Other places as text: not every editor shows related information, and the places of other files would need
/// those files.
fn convert_related(document: &Document, found: &Diagnostic) -> Vec<String> {
    found
        .related
        .iter()
        .map(|related| {
            if related.path == document.path {
                let line = document.lines().line(related.span.start);
                format!("line {line}: {}", related.message)
            } else {
                format!("{}: {}", related.path, related.message)
            }
        })
        .collect()
}

/// A rule's page as the text of a hover.
#[must_use]
pub fn rule_page(rule: &str) -> Option<String> {
    let rule = rules::by_id(rule)?;
    let page = RulePage::for_rule(rule);
    let head = format!(
        "`{}` ({}, {})",
        rule.id,
        page.severity.as_str(),
        page.category.as_str()
    );
    Some(format!("{head}\n\n{}", page.body))
}
