//! Metaclasses and decorators of classes: whether they may add members.

use super::builtin;
use super::release::Release;
use super::summary::Expr;
use super::ty::{Base, ClassId, Ty, TypeScope};

impl Release {
    /// Whether a metaclass or a decorator may add members.
    pub(super) fn has_foreign_parts(&self, id: &ClassId, depth: usize) -> bool {
        let Some(read) = self.class(id) else { return true };
        let scope = TypeScope::new(&id.module, None);
        let metaclass = read.metaclass.as_ref();
        metaclass.is_some_and(|metaclass| !self.is_plain_metaclass(metaclass, true, &scope, depth))
            || !read
                .decorators
                .iter()
                .all(|decorator| self.is_plain_class_decorator(decorator, &scope, depth))
    }

    /// Whether a decorator of a class gives the class itself, with no members that are not written.
    fn is_plain_class_decorator(&self, decorator: &Expr, scope: &TypeScope, depth: usize) -> bool {
        let (expression, is_called) = match decorator {
            Expr::Call(inner) => (&**inner, true),
            other => (other, false),
        };
        match self.value(expression, scope, depth) {
            Ty::External(path) => builtin::is_plain_class_decorator(&path),
            Ty::Function(id, _) => self.function(&id).is_some_and(|function| {
                function.decorators.is_empty()
                    && function
                        .keeps
                        .as_ref()
                        .is_some_and(|keeps| keeps.is_same && keeps.factory == is_called)
            }),
            _ => false,
        }
    }

    /// Whether a metaclass changes neither what calling a class gives, unless it may, nor which attributes the class and
    /// its instances have.
    pub(super) fn is_plain_metaclass(
        &self,
        metaclass: &Expr,
        may_call: bool,
        scope: &TypeScope,
        depth: usize,
    ) -> bool {
        match self.value(metaclass, scope, depth) {
            Ty::External(path) => builtin::is_plain_metaclass(&path),
            Ty::Class(class) => self.bases(&class, &[], depth).iter().all(|base| match base {
                Base::Own(id, _) => self.class(id).is_some_and(|read| {
                    read.open.is_none()
                        && read.decorators.is_empty()
                        && read.metaclass.is_none()
                        && read.attributes.is_empty()
                        && !read
                            .members
                            .keys()
                            .any(|name| builtin::makes_classes(name) || name == "__call__" && !may_call)
                }),
                Base::External(path) => builtin::is_plain_metaclass(path),
                Base::Unknown => false,
            }),
            _ => false,
        }
    }

    /// Whether the metaclass of a class has a name: the class has it then, and its instances do not.
    pub(super) fn is_of_metaclass(&self, class: &ClassId, name: &str, depth: usize) -> bool {
        self.bases(class, &[], depth).iter().any(|base| {
            let Base::Own(id, _) = base else { return false };
            let Some(read) = self.class(id) else { return true };
            let scope = TypeScope::new(&id.module, None);
            read.metaclass
                .as_ref()
                .is_some_and(|metaclass| match self.value(metaclass, &scope, depth) {
                    Ty::Class(metaclass) => {
                        self.bases(&metaclass, &[], depth).iter().any(|base| match base {
                            Base::Own(id, _) => {
                                self.class(id).is_none_or(|read| read.members.contains_key(name))
                            }
                            _ => false,
                        })
                    }
                    _ => false,
                })
        })
    }
}
