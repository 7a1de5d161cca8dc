//! Members of modules, namespaces, classes, instances and objects.

use super::builtin;
use super::call::MAX_SIGNATURES;
use super::evaluate::{MAX_WEIGHT, part};
use super::release::{MAX_DEPTH, Release, scope_of};
use super::summary::{Base, Def, File, Member, Members, Shape};
use super::ty::{EntityId, Lookup, PartId, ScopeId, Ty, TypeScope};
use crate::symbols::reference::Undecided;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// A shape with the types that hold in it.
pub(super) struct ShapeRef {
    file: Arc<File>,
    index: usize,
    /// The enclosing scope.
    scope: ScopeId,
    types: Rc<TypeScope>,
    /// Whether it is a class.
    is_class: bool,
}

impl ShapeRef {
    pub fn shape(&self) -> Option<&Shape> {
        self.file.shapes.get(self.index)
    }

    /// Whether it describes a function or the static side of a class.
    fn is_callable(&self) -> bool {
        let members = self.shape().map(|shape| &shape.members);
        let has_signatures =
            members.is_some_and(|members| !members.calls.is_empty() || !members.constructs.is_empty());
        has_signatures && !self.is_class
    }
}

/// The members of an instance, or the static ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Instance,
    Static,
}

impl Side {
    pub fn of(self, shape: &Shape) -> &Members {
        match self {
            Self::Instance => &shape.members,
            Self::Static => &shape.statics,
        }
    }
}

impl Release {
    /// A member: `value.name`. Of a module, namespace, enum, class (static), instance, object literal of functions.
    /// Members of interfaces and other plain data are found or `Unknown`, never missing.
    #[must_use]
    pub fn member(&self, value: &Ty, name: &str) -> Lookup {
        match self.member_within(value, name, MAX_DEPTH) {
            Lookup::Missing(_) if self.is_added(name) || self.is_in_code(value, name) => {
                Lookup::Unknown(Undecided::OpenClass)
            }
            Lookup::Missing(_) => Lookup::Missing(self.members_of(value)),
            other => other,
        }
    }

    /// Whether the code of one of the classes has a member that its declarations lack.
    fn is_in_code(&self, value: &Ty, name: &str) -> bool {
        let mut classes = BTreeSet::new();
        self.collect_classes(value, &mut classes, 16);
        let mut classes = classes.iter();
        classes.any(|(file, class)| self.store.code_defines(file, class, name))
    }

    /// The classes of a value with their files, and those that they extend.
    fn collect_classes(&self, value: &Ty, classes: &mut BTreeSet<(String, String)>, depth: usize) {
        let Some(depth) = self.store.deeper(depth) else {
            return;
        };
        match value {
            Ty::Entity(entity) | Ty::Instance(entity, _) if self.is_class(entity) => {
                let file = entity.scope.file.to_string();
                if !classes.insert((file, entity.name.to_string())) {
                    return;
                }
                let instance = self.type_side(&Ty::Entity(entity.clone()), &[], depth);
                for shape in self.shapes(&instance, &instance) {
                    for base in shape.shape().into_iter().flat_map(|read| &read.bases) {
                        let base = self.base_type(&shape, base, Side::Instance, false, depth);
                        self.collect_classes(&base, classes, depth);
                    }
                }
            }
            Ty::Union(parts) | Ty::Intersection(parts) => {
                for part in parts {
                    self.collect_classes(part, classes, depth);
                }
            }
            _ => {}
        }
    }

    /// As [`Release::member`], without the names that are there instead.
    pub(super) fn member_within(&self, value: &Ty, name: &str, depth: usize) -> Lookup {
        self.member_of(value, value, name, depth)
    }

