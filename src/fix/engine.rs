//! Apply the fixes of a run in passes, and revert those that make a file worse.
//!
//! In each pass every file gets the fixes whose edits do not conflict. The others wait for the next pass, for which the
//! file is parsed and checked again. A fix is reverted when it adds a finding and does not improve the file. It is also
//! reverted when it changes the structure of the text around it, or when it adds hidden text or broken code.
//!
//! A file that has several paths is fixed once: by its real path, never through a symbolic link.

use super::apply_together;
use super::counts::FindingCounts;
use crate::diagnostic::{Applicability, Diagnostic};
use crate::document::{Document, HubPath, Structure};
use crate::edit::Edit;
use crate::error::Error;
use crate::hub::FileKind;
use crate::pipeline::{self, Workspace};
use crate::safe_path;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The maximum number of passes. Normally two or three are enough, but fixes that undo each other would never end.
const MAX_PASSES: usize = 16;

/// A file that fixes changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFile {
    /// The path of the file.
    pub path: HubPath,
    /// The index of its hub.
    pub hub: usize,
    /// Its text before.
    pub before: String,
    /// Its text now.
    pub after: String,
}

/// The result of applying fixes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FixOutcome {
    /// The changed files, in order of hub and path.
    pub changed: Vec<ChangedFile>,
    /// How many findings were fixed.
    pub fixed: usize,
    /// Symbolic links with fixes, which were skipped, in order of hub and path.
    pub links: Vec<HubPath>,
}

/// One fix of a finding.
#[derive(Clone, Debug)]
struct FixCandidate {
    edits: Vec<Edit>,
    id: FixId,
}

