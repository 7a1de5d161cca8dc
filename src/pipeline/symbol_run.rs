//! Which entries a run checks the symbols of, and what that costs.

use crate::config::Settings;
use crate::config::file::SymbolReleases;
use crate::document::HubPath;
use crate::hub::Hub;
use crate::releases::{CheckedEntry, PackageIndex};
use crate::symbols::{EntrySymbols, SymbolChecks};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

/// What the command line asks about symbols.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SymbolRequest {
    /// Against which releases they are checked; `None`: as the config says.
    pub releases: Option<SymbolReleases>,
    /// Only those of this many entries, which were checked longest ago.
    pub oldest: Option<usize>,
    /// Whether tables are read from the archives again, so that they hold what this hub needs and nothing else.
    pub afresh: bool,
    /// Whether each document is checked when it is put into the hub, with what was read of releases before. Nothing is
    /// downloaded.
    pub on_demand: bool,
}

impl From<SymbolReleases> for SymbolRequest {
    fn from(releases: SymbolReleases) -> Self {
        Self {
            releases: Some(releases),
            ..Self::default()
        }
    }
}

impl SymbolRequest {
    /// The releases that were asked for, with the config.
    pub(super) fn asked(&self, settings: &Settings) -> Option<SymbolReleases> {
        self.releases
            .or_else(|| match (self.oldest?, settings.symbols.check) {
                (_, Some(SymbolReleases::Declared)) => Some(SymbolReleases::Declared),
                _ => Some(SymbolReleases::Both),
            })
    }
}

/// How the entries of one hub are checked against registries.
#[derive(Clone, Copy, Debug)]
pub(super) struct SymbolRun {
    /// Against which releases.
    pub releases: SymbolReleases,
    /// Only those of this many entries.
    pub oldest: Option<usize>,
    /// Whether tables are read from the archives again.
    pub afresh: bool,
    /// Whether the cost is reported before the download starts.
    pub tells_cost: bool,
}

/// Where tables of releases are stored.
pub(super) struct StoredReleases {
    /// The source of tables. It has no network.
    pub index: Box<dyn PackageIndex>,
    /// Against which releases documents are checked.
    pub releases: SymbolReleases,
}

impl fmt::Debug for StoredReleases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredReleases").finish_non_exhaustive()
    }
}

/// The key of a hub in the cache.
fn key(hub: &Hub) -> PathBuf {
    let opened = hub.opened_from.as_ref();
    opened.map(|from| from.root.clone()).unwrap_or_default()
}

/// The entries that were checked longest ago: first those that never were, then by date, then by path.
pub(super) fn oldest<'a>(
    entries: &BTreeSet<&'a HubPath>,
    most: usize,
    hub: &Hub,
    index: &dyn PackageIndex,
) -> BTreeSet<&'a HubPath> {
    let dates = index.checked_dates(&key(hub));
    let mut order: Vec<(Option<&u64>, &'a HubPath)> = entries
        .iter()
        .map(|path| (dates.get(path.path_in_hub()), *path))
        .collect();
    order.sort_unstable();
    order.into_iter().take(most).map(|(_, path)| path).collect()
}

/// Record the date of entries that were checked, each with a document of it.
pub(super) fn record(
    checked: &[(&HubPath, &HubPath)],
    checks: &SymbolChecks,
    hub: &Hub,
    index: &dyn PackageIndex,
) {
    let is_read = |symbols: &EntrySymbols| {
        let mut sides = symbols.declared.iter().chain(&symbols.newest);
        sides.any(|side| side.uses.is_ok())
    };
    let mut entries: BTreeMap<&str, bool> = BTreeMap::new();
    for (entry, document) in checked {
        let read = entries.entry(entry.path_in_hub()).or_default();
        *read |= checks.get(document).is_some_and(is_read);
    }
    let entries: Vec<CheckedEntry<'_>> = entries
        .into_iter()
        .map(|(path, is_read)| CheckedEntry { path, is_read })
        .collect();
    // Of a part of a hub nothing is known about other files.
    let is_there = |path: &str| !hub.is_whole() || hub.document(path).is_some();
    index.store_checked_dates(&key(hub), &entries, &is_there);
}

/// What a run will download, reported before it starts.
#[derive(Debug)]
pub(super) struct SymbolCost {
    /// Entries to check.
    pub entries: usize,
    /// Releases that they need.
    pub releases: usize,
    /// Of these, releases of which a table is stored.
    pub cached: usize,
    /// The sizes of the archives in bytes, as far as they are known.
    pub sizes: Vec<Option<u64>>,
}

impl fmt::Display for SymbolCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: usize, one: &str, many: &str| match count {
            1 => format!("1 {one}"),
            count => format!("{count} {many}"),
        };
        write!(
            f,
            "symbols: {}, {}, {} in the cache",
            plural(self.entries, "entry", "entries"),
            plural(self.releases, "release", "releases"),
            self.cached
        )?;
        let known: Vec<u64> = self.sizes.iter().copied().flatten().collect();
        let unknown = self.sizes.len() - known.len();
        if !known.is_empty() {
            let sum = known.iter().fold(0_u64, |sum, size| sum.saturating_add(*size));
            // In tenths, so that less than a megabyte is a number too.
            let tenths = sum.saturating_mul(10).div_ceil(1 << 20);
            let size = match tenths {
                0..100 => format!("{}.{}", tenths / 10, tenths % 10),
                _ => tenths.div_ceil(10).to_string(),
            };
            write!(f, "; at most {size} MB to download")?;
        }
        let archives = plural(unknown, "archive", "archives");
        match (unknown, known.is_empty()) {
            (0, _) => Ok(()),
            (_, true) => write!(f, "; {archives} of unknown size to download"),
            (_, false) => write!(f, ", and {archives} of unknown size"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_in_words() {
        let cost = |sizes: &[Option<u64>]| {
            SymbolCost {
                entries: 62,
                releases: 124,
                cached: 41,
                sizes: sizes.to_vec(),
            }
            .to_string()
        };
        let start = "symbols: 62 entries, 124 releases, 41 in the cache";
        assert_eq!(
            cost(&[Some(47 << 20), Some((1 << 20) - 1)]),
            format!("{start}; at most 48 MB to download")
        );
        assert_eq!(
            cost(&[Some(1), None]),
            format!("{start}; at most 0.1 MB to download, and 1 archive of unknown size")
        );
        assert_eq!(
            cost(&[None, None]),
            format!("{start}; 2 archives of unknown size to download")
        );
        assert_eq!(
            cost(&[Some(u64::MAX), Some(u64::MAX)]).matches("at most").count(),
            1
        );
    }
}
