//! Diagnostics that the client asks for (LSP 3.17): with ids, so that equal reports are not sent again.

use lsp_types as lsp;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The diagnostics of one file.
#[derive(Clone, Debug)]
pub struct FileDiagnostics {
    /// The file.
    pub uri: lsp::Uri,
    /// The version of its text, when it is open.
    pub version: Option<i32>,
    /// Its diagnostics.
    pub items: Vec<lsp::Diagnostic>,
}

/// The report about one document, whose last report has the id `previous`.
#[must_use]
pub fn document_report(items: Vec<lsp::Diagnostic>, previous: Option<&str>) -> lsp::DocumentDiagnosticReport {
    let id = result_id(&items);
    if previous == Some(id.as_str()) {
        let unchanged = lsp::UnchangedDocumentDiagnosticReport { result_id: id };
        return lsp::RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: unchanged,
        }
        .into();
    }
    lsp::RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: full(id, items),
    }
    .into()
}

/// The report about all files. Files that had diagnostics in the last report and have none now are in it, too.
#[must_use]
pub fn workspace_report(
    mut files: Vec<FileDiagnostics>,
    previous: Vec<lsp::PreviousResultId>,
) -> lsp::WorkspaceDiagnosticReport {
    let mut last: BTreeMap<String, String> = BTreeMap::new();
    let known: BTreeSet<String> = files.iter().map(|file| file.uri.to_string()).collect();
    for lsp::PreviousResultId { uri, value } in previous {
        let text = uri.to_string();
        if last.insert(text.clone(), value).is_none() && !known.contains(&text) {
            files.push(FileDiagnostics {
                uri,
                version: None,
                items: Vec::new(),
            });
        }
    }
    let items = files.into_iter().map(|file| {
        let id = result_id(&file.items);
        let (uri, version) = (file.uri, file.version.map(i64::from));
        if last.get(uri.as_str()) == Some(&id) {
            let unchanged = lsp::UnchangedDocumentDiagnosticReport { result_id: id };
            return lsp::WorkspaceUnchangedDocumentDiagnosticReport {
                uri,
                version,
                unchanged_document_diagnostic_report: unchanged,
            }
            .into();
        }
        lsp::WorkspaceFullDocumentDiagnosticReport {
            uri,
            version,
            full_document_diagnostic_report: full(id, file.items),
        }
        .into()
    });
    lsp::WorkspaceDiagnosticReport {
        items: items.collect(),
    }
}

fn full(id: String, items: Vec<lsp::Diagnostic>) -> lsp::FullDocumentDiagnosticReport {
    lsp::FullDocumentDiagnosticReport {
        result_id: Some(id),
        items,
    }
}

/// An id that equal diagnostics share.
fn result_id(items: &[lsp::Diagnostic]) -> String {
    let text = serde_json::to_string(items).unwrap_or_default();
    let mut id = String::new();
    for byte in Sha256::digest(text.as_bytes()).iter().take(16) {
        let _ = write!(id, "{byte:02x}");
    }
    id
}
