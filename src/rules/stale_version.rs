//! The declared version is behind the newest.

use super::freshness::{self, Freshness};
use crate::diagnostic::BehindPackage;
use crate::document::Document;
use crate::edit::Edit;
use crate::releases::Releases;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("stale-version", Check::Releases(check)).with(&[Property::Foldable]);

fn check(document: &Document, releases: &Releases, context: &Context<'_>, sink: &mut Sink<'_>) {
    for subject in freshness::version_claims(document, releases, context) {
        let Some(verdict) = freshness::freshness(&subject, context) else {
            continue;
        };
        // `unpublished-version` reports versions that were never published.
        let Some(severity) = verdict
            .severity(context)
            .filter(|_| verdict.published != Some(false))
        else {
            continue;
        };
        let newest = verdict.newest.version.as_str();
        let message = format!(
            "documents {} {}; {} has {newest} ({})",
            subject.package.name(),
            verdict.declared.as_str(),
            freshness::registry_phrase(subject.package),
            verdict.distance,
        );
        let mut report = sink.report(verdict.span, message).severity(severity);
        if let Some(dates) = dates(&verdict) {
            report = report.label(dates);
        }
        let Some(lag) = verdict.distance.lag() else {
            continue;
        };
        let count = match verdict.between {
            Some(between @ 2..) => format!("{between} releases are newer; "),
            _ => String::new(),
        };
        let edit = Edit {
            span: verdict.span,
            text: newest.to_owned(),
        };
        report
            .behind(BehindPackage {
                package: subject.package.clone(),
                declared: verdict.declared.as_str().to_owned(),
                lag,
            })
            .help(format!(
                "{count}check the text against {newest}, then declare it and raise `revision`"
            ))
            .unsafe_fix(format!("declare {newest}"), vec![edit]);
    }
}

fn dates(verdict: &Freshness) -> Option<String> {
    let newest = &verdict.newest;
    match (verdict.date, newest.date) {
        (Some(from), Some(to)) => Some(format!("of {from}; {} is of {to}", newest.version)),
        (None, Some(to)) => Some(format!("{} is of {to}", newest.version)),
        (Some(from), None) => Some(format!("of {from}")),
        (None, None) => None,
    }
}
