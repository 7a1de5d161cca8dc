//! A command or a dependency table installs a package that does not exist.

use super::freshness;
use crate::document::Document;
use crate::package::Package;
use crate::releases::{PackageLookup, PackageLookups};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::suggest;

/// The rule; see its page.
pub static RULE: Rule = rule!("unknown-package", Check::Releases(check))
    .with(&[Property::KnownByText, Property::ChecksAttachments]);

/// The maximum number of names that are compared to find a typing error.
const MAX_COMPARED: usize = 200;

fn check(document: &Document, releases: &PackageLookups, context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(covered) = context.coverage.get(&document.path) else {
        return;
    };
    for install in freshness::asked_installs(covered, context) {
        let package = &install.package;
        if releases.get(package) != Some(&PackageLookup::Missing) {
            continue;
        }
        let registry = freshness::registry_asked(package, context);
        // Suggest only names that the document contains and that exist: a name that is only similar could be
        // that of a squatter.
        let named = covered.candidates.iter().filter(|candidate| candidate.points > 0);
        let known = covered
            .installs
            .iter()
            .map(|other| &other.package)
            .chain(covered.packages())
            .chain(named.map(|candidate| &candidate.package))
            .filter(|other| other.ecosystem() == package.ecosystem())
            .filter(|other| matches!(releases.get(other), Some(PackageLookup::Published(_))))
            .map(Package::name)
            .take(MAX_COMPARED);
        let help = match suggest::slip_of(package.name(), known) {
            Some((_, near)) => format!("did you mean `{near}`?"),
            None => {
                "name a package that exists: anyone can register this name, and agents would install it; \
                     list an in-house package under `private` of `[network]` in the config"
                    .to_owned()
            }
        };
        sink.report(
            install.span,
            format!("package `{}` does not exist on {registry}", package.name()),
        )
        .help(help);
    }
}
