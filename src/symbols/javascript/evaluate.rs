//! The types of annotations and values.

use super::builtin;
use super::release::Release;
use super::summary::{Def, Function, Type, TypeParameter, Value};
use super::ty::{EntityId, Lookup, ModuleMode, PartId, ScopeId, Ty, TypeScope};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The most types that the arguments of a type, or `this`, are made of.
pub(super) const MAX_WEIGHT: usize = 200;

impl Release {
    /// What an annotation in a scope says.
    pub(super) fn annotation(&self, ty: &Type, scope: &ScopeId, types: &Rc<TypeScope>, depth: usize) -> Ty {
        let Some(depth) = self.store.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        let each = |parts: &[Type]| -> Vec<Ty> {
            parts
                .iter()
                .map(|part| self.annotation(part, scope, types, depth))
                .collect()
        };
        match ty {
            Type::Name(path, arguments) => self.named(path, arguments, scope, types, depth),
            Type::Query(path) => self.path(scope, path, depth),
            Type::Import(module, path, arguments, is_query) => {
                let arguments = each(arguments);
                self.import_type(module, path, &arguments, *is_query, scope, depth)
            }
            Type::Object(index) => Ty::Object(part(scope, *index), Rc::clone(types)),
            Type::Function(index) => Ty::Function(vec![part(scope, *index)], Rc::clone(types)),
            Type::Union(parts) => Ty::union(each(parts)),
            Type::Intersection(parts) => Ty::intersection(each(parts)),
            Type::Array(inner) => {
                let inner = self.annotation(inner, scope, types, depth);
                Ty::Items(Rc::new(inner), false)
            }
            Type::Tuple(parts) => Ty::Tuple(each(parts).into()),
            Type::Index(object, name) => {
                let object = self.annotation(object, scope, types, depth);
                match self.member_within(&object, name, depth) {
                    Lookup::Found(ty) => ty,
                    _ => Ty::UnknownOfPackage,
                }
            }
            Type::This => types.this.clone().unwrap_or(Ty::UnknownOfPackage),
            Type::Nothing => Ty::Nothing,
            Type::Plain => Ty::Foreign,
            Type::Unknown => Ty::UnknownOfPackage,
        }
    }

    fn named(
        &self,
        path: &[String],
        arguments: &[Type],
        scope: &ScopeId,
        types: &Rc<TypeScope>,
        depth: usize,
    ) -> Ty {
        if let [name] = path
            && let Some(ty) = types.variables.get(name)
        {
            return ty.clone();
        }
        let named = self.path(scope, path, depth);
        let arguments: Vec<Ty> = arguments
            .iter()
            .map(|ty| self.annotation(ty, scope, types, depth))
            .collect();
        self.type_side(&named, &arguments, depth)
    }

    fn import_type(
        &self,
        module: &str,
        path: &[String],
        arguments: &[Ty],
        is_query: bool,
        scope: &ScopeId,
        depth: usize,
    ) -> Ty {
        let Some((first, rest)) = path.split_first() else {
            // `typeof import("x")`, or the type that `export =` gives.
            let whole = self.required(&scope.file, module, depth);
            return if is_query {
                whole
            } else {
                self.type_side(&whole, arguments, depth)
            };
        };
        let mut ty = self.imported(&scope.file, module, first, depth);
        for name in rest {
            ty = self.inner(&ty, name, depth);
        }
        if is_query {
            ty
        } else {
            self.type_side(&ty, arguments, depth)
        }
    }

    /// The type that an annotation in a document names, once its name was found: the instance of a class or interface
    /// for `x: Client`. `named` is what `export` or `member` gave for the name.
    #[must_use]
    pub fn instance_of(&self, named: &Ty) -> Ty {
        self.opened(self.type_side(named, &[], super::release::MAX_DEPTH))
    }

