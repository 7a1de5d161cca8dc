//! Reviewdog's diagnostic format (`DiagnosticResult` of its `reviewdog.proto`). Columns count bytes of UTF-8.

use super::finding::{Finding, Place};
use super::safe::Safe;
use super::{Reporter, Run, inert};
use crate::diagnostic::{Safety, Severity};
use crate::text::{Span, Unit};
use serde::Serialize;
use std::io::{self, Write};

/// The reporter for reviewdog.
#[derive(Debug)]
pub struct Rdjson;

#[derive(Serialize)]
struct DiagnosticResult<'a> {
    source: Source,
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: Safe,
    location: Location,
    severity: &'static str,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<RelatedLocation>,
}

#[derive(Serialize)]
struct Code {
    value: &'static str,
}

#[derive(Serialize)]
struct RelatedLocation {
    message: Safe,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: Safe,
    range: Range,
}

#[derive(Serialize)]
struct Suggestion<'a> {
    range: Range,
    text: &'a str,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

impl Reporter for Rdjson {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let findings: Vec<_> = run.findings().collect();
        let result = DiagnosticResult {
            source: Source { name: "chub-lint" },
            diagnostics: findings.iter().map(diagnostic).collect(),
        };
        inert::pretty(&result, out)
    }
}

fn diagnostic<'a>(finding: &'a Finding<'_>) -> Diagnostic<'a> {
    // Suggestions are alternatives, each taken with one click: a fix of several edits or one that needs review is not.
    let edit = finding
        .fix
        .as_ref()
        .filter(|fix| fix.safety == Safety::Safe)
        .and_then(|fix| match fix.edits {
            [edit] => Some(edit),
            _ => None,
        });
    Diagnostic {
        message: finding.message.clone(),
        location: location(&finding.place),
        severity: match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => "INFO",
        },
        code: Code {
            value: finding.rule.id,
        },
        suggestions: edit
            .map(|edit| Suggestion {
                range: range(&finding.place, edit.span),
                text: &edit.text,
            })
            .into_iter()
            .collect(),
        related_locations: finding
            .related
            .iter()
            .map(|(place, message)| RelatedLocation {
                message: message.clone(),
                location: location(place),
            })
            .collect(),
    }
}

fn location(place: &Place<'_>) -> Location {
    Location {
        path: place.path.clone(),
        range: range(place, place.span),
    }
}

fn range(place: &Place<'_>, span: Span) -> Range {
    let position = |offset| {
        let at = place.position(offset, Unit::Bytes);
        Position {
            line: at.line,
            column: at.column,
        }
    };
    Range {
        start: position(span.start),
        end: position(span.end),
    }
}