    /// A member of a part of `receiver`, which is the value of `this`.
    fn member_of(&self, value: &Ty, receiver: &Ty, name: &str, depth: usize) -> Lookup {
        let Some(depth) = self.store.deeper_for(name, depth) else {
            return Lookup::Unknown(Undecided::TooDeep);
        };
        match value {
            Ty::Module(scopes, ..) => self.module_member(scopes, name, depth),
            Ty::Entity(entity) => self.entity_member(entity, name, depth),
            Ty::Class(id) => match self.part_shape(id, &Rc::default(), value) {
                Some(shape) => self.closed(self.shape_member(&shape, Side::Static, name, value, depth), name),
                None => Lookup::Unknown(Undecided::Unread),
            },
            Ty::Instance(..) | Ty::Object(..) => self.object_member(value, receiver, name, depth),
            Ty::Function(..) if builtin::is_function_member(name) => Lookup::Found(Ty::UnknownOfPackage),
            Ty::Promise(_) if matches!(name, "then" | "catch" | "finally") => {
                Lookup::Found(Ty::UnknownOfPackage)
            }
            Ty::Items(inner, false) => items_member(inner, name),
            Ty::Union(parts) => self.member_of_any(parts, name, depth),
            Ty::Intersection(parts) => self.member_of_all(parts, receiver, name, depth),
            _ => Lookup::Unknown(Undecided::Type),
        }
    }

    /// One of several: missing only where every alternative lacks it.
    fn member_of_any(&self, parts: &[Ty], name: &str, depth: usize) -> Lookup {
        let (mut found, why) = sort(parts.iter().map(|part| self.member_within(part, name, depth)));
        if !found.is_empty() && why.is_some() {
            found.push(Ty::UnknownOfPackage);
        }
        joined(found, why, Ty::union)
    }

    /// All of several: each may have it.
    fn member_of_all(&self, parts: &[Ty], receiver: &Ty, name: &str, depth: usize) -> Lookup {
        let answers = parts
            .iter()
            .map(|part| self.member_of(part, receiver, name, depth));
        let (found, why) = sort(answers);
        joined(found, why, Ty::intersection)
    }

    /// A member of a declared name: the static side of a class, an export of a namespace, a value of an enum.
    fn entity_member(&self, entity: &EntityId, name: &str, depth: usize) -> Lookup {
        let Some((file, defs)) = self.defs(entity) else {
            return Lookup::Unknown(Undecided::Unread);
        };
        let mut answers = Vec::new();
        let namespaces = self.namespaces(entity);
        if !namespaces.is_empty() {
            answers.push(self.exported(&namespaces, name, depth));
        }
        let value = Ty::Entity(entity.clone());
        let mut is_callable = false;
        for def in defs.iter() {
            match def {
                Def::Class(index) => {
                    is_callable = true;
                    let shape = self.own_shape(&file, entity, *index, &[], &value, true);
                    answers.push(self.shape_member(&shape, Side::Static, name, &value, depth));
                }
                Def::Enum(index) => {
                    let shape = self.own_shape(&file, entity, *index, &[], &value, true);
                    answers.push(self.shape_member(&shape, Side::Instance, name, &value, depth));
                }
                Def::Function(_) => is_callable = true,
                Def::Value(Some(annotation), _) => {
                    let ty = self.annotation(annotation, &entity.scope, &Rc::default(), depth);
                    answers.push(self.member_within(&ty, name, depth));
                }
                Def::Value(None, _) => answers.push(Lookup::Unknown(Undecided::Type)),
                _ => {}
            }
        }
        // `name.member = value` in JavaScript.
        let patched = format!("{}.{name}", entity.name);
        if let Some(scope) = file.scopes.get(entity.scope.index)
            && scope.names.contains_key(&patched)
        {
            answers.push(Lookup::Found(self.entity(&entity.scope, &patched, depth)));
        }
        if answers.is_empty() {
            // A type alone, or a function that others may add to.
            answers.push(Lookup::Unknown(Undecided::Type));
        }
        if is_callable && builtin::is_function_member(name) {
            answers.push(Lookup::Found(Ty::UnknownOfPackage));
        }
        self.closed(join(answers), name)
    }

    /// A member of an instance of a class or interface, or of an object.
    fn object_member(&self, value: &Ty, receiver: &Ty, name: &str, depth: usize) -> Lookup {
        let shapes = self.shapes(value, receiver);
        if shapes.is_empty() {
            return Lookup::Unknown(Undecided::Unread);
        }
        let answers = shapes
            .iter()
            .map(|shape| self.shape_member(shape, Side::Instance, name, receiver, depth));
        let found = join(answers);
        if matches!(found, Lookup::Missing(_))
            && builtin::is_function_member(name)
            && shapes.iter().any(ShapeRef::is_callable)
        {
            return Lookup::Found(Ty::UnknownOfPackage);
        }
        match self.closed(found, name) {
            // Servers send more than the types say, and a class that extends an abstract one has more.
            Lookup::Missing(_) if !is_closed(&shapes) && !self.is_behaviour(value, depth) => {
                Lookup::Unknown(Undecided::OpenClass)
            }
            other => other,
        }
    }

