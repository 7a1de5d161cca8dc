//! Look packages up: in the cache first, then in the registries.

use super::cache;
use super::fetch;
use super::registries::RegistryClient;
use super::{
    Archive, ArchiveError, ArchiveRequest, CheckedEntry, LookupRequest, PackageIndex, PackageLookup,
    PackageLookups, ReleaseOrigin, UnknownReason,
};
use crate::package::Package;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

/// The number of cache files that are read at a time.
const BATCH_SIZE: usize = 64;

impl RegistryClient {
    /// The answer of the cache. It must have an entry of every registry up to the one that has the package, each with
    /// enough detail and, unless `any_age`, fresh.
    fn cached(
        &self,
        question: &LookupRequest,
        now: u64,
        any_age: bool,
    ) -> Option<(PackageLookup, ReleaseOrigin)> {
        let mut oldest = 0;
        for registry in self.registries(&question.package) {
            let package = &question.package;
            let Some(entry) = self.cache.load(package, registry.as_str()) else {
                log::debug!("cache: {package} is not in it");
                return None;
            };
            let age = now.saturating_sub(entry.asked);
            let is_fresh = entry.is_fresh(now, question);
            let is_usable = any_age || (is_fresh && self.answers(question, &entry));
            if !is_usable {
                let why = if is_fresh { "not detailed enough" } else { "stale" };
                log::debug!("cache: {package} is {} old, {why}", Age(age));
                return None;
            }
            log::debug!("cache: {package} is {} old, used", Age(age));
            oldest = age.max(oldest);
            if entry.published.is_some() {
                return Some((entry.into_release(), ReleaseOrigin::Cache { age: oldest }));
            }
        }
        Some((PackageLookup::Missing, ReleaseOrigin::Cache { age: oldest }))
    }

    /// What is known about a package whose registry gave no usable answer: the reply in the cache, whatever its age. So
    /// findings and their alerts stay while a registry is down.
    pub(super) fn without_reply(
        &self,
        question: &LookupRequest,
        now: u64,
        reason: UnknownReason,
    ) -> (PackageLookup, ReleaseOrigin) {
        match self.old_reply(question, now) {
            Some((release, age)) => {
                log::debug!("cache: {} is {} old, used: {reason}", question.package, Age(age));
                (release, ReleaseOrigin::Fallback { age, reason })
            }
            None => (PackageLookup::Unknown(reason), ReleaseOrigin::Registry),
        }
    }

    /// The reply in the cache, and its age in seconds. An old one does not show that a package or a version is missing:
    /// it may have been published since.
    fn old_reply(&self, question: &LookupRequest, now: u64) -> Option<(PackageLookup, u64)> {
        let mut oldest = 0;
        for registry in self.registries(&question.package) {
            let mut entry = self.cache.load(&question.package, registry.as_str())?;
            oldest = now.saturating_sub(entry.asked).max(oldest);
            let may_say_no = entry.may_say_no(now);
            let says_no = entry.says_no(question);
            match &mut entry.published {
                Some(published) => {
                    published.complete &= may_say_no || !says_no;
                    return Some((entry.into_release(), oldest));
                }
                None if may_say_no => {}
                None => return None,
            }
        }
        Some((PackageLookup::Missing, oldest))
    }
}

impl PackageIndex for RegistryClient {
    fn archives(&self, requests: &[ArchiveRequest]) -> Vec<Result<Archive, ArchiveError>> {
        Self::archives(self, requests)
    }

    fn archive_sizes(&self, requests: &[ArchiveRequest]) -> Vec<Option<u64>> {
        Self::archive_sizes(self, requests)
    }

    fn checked_dates(&self, hub: &Path) -> BTreeMap<String, u64> {
        self.cache.load_dates(hub)
    }

