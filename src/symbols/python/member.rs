//! Members of classes and modules.

use super::builtin;
use super::release::Release;
use super::summary::{Borrowed, Class, Def, Expr};
use super::ty::{Base, ClassId, FunctionId, Lookup, Subject, Ty, TypeScope};
use crate::symbols::reference::Undecided;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::rc::Rc;

/// How many classes a class may inherit from.
const MAX_BASES: usize = 64;

/// Where a member is written.
enum MemberPlace {
    /// In the body of the class.
    Body,
    /// On `self` in a method.
    Object,
    /// In a table that `__getattr__` looks into.
    Lazy,
}

/// The member that is looked for.
struct MemberQuery<'q> {
    class: &'q ClassId,
    arguments: &'q [Ty],
    name: &'q str,
    is_instance: bool,
    depth: usize,
}

/// With fewer steps left, a result may be incomplete, so it is not cached.
pub(super) const MIN_STEPS_TO_KEEP: usize = 12;

impl Release {
    /// The class and its bases in the order in which they are searched: close to the MRO of Python.
    pub(super) fn bases(&self, class: &ClassId, arguments: &[Ty], depth: usize) -> Vec<Base> {
        if arguments.is_empty()
            && let Some(known) = self.bases.borrow().get(class)
        {
            return known.clone();
        }
        let mut order = Vec::new();
        let mut seen = BTreeSet::new();
        self.add_bases(class, arguments, depth, &mut seen, &mut order);
        if arguments.is_empty() && depth >= MIN_STEPS_TO_KEEP {
            self.bases.borrow_mut().insert(class.clone(), order.clone());
        }
        order
    }

    fn add_bases(
        &self,
        class: &ClassId,
        arguments: &[Ty],
        depth: usize,
        seen: &mut BTreeSet<ClassId>,
        order: &mut Vec<Base>,
    ) {
        if !seen.insert(class.clone()) {
            return;
        }
        let (Some(read), Some(depth)) = (self.class(class), self.deeper(depth)) else {
            order.push(Base::Unknown);
            return;
        };
        if order.len() > MAX_BASES {
            order.push(Base::Unknown);
            return;
        }
        let scope = TypeScope::new(&class.module, None);
        let variables = self.type_variables(&read.bases, arguments);
        order.push(Base::Own(class.clone(), variables.clone()));
        let scope_of_arguments = TypeScope {
            variables: Rc::new(variables),
            ..scope.clone()
        };
        for base in &read.bases {
            let (expression, written) = match base {
                Expr::Index(inner, written) => (&**inner, written.as_slice()),
                other => (other, [].as_slice()),
            };
            let written: Vec<Ty> = written
                .iter()
                .map(|argument| self.annotation(argument, &scope_of_arguments, depth))
                .collect();
            for value in self.value(expression, &scope, depth).alternatives() {
                match value {
                    Ty::Class(base) => self.add_bases(base, &written, depth, seen, order),
                    // The class statement that old code for messages has says nothing of their fields.
                    Ty::External(path) if builtin::is_message(path) && !self.is_stub(&class.module) => {
                        order.push(Base::Unknown);
                    }
                    Ty::External(path) => order.push(Base::External(path.clone())),
                    _ => order.push(Base::Unknown),
                }
            }
        }
    }

    /// What the type variables of a class mean with these arguments: in the order of `Generic[...]`, else of their
    /// first use in the bases.
    fn type_variables(&self, bases: &[Expr], arguments: &[Ty]) -> BTreeMap<String, Ty> {
        let mut names: Vec<&str> = Vec::new();
        for base in bases {
            let Expr::Index(of, written) = base else { continue };
            let is_list = matches!(&**of, Expr::Name(name) | Expr::Attribute(_, name) if name == "Generic" || name == "Protocol");
            if is_list {
                names.clear();
            }
            for argument in written {
                if let Expr::Name(name) = argument
                    && !names.contains(&name.as_str())
                {
                    names.push(name);
                }
            }
            if is_list {
                break;
            }
        }
        names
            .into_iter()
            .zip(arguments)
            .map(|(name, argument)| (name.to_owned(), argument.clone()))
            .collect()
    }

