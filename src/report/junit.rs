//! JUnit's XML, as Jenkins and GitLab read it: a suite for each file and a case for each finding. Errors and warnings
//! are failures. Notes are passed cases with output. A run without findings is one passed case, since some readers
//! refuse an empty report. What registries did not answer is a skipped case, or an error when that fails the run.

use super::finding::Finding;
use super::xml::Xml;
use super::{Reporter, Run, TROUBLE_ID, by_file};
use crate::diagnostic::Severity;
use crate::safe_text::SafeText;
use crate::text::ColumnUnit;
use std::io::{self, Write};

/// The reporter of JUnit's XML.
#[derive(Debug)]
pub struct JunitReporter;

impl Reporter for JunitReporter {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let findings: Vec<_> = run.findings().collect();
        let trouble = run.summary.registry_trouble();
        let (errors, skipped) = match (&trouble, run.summary.is_failed()) {
            (None, _) => (0, 0),
            (Some(_), true) => (1, 0),
            (Some(_), false) => (0, 1),
        };
        writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
        writeln!(
            out,
            r#"<testsuites name="chub-lint" tests="{}" failures="{}" errors="{errors}">"#,
            findings.len().max(1) + errors + skipped,
            failures(&findings)
        )?;
        for file in by_file(&findings) {
            let path = file.first().map_or("", |f| f.place.path.as_str());
            begin_suite(path, file.len(), failures(file), [0, 0], out)?;
            for finding in file {
                write_case(path, finding, out)?;
            }
            writeln!(out, "  </testsuite>")?;
        }
        if findings.is_empty() {
            begin_suite("chub-lint", 1, 0, [0, 0], out)?;
            writeln!(
                out,
                r#"    <testcase name="{} documents without findings" classname="chub-lint"/>"#,
                run.summary.documents
            )?;
            writeln!(out, "  </testsuite>")?;
        }
        if let Some(trouble) = trouble {
            begin_suite("registries", 1, 0, [errors, skipped], out)?;
            write_trouble(errors > 0, &trouble, out)?;
            writeln!(out, "  </testsuite>")?;
        }
        writeln!(out, "</testsuites>")
    }
}

/// What registries did not answer: a test that was skipped, or one that failed to run.
fn write_trouble(is_error: bool, trouble: &SafeText, out: &mut dyn Write) -> io::Result<()> {
    let element = if is_error { "error" } else { "skipped" };
    writeln!(
        out,
        r#"    <testcase name="{TROUBLE_ID}" classname="chub-lint"><{element} message="{}"/></testcase>"#,
        Xml(trouble.as_str())
    )
}

fn is_failure(finding: &Finding<'_>) -> bool {
    finding.severity >= Severity::Warning
}

fn failures(findings: &[Finding<'_>]) -> usize {
    findings.iter().filter(|finding| is_failure(finding)).count()
}

fn begin_suite(
    name: &str,
    tests: usize,
    failures: usize,
    [errors, skipped]: [usize; 2],
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(
        out,
        r#"  <testsuite name="{}" tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}">"#,
        Xml(name)
    )
}

fn write_case(path: &str, finding: &Finding<'_>, out: &mut dyn Write) -> io::Result<()> {
    let at = finding.place.start(ColumnUnit::Chars);
    let (rule, line, column) = (finding.rule.id, at.line, at.column);
    writeln!(
        out,
        r#"    <testcase name="{rule} at {line}:{column}" classname="{}">"#,
        Xml(path)
    )?;
    let message = Xml(finding.message.as_str());
    if is_failure(finding) {
        let severity = finding.severity.as_str();
        write!(
            out,
            r#"      <failure type="{severity}" message="{message}">{}:{line}:{column}: {message}"#,
            Xml(path)
        )?;
        if let Some(help) = &finding.help {
            write!(out, "\nhelp: {}", Xml(help.as_str()))?;
        }
        writeln!(out, "</failure>")?;
    } else {
        writeln!(out, "      <system-out>{message}</system-out>")?;
    }
    writeln!(out, "    </testcase>")
}
