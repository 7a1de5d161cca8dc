//! What was decided about the symbols of each entry, for the reports.

use super::pluralize;
use crate::safe_text::SafeText;
use crate::symbols::{EntrySymbols, ReleaseSymbols, SymbolChecks};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The symbols of every entry that was checked, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SymbolSummary(Vec<EntrySummary>);

/// The symbols of one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntrySummary {
    path: SafeText,
    package: SafeText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    declared: Option<ReleaseSummary>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    newest: Option<ReleaseSummary>,
}

/// The symbols of one entry against one release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReleaseSummary {
    version: SafeText,
    /// Uses that were decided.
    checked: usize,
    /// Of these, uses that the release does not have.
    missing: usize,
    /// Uses that were not decided, by reason.
    undecided: BTreeMap<String, usize>,
    /// Why nothing was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_checked: Option<SafeText>,
}

impl ReleaseSummary {
    fn new(symbols: &ReleaseSymbols) -> Self {
        let counts = symbols.counts();
        Self {
            version: SafeText::new(&symbols.version),
            checked: counts.checked,
            missing: counts.missing,
            undecided: counts
                .undecided
                .into_iter()
                .map(|(why, count)| (why.as_str().to_owned(), count))
                .collect(),
            not_checked: symbols.uses.as_ref().err().map(|reason| SafeText::new(reason)),
        }
    }

    /// "41 of 44 references to 1.2.0 checked, 2 missing".
    fn phrase(&self) -> String {
        if let Some(reason) = &self.not_checked {
            return format!("{} not checked: {reason}", self.version);
        }
        let undecided: usize = self.undecided.values().sum();
        let all = pluralize(self.checked + undecided, "use");
        let missing = match self.missing {
            0 => String::new(),
            missing => format!(", {missing} missing"),
        };
        let release = self.version.as_str();
        let release = release.strip_prefix("from ").unwrap_or(release);
        format!("{} of {all} checked against {release}{missing}", self.checked)
    }
}

impl SymbolSummary {
    /// Add the entries of a hub.
    pub fn add(&mut self, checks: &SymbolChecks) {
        let one = |(path, symbols): (&crate::document::HubPath, &EntrySymbols)| EntrySummary {
            path: SafeText::new(path.as_str()),
            package: SafeText::new(&symbols.package.to_string()),
            declared: symbols.declared.as_ref().map(ReleaseSummary::new),
            newest: symbols.newest.as_ref().map(ReleaseSummary::new),
        };
        self.0.extend(checks.iter().map(one));
    }

    /// Add the entries of another part of a run.
    pub fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
        self.0.sort_by(|a, b| a.path.as_str().cmp(b.path.as_str()));
    }

    /// Whether no entry was checked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The numbers of all entries: "41 of 44 uses in 2 documents checked". `None` when no entry was.
    #[must_use]
    pub fn phrase(&self) -> Option<String> {
        if self.is_empty() {
            return None;
        }
        let sides = || {
            self.0
                .iter()
                .flat_map(|entry| [&entry.declared, &entry.newest])
                .flatten()
        };
        let checked: usize = sides().map(|side| side.checked).sum();
        let undecided: usize = sides().flat_map(|side| side.undecided.values()).sum();
        let failed = sides().filter(|side| side.not_checked.is_some()).count();
        let failed = match failed {
            0 => String::new(),
            count => format!(", {} not read", pluralize(count, "release")),
        };
        Some(format!(
            "{checked} of {} in {} checked{failed}",
            pluralize(checked + undecided, "use"),
            pluralize(self.0.len(), "document"),
        ))
    }

    /// One line per entry, for `--verbose`.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let line = |entry: &EntrySummary| {
            let sides = [("declared", &entry.declared), ("newest", &entry.newest)];
            let sides: Vec<String> = sides
                .iter()
                .filter_map(|(name, side)| Some(format!("{name}: {}", side.as_ref()?.phrase())))
                .collect();
            let reasons = |side: &ReleaseSummary, of: &str| {
                let reasons = side.undecided.iter();
                let reasons: Vec<String> = reasons
                    .map(|(reason, count)| format!("{count}: {reason}"))
                    .collect();
                match reasons.is_empty() {
                    true => String::new(),
                    false => format!(" (not decided{of}: {})", reasons.join("; ")),
                }
            };
            let (declared, newest) = (entry.declared.as_ref(), entry.newest.as_ref());
            let mut why = declared.map(|side| reasons(side, "")).unwrap_or_default();
            // Mostly the same uses are not decided in both.
            if let Some(newest) =
                newest.filter(|newest| declared.is_none_or(|side| side.undecided != newest.undecided))
            {
                why.push_str(&reasons(newest, " in the newest"));
            }
            format!(
                "{}: symbols of {}: {}{why}",
                entry.path,
                entry.package,
                sides.join("; ")
            )
        };
        self.0.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_has_the_reasons_of_both_releases_where_they_differ() {
        let side = |version: &str, undecided: serde_json::Value| json!({ "version": version, "checked": 1, "missing": 0, "undecided": undecided });
        let line = |declared, newest| {
            let entry = json!({ "path": "DOC.md", "package": "pypi:demo",
                "declared": side("1.0", declared), "newest": side("2.0", newest) });
            let summary: SymbolSummary = serde_json::from_value(json!([entry])).unwrap();
            summary.lines().concat()
        };
        let both = "DOC.md: symbols of pypi:demo: declared: 1 of 2 uses checked against 1.0; \
                    newest: 1 of 2 uses checked against 2.0";
        assert_eq!(
            line(json!({ "open": 1 }), json!({ "open": 1 })),
            format!("{both} (not decided: 1: open)")
        );
        let both = both.replacen("1 of 2 uses", "1 of 1 use", 1);
        assert_eq!(
            line(json!({}), json!({ "open": 1 })),
            format!("{both} (not decided in the newest: 1: open)")
        );
    }
}
