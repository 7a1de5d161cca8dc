//! What symbol checks say about the version of an entry: the columns, lines and JSON of `outdated` and `packages`.

use crate::pipeline::status::{RowSymbols, StatusRow};
use crate::report::pluralize;
use crate::rules::raise;
use crate::safe_text::SafeText;
use crate::symbols::{ReleaseSymbols, Verdict, VerdictKind};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The columns of a table.
pub const COLUMNS: [&str; 3] = ["gone", "decided", "verdict"];

/// How many symbols the newest release does not have, to sort by.
#[must_use]
pub fn gone(row: &StatusRow<'_>) -> usize {
    row.symbols.as_ref().map_or(0, |of| of.verdict.gone)
}

/// The cells of [`COLUMNS`]; empty for an entry that was not checked.
#[must_use]
pub fn cells(row: &StatusRow<'_>) -> [String; 3] {
    let Some(of) = &row.symbols else {
        return Default::default();
    };
    let Verdict {
        gone, decided, total, ..
    } = of.verdict;
    [gone.to_string(), format!("{decided} of {total}"), words(row, of)]
}

/// The verdict with its reason, as a cell: of symbols that are gone, the lines.
#[must_use]
pub fn words(row: &StatusRow<'_>, of: &RowSymbols<'_>) -> String {
    let word = of.verdict.kind.as_str();
    match of.verdict.kind {
        VerdictKind::Breaks => format!("{word}: {}", raise::lines(&of.verdict.gone_lines(row.document))),
        _ => sentence(row, of),
    }
}

/// The verdict with its reason.
fn sentence(row: &StatusRow<'_>, of: &RowSymbols<'_>) -> String {
    let kind = of.verdict.kind;
    let version = |release: &Option<ReleaseSymbols>| {
        let version = release.as_ref().map_or("", |release| release.version.as_str());
        // A source of the config without a version: "from `src`".
        version.strip_prefix("from ").unwrap_or(version).to_owned()
    };
    let (declared, newest) = (version(&of.symbols.declared), version(&of.symbols.newest));
    let why = match (kind, kind.why()) {
        (_, Some(why)) => Some(why.to_owned()),
        (VerdictKind::Safe, _) => None,
        _ => raise::phrase(&of.verdict, row.document, &declared, &newest),
    };
    match why {
        Some(why) => format!("{}: {why}", kind.as_str()),
        None => kind.as_str().to_owned(),
    }
}

/// Lines for people: the verdict, what was decided, and which releases were not read.
#[must_use]
pub fn lines(row: &StatusRow<'_>) -> Vec<String> {
    let Some(of) = &row.symbols else {
        return Vec::new();
    };
    let reasons: Vec<String> = of
        .verdict
        .undecided
        .iter()
        .map(|(why, count)| format!("{count}: {}", why.as_str()))
        .collect();
    let reasons = match reasons.is_empty() {
        true => String::new(),
        false => format!("; not decided: {}", reasons.join("; ")),
    };
    let mut lines = vec![
        format!("symbols: {}", sentence(row, of)),
        format!(
            "  {} of {} decided{reasons}",
            of.verdict.decided,
            pluralize(of.verdict.total, "symbol")
        ),
    ];
    for release in [&of.symbols.declared, &of.symbols.newest].into_iter().flatten() {
        if let Err(reason) = &release.uses {
            lines.push(format!("  {} not read: {reason}", release.version));
        }
    }
    lines
}

/// What programs get; null for an entry that was not checked.
#[must_use]
pub fn to_json(row: &StatusRow<'_>) -> Value {
    let Some(of) = &row.symbols else {
        return Value::Null;
    };
    let verdict = &of.verdict;
    let undecided: BTreeMap<&str, usize> = verdict
        .undecided
        .iter()
        .map(|(why, count)| (why.as_str(), *count))
        .collect();
    let not_read: BTreeMap<String, SafeText> = [&of.symbols.declared, &of.symbols.newest]
        .into_iter()
        .flatten()
        .filter_map(|release| Some((release.version.as_str(), release.uses.as_ref().err()?)))
        .map(|(version, reason)| (SafeText::new(version).as_str().to_owned(), SafeText::new(reason)))
        .collect();
    json!({
        "verdict": verdict.kind.as_str(),
        "why": verdict.kind.why(),
        "decided": verdict.decided,
        "total": verdict.total,
        "gone": verdict.gone,
        "gone_lines": verdict.gone_lines(row.document),
        "missing": verdict.missing,
        "only_in_newest": verdict.only_in_newest,
        "undecided": undecided,
        "not_read": not_read,
    })
}

/// How many entries have each verdict: "12 safe to raise, 5 break".
#[must_use]
pub fn totals(rows: &[StatusRow<'_>]) -> Option<String> {
    const KINDS: [(&str, &str); 5] = [
        ("safe", "safe to raise"),
        ("breaks", "with symbols that are gone"),
        ("wrong", "wrong in the declared release"),
        ("current", "current"),
        ("unknown", "unknown"),
    ];
    let kinds: Vec<&str> = rows
        .iter()
        .filter_map(|row| Some(row.symbols.as_ref()?.verdict.kind.as_str()))
        .collect();
    let counts = KINDS
        .iter()
        .map(|(kind, words)| (kinds.iter().filter(|one| *one == kind).count(), words));
    let counts: Vec<String> = counts
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}
