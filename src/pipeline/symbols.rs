//! Check the symbols that entries use: get the releases that they declare and the newest ones, and look names up.
//!
//! Only what a document needs of an archive is read. What was read is stored as a table, so that the next run needs
//! no request.

use super::index::IndexOnDemand;
use super::local_source;
use super::progress;
use super::release_source::{self, UsesByDocument};
use super::symbol_run::{self, StoredReleases, SymbolCost, SymbolRun};
use crate::config::Settings;
use crate::config::file::SymbolReleases;
use crate::document::{Document, DocumentKind, HubPath};
use crate::error::Error;
use crate::hub::Hub;
use crate::package::resolution::{PackageResolution, ResolvedPackages};
use crate::package::{Ecosystem, Package, resolve};
use crate::releases::{ArchiveRequest, PackageIndex, PackageLookups};
use crate::report::not_checked::{NO_CODE_REASON, NO_RELEASE_REASON};
use crate::report::pluralize;
use crate::rule::{Check, Context, Property, Rule};
use crate::rules::{RULES, freshness};
use crate::safe_path;
use crate::symbols::{self, EntrySymbols, Release, ReleaseSymbols, SymbolChecks, SymbolUse};
use crate::timing::Timer;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How many archives are open at the same time.
const BATCH: usize = 8;

/// What was found out, and what is needed to do it again for a document that changes.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    /// The result.
    pub checks: SymbolChecks,
    /// Both releases of documents whose entry declares the newest one since it was read: the version may be put back.
    raised: BTreeMap<HubPath, EntrySymbols>,
    pub(super) tables: BTreeMap<(Package, String), Vec<u8>>,
    /// Of these, tables of sources of the config.
    local: BTreeSet<(Package, String)>,
    /// Whether the run checks entries against sources of the config.
    reads_sources: bool,
    /// How many documents are left for later runs.
    pub not_in_rotation: usize,
    /// For a document that is not checked yet: what was read of releases before.
    pub stored: Option<StoredReleases>,
    /// How many entries were not looked at although symbols were asked for, by reason.
    pub passed_over: BTreeMap<&'static str, usize>,
}

/// Whether symbols are checked at all: the command line asks for it, or a rule that uses the results runs.
#[must_use]
pub(super) fn is_enabled(asked: Option<SymbolReleases>, settings: &Settings) -> bool {
    let is_set = settings.symbols.check.is_some();
    // Without a setting, archives are downloaded only for the rules about symbols.
    let is_used_by =
        |rule: &Rule| matches!(rule.check, Check::Symbols(_)) || (is_set && rule.has(Property::UsesSymbols));
    match asked.or(settings.symbols.check) {
        Some(SymbolReleases::Off) => false,
        _ if asked.is_some() => true,
        _ => RULES
            .iter()
            .any(|rule| is_used_by(rule) && settings.options.is_enabled(rule.id)),
    }
}

/// Which releases of registries a run checks symbols against; `None` for none.
#[must_use]
pub(super) fn wanted_releases(
    asked: Option<SymbolReleases>,
    settings: &Settings,
    is_focused: bool,
) -> Option<SymbolReleases> {
    let chosen = asked.or(settings.symbols.check);
    let chosen = chosen.or(is_focused.then_some(SymbolReleases::Both));
    chosen.filter(|_| is_enabled(asked, settings))
}

/// The packages with a source in the config that is there.
#[must_use]
pub(super) fn local_packages(
    hub: &Hub,
    settings: &Settings,
    coverage: &PackageResolution,
) -> BTreeSet<Package> {
    if settings.packages.iter().all(|row| row.source.is_none()) {
        return BTreeSet::new();
    }
    let covered = hub.documents().iter().filter_map(|document| {
        let covered = coverage.get(&document.path)?;
        resolve::local_source(&settings.packages, covered, &document.path)
    });
    covered
        .filter(|(_, source)| safe_path::is_file_or_folder(source))
        .map(|(package, _)| package)
        .collect()
}

/// A document, the package of its entry, and the releases to compare it with.
pub(super) struct Target<'a> {
    document: &'a Document,
    entry: &'a HubPath,
    pub package: Package,
    pub declared: String,
    pub newest: Option<String>,
}

impl Symbols {
    /// Check the entries whose package has a source in the config, without any registry.
    pub fn check_local(&mut self, hub: &Hub, settings: &Settings, coverage: &PackageResolution) {
        self.reads_sources = settings.packages.iter().any(|row| row.source.is_some());
        if !self.reads_sources {
            return;
        }
        let mut by_source: BTreeMap<(Package, &Path), Vec<&Document>> = BTreeMap::new();
        for document in hub.focused() {
            let local = entry_of(hub, document).and_then(|entry| {
                let covered = coverage.get(&entry.path)?;
                resolve::local_source(&settings.packages, covered, &entry.path)
            });
            if let Some(key) = local.filter(|(package, _)| is_checked(document, package)) {
                by_source.entry(key).or_default().push(document);
            }
        }
        for ((package, source), documents) in by_source {
            self.read_local(&package, source, settings, &documents);
        }
    }

