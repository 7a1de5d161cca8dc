//! Whether an outdated version can be raised: the verdict of symbol checks that applies, in words, and the edits.

use super::freshness::{Freshness, VersionClaim, resolved_packages};
use super::pins::raised_places;
use crate::diagnostic::Severity;
use crate::document::Document;
use crate::edit::Edit;
use crate::rule::Context;
use crate::symbols::{EntrySymbols, Verdict, VerdictKind};
use crate::text::join_list;

/// The most lines that a message names.
const MAX_LINES: usize = 8;

/// What the symbols of an entry say about its version; `None` when they were not checked against these releases.
#[must_use]
pub fn verdict<'a>(
    document: &Document,
    claim: &VersionClaim<'_>,
    freshness: &Freshness,
    context: &Context<'a>,
) -> Option<Verdict<'a>> {
    let symbols: &'a EntrySymbols = context.symbols.get(&document.path)?;
    // The document may have changed since the releases were read. A source of the config has a separate version.
    let is_declared = symbols
        .declared
        .as_ref()
        .is_none_or(|release| freshness.declared.is_written(&release.version));
    let is_newest = symbols
        .newest
        .as_ref()
        .is_none_or(|release| freshness.newest.version.is_written(&release.version));
    let applies = symbols.package == *claim.package && is_declared && is_newest;
    applies.then(|| Verdict::new(symbols, freshness.distance.is_behind()))
}

/// The severity of an outdated version: that of the verdict, unless the config turns that off.
#[must_use]
pub fn severity(verdict: Option<&Verdict<'_>>, by_distance: Severity, context: &Context<'_>) -> Severity {
    let verdict = verdict.filter(|_| context.options.freshness.severity_follows_symbols);
    match verdict.map(|verdict| verdict.kind) {
        Some(VerdictKind::Safe) => Severity::Note,
        Some(VerdictKind::Breaks) => Severity::Warning,
        // The distance has not changed, so this does not lower the severity.
        Some(VerdictKind::Wrong) => by_distance.max(Severity::Warning),
        Some(VerdictKind::Current | VerdictKind::Unknown(_)) | None => by_distance,
    }
}

/// What the symbol checks show, to follow the distance in the message; `None` when they show nothing.
#[must_use]
pub fn phrase(verdict: &Verdict<'_>, document: &Document, declared: &str, newest: &str) -> Option<String> {
    let gone = || {
        format!(
            "{} of {} {} gone, at {}",
            verdict.gone,
            symbols("decided", verdict.decided),
            be(verdict.gone),
            lines(&verdict.gone_lines(document)),
        )
    };
    match verdict.kind {
        VerdictKind::Safe => {
            let undecided = match verdict.total - verdict.decided {
                0 => String::new(),
                count => format!(", {count} {} not decided", be(count)),
            };
            Some(format!(
                "all {} still exist{undecided}",
                symbols("decided", verdict.decided)
            ))
        }
        VerdictKind::Breaks => Some(gone()),
        VerdictKind::Wrong => {
            let missing = format!(
                "{} of the code {} not in {declared}",
                symbols("", verdict.missing),
                be(verdict.missing)
            );
            Some(match (verdict.is_ahead(), verdict.gone) {
                (true, _) => format!("{missing}, but in {newest}"),
                (false, 0) => missing,
                (false, _) => format!("{missing}; {}", gone()),
            })
        }
        VerdictKind::Current | VerdictKind::Unknown(_) => None,
    }
}

/// What to do about an outdated version. `entry` is how the command names the entry.
#[must_use]
pub fn help(verdict: Option<&Verdict<'_>>, entry: &str, newest: &str) -> String {
    let bump = format!("run `chub-lint bump {entry} --to {newest}`");
    match verdict {
        Some(verdict) if verdict.kind == VerdictKind::Safe => bump,
        Some(verdict) if verdict.kind == VerdictKind::Breaks => {
            format!("change the code for {newest}, then {bump}")
        }
        Some(verdict) if verdict.is_refuted() => {
            format!("correct the code and check the text against {newest}, then {bump}")
        }
        _ => format!("check the text against {newest}, then {bump}"),
    }
}

/// The edits that raise the version: in the front matter, and where the entry pins it in an install command or states it
/// beside a label, so that it does not contradict itself. `None` when the code is known not to work with the newest release.
#[must_use]
pub fn edits(
    verdict: Option<&Verdict<'_>>,
    document: &Document,
    claim: &VersionClaim<'_>,
    freshness: &Freshness,
    context: &Context<'_>,
) -> Option<Vec<Edit>> {
    if verdict.is_some_and(Verdict::is_refuted) {
        return None;
    }
    let newest = freshness.newest.version.as_str();
    let edit = |span| Edit {
        span,
        text: newest.to_owned(),
    };
    let mut edits = vec![edit(freshness.span)];
    // With several versions the text is about all of them.
    if claim.declared.len() == 1
        && let Some(covered) = resolved_packages(document, context)
    {
        let own = std::slice::from_ref(claim.package);
        let declared = freshness.declared.as_str();
        let places = raised_places(document, &covered.installs, own, declared, newest);
        edits.extend(places.into_iter().map(|place| Edit {
            span: place.span,
            text: place.new,
        }));
        edits.sort_by_key(|edit| edit.span);
        edits.dedup();
    }
    Some(edits)
}

/// `1 symbol`, `12 decided symbols`.
fn symbols(which: &str, count: usize) -> String {
    let blank = if which.is_empty() { "" } else { " " };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {which}{blank}symbol{plural}")
}

fn be(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// `line 23`, `lines 23, 41 and 56`.
#[must_use]
pub fn lines(lines: &[usize]) -> String {
    let (shown, more) = lines.split_at(lines.len().min(MAX_LINES));
    let mut parts: Vec<String> = shown.iter().map(ToString::to_string).collect();
    if !more.is_empty() {
        parts.push(format!("{} more", more.len()));
    }
    match parts.as_slice() {
        [] => "other places".to_owned(),
        [only] => format!("line {only}"),
        parts => format!("lines {}", join_list(parts, "and")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_named_up_to_a_limit() {
        assert_eq!(lines(&[]), "other places");
        assert_eq!(lines(&[7]), "line 7");
        assert_eq!(lines(&[7, 9]), "lines 7 and 9");
        let many: Vec<usize> = (1..=10).collect();
        assert_eq!(lines(&many), "lines 1, 2, 3, 4, 5, 6, 7, 8 and 2 more");
    }
}
