//! Annotations on a pull request: workflow commands of GitHub Actions on standard output.
//!
//! GitHub shows ten annotations of each level per step and drops the rest. So when a level has more, its tenth
//! annotation says how many are left.

use super::family::is_about_safety;
use super::finding::Finding;
use super::{Reporter, Run};
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::ColumnUnit;
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Write};

/// How many annotations of one level GitHub shows per step.
pub const MAX_PER_LEVEL: usize = 10;

/// The reporter of annotations.
#[derive(Debug)]
pub struct GithubReporter;

impl Reporter for GithubReporter {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let trouble = run.summary.registry_trouble();
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let mut most = MAX_PER_LEVEL;
            if let Some(trouble) = &trouble
                && severity == run.summary.trouble_severity()
            {
                let command = WorkflowCommand {
                    name: name(severity),
                    properties: vec![("title", "chub-lint".to_owned())],
                    data: trouble.as_str().to_owned(),
                };
                command.write(out)?;
                most -= 1;
            }
            let count = run.count(severity);
            let shown = if count > most { most - 1 } else { count };
            for finding in chosen(run, severity, shown) {
                annotation(&Finding::new(run, finding)).write(out)?;
            }
            if count > shown {
                let rest = WorkflowCommand {
                    name: name(severity),
                    properties: vec![("title", "chub-lint".to_owned())],
                    data: format!(
                        "{} more {}s are not annotated: see the log or the job summary",
                        count - shown,
                        severity.as_str()
                    ),
                };
                rest.write(out)?;
            }
        }
        Ok(())
    }
}

/// The findings of a level to show when not all can be shown: those about safety, then one of each kind, then
/// others. They are in the order of the run.
fn chosen<'a>(run: &'a Run<'_>, severity: Severity, most: usize) -> Vec<&'a Diagnostic> {
    let mut seen = BTreeSet::new();
    let of_level = run.diagnostics.iter().filter(|d| d.severity == severity);
    let mut ranked: Vec<_> = of_level
        .enumerate()
        .map(|(at, d)| {
            let repeated = !seen.insert((d.rule, d.message.as_str()));
            ((!is_about_safety(d), repeated), at, d)
        })
        .collect();
    ranked.sort_by_key(|(rank, at, _)| (*rank, *at));
    ranked.truncate(most);
    ranked.sort_by_key(|(_, at, _)| *at);
    ranked.into_iter().map(|(.., d)| d).collect()
}

/// A workflow command. Its content can neither end it nor start another one, because it is written only through
/// [`EscapedData`] and [`EscapedProperty`].
struct WorkflowCommand {
    name: &'static str,
    properties: Vec<(&'static str, String)>,
    data: String,
}

impl WorkflowCommand {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "::{}", self.name)?;
        for (i, (key, value)) in self.properties.iter().enumerate() {
            let before = if i == 0 { ' ' } else { ',' };
            write!(out, "{before}{key}={}", EscapedProperty(value))?;
        }
        writeln!(out, "::{}", EscapedData(&self.data))
    }
}

/// The message of a command, escaped as the runner expects.
struct EscapedData<'a>(&'a str);

impl fmt::Display for EscapedData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape(self.0, &['%', '\r', '\n'], f)
    }
}

/// The value of a property of a command, escaped as the runner expects.
struct EscapedProperty<'a>(&'a str);

impl fmt::Display for EscapedProperty<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape(self.0, &['%', '\r', '\n', ':', ','], f)
    }
}

fn escape(text: &str, special: &[char], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.find(special) {
        f.write_str(&rest[..at])?;
        // The special characters are ASCII: one byte each.
        write!(f, "%{:02X}", rest.as_bytes()[at])?;
        rest = &rest[at + 1..];
    }
    f.write_str(rest)
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

fn annotation(finding: &Finding<'_>) -> WorkflowCommand {
    let (start, end) = (
        finding.place.start(ColumnUnit::Chars),
        finding.place.end(ColumnUnit::Chars),
    );
    let mut properties = vec![
        ("file", finding.place.path.as_str().to_owned()),
        ("line", start.line.to_string()),
        ("endLine", end.line.to_string()),
    ];
    // The runner refuses an annotation with columns that covers several lines.
    if start.line == end.line {
        properties.push(("col", start.column.to_string()));
        properties.push(("endColumn", end.column.to_string()));
    }
    properties.push(("title", format!("chub-lint: {}", finding.rule.id)));
    let mut data = finding.message.as_str().to_owned();
    if let Some(help) = &finding.help {
        data.push_str("\nhelp: ");
        data.push_str(help.as_str());
    }
    WorkflowCommand {
        name: name(finding.severity),
        properties,
        data,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        let command = WorkflowCommand {
            name: "error",
            properties: vec![("file", "a,line=9::b%0A".to_owned())],
            data: "100%\r\n::set-output name=x::y".to_owned(),
        };
        let mut out = Vec::new();
        command.write(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "::error file=a%2Cline=9%3A%3Ab%250A::100%25%0D%0A::set-output name=x::y\n"
        );
    }
}
