//! A finished run, and the formats that write it.

pub mod badge;
pub mod checkstyle;
pub mod concise;
pub mod escaped_json;
pub mod family;
pub mod finding;
pub mod fingerprint;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod json_lines;
pub mod junit;
pub mod linehash;
pub mod markdown;
pub mod merge;
pub mod not_checked;
mod part;
pub mod rdjson;
pub mod read;
mod rebuild;
pub mod rule_counts;
pub mod sarif;
pub mod skills;
pub mod statistics;
pub mod symbols;
pub mod text;
pub mod text_summary;
pub mod xml;

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::{Document, HubPath};
use crate::hub::shard::Shard;
use crate::hub::{Hub, Skipped};
use crate::safe_text::SafeText;
use finding::Finding;
use fingerprint::FindingMarks;
pub use not_checked::{NotChecked, SuppressedCounts};
pub use skills::SkillSummary;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;
pub use symbols::SymbolSummary;

/// A number of things: "1 file", "2 files".
#[must_use]
pub fn pluralize(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// A finished run. Reporters can only read it.
#[derive(Debug)]
pub struct Run<'a> {
    /// What was read.
    pub hubs: &'a [Hub],
    /// What is reported, in total order: path, span, rule, message.
    pub diagnostics: Vec<Diagnostic>,
    /// The numbers.
    pub summary: RunSummary,
    /// What is computed from whole files, for each finding, when the files are not at hand; else empty.
    pub marks: Vec<FindingMarks>,
}

/// The numbers of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunSummary {
    /// Documents that were checked.
    pub documents: usize,
    /// Other text files of skills that were checked.
    pub files: usize,
    /// Code blocks that were checked.
    pub code_blocks: usize,
    /// What was not checked.
    pub not_checked: NotChecked,
    /// Packages.
    pub packages: PackageCounts,
    /// What was decided about the symbols of entries.
    pub symbols: SymbolSummary,
    /// The skills, when the run is joined from parts; else they are counted from the findings.
    pub skills: Option<SkillSummary>,
    /// Files that were skipped.
    pub skipped: Vec<Skipped>,
    /// Suppressed findings.
    pub suppressed: SuppressedCounts,
    /// Which part of each hub was checked; `None`: all of it.
    pub shard: Option<Shard>,
    /// Findings that were fixed in this run.
    pub fixed: usize,
    /// Whether packages that were not checked fail the run (`--fail-on-unchecked`).
    pub fail_on_unchecked: bool,
    /// Time of the whole run.
    pub elapsed: Duration,
}

impl RunSummary {
    /// Whether the run failed, because packages were not checked.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.fail_on_unchecked && self.not_checked.unchecked() > 0
    }

    /// What was read: "2 documents with 5 code blocks, and 3 other files of skills".
    #[must_use]
    pub fn read_phrase(&self) -> String {
        let documents = pluralize(self.documents, "document");
        let blocks = pluralize(self.code_blocks, "code block");
        match self.files {
            0 => format!("{documents} with {blocks}"),
            1 => format!("{documents} with {blocks}, and 1 other file of skills"),
            files => format!("{documents} with {blocks}, and {files} other files of skills"),
        }
    }

    /// What registries did not answer, in one sentence for formats that have only findings; `None` when all is well.
    #[must_use]
    pub fn registry_trouble(&self) -> Option<SafeText> {
        let trouble = self.not_checked.registry_trouble();
        (!trouble.is_empty()).then(|| SafeText::new(&format!("not checked: {}", trouble.join("; "))))
    }

    /// The severity of registry trouble.
    #[must_use]
    pub fn trouble_severity(&self) -> Severity {
        match self.is_failed() {
            true => Severity::Error,
            false => Severity::Warning,
        }
    }
}

/// What formats that have only findings show as the rule of registry trouble. It is not a rule, so it cannot be
/// turned off.
pub const TROUBLE_ID: &str = "not-checked";

/// How many packages are known, by source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageCounts {
    /// It is from a registry that was queried in this run.
    pub checked: usize,
    /// It is from the cache or a lock file.
    pub cached: usize,
    /// Unknown.
    pub unknown: usize,
    /// Each package, by name.
    pub known: BTreeMap<String, PackageStatus>,
}

/// Where the data of a package is from, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PackageStatus {
    /// It is from a registry that was queried in this run.
    Checked,
    /// It is from the cache or a lock file.
    Cached,
    /// Unknown.
    Unknown,
}

impl PackageCounts {
    /// Count a package, once for all the hubs of a run.
    pub fn add(&mut self, package: String, known: PackageStatus) {
        if let Some(before) = self.known.insert(package, known) {
            *self.counter(before) -= 1;
        }
        *self.counter(known) += 1;
    }

    fn counter(&mut self, known: PackageStatus) -> &mut usize {
        match known {
            PackageStatus::Checked => &mut self.checked,
            PackageStatus::Cached => &mut self.cached,
            PackageStatus::Unknown => &mut self.unknown,
        }
    }
}