    /// What a name means as a type.
    pub(super) fn type_side(&self, named: &Ty, arguments: &[Ty], depth: usize) -> Ty {
        let Some(depth) = self.store.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        match named {
            Ty::Entity(entity) => self.entity_type(entity, arguments, depth),
            Ty::Class(class) => Ty::Object(class.clone(), Rc::default()),
            Ty::External(module, name, _) => builtin::generic(module, name, arguments).unwrap_or_else(|| {
                self.utility(module, name, arguments, depth)
                    .unwrap_or_else(|| Ty::External(module.clone(), name.clone(), light(arguments)))
            }),
            Ty::Module(scopes, ..) => match self.whole(scopes, depth) {
                Some(value) => self.type_side(&value, arguments, depth),
                None => Ty::UnknownOfPackage,
            },
            Ty::Union(parts) => {
                let parts = parts.iter().filter(|part| !matches!(part, Ty::Module(..)));
                Ty::union(parts.map(|part| self.type_side(part, arguments, depth)).collect())
            }
            Ty::Unknown => Ty::Unknown,
            _ => Ty::UnknownOfPackage,
        }
    }

    /// Types of the language that are made from other types.
    fn utility(&self, module: &str, name: &str, arguments: &[Ty], depth: usize) -> Option<Ty> {
        if !module.is_empty() {
            return None;
        }
        let first = arguments.first()?;
        Some(match name {
            "Readonly" | "Partial" | "Required" | "NonNullable" | "NoInfer" => first.clone(),
            "Awaited" => self.awaited_within(first, depth),
            "ReturnType" => self.call_within(first, None, depth),
            "InstanceType" => self.construct_within(first, depth),
            "Record"
            | "Pick"
            | "Omit"
            | "Exclude"
            | "Extract"
            | "Parameters"
            | "ConstructorParameters"
            | "ThisType" => Ty::UnknownOfPackage,
            _ => return None,
        })
    }

    fn entity_type(&self, entity: &EntityId, arguments: &[Ty], depth: usize) -> Ty {
        let Some((file, defs)) = self.defs(entity) else {
            return Ty::UnknownOfPackage;
        };
        for def in defs.iter() {
            match def {
                Def::Class(index) | Def::Interface(index) => {
                    let parameters = file.shapes.get(*index).map(|shape| shape.parameters.as_slice());
                    let filled = self.fill(parameters.unwrap_or_default(), arguments, &entity.scope, depth);
                    return Ty::Instance(entity.clone(), filled.into());
                }
                Def::Alias(parameters, target) => {
                    return self.alias(entity, parameters, target, arguments, depth);
                }
                Def::Enum(_) => return Ty::Foreign,
                _ => {}
            }
        }
        Ty::UnknownOfPackage
    }

    fn alias(
        &self,
        entity: &EntityId,
        parameters: &[TypeParameter],
        target: &Type,
        arguments: &[Ty],
        depth: usize,
    ) -> Ty {
        if parameters.is_empty()
            && let Some(known) = self.aliases.borrow().get(entity)
        {
            return known.clone();
        }
        let is_alone = {
            let mut open = self.open_aliases.borrow_mut();
            if open.contains(entity) {
                // The alias is recursive.
                return Ty::UnknownOfPackage;
            }
            open.push(entity.clone());
            open.len() == 1
        };
        let filled = self.fill(parameters, arguments, &entity.scope, depth);
        let types = bind(parameters, filled);
        let mut found = self.annotation(target, &entity.scope, &types, depth);
        self.open_aliases.borrow_mut().pop();
        if found.weight(MAX_WEIGHT) > MAX_WEIGHT {
            found = Ty::UnknownOfPackage;
        }
        // Inside of another one, it may be cut where that one begins again.
        if parameters.is_empty() && is_alone {
            self.aliases.borrow_mut().insert(entity.clone(), found.clone());
        }
        found
    }

    /// Type arguments with defaults for those that are not given. Large ones are not known.
    pub(super) fn fill(
        &self,
        parameters: &[TypeParameter],
        arguments: &[Ty],
        scope: &ScopeId,
        depth: usize,
    ) -> Vec<Ty> {
        let mut filled: Vec<Ty> = Vec::new();
        for (index, parameter) in parameters.iter().enumerate() {
            // A default may refer to the parameters before it.
            let copied = if parameter.default.is_some() {
                filled.len()
            } else {
                0
            };
            if !self.store.spend(1 + copied) {
                break;
            }
            let ty = match (arguments.get(index), &parameter.default) {
                (Some(given), _) => given.clone(),
                (None, Some(default)) => {
                    let known = parameters.iter().map(|one| one.name.clone()).zip(filled.clone());
                    let types = TypeScope {
                        variables: known.collect(),
                        this: None,
                    };
                    self.annotation(default, scope, &Rc::new(types), depth)
                }
                (None, None) => Ty::UnknownOfPackage,
            };
            filled.push(ty);
        }
        light(&filled).to_vec()
    }

