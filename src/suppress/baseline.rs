//! The baseline: known findings by file and rule, independent of line numbers.
//!
//! The file is sorted TOML with one line per file and rule, so that changes in different rows merge without conflicts.
//!
//! ```toml
//! version = 1
//!
//! [files."content/acme/docs/widget/DOC.md"]
//! missing-field = ["3f1c09aa", "b2d4e611"]
//! stale-version = ["pypi:widget 2.1.0 minor"]
//! ```
//!
//! Every known finding has one mark (see mark.rs). The number of marks is the number of findings that are suppressed.
//! When there are more findings than marks, the marks show which of them are new.

use super::mark::{mark, matched};
use super::{AppliedBaseline, SuppressedBy, SuppressedFinding, SuppressionInput, sink};
use crate::config::file::ConfigDiagnostic;
use crate::diagnostic::Diagnostic;
use crate::hub::{Hub, join_path};
use crate::rule::Property;
use crate::rule::page::{RuleCategory, RulePage};
use crate::rules;
use crate::text::Span;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use toml_writer::{ToTomlValue, TomlStringBuilder};

/// The version of the file format.
const VERSION: u32 = 1;
/// The default file name.
pub const BASELINE_FILE_NAME: &str = "chub-lint-baseline.toml";

/// The header of the file.
const HEAD: &str = "\
# Accepted findings. Written by `chub-lint baseline`; `chub-lint baseline --update` removes fixed
# ones. Each mark is one accepted finding of a rule in a file.
";

/// The known findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    files: BTreeMap<String, BTreeMap<String, KnownMarks>>,
}

/// The known findings of one rule in one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct KnownMarks {
    marks: Vec<String>,
    /// The span of the rule in the text of the baseline.
    span: Span,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineFormat {
    version: u32,
    #[serde(default)]
    files: BTreeMap<String, BTreeMap<toml::Spanned<String>, Vec<String>>>,
}

impl Baseline {
    /// Read the text of a baseline.
    ///
    /// # Errors
    /// When the text is invalid, with the location.
    pub fn parse(text: &str) -> Result<Self, ConfigDiagnostic> {
        let written: BaselineFormat = toml::from_str(text).map_err(|error| ConfigDiagnostic {
            span: error.span().unwrap_or_default(),
            message: error.message().trim().to_owned(),
        })?;
        if written.version != VERSION {
            return Err(ConfigDiagnostic {
                span: 0..0,
                message: format!("version {} of the baseline is not supported", written.version),
            });
        }
        let rows = |rows: BTreeMap<toml::Spanned<String>, Vec<String>>| {
            rows.into_iter()
                .map(|(rule, marks)| {
                    let span = rule.span().into();
                    (rule.into_inner(), KnownMarks { marks, span })
                })
                .collect()
        };
        Ok(Self {
            files: written
                .files
                .into_iter()
                .map(|(file, r)| (file, rows(r)))
                .collect(),
        })
    }

    /// The text of the baseline: sorted, so that the same findings give the same bytes.
    #[must_use]
    pub fn render(&self) -> String {
        let quoted = |text: &str| TomlStringBuilder::new(text).as_basic().to_toml_value();
        let mut out = format!("{HEAD}version = {VERSION}\n");
        for (file, rows) in self.files.iter().filter(|(_, rows)| !rows.is_empty()) {
            let _ = write!(out, "\n[files.{}]\n", quoted(file));
            for (rule, KnownMarks { marks, .. }) in rows {
                let marks: Vec<_> = marks.iter().map(|mark| quoted(mark)).collect();
                let _ = writeln!(out, "{rule} = [{}]", marks.join(", "));
            }
        }
        out
    }

    /// How many findings are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files
            .values()
            .flat_map(BTreeMap::values)
            .map(|row| row.marks.len())
            .sum()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether every known finding of another baseline is one of this one.
    #[must_use]
    pub fn includes(&self, other: &Self) -> bool {
        other.files.iter().all(|(file, rows)| {
            rows.iter().all(|(rule, row)| {
                let mut left = self.marks(file, rule).to_vec();
                row.marks.iter().all(|mark| {
                    let at = left.iter().position(|known| known == mark);
                    at.map(|at| left.swap_remove(at)).is_some()
                })
            })
        })
    }

    fn marks(&self, file: &str, rule: &str) -> &[String] {
        let row = self.files.get(file).and_then(|rows| rows.get(rule));
        row.map_or(&[], |row| &row.marks)
    }

