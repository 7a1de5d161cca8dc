//! Values, as far as a type can be read from them.

use super::super::plain::is_plain;
use super::super::summary::{Base, Member, Shape, Type, Value};
use super::{FileReader, MAX_NESTED};
use oxc_ast::ast::{
    self, Argument, ArrayExpressionElement, ChainElement, Expression, ObjectPropertyKind, PropertyKind,
};

impl FileReader<'_> {
    /// A value.
    pub(super) fn value(&mut self, scope: usize, expression: &Expression<'_>) -> Value {
        if self.nested >= MAX_NESTED {
            return Value::Unknown;
        }
        self.nested += 1;
        let read = self.value_within(scope, expression);
        self.nested -= 1;
        read
    }

    fn value_within(&mut self, scope: usize, expression: &Expression<'_>) -> Value {
        match expression {
            Expression::Identifier(id) => self.name(id.name.as_str()),
            Expression::ThisExpression(_) => Value::This,
            Expression::ParenthesizedExpression(inner) => self.value(scope, &inner.expression),
            Expression::TSNonNullExpression(inner) => self.value(scope, &inner.expression),
            Expression::TSSatisfiesExpression(inner) => self.value(scope, &inner.expression),
            Expression::TSInstantiationExpression(inner) => self.value(scope, &inner.expression),
            Expression::TSAsExpression(cast) => self.cast(scope, &cast.expression, &cast.type_annotation),
            Expression::TSTypeAssertion(cast) => self.cast(scope, &cast.expression, &cast.type_annotation),
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(call) => self.call(scope, call),
                other => match other.as_member_expression() {
                    Some(member) => self.member(scope, member),
                    None => Value::Unknown,
                },
            },
            Expression::CallExpression(call) => self.call(scope, call),
            Expression::NewExpression(new) => {
                let arguments = self.type_arguments(scope, new.type_arguments.as_deref());
                Value::New(Box::new(self.value(scope, &new.callee)), arguments)
            }
            Expression::AwaitExpression(inner) => Value::Await(Box::new(self.value(scope, &inner.argument))),
            Expression::ImportExpression(import) => match &import.source {
                Expression::StringLiteral(module) => Value::Import(module.value.to_string()),
                _ => Value::Unknown,
            },
            Expression::ObjectExpression(object) => self.object_value(scope, object),
            Expression::FunctionExpression(function) => Value::Function(self.function(scope, function)),
            Expression::ArrowFunctionExpression(arrow) => Value::Function(self.arrow(scope, arrow)),
            Expression::ClassExpression(class) => {
                let name = class.id.as_ref().map_or("", |id| id.name.as_str());
                Value::Class(self.class(scope, class, name))
            }
            Expression::ArrayExpression(array) => self.array(scope, array),
            Expression::LogicalExpression(logical) => Value::Either(vec![
                self.value(scope, &logical.left),
                self.value(scope, &logical.right),
            ]),
            Expression::ConditionalExpression(conditional) => Value::Either(vec![
                self.value(scope, &conditional.consequent),
                self.value(scope, &conditional.alternate),
            ]),
            Expression::AssignmentExpression(assignment) => self.value(scope, &assignment.right),
            Expression::SequenceExpression(sequence) => match sequence.expressions.last() {
                Some(last) => self.value(scope, last),
                None => Value::Unknown,
            },
            expression if is_plain(expression) => Value::Plain,
            other => match other.as_member_expression() {
                Some(member) => self.member(scope, member),
                None => Value::Unknown,
            },
        }
    }

    fn name(&self, name: &str) -> Value {
        if self.locals.len() > MAX_LOCALS || self.locals.iter().any(|local| local == name) {
            Value::Unknown
        } else if name == "undefined" {
            Value::Plain
        } else {
            Value::Name(name.to_owned())
        }
    }

    fn cast(&mut self, scope: usize, expression: &Expression<'_>, ty: &ast::TSType<'_>) -> Value {
        match ty {
            // `as const` changes no members.
            ast::TSType::TSTypeReference(reference) if reference.type_name.is_const() => {
                self.value(scope, expression)
            }
            _ => match self.type_of(scope, ty) {
                Type::Unknown => Value::Unknown,
                ty => Value::As(ty),
            },
        }
    }

    fn member(&mut self, scope: usize, member: &ast::MemberExpression<'_>) -> Value {
        match member.static_property_name() {
            Some(name) => Value::Member(Box::new(self.value(scope, member.object())), name.to_string()),
            None => Value::Unknown,
        }
    }

    fn call(&mut self, scope: usize, call: &ast::CallExpression<'_>) -> Value {
        if let Some(module) = call.common_js_require() {
            return Value::Require(module.value.to_string());
        }
        if let Some(module) = interop_module(&call.callee, &call.arguments) {
            return Value::Require(module);
        }
        let mut arguments = Vec::new();
        for argument in &call.arguments {
            arguments.push(match argument.as_expression() {
                Some(expression) if arguments.len() < MAX_ARGUMENTS => self.value(scope, expression),
                _ => Value::Unknown,
            });
        }
        Value::Call(Box::new(self.value(scope, &call.callee)), arguments)
    }

    fn array(&mut self, scope: usize, array: &ast::ArrayExpression<'_>) -> Value {
        let mut parts = Vec::new();
        for element in &array.elements {
            if parts.len() == MAX_ARGUMENTS {
                return Value::Array(vec![Value::Unknown]);
            }
            parts.push(match element {
                ArrayExpressionElement::SpreadElement(_) => Value::Unknown,
                other => match other.as_expression() {
                    Some(expression) => self.value(scope, expression),
                    None => Value::Plain,
                },
            });
        }
        Value::Array(parts)
    }

    fn object_value(&mut self, scope: usize, object: &ast::ObjectExpression<'_>) -> Value {
        let index = self.object(scope, object);
        // JavaScript may add to it later.
        if self.is_script
            && let Some(shape) = self.file.shapes.get_mut(index)
        {
            shape.members.is_open = true;
        }
        Value::Object(index)
    }

    /// The literal of an object.
    pub(super) fn object(&mut self, scope: usize, object: &ast::ObjectExpression<'_>) -> usize {
        let mut shape = Shape {
            scope,
            is_literal: true,
            ..Shape::default()
        };
        for property in &object.properties {
            match property {
                ObjectPropertyKind::ObjectProperty(property) => match property.key.static_name() {
                    Some(name) => {
                        let member = match property.kind {
                            PropertyKind::Init => {
                                let value = self.value(scope, &property.value);
                                match value {
                                    Value::Function(index) => Member::Method(index),
                                    value => Member::Property(None, Some(value)),
                                }
                            }
                            PropertyKind::Get | PropertyKind::Set => self.accessor(scope, &property.value),
                        };
                        self.name_method(&name, &member);
                        shape
                            .members
                            .names
                            .entry(name.into_owned())
                            .or_default()
                            .push(member);
                    }
                    None => shape.members.is_open = true,
                },
                ObjectPropertyKind::SpreadProperty(spread) => {
                    let value = self.value(scope, &spread.argument);
                    shape.bases.push(Base::Value(value, Vec::new()));
                }
            }
        }
        self.push_shape(shape)
    }

    /// What a getter gives.
    fn accessor(&mut self, scope: usize, value: &Expression<'_>) -> Member {
        let Expression::FunctionExpression(function) = value else {
            return Member::Property(None, None);
        };
        let index = self.function(scope, function);
        let read = self.file.functions.get(index);
        Member::Property(
            read.and_then(|function| function.returns.clone()),
            read.and_then(|function| function.returned.clone()),
        )
    }
}

/// The most arguments of a call or places of an array of which the types are kept.
const MAX_ARGUMENTS: usize = 16;

/// The most names of functions around a value that it is compared with: in more of them, no name is known.
const MAX_LOCALS: usize = 1_000;

/// `__importDefault(require("x"))`, `__toESM(require("x"))` and the like give the module.
fn interop_module(callee: &Expression<'_>, arguments: &[Argument<'_>]) -> Option<String> {
    let name = match callee.get_inner_expression() {
        Expression::Identifier(id) => id.name.as_str(),
        Expression::StaticMemberExpression(member) => member.property.name.as_str(),
        _ => return None,
    };
    let is_interop = matches!(
        name,
        "__importDefault" | "__importStar" | "__toESM" | "_interopRequireDefault" | "_interopRequireWildcard"
    );
    match arguments.first()?.as_expression()? {
        Expression::CallExpression(call) if is_interop => {
            call.common_js_require().map(|module| module.value.to_string())
        }
        _ => None,
    }
}
