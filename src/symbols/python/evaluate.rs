//! The types of expressions and annotations of the package itself.

use super::builtin;
use super::member::MIN_STEPS_TO_KEEP;
use super::release::Release;
use super::summary::{Expr, Function};
use super::ty::{ClassId, FunctionId, Lookup, Subject, Ty, TypeScope};
use crate::symbols::reference::Undecided;
use std::rc::Rc;

impl Release {
    /// The type that an annotation means.
    pub(super) fn annotation(&self, expression: &Expr, scope: &TypeScope, depth: usize) -> Ty {
        let Some(depth) = self.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        match expression {
            Expr::None => Ty::None,
            Expr::Name(name) if scope.variables.contains_key(name) => {
                scope.variables.get(name).cloned().unwrap_or(Ty::UnknownOfPackage)
            }
            Expr::Name(_) | Expr::Attribute(..) | Expr::Receiver | Expr::Import(..) => {
                let value = self.value(expression, scope, depth);
                self.instance_of(value, scope)
            }
            Expr::Parameter(annotation) => self.annotation(annotation, scope, depth),
            Expr::Pipe(parts) | Expr::Either(parts) => Ty::union(
                parts
                    .iter()
                    .map(|part| self.annotation(part, scope, depth))
                    .collect(),
            ),
            Expr::Index(base, arguments) => {
                let arguments = || -> Vec<Ty> {
                    arguments
                        .iter()
                        .map(|argument| self.annotation(argument, scope, depth))
                        .collect()
                };
                match self.value(base, scope, depth) {
                    Ty::External(path) => builtin::generic(&path, arguments),
                    Ty::Class(class) => Ty::Instance(class, arguments()),
                    Ty::Union(parts) => Ty::union(
                        parts
                            .into_iter()
                            .map(|part| match part {
                                Ty::Class(class) => Ty::Instance(class, arguments()),
                                _ => Ty::UnknownOfPackage,
                            })
                            .collect(),
                    ),
                    // An alias with parameters: its own are not known.
                    Ty::Form(ty) => *ty,
                    _ => Ty::UnknownOfPackage,
                }
            }
            _ => Ty::UnknownOfPackage,
        }
    }

    /// The instance type that a class in an annotation means.
    fn instance_of(&self, value: Ty, scope: &TypeScope) -> Ty {
        match value {
            Ty::Class(class) => Ty::Instance(class, Vec::new()),
            Ty::External(path) => builtin::plain(&path, scope),
            Ty::Form(ty) => *ty,
            Ty::Union(parts) => Ty::union(
                parts
                    .into_iter()
                    .map(|part| self.instance_of(part, scope))
                    .collect(),
            ),
            Ty::None => Ty::None,
            _ => Ty::UnknownOfPackage,
        }
    }

    /// The type of a value.
    pub(super) fn value(&self, expression: &Expr, scope: &TypeScope, depth: usize) -> Ty {
        let Some(depth) = self.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        match expression {
            Expr::None => Ty::None,
            Expr::Text(_) => Ty::Foreign,
            Expr::Receiver => scope.receiver.clone().unwrap_or(Ty::UnknownOfPackage),
            Expr::Parameter(annotation) => self.annotation(annotation, scope, depth),
            Expr::Name(name) => self.name_value(name, scope, depth),
            Expr::Import(module, Some(name)) => match self.imported(module, name, depth) {
                Lookup::Found(ty) => ty,
                _ => Ty::UnknownOfPackage,
            },
            Expr::Import(module, None) => Ty::Module(module.clone()),
            Expr::Attribute(base, name) => {
                let base = self.value(base, scope, depth);
                match self.attribute(&base, name, depth) {
                    Lookup::Found(ty) => ty,
                    Lookup::Unknown(Undecided::OpenClass) => self.computed(&base, name, depth),
                    _ => Ty::UnknownOfPackage,
                }
            }
            Expr::Call(function) if matches!(**function, Expr::Local(..)) => {
                self.local_result(function, scope, depth)
            }
            Expr::Call(function) => match self.value(function, scope, depth) {
                // `TypeVar("T")`, `namedtuple(...)`, `logging.getLogger()`.
                Ty::External(path) => builtin::called(&path),
                function => self.result(&function, depth),
            },
            Expr::Index(base, _) => match self.value(base, scope, depth) {
                // `Client[int]()` makes a `Client`.
                Ty::Class(class) => Ty::Class(class),
                Ty::External(_) => Ty::Form(Box::new(self.annotation(expression, scope, depth))),
                other => self.item(&other, depth),
            },
            Expr::Pipe(parts) => Ty::Form(Box::new(self.annotation(
                &Expr::Pipe(parts.clone()),
                scope,
                depth,
            ))),
            Expr::Either(parts) => {
                Ty::union(parts.iter().map(|part| self.value(part, scope, depth)).collect())
            }
            Expr::Await(inner) => {
                let inner = self.value(inner, scope, depth);
                self.awaited(&inner, depth)
            }
            Expr::Enter(inner, is_async) => {
                let manager = self.value(inner, scope, depth);
                self.entered(&manager, *is_async, depth)
            }
            Expr::Same(_) | Expr::Local(..) | Expr::List(_) | Expr::Unknown => Ty::UnknownOfPackage,
        }
    }

