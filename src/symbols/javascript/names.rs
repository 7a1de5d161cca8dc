//! Names in modules and namespaces: what is exported, and what a name in a scope refers to.

use super::release::{MAX_CANDIDATES, MAX_DEPTH, Release, scope_of};
use super::summary::{Def, Export, File};
use super::ty::{EntityId, Lookup, ModuleMode, ScopeId, Ty};
use crate::symbols::reference::Undecided;
use std::collections::BTreeSet;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

impl Release {
    /// What `import { name } from` takes from a module that [`Release::module`] found, `name` may be `default`; also
    /// what `const { name } = require()` takes. Types are found, too (`import { Options }` is right where `Options` is
    /// an interface or type).
    #[must_use]
    pub fn export(&self, module: &Ty, name: &str, mode: ModuleMode) -> Lookup {
        let Ty::Module(scopes, ..) = module else {
            return self.member(module, name);
        };
        let found = if name == "default" && mode == ModuleMode::Import {
            self.default(module, scopes)
        } else {
            self.module_member(scopes, name, MAX_DEPTH)
        };
        match found {
            Lookup::Missing(_) if self.is_added(name) => Lookup::Unknown(Undecided::OpenModule),
            Lookup::Missing(names) if names.is_empty() => Lookup::Missing(self.names_of(scopes)),
            other => other,
        }
    }

    /// `import x from`. A CommonJS module always gives one: what it exports as a whole.
    fn default(&self, module: &Ty, scopes: &[ScopeId]) -> Lookup {
        if let Some(value) = self.whole(scopes, MAX_DEPTH) {
            return Lookup::Found(value);
        }
        let is_es_module = scopes.iter().all(|scope| self.store.is_es_module(&scope.file));
        match self.exported(scopes, "default", MAX_DEPTH) {
            Lookup::Found(value) if is_es_module => Lookup::Found(value),
            // Node gives the whole module, bundlers its `default`.
            Lookup::Found(value) => Lookup::Found(Ty::union(vec![value, module.clone()])),
            Lookup::Missing(names) if is_es_module => Lookup::Missing(names),
            Lookup::Missing(_) => Lookup::Found(module.clone()),
            Lookup::Unknown(why) if is_es_module => Lookup::Unknown(why),
            Lookup::Unknown(_) => Lookup::Found(Ty::UnknownOfPackage),
        }
    }

    /// A member of the namespace object of a module.
    pub(super) fn module_member(&self, scopes: &[ScopeId], name: &str, depth: usize) -> Lookup {
        match self.exported(scopes, name, depth) {
            // The value of `export =` or `module.exports =` also has members.
            Lookup::Missing(names) => match self.whole(scopes, depth) {
                Some(value) => self.member_within(&value, name, depth),
                // Type declarations do not show what a CommonJS module adds for interoperability.
                None if matches!(name, "default" | "__esModule" | "module.exports") => {
                    Lookup::Unknown(Undecided::OpenModule)
                }
                None => Lookup::Missing(names),
            },
            other => other,
        }
    }

    /// The value of `export =` or `module.exports =`.
    pub(super) fn whole(&self, scopes: &[ScopeId], depth: usize) -> Option<Ty> {
        let mut values = Vec::new();
        for scope in scopes {
            let file = self.store.file(&scope.file)?;
            for value in &file.scopes.get(scope.index)?.equals {
                values.push(self.value(value, scope, &Rc::default(), depth));
            }
        }
        (!values.is_empty()).then(|| Ty::union(values))
    }

    /// An exported name of a module or namespace.
    pub(super) fn exported(&self, scopes: &[ScopeId], name: &str, depth: usize) -> Lookup {
        let mut found = Vec::new();
        let mut unknown = None;
        for scope in scopes {
            match self.exported_by(scope, name, depth) {
                Lookup::Found(ty) => found.push(ty),
                Lookup::Unknown(why) => unknown = Some(why),
                Lookup::Missing(_) => {}
            }
        }
        if !found.is_empty() {
            return Lookup::Found(Ty::union(found));
        }
        match unknown {
            Some(why) => Lookup::Unknown(why),
            None => Lookup::Missing(Vec::new()),
        }
    }

