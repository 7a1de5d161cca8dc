//! Questions about statements: what is nested in them, and what sets names by computation.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, Stmt};
use std::collections::BTreeSet;

/// `for name, value in TABLE.items(): setattr(self, name, value)`
#[derive(Clone, Copy)]
pub(super) struct SetLoop<'a> {
    /// What the loop goes through.
    pub table: &'a Expr,
    /// The name of the second value of each turn.
    pub second: Option<&'a str>,
    /// What is set.
    pub value: Option<&'a Expr>,
}

/// The names of `for NAME, PART in ...`.
pub(super) fn pair(target: &Expr) -> Option<(&str, &str)> {
    match target {
        Expr::Tuple(tuple) => match tuple.elts.as_slice() {
            [Expr::Name(first), Expr::Name(second)] => Some((first.id.as_str(), second.id.as_str())),
            _ => None,
        },
        _ => None,
    }
}

/// The `return` statements of a function, without those of functions in it.
pub(super) struct Returns<'a>(pub Vec<Option<&'a Expr>>);

impl<'a> Visitor<'a> for Returns<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::Return(returned) => self.0.push(returned.value.as_deref()),
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

/// Call `read` with each block of a compound statement, without those of functions and classes.
pub(super) fn each_child_block<'a>(statement: &'a Stmt, read: &mut dyn FnMut(&'a [Stmt])) {
    match statement {
        Stmt::If(branch) => {
            read(&branch.body);
            branch
                .elif_else_clauses
                .iter()
                .for_each(|clause| read(&clause.body));
        }
        Stmt::Try(attempt) => {
            read(&attempt.body);
            for ast::ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
                read(&handler.body);
            }
            read(&attempt.orelse);
            read(&attempt.finalbody);
        }
        Stmt::With(with) => read(&with.body),
        Stmt::For(each) => {
            read(&each.body);
            read(&each.orelse);
        }
        Stmt::While(each) => {
            read(&each.body);
            read(&each.orelse);
        }
        Stmt::Match(choice) => choice.cases.iter().for_each(|case| read(&case.body)),
        _ => {}
    }
}

/// Whether an expression statement of a module sets names: `globals().update(...)`, `setattr(...)`, `exec(...)`.
pub(super) fn sets_globals(expression: &Expr) -> bool {
    let Expr::Call(call) = expression else {
        return false;
    };
    match &*call.func {
        Expr::Name(name) => match name.id.as_str() {
            "exec" => true,
            // On the module itself, or on something that is found by name.
            "setattr" => {
                let is_name = matches!(call.arguments.args.first(), Some(Expr::Name(_)));
                !is_name && !matches!(call.arguments.args.get(1), Some(Expr::StringLiteral(_)))
            }
            _ => false,
        },
        Expr::Attribute(attribute) => {
            is_namespace_call(&attribute.value)
                || attribute.attr.as_str() == "update"
                    && matches!(&*attribute.value, Expr::Attribute(inner) if inner.attr.as_str() == "__dict__")
        }
        _ => false,
    }
}

/// The names in a table that a call gets together with the name of the module: `deprecate_attributes(__name__, {...})`.
/// It may give the module these names.
pub(super) fn handed_names(expression: &Expr) -> Vec<String> {
    let Expr::Call(call) = expression else {
        return Vec::new();
    };
    let mut arguments = call.arguments.args.iter();
    if !arguments.any(|argument| matches!(argument, Expr::Name(name) if name.id.as_str() == "__name__")) {
        return Vec::new();
    }
    let tables = call.arguments.args.iter().filter_map(Expr::as_dict_expr);
    let keys = tables.flat_map(|table| table.items.iter().filter_map(|item| item.key.as_ref()));
    keys.filter_map(|key| Some(key.as_string_literal_expr()?.value.to_str().to_owned()))
        .collect()
}

/// Whether a target may be a name of the module: `globals()[...]`, `sys.modules[...]` of anything but another module.
pub(super) fn is_namespace_target(target: &Expr, module: &str) -> bool {
    let Expr::Subscript(subscript) = target else {
        return false;
    };
    let is_other = matches!(&*subscript.slice, Expr::StringLiteral(name) if name.value.to_str() != module);
    is_namespace_call(&subscript.value)
        || matches!(&*subscript.value, Expr::Attribute(attribute)
            if attribute.attr.as_str() == "__dict__" || attribute.attr.as_str() == "modules" && !is_other)
}

