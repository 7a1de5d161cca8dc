//! GitLab's Code Quality report: a list of issues, each with a unique fingerprint.

use super::finding::Finding;
use super::fingerprint::Fingerprints;
use super::{Reporter, Run, TROUBLE_ID, escaped_json};
use crate::diagnostic::Severity;
use crate::safe_text::SafeText;
use crate::text::ColumnUnit;
use serde::Serialize;
use std::io::{self, Write};

/// The reporter of Code Quality.
#[derive(Debug)]
pub struct GitlabReporter;

#[derive(Serialize)]
struct GitlabIssue {
    description: SafeText,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: GitlabLocation,
}

#[derive(Serialize)]
struct GitlabLocation {
    path: SafeText,
    lines: GitlabLines,
}

#[derive(Serialize)]
struct GitlabLines {
    begin: usize,
    end: usize,
}

impl Reporter for GitlabReporter {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut fingerprints = Fingerprints::new(run);
        let mut issues: Vec<_> = run
            .findings()
            .map(|finding| issue(&finding, fingerprints.next(&finding)))
            .collect();
        issues.extend(trouble(run));
        escaped_json::pretty(&issues, out)
    }
}

/// What registries did not answer. The report has no other place for it than an issue. Its fingerprint is always the
/// same, so that it is one issue, however long a registry is down.
fn trouble(run: &Run<'_>) -> Option<GitlabIssue> {
    Some(GitlabIssue {
        description: run.summary.registry_trouble()?,
        check_name: TROUBLE_ID,
        fingerprint: TROUBLE_ID.to_owned(),
        severity: severity(run.summary.trouble_severity()),
        location: GitlabLocation {
            path: run.folder(),
            lines: GitlabLines { begin: 1, end: 1 },
        },
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Note => "info",
    }
}

fn issue(finding: &Finding<'_>, fingerprint: String) -> GitlabIssue {
    GitlabIssue {
        description: finding.message.clone(),
        check_name: finding.rule.id,
        fingerprint,
        severity: severity(finding.severity),
        location: GitlabLocation {
            path: finding.place.path.clone(),
            lines: GitlabLines {
                begin: finding.place.start(ColumnUnit::Chars).line,
                end: finding.place.end(ColumnUnit::Chars).line,
            },
        },
    }
}
