//! What a function does with its `**kwargs`: whether they only go on to other functions, whose keywords it then takes.

use super::super::summary::Forward;
use super::body::Returns;
use super::expression::{self, Scope};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, Stmt};

/// How many calls may get the keywords.
const MAX_CALLS: usize = 4;

/// Where `**kwargs` go; `None` when something else is done with them, or nothing at all.
pub(super) fn forward(function: &ast::StmtFunctionDef, locals: &Scope<'_>) -> Option<Forward> {
    let kwargs = function.parameters.kwarg.as_ref()?.name.as_str();
    let mut uses = Uses {
        kwargs,
        locals,
        found: Forward::default(),
        is_lost: false,
    };
    for statement in &function.body {
        if uses.is_refusal(statement) {
            // After this statement, `kwargs` is empty.
            uses.found.to.clear();
            uses.found.is_refused = true;
            break;
        }
        uses.visit_stmt(statement);
    }
    let found = uses.found;
    // If `kwargs` is never read, any keyword is accepted and ignored.
    let is_known = found.is_refused || !found.to.is_empty() && found.to.len() <= MAX_CALLS;
    (is_known && !uses.is_lost).then_some(found)
}

/// The keywords that a function takes out of a dictionary that it gets and returns: `kwargs = kwargs.copy();
/// kwargs.pop("old"); return kwargs`. `None` when it may do anything else with it.
pub(super) fn taken(function: &ast::StmtFunctionDef, parameter: &str) -> Option<Vec<String>> {
    if function.is_async || !function.decorator_list.is_empty() {
        return None;
    }
    let mut name = parameter;
    let mut body = function.body.as_slice();
    if let Some((copy, rest)) = copied(body, parameter) {
        if rest.iter().any(|statement| is_mentioned(statement, parameter)) {
            return None;
        }
        (name, body) = (copy, rest);
    }
    let mut uses = Uses {
        kwargs: name,
        locals: &Scope::module(),
        found: Forward::default(),
        is_lost: false,
    };
    let (last, before) = body.split_last()?;
    before.iter().for_each(|statement| uses.visit_stmt(statement));
    let is_returned = matches!(last, Stmt::Return(returned)
        if returned.value.as_deref().is_some_and(|value| uses.is_kwargs(value)));
    let mut returns = Returns(Vec::new());
    before.iter().for_each(|statement| returns.visit_stmt(statement));
    let is_whole = is_returned && returns.0.is_empty() && !uses.is_lost && uses.found.to.is_empty();
    is_whole.then_some(uses.found.taken)
}

/// The name of a copy that is made first, and what follows.
fn copied<'a>(body: &'a [Stmt], parameter: &str) -> Option<(&'a str, &'a [Stmt])> {
    let is_text =
        |statement: &Stmt| matches!(statement, Stmt::Expr(text) if text.value.is_string_literal_expr());
    let start = usize::from(body.first().is_some_and(is_text));
    let (first, rest) = body.get(start..)?.split_first()?;
    let Stmt::Assign(assign) = first else { return None };
    let ([Expr::Name(copy)], Expr::Call(call)) = (assign.targets.as_slice(), &*assign.value) else {
        return None;
    };
    let is_parameter = |value: &Expr| matches!(value, Expr::Name(name) if name.id.as_str() == parameter);
    let is_copy = match &*call.func {
        Expr::Attribute(attribute) => attribute.attr.as_str() == "copy" && is_parameter(&attribute.value),
        Expr::Name(name) => {
            name.id.as_str() == "dict" && matches!(&*call.arguments.args, [only] if is_parameter(only))
        }
        _ => false,
    };
    is_copy.then_some((copy.id.as_str(), rest))
}

struct Uses<'s, 'a> {
    kwargs: &'s str,
    locals: &'s Scope<'a>,
    found: Forward,
    /// Whether a keyword may be used in a way that is not understood.
    is_lost: bool,
}

impl Uses<'_, '_> {
    fn is_kwargs(&self, expression: &Expr) -> bool {
        matches!(expression, Expr::Name(name) if name.id.as_str() == self.kwargs)
    }

    /// `assert not kwargs`, `assert len(kwargs) == 0`, `if kwargs: raise TypeError(...)`.
    fn is_refusal(&self, statement: &Stmt) -> bool {
        match statement {
            Stmt::Assert(assert) => match &*assert.test {
                Expr::UnaryOp(unary) => unary.op == ast::UnaryOp::Not && self.is_kwargs(&unary.operand),
                Expr::Compare(compare) => {
                    matches!((&*compare.ops, &*compare.comparators), ([ast::CmpOp::Eq], [Expr::NumberLiteral(number)])
                        if matches!(&number.value, ast::Number::Int(int) if int.as_u8() == Some(0)))
                        && self.is_length(&compare.left)
                }
                _ => false,
            },
            Stmt::If(branch) => {
                branch.elif_else_clauses.is_empty()
                    && (self.is_kwargs(&branch.test) || self.is_length(&branch.test))
                    && matches!(branch.body.last(), Some(Stmt::Raise(_)))
            }
            _ => false,
        }
    }

