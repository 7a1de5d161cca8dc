//! Raise entries to the newest release of their package, in memory: choose them, change them with their companions, check
//! the hubs again, and take back what got worse.

use super::bump::{self, BumpError, BumpFields, BumpedEntry};
use super::counts::FindingCounts;
use super::engine::{self, ChangedFile, FileAliases};
use super::pins::{self, RaisedPins, VersionChange};
use crate::diagnostic::Diagnostic;
use crate::document::{Document, DocumentKind, HubPath};
use crate::error::Error;
use crate::hub::{FileKind, Hub, ids};
use crate::package::Package;
use crate::package::version::Version;
use crate::pipeline::Workspace;
use crate::rules::freshness::{self, Freshness, VersionClaim};
use crate::rules::raise;
use crate::suppress::paths::PathPattern;
use crate::symbols::{Undecided, Verdict, VerdictKind};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// How often the hubs are checked again. Each time fewer entries are left.
const MAX_PASSES: usize = 16;

/// What to raise.
#[derive(Clone, Copy, Debug)]
pub struct RaiseOptions {
    /// Also entries whose symbols do not show that they are safe.
    pub all: bool,
    /// The day to write.
    pub date: Date,
}

/// An entry that is behind.
#[derive(Clone, Debug)]
pub struct OutdatedEntry {
    /// The index of its hub.
    pub hub: usize,
    /// The entry.
    pub path: HubPath,
    /// Its package.
    pub package: Package,
    /// The declared version that is compared.
    pub declared: String,
    /// Its day.
    pub declared_date: Option<Date>,
    /// The newest release.
    pub newest: String,
    /// Its day.
    pub newest_date: Option<Date>,
    /// How far it is behind, in words.
    pub distance: String,
    /// What its symbols say, when they were checked.
    pub evidence: Option<SymbolEvidence>,
}

/// What the symbols of an entry say about its version.
#[derive(Clone, Debug)]
pub struct SymbolEvidence {
    /// The verdict.
    pub kind: VerdictKind,
    /// How many symbols were decided.
    pub decided: usize,
    /// How many symbols the code uses.
    pub total: usize,
    /// How many symbols were not decided, by reason.
    pub undecided: BTreeMap<Undecided, usize>,
    /// The lines that use what is gone.
    pub gone_lines: Vec<usize>,
    /// What was found out, in words.
    pub phrase: Option<String>,
}

