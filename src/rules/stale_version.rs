//! The declared version is behind the newest.

use super::freshness::{self, Subject};
use crate::diagnostic::{Edit, Severity};
use crate::document::Document;
use crate::package::distance::{Distance, Numbering, Step, releases_between};
use crate::package::version::Version;
use crate::releases::Releases;
use crate::rule::{Check, Context, Rule, Sink};
use crate::text::Span;

/// The rule; see its page.
pub const RULE: Rule = Rule {
    id: "stale-version",
    page: include_str!("../../rules/stale-version.md"),
    check: Check::Releases(check),
};

fn check(document: &Document, releases: &Releases, context: &Context<'_>, sink: &mut Sink<'_>) {
    for subject in freshness::subjects(document, releases, context) {
        judge(&subject, context, sink);
    }
}

fn judge(subject: &Subject<'_>, context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(newest) = freshness::newest(subject.package, subject.published, context) else {
        return;
    };
    let ecosystem = subject.package.ecosystem();
    let published: Vec<Version> = subject
        .published
        .versions
        .iter()
        .filter_map(|listed| Version::parse(ecosystem, &listed.version))
        .collect();
    // Of a list, only the highest says how fresh the document is. A range that admits the newest is fresh.
    let highest = subject
        .declared
        .iter()
        .filter_map(|(declared, span)| Some((declared, declared.decisive(&published)?, *span)))
        .max_by(|a, b| a.1.cmp(b.1));
    let Some((_, declared, span)) = highest else {
        return;
    };
    if subject
        .declared
        .iter()
        .any(|(declared, _)| declared.covers(&newest.version))
    {
        return;
    }
    // `unpublished-version` says so.
    if subject.published.complete && !freshness::has(subject.package, subject.published, declared.as_str()) {
        return;
    }
    let freshness = &context.settings.freshness;
    let numbering = if freshness::is_listed(&freshness.calver, subject.package) {
        Numbering::Calendar
    } else {
        Numbering::Detect
    };
    let date = freshness::find(subject.package, subject.published, declared.as_str()).and_then(|v| v.date);
    let distance = Distance::between(declared, &newest.version, numbering).with_dates(date, newest.date);
    let level = match distance.step {
        Step::Same => return,
        // What a registry of its own has not got yet, or a release on another tag.
        Step::Ahead => Some(Severity::Note),
        _ if distance.breaking() => freshness.breaking.severity(),
        Step::Prerelease | Step::Patch(_) => freshness.patch.severity(),
        Step::Minor(_) | Step::Major(_) | Step::Calendar | Step::Scheme => freshness.minor.severity(),
    };
    let Some(severity) = level else { return };
    let message = format!(
        "documents {} {declared}; {} has {} ({distance})",
        subject.package.name(),
        freshness::registry(subject.package),
        newest.version,
        declared = declared.as_str(),
    );
    let mut report = sink.report(span, message).severity(severity);
    if let Some(dates) = dates(declared, date, &newest) {
        report = report.label(dates);
    }
    if !distance.is_behind() {
        return;
    }
    let between = releases_between(declared, &newest.version, &published);
    let count = match between {
        2.. if subject.published.complete => format!("{between} releases lie between; "),
        _ => String::new(),
    };
    report = report.help(format!(
        "{count}check the text against {}, then declare it and raise `revision`",
        newest.version
    ));
    fix(report, span, newest.version.as_str());
}

fn fix(report: crate::rule::Report<'_>, span: Span, newest: &str) {
    let edit = Edit {
        span,
        text: newest.to_owned(),
    };
    report.unsafe_fix(format!("declare {newest}"), vec![edit]);
}

fn dates(declared: &Version, date: Option<jiff::civil::Date>, newest: &freshness::Newest) -> Option<String> {
    match (date, newest.date) {
        (Some(from), Some(to)) => Some(format!("of {from}; {} is of {to}", newest.version)),
        (None, Some(to)) => Some(format!("{} is of {to}", newest.version)),
        (Some(from), None) => Some(format!("{} is of {from}", declared.as_str())),
        (None, None) => None,
    }
}
