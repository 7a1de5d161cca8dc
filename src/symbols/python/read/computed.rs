//! `setattr` in a loop: which names it sets, when they are written in a table or are those of a module.

use super::super::summary::{Borrowed, Class, Def};
use super::ModuleReader;
use super::body::{self, SetLoop, pair};
use super::lazy::is_changed;
use ruff_python_ast::{self as ast, Expr, Stmt};

/// The names of a table.
enum Keys<'a> {
    /// They are written.
    Written(Vec<String>),
    /// Those of a module, by the name of the module here.
    OfModule(&'a str),
    /// Those of a module, with something out of the module of that name.
    OfParts(&'a str),
}

impl ModuleReader<'_> {
    /// Add what a loop sets to a class; `false` when it may be anything.
    pub(super) fn add_computed(&self, set: &SetLoop<'_>, whole: &[Stmt], class: &mut Class) -> bool {
        let Some(keys) = self.keys(set.table, whole) else {
            return false;
        };
        let (module, has_parts) = match keys {
            Keys::Written(names) => {
                for name in names {
                    let defs = class.attributes.entry(name).or_default();
                    defs.push(Def::Value(None, None));
                }
                return true;
            }
            Keys::OfModule(module) => (module, false),
            Keys::OfParts(module) => (module, true),
        };
        let [def] = self.module.names.get(module).map_or(&[][..], Vec::as_slice) else {
            return false;
        };
        let module = match def {
            Def::Module(name) => name.clone(),
            Def::From(from, name) => format!("{from}.{name}"),
            _ => return false,
        };
        // `Klass(self)`, where `Klass` is the second value.
        let is_made = has_parts
            && matches!(set.value, Some(Expr::Call(call))
                if matches!(&*call.func, Expr::Name(name) if Some(name.id.as_str()) == set.second));
        class.borrowed.push(Borrowed { module, is_made });
        true
    }

    /// The names that a loop goes through.
    fn keys<'s>(&'s self, table: &'s Expr, whole: &'s [Stmt]) -> Option<Keys<'s>> {
        if let Some(module) = module_of_names(table) {
            return Some(Keys::OfModule(module));
        }
        let table = match table {
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(attribute) if matches!(attribute.attr.as_str(), "items" | "keys") => {
                    &attribute.value
                }
                _ => return None,
            },
            other => other,
        };
        let (name, body) = match table {
            Expr::Name(name) => (name.id.as_str(), self.top),
            // `self.TABLE`
            Expr::Attribute(attribute) if attribute.value.is_name_expr() => (attribute.attr.as_str(), whole),
            literal => return written(literal).map(Keys::Written),
        };
        let value = body::find_value(body, name)?;
        if !is_changed(body, name) {
            return written(value).map(Keys::Written);
        }
        match value {
            Expr::Dict(dict) if dict.items.is_empty() => filled(body, name).map(Keys::OfParts),
            _ => None,
        }
    }
}

/// The names of a literal: the keys of a dictionary, or texts.
fn written(literal: &Expr) -> Option<Vec<String>> {
    let text = |value: &Expr| match value {
        Expr::StringLiteral(text) => Some(text.value.to_str().to_owned()),
        _ => None,
    };
    match literal {
        Expr::Dict(dict) => dict.items.iter().map(|item| text(item.key.as_ref()?)).collect(),
        Expr::List(ast::ExprList { elts, .. })
        | Expr::Tuple(ast::ExprTuple { elts, .. })
        | Expr::Set(ast::ExprSet { elts, .. }) => {
            let first = |element: &Expr| match element {
                Expr::Tuple(pair) => text(pair.elts.first()?),
                other => text(other),
            };
            elts.iter().map(first).collect()
        }
        _ => None,
    }
}

/// The module whose names are gone through: `module.__dict__.items()`, `vars(module).items()`, `dir(module)`.
fn module_of_names(iterated: &Expr) -> Option<&str> {
    let Expr::Call(call) = iterated else { return None };
    match &*call.func {
        Expr::Attribute(attribute) if attribute.attr.as_str() == "items" => dictionary_of(&attribute.value),
        Expr::Attribute(attribute) if attribute.attr.as_str() == "getmembers" => first_name(call),
        Expr::Name(function) if function.id.as_str() == "dir" => first_name(call),
        _ => None,
    }
}

fn first_name(call: &ast::ExprCall) -> Option<&str> {
    match call.arguments.args.first()? {
        Expr::Name(name) => Some(name.id.as_str()),
        _ => None,
    }
}

/// The `name` of `name.__dict__` and `vars(name)`.
fn dictionary_of(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Attribute(attribute) if attribute.attr.as_str() == "__dict__" => match &*attribute.value {
            Expr::Name(name) => Some(name.id.as_str()),
            _ => None,
        },
        Expr::Call(call) if matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "vars") => {
            first_name(call)
        }
        _ => None,
    }
}

/// The module whose names a table gets in one loop, and nowhere else, each with something out of the module of that name:
/// `for name, part in parts.__dict__.items(): TABLE[name] = part.__dict__[...]`.
fn filled<'a>(body: &'a [Stmt], table: &str) -> Option<&'a str> {
    let mut found = None;
    for statement in body {
        let Stmt::For(each) = statement else {
            if is_changed(std::slice::from_ref(statement), table) {
                return None;
            }
            continue;
        };
        if !is_changed(std::slice::from_ref(statement), table) {
            continue;
        }
        let (name, part) = pair(&each.target)?;
        let mut changes = Vec::new();
        assignments(&each.body, table, &mut changes)?;
        let [(key, value)] = changes.as_slice() else {
            return None;
        };
        let is_key = matches!(key, Expr::Name(key) if key.id.as_str() == name);
        let is_of_part =
            matches!(value, Expr::Subscript(subscript) if dictionary_of(&subscript.value) == Some(part));
        if !is_key || !is_of_part || found.is_some() {
            return None;
        }
        found = Some(module_of_names(&each.iter)?);
    }
    found
}

/// The assignments `TABLE[key] = value` of a loop; `None` when it changes the table in another way.
fn assignments<'a>(body: &'a [Stmt], table: &str, found: &mut Vec<(&'a Expr, &'a Expr)>) -> Option<()> {
    for statement in body {
        match statement {
            Stmt::Assign(assign) => match assign.targets.as_slice() {
                [Expr::Subscript(subscript)] if matches!(&*subscript.value, Expr::Name(name) if name.id.as_str() == table) =>
                {
                    found.push((&subscript.slice, &assign.value));
                }
                _ if is_changed(std::slice::from_ref(statement), table) => return None,
                _ => {}
            },
            Stmt::If(branch) if branch.elif_else_clauses.is_empty() => {
                assignments(&branch.body, table, found)?;
            }
            _ if is_changed(std::slice::from_ref(statement), table) => return None,
            _ => {}
        }
    }
    Some(())
}
