//! What decorators do to functions.

use super::builtin::{self, Decorator};
use super::release::Release;
use super::summary::{Def, Expr};
use super::ty::{FunctionId, Ty, TypeScope};

/// What decorators do to a function.
#[derive(Clone, Debug)]
pub(super) struct Style {
    /// A static method.
    pub is_static: bool,
    /// A class method.
    pub is_class: bool,
    /// A property.
    pub is_property: bool,
    /// A context manager; whether it is asynchronous.
    pub context: Option<bool>,
    /// Whether the parameters are those that are written.
    pub keeps_parameters: bool,
    /// Keywords besides those that are written.
    pub taken: Vec<String>,
    /// Whether the result is what the annotation says.
    pub keeps_result: bool,
}

impl Release {
    /// What the decorators of a function do.
    pub(super) fn style(&self, decorators: &[Expr], module: &str, depth: usize) -> Style {
        let mut style = Style {
            is_static: false,
            is_class: false,
            is_property: false,
            context: None,
            keeps_parameters: true,
            taken: Vec::new(),
            keeps_result: true,
        };
        let scope = TypeScope::new(module, None);
        for decorator in decorators {
            let (expression, called) = match decorator {
                Expr::Call(inner) => (&**inner, true),
                other => (other, false),
            };
            let opaque = |style: &mut Style| {
                style.keeps_parameters = false;
                style.keeps_result = false;
            };
            // `try: from functools import cached_property` has the same meaning in each branch.
            for alternative in self.value(expression, &scope, depth).alternatives() {
                match alternative {
                    Ty::External(path) => match builtin::decorator(path) {
                        Decorator::Nothing => {}
                        Decorator::Static => style.is_static = true,
                        Decorator::ClassMethod => style.is_class = true,
                        Decorator::Property => style.is_property = true,
                        Decorator::Context(is_async) => style.context = Some(is_async),
                        Decorator::Opaque => opaque(&mut style),
                    },
                    Ty::Function(id, _) => self.decorate(id, called, &mut style, depth),
                    _ => opaque(&mut style),
                }
            }
        }
        style
    }

    /// What a function of the package does as a decorator, whether it is called first or not.
    fn decorate(&self, id: &FunctionId, is_called: bool, style: &mut Style, depth: usize) {
        let Some(function) = self.function(id) else {
            style.keeps_parameters = false;
            style.keeps_result = false;
            return;
        };
        let keeps = function.keeps.as_ref().filter(|keeps| keeps.factory == is_called);
        style.keeps_parameters &= keeps.is_some_and(|keeps| keeps.parameters);
        style
            .taken
            .extend(keeps.iter().flat_map(|keeps| keeps.taken.iter().cloned()));
        // `def decorate(f: T) -> T`
        let is_same = !is_called
            && match (
                function
                    .parameters
                    .first()
                    .and_then(|first| first.annotation.as_ref()),
                &function.returns,
            ) {
                (Some(Expr::Name(first)), Some(Expr::Name(result))) => {
                    first == result && self.is_type_variable(&id.module, first, depth)
                }
                _ => false,
            };
        style.keeps_result &= is_same || keeps.is_some_and(|keeps| keeps.result);
    }

    /// Whether a name of a module is bound to `TypeVar(...)`.
    fn is_type_variable(&self, module: &str, name: &str, depth: usize) -> bool {
        let (Some(read), Some(depth)) = (self.module(module), self.deeper(depth)) else {
            return false;
        };
        let defs = read.names.get(name).map_or(&[][..], Vec::as_slice);
        !defs.is_empty()
            && defs.iter().all(|def| match def {
                Def::Value(None, Some(Expr::Call(function))) => {
                    matches!(&**function, Expr::Name(name) | Expr::Attribute(_, name) if name == "TypeVar")
                }
                Def::From(from, name) => from != module && self.is_type_variable(from, name, depth),
                _ => false,
            })
    }
}
