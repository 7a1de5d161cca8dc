//! Check the symbols that entries use: get the releases that they declare and the newest ones, and look names up.
//!
//! Only what a document needs of an archive is read. What was read is stored as a table, so that the next run needs
//! no request.

use crate::api::python::{Files, Release, TABLE_VERSION};
use crate::api::{self, EntrySymbols, ReleaseSymbols, SymbolChecks, SymbolUse};
use crate::config::Settings;
use crate::config::file::SymbolReleases;
use crate::document::{Document, HubPath};
use crate::error::Error;
use crate::hub::Hub;
use crate::package::{Ecosystem, Package};
use crate::releases::{Archive, ArchiveRequest, PackageIndex, Releases};
use crate::report::pluralize;
use crate::rule::{Check, Context};
use crate::rules::{RULES, freshness};
use crate::timing::Timer;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// How many archives are open at the same time.
const BATCH: usize = 8;

/// What was found out, and what is needed to do it again for a document that changes.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    /// The result.
    pub checks: SymbolChecks,
    tables: BTreeMap<(Package, String), Vec<u8>>,
}

/// Whether a run checks symbols.
#[must_use]
pub(super) fn is_needed(
    asked: Option<SymbolReleases>,
    settings: &Settings,
    is_focused: bool,
) -> Option<SymbolReleases> {
    let is_enabled = RULES
        .iter()
        .any(|rule| matches!(rule.check, Check::Symbols(_)) && settings.options.is_enabled(rule.id));
    let chosen = asked
        .or(settings.symbols.check)
        .or(is_focused.then_some(SymbolReleases::Both))?;
    (is_enabled && chosen != SymbolReleases::Off).then_some(chosen)
}

/// An entry, its package, and the releases to compare it with.
struct Target<'a> {
    document: &'a Document,
    package: Package,
    declared: Option<String>,
    newest: Option<String>,
}

impl Symbols {
    /// Check the entries to report on.
    ///
    /// # Errors
    /// When the index cannot be opened.
    pub fn check(
        releases_to_read: SymbolReleases,
        open: impl FnOnce() -> Result<Box<dyn PackageIndex>, Error>,
        hub: &Hub,
        releases: &Releases,
        context: &Context<'_>,
    ) -> Result<Self, Error> {
        let targets: Vec<Target<'_>> = hub
            .focused()
            .filter_map(|document| target(document, releases, context, releases_to_read))
            .collect();
        let mut symbols = Self::default();
        if targets.is_empty() {
            return Ok(symbols);
        }
        let timer = Timer::start();
        let index = open()?;
        let mut wanted: BTreeMap<ArchiveRequest, Vec<&Document>> = BTreeMap::new();
        for target in &targets {
            for version in [&target.declared, &target.newest].into_iter().flatten() {
                let request = ArchiveRequest {
                    package: target.package.clone(),
                    version: version.clone(),
                };
                wanted.entry(request).or_default().push(target.document);
            }
        }
        let mut results = Results::default();
        let wanted: Vec<(ArchiveRequest, Vec<&Document>)> = wanted.into_iter().collect();
        for batch in wanted.chunks(BATCH) {
            check_batch(index.as_ref(), batch, &mut results, &mut symbols.tables);
        }
        for target in targets {
            let mut side = |version: &Option<String>| {
                let version = version.as_ref()?;
                let key = (
                    target.package.clone(),
                    version.clone(),
                    target.document.path.clone(),
                );
                Some(ReleaseSymbols {
                    version: version.clone(),
                    uses: results.remove(&key)?,
                })
            };
            let symbols_of_entry = EntrySymbols {
                declared: side(&target.declared),
                newest: side(&target.newest),
                package: target.package,
            };
            symbols
                .checks
                .insert(target.document.path.clone(), symbols_of_entry);
        }
        log::debug!("symbols of {} in {timer}", pluralize(wanted.len(), "release"));
        Ok(symbols)
    }

    /// Check an entry again whose text changed, with what is known of its releases.
    pub fn update(&mut self, document: &Document) {
        let Some(before) = self.checks.get(&document.path).cloned() else {
            return;
        };
        let again = |side: Option<ReleaseSymbols>| {
            let side = side?;
            let table = self.tables.get(&(before.package.clone(), side.version.clone()));
            let release = table.and_then(|table| Release::from_table(table, None));
            let uses = match (side.uses, release) {
                (Ok(_), Some(release)) => {
                    let uses = api::uses(document, &release);
                    match release.is_incomplete() {
                        false => Ok(uses),
                        true => Err("it was not read, because the document changed".to_owned()),
                    }
                }
                (Ok(_), None) => Err("it was not read, because the document changed".to_owned()),
                (Err(reason), _) => Err(reason),
            };
            Some(ReleaseSymbols {
                version: side.version,
                uses,
            })
        };
        let after = EntrySymbols {
            declared: again(before.declared.clone()),
            newest: again(before.newest.clone()),
            package: before.package.clone(),
        };
        self.checks.insert(document.path.clone(), after);
    }
}

