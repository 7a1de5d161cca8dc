//! Whether the version that an entry declares can be raised, by what its code uses.
//!
//! Symbols are counted, not places: code that calls one method ten times proves no more than code that calls it once.

use super::reference::{Outcome, SymbolUse, Undecided};
use super::{EntrySymbols, ReleaseSymbols};
use crate::document::{Document, HubPath};
use crate::text::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The least number of decided symbols with which an entry can be called safe.
pub const MIN_DECIDED: usize = 5;

/// What the symbols of an entry say about its declared version.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict<'a> {
    /// The verdict.
    pub kind: VerdictKind,
    /// How many symbols were decided: in the newest release, or in the declared one when no newer one was read.
    pub decided: usize,
    /// How many symbols the code uses of the package.
    pub total: usize,
    /// How many of the decided symbols the newest release does not have, without those of `missing`.
    pub gone: usize,
    /// Where these are used, in order.
    pub gone_at: Vec<&'a SymbolUse>,
    /// How many symbols the declared release itself does not have.
    pub missing: usize,
    /// How many of the missing ones the newest release has.
    pub only_in_newest: usize,
    /// How many symbols were not decided, by reason.
    pub undecided: BTreeMap<Undecided, usize>,
}

/// The kinds of verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerdictKind {
    /// No newer release is known, and the declared one has every decided symbol.
    Current,
    /// The newest release has every decided symbol, and enough were decided.
    Safe,
    /// The newest release does not have some of the symbols.
    Breaks,
    /// The declared release itself does not have some of the symbols.
    Wrong,
    /// Nothing can be said.
    Unknown(UnknownVerdict),
}

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownVerdict {
    /// Fewer than [`MIN_DECIDED`] symbols were decided.
    TooFew,
    /// Less than half of the symbols were decided.
    LessThanHalf,
    /// A release could not be read.
    NotRead,
    /// The newest release was not asked for.
    NotAsked,
}

impl VerdictKind {
    /// One word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Safe => "safe",
            Self::Breaks => "breaks",
            Self::Wrong => "wrong",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Why nothing can be said, in words.
    #[must_use]
    pub fn why(self) -> Option<&'static str> {
        match self {
            Self::Unknown(why) => Some(match why {
                UnknownVerdict::TooFew => "fewer than 5 symbols decided",
                UnknownVerdict::LessThanHalf => "less than half of the symbols decided",
                UnknownVerdict::NotRead => "a release was not read",
                UnknownVerdict::NotAsked => "not checked against the newest release",
            }),
            Self::Current | Self::Safe | Self::Breaks | Self::Wrong => None,
        }
    }
}

/// The result for one symbol over all places, in ascending order of importance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SymbolStatus {
    Undecided(Undecided),
    Found,
    /// Missing in both releases.
    NeverThere,
    Gone,
}

/// A place in a document.
type UsePlace<'a> = (&'a HubPath, Span);

fn place(found: &SymbolUse) -> UsePlace<'_> {
    (&found.path, found.span)
}

fn is_missing(found: &SymbolUse) -> bool {
    matches!(found.outcome, Outcome::Missing { .. })
}

fn uses(release: Option<&ReleaseSymbols>) -> &[SymbolUse] {
    release
        .and_then(|release| release.uses.as_deref().ok())
        .unwrap_or_default()
}

impl<'a> Verdict<'a> {
    /// The verdict on an entry. `is_behind`: whether its declared version is older than the newest release.
    #[must_use]
    pub fn new(symbols: &'a EntrySymbols, is_behind: bool) -> Self {
        let newest = symbols.newest.as_ref().filter(|_| is_behind);
        let in_declared = uses(symbols.declared.as_ref());
        let in_newest = uses(newest);
        let was_missing: BTreeSet<UsePlace<'_>> = in_declared
            .iter()
            .filter(|one| is_missing(one))
            .map(place)
            .collect();
        let is_gone = |one: &SymbolUse| is_missing(one) && !was_missing.contains(&place(one));
        let fates = fates(
            in_declared,
            in_newest,
            newest.is_some_and(|it| it.uses.is_ok()),
            &is_gone,
        );
        let (missing, only_in_newest) = missing(in_declared, in_newest);
        let count =
            |wanted: &dyn Fn(&SymbolStatus) -> bool| fates.values().filter(|fate| wanted(fate)).count();
        let mut undecided: BTreeMap<Undecided, usize> = BTreeMap::new();
        for fate in fates.values() {
            if let SymbolStatus::Undecided(why) = fate {
                *undecided.entry(*why).or_default() += 1;
            }
        }
        let mut verdict = Self {
            kind: VerdictKind::Current,
            decided: count(&|fate| !matches!(fate, SymbolStatus::Undecided(_))),
            total: fates.len(),
            gone: count(&|fate| *fate == SymbolStatus::Gone),
            gone_at: in_newest.iter().filter(|one| is_gone(one)).collect(),
            missing,
            only_in_newest,
            undecided,
        };
        verdict.kind = verdict.decide(symbols, is_behind);
        verdict
    }