    /// How many files have known findings.
    #[must_use]
    pub fn file_count(&self) -> usize {
        self.files.values().filter(|rows| !rows.is_empty()).count()
    }

    /// Replace the findings of the checked files of a hub. Credentials that are not known yet are accepted only with
    /// `accept_secrets`. Returns those that are refused.
    pub fn replace<'a>(
        &mut self,
        input: &SuppressionInput<'_>,
        prefix: &str,
        found: &'a [Diagnostic],
        accept_secrets: bool,
    ) -> Vec<&'a Diagnostic> {
        let mut refused = Vec::new();
        let mut fresh = Self::default();
        for ((file, rule), found) in by_row(input.hub, prefix, found) {
            let old = self.files.get(&file).and_then(|rows| rows.get(&rule));
            let known = matched(input.hub, old.map_or(&[], |row| &row.marks), &found, true).known;
            let needs_consent = rules::by_id(&rule).is_some_and(|rule| rule.has(Property::FindsSecrets));
            // Findings that this run could not see are kept and not added again.
            let stays = old.is_some() && !can_report_stale(input, prefix, &file, &rule);
            let mut marks = Vec::new();
            for (diagnostic, known) in found.into_iter().zip(known) {
                if needs_consent && !accept_secrets && !known {
                    refused.push(diagnostic);
                } else if !(stays && known) {
                    marks.push(mark(input.hub, diagnostic));
                }
            }
            fresh.row(file, rule).marks = marks;
        }
        self.keep(|file, rule, _| !can_report_stale(input, prefix, file, rule));
        for (file, rows) in fresh.files {
            for (rule, fresh) in rows.into_iter().filter(|(_, fresh)| !fresh.marks.is_empty()) {
                let row = self.row(file.clone(), rule);
                row.marks.extend(fresh.marks);
                row.marks.sort();
            }
        }
        refused
    }

    fn row(&mut self, file: String, rule: String) -> &mut KnownMarks {
        self.files.entry(file).or_default().entry(rule).or_default()
    }

    /// The findings of safety rules that are known.
    #[must_use]
    pub fn known_safety<'a>(
        &self,
        input: &SuppressionInput<'_>,
        prefix: &str,
        found: &'a [Diagnostic],
    ) -> Vec<&'a Diagnostic> {
        let mut known = Vec::new();
        for ((file, rule), found) in by_row(input.hub, prefix, found) {
            let is_safety = rules::by_id(&rule)
                .is_some_and(|rule| RulePage::for_rule(rule).category == RuleCategory::Safety);
            let row = self.files.get(&file).and_then(|rows| rows.get(&rule));
            if let Some(row) = row.filter(|_| is_safety) {
                let matched = matched(input.hub, &row.marks, &found, true).known;
                known.extend(
                    found
                        .into_iter()
                        .zip(matched)
                        .filter_map(|(d, known)| known.then_some(d)),
                );
            }
        }
        known
    }

    /// Remove fixed findings without adding new ones: keep the marks that still suppress a finding.
    pub fn shrink(&mut self, input: &SuppressionInput<'_>, prefix: &str, found: &[Diagnostic]) {
        let found = by_row(input.hub, prefix, found);
        self.keep(|file, rule, marks| {
            if can_report_stale(input, prefix, file, rule) {
                let found = found
                    .get(&(file.to_owned(), rule.to_owned()))
                    .map_or(&[][..], Vec::as_slice);
                let matched = matched(input.hub, marks, found, false);
                *marks = found
                    .iter()
                    .zip(&matched.known)
                    .filter(|(_, known)| **known)
                    .map(|(diagnostic, _)| mark(input.hub, diagnostic))
                    .collect();
                marks.sort();
            }
            !marks.is_empty()
        });
    }

    fn keep(&mut self, mut keep: impl FnMut(&str, &str, &mut Vec<String>) -> bool) {
        for (file, rows) in &mut self.files {
            rows.retain(|rule, row| keep(file, rule, &mut row.marks));
        }
        self.files.retain(|_, rows| !rows.is_empty());
    }
}

/// The file of a finding as written in the baseline; `None` for files outside the hub, such as the config.
fn key(hub: &Hub, prefix: &str, diagnostic: &Diagnostic) -> Option<String> {
    let inside = diagnostic.path.hub() == hub.shown && hub.files.contains_key(diagnostic.path.path_in_hub());
    inside.then(|| join_path(prefix, diagnostic.path.path_in_hub()))
}

