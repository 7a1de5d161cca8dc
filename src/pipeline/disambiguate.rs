//! Disambiguation by releases: of several candidates, the one that published the declared version.

use crate::package::Package;
use crate::package::resolution::{Confidence, PackageChoice, ResolvedPackages};
use crate::package::stubs;
use crate::package::version::Version;
use crate::releases::{PackageLookup, PackageLookups};

/// How many alternatives are looked up.
const MAX_ALTERNATIVES: usize = 3;
/// Alternatives with fewer points are ignored.
const MIN_POINTS: i32 = 15;

/// Whether a registry has a version of a package; `None` when it is not known, or its list may be incomplete.
fn has(releases: &PackageLookups, package: &Package, version: &str) -> Option<bool> {
    let Some(PackageLookup::Published(published)) = releases.get(package) else {
        return None;
    };
    // A text that is not a version is in no list.
    Version::parse(package.ecosystem(), version)?;
    let found = published.find(package.ecosystem(), version).is_some();
    (found || published.complete).then_some(found)
}

/// The candidates to look up besides the choice: all that may win when nothing is resolved; else only when the
/// choice turns out not to have the declared version.
#[must_use]
pub fn alternatives<'a>(
    covered: &'a ResolvedPackages,
    declared: &[&str],
    releases: Option<&PackageLookups>,
) -> Vec<&'a Package> {
    let chosen = covered.packages();
    let doubtful = match (&covered.choice, releases) {
        (PackageChoice::Unresolved, _) => true,
        (PackageChoice::Packages(_), Some(releases)) => declared.iter().any(|version| {
            chosen
                .iter()
                .all(|package| has(releases, package, version) == Some(false))
        }),
        _ => false,
    };
    if !doubtful {
        return Vec::new();
    }
    covered
        .candidates
        .iter()
        .filter(|candidate| candidate.points >= MIN_POINTS || is_counterpart(&candidate.package, chosen))
        .map(|candidate| &candidate.package)
        .filter(|package| !chosen.contains(package))
        .take(MAX_ALTERNATIVES)
        .collect()
}

/// Whether one is the type declarations of the other.
fn is_counterpart(package: &Package, chosen: &[Package]) -> bool {
    chosen.iter().any(|other| {
        stubs::types_package(other).as_ref() == Some(package)
            || stubs::types_package(package).as_ref() == Some(other)
    })
}

/// Whether the releases may change what a document covers.
#[must_use]
pub fn is_open(covered: &ResolvedPackages, declared: &[&str]) -> bool {
    let settled = covered.confidence == Confidence::Explicit || covered.choice == PackageChoice::None;
    let candidates = || covered.candidates.iter().map(|candidate| &candidate.package);
    !declared.is_empty()
        && !settled
        && (covered.confidence < Confidence::High
            || covered.has_other_name
            || candidates().any(|package| is_counterpart(package, covered.packages())))
}

/// Let the releases decide. `None` when they change nothing. An explicit package is never overruled, and neither is
/// strong evidence, with two exceptions: between a package and its type declarations only the version decides, and a
/// package that has another name than the entry is not its subject if it never had the version.
#[must_use]
pub fn disambiguate(
    covered: &ResolvedPackages,
    declared: &[&str],
    releases: &PackageLookups,
) -> Option<ResolvedPackages> {
    if !is_open(covered, declared) {
        return None;
    }
    let has_all = |package: &Package| -> Option<bool> {
        let mut all = true;
        for version in declared {
            all &= has(releases, package, version)?;
        }
        Some(all)
    };
    let chosen = covered.packages();
    if !chosen.is_empty() && chosen.iter().any(|package| has_all(package) != Some(false)) {
        return None;
    }
    let mut owners = Vec::new();
    for package in alternatives(covered, declared, Some(releases)) {
        // A package that does not exist has no version.
        if releases.get(package) == Some(&PackageLookup::Missing) {
            continue;
        }
        match has_all(package) {
            Some(true) => owners.push(package),
            Some(false) => {}
            // A package of which nothing is known may be another owner.
            None if covered.has_other_name => return Some(undecided(covered, declared)),
            None => return None,
        }
    }
    let [owner] = owners.as_slice() else {
        let is_host = covered.has_other_name && !chosen.is_empty();
        return is_host.then(|| undecided(covered, declared));
    };
    let may =
        covered.confidence < Confidence::High || covered.has_other_name || is_counterpart(owner, chosen);
    if !may {
        return None;
    }
    let owner = (*owner).clone();
    let mut decided = covered.clone();
    for candidate in &mut decided.candidates {
        if candidate.package == owner {
            let reason = format!("the only candidate that published {}", declared.join(", "));
            candidate.reasons.push((0, reason));
        }
    }
    decided
        .candidates
        .sort_by_key(|candidate| candidate.package != owner);
    decided.choice = PackageChoice::Packages(vec![owner]);
    decided.confidence = Confidence::Medium;
    decided.has_other_name = false;
    Some(decided)
}

