//! Look up the packages of a hub: make the questions and use the answers.

use super::disambiguate;
use super::index::IndexOnDemand;
use super::request::Lookups;
use crate::config::Settings;
use crate::document::{Document, HubPath};
use crate::error::Error;
use crate::hub::Hub;
use crate::package::Package;
use crate::package::declared::DeclaredVersions;
use crate::package::resolution::{PackageResolution, ResolvedPackages};
use crate::releases::{LookupRequest, PackageLookup, PackageLookups, ReleaseOrigin};
use crate::report::pluralize;
use crate::rule::options::Options;
use crate::rule::{Check, Rule};
use crate::rules::{RULES, freshness, placeholder_package};
use crate::timing::Timer;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Whether packages are looked up.
#[must_use]
pub(super) fn needs_releases(lookups: Lookups, settings: &Settings) -> bool {
    let needs =
        |rule: &&Rule| matches!(rule.check, Check::Releases(_)) && settings.options.is_enabled(rule.id);
    match lookups {
        Lookups::Never => false,
        Lookups::Needed => RULES.iter().any(needs),
        Lookups::Always => true,
    }
}

/// Look up the packages of the documents to report on and of some other entries, and use the answers to resolve ambiguous packages. Without
/// questions, not even the settings of the registries are read.
///
/// # Errors
/// When the index cannot be opened.
pub(super) fn look_up(
    index: &IndexOnDemand<'_>,
    hub: &Hub,
    settings: &Settings,
    coverage: &mut PackageResolution,
    also: &BTreeSet<HubPath>,
) -> Result<PackageLookups, Error> {
    let subjects: Vec<LookupTarget<'_>> = hub
        .documents()
        .iter()
        .chain(hub.attachments())
        .filter_map(|document| {
            let covered = coverage.get(&document.path)?;
            LookupTarget::new(hub, document, covered, also.contains(&document.path))
        })
        .collect();
    let options = &settings.options;
    let questions = initial_query(&subjects, options);
    if questions.is_empty() {
        log::debug!("no look-ups of packages (no document covers or installs one)");
        return Ok(PackageLookups::default());
    }
    let index = index.get()?;
    let timer = Timer::start();
    let mut releases = index.look_up(&questions);
    let more = fallback_query(&subjects, options, &releases);
    if !more.is_empty() {
        log::debug!(
            "looking up {} more, because declared versions do not fit",
            pluralize(more.len(), "package")
        );
        for (package, release, origin) in index.look_up(&more).iter() {
            releases.insert(package.clone(), release.clone(), origin.clone());
        }
    }
    log_releases(&releases, timer);
    let decided: Vec<(HubPath, ResolvedPackages)> = subjects
        .par_iter()
        .filter_map(|subject| {
            let decided = disambiguate::disambiguate(subject.covered, &subject.declared, &releases)?;
            Some((subject.document.path.clone(), decided))
        })
        .collect();
    for (path, covered) in decided {
        coverage.insert(path, covered);
    }
    Ok(releases)
}

/// Log where the answers came from.
fn log_releases(releases: &PackageLookups, timer: Timer) {
    if !log::log_enabled!(log::Level::Debug) {
        return;
    }
    let (mut cached, mut unknown, mut all) = (0, 0, 0);
    for (_, release, origin) in releases.iter() {
        all += 1;
        match (release, origin) {
            (PackageLookup::Unknown(_), _) => unknown += 1,
            (_, ReleaseOrigin::Cache { .. } | ReleaseOrigin::Fallback { .. }) => cached += 1,
            (_, ReleaseOrigin::Registry | ReleaseOrigin::Lock) => {}
        }
    }
    log::debug!(
        "looked up {} in {timer}; from the cache: {cached}, unknown: {unknown}",
        pluralize(all, "package")
    );
}

/// A document with packages to look up.
struct LookupTarget<'a> {
    document: &'a Document,
    declared: Vec<&'a str>,
    covered: &'a ResolvedPackages,
    /// Whether another machine reports on the document.
    elsewhere: bool,
}

