//! The declared release is yanked.

use super::freshness;
use crate::document::Document;
use crate::package::declared::DeclaredVersions;
use crate::releases::PackageLookups;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule =
    rule!("yanked-version", Check::Releases(check)).with(&[Property::KnownByText, Property::OnlyHubs]);

fn check(document: &Document, releases: &PackageLookups, context: &Context<'_>, sink: &mut Sink<'_>) {
    for subject in freshness::version_claims(document, releases, context) {
        for (declared, span) in &subject.declared {
            let DeclaredVersions::Version(version) = declared else {
                continue;
            };
            let listed = subject
                .published
                .find(subject.package.ecosystem(), version.as_str());
            let Some(reason) = listed.and_then(|listed| listed.yanked.as_deref()) else {
                continue;
            };
            let why = match reason.trim() {
                "" => String::new(),
                reason => format!(": {reason}"),
            };
            let message = format!(
                "{} {} is yanked from {}{why}",
                subject.package.name(),
                version.as_str(),
                freshness::registry_phrase(subject.package),
            );
            let report = sink.report(*span, message);
            if let Some(newest) = &subject.published.newest {
                report.help(format!("the newest release is {newest}"));
            }
        }
    }
}
