//! What a rule is, what it can access, and how it reports.

pub mod options;
pub mod order;
pub mod page;

use crate::diagnostic::{Applicability, BehindPackage, Diagnostic, Fix, Related, Severity, SymbolNote};
use crate::document::{Document, HubPath};
use crate::edit::Edit;
use crate::hub::Hub;
use crate::package::resolution::PackageResolution;
use crate::releases::PackageLookups;
use crate::symbols::{EntrySymbols, SymbolChecks};
use crate::text::Span;
use jiff::civil::Date;
use options::Options;
use page::RulePage;
use std::sync::OnceLock;

/// A rule: a function with a page. It is a value and not a trait object, because it has only one behaviour.
#[derive(Debug)]
pub struct Rule {
    /// The id, which reads well after "allow" and is the name of the page.
    pub id: &'static str,
    /// The page's text: `rules/<id>.md`.
    pub page: &'static str,
    /// The function.
    pub check: Check,
    properties: &'static [Property],
    /// The parsed page.
    read: OnceLock<RulePage<'static>>,
}

/// The rule whose page is `rules/<id>.md`.
macro_rules! rule {
    ($id:literal, $check:expr) => {
        $crate::rule::Rule::new(
            $id,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/", $id, ".md")),
            $check,
        )
    };
}
pub(crate) use rule;

impl Rule {
    /// A rule without special properties.
    #[must_use]
    pub const fn new(id: &'static str, page: &'static str, check: Check) -> Self {
        Self {
            id,
            page,
            check,
            properties: &[],
            read: OnceLock::new(),
        }
    }

    /// The rule with these properties.
    #[must_use]
    pub const fn with(mut self, properties: &'static [Property]) -> Self {
        self.properties = properties;
        self
    }

    /// Whether the rule has a property.
    #[must_use]
    pub fn has(&self, property: Property) -> bool {
        self.properties.contains(&property)
    }
}

/// The special properties of a rule. The rest of the program uses these and no rule ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// Compares with a git base (`--since`), and cannot run without one.
    NeedsBase,
    /// Compares the packages of all entries, also of those that are not reported on.
    NeedsWholeHub,
    /// Always runs, also when only other rules are selected: it reports files that the other rules cannot see.
    AlwaysOn,
    /// What is known about symbols changes its findings.
    UsesSymbols,
    /// Its findings in the entries of one author may be shown as one.
    Foldable,
    /// `chub build` reports the same problems itself.
    ReportedByBuild,
    /// A fix that causes a finding of it is always reverted, however many other findings the fix removes.
    NeverCausedByFix,
    /// A baseline knows its findings by the text that they mark: a finding with another text is new. Safety rules are
    /// known by their text and their message.
    KnownByText,
    /// Its findings are credentials: a baseline accepts them only with `--accept-secrets`.
    FindsSecrets,
    /// Its fixes may add, remove and move keys of the front matter.
    FixesKeys,
    /// Its fixes may change the tags of code blocks.
    FixesTags,
    /// Its fixes may change comments with allows.
    FixesAllows,
    /// It also checks the other text files of skills: scripts, settings, data.
    ChecksAttachments,
    /// It checks what only a content hub has: it has no findings in collections of skills.
    OnlyHubs,
}

/// The function of a rule. Its kind determines what the rule can access: a rule about documents has no access to
/// registry data.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Checks one document.
    Document(fn(&Document, &Context<'_>, &mut Sink<'_>)),
    /// Checks the whole hub, and can report on any of its files.
    Hub(fn(&Hub, &Context<'_>, &mut Sink<'_>)),
    /// Checks one document against registry data.
    Releases(fn(&Document, &PackageLookups, &Context<'_>, &mut Sink<'_>)),
    /// Checks one entry whose symbols were looked up in releases of its package.
    Symbols(fn(&Document, &EntrySymbols, &mut Sink<'_>)),
    /// Reports on allows and the baseline, when findings are suppressed.
    Suppress,
}

/// The input of every rule besides the documents. It is passed in, so that tests can choose it.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The day of the run.
    pub today: Date,
    /// The options that the user set.
    pub options: &'a Options,
    /// The packages that each document covers and installs.
    pub coverage: &'a PackageResolution,
    /// What is known about the symbols of entries.
    pub symbols: &'a SymbolChecks,
}

