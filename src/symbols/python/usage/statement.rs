//! Statements of a block in order, with what they bind.

use super::super::ty::{Lookup, Ty};
use super::expression::either_of;
use super::narrow::instance_of;
use super::{DEPTH, TypesByName, Walker};
use crate::symbols::reference::{Outcome, SymbolKind, Undecided};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::Ranged;

/// How deep loops are nested whose bodies are read twice.
const MAX_LOOPS: usize = 3;

impl<'a> Walker<'a> {
    pub(super) fn body(&mut self, body: &'a [Stmt]) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::Assign(assign) => {
                let value = self.eval(&assign.value);
                for target in &assign.targets {
                    self.assign(target, value.clone());
                }
            }
            Stmt::AnnAssign(assign) => {
                let declared = self.annotated(&assign.annotation);
                self.eval(&assign.annotation);
                let value = assign.value.as_deref().map(|value| self.eval(value));
                let ty = match value {
                    Some(value) if value.is_of_package() => value,
                    _ => declared,
                };
                self.assign(&assign.target, ty);
            }
            Stmt::AugAssign(assign) => {
                self.eval(&assign.value);
                self.assign(&assign.target, Ty::Unknown);
            }
            Stmt::Expr(expression) => {
                self.eval(&expression.value);
            }
            Stmt::Return(returned) => {
                if let Some(value) = &returned.value {
                    self.eval(value);
                }
            }
            Stmt::Raise(raise) => {
                for value in [&raise.exc, &raise.cause].into_iter().flatten() {
                    self.eval(value);
                }
            }
            Stmt::Assert(assert) => {
                self.eval(&assert.test);
                // What an assertion says holds from here on.
                let _ = self.narrow(&assert.test);
            }
            Stmt::Delete(delete) => {
                for target in &delete.targets {
                    if let Expr::Name(name) = target {
                        self.bind(name.id.as_str(), Ty::Unknown);
                    }
                }
            }
            Stmt::If(branch) => self.branch(branch),
            Stmt::For(each) => {
                let iterated = self.eval(&each.iter);
                let item = self.release.each(&iterated, each.is_async, DEPTH);
                self.repeat(&each.body, |walker| walker.assign(&each.target, item.clone()));
                self.body(&each.orelse);
            }
            Stmt::While(each) => {
                let guard = self.enter_test(&each.test);
                self.repeat(&each.body, |_| {});
                self.leave_test(guard);
                self.body(&each.orelse);
            }
            Stmt::With(with) => {
                for item in &with.items {
                    let manager = self.eval(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        let entered = self.release.entered(&manager, with.is_async, DEPTH);
                        self.assign(target, entered);
                    }
                }
                let is_guarded = with
                    .items
                    .iter()
                    .any(|item| is_expected_failure(&item.context_expr));
                self.guard_depth += usize::from(is_guarded);
                self.body(&with.body);
                self.guard_depth -= usize::from(is_guarded);
            }
            Stmt::Try(attempt) => self.attempt(attempt),
            Stmt::Match(choice) => self.choice(choice),
            Stmt::FunctionDef(function) => self.define(function),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::Global(global) => self.globals.extend(global.names.iter().map(ToString::to_string)),
            Stmt::TypeAlias(alias) => {
                let ty = self.annotated(&alias.value);
                self.assign(&alias.name, Ty::Form(Box::new(ty)));
            }
            _ => {}
        }
    }

    fn import(&mut self, import: &'a ast::StmtImport) {
        for alias in &import.names {
            let full = alias.name.as_str();
            let found = self.import_module(&alias.name, alias.name.range(), SymbolKind::Import, "");
            if let Some(Ty::Module(_)) = &found
                && self.release.owned_root(full).is_some()
            {
                self.record(
                    alias.name.range(),
                    SymbolKind::Import,
                    full.to_owned(),
                    Outcome::Found,
                );
            }
            match (&alias.asname, found) {
                (Some(name), found) => {
                    let ty = found.unwrap_or_else(|| Ty::External(full.to_owned()));
                    self.bind(name.as_str(), ty);
                }
                (None, found) => {
                    let root = full.split('.').next().unwrap_or(full);
                    let ty = match found {
                        Some(_) if self.release.is_known(root) => Ty::Module(root.to_owned()),
                        Some(_) => Ty::Unknown,
                        None => Ty::External(root.to_owned()),
                    };
                    // `import a.b` after `import a.c` adds to what `a` has.
                    self.bind(root, ty);
                }
            }
        }
    }

    fn import_from(&mut self, import: &'a ast::StmtImportFrom) {
        let written = import.module.as_ref();
        let module = written.map_or("", |module| module.as_str());
        for alias in &import.names {
            let name = alias.name.as_str();
            let bound = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
            if name == "*" {
                self.import_all(module);
                continue;
            }
            let range = alias.name.range();
            if import.level > 0 {
                self.bind(bound, Ty::Unknown);
                continue;
            }
            let imported =
                written.and_then(|written| self.import_module(written, range, SymbolKind::From, name));
            let ty = match imported {
                None => Ty::External(format!("{module}.{name}")),
                Some(Ty::Module(_)) => self.imported_name(module, name, range),
                Some(other) => other,
            };
            self.bind(bound, ty);
        }
    }

    /// `from MODULE import *` binds what the module has.
    fn import_all(&mut self, module: &str) {
        if self.release.owned_root(module).is_none() {
            return;
        }
        for name in self.release.names_of(module) {
            if let Lookup::Found(ty) = self.release.name(module, &name) {
                self.bind(&name, ty);
            }
        }
    }

    fn imported_name(&mut self, module: &str, name: &str, range: ruff_text_size::TextRange) -> Ty {
        let symbol = format!("{module}.{name}");
        let found = self.release.name(module, name);
        let outcome = match &found {
            Lookup::Found(_) => Outcome::Found,
            Lookup::Unknown(Undecided::NotOwned) => return Ty::External(symbol),
            Lookup::Unknown(why) => Outcome::Undecided(*why),
            Lookup::Missing => Outcome::Missing {
                candidates: match self.is_recording_off {
                    true => Vec::new(),
                    false => self.release.names_of(module).into_iter().collect(),
                },
                module: None,
            },
        };
        let ty = match &found {
            Lookup::Found(ty) => Some(ty),
            _ => None,
        };
        self.record_found(range, SymbolKind::From, symbol, outcome, ty);
        match found {
            Lookup::Found(ty) => ty,
            Lookup::Missing => Ty::Unknown,
            Lookup::Unknown(_) => Ty::UnknownOfPackage,
        }
    }

    /// Bind a target to a value.
    pub(super) fn assign(&mut self, target: &'a Expr, value: Ty) {
        match target {
            Expr::Name(name) => self.bind(name.id.as_str(), value),
            Expr::Tuple(tuple) => self.unpack(&tuple.elts, &value),
            Expr::List(list) => self.unpack(&list.elts, &value),
            Expr::Starred(starred) => self.assign(&starred.value, Ty::Unknown),
            Expr::Attribute(attribute) => {
                if let Expr::Name(base) = &*attribute.value
                    && let Some((receiver, known)) = self.receivers.last_mut()
                    && base.id.as_str() == receiver
                {
                    let types = known.entry(attribute.attr.to_string()).or_default();
                    if !types.contains(&value) && value != Ty::None {
                        types.push(value);
                    }
                    return;
                }
                self.eval(&attribute.value);
            }
            Expr::Subscript(subscript) => {
                self.eval(&subscript.value);
                self.eval(&subscript.slice);
            }
            _ => {}
        }
    }

    fn unpack(&mut self, targets: &'a [Expr], value: &Ty) {
        for (index, target) in targets.iter().enumerate() {
            let ty = match value {
                Ty::Tuple(parts) if parts.len() == targets.len() => {
                    parts.get(index).cloned().unwrap_or(Ty::Unknown)
                }
                Ty::Items(inner, false) => (**inner).clone(),
                Ty::UnknownOfPackage => Ty::UnknownOfPackage,
                _ => Ty::Unknown,
            };
            self.assign(target, ty);
        }
    }

    fn branch(&mut self, branch: &'a ast::StmtIf) {
        self.eval(&branch.test);
        let mut before = self.scopes.last().cloned().unwrap_or_default();
        let guard = self.narrow(&branch.test);
        // `isinstance` tells nothing about the other branches; after other tests, the type of the tested value is
        // unknown.
        before.extend(guard.lost());
        let guard_depth = self.guard_depth;
        let mut ends: Vec<TypesByName> = Vec::new();
        self.body(&branch.body);
        self.leave_test(guard);
        let end = self.scopes.last().cloned().unwrap_or_default();
        if !leaves(&branch.body) {
            ends.push(end);
        }
        let mut has_else = false;
        for clause in &branch.elif_else_clauses {
            self.replace_scope(before.clone());
            has_else |= clause.test.is_none();
            let guard = clause.test.as_ref().map(|test| self.enter_test(test));
            // The `else` branch of a test for a version or an attribute is guarded as well.
            let is_guarded = guard_depth > self.guard_depth;
            self.guard_depth += usize::from(is_guarded);
            self.body(&clause.body);
            self.guard_depth -= usize::from(is_guarded);
            if let Some(guard) = guard {
                self.leave_test(guard);
            }
            if !leaves(&clause.body) {
                ends.push(self.scopes.last().cloned().unwrap_or_default());
            }
        }
        if !has_else {
            ends.push(before.clone());
        }
        let joined = ends.into_iter().reduce(join).unwrap_or(before);
        self.replace_scope(joined);
    }

    fn replace_scope(&mut self, names: TypesByName) {
        if let Some(scope) = self.scopes.last_mut() {
            *scope = names;
        }
    }

    /// The body of a loop: what it binds is known at its start too.
    fn repeat(&mut self, body: &'a [Stmt], mut start: impl FnMut(&mut Self)) {
        let before = self.scopes.last().cloned().unwrap_or_default();
        self.nesting += 1;
        if self.nesting <= MAX_LOOPS {
            let was_off = std::mem::replace(&mut self.is_recording_off, true);
            let pending = self.pending.last().map_or(0, Vec::len);
            start(self);
            self.body(body);
            if let Some(last) = self.pending.last_mut() {
                last.truncate(pending);
            }
            self.is_recording_off = was_off;
            let after = self.scopes.last().cloned().unwrap_or_default();
            self.replace_scope(join(before.clone(), after));
        }
        start(self);
        self.body(body);
        self.nesting -= 1;
        let after = self.scopes.last().cloned().unwrap_or_default();
        self.replace_scope(join(before, after));
    }

    fn attempt(&mut self, attempt: &'a ast::StmtTry) {
        let before = self.scopes.last().cloned().unwrap_or_default();
        let is_guarded = attempt.handlers.iter().any(catches_missing);
        self.guard_depth += usize::from(is_guarded);
        self.body(&attempt.body);
        self.guard_depth -= usize::from(is_guarded);
        let after = self.scopes.last().cloned().unwrap_or_default();
        self.body(&attempt.orelse);
        let mut ends = vec![self.scopes.last().cloned().unwrap_or_default()];
        for ast::ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
            self.replace_scope(join(before.clone(), after.clone()));
            let caught = match &handler.type_ {
                Some(class) => {
                    let ty = self.eval(class);
                    instance_of(ty)
                }
                None => Ty::Unknown,
            };
            if let Some(name) = &handler.name {
                self.bind_local(name.as_str(), caught);
            }
            self.guard_depth += usize::from(is_guarded);
            self.body(&handler.body);
            self.guard_depth -= usize::from(is_guarded);
            if !leaves(&handler.body) {
                ends.push(self.scopes.last().cloned().unwrap_or_default());
            }
        }
        let joined = ends.into_iter().reduce(join).unwrap_or_default();
        self.replace_scope(joined);
        self.body(&attempt.finalbody);
    }

    /// A name that exists only inside of a statement: it is not carried into other blocks.
    fn bind_local(&mut self, name: &str, ty: Ty) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_owned(), ty);
        }
    }

    fn choice(&mut self, choice: &'a ast::StmtMatch) {
        self.eval(&choice.subject);
        let before = self.scopes.last().cloned().unwrap_or_default();
        for case in &choice.cases {
            self.replace_scope(before.clone());
            // Patterns take values apart; what they bind is unknown, and so is the subject.
            if let Expr::Name(name) = &*choice.subject {
                self.bind_local(name.id.as_str(), Ty::Unknown);
            }
            for name in pattern_names(&case.pattern) {
                self.bind_local(name, Ty::Unknown);
            }
            if let Some(guard) = &case.guard {
                self.eval(guard);
            }
            self.body(&case.body);
        }
        self.replace_scope(before);
    }

    fn define(&mut self, function: &'a ast::StmtFunctionDef) {
        for decorator in &function.decorator_list {
            self.eval(&decorator.expression);
        }
        for parameter in function.parameters.iter_non_variadic_params() {
            if let Some(default) = &parameter.default {
                self.eval(default);
            }
            if let Some(annotation) = &parameter.parameter.annotation {
                self.eval(annotation);
            }
        }
        if let Some(returns) = &function.returns {
            self.eval(returns);
        }
        self.bind(function.name.as_str(), Ty::Unknown);
        if let Some(pending) = self.pending.last_mut() {
            pending.push(function);
        }
    }

    /// The bodies of the functions of a scope, which run when it is complete.
    pub(super) fn run_pending(&mut self) {
        let functions = self.pending.last_mut().map(std::mem::take).unwrap_or_default();
        for function in functions {
            self.function(function);
        }
    }

    fn function(&mut self, function: &'a ast::StmtFunctionDef) {
        let globals = std::mem::take(&mut self.globals);
        let guard_depth = self.guard_depth;
        self.scopes.push(TypesByName::new());
        self.pending.push(Vec::new());
        self.bind_parameters(&function.parameters);
        self.body(&function.body);
        self.run_pending();
        self.pending.pop();
        self.scopes.pop();
        self.guard_depth = guard_depth;
        self.globals = globals;
    }

    pub(super) fn bind_parameters(&mut self, parameters: &'a ast::Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            let ty = match &parameter.parameter.annotation {
                Some(annotation) => self.annotated(annotation),
                None => Ty::Unknown,
            };
            self.bind_local(parameter.parameter.name.as_str(), ty);
        }
        for variadic in [&parameters.vararg, &parameters.kwarg].into_iter().flatten() {
            self.bind_local(variadic.name.as_str(), Ty::Unknown);
        }
    }

    /// A class of the document: what its methods set on `self` is known in all of them.
    fn class(&mut self, class: &'a ast::StmtClassDef) {
        for decorator in &class.decorator_list {
            self.eval(&decorator.expression);
        }
        if let Some(arguments) = &class.arguments {
            for base in &arguments.args {
                self.eval(base);
            }
            for keyword in &arguments.keywords {
                self.eval(&keyword.value);
            }
        }
        self.scopes.push(TypesByName::new());
        self.pending.push(Vec::new());
        self.body(&class.body);
        let methods = self.pending.pop().unwrap_or_default();
        // The names of the body are not seen in methods.
        self.scopes.pop();
        self.bind(class.name.as_str(), Ty::Unknown);
        let mut known = std::collections::BTreeMap::new();
        let was_off = self.is_recording_off;
        self.nesting += 1;
        for is_report in [false, true] {
            self.is_recording_off = was_off || !is_report;
            // Classes in methods of classes are read once.
            if !is_report && self.nesting > MAX_LOOPS {
                continue;
            }
            for method in &methods {
                let first = method.parameters.iter_non_variadic_params().next();
                let receiver = first
                    .map(|first| first.parameter.name.to_string())
                    .unwrap_or_default();
                self.receivers.push((receiver, std::mem::take(&mut known)));
                self.function(method);
                known = self.receivers.pop().map(|(_, known)| known).unwrap_or_default();
            }
        }
        self.nesting -= 1;
        self.is_recording_off = was_off;
    }
}