fn is_namespace_call(expression: &Expr) -> bool {
    matches!(expression, Expr::Call(call) if matches!(&*call.func, Expr::Name(name)
        if matches!(name.id.as_str(), "globals" | "vars" | "locals")))
}

/// What a module sets on classes and other things from outside.
#[derive(Default)]
pub(super) struct Patches {
    /// Names of attributes that are written.
    pub names: BTreeSet<String>,
    /// What has attributes set whose names are computed.
    pub computed: BTreeSet<String>,
}

/// Find `Client.get = ...` and `setattr(Client, ...)`.
pub(super) fn patches(body: &[Stmt]) -> Patches {
    let mut found = Patches::default();
    body.iter().for_each(|statement| found.visit_stmt(statement));
    found
}

impl<'a> Visitor<'a> for Patches {
    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Attribute(attribute) if !attribute.ctx.is_load() => {
                if let Expr::Name(name) = &*attribute.value
                    && !matches!(name.id.as_str(), "self" | "cls")
                {
                    self.names.insert(attribute.attr.to_string());
                }
            }
            Expr::Call(call) => {
                if let (Expr::Name(function), Some(target)) = (&*call.func, call.arguments.args.first())
                    && function.id.as_str() == "setattr"
                {
                    match (call.arguments.args.get(1), target) {
                        (Some(Expr::StringLiteral(name)), _) => {
                            self.names.insert(name.value.to_str().to_owned());
                        }
                        (_, Expr::Name(target)) => {
                            self.computed.insert(target.id.to_string());
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}

/// What makes a class open: computed attributes in its body or methods, or that it takes any field (pydantic's
/// `extra="allow"`). A `__getattr__` that is understood is not counted.
pub(super) fn sets_attributes<'a>(
    body: &'a [Stmt],
    is_understood: &dyn Fn(&ast::StmtFunctionDef) -> bool,
) -> SetAttributes<'a> {
    let mut search = OpenAttributeSearch::default();
    for statement in body {
        match statement {
            Stmt::FunctionDef(function) if is_understood(function) => {}
            _ => search.visit_stmt(statement),
        }
    }
    SetAttributes {
        is_any: search.namespace,
        loops: search.computed,
    }
}

/// What a class sets by computation.
pub(super) struct SetAttributes<'a> {
    /// Whether it may be anything.
    pub is_any: bool,
    /// The loops that set names of tables.
    pub loops: Vec<SetLoop<'a>>,
}

/// Whether a function contains `yield`, not counting functions in it.
pub(super) fn is_generator(body: &[Stmt]) -> bool {
    let mut search = Yields(false);
    body.iter().for_each(|statement| search.visit_stmt(statement));
    search.0
}

#[derive(Default)]
struct OpenAttributeSearch<'a> {
    namespace: bool,
    functions: usize,
    /// The parameters of the public method around, whose caller chooses the names that it sets.
    chosen: Vec<&'a str>,
    /// The receiver of the method around.
    receiver: Option<&'a str>,
    /// The loops around.
    loops: Vec<&'a ast::StmtFor>,
    computed: Vec<SetLoop<'a>>,
}

