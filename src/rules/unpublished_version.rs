//! The declared version was never published.

use super::freshness;
use crate::document::Document;
use crate::package::Package;
use crate::package::declared::DeclaredVersions;
use crate::package::resolution::{Confidence, NamedBy};
use crate::releases::{PackageLookup, PackageLookups};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule =
    rule!("unpublished-version", Check::Releases(check)).with(&[Property::KnownByText, Property::OnlyHubs]);

fn check(document: &Document, releases: &PackageLookups, context: &Context<'_>, sink: &mut Sink<'_>) {
    missing_package(document, releases, context, sink);
    for subject in freshness::version_claims(document, releases, context) {
        // An incomplete list cannot show that a version is missing.
        if !subject.published.complete {
            continue;
        }
        for (declared, span) in &subject.declared {
            let DeclaredVersions::Version(version) = declared else {
                continue;
            };
            let text = version.as_str();
            if subject
                .published
                .find(subject.package.ecosystem(), text)
                .is_some()
            {
                continue;
            }
            let registry = freshness::registry_phrase(subject.package);
            let name = subject.package.name();
            let newest = match &subject.published.newest {
                Some(newest) => format!("; the newest is {newest}"),
                None => String::new(),
            };
            let report = sink.report(
                *span,
                format!("{name} {text} was never published on {registry}{newest}"),
            );
            match owner(document, releases, context, subject.package, text) {
                Some(other) => report.help(format!(
                    "{other} has {text}: if the entry covers that package, add `package: \"{other}\"` under `metadata`"
                )),
                None => report.help("declare the version that the text was written for, as the registry has it"),
            };
        }
    }
}

/// A candidate that has the version.
fn owner<'a>(
    document: &Document,
    releases: &PackageLookups,
    context: &Context<'a>,
    not: &Package,
    version: &str,
) -> Option<&'a Package> {
    freshness::resolved_packages(document, context)?
        .candidates
        .iter()
        .map(|candidate| &candidate.package)
        .filter(|package| *package != not)
        .find(|package| {
            matches!(releases.get(package), Some(PackageLookup::Published(p)) if p.find(package.ecosystem(), version).is_some())
        })
}

/// The covered package itself does not exist. `unknown-package` reports packages that a command installs.
fn missing_package(
    document: &Document,
    releases: &PackageLookups,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) {
    let Some(covered) = freshness::resolved_packages(document, context) else {
        return;
    };
    let Some((_, span)) = freshness::declared(document).first().copied() else {
        return;
    };
    for package in covered.packages() {
        let missing = releases.get(package) == Some(&PackageLookup::Missing);
        let installed = covered.checked_installs().any(|i| i.package == *package);
        if missing && !installed && covered.confidence >= Confidence::High {
            let registry = freshness::registry_asked(package, context);
            sink.report(
                span,
                format!(
                    "{} has no versions: the package does not exist on {registry}",
                    package.name()
                ),
            )
            .help(match &covered.named_by {
                Some(NamedBy::Config(path)) => format!(
                    "correct the `[[package]]` row of the config with `path = \"{path}\"`, or add a `source` to it"
                ),
                Some(NamedBy::Mapping) => "correct its row of the reviewed mapping".to_owned(),
                Some(NamedBy::FrontMatter) | None => {
                    "correct `package` under `metadata`, or write `package: none`".to_owned()
                }
            });
        }
    }
}