/// The path inside the hub of a file of the baseline; `None` when it is in another hub.
fn inside<'a>(prefix: &str, file: &'a str) -> Option<&'a str> {
    if prefix.is_empty() {
        return Some(file);
    }
    file.strip_prefix(prefix)?.strip_prefix('/')
}

/// Whether this run found all findings of a rule in a file. A deleted file has none, when the whole hub was read.
fn can_report_stale(input: &SuppressionInput<'_>, prefix: &str, file: &str, rule: &str) -> bool {
    let Some(path) = inside(prefix, file) else {
        return false;
    };
    let gone = input.hub.is_whole() && input.hub.lacks(path);
    gone || rules::by_id(rule).is_none_or(|rule| input.can_report_unused(rule, path))
}

type FindingRows<'a> = BTreeMap<(String, String), Vec<&'a Diagnostic>>;

fn by_row<'a>(hub: &Hub, prefix: &str, found: &'a [Diagnostic]) -> FindingRows<'a> {
    let mut rows = FindingRows::new();
    for diagnostic in found {
        if let Some(file) = key(hub, prefix, diagnostic) {
            rows.entry((file, diagnostic.rule.to_owned()))
                .or_default()
                .push(diagnostic);
        }
    }
    rows
}

/// Remove findings of the baseline, and report marks whose finding no longer exists.
pub(super) fn apply(
    input: &SuppressionInput<'_>,
    known: &AppliedBaseline<'_>,
    found: Vec<Diagnostic>,
    hidden: &mut Vec<SuppressedFinding>,
    said: &mut Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let rows = by_row(input.hub, &known.prefix, &found);
    let mut old: BTreeMap<(String, String), std::vec::IntoIter<bool>> = BTreeMap::new();
    for (file, row) in &known.baseline.files {
        for (rule, marks) in row {
            let place = (file.clone(), rule.clone());
            let found = rows.get(&place).map_or(&[][..], Vec::as_slice);
            let matched = matched(input.hub, &marks.marks, found, input.allows_of_base);
            // The change under review may have removed some already.
            let (marks, left) = match known.on_disk {
                Some(on_disk) => match on_disk.files.get(file).and_then(|rows| rows.get(rule)) {
                    Some(row) => {
                        let removed = marks.marks.len().saturating_sub(row.marks.len());
                        (row, matched.left.saturating_sub(removed))
                    }
                    None => (marks, 0),
                },
                None => (marks, matched.left),
            };
            // Parts of a hub would each report their own rows of one file outside of the hub.
            if left > 0 && input.hub.is_undivided() && can_report_stale(input, &known.prefix, file, rule) {
                report_stale(input, known, file, rule, marks, left, said);
            }
            old.insert(place, matched.known.into_iter());
        }
    }
    let mut visible = Vec::new();
    for diagnostic in found {
        let is_known = key(input.hub, &known.prefix, &diagnostic)
            .and_then(|file| old.get_mut(&(file, diagnostic.rule.to_owned())))
            .and_then(Iterator::next)
            .unwrap_or(false);
        if is_known {
            let by = SuppressedBy::Baseline;
            hidden.push(SuppressedFinding { diagnostic, by });
        } else {
            visible.push(diagnostic);
        }
    }
    visible
}

fn report_stale(
    input: &SuppressionInput<'_>,
    known: &AppliedBaseline<'_>,
    file: &str,
    rule: &str,
    marks: &KnownMarks,
    left: usize,
    said: &mut Vec<Diagnostic>,
) {
    let Some(mut sink) = sink(&rules::stale_baseline::RULE, input.settings, &known.path, said) else {
        return;
    };
    let gone = inside(&known.prefix, file).is_some_and(|path| input.hub.lacks(path));
    let message = if gone {
        format!("the baseline contains `{rule}` in `{file}`, which no longer exists")
    } else {
        let (findings, exist) = match left {
            1 => ("1 finding".to_owned(), "exists"),
            left => (format!("{left} findings"), "exist"),
        };
        format!("the baseline contains {findings} of `{rule}` in `{file}` that no longer {exist}")
    };
    sink.report(marks.span, message)
        .help("run `chub-lint baseline --update` to remove fixed findings");
}