impl<'a> Visitor<'a> for OpenAttributeSearch<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::For(each) = statement {
            self.loops.push(each);
            visitor::walk_stmt(self, statement);
            self.loops.pop();
            return;
        }
        if let Stmt::Assign(assign) = statement
            && let [Expr::Name(name)] = assign.targets.as_slice()
            && name.id.as_str() == "extra"
        {
            self.namespace |= allows_any(&assign.value);
        }
        let Stmt::FunctionDef(function) = statement else {
            visitor::walk_stmt(self, statement);
            return;
        };
        // `__setstate__` restores attributes that the object had before.
        if function.name.as_str() == "__setstate__" {
            return;
        }
        if self.functions == 0 && !function.name.as_str().starts_with('_') {
            let parameters = function.parameters.iter_non_variadic_params().skip(1);
            self.chosen = parameters
                .map(|parameter| parameter.parameter.name.as_str())
                .collect();
        }
        if self.functions == 0 {
            let first = function.parameters.iter_non_variadic_params().next();
            self.receiver = first.map(|first| first.parameter.name.as_str());
        }
        self.functions += 1;
        visitor::walk_stmt(self, statement);
        self.functions -= 1;
        if self.functions == 0 {
            self.chosen.clear();
        }
    }

    fn visit_keyword(&mut self, keyword: &'a ast::Keyword) {
        match keyword.arg.as_ref().map(|name| name.as_str()) {
            Some("extra") => self.namespace |= allows_any(&keyword.value),
            Some("alias_generator") => self.namespace = true,
            _ => {}
        }
        visitor::walk_keyword(self, keyword);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Call(call) => self.call(call),
            // Reading `__dict__` sets no attribute.
            Expr::Attribute(attribute)
                if is_dict(&attribute.value)
                    && matches!(
                        attribute.attr.as_str(),
                        "items" | "keys" | "values" | "get" | "copy"
                    ) =>
            {
                return;
            }
            Expr::Subscript(subscript) if subscript.ctx.is_load() && is_dict(&subscript.value) => {
                self.visit_expr(&subscript.slice);
                return;
            }
            _ if is_dict(expression) => self.namespace = true,
            Expr::Dict(dict) => {
                for item in &dict.items {
                    if matches!(&item.key, Some(Expr::StringLiteral(key)) if key.value.to_str() == "extra") {
                        self.namespace |= allows_any(&item.value);
                    }
                }
            }
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}

impl<'a> OpenAttributeSearch<'a> {
    /// The loop whose variable is the name that is set on `self`.
    fn set_loop(&self, call: &'a ast::ExprCall) -> Option<SetLoop<'a>> {
        let [Expr::Name(object), Expr::Name(name), value] = &*call.arguments.args else {
            return None;
        };
        let is_receiver = self.functions == 1 && Some(object.id.as_str()) == self.receiver;
        let each = self.loops.last().filter(|_| is_receiver)?;
        let bound = bound_names(&each.body);
        if bound.contains(&name.id.as_str()) {
            return None;
        }
        let second = match &*each.target {
            Expr::Name(target) if target.id == name.id => None,
            target => Some(pair(target).filter(|(first, _)| *first == name.id.as_str())?.1),
        };
        Some(SetLoop {
            table: &each.iter,
            second: second.filter(|second| !bound.contains(second)),
            value: Some(value),
        })
    }

    fn call(&mut self, call: &'a ast::ExprCall) {
        // `setattr(self, "name", value)` sets one name that is written.
        let is_written = matches!(call.arguments.args.get(1), Some(Expr::StringLiteral(_)));
        match &*call.func {
            Expr::Name(name) => match name.id.as_str() {
                // A name that is a parameter is set only when the function is called.
                "setattr" => {
                    let is_chosen = matches!(call.arguments.args.get(1), Some(Expr::Name(name)) if self.chosen.contains(&name.id.as_str()));
                    if !is_written && !is_chosen {
                        match self.set_loop(call) {
                            Some(set) => self.computed.push(set),
                            None => self.namespace = true,
                        }
                    }
                }
                "exec" => self.namespace = true,
                // In a function, `locals()` and `globals()` do not concern the class.
                "locals" | "globals" => self.namespace |= self.functions == 0,
                _ => {}
            },
            Expr::Attribute(attribute) if attribute.attr.as_str() == "__setattr__" => {
                self.namespace |= !is_written;
            }
            _ => {}
        }
    }
}

/// Every name that is bound in a body.
fn bound_names(body: &[Stmt]) -> Vec<&str> {
    struct BoundNames<'a>(Vec<&'a str>);
    impl<'a> Visitor<'a> for BoundNames<'a> {
        fn visit_expr(&mut self, expression: &'a Expr) {
            if let Expr::Name(name) = expression
                && !name.ctx.is_load()
            {
                self.0.push(name.id.as_str());
            }
            visitor::walk_expr(self, expression);
        }
    }
    let mut names = BoundNames(Vec::new());
    body.iter().for_each(|statement| names.visit_stmt(statement));
    names.0
}

/// Whether an expression is the namespace of an object: `self.__dict__`, `vars(self)`.
fn is_dict(expression: &Expr) -> bool {
    match expression {
        Expr::Attribute(attribute) => attribute.attr.as_str() == "__dict__" && attribute.value.is_name_expr(),
        Expr::Call(call) => {
            matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "vars")
                && !call.arguments.args.is_empty()
        }
        _ => false,
    }
}

