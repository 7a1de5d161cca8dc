//! Attributes that `__getattr__` gives.

use super::builtin;
use super::release::Release;
use super::summary::{Expr, Open};
use super::ty::{Base, ClassId, Lookup, Ty, TypeScope};
use crate::symbols::reference::Undecided;
use std::rc::Rc;

impl Release {
    /// What a class has for a name when it only hands it on: `__getattr__` gives `getattr(self.inner, name)`.
    pub(super) fn delegated(
        &self,
        home: &ClassId,
        name: &str,
        object: (&ClassId, &[Ty]),
        depth: usize,
    ) -> Lookup {
        let unknown = Lookup::Unknown(Undecided::OpenClass);
        let Some(read) = self.class(home) else {
            return unknown;
        };
        let (Some(Open::Getattr), [Expr::Same(of)]) = (read.open, read.computed.as_slice()) else {
            return unknown;
        };
        let scope = TypeScope {
            receiver: Some(Ty::Instance(object.0.clone(), object.1.to_vec())),
            ..TypeScope::new(&home.module, Some(home.clone()))
        };
        match self.value(of, &scope, depth) {
            of @ (Ty::Instance(..) | Ty::Module(_)) => self.attribute(&of, name, depth),
            _ => unknown,
        }
    }

    /// The type of an attribute that is not written, when `__getattr__` is all that a class may have it from.
    pub(super) fn computed(&self, base: &Ty, name: &str, depth: usize) -> Ty {
        let (Ty::Instance(class, arguments), Some(depth)) = (base, self.deeper(depth)) else {
            return Ty::UnknownOfPackage;
        };
        let mut found = None;
        for base in self.bases(class, arguments, depth) {
            match base {
                Base::Own(id, variables) => {
                    let Some(read) = self.class(&id).filter(|_| !self.has_foreign_parts(&id, depth)) else {
                        return Ty::UnknownOfPackage;
                    };
                    match read.open {
                        None if read.borrowed.is_empty() => {}
                        Some(Open::Getattr) if found.is_none() && !read.computed.is_empty() => {
                            found = Some((id, read, variables));
                        }
                        _ => return Ty::UnknownOfPackage,
                    }
                }
                Base::External(path) if builtin::has_base_member(&path, name) == Some(false) => {}
                Base::External(_) | Base::Unknown => return Ty::UnknownOfPackage,
            }
        }
        let Some((id, read, variables)) = found.filter(|_| !name.starts_with('_') && !self.is_patched(name))
        else {
            return Ty::UnknownOfPackage;
        };
        let scope = TypeScope {
            receiver: Some(base.clone()),
            variables: Rc::new(variables),
            ..TypeScope::new(&id.module, Some(id.clone()))
        };
        Ty::union(
            read.computed
                .iter()
                .map(|value| self.value(value, &scope, depth))
                .collect(),
        )
    }

    /// Whether calling something always fails: an instance of a class without `__call__`, or with one that never returns.
    pub(super) fn refuses_calls(&self, callee: &Ty, depth: usize) -> bool {
        let Ty::Instance(class, arguments) = callee else {
            return false;
        };
        match self.own_member(class, arguments, "__call__", true, depth) {
            Lookup::Missing => true,
            Lookup::Found(Ty::Function(call, _)) => self.function(&call).is_some_and(|call| {
                matches!(&call.returns, Some(Expr::Name(name) | Expr::Attribute(_, name)) if name == "NoReturn" || name == "Never")
            }),
            _ => false,
        }
    }
}
