//! Families of entries that are all behind together: the packages of one author are released on one day, and a page
//! of findings about each of them says no more than one.

use super::Run;
use super::safe::SafeText;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rule::Property;
use crate::rules::by_id;
use std::collections::{BTreeMap, BTreeSet};

/// From how many findings on an author's entries are a family.
const MIN_FAMILY_SIZE: usize = 5;
/// How many members are named.
const MAX_NAMED: usize = 6;

/// What is shown in place of the members of families.
#[derive(Debug, Default)]
pub struct FindingFamilies {
    /// Findings that are not shown one by one, by place in the run.
    pub folded: BTreeSet<usize>,
    /// The sentence under the one that is shown, by its place in the run.
    pub notes: BTreeMap<usize, SafeText>,
}

/// Fold the families of a run. The worst member stands for all.
#[must_use]
pub fn families(run: &Run<'_>) -> FindingFamilies {
    let mut by_author: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, diagnostic) in run.diagnostics.iter().enumerate().filter(|(_, d)| is_foldable(d)) {
        if let Some(author) = diagnostic.path.author() {
            by_author
                .entry((diagnostic.path.hub(), author))
                .or_default()
                .push(at);
        }
    }
    let mut families = FindingFamilies::default();
    for ((_, author), members) in by_author
        .into_iter()
        .filter(|(_, members)| members.len() >= MIN_FAMILY_SIZE)
    {
        let severity = |at: usize| run.diagnostics.get(at).map_or(Severity::Note, |d| d.severity);
        let Some(shown) = members
            .iter()
            .copied()
            .max_by_key(|at| (severity(*at), std::cmp::Reverse(*at)))
        else {
            continue;
        };
        let others: Vec<&Diagnostic> = members
            .iter()
            .filter(|at| **at != shown)
            .filter_map(|at| run.diagnostics.get(*at))
            .collect();
        families.folded.extend(members.iter().filter(|at| **at != shown));
        families.notes.insert(shown, note(author, &others));
    }
    families
}

fn is_foldable(diagnostic: &Diagnostic) -> bool {
    by_id(diagnostic.rule).is_some_and(|rule| rule.has(Property::Foldable))
}

fn note(author: &str, others: &[&Diagnostic]) -> SafeText {
    let names: Vec<_> = others
        .iter()
        .filter_map(|d| d.path.folders().nth(1))
        .take(MAX_NAMED)
        .collect();
    let more = if others.len() > names.len() { ", ..." } else { "" };
    SafeText::new(&format!(
        "{} more entries of `{author}` are outdated as well: {}{more}; `--verbose` shows each",
        others.len(),
        names.join(", ")
    ))
}
