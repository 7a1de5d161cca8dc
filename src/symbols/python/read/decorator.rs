//! What a decorator keeps of the function that it decorates: its parameters, its result.

use super::super::summary::Keeps;
use super::body::{self, Returns};
use super::forward;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, Stmt};

/// A decorator keeps the parameters when each of its `return`s gives the function itself, or a function with
/// `(*args, **kwargs)` that `functools.wraps` marks and that passes them on. It keeps the result when each `return` of
/// that function is what the decorated function returned. `top` is the module, whose functions may change `kwargs`.
pub(super) fn keeps(function: &ast::StmtFunctionDef, top: &[Stmt]) -> Option<Keeps> {
    if let Some(keeps) = kept(function, top) {
        return Some(keeps);
    }
    // `def retry(times): def decorate(f): ... return decorate`
    let inner = match returned(&function.body).as_slice() {
        [Some(only)] => local_functions(&function.body, only)?,
        _ => return None,
    };
    let [inner] = inner.as_slice() else { return None };
    kept(inner, top).map(|keeps| Keeps {
        factory: true,
        ..keeps
    })
}

/// What each `return` of a decorator keeps of its first argument.
fn kept(decorator: &ast::StmtFunctionDef, top: &[Stmt]) -> Option<Keeps> {
    let decorated = decorator.parameters.iter_non_variadic_params().next()?;
    let decorated = decorated.parameter.name.as_str();
    let returns = returned(&decorator.body);
    if returns.is_empty() || stores(&decorator.body, decorated) {
        return None;
    }
    let mut keeps = Keeps {
        factory: false,
        parameters: true,
        taken: Vec::new(),
        result: true,
        is_same: !is_given(&decorator.body, decorated),
    };
    for value in returns {
        let value = uncast(value?);
        if matches!(value, Expr::Name(name) if name.id.as_str() == decorated) {
            continue;
        }
        keeps.is_same = false;
        for function in local_functions(&decorator.body, value)? {
            passes_on(function, decorated, top, &mut keeps);
        }
    }
    (keeps.parameters || keeps.result).then_some(keeps)
}

/// Whether a body changes the object that a name refers to, or passes it to code that may change it: `cls.x = 1`,
/// `register(cls)`.
fn is_given(body: &[Stmt], name: &str) -> bool {
    struct UseSearch<'n>(&'n str, bool);
    impl<'a> Visitor<'a> for UseSearch<'_> {
        fn visit_expr(&mut self, expression: &'a Expr) {
            let is_it = |value: &Expr| matches!(value, Expr::Name(name) if name.id.as_str() == self.0);
            match expression {
                Expr::Call(call) => {
                    let is_read = matches!(&*call.func, Expr::Name(name)
                        if matches!(name.id.as_str(), "fields" | "getattr" | "hasattr" | "isinstance" | "issubclass" | "repr" | "id"));
                    let given = call.arguments.args.iter().any(is_it);
                    let named = call
                        .arguments
                        .keywords
                        .iter()
                        .any(|keyword| is_it(&keyword.value));
                    self.1 |= !is_read && (given || named);
                }
                Expr::Attribute(attribute) if is_it(&attribute.value) => {
                    let name = attribute.attr.as_str();
                    let is_special = name.starts_with("__") && name.ends_with("__");
                    self.1 |= name == "__dict__" || !attribute.ctx.is_load() && !is_special;
                }
                _ => {}
            }
            visitor::walk_expr(self, expression);
        }
    }
    let mut search = UseSearch(name, false);
    body.iter().for_each(|statement| search.visit_stmt(statement));
    search.1
}

fn returned(body: &[Stmt]) -> Vec<Option<&Expr>> {
    let mut returns = Returns(Vec::new());
    body.iter().for_each(|statement| returns.visit_stmt(statement));
    returns.0
}

/// `cast(T, x)` is `x`.
fn uncast(value: &Expr) -> &Expr {
    match value {
        Expr::Call(call) => match (&*call.func, &*call.arguments.args) {
            (Expr::Name(name), [_, value]) if name.id.as_str() == "cast" => value,
            (Expr::Attribute(name), [_, value]) if name.attr.as_str() == "cast" => value,
            _ => value,
        },
        _ => value,
    }
}

/// The functions that a body defines under the name that it returns; `None` without such a function.
fn local_functions<'a>(body: &'a [Stmt], value: &Expr) -> Option<Vec<&'a ast::StmtFunctionDef>> {
    let Expr::Name(name) = value else { return None };
    if stores(body, name.id.as_str()) {
        return None;
    }
    let mut found = Vec::new();
    collect(body, name.id.as_str(), &mut found);
    (!found.is_empty()).then_some(found)
}

