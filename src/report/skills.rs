//! How many skills of a collection have findings, and which have the most.

use super::{Run, pluralize};
use crate::diagnostic::Severity;
use crate::document::{Document, DocumentKind};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many skills are named.
const NAMED: usize = 3;

/// The findings of one skill, its files included.
struct SkillCounts<'a> {
    skill: &'a Document,
    errors: usize,
    warnings: usize,
}

impl SkillCounts<'_> {
    fn phrase(&self) -> String {
        let counts = [(self.errors, "error"), (self.warnings, "warning")];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<_> = counts.map(|(count, what)| pluralize(*count, what)).collect();
        counts.join(", ")
    }
}

/// One line about the skills of a run: "1 of 4 with errors, 2 more with warnings; most in skills/a (1 error)". `None` for
/// one skill and for a content hub.
#[must_use]
pub fn phrase(run: &Run<'_>) -> Option<String> {
    let mut counts = count(run);
    let total = counts.len();
    if total < 2 {
        return None;
    }
    let with_errors = counts.iter().filter(|counts| counts.errors > 0).count();
    counts.retain(|counts| counts.errors + counts.warnings > 0);
    let with_warnings = counts.len() - with_errors;
    let found = match (with_errors, with_warnings) {
        (0, 0) => return Some(format!("{total} without errors and warnings")),
        (0, warnings) => format!("{warnings} of {total} with warnings"),
        (errors, 0) => format!("{errors} of {total} with errors"),
        (errors, warnings) => format!("{errors} of {total} with errors, {warnings} more with warnings"),
    };
    counts.sort_by_key(|counts| Reverse((counts.errors, counts.warnings)));
    let most = counts.iter().take(NAMED).map(|counts| {
        let path = run.opened_path(&counts.skill.path);
        let folder = path
            .strip_suffix("SKILL.md")
            .unwrap_or(&path)
            .trim_end_matches('/');
        let folder = if folder.is_empty() { "." } else { folder };
        format!("{folder} ({})", counts.phrase())
    });
    Some(format!(
        "{found}; most in {}",
        most.collect::<Vec<_>>().join(", ")
    ))
}

/// The skills that the run looked at, in order of path.
fn count<'a>(run: &Run<'a>) -> Vec<SkillCounts<'a>> {
    let mut skills: BTreeMap<(&str, &str), SkillCounts<'a>> = BTreeMap::new();
    for hub in run.hubs {
        let entries = hub
            .focused()
            .filter(|document| document.kind == DocumentKind::Skill);
        for skill in entries.filter(|document| document.is_plain_skill()) {
            let counts = SkillCounts {
                skill,
                errors: 0,
                warnings: 0,
            };
            skills.insert((&hub.shown, skill.path.folder()), counts);
        }
    }
    for diagnostic in &run.diagnostics {
        let mut hubs = run.hubs.iter().filter(|hub| hub.shown == diagnostic.path.hub());
        let folder = hubs.find_map(|hub| hub.entry_folder(&diagnostic.path));
        let Some(counts) = folder.and_then(|folder| skills.get_mut(&(diagnostic.path.hub(), folder))) else {
            continue;
        };
        match diagnostic.severity {
            Severity::Error => counts.errors += diagnostic.count(),
            Severity::Warning => counts.warnings += diagnostic.count(),
            Severity::Note => {}
        }
    }
    skills.into_values().collect()
}
