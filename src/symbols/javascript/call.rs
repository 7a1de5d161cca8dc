//! What calls, `new`, `await` and loops give.

use super::evaluate::light;
use super::read::{ASYNC_ITERATOR, ITERATOR};
use super::release::{MAX_DEPTH, Release, scope_of};
use super::summary::{Def, File, Function, Parameter, Type};
use super::ty::{EntityId, Lookup, PartId, ScopeId, Ty, TypeScope};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

/// How many overloads are followed. Those of packages are tens.
pub(super) const MAX_SIGNATURES: usize = 500;

impl Release {
    /// The result type of a call, with overloads joined. Type parameters are inferred from the types of the
    /// arguments. An argument may be `Unknown`, but the number of arguments matters.
    #[must_use]
    pub fn call(&self, callee: &Ty, arguments: &[Ty]) -> Ty {
        self.call_within(callee, Some(arguments), MAX_DEPTH)
    }

    /// As [`Release::call`]; without arguments their number does not count.
    pub(super) fn call_within(&self, callee: &Ty, arguments: Option<&[Ty]>, depth: usize) -> Ty {
        let Some(depth) = self.store.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        let signatures = self.signatures(callee, depth);
        if signatures.is_empty() {
            return match callee {
                Ty::Unknown => Ty::Unknown,
                Ty::Foreign => Ty::Foreign,
                Ty::External(..) => Ty::Unknown,
                Ty::Union(parts) => self.call_alternatives(parts, arguments, depth),
                _ => Ty::UnknownOfPackage,
            };
        }
        if signatures.len() > MAX_SIGNATURES {
            return Ty::UnknownOfPackage;
        }
        let mut results = Vec::new();
        for (id, types) in signatures {
            let Some((function, scope)) = self.function(&id) else {
                return Ty::UnknownOfPackage;
            };
            if arguments.is_some_and(|arguments| !takes(&function, arguments.len())) {
                continue;
            }
            let inner = self.bind_call(&function, &scope, &types, arguments.unwrap_or_default(), depth);
            results.push(self.result(&function, &scope, &inner, depth));
        }
        if results.is_empty() {
            return Ty::UnknownOfPackage;
        }
        Ty::union(results)
    }

    fn call_alternatives(&self, parts: &[Ty], arguments: Option<&[Ty]>, depth: usize) -> Ty {
        // The module namespace is one of the alternatives besides its `default`, and cannot be called.
        let parts = parts.iter().filter(|part| !matches!(part, Ty::Module(..)));
        Ty::union(
            parts
                .map(|part| self.call_within(part, arguments, depth))
                .collect(),
        )
    }