    /// What a name means: in the body of its class, in its module, in Python itself.
    fn name_value(&self, name: &str, scope: &TypeScope, depth: usize) -> Ty {
        if let Some(id) = &scope.class
            && let Some(class) = self.class(id)
            && let Some(defs) = class.members.get(name)
        {
            // A member of the same name as a type of the module, `list: List[X]`, hides it only for what follows.
            let found: Vec<Ty> = defs
                .iter()
                .filter(|def| matches!(def, super::summary::Def::Class(_)))
                .map(|def| match self.def(&id.module, None, def, depth) {
                    Lookup::Found(ty) => ty,
                    _ => Ty::UnknownOfPackage,
                })
                .collect();
            if !found.is_empty() {
                return Ty::union(found);
            }
        }
        match self.name_within(&scope.module, name, depth) {
            Lookup::Found(ty) => ty,
            Lookup::Missing if builtin::is_builtin(name) => Ty::External(format!("builtins.{name}")),
            _ => Ty::UnknownOfPackage,
        }
    }

    /// The type of `name: Base = Derived()`: it has the members of both.
    pub(super) fn declared_or(&self, declared: Ty, value: &Expr, scope: &TypeScope, depth: usize) -> Ty {
        match self.value(value, scope, depth) {
            value @ Ty::Instance(..) if matches!(declared, Ty::Instance(..)) => {
                Ty::union(vec![declared, value])
            }
            _ => declared,
        }
    }

    /// Whether a class is written to be derived from: what is annotated with it is an instance of another class,
    /// which may have more members.
    pub(super) fn is_abstract(&self, id: &ClassId, depth: usize) -> bool {
        let Some(read) = self.class(id) else { return true };
        let scope = TypeScope::new(&id.module, None);
        let is_one = |expression: &Expr, is_name: &dyn Fn(&str) -> bool| {
            let expression = match expression {
                Expr::Index(of, _) => of,
                other => other,
            };
            matches!(self.value(expression, &scope, depth), Ty::External(path) if is_name(&path))
        };
        let is_meta = read
            .metaclass
            .iter()
            .any(|meta| is_one(meta, &|path| path == "abc.ABCMeta"));
        is_meta
            || read.bases.iter().any(|base| is_one(base, &builtin::is_abstract))
            || !read.members.keys().any(|name| builtin::is_protocol_method(name))
                && read
                    .bases
                    .iter()
                    .any(|base| is_one(base, &builtin::is_collection))
    }

