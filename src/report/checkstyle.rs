//! The XML of Checkstyle 4.3, which many CI systems read.

use super::finding::Finding;
use super::xml::Xml;
use super::{Reporter, Run, TROUBLE_ID, by_file};
use crate::diagnostic::Severity;
use crate::text::ColumnUnit;
use std::io::{self, Write};

/// The reporter of Checkstyle's XML.
#[derive(Debug)]
pub struct CheckstyleReporter;

impl Reporter for CheckstyleReporter {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
        writeln!(out, r#"<checkstyle version="4.3">"#)?;
        if let Some(trouble) = run.summary.registry_trouble() {
            writeln!(out, r#"  <file name="{}">"#, Xml(run.folder().as_str()))?;
            writeln!(
                out,
                r#"    <error line="1" column="1" severity="{}" message="{}" source="chub-lint.{TROUBLE_ID}"/>"#,
                run.summary.trouble_severity().as_str(),
                Xml(trouble.as_str()),
            )?;
            writeln!(out, "  </file>")?;
        }
        let findings: Vec<_> = run.findings().collect();
        for file in by_file(&findings) {
            let path = file.first().map_or("", |f| f.place.path.as_str());
            writeln!(out, r#"  <file name="{}">"#, Xml(path))?;
            for finding in file {
                write_error(finding, out)?;
            }
            writeln!(out, "  </file>")?;
        }
        writeln!(out, "</checkstyle>")
    }
}

fn write_error(finding: &Finding<'_>, out: &mut dyn Write) -> io::Result<()> {
    let at = finding.place.start(ColumnUnit::Chars);
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "info",
    };
    writeln!(
        out,
        r#"    <error line="{}" column="{}" severity="{severity}" message="{}" source="chub-lint.{}"/>"#,
        at.line,
        at.column,
        Xml(finding.message.as_str()),
        finding.rule.id
    )
}
