//! A finding as reporters see it: with lines and columns, and with every text made safe.

use super::Run;
use crate::diagnostic::{Applicability, Diagnostic, Fix, Severity, SymbolNote};
use crate::document::{Document, HubPath};
use crate::edit::Edit;
use crate::rule::Rule;
use crate::safe_text::SafeText;
use crate::secret;
use crate::text::{ColumnUnit, Position, Span};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// A finding, ready to be written.
#[derive(Debug)]
pub struct Finding<'a> {
    /// The rule.
    pub rule: &'static Rule,
    /// The severity.
    pub severity: Severity,
    /// The location.
    pub place: FindingLocation<'a>,
    /// What is wrong.
    pub message: SafeText,
    /// A short text under the carets.
    pub label: Option<SafeText>,
    /// What to do.
    pub help: Option<SafeText>,
    /// Related locations, each with a message.
    pub related: Vec<(FindingLocation<'a>, SafeText)>,
    /// How to fix it.
    pub fix: Option<FixView<'a>>,
    /// The symbol that it is about.
    pub symbol: Option<&'a SymbolNote>,
    /// How many findings it represents: itself and those that were left out after it.
    pub count: usize,
}

/// A location in a file.
#[derive(Debug)]
pub struct FindingLocation<'a> {
    /// The path in output.
    pub path: SafeText,
    /// The path from the working folder, for people and editors.
    pub opened: SafeText,
    /// The path percent-encoded (RFC 3986), for URIs.
    pub uri: String,
    /// The bytes.
    pub span: Span,
    /// The file, when it could be read.
    pub document: Option<&'a Document>,
}

/// A fix, ready to be written.
#[derive(Debug)]
pub struct FixView<'a> {
    /// What it does.
    pub title: SafeText,
    /// Whether the fix is safe to apply without review.
    pub safety: Applicability,
    /// The edits. All are in the file of the finding. Their texts are written as data, never as part of a message.
    pub edits: &'a [Edit],
}

impl<'a> Finding<'a> {
    pub(super) fn new(run: &Run<'a>, diagnostic: &'a Diagnostic) -> Self {
        Self {
            rule: crate::rules::by_id(diagnostic.rule).expect("diagnostics are made by rules of the list"),
            severity: diagnostic.severity,
            count: diagnostic.count(),
            place: FindingLocation::new(run, &diagnostic.path, diagnostic.span),
            message: SafeText::new(&diagnostic.message),
            label: diagnostic.label.as_deref().map(SafeText::new),
            help: diagnostic.help.as_deref().map(SafeText::new),
            related: diagnostic
                .related
                .iter()
                .map(|r| {
                    (
                        FindingLocation::new(run, &r.path, r.span),
                        SafeText::new(&r.message),
                    )
                })
                .collect(),
            symbol: diagnostic.symbol.as_deref(),
            fix: usable_fix(diagnostic).map(|fix| FixView {
                title: SafeText::new(&fix.title),
                safety: fix.safety,
                edits: &fix.edits,
            }),
        }
    }
}

/// The fix of a finding that is reported. Texts of edits are data and cannot be masked, so a fix that writes a
/// credential is left out.
pub(super) fn usable_fix(diagnostic: &Diagnostic) -> Option<&Fix> {
    let writes_secret = |fix: &Fix| fix.edits.iter().any(|edit| !secret::find(&edit.text).is_empty());
    diagnostic.fix.as_ref().filter(|fix| !writes_secret(fix))
}

impl<'a> FindingLocation<'a> {
    pub(super) fn new(run: &Run<'a>, path: &HubPath, span: Span) -> Self {
        Self {
            path: SafeText::new(path.as_str()),
            opened: SafeText::new(&run.opened_path(path)),
            uri: percent_encoded(path.as_str()),
            span,
            document: run.document(path),
        }
    }

    /// The line and column of its start.
    #[must_use]
    pub fn start(&self, unit: ColumnUnit) -> Position {
        self.position(self.span.start, unit)
    }

    /// The line and column after its last character.
    #[must_use]
    pub fn end(&self, unit: ColumnUnit) -> Position {
        self.position(self.span.end, unit)
    }

    /// The line and column of a byte of the same file; 1:1 when the file could not be read.
    #[must_use]
    pub fn position(&self, offset: u32, unit: ColumnUnit) -> Position {
        self.document.map_or(Position { line: 1, column: 1 }, |document| {
            document.position(offset, unit)
        })
    }
}

/// RFC 3986: everything but unreserved characters and the slash.
const ENCODED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

pub(super) fn percent_encoded(path: &str) -> String {
    utf8_percent_encode(path, &ENCODED).to_string()
}

#[cfg(test)]
mod tests {
    use super::percent_encoded;

    #[test]
    fn a_path_becomes_a_uri() {
        assert_eq!(percent_encoded("a b/é%41.md"), "a%20b/%C3%A9%2541.md");
    }
}
