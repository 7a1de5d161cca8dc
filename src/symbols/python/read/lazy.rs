//! Which names a `__getattr__` knows, when they are all written: compared one by one, or keys of literal tables.

use super::super::summary::{Def, Expr as Summary};
use super::body::{self, Returns};
use super::expression::{self, Scope};
use super::{ModuleReader, class};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, CmpOp, Expr, Stmt};
use std::collections::BTreeMap;

/// Names with what they are.
type DefsByName = BTreeMap<String, Def>;

impl ModuleReader<'_> {
    /// The names that a `__getattr__` knows; `None` for one that may know any name. `around` is the body that holds it.
    pub(super) fn lazy_names(&self, function: &ast::StmtFunctionDef, around: &[Stmt]) -> Option<DefsByName> {
        self.compared_names(function, around)
            .or_else(|| self.looked_up_names(&function.body, around))
    }

    /// The names of one literal table in which names are looked up, when `AttributeError` is raised otherwise.
    fn looked_up_names(&self, function: &[Stmt], around: &[Stmt]) -> Option<DefsByName> {
        let name = body::lookup_table(function)?;
        if is_changed(around, &name) {
            return None;
        }
        let table = body::find_table(around, &name)?;
        Some(self.rows(class::table_rows(table)?))
    }

    /// The names for which something is returned, when `AttributeError` is raised at the end.
    fn compared_names(&self, function: &ast::StmtFunctionDef, around: &[Stmt]) -> Option<DefsByName> {
        let parameter = function.parameters.iter_non_variadic_params().last()?;
        let search = GetattrSearch {
            reader: self,
            parameter: parameter.parameter.name.as_str(),
            function: &function.body,
            around,
        };
        let mut names = DefsByName::new();
        for statement in &function.body {
            match statement {
                Stmt::Raise(raise) => return is_attribute_error(raise).then_some(names),
                Stmt::If(branch) if branch.elif_else_clauses.is_empty() && raises(&branch.body) => {
                    if let Some(table) = search.excluded(&branch.test) {
                        names.extend(table);
                        return Some(names);
                    }
                }
                Stmt::If(branch) => {
                    let clauses = branch.elif_else_clauses.iter();
                    let clauses = clauses.map(|clause| (clause.test.as_ref(), clause.body.as_slice()));
                    for (test, block) in
                        std::iter::once((Some(&*branch.test), branch.body.as_slice())).chain(clauses)
                    {
                        if returns(block) {
                            names.extend(search.of_branch(test?, block)?);
                        }
                    }
                }
                _ if returns(std::slice::from_ref(statement)) => return None,
                _ => {}
            }
        }
        // Without an error at the end every other name is `None`.
        None
    }

    /// What a `__getattr__` gives that may know any name: for names that it compares one by one, and for all others.
    /// No values when they are not known.
    pub(super) fn computed_values(&self, function: &ast::StmtFunctionDef) -> (DefsByName, Vec<Summary>) {
        let Some(parameter) = function.parameters.iter_non_variadic_params().last() else {
            return (DefsByName::new(), Vec::new());
        };
        let search = GetattrSearch {
            reader: self,
            parameter: parameter.parameter.name.as_str(),
            function: &function.body,
            around: &[],
        };
        let locals = self.locals(function, true);
        let value = |returned: &Expr| {
            search
                .same(returned, &locals)
                .unwrap_or_else(|| expression::read(returned, &locals))
        };
        let given = |block: &[Stmt]| -> Vec<Summary> {
            let mut returns = Returns(Vec::new());
            block.iter().for_each(|statement| returns.visit_stmt(statement));
            let values = returns.0.into_iter();
            values.map(|given| given.map_or(Summary::None, &value)).collect()
        };
        let mut names = DefsByName::new();
        let mut values = Vec::new();
        for statement in &function.body {
            match statement {
                Stmt::If(branch)
                    if branch.elif_else_clauses.is_empty() && search.is_private(&branch.test) => {}
                // `if name == "bulk": return Bulk()`
                Stmt::If(branch) if branch.elif_else_clauses.is_empty() && is_whole(branch) => {
                    let def = Def::Value(None, Some(Summary::Either(given(&branch.body))));
                    match search.tested(&branch.test) {
                        Some(tested) => names.extend(tested.into_keys().map(|name| (name, def.clone()))),
                        None => values.extend(given(&branch.body)),
                    }
                }
                _ => values.extend(given(std::slice::from_ref(statement))),
            }
        }
        let is_known = |value: &Summary| !matches!(value, Summary::Unknown);
        if function.is_async || !function.decorator_list.is_empty() || !values.iter().all(is_known) {
            values.clear();
        }
        (names, values)
    }

    fn rows(&self, rows: Vec<(String, Option<String>, String)>) -> DefsByName {
        let def = |module: Option<String>, name: &str| match module {
            Some(module) => self.relative(&module, name),
            None => Def::Value(None, None),
        };
        rows.into_iter()
            .map(|(key, module, name)| (key, def(module, &name)))
            .collect()
    }
}

