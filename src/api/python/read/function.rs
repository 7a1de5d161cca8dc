//! Functions and methods: parameters, what they return, and whether they are decorators that keep a signature.

use super::super::summary::{Expr, Function, Keeps, Parameter};
use super::expression::{self, Scope};
use super::{Reader, body};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Stmt};

impl Reader<'_> {
    pub(super) fn function(&mut self, function: &ast::StmtFunctionDef, scope: &Scope<'_>) -> usize {
        let locals = self.locals(function, scope.receiver.is_some());
        let parameters = parameters(&function.parameters, scope);
        let returned = if function.returns.is_some() {
            Vec::new()
        } else {
            returned(&function.body, &locals)
        };
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
            keeps: keeps(&function.body),
        };
        self.push_function(read)
    }

    /// What names mean inside of a function.
    pub(super) fn locals<'a>(&self, function: &'a ast::StmtFunctionDef, is_method: bool) -> Scope<'a> {
        let mut scope = Scope::default();
        let mut bound = Bound(Vec::new(), Vec::new());
        function
            .body
            .iter()
            .for_each(|statement| bound.visit_stmt(statement));
        for name in bound.0 {
            scope.locals.insert(name, Expr::Unknown);
        }
        for import in bound.1 {
            let module = self.absolute(import);
            for alias in &import.names {
                let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                if let Some(module) = &module {
                    scope
                        .locals
                        .insert(name, Expr::Import(module.clone(), Some(alias.name.to_string())));
                }
            }
        }
        let parameters = &function.parameters;
        for (index, parameter) in parameters.iter_non_variadic_params().enumerate() {
            let name = parameter.parameter.name.as_str();
            let is_static = function.decorator_list.iter().any(
                |decorator| matches!(&decorator.expression, ast::Expr::Name(name) if name.id.as_str() == "staticmethod"),
            );
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
        scope
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

/// Each returned value; one unknown value when there is any that tells nothing.
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

/// The `return` statements of a function, without those of functions in it.
struct Returns<'a>(Vec<Option<&'a ast::Expr>>);

impl<'a> Visitor<'a> for Returns<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::Return(returned) => self.0.push(returned.value.as_deref()),
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, _: &'a ast::Expr) {}
}

/// The names that a function binds, and its `from` imports.
struct Bound<'a>(Vec<&'a str>, Vec<&'a ast::StmtImportFrom>);

impl<'a> Visitor<'a> for Bound<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => self.0.push(function.name.as_str()),
            Stmt::ClassDef(class) => self.0.push(class.name.as_str()),
            Stmt::ImportFrom(import) => self.1.push(import),
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    self.0.push(name.split('.').next().unwrap_or(name));
                }
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a ast::Expr) {
        if let ast::Expr::Name(name) = expression
            && matches!(name.ctx, ast::ExprContext::Store | ast::ExprContext::Del)
        {
            self.0.push(name.id.as_str());
        }
        visitor::walk_expr(self, expression);
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.0.push(name.as_str());
        }
        visitor::walk_except_handler(self, handler);
    }
}

/// Whether a function is a decorator that keeps the signature: it returns a function with `(*args, **kwargs)` that
/// `functools.wraps` marks and that takes nothing out of `kwargs`.
fn keeps(body: &[Stmt]) -> Option<Keeps> {
    if let Some(result) = wrapper(body) {
        return Some(Keeps {
            factory: false,
            result,
        });
    }
    // `def retry(times): def decorate(f): ... return decorate`
    let inner = returned_function(body)?;
    wrapper(&inner.body).map(|result| Keeps {
        factory: true,
        result,
    })
}

/// The function that a body defines and returns.
fn returned_function(body: &[Stmt]) -> Option<&ast::StmtFunctionDef> {
    let mut returns = Returns(Vec::new());
    body.iter().for_each(|statement| returns.visit_stmt(statement));
    let [Some(ast::Expr::Name(name))] = returns.0.as_slice() else {
        return None;
    };
    body.iter().find_map(|statement| match statement {
        Stmt::FunctionDef(function) if function.name.as_str() == name.id.as_str() => Some(function),
        _ => None,
    })
}

/// Whether the wrapper in a decorator's body keeps the signature; the value is whether it returns what the function does.
fn wrapper(body: &[Stmt]) -> Option<bool> {
    let function = returned_function(body)?;
    let is_wrapped = function
        .decorator_list
        .iter()
        .any(|decorator| match &decorator.expression {
            ast::Expr::Call(call) => match &*call.func {
                ast::Expr::Name(name) => name.id.as_str() == "wraps",
                ast::Expr::Attribute(attribute) => attribute.attr.as_str() == "wraps",
                _ => false,
            },
            _ => false,
        });
    let kwargs = function.parameters.kwarg.as_ref()?.name.as_str();
    function.parameters.vararg.as_ref()?;
    let mut taken = Taken { kwargs, found: false };
    function
        .body
        .iter()
        .for_each(|statement| taken.visit_stmt(statement));
    if !is_wrapped || taken.found || !function.parameters.kwonlyargs.is_empty() {
        return None;
    }
    let mut returns = Returns(Vec::new());
    function
        .body
        .iter()
        .for_each(|statement| returns.visit_stmt(statement));
    let is_passed_on = !function.is_async
        && returns.0.iter().all(|value| matches!(value, Some(ast::Expr::Call(call))
            if matches!(&*call.func, ast::Expr::Name(_)) && call.arguments.keywords.iter().any(|k| k.arg.is_none())));
    Some(is_passed_on)
}

/// Whether a wrapper takes something out of its `kwargs`.
struct Taken<'k> {
    kwargs: &'k str,
    found: bool,
}

impl<'a> Visitor<'a> for Taken<'_> {
    fn visit_expr(&mut self, expression: &'a ast::Expr) {
        let of_kwargs =
            |value: &ast::Expr| matches!(value, ast::Expr::Name(name) if name.id.as_str() == self.kwargs);
        match expression {
            ast::Expr::Attribute(attribute) if of_kwargs(&attribute.value) => self.found = true,
            ast::Expr::Subscript(subscript) if of_kwargs(&subscript.value) => self.found = true,
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}
