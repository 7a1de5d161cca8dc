//! A hub with everything that a check needs. It can be loaded, checked, changed in memory and checked again.
//!
//! `load.rs` reads it: discover, parse, resolve, fetch. `check.rs` runs the rules. `crate::suppress` decides which
//! findings are reported.

mod archive_files;
pub mod baseline;
mod check;
mod cover;
mod declarations;
mod disambiguate;
mod empty;
mod index;
mod load;
mod local_source;
mod lookup;
mod policy;
mod progress;
mod release_source;
mod request;
mod shown;
pub mod status;
mod summary;
mod symbol_run;
mod symbol_stored;
mod symbols;

pub use index::RegistryOptions;
pub use request::{LoadRequest, Lookups, UnsavedFile};
pub use shown::{display_path, relative_path};
pub use summary::{count_packages, count_packages_of, reason_words, summarise};
pub use symbol_run::SymbolRequest;

use crate::config::Settings;
use crate::diagnostic::Diagnostic;
use crate::document::{Document, HubPath};
use crate::error::Error;
use crate::hub::discover::{self, HubFolder};
use crate::hub::opened::OpenedFrom;
use crate::hub::{Hub, SwappedDocument};
use crate::package::mapping::PackageMapping;
use crate::package::resolution::{PackageResolution, ResolvedPackages};
use crate::releases::{ArchiveRequest, PackageLookups};
use crate::report::pluralize;
use crate::rule::{Context, MAX_REPORTED, order};
use crate::suppress::{self, AppliedBaseline, Findings, PolicyChange, SuppressionInput};
use crate::symbols::SymbolChecks;
use crate::timing::Timer;
use baseline::BaselineFile;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// One hub with its settings, the packages of its documents, registry data about them, and the findings.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
    cwd: PathBuf,
    today: Date,
    hub: Hub,
    settings: Settings,
    mapping: PackageMapping,
    coverage: PackageResolution,
    releases: Option<PackageLookups>,
    symbols: symbols::Symbols,
    /// Whether there is a git base to compare with.
    has_base: bool,
    /// Whether only the allows in comments of the base are used.
    allows_of_base: bool,
    /// Files that configure the checks and differ from those that are used.
    policy_changes: Vec<PolicyChange>,
    baseline: Option<BaselineFile>,
    diagnostics: Vec<Diagnostic>,
}

/// The state before a document was swapped.
#[derive(Debug)]
pub struct Swapped {
    path: HubPath,
    document: SwappedDocument,
    covered: Option<ResolvedPackages>,
    symbols: symbols::KnownSymbols,
}

impl Workspace {
    /// A workspace for a hub in memory, without releases, a base or a baseline.
    #[must_use]
    pub fn new(root: PathBuf, hub: Hub, settings: Settings, today: Date) -> Self {
        let mapping = PackageMapping::default();
        Self {
            coverage: cover::resolve_packages(&hub, &settings, &mapping, &BTreeSet::new()),
            cwd: root.clone(),
            root,
            today,
            hub,
            settings,
            mapping,
            releases: None,
            symbols: symbols::Symbols::default(),
            has_base: false,
            allows_of_base: false,
            policy_changes: Vec::new(),
            baseline: None,
            diagnostics: Vec::new(),
        }
    }

    /// Use these releases.
    #[must_use]
    pub fn with_releases(mut self, releases: Option<PackageLookups>) -> Self {
        self.releases = releases;
        self
    }

    /// Use these results of symbol checks.
    #[must_use]
    pub fn with_symbols(mut self, checks: SymbolChecks) -> Self {
        self.symbols.checks = checks;
        self
    }

    /// What is known about the symbols of entries.
    #[must_use]
    pub fn symbols(&self) -> &SymbolChecks {
        &self.symbols.checks
    }

    /// The tables of symbols that were read of releases of registries, with the version of the reader.
    pub fn symbol_tables(&self) -> impl Iterator<Item = (ArchiveRequest, u32, &[u8])> {
        self.symbols.tables()
    }