fn collect<'a>(body: &'a [Stmt], name: &str, found: &mut Vec<&'a ast::StmtFunctionDef>) {
    for statement in body {
        if let Stmt::FunctionDef(function) = statement
            && function.name.as_str() == name
        {
            found.push(function);
        }
        body::each_child_block(statement, &mut |block| collect(block, name, found));
    }
}

/// Whether a body assigns to a name, without what functions in it do.
fn stores(body: &[Stmt], name: &str) -> bool {
    struct AssignmentSearch<'n>(&'n str, bool);
    impl<'a> Visitor<'a> for AssignmentSearch<'_> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            if !matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
                visitor::walk_stmt(self, statement);
            }
        }

        fn visit_expr(&mut self, expression: &'a Expr) {
            self.1 |=
                matches!(expression, Expr::Name(name) if name.id.as_str() == self.0 && !name.ctx.is_load());
            visitor::walk_expr(self, expression);
        }
    }
    let mut search = AssignmentSearch(name, false);
    body.iter().for_each(|statement| search.visit_stmt(statement));
    search.1
}

/// What a wrapper keeps of the function that it calls: it gives its `kwargs` to it, and returns what that returns.
fn passes_on(wrapper: &ast::StmtFunctionDef, decorated: &str, top: &[Stmt], keeps: &mut Keeps) {
    let is_wrapped = wrapper
        .decorator_list
        .iter()
        .any(|decorator| match &decorator.expression {
            Expr::Call(call) => match &*call.func {
                Expr::Name(name) => name.id.as_str() == "wraps",
                Expr::Attribute(attribute) => attribute.attr.as_str() == "wraps",
                _ => false,
            },
            _ => false,
        });
    let parameters = &wrapper.parameters;
    let takes_all =
        parameters.vararg.is_some() && parameters.kwarg.is_some() && parameters.kwonlyargs.is_empty();
    let name = parameters
        .kwarg
        .as_ref()
        .map_or("", |kwargs| kwargs.name.as_str());
    let mut kwargs = KwargsUse::new(name, decorated, top, wrapper.is_async);
    wrapper
        .body
        .iter()
        .for_each(|statement| kwargs.visit_stmt(statement));
    keeps.parameters &= is_wrapped && takes_all && kwargs.is_passed && !kwargs.is_changed;
    let returns = returned(&wrapper.body);
    keeps.result &= !body::is_generator(&wrapper.body)
        && !returns.is_empty()
        && returns
            .iter()
            .all(|value| value.is_some_and(|value| kwargs.is_result(value)));
    keeps.taken.append(&mut kwargs.taken);
}

/// What a wrapper does with its `kwargs`.
struct KwargsUse<'k> {
    kwargs: &'k str,
    decorated: &'k str,
    /// The module.
    top: &'k [Stmt],
    /// The keywords that are taken out of them.
    taken: Vec<String>,
    /// Whether the wrapper is `async def`.
    is_async: bool,
    /// Whether the decorated function gets them.
    is_passed: bool,
    /// Whether it may get others.
    is_changed: bool,
    /// The names that hold what the decorated function returned.
    results: Vec<&'k str>,
    /// The names that hold anything else.
    others: Vec<&'k str>,
}

impl<'k> KwargsUse<'k> {
    fn new(kwargs: &'k str, decorated: &'k str, top: &'k [Stmt], is_async: bool) -> Self {
        Self {
            kwargs,
            decorated,
            top,
            taken: Vec::new(),
            is_async,
            is_passed: false,
            is_changed: false,
            results: Vec::new(),
            others: Vec::new(),
        }
    }

    fn is_kwargs(&self, expression: &Expr) -> bool {
        matches!(expression, Expr::Name(name) if name.id.as_str() == self.kwargs)
    }

    fn is_decorated(&self, expression: &Expr) -> bool {
        matches!(expression, Expr::Name(name) if name.id.as_str() == self.decorated)
    }

    /// Whether a value is what the decorated function returned: `f(*args, **kwargs)`.
    fn is_result(&self, value: &Expr) -> bool {
        match value {
            Expr::Await(awaited) => self.is_async && self.is_call(&awaited.value),
            Expr::Name(name) => {
                let name = name.id.as_str();
                self.results.contains(&name) && !self.others.contains(&name)
            }
            _ => !self.is_async && self.is_call(value),
        }
    }

    fn is_call(&self, value: &Expr) -> bool {
        matches!(value, Expr::Call(call) if self.is_decorated(&call.func))
    }

