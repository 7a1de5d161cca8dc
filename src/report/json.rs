//! For programs: one object, documented in docs/json.md.

use super::finding::{Finding, Place};
use super::safe::Safe;
use super::{Known, NotChecked, Reporter, Run, Suppressed, inert};
use crate::diagnostic::{Safety, Severity};
use crate::text::Unit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The version of the format. It grows when a field changes its meaning or goes; new fields do not count.
pub const SCHEMA: u32 = 1;

/// The JSON reporter.
#[derive(Debug)]
pub struct Json;

/// A whole report. A field that this version does not know is refused: a merge would lose it, or add it up wrongly.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    pub(super) schema: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) shard: Option<Part>,
    pub(super) summary: Summary,
    pub(super) diagnostics: Vec<Entry>,
}

/// Which part of the hub the report is about, and what `merge` needs to count a package of several parts once.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    pub index: usize,
    pub count: usize,
    pub packages: BTreeMap<String, Known>,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Summary {
    pub documents: usize,
    pub code_blocks: usize,
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
    pub hidden: usize,
    pub fixed: usize,
    pub packages: Packages,
    #[serde(default)]
    pub suppressed: Suppressed,
    #[serde(default)]
    pub not_checked: NotChecked,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Packages {
    pub checked: usize,
    pub cached: usize,
    pub unknown: usize,
}

/// One finding. Columns count Unicode characters from 1; the end is the place after the last character.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub rule: Safe,
    pub severity: Severity,
    pub path: Safe,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
    pub message: Safe,
    label: Option<Safe>,
    help: Option<Safe>,
    related: Vec<Related>,
    fix: Option<Fix>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Related {
    path: Safe,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    message: Safe,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fix {
    title: Safe,
    safety: Safety,
    edits: Vec<Edit>,
}

/// Bytes of the file, half-open, from 0, and the text to put there: data, which stays as it is.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    start: u32,
    end: u32,
    text: String,
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
                packages: packages.known.clone(),
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
                not_checked: run.summary.not_checked.clone(),
            },
            diagnostics: findings.iter().map(entry).collect(),
        };
        inert::pretty(&report, out)
    }
}

pub(super) fn entry(finding: &Finding<'_>) -> Entry {
    let [line, column, end_line, end_column] = corners(&finding.place);
    Entry {
        rule: Safe::new(finding.rule.id),
        severity: finding.severity,
        path: finding.place.path.clone(),
        line,
        column,
        end_line,
        end_column,
        message: finding.message.clone(),
        label: finding.label.clone(),
        help: finding.help.clone(),
        related: finding.related.iter().map(related).collect(),
        fix: finding.fix.as_ref().map(|fix| Fix {
            title: fix.title.clone(),
            safety: fix.safety,
            edits: fix
                .edits
                .iter()
                .map(|edit| Edit {
                    start: edit.span.start,
                    end: edit.span.end,
                    text: edit.text.clone(),
                })
                .collect(),
        }),
    }
}

fn related((place, message): &(Place<'_>, Safe)) -> Related {
    let [line, column, end_line, end_column] = corners(place);
    Related {
        path: place.path.clone(),
        line,
        column,
        end_line,
        end_column,
        message: message.clone(),
    }
}

fn corners(place: &Place<'_>) -> [usize; 4] {
    let (start, end) = (place.start(Unit::Chars), place.end(Unit::Chars));
    [start.line, start.column, end.line, end.column]
}
