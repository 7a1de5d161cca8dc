//! What the pages of `chub-lint report` show of each entry besides its findings: versions, symbols and what to do.

use super::feedback::{ReaderCounts, said_of};
use super::symbol_columns;
use crate::chub::client::feedback::FeedbackCounts;
use crate::document::{Document, DocumentKind, HubPath};
use crate::package::Package;
use crate::package::distance::{VersionDistance, VersionStep};
use crate::package::version::Version;
use crate::pipeline::Workspace;
use crate::pipeline::status::{self, RowSymbols, Status, StatusRow};
use crate::releases::{PackageLookup, PublishedPackage};
use crate::rules::{freshness, raise};
use crate::safe_text::SafeText;
use crate::site::model::{
    Behind, BehindStep, EntryState, ReleaseDates, SiteEntry, SitePackage, SiteSymbols, SymbolRow, SymbolState,
};
use crate::site::names::PageNames;
use crate::site::page;
use crate::symbols::{Outcome, ReleaseSymbols, SymbolUse, VerdictKind};
use crate::text::ColumnUnit;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The most versions of one package whose first releases of major versions are looked for.
const MAX_VERSIONS: usize = 3_000;
/// The most major versions on a time line.
const MAX_MAJORS: usize = 8;

/// The entries of hubs to report on, in order of path, with what readers said.
pub fn entries(workspaces: &[Workspace], said: &ReaderCounts) -> Vec<SiteEntry> {
    let mut names = PageNames::default();
    let of_hub = |workspace| of_hub(workspace, said);
    let mut entries: Vec<SiteEntry> = workspaces.iter().flat_map(of_hub).collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    for entry in &mut entries {
        let path = entry.files.first().map_or("", |path| path.as_str());
        entry.page = names.name(path);
    }
    entries
}

fn of_hub(workspace: &Workspace, said: &ReaderCounts) -> Vec<SiteEntry> {
    let hub = workspace.hub();
    let mut companions: BTreeMap<&HubPath, Vec<HubPath>> = BTreeMap::new();
    for document in hub.focused().filter(|document| !document.kind.is_entry()) {
        if let Some(entry) = hub.entry_of(&document.path) {
            companions
                .entry(&entry.path)
                .or_default()
                .push(document.path.clone());
        }
    }
    let mut rows: BTreeMap<&HubPath, Vec<StatusRow<'_>>> = BTreeMap::new();
    for row in status::status_rows(workspace) {
        rows.entry(&row.document.path).or_default().push(row);
    }
    let documents: Vec<&Document> = hub
        .focused()
        .filter(|document| document.kind.is_entry())
        .collect();
    let of_entry = |document: &&Document| {
        let rows = rows.get(&document.path).map_or(&[][..], Vec::as_slice);
        let mut files = vec![document.path.clone()];
        files.extend(companions.get(&document.path).cloned().unwrap_or_default());
        let readers = said_of(document, said).map(FeedbackCounts::in_words);
        SiteEntry {
            readers,
            ..entry(document, files, rows, workspace)
        }
    };
    documents.par_iter().map(of_entry).collect()
}

