//! Which parts of a block comments mark as outdated, and which attributes the document sets or tests for.

use crate::symbols::block;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{TextRange, TextSize};
use std::collections::BTreeSet;

/// The parts of a block that a comment marks as outdated.
pub(super) fn outdated_ranges(text: &str) -> Vec<TextRange> {
    let size = |at: usize| TextSize::new(u32::try_from(at).unwrap_or(u32::MAX));
    block::outdated_ranges(text, &["#"])
        .into_iter()
        .map(|range| TextRange::new(size(range.start), size(range.end)))
        .collect()
}

/// The names of attributes that the code sets on anything, or tests for.
pub(super) fn stored_attributes(body: &[Stmt], names: &mut BTreeSet<String>) {
    struct AttributeNames<'n>(&'n mut BTreeSet<String>);
    impl<'a> Visitor<'a> for AttributeNames<'_> {
        fn visit_expr(&mut self, expression: &'a Expr) {
            match expression {
                Expr::Attribute(attribute) if !attribute.ctx.is_load() => {
                    self.0.insert(attribute.attr.to_string());
                }
                Expr::Call(call) => {
                    if let Expr::Name(name) = &*call.func
                        && matches!(name.id.as_str(), "setattr" | "hasattr" | "getattr" | "delattr")
                        && let Some(Expr::StringLiteral(text)) = call.arguments.args.get(1)
                    {
                        self.0.insert(text.value.to_str().to_owned());
                    }
                }
                _ => {}
            }
            visitor::walk_expr(self, expression);
        }
    }
    let mut search = AttributeNames(names);
    body.iter().for_each(|statement| search.visit_stmt(statement));
}
