//! The JSON format: one object, documented in docs/json.md.

use super::finding::{Finding, FindingLocation};
use super::part::{self, PartSources};
use super::{
    NotChecked, PackageStatus, Reporter, Run, SkillSummary, SuppressedCounts, SymbolSummary, escaped_json,
    skills,
};
use crate::diagnostic::{Applicability, Fix, Severity, SymbolNote};
use crate::edit::Edit;
use crate::safe_text::SafeText;
use crate::text::{ColumnUnit, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The version of the format. It is raised when a field changes its meaning or is removed, and not when a field is
/// added.
pub const SCHEMA_VERSION: u32 = 1;

/// The JSON reporter.
#[derive(Debug)]
pub struct JsonReporter;

/// A whole report. Unknown fields are refused: a merge would lose them or sum them wrongly.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JsonReport {
    pub(super) schema: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) shard: Option<JsonShard>,
    pub(super) summary: JsonSummary,
    /// What was decided about the symbols of each entry.
    #[serde(default, skip_serializing_if = "SymbolSummary::is_empty")]
    pub(super) symbols: SymbolSummary,
    pub(super) diagnostics: Vec<JsonFinding>,
}

/// Which part of the hub the report is about, and what `merge` needs to count each package once.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JsonShard {
    pub index: usize,
    pub count: usize,
    pub packages: BTreeMap<String, PackageStatus>,
    #[serde(default)]
    pub sources: PartSources,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JsonSummary {
    pub documents: usize,
    #[serde(default)]
    pub files: usize,
    pub code_blocks: usize,
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
    pub hidden: usize,
    pub fixed: usize,
    pub packages: JsonPackages,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skills: Option<SkillSummary>,
    #[serde(default)]
    pub suppressed: SuppressedCounts,
    #[serde(default)]
    pub not_checked: NotChecked,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JsonPackages {
    pub checked: usize,
    pub cached: usize,
    pub unknown: usize,
}

/// One finding. Columns count Unicode characters from 1; the end is exclusive.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JsonFinding {
    pub rule: SafeText,
    pub severity: Severity,
    pub path: SafeText,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
    pub message: SafeText,
    pub label: Option<SafeText>,
    pub help: Option<SafeText>,
    related: Vec<JsonRelated>,
    fix: Option<JsonFix>,
    /// For the rules about symbols.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    symbol: Option<JsonSymbol>,
}

/// The symbol that a finding is about, and the release that does not have it.
#[derive(Debug, Serialize, Deserialize)]
struct JsonSymbol {
    symbol: SafeText,
    package: SafeText,
    release: SafeText,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonRelated {
    path: SafeText,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    message: SafeText,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonFix {
    title: SafeText,
    safety: Applicability,
    edits: Vec<JsonEdit>,
}

/// Bytes of the file, half-open, from 0, and the replacement text. It is data and is not changed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonEdit {
    start: u32,
    end: u32,
    text: String,
}

impl JsonFinding {
    /// The symbol that it is about, as a rule gives it.
    pub(super) fn symbol_note(&self) -> Option<Box<SymbolNote>> {
        let of = self.symbol.as_ref()?;
        let text = |safe: &SafeText| safe.as_str().to_owned();
        Some(Box::new(SymbolNote {
            symbol: text(&of.symbol),
            package: text(&of.package),
            release: text(&of.release),
        }))
    }

    /// The messages of the related locations.
    pub fn related_messages(&self) -> impl Iterator<Item = &SafeText> {
        self.related.iter().map(|related| &related.message)
    }

    /// The fix, with each byte of the file mapped to another one.
    pub fn fix_with(&self, map: impl Fn(u32) -> usize) -> Option<Fix> {
        self.fix.as_ref().map(|fix| Fix {
            title: fix.title.as_str().to_owned(),
            safety: fix.safety,
            edits: fix
                .edits
                .iter()
                .map(|edit| Edit {
                    span: Span::new(map(edit.start), map(edit.end)),
                    text: edit.text.clone(),
                })
                .collect(),
        })
    }
}

impl Reporter for JsonReporter {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let packages = &run.summary.packages;
        let findings: Vec<_> = run.findings().collect();
        let report = JsonReport {
            schema: SCHEMA_VERSION,
            shard: run.summary.shard.map(|shard| JsonShard {
                index: shard.index(),
                count: shard.count(),
                packages: packages.known.clone(),
                sources: part::collect(run),
            }),
            summary: JsonSummary {
                documents: run.summary.documents,
                files: run.summary.files,
                code_blocks: run.summary.code_blocks,
                errors: run.count(Severity::Error),
                warnings: run.count(Severity::Warning),
                notes: run.count(Severity::Note),
                hidden: run.summary.suppressed.allow + run.summary.suppressed.baseline,
                fixed: run.summary.fixed,
                packages: JsonPackages {
                    checked: packages.checked,
                    cached: packages.cached,
                    unknown: packages.unknown,
                },
                skills: skills::shown(run),
                suppressed: run.summary.suppressed,
                not_checked: run.summary.not_checked.clone(),
            },
            symbols: run.summary.symbols.clone(),
            diagnostics: findings.iter().map(entry).collect(),
        };
        escaped_json::pretty(&report, out)
    }
}

/// A finding as the report has it.
#[must_use]
pub fn finding(finding: &Finding<'_>) -> serde_json::Value {
    serde_json::to_value(entry(finding)).unwrap_or_default()
}

pub(super) fn entry(finding: &Finding<'_>) -> JsonFinding {
    let [line, column, end_line, end_column] = corners(&finding.place);
    JsonFinding {
        rule: SafeText::new(finding.rule.id),
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
        fix: finding.fix.as_ref().map(|fix| JsonFix {
            title: fix.title.clone(),
            safety: fix.safety,
            edits: fix
                .edits
                .iter()
                .map(|edit| JsonEdit {
                    start: edit.span.start,
                    end: edit.span.end,
                    text: edit.text.clone(),
                })
                .collect(),
        }),
        symbol: finding.symbol.map(|note| JsonSymbol {
            symbol: SafeText::new(&note.symbol),
            package: SafeText::new(&note.package),
            release: SafeText::new(&note.release),
        }),
    }
}

fn related((place, message): &(FindingLocation<'_>, SafeText)) -> JsonRelated {
    let [line, column, end_line, end_column] = corners(place);
    JsonRelated {
        path: place.path.clone(),
        line,
        column,
        end_line,
        end_column,
        message: message.clone(),
    }
}

fn corners(place: &FindingLocation<'_>) -> [usize; 4] {
    let (start, end) = (place.start(ColumnUnit::Chars), place.end(ColumnUnit::Chars));
    [start.line, start.column, end.line, end.column]
}
