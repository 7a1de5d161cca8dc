//! The modules of one release of npm, read when they are needed: what documents ask of them.

use super::resolve::{Resolution, is_typed, own_path};
use super::store::{Store, TYPES};
use super::summary::{Def, File};
use super::ty::{EntityId, Lookup, ModuleMode, ScopeId, Ty};
use crate::symbols::files::Files;
use crate::symbols::reference::Undecided;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

/// How many re-exports, aliases and nested types are followed.
pub(super) const MAX_DEPTH: usize = 64;

/// How many names a table lists for suggestions.
pub(super) const MAX_CANDIDATES: usize = 1_000;

/// How many `declare module` of one name are read.
const MAX_BODIES: usize = 200;

/// How many names of files are gone through in one step.
const NAMES_PER_STEP: usize = 16;

/// How many files a package may load for its global names.
const MAX_LOADED: usize = 500;

/// Raised when the format of tables or the way in which modules are read changes.
pub const TABLE_VERSION: u32 = 1;

/// Names that are being searched for.
#[derive(Default)]
pub(super) struct OpenNames {
    pub keys: BTreeSet<(ScopeId, String)>,
    /// How often a search met one of them again (a cycle).
    pub cycles: usize,
}

/// What files declare for all files.
#[derive(Default)]
pub(super) struct Globals {
    /// The bodies of `declare module "NAME"`.
    pub modules: BTreeMap<String, Vec<ScopeId>>,
    /// Where each global name is declared.
    pub names: BTreeMap<String, ScopeId>,
}

/// One release of a package of npm. It belongs to one thread.
pub struct Release {
    pub(super) store: Store,
    /// How the package is called: its name, and for `@types/NAME` the package that it describes.
    names: Vec<String>,
    globals: OnceCell<Globals>,
    /// Exports that were looked up.
    pub(super) exports: RefCell<HashMap<(ScopeId, String), Lookup>>,
    pub(super) open_names: RefCell<OpenNames>,
    /// Type aliases that are being expanded.
    pub(super) open_aliases: RefCell<Vec<EntityId>>,
    /// The expansion of aliases without parameters.
    pub(super) aliases: RefCell<HashMap<EntityId, Ty>>,
}

impl fmt::Debug for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Release")
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

impl Release {
    /// The modules of a tarball (its first folder taken off).
    #[must_use]
    pub fn new(package: &str, files: Box<dyn Files>) -> Self {
        Self::from_store(package, Store::new(files))
    }

    /// A release of which a table says what was read before. `files` for what was not; without them,
    /// [`Release::is_incomplete`] says whether something was needed. `None` when the table cannot be used.
    #[must_use]
    pub fn from_table(package: &str, table: &[u8], files: Option<Box<dyn Files>>) -> Option<Self> {
        Some(Self::from_store(package, Store::from_table(table, files)?))
    }

    fn from_store(package: &str, store: Store) -> Self {
        let mut names = vec![package.to_owned()];
        if let Some(described) = package.strip_prefix("@types/") {
            names = vec![match described.split_once("__") {
                Some((scope, name)) => format!("@{scope}/{name}"),
                None => described.to_owned(),
            }];
        }
        Self {
            store,
            names,
            globals: OnceCell::new(),
            exports: RefCell::default(),
            open_names: RefCell::default(),
            open_aliases: RefCell::default(),
            aliases: RefCell::default(),
        }
    }

    /// What was read, to be used again by [`Release::from_table`]: a few kilobytes.
    #[must_use]
    pub fn to_table(&self) -> Vec<u8> {
        self.store.to_table()
    }