    /// The class in whose body a method is written, and the meaning of type variables there.
    pub(super) fn home(
        &self,
        class: &ClassId,
        method: &FunctionId,
        arguments: &[Ty],
        depth: usize,
    ) -> (ClassId, BTreeMap<String, Ty>) {
        for base in self.bases(class, arguments, depth) {
            if let Base::Own(id, variables) = base
                && id.module == method.module
                && self.class(&id).is_some_and(|read| {
                    read.members
                        .values()
                        .flatten()
                        .any(|def| matches!(def, Def::Function(index) if *index == method.index))
                })
            {
                return (id, variables);
            }
        }
        (class.clone(), BTreeMap::new())
    }

    /// Look an attribute up.
    #[must_use]
    pub fn attribute(&self, base: &Ty, name: &str, depth: usize) -> Lookup {
        let Some(depth) = self.deeper(depth) else {
            return Lookup::Unknown(Undecided::TooDeep);
        };
        match base {
            Ty::Module(module) => self.name_within(module, name, depth),
            Ty::External(path) => Lookup::Found(Ty::External(format!("{path}.{name}"))),
            Ty::Class(class) => self.member(class, &[], name, false, depth),
            Ty::Instance(class, arguments) => self.member(class, arguments, name, true, depth),
            Ty::Union(parts) => {
                let mut found = Vec::new();
                let mut unknown = None;
                for part in parts {
                    match self.attribute(part, name, depth) {
                        Lookup::Found(ty) => found.push(ty),
                        Lookup::Unknown(why) => unknown = Some(why),
                        Lookup::Missing => {}
                    }
                }
                match (found.is_empty(), unknown) {
                    (false, None) => Lookup::Found(Ty::union(found)),
                    (false, Some(_)) => Lookup::Found(Ty::UnknownOfPackage),
                    (true, Some(why)) => Lookup::Unknown(why),
                    (true, None) => Lookup::Missing,
                }
            }
            Ty::UnknownOfPackage => Lookup::Unknown(Undecided::Type),
            Ty::Function(..) | Ty::Awaitable(_) | Ty::Form(_) | Ty::Context(..) => {
                Lookup::Unknown(Undecided::Type)
            }
            Ty::Items(..) | Ty::Map(_) | Ty::Tuple(_) | Ty::Foreign | Ty::None => Lookup::Found(Ty::Foreign),
            Ty::Unknown => Lookup::Found(Ty::Unknown),
        }
    }

    fn member(
        &self,
        class: &ClassId,
        arguments: &[Ty],
        name: &str,
        is_instance: bool,
        depth: usize,
    ) -> Lookup {
        match self.own_member(class, arguments, name, is_instance, depth) {
            Lookup::Missing if name.starts_with("__") && name.ends_with("__") => {
                Lookup::Unknown(Undecided::OpenClass)
            }
            found => found,
        }
    }

    pub(super) fn own_member(
        &self,
        class: &ClassId,
        arguments: &[Ty],
        name: &str,
        is_instance: bool,
        depth: usize,
    ) -> Lookup {
        let query = MemberQuery {
            class,
            arguments,
            name,
            is_instance,
            depth,
        };
        let mut open = None;
        for base in self.bases(class, arguments, depth) {
            match base {
                Base::Own(id, variables) => match self.in_base(&id, &variables, &query) {
                    ControlFlow::Break(found) => return found,
                    ControlFlow::Continue(why) => open = why.or(open),
                },
                Base::External(path) => match builtin::has_base_member(&path, name) {
                    Some(true) => return Lookup::Found(Ty::UnknownOfPackage),
                    Some(false) => {}
                    None => open = Some(Undecided::OpenClass),
                },
                Base::Unknown => open = Some(Undecided::OpenClass),
            }
        }
        if !is_instance
            && (matches!(name, "mro" | "register" | "name" | "value")
                || self.is_of_metaclass(class, name, depth))
        {
            return Lookup::Unknown(Undecided::OpenClass);
        }
        if is_instance && self.is_abstract(class, depth) {
            open = Some(Undecided::OpenClass);
        }
        match open {
            Some(why) => Lookup::Unknown(why),
            // Another module sets it.
            None if self.is_patched(name) => Lookup::Unknown(Undecided::OpenClass),
            None => Lookup::Missing,
        }
    }

