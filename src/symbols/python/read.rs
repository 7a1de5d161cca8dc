//! Read the source of a module into a summary. Nothing is imported or run.
//!
//! Names in `if`, `try`, `with` and loops count as much as others: which branch runs depends on the machine.

mod body;
mod class;
mod computed;
mod decorator;
mod expression;
mod forward;
mod function;
mod lazy;

use super::source::parse_module;
use super::summary::{Class, Def, Expr, Function, Module, Open};
use crate::lang::limits;
use expression::Scope;
use ruff_python_ast::{self as ast, Stmt};
use std::collections::BTreeSet;

/// Read a module. `name` is its full name, `is_package` whether it is an `__init__`. `None` when the source does not
/// parse, as Python 2 and templates do not.
#[must_use]
pub fn read(source: &str, name: &str, is_package: bool) -> Option<Module> {
    if source.len() > MAX_BYTES
        || longest_part(source) > MAX_PART
        || limits::is_deeper(source, limits::MAX_DEPTH)
    {
        return None;
    }
    let bytes = longest_part(source).saturating_mul(2);
    limits::catch_parser_panic(|| limits::with_stack(bytes, || read_module(source, name, is_package)))
        .flatten()
}

/// The largest source file that is read, in bytes. Generated clients have a million.
const MAX_BYTES: usize = 4 << 20;

/// The most bytes from one definition to the next: an expression is nested at most as deep as it is long.
const MAX_PART: usize = 128 * 1024;

/// The most bytes without a line that starts a function, a class or a decorator. No expression goes on over such a line.
fn longest_part(source: &str) -> usize {
    let mut longest = 0;
    let mut part = 0;
    for line in source.split_inclusive('\n') {
        let text = line.trim_start_matches([' ', '\t']);
        if text.starts_with("def ")
            || text.starts_with("class ")
            || text.starts_with('@')
            || text.starts_with("async def ")
        {
            part = 0;
        }
        part += line.len();
        longest = longest.max(part);
    }
    longest
}

fn read_module(source: &str, name: &str, is_package: bool) -> Option<Module> {
    let tree = parse_module(source)?;
    let mut reader = ModuleReader {
        name,
        package: package_of(name, is_package),
        top: &tree.body,
        module: Module::default(),
    };
    reader.module_body(&tree.body);
    reader.module.exports = exports(source, &tree.body);
    reader.module.rewires = body::rewires(&tree.body);
    let patches = body::patches(&tree.body);
    reader.module.patches = patches.names;
    for class in &mut reader.module.classes {
        if patches.computed.contains(&class.name) {
            class.open = Some(Open::Computed);
        }
    }
    // `setattr(codes, name, value)`: the value has attributes that its class does not have.
    for (name, defs) in &mut reader.module.names {
        if patches.computed.contains(name) {
            for def in defs.iter_mut().filter(|def| matches!(def, Def::Value(..))) {
                *def = Def::Value(None, None);
            }
        }
    }
    Some(reader.module)
}

/// The names of `__all__`, when it is assigned once, as a list or tuple of literals, and not mentioned anywhere else.
fn exports(source: &str, body: &[Stmt]) -> Option<BTreeSet<String>> {
    if source.matches("__all__").count() != 1 {
        return None;
    }
    let is_all =
        |target: &ast::Expr| matches!(target, ast::Expr::Name(name) if name.id.as_str() == "__all__");
    let value = body.iter().find_map(|statement| match statement {
        Stmt::Assign(assign) if matches!(&*assign.targets, [target] if is_all(target)) => {
            Some(&*assign.value)
        }
        Stmt::AnnAssign(assign) if is_all(&assign.target) => assign.value.as_deref(),
        _ => None,
    })?;
    let names = match value {
        ast::Expr::List(list) => &list.elts,
        ast::Expr::Tuple(tuple) => &tuple.elts,
        _ => return None,
    };
    let literal = |name: &ast::Expr| Some(name.as_string_literal_expr()?.value.to_str().to_owned());
    names.iter().map(literal).collect()
}

/// An annotation in a document.
#[must_use]
pub fn annotation_of(annotation: &ast::Expr) -> Expr {
    expression::annotation(annotation, &Scope::module())
}

/// The package that relative imports start from.
fn package_of(name: &str, is_package: bool) -> String {
    if is_package {
        name.to_owned()
    } else {
        name.rsplit_once('.')
            .map_or(String::new(), |(parent, _)| parent.to_owned())
    }
}

/// Collects the summary of one module.
struct ModuleReader<'a> {
    name: &'a str,
    package: String,
    top: &'a [Stmt],
    module: Module,
}