impl<'a> LookupTarget<'a> {
    /// `None` when nothing about the document has to be looked up. Rules that compare the packages of all entries need
    /// to know what an entry of another part covers, when the releases decide that.
    fn new(hub: &Hub, document: &'a Document, covered: &'a ResolvedPackages, also: bool) -> Option<Self> {
        let declared = freshness::declared_texts(document);
        let elsewhere = !hub.in_focus(&document.path);
        let wanted =
            !elsewhere || also || hub.in_run(&document.path) && disambiguate::is_open(covered, &declared);
        wanted.then_some(Self {
            document,
            declared,
            covered,
            elsewhere,
        })
    }
}

/// What a document covers after the registry look-ups.
pub(super) fn disambiguated(
    document: &Document,
    covered: ResolvedPackages,
    releases: &PackageLookups,
) -> ResolvedPackages {
    disambiguate::disambiguate(&covered, &freshness::declared_texts(document), releases).unwrap_or(covered)
}

fn add(questions: &mut BTreeMap<Package, BTreeSet<String>>, package: &Package, declared: &[&str]) {
    let asked = questions.entry(package.clone()).or_default();
    for text in declared {
        asked.extend(DeclaredVersions::parse(package.ecosystem(), text).lookup_versions());
    }
}

/// The questions, without those about packages that the config excludes or names the source of.
fn questions(map: BTreeMap<Package, BTreeSet<String>>, options: &Options) -> Vec<LookupRequest> {
    map.into_iter()
        .filter(|(package, _)| !options.is_unasked(package))
        .map(|(package, versions)| LookupRequest {
            package,
            versions: versions.into_iter().collect(),
        })
        .collect()
}

/// Questions about covered packages with the declared versions, installed packages, and the candidates of unresolved
/// packages.
fn initial_query(subjects: &[LookupTarget<'_>], options: &Options) -> Vec<LookupRequest> {
    let mut map = BTreeMap::new();
    for LookupTarget {
        declared,
        covered,
        elsewhere,
        ..
    } in subjects
    {
        for package in covered.packages() {
            add(&mut map, package, declared);
        }
        for package in disambiguate::alternatives(covered, declared, None) {
            add(&mut map, package, declared);
        }
        for install in covered.checked_installs().filter(|_| !elsewhere) {
            map.entry(install.package.clone()).or_default();
        }
    }
    questions(map, options)
}

/// Questions about installed packages whose newest version looks like that of a placeholder, when the other versions are
/// not known: npm lists them in another document.
fn add_placeholders(
    map: &mut BTreeMap<Package, BTreeSet<String>>,
    subjects: &[LookupTarget<'_>],
    releases: &PackageLookups,
) {
    for LookupTarget {
        covered, elsewhere, ..
    } in subjects
    {
        for install in covered.checked_installs().filter(|_| !elsewhere) {
            if let Some(PackageLookup::Published(published)) = releases.get(&install.package)
                && let Some(newest) = published.newest.as_deref().filter(|_| !published.complete)
                && placeholder_package::is_first_version(newest)
            {
                // A version that is not the newest makes npm send the list.
                let asked = map.entry(install.package.clone()).or_default();
                asked.insert(format!("{newest}-0"));
            }
        }
    }
}

/// Questions about the other candidates of a package that does not have the declared version.
fn fallback_query(
    subjects: &[LookupTarget<'_>],
    options: &Options,
    releases: &PackageLookups,
) -> Vec<LookupRequest> {
    let mut map = BTreeMap::new();
    for LookupTarget {
        declared, covered, ..
    } in subjects
    {
        for package in disambiguate::alternatives(covered, declared, Some(releases)) {
            let enough = match releases.get(package) {
                None => false,
                Some(PackageLookup::Published(published)) => published.complete,
                Some(PackageLookup::Missing | PackageLookup::Unknown(_)) => true,
            };
            if !enough {
                add(&mut map, package, declared);
            }
        }
    }
    if options.is_enabled(placeholder_package::RULE.id) {
        add_placeholders(&mut map, subjects, releases);
    }
    questions(map, options)
}