    /// What calling something gives.
    pub(super) fn result(&self, callee: &Ty, depth: usize) -> Ty {
        let Some(depth) = self.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        match callee {
            Ty::Class(class) => {
                // An enumeration, a class with a metaclass or with `__new__` may give anything.
                if self.makes_instances(class, depth) {
                    Ty::Instance(class.clone(), Vec::new())
                } else {
                    Ty::UnknownOfPackage
                }
            }
            Ty::Function(id, subject) => self.returned(id, subject, depth),
            Ty::Instance(..) => match self.attribute(callee, "__call__", depth) {
                Lookup::Found(call @ Ty::Function(..)) => self.result(&call, depth),
                _ => Ty::UnknownOfPackage,
            },
            Ty::Union(parts) => Ty::union(parts.iter().map(|part| self.result(part, depth)).collect()),
            Ty::Unknown | Ty::Foreign | Ty::External(_) => Ty::Unknown,
            _ => Ty::UnknownOfPackage,
        }
    }

    /// Whether calling a class gives an instance of it.
    fn makes_instances(&self, class: &ClassId, depth: usize) -> bool {
        let Some(read) = self.class(class) else {
            return false;
        };
        read.metaclass.as_ref().is_none_or(|metaclass| {
            let scope = TypeScope::new(&class.module, None);
            self.is_plain_metaclass(metaclass, false, &scope, depth)
        }) && match self.attribute(&Ty::Class(class.clone()), "__new__", depth) {
            Lookup::Found(Ty::Function(new, _)) => self.function(&new).is_some_and(|new| {
                // `return super().__new__(cls)` is the usual one; an annotation of another class is not.
                match &new.returns {
                    None => true,
                    Some(returns) => {
                        let scope = TypeScope {
                            receiver: Some(Ty::Class(class.clone())),
                            ..TypeScope::new(&class.module, None)
                        };
                        matches!(self.annotation(returns, &scope, depth), Ty::Instance(id, _) if id == *class)
                    }
                }
            }),
            _ => true,
        }
    }

    /// The scope of the body of a function that is called on a subject.
    pub(super) fn scope_of(&self, id: &FunctionId, subject: &Subject, depth: usize) -> TypeScope {
        let mut scope = TypeScope::new(&id.module, None);
        let (receiver, class) = match subject {
            Subject::None => (None, None),
            Subject::Unbound(class) => (None, Some(class.clone())),
            Subject::Instance(class, arguments) => (
                Some(Ty::Instance(class.clone(), arguments.clone())),
                Some(class.clone()),
            ),
            Subject::Class(class) => (Some(Ty::Class(class.clone())), Some(class.clone())),
        };
        scope.receiver = receiver;
        if let Some(class) = &class {
            let arguments = match subject {
                Subject::Instance(_, arguments) => arguments.as_slice(),
                _ => &[],
            };
            // Names of the class body are seen where the method is written.
            let home = self.home(class, id, arguments, depth);
            scope.class = Some(home.0);
            scope.variables = Rc::new(home.1);
        }
        scope
    }

    /// What a function returns.
    fn returned(&self, id: &FunctionId, subject: &Subject, depth: usize) -> Ty {
        // Without type arguments it is the same for every call.
        let key = match subject {
            Subject::None => (id.clone(), None, false),
            Subject::Instance(class, arguments) if arguments.is_empty() => {
                (id.clone(), Some(class.clone()), true)
            }
            Subject::Class(class) => (id.clone(), Some(class.clone()), false),
            Subject::Instance(..) | Subject::Unbound(_) => return self.find_returned(id, subject, depth),
        };
        if let Some(known) = self.results.borrow().get(&key) {
            return known.clone();
        }
        let found = self.find_returned(id, subject, depth);
        if depth >= MIN_STEPS_TO_KEEP {
            self.results.borrow_mut().insert(key, found.clone());
        }
        found
    }