    /// Count the entries that were not looked at.
    pub fn note_passed_over(&mut self, hub: &Hub) {
        for document in hub.focused().filter(|document| document.kind.is_entry()) {
            if self.checks.get(&document.path).is_none() {
                let reason = match has_checked_code(document) {
                    true => NO_RELEASE_REASON,
                    false => NO_CODE_REASON,
                };
                *self.passed_over.entry(reason).or_default() += 1;
            }
        }
    }

    /// Check entries against a source of the config.
    fn read_local(&mut self, package: &Package, source: &Path, settings: &Settings, documents: &[&Document]) {
        let version = local_source::version(source);
        let folder = settings.file.as_deref().and_then(Path::parent);
        let shown = folder.and_then(|folder| source.strip_prefix(folder).ok());
        let (table, found) = match local_source::open(source, shown.unwrap_or(source)) {
            Ok(archive) => release_source::read(package, archive.into(), None, documents),
            Err(reason) => (Vec::new(), Err(reason)),
        };
        if found.is_ok() {
            self.local.insert((package.clone(), version.clone()));
            self.tables.insert((package.clone(), version.clone()), table);
        }
        for (document, uses) in by_document(found, documents) {
            let symbols = EntrySymbols {
                package: package.clone(),
                declared: Some(ReleaseSymbols {
                    version: version.clone(),
                    uses,
                }),
                newest: None,
            };
            self.checks.insert(document.path.clone(), symbols);
        }
    }

    /// Check the other entries to report on, against releases of registries.
    ///
    /// # Errors
    /// When the index cannot be opened.
    pub fn check_releases(
        &mut self,
        run: SymbolRun,
        index: &IndexOnDemand<'_>,
        hub: &Hub,
        releases: &PackageLookups,
        context: &Context<'_>,
    ) -> Result<(), Error> {
        let mut targets: Vec<Target<'_>> = hub
            .focused()
            .filter(|document| self.checks.get(&document.path).is_none())
            .filter_map(|document| {
                let entry = entry_of(hub, document)?;
                target(document, entry, releases, context, run.releases)
            })
            .collect();
        if targets.is_empty() {
            return Ok(());
        }
        let timer = Timer::start();
        let index = index.get()?;
        if let Some(most) = run.oldest {
            let entries: BTreeSet<&HubPath> = targets.iter().map(|target| target.entry).collect();
            let chosen = symbol_run::oldest(&entries, most, hub, index);
            let all = targets.len();
            targets.retain(|target| chosen.contains(target.entry));
            self.not_in_rotation = all - targets.len();
        }
        let checked: Vec<(&HubPath, &HubPath)> = targets
            .iter()
            .map(|target| (target.entry, &target.document.path))
            .collect();
        let entries: BTreeSet<&HubPath> = checked.iter().map(|(entry, _)| *entry).collect();
        let mut wanted: BTreeMap<ArchiveRequest, Vec<&Document>> = BTreeMap::new();
        for target in &targets {
            for version in std::iter::once(&target.declared).chain(&target.newest) {
                let request = ArchiveRequest {
                    package: target.package.clone(),
                    version: version.clone(),
                };
                wanted.entry(request).or_default().push(target.document);
            }
        }
        let wanted: Vec<(ArchiveRequest, Vec<&Document>)> = wanted.into_iter().collect();
        let results = self.check_wanted(&wanted, run, entries.len(), index);
        self.insert_results(targets, results);
        symbol_run::record(&checked, &self.checks, hub, index);
        log::debug!("symbols of {} in {timer}", pluralize(wanted.len(), "release"));
        Ok(())
    }

