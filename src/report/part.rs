//! What the report of a part holds besides its findings, so that `merge` can write every format: the lines that are
//! shown, where they are in their files, and what is computed from whole files. Credentials in the lines are masked.

use super::finding::{Finding, FindingLocation};
use super::fingerprint::Fingerprints;
use super::linehash::FileLineHashes;
use super::{Run, text};
use crate::diagnostic::Diagnostic;
use crate::document::{Document, HubPath};
use crate::safe_text::SafeText;
use crate::text::Span;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is not in the findings of a part.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartSources {
    /// For each finding, in the order of the report.
    pub findings: Vec<PartFinding>,
    /// The files of the findings.
    pub files: Vec<PartFile>,
}

/// What a finding of a part is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartFinding {
    pub place: PartPlace,
    pub related: Vec<PartPlace>,
    pub fingerprint: SafeText,
    pub line_hash: Option<SafeText>,
    /// How many findings were left out after it.
    pub more: usize,
}

/// A range of bytes in a file, by the index of the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartPlace {
    pub file: usize,
    pub start: u32,
    pub end: u32,
}

/// A file of a part.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartFile {
    /// The path of its hub, percent-encoded.
    pub hub: SafeText,
    /// Its path in the hub, percent-encoded.
    pub path: SafeText,
    /// Lines of it, in order; none of a file that could not be read.
    pub lines: Vec<PartLine>,
}

/// A line with its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartLine {
    pub line: usize,
    /// The byte of the file at which it starts.
    pub start: u32,
    /// It is data, and not changed.
    pub text: String,
}

impl PartFile {
    /// The path, with its hub.
    pub fn hub_path(&self) -> HubPath {
        let decoded = |text: &SafeText| {
            percent_encoding::percent_decode_str(text.as_str())
                .decode_utf8_lossy()
                .into_owned()
        };
        HubPath::new(&decoded(&self.hub), &decoded(&self.path))
    }
}

/// Collect what the findings of a run are about.
pub(super) fn collect(run: &Run<'_>) -> PartSources {
    let mut files = Files::default();
    let mut fingerprints = Fingerprints::new(run);
    let mut hashes = FileLineHashes::new(run);
    let findings = run
        .findings()
        .zip(&run.diagnostics)
        .map(|(finding, diagnostic)| {
            let place = files.place(&finding.place, &diagnostic.path);
            let related = finding.related.iter().zip(&diagnostic.related);
            let related = related.map(|((at, _), related)| files.place(at, &related.path));
            let related = related.collect();
            files.add_shown(&finding, diagnostic);
            PartFinding {
                place,
                related,
                fingerprint: SafeText::new(&fingerprints.next(&finding)),
                line_hash: hashes.next(&finding.place).as_deref().map(SafeText::new),
                more: diagnostic.more,
            }
        })
        .collect();
    PartSources {
        findings,
        files: files.finish(),
    }
}

/// The files of the findings of a part, and which lines of them are needed.
#[derive(Default)]
struct Files<'a> {
    index: BTreeMap<HubPath, usize>,
    /// The same by the path that is shown.
    shown: HashMap<SafeText, usize>,
    files: Vec<(HubPath, Option<&'a Document>, BTreeSet<usize>)>,
}

impl<'a> Files<'a> {
    fn place(&mut self, place: &FindingLocation<'a>, path: &HubPath) -> PartPlace {
        let file = self.file(path, place.document);
        self.shown.entry(place.path.clone()).or_insert(file);
        self.add_ends(file, place.span);
        PartPlace {
            file,
            start: place.span.start,
            end: place.span.end,
        }
    }

    fn file(&mut self, path: &HubPath, document: Option<&'a Document>) -> usize {
        let (index, files) = (&mut self.index, &mut self.files);
        *index.entry(path.clone()).or_insert_with(|| {
            files.push((path.clone(), document, BTreeSet::new()));
            files.len() - 1
        })
    }

    /// The lines in which a range begins and ends: positions are computed from them.
    fn add_ends(&mut self, file: usize, span: Span) {
        if let Some((_, Some(document), lines)) = self.files.get_mut(file) {
            let ends = [span.start, span.end].map(|at| document.lines().line(at));
            lines.extend(ends);
        }
    }

    /// The lines that the text format shows, and those of a fix.
    fn add_shown(&mut self, finding: &Finding<'a>, diagnostic: &Diagnostic) {
        for (path, shown) in text::shown_lines(finding) {
            let file = self.shown.get(&path).and_then(|file| self.files.get_mut(*file));
            if let Some((_, _, lines)) = file {
                lines.extend(shown);
            }
        }
        let file = self.file(&diagnostic.path, finding.place.document);
        for edit in finding.fix.iter().flat_map(|fix| fix.edits) {
            self.add_ends(file, edit.span);
        }
    }

    fn finish(self) -> Vec<PartFile> {
        let encoded = |text: &str| SafeText::new(&super::finding::percent_encoded(text));
        let files = self.files.into_iter();
        files
            .map(|(path, document, lines)| PartFile {
                hub: encoded(path.hub()),
                path: encoded(path.path_in_hub()),
                lines: document.map_or_else(Vec::new, |document| {
                    lines.into_iter().map(|line| part_line(document, line)).collect()
                }),
            })
            .collect()
    }
}

fn part_line(document: &Document, line: usize) -> PartLine {
    let lines = document.lines();
    let start = lines.line_span(&document.text, line).start;
    let end = lines.line_span(&document.text, line + 1).start;
    PartLine {
        line,
        start,
        text: Span { start, end }.slice(document.masked_text()).to_owned(),
    }
}
