//! Apply the fixes of a run, pass by pass, and take back whatever makes a file worse.
//!
//! In each pass every file gets the fixes whose edits do not touch each other; the others wait for the next pass, in
//! which the file has been parsed and checked again. A fix is taken back when a finding appears that was not there
//! and the file is not better for it: fixes must not add new mistakes. So is a fix that makes
//! something else of the text around it, or that brings hidden text or broken code to light.
//!
//! A file that is reached by several paths is fixed once: by its own path, never through a symbolic link.

use super::{allowance, apply};
use crate::config::find;
use crate::diagnostic::{Diagnostic, Edit, Safety, Severity};
use crate::document::{Allowance, Document, HubPath, Structure};
use crate::error::Error;
use crate::hub::FileKind;
use crate::pipeline::{self, Checked};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The most passes. Fixes settle in two or three; ones that undo each other never do.
const MAX_PASSES: usize = 16;
/// Rules of which no fix may cause a finding, however many others it removes: what they find was harmless, or hidden
/// from them, before.
const NEVER_CAUSED: &[&str] = &[
    "broken-fence",
    "code-syntax",
    "hidden-instruction",
    "hidden-text",
    "leaked-secret",
];

/// A file that fixes changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The file.
    pub path: HubPath,
    /// Which of the hubs it is in.
    pub hub: usize,
    /// Its text before.
    pub before: String,
    /// Its text now.
    pub after: String,
}

/// What the fixes did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The files that differ, in order of hub and path.
    pub changed: Vec<Changed>,
    /// How many findings were fixed.
    pub fixed: usize,
    /// Symbolic links with something to fix that were left alone, in order of hub and path.
    pub links: Vec<HubPath>,
}

/// One fix, taken out of its finding.
#[derive(Clone, Debug)]
struct Candidate {
    edits: Vec<Edit>,
    id: Id,
}

