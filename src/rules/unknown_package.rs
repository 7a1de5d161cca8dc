//! A command or a dependency table installs a package that does not exist.

use super::freshness;
use crate::document::Document;
use crate::package::Package;
use crate::releases::{Release, Releases};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::suggest;
use std::collections::BTreeSet;

/// The rule; see its page.
pub static RULE: Rule = rule!("unknown-package", Check::Releases(check)).with(&[Property::KnownByText]);

/// The maximum number of names that are compared to find a typing error.
const MAX_COMPARED: usize = 200;

fn check(document: &Document, releases: &Releases, context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(covered) = context.coverage.get(&document.path) else {
        return;
    };
    let mut seen: BTreeSet<&Package> = BTreeSet::new();
    for install in covered.checked_installs() {
        let package = &install.package;
        if releases.get(package) != Some(&Release::Missing) || !seen.insert(package) {
            continue;
        }
        if context.options.freshness.exclude.matches(package) {
            continue;
        }
        let registry = freshness::registry_phrase(package);
        // Names in the same document that exist.
        let known = covered
            .installs
            .iter()
            .map(|other| &other.package)
            .chain(covered.packages())
            .filter(|other| other.ecosystem() == package.ecosystem())
            .filter(|other| matches!(releases.get(other), Some(Release::Published(_))))
            .map(Package::name)
            .take(MAX_COMPARED);
        let help = match suggest::nearest(package.name(), known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name a package that exists: anyone can register this name, and agents would install it"
                .to_owned(),
        };
        sink.report(
            install.span,
            format!("package `{}` does not exist on {registry}", package.name()),
        )
        .help(help);
    }
}
