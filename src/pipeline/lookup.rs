//! Look up the packages of a hub: what to ask, whom, and what comes of the answers.

use crate::cli::args::CommonArgs;
use crate::config::Settings;
use crate::document::{Document, HubPath, Kind};
use crate::error::Error;
use crate::hub::{Hub, TOGETHER};
use crate::package::Package;
use crate::package::coverage::{Coverage, Covered};
use crate::package::mapping::Mapping;
use crate::package::version::Declared;
use crate::package::{arbiter, resolve};
use crate::place;
use crate::releases::{
    ClientOptions, Environment, Lock, Origin, PackageIndex, Question, Reason, Registries, Release, Releases,
};
use crate::report::{Known, NotChecked, PackageCounts, safe};
use crate::rule::Check;
use crate::rules::{RULES, freshness};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

/// The packages of every document to report on, without a reviewed mapping.
#[must_use]
pub fn cover(hub: &Hub, settings: &Settings) -> Coverage {
    cover_with(hub, settings, &Mapping::default())
}

/// The packages of every document to report on; of all entries when a rule compares them.
#[must_use]
pub fn cover_with(hub: &Hub, settings: &Settings, mapping: &Mapping) -> Coverage {
    let all = settings.is_enabled("disagreeing-versions");
    let documents: Vec<_> = hub
        .documents
        .iter()
        .filter(|d| hub.in_focus(&d.path) || all && d.kind == Kind::Doc)
        .collect();
    let covered: Vec<_> = documents
        .par_iter()
        .with_max_len(TOGETHER)
        .map(|d| (d.path.clone(), resolve::cover(d, settings, mapping)))
        .collect();
    let mut coverage = Coverage::default();
    for (path, covered) in covered {
        coverage.insert(path, covered);
    }
    coverage
}

/// The index that the flags and the config choose for the hub in a folder: a lock file, or the registries with their
/// cache.
///
/// # Errors
/// When a setting or the lock file cannot be used.
pub fn index(args: &CommonArgs, settings: &Settings, hub: &Path) -> Result<Box<dyn PackageIndex>, Error> {
    let environment = Environment::of_process().for_hub(hub);
    if let Some(path) = &args.locked {
        place::readable(path)?;
        let lock = Lock::read(&environment, path).map_err(|error| Error::Usage(error.to_string()))?;
        return Ok(Box::new(lock));
    }
    let network = &settings.network;
    let seconds = args.network_timeout.or(network.timeout);
    let options = ClientOptions {
        pypi_index: args.pypi_index.clone(),
        npm_registry: args.npm_registry.clone(),
        config_pypi_index: network.pypi_index.clone(),
        config_npm_registry: network.npm_registry.clone(),
        project_settings: !args.isolated,
        offline: args.offline || network.offline,
        refresh: args.refresh,
        network_timeout: seconds.map_or(ClientOptions::NETWORK_TIMEOUT, Duration::from_secs),
        environment,
        progress: Some(progress()),
        ..ClientOptions::default()
    };
    let registries = Registries::new(options).map_err(|error| Error::Usage(error.to_string()))?;
    Ok(Box::new(registries))
}

/// A bar on a terminal; nothing anywhere else. It draws on standard error and leaves nothing behind.
fn progress() -> Box<dyn Fn(usize, usize) + Send + Sync> {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("looking up packages {wide_bar} {pos}/{len}") {
        bar.set_style(style);
    }
    Box::new(move |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
        if done == all {
            bar.finish_and_clear();
        }
    })
}

/// Whether any enabled rule wants to know.
#[must_use]
pub fn is_wanted(settings: &Settings) -> bool {
    RULES
        .iter()
        .any(|rule| matches!(rule.check, Check::Releases(_)) && settings.is_enabled(rule.id))
}

/// Ask about the focused documents of a hub, and let the answers settle which packages are covered. Nothing is asked
/// when there is nothing to ask, and then not even the settings of the registries are read.
///
/// # Errors
/// When the index cannot be opened.
pub fn look_up(
    open: impl FnOnce() -> Result<Box<dyn PackageIndex>, Error>,
    hub: &Hub,
    coverage: &mut Coverage,
) -> Result<Releases, Error> {
    let subjects: Vec<Subject<'_>> = hub
        .focused()
        .filter_map(|document| {
            Some(Subject {
                document,
                declared: versions(document),
                covered: coverage.get(&document.path)?,
            })
        })
        .collect();
    let questions = first(&subjects);
    if questions.is_empty() {
        return Ok(Releases::default());
    }
    let index = open()?;
    let mut releases = index.look_up(&questions);
    let more = second(&subjects, &releases);
    if !more.is_empty() {
        for (package, release, origin) in index.look_up(&more).iter() {
            releases.insert(package.clone(), release.clone(), origin);
        }
    }
    let decided: Vec<(HubPath, Covered)> = subjects
        .par_iter()
        .filter_map(|subject| {
            let decided = arbiter::arbitrate(subject.covered, &subject.declared, &releases)?;
            Some((subject.document.path.clone(), decided))
        })
        .collect();
    for (path, covered) in decided {
        coverage.insert(path, covered);
    }
    Ok(releases)
}

