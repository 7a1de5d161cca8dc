//! A command installs a package whose name is a slip away from that of a very common one.

use crate::document::Document;
use crate::package::{Package, common};
use crate::releases::{PackageLookup, PackageLookups};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use std::collections::BTreeSet;

/// The rule; see its page.
pub static RULE: Rule = rule!("look-alike-package", Check::Releases(check)).with(&[Property::KnownByText]);

fn check(document: &Document, releases: &PackageLookups, context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(covered) = context.coverage.get(&document.path) else {
        return;
    };
    let mut seen: BTreeSet<&Package> = BTreeSet::new();
    for install in covered.installs.iter().filter(|install| !install.negative) {
        let package = &install.package;
        // `unknown-package` reports packages that do not exist. A package that a document of the hub covers is
        // intended.
        if releases.get(package) == Some(&PackageLookup::Missing)
            || context.options.is_unasked(package)
            || !seen.insert(package)
        {
            continue;
        }
        let Some(common) = common::look_alike(package) else {
            continue;
        };
        let covers = context
            .coverage
            .iter()
            .any(|(_, other)| other.packages().contains(package));
        if !covers {
            sink.report(
                install.span,
                format!(
                    "package `{}` looks like `{common}`, which is much more common",
                    package.name()
                ),
            )
            .help(format!(
                "install `{common}` if that is meant; packages with such names are often malicious"
            ));
        }
    }
}