    fn exported_by(&self, scope: &ScopeId, name: &str, depth: usize) -> Lookup {
        let Some(depth) = self.store.deeper_for(name, depth) else {
            return Lookup::Unknown(Undecided::TooDeep);
        };
        let key = (scope.clone(), name.to_owned());
        if let Some(known) = self.exports.borrow().get(&key) {
            return known.clone();
        }
        let cycles = {
            let mut open = self.open_names.borrow_mut();
            if !open.keys.insert(key.clone()) {
                // An outer search for this name is active and covers the rest.
                open.cycles += 1;
                return Lookup::Missing(Vec::new());
            }
            open.cycles
        };
        let found = self.find_export(scope, name, depth);
        let is_whole = {
            let mut open = self.open_names.borrow_mut();
            open.keys.remove(&key);
            // In a cycle only part of the modules was searched, so the result is not cached.
            open.keys.is_empty() || open.cycles == cycles
        };
        if is_whole && found != Lookup::Unknown(Undecided::TooDeep) {
            self.exports.borrow_mut().insert(key, found.clone());
        }
        found
    }

    fn find_export(&self, scope: &ScopeId, name: &str, depth: usize) -> Lookup {
        let Some(file) = self.store.file(&scope.file) else {
            return Lookup::Unknown(Undecided::Unread);
        };
        let Some(read) = file.scopes.get(scope.index) else {
            return Lookup::Unknown(Undecided::Unread);
        };
        let mut found = Vec::new();
        if let Some(exports) = read.exports.get(name) {
            for export in exports {
                found.push(self.export_type(scope, export, depth));
            }
            // `exports.x = void 0` and nothing else.
            if found.is_empty() {
                found.push(Ty::UnknownOfPackage);
            }
        } else if read.exports_all
            && read
                .names
                .get(name)
                .is_some_and(|defs| !defs.iter().all(is_import))
        {
            found.push(self.entity(scope, name, depth));
        }
        if !found.is_empty() {
            return Lookup::Found(Ty::union(found));
        }
        let mut open = read.is_open.then_some(Undecided::OpenModule);
        for star in &read.stars {
            if name == "default" {
                continue;
            }
            let Some(module) = self.module_from(&scope.file, star) else {
                open = Some(Undecided::OpenModule);
                continue;
            };
            match self.module_member(&module, name, depth) {
                Lookup::Found(ty) => found.push(ty),
                Lookup::Unknown(why) => open = open.or(Some(why)),
                Lookup::Missing(_) => {}
            }
        }
        match (found.is_empty(), open) {
            (false, _) => Lookup::Found(Ty::union(found)),
            (true, Some(why)) => Lookup::Unknown(why),
            (true, None) => Lookup::Missing(Vec::new()),
        }
    }

    fn export_type(&self, scope: &ScopeId, export: &Export, depth: usize) -> Ty {
        match export {
            Export::Local(name) => self.name(scope, name, depth),
            Export::From(module, name) => self.imported(&scope.file, module, name, depth),
            Export::Module(module) => self.whole_module(&scope.file, module),
            Export::Value(value) => self.value(value, scope, &Rc::default(), depth),
        }
    }

    /// Resolve a name in a scope.
    pub(super) fn name(&self, scope: &ScopeId, name: &str, depth: usize) -> Ty {
        let Some(depth) = self.store.deeper_for(name, depth) else {
            return Ty::UnknownOfPackage;
        };
        match self.find_scope(scope, name, depth) {
            Ok(declared) => self.entity(&declared, name, depth),
            Err(Some(ty)) => ty,
            Err(None) => Ty::External("".into(), name.into(), Rc::new([])),
        }
    }

    /// The scope that declares a name, from the inside out. An error holds what another body of the same namespace
    /// exports by the name, or nothing.
    fn find_scope(&self, scope: &ScopeId, name: &str, depth: usize) -> Result<ScopeId, Option<Ty>> {
        let file = self.store.file(&scope.file).ok_or(None)?;
        let mut index = Some(scope.index);
        let mut steps = MAX_DEPTH;
        while let Some(at) = index {
            let read = file.scopes.get(at).ok_or(None)?;
            if read.names.contains_key(name) {
                return Ok(scope_of(&scope.file, at));
            }
            if let Some(parent) = read.parent.filter(|_| !read.name.is_empty()) {
                let others = namespace_scopes(&file, &scope.file, parent, &read.name);
                self.store.spend(others.len());
                if others.len() > 1
                    && let Lookup::Found(ty) = self.exported(&others, name, depth)
                {
                    return Err(Some(ty));
                }
            }
            index = read.parent.filter(|_| steps > 0);
            steps = steps.saturating_sub(1);
        }
        if !self.store.spend(file.globals.len()) {
            return Err(Some(Ty::UnknownOfPackage));
        }
        for index in &file.globals {
            if file
                .scopes
                .get(*index)
                .is_some_and(|read| read.names.contains_key(name))
            {
                return Ok(scope_of(&scope.file, *index));
            }
        }
        self.globals().names.get(name).cloned().ok_or(None)
    }

