//! CommonJS without declarations: what `module.exports` and `exports` get.

use super::super::summary::{Base, Def, Export, Value};
use super::FileReader;
use oxc_ast::ast::{self, AssignmentTarget, Expression, ObjectPropertyKind, Statement};

/// What is assigned to.
enum Target<'t> {
    /// `module.exports`
    Module,
    /// `exports.x`, `module.exports.x`
    Export(&'t str),
    /// `x.y`, with `x` a name.
    Member(&'t str, &'t str),
    /// `exports[x]`: there may be any export.
    Computed,
    Other,
}

impl FileReader<'_> {
    /// Read what the statements of a CommonJS module export. Where a statement may export in another way, the module is
    /// open.
    pub(super) fn commonjs(&mut self, statements: &[Statement<'_>]) {
        self.unread_exports = count_exports(self.source);
        let mut patched = Vec::new();
        for statement in statements {
            match statement {
                Statement::ExpressionStatement(statement) => {
                    self.effect(&statement.expression, &mut patched);
                }
                // Names of the file, which `statements` has read, and code that has no effect on exports.
                Statement::VariableDeclaration(variables) => {
                    for variable in &variables.declarations {
                        // `var a = exports.a = ...`
                        if let Some(Expression::AssignmentExpression(assignment)) = &variable.init {
                            self.assign(assignment, &mut patched);
                            // `const api = module.exports = {}`: what `api` gets is exported.
                            if let Target::Module = target(&assignment.left) {
                                self.scope(0).is_open = true;
                            }
                        }
                    }
                }
                Statement::FunctionDeclaration(_)
                | Statement::ClassDeclaration(_)
                | Statement::EmptyStatement(_) => {}
                _ => self.scope(0).is_open = true,
            }
        }
        self.patch(&patched);
        // `exports` is also used in ways that are not understood: in a function, as an argument, under another name.
        if self.unread_exports > 0 {
            self.scope(0).is_open = true;
        }
    }

    /// One `exports` of the source was understood.
    fn understood(&mut self) {
        self.unread_exports = self.unread_exports.saturating_sub(1);
    }

    /// `x.y = value` adds a member to `x`: record it under the name `x.y`.
    fn patch(&mut self, patched: &[(String, String, Value)]) {
        for (object, name, value) in patched {
            let key = format!("{object}.{name}");
            self.define(0, &key, Def::Value(None, Some(value.clone())));
        }
    }

    fn effect(&mut self, expression: &Expression<'_>, patched: &mut Vec<(String, String, Value)>) {
        match expression.get_inner_expression() {
            Expression::AssignmentExpression(assignment) => self.assign(assignment, patched),
            Expression::CallExpression(call) => self.call_effect(call),
            Expression::SequenceExpression(sequence) => {
                for part in &sequence.expressions {
                    self.effect(part, patched);
                }
            }
            // `0 && (module.exports = { a, b })` only lists the names.
            Expression::LogicalExpression(logical) => self.effect(&logical.right, patched),
            Expression::StringLiteral(_) | Expression::Identifier(_) | Expression::UnaryExpression(_) => {}
            _ => self.scope(0).is_open = true,
        }
    }

    fn assign(
        &mut self,
        assignment: &ast::AssignmentExpression<'_>,
        patched: &mut Vec<(String, String, Value)>,
    ) {
        // `exports.a = exports.b = value`
        if let Expression::AssignmentExpression(inner) = &assignment.right {
            self.assign(inner, patched);
        }
        match target(&assignment.left) {
            Target::Module => {
                self.understood();
                self.module_exports(&assignment.right);
            }
            Target::Export(name) => {
                self.understood();
                // `exports.a = void 0` comes before the value.
                if matches!(&assignment.right, Expression::UnaryExpression(_)) {
                    self.scope(0).exports.entry(name.to_owned()).or_default();
                    return;
                }
                let value = self.value(0, &assignment.right);
                self.export(0, name, Export::Value(value));
            }
            Target::Member(object, name) => {
                let value = self.value(0, &assignment.right);
                patched.push((object.to_owned(), name.to_owned(), value));
            }
            Target::Computed => self.scope(0).is_open = true,
            Target::Other => {}
        }
    }

    fn module_exports(&mut self, value: &Expression<'_>) {
        let value = match value.get_inner_expression() {
            Expression::AssignmentExpression(inner) => &inner.right,
            _ => value,
        };
        if let Expression::ObjectExpression(object) = value.get_inner_expression() {
            let index = self.object(0, object);
            let shape = self.file.shapes.get(index);
            if shape.is_some_and(|shape| shape.members.is_open || !shape.bases.is_empty()) {
                self.spread(index);
            }
            for property in &object.properties {
                if let ObjectPropertyKind::ObjectProperty(property) = property
                    && let Some(name) = property.key.static_name()
                {
                    let value = match &property.value {
                        Expression::FunctionExpression(_) => Value::Unknown,
                        value => self.value(0, value),
                    };
                    self.export(0, &name, Export::Value(value));
                }
            }
            return;
        }
        let value = self.value(0, value);
        self.scope(0).equals.push(value);
    }

    /// `module.exports = { ...require("./x") }`
    fn spread(&mut self, shape: usize) {
        let Some(shape) = self.file.shapes.get(shape) else {
            return;
        };
        let mut is_open = shape.members.is_open;
        let mut stars = Vec::new();
        for base in &shape.bases {
            match base {
                Base::Value(Value::Require(module), _) => stars.push(module.clone()),
                _ => is_open = true,
            }
        }
        let scope = self.scope(0);
        scope.stars.extend(stars);
        scope.is_open |= is_open;
    }

    fn call_effect(&mut self, call: &ast::CallExpression<'_>) {
        if call.common_js_require().is_some() {
            return;
        }
        let name = match call.callee.get_inner_expression() {
            Expression::Identifier(id) => id.name.as_str(),
            Expression::StaticMemberExpression(member) => member.property.name.as_str(),
            _ => "",
        };
        let argument = |index: usize| call.arguments.get(index).and_then(|one| one.as_expression());
        let is_exports = |expression: Option<&Expression<'_>>| {
            expression.is_some_and(|one| {
                one.is_specific_id("exports") || one.is_specific_member_access("module", "exports")
            })
        };
        match (name, argument(0), argument(1)) {
            ("defineProperty", object, Some(Expression::StringLiteral(key))) if is_exports(object) => {
                self.understood();
                if key.value != "__esModule" {
                    self.export(0, key.value.as_str(), Export::Value(Value::Unknown));
                }
            }
            ("__exportStar", Some(Expression::CallExpression(require)), _) => {
                if is_exports(argument(1)) {
                    self.understood();
                }
                match require.common_js_require() {
                    Some(module) => {
                        let module = module.value.to_string();
                        self.scope(0).stars.push(module);
                    }
                    None => self.scope(0).is_open = true,
                }
            }
            // `defineProperty(x, ...)` with another object is not about exports.
            ("defineProperty", Some(Expression::Identifier(_)), _) => {}
            _ => self.scope(0).is_open = true,
        }
    }
}

/// How often a source has the word `exports`.
fn count_exports(source: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let places = source.match_indices("exports");
    places
        .filter(|(at, word)| {
            let before = source.get(..*at).and_then(|text| text.chars().next_back());
            let after = source.get(at + word.len()..).and_then(|text| text.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
        .count()
}

fn target<'t>(target: &'t AssignmentTarget<'_>) -> Target<'t> {
    match target {
        AssignmentTarget::StaticMemberExpression(member) => {
            let name = member.property.name.as_str();
            if member.object.is_specific_id("module") && name == "exports" {
                Target::Module
            } else if member.object.is_specific_id("exports")
                || member.object.is_specific_member_access("module", "exports")
            {
                Target::Export(name)
            } else if let Expression::Identifier(id) = &member.object {
                Target::Member(id.name.as_str(), name)
            } else {
                Target::Other
            }
        }
        AssignmentTarget::ComputedMemberExpression(member) => match &member.expression {
            Expression::StringLiteral(name) if member.object.is_specific_id("exports") => {
                Target::Export(name.value.as_str())
            }
            _ => Target::Computed,
        },
        _ => Target::Other,
    }
}