    fn decide(&self, symbols: &EntrySymbols, is_behind: bool) -> VerdictKind {
        use UnknownVerdict::{LessThanHalf, NotAsked, NotRead, TooFew};
        let is_read = |release: &ReleaseSymbols| release.uses.is_ok();
        if self.missing > 0 {
            return VerdictKind::Wrong;
        }
        if !is_behind {
            return match symbols.declared.as_ref().is_some_and(is_read) {
                true => VerdictKind::Current,
                false => VerdictKind::Unknown(NotRead),
            };
        }
        match &symbols.newest {
            None => VerdictKind::Unknown(NotAsked),
            Some(newest) if !is_read(newest) => VerdictKind::Unknown(NotRead),
            // A few symbols that exist do not prove that the code works, but a single missing one proves
            // that it does not.
            Some(_) if self.gone > 0 => VerdictKind::Breaks,
            Some(_) if self.decided < MIN_DECIDED => VerdictKind::Unknown(TooFew),
            Some(_) if self.decided * 2 < self.total => VerdictKind::Unknown(LessThanHalf),
            Some(_) => VerdictKind::Safe,
        }
    }

    /// Whether the newest release has everything that the declared one is known not to have, and the rest.
    #[must_use]
    pub fn is_ahead(&self) -> bool {
        self.kind == VerdictKind::Wrong && self.only_in_newest == self.missing && self.gone == 0
    }

    /// Whether the code is known not to work with the newest release.
    #[must_use]
    pub fn is_refuted(&self) -> bool {
        match self.kind {
            VerdictKind::Breaks => true,
            VerdictKind::Wrong => !self.is_ahead(),
            VerdictKind::Current | VerdictKind::Safe | VerdictKind::Unknown(_) => false,
        }
    }

    /// The lines of a document that use what is gone, each once.
    #[must_use]
    pub fn gone_lines(&self, document: &Document) -> Vec<usize> {
        let here = self.gone_at.iter().filter(|one| one.path == document.path);
        let lines: BTreeSet<usize> = here.map(|one| document.lines().line(one.span.start)).collect();
        lines.into_iter().collect()
    }
}

/// What is known about each symbol: in the newest release when it was read, else in the declared one.
fn fates<'a>(
    in_declared: &'a [SymbolUse],
    in_newest: &'a [SymbolUse],
    has_newest: bool,
    is_gone: &dyn Fn(&SymbolUse) -> bool,
) -> BTreeMap<&'a str, SymbolStatus> {
    let mut fates: BTreeMap<&str, SymbolStatus> = BTreeMap::new();
    let compared = if has_newest { in_newest } else { in_declared };
    for one in compared {
        let fate = match &one.outcome {
            Outcome::Found => SymbolStatus::Found,
            Outcome::Undecided(why) => SymbolStatus::Undecided(*why),
            Outcome::Missing { .. } if has_newest && is_gone(one) => SymbolStatus::Gone,
            Outcome::Missing { .. } => SymbolStatus::NeverThere,
        };
        let known = fates.entry(one.symbol.as_str()).or_insert(fate);
        *known = fate.max(*known);
    }
    // Members of a removed class are not looked up in the newest release, although the code uses them.
    let listed: BTreeSet<UsePlace<'_>> = compared.iter().map(place).collect();
    for one in in_declared.iter().filter(|one| !listed.contains(&place(one))) {
        fates
            .entry(one.symbol.as_str())
            .or_insert(SymbolStatus::Undecided(Undecided::Type));
    }
    fates
}

/// How many symbols the declared release does not have, and how many of them the newest has at each place.
fn missing(in_declared: &[SymbolUse], in_newest: &[SymbolUse]) -> (usize, usize) {
    let missing: BTreeSet<&str> = in_declared
        .iter()
        .filter(|one| is_missing(one))
        .map(|one| one.symbol.as_str())
        .collect();
    let found: BTreeSet<UsePlace<'_>> = in_newest
        .iter()
        .filter(|one| one.outcome == Outcome::Found)
        .map(place)
        .collect();
    let still_missing: BTreeSet<&str> = in_declared
        .iter()
        .filter(|one| is_missing(one) && !found.contains(&place(one)))
        .map(|one| one.symbol.as_str())
        .collect();
    (missing.len(), missing.len() - still_missing.len())
}

#[cfg(test)]
mod tests;