/// The maximum number of findings of one rule and severity in one file that a report has. More do not help a reader,
/// and a crafted file must not make a report too large. Those that are left out are counted.
pub const MAX_REPORTED: usize = 500;
/// The maximum number that is kept before allows and the baseline are applied, which need each finding. A crafted file
/// must not take too much memory.
pub const MAX_KEPT: usize = 10_000;

/// Collects the findings of a rule. It adds the rule, the severity and the file.
#[derive(Debug)]
pub struct Sink<'a> {
    rule: &'static Rule,
    severity: Severity,
    /// Whether the user set the severity, so that the rule cannot change it.
    fixed: bool,
    pedantic: bool,
    path: HubPath,
    out: &'a mut Vec<Diagnostic>,
    /// The last finding, which the rule can still add to.
    pending: Option<Diagnostic>,
    /// How many consecutive findings in one file were kept, by severity, so that each severity has its own limit.
    kept: [usize; 3],
    /// How many were dropped, by severity.
    dropped: [usize; 3],
}

impl<'a> Sink<'a> {
    /// A sink for one rule and one file. For a rule about the hub, `path` is only the default.
    #[must_use]
    pub fn new(rule: &'static Rule, options: &Options, path: HubPath, out: &'a mut Vec<Diagnostic>) -> Self {
        let chosen = options.severities.get(rule.id).copied();
        Self {
            rule,
            severity: chosen.unwrap_or_else(|| RulePage::for_rule(rule).severity),
            fixed: chosen.is_some(),
            pedantic: options.pedantic.contains(rule.id),
            path,
            out,
            pending: None,
            kept: [0; 3],
            dropped: [0; 3],
        }
    }

    /// Report a finding in the document.
    pub fn report(&mut self, span: Span, message: impl Into<String>) -> FindingBuilder<'_> {
        let path = self.path.clone();
        self.report_in(&path, span, message)
    }

    /// Report a finding in any file of the hub.
    pub fn report_in(
        &mut self,
        path: &HubPath,
        span: Span,
        message: impl Into<String>,
    ) -> FindingBuilder<'_> {
        if self.pending.as_ref().is_some_and(|last| last.path != *path) {
            self.end_row();
        } else {
            self.keep();
        }
        let diagnostic = Diagnostic {
            rule: self.rule.id,
            severity: self.severity,
            path: path.clone(),
            span,
            message: message.into(),
            label: None,
            help: None,
            related: Vec::new(),
            fix: None,
            symbol: None,
            more: 0,
            behind: None,
        };
        let diagnostic = self.pending.insert(diagnostic);
        FindingBuilder {
            diagnostic,
            fixed: self.fixed,
        }
    }

    /// Keep the last finding, which is now complete, or count it when the limit is reached.
    fn keep(&mut self) {
        let Some(diagnostic) = self.pending.take() else {
            return;
        };
        let at = diagnostic.severity as usize;
        if self.kept[at] < MAX_KEPT {
            self.kept[at] += 1;
            self.out.push(diagnostic);
        } else {
            self.dropped[at] += 1;
        }
    }

    /// Add the number of dropped findings of a file to its last ones, for each severity.
    fn end_row(&mut self) {
        self.keep();
        let row = self.kept.iter().sum();
        for severity in [Severity::Note, Severity::Warning, Severity::Error] {
            let dropped = self.dropped[severity as usize];
            let mut row = self.out.iter_mut().rev().take(row);
            if dropped > 0
                && let Some(last) = row.find(|kept| kept.severity == severity)
            {
                last.leave_out(dropped);
            }
        }
        self.kept = [0; 3];
        self.dropped = [0; 3];
    }

    /// Whether the pedantic part of the rule is selected.
    #[must_use]
    pub fn pedantic(&self) -> bool {
        self.pedantic
    }
}

impl Drop for Sink<'_> {
    fn drop(&mut self) {
        self.end_row();
    }
}