    fn find_returned(&self, id: &FunctionId, subject: &Subject, depth: usize) -> Ty {
        let Some(function) = self.function(id) else {
            return Ty::UnknownOfPackage;
        };
        let style = self.style(&function.decorators, &id.module, depth);
        if !style.keeps_result {
            return Ty::UnknownOfPackage;
        }
        let mut scope = self.scope_of(id, subject, depth);
        // `def copy(self: T) -> T`, `def of(cls: type[T]) -> T`
        if let (Some(first), Some(receiver)) = (function.parameters.first(), &scope.receiver) {
            let variable = match &first.annotation {
                Some(Expr::Name(name)) => Some(name.clone()),
                Some(Expr::Index(_, arguments)) => match arguments.as_slice() {
                    [Expr::Name(name)] => Some(name.clone()),
                    _ => None,
                },
                _ => None,
            };
            let instance = match receiver {
                Ty::Class(class) => Ty::Instance(class.clone(), Vec::new()),
                other => other.clone(),
            };
            if let Some(variable) = variable
                && self.is_variable(&variable, &scope, depth)
            {
                Rc::make_mut(&mut scope.variables).insert(variable, instance);
            }
        }
        let plain = match &function.returns {
            Some(returns) => self.annotated_result(returns, &function, &scope, depth),
            None if function.is_generator => Ty::UnknownOfPackage,
            None if function.returned.is_empty() => Ty::UnknownOfPackage,
            None => Ty::union(
                function
                    .returned
                    .iter()
                    .map(|value| self.value(value, &scope, depth))
                    .collect(),
            ),
        };
        if let Some(is_async) = style.context {
            return match plain {
                Ty::Items(inner, _) => Ty::Context(inner, is_async),
                _ => Ty::UnknownOfPackage,
            };
        }
        if function.is_async && !function.is_generator {
            return Ty::Awaitable(Box::new(plain));
        }
        plain
    }

    /// What a function returns that is annotated: what it makes, when the annotation is a class to be derived from.
    fn annotated_result(&self, returns: &Expr, function: &Function, scope: &TypeScope, depth: usize) -> Ty {
        let declared = self.annotation(returns, scope, depth);
        let is_open = matches!(&declared, Ty::Instance(class, _) if self.is_abstract(class, depth));
        if !is_open || function.returned.is_empty() {
            return declared;
        }
        let values = function
            .returned
            .iter()
            .map(|value| self.value(value, scope, depth));
        match Ty::union(values.collect()) {
            made if made.is_of_package() => made,
            _ => declared,
        }
    }

    /// What a call of a function in the function gives.
    fn local_result(&self, function: &Expr, scope: &TypeScope, depth: usize) -> Ty {
        let Expr::Local(returned, is_async) = function else {
            return Ty::UnknownOfPackage;
        };
        if returned.is_empty() {
            return Ty::UnknownOfPackage;
        }
        let values = returned.iter().map(|value| self.value(value, scope, depth));
        let given = Ty::union(values.collect());
        match is_async {
            true => Ty::Awaitable(Box::new(given)),
            false => given,
        }
    }

    fn is_variable(&self, name: &str, scope: &TypeScope, depth: usize) -> bool {
        !matches!(
            self.name_within(&scope.module, name, depth),
            Lookup::Found(Ty::Class(_) | Ty::External(_))
        )
    }

    /// What an index gives.
    pub(super) fn item(&self, base: &Ty, depth: usize) -> Ty {
        let Some(depth) = self.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        match base {
            Ty::Items(inner, false) | Ty::Map(inner) => (**inner).clone(),
            Ty::Tuple(parts) => Ty::union(parts.clone()),
            Ty::Instance(..) => match self.attribute(base, "__getitem__", depth) {
                Lookup::Found(method @ (Ty::Function(..) | Ty::Union(_))) => self.result(&method, depth),
                _ => Ty::UnknownOfPackage,
            },
            // `Color["RED"]`, `Client[int]`
            Ty::Class(class) => Ty::Class(class.clone()),
            Ty::Union(parts) => Ty::union(parts.iter().map(|part| self.item(part, depth)).collect()),
            Ty::Unknown | Ty::Foreign | Ty::External(_) => Ty::Unknown,
            _ => Ty::UnknownOfPackage,
        }
    }