/// A search in one `__getattr__`.
struct GetattrSearch<'s, 'a> {
    reader: &'s ModuleReader<'a>,
    parameter: &'s str,
    function: &'s [Stmt],
    around: &'s [Stmt],
}

impl GetattrSearch<'_, '_> {
    /// `getattr(self.inner, name)`
    fn same(&self, value: &Expr, locals: &Scope<'_>) -> Option<Summary> {
        let Expr::Call(call) = value else { return None };
        let is_getattr = matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "getattr");
        match &*call.arguments.args {
            [of, name] if is_getattr && self.is_parameter(name) && call.arguments.keywords.is_empty() => {
                Some(Summary::Same(Box::new(expression::read(of, locals))))
            }
            _ => None,
        }
    }

    /// `name.startswith("_")`
    fn is_private(&self, test: &Expr) -> bool {
        let Expr::Call(call) = test else { return false };
        let is_start = matches!(&*call.func, Expr::Attribute(attribute)
            if attribute.attr.as_str() == "startswith" && self.is_parameter(&attribute.value));
        is_start
            && matches!(&*call.arguments.args, [Expr::StringLiteral(start)] if start.value.to_str().starts_with('_'))
    }

    fn is_parameter(&self, expression: &Expr) -> bool {
        matches!(expression, Expr::Name(name) if name.id.as_str() == self.parameter)
    }

    /// The names for which a branch runs, each with what the branch imports and returns.
    fn of_branch(&self, test: &Expr, block: &[Stmt]) -> Option<DefsByName> {
        let mut names = self.tested(test)?;
        if let Some(def) = self.returned_import(block) {
            for known in names.values_mut() {
                *known = def.clone();
            }
        }
        Some(names)
    }

    /// The names for which a test may be true.
    fn tested(&self, test: &Expr) -> Option<DefsByName> {
        match test {
            Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators) {
                ([CmpOp::Eq], [value]) if self.is_parameter(&compare.left) => text(value),
                ([CmpOp::In], [table]) if self.is_parameter(&compare.left) => self.table(table),
                _ => None,
            },
            Expr::BoolOp(both) if both.op == ast::BoolOp::And => {
                both.values.iter().find_map(|value| self.tested(value))
            }
            Expr::BoolOp(either) => {
                let mut names = DefsByName::new();
                for value in &either.values {
                    names.extend(self.tested(value)?);
                }
                Some(names)
            }
            _ => None,
        }
    }

    /// The names for which a test is false: `name not in TABLE`.
    fn excluded(&self, test: &Expr) -> Option<DefsByName> {
        let Expr::Compare(compare) = test else { return None };
        match (&*compare.ops, &*compare.comparators) {
            ([CmpOp::NotEq], [value]) if self.is_parameter(&compare.left) => text(value),
            ([CmpOp::NotIn], [table]) if self.is_parameter(&compare.left) => self.table(table),
            _ => None,
        }
    }

    /// The keys of a table: a literal, or the name of one in the function or around it that nothing changes.
    fn table(&self, table: &Expr) -> Option<DefsByName> {
        let name = match table {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) if attribute.value.is_name_expr() => attribute.attr.as_str(),
            literal => return self.literal(literal),
        };
        [self.function, self.around].into_iter().find_map(|body| {
            let value = body::find_value(body, name)?;
            (!is_changed(body, name)).then(|| self.literal(value)).flatten()
        })
    }

    fn literal(&self, value: &Expr) -> Option<DefsByName> {
        match value {
            Expr::Dict(dict) => {
                let mut rows = class::table_rows(dict)?;
                for (_, module, _) in &mut rows {
                    // A text that is not a path may mean anything.
                    *module = module.take().filter(|module| module.contains('.'));
                }
                Some(self.reader.rows(rows))
            }
            Expr::List(ast::ExprList { elts, .. })
            | Expr::Tuple(ast::ExprTuple { elts, .. })
            | Expr::Set(ast::ExprSet { elts, .. }) => {
                let mut names = DefsByName::new();
                for element in elts {
                    names.extend(text(element)?);
                }
                Some(names)
            }
            Expr::Call(call) => {
                let is_copy = matches!(&*call.func, Expr::Name(name)
                    if matches!(name.id.as_str(), "frozenset" | "set" | "tuple" | "list" | "dict"));
                match &*call.arguments.args {
                    [only] if is_copy && call.arguments.keywords.is_empty() => self.literal(only),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What a branch imports and returns: `from .part import Client; return Client`.
    fn returned_import(&self, block: &[Stmt]) -> Option<Def> {
        let Some(Stmt::Return(returned)) = block.last() else {
            return None;
        };
        let Some(Expr::Name(name)) = returned.value.as_deref() else {
            return None;
        };
        block.iter().find_map(|statement| {
            let Stmt::ImportFrom(import) = statement else {
                return None;
            };
            let is_it = |alias: &&ast::Alias| {
                alias.asname.as_ref().unwrap_or(&alias.name).as_str() == name.id.as_str()
            };
            let alias = import.names.iter().find(is_it)?;
            Some(Def::From(self.reader.absolute(import)?, alias.name.to_string()))
        })
    }
}

fn text(value: &Expr) -> Option<DefsByName> {
    match value {
        Expr::StringLiteral(text) => Some(DefsByName::from([(
            text.value.to_str().to_owned(),
            Def::Value(None, None),
        )])),
        _ => None,
    }
}

/// Whether a branch is all that happens for the names that it tests for: it has no other condition, and it returns.
fn is_whole(branch: &ast::StmtIf) -> bool {
    let is_equal = |test: &Expr| test.is_compare_expr();
    let is_plain = match &*branch.test {
        Expr::BoolOp(either) => either.op == ast::BoolOp::Or && either.values.iter().all(is_equal),
        test => is_equal(test),
    };
    is_plain && matches!(branch.body.last(), Some(Stmt::Return(_)))
}

fn returns(block: &[Stmt]) -> bool {
    let mut returns = Returns(Vec::new());
    block.iter().for_each(|statement| returns.visit_stmt(statement));
    !returns.0.is_empty()
}

fn raises(block: &[Stmt]) -> bool {
    matches!(block.last(), Some(Stmt::Raise(raise)) if is_attribute_error(raise)) && !returns(block)
}

fn is_attribute_error(raise: &ast::StmtRaise) -> bool {
    let raised = match raise.exc.as_deref() {
        Some(Expr::Call(call)) => Some(&*call.func),
        other => other,
    };
    matches!(raised, Some(Expr::Name(name)) if name.id.as_str() == "AttributeError")
}

/// Whether anything in a body changes a table after it was made, or may.
pub(super) fn is_changed(body: &[Stmt], name: &str) -> bool {
    struct Changes<'n> {
        name: &'n str,
        bindings: usize,
        is_changed: bool,
    }
    impl Changes<'_> {
        fn is_it(&self, expression: &Expr) -> bool {
            match expression {
                Expr::Name(name) => name.id.as_str() == self.name,
                Expr::Attribute(attribute) => attribute.attr.as_str() == self.name,
                _ => false,
            }
        }
    }
    impl<'a> Visitor<'a> for Changes<'_> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            if let Stmt::AugAssign(assign) = statement {
                self.is_changed |= self.is_it(&assign.target);
            }
            visitor::walk_stmt(self, statement);
        }

        fn visit_expr(&mut self, expression: &'a Expr) {
            match expression {
                Expr::Subscript(subscript) if !subscript.ctx.is_load() => {
                    self.is_changed |= self.is_it(&subscript.value);
                }
                Expr::Attribute(attribute) if self.is_it(&attribute.value) => {
                    self.is_changed |=
                        !matches!(attribute.attr.as_str(), "get" | "keys" | "items" | "values");
                }
                Expr::Name(name) if !name.ctx.is_load() => {
                    self.bindings += usize::from(self.is_it(expression));
                }
                _ => {}
            }
            visitor::walk_expr(self, expression);
        }
    }
    let mut changes = Changes {
        name,
        bindings: 0,
        is_changed: false,
    };
    body.iter().for_each(|statement| changes.visit_stmt(statement));
    changes.is_changed || changes.bindings > 1
}