/// A document to ask about.
struct Subject<'a> {
    document: &'a Document,
    declared: Vec<&'a str>,
    covered: &'a Covered,
}

/// What a document covers after the registry look-ups.
#[must_use]
pub fn arbitrated(document: &Document, covered: Covered, releases: &Releases) -> Covered {
    arbiter::arbitrate(&covered, &versions(document), releases).unwrap_or(covered)
}

fn versions(document: &Document) -> Vec<&str> {
    freshness::declared(document)
        .into_iter()
        .map(|(text, _)| text)
        .collect()
}

fn add(questions: &mut BTreeMap<Package, BTreeSet<String>>, package: &Package, declared: &[&str]) {
    let asked = questions.entry(package.clone()).or_default();
    for text in declared {
        asked.extend(Declared::parse(package.ecosystem(), text).asked());
    }
}

fn questions(map: BTreeMap<Package, BTreeSet<String>>) -> Vec<Question> {
    map.into_iter()
        .map(|(package, versions)| Question {
            package,
            versions: versions.into_iter().collect(),
        })
        .collect()
}

/// What is covered with the declared versions, what is installed, and the candidates where the package is unresolved.
fn first(subjects: &[Subject<'_>]) -> Vec<Question> {
    let mut map = BTreeMap::new();
    for Subject {
        declared, covered, ..
    } in subjects
    {
        for package in covered.packages() {
            add(&mut map, package, declared);
        }
        for package in arbiter::rivals(covered, declared, None) {
            add(&mut map, package, declared);
        }
        for install in covered.installs.iter().filter(|install| !install.negative) {
            map.entry(install.package.clone()).or_default();
        }
    }
    questions(map)
}

/// The rivals of a package that does not have the declared version.
fn second(subjects: &[Subject<'_>], releases: &Releases) -> Vec<Question> {
    let mut map = BTreeMap::new();
    for Subject {
        declared, covered, ..
    } in subjects
    {
        for package in arbiter::rivals(covered, declared, Some(releases)) {
            let enough = match releases.get(package) {
                None => false,
                Some(Release::Published(published)) => published.complete,
                Some(Release::Missing | Release::Unknown(_)) => true,
            };
            if !enough {
                add(&mut map, package, declared);
            }
        }
    }
    questions(map)
}

/// Count how much is known, and say why not more. A package that several hubs need counts once; what one of them knows
/// is known.
pub fn count(releases: &Releases, counts: &mut PackageCounts, not_checked: &mut NotChecked) {
    for (package, release, origin) in releases.iter() {
        let name = package.to_string();
        let known = match (release, origin) {
            (Release::Unknown(reason), _) => {
                if !counts.known.contains_key(&name) {
                    not_checked.packages.insert(name.clone(), words(reason));
                }
                Known::Unknown
            }
            (_, Origin::Registry) => Known::Checked,
            (_, Origin::Cache { .. } | Origin::Lock) => Known::Cached,
        };
        if known != Known::Unknown {
            not_checked.packages.remove(&name);
        }
        counts.add(name, known);
    }
}

/// Why nothing is known, in words.
#[must_use]
pub fn words(reason: &Reason) -> String {
    let words = match reason {
        Reason::Offline => "offline, and not in the cache".to_owned(),
        Reason::Timeout => "the registry did not answer in time".to_owned(),
        Reason::Budget => "the time limit for look-ups was reached".to_owned(),
        Reason::Connection(why) => format!("no connection: {why}"),
        Reason::Status(status) => format!("the registry answered {status}"),
        Reason::Reply(why) => format!("the reply could not be read: {why}"),
        Reason::TooLarge => "the reply was too large".to_owned(),
        Reason::NotLocked => "not in the lock file".to_owned(),
    };
    safe::text(&words).into_owned()
}
