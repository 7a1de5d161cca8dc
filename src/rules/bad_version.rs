//! A value that is not a package version.

use super::fields;
use super::freshness::{ecosystem, ecosystems};
use crate::document::{Document, DocumentKind};
use crate::package::Ecosystem;
use crate::package::declared::{DeclaredVersions, InvalidVersion};
use crate::package::resolution::{Confidence, PackageChoice};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use std::collections::BTreeSet;

/// The rule; see its page.
pub static RULE: Rule = rule!("bad-version", Check::Document(check)).with(&[Property::OnlyHubs]);

fn check(document: &Document, context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(front) = document
        .front_matter()
        .filter(|_| document.kind == DocumentKind::Doc)
    else {
        return;
    };
    if fields::text(front.metadata("versions")).is_none() {
        return;
    }
    let covered = context.coverage.get(&document.path);
    // An entry that covers no package can use any version scheme.
    if covered.is_some_and(|c| c.choice == PackageChoice::None && c.confidence == Confidence::Explicit) {
        return;
    }
    let ecosystems: BTreeSet<Ecosystem> = match covered.map(|c| c.packages()) {
        Some(packages) if !packages.is_empty() => packages.iter().map(|p| p.ecosystem()).collect(),
        _ => ecosystems(document, front),
    };
    if ecosystems.is_empty() {
        return;
    }
    // A text about SQL with code in Python may cover an interface and no package.
    let mixed = covered.is_none_or(|c| c.packages().is_empty())
        && front
            .list("languages", &document.text)
            .iter()
            .any(|(language, _)| ecosystem(language).is_none());
    for (piece, span) in front.list("versions", &document.text) {
        let what = match ecosystems
            .iter()
            .map(|e| DeclaredVersions::parse(*e, piece))
            .reduce(better)
        {
            Some(DeclaredVersions::Invalid(InvalidVersion::Empty)) => {
                "an empty value between the commas of `metadata.versions`".to_owned()
            }
            Some(DeclaredVersions::Invalid(InvalidVersion::Date | InvalidVersion::ApiVersion)) if mixed => {
                continue;
            }
            Some(DeclaredVersions::Invalid(why)) => {
                format!("`{piece}` is {why}; a package version is required")
            }
            // `18` and `16.0` clearly name a release line.
            Some(DeclaredVersions::Range(_)) if !piece.bytes().all(|b| b.is_ascii_digit() || b == b'.') => {
                format!("`{piece}` is a range; a package version is required")
            }
            _ => continue,
        };
        sink.report(span, what).help(
            "write the version that the text was written for, as its registry has it; \
             if the entry covers no package, add `package: none`",
        );
    }
}

/// Prefer a version over another reading: the languages of an entry may belong to two registries.
fn better(a: DeclaredVersions, b: DeclaredVersions) -> DeclaredVersions {
    if matches!(a, DeclaredVersions::Invalid(_)) {
        b
    } else {
        a
    }
}
