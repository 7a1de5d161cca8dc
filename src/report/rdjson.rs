//! Reviewdog's diagnostic format (`DiagnosticResult` of its `reviewdog.proto`). Columns count bytes of UTF-8.

use super::finding::{Finding, FindingLocation};
use super::{Reporter, Run, TROUBLE_ID, escaped_json};
use crate::diagnostic::{Applicability, Severity};
use crate::safe_text::SafeText;
use crate::text::{ColumnUnit, Span};
use serde::Serialize;
use std::io::{self, Write};

/// The reporter for reviewdog.
#[derive(Debug)]
pub struct RdjsonReporter;

#[derive(Serialize)]
struct RdResult<'a> {
    source: RdSource,
    diagnostics: Vec<RdDiagnostic<'a>>,
}

#[derive(Serialize)]
struct RdSource {
    name: &'static str,
}

#[derive(Serialize)]
struct RdDiagnostic<'a> {
    message: SafeText,
    location: RdLocation,
    severity: &'static str,
    code: RdCode,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<RdSuggestion<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<RdRelatedLocation>,
}

#[derive(Serialize)]
struct RdCode {
    value: &'static str,
}

#[derive(Serialize)]
struct RdRelatedLocation {
    message: SafeText,
    location: RdLocation,
}

#[derive(Serialize)]
struct RdLocation {
    path: SafeText,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<RdRange>,
}

#[derive(Serialize)]
struct RdSuggestion<'a> {
    range: RdRange,
    text: &'a str,
}

#[derive(Serialize)]
struct RdRange {
    start: RdPosition,
    end: RdPosition,
}

#[derive(Serialize)]
struct RdPosition {
    line: usize,
    column: usize,
}

impl Reporter for RdjsonReporter {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let findings: Vec<_> = run.findings().collect();
        let result = RdResult {
            source: RdSource { name: "chub-lint" },
            diagnostics: trouble(run)
                .into_iter()
                .chain(findings.iter().map(diagnostic))
                .collect(),
        };
        escaped_json::pretty(&result, out)
    }
}

/// What registries did not answer, at no line of a file.
fn trouble<'a>(run: &Run<'_>) -> Option<RdDiagnostic<'a>> {
    Some(RdDiagnostic {
        message: run.summary.registry_trouble()?,
        location: RdLocation {
            path: run.folder(),
            range: None,
        },
        severity: severity(run.summary.trouble_severity()),
        code: RdCode { value: TROUBLE_ID },
        suggestions: Vec::new(),
        related_locations: Vec::new(),
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Note => "INFO",
    }
}

fn diagnostic<'a>(finding: &'a Finding<'_>) -> RdDiagnostic<'a> {
    // Each suggestion is an alternative that a reviewer applies with one click. So only a safe fix with one edit is
    // written.
    let edit = finding
        .fix
        .as_ref()
        .filter(|fix| fix.safety == Applicability::Safe)
        .and_then(|fix| match fix.edits {
            [edit] => Some(edit),
            _ => None,
        });
    RdDiagnostic {
        message: finding.message.clone(),
        location: location(&finding.place),
        severity: severity(finding.severity),
        code: RdCode {
            value: finding.rule.id,
        },
        suggestions: edit
            .map(|edit| RdSuggestion {
                range: range(&finding.place, edit.span),
                text: &edit.text,
            })
            .into_iter()
            .collect(),
        related_locations: finding
            .related
            .iter()
            .map(|(place, message)| RdRelatedLocation {
                message: message.clone(),
                location: location(place),
            })
            .collect(),
    }
}

fn location(place: &FindingLocation<'_>) -> RdLocation {
    RdLocation {
        path: place.path.clone(),
        range: Some(range(place, place.span)),
    }
}

fn range(place: &FindingLocation<'_>, span: Span) -> RdRange {
    let position = |offset| {
        let at = place.position(offset, ColumnUnit::Bytes);
        RdPosition {
            line: at.line,
            column: at.column,
        }
    };
    RdRange {
        start: position(span.start),
        end: position(span.end),
    }
}
