//! Tests that change what is known: `isinstance`, `hasattr`, a comparison of versions.

use super::super::ty::Ty;
use super::Walker;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

/// What to restore after a test.
pub(super) struct Guard {
    depth: usize,
    /// Each name with its type before and what the test made of it.
    names: Vec<(String, Ty, Ty)>,
}

impl Guard {
    /// The names whose type the test makes unknown.
    pub(super) fn lost(&self) -> impl Iterator<Item = (String, Ty)> {
        let lost = self
            .names
            .iter()
            .filter(|(_, _, narrowed)| *narrowed == Ty::Unknown);
        lost.map(|(name, _, narrowed)| (name.clone(), narrowed.clone()))
    }
}

impl<'a> Walker<'a> {
    /// Evaluate a test and apply it to what follows.
    pub(super) fn enter_test(&mut self, test: &'a Expr) -> Guard {
        self.eval(test);
        self.narrow(test)
    }

    /// Apply a test to what follows.
    pub(super) fn narrow(&mut self, test: &'a Expr) -> Guard {
        let mut found = Tests::default();
        found.visit_expr(test);
        let mut guard = Guard {
            depth: usize::from(found.is_guard),
            names: Vec::new(),
        };
        self.guard_depth += guard.depth;
        let text = |place: &Expr| self.source.text.get(place.range().to_std_range());
        let parts: Vec<String> = found
            .parts
            .into_iter()
            .filter_map(text)
            .map(str::to_owned)
            .collect();
        self.tested.extend(parts);
        for (name, class) in found.narrowed {
            let before = self.lookup(name);
            if before == Ty::Unknown && class.is_none() {
                continue;
            }
            let ty = class.map_or(Ty::Unknown, |class| self.instance(class));
            guard.names.push((name.to_owned(), before, ty.clone()));
            if let Some(scope) = self.scopes.last_mut() {
                scope.insert(name.to_owned(), ty);
            }
        }
        guard
    }

    /// Undo what a test did.
    pub(super) fn leave_test(&mut self, guard: Guard) {
        self.guard_depth = self.guard_depth.saturating_sub(guard.depth);
        for (name, before, narrowed) in guard.names.into_iter().rev() {
            if let Some(scope) = self.scopes.last_mut()
                // A name that was bound again since then keeps its new type.
                && scope.get(&name) == Some(&narrowed)
            {
                scope.insert(name, before);
            }
        }
    }

    /// The instance type that the second argument of `isinstance` or the type of an `except` means.
    pub(super) fn instance(&mut self, class: &'a Expr) -> Ty {
        let was_off = std::mem::replace(&mut self.is_recording_off, true);
        let ty = self.eval(class);
        self.is_recording_off = was_off;
        instance_of(ty)
    }
}

/// The instances of a class or of several.
pub(super) fn instance_of(ty: Ty) -> Ty {
    match ty {
        Ty::Class(class) => Ty::Instance(class, Vec::new()),
        Ty::Tuple(parts) | Ty::Union(parts) => {
            let parts: Vec<Ty> = parts.into_iter().map(instance_of).collect();
            if parts.contains(&Ty::Unknown) {
                Ty::Unknown
            } else {
                Ty::union(parts)
            }
        }
        _ => Ty::Unknown,
    }
}

#[derive(Default)]
struct Tests<'a> {
    /// Whether nothing may be reported in the guarded code.
    is_guard: bool,
    /// Names whose type the test changes: to instances of a class, or to something unknown.
    narrowed: Vec<(&'a str, Option<&'a Expr>)>,
    /// What else is tested for its class: `block.content`, `blocks[0]`.
    parts: Vec<&'a Expr>,
}

impl<'a> Visitor<'a> for Tests<'a> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Call(call) => {
                let function = match &*call.func {
                    Expr::Name(name) => name.id.as_str(),
                    _ => "",
                };
                match (function, &*call.arguments.args) {
                    ("isinstance" | "issubclass", [Expr::Name(name), class]) => {
                        self.narrowed
                            .push((name.id.as_str(), (function == "isinstance").then_some(class)));
                    }
                    ("isinstance" | "issubclass", [part, _]) => self.parts.push(part),
                    ("hasattr" | "callable" | "getattr", _) => self.is_guard = true,
                    ("type", [Expr::Name(name)]) => self.narrowed.push((name.id.as_str(), None)),
                    _ => {}
                }
            }
            Expr::Attribute(attribute) => {
                let name = attribute.attr.as_str();
                self.is_guard |= name.to_ascii_lowercase().contains("version");
                if matches!(
                    name,
                    "type" | "kind" | "object" | "event" | "__class__" | "method"
                ) {
                    match &*attribute.value {
                        Expr::Name(base) => self.narrowed.push((base.id.as_str(), None)),
                        part => self.parts.push(part),
                    }
                }
            }
            Expr::Name(name) => self.is_guard |= name.id.as_str().to_ascii_lowercase().contains("version"),
            Expr::UnaryOp(unary) if unary.op == ast::UnaryOp::Not => {
                // `not isinstance(x, C)` says nothing about what follows.
                let before = self.narrowed.len();
                visitor::walk_expr(self, expression);
                for (_, class) in self.narrowed.iter_mut().skip(before) {
                    *class = None;
                }
                return;
            }
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}