/// Writes a finished run. It cannot change what the run found or the exit code.
pub trait Reporter {
    /// Write the whole report.
    ///
    /// # Errors
    /// When the output cannot be written.
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()>;
}

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Source lines with carets.
    Text,
    /// One line for each finding, for people and editors.
    Concise,
    /// Markdown, for the summary of a job or an issue.
    Markdown,
    /// One JSON object, documented in docs/json.md.
    Json,
    /// One JSON object per line for each finding.
    JsonLines,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// Annotations on a pull request, in a job of GitHub Actions.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// JUnit's XML.
    Junit,
    /// Reviewdog's diagnostic format.
    Rdjson,
    /// Checkstyle's XML.
    Checkstyle,
}

/// How text may look.
#[derive(Clone, Debug, Default)]
pub struct RenderOptions {
    /// Whether colours may be used.
    pub colour: bool,
    /// The width of the terminal in columns; `None` without a terminal.
    pub width: Option<usize>,
    /// The height of the terminal in lines; `None` without a terminal.
    pub height: Option<usize>,
    /// Whether to explain what was skipped and what could not be checked.
    pub verbose: bool,
    /// The maximum number of findings to show; `None` for all.
    pub most: Option<usize>,
    /// Whether to leave out the summary.
    pub quiet: bool,
    /// What the summary suggests.
    pub next: NextCommands,
}

/// Commands to suggest after a run, each as a phrase: "`chub-lint --fix`".
#[derive(Clone, Debug, Default)]
pub struct NextCommands {
    /// The one that applies safe fixes; `None` when they are applied.
    pub fix: Option<String>,
    /// The one that shows or applies fixes that need review.
    pub review: Option<String>,
}

impl Format {
    /// The reporter of a format.
    #[must_use]
    pub fn reporter(self, render: RenderOptions) -> Box<dyn Reporter> {
        match self {
            Self::Text => Box::new(text::TextReporter { render }),
            Self::Concise => Box::new(concise::ConciseReporter { render }),
            Self::Markdown => Box::new(markdown::MarkdownReporter),
            Self::Json => Box::new(json::JsonReporter),
            Self::JsonLines => Box::new(json_lines::JsonLinesReporter),
            Self::Sarif => Box::new(sarif::SarifReporter),
            Self::Github => Box::new(github::GithubReporter),
            Self::Gitlab => Box::new(gitlab::GitlabReporter),
            Self::Junit => Box::new(junit::JunitReporter),
            Self::Rdjson => Box::new(rdjson::RdjsonReporter),
            Self::Checkstyle => Box::new(checkstyle::CheckstyleReporter),
        }
    }
}

impl<'a> Run<'a> {
    /// The document at a path.
    #[must_use]
    pub fn document(&self, path: &HubPath) -> Option<&'a Document> {
        self.hubs
            .iter()
            .filter(|hub| hub.shown == path.hub())
            .find_map(|hub| hub.document_or_registry(path.path_in_hub()))
    }

    /// The path of a file as a program opens it from the working folder; the displayed path when this is unknown.
    fn opened_path(&self, path: &HubPath) -> String {
        let in_hub = path.path_in_hub();
        let hubs = || self.hubs.iter().filter(|hub| hub.shown == path.hub());
        let hub = hubs().find(|hub| hub.document_or_registry(in_hub).is_some());
        let hub = hub.or_else(|| hubs().next());
        let opened = hub.and_then(|hub| Some(hub.opened_from.as_ref()?.path(in_hub)));
        opened.unwrap_or_else(|| path.as_str().to_owned())
    }

    /// The displayed folder for findings that are not about one file.
    #[must_use]
    pub fn folder(&self) -> SafeText {
        let first = self.hubs.first().map_or("", |hub| hub.shown.as_str());
        SafeText::new(if first.is_empty() { "." } else { first })
    }

    /// The findings, ready to be written.
    pub fn findings(&self) -> impl Iterator<Item = Finding<'_>> {
        self.diagnostics
            .iter()
            .map(|diagnostic| Finding::new(self, diagnostic))
    }

    /// How many findings have the given severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let of_severity = self.diagnostics.iter().filter(|d| d.severity == severity);
        of_severity.map(Diagnostic::count).sum()
    }
}

/// The order of findings when a reader may not see all: severe ones first, and among these the ones about safety.
fn urgency(diagnostic: &Diagnostic) -> impl Ord + use<> {
    Reverse((diagnostic.severity, family::is_about_safety(diagnostic)))
}

/// Group sorted findings by file.
fn by_file<'a, 'b>(findings: &'a [Finding<'b>]) -> impl Iterator<Item = &'a [Finding<'b>]> {
    findings.chunk_by(|a, b| a.place.path == b.place.path)
}