/// Whether a setting of pydantic lets a model have any field.
fn allows_any(value: &Expr) -> bool {
    match value {
        Expr::StringLiteral(text) => text.value.to_str() == "allow",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "allow",
        // A computed setting may allow it.
        _ => true,
    }
}

struct Yields(bool);

impl<'a> Visitor<'a> for Yields {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if !matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            visitor::walk_stmt(self, statement);
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Yield(_) | Expr::YieldFrom(_) => self.0 = true,
            Expr::Lambda(_) => {}
            _ => visitor::walk_expr(self, expression),
        }
    }
}

/// The table of a `__getattr__` that looks names up in one table and raises `AttributeError` otherwise.
pub(super) fn lookup_table(body: &[Stmt]) -> Option<String> {
    let mut search = Lookup::default();
    body.iter().for_each(|statement| search.visit_stmt(statement));
    (search.raises && search.tables.len() == 1)
        .then(|| search.tables.pop())
        .flatten()
}

#[derive(Default)]
struct Lookup {
    tables: Vec<String>,
    raises: bool,
}

impl Lookup {
    fn add(&mut self, table: &Expr) {
        let name = match table {
            Expr::Name(name) => name.id.to_string(),
            Expr::Attribute(attribute) => attribute.attr.to_string(),
            _ => return,
        };
        if !self.tables.contains(&name) {
            self.tables.push(name);
        }
    }
}

impl<'a> Visitor<'a> for Lookup {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::Raise(raise) = statement {
            let raised = match raise.exc.as_deref() {
                Some(Expr::Call(call)) => Some(&*call.func),
                other => other,
            };
            self.raises |= matches!(raised, Some(Expr::Name(name)) if name.id.as_str() == "AttributeError");
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            // `table.get(name)`
            Expr::Call(call) => {
                if let Expr::Attribute(attribute) = &*call.func
                    && attribute.attr.as_str() == "get"
                    && let Some(Expr::Name(_)) = call.arguments.args.first()
                {
                    self.add(&attribute.value);
                }
            }
            // `table[name]`
            Expr::Subscript(subscript) if matches!(&*subscript.slice, Expr::Name(_)) => {
                self.add(&subscript.value);
            }
            // `name in table`
            Expr::Compare(compare) => {
                if let ([ast::CmpOp::In | ast::CmpOp::NotIn], [table]) =
                    (&*compare.ops, &*compare.comparators)
                {
                    self.add(table);
                }
            }
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}

/// The function of a body that is the only one of its name.
pub(super) fn find_function<'a>(body: &'a [Stmt], name: &str) -> Option<&'a ast::StmtFunctionDef> {
    let mut found = body.iter().filter_map(|statement| match statement {
        Stmt::FunctionDef(function) if function.name.as_str() == name => Some(function),
        _ => None,
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The literal table that a body assigns to `name`.
pub(super) fn find_table<'a>(body: &'a [Stmt], name: &str) -> Option<&'a ast::ExprDict> {
    find_value(body, name)?.as_dict_expr()
}

/// What a body assigns to `name` first.
pub(super) fn find_value<'a>(body: &'a [Stmt], name: &str) -> Option<&'a Expr> {
    let is_name = |target: &Expr| matches!(target, Expr::Name(target) if target.id.as_str() == name);
    body.iter().find_map(|statement| match statement {
        Stmt::Assign(assign) if assign.targets.iter().any(is_name) => Some(&*assign.value),
        Stmt::AnnAssign(assign) if is_name(&assign.target) => assign.value.as_deref(),
        _ => None,
    })
}

/// Whether a module mentions `sys.modules`, `__path__` or an import hook.
pub(super) fn rewires(body: &[Stmt]) -> bool {
    let mut search = Rewires(false);
    body.iter().for_each(|statement| search.visit_stmt(statement));
    search.0
}

struct Rewires(bool);

impl<'a> Visitor<'a> for Rewires {
    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Attribute(attribute) => {
                self.0 |= matches!(attribute.attr.as_str(), "modules" | "meta_path" | "extend_path");
            }
            Expr::Name(name) => self.0 |= name.id.as_str() == "__path__",
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}