/// Undo the choice: a package with another name than the entry that never had its version is not its subject.
fn undecided(covered: &ResolvedPackages, declared: &[&str]) -> ResolvedPackages {
    let mut undecided = covered.clone();
    for candidate in &mut undecided.candidates {
        if covered.packages().contains(&candidate.package) {
            let reason = format!(
                "never published {}, and the entry has another name",
                declared.join(", ")
            );
            candidate.reasons.push((0, reason));
        }
    }
    undecided.choice = PackageChoice::Unresolved;
    undecided.confidence = Confidence::Unresolved;
    undecided.has_other_name = false;
    undecided
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::resolution::PackageCandidate;
    use crate::releases::{PublishedPackage, PublishedVersion as Listed, ReleaseOrigin};

    fn package(name: &str) -> Package {
        Package::parse(name).unwrap()
    }

    fn covered(choice: Option<&str>, confidence: Confidence, candidates: &[&str]) -> ResolvedPackages {
        ResolvedPackages {
            choice: choice.map_or(PackageChoice::Unresolved, |name| {
                PackageChoice::Packages(vec![package(name)])
            }),
            confidence,
            candidates: candidates
                .iter()
                .map(|name| PackageCandidate {
                    package: package(name),
                    points: 40,
                    reasons: Vec::new(),
                })
                .collect(),
            ..ResolvedPackages::default()
        }
    }

    fn releases(known: &[(&str, &[&str], bool)]) -> PackageLookups {
        let mut releases = PackageLookups::default();
        for (name, versions, complete) in known {
            let versions = versions
                .iter()
                .map(|version| Listed {
                    version: (*version).to_owned(),
                    ..Listed::default()
                })
                .collect();
            let published = PublishedPackage {
                versions,
                complete: *complete,
                ..PublishedPackage::default()
            };
            releases.insert(
                package(name),
                PackageLookup::Published(published),
                ReleaseOrigin::Registry,
            );
        }
        releases
    }

    fn winner(covered: &ResolvedPackages, releases: &PackageLookups) -> Option<String> {
        disambiguate(covered, &["5.0.0"], releases).map(|c| c.packages()[0].to_string())
    }

    #[test]
    fn the_only_owner_of_the_version_wins() {
        let open = covered(None, Confidence::Unresolved, &["npm:a", "npm:b"]);
        let known = releases(&[("npm:a", &["1.0.0"], true), ("npm:b", &["5.0.0"], true)]);
        assert_eq!(winner(&open, &known).as_deref(), Some("npm:b"));
        let both = releases(&[("npm:a", &["5.0.0"], true), ("npm:b", &["5.0.0"], true)]);
        assert_eq!(winner(&open, &both), None);
        let mut missing = releases(&[("npm:b", &["5.0.0"], true)]);
        missing.insert(package("npm:a"), PackageLookup::Missing, ReleaseOrigin::Registry);
        assert_eq!(winner(&open, &missing).as_deref(), Some("npm:b"));
        let unsure = releases(&[("npm:a", &["1.0.0"], false), ("npm:b", &["5.0.0"], true)]);
        assert_eq!(winner(&open, &unsure), None);
    }

    #[test]
    fn strong_evidence_stands_except_against_its_own_declarations() {
        let known = releases(&[
            ("npm:a", &["1.0.0"], true),
            ("npm:b", &["5.0.0"], true),
            ("npm:@types/a", &["5.0.0"], true),
        ]);
        let high = covered(Some("npm:a"), Confidence::High, &["npm:a", "npm:b"]);
        assert_eq!(winner(&high, &known), None);
        let pair = covered(Some("npm:a"), Confidence::High, &["npm:a", "npm:@types/a"]);
        assert_eq!(winner(&pair, &known).as_deref(), Some("npm:@types/a"));
        let explicit = covered(Some("npm:a"), Confidence::Explicit, &["npm:a", "npm:@types/a"]);
        assert_eq!(winner(&explicit, &known), None);
    }

    #[test]
    fn a_host_is_not_taken_for_its_extension() {
        let hosted = |candidates: &[&str]| ResolvedPackages {
            has_other_name: true,
            ..covered(Some("npm:host"), Confidence::High, candidates)
        };
        let known = releases(&[
            ("npm:host", &["1.0.0"], true),
            ("npm:tool", &["5.0.0"], true),
            ("npm:other", &["1.0.0"], true),
        ]);
        // The candidate has the version.
        assert_eq!(
            winner(&hosted(&["npm:host", "npm:tool"]), &known).as_deref(),
            Some("npm:tool")
        );
        // No candidate has it.
        let decided = disambiguate(&hosted(&["npm:host", "npm:other"]), &["5.0.0"], &known).unwrap();
        assert_eq!(decided.choice, PackageChoice::Unresolved);
        // The host has it.
        assert_eq!(
            disambiguate(&hosted(&["npm:host", "npm:tool"]), &["1.0.0"], &known),
            None
        );
        // An incomplete list proves nothing.
        let unsure = releases(&[("npm:host", &["1.0.0"], false)]);
        assert_eq!(disambiguate(&hosted(&["npm:host"]), &["5.0.0"], &unsure), None);
    }
}