impl ModuleReader<'_> {
    /// The full name of the module in `from MODULE import`; `None` when it climbs above the top.
    fn absolute(&self, import: &ast::StmtImportFrom) -> Option<String> {
        let module = import.module.as_ref().map_or("", |module| module.as_str());
        if import.level == 0 {
            return Some(module.to_owned());
        }
        let mut base = self.package.as_str();
        for _ in 1..import.level {
            base = base.rsplit_once('.')?.0;
        }
        Some(match (base.is_empty(), module.is_empty()) {
            (_, true) => base.to_owned(),
            (true, false) => module.to_owned(),
            (false, false) => format!("{base}.{module}"),
        })
    }

    fn module_body(&mut self, body: &[Stmt]) {
        for statement in body {
            self.module_statement(statement);
        }
    }

    fn module_statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::FunctionDef(function) if function.name.as_str() == "__getattr__" => {
                match self.lazy_names(function, self.top) {
                    Some(table) => self.module.lazy.extend(table),
                    None => self.open(Open::Getattr),
                }
            }
            Stmt::ImportFrom(import) if import.names.iter().any(|alias| alias.name.as_str() == "*") => {
                match self.absolute(import) {
                    Some(module) => self.module.stars.push(module),
                    None => self.open(Open::Foreign),
                }
            }
            Stmt::Expr(expression) => {
                if body::sets_globals(&expression.value) {
                    self.open(Open::Computed);
                }
                let handed = body::handed_names(&expression.value).into_iter();
                let names = handed.map(|name| (name, Def::Value(None, None)));
                self.module.lazy.extend(names);
            }
            Stmt::Assign(assign)
                if assign
                    .targets
                    .iter()
                    .any(|target| body::is_namespace_target(target, self.name)) =>
            {
                self.open(Open::Computed);
            }
            _ => {
                let defs = self.defs(statement, &Scope::module());
                for (name, def) in defs {
                    self.module.names.entry(name).or_default().push(def);
                }
                body::each_child_block(statement, &mut |block| self.module_body(block));
            }
        }
    }

    fn open(&mut self, reason: Open) {
        self.module.open.get_or_insert(reason);
    }

    /// What one statement binds, without the statements inside of it.
    fn defs(&mut self, statement: &Stmt, scope: &Scope<'_>) -> Vec<(String, Def)> {
        let mut found = Vec::new();
        match statement {
            Stmt::ClassDef(class) => {
                let index = self.class(class, scope);
                found.push((class.name.to_string(), Def::Class(index)));
            }
            // `@x.setter` changes the property of the same name.
            Stmt::FunctionDef(function) if function.decorator_list.iter().any(is_accessor) => {}
            Stmt::FunctionDef(function) => {
                let index = self.function(function, scope);
                found.push((function.name.to_string(), Def::Function(index)));
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let full = alias.name.to_string();
                    match &alias.asname {
                        Some(name) => found.push((name.to_string(), Def::Module(full))),
                        None => {
                            let root = full.split('.').next().unwrap_or_default().to_owned();
                            found.push((root.clone(), Def::Module(root)));
                        }
                    }
                }
            }
            Stmt::ImportFrom(import) => {
                let module = self.absolute(import);
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
                    let def = match &module {
                        Some(module) => Def::From(module.clone(), alias.name.to_string()),
                        None => Def::Value(None, None),
                    };
                    found.push((name, def));
                }
            }
            Stmt::Assign(assign) => {
                let value = expression::read(&assign.value, scope);
                for target in &assign.targets {
                    bind(target, None, Some(&value), &mut found);
                }
            }
            Stmt::AnnAssign(assign) => {
                let annotation = expression::annotation(&assign.annotation, scope);
                let value = assign
                    .value
                    .as_deref()
                    .map(|value| expression::read(value, scope));
                bind(&assign.target, Some(&annotation), value.as_ref(), &mut found);
            }
            Stmt::AugAssign(assign) => bind(&assign.target, None, None, &mut found),
            Stmt::TypeAlias(alias) => {
                let value = expression::annotation(&alias.value, scope);
                bind(&alias.name, None, Some(&Expr::Pipe(vec![value])), &mut found);
            }
            Stmt::For(each) => bind(&each.target, None, None, &mut found),
            Stmt::With(with) => {
                for item in &with.items {
                    if let Some(target) = &item.optional_vars {
                        bind(target, None, None, &mut found);
                    }
                }
            }
            _ => {}
        }
        found
    }

    fn push_class(&mut self, class: Class) -> usize {
        self.module.classes.push(class);
        self.module.classes.len() - 1
    }

    fn push_function(&mut self, function: Function) -> usize {
        self.module.functions.push(function);
        self.module.functions.len() - 1
    }
}

/// Whether a decorator adds to a property: `@x.setter`, `@x.deleter`, `@x.getter`.
fn is_accessor(decorator: &ast::Decorator) -> bool {
    matches!(&decorator.expression, ast::Expr::Attribute(attribute)
        if matches!(attribute.attr.as_str(), "setter" | "deleter" | "getter"))
}

/// Bind the names of a target: one, or each of a tuple to something unknown.
fn bind(target: &ast::Expr, annotation: Option<&Expr>, value: Option<&Expr>, found: &mut Vec<(String, Def)>) {
    match target {
        ast::Expr::Name(name) => found.push((
            name.id.to_string(),
            Def::Value(annotation.cloned(), value.cloned()),
        )),
        ast::Expr::Tuple(tuple) => tuple
            .elts
            .iter()
            .for_each(|target| bind(target, None, None, found)),
        ast::Expr::List(list) => list
            .elts
            .iter()
            .for_each(|target| bind(target, None, None, found)),
        ast::Expr::Starred(starred) => bind(&starred.value, None, None, found),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_the_same_after_it_was_stored() {
        let source = "from . import part\nfrom .other import *\nX: TypeAlias = 'A | None'\n\
            def __getattr__(name):\n    return TABLE[name]\n\
            @wraps(f)\nasync def f(a, /, b: int = 1, *c, d=None, **kwargs) -> 'Iterator[A]':\n    yield b\n\
            def g(**kwargs: Unpack[Options]): return None\n\
            class A(B[int], metaclass=M):\n    x: int = Field(alias='y')\n    z = w = None\n\
            \x20   def __init__(self):\n        self.a: X = None\n        self.b = self.c = g() or A()\n";
        let module = read(source, "pkg", true).unwrap();
        let stored = serde_json::to_string(&module).unwrap();
        assert_eq!(serde_json::from_str::<Module>(&stored).unwrap(), module);
    }
}