    /// Check the documents of some releases: with stored tables where they are enough, else with the archives.
    fn check_wanted(
        &mut self,
        wanted: &[(ArchiveRequest, Vec<&Document>)],
        run: SymbolRun,
        entries: usize,
        index: &dyn PackageIndex,
    ) -> Results {
        let stored: Vec<StoredTable> = wanted
            .par_iter()
            .map(|(request, documents)| match run.afresh {
                true => StoredTable::Incomplete(None),
                false => stored(request, documents, index),
            })
            .collect();
        let mut results = Results::default();
        let mut short = Vec::new();
        for ((request, documents), stored) in wanted.iter().zip(stored) {
            match stored {
                StoredTable::Complete(table, found) => {
                    self.add_results(request, documents, table, Ok(found), &mut results);
                }
                StoredTable::Incomplete(before) => short.push((request.clone(), documents, before)),
            }
        }
        if run.tells_cost && !short.is_empty() {
            let requests: Vec<ArchiveRequest> = short.iter().map(|(request, _, _)| request.clone()).collect();
            let sizes = index.archive_sizes(&requests);
            if !sizes.is_empty() {
                let (releases, cached) = (wanted.len(), wanted.len() - short.len());
                progress::tell(&SymbolCost {
                    entries,
                    releases,
                    cached,
                    sizes,
                });
            }
        }
        for batch in short.chunks(BATCH) {
            let requests: Vec<ArchiveRequest> = batch.iter().map(|(request, _, _)| request.clone()).collect();
            let read: Vec<(Vec<u8>, UsesByDocument)> = batch
                .par_iter()
                .zip(release_source::archives(&requests, index))
                .map(|((request, documents, before), source)| {
                    let source = match source {
                        Ok(source) => source,
                        Err(reason) => return (Vec::new(), Err(reason)),
                    };
                    let (table, found) =
                        release_source::read(&request.package, source, before.as_deref(), documents);
                    if found.is_ok() && !run.afresh {
                        index.store_table(request, table_version(&request.package), &table);
                    }
                    (table, found)
                })
                .collect();
            for ((request, documents, _), (table, found)) in batch.iter().zip(read) {
                self.add_results(request, documents, table, found, &mut results);
            }
        }
        results
    }

    /// Keep what was found about a release.
    fn add_results(
        &mut self,
        request: &ArchiveRequest,
        documents: &[&Document],
        table: Vec<u8>,
        found: UsesByDocument,
        results: &mut Results,
    ) {
        let ArchiveRequest { package, version } = request;
        if found.is_ok() {
            self.tables.insert((package.clone(), version.clone()), table);
        }
        for (document, uses) in by_document(found, documents) {
            results.insert((package.clone(), version.clone(), document.path.clone()), uses);
        }
    }

    /// Store the results of each entry.
    fn insert_results(&mut self, targets: Vec<Target<'_>>, mut results: Results) {
        for target in targets {
            let mut side = |version: &String| {
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
                newest: target.newest.as_ref().and_then(side),
                package: target.package,
            };
            self.checks.insert(target.document.path.clone(), symbols_of_entry);
        }
    }

    /// Check a document again whose text changed, with what is known of the releases of its entry. A source of the
    /// config is read again when the new text needs more of it.
    pub fn update(
        &mut self,
        document: &Document,
        entry: &Document,
        settings: &Settings,
        covered: &ResolvedPackages,
    ) {
        let local = resolve::local_source(&settings.packages, covered, &entry.path)
            .filter(|(package, _)| self.reads_sources && is_checked(document, package));
        self.update_known(document, entry);
        let is_read = self
            .checks
            .get(&document.path)
            .and_then(|symbols| symbols.declared.as_ref());
        if let Some((package, source)) = local
            && is_read.is_none_or(|declared| declared.uses.is_err())
        {
            self.read_local(&package, source, settings, &[document]);
        }
    }

    /// What was read of releases of registries, with the version of the reader.
    pub fn tables(&self) -> impl Iterator<Item = (ArchiveRequest, u32, &[u8])> {
        let remote = self.tables.iter().filter(|(key, _)| !self.local.contains(key));
        remote.map(|((package, version), table)| {
            let request = ArchiveRequest {
                package: package.clone(),
                version: version.clone(),
            };
            let version = table_version(package);
            (request, version, table.as_slice())
        })
    }

    /// Whether a source of the config decides about an entry.
    pub fn is_local(&self, settings: &Settings, entry: &HubPath, covered: &ResolvedPackages) -> bool {
        self.reads_sources && resolve::local_source(&settings.packages, covered, entry).is_some()
    }

    /// What is known about a document, to be put back later.
    pub fn known(&self, path: &HubPath) -> KnownSymbols {
        KnownSymbols {
            checks: self.checks.get(path).cloned(),
            raised: self.raised.get(path).cloned(),
        }
    }

    /// Put back what was known about a document.
    pub fn restore(&mut self, path: &HubPath, known: KnownSymbols) {
        match known.checks {
            Some(symbols) => self.checks.insert(path.clone(), symbols),
            None => self.checks.remove(path),
        }
        match known.raised {
            Some(symbols) => drop(self.raised.insert(path.clone(), symbols)),
            None => drop(self.raised.remove(path)),
        }
    }