    /// The member in one base that the release has. `Break` ends the search, `Continue` says why the base may have it
    /// without showing it.
    fn in_base(
        &self,
        id: &ClassId,
        variables: &BTreeMap<String, Ty>,
        query: &MemberQuery<'_>,
    ) -> ControlFlow<Lookup, Option<Undecided>> {
        let MemberQuery { name, depth, .. } = *query;
        let Some(read) = self.class(id) else {
            return ControlFlow::Continue(Some(Undecided::OpenClass));
        };
        let mut found = self.written_types(id, &read, variables, query);
        if !found.is_empty() {
            // `self.x = None` in one method and a value in another.
            if found.len() > 1 {
                found.retain(|ty| *ty != Ty::None);
            }
            let known = found.iter().any(|ty| !matches!(ty, Ty::UnknownOfPackage));
            // An annotation in the body says what the assignments do not.
            if known && read.members.contains_key(name) {
                found.retain(|ty| !matches!(ty, Ty::UnknownOfPackage));
            }
            return ControlFlow::Break(Lookup::Found(Ty::union(found)));
        }
        for borrowed in &read.borrowed {
            match self.borrowed(borrowed, name, depth) {
                Lookup::Missing => {}
                found => return ControlFlow::Break(found),
            }
        }
        if self.has_foreign_parts(id, depth) {
            return ControlFlow::Continue(Some(Undecided::OpenClass));
        }
        if read.open.is_none() {
            return ControlFlow::Continue(None);
        }
        match self.delegated(id, name, (query.class, query.arguments), depth) {
            Lookup::Missing => ControlFlow::Continue(None),
            Lookup::Found(ty) if query.is_instance => ControlFlow::Break(Lookup::Found(ty)),
            _ => ControlFlow::Continue(Some(Undecided::OpenClass)),
        }
    }

    /// The types of a member at each place of a class where it is written.
    fn written_types(
        &self,
        id: &ClassId,
        read: &Class,
        variables: &BTreeMap<String, Ty>,
        query: &MemberQuery<'_>,
    ) -> Vec<Ty> {
        let MemberQuery { name, depth, .. } = *query;
        let members = read.members.get(name).into_iter().flatten();
        let attributes = read.attributes.get(name).into_iter().flatten();
        let lazy = read.lazy.get(name).into_iter();
        let all = members
            .map(|def| (def, MemberPlace::Body))
            .chain(attributes.map(|def| (def, MemberPlace::Object)))
            .chain(lazy.map(|def| (def, MemberPlace::Lazy)));
        all.map(|(def, place)| {
            let mut scope = TypeScope::new(&id.module, Some(id.clone()));
            scope.variables = Rc::new(variables.clone());
            scope.receiver = Some(if query.is_instance {
                Ty::Instance(query.class.clone(), query.arguments.to_vec())
            } else {
                Ty::Class(query.class.clone())
            });
            match (place, self.member_type(def, &scope, depth)) {
                // A table of classes gives instances.
                (MemberPlace::Lazy, Ty::Class(class)) if query.is_instance => Ty::Instance(class, Vec::new()),
                (MemberPlace::Body, ty) if matches!(def, Def::Value(..)) => self.described(&ty, depth),
                (_, ty) => ty,
            }
        })
        .collect()
    }

    /// What a value in the body of a class is on its instances: a descriptor gives what its `__get__` returns.
    fn described(&self, ty: &Ty, depth: usize) -> Ty {
        let parts = ty.alternatives().iter().map(|part| {
            let Ty::Instance(class, arguments) = part else {
                return part.clone();
            };
            match self.own_member(class, arguments, "__get__", true, depth.saturating_sub(1)) {
                Lookup::Missing => part.clone(),
                Lookup::Found(get @ (Ty::Function(..) | Ty::Union(_))) => self.result(&get, depth),
                Lookup::Unknown(_) if self.is_model(class, depth) => part.clone(),
                _ => Ty::UnknownOfPackage,
            }
        });
        Ty::union(parts.collect())
    }

    /// Whether a class is a model of pydantic or a message of protobuf without `__get__`. Its instances may have more
    /// attributes than are written, but Python looks for `__get__` in the class.
    fn is_model(&self, class: &ClassId, depth: usize) -> bool {
        let mut is_model = false;
        for base in self.bases(class, &[], depth) {
            match base {
                Base::Own(id, _) => match self.class(&id) {
                    Some(read) if !read.members.contains_key("__get__") => {}
                    _ => return false,
                },
                Base::External(path) if builtin::is_model(&path) => is_model = true,
                Base::External(path) if builtin::has_base_member(&path, "__get__") == Some(false) => {}
                _ => return false,
            }
        }
        is_model
    }