    /// What a name is that a scope declares.
    pub(super) fn entity(&self, scope: &ScopeId, name: &str, depth: usize) -> Ty {
        let Some(depth) = self.store.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        let Some(file) = self.store.file(&scope.file) else {
            return Ty::UnknownOfPackage;
        };
        let defs = file.scopes.get(scope.index).and_then(|read| read.names.get(name));
        let defs = defs.map(Vec::as_slice).unwrap_or_default();
        match defs {
            [Def::Import(module, name)] => return self.imported(&scope.file, module, name, depth),
            [Def::Module(module)] => return self.whole_module(&scope.file, module),
            [Def::Require(module)] => return self.required(&scope.file, module, depth),
            [Def::Path(path)] => return self.path(scope, path, depth),
            _ => {}
        }
        if defs.iter().any(is_import) {
            return Ty::UnknownOfPackage;
        }
        if defs.iter().all(|def| matches!(def, Def::Value(..))) && !is_patched(&file, scope.index, name) {
            let values = defs.iter().map(|def| match def {
                Def::Value(annotation, value) => {
                    let types = Rc::default();
                    match (annotation, value) {
                        (Some(annotation), _) => self.annotation(annotation, scope, &types, depth),
                        (None, Some(value)) => self.value(value, scope, &types, depth),
                        (None, None) => Ty::UnknownOfPackage,
                    }
                }
                _ => Ty::UnknownOfPackage,
            });
            return Ty::union(values.collect());
        }
        Ty::Entity(EntityId {
            scope: scope.clone(),
            name: name.into(),
        })
    }

    /// All declarations of an entity, with its file.
    pub(super) fn defs(&self, entity: &EntityId) -> Option<(Arc<File>, Defs)> {
        let file = self.store.file(&entity.scope.file)?;
        let read = file.scopes.get(entity.scope.index)?;
        let count = read.names.get(&*entity.name)?.len();
        if !self.store.spend(count / DEFS_PER_STEP) {
            return None;
        }
        let defs = Defs {
            file: Arc::clone(&file),
            entity: entity.clone(),
        };
        Some((file, defs))
    }

    /// `import { name } from module` in a file of the release.
    pub(super) fn imported(&self, file: &Arc<str>, module: &str, name: &str, depth: usize) -> Ty {
        let Some(depth) = self.store.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        let Some(scopes) = self.module_from(file, module) else {
            return self.external(file, module, name);
        };
        if name == "default"
            && let Some(value) = self.whole(&scopes, depth)
        {
            return value;
        }
        match self.module_member(&scopes, name, depth) {
            Lookup::Found(ty) => ty,
            // With interoperation a CommonJS module is its own default.
            _ if name == "default" => Ty::Module(scopes, module.into(), ModuleMode::Import),
            _ => Ty::UnknownOfPackage,
        }
    }

    fn external(&self, file: &str, module: &str, name: &str) -> Ty {
        if self.is_external(file, module) {
            let module = module.strip_prefix("node:").unwrap_or(module);
            Ty::External(module.into(), name.into(), Rc::new([]))
        } else {
            Ty::UnknownOfPackage
        }
    }

    /// `import * as x from module`
    fn whole_module(&self, file: &Arc<str>, module: &str) -> Ty {
        match self.module_from(file, module) {
            Some(scopes) => Ty::Module(scopes, module.into(), ModuleMode::Import),
            None => self.external(file, module, "*"),
        }
    }

    /// `require(module)`
    pub(super) fn required(&self, file: &Arc<str>, module: &str, depth: usize) -> Ty {
        match self.module_from(file, module) {
            Some(scopes) => match self.whole(&scopes, depth) {
                Some(value) => value,
                None => Ty::Module(scopes, module.into(), ModuleMode::Require),
            },
            None => self.external(file, module, "*"),
        }
    }

