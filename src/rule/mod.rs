//! What a rule is, what it may see, and how it reports.

pub mod options;
pub mod order;
pub mod page;

use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Related, Severity};
use crate::document::{Document, HubPath};
use crate::hub::Hub;
use crate::package::resolution::PackageResolution;
use crate::releases::Releases;
use crate::text::Span;
use jiff::civil::Date;
use options::Options;
use page::RulePage;
use std::sync::OnceLock;

/// A documented function. A value, not a trait object: it has exactly one behaviour.
#[derive(Debug)]
pub struct Rule {
    /// The id, which reads well after "allow" and is the name of the page.
    pub id: &'static str,
    /// The page's text: `rules/<id>.md`.
    pub page: &'static str,
    /// The function.
    pub check: Check,
    properties: &'static [Property],
    /// The page, once it has been read.
    read: OnceLock<RulePage>,
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

/// How a rule differs from the others for the rest of the program, which names no rule by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// Compares with a git base (`--since`), and cannot run without one.
    NeedsBase,
    /// Compares the packages of all entries, also of those that are not reported on.
    NeedsWholeHub,
    /// Runs also when only other rules are selected: it reports files that the other rules cannot see.
    AlwaysOn,
    /// Its findings on the entries of one author may be shown as one.
    Foldable,
    /// `chub build` reports the same problems itself.
    ReportedByBuild,
    /// No fix may cause a finding of it, however many others the fix removes.
    NeverCausedByFix,
    /// Its fixes may add, remove and move keys of the front matter.
    FixesKeys,
    /// Its fixes may change the tags of code blocks.
    FixesTags,
    /// Its fixes may change comments with allows.
    FixesAllows,
}

/// The kind of function says what a rule may see; a rule that needs no network cannot use one.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Looks at one document.
    Document(fn(&Document, &Context<'_>, &mut Sink<'_>)),
    /// Looks at the whole hub, and reports on any of its files.
    Hub(fn(&Hub, &Context<'_>, &mut Sink<'_>)),
    /// Looks at one document and what registries say.
    Releases(fn(&Document, &Releases, &Context<'_>, &mut Sink<'_>)),
    /// Looks at the findings themselves, when some are suppressed: allows and the baseline.
    Suppress,
}

/// Today's date and the options. Handed in, so that tests choose both.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The day of the run.
    pub today: Date,
    /// What the user chose.
    pub options: &'a Options,
    /// Which package each document covers, and what it installs.
    pub coverage: &'a PackageResolution,
}

/// The most findings of one rule in one file that are kept. A reader does not need more, and a crafted file must not
/// break a report.
pub const MAX_FINDINGS: usize = 500;

/// Where a rule puts what it found. It knows the rule, its severity and the file.
#[derive(Debug)]
pub struct Sink<'a> {
    rule: &'static Rule,
    severity: Severity,
    /// Whether the user chose the severity, so that the rule's own grading does not count.
    fixed: bool,
    pedantic: bool,
    path: HubPath,
    out: &'a mut Vec<Diagnostic>,
    /// The last finding, for its rule to write to.
    pending: Option<Diagnostic>,
    /// How many findings in a row about one file were kept, by severity: milder ones leave room for the others.
    kept: [usize; 3],
    /// How many were only counted.
    dropped: usize,
}

impl<'a> Sink<'a> {
    /// A sink for one rule and one file; `path` is only a default for a rule of the hub.
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
            dropped: 0,
        }
    }

    /// Report a place in the document.
    pub fn report(&mut self, span: Span, message: impl Into<String>) -> FindingBuilder<'_> {
        let path = self.path.clone();
        self.report_in(&path, span, message)
    }

    /// Report a place in any file of the hub.
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
            more: 0,
        };
        let diagnostic = self.pending.insert(diagnostic);
        FindingBuilder {
            diagnostic,
            fixed: self.fixed,
        }
    }

    /// Keep the last finding, now that its rule has said all about it, or count it.
    fn keep(&mut self) {
        let Some(diagnostic) = self.pending.take() else {
            return;
        };
        let kept = match diagnostic.severity {
            Severity::Note => &mut self.kept[0],
            Severity::Warning => &mut self.kept[1],
            Severity::Error => &mut self.kept[2],
        };
        if *kept < MAX_FINDINGS {
            *kept += 1;
            self.out.push(diagnostic);
        } else {
            self.dropped += 1;
        }
    }

    /// Say how many findings of a file were only counted, when its last one is known.
    fn end_row(&mut self) {
        self.keep();
        if self.dropped > 0
            && let Some(last) = self.out.last_mut()
        {
            last.leave_out(self.dropped);
        }
        self.kept = [0; 3];
        self.dropped = 0;
    }

    /// Whether the stricter half of a rule was asked for.
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
    /// Say that so many findings of the rule in the file are left out after this one.
    pub fn leave_out(&mut self, count: usize) {
        self.more += count;
        self.message
            .push_str(&format!(" (and {count} more of this rule in this file)"));
    }
}

/// A finding that was just reported, to say more about.
#[derive(Debug)]
pub struct FindingBuilder<'a> {
    diagnostic: &'a mut Diagnostic,
    fixed: bool,
}

impl FindingBuilder<'_> {
    /// A word or two under the carets.
    pub fn label(self, label: impl Into<String>) -> Self {
        self.diagnostic.label = Some(label.into());
        self
    }

    /// What to do about it.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.diagnostic.help = Some(help.into());
        self
    }

    /// Another severity than the rule's own, unless the user chose one.
    pub fn severity(self, severity: Severity) -> Self {
        if !self.fixed {
            self.diagnostic.severity = severity;
        }
        self
    }

    /// Another place in the same file.
    pub fn related(self, span: Span, message: impl Into<String>) -> Self {
        let path = self.diagnostic.path.clone();
        self.related_in(&path, span, message)
    }

    /// Another place in any file of the hub.
    pub fn related_in(self, path: &HubPath, span: Span, message: impl Into<String>) -> Self {
        self.diagnostic.related.push(Related {
            path: path.clone(),
            span,
            message: message.into(),
        });
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
        for _ in 0..MAX_FINDINGS + 3 {
            sink.report(Span::empty_at(0), "wrong").help("fix it");
        }
        sink.report_in(&other, Span::empty_at(0), "wrong");
        drop(sink);
        assert_eq!(out.len(), MAX_FINDINGS + 1);
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
        for _ in 0..MAX_FINDINGS + 3 {
            sink.report(Span::empty_at(0), "mild").severity(Severity::Note);
        }
        sink.report(Span::empty_at(0), "severe").severity(Severity::Error);
        drop(sink);
        assert_eq!(
            (out.len(), out[MAX_FINDINGS].severity, out[MAX_FINDINGS].more),
            (MAX_FINDINGS + 1, Severity::Error, 3)
        );
    }
}