    /// What an object has for a name of a module.
    fn borrowed(&self, borrowed: &Borrowed, name: &str, depth: usize) -> Lookup {
        if !self.is_known(&borrowed.module) {
            return Lookup::Unknown(Undecided::OpenClass);
        }
        let part = match self.name_within(&borrowed.module, name, depth) {
            Lookup::Found(Ty::Module(part)) if borrowed.is_made => part,
            Lookup::Found(_) => return Lookup::Found(Ty::UnknownOfPackage),
            other => return other,
        };
        let Some(read) = self
            .module(&part)
            .filter(|read| read.open.is_none() && read.stars.is_empty())
        else {
            return Lookup::Found(Ty::UnknownOfPackage);
        };
        // It may be any class of the module; the one of that name comes first, for messages.
        let plain = |text: &str| text.replace('_', "").to_lowercase();
        let mut made = Vec::new();
        for (of_part, defs) in &read.names {
            if defs.iter().all(|def| matches!(def, Def::Module(_))) {
                // A module cannot be called.
                continue;
            }
            let value = match self.name_within(&part, of_part, depth) {
                Lookup::Found(value) => self.result(&value, depth),
                _ => Ty::UnknownOfPackage,
            };
            match plain(of_part) == plain(name) {
                true => made.insert(0, value),
                false => made.push(value),
            }
        }
        Lookup::Found(Ty::union(made))
    }

    /// The type of a member. The scope says which class defines it, and what it is a member of.
    fn member_type(&self, def: &Def, scope: &TypeScope, depth: usize) -> Ty {
        let Some(home) = &scope.class else {
            return Ty::UnknownOfPackage;
        };
        let (class, arguments, is_instance): (_, &[Ty], _) = match &scope.receiver {
            Some(Ty::Instance(class, arguments)) => (class, arguments, true),
            Some(Ty::Class(class)) => (class, &[], false),
            _ => return Ty::UnknownOfPackage,
        };
        match def {
            Def::Function(index) => {
                let id = FunctionId {
                    module: home.module.clone(),
                    index: *index,
                };
                let Some(function) = self.function(&id) else {
                    return Ty::UnknownOfPackage;
                };
                let style = self.style(&function.decorators, &id.module, depth);
                let subject = if style.is_static {
                    Subject::None
                } else if style.is_class {
                    Subject::Class(class.clone())
                } else if is_instance {
                    Subject::Instance(class.clone(), arguments.to_vec())
                } else {
                    Subject::Unbound(class.clone())
                };
                if style.is_property {
                    return if is_instance && style.keeps_result {
                        self.result(&Ty::Function(id, subject), depth)
                    } else {
                        Ty::UnknownOfPackage
                    };
                }
                if !style.keeps_parameters && !style.keeps_result {
                    // It exists, but its type is unknown.
                    return Ty::UnknownOfPackage;
                }
                Ty::Function(id, subject)
            }
            Def::Value(annotation, value) => {
                let declared = annotation
                    .as_ref()
                    .map(|annotation| self.annotation(annotation, scope, depth));
                match (declared, value) {
                    (Some(Ty::UnknownOfPackage) | None, Some(value)) => {
                        // `get = _get` in the body of a class is the method.
                        if let Expr::Name(name) = value
                            && let Some(read) = self.class(home)
                            && let Some(defs) = read.members.get(name)
                            && let Some(def @ Def::Function(_)) = defs.last()
                        {
                            return self.member_type(def, scope, depth.saturating_sub(1));
                        }
                        self.value(value, scope, depth)
                    }
                    (Some(ty), Some(value)) => self.declared_or(ty, value, scope, depth),
                    (Some(ty), None) => ty,
                    (None, None) => Ty::UnknownOfPackage,
                }
            }
            other => match self.def(&home.module, Some(home), other, depth) {
                Lookup::Found(ty) => ty,
                _ => Ty::UnknownOfPackage,
            },
        }
    }

    /// The members of a class, for suggestions.
    #[must_use]
    pub fn members_of(&self, class: &ClassId) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for base in self.bases(class, &[], 16) {
            match base {
                Base::Own(id, _) => {
                    if let Some(read) = self.class(&id) {
                        names.extend(
                            read.members
                                .keys()
                                .chain(read.attributes.keys())
                                .chain(read.lazy.keys())
                                .cloned(),
                        );
                        for borrowed in &read.borrowed {
                            names.extend(self.names_of(&borrowed.module));
                        }
                    }
                }
                Base::External(path) => {
                    names.extend(
                        builtin::base_members(&path)
                            .unwrap_or_default()
                            .split_whitespace()
                            .map(str::to_owned),
                    );
                }
                Base::Unknown => {}
            }
        }
        names.retain(|name| !name.starts_with('_'));
        names
    }
}
