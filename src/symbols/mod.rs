//! Which symbols of a package the code of documents uses, and whether a release has them.
//!
//! A release is read, never imported or run. `python/` and `javascript/` are built alike: `read.rs` makes a summary of
//! each module that is needed, `release.rs` looks names up in them, `usage.rs` follows names through the blocks of a
//! document. When a name may exist without appearing in the source, nothing is reported: the use is counted as
//! undecided.

mod bindings;
mod block;
mod distinct;
mod document;
mod files;
pub mod javascript;
mod outdated_text;
pub mod python;
mod reference;
mod release;
mod suggestion;
mod table;
pub mod verdict;

pub use document::{has_code, uses};
pub use files::Files;
pub use reference::{Outcome, SymbolKind, SymbolUse, Undecided};
pub use release::{Release, table_version};
pub use suggestion::suggest;
pub use verdict::{Verdict, VerdictKind};

use crate::document::HubPath;
use crate::package::Package;
use crate::package::version::Version;
use std::collections::BTreeMap;

/// What was found out about the symbols of every entry that was checked.
#[derive(Clone, Debug, Default)]
pub struct SymbolChecks {
    by_path: BTreeMap<HubPath, EntrySymbols>,
}

/// The symbols of one entry.
#[derive(Clone, Debug)]
pub struct EntrySymbols {
    /// The package whose symbols they are.
    pub package: Package,
    /// Against the release that the entry declares.
    pub declared: Option<ReleaseSymbols>,
    /// Against the newest release, when it is another one.
    pub newest: Option<ReleaseSymbols>,
}

/// The symbols of one entry against one release.
#[derive(Clone, Debug)]
pub struct ReleaseSymbols {
    /// The version.
    pub version: String,
    /// Each use in order, or why the release could not be read. The reason may hold texts of servers.
    pub uses: Result<Vec<SymbolUse>, String>,
}

impl SymbolChecks {
    /// Add an entry.
    pub fn insert(&mut self, path: HubPath, symbols: EntrySymbols) {
        self.by_path.insert(path, symbols);
    }

    /// Forget an entry.
    pub fn remove(&mut self, path: &HubPath) {
        self.by_path.remove(path);
    }

    /// What is known of an entry; `None` when it was not checked.
    #[must_use]
    pub fn get(&self, path: &HubPath) -> Option<&EntrySymbols> {
        self.by_path.get(path)
    }

    /// Every entry, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&HubPath, &EntrySymbols)> {
        self.by_path.iter()
    }
}

impl EntrySymbols {
    /// The symbols of an entry that declares these versions now. When that is the newest release, as after a fix that
    /// raises the version, the older one is no longer compared.
    #[must_use]
    pub fn declared_by(mut self, versions: &[&str]) -> Self {
        let is_raised = |newest: &mut ReleaseSymbols| {
            let version = Version::parse(self.package.ecosystem(), &newest.version);
            version.is_some_and(|version| versions.iter().any(|text| version.is_written(text)))
        };
        if let Some(newest) = self.newest.take_if(is_raised) {
            self.declared = Some(newest);
        }
        self
    }
}

impl ReleaseSymbols {
    /// How many uses were decided, how many of them are missing, and the others by reason.
    #[must_use]
    pub fn counts(&self) -> SymbolCounts {
        let mut counts = SymbolCounts::default();
        for found in self.uses.iter().flatten() {
            match &found.outcome {
                Outcome::Found => counts.checked += 1,
                Outcome::Missing { .. } => {
                    counts.checked += 1;
                    counts.missing += 1;
                }
                Outcome::Undecided(why) => *counts.undecided.entry(*why).or_default() += 1,
            }
        }
        counts
    }
}

/// Numbers of uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SymbolCounts {
    /// Decided: the release has it or does not.
    pub checked: usize,
    /// Of these, missing in the release.
    pub missing: usize,
    /// Not decided, by reason.
    pub undecided: BTreeMap<Undecided, usize>,
}