    /// Load hubs without running any rule.
    ///
    /// # Errors
    /// When a hub or its settings cannot be read, or a registry cannot be used.
    pub fn load(request: &LoadRequest<'_>, cwd: &Path, today: Date) -> Result<Vec<Self>, Error> {
        load::load(request, cwd, today)
    }

    /// Load one hub, whatever the paths of the request are.
    ///
    /// # Errors
    /// As [`Workspace::load`].
    pub fn load_folder(
        request: &LoadRequest<'_>,
        folder: HubFolder,
        cwd: &Path,
        today: Date,
    ) -> Result<Self, Error> {
        load::load_folder(request, folder, cwd, today)
    }

    /// Load one hub to check its documents one by one while they change: with what earlier runs read of releases from
    /// some registries, and without a network.
    ///
    /// # Errors
    /// As [`Workspace::load`]; and an invalid pattern of the config, which a check of a document does not report.
    pub fn load_on_demand(
        folder: HubFolder,
        registries: &RegistryOptions,
        cwd: &Path,
        today: Date,
    ) -> Result<Self, Error> {
        let request = LoadRequest {
            registries: RegistryOptions {
                offline: true,
                ..registries.clone()
            },
            symbols: SymbolRequest {
                on_demand: true,
                ..SymbolRequest::default()
            },
            baseline: true,
            ..LoadRequest::default()
        };
        let workspace = Self::load_folder(&request, folder, cwd, today)?;
        suppress(std::slice::from_ref(&workspace))?;
        Ok(workspace)
    }

    /// Load and check hubs.
    ///
    /// # Errors
    /// As [`Workspace::load`].
    pub fn load_and_check(request: &LoadRequest<'_>, cwd: &Path, today: Date) -> Result<Vec<Self>, Error> {
        let mut workspaces = Self::load(request, cwd, today)?;
        workspaces.iter_mut().for_each(Self::check);
        Ok(workspaces)
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What was read.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Its settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The packages of its documents.
    #[must_use]
    pub fn coverage(&self) -> &PackageResolution {
        &self.coverage
    }

    /// The registry data of its packages; `None` without a look-up.
    #[must_use]
    pub fn releases(&self) -> Option<&PackageLookups> {
        self.releases.as_ref()
    }

    /// The findings of the last check, before suppression.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The context for rules.
    #[must_use]
    pub fn context(&self) -> Context<'_> {
        Context {
            today: self.today,
            options: &self.settings.options,
            coverage: &self.coverage,
            symbols: &self.symbols.checks,
        }
    }

    /// Run the rules on the current texts, and store the findings.
    pub fn check(&mut self) {
        self.diagnostics = self.run_rules();
    }

    /// Run the rules on the current texts.
    #[must_use]
    pub fn run_rules(&self) -> Vec<Diagnostic> {
        check::check(&self.hub, self.releases(), &self.context())
    }

    /// Run the rules, and return the findings that a report of this hub has.
    #[must_use]
    pub fn reported(&self) -> Vec<Diagnostic> {
        let findings = suppress::suppress(vec![self.input(self.run_rules())], self.today);
        // Loading the hub refuses invalid patterns.
        let mut reported = findings.unwrap_or_default().diagnostics;
        order::cap(&mut reported, MAX_REPORTED);
        reported
    }

    /// Run the rules, and return the findings in some of the files to report on.
    #[must_use]
    pub fn run_rules_on(&mut self, paths: &BTreeSet<HubPath>) -> Vec<Diagnostic> {
        let focus = paths.iter().filter(|path| self.hub.in_focus(path));
        let focus = focus.map(|path| path.path_in_hub().to_owned()).collect();
        self.focused_on(focus, Self::run_rules)
    }

    /// Do something while only these paths inside the hub are reported on.
    fn focused_on<T>(&mut self, paths: BTreeSet<String>, run: impl FnOnce(&Self) -> T) -> T {
        let before = self.hub.set_focus(Some(paths));
        let result = run(self);
        self.hub.set_focus(before);
        result
    }