    fn store_checked_dates(&self, hub: &Path, checked: &[CheckedEntry<'_>], is_there: &dyn Fn(&str) -> bool) {
        let checked = checked
            .iter()
            .filter(|entry| entry.is_read || !self.options.offline);
        self.cache
            .save_dates(hub, checked.map(|entry| entry.path), is_there);
    }

    fn table(&self, request: &ArchiveRequest, reader: u32) -> Option<Vec<u8>> {
        if self.options.refresh && !self.options.offline {
            return None;
        }
        let key = self.table_key(request, reader)?;
        self.cache.load_table(&request.package, &key)
    }

    fn store_table(&self, request: &ArchiveRequest, reader: u32, table: &[u8]) {
        if let Some(key) = self.table_key(request, reader) {
            self.cache.save_table(&request.package, &key, table);
        }
    }

    fn look_up(&self, questions: &[LookupRequest]) -> PackageLookups {
        let mut releases = PackageLookups::default();
        let now = cache::now();
        let mut open = Vec::new();
        let questions = merge(questions);
        let refreshed = self.options.refresh && !self.options.offline;
        let nothing = refreshed || self.cache.is_absent();
        if nothing {
            let why = if refreshed {
                "--refresh"
            } else {
                "there is none, or others may write to it"
            };
            log::debug!("cache: not used ({why}), packages: {}", questions.len());
        }
        // In chunks, so that memory stays bounded.
        let (questions, private): (Vec<_>, Vec<_>) = questions
            .into_iter()
            .partition(|question| !self.registries(&question.package).is_empty());
        for LookupRequest { package, .. } in private {
            log::debug!("not asked about {package} (private, and only public registries are configured)");
            let unknown = PackageLookup::Unknown(UnknownReason::Private);
            releases.insert(package, unknown, ReleaseOrigin::Registry);
        }
        for questions in questions.chunks(BATCH_SIZE) {
            let cached: Vec<_> = questions
                .par_iter()
                .map(|question| match nothing {
                    true => None,
                    false => self.cached(question, now, self.options.offline),
                })
                .collect();
            for (question, cached) in questions.iter().zip(cached) {
                let package = question.package.clone();
                match cached {
                    Some((release, origin)) => releases.insert(package, self.limit_total(release), origin),
                    None if self.options.offline => {
                        releases.insert(
                            package,
                            PackageLookup::Unknown(UnknownReason::Offline),
                            ReleaseOrigin::Registry,
                        );
                    }
                    None => open.push(question.clone()),
                }
            }
        }
        if !open.is_empty() {
            let mut spent = self
                .spent
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            let left = self.options.network_timeout.saturating_sub(*spent);
            *spent += fetch::run(self, open, now, left, &mut releases);
        }
        releases
    }
}

/// Seconds, for people.
pub(super) struct Age(pub u64);

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            seconds @ ..120 => write!(f, "{seconds} s"),
            seconds @ ..7_200 => write!(f, "{} min", seconds / 60),
            seconds @ ..172_800 => write!(f, "{} h", seconds / 3_600),
            seconds => write!(f, "{} days", seconds / 86_400),
        }
    }
}

impl RegistryClient {
    /// What identifies a table: the release, where it is from, and what read it.
    fn table_key(&self, request: &ArchiveRequest, reader: u32) -> Option<String> {
        let registry = self.registries(&request.package).into_iter().next()?;
        let ArchiveRequest { package, version } = request;
        Some(format!("{package}@{version} of {registry}, reader {reader}"))
    }
}

/// One question per package.
fn merge(questions: &[LookupRequest]) -> Vec<LookupRequest> {
    let mut merged: BTreeMap<&Package, BTreeSet<&String>> = BTreeMap::new();
    for question in questions {
        merged
            .entry(&question.package)
            .or_default()
            .extend(&question.versions);
    }
    merged
        .into_iter()
        .map(|(package, versions)| LookupRequest {
            package: package.clone(),
            versions: versions.into_iter().cloned().collect(),
        })
        .collect()
}
