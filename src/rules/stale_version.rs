//! The declared version is behind the newest.

use super::freshness::{self, Freshness};
use super::raise;
use crate::diagnostic::BehindPackage;
use crate::document::Document;
use crate::package::distance::VersionStep;
use crate::releases::PackageLookups;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("stale-version", Check::Releases(check)).with(&[
    Property::Foldable,
    Property::UsesSymbols,
    Property::OnlyHubs,
]);

fn check(document: &Document, releases: &PackageLookups, context: &Context<'_>, sink: &mut Sink<'_>) {
    for subject in freshness::version_claims(document, releases, context) {
        let Some(found) = freshness::freshness(&subject, context) else {
            continue;
        };
        // `unpublished-version` reports versions that were never published.
        let Some(severity) = found.severity(context).filter(|_| found.published != Some(false)) else {
            continue;
        };
        let verdict =
            raise::verdict(document, &subject, &found, context).filter(|_| found.distance.is_behind());
        let verdict = verdict.as_ref();
        let (declared, newest) = (found.declared.as_str(), found.newest.version.as_str());
        // A minor release is an error only there.
        let breaking = match found.distance.step {
            VersionStep::Minor(_) if found.distance.is_breaking() => ", breaking below 1.0",
            _ => "",
        };
        let mut message = format!(
            "documents {} {declared}; {} has {newest} ({}{breaking})",
            subject.package.name(),
            freshness::registry_phrase(subject.package),
            found.distance,
        );
        if let Some(phrase) = verdict.and_then(|it| raise::phrase(it, document, declared, newest)) {
            message.push_str("; ");
            message.push_str(&phrase);
        }
        let severity = raise::severity(verdict, severity, context);
        let mut report = sink.report(found.span, message).severity(severity);
        if let Some(dates) = dates(&found) {
            report = report.label(dates);
        }
        let Some(lag) = found.distance.lag() else {
            continue;
        };
        let count = match found.between {
            Some(between @ 2..) => format!("{between} releases are newer; "),
            _ => String::new(),
        };
        report = report
            .behind(BehindPackage {
                package: subject.package.clone(),
                declared: declared.to_owned(),
                lag,
            })
            .help(format!("{count}{}", raise::help(verdict, "ENTRY", newest)));
        if let Some(edits) = raise::edits(verdict, document, &subject, &found, context) {
            report.unsafe_fix(format!("declare {newest}"), edits);
        }
    }
}

fn dates(found: &Freshness) -> Option<String> {
    let newest = &found.newest;
    match (found.date, newest.date) {
        (Some(from), Some(to)) => Some(format!("of {from}; {} is of {to}", newest.version)),
        (None, Some(to)) => Some(format!("{} is of {to}", newest.version)),
        (Some(from), None) => Some(format!("of {from}")),
        (None, None) => None,
    }
}
