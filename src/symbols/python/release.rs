//! The modules of one release, read when they are needed, and the names in them.

use super::place::{BESIDE_STUB, ModulePlace, find_modules};
use super::read;
use super::summary::{Class, Def, Expr, Function, Module};
use super::ty::{Base, ClassId, ForwardKey, FunctionId, Keywords, Lookup, Subject, Ty};
use crate::symbols::files::Files;
use crate::symbols::reference::Undecided;
use crate::symbols::table;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

/// How many steps all searches in a release may take: a thousand times what a large document needs.
const MAX_STEPS: usize = 20_000_000;

/// How many re-exports and aliases are followed.
const MAX_DEPTH: usize = 25;

/// A function, the class that it is called on, and whether on an instance.
type ResultKey = (FunctionId, Option<ClassId>, bool);

/// Names that are being searched for.
#[derive(Default)]
struct OpenNames {
    keys: BTreeSet<(String, String)>,
    /// How often a search met one of them again (a cycle).
    cycles: usize,
}

/// What is kept of a release: where its modules are, and those that were read.
#[derive(Serialize, Deserialize)]
struct Table {
    places: BTreeMap<String, ModulePlace>,
    modules: BTreeMap<String, Option<Module>>,
}

/// Raised when the format of tables or the way in which modules are read changes.
pub const TABLE_VERSION: u32 = 5;

/// One release of a package for Python. It belongs to one thread, since searches record what is open.
pub struct Release {
    /// `None` when only what was read before is known.
    files: Option<Box<dyn Files>>,
    is_incomplete: Cell<bool>,
    places: BTreeMap<String, ModulePlace>,
    /// Folders without `__init__` that hold modules.
    namespaces: BTreeSet<String>,
    modules: RefCell<BTreeMap<String, Option<Arc<Module>>>>,
    read_error: RefCell<Option<String>>,
    /// Names that were looked up.
    names: RefCell<HashMap<(String, String), Lookup>>,
    open_names: RefCell<OpenNames>,
    /// The bases of classes that were needed.
    pub(super) bases: RefCell<HashMap<ClassId, Vec<Base>>>,
    /// What functions return: by the class that they are called on, and whether on an instance.
    pub(super) results: RefCell<HashMap<ResultKey, Ty>>,
    /// Functions whose `**kwargs` are followed, with the class that they are called on.
    pub(super) forwarding: RefCell<BTreeSet<ForwardKey>>,
    /// The keywords that such functions take, where they were found.
    pub(super) forwarded: RefCell<HashMap<ForwardKey, Keywords>>,
    /// How many steps of a search are left.
    steps: Cell<usize>,
}

impl fmt::Debug for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Release")
            .field("modules", &self.places.len())
            .finish_non_exhaustive()
    }
}

impl Release {
    /// The modules of a wheel (PEP 427), or of a folder laid out like one.
    #[must_use]
    pub fn new(files: Box<dyn Files>) -> Self {
        let places = find_modules(&files.names());
        Self::from_parts(places, Some(files), BTreeMap::new())
    }

    /// A release of which a table says what was read before. `files` for what was not; without them,
    /// [`Release::is_incomplete`] says whether something was needed. `None` when the table cannot be used.
    #[must_use]
    pub fn from_table(table: &[u8], files: Option<Box<dyn Files>>) -> Option<Self> {
        let table: Table = table::decode(table)?;
        let places = match &files {
            Some(files) => find_modules(&files.names()),
            None => table.places,
        };
        let modules = table
            .modules
            .into_iter()
            .map(|(name, module)| (name, module.map(Arc::new)));
        Some(Self::from_parts(places, files, modules.collect()))
    }

    /// What was read, to be used again by [`Release::from_table`]: a few kilobytes.
    #[must_use]
    pub fn to_table(&self) -> Vec<u8> {
        let modules = self.modules.borrow();
        table::encode(&Table {
            places: self.places.clone(),
            modules: modules
                .iter()
                .map(|(name, module)| (name.clone(), module.as_deref().cloned()))
                .collect(),
        })
    }

