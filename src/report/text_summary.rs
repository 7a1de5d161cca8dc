//! The end of a text report: how many findings there are, how many can be fixed, what was not checked, and the next
//! command.

use super::rule_counts::{RuleCounts, table};
use super::{RenderOptions, Run, pluralize, skills};
use crate::diagnostic::Severity;
use crate::safe_text;
use annotate_snippets::renderer::DEFAULT_EMPHASIS_STYLE;
use anstyle::Style;

/// With fewer findings than this a reader needs no table of them.
const MIN_TABLE: usize = 6;

/// The findings of each rule, when there are many.
#[must_use]
pub fn by_rule(counts: &[RuleCounts], render: &RenderOptions) -> String {
    if counts.iter().map(|of_rule| of_rule.count).sum::<usize>() < MIN_TABLE {
        return String::new();
    }
    format!("findings by rule:\n{}\n", table(counts, false, render.colour))
}

/// One line for each thing to know at the end of a run. `counts` are those of the run.
#[must_use]
pub fn lines(run: &Run<'_>, counts: &[RuleCounts], render: &RenderOptions) -> String {
    let bold = match render.colour {
        true => DEFAULT_EMPHASIS_STYLE,
        false => Style::new(),
    };
    let mut lines = vec![format!(
        "{bold}{}{bold:#} ({:.2} s)",
        safe_text::escape(&headline(run)),
        run.summary.elapsed.as_secs_f64()
    )];
    let mut add = |name: &str, text: &str| {
        lines.push(format!("{bold}{name}{bold:#}: {}", safe_text::escape(text)));
    };
    if let Some(phrase) = skills::phrase(run) {
        add("skills", &phrase);
    }
    let fixable = FixableCounts::new(counts);
    if let Some(phrase) = fixable.phrase() {
        add("fixable", &phrase);
    }
    if let Some(phrase) = packages(run) {
        add("packages", &phrase);
    }
    if let Some(phrase) = run.summary.symbols.phrase() {
        add("symbols", &phrase);
    }
    let suppressed = run.summary.suppressed.phrases();
    if !suppressed.is_empty() {
        add("suppressed", &suppressed.join(", "));
    }
    for phrase in run.summary.not_checked.phrases() {
        add("not checked", &phrase);
    }
    if let Some(phrase) = next(counts, &fixable, render) {
        add("next", &phrase);
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Everything on one line, for formats with a line for each finding.
#[must_use]
pub fn one_line(run: &Run<'_>) -> String {
    let mut line = headline(run);
    if let Some(packages) = packages(run) {
        line.push_str(&format!("; packages: {packages}"));
    }
    if let Some(symbols) = run.summary.symbols.phrase() {
        line.push_str(&format!("; symbols: {symbols}"));
    }
    let suppressed = run.summary.suppressed.phrases();
    if !suppressed.is_empty() {
        line.push_str(&format!("; suppressed: {}", suppressed.join(", ")));
    }
    let not_checked = run.summary.not_checked.phrases();
    if !not_checked.is_empty() {
        line.push_str(&format!("; not checked: {}", not_checked.join("; ")));
    }
    line.push_str(&format!(" ({:.2} s)", run.summary.elapsed.as_secs_f64()));
    safe_text::escape(&line).into_owned()
}

/// Findings, documents and code blocks.
fn headline(run: &Run<'_>) -> String {
    let counts: Vec<_> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (run.count(severity), severity))
        .filter(|(count, _)| *count > 0)
        .map(|(count, severity)| pluralize(count, severity.as_str()))
        .collect();
    let found = match counts.is_empty() {
        true => "no findings".to_owned(),
        false => counts.join(", "),
    };
    let fixed = match run.summary.fixed {
        0 => String::new(),
        fixed => format!("{fixed} fixed; "),
    };
    format!("{fixed}{found} in {}", run.summary.read_phrase())
}

fn packages(run: &Run<'_>) -> Option<String> {
    let p = &run.summary.packages;
    (p.checked + p.cached + p.unknown > 0).then(|| {
        format!(
            "{} checked, {} cached, {} not checked",
            p.checked, p.cached, p.unknown
        )
    })
}

/// How many findings have a fix.
struct FixableCounts {
    safe: usize,
    needs_review: usize,
}

impl FixableCounts {
    fn new(counts: &[RuleCounts]) -> Self {
        Self {
            safe: counts.iter().map(|of_rule| of_rule.safe).sum(),
            needs_review: counts.iter().map(|of_rule| of_rule.needs_review).sum(),
        }
    }

    fn phrase(&self) -> Option<String> {
        match (self.safe, self.needs_review) {
            (0, 0) => None,
            (safe, 0) => Some(format!("{safe} with `--fix`")),
            (0, review) => Some(format!("{review} with `--fix --unsafe-fixes`, to be reviewed")),
            (safe, review) => Some(format!(
                "{safe} with `--fix`, {review} more with `--fix --unsafe-fixes`, to be reviewed"
            )),
        }
    }
}

/// The next command to try.
fn next(counts: &[RuleCounts], fixable: &FixableCounts, render: &RenderOptions) -> Option<String> {
    let first = counts.first()?;
    let next = &render.next;
    if let Some(command) = next.fix.as_ref().filter(|_| fixable.safe > 0) {
        return Some(format!("{command} fixes {}", pluralize(fixable.safe, "finding")));
    }
    if let Some(command) = next.review.as_ref().filter(|_| fixable.needs_review > 0) {
        return Some(format!("{command} shows what to review"));
    }
    Some(format!(
        "`chub-lint explain {}` says why and what to do",
        first.rule.id
    ))
}