/// What a fix is known by from pass to pass, as long as its file does not change there.
type Id = (HubPath, &'static str, String, Vec<String>);

/// Apply fixes to the hubs in memory; nothing is written. Afterwards the hubs hold the new texts and findings.
/// Findings that are allowed or known are left as they are.
///
/// # Errors
/// An invalid pattern of a config.
pub fn fix(checked: &mut [Checked], also_unsafe: bool, cwd: &Path, today: Date) -> Result<Outcome, Error> {
    let mut originals: BTreeMap<(usize, HubPath), String> = BTreeMap::new();
    let mut rejected: BTreeSet<Id> = BTreeSet::new();
    let mut fixed = 0;
    let copies = Copies::of(checked);
    for _ in 0..MAX_PASSES {
        let findings = pipeline::suppress(checked, cwd, today)?;
        let mut any = false;
        for (at, hub) in checked.iter_mut().enumerate() {
            let mut chosen = choose(hub, &findings.diagnostics, also_unsafe, &rejected);
            chosen.retain(|path, _| !copies.holds(at, path));
            if chosen.is_empty() {
                continue;
            }
            any = true;
            for path in chosen.keys() {
                if let Some(document) = hub.hub.document(path.in_hub()) {
                    originals
                        .entry((at, path.clone()))
                        .or_insert_with(|| document.text.clone());
                }
            }
            fixed += pass(hub, &chosen, today, &mut rejected);
        }
        if !any {
            break;
        }
    }
    let mut changed = Vec::new();
    for ((at, path), before) in originals {
        let after = checked.get(at).and_then(|c| c.hub.document(path.in_hub()));
        if let Some(document) = after
            && document.text != before
        {
            let after = document.text.clone();
            changed.push(Changed {
                path,
                hub: at,
                before,
                after,
            });
        }
    }
    copies.follow(checked, &changed, today);
    let left = pipeline::suppress(checked, cwd, today)?.diagnostics;
    let mut links = Vec::new();
    for hub in checked.iter() {
        let chosen = choose(hub, &left, also_unsafe, &rejected);
        links.extend(chosen.into_keys().filter(|path| is_link(hub, path)));
    }
    Ok(Outcome {
        changed,
        fixed,
        links,
    })
}

fn is_link(checked: &Checked, path: &HubPath) -> bool {
    checked.hub.files.get(path.in_hub()) == Some(&FileKind::Symlink)
}

/// The paths that lead to a file which has another path: symbolic links, and files that are in two hubs. A hub is
/// listed without following links, so that no other path can.
struct Copies(BTreeMap<(usize, HubPath), PathBuf>);

impl Copies {
    fn of(checked: &[Checked]) -> Self {
        let mut first: BTreeSet<PathBuf> = BTreeSet::new();
        let mut copies = BTreeMap::new();
        for (at, hub) in checked.iter().enumerate() {
            for document in &hub.hub.documents {
                let file = hub.root.join(document.path.in_hub());
                if is_link(hub, &document.path) {
                    copies.insert((at, document.path.clone()), find::real(&file));
                } else if checked.len() > 1 && !first.insert(file.clone()) {
                    copies.insert((at, document.path.clone()), file);
                }
            }
        }
        Self(copies)
    }

    fn holds(&self, hub: usize, path: &HubPath) -> bool {
        !self.0.is_empty() && self.0.contains_key(&(hub, path.clone()))
    }

    /// Give the copies the new texts of their files, and look for what is wrong with them now.
    fn follow(&self, checked: &mut [Checked], changed: &[Changed], today: Date) {
        let mut texts: BTreeMap<PathBuf, &str> = BTreeMap::new();
        for file in changed {
            if let Some(hub) = checked.get(file.hub) {
                texts.insert(hub.root.join(file.path.in_hub()), &file.after);
            }
        }
        let mut stale = BTreeSet::new();
        for ((at, path), file) in &self.0 {
            if let (Some(text), Some(hub)) = (texts.get(file), checked.get_mut(*at)) {
                replace(hub, path, (*text).to_owned());
                stale.insert(*at);
            }
        }
        for at in stale {
            if let Some(hub) = checked.get_mut(at) {
                hub.diagnostics = hub.check(today);
            }
        }
    }
}

/// The fixes of one pass: by file, in order of place, none touching another.
fn choose(
    checked: &Checked,
    diagnostics: &[Diagnostic],
    also_unsafe: bool,
    rejected: &BTreeSet<Id>,
) -> BTreeMap<HubPath, Vec<Candidate>> {
    let mut by_file: BTreeMap<HubPath, Vec<Candidate>> = BTreeMap::new();
    for diagnostic in diagnostics {
        let Some(fix) = &diagnostic.fix else { continue };
        let path = &diagnostic.path;
        let here = path.hub() == checked.hub.shown && checked.hub.document(path.in_hub()).is_some();
        if !here || fix.edits.is_empty() || (fix.safety == Safety::Unsafe && !also_unsafe) {
            continue;
        }
        let texts = fix.edits.iter().map(|edit| edit.text.clone()).collect();
        let candidate = Candidate {
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

/// Whether two edits cannot be made together: they share a byte, or start at the same place, so that their order
/// would matter.
fn touch(a: &Edit, b: &Edit) -> bool {
    a.span.start == b.span.start || (a.span.start < b.span.end && b.span.start < a.span.end)
}

/// Make the chosen fixes, check again, and take back what is worse. Returns how many were kept.
fn pass(
    checked: &mut Checked,
    chosen: &BTreeMap<HubPath, Vec<Candidate>>,
    today: Date,
    rejected: &mut BTreeSet<Id>,
) -> usize {
    let before = Scores::of(&checked.diagnostics);
    let mut texts: BTreeMap<HubPath, String> = BTreeMap::new();
    let mut kept = 0;
    let mut one_by_one: BTreeSet<HubPath> = BTreeSet::new();
    for (path, candidates) in chosen {
        let Some(document) = checked.hub.document(path.in_hub()) else {
            continue;
        };
        texts.insert(path.clone(), document.text.clone());
        match fitting(document, &Structure::of(document), candidates) {
            Some(text) => replace(checked, path, text),
            None => {
                one_by_one.insert(path.clone());
            }
        }
    }
    let after = checked.check(today);
    let scores = Scores::of(&after);
    let mut worse_elsewhere: BTreeSet<HubPath> = BTreeSet::new();
    for path in scores.paths() {
        if !scores.has_new(&before, path) {
            continue;
        }
        if chosen.contains_key(path) {
            one_by_one.insert(path.clone());
            continue;
        }
        worse_elsewhere.insert(path.clone());
        let related: BTreeSet<&HubPath> = after
            .iter()
            .filter(|d| &d.path == path)
            .flat_map(|d| d.related.iter().map(|r| &r.path))
            .filter(|path| chosen.contains_key(path))
            .collect();
        if related.is_empty() {
            one_by_one.extend(chosen.keys().cloned());
        } else {
            one_by_one.extend(related.into_iter().cloned());
        }
    }
    for path in &one_by_one {
        if let Some(text) = texts.get(path) {
            replace(checked, path, text.clone());
        }
    }
    for (path, candidates) in chosen {
        if one_by_one.contains(path) {
            kept += singly(checked, path, candidates, &worse_elsewhere, today, rejected);
        } else {
            kept += candidates.len();
        }
    }
    checked.diagnostics = if one_by_one.is_empty() {
        after
    } else {
        checked.check(today)
    };
    kept
}

/// Try the fixes of one file one after the other.
fn singly(
    checked: &mut Checked,
    path: &HubPath,
    candidates: &[Candidate],
    watched: &BTreeSet<HubPath>,
    today: Date,
    rejected: &mut BTreeSet<Id>,
) -> usize {
    let Some(document) = checked.hub.document(path.in_hub()) else {
        return 0;
    };
    let original = Document::new(path.clone(), document.text.clone());
    let structure = Structure::of(&original);
    let focus: BTreeSet<String> = watched
        .iter()
        .chain([path])
        .map(|path| path.in_hub().to_owned())
        .filter(|path| {
            checked
                .hub
                .focus
                .as_ref()
                .is_none_or(|focus| focus.contains(path))
        })
        .collect();
    let whole = checked.hub.focus.replace(focus);
    let mut kept: Vec<Candidate> = Vec::new();
    let mut best = Scores::of(&checked.check(today));
    let mut text = original.text.clone();
    for candidate in candidates {
        let tried: Vec<Candidate> = kept.iter().chain([candidate]).cloned().collect();
        // They must fit together, and each one alone.
        let alone = fitting(&original, &structure, std::slice::from_ref(candidate));
        let fits = alone.and_then(|_| fitting(&original, &structure, &tried));
        let scores = fits.map(|new| {
            replace(checked, path, new.clone());
            (new, Scores::of(&checked.check(today)))
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
    replace(checked, path, text);
    checked.hub.focus = whole;
    kept.len()
}

/// The text with some fixes made; `None` when their edits do not fit, which is a mistake of their rule, or make
/// something else of the document around them.
fn fitting(document: &Document, structure: &Structure, candidates: &[Candidate]) -> Option<String> {
    let edits = all_edits(candidates);
    let text = apply(&document.text, &edits).ok()?;
    // What one fix may change, another one may not: those with the same allowance are looked at without the others.
    let mut groups: Vec<(Allowance, Vec<Edit>)> = Vec::new();
    for Candidate {
        edits,
        id: (_, rule, ..),
    } in candidates
    {
        let allowed = allowance(rule);
        match groups.iter_mut().find(|(group, _)| *group == allowed) {
            Some((_, all)) => all.extend(edits.iter().cloned()),
            None => groups.push((allowed, edits.clone())),
        }
    }
    let alone = |(allowed, edits): &(Allowance, Vec<Edit>)| structure.is_kept_by(document, edits, *allowed);
    if groups.len() > 1 && !groups.iter().all(alone) {
        return None;
    }
    let allowed = groups
        .iter()
        .fold(Allowance::default(), |all, (group, _)| all.and(*group));
    let after = Document::new(document.path.clone(), text);
    structure.is_kept(&edits, &after, allowed).then_some(after.text)
}

fn all_edits(candidates: &[Candidate]) -> Vec<Edit> {
    candidates.iter().flat_map(|c| c.edits.iter().cloned()).collect()
}

/// Put another text in place of a document's, and find out again what it covers.
fn replace(checked: &mut Checked, path: &HubPath, text: String) {
    let document = Document::new(path.clone(), text);
    let covered = checked.covered(&document);
    let documents = &mut checked.hub.documents;
    let at = documents.binary_search_by(|d| d.path.in_hub().cmp(path.in_hub()));
    if let Some(old) = at.ok().and_then(|at| documents.get_mut(at)) {
        *old = document;
        checked.coverage.insert(path.clone(), covered);
    }
}

/// How many findings of each rule each file has.
struct Scores {
    files: BTreeMap<HubPath, BTreeMap<&'static str, usize>>,
    /// Errors, warnings, notes in all of them.
    severities: [usize; 3],
}

impl Scores {
    fn of(diagnostics: &[Diagnostic]) -> Self {
        let mut files: BTreeMap<HubPath, BTreeMap<&'static str, usize>> = BTreeMap::new();
        let mut severities = [0; 3];
        for diagnostic in diagnostics {
            *files
                .entry(diagnostic.path.clone())
                .or_default()
                .entry(diagnostic.rule)
                .or_default() += 1;
            let [errors, warnings, notes] = &mut severities;
            *match diagnostic.severity {
                Severity::Error => errors,
                Severity::Warning => warnings,
                Severity::Note => notes,
            } += 1;
        }
        Self { files, severities }
    }

    fn paths(&self) -> impl Iterator<Item = &HubPath> {
        self.files.keys()
    }

    /// Whether a file has more findings of some rule than it had.
    fn has_new(&self, before: &Self, path: &HubPath) -> bool {
        self.has_new_of(before, path, None)
    }

    /// The same of some rules.
    fn has_new_of(&self, before: &Self, path: &HubPath, only: Option<&[&str]>) -> bool {
        let before = before.files.get(path);
        self.files.get(path).is_some_and(|rules| {
            rules
                .iter()
                .filter(|(rule, _)| only.is_none_or(|only| only.contains(rule)))
                .any(|(rule, n)| *n > before.and_then(|b| b.get(rule)).copied().unwrap_or(0))
        })
    }

    /// Nothing is new, or what is new was hidden behind something worse that is gone: an error that was
    /// not visible before a field was in its place.
    fn acceptable_after(&self, before: &Self) -> bool {
        let new = |rules: Option<&[&str]>| self.paths().any(|path| self.has_new_of(before, path, rules));
        !new(Some(NEVER_CAUSED)) && (self.severities < before.severities || !new(None))
    }
}

#[cfg(test)]
mod tests;
