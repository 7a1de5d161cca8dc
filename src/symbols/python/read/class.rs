//! Classes: bases, members, what their methods set on `self`, and what makes them open.

use super::super::summary::{Class, Def, Field, Open};
use super::expression::{self, Scope};
use super::{ModuleReader, body, is_accessor};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Stmt};

impl ModuleReader<'_> {
    pub(super) fn class(&mut self, class: &ast::StmtClassDef, scope: &Scope<'_>) -> usize {
        let mut read = Class {
            name: class.name.to_string(),
            ..Class::default()
        };
        if let Some(arguments) = &class.arguments {
            for base in &arguments.args {
                read.bases.push(expression::read(base, scope));
            }
            for keyword in &arguments.keywords {
                match keyword.arg.as_ref().map(|name| name.as_str()) {
                    Some("metaclass") => read.metaclass = Some(expression::read(&keyword.value, scope)),
                    Some(_) => {}
                    None => read.open = Some(Open::Computed),
                }
            }
        }
        read.decorators = class
            .decorator_list
            .iter()
            .map(|decorator| expression::read(&decorator.expression, scope))
            .collect();
        let is_understood = |function: &ast::StmtFunctionDef| {
            matches!(function.name.as_str(), "__getattr__" | "__getattribute__")
                && self.lazy_names(function, &class.body).is_some()
        };
        let set = body::sets_attributes(&class.body, &is_understood);
        if set.is_any
            || !set
                .loops
                .iter()
                .all(|set| self.add_computed(set, &class.body, &mut read))
        {
            read.open = Some(Open::Computed);
        }
        self.class_body(&class.body, &class.body, &mut read);
        self.push_class(read)
    }

    fn class_body(&mut self, whole: &[Stmt], statements: &[Stmt], class: &mut Class) {
        // Functions in the body of a class are methods.
        let scope = Scope {
            receiver: Some("self"),
            ..Scope::default()
        };
        for statement in statements {
            match statement {
                Stmt::FunctionDef(function) => {
                    self.method(function, class);
                    if matches!(function.name.as_str(), "__getattr__" | "__getattribute__") {
                        match self.lazy_names(function, whole) {
                            Some(table) => class.lazy.extend(table),
                            None => {
                                // What is set by computation says more.
                                class.open.get_or_insert(Open::Getattr);
                                let (names, values) = self.computed_values(function);
                                class.lazy.extend(names);
                                class.computed = values;
                            }
                        }
                    }
                    if !function.decorator_list.iter().any(is_accessor) {
                        let index = self.function(function, &scope);
                        add(class, function.name.as_str(), Def::Function(index));
                    }
                    continue;
                }
                Stmt::For(_) | Stmt::While(_) => class.open = Some(Open::Computed),
                Stmt::AnnAssign(assign) => {
                    if let ast::Expr::Name(name) = &*assign.target {
                        class.fields.push(Field {
                            name: name.id.to_string(),
                            aliases: aliases(&assign.annotation, assign.value.as_deref()),
                        });
                    }
                }
                _ => {}
            }
            for (name, def) in self.defs(statement, &Scope::module()) {
                add(class, &name, def);
            }
            body::each_child_block(statement, &mut |block| self.class_body(whole, block, class));
        }
    }

    /// A name of a module that is written as in `import_module(".models", __package__)`.
    pub(super) fn relative(&self, module: &str, name: &str) -> Def {
        let rest = module.trim_start_matches('.');
        let level = module.len() - rest.len();
        if level == 0 {
            return Def::From(rest.to_owned(), name.to_owned());
        }
        let mut base = self.package.as_str();
        for _ in 1..level {
            base = base.rsplit_once('.').map_or("", |(parent, _)| parent);
        }
        let full = match (base.is_empty(), rest.is_empty()) {
            (true, _) => rest.to_owned(),
            (_, true) => base.to_owned(),
            _ => format!("{base}.{rest}"),
        };
        Def::From(full, name.to_owned())
    }

    /// What a method sets on `self`.
    fn method(&mut self, function: &ast::StmtFunctionDef, class: &mut Class) {
        let scope = self.locals(function, true);
        let Some(receiver) = scope.receiver else { return };
        let mut set = SelfTargets {
            receiver,
            found: Vec::new(),
        };
        function
            .body
            .iter()
            .for_each(|statement| set.visit_stmt(statement));
        for (name, annotation, value) in set.found {
            let def = Def::Value(
                annotation.map(|annotation| expression::annotation(annotation, &scope)),
                value.map(|value| expression::read(value, &scope)),
            );
            let defs = class.attributes.entry(name.to_owned()).or_default();
            if !defs.contains(&def) {
                defs.push(def);
            }
        }
    }
}