/// Identifies a fix across passes, as long as the text that it changes stays the same.
type FixId = (HubPath, &'static str, String, Vec<String>);

/// Apply fixes to the hubs in memory; nothing is written. Afterwards the hubs hold the new texts and findings.
/// Suppressed findings are not fixed.
///
/// # Errors
/// An invalid pattern of a config.
pub fn apply_fixes(workspaces: &mut [Workspace], also_unsafe: bool) -> Result<FixOutcome, Error> {
    let mut originals: BTreeMap<(usize, HubPath), String> = BTreeMap::new();
    let mut rejected: BTreeSet<FixId> = BTreeSet::new();
    let mut fixed = 0;
    let copies = FileAliases::of(workspaces);
    for _ in 0..MAX_PASSES {
        let findings = pipeline::suppress(workspaces)?;
        let mut any = false;
        for (at, workspace) in workspaces.iter_mut().enumerate() {
            let mut chosen = choose(workspace, &findings.diagnostics, also_unsafe, &rejected);
            chosen.retain(|path, _| !copies.holds(at, path));
            if chosen.is_empty() {
                continue;
            }
            any = true;
            for path in chosen.keys() {
                if let Some(document) = workspace.hub().document(path.path_in_hub()) {
                    originals
                        .entry((at, path.clone()))
                        .or_insert_with(|| document.text.clone());
                }
            }
            fixed += pass(workspace, &chosen, &mut rejected);
        }
        if !any {
            break;
        }
    }
    let mut changed = Vec::new();
    for ((at, path), before) in originals {
        let after = workspaces
            .get(at)
            .and_then(|w| w.hub().document(path.path_in_hub()));
        if let Some(document) = after
            && document.text != before
        {
            let after = document.text.clone();
            changed.push(ChangedFile {
                path,
                hub: at,
                before,
                after,
            });
        }
    }
    copies.follow(workspaces, &changed);
    let left = pipeline::suppress(workspaces)?.diagnostics;
    let mut links = Vec::new();
    for workspace in &*workspaces {
        let chosen = choose(workspace, &left, also_unsafe, &rejected);
        links.extend(chosen.into_keys().filter(|path| is_link(workspace, path)));
    }
    Ok(FixOutcome {
        changed,
        fixed,
        links,
    })
}

pub(super) fn is_link(workspace: &Workspace, path: &HubPath) -> bool {
    workspace.hub().files.get(path.path_in_hub()) == Some(&FileKind::Symlink)
}

/// The paths that lead to a file which has another path: symbolic links, and files that are in two hubs. A hub is
/// listed without following links, so that there are no others.
pub(super) struct FileAliases(BTreeMap<(usize, HubPath), PathBuf>);

impl FileAliases {
    pub(super) fn of(workspaces: &[Workspace]) -> Self {
        let mut first: BTreeSet<PathBuf> = BTreeSet::new();
        let mut copies = BTreeMap::new();
        for (at, workspace) in workspaces.iter().enumerate() {
            for document in workspace.hub().documents() {
                let file = workspace.root().join(document.path.path_in_hub());
                if is_link(workspace, &document.path) {
                    copies.insert(
                        (at, document.path.clone()),
                        safe_path::canonicalize_or_keep(&file),
                    );
                } else if workspaces.len() > 1 && !first.insert(file.clone()) {
                    copies.insert((at, document.path.clone()), file);
                }
            }
        }
        Self(copies)
    }

    pub(super) fn holds(&self, hub: usize, path: &HubPath) -> bool {
        !self.0.is_empty() && self.0.contains_key(&(hub, path.clone()))
    }

    /// Copy the new texts to the aliases of changed files, and check these again.
    fn follow(&self, workspaces: &mut [Workspace], changed: &[ChangedFile]) {
        let mut texts: BTreeMap<PathBuf, &str> = BTreeMap::new();
        for file in changed {
            if let Some(workspace) = workspaces.get(file.hub) {
                texts.insert(workspace.root().join(file.path.path_in_hub()), &file.after);
            }
        }
        let mut stale = BTreeSet::new();
        for ((at, path), file) in &self.0 {
            if let (Some(text), Some(workspace)) = (texts.get(file), workspaces.get_mut(*at)) {
                workspace.replace(Document::new(path.clone(), (*text).to_owned()));
                stale.insert(*at);
            }
        }
        for at in stale {
            if let Some(workspace) = workspaces.get_mut(at) {
                workspace.check();
            }
        }
    }
}

/// The fixes of one pass: by file, in order of position, without conflicts.
fn choose(
    workspace: &Workspace,
    diagnostics: &[Diagnostic],
    also_unsafe: bool,
    rejected: &BTreeSet<FixId>,
) -> BTreeMap<HubPath, Vec<FixCandidate>> {
    let mut by_file: BTreeMap<HubPath, Vec<FixCandidate>> = BTreeMap::new();
    for diagnostic in diagnostics {
        let Some(fix) = &diagnostic.fix else { continue };
        let path = &diagnostic.path;
        let here =
            path.hub() == workspace.hub().shown && workspace.hub().document(path.path_in_hub()).is_some();
        if !here || fix.edits.is_empty() || (fix.safety == Applicability::Unsafe && !also_unsafe) {
            continue;
        }
        let texts = fix.edits.iter().map(|edit| edit.text.clone()).collect();
        let candidate = FixCandidate {
            edits: fix.edits.clone(),
            id: (path.clone(), diagnostic.rule, diagnostic.message.clone(), texts),
        };
        if !rejected.contains(&candidate.id) {
            by_file.entry(path.clone()).or_default().push(candidate);
        }
    }
    for candidates in by_file.values_mut() {
        let mut taken: Vec<Edit> = Vec::new();
        candidates.retain(|candidate| {
            let free = candidate
                .edits
                .iter()
                .all(|edit| taken.iter().all(|other| !touch(edit, other)));
            if free {
                taken.extend(candidate.edits.iter().cloned());
            }
            free
        });
    }
    by_file
}

/// Whether two edits conflict: they overlap, or start at the same position, so that their order would matter.
fn touch(a: &Edit, b: &Edit) -> bool {
    a.span.start == b.span.start || (a.span.start < b.span.end && b.span.start < a.span.end)
}

/// Apply the chosen fixes, check again, and revert those that make a file worse. Returns how many were kept.
fn pass(
    workspace: &mut Workspace,
    chosen: &BTreeMap<HubPath, Vec<FixCandidate>>,
    rejected: &mut BTreeSet<FixId>,
) -> usize {
    let before = FindingCounts::of(workspace.diagnostics());
    let mut texts: BTreeMap<&HubPath, String> = BTreeMap::new();
    let mut one_by_one: BTreeSet<&HubPath> = BTreeSet::new();
    for (path, candidates) in chosen {
        let Some(document) = workspace.hub().document(path.path_in_hub()) else {
            continue;
        };
        texts.insert(path, document.text.clone());
        match fitting(document, &Structure::from_document(document), candidates) {
            Some(after) => workspace.replace(after),
            None => {
                one_by_one.insert(path);
            }
        }
    }
    workspace.check();
    let mut worse = worse_files(&before, workspace.diagnostics());
    one_by_one.extend(to_blame(&worse, workspace.diagnostics(), chosen));
    worse.retain(|path| !chosen.contains_key(path));
    for path in &one_by_one {
        if let Some(text) = texts.remove(path) {
            workspace.replace(Document::new((*path).clone(), text));
        }
    }
    let mut kept = 0;
    for (path, candidates) in chosen {
        kept += if one_by_one.contains(path) {
            singly(workspace, path, candidates, &worse, rejected)
        } else {
            candidates.len()
        };
    }
    if !one_by_one.is_empty() {
        workspace.check();
    }
    kept
}

/// The files with more findings of some rule than before.
fn worse_files(before: &FindingCounts, after: &[Diagnostic]) -> BTreeSet<HubPath> {
    let scores = FindingCounts::of(after);
    let worse = scores.paths().filter(|path| scores.has_new(before, path));
    worse.cloned().collect()
}

/// The changed files whose fixes may have made other files worse: these files themselves, those that findings of the
/// other files relate to, or else all.
fn to_blame<'a>(
    worse: &BTreeSet<HubPath>,
    after: &[Diagnostic],
    chosen: &'a BTreeMap<HubPath, Vec<FixCandidate>>,
) -> BTreeSet<&'a HubPath> {
    let changed = |path: &HubPath| Some(chosen.get_key_value(path)?.0);
    let mut blamed = BTreeSet::new();
    for path in worse {
        if let Some(path) = changed(path) {
            blamed.insert(path);
            continue;
        }
        let found = after.iter().filter(|found| found.path == *path);
        let related = found.flat_map(|found| &found.related);
        let related: Vec<_> = related.filter_map(|related| changed(&related.path)).collect();
        if related.is_empty() {
            return chosen.keys().collect();
        }
        blamed.extend(related);
    }
    blamed
}

