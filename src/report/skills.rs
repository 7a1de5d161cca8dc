//! How many skills of a collection have findings, and which have the most.

use super::{Run, pluralize};
use crate::diagnostic::Severity;
use crate::document::{DocumentKind, HubPath};
use crate::hub::{Hub, join_path};
use crate::safe_text::SafeText;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many skills are named.
const NAMED: usize = 3;

/// The skills of a run. Those of a content hub are not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillSummary {
    /// Skills that were checked.
    pub checked: usize,
    /// Skills with errors.
    pub with_errors: usize,
    /// Other skills with warnings.
    pub with_warnings: usize,
    /// Those with the most errors, or the most warnings.
    pub most: Vec<SkillCounts>,
}

/// The findings of one skill, its files included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillCounts {
    /// Its folder.
    pub path: SafeText,
    /// Its errors.
    pub errors: usize,
    /// Its warnings.
    pub warnings: usize,
}

impl SkillSummary {
    /// Add those of another part of the same run; `None` on overflow.
    pub fn add(&mut self, part: Self) -> Option<()> {
        for (sum, number) in [
            (&mut self.checked, part.checked),
            (&mut self.with_errors, part.with_errors),
            (&mut self.with_warnings, part.with_warnings),
        ] {
            *sum = sum.checked_add(number)?;
        }
        self.most.extend(part.most);
        self.keep_most();
        Some(())
    }

    fn keep_most(&mut self) {
        self.most
            .sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.path.cmp(&b.path)));
        self.most.truncate(NAMED);
    }
}

fn order(counts: &SkillCounts) -> impl Ord + use<> {
    Reverse((counts.errors, counts.warnings))
}

impl SkillCounts {
    fn phrase(&self) -> String {
        let counts = [(self.errors, "error"), (self.warnings, "warning")];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<_> = counts.map(|(count, what)| pluralize(*count, what)).collect();
        format!("{} ({})", self.path.as_str(), counts.join(", "))
    }
}

/// One line about the skills of a run: "1 of 4 with errors, 2 more with warnings; most in skills/a (1 error)". `None` for
/// one skill and for a content hub. Paths are those that a program opens.
#[must_use]
pub fn phrase(run: &Run<'_>) -> Option<String> {
    let skills = summarise(run, |path| run.opened_path(path));
    let total = skills.checked;
    if total < 2 {
        return None;
    }
    let found = match (skills.with_errors, skills.with_warnings) {
        (0, 0) => return Some(format!("{total} without errors and warnings")),
        (0, warnings) => format!("{warnings} of {total} with warnings"),
        (errors, 0) => format!("{errors} of {total} with errors"),
        (errors, warnings) => format!("{errors} of {total} with errors, {warnings} more with warnings"),
    };
    let most: Vec<_> = skills.most.iter().map(SkillCounts::phrase).collect();
    Some(format!("{found}; most in {}", most.join(", ")))
}

/// The skills of a run with the paths that are shown; `None` without skills.
#[must_use]
pub fn shown(run: &Run<'_>) -> Option<SkillSummary> {
    let skills = summarise(run, |path| path.as_str().to_owned());
    (skills.checked > 0).then_some(skills)
}

fn summarise(run: &Run<'_>, shown: impl Fn(&HubPath) -> String) -> SkillSummary {
    if let Some(joined) = &run.summary.skills {
        return joined.clone();
    }
    let counts = count(run);
    let mut summary = SkillSummary {
        checked: counts.len(),
        ..SkillSummary::default()
    };
    for (path, [errors, warnings]) in counts.into_values() {
        summary.with_errors += usize::from(errors > 0);
        summary.with_warnings += usize::from(errors == 0 && warnings > 0);
        if errors + warnings > 0 {
            let path = shown(path);
            let folder = path
                .strip_suffix("SKILL.md")
                .unwrap_or(&path)
                .trim_end_matches('/');
            summary.most.push(SkillCounts {
                path: SafeText::new(if folder.is_empty() { "." } else { folder }),
                errors,
                warnings,
            });
        }
    }
    summary.keep_most();
    summary
}

/// The errors and warnings of each skill that the run looked at, by its hub and folder.
fn count<'a>(run: &Run<'a>) -> BTreeMap<(&'a str, &'a str), (&'a HubPath, [usize; 2])> {
    let mut skills = BTreeMap::new();
    let hubs: &'a [Hub] = run.hubs;
    for hub in hubs {
        let entries = hub
            .focused()
            .filter(|document| document.kind == DocumentKind::Skill);
        for skill in entries.filter(|document| document.is_plain_skill()) {
            let key = (hub.shown.as_str(), skill.path.folder());
            skills.insert(key, (&skill.path, [0, 0]));
        }
    }
    for diagnostic in &run.diagnostics {
        let at = match diagnostic.severity {
            Severity::Error => 0,
            Severity::Warning => 1,
            Severity::Note => continue,
        };
        let mut of_path = hubs.iter().filter(|hub| hub.shown == diagnostic.path.hub());
        let skill = of_path.find_map(|hub| {
            let folder = hub.entry_folder(&diagnostic.path)?;
            let skill = hub.document(&join_path(folder, "SKILL.md"))?;
            Some((hub.shown.as_str(), skill.path.folder()))
        });
        if let Some((_, counts)) = skill.and_then(|key| skills.get_mut(&key)) {
            counts[at] += diagnostic.count();
        }
    }
    skills
}