    /// Whether a module was needed that the table does not have.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.is_incomplete.get()
    }

    fn from_parts(
        places: BTreeMap<String, ModulePlace>,
        files: Option<Box<dyn Files>>,
        modules: BTreeMap<String, Option<Arc<Module>>>,
    ) -> Self {
        let mut namespaces = BTreeSet::new();
        // A release that only depends on others decides no use, and a folder may be laid out in another way.
        let read_error = places
            .is_empty()
            .then(|| "no Python module was found in it".to_owned());
        for name in places.keys() {
            let mut name = name.as_str();
            while let Some((parent, _)) = name.rsplit_once('.') {
                if !places.contains_key(parent) {
                    namespaces.insert(parent.to_owned());
                }
                name = parent;
            }
        }
        Self {
            files,
            is_incomplete: Cell::new(false),
            places,
            namespaces,
            modules: RefCell::new(modules),
            read_error: RefCell::new(read_error),
            names: RefCell::default(),
            open_names: RefCell::default(),
            bases: RefCell::default(),
            results: RefCell::default(),
            forwarding: RefCell::default(),
            forwarded: RefCell::default(),
            steps: Cell::new(MAX_STEPS),
        }
    }

    /// The first thing that could not be read. Nothing may be reported when there is one.
    #[must_use]
    pub fn read_error(&self) -> Option<String> {
        self.read_error.borrow().clone()
    }

    /// The owned module that `name` is or is below of. `None` when another package may have it.
    #[must_use]
    pub fn owned_root<'n>(&self, name: &'n str) -> Option<&'n str> {
        let ends = name.match_indices('.').map(|(at, _)| at).chain([name.len()]);
        ends.filter_map(|end| name.get(..end))
            .find(|prefix| self.places.contains_key(*prefix))
    }

    /// Whether a name is a module of the release, or a folder that holds one.
    #[must_use]
    pub fn is_known(&self, name: &str) -> bool {
        self.places.contains_key(name) || self.namespaces.contains(name)
    }

    /// Whether a name is a folder without `__init__` that holds modules.
    #[must_use]
    pub fn is_namespace(&self, name: &str) -> bool {
        self.namespaces.contains(name)
    }

    /// Whether a module is read from a stub.
    pub(super) fn is_stub(&self, module: &str) -> bool {
        matches!(self.places.get(module), Some(ModulePlace::File(file, _)) if file.ends_with(".pyi"))
    }

    /// Whether a module exists.
    #[must_use]
    pub fn has_module(&self, name: &str) -> Lookup {
        if self.places.contains_key(name) || self.namespaces.contains(name) {
            return Lookup::Found(Ty::Module(name.to_owned()));
        }
        let Some((parent, _)) = name.rsplit_once('.') else {
            return Lookup::Unknown(Undecided::NotOwned);
        };
        if self.owned_root(name).is_none() {
            return Lookup::Unknown(Undecided::NotOwned);
        }
        match self.places.get(parent) {
            Some(ModulePlace::File(..)) => match self.module(parent) {
                Some(module) if module.rewires => Lookup::Unknown(Undecided::OpenModule),
                Some(_) => Lookup::Missing,
                None => Lookup::Unknown(Undecided::Unread),
            },
            Some(ModulePlace::Native) => Lookup::Unknown(Undecided::Native),
            None if self.namespaces.contains(parent) => Lookup::Unknown(Undecided::OpenFolder),
            None => match self.has_module(parent) {
                Lookup::Found(_) => Lookup::Unknown(Undecided::OpenFolder),
                other => other,
            },
        }
    }

    /// A module, read at its first use.
    #[must_use]
    pub fn module(&self, name: &str) -> Option<Arc<Module>> {
        if let Some(known) = self.modules.borrow().get(name) {
            return known.clone();
        }
        let read = match self.places.get(name) {
            Some(ModulePlace::File(..)) if self.files.is_none() => {
                self.is_incomplete.set(true);
                return None;
            }
            Some(ModulePlace::File(file, is_package)) => match self.read_file(file) {
                Ok(bytes) => {
                    let full = name.strip_suffix(BESIDE_STUB).unwrap_or(name);
                    read::read(&String::from_utf8_lossy(&bytes), full, *is_package).map(Arc::new)
                }
                Err(reason) => {
                    self.set_read_error(|| reason);
                    None
                }
            },
            _ => None,
        };
        self.modules.borrow_mut().insert(name.to_owned(), read.clone());
        read
    }

    /// The summary of a class.
    #[must_use]
    pub fn class(&self, id: &ClassId) -> Option<ClassRef> {
        let module = self.module(&id.module)?;
        module.classes.get(id.index)?;
        Some(ClassRef {
            module,
            index: id.index,
        })
    }

    /// The summary of a function.
    #[must_use]
    pub fn function(&self, id: &FunctionId) -> Option<FunctionRef> {
        let module = self.module(&id.module)?;
        module.functions.get(id.index)?;
        Some(FunctionRef {
            module,
            index: id.index,
        })
    }

    /// Look a name of a module up.
    #[must_use]
    pub fn name(&self, module: &str, name: &str) -> Lookup {
        self.name_within(module, name, MAX_DEPTH)
    }

    pub(super) fn name_within(&self, module: &str, name: &str, depth: usize) -> Lookup {
        let Some(depth) = self.deeper(depth) else {
            return Lookup::Unknown(Undecided::TooDeep);
        };
        let key = (module.to_owned(), name.to_owned());
        if let Some(known) = self.names.borrow().get(&key) {
            return known.clone();
        }
        let cycles = {
            let mut open = self.open_names.borrow_mut();
            if !open.keys.insert(key.clone()) {
                // An outer search for this name is active and covers the rest.
                open.cycles += 1;
                return Lookup::Missing;
            }
            open.cycles
        };
        let found = self.find_name(module, name, depth);
        let is_whole = {
            let mut open = self.open_names.borrow_mut();
            open.keys.remove(&key);
            // In a cycle only part of the modules was searched, so the result is not cached.
            open.keys.is_empty() || open.cycles == cycles
        };
        if is_whole && found != Lookup::Unknown(Undecided::TooDeep) {
            let mut names = self.names.borrow_mut();
            names.insert(key, found.clone());
        }
        found
    }

    /// One step deeper; `None` when there were too many.
    pub(super) fn deeper(&self, depth: usize) -> Option<usize> {
        let Some(left) = self.steps.get().checked_sub(1) else {
            self.set_read_error(|| "it takes too many steps to look names up in it".to_owned());
            return None;
        };
        self.steps.set(left);
        depth.checked_sub(1)
    }

    fn read_file(&self, file: &str) -> Result<Vec<u8>, String> {
        self.files
            .as_ref()
            .map_or(Ok(Vec::new()), |files| files.read(file))
    }

    fn set_read_error(&self, reason: impl FnOnce() -> String) {
        self.read_error.borrow_mut().get_or_insert_with(reason);
    }

    fn find_name(&self, module: &str, name: &str, depth: usize) -> Lookup {
        if self.owned_root(module).is_none() {
            // A namespace that other packages share.
            let full = format!("{module}.{name}");
            return if self.places.contains_key(&full) || self.namespaces.contains(&full) {
                Lookup::Found(Ty::Module(full))
            } else {
                Lookup::Unknown(Undecided::NotOwned)
            };
        }
        let Some(read) = self.module(module) else {
            let full = format!("{module}.{name}");
            if self.places.contains_key(&full) {
                return Lookup::Found(Ty::Module(full));
            }
            return Lookup::Unknown(match self.places.get(module) {
                Some(ModulePlace::Native) => Undecided::Native,
                Some(ModulePlace::File(..)) => Undecided::Unread,
                None => Undecided::OpenFolder,
            });
        };
        let mut found: Vec<Ty> = Vec::new();
        let mut open = read.open.map(|_| Undecided::OpenModule);
        for def in read.names.get(name).into_iter().flatten() {
            // `from . import part` in a package binds its own module.
            if matches!(def, Def::From(from, part) if from == module && part == name) {
                continue;
            }
            match self.def(module, None, def, depth) {
                Lookup::Found(ty) => found.push(ty),
                _ => found.push(Ty::UnknownOfPackage),
            }
        }
        if let Some(def) = read.lazy.get(name) {
            match self.lazy(module, name, def, depth) {
                Lookup::Found(ty) => found.push(ty),
                _ => found.push(Ty::UnknownOfPackage),
            }
        }
        for star in &read.stars {
            if self.owned_root(star).is_none() {
                open = Some(Undecided::OpenModule);
                continue;
            }
            if star == module || !self.exports(star, name) {
                continue;
            }
            match self.name_within(star, name, depth) {
                Lookup::Found(ty) => found.push(ty),
                Lookup::Unknown(why) => open = open.or(Some(why)),
                Lookup::Missing => {}
            }
        }
        if found.is_empty() {
            let full = format!("{module}.{name}");
            if self.places.contains_key(&full) || self.namespaces.contains(&full) {
                return Lookup::Found(Ty::Module(full));
            }
            if is_module_attribute(name) {
                return Lookup::Found(Ty::Foreign);
            }
            return match open {
                Some(why) => Lookup::Unknown(why),
                None if self.is_beside_stub(module, name, depth) => Lookup::Found(Ty::UnknownOfPackage),
                None => Lookup::Missing,
            };
        }
        Lookup::Found(Ty::union(found))
    }

    /// Whether the source beside a stub may have a name that the stub lacks: the source is what runs.
    fn is_beside_stub(&self, module: &str, name: &str, depth: usize) -> bool {
        let source = format!("{module}{BESIDE_STUB}");
        self.places.contains_key(&source)
            && self.module(&source).is_none_or(|read| {
                read.names.contains_key(name)
                    || read.lazy.contains_key(name)
                    || read.open.is_some()
                    || read.stars.iter().any(|star| {
                        self.owned_root(star).is_none()
                            || star != module
                                && self.exports(star, name)
                                && !matches!(
                                    self.name_within(star, name, depth),
                                    Lookup::Missing | Lookup::Unknown(Undecided::Native)
                                )
                    })
            })
    }

    /// A name that `__getattr__` takes from a table: a name of a module, or the module itself.
    fn lazy(&self, module: &str, name: &str, def: &Def, depth: usize) -> Lookup {
        if let Def::From(from, attribute) = def {
            if from.rsplit('.').next() == Some(attribute) && self.places.contains_key(from) {
                return Lookup::Found(Ty::Module(from.clone()));
            }
            let full = format!("{from}.{name}");
            if self.places.contains_key(&full) {
                return Lookup::Found(Ty::Module(full));
            }
        }
        self.def(module, None, def, depth)
    }

    /// What a definition of a module or a class is.
    pub(super) fn def(&self, module: &str, class: Option<&ClassId>, def: &Def, depth: usize) -> Lookup {
        let Some(depth) = self.deeper(depth) else {
            return Lookup::Unknown(Undecided::TooDeep);
        };
        match def {
            Def::Class(index) => Lookup::Found(Ty::Class(ClassId {
                module: module.into(),
                index: *index,
            })),
            Def::Function(index) => Lookup::Found(Ty::Function(
                FunctionId {
                    module: module.into(),
                    index: *index,
                },
                Subject::None,
            )),
            Def::Module(name) => Lookup::Found(self.module_or_external(name)),
            Def::From(from, name) => self.imported(from, name, depth),
            Def::Value(annotation, value) => {
                let scope = super::ty::TypeScope::new(module, class.cloned());
                let declared = annotation
                    .as_ref()
                    .filter(|annotation| !is_alias_marker(annotation))
                    .map(|annotation| self.annotation(annotation, &scope, depth));
                match declared {
                    Some(Ty::UnknownOfPackage) | None => Lookup::Found(match value {
                        Some(value) => self.value(value, &scope, depth),
                        None => Ty::UnknownOfPackage,
                    }),
                    Some(ty) => Lookup::Found(match value {
                        Some(value) => self.declared_or(ty, value, &scope, depth),
                        None => ty,
                    }),
                }
            }
        }
    }

    /// `from MODULE import NAME`.
    pub(super) fn imported(&self, from: &str, name: &str, depth: usize) -> Lookup {
        let full = format!("{from}.{name}");
        if self.owned_root(from).is_none() {
            return Lookup::Found(
                if self.places.contains_key(&full) || self.namespaces.contains(&full) {
                    Ty::Module(full)
                } else {
                    Ty::External(full)
                },
            );
        }
        match self.name_within(from, name, depth) {
            // An import that cannot work is not what this checks: the name is bound in some way.
            Lookup::Missing => Lookup::Unknown(Undecided::Unread),
            other => other,
        }
    }

    fn module_or_external(&self, name: &str) -> Ty {
        if self.places.contains_key(name) || self.namespaces.contains(name) {
            Ty::Module(name.to_owned())
        } else {
            Ty::External(name.to_owned())
        }
    }

    /// The names that a module has, for suggestions: its own, without what it imports from other packages.
    #[must_use]
    pub fn names_of(&self, module: &str) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        self.collect_names(module, &mut names, 4);
        let prefix = format!("{module}.");
        for place in self.places.keys() {
            if let Some(rest) = place.strip_prefix(&prefix)
                && !rest.contains(['.', '/'])
            {
                names.insert(rest.to_owned());
            }
        }
        names
    }

    fn collect_names(&self, module: &str, names: &mut BTreeSet<String>, depth: usize) {
        let Some(read) = self.module(module) else { return };
        for (name, defs) in &read.names {
            let is_own = defs.iter().any(|def| match def {
                Def::Module(from) | Def::From(from, _) => self.owned_root(from).is_some(),
                _ => true,
            });
            if is_own && !name.starts_with('_') {
                names.insert(name.clone());
            }
        }
        names.extend(read.lazy.keys().cloned());
        for star in &read.stars {
            if depth > 0 {
                let mut all = BTreeSet::new();
                self.collect_names(star, &mut all, depth - 1);
                names.extend(all.into_iter().filter(|name| self.exports(star, name)));
            }
        }
    }

    /// Whether `from MODULE import *` imports a name that the module has.
    fn exports(&self, module: &str, name: &str) -> bool {
        let read = self.module(module);
        let exports = read.as_ref().and_then(|read| read.exports.as_ref());
        exports.is_none_or(|exports| exports.contains(name))
    }

    /// Whether a module that was read sets this attribute on something.
    pub(super) fn is_patched(&self, name: &str) -> bool {
        let modules = self.modules.borrow();
        modules
            .values()
            .flatten()
            .any(|module| module.patches.contains(name))
    }
}

/// A class in its module.
#[derive(Clone)]
pub struct ClassRef {
    module: Arc<Module>,
    index: usize,
}

impl std::ops::Deref for ClassRef {
    type Target = Class;
    fn deref(&self) -> &Class {
        &self.module.classes[self.index]
    }
}

/// A function in its module.
#[derive(Clone)]
pub struct FunctionRef {
    module: Arc<Module>,
    index: usize,
}

impl std::ops::Deref for FunctionRef {
    type Target = Function;
    fn deref(&self) -> &Function {
        &self.module.functions[self.index]
    }
}

/// `X: TypeAlias = ...` is what its value is.
fn is_alias_marker(annotation: &Expr) -> bool {
    match annotation {
        Expr::Name(name) | Expr::Attribute(_, name) => {
            matches!(name.as_str(), "TypeAlias" | "Final" | "ClassVar")
        }
        _ => false,
    }
}

/// Attributes that every module has.
fn is_module_attribute(name: &str) -> bool {
    name.starts_with("__") && name.ends_with("__")
}
