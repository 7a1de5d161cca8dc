//! What calls give, and what they give to the functions that are their arguments.

use super::super::ty::{ModuleMode, Ty};
use super::BlockEvaluator;
use super::binding::symbol_of;
use super::value::Value;
use oxc_ast::ast::{Argument, CallExpression, Expression, StaticMemberExpression};
use std::rc::Rc;

impl<'a> BlockEvaluator<'a, '_> {
    /// What a call gives.
    pub(super) fn call(&mut self, call: &'a CallExpression<'a>) -> Value {
        if let Some(module) = self.required(call) {
            return self.module(module, ModuleMode::Require);
        }
        if let Some(value) = self.of_language(call) {
            return value;
        }
        match self.value(&call.callee) {
            Value::Function(gives) => (*gives).clone(),
            Value::Ty(ty) if ty.is_of_package() => {
                let arguments = self.argument_types(&call.arguments);
                Value::Ty(self.release.call(&ty, &arguments))
            }
            Value::Ty(Ty::UnknownOfPackage) => Value::Ty(Ty::UnknownOfPackage),
            _ => Value::UNKNOWN,
        }
    }

    /// The module of `require('module')`.
    pub(super) fn required(&self, call: &'a CallExpression<'a>) -> Option<&'a str> {
        let Expression::Identifier(callee) = &call.callee else {
            return None;
        };
        let [Argument::StringLiteral(module)] = call.arguments.as_slice() else {
            return None;
        };
        (callee.name == "require" && symbol_of(self.source, callee).is_none()).then(|| module.value.as_str())
    }

    /// Methods of the language: of promises, and of arrays that the block makes or gets.
    fn of_language(&mut self, call: &'a CallExpression<'a>) -> Option<Value> {
        let method = static_callee(call)?;
        let name = method.property.name.as_str();
        if let Expression::Identifier(object) = &method.object
            && object.name == "Promise"
            && symbol_of(self.source, object).is_none()
        {
            return Some(self.of_promise(name, call));
        }
        let first = call.arguments.first().and_then(Argument::as_expression);
        match (self.value(&method.object), name) {
            (Value::Ty(items @ (Ty::Items(..) | Ty::Tuple(_))), _) => {
                let element = self.release.element(&items, false);
                Some(match name {
                    "find" | "at" | "pop" | "shift" | "findLast" => Value::Ty(element),
                    "filter" | "slice" | "concat" | "reverse" | "sort" => {
                        Value::Ty(Ty::Items(Rc::new(element), false))
                    }
                    "map" => match first.map(|first| self.value(first)) {
                        Some(Value::Function(gives)) => {
                            Value::Ty(Ty::Items(Rc::new((*gives).clone().into_ty()), false))
                        }
                        _ => Value::UNKNOWN,
                    },
                    _ => Value::UNKNOWN,
                })
            }
            (Value::Promise(_) | Value::Ty(Ty::Promise(_)), "then") => {
                Some(match first.map(|first| self.value(first)) {
                    Some(Value::Function(gives)) if call.arguments.len() == 1 => (*gives).clone().promised(),
                    _ => Value::UNKNOWN,
                })
            }
            (promise @ (Value::Promise(_) | Value::Ty(Ty::Promise(_))), "finally") => Some(promise),
            _ => None,
        }
    }

    /// `Promise.all([...])` and its relatives.
    fn of_promise(&mut self, name: &str, call: &'a CallExpression<'a>) -> Value {
        let Some(first) = call.arguments.first().and_then(Argument::as_expression) else {
            return Value::UNKNOWN;
        };
        match (name, self.value(first)) {
            ("all", Value::Ty(Ty::Tuple(parts))) => {
                let parts: Vec<Ty> = parts.iter().map(|part| self.release.awaited(part)).collect();
                Value::Ty(Ty::Promise(Rc::new(Ty::Tuple(parts.into()))))
            }
            ("all", Value::Ty(Ty::Items(element, false))) => {
                let element = self.release.awaited(&element);
                Value::Ty(Ty::Promise(Rc::new(Ty::Items(Rc::new(element), false))))
            }
            ("resolve", value) => value.promised(),
            _ => Value::UNKNOWN,
        }
    }

    /// A parameter of a function that is an argument of a call.
    pub(super) fn callback_parameter(
        &mut self,
        call: &'a CallExpression<'a>,
        argument: usize,
        index: usize,
    ) -> Value {
        let method = static_callee(call);
        let object = match method {
            Some(method) => self.value(&method.object),
            None => Value::UNKNOWN,
        };
        let name = method.map_or("", |method| method.property.name.as_str());
        match (&object, name, argument, index) {
            (Value::Promise(_) | Value::Ty(Ty::Promise(_)), "then", 0, 0) => return self.awaited(object),
            (Value::Ty(items @ (Ty::Items(..) | Ty::Tuple(_))), _, 0, _) => {
                let is_element = match name {
                    "map" | "forEach" | "filter" | "find" | "some" | "every" | "flatMap" | "findIndex" => {
                        index == 0
                    }
                    "reduce" => index == 1,
                    "sort" => true,
                    _ => false,
                };
                return Value::Ty(match is_element {
                    true => self.release.element(items, false),
                    false => Ty::Unknown,
                });
            }
            _ => {}
        }
        match self.value(&call.callee) {
            Value::Ty(callee) if callee.is_of_package() => {
                Value::Ty(self.release.callback_parameter(&callee, argument, index))
            }
            _ => Value::UNKNOWN,
        }
    }
}

/// The method that is called, also in `x?.method()`.
fn static_callee<'a>(call: &'a CallExpression<'a>) -> Option<&'a StaticMemberExpression<'a>> {
    match &call.callee {
        Expression::StaticMemberExpression(member) => Some(member),
        _ => None,
    }
}
