//! An entry whose package cannot be determined.

use super::freshness;
use crate::document::Document;
use crate::package::resolution::PackageChoice;
use crate::package::{Ecosystem, Package};
use crate::releases::{PackageLookup, PackageLookups};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::text::join_list;
use std::collections::BTreeSet;

/// The rule; see its page. It runs after the look-ups: a version that only one candidate has may decide.
pub static RULE: Rule = rule!("unresolved-package", Check::Releases(check)).with(&[Property::OnlyHubs]);

fn check(document: &Document, releases: &PackageLookups, context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(covered) = freshness::resolved_packages(document, context) else {
        return;
    };
    let Some((_, span)) = freshness::declared(document).first().copied() else {
        return;
    };
    if let Some(other) = &covered.contradicted {
        let mapped: Vec<String> = covered.packages().iter().map(ToString::to_string).collect();
        let mapped = if mapped.is_empty() {
            "none".to_owned()
        } else {
            mapped.join(", ")
        };
        sink.report(
            span,
            format!("the reviewed mapping says {mapped}, but the entry now is about {other}"),
        )
        .help("review the row, or regenerate the mapping: `chub-lint packages --write FILE`");
    }
    if covered.choice != PackageChoice::Unresolved {
        return;
    }
    let is_there = |package: &Package| releases.get(package) != Some(&PackageLookup::Missing);
    let names = covered.best_candidates(is_there);
    let message = match names.as_slice() {
        [] => "cannot determine which package the entry covers: it does not name one".to_owned(),
        names => format!(
            "cannot determine whether the entry covers {}",
            join_list(names, "or")
        ),
    };
    // A private name is not offered: the registry of the suggestion would be a public one.
    let private = &context.options.private;
    let is_private = |name: &&String| Package::parse(name).is_ok_and(|p| private.matches_or_tells(&p));
    let values: Vec<String> = match names.iter().find(|name| !is_private(name)) {
        Some(best) => vec![best.clone()],
        None if names.is_empty() => placeholders(document),
        None => {
            sink.report(span, message)
                .help("set it under `metadata`: `package: none`, or the private package");
            return;
        }
    };
    let choices: Vec<String> = values
        .iter()
        .map(|value| format!("`package: \"{value}\"`"))
        .collect();
    sink.report(span, message).help(format!(
        "set it under `metadata`: {}, or `package: none`",
        choices.join(", ")
    ));
}

/// How the package of an entry could be written, by the registries of its languages.
fn placeholders(document: &Document) -> Vec<String> {
    let front = document.front_matter();
    let mut known = front.map_or_else(BTreeSet::new, |front| freshness::ecosystems(document, front));
    if known.is_empty() {
        known = BTreeSet::from([Ecosystem::PyPi, Ecosystem::Npm]);
    }
    let values = known
        .iter()
        .map(|ecosystem| format!("{}:NAME", ecosystem.as_str()));
    values.collect()
}
