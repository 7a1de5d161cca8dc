//! How many findings each rule has, and how many of them have a fix.

use super::Run;
use super::finding::usable_fix;
use crate::diagnostic::{Applicability, Severity};
use crate::rule::Rule;
use crate::rule::page::{RuleCategory, RulePage};
use crate::rules::RULES;
use annotate_snippets::renderer::{DEFAULT_ERROR_STYLE, DEFAULT_NOTE_STYLE, DEFAULT_WARNING_STYLE};
use anstyle::Style;
use std::cmp::Reverse;

/// What a run found of one rule.
#[derive(Clone, Copy, Debug)]
pub struct RuleCounts {
    /// The rule.
    pub rule: &'static Rule,
    /// The severity of its most severe finding.
    pub severity: Severity,
    /// Its findings.
    pub count: usize,
    /// How many of them have a safe fix.
    pub safe: usize,
    /// How many of them have a fix that needs review.
    pub needs_review: usize,
}

/// The rules with findings: those with severe ones first, among these the ones about safety, then those with many.
#[must_use]
pub fn count_by_rule(run: &Run<'_>) -> Vec<RuleCounts> {
    let mut all: Vec<_> = RULES
        .iter()
        .map(|rule| RuleCounts {
            rule,
            severity: Severity::Note,
            count: 0,
            safe: 0,
            needs_review: 0,
        })
        .collect();
    for diagnostic in &run.diagnostics {
        let Some(of_rule) = all.iter_mut().find(|of| of.rule.id == diagnostic.rule) else {
            continue;
        };
        of_rule.severity = of_rule.severity.max(diagnostic.severity);
        of_rule.count += diagnostic.count();
        match usable_fix(diagnostic).map(|fix| fix.safety) {
            Some(Applicability::Safe) => of_rule.safe += 1,
            Some(Applicability::Unsafe) => of_rule.needs_review += 1,
            None => {}
        }
    }
    all.retain(|of_rule| of_rule.count > 0);
    let is_safety = |rule| RulePage::for_rule(rule).category == RuleCategory::Safety;
    all.sort_by_key(|of_rule| Reverse((of_rule.severity, is_safety(of_rule.rule), of_rule.count)));
    all
}

/// The counts as a table: number, severity, rule, and `[*]` where `--fix` can fix some; with the titles of the rules
/// for people who do not know them.
#[must_use]
pub fn table(counts: &[RuleCounts], titles: bool, colour: bool) -> String {
    let widest = |of: &dyn Fn(&RuleCounts) -> usize| counts.iter().map(of).max().unwrap_or(0);
    let digits = widest(&|s| s.count.to_string().len()).max(3);
    let level = widest(&|s| s.severity.as_str().len());
    let id = widest(&|s| s.rule.id.len());
    let mut table = String::new();
    for of_rule in counts {
        let style = severity_style(of_rule.severity, colour);
        let mark = if of_rule.safe > 0 { "[*]" } else { "" };
        let title = match titles {
            true => &*RulePage::for_rule(of_rule.rule).title,
            false => "",
        };
        let line = format!(
            "{:digits$} {style}{:level$}{style:#}  {:id$}  {mark:3} {title}",
            of_rule.count,
            of_rule.severity.as_str(),
            of_rule.rule.id
        );
        table.push_str(line.trim_end());
        table.push('\n');
    }
    table
}

/// How the name of a severity looks.
#[must_use]
pub fn severity_style(severity: Severity, colour: bool) -> Style {
    match severity {
        _ if !colour => Style::new(),
        Severity::Error => DEFAULT_ERROR_STYLE,
        Severity::Warning => DEFAULT_WARNING_STYLE,
        Severity::Note => DEFAULT_NOTE_STYLE,
    }
}