    /// The signatures of what is called.
    fn signatures(&self, callee: &Ty, depth: usize) -> Vec<(PartId, Rc<TypeScope>)> {
        let Some(depth) = self.store.deeper(depth) else {
            return Vec::new();
        };
        match callee {
            Ty::Function(ids, types) => ids.iter().map(|id| (id.clone(), Rc::clone(types))).collect(),
            Ty::Entity(entity) => self.entity_signatures(entity, depth),
            Ty::Instance(..) | Ty::Object(..) => self.called(callee, false, depth),
            Ty::Module(scopes, ..) => match self.whole(scopes, depth) {
                Some(value) => self.signatures(&value, depth),
                None => Vec::new(),
            },
            Ty::Intersection(parts) => parts
                .iter()
                .flat_map(|part| self.signatures(part, depth))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn entity_signatures(&self, entity: &EntityId, depth: usize) -> Vec<(PartId, Rc<TypeScope>)> {
        let Some((_, defs)) = self.defs(entity) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for def in defs.iter() {
            match def {
                Def::Function(index) => found.push((
                    PartId {
                        file: entity.scope.file.clone(),
                        index: *index,
                    },
                    Rc::default(),
                )),
                Def::Value(Some(annotation), _) => {
                    let ty = self.annotation(annotation, &entity.scope, &Rc::default(), depth);
                    found.extend(self.signatures(&ty, depth));
                }
                _ => {}
            }
        }
        found
    }

    /// A function with its enclosing scope.
    pub(super) fn function(&self, id: &PartId) -> Option<(FunctionRef, ScopeId)> {
        let file = self.store.file(&id.file)?;
        let function = file.functions.get(id.index)?;
        if !self.store.spend(1 + function.parameters.len()) {
            return None;
        }
        let scope = scope_of(&id.file, function.scope);
        let index = id.index;
        Some((FunctionRef { file, index }, scope))
    }

    /// The types in a function that is called with these arguments.
    fn bind_call(
        &self,
        function: &Function,
        scope: &ScopeId,
        types: &Rc<TypeScope>,
        arguments: &[Ty],
        depth: usize,
    ) -> Rc<TypeScope> {
        if function.variables.is_empty() {
            return Rc::clone(types);
        }
        let variables = function.variables.len() + types.variables.len();
        if !self.store.spend(variables) {
            return Rc::default();
        }
        let mut found: BTreeMap<String, Vec<Ty>> = BTreeMap::new();
        for (index, argument) in arguments.iter().enumerate() {
            if let Some(parameter) = parameter_at(&function.parameters, index)
                && let Some(annotation) = &parameter.annotation
            {
                let annotation = match annotation {
                    Type::Array(inner) if parameter.is_rest => inner,
                    other => other,
                };
                self.infer(annotation, argument, scope, &mut found, depth);
            }
        }
        let mut inner = TypeScope::clone(types);
        for variable in &function.variables {
            inner.variables.remove(&variable.name);
        }
        let mut given = Vec::new();
        for variable in &function.variables {
            if variable.default.is_some() && !self.store.spend(variables) {
                return Rc::default();
            }
            let ty = match found.remove(&variable.name) {
                Some(types) => Ty::union(types),
                None => match &variable.default {
                    Some(default) => self.annotation(default, scope, &Rc::new(inner.clone()), depth),
                    None => Ty::UnknownOfPackage,
                },
            };
            inner.variables.insert(variable.name.clone(), ty.clone());
            given.push(ty);
        }
        for (variable, ty) in function.variables.iter().zip(light(&given).iter()) {
            inner.variables.insert(variable.name.clone(), ty.clone());
        }
        Rc::new(inner)
    }

    /// Infer type parameters by matching `argument` with the declared type `parameter`.
    fn infer(
        &self,
        parameter: &Type,
        argument: &Ty,
        scope: &ScopeId,
        found: &mut BTreeMap<String, Vec<Ty>>,
        depth: usize,
    ) {
        let Some(depth) = self.store.deeper(depth) else {
            return;
        };
        match (parameter, argument) {
            // An unknown type tells nothing: the default may apply.
            (_, Ty::Unknown) => {}
            (Type::Name(path, arguments), _) if arguments.is_empty() => {
                if let [name] = path.as_slice() {
                    let types = found.entry(name.clone()).or_default();
                    if types.len() < 8 {
                        types.push(argument.clone());
                    }
                }
            }
            (Type::Name(path, parameters), Ty::Instance(entity, arguments))
                if path.last().is_some_and(|name| **name == *entity.name) =>
            {
                for (parameter, argument) in parameters.iter().zip(arguments.iter()) {
                    self.infer(parameter, argument, scope, found, depth);
                }
            }
            (Type::Name(path, parameters), Ty::Promise(inner) | Ty::Items(inner, _)) if path.len() == 1 => {
                if let [parameter] = parameters.as_slice() {
                    self.infer(parameter, inner, scope, found, depth);
                }
            }
            (Type::Array(inner), Ty::Items(item, _)) => self.infer(inner, item, scope, found, depth),
            (Type::Function(index), Ty::Function(..) | Ty::Entity(_)) => {
                let id = PartId {
                    file: scope.file.clone(),
                    index: *index,
                };
                if let Some((function, _)) = self.function(&id)
                    && let Some(returns) = &function.returns
                {
                    let result = self.call_within(argument, None, depth);
                    self.infer(returns, &result, scope, found, depth);
                }
            }
            (Type::Union(parts), _) => {
                for part in parts {
                    self.infer(part, argument, scope, found, depth);
                }
            }
            _ => {}
        }
    }

    /// What `new` gives.
    #[must_use]
    pub fn construct(&self, class: &Ty) -> Ty {
        self.construct_within(class, MAX_DEPTH)
    }

    pub(super) fn construct_within(&self, class: &Ty, depth: usize) -> Ty {
        let Some(depth) = self.store.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        match class {
            Ty::Entity(entity) => self.construct_entity(entity, depth),
            Ty::Class(id) => Ty::Object(id.clone(), Rc::default()),
            Ty::External(module, name, _) => Ty::External(module.clone(), name.clone(), Rc::new([])),
            Ty::Module(scopes, ..) => match self.whole(scopes, depth) {
                Some(value) => self.construct_within(&value, depth),
                None => Ty::UnknownOfPackage,
            },
            Ty::Instance(..) | Ty::Object(..) => self.constructed(class, depth),
            Ty::Union(parts) => {
                let parts = parts.iter().filter(|part| !matches!(part, Ty::Module(..)));
                Ty::union(parts.map(|part| self.construct_within(part, depth)).collect())
            }
            // A mixin: the instance has the members of each.
            Ty::Intersection(parts) => {
                let made = parts.iter().map(|part| self.construct_within(part, depth));
                Ty::intersection(made.collect())
            }
            Ty::Unknown => Ty::Unknown,
            Ty::Foreign => Ty::Foreign,
            _ => Ty::UnknownOfPackage,
        }
    }

    fn construct_entity(&self, entity: &EntityId, depth: usize) -> Ty {
        let Some((_, defs)) = self.defs(entity) else {
            return Ty::UnknownOfPackage;
        };
        if defs.iter().any(|def| matches!(def, Def::Class(_))) {
            return self.type_side(&Ty::Entity(entity.clone()), &[], depth);
        }
        for def in defs.iter() {
            if let Def::Value(Some(annotation), _) = def {
                let ty = self.annotation(annotation, &entity.scope, &Rc::default(), depth);
                return self.construct_within(&ty, depth);
            }
        }
        Ty::UnknownOfPackage
    }

    /// What the construct signatures of an object give.
    fn constructed(&self, object: &Ty, depth: usize) -> Ty {
        let mut results = Vec::new();
        for (id, types) in self.called(object, true, depth) {
            let Some((function, scope)) = self.function(&id) else {
                return Ty::UnknownOfPackage;
            };
            let inner = self.bind_call(&function, &scope, &types, &[], depth);
            results.push(self.result(&function, &scope, &inner, depth));
        }
        if results.is_empty() {
            Ty::UnknownOfPackage
        } else {
            Ty::union(results)
        }
    }

    /// The type of `await value`; the type itself if it is not a promise. Unknown for a class with `then`.
    #[must_use]
    pub fn awaited(&self, value: &Ty) -> Ty {
        self.awaited_within(value, MAX_DEPTH)
    }

    pub(super) fn awaited_within(&self, value: &Ty, depth: usize) -> Ty {
        let Some(depth) = self.store.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        match value {
            Ty::Promise(inner) => self.awaited_within(inner, depth),
            Ty::Union(parts) => Ty::union(
                parts
                    .iter()
                    .map(|part| self.awaited_within(part, depth))
                    .collect(),
            ),
            Ty::Instance(..) | Ty::Object(..) | Ty::Intersection(_) => {
                if let Some(promise) = self.base_of(value, &|base| matches!(base, Ty::Promise(_)), depth) {
                    return self.awaited_within(&promise, depth);
                }
                match self.member_within(value, "then", depth) {
                    Lookup::Found(_) => Ty::UnknownOfPackage,
                    _ => value.clone(),
                }
            }
            Ty::External(..) => Ty::Unknown,
            other => other.clone(),
        }
    }

    /// What `for (const x of value)` (or `for await`), `value[0]` and spread give.
    #[must_use]
    pub fn element(&self, value: &Ty, is_async: bool) -> Ty {
        self.element_within(value, is_async, MAX_DEPTH)
    }

    pub(super) fn element_within(&self, value: &Ty, is_async: bool, depth: usize) -> Ty {
        let Some(depth) = self.store.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        match value {
            Ty::Items(inner, waits) if *waits == is_async => inner.as_ref().clone(),
            Ty::Items(inner, false) => self.awaited_within(inner, depth),
            Ty::Items(..) => Ty::UnknownOfPackage,
            Ty::Tuple(parts) => Ty::union(parts.to_vec()),
            Ty::Union(parts) => {
                let each = parts
                    .iter()
                    .map(|part| self.element_within(part, is_async, depth));
                Ty::union(each.collect())
            }
            Ty::Instance(..) | Ty::Object(..) | Ty::Intersection(_) => {
                if let Some(items) = self.base_of(value, &|base| matches!(base, Ty::Items(..)), depth) {
                    return self.element_within(&items, is_async, depth);
                }
                let names: &[&str] = if is_async {
                    &[ASYNC_ITERATOR, ITERATOR]
                } else {
                    &[ITERATOR]
                };
                for name in names {
                    if let Lookup::Found(method) = self.member_within(value, name, depth) {
                        let iterator = self.call_within(&method, Some(&[]), depth);
                        return self.element_within(&iterator, *name == ASYNC_ITERATOR, depth);
                    }
                }
                Ty::UnknownOfPackage
            }
            Ty::Foreign => Ty::Foreign,
            Ty::Unknown | Ty::External(..) => Ty::Unknown,
            _ => Ty::UnknownOfPackage,
        }
    }

    /// What the first parameter number `index` of a callback argument is, where the callee declares it: for
    /// `client.on('x', (ctx) => …)`, `app.use((req, res) => …)`. Unknown is always a right answer.
    #[must_use]
    pub fn callback_parameter(&self, callee: &Ty, argument: usize, index: usize) -> Ty {
        let mut found = Vec::new();
        for (id, types) in self.signatures(callee, MAX_DEPTH) {
            let Some((function, scope)) = self.function(&id) else {
                return Ty::Unknown;
            };
            let inner = self.bind_call(&function, &scope, &types, &[], MAX_DEPTH);
            let Some(callback) = self.parameter(&function, argument, &scope, &inner) else {
                continue;
            };
            for callback in callback.alternatives() {
                for (id, types) in self.signatures(callback, MAX_DEPTH) {
                    if let Some((function, scope)) = self.function(&id)
                        && let Some(ty) = self.parameter(&function, index, &scope, &types)
                    {
                        found.push(ty);
                    }
                }
            }
        }
        if found.is_empty() || found.contains(&Ty::UnknownOfPackage) {
            return Ty::Unknown;
        }
        Ty::union(found.into_iter().map(|ty| self.opened(ty)).collect())
    }

    /// The type of a parameter.
    fn parameter(
        &self,
        function: &Function,
        index: usize,
        scope: &ScopeId,
        types: &Rc<TypeScope>,
    ) -> Option<Ty> {
        let parameter = parameter_at(&function.parameters, index)?;
        let ty = self.annotation(parameter.annotation.as_ref()?, scope, types, MAX_DEPTH);
        Some(if parameter.is_rest {
            self.element(&ty, false)
        } else {
            ty
        })
    }
}

/// A function of a file.
pub(super) struct FunctionRef {
    file: Arc<File>,
    /// It was looked up before, so it exists.
    index: usize,
}

impl Deref for FunctionRef {
    type Target = Function;

    fn deref(&self) -> &Function {
        &self.file.functions[self.index]
    }
}

/// The parameter that takes an argument.
fn parameter_at(parameters: &[Parameter], index: usize) -> Option<&Parameter> {
    parameters
        .get(index)
        .or_else(|| parameters.last().filter(|last| last.is_rest))
}

/// Whether a function takes this number of arguments.
fn takes(function: &Function, count: usize) -> bool {
    let required = function.parameters.iter().filter(|one| !one.is_optional).count();
    let has_rest = function.parameters.last().is_some_and(|last| last.is_rest);
    count >= required && (has_rest || count <= function.parameters.len())
}