    /// Whether a file was needed that the table does not have.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.store.is_incomplete()
    }

    /// The first thing that could not be read. Nothing may be reported when there is one.
    #[must_use]
    pub fn read_error(&self) -> Option<String> {
        self.store.read_error()
    }

    /// Whether the package has no type declarations, so that `@types/NAME` may have them. The caller may then
    /// call [`Release::add_types`] with the files of that package before the first look-up.
    #[must_use]
    pub fn lacks_types(&self) -> bool {
        if self.store.has_types() {
            return false;
        }
        let modes = [ModuleMode::Import, ModuleMode::Require];
        !modes.into_iter().any(
            |mode| matches!(self.store.package_path("", "", mode), Resolution::File(file) if is_typed(&file)),
        )
    }

    /// Take the declarations of `@types/NAME`.
    pub fn add_types(&mut self, files: Box<dyn Files>) {
        self.store.add_types(files);
    }

    /// The module that a specifier names: `pkg`, `pkg/sub`. `Missing` for a subpath that the package does not have
    /// (candidates: the subpaths that it has); `Unknown(NotOwned)` for another package. Found gives the namespace
    /// object of the module: what `import * as x`, `require()` and `await import()` give.
    #[must_use]
    pub fn module(&self, specifier: &str, mode: ModuleMode) -> Lookup {
        let Some(sub) = own_path(specifier, &self.names) else {
            return Lookup::Unknown(Undecided::NotOwned);
        };
        let mut found = self.store.package_path("", sub, mode);
        if self.store.has_types() && !matches!(&found, Resolution::File(file) if is_typed(file)) {
            let typed = self.store.package_path(TYPES, sub, mode);
            if matches!(&typed, Resolution::File(file) if is_typed(file)) {
                found = typed;
            }
        }
        let file = match &found {
            Resolution::File(file) => Some(file.as_str()),
            _ => None,
        };
        match (self.merged(file, specifier), found) {
            (Some(scopes), _) => Lookup::Found(Ty::Module(scopes, specifier.into(), mode)),
            // It is there: data, native code, or a file that cannot be read.
            (None, Resolution::File(_)) => Lookup::Found(Ty::UnknownOfPackage),
            (None, Resolution::External) => Lookup::Unknown(Undecided::NotOwned),
            (None, Resolution::Unknown(why)) => Lookup::Unknown(why),
            (None, Resolution::Missing) => Lookup::Missing(self.subpaths()),
        }
    }

    /// The scopes of a module: its file, and each `declare module` of its name.
    fn merged(&self, file: Option<&str>, specifier: &str) -> Option<Vec<ScopeId>> {
        let mut scopes = file.and_then(|file| self.file_module(file)).unwrap_or_default();
        if !specifier.starts_with('.')
            && let Some(declared) = self.globals().modules.get(specifier)
        {
            if declared.len() > MAX_BODIES {
                self.store.report_too_large();
                return None;
            }
            scopes.extend(declared.iter().cloned());
        }
        (!scopes.is_empty()).then_some(scopes)
    }

    /// The scope of a file that is a module.
    pub(super) fn file_module(&self, file: &str) -> Option<Vec<ScopeId>> {
        if !is_code(file) || !self.store.file(file)?.is_module {
            return None;
        }
        Some(vec![ScopeId {
            file: file.into(),
            index: 0,
        }])
    }

    /// What a file of the release names by a specifier.
    pub(super) fn module_from(&self, file: &str, specifier: &str) -> Option<Vec<ScopeId>> {
        let mode = if self.store.is_es_module(file) {
            ModuleMode::Import
        } else {
            ModuleMode::Require
        };
        match self.store.find_from(file, specifier, &self.names, mode) {
            Resolution::File(found) => self.merged(Some(&found), specifier),
            _ => self.merged(None, specifier),
        }
    }

    /// Whether a specifier in a file of the release names another package.
    pub(super) fn is_external(&self, file: &str, specifier: &str) -> bool {
        let resolution = self
            .store
            .find_from(file, specifier, &self.names, ModuleMode::Import);
        resolution == Resolution::External
    }

    /// The subpaths of the package.
    fn subpaths(&self) -> Vec<String> {
        let package = self.names.first().map(String::as_str).unwrap_or_default();
        let full = |sub: &str| format!("{package}/{sub}");
        if let Some(manifest) = self.store.manifest("")
            && manifest.has_exports()
        {
            return manifest.subpaths().map(full).take(MAX_CANDIDATES).collect();
        }
        if !self.store.spend(self.store.count_names() / NAMES_PER_STEP) {
            return Vec::new();
        }
        let names = self.store.names_below("").filter_map(|name| {
            let stem = name.strip_suffix(".d.ts").or_else(|| name.strip_suffix(".js"))?;
            let stem = stem.strip_suffix("/index").unwrap_or(stem);
            (!stem.starts_with('_')).then_some(stem)
        });
        let subpaths: BTreeSet<String> = names.map(full).take(MAX_CANDIDATES).collect();
        subpaths.into_iter().collect()
    }

    /// The declarations of files that are not modules and that the entry of the package loads.
    pub(super) fn globals(&self) -> &Globals {
        self.globals.get_or_init(|| self.read_globals())
    }

    /// Whether something adds a member of this name to classes or modules of others: a file that was read, or one of
    /// several bodies of an ambient module.
    pub(super) fn is_added(&self, name: &str) -> bool {
        let modules = &self.globals().modules;
        if !self.store.spend(modules.len()) {
            return true;
        }
        let several = modules.values().filter(|scopes| scopes.len() > 1);
        self.store.is_added(name)
            || several
                .flatten()
                .any(|scope| self.has_interface_member(scope, name))
    }

    fn has_interface_member(&self, scope: &ScopeId, name: &str) -> bool {
        let Some(file) = self.store.file(&scope.file) else {
            return true;
        };
        let declared = file.scopes.get(scope.index).map_or(0, |read| read.names.len());
        if !self.store.spend(1 + declared) {
            return true;
        }
        let defs = file
            .scopes
            .get(scope.index)
            .map(|read| read.names.values().flatten());
        defs.into_iter().flatten().any(|def| match def {
            Def::Interface(index) => {
                let shape = file.shapes.get(*index);
                shape.is_some_and(|shape| shape.members.names.contains_key(name))
            }
            _ => false,
        })
    }

    fn read_globals(&self) -> Globals {
        let mut globals = Globals::default();
        let mut waiting = Vec::new();
        for root in [TYPES, ""] {
            if let Resolution::File(file) = self.store.package_path(root, "", ModuleMode::Import) {
                waiting.push(file);
            }
        }
        let mut seen = BTreeSet::new();
        while let Some(name) = waiting.pop() {
            if seen.len() == MAX_LOADED || !is_typed(&name) || !seen.insert(name.clone()) {
                continue;
            }
            let Some(file) = self.store.file(&name) else {
                continue;
            };
            add_globals(&mut globals, &name, &file);
            for load in &file.loads {
                let found = self.store.find_from(&name, load, &self.names, ModuleMode::Import);
                if let Resolution::File(loaded) = found {
                    waiting.push(loaded);
                }
            }
        }
        globals
    }
}

/// Add what a file declares for all files.
fn add_globals(globals: &mut Globals, name: &str, file: &File) {
    let scope = |index: usize| ScopeId {
        file: name.into(),
        index,
    };
    for (module, bodies) in &file.ambient {
        let all = globals.modules.entry(module.clone()).or_default();
        all.extend(bodies.iter().map(|index| scope(*index)));
    }
    let own = (!file.is_module).then_some(0);
    for index in file.globals.iter().copied().chain(own) {
        for declared in file
            .scopes
            .get(index)
            .into_iter()
            .flat_map(|read| read.names.keys())
        {
            globals
                .names
                .entry(declared.clone())
                .or_insert_with(|| scope(index));
        }
    }
}

/// Whether a file is code, not data.
fn is_code(file: &str) -> bool {
    is_typed(file)
        || [".js", ".mjs", ".cjs", ".jsx"]
            .iter()
            .any(|ending| file.ends_with(ending))
}

/// A scope of a file.
pub(super) fn scope_of(file: &Arc<str>, index: usize) -> ScopeId {
    ScopeId {
        file: Arc::clone(file),
        index,
    }
}