    /// What a loop over something gives.
    pub(super) fn each(&self, iterated: &Ty, is_async: bool, depth: usize) -> Ty {
        let Some(depth) = self.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        match iterated {
            Ty::Items(inner, of_async) if *of_async == is_async => (**inner).clone(),
            Ty::Tuple(parts) if !is_async => Ty::union(parts.clone()),
            Ty::Map(_) | Ty::Foreign => Ty::Foreign,
            Ty::Instance(..) => {
                let (start, next) = if is_async {
                    ("__aiter__", "__anext__")
                } else {
                    ("__iter__", "__next__")
                };
                let iterator = match self.attribute(iterated, start, depth) {
                    Lookup::Found(method) => self.result(&method, depth),
                    _ => return Ty::UnknownOfPackage,
                };
                match &iterator {
                    Ty::Instance(..) => match self.attribute(&iterator, next, depth) {
                        Lookup::Found(method) => match self.result(&method, depth) {
                            Ty::Awaitable(inner) if is_async => *inner,
                            other if !is_async => other,
                            _ => Ty::UnknownOfPackage,
                        },
                        _ => Ty::UnknownOfPackage,
                    },
                    Ty::Items(inner, of_async) if *of_async == is_async => (**inner).clone(),
                    Ty::Awaitable(_) => Ty::UnknownOfPackage,
                    _ => Ty::UnknownOfPackage,
                }
            }
            Ty::Union(parts) => Ty::union(
                parts
                    .iter()
                    .map(|part| self.each(part, is_async, depth))
                    .collect(),
            ),
            Ty::Unknown | Ty::External(_) => Ty::Unknown,
            _ => Ty::UnknownOfPackage,
        }
    }

    /// What `with` binds.
    pub(super) fn entered(&self, manager: &Ty, is_async: bool, depth: usize) -> Ty {
        let Some(depth) = self.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        match manager {
            Ty::Context(inner, of_async) if *of_async == is_async => (**inner).clone(),
            Ty::Instance(..) => {
                let enter = if is_async { "__aenter__" } else { "__enter__" };
                match self.attribute(manager, enter, depth) {
                    Lookup::Found(method @ (Ty::Function(..) | Ty::Union(_))) => {
                        match self.result(&method, depth) {
                            Ty::Awaitable(inner) if is_async => *inner,
                            other if !is_async => other,
                            _ => Ty::UnknownOfPackage,
                        }
                    }
                    _ => Ty::UnknownOfPackage,
                }
            }
            Ty::Union(parts) => Ty::union(
                parts
                    .iter()
                    .map(|part| self.entered(part, is_async, depth))
                    .collect(),
            ),
            Ty::Unknown | Ty::Foreign | Ty::External(_) => Ty::Unknown,
            _ => Ty::UnknownOfPackage,
        }
    }

    /// What `await` gives.
    pub(super) fn awaited(&self, awaited: &Ty, depth: usize) -> Ty {
        let Some(depth) = self.deeper(depth) else {
            return Ty::UnknownOfPackage;
        };
        match awaited {
            Ty::Awaitable(inner) => (**inner).clone(),
            Ty::Unknown | Ty::Foreign | Ty::External(_) => Ty::Unknown,
            Ty::Union(parts) => Ty::union(parts.iter().map(|part| self.awaited(part, depth)).collect()),
            Ty::Instance(..) => match self.attribute(awaited, "__await__", depth) {
                Lookup::Found(Ty::Function(id, subject)) => self.awaited_by(&id, &subject, depth),
                _ => Ty::UnknownOfPackage,
            },
            _ => Ty::UnknownOfPackage,
        }
    }

    /// What `await` gives for an object with this `__await__`: it is annotated as a generator, whose third argument is what
    /// it returns, or it gives the `__await__()` of something else.
    fn awaited_by(&self, id: &FunctionId, subject: &Subject, depth: usize) -> Ty {
        let Some(function) = self
            .function(id)
            .filter(|function| function.decorators.is_empty())
        else {
            return Ty::UnknownOfPackage;
        };
        let scope = self.scope_of(id, subject, depth);
        match (&function.returns, function.returned.as_slice()) {
            (Some(Expr::Index(_, arguments)), _) => match arguments.as_slice() {
                [_, _, result] => self.annotation(result, &scope, depth),
                _ => Ty::UnknownOfPackage,
            },
            (None, [Expr::Call(method)]) => match &**method {
                Expr::Attribute(inner, name) if name == "__await__" => {
                    let inner = self.value(inner, &scope, depth);
                    self.awaited(&inner, depth)
                }
                _ => Ty::UnknownOfPackage,
            },
            _ => Ty::UnknownOfPackage,
        }
    }
}
