//! Whether a function is a decorator that keeps the signature of what it decorates.

use super::super::summary::Keeps;
use super::body::{self, Returns};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, Stmt};

/// A decorator keeps the signature when each of its `return`s gives the function itself, or a function with
/// `(*args, **kwargs)` that `functools.wraps` marks and that passes them on unchanged.
pub(super) fn keeps(function: &ast::StmtFunctionDef) -> Option<Keeps> {
    if let Some(result) = kept(function) {
        return Some(Keeps {
            factory: false,
            result,
        });
    }
    // `def retry(times): def decorate(f): ... return decorate`
    let inner = match returned(&function.body).as_slice() {
        [Some(only)] => local_functions(&function.body, only)?,
        _ => return None,
    };
    let [inner] = inner.as_slice() else { return None };
    kept(inner).map(|result| Keeps {
        factory: true,
        result,
    })
}

/// Whether each `return` of a decorator keeps the parameters of its first argument; the value is whether each keeps
/// the result too.
fn kept(decorator: &ast::StmtFunctionDef) -> Option<bool> {
    let decorated = decorator.parameters.iter_non_variadic_params().next()?;
    let decorated = decorated.parameter.name.as_str();
    let returns = returned(&decorator.body);
    if returns.is_empty() || stores(&decorator.body, decorated) {
        return None;
    }
    let mut keeps_result = true;
    for value in returns {
        let value = uncast(value?);
        if matches!(value, Expr::Name(name) if name.id.as_str() == decorated) {
            continue;
        }
        for function in local_functions(&decorator.body, value)? {
            keeps_result &= passes_on(function, decorated)?;
        }
    }
    Some(keeps_result)
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

/// The functions that a body defines by the name that is returned; `None` when there is none.
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
    struct Search<'n>(&'n str, bool);
    impl<'a> Visitor<'a> for Search<'_> {
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
    let mut search = Search(name, false);
    body.iter().for_each(|statement| search.visit_stmt(statement));
    search.1
}

/// Whether a wrapper gives its `kwargs` to the decorated function as they are; the value is whether it returns what
/// that returns.
fn passes_on(wrapper: &ast::StmtFunctionDef, decorated: &str) -> Option<bool> {
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
    wrapper.parameters.vararg.as_ref()?;
    let mut kwargs = KwargsUse {
        kwargs: wrapper.parameters.kwarg.as_ref()?.name.as_str(),
        decorated,
        is_passed: false,
        is_changed: false,
        is_async: wrapper.is_async,
        results: Vec::new(),
        others: Vec::new(),
    };
    wrapper
        .body
        .iter()
        .for_each(|statement| kwargs.visit_stmt(statement));
    if !is_wrapped || kwargs.is_changed || !kwargs.is_passed || !wrapper.parameters.kwonlyargs.is_empty() {
        return None;
    }
    let returns = returned(&wrapper.body);
    let keeps_result = !body::is_generator(&wrapper.body)
        && !returns.is_empty()
        && returns
            .iter()
            .all(|value| value.is_some_and(|value| kwargs.is_result(value)));
    Some(keeps_result)
}

/// What a wrapper does with its `kwargs`.
struct KwargsUse<'k> {
    kwargs: &'k str,
    decorated: &'k str,
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

impl KwargsUse<'_> {
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
        } else {
            visitor::walk_stmt(self, statement);
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Call(call) => self.call(call),
            Expr::Subscript(subscript) if subscript.ctx.is_load() && self.is_kwargs(&subscript.value) => {
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