impl Diagnostic {
    /// Record how many more findings of the rule in the file are left out.
    pub fn leave_out(&mut self, count: usize) {
        let said = |more| format!(" (and {more} more of this rule in this file)");
        if let Some(message) = self.message.strip_suffix(&said(self.more)) {
            self.message.truncate(message.len());
        }
        self.more = self.more.saturating_add(count);
        self.message.push_str(&said(self.more));
    }

    /// How many findings it represents.
    #[must_use]
    pub fn count(&self) -> usize {
        self.more.saturating_add(1)
    }
}

/// A finding that was just reported. Its methods add details.
#[derive(Debug)]
pub struct FindingBuilder<'a> {
    diagnostic: &'a mut Diagnostic,
    fixed: bool,
}

impl FindingBuilder<'_> {
    /// A short text under the carets.
    pub fn label(self, label: impl Into<String>) -> Self {
        self.diagnostic.label = Some(label.into());
        self
    }

    /// How to fix it.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.diagnostic.help = Some(help.into());
        self
    }

    /// How far the document is behind a package.
    pub fn behind(self, behind: BehindPackage) -> Self {
        self.diagnostic.behind = Some(behind);
        self
    }

    /// Override the default severity, unless the user set one.
    pub fn severity(self, severity: Severity) -> Self {
        if !self.fixed {
            self.diagnostic.severity = severity;
        }
        self
    }

    /// A related location in the same file.
    pub fn related(self, span: Span, message: impl Into<String>) -> Self {
        let path = self.diagnostic.path.clone();
        self.related_in(&path, span, message)
    }

    /// A related location in any file of the hub.
    pub fn related_in(self, path: &HubPath, span: Span, message: impl Into<String>) -> Self {
        self.diagnostic.related.push(Related {
            path: path.clone(),
            span,
            message: message.into(),
        });
        self
    }

    /// The symbol that it is about.
    pub fn symbol(self, symbol: SymbolNote) -> Self {
        self.diagnostic.symbol = Some(Box::new(symbol));
        self
    }

    /// A fix that `--fix` applies.
    pub fn fix(self, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.diagnostic.fix = Some(Fix {
            title: title.into(),
            safety: Applicability::Safe,
            edits,
        });
        self
    }

    /// A fix that needs `--unsafe-fixes`.
    pub fn unsafe_fix(self, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.diagnostic.fix = Some(Fix {
            title: title.into(),
            safety: Applicability::Unsafe,
            edits,
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static RULE: Rule = Rule::new("test", include_str!("../../rules/bad-date.md"), Check::Suppress);

    #[test]
    fn what_nobody_would_read_is_counted_for_each_file() {
        let options = Options::default();
        let [one, other] = ["a/docs/b/DOC.md", "a/docs/c/DOC.md"].map(|path| HubPath::new("", path));
        let mut out = Vec::new();
        let mut sink = Sink::new(&RULE, &options, one.clone(), &mut out);
        for _ in 0..MAX_KEPT + 3 {
            sink.report(Span::empty_at(0), "wrong").help("fix it");
        }
        sink.report_in(&other, Span::empty_at(0), "wrong");
        drop(sink);
        assert_eq!(out.len(), MAX_KEPT + 1);
        let last = |path: &HubPath| out.iter().rfind(|d| d.path == *path).unwrap().message.as_str();
        assert_eq!(last(&one), "wrong (and 3 more of this rule in this file)");
        assert_eq!(last(&other), "wrong");
    }

    #[test]
    fn mild_findings_leave_room_for_severe_ones() {
        let options = Options::default();
        let path = HubPath::new("", "a/docs/b/DOC.md");
        let mut out = Vec::new();
        let mut sink = Sink::new(&RULE, &options, path, &mut out);
        for _ in 0..MAX_KEPT + 3 {
            sink.report(Span::empty_at(0), "mild").severity(Severity::Note);
        }
        sink.report(Span::empty_at(0), "severe").severity(Severity::Error);
        drop(sink);
        assert_eq!(out[MAX_KEPT - 1].more, 3);
        assert_eq!(
            (out.len(), out[MAX_KEPT].severity, out[MAX_KEPT].more),
            (MAX_KEPT + 1, Severity::Error, 0)
        );
    }
}
