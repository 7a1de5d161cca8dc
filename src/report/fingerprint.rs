//! Fingerprints: how a tool that keeps findings between runs recognises one.
//!
//! A fingerprint is made of the rule, the path, the reported text and which one of several equal ones it is. Lines and
//! columns are not in it, so a finding keeps its fingerprint when text above it is added or removed. The message and
//! the severity are not in it either, so it does not change when a newer release is published.

use super::Run;
use super::finding::Finding;
use crate::text::Span;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write;

/// The name of the algorithm. Raise the number when the algorithm changes.
pub const NAME: &str = "chubLint/v1";
/// How many bytes of the digest are written.
const BYTES: usize = 16;

/// What is computed from the whole files of a finding, for a run that `merge` puts together without the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingMarks {
    /// The fingerprint.
    pub fingerprint: String,
    /// The hash of the line, as code scanning computes it.
    pub line_hash: Option<String>,
}

/// Computes the fingerprints of the findings of a run. They must come in the order of the run.
#[derive(Debug)]
pub struct Fingerprints<'a> {
    known: std::slice::Iter<'a, FindingMarks>,
    seen: HashMap<[u8; 32], u32>,
}

impl<'a> Fingerprints<'a> {
    /// For the findings of a run.
    #[must_use]
    pub fn new(run: &'a Run<'_>) -> Self {
        Self {
            known: run.marks.iter(),
            seen: HashMap::new(),
        }
    }

    /// The fingerprint of the next finding.
    pub fn next(&mut self, finding: &Finding<'_>) -> String {
        if let Some(known) = self.known.next() {
            return known.fingerprint.clone();
        }
        let mut digest = Sha256::new();
        let mut part = |bytes: &[u8]| {
            digest.update((bytes.len() as u64).to_le_bytes());
            digest.update(bytes);
        };
        part(finding.rule.id.as_bytes());
        part(finding.place.path.as_str().as_bytes());
        part(reported(finding).as_bytes());
        let base: [u8; 32] = digest.finalize().into();
        let ordinal = self.seen.entry(base).or_default();
        let mut digest = Sha256::new_with_prefix(base);
        digest.update(ordinal.to_le_bytes());
        *ordinal += 1;
        let mut out = String::with_capacity(2 * BYTES);
        for byte in &digest.finalize()[..BYTES] {
            let _ = write!(out, "{byte:02x}");
        }
        out
    }
}

/// The text that a finding is about; the whole line for a finding between two characters.
fn reported<'a>(finding: &Finding<'a>) -> &'a str {
    let Some(document) = finding.place.document else {
        return "";
    };
    let span = finding.place.span;
    if !span.is_empty() {
        return span.slice(&document.text);
    }
    let lines = document.lines();
    let line: Span = lines.line_span(&document.text, lines.line(span.start));
    line.slice(&document.text).trim()
}
