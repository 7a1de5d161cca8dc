//! What a command asks the pipeline to load.

use super::RegistryOptions;
use super::symbol_run::SymbolRequest;
use crate::config::Overrides;
use crate::hub::shard::Shard;
use std::path::PathBuf;

/// What to load, and how.
#[derive(Clone, Debug, Default)]
pub struct LoadRequest<'a> {
    /// Hubs, folders and files.
    pub paths: &'a [PathBuf],
    /// What the command line adds to the settings.
    pub overrides: Overrides,
    /// The options for registries.
    pub registries: RegistryOptions,
    /// Whether packages are looked up.
    pub lookups: Lookups,
    /// What is asked about symbols.
    pub symbols: SymbolRequest,
    /// Report only on entries that changed since this reference.
    pub since: Option<&'a str>,
    /// Report only on one of several equal parts of each hub.
    pub shard: Option<Shard>,
    /// Whether findings of the baseline are suppressed.
    pub baseline: bool,
    /// Whether a path that holds no document is an error.
    pub refuse_empty: bool,
    /// Report only on this file, whose text is not on the disk, in place of `paths`.
    pub unsaved: Option<&'a UnsavedFile>,
}

/// A file whose text is not read from the disk, where it may not exist.
#[derive(Clone, Debug)]
pub struct UnsavedFile {
    /// Its path, as it was written.
    pub path: PathBuf,
    /// Its text.
    pub bytes: Vec<u8>,
}

/// Whether packages are looked up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lookups {
    /// Never.
    Never,
    /// When a rule needs the releases.
    #[default]
    Needed,
    /// Always.
    Always,
}

impl LoadRequest<'_> {
    /// Whether the command line names a rule among those to run.
    pub(super) fn selects(&self, rule: &str) -> bool {
        let lists = self.overrides.select.iter().chain(&self.overrides.extend_select);
        lists.flat_map(|rules| rules.split(',')).any(|name| name == rule)
    }
}
