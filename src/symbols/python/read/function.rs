//! Functions and methods: parameters, what they return, and what names mean in them.

use super::super::summary::{Expr, Function, Parameter};
use super::body::{self, Returns};
use super::expression::{self, Scope};
use super::{ModuleReader, decorator, forward};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Stmt};
use std::collections::BTreeMap;

impl ModuleReader<'_> {
    pub(super) fn function(&mut self, function: &ast::StmtFunctionDef, scope: &Scope<'_>) -> usize {
        let locals = self.locals(function, scope.receiver.is_some());
        let parameters = parameters(&function.parameters, scope);
        let mut returned = returned(&function.body, &locals);
        // When there is an annotation, only a value that creates an object adds information.
        if function.returns.is_some() && !returned.iter().all(makes) {
            returned.clear();
        }
        let read = Function {
            name: function.name.to_string(),
            parameters,
            kwargs: function.parameters.kwarg.as_ref().map(|kwarg| {
                let annotation = kwarg.annotation.as_deref();
                annotation.map_or(Expr::Unknown, |annotation| {
                    expression::annotation(annotation, scope)
                })
            }),
            returns: function
                .returns
                .as_deref()
                .map(|returns| expression::annotation(returns, scope)),
            returned,
            is_async: function.is_async,
            is_generator: body::is_generator(&function.body),
            decorators: function
                .decorator_list
                .iter()
                .map(|decorator| expression::read(&decorator.expression, scope))
                .collect(),
            keeps: decorator::keeps(function, self.top),
            forward: forward::forward(function, &locals),
        };
        self.push_function(read)
    }

    /// What names mean inside of a function.
    pub(super) fn locals<'a>(&self, function: &'a ast::StmtFunctionDef, is_method: bool) -> Scope<'a> {
        let mut scope = Scope::default();
        let mut bound = Bound::default();
        function
            .body
            .iter()
            .for_each(|statement| bound.visit_stmt(statement));
        for name in bound.names.keys() {
            scope.locals.insert(name, Expr::Unknown);
        }
        self.import_locals(&bound.imports, &mut scope);
        parameter_locals(function, is_method, &mut scope);
        self.value_locals(&bound, function, &mut scope);
        scope
    }

    /// Names whose values have a known type. With several values, the name may have any of them.
    fn value_locals<'a>(&self, bound: &Bound<'a>, function: &'a ast::StmtFunctionDef, scope: &mut Scope<'a>) {
        let mut values: BTreeMap<&str, Vec<Expr>> = BTreeMap::new();
        // In order: a value may use names that are bound before.
        for (name, value) in &bound.values {
            let count = bound.names.get(name).copied().unwrap_or_default();
            if count > MAX_VALUES || parameter_names(function).any(|parameter| parameter == *name) {
                continue;
            }
            let known = values.entry(name).or_default();
            known.push(value.read(scope));
            if known.len() < count {
                continue;
            }
            let meaning = match known.as_slice() {
                [only] => only.clone(),
                several => Expr::Either(several.to_vec()),
            };
            if expression::size(&meaning) <= MAX_LOCAL {
                scope.locals.insert(name, meaning);
            }
        }
        for inner in bound.functions.iter().take(MAX_FUNCTIONS) {
            let name = inner.name.as_str();
            if bound.names.get(name) == Some(&1) {
                let meaning = self.local_function(inner, scope);
                if expression::size(&meaning) <= MAX_LOCAL {
                    scope.locals.insert(name, meaning);
                }
            }
        }
    }

    /// A function in a function: what it returns.
    fn local_function(&self, inner: &ast::StmtFunctionDef, around: &Scope<'_>) -> Expr {
        if !inner.decorator_list.is_empty() || body::is_generator(&inner.body) {
            return Expr::Unknown;
        }
        let mut scope = Scope {
            receiver: around.receiver,
            locals: around.locals.clone(),
        };
        scope.locals.extend(self.locals(inner, false).locals);
        Expr::Local(returned(&inner.body, &scope), inner.is_async)
    }

    fn import_locals<'a>(&self, imports: &[&'a ast::StmtImportFrom], scope: &mut Scope<'a>) {
        for import in imports {
            let Some(module) = self.absolute(import) else {
                continue;
            };
            for alias in &import.names {
                let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                scope
                    .locals
                    .insert(name, Expr::Import(module.clone(), Some(alias.name.to_string())));
            }
        }
    }
}

/// The maximum number of parts of an expression that is put in place of a local name, which may be used many times.
const MAX_LOCAL: usize = 24;

/// How many values of a local name are looked at.
const MAX_VALUES: usize = 4;

/// How many functions in a function are looked at.
const MAX_FUNCTIONS: usize = 8;

fn parameter_names(function: &ast::StmtFunctionDef) -> impl Iterator<Item = &str> {
    let all = function.parameters.iter();
    all.map(|parameter| parameter.name().as_str())
}

