//! GitLab's Code Quality report: a list of issues, each with a fingerprint that tells it from all others.

use super::finding::Finding;
use super::fingerprint::Fingerprints;
use super::safe::Safe;
use super::{Reporter, Run, inert};
use crate::diagnostic::Severity;
use crate::text::Unit;
use serde::Serialize;
use std::io::{self, Write};

/// The reporter of Code Quality.
#[derive(Debug)]
pub struct Gitlab;

#[derive(Serialize)]
struct Issue {
    description: Safe,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: Safe,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

impl Reporter for Gitlab {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut fingerprints = Fingerprints::default();
        let issues: Vec<_> = run
            .findings()
            .map(|finding| issue(&finding, fingerprints.next(&finding)))
            .collect();
        inert::pretty(&issues, out)
    }
}

fn issue(finding: &Finding<'_>, fingerprint: String) -> Issue {
    Issue {
        description: finding.message.clone(),
        check_name: finding.rule.id,
        fingerprint,
        severity: match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        location: Location {
            path: finding.place.path.clone(),
            lines: Lines {
                begin: finding.place.start(Unit::Chars).line,
                end: finding.place.end(Unit::Chars).line,
            },
        },
    }
}