/// Try the fixes of one file one by one.
fn singly(
    workspace: &mut Workspace,
    path: &HubPath,
    candidates: &[FixCandidate],
    worse_elsewhere: &BTreeSet<HubPath>,
    rejected: &mut BTreeSet<FixId>,
) -> usize {
    let Some(document) = workspace.hub().document(path.path_in_hub()) else {
        return 0;
    };
    let original = Document::new(path.clone(), document.text.clone());
    let structure = Structure::from_document(&original);
    let mut watched = worse_elsewhere.clone();
    watched.insert(path.clone());
    let mut kept: Vec<FixCandidate> = Vec::new();
    let mut best = FindingCounts::of(&workspace.run_rules_on(&watched));
    let mut text = original.text.clone();
    for candidate in candidates {
        let tried: Vec<FixCandidate> = kept.iter().chain([candidate]).cloned().collect();
        // They must apply together, and each one separately.
        let alone = fitting(&original, &structure, std::slice::from_ref(candidate));
        let fits = alone.and_then(|_| fitting(&original, &structure, &tried));
        let scores = fits.map(|new| {
            let text = new.text.clone();
            workspace.replace(new);
            (text, FindingCounts::of(&workspace.run_rules_on(&watched)))
        });
        match scores {
            Some((new, scores)) if scores.acceptable_after(&best) => {
                kept = tried;
                best = scores;
                text = new;
            }
            _ => {
                rejected.insert(candidate.id.clone());
            }
        }
    }
    workspace.replace(Document::new(path.clone(), text));
    kept.len()
}

/// The document with some fixes applied, when they keep the structure of the document around them.
fn fitting(document: &Document, structure: &Structure, candidates: &[FixCandidate]) -> Option<Document> {
    let fixes = candidates
        .iter()
        .map(|candidate| (candidate.id.1, candidate.edits.as_slice()));
    apply_together(document, structure, fixes)
}

#[cfg(test)]
mod tests;