    /// A name with dots.
    pub(super) fn path(&self, scope: &ScopeId, path: &[String], depth: usize) -> Ty {
        let Some((first, rest)) = path.split_first() else {
            return Ty::UnknownOfPackage;
        };
        let mut ty = self.name(scope, first, depth);
        for name in rest {
            ty = self.inner(&ty, name, depth);
        }
        ty
    }

    /// A name inside of a module, namespace or class, a type included.
    pub(super) fn inner(&self, ty: &Ty, name: &str, depth: usize) -> Ty {
        if let Ty::External(module, outer, _) = ty {
            // `events.EventEmitter` of `import * as events`, `events.EventEmitter` of the class itself.
            let name = match &**outer {
                "*" | "default" => name.to_owned(),
                outer if outer == name => name.to_owned(),
                outer => format!("{outer}.{name}"),
            };
            return Ty::External(Arc::clone(module), name.into(), Rc::new([]));
        }
        match self.member_within(ty, name, depth) {
            Lookup::Found(ty) => ty,
            _ => Ty::UnknownOfPackage,
        }
    }

    /// The bodies of a namespace.
    pub(super) fn namespaces(&self, entity: &EntityId) -> Vec<ScopeId> {
        match self.store.file(&entity.scope.file) {
            Some(_) if self.store.is_exhausted() => Vec::new(),
            Some(file) => namespace_scopes(&file, &entity.scope.file, entity.scope.index, &entity.name),
            None => Vec::new(),
        }
    }

    /// The names that modules and namespaces export, for suggestions.
    pub(super) fn names_of(&self, scopes: &[ScopeId]) -> Vec<String> {
        let mut names = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<ScopeId> = scopes.to_vec();
        while let Some(scope) = waiting.pop() {
            if names.len() > MAX_CANDIDATES || seen.len() > MAX_CANDIDATES || !seen.insert(scope.clone()) {
                continue;
            }
            let Some(file) = self.store.file(&scope.file) else {
                continue;
            };
            let Some(read) = file.scopes.get(scope.index) else {
                continue;
            };
            let stars = read.stars.len();
            if !self
                .store
                .spend((read.exports.len() + read.names.len() + stars) / DEFS_PER_STEP)
            {
                break;
            }
            names.extend(read.exports.keys().filter(|name| *name != "default").cloned());
            if read.exports_all {
                let declared = read.names.iter().filter(|(_, defs)| !defs.iter().all(is_import));
                names.extend(declared.map(|(name, _)| name.clone()));
            }
            for star in &read.stars {
                waiting.extend(self.module_from(&scope.file, star).into_iter().flatten());
            }
        }
        names.into_iter().take(MAX_CANDIDATES).collect()
    }
}

/// How many declarations are gone through in one step.
const DEFS_PER_STEP: usize = 4;

/// The declarations of an entity.
pub(super) struct Defs {
    file: Arc<File>,
    entity: EntityId,
}

impl Deref for Defs {
    type Target = [Def];

    fn deref(&self) -> &[Def] {
        let scope = self.file.scopes.get(self.entity.scope.index);
        let defs = scope.and_then(|scope| scope.names.get(&*self.entity.name));
        defs.map(Vec::as_slice).unwrap_or_default()
    }
}

/// Whether JavaScript adds members to a value: `name.member = value`.
fn is_patched(file: &File, scope: usize, name: &str) -> bool {
    let start = format!("{name}.");
    let names = file.scopes.get(scope).map(|read| &read.names);
    names
        .and_then(|names| names.range(start.clone()..).next())
        .is_some_and(|(next, _)| next.starts_with(&start))
}

fn is_import(def: &Def) -> bool {
    matches!(
        def,
        Def::Import(..) | Def::Module(_) | Def::Require(_) | Def::Path(_)
    )
}

fn namespace_scopes(file: &File, name: &Arc<str>, scope: usize, namespace: &str) -> Vec<ScopeId> {
    let defs = file.scopes.get(scope).and_then(|read| read.names.get(namespace));
    let defs = defs.into_iter().flatten();
    defs.filter_map(|def| match def {
        Def::Namespace(index) => Some(scope_of(name, *index)),
        _ => None,
    })
    .collect()
}