    /// Whether a function of the module that gets `kwargs` only reads them.
    fn is_read_by(&self, call: &ast::ExprCall) -> bool {
        self.parameter(call).is_some_and(|(function, parameter)| {
            let mut uses = KwargsUse::new(parameter, "", &[], function.is_async);
            function
                .body
                .iter()
                .for_each(|statement| uses.visit_stmt(statement));
            !uses.is_changed
        })
    }

    /// The function of the module that a call calls, and the parameter that gets `kwargs` as they are.
    fn parameter(&self, call: &ast::ExprCall) -> Option<(&'k ast::StmtFunctionDef, &'k str)> {
        let Expr::Name(function) = &*call.func else {
            return None;
        };
        let function = body::find_function(self.top, function.id.as_str())?;
        let given = call.arguments.args.iter().position(|value| self.is_kwargs(value));
        let named = call
            .arguments
            .keywords
            .iter()
            .find(|keyword| self.is_kwargs(&keyword.value));
        let index = match (given, named) {
            (Some(index), None) => index,
            (None, Some(keyword)) => {
                let name = keyword.arg.as_ref()?.as_str();
                function
                    .parameters
                    .args
                    .iter()
                    .position(|parameter| parameter.name().as_str() == name)?
            }
            _ => return None,
        };
        Some((function, function.parameters.args.get(index)?.name().as_str()))
    }

    /// The keywords that `kwargs = change(kwargs)` takes out of them, when a function of the module does nothing else.
    fn taken_by(&self, call: &ast::ExprCall) -> Option<Vec<String>> {
        let (function, parameter) = self.parameter(call)?;
        forward::taken(function, parameter)
    }
}

impl<'a> KwargsUse<'a> {
    fn call(&mut self, call: &'a ast::ExprCall) {
        let has_kwargs = |keyword: &ast::Keyword| keyword.arg.is_none() && self.is_kwargs(&keyword.value);
        let passes = call.arguments.keywords.iter().any(has_kwargs);
        let is_decorated = self.is_decorated(&call.func);
        let gets_decorated = call
            .arguments
            .args
            .iter()
            .any(|argument| self.is_decorated(argument));
        self.is_passed |= passes && (is_decorated || gets_decorated);
        self.is_changed |= is_decorated && !passes;
        // What only reads a dictionary.
        let is_read = match &*call.func {
            Expr::Attribute(attribute) => attribute.attr.as_str() == "update",
            Expr::Name(name) => matches!(name.id.as_str(), "dict" | "len" | "list" | "set" | "str" | "repr"),
            _ => false,
        };
        match &*call.func {
            Expr::Attribute(attribute) if self.is_kwargs(&attribute.value) => {
                self.is_changed |= !matches!(
                    attribute.attr.as_str(),
                    "items" | "keys" | "values" | "get" | "copy"
                );
            }
            function => self.visit_expr(function),
        }
        let is_read = is_read || self.is_read_by(call);
        for argument in &call.arguments.args {
            if !(is_read && self.is_kwargs(argument)) {
                self.visit_expr(argument);
            }
        }
        for keyword in &call.arguments.keywords {
            if keyword.arg.is_some() || !self.is_kwargs(&keyword.value) {
                self.visit_expr(&keyword.value);
            }
        }
    }
}

impl<'a> Visitor<'a> for KwargsUse<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::Assign(assign) = statement
            && let [Expr::Name(name)] = assign.targets.as_slice()
            && self.is_result(&assign.value)
        {
            self.results.push(name.id.as_str());
            self.visit_expr(&assign.value);
        } else if let Stmt::Assign(assign) = statement
            && let ([target], Expr::Call(call)) = (assign.targets.as_slice(), &*assign.value)
            && self.is_kwargs(target)
            && let Some(taken) = self.taken_by(call)
        {
            self.taken.extend(taken);
        } else {
            visitor::walk_stmt(self, statement);
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Call(call) => self.call(call),
            Expr::Subscript(subscript) if self.is_kwargs(&subscript.value) => {
                match &*subscript.slice {
                    // The function may get a keyword that the caller did not give.
                    Expr::StringLiteral(key) => self.taken.push(key.value.to_str().to_owned()),
                    _ => self.is_changed |= !subscript.ctx.is_load(),
                }
                self.visit_expr(&subscript.slice);
            }
            Expr::Compare(compare) => {
                self.visit_expr(&compare.left);
                for (operator, value) in compare.ops.iter().zip(&*compare.comparators) {
                    if !(matches!(operator, ast::CmpOp::In | ast::CmpOp::NotIn) && self.is_kwargs(value)) {
                        self.visit_expr(value);
                    }
                }
            }
            _ if self.is_kwargs(expression) => self.is_changed = true,
            Expr::Name(name) if !name.ctx.is_load() => self.others.push(name.id.as_str()),
            _ => visitor::walk_expr(self, expression),
        }
    }
}