fn entry(
    document: &Document,
    files: Vec<HubPath>,
    rows: &[StatusRow<'_>],
    workspace: &Workspace,
) -> SiteEntry {
    let text = |field: &[&str]| {
        let front = document.front_matter()?;
        Some(SafeText::new(front.field(field)?.1.as_str()?))
    };
    let folder = document.path.folder().rsplit('/').next().unwrap_or_default();
    let mut packages: Vec<SitePackage> = rows.iter().map(|row| package(row, &files, workspace)).collect();
    packages.sort_by(|a, b| a.state.cmp(&b.state).then_with(|| a.name.cmp(&b.name)));
    let declared = rows.first().map_or("", |row| row.declared.as_str());
    SiteEntry {
        page: String::new(),
        path: SafeText::new(document.path.as_str()),
        name: text(&["name"]).unwrap_or_else(|| SafeText::new(folder)),
        description: text(&["description"]).unwrap_or_default(),
        author: SafeText::new(document.path.author().unwrap_or_default()),
        files,
        packages,
        declared: SafeText::new(declared),
        updated_on: SafeText::new(rows.first().map_or("", |row| row.updated_on.as_str())),
        to_do: rows.iter().filter_map(to_do).collect(),
        is_skill: document.kind == DocumentKind::Skill,
        readers: None,
    }
}

fn package(row: &StatusRow<'_>, files: &[HubPath], workspace: &Workspace) -> SitePackage {
    let status = match &row.status {
        Status::Fresh => "the newest release".to_owned(),
        Status::Ahead => "ahead of the registry".to_owned(),
        other => other.describe(),
    };
    SitePackage {
        name: SafeText::new(&row.package.map(ToString::to_string).unwrap_or_default()),
        state: state(row),
        status: SafeText::new(&status),
        newest: row.newest.as_deref().map(SafeText::new),
        newest_date: row.newest_date,
        behind: match &row.status {
            Status::Behind(distance) => Some(behind(row, distance)),
            _ => None,
        },
        symbols: row.symbols.as_ref().map(|of| symbols(row, of, files, workspace)),
        releases: row
            .package
            .and_then(|package| releases(row, package, workspace))
            .unwrap_or_default(),
    }
}

fn state(row: &StatusRow<'_>) -> EntryState {
    let kind = row.symbols.as_ref().map(|of| of.verdict.kind);
    match (&row.status, kind) {
        (_, Some(VerdictKind::Wrong)) => EntryState::Wrong,
        (Status::Missing | Status::Unpublished, _) => EntryState::NoRelease,
        (Status::Behind(_), Some(VerdictKind::Breaks)) => EntryState::Breaks,
        (Status::Behind(_), Some(VerdictKind::Safe)) => EntryState::Safe,
        (Status::Behind(_), _) => EntryState::Behind,
        (Status::Fresh | Status::Ahead, _) | (Status::OwnSource, Some(VerdictKind::Current)) => {
            EntryState::Fresh
        }
        (Status::NoPackage, _) => EntryState::NoPackage,
        (
            Status::Excluded
            | Status::OwnSource
            | Status::Nothing
            | Status::NotChecked(_)
            | Status::Unresolved,
            _,
        ) => EntryState::NotChecked,
    }
}

fn behind(row: &StatusRow<'_>, distance: &VersionDistance) -> Behind {
    let several = |n: u64| distance.counted.map_or(n, |count| count as u64) > 1;
    let step = match distance.step {
        VersionStep::Major(n) if several(n) => BehindStep::Majors,
        VersionStep::Major(_) => BehindStep::Major,
        VersionStep::Minor(_) if distance.is_breaking() => BehindStep::Major,
        VersionStep::Minor(_) => BehindStep::Minor,
        VersionStep::Calendar | VersionStep::Scheme => BehindStep::Other,
        VersionStep::Patch(_) | VersionStep::Prerelease | VersionStep::Same | VersionStep::Ahead => {
            BehindStep::Patch
        }
    };
    let (kind, count, days) = row.status.sort_key();
    let days = u64::try_from(days).unwrap_or(0).min(99_999);
    Behind {
        step,
        // Below 2^53, so that the script has it exactly.
        rank: u64::from(kind) * 1_000_000_000_000 + count.min(999_999) * 100_000 + days,
        distance: SafeText::new(&row.status.distance()),
        days: distance.days,
        age: SafeText::new(&row.status.age()),
    }
}

/// What to do about a package of an entry.
fn to_do(row: &StatusRow<'_>) -> Option<SafeText> {
    let verdict = row.symbols.as_ref().map(|of| &of.verdict);
    let package = || row.package.map(ToString::to_string).unwrap_or_default();
    let what = match (&row.status, &row.newest) {
        (Status::Behind(_), Some(newest)) => {
            let path = page::argument(row.document.path.as_str(), "ENTRY");
            raise::help(verdict, path, newest)
        }
        (Status::Unpublished, _) => {
            format!(
                "correct the declared version: {} has no release {}",
                package(),
                row.declared
            )
        }
        (Status::Missing, _) => format!("correct the name of the package: {} does not exist", package()),
        (Status::Unresolved, _) => "name the package in a `[[package]]` table of the config".to_owned(),
        (_, _) if verdict.is_some_and(|verdict| verdict.kind == VerdictKind::Wrong) => {
            "correct the code, or declare the release that has its symbols".to_owned()
        }
        _ => return None,
    };
    Some(SafeText::new(&what))
}

fn releases(row: &StatusRow<'_>, package: &Package, workspace: &Workspace) -> Option<ReleaseDates> {
    let releases = workspace.releases()?;
    let Some(PackageLookup::Published(published)) = releases.get(package) else {
        return None;
    };
    let context = workspace.context();
    let claims = freshness::version_claims(row.document, releases, &context);
    let claim = claims.iter().find(|claim| claim.package == package);
    let compared = claim.and_then(|claim| freshness::freshness(claim, &context));
    let declared = compared.as_ref().and_then(|found| {
        let listed = published.find(package.ecosystem(), found.declared.as_str());
        let day = found.date.or(listed.and_then(|listed| listed.date))?;
        Some((SafeText::new(found.declared.as_str()), day))
    });
    let newest = row.newest.as_deref().zip(row.newest_date);
    let days: BTreeSet<_> = published
        .versions
        .iter()
        .filter_map(|version| version.date)
        .collect();
    Some(ReleaseDates {
        days: days.into_iter().collect(),
        declared,
        newest: newest.map(|(version, day)| (SafeText::new(version), day)),
        majors: majors(package, published),
        between: compared.and_then(|found| found.between).unwrap_or(0),
    })
}

/// The first release of each of the last major versions.
fn majors(package: &Package, published: &PublishedPackage) -> Vec<(SafeText, jiff::civil::Date)> {
    let mut first: BTreeMap<(u64, u64), (jiff::civil::Date, &str)> = BTreeMap::new();
    for listed in published.versions.iter().take(MAX_VERSIONS) {
        let Some(day) = listed.date else { continue };
        let Some(version) = Version::parse(package.ecosystem(), &listed.version) else {
            continue;
        };
        if version.is_prerelease() {
            continue;
        }
        let known = first
            .entry((version.epoch(), version.release_number(0)))
            .or_insert((day, &listed.version));
        *known = (*known).min((day, &listed.version));
    }
    let skipped = first.len().saturating_sub(MAX_MAJORS);
    let last = first.into_values().skip(skipped);
    last.map(|(day, version)| (SafeText::new(version), day)).collect()
}

fn symbols(
    row: &StatusRow<'_>,
    of: &RowSymbols<'_>,
    files: &[HubPath],
    workspace: &Workspace,
) -> SiteSymbols {
    let is_behind = matches!(row.status, Status::Behind(_));
    let newest = of.symbols.newest.as_ref().filter(|_| is_behind);
    let declared = of.symbols.declared.as_ref();
    let version = |release: Option<&ReleaseSymbols>| release.map(|release| SafeText::new(&release.version));
    let mut rows: BTreeMap<&str, SymbolRow> = BTreeMap::new();
    for (release, is_newest) in [(declared, false), (newest, true)] {
        let uses = release.and_then(|release| release.uses.as_deref().ok());
        for found in uses.unwrap_or_default() {
            add_use(&mut rows, found, is_newest, files, workspace);
        }
    }
    let mut rows: Vec<SymbolRow> = rows.into_values().collect();
    let is_missing = |row: &SymbolRow| row.worst() == Some(SymbolState::Missing);
    rows.sort_by_key(|row| !is_missing(row));
    let not_read = [declared, newest].into_iter().flatten().filter_map(|release| {
        let why = release.uses.as_ref().err()?;
        Some(SafeText::new(&format!("{} was not read: {why}", release.version)))
    });
    SiteSymbols {
        verdict: SafeText::new(&symbol_columns::words(row, of)),
        decided: of.verdict.decided,
        total: of.verdict.total,
        declared: version(declared),
        newest: version(newest),
        not_read: not_read.collect(),
        rows,
    }
}

/// Add a use to the row of its symbol.
fn add_use<'a>(
    rows: &mut BTreeMap<&'a str, SymbolRow>,
    found: &'a SymbolUse,
    is_newest: bool,
    files: &[HubPath],
    workspace: &Workspace,
) {
    let state = match &found.outcome {
        Outcome::Found => SymbolState::Found,
        Outcome::Missing { .. } => SymbolState::Missing,
        Outcome::Undecided(why) => SymbolState::Undecided(why.as_str()),
    };
    let row = rows.entry(&found.symbol).or_insert_with(|| SymbolRow {
        symbol: SafeText::new(&found.symbol),
        lines: Vec::new(),
        declared: None,
        newest: None,
    });
    let side = if is_newest {
        &mut row.newest
    } else {
        &mut row.declared
    };
    *side = (*side).max(Some(state));
    let document = workspace.hub().document(found.path.path_in_hub());
    let file = files.iter().position(|file| *file == found.path);
    if let (Some(document), Some(file)) = (document, file) {
        let place = (file, document.position(found.span.start, ColumnUnit::Chars).line);
        if let Err(at) = row.lines.binary_search(&place) {
            row.lines.insert(at, place);
        }
    }
}