    /// Whether an interface describes an object that the package makes, not data: it has methods. Where a package can
    /// be extended, extensions may add members to its interfaces.
    fn is_behaviour(&self, value: &Ty, depth: usize) -> bool {
        let shapes = self.shapes(value, value);
        let is_local = shapes.iter().all(|shape| {
            let ambient = shape.file.globals.len() + shape.file.ambient.len();
            !shape.is_class && self.store.spend(ambient) && !shape.file.is_global(shape.scope.index)
        });
        is_local && self.has_methods(value, depth) && !self.store.is_extensible()
    }

    fn has_methods(&self, value: &Ty, depth: usize) -> bool {
        let Some(depth) = self.store.deeper(depth) else {
            return false;
        };
        self.shapes(value, value).iter().any(|shape| {
            shape.shape().is_some_and(|read| {
                read.members.has_methods()
                    || read.bases.iter().any(|base| {
                        let base = self.base_type(shape, base, Side::Instance, read.is_literal, depth);
                        self.has_methods(&base, depth)
                    })
            })
        })
    }

    /// A type that a document declares, or that a callback gets: others may have added to its interfaces.
    pub(super) fn opened(&self, ty: Ty) -> Ty {
        let is_interface = match &ty {
            Ty::Instance(entity, _) => !self.is_class(entity),
            Ty::Object(..) => true,
            _ => false,
        };
        if is_interface {
            Ty::union(vec![ty, Ty::UnknownOfPackage])
        } else {
            ty
        }
    }

    /// `Missing`, unless every object has the member.
    fn closed(&self, lookup: Lookup, name: &str) -> Lookup {
        match lookup {
            Lookup::Missing(_) if builtin::is_object_member(name) => Lookup::Found(Ty::UnknownOfPackage),
            other => other,
        }
    }

    /// A member of a shape and its bases.
    fn shape_member(&self, shape: &ShapeRef, side: Side, name: &str, receiver: &Ty, depth: usize) -> Lookup {
        let Some(depth) = self.store.deeper(depth) else {
            return Lookup::Unknown(Undecided::TooDeep);
        };
        let Some(read) = shape.shape() else {
            return Lookup::Unknown(Undecided::Unread);
        };
        let members = side.of(read);
        if let Some(found) = members.names.get(name) {
            return Lookup::Found(self.member_type(shape, found, depth));
        }
        let mut answers = Vec::new();
        for base in &read.bases {
            let base = self.base_type(shape, base, side, read.is_literal, depth);
            answers.push(self.base_member(&base, side, name, receiver, depth));
        }
        if members.is_open || members.index.is_some() {
            answers.push(Lookup::Unknown(Undecided::OpenClass));
        }
        join(answers)
    }

    /// What a base is: a class for static members, otherwise its instance.
    pub(super) fn base_type(
        &self,
        shape: &ShapeRef,
        base: &Base,
        side: Side,
        is_literal: bool,
        depth: usize,
    ) -> Ty {
        match base {
            Base::Type(ty) => self.annotation(ty, &shape.scope, &shape.types, depth),
            Base::Value(value, arguments) => {
                let class = self.value(value, &shape.scope, &shape.types, depth);
                // `{ ...value }`
                if side == Side::Static || is_literal {
                    return class;
                }
                let arguments: Vec<Ty> = arguments
                    .iter()
                    .map(|ty| self.annotation(ty, &shape.scope, &shape.types, depth))
                    .collect();
                match &class {
                    Ty::External(..) => self.type_side(&class, &arguments, depth),
                    Ty::Entity(entity) if self.is_class(entity) => self.type_side(&class, &arguments, depth),
                    _ => self.construct_within(&class, depth),
                }
            }
        }
    }

    fn is_class(&self, entity: &EntityId) -> bool {
        self.defs(entity)
            .is_some_and(|(_, defs)| defs.iter().any(|def| matches!(def, Def::Class(_))))
    }

