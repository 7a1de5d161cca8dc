//! Groups of similar findings, of which a report for people shows one. The packages of one author are often released on
//! one day, so that all entries of the author become outdated together; and what one entry lacks, many entries lack.

use super::{Run, pluralize};
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::rule::Property;
use crate::rule::page::{RuleCategory, RulePage};
use crate::rules::by_id;
use crate::safe_text::SafeText;
use std::collections::{BTreeMap, BTreeSet};

/// The minimum number of findings in the entries of one author that form a group.
const MIN_FAMILY_SIZE: usize = 5;
/// How many members are listed.
const MAX_NAMED: usize = 6;
/// The minimum number of equal findings that form a group.
const MIN_EQUAL: usize = 4;
/// How many places of equal findings are listed.
const MAX_PLACES: usize = 10;

/// What is shown in place of the members of groups.
#[derive(Debug, Default)]
pub struct FindingFamilies {
    /// Findings that are not shown one by one, by index in the run.
    pub folded: BTreeSet<usize>,
    /// The note under the finding that is shown, by its index in the run.
    pub notes: BTreeMap<usize, FamilyNote>,
}

/// What is said about the members that are not shown.
#[derive(Debug)]
pub struct FamilyNote {
    /// A sentence.
    pub text: SafeText,
    /// Findings whose locations are listed, by index in the run.
    pub places: Vec<usize>,
    /// How many findings are not shown.
    pub folded: usize,
}

/// Fold the groups of a run.
#[must_use]
pub fn families(run: &Run<'_>) -> FindingFamilies {
    let mut families = FindingFamilies::default();
    fold_authors(run, &mut families);
    fold_equal(run, &mut families);
    families
}

/// Fold findings that differ in their location only. Each finding about safety is shown: none may be hidden among many.
fn fold_equal(run: &Run<'_>, families: &mut FindingFamilies) {
    let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, d) in run.diagnostics.iter().enumerate() {
        if families.folded.contains(&at) || families.notes.contains_key(&at) || is_about_safety(d) {
            continue;
        }
        let fix = d
            .fix
            .as_ref()
            .map(|fix| (&fix.title, fix.safety == Applicability::Safe));
        let related: Vec<_> = d.related.iter().map(|related| &related.message).collect();
        groups
            .entry((d.rule, d.severity, &d.message, &d.label, &d.help, fix, related))
            .or_default()
            .push(at);
    }
    for members in groups.into_values().filter(|members| members.len() >= MIN_EQUAL) {
        let [shown, others @ ..] = members.as_slice() else {
            continue;
        };
        let places: Vec<usize> = others.iter().copied().take(MAX_PLACES).collect();
        let text = SafeText::new(&format!(
            "the same in {}; `--verbose` shows each",
            pluralize(others.len(), "more place")
        ));
        families.folded.extend(others);
        families.notes.insert(
            *shown,
            FamilyNote {
                text,
                places,
                folded: others.len(),
            },
        );
    }
}

/// Whether a finding is about content that could harm.
#[must_use]
pub fn is_about_safety(diagnostic: &Diagnostic) -> bool {
    by_id(diagnostic.rule).is_some_and(|rule| RulePage::for_rule(rule).category == RuleCategory::Safety)
}

/// Fold the outdated entries of one author. The most severe member is shown for all.
fn fold_authors(run: &Run<'_>, families: &mut FindingFamilies) {
    let mut by_author: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, diagnostic) in run.diagnostics.iter().enumerate().filter(|(_, d)| is_foldable(d)) {
        if let Some(author) = diagnostic.path.author() {
            by_author
                .entry((diagnostic.path.hub(), author))
                .or_default()
                .push(at);
        }
    }
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
        let note = FamilyNote {
            text: note(author, &others),
            places: Vec::new(),
            folded: others.len(),
        };
        families.notes.insert(shown, note);
    }
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
