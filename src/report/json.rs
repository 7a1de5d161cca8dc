//! For programs: one object, documented in docs/json.md.

use super::finding::{Finding, Place};
use super::safe::Safe;
use super::{Known, NotChecked, Reporter, Run, Suppressed, inert};
use crate::diagnostic::{Safety, Severity};
use crate::text::Unit;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The version of the format. It grows when a field changes its meaning or goes; new fields do not count.
pub const SCHEMA: u32 = 1;

/// The JSON reporter.
#[derive(Debug)]
pub struct Json;

#[derive(Serialize)]
struct Report<'a> {
    schema: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<Part<'a>>,
    summary: Summary<'a>,
    diagnostics: Vec<Entry<'a>>,
}

/// Which part of the hub the report is about, and what `merge` needs to count a package of several parts once.
#[derive(Serialize)]
struct Part<'a> {
    index: usize,
    count: usize,
    packages: &'a BTreeMap<String, Known>,
}

#[derive(Serialize)]
struct Summary<'a> {
    documents: usize,
    code_blocks: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    hidden: usize,
    fixed: usize,
    packages: Packages,
    suppressed: Suppressed,
    not_checked: &'a NotChecked,
}

#[derive(Serialize)]
struct Packages {
    checked: usize,
    cached: usize,
    unknown: usize,
}

/// One finding. Columns count Unicode characters from 1; the end is the place after the last character.
#[derive(Serialize)]
pub(super) struct Entry<'a> {
    rule: &'static str,
    severity: Severity,
    #[serde(flatten)]
    place: Region,
    message: Safe,
    label: Option<Safe>,
    help: Option<Safe>,
    related: Vec<Related>,
    fix: Option<Fix<'a>>,
}

#[derive(Serialize)]
struct Region {
    path: Safe,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Related {
    #[serde(flatten)]
    place: Region,
    message: Safe,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: Safe,
    safety: Safety,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    /// Bytes of the file: half-open, from 0.
    start: u32,
    end: u32,
    text: &'a str,
}

impl Reporter for Json {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let packages = &run.summary.packages;
        let findings: Vec<_> = run.findings().collect();
        let report = Report {
            schema: SCHEMA,
            shard: run.summary.shard.map(|shard| Part {
                index: shard.index(),
                count: shard.count(),
                packages: &packages.known,
            }),
            summary: Summary {
                documents: run.summary.documents,
                code_blocks: run.summary.code_blocks,
                errors: run.count(Severity::Error),
                warnings: run.count(Severity::Warning),
                notes: run.count(Severity::Note),
                hidden: run.summary.suppressed.allow + run.summary.suppressed.baseline,
                fixed: run.summary.fixed,
                packages: Packages {
                    checked: packages.checked,
                    cached: packages.cached,
                    unknown: packages.unknown,
                },
                suppressed: run.summary.suppressed,
                not_checked: &run.summary.not_checked,
            },
            diagnostics: findings.iter().map(entry).collect(),
        };
        inert::pretty(&report, out)
    }
}

pub(super) fn entry<'a>(finding: &'a Finding<'_>) -> Entry<'a> {
    Entry {
        rule: finding.rule.id,
        severity: finding.severity,
        place: region(&finding.place),
        message: finding.message.clone(),
        label: finding.label.clone(),
        help: finding.help.clone(),
        related: finding
            .related
            .iter()
            .map(|(place, message)| Related {
                place: region(place),
                message: message.clone(),
            })
            .collect(),
        fix: finding.fix.as_ref().map(|fix| Fix {
            title: fix.title.clone(),
            safety: fix.safety,
            edits: fix
                .edits
                .iter()
                .map(|edit| Edit {
                    start: edit.span.start,
                    end: edit.span.end,
                    text: &edit.text,
                })
                .collect(),
        }),
    }
}

fn region(place: &Place<'_>) -> Region {
    let (start, end) = (place.start(Unit::Chars), place.end(Unit::Chars));
    Region {
        path: place.path.clone(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}
