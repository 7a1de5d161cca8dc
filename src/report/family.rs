//! Groups of similar findings. The packages of one author are often released on one day, so that all entries of the
//! author become outdated together. One finding is then enough.

use super::Run;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rule::Property;
use crate::rules::by_id;
use crate::safe_text::SafeText;
use std::collections::{BTreeMap, BTreeSet};

/// The minimum number of findings in the entries of one author that form a group.
const MIN_FAMILY_SIZE: usize = 5;
/// How many members are listed.
const MAX_NAMED: usize = 6;

/// What is shown in place of the members of groups.
#[derive(Debug, Default)]
pub struct FindingFamilies {
    /// Findings that are not shown one by one, by index in the run.
    pub folded: BTreeSet<usize>,
    /// The note under the finding that is shown, by its index in the run.
    pub notes: BTreeMap<usize, SafeText>,
}

/// Fold the groups of a run. The most severe member is shown for all.
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