    /// A member that comes from a base.
    fn base_member(&self, base: &Ty, side: Side, name: &str, receiver: &Ty, depth: usize) -> Lookup {
        let listed = |members: Option<&[&str]>| match members {
            Some(members) if members.contains(&name) => Lookup::Found(Ty::UnknownOfPackage),
            Some(_) => Lookup::Missing(Vec::new()),
            None => Lookup::Unknown(Undecided::OpenClass),
        };
        match (base, side) {
            (Ty::External(module, base, _), Side::Instance) => {
                listed(builtin::instance_members(module, base))
            }
            (Ty::External(module, base, _), Side::Static) => listed(builtin::static_members(module, base)),
            (_, Side::Static) => self.member_within(base, name, depth),
            (Ty::Instance(..) | Ty::Object(..), Side::Instance) => {
                let shapes = self.shapes(base, receiver);
                if shapes.is_empty() {
                    return Lookup::Unknown(Undecided::OpenClass);
                }
                let answers = shapes
                    .iter()
                    .map(|shape| self.shape_member(shape, side, name, receiver, depth));
                join(answers)
            }
            (Ty::Promise(_), _) => listed(Some(&["then", "catch", "finally"])),
            (Ty::Intersection(parts), _) => {
                let each = parts
                    .iter()
                    .map(|part| self.base_member(part, side, name, receiver, depth));
                join(each)
            }
            _ => Lookup::Unknown(Undecided::OpenClass),
        }
    }

    fn member_type(&self, shape: &ShapeRef, declarations: &[Member], depth: usize) -> Ty {
        if declarations.len() > MAX_SIGNATURES {
            return Ty::UnknownOfPackage;
        }
        let mut methods = Vec::new();
        let mut types = Vec::new();
        for declaration in declarations {
            match declaration {
                Member::Method(index) => methods.push(part(&shape.scope, *index)),
                Member::Property(Some(annotation), _) => {
                    types.push(self.annotation(annotation, &shape.scope, &shape.types, depth));
                }
                Member::Property(None, Some(value)) => {
                    types.push(self.value(value, &shape.scope, &shape.types, depth));
                }
                Member::Property(None, None) => types.push(Ty::UnknownOfPackage),
            }
        }
        if !methods.is_empty() {
            types.push(Ty::Function(methods, Rc::clone(&shape.types)));
        }
        Ty::union(types)
    }