    /// Run the rules about the hub as a whole.
    #[must_use]
    pub fn run_hub_rules(&self) -> Vec<Diagnostic> {
        check::check_hub_rules(&self.hub, &self.context())
    }

    /// The findings of those rules in one document, as a check of this document alone has them.
    #[must_use]
    pub fn run_hub_rules_on(&mut self, path: &HubPath) -> Vec<Diagnostic> {
        let focus = BTreeSet::from([path.path_in_hub().to_owned()]);
        self.focused_on(focus, Self::run_hub_rules)
    }

    /// The reported findings in one document: those of the rules about it, and other findings in it.
    #[must_use]
    pub fn check_document(&mut self, path: &HubPath, others: &[Diagnostic]) -> Vec<Diagnostic> {
        let Some(document) = self.hub.document_or_attachment(path.path_in_hub()) else {
            return Vec::new();
        };
        let mut found = check::check_document_rules(document, self.releases(), &self.context());
        found.extend_from_slice(others);
        let focus = BTreeSet::from([path.path_in_hub().to_owned()]);
        let suppress = |this: &Self| suppress::suppress(vec![this.input(found)], this.today);
        // Loading the hub refuses invalid patterns.
        let mut reported = self.focused_on(focus, suppress).unwrap_or_default().diagnostics;
        reported.retain(|diagnostic| diagnostic.path == *path);
        order::cap(&mut reported, MAX_REPORTED);
        reported
    }

    /// Replace the document at a path or add one, as [`Workspace::replace`] does, until [`Workspace::restore`].
    pub fn swap(&mut self, document: Document) -> Swapped {
        let path = document.path.clone();
        let covered = self.coverage.get(&path).cloned();
        let symbols = self.symbols.known(&path);
        self.resolve(&document);
        Swapped {
            document: self.hub.swap(document),
            path,
            covered,
            symbols,
        }
    }

    /// Put back what was swapped, without reading it again.
    pub fn restore(&mut self, swapped: Swapped) {
        let path = &swapped.path;
        match swapped.covered {
            Some(covered) => self.coverage.insert(path.clone(), covered),
            None => self.coverage.remove(path),
        }
        self.symbols.restore(path, swapped.symbols);
        self.hub.restore(swapped.document);
    }

    /// Replace the document at a path or add one, and resolve its packages.
    pub fn replace(&mut self, document: Document) {
        self.resolve(&document);
        self.hub.insert(document);
    }

    /// Resolve the packages and the symbols of a document that is put into the hub.
    fn resolve(&mut self, document: &Document) {
        let mut covered = cover::resolve_document(document, &self.hub, &self.settings, &self.mapping);
        if let Some(releases) = &self.releases {
            covered = lookup::disambiguated(document, covered, releases);
        }
        self.coverage.insert(document.path.clone(), covered);
        self.update_symbols(document);
    }

    /// Check the symbols of a document that is put into the hub.
    fn update_symbols(&mut self, document: &Document) {
        let Some(entry) = symbols::entry_of(&self.hub, document) else {
            return;
        };
        let Some(covered) = self.coverage.get(&entry.path) else {
            return;
        };
        let symbols = &mut self.symbols;
        symbols.update(document, entry, &self.settings, covered);
        if let Some(releases) = &self.releases
            && !symbols.is_local(&self.settings, &entry.path, covered)
        {
            let context = Context {
                today: self.today,
                options: &self.settings.options,
                coverage: &self.coverage,
                symbols: &SymbolChecks::default(),
            };
            symbols.update_stored(document, entry, releases, &context);
        }
    }

    /// The displayed path of the config; `None` without a config.
    fn config(&self) -> Option<HubPath> {
        self.settings.file.as_deref().map(|file| self.beside(file))
    }

    /// The path of a file as a program opens it from the working folder.
    #[must_use]
    pub fn opened(&self, file: &Path) -> String {
        let (root, cwd) = (self.cwd.join(file), self.cwd.clone());
        OpenedFrom { root, cwd }.path("")
    }