fn parameter_locals<'a>(function: &'a ast::StmtFunctionDef, is_method: bool, scope: &mut Scope<'a>) {
    let parameters = &function.parameters;
    let is_static = function.decorator_list.iter().any(
        |decorator| matches!(&decorator.expression, ast::Expr::Name(name) if name.id.as_str() == "staticmethod"),
    );
    for (index, parameter) in parameters.iter_non_variadic_params().enumerate() {
        let name = parameter.parameter.name.as_str();
        if index == 0 && is_method && !is_static {
            scope.receiver = Some(name);
            continue;
        }
        let annotation = parameter.parameter.annotation.as_deref();
        let meaning = match annotation {
            // A body may give it another type.
            _ if scope.locals.contains_key(name) => Expr::Unknown,
            Some(annotation) => {
                Expr::Parameter(Box::new(expression::annotation(annotation, &Scope::module())))
            }
            None => Expr::Unknown,
        };
        scope.locals.insert(name, meaning);
    }
    for variadic in [&parameters.vararg, &parameters.kwarg].into_iter().flatten() {
        scope.locals.insert(variadic.name.as_str(), Expr::Unknown);
    }
}

fn parameters(parameters: &ast::Parameters, scope: &Scope<'_>) -> Vec<Parameter> {
    let one = |parameter: &ast::ParameterWithDefault, positional_only| Parameter {
        name: parameter.parameter.name.to_string(),
        positional_only,
        annotation: parameter
            .parameter
            .annotation
            .as_deref()
            .map(|annotation| expression::annotation(annotation, scope)),
    };
    let positional = parameters
        .posonlyargs
        .iter()
        .map(|parameter| one(parameter, true));
    let named = parameters.args.iter().chain(&parameters.kwonlyargs);
    positional
        .chain(named.map(|parameter| one(parameter, false)))
        .collect()
}

/// Whether a value is what a call of something with a name gives.
fn makes(value: &Expr) -> bool {
    matches!(value, Expr::Call(function) if matches!(**function, Expr::Name(_) | Expr::Import(..)))
}

/// The returned values; a single unknown value when the type of one of them is unknown.
fn returned(body: &[Stmt], locals: &Scope<'_>) -> Vec<Expr> {
    let mut returns = Returns(Vec::new());
    body.iter().for_each(|statement| returns.visit_stmt(statement));
    let values: Vec<Expr> = returns
        .0
        .into_iter()
        .flatten()
        .map(|value| expression::read(value, locals))
        .collect();
    if values.iter().any(|value| matches!(value, Expr::Unknown)) {
        return vec![Expr::Unknown];
    }
    values
}

/// The names that a function binds, and its `from` imports.
#[derive(Default)]
struct Bound<'a> {
    /// Each name, with how often it is bound.
    names: BTreeMap<&'a str, usize>,
    /// What single names are bound to.
    values: Vec<(&'a str, LocalValue<'a>)>,
    imports: Vec<&'a ast::StmtImportFrom>,
    functions: Vec<&'a ast::StmtFunctionDef>,
}

/// What a local name is bound to.
enum LocalValue<'a> {
    /// `name = value`
    Value(&'a ast::Expr),
    /// `name: annotation = value`
    Annotated(&'a ast::Expr),
    /// `with value as name`; whether with `async with`.
    Entered(&'a ast::Expr, bool),
}

impl LocalValue<'_> {
    fn read(&self, scope: &Scope<'_>) -> Expr {
        match self {
            Self::Value(value) => expression::read(value, scope),
            Self::Annotated(annotation) => {
                Expr::Parameter(Box::new(expression::annotation(annotation, &Scope::module())))
            }
            Self::Entered(value, is_async) => {
                Expr::Enter(Box::new(expression::read(value, scope)), *is_async)
            }
        }
    }
}

impl<'a> Bound<'a> {
    fn add(&mut self, name: &'a str) {
        *self.names.entry(name).or_default() += 1;
    }
}

impl<'a> Visitor<'a> for Bound<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => {
                self.add(function.name.as_str());
                self.functions.push(function);
            }
            Stmt::ClassDef(class) => self.add(class.name.as_str()),
            Stmt::ImportFrom(import) => self.imports.push(import),
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    self.add(name.split('.').next().unwrap_or(name));
                }
            }
            // They are bound elsewhere too.
            Stmt::Global(global) => global
                .names
                .iter()
                .for_each(|name| self.names.extend([(name.as_str(), 2)])),
            Stmt::Nonlocal(outer) => outer
                .names
                .iter()
                .for_each(|name| self.names.extend([(name.as_str(), 2)])),
            _ => {
                match statement {
                    Stmt::Assign(assign) => {
                        if let [ast::Expr::Name(name)] = assign.targets.as_slice() {
                            self.values
                                .push((name.id.as_str(), LocalValue::Value(&assign.value)));
                        }
                    }
                    Stmt::AnnAssign(assign) => {
                        if let ast::Expr::Name(name) = &*assign.target {
                            self.values
                                .push((name.id.as_str(), LocalValue::Annotated(&assign.annotation)));
                        }
                    }
                    Stmt::With(with) => {
                        for item in &with.items {
                            if let Some(ast::Expr::Name(name)) = item.optional_vars.as_deref() {
                                let value = LocalValue::Entered(&item.context_expr, with.is_async);
                                self.values.push((name.id.as_str(), value));
                            }
                        }
                    }
                    _ => {}
                }
                visitor::walk_stmt(self, statement);
            }
        }
    }

    fn visit_expr(&mut self, expression: &'a ast::Expr) {
        if let ast::Expr::Name(name) = expression
            && matches!(name.ctx, ast::ExprContext::Store | ast::ExprContext::Del)
        {
            self.add(name.id.as_str());
        }
        visitor::walk_expr(self, expression);
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.add(name.as_str());
        }
        visitor::walk_except_handler(self, handler);
    }
}