/// Join the types of names where two branches meet.
fn join(first: TypesByName, second: TypesByName) -> TypesByName {
    let mut joined = first;
    for (name, ty) in second {
        match joined.remove(&name) {
            Some(before) if before == ty => joined.insert(name, ty),
            Some(before) => joined.insert(name, either_of(before, ty)),
            None => joined.insert(name, ty),
        };
    }
    joined
}

/// Whether control flow never reaches the end of a block.
fn leaves(body: &[Stmt]) -> bool {
    match body.last() {
        Some(Stmt::Return(_) | Stmt::Raise(_) | Stmt::Continue(_) | Stmt::Break(_)) => true,
        Some(Stmt::Expr(expression)) => matches!(&*expression.value, Expr::Call(call) if match &*call.func {
            Expr::Name(name) => matches!(name.id.as_str(), "exit" | "quit"),
            Expr::Attribute(attribute) => attribute.attr.as_str() == "exit",
            _ => false,
        }),
        _ => false,
    }
}

/// Whether a handler catches that a name does not exist.
fn catches_missing(handler: &ast::ExceptHandler) -> bool {
    let ast::ExceptHandler::ExceptHandler(handler) = handler;
    fn is_missing(class: &Expr) -> bool {
        match class {
            Expr::Name(name) => matches!(
                name.id.as_str(),
                "ImportError" | "ModuleNotFoundError" | "AttributeError" | "TypeError" | "NameError"
            ),
            Expr::Tuple(tuple) => tuple.elts.iter().any(is_missing),
            _ => false,
        }
    }
    handler.type_.as_deref().is_none_or(is_missing)
}

/// `pytest.raises(AttributeError)`, `suppress(ImportError)`.
fn is_expected_failure(manager: &Expr) -> bool {
    let Expr::Call(call) = manager else { return false };
    let name = match &*call.func {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    matches!(name, "raises" | "suppress" | "assertRaises")
}

fn pattern_names(pattern: &ast::Pattern) -> Vec<&str> {
    struct PatternNames<'a>(Vec<&'a str>);
    impl<'a> ast::visitor::Visitor<'a> for PatternNames<'a> {
        fn visit_pattern(&mut self, pattern: &'a ast::Pattern) {
            match pattern {
                ast::Pattern::MatchAs(as_) => self.0.extend(as_.name.as_ref().map(|name| name.as_str())),
                ast::Pattern::MatchStar(star) => self.0.extend(star.name.as_ref().map(|name| name.as_str())),
                ast::Pattern::MatchMapping(mapping) => {
                    self.0.extend(mapping.rest.as_ref().map(|name| name.as_str()));
                }
                _ => {}
            }
            ast::visitor::walk_pattern(self, pattern);
        }
    }
    let mut search = PatternNames(Vec::new());
    ast::visitor::Visitor::visit_pattern(&mut search, pattern);
    search.0
}
