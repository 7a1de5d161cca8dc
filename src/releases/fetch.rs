//! Query the registries about many packages: a limited number at a time per host, within a time budget, with progress.
//! The async runtime exists only during the requests; worker.rs has the one for archives.

use super::cache::CacheEntry;
use super::client::{Http, SharedLimits};
use super::host::MAX_CONCURRENT;
use super::npm::Npm;
use super::outages::MAX_TIMEOUT;
use super::registries::RegistryClient;
use super::{LookupRequest, PackageLookup, PackageLookups, ReleaseOrigin, UnknownReason, pypi, tls};
use crate::package::Ecosystem;
use futures_util::StreamExt;
use futures_util::stream::{self, SelectAll};
use reqwest::Url;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// Answer every question within `budget`. Returns the elapsed time.
pub(super) fn run(
    registries: &RegistryClient,
    questions: Vec<LookupRequest>,
    now: u64,
    budget: Duration,
    releases: &mut PackageLookups,
) -> Duration {
    let start = Instant::now();
    let unknown = |releases: &mut PackageLookups, questions: Vec<LookupRequest>, reason: &UnknownReason| {
        for question in questions {
            let (release, origin) = registries.without_reply(&question, now, reason.clone());
            releases.insert(question.package, registries.limit_total(release), origin);
        }
    };
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Err(error) => unknown(
            releases,
            questions,
            &UnknownReason::Connection(error.kind().to_string()),
        ),
        Ok(runtime) => {
            let deadline = start + budget.min(MAX_TIMEOUT);
            let work = all(registries, &questions, now, deadline, releases);
            let result = runtime.block_on(work);
            // A DNS look-up may still block a thread, which is not joined.
            runtime.shutdown_background();
            if let Err(reason) = result {
                unknown(releases, questions, &reason);
            }
        }
    }
    start.elapsed()
}

async fn all(
    registries: &RegistryClient,
    questions: &[LookupRequest],
    now: u64,
    deadline: Instant,
    releases: &mut PackageLookups,
) -> Result<(), UnknownReason> {
    let options = &registries.options;
    let shared = SharedLimits::new(deadline, options.silence_timeout, options.outages.clone());
    let pypi = Http {
        client: tls::client(&registries.proxies, &registries.pypi_certificates)?,
        credentials: &registries.pypi.credentials,
        private: &registries.options.private,
        shared: &shared,
    };
    let npm = Http {
        client: tls::client(&registries.proxies, &registries.npm_certificates)?,
        credentials: &registries.npm.credentials,
        private: &registries.options.private,
        shared: &shared,
    };
    // One queue per registry, so that a slow one does not delay the others.
    let mut lines: BTreeMap<&Url, Vec<&LookupRequest>> = BTreeMap::new();
    for question in questions {
        if let Some(&first) = registries.registries(&question.package).first() {
            lines.entry(first).or_default().push(question);
        }
    }
    let no_tags: Vec<Cell<bool>> = lines.iter().map(|_| Cell::new(false)).collect();
    let (pypi, npm) = (&pypi, &npm);
    let mut work = SelectAll::new();
    for ((registry, line), no_tags) in lines.into_iter().zip(&no_tags) {
        work.push(
            stream::iter(line)
                .map(move |question| async move {
                    let answer = match question.package.ecosystem() {
                        Ecosystem::PyPi => ask_pypi(registries, pypi, question, now).await,
                        Ecosystem::Npm => {
                            let npm = Npm {
                                http: npm,
                                registry,
                                no_tags,
                                now,
                            };
                            ask_npm(registries, &npm, question).await
                        }
                    };
                    (
                        question,
                        answer.unwrap_or_else(|reason| registries.without_reply(question, now, reason)),
                    )
                })
                .buffer_unordered(MAX_CONCURRENT)
                .boxed_local(),
        );
    }
    let progress = |done| {
        if let Some(progress) = &registries.options.progress {
            progress(done, questions.len());
        }
    };
    progress(0);
    let mut done = 0;
    while let Some((question, (release, origin))) = work.next().await {
        releases.insert(question.package.clone(), registries.limit_total(release), origin);
        done += 1;
        progress(done);
    }
    Ok(())
}

/// Query each index until one has the package. Stop at a failure: a later index must not replace one that is down.
async fn ask_pypi(
    registries: &RegistryClient,
    http: &Http<'_>,
    question: &LookupRequest,
    now: u64,
) -> Result<(PackageLookup, ReleaseOrigin), UnknownReason> {
    let package = &question.package;
    for index in registries.registries(package) {
        let old = registries.cache.load(package, index.as_str());
        let fresh =
            old.as_ref().is_some_and(|entry| entry.is_fresh(now, question)) && !registries.options.refresh;
        let entry = match old {
            Some(entry) if fresh => entry,
            old => {
                let old = old.filter(|entry| entry.published.is_some());
                let entry = pypi::fetch(http, index, package, old, now).await?;
                registries.cache.save(package, index.as_str(), &entry);
                entry
            }
        };
        if entry.published.is_some() {
            return Ok((entry.into_release(), ReleaseOrigin::Registry));
        }
    }
    Ok((PackageLookup::Missing, ReleaseOrigin::Registry))
}

async fn ask_npm(
    registries: &RegistryClient,
    npm: &Npm<'_>,
    question: &LookupRequest,
) -> Result<(PackageLookup, ReleaseOrigin), UnknownReason> {
    let package = &question.package;
    let old = registries.cache.load(package, npm.registry.as_str());
    let usable = |entry: &CacheEntry| entry.is_fresh(npm.now, question) && entry.published.is_some();
    let fresh = old.as_ref().is_some_and(usable) && !registries.options.refresh;
    let entry = npm.ask(package, registries.wanted(question), old, fresh).await?;
    registries.cache.save(package, npm.registry.as_str(), &entry);
    Ok((entry.into_release(), ReleaseOrigin::Registry))
}