/// An entry that was raised.
#[derive(Clone, Debug)]
pub struct RaisedEntry {
    /// The entry.
    pub entry: OutdatedEntry,
    /// Its file and those of its companions, with what changed.
    pub files: Vec<RaisedFile>,
    /// The fields that changed, with their values before and now.
    pub fields: Vec<(&'static str, String, String)>,
}

/// A file of an entry that was raised.
#[derive(Clone, Debug)]
pub struct RaisedFile {
    /// Its text before and now.
    pub file: ChangedFile,
    /// The old version in it.
    pub pins: RaisedPins,
}

/// An entry that is behind and is not changed.
#[derive(Clone, Debug)]
pub struct LeftEntry {
    /// The entry.
    pub entry: OutdatedEntry,
    /// Why.
    pub reason: LeftReason,
}

/// Why an entry is not changed.
#[derive(Clone, Debug)]
pub enum LeftReason {
    /// Its symbols do not show that it is safe.
    NotVerified,
    /// The config excludes it.
    Ignored,
    /// It covers several packages.
    SeveralPackages,
    /// Another document of the same id declares a later version: this one is about the older release.
    OlderVersion(HubPath),
    /// It is a symbolic link, or a file of another hub.
    Link,
    /// It has to be changed by hand.
    ByHand(String),
    /// It would have more findings: the first new one, as path, line, rule and sentence.
    Worse(HubPath, usize, &'static str, String),
}

/// What was raised.
#[derive(Clone, Debug, Default)]
pub struct RaiseOutcome {
    /// The raised entries, in order.
    pub raised: Vec<RaisedEntry>,
    /// The others that are behind, in order.
    pub left: Vec<LeftEntry>,
}

impl RaiseOutcome {
    /// The files that changed, in order.
    pub fn changed(&self) -> impl Iterator<Item = &ChangedFile> {
        let files = self.raised.iter().flat_map(|entry| &entry.files);
        files.map(|of| &of.file).filter(|file| file.before != file.after)
    }
}

/// Raise the entries of some hubs in memory; nothing is written. Afterwards the hubs hold the new texts and findings.
///
/// # Errors
/// An invalid pattern of a config.
pub fn raise_entries(workspaces: &mut [Workspace], options: RaiseOptions) -> Result<RaiseOutcome, Error> {
    let aliases = FileAliases::of(workspaces);
    let mut outcome = RaiseOutcome::default();
    for (at, workspace) in workspaces.iter_mut().enumerate() {
        let mut raised = Vec::new();
        let files = EntryFiles::of(workspace.hub());
        let candidates = {
            let ignored = IgnoredPaths::new(workspace)?;
            candidates(workspace, at, &ignored, options)
        };
        for (entry, versions, reason) in candidates {
            let is_alias = aliases.holds(at, &entry.path) || engine::is_link(workspace, &entry.path);
            let reason = reason.or_else(|| is_alias.then_some(LeftReason::Link));
            let result = match reason {
                Some(reason) => Err(reason),
                None => raised_entry(workspace.hub(), &files, &entry, versions, options.date),
            };
            match result {
                Ok((files, fields)) => raised.push(RaisedEntry { entry, files, fields }),
                Err(reason) => outcome.left.push(LeftEntry { entry, reason }),
            }
        }
        let (kept, worse) = keep_what_is_no_worse(workspace, raised);
        outcome.raised.extend(kept);
        outcome.left.extend(worse);
    }
    outcome
        .left
        .sort_by(|a, b| (a.entry.hub, &a.entry.path).cmp(&(b.entry.hub, &b.entry.path)));
    Ok(outcome)
}

/// The files of each entry besides itself.
struct EntryFiles(BTreeMap<HubPath, Vec<HubPath>>);

impl EntryFiles {
    fn of(hub: &Hub) -> Self {
        let mut files: BTreeMap<HubPath, Vec<HubPath>> = BTreeMap::new();
        // A link is not changed: the file that it leads to may belong to another entry.
        let is_own = |document: &&Document| {
            let is_link = hub.files.get(document.path.path_in_hub()) == Some(&FileKind::Symlink);
            document.kind == DocumentKind::Companion && !is_link
        };
        for document in hub.documents().iter().filter(is_own) {
            if let Some(entry) = hub.entry_of(&document.path) {
                files
                    .entry(entry.path.clone())
                    .or_default()
                    .push(document.path.clone());
            }
        }
        Self(files)
    }
}

/// What `[bump] ignore-paths` matches.
struct IgnoredPaths(Vec<PathPattern>);

impl IgnoredPaths {
    fn new(workspace: &Workspace) -> Result<Self, Error> {
        let patterns = workspace.settings().bump.ignore_paths.iter();
        let patterns = patterns.map(|pattern| PathPattern::new(pattern, "[bump] ignore-paths"));
        Ok(Self(patterns.collect::<Result<_, _>>()?))
    }