fn add(class: &mut Class, name: &str, def: Def) {
    class.members.entry(name.to_owned()).or_default().push(def);
}

/// The rows of a literal table of names: the key, the module, the name in it. `None` when a row is something else.
pub(super) fn table_rows(table: &ast::ExprDict) -> Option<Vec<(String, Option<String>, String)>> {
    let text = |expression: &ast::Expr| match expression {
        ast::Expr::StringLiteral(text) => Some(text.value.to_str().to_owned()),
        _ => None,
    };
    table
        .items
        .iter()
        .map(|item| {
            let key = text(item.key.as_ref()?)?;
            Some(match &item.value {
                ast::Expr::Tuple(tuple) => match tuple.elts.as_slice() {
                    [module, name] => (key, text(module), text(name)?),
                    _ => (key.clone(), None, key),
                },
                ast::Expr::StringLiteral(module) => {
                    (key.clone(), Some(module.value.to_str().to_owned()), key)
                }
                _ => (key.clone(), None, key),
            })
        })
        .collect()
}

/// `alias="x"`, `validation_alias="x"` and the like of a field.
fn aliases(annotation: &ast::Expr, value: Option<&ast::Expr>) -> Vec<String> {
    let mut search = Aliases(Vec::new());
    search.visit_expr(annotation);
    if let Some(value) = value {
        search.visit_expr(value);
    }
    search.0
}

struct Aliases(Vec<String>);

impl<'a> Visitor<'a> for Aliases {
    fn visit_keyword(&mut self, keyword: &'a ast::Keyword) {
        if let Some(name) = &keyword.arg
            && matches!(name.as_str(), "alias" | "validation_alias")
            && let ast::Expr::StringLiteral(text) = &keyword.value
        {
            self.0.push(text.value.to_str().to_owned());
        }
        visitor::walk_keyword(self, keyword);
    }
}

/// Attributes that a method sets on its first parameter.
struct SelfTargets<'a> {
    receiver: &'a str,
    found: Vec<(&'a str, Option<&'a ast::Expr>, Option<&'a ast::Expr>)>,
}

impl<'a> SelfTargets<'a> {
    fn target(
        &mut self,
        target: &'a ast::Expr,
        annotation: Option<&'a ast::Expr>,
        value: Option<&'a ast::Expr>,
    ) {
        match target {
            ast::Expr::Attribute(attribute) => {
                if matches!(&*attribute.value, ast::Expr::Name(name) if name.id.as_str() == self.receiver) {
                    self.found.push((attribute.attr.as_str(), annotation, value));
                }
            }
            ast::Expr::Tuple(tuple) => tuple
                .elts
                .iter()
                .for_each(|target| self.target(target, None, None)),
            ast::Expr::List(list) => list
                .elts
                .iter()
                .for_each(|target| self.target(target, None, None)),
            ast::Expr::Starred(starred) => self.target(&starred.value, None, None),
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for SelfTargets<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.target(target, None, Some(&assign.value));
                }
            }
            Stmt::AnnAssign(assign) => {
                self.target(&assign.target, Some(&assign.annotation), assign.value.as_deref());
            }
            Stmt::AugAssign(assign) => self.target(&assign.target, None, None),
            Stmt::For(each) => self.target(&each.target, None, None),
            Stmt::With(with) => {
                for item in &with.items {
                    if let Some(target) = &item.optional_vars {
                        self.target(target, None, None);
                    }
                }
            }
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a ast::Expr) {
        if let ast::Expr::Call(call) = expression
            && let ast::Expr::Attribute(attribute) = &*call.func
            && attribute.attr.as_str() == "__setattr__"
            && let Some(ast::Expr::StringLiteral(name)) = call.arguments.args.get(1)
            && let [part] = name.value.as_slice()
        {
            self.found.push((&part.value, None, None));
        }
        if let ast::Expr::Call(call) = expression
            && matches!(&*call.func, ast::Expr::Name(name) if name.id.as_str() == "setattr")
            && let Some(ast::Expr::StringLiteral(name)) = call.arguments.args.get(1)
            && let [part] = name.value.as_slice()
        {
            self.found.push((&part.value, None, None));
        }
        visitor::walk_expr(self, expression);
    }
}