    /// What a value in a scope is.
    pub(super) fn value(&self, value: &Value, scope: &ScopeId, types: &Rc<TypeScope>, depth: usize) -> Ty {
        let Some(depth) = self.store.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        let of = |value: &Value| self.value(value, scope, types, depth);
        match value {
            Value::Name(name) => self.name(scope, name, depth),
            Value::This => types.this.clone().unwrap_or(Ty::UnknownOfPackage),
            Value::Member(object, name) => self.inner(&of(object), name, depth),
            Value::Call(callee, arguments) => {
                let callee = of(callee);
                let arguments: Vec<Ty> = arguments.iter().map(of).collect();
                self.call_within(&callee, Some(&arguments), depth)
            }
            Value::New(class, arguments) => {
                let class = of(class);
                let arguments: Vec<Ty> = arguments
                    .iter()
                    .map(|ty| self.annotation(ty, scope, types, depth))
                    .collect();
                match &class {
                    Ty::Entity(_) | Ty::External(..) if !arguments.is_empty() => {
                        self.type_side(&class, &arguments, depth)
                    }
                    _ => self.construct_within(&class, depth),
                }
            }
            Value::Await(inner) => self.awaited_within(&of(inner), depth),
            Value::Object(index) => Ty::Object(part(scope, *index), Rc::clone(types)),
            Value::Function(index) => Ty::Function(vec![part(scope, *index)], Rc::clone(types)),
            Value::Class(index) => Ty::Class(part(scope, *index)),
            Value::Require(module) => self.required(&scope.file, module, depth),
            Value::Import(module) => {
                let module = match self.module_from(&scope.file, module) {
                    Some(scopes) => Ty::Module(scopes, module.as_str().into(), ModuleMode::Import),
                    None => Ty::UnknownOfPackage,
                };
                Ty::Promise(Rc::new(module))
            }
            Value::Array(parts) => {
                let parts = parts.iter().map(of).collect();
                Ty::Items(Rc::new(Ty::union(parts)), false)
            }
            Value::Either(parts) => Ty::union(parts.iter().map(of).collect()),
            Value::As(ty) => self.annotation(ty, scope, types, depth),
            Value::Plain => Ty::Foreign,
            Value::Unknown => Ty::UnknownOfPackage,
        }
    }

    /// What a function gives, by its annotation or its only `return`.
    pub(super) fn result(
        &self,
        function: &Function,
        scope: &ScopeId,
        types: &Rc<TypeScope>,
        depth: usize,
    ) -> Ty {
        match (&function.returns, &function.returned) {
            (Some(returns), _) => self.annotation(returns, scope, types, depth),
            (None, Some(returned)) => {
                let value = self.value(returned, scope, types, depth);
                if function.is_async {
                    Ty::Promise(Rc::new(value))
                } else {
                    value
                }
            }
            (None, None) => Ty::UnknownOfPackage,
        }
    }
}

/// A part of the file of a scope.
pub(super) fn part(scope: &ScopeId, index: usize) -> PartId {
    PartId {
        file: scope.file.clone(),
        index,
    }
}

/// The meaning of type parameters.
pub(super) fn bind(parameters: &[TypeParameter], arguments: Vec<Ty>) -> Rc<TypeScope> {
    let names = parameters.iter().map(|parameter| parameter.name.clone());
    let variables: BTreeMap<String, Ty> = names.zip(arguments).collect();
    Rc::new(TypeScope {
        variables,
        this: None,
    })
}

/// Type arguments, without those that are made of too many types.
pub(super) fn light(arguments: &[Ty]) -> Rc<[Ty]> {
    let mut left = MAX_WEIGHT;
    let each = arguments.iter().map(|ty| {
        let weight = ty.weight(left);
        if weight > left {
            return Ty::UnknownOfPackage;
        }
        left -= weight;
        ty.clone()
    });
    each.collect()
}
