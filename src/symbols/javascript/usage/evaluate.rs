//! The values of expressions and names.

use super::super::plain::is_plain;
use super::super::ty::{Lookup, ModuleMode, Ty};
use super::binding::symbol_of;
use super::class::This;
use super::initializer::{Binding, Callable, Initializer, Step, gives_right_side};
use super::value::Value;
use super::{BlockEvaluator, Known, MAX_DEPTH};
use crate::symbols::reference::Undecided;
use oxc_ast::ast::{
    Argument, ArrayExpression, ArrayExpressionElement, AssignmentExpression, ChainElement, Expression,
    IdentifierReference, LogicalOperator, NewExpression, ObjectExpression, ObjectPropertyKind, PropertyKind,
};
use oxc_semantic::SymbolId;
use std::collections::BTreeMap;
use std::rc::Rc;

impl<'a> BlockEvaluator<'a, '_> {
    /// The value of an expression.
    pub(super) fn value(&mut self, expression: &'a Expression<'a>) -> Value {
        match expression {
            // The value of a name may become known later.
            Expression::Identifier(name) => return self.identifier(name),
            Expression::ParenthesizedExpression(inner) => return self.value(&inner.expression),
            Expression::TSNonNullExpression(inner) => return self.value(&inner.expression),
            Expression::TSSatisfiesExpression(inner) => return self.value(&inner.expression),
            Expression::TSInstantiationExpression(inner) => return self.value(&inner.expression),
            _ => {}
        }
        let id = expression.node_id();
        if let Some(known) = self.values.get(&id) {
            return known.clone();
        }
        if self.depth >= MAX_DEPTH {
            return Value::UNKNOWN;
        }
        self.values.insert(id, Value::UNKNOWN);
        self.depth += 1;
        let value = self.compute(expression);
        self.depth -= 1;
        self.values.insert(id, value.clone());
        value
    }

    fn compute(&mut self, expression: &'a Expression<'a>) -> Value {
        match expression {
            Expression::NullLiteral(_) => Value::Ty(Ty::Nothing),
            expression if is_plain(expression) => Value::Ty(Ty::Foreign),
            Expression::StaticMemberExpression(member) => {
                let base = self.value(&member.object);
                self.member(&base, member.property.name.as_str())
            }
            Expression::ComputedMemberExpression(member) => {
                let base = self.value(&member.object);
                self.computed(base, &member.expression)
            }
            Expression::PrivateFieldExpression(member) => {
                let base = self.value(&member.object);
                self.member(&base, &format!("#{}", member.field.name))
            }
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(call) => self.call(call),
                ChainElement::TSNonNullExpression(inner) => self.value(&inner.expression),
                ChainElement::StaticMemberExpression(member) => {
                    let base = self.value(&member.object);
                    self.member(&base, member.property.name.as_str())
                }
                ChainElement::ComputedMemberExpression(member) => {
                    let base = self.value(&member.object);
                    self.computed(base, &member.expression)
                }
                ChainElement::PrivateFieldExpression(_) => Value::UNKNOWN,
            },
            Expression::CallExpression(call) => self.call(call),
            Expression::NewExpression(new) => self.construct(new),
            Expression::AwaitExpression(awaited) => {
                let inner = self.value(&awaited.argument);
                self.awaited(inner)
            }
            Expression::ImportExpression(import) => match &import.source {
                Expression::StringLiteral(source) => {
                    self.module(source.value.as_str(), ModuleMode::Import).promised()
                }
                _ => Value::UNKNOWN,
            },
            Expression::ConditionalExpression(choice) => {
                let values = [&choice.consequent, &choice.alternate].map(|side| self.value(side));
                Value::join(values)
            }
            Expression::LogicalExpression(logical) if logical.operator == LogicalOperator::And => {
                self.value(&logical.right)
            }
            Expression::LogicalExpression(logical) => {
                let values = [&logical.left, &logical.right].map(|side| self.value(side));
                Value::join(values)
            }
            other => self.compute_rest(other),
        }
    }

    fn compute_rest(&mut self, expression: &'a Expression<'a>) -> Value {
        match expression {
            Expression::AssignmentExpression(assignment) => self.assigned(assignment),
            Expression::SequenceExpression(sequence) => match sequence.expressions.last() {
                Some(last) => self.value(last),
                None => Value::UNKNOWN,
            },
            Expression::TaggedTemplateExpression(template) => {
                let tag = self.value(&template.tag).into_ty();
                Value::Ty(self.release.call(&tag, &[Ty::Foreign]))
            }
            Expression::ArrowFunctionExpression(arrow) => self.function(Callable::Arrow(arrow)),
            Expression::FunctionExpression(function) => self.function(Callable::Function(function)),
            Expression::ClassExpression(class) => {
                let index = self.classes.index(class.node_id());
                index.map_or(Value::UNKNOWN, Value::Class)
            }
            Expression::ThisExpression(this) => match self.classes.this(self.source, this.node_id()) {
                Some(This::Instance(class)) => Value::Instance(class),
                Some(This::Class(class)) => Value::Class(class),
                None => Value::UNKNOWN,
            },
            Expression::Super(base) => match self.classes.this(self.source, base.node_id()) {
                Some(This::Instance(class)) => Value::Ty(self.base_instance(class)),
                Some(This::Class(class)) => Value::Ty(self.base(class)),
                None => Value::UNKNOWN,
            },
            Expression::ObjectExpression(object) => self.object(object),
            Expression::ArrayExpression(array) => self.array(array),
            Expression::TSAsExpression(cast) => self.cast(&cast.expression, &cast.type_annotation),
            Expression::TSTypeAssertion(cast) => self.cast(&cast.expression, &cast.type_annotation),
            _ => Value::UNKNOWN,
        }
    }

    fn identifier(&mut self, name: &'a IdentifierReference<'a>) -> Value {
        let narrowed = self.context.narrowed.get(name.name.as_str());
        for part in narrowed.into_iter().flatten() {
            if part.span.contains_inclusive(name.span) {
                return match part.class {
                    Some(class) => {
                        let class = self.value(class);
                        self.instance(class)
                    }
                    None => Value::UNKNOWN,
                };
            }
        }
        match symbol_of(self.source, name) {
            Some(symbol) => self.symbol(symbol),
            None => self.free_name(name.name.as_str()),
        }
    }

    /// A name that the block does not declare.
    pub(super) fn free_name(&mut self, name: &str) -> Value {
        if name == "undefined" {
            return Value::Ty(Ty::Nothing);
        }
        let carried = self.carried.get(name).cloned();
        match self.bindings.assigned.get(name) {
            Some(assigned) if self.depth < MAX_DEPTH => {
                self.depth += 1;
                let values: Vec<Value> = assigned.iter().map(|binding| self.binding(binding)).collect();
                self.depth -= 1;
                Value::join(carried.into_iter().chain(values))
            }
            Some(_) => Value::UNKNOWN,
            None => carried.unwrap_or(Value::UNKNOWN),
        }
    }

    /// The value of a name that the block declares.
    pub(super) fn symbol(&mut self, symbol: SymbolId) -> Value {
        match self.symbols.get_mut(&symbol) {
            Some(Known::Value(value)) => return value.clone(),
            Some(Known::Part(value, is_used)) => {
                *is_used = true;
                return value.clone();
            }
            None => {}
        }
        let Some(bindings) = self.bindings.declared.get(&symbol) else {
            return Value::UNKNOWN;
        };
        if self.depth >= MAX_DEPTH {
            return Value::UNKNOWN;
        }
        self.depth += 1;
        let mut values: Vec<Value> = Vec::new();
        let mut last_used = None;
        for binding in bindings {
            // For `page = await page.next()`, the value of `page` is computed from its other bindings.
            let part = match values.is_empty() {
                true => Value::UNKNOWN,
                false => Value::join(values.iter().cloned()),
            };
            self.symbols.insert(symbol, Known::Part(part.clone(), false));
            values.push(self.binding(binding));
            if matches!(self.symbols.get(&symbol), Some(Known::Part(_, true))) {
                last_used = Some(part);
            }
        }
        self.depth -= 1;
        let mut value = Value::join(values);
        // A binding used an intermediate value that differs from the result, so the result is not reliable.
        if last_used.is_some_and(|part| part != Value::UNKNOWN && part != value) {
            value = Value::UNKNOWN;
            // Values computed from the intermediate value may be wrong.
            self.values.clear();
            self.restarts += 1;
        }
        self.symbols.insert(symbol, Known::Value(value.clone()));
        value
    }

    /// What one binding gives.
    pub(super) fn binding(&mut self, binding: &Binding<'a>) -> Value {
        let mut value = self.initializer(binding.initializer);
        for step in &binding.path {
            value = self.step(value, *step);
        }
        value
    }

    /// What is inside of a value that is taken apart.
    pub(super) fn step(&mut self, value: Value, step: Step<'a>) -> Value {
        match (value, step) {
            (Value::Ty(module @ Ty::Module(..)), Step::Property(name)) => self.taken_from(&module, name),
            (value, Step::Property(name)) => self.member(&value, name),
            (Value::Ty(Ty::Tuple(parts)), Step::Index(index)) => {
                Value::Ty(parts.get(index).cloned().unwrap_or(Ty::Unknown))
            }
            (value, Step::Index(_)) => Value::Ty(self.release.element(&value.into_ty(), false)),
            (_, Step::Unknown) => Value::UNKNOWN,
        }
    }

    fn taken_from(&mut self, module: &Ty, name: &str) -> Value {
        let Ty::Module(_, _, mode) = module else {
            return Value::UNKNOWN;
        };
        found(self.release.export(module, name, *mode))
    }

    /// What a pattern or a name is bound to.
    pub(super) fn initializer(&mut self, initializer: Initializer<'a>) -> Value {
        match initializer {
            Initializer::Unknown | Initializer::Alias(_) => Value::UNKNOWN,
            Initializer::Expression(value) => self.value(value),
            Initializer::Element(values, is_async) => {
                let values = self.value(values).into_ty();
                Value::Ty(self.release.element(&values, is_async))
            }
            Initializer::Annotation(annotation) => self.annotation(annotation),
            Initializer::Parameter(call, argument, index) => self.callback_parameter(call, argument, index),
            Initializer::Function(callable) => self.function(callable),
            Initializer::Returned(callable) => self.returned(callable),
            Initializer::Class(index) => Value::Class(index),
            Initializer::Module(name, mode) => self.module(name, mode),
            Initializer::Export(module, name) => match self.release.module(module, ModuleMode::Import) {
                Lookup::Found(module) => found(self.release.export(&module, name, ModuleMode::Import)),
                Lookup::Unknown(Undecided::NotOwned) | Lookup::Missing(_) => Value::UNKNOWN,
                Lookup::Unknown(_) => Value::Ty(Ty::UnknownOfPackage),
            },
        }
    }

    /// The namespace object of a module.
    pub(super) fn module(&mut self, name: &str, mode: ModuleMode) -> Value {
        match self.release.module(name, mode) {
            Lookup::Unknown(Undecided::NotOwned) => Value::UNKNOWN,
            other => found(other),
        }
    }

    /// `value.name`
    pub(super) fn member(&mut self, base: &Value, name: &str) -> Value {
        match base {
            Value::Ty(Ty::Unknown | Ty::Foreign | Ty::Nothing | Ty::UnknownOfPackage) => Value::UNKNOWN,
            Value::Ty(ty) => found(self.release.member(ty, name)),
            Value::Object(members) => members.get(name).cloned().unwrap_or(Value::UNKNOWN),
            Value::Instance(class) => match self.own_member(*class, name, false) {
                Some(value) => value,
                None => {
                    let base = self.base_instance(*class);
                    self.member(&Value::Ty(base), name)
                }
            },
            Value::Class(class) => match self.own_member(*class, name, true) {
                Some(value) => value,
                None => {
                    let base = self.base(*class);
                    self.member(&Value::Ty(base), name)
                }
            },
            Value::Function(_) | Value::Promise(_) => Value::UNKNOWN,
        }
    }

    /// A member that a class of the block has itself.
    pub(super) fn own_member(&mut self, class: usize, name: &str, is_static: bool) -> Option<Value> {
        let class = self.classes.get(class)?;
        let table = if is_static { &class.statics } else { &class.members };
        let initializers = table.get(name)?;
        if self.depth >= MAX_DEPTH {
            return Some(Value::UNKNOWN);
        }
        self.depth += 1;
        let values: Vec<Value> = initializers
            .iter()
            .map(|initializer| self.initializer(*initializer))
            .collect();
        self.depth -= 1;
        Some(Value::join(values))
    }

    /// What a class of the block extends.
    pub(super) fn base(&mut self, class: usize) -> Ty {
        match self.classes.get(class).and_then(|class| class.base) {
            Some(base) => self.value(base).into_ty(),
            None => Ty::Unknown,
        }
    }

    /// An instance of what a class of the block extends.
    pub(super) fn base_instance(&mut self, class: usize) -> Ty {
        let base = self.base(class);
        match base.is_of_package() {
            true => self.release.construct(&base),
            false => Ty::Unknown,
        }
    }

    fn computed(&mut self, base: Value, key: &'a Expression<'a>) -> Value {
        match (base, key) {
            (base, Expression::StringLiteral(name)) => self.member(&base, name.value.as_str()),
            (Value::Ty(Ty::Tuple(parts)), Expression::NumericLiteral(index)) => {
                let at = parts.iter().enumerate().find(|(at, _)| *at as f64 == index.value);
                Value::Ty(at.map_or(Ty::Unknown, |(_, part)| part.clone()))
            }
            (base, _) => Value::Ty(self.release.element(&base.into_ty(), false)),
        }
    }

    /// The types of the arguments of a call.
    pub(super) fn argument_types(&mut self, arguments: &'a [Argument<'a>]) -> Vec<Ty> {
        arguments
            .iter()
            .map(|argument| match argument.as_expression() {
                Some(argument) => self.value(argument).into_ty(),
                None => Ty::Unknown,
            })
            .collect()
    }

    fn construct(&mut self, new: &'a NewExpression<'a>) -> Value {
        match self.value(&new.callee) {
            Value::Class(class) => Value::Instance(class),
            Value::Ty(ty) if ty.is_of_package() => Value::Ty(self.release.construct(&ty)),
            Value::Ty(Ty::UnknownOfPackage) => Value::Ty(Ty::UnknownOfPackage),
            _ => Value::UNKNOWN,
        }
    }

    /// What `await` gives.
    pub(super) fn awaited(&mut self, value: Value) -> Value {
        match value {
            Value::Promise(inner) => (*inner).clone(),
            Value::Ty(ty) => Value::Ty(self.release.awaited(&ty)),
            other => other,
        }
    }

    fn assigned(&mut self, assignment: &'a AssignmentExpression<'a>) -> Value {
        match gives_right_side(assignment.operator) {
            true => self.value(&assignment.right),
            false => Value::UNKNOWN,
        }
    }

    /// A function of the block.
    pub(super) fn function(&mut self, callable: Callable<'a>) -> Value {
        if callable.is_generator() {
            return Value::UNKNOWN;
        }
        let returned = self.returned(callable);
        let is_wrapped = callable.is_async() && callable.return_type().is_none();
        Value::Function(Rc::new(if is_wrapped { returned.promised() } else { returned }))
    }

    /// What the body of a function gives.
    pub(super) fn returned(&mut self, callable: Callable<'a>) -> Value {
        if let Some(annotation) = callable.return_type() {
            return self.annotation(annotation);
        }
        if let Callable::Arrow(arrow) = callable
            && let Some(body) = arrow.body.as_expression()
        {
            return self.value(body);
        }
        if !self.running.insert(callable.id()) {
            return Value::UNKNOWN;
        }
        let returns = self.bindings.returns.get(&callable.id());
        let values: Vec<Value> = returns
            .into_iter()
            .flatten()
            .map(|returned| match returned {
                Some(value) => self.value(value),
                None => Value::Ty(Ty::Nothing),
            })
            .collect();
        self.running.remove(&callable.id());
        Value::join(values)
    }

    fn object(&mut self, object: &'a ObjectExpression<'a>) -> Value {
        let mut members = BTreeMap::new();
        for property in &object.properties {
            match property {
                ObjectPropertyKind::ObjectProperty(property) => {
                    let Some(name) = property.key.static_name() else {
                        continue;
                    };
                    let value = match property.kind {
                        PropertyKind::Init => self.value(&property.value),
                        PropertyKind::Get | PropertyKind::Set => Value::UNKNOWN,
                    };
                    members.insert(name.into_owned(), value);
                }
                ObjectPropertyKind::SpreadProperty(spread) => match self.value(&spread.argument) {
                    Value::Object(inner) => {
                        members.extend(inner.iter().map(|(name, value)| (name.clone(), value.clone())));
                    }
                    // A spread may replace the members before it.
                    _ => members.clear(),
                },
            }
        }
        Value::Object(Rc::new(members))
    }

    fn array(&mut self, array: &'a ArrayExpression<'a>) -> Value {
        let mut parts = Vec::new();
        for element in &array.elements {
            match element {
                ArrayExpressionElement::SpreadElement(_) => return Value::UNKNOWN,
                ArrayExpressionElement::Elision(_) => parts.push(Ty::Nothing),
                element => parts.push(match element.as_expression() {
                    Some(element) => self.value(element).into_ty(),
                    None => Ty::Unknown,
                }),
            }
        }
        Value::Ty(Ty::Tuple(parts.into()))
    }

    /// The instance type that a class means when it is used as a type.
    pub(super) fn instance(&mut self, class: Value) -> Value {
        match class {
            Value::Class(class) => Value::Instance(class),
            Value::Ty(ty) if ty.is_of_package() => Value::Ty(self.release.instance_of(&ty)),
            _ => Value::UNKNOWN,
        }
    }
}

/// The value of what was looked up.
pub(super) fn found(lookup: Lookup) -> Value {
    match lookup {
        Lookup::Found(ty) => Value::Ty(ty),
        Lookup::Missing(_) => Value::UNKNOWN,
        Lookup::Unknown(_) => Value::Ty(Ty::UnknownOfPackage),
    }
}
