//! How many findings each file has, to see whether a change makes it worse.

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::HubPath;
use crate::rule::Property;
use crate::rules::by_id;
use std::collections::BTreeMap;

/// The number of findings of each rule in each file.
pub(super) struct FindingCounts {
    files: BTreeMap<HubPath, BTreeMap<&'static str, usize>>,
    /// The number of errors, warnings and notes in all files.
    severities: [usize; 3],
}

impl FindingCounts {
    pub(super) fn of(diagnostics: &[Diagnostic]) -> Self {
        let mut files: BTreeMap<HubPath, BTreeMap<&'static str, usize>> = BTreeMap::new();
        let mut severities = [0; 3];
        for diagnostic in diagnostics {
            *files
                .entry(diagnostic.path.clone())
                .or_default()
                .entry(diagnostic.rule)
                .or_default() += diagnostic.count();
            let [errors, warnings, notes] = &mut severities;
            *match diagnostic.severity {
                Severity::Error => errors,
                Severity::Warning => warnings,
                Severity::Note => notes,
            } += diagnostic.count();
        }
        Self { files, severities }
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &HubPath> {
        self.files.keys()
    }

    /// Whether a file has more findings of any rule than before.
    pub(super) fn has_new(&self, before: &Self, path: &HubPath) -> bool {
        self.has_new_of(before, path, |_| true)
    }

    /// As [`Self::has_new`], for some rules only.
    fn has_new_of(&self, before: &Self, path: &HubPath, only: impl Fn(&str) -> bool) -> bool {
        let before = before.files.get(path);
        self.files.get(path).is_some_and(|rules| {
            rules
                .iter()
                .filter(|(rule, _)| only(rule))
                .any(|(rule, n)| *n > before.and_then(|b| b.get(rule)).copied().unwrap_or(0))
        })
    }

    /// The rules with more findings in a file than before. A rule that compares the packages of all entries may find more
    /// because of what the others declare.
    pub(super) fn new_rules(&self, before: &Self, path: &HubPath) -> Vec<&'static str> {
        let compares = |rule: &str| by_id(rule).is_some_and(|rule| rule.has(Property::NeedsWholeHub));
        let before = before.files.get(path);
        let rules = self.files.get(path).into_iter().flatten();
        rules
            .filter(|(rule, n)| **n > before.and_then(|b| b.get(*rule)).copied().unwrap_or(0))
            .map(|(rule, _)| *rule)
            .filter(|rule| !compares(rule))
            .collect()
    }

    /// Whether the change is acceptable: there is no new finding, or it replaces a more severe one, such as an error
    /// that was not visible before a field was moved.
    pub(super) fn acceptable_after(&self, before: &Self) -> bool {
        let never = |rule: &str| by_id(rule).is_some_and(|rule| rule.has(Property::NeverCausedByFix));
        let new = |only: &dyn Fn(&str) -> bool| self.paths().any(|path| self.has_new_of(before, path, only));
        !new(&never) && (self.severities < before.severities || !new(&|_| true))
    }
}