    fn is_length(&self, expression: &Expr) -> bool {
        matches!(expression, Expr::Call(call) if matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "len")
            && matches!(&*call.arguments.args, [only] if self.is_kwargs(only)))
    }

    fn take(&mut self, key: Option<&Expr>) {
        match key {
            Some(Expr::StringLiteral(text)) => self.found.taken.push(text.value.to_str().to_owned()),
            _ => self.is_lost = true,
        }
    }

    /// Names mean something else inside of a comprehension, but not in its first iterable.
    fn comprehension(&mut self, whole: &Expr, generators: &[ast::Comprehension]) {
        let Some(first) = generators.first() else { return };
        if mentions(whole, self.kwargs) == mentions(&first.iter, self.kwargs) {
            self.visit_expr(&first.iter);
        } else {
            self.is_lost = true;
        }
    }

    fn call(&mut self, call: &ast::ExprCall) {
        if let Expr::Attribute(attribute) = &*call.func
            && self.is_kwargs(&attribute.value)
        {
            match attribute.attr.as_str() {
                "pop" | "get" | "setdefault" => self.take(call.arguments.args.first()),
                // It adds to what is passed on.
                "update" => {}
                _ => self.is_lost = true,
            }
        } else {
            self.visit_expr(&call.func);
        }
        call.arguments
            .args
            .iter()
            .for_each(|argument| self.visit_expr(argument));
        for keyword in &call.arguments.keywords {
            if keyword.arg.is_none() && self.is_kwargs(&keyword.value) {
                let callee = expression::read(&call.func, self.locals);
                if !self.found.to.contains(&callee) {
                    self.found.to.push(callee);
                }
            } else {
                self.visit_expr(&keyword.value);
            }
        }
    }
}

impl<'a> Visitor<'a> for Uses<'_, '_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            // Names mean something else inside of functions.
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => self.is_lost |= is_mentioned(statement, self.kwargs),
            // When a keyword does not fit, the code may try something else.
            Stmt::Try(attempt) if attempt.handlers.iter().any(catches_wrong_keywords) => {
                self.is_lost |= is_mentioned(statement, self.kwargs);
            }
            Stmt::Delete(delete) => {
                for target in &delete.targets {
                    self.visit_expr(target);
                }
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Call(call) => self.call(call),
            Expr::Subscript(subscript) if self.is_kwargs(&subscript.value) => {
                self.take(Some(&subscript.slice));
            }
            // `"name" in kwargs`
            Expr::Compare(compare) => {
                if let ([ast::CmpOp::In | ast::CmpOp::NotIn], [table]) =
                    (&*compare.ops, &*compare.comparators)
                    && self.is_kwargs(table)
                {
                    self.take(Some(&compare.left));
                } else {
                    visitor::walk_expr(self, expression);
                }
            }
            Expr::ListComp(list) => self.comprehension(expression, &list.generators),
            Expr::SetComp(set) => self.comprehension(expression, &set.generators),
            Expr::DictComp(dict) => self.comprehension(expression, &dict.generators),
            Expr::Generator(generator) => self.comprehension(expression, &generator.generators),
            Expr::Lambda(_) => self.is_lost |= mentions(expression, self.kwargs) > 0,
            _ if self.is_kwargs(expression) => self.is_lost = true,
            _ => visitor::walk_expr(self, expression),
        }
    }
}

/// Whether a handler catches what a call with a wrong keyword raises.
fn catches_wrong_keywords(handler: &ast::ExceptHandler) -> bool {
    let ast::ExceptHandler::ExceptHandler(handler) = handler;
    let is_one = |class: &Expr| matches!(class, Expr::Name(name) if name.id.as_str() == "TypeError");
    match handler.type_.as_deref() {
        Some(Expr::Tuple(tuple)) => tuple.elts.iter().any(is_one),
        Some(class) => is_one(class),
        None => true,
    }
}

/// How often an expression mentions a name.
fn mentions(expression: &Expr, name: &str) -> usize {
    let mut search = Mentions(name, 0);
    search.visit_expr(expression);
    search.1
}

fn is_mentioned(statement: &Stmt, name: &str) -> bool {
    let mut search = Mentions(name, 0);
    search.visit_stmt(statement);
    search.1 > 0
}

struct Mentions<'n>(&'n str, usize);

impl<'a> Visitor<'a> for Mentions<'_> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        self.1 += usize::from(matches!(expression, Expr::Name(name) if name.id.as_str() == self.0));
        visitor::walk_expr(self, expression);
    }
}