    fn matches(&self, path: &HubPath) -> bool {
        self.0.iter().any(|pattern| pattern.matches(path))
    }
}

/// The entries that are behind, each with its new `versions` and with the reason not to change it.
fn candidates(
    workspace: &Workspace,
    hub: usize,
    ignored: &IgnoredPaths,
    options: RaiseOptions,
) -> Vec<(OutdatedEntry, String, Option<LeftReason>)> {
    let Some(releases) = workspace.releases() else {
        return Vec::new();
    };
    let context = workspace.context();
    let mut found = Vec::new();
    let documents = workspace.hub().focused();
    for document in documents.filter(|document| document.kind == DocumentKind::Doc) {
        let claims = freshness::version_claims(document, releases, &context);
        let behind = claims.iter().filter_map(|claim| {
            let freshness = freshness::freshness(claim, &context)?;
            (freshness.distance.is_behind() && freshness.published != Some(false))
                .then_some((claim, freshness))
        });
        let behind: Vec<(&VersionClaim<'_>, Freshness)> = behind.collect();
        let Some((claim, freshness)) = behind.first() else {
            continue;
        };
        let verdict = raise::verdict(document, claim, freshness, &context);
        let entry = outdated_entry(hub, document, claim, freshness, verdict.as_ref());
        let is_safe = verdict.is_some_and(|verdict| verdict.kind == VerdictKind::Safe);
        let is_ignored =
            workspace.settings().bump.ignore.matches(claim.package) || ignored.matches(&document.path);
        let versions = raised_versions(document, freshness);
        let reason = if is_ignored {
            Some(LeftReason::Ignored)
        } else if claims.len() > 1 {
            Some(LeftReason::SeveralPackages)
        } else if !is_safe && !options.all {
            Some(LeftReason::NotVerified)
        } else if versions.is_none() {
            Some(LeftReason::ByHand(
                BumpError::ByHand("versions".to_owned()).to_string(),
            ))
        } else {
            later_document(workspace, document, claim.package, &freshness.declared)
                .map(LeftReason::OlderVersion)
        };
        found.push((entry, versions.unwrap_or_default(), reason));
    }
    found
}

fn outdated_entry(
    hub: usize,
    document: &Document,
    claim: &VersionClaim<'_>,
    freshness: &Freshness,
    verdict: Option<&Verdict<'_>>,
) -> OutdatedEntry {
    let (declared, newest) = (freshness.declared.as_str(), freshness.newest.version.as_str());
    let evidence = verdict.map(|verdict| SymbolEvidence {
        kind: verdict.kind,
        decided: verdict.decided,
        total: verdict.total,
        undecided: verdict.undecided.clone(),
        gone_lines: verdict.gone_lines(document),
        phrase: raise::phrase(verdict, document, declared, newest),
    });
    OutdatedEntry {
        hub,
        path: document.path.clone(),
        package: claim.package.clone(),
        declared: declared.to_owned(),
        declared_date: freshness.date,
        newest: newest.to_owned(),
        newest_date: freshness.newest.date,
        distance: freshness.distance.to_string(),
        evidence,
    }
}

/// The new value of `versions`: of several, the highest is replaced. `None` when the value is not a string.
fn raised_versions(document: &Document, freshness: &Freshness) -> Option<String> {
    let (_, node) = document.front_matter()?.metadata("versions")?;
    let written = node.span.slice(&document.text);
    let newest = freshness.newest.version.as_str();
    if written.starts_with(['[', '-', '{']) {
        return None;
    }
    let quotes = usize::from(written.starts_with(['"', '\'']));
    let start = (freshness.span.start as usize).checked_sub(node.span.start as usize)?;
    let end = (freshness.span.end as usize).checked_sub(node.span.start as usize)?;
    let (before, after) = (
        written.get(quotes..start)?,
        written.get(end..written.len() - quotes)?,
    );
    Some(format!("{before}{newest}{after}"))
}

/// Another document of the same id and language that declares a later version.
fn later_document(
    workspace: &Workspace,
    document: &Document,
    package: &Package,
    declared: &Version,
) -> Option<HubPath> {
    let hub = workspace.hub();
    let id = ids::document_id(document)?;
    let languages = |document: &Document| -> BTreeSet<String> {
        let variants = ids::variants(document).into_iter();
        variants
            .map(|variant| variant.language.0.to_lowercase())
            .collect()
    };
    let own = languages(document);
    let mut others = hub
        .ids()
        .get(&id)?
        .docs(hub)
        .filter(|other| other.path != document.path);
    let later = others.find(|other| {
        let covered = workspace.coverage().get(&other.path);
        let is_same = covered.is_none_or(|covered| covered.packages().contains(package));
        let versions = freshness::declared_texts(other).into_iter();
        let mut versions = versions.filter_map(|text| Version::parse(package.ecosystem(), text));
        is_same && !own.is_disjoint(&languages(other)) && versions.any(|version| version > *declared)
    });
    later.map(|other| other.path.clone())
}

type Fields = Vec<(&'static str, String, String)>;

/// The new texts of an entry and its companions.
fn raised_entry(
    hub: &Hub,
    files: &EntryFiles,
    entry: &OutdatedEntry,
    versions: String,
    date: Date,
) -> Result<(Vec<RaisedFile>, Fields), LeftReason> {
    let by_hand = |error: BumpError| LeftReason::ByHand(error.to_string());
    let in_hub = entry.path.path_in_hub();
    let Some(document) = hub.document(in_hub) else {
        return Err(LeftReason::Link);
    };
    let wanted = BumpFields {
        versions: Some(versions),
        date,
        packages: vec![entry.package.clone()],
    };
    let BumpedEntry { text, fields, pins } = bump::bump(document, &wanted).map_err(by_hand)?;
    let changed = |document: &Document, after: String, pins: RaisedPins| RaisedFile {
        file: ChangedFile {
            path: document.path.clone(),
            hub: entry.hub,
            before: document.text.clone(),
            after,
        },
        pins,
    };
    let mut raised = vec![changed(document, text, pins)];
    let Some((_, old, new)) = fields.iter().find(|(key, ..)| *key == "versions") else {
        return Ok((raised, fields));
    };
    let companions = files.0.get(&entry.path).into_iter().flatten();
    for companion in companions.filter_map(|path| hub.document(path.path_in_hub())) {
        let change = VersionChange { old, new };
        let (after, pins) = pins::raise_companion(companion, &wanted.packages, change)
            .map_err(|error| by_hand(error.into()))?;
        raised.push(changed(companion, after, pins));
    }
    Ok((raised, fields))
}

/// Put the new texts into the hub, check it, and put the old ones back of entries that got worse.
fn keep_what_is_no_worse(
    workspace: &mut Workspace,
    mut raised: Vec<RaisedEntry>,
) -> (Vec<RaisedEntry>, Vec<LeftEntry>) {
    let mut left = Vec::new();
    if raised.is_empty() {
        return (raised, left);
    }
    workspace.check();
    let before = workspace.diagnostics().to_vec();
    let counts = FindingCounts::of(&before);
    for entry in &raised {
        put(workspace, entry, |file| &file.after);
    }
    for _ in 0..MAX_PASSES {
        workspace.check();
        let mut blamed = to_blame(&counts, &before, workspace, &raised);
        if blamed.is_empty() {
            return (raised, left);
        }
        let mut kept = Vec::new();
        for entry in raised {
            match blamed.remove(&entry.entry.path) {
                None => kept.push(entry),
                Some(reason) => {
                    put(workspace, &entry, |file| &file.before);
                    left.push(LeftEntry {
                        entry: entry.entry,
                        reason,
                    });
                }
            }
        }
        raised = kept;
    }
    (raised, left)
}

/// Put the texts of an entry into the hub: itself first, so that its companions are checked against its new release.
fn put(workspace: &mut Workspace, entry: &RaisedEntry, text: impl Fn(&ChangedFile) -> &String) {
    for RaisedFile { file, .. } in &entry.files {
        workspace.replace(Document::new(file.path.clone(), text(file).clone()));
    }
}

/// The entries that make a file worse, each with the new finding: the entry of the file itself, or those of files that
/// the finding relates to; all entries when neither is known.
fn to_blame(
    counts: &FindingCounts,
    before: &[Diagnostic],
    workspace: &Workspace,
    raised: &[RaisedEntry],
) -> BTreeMap<HubPath, LeftReason> {
    let owners: BTreeMap<&HubPath, &HubPath> = raised
        .iter()
        .flat_map(|entry| entry.files.iter().map(|of| (&of.file.path, &entry.entry.path)))
        .collect();
    let after = FindingCounts::of(workspace.diagnostics());
    let worse: BTreeMap<&HubPath, Vec<&'static str>> = after
        .paths()
        .map(|path| (path, after.new_rules(counts, path)))
        .filter(|(_, rules)| !rules.is_empty())
        .collect();
    if worse.is_empty() {
        return BTreeMap::new();
    }
    let key = |found: &Diagnostic| (found.path.clone(), found.rule, found.message.clone());
    let known: BTreeSet<_> = before.iter().map(key).collect();
    let is_worse = |found: &Diagnostic| {
        worse
            .get(&found.path)
            .is_some_and(|rules| rules.contains(&found.rule))
    };
    let new = workspace.diagnostics().iter().filter(|found| is_worse(found));
    let mut new: Vec<&Diagnostic> = new.collect();
    // Of several findings of a rule, prefer one that is new as the reason.
    new.sort_by_cached_key(|found| known.contains(&key(found)));
    let mut blamed = BTreeMap::new();
    let mut explained = BTreeSet::new();
    for found in new
        .into_iter()
        .filter(|found| explained.insert((&found.path, found.rule)))
    {
        let related = found.related.iter().map(|related| &related.path);
        let own = owners.get(&found.path).copied();
        let mut entries: Vec<&HubPath> = match own {
            Some(own) => vec![own],
            None => related.filter_map(|path| owners.get(path).copied()).collect(),
        };
        if entries.is_empty() {
            entries = raised.iter().map(|entry| &entry.entry.path).collect();
        }
        let document = workspace.hub().document(found.path.path_in_hub());
        let line = document.map_or(1, |document| document.lines().line(found.span.start));
        for entry in entries {
            let reason = || LeftReason::Worse(found.path.clone(), line, found.rule, found.message.clone());
            blamed.entry(entry.clone()).or_insert_with(reason);
        }
    }
    blamed
}
