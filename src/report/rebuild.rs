//! Put a run together from the JSON reports of its parts.

use super::fingerprint::FindingMarks;
use super::json::JsonFinding;
use super::part::{PartFile, PartFinding, PartLine, PartPlace};
use crate::diagnostic::{Diagnostic, Related};
use crate::document::{Document, HubPath};
use crate::hub::Hub;
use crate::rules;
use crate::safe_text::SafeText;
use crate::text::Span;
use std::collections::BTreeMap;

/// The most lines of all files together, those that are not in the report included: each takes memory.
const MAX_LINES: usize = 64_000_000;

/// Why no run can be put together.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// A report says nothing about the source of its findings.
    #[error("no source lines: write it with `--shard`, or write only `--output json`")]
    Sources,
    /// A finding is in a file that is not in the part.
    #[error("a finding in a file that the part does not have")]
    File,
    /// The files have more lines than are put together.
    #[error("`shard` has a line number that is too large")]
    Lines,
    /// A finding is of a rule that this version does not know.
    #[error("a rule that is unknown to this version")]
    Rule,
}

/// The findings of some parts, in the order of one run, as a run has them.
#[derive(Debug)]
pub(super) struct RebuiltRun {
    /// The files of the findings, with the lines that the parts hold.
    pub hubs: Vec<Hub>,
    pub diagnostics: Vec<Diagnostic>,
    pub marks: Vec<FindingMarks>,
}

/// A file that is put together from the lines that parts hold of it. Other lines are empty.
#[derive(Default)]
struct SparseFile {
    lines: BTreeMap<usize, PartLine>,
    /// Where each line starts, in the file and in the text that is put together, with the length of the latter.
    starts: Vec<(u32, usize, usize)>,
}

impl SparseFile {
    fn build(&mut self) -> String {
        let mut text = String::new();
        let mut at = 1;
        for (line, PartLine { start, text: own, .. }) in &self.lines {
            text.extend(std::iter::repeat_n('\n', line - at));
            self.starts.push((*start, text.len(), own.len()));
            text.push_str(own);
            at = line + usize::from(own.ends_with('\n'));
            if !own.ends_with('\n') && Some(line) != self.lines.keys().next_back() {
                text.push('\n');
                at = line + 1;
            }
        }
        text
    }

    /// A byte of the file, in the text that is put together.
    fn map(&self, at: u32) -> usize {
        let after = self.starts.partition_point(|(start, ..)| *start <= at);
        let line = after.checked_sub(1).and_then(|i| self.starts.get(i));
        line.map_or(0, |(start, own, len)| {
            own + (at.saturating_sub(*start) as usize).min(*len)
        })
    }

    fn span(&self, place: &PartPlace) -> Span {
        Span::new(self.map(place.start), self.map(place.end))
    }
}

/// The findings of parts with what the parts hold about them, in the order of one run. Each comes with the number of
/// its part.
pub(super) fn rebuild(
    findings: &[(usize, (JsonFinding, Option<PartFinding>))],
    parts: &[Vec<PartFile>],
) -> Result<RebuiltRun, (usize, RebuildError)> {
    let mut files: BTreeMap<HubPath, SparseFile> = BTreeMap::new();
    for file in parts.iter().flatten() {
        let own = files.entry(file.hub_path()).or_default();
        for line in file.lines.iter().filter(|line| line.line > 0) {
            own.lines.entry(line.line).or_insert_with(|| line.clone());
        }
    }
    let last = |file: &SparseFile| file.lines.keys().next_back().copied().unwrap_or(0);
    let total = files.values().map(last).fold(0_usize, usize::saturating_add);
    if total > MAX_LINES {
        return Err((0, RebuildError::Lines));
    }
    let mut hubs: BTreeMap<String, Hub> = BTreeMap::new();
    for (path, file) in &mut files {
        let text = file.build();
        let hub = hubs.entry(path.hub().to_owned()).or_default();
        path.hub().clone_into(&mut hub.shown);
        if !file.lines.is_empty() {
            hub.insert(Document::unparsed(path.clone(), text));
        }
    }
    let mut rebuilt = RebuiltRun {
        // A run has the config and the baseline in a separate hub.
        hubs: hubs.into_values().chain([Hub::default()]).collect(),
        diagnostics: Vec::with_capacity(findings.len()),
        marks: Vec::with_capacity(findings.len()),
    };
    for (part, (finding, about)) in findings {
        let wrong = |source| (*part, source);
        let about = about.as_ref().ok_or_else(|| wrong(RebuildError::Sources))?;
        let located = |place: &PartPlace| {
            let path = parts.get(*part).and_then(|files| files.get(place.file));
            let path = path.map(PartFile::hub_path).ok_or(RebuildError::File)?;
            let file = files.get(&path).ok_or(RebuildError::File)?;
            Ok((path, file))
        };
        rebuilt
            .diagnostics
            .push(diagnostic(finding, about, located).map_err(wrong)?);
        rebuilt.marks.push(FindingMarks {
            fingerprint: about.fingerprint.as_str().to_owned(),
            line_hash: about.line_hash.as_ref().map(ToString::to_string),
        });
    }
    Ok(rebuilt)
}

/// A finding of a part as a run has it. `located`: the file of a place, with its path.
fn diagnostic<'a>(
    finding: &JsonFinding,
    about: &PartFinding,
    located: impl Fn(&PartPlace) -> Result<(HubPath, &'a SparseFile), RebuildError>,
) -> Result<Diagnostic, RebuildError> {
    let (path, file) = located(&about.place)?;
    let related = about.related.iter().zip(finding.related_messages());
    let related = related.map(|(place, message)| {
        let (path, file) = located(place)?;
        Ok(Related {
            span: file.span(place),
            path,
            message: message.as_str().to_owned(),
        })
    });
    let text = |safe: &Option<SafeText>| safe.as_ref().map(|safe| safe.as_str().to_owned());
    Ok(Diagnostic {
        rule: rules::by_id(finding.rule.as_str()).ok_or(RebuildError::Rule)?.id,
        severity: finding.severity,
        span: file.span(&about.place),
        message: finding.message.as_str().to_owned(),
        label: text(&finding.label),
        help: text(&finding.help),
        related: related.collect::<Result<_, RebuildError>>()?,
        fix: finding.fix_with(|at| file.map(at)),
        // The parts are untrusted, and numbers are added up.
        more: about.more.min(u32::MAX as usize),
        behind: None,
        symbol: finding.symbol_note(),
        path,
    })
}
