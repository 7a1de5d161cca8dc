//! A command or a dependency table installs a package that is only an empty release.

use super::freshness;
use crate::document::Document;
use crate::package::Package;
use crate::releases::{FEW_VERSIONS, PackageLookup, PackageLookups, PublishedPackage};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("placeholder-package", Check::Releases(check))
    .with(&[Property::KnownByText, Property::ChecksAttachments]);

/// The size up to which a release has no code to speak of, in bytes: metadata and a readme.
const MAX_SIZE: u64 = 3_000;
/// Packages of npm that are empty on purpose: their import marks where a module may run.
const MARKERS: [&str; 2] = ["client-only", "server-only"];

fn check(document: &Document, releases: &PackageLookups, context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(covered) = context.coverage.get(&document.path) else {
        return;
    };
    for install in freshness::asked_installs(covered, context) {
        let package = &install.package;
        let Some(PackageLookup::Published(published)) = releases.get(package) else {
            continue;
        };
        let Some(what) = placeholder(package, published) else {
            continue;
        };
        let registry = freshness::registry_asked(package, context);
        sink.report(
            install.span,
            format!(
                "package `{}` is only a placeholder on {registry}: {what}",
                package.name()
            ),
        )
        .help("name the package that you mean: the owner of this name can publish any code under it");
    }
}

/// Why a package is taken for a placeholder; `None` when it is not, or when that is not known.
fn placeholder(package: &Package, published: &PublishedPackage) -> Option<String> {
    let versions = &published.versions;
    let are_first = versions.iter().all(|listed| is_first_version(&listed.version));
    let newest = published.newest.as_deref()?;
    if !published.complete || versions.len() > FEW_VERSIONS || !are_first || MARKERS.contains(&package.name())
    {
        return None;
    }
    // npm puts such a version in the place of a package that it removed.
    if newest.contains("-security") {
        return Some(format!("npm removed it for security, and left {newest}"));
    }
    let size = published.size.filter(|size| *size <= MAX_SIZE)?;
    let which = match versions.len() {
        1 => "only",
        _ => "newest",
    };
    Some(format!("its {which} release, {newest}, has {size} bytes"))
}

/// Whether a version is one that reserves a name: 0.0.0 or 0.0.1, or a pre-release of them.
#[must_use]
pub fn is_first_version(version: &str) -> bool {
    let rest = ["0.0.0", "0.0.1"]
        .iter()
        .find_map(|first| version.strip_prefix(first));
    rest.is_some_and(|rest| {
        let mut next = rest.trim_start_matches('.').chars();
        next.next().is_none_or(|c| !c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::releases::PublishedVersion;

    fn published(versions: &[&str], size: u64) -> PublishedPackage {
        PublishedPackage {
            newest: versions.last().map(|version| (*version).to_owned()),
            versions: versions
                .iter()
                .map(|version| PublishedVersion {
                    version: (*version).to_owned(),
                    ..PublishedVersion::default()
                })
                .collect(),
            complete: true,
            size: Some(size),
            ..PublishedPackage::default()
        }
    }

    #[test]
    fn first_versions_are_told_from_others() {
        for version in [
            "0.0.0",
            "0.0.1",
            "0.0.1a1",
            "0.0.1.dev0",
            "0.0.1-alpha.2",
            "0.0.1-security",
        ] {
            assert!(is_first_version(version), "{version}");
        }
        for version in ["0.0.2", "0.0.10", "0.0.1.1", "0.1", "1.0.0", "10.0.0", "", "0"] {
            assert!(!is_first_version(version), "{version}");
        }
    }

    #[test]
    fn a_placeholder_is_small_and_alone() {
        let package = Package::parse("npm:widget-reserved").unwrap();
        let is = |published: &PublishedPackage| placeholder(&package, published).is_some();
        assert!(is(&published(&["0.0.1"], 900)));
        assert!(is(&published(&["0.0.0", "0.0.1"], 900)));
        assert!(is(&published(&["0.0.1-security"], 90_000)));
        assert!(!is(&published(&["0.0.1"], 9_000)));
        assert!(!is(&published(&["0.0.1", "0.1.0"], 900)));
        assert!(!is(&published(&[], 900)));
        let unknown = PublishedPackage {
            size: None,
            ..published(&["0.0.1"], 0)
        };
        assert!(!is(&unknown));
        let incomplete = PublishedPackage {
            complete: false,
            ..published(&["0.0.1"], 900)
        };
        assert!(!is(&incomplete));
        let marker = Package::parse("npm:server-only").unwrap();
        assert!(placeholder(&marker, &published(&["0.0.1"], 900)).is_none());
    }
}