    /// The shapes of an instance or object. `this` in them is `receiver`.
    pub(super) fn shapes(&self, value: &Ty, receiver: &Ty) -> Vec<ShapeRef> {
        match value {
            Ty::Object(id, types) => self.part_shape(id, types, receiver).into_iter().collect(),
            Ty::Instance(entity, arguments) => {
                let Some((file, defs)) = self.defs(entity) else {
                    return Vec::new();
                };
                let shapes = defs.iter().filter_map(|def| match def {
                    Def::Class(index) => Some((*index, true)),
                    Def::Interface(index) => Some((*index, false)),
                    _ => None,
                });
                shapes
                    .map(|(index, is_class)| {
                        self.own_shape(&file, entity, index, arguments, receiver, is_class)
                    })
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn own_shape(
        &self,
        file: &Arc<File>,
        entity: &EntityId,
        index: usize,
        arguments: &[Ty],
        receiver: &Ty,
        is_class: bool,
    ) -> ShapeRef {
        let parameters = file.shapes.get(index).map(|shape| shape.parameters.as_slice());
        let parameters = parameters.filter(|all| self.store.spend(all.len()));
        let names = parameters
            .into_iter()
            .flatten()
            .map(|parameter| parameter.name.clone());
        let types = TypeScope {
            variables: names
                .zip(
                    arguments
                        .iter()
                        .cloned()
                        .chain(std::iter::repeat(Ty::UnknownOfPackage)),
                )
                .collect(),
            this: this_of(receiver),
        };
        ShapeRef {
            file: Arc::clone(file),
            index,
            scope: entity.scope.clone(),
            types: Rc::new(types),
            is_class,
        }
    }

    pub(super) fn part_shape(&self, id: &PartId, types: &Rc<TypeScope>, receiver: &Ty) -> Option<ShapeRef> {
        let file = self.store.file(&id.file)?;
        let shape = file.shapes.get(id.index)?;
        let scope = scope_of(&id.file, shape.scope);
        // `this` in a type literal is that of the class around it.
        self.store.spend(types.variables.len());
        let types = if shape.is_literal && types.this.is_none() && !self.store.is_exhausted() {
            Rc::new(TypeScope {
                variables: types.variables.clone(),
                this: this_of(receiver),
            })
        } else {
            Rc::clone(types)
        };
        Some(ShapeRef {
            file,
            index: id.index,
            scope,
            types,
            is_class: false,
        })
    }

    /// The signatures with which an object can be called, or constructed.
    pub(super) fn called(&self, value: &Ty, is_new: bool, depth: usize) -> Vec<(PartId, Rc<TypeScope>)> {
        let mut found = Vec::new();
        let Some(depth) = self.store.deeper(depth) else {
            return found;
        };
        for shape in self.shapes(value, value) {
            let Some(read) = shape.shape() else { continue };
            let ids = if is_new {
                &read.members.constructs
            } else {
                &read.members.calls
            };
            // The constructor of a class is not a member of its instances.
            if !shape.is_class {
                let ids = ids.iter().map(|index| part(&shape.scope, *index));
                found.extend(ids.map(|id| (id, Rc::clone(&shape.types))));
            }
            for base in &read.bases {
                let base = self.base_type(&shape, base, Side::Instance, read.is_literal, depth);
                found.extend(self.called(&base, is_new, depth));
            }
        }
        found
    }

    /// The nearest base that fits.
    pub(super) fn base_of(&self, value: &Ty, fits: &dyn Fn(&Ty) -> bool, depth: usize) -> Option<Ty> {
        let depth = self.store.deeper(depth)?;
        if fits(value) {
            return Some(value.clone());
        }
        if let Ty::Intersection(parts) = value {
            return parts.iter().find_map(|part| self.base_of(part, fits, depth));
        }
        self.shapes(value, value).iter().find_map(|shape| {
            let read = shape.shape()?;
            read.bases.iter().find_map(|base| {
                let base = self.base_type(shape, base, Side::Instance, read.is_literal, depth);
                self.base_of(&base, fits, depth)
            })
        })
    }
}

/// The type of `this`. Chains of calls that each add to the previous type are followed only up to a limit.
fn this_of(receiver: &Ty) -> Option<Ty> {
    (receiver.weight(MAX_WEIGHT) <= MAX_WEIGHT).then(|| receiver.clone())
}

/// Whether the shapes list all members: they belong to a class that `new` instantiates, or to an object literal of
/// the package.
fn is_closed(shapes: &[ShapeRef]) -> bool {
    let mut shapes = shapes.iter().filter_map(|one| Some((one, one.shape()?)));
    shapes.any(|(one, shape)| one.is_class && !shape.is_abstract || shape.is_literal)
}

/// Several places that may have a member: found in one, missing only if all lack it.
fn join(answers: impl IntoIterator<Item = Lookup>) -> Lookup {
    let (found, why) = sort(answers);
    joined(found, why, Ty::union)
}

/// What was found, and the first reason why something was not decided.
fn sort(answers: impl IntoIterator<Item = Lookup>) -> (Vec<Ty>, Option<Undecided>) {
    let mut found = Vec::new();
    let mut why = None;
    for answer in answers {
        match answer {
            Lookup::Found(ty) => found.push(ty),
            Lookup::Unknown(reason) => why = why.or(Some(reason)),
            Lookup::Missing(_) => {}
        }
    }
    (found, why)
}

fn joined(found: Vec<Ty>, why: Option<Undecided>, join: fn(Vec<Ty>) -> Ty) -> Lookup {
    match (found.is_empty(), why) {
        (false, _) => Lookup::Found(join(found)),
        (true, Some(why)) => Lookup::Unknown(why),
        (true, None) => Lookup::Missing(Vec::new()),
    }
}

/// A member of an array, as far as it gives something of the package.
fn items_member(inner: &Ty, name: &str) -> Lookup {
    match name {
        "length" => Lookup::Found(Ty::Foreign),
        "0" => Lookup::Found(inner.clone()),
        "concat" | "every" | "filter" | "find" | "findIndex" | "findLast" | "flat" | "flatMap"
        | "forEach" | "includes" | "indexOf" | "join" | "keys" | "map" | "pop" | "push" | "reduce"
        | "reverse" | "shift" | "slice" | "some" | "sort" | "splice" | "unshift" | "at" | "entries"
        | "values" | "next" => Lookup::Found(Ty::UnknownOfPackage),
        _ => Lookup::Unknown(Undecided::Type),
    }
}