    /// The displayed path of a file that may be outside of the hub.
    fn beside(&self, file: &Path) -> HubPath {
        HubPath::new("", &display_path(&self.cwd.join(file), &self.cwd))
    }

    /// The path of the hub relative to the folder of its baseline.
    #[must_use]
    pub fn prefix(&self, baseline: &Path) -> String {
        let folder = baseline.parent().unwrap_or(Path::new(""));
        discover::inside(folder, &self.root).unwrap_or_default()
    }

    /// These findings, with everything that suppression needs.
    #[must_use]
    pub fn input(&self, diagnostics: Vec<Diagnostic>) -> SuppressionInput<'_> {
        SuppressionInput {
            hub: &self.hub,
            settings: &self.settings,
            coverage: &self.coverage,
            symbols: self.symbols(),
            releases: self.releases(),
            base: self.has_base,
            allows_of_base: self.allows_of_base,
            policy_changes: &self.policy_changes,
            diagnostics,
            config: self.config(),
            baseline: self.baseline.as_ref().map(|file| AppliedBaseline {
                baseline: &file.known,
                on_disk: file.on_disk.as_ref(),
                path: self.beside(&file.path),
                prefix: self.prefix(&file.path),
            }),
        }
    }
}

/// Suppress findings of the last checks of some hubs by allows, baselines and `[[paths]]`. Of the others, as many are
/// returned as a report has.
///
/// # Errors
/// An invalid pattern of a config.
pub fn suppress(workspaces: &[Workspace]) -> Result<Findings, Error> {
    let mut findings = suppress_all(workspaces)?;
    order::cap(&mut findings.diagnostics, MAX_REPORTED);
    Ok(findings)
}

/// As [`suppress()`], and all findings are returned that are not suppressed.
///
/// # Errors
/// As [`suppress()`].
pub fn suppress_all(workspaces: &[Workspace]) -> Result<Findings, Error> {
    let Some(first) = workspaces.first() else {
        return Ok(Findings::default());
    };
    let timer = Timer::start();
    let inputs = workspaces.iter().map(|w| w.input(w.diagnostics.clone()));
    let findings = suppress::suppress(inputs.collect(), first.today)?;
    log::debug!(
        "suppressed {} in {timer}; reported: {}",
        pluralize(findings.hidden.len(), "finding"),
        findings.diagnostics.len()
    );
    Ok(findings)
}

/// Take the hubs of a run, and add some with the configs and baselines, so that findings can point into those files:
/// one for each folder that their paths are relative to.
#[must_use]
pub fn take_hubs(workspaces: &mut [Workspace]) -> Vec<Hub> {
    let mut beside: BTreeMap<PathBuf, Hub> = BTreeMap::new();
    for workspace in &*workspaces {
        let mut add = |path: HubPath, file: &Path, text: &str| {
            let cwd = workspace.cwd.clone();
            let root = shown::display_root(&cwd.join(file), path.as_str());
            let hub = beside.entry(root.clone()).or_default();
            hub.opened_from = Some(OpenedFrom { root, cwd });
            if hub.document(path.path_in_hub()).is_none() {
                hub.insert(Document::new(path, text.to_owned()));
            }
        };
        // First, so that a span in a changed file refers to its current text.
        for change in &workspace.policy_changes {
            add(change.path.clone(), &change.file, &change.text);
        }
        if let (Some(path), Some(file)) = (workspace.config(), &workspace.settings.file) {
            add(path, file, &workspace.settings.text);
        }
        if let Some(file) = &workspace.baseline {
            add(workspace.beside(&file.path), &file.path, &file.text);
        }
    }
    // Also without any of these files, so that a report does not depend on whether there is a config.
    if beside.is_empty() {
        beside.insert(PathBuf::new(), Hub::default());
    }
    let hubs = workspaces.iter_mut().map(|w| std::mem::take(&mut w.hub));
    hubs.chain(beside.into_values()).collect()
}