    fn update_known(&mut self, document: &Document, entry: &Document) {
        let raised = self.raised.remove(&document.path);
        let Some(before) = raised.or_else(|| self.checks.get(&document.path).cloned()) else {
            return;
        };
        let again = |side: Option<ReleaseSymbols>| {
            let side = side?;
            let table = self.tables.get(&(before.package.clone(), side.version.clone()));
            let release = table.and_then(|table| Release::from_table(&before.package, table, None));
            let uses = match (side.uses, release) {
                (Ok(_), Some(release)) => {
                    let uses = symbols::uses(document, &release);
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
            declared: again(before.declared),
            newest: again(before.newest),
            package: before.package.clone(),
        };
        let both = after.newest.is_some().then(|| after.clone());
        let after = after.declared_by(&freshness::declared_texts(entry));
        if let Some(both) = both.filter(|_| after.newest.is_none()) {
            self.raised.insert(document.path.clone(), both);
        }
        self.checks.insert(document.path.clone(), after);
    }
}

/// What is known about the symbols of one document.
#[derive(Debug)]
pub struct KnownSymbols {
    checks: Option<EntrySymbols>,
    raised: Option<EntrySymbols>,
}

/// The entry whose package the code of a document uses: the document itself, or for another file in the folder of an
/// entry that entry.
pub(super) fn entry_of<'a>(hub: &'a Hub, document: &'a Document) -> Option<&'a Document> {
    match document.kind {
        DocumentKind::Companion => hub.entry_of(&document.path),
        DocumentKind::Doc | DocumentKind::Skill => Some(document),
        DocumentKind::Attachment => None,
    }
}

/// The entries that are not reported on, of other files that are and have code.
pub(super) fn entries_of_named_references(hub: &Hub) -> BTreeSet<HubPath> {
    if hub.is_whole() {
        return BTreeSet::new();
    }
    hub.focused()
        .filter(|document| document.kind == DocumentKind::Companion && has_checked_code(document))
        .filter_map(|document| Some(hub.entry_of(&document.path)?.path.clone()))
        .filter(|entry| !hub.in_focus(entry))
        .collect()
}

/// What a document is compared with; `None` when it has no code that is checked, or no release is known.
pub(super) fn target<'a>(
    document: &'a Document,
    entry: &'a Document,
    releases: &PackageLookups,
    context: &Context<'_>,
    wanted: SymbolReleases,
) -> Option<Target<'a>> {
    let claims = freshness::version_claims(entry, releases, context);
    let [claim] = claims.as_slice() else { return None };
    if !is_checked(document, claim.package) {
        return None;
    }
    let verdict = freshness::freshness(claim, context)?;
    // As the registry writes it: `1.0` may be `1.0.0` there.
    let spelled = |version: &str| {
        let listed = claim.published.find(claim.package.ecosystem(), version);
        listed.map_or_else(|| version.to_owned(), |listed| listed.version.clone())
    };
    let declared = spelled(verdict.declared.as_str());
    let newest = spelled(verdict.newest.version.as_str());
    Some(Target {
        document,
        entry: &entry.path,
        package: claim.package.clone(),
        newest: (wanted == SymbolReleases::Both && newest != declared).then_some(newest),
        declared,
    })
}

/// Whether a document has code whose symbols are checked: in a language that the package is for.
pub(super) fn is_checked(document: &Document, package: &Package) -> bool {
    symbols::has_code(document, package.ecosystem())
}

/// Whether a document has code in a language whose symbols are checked.
fn has_checked_code(document: &Document) -> bool {
    [Ecosystem::PyPi, Ecosystem::Npm]
        .into_iter()
        .any(|ecosystem| symbols::has_code(document, ecosystem))
}

/// The version of the tables of a package.
fn table_version(package: &Package) -> u32 {
    symbols::table_version(package.ecosystem())
}

/// The uses of each document of each release.
type Results = BTreeMap<(Package, String, HubPath), Result<Vec<SymbolUse>, String>>;

/// Check documents with the stored table of a release.
pub(super) fn stored(
    request: &ArchiveRequest,
    documents: &[&Document],
    index: &dyn PackageIndex,
) -> StoredTable {
    let Some(table) = index.table(request, table_version(&request.package)) else {
        return StoredTable::Incomplete(None);
    };
    let found = Release::from_table(&request.package, &table, None)
        .map(|release| (release_source::find(&release, documents), release.is_incomplete()));
    match found {
        Some((Ok(found), false)) => StoredTable::Complete(table, found),
        _ => StoredTable::Incomplete(Some(table)),
    }
}

/// The stored table of a release.
pub(super) enum StoredTable {
    /// It has all that the documents need.
    Complete(Vec<u8>, Vec<Vec<SymbolUse>>),
    /// The archive is needed; what was read of it before.
    Incomplete(Option<Vec<u8>>),
}

/// What was found for each document.
fn by_document<'d>(
    found: UsesByDocument,
    documents: &'d [&'d Document],
) -> impl Iterator<Item = (&'d Document, Result<Vec<SymbolUse>, String>)> {
    let mut found = found.map(Vec::into_iter);
    documents.iter().map(move |document| {
        let uses = match &mut found {
            Ok(found) => Ok(found.next().unwrap_or_default()),
            Err(reason) => Err(reason.clone()),
        };
        (*document, uses)
    })
}