/// What an entry is compared with; `None` when it has no code that is checked, or no release is known.
fn target<'a>(
    document: &'a Document,
    releases: &Releases,
    context: &Context<'_>,
    wanted: SymbolReleases,
) -> Option<Target<'a>> {
    let claims = freshness::version_claims(document, releases, context);
    let [claim] = claims.as_slice() else { return None };
    let has_code = |language: &str| {
        let mut snippets = document.snippets().all.iter();
        snippets.any(|snippet| snippet.language.is_some_and(|of| of.id == language))
    };
    if claim.package.ecosystem() != Ecosystem::PyPi || !has_code("python") {
        return None;
    }
    let verdict = freshness::freshness(claim, context)?;
    // As the registry writes it: `1.0` may be `1.0.0` there.
    let spelled = |version: &str| {
        let listed = claim.published.find(Ecosystem::PyPi, version);
        listed.map_or_else(|| version.to_owned(), |listed| listed.version.clone())
    };
    let declared = spelled(verdict.declared.as_str());
    let newest = spelled(verdict.newest.version.as_str());
    Some(Target {
        document,
        package: claim.package.clone(),
        newest: (wanted == SymbolReleases::Both && newest != declared).then_some(newest),
        declared: Some(declared),
    })
}

/// The uses of each document of each release.
type Results = BTreeMap<(Package, String, HubPath), Result<Vec<SymbolUse>, String>>;

/// Check the documents of some releases: with stored tables where they are enough, else with the archives.
fn check_batch(
    index: &dyn PackageIndex,
    batch: &[(ArchiveRequest, Vec<&Document>)],
    results: &mut Results,
    tables: &mut BTreeMap<(Package, String), Vec<u8>>,
) {
    let known: Vec<Option<(Vec<u8>, Found)>> = batch
        .par_iter()
        .map(|(request, documents)| {
            let table = index.table(request, TABLE_VERSION)?;
            let release = Release::from_table(&table, None)?;
            let found = find(&release, documents);
            (!release.is_incomplete()).then_some((table, found))
        })
        .collect();
    let missing = batch.iter().zip(&known).filter(|(_, known)| known.is_none());
    let requests: Vec<ArchiveRequest> = missing.map(|((request, _), _)| request.clone()).collect();
    let mut archives = index.archives(&requests).into_iter();
    let archives: Vec<_> = known
        .iter()
        .map(|known| if known.is_none() { archives.next() } else { None })
        .collect();
    let read: Vec<(Vec<u8>, Found)> = known
        .into_par_iter()
        .zip(archives)
        .zip(batch)
        .map(
            |((known, archive), (request, documents))| match (known, archive) {
                (Some(known), _) => known,
                (None, Some(Ok(archive))) => {
                    let before = index.table(request, TABLE_VERSION);
                    read(archive, before.as_deref(), documents)
                }
                (None, Some(Err(error))) => (Vec::new(), Err(error.to_string())),
                (None, None) => (Vec::new(), Err("it was not read".to_owned())),
            },
        )
        .collect();
    for ((request, documents), (table, found)) in batch.iter().zip(read) {
        if found.is_ok() {
            index.store_table(request, TABLE_VERSION, &table);
            tables.insert((request.package.clone(), request.version.clone()), table);
        }
        let mut found = found.map(Vec::into_iter);
        for document in documents {
            let uses = match &mut found {
                Ok(found) => Ok(found.next().unwrap_or_default()),
                Err(reason) => Err(reason.clone()),
            };
            let key = (
                request.package.clone(),
                request.version.clone(),
                document.path.clone(),
            );
            results.insert(key, uses);
        }
    }
}

/// The uses of each document in order, or why the release could not be read.
type Found = Result<Vec<Vec<SymbolUse>>, String>;

fn find(release: &Release, documents: &[&Document]) -> Found {
    let found = documents
        .iter()
        .map(|document| api::uses(document, release))
        .collect();
    match release.trouble() {
        Some(reason) => Err(reason),
        None => Ok(found),
    }
}

/// Read an archive as far as the documents need it; also the table for the next time.
fn read(archive: Archive, before: Option<&[u8]>, documents: &[&Document]) -> (Vec<u8>, Found) {
    let files: Box<dyn Files> = Box::new(ArchiveFiles(archive));
    let release = match before {
        Some(table) => match Release::from_table(table, Some(files)) {
            Some(release) => release,
            None => {
                return (
                    Vec::new(),
                    Err("a stored table is damaged; run `chub-lint cache clean`".to_owned()),
                );
            }
        },
        None => Release::new(files),
    };
    let found = find(&release, documents);
    (release.to_table(), found)
}

/// The files of an archive.
struct ArchiveFiles(Archive);

impl Files for ArchiveFiles {
    fn names(&self) -> Vec<String> {
        self.0.names().map(str::to_owned).collect()
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        match self.0.read(name) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err("a file of the archive is gone".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}
