//! What the text of a block says about it, and what the document sets itself.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{TextRange, TextSize};
use std::collections::BTreeSet;

/// Whether words say that code is old, wrong or for another version.
#[must_use]
pub fn says_old_or_wrong(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "before",
        "old",
        "older",
        "legacy",
        "deprecated",
        "wrong",
        "avoid",
        "migration",
        "migrate",
        "migrating",
        "migrated",
        "removed",
        "previously",
        "previous",
        "upgrade",
        "upgrading",
        "incorrect",
        "bad",
        "don't",
        "do not",
        "never",
        "breaking",
        "obsolete",
        "no longer",
        "anti-pattern",
        "antipattern",
        "renamed",
        "replaced",
        "invalid",
    ];
    if text.contains(['❌', '✗', '✘', '🚫', '⛔']) {
        return true;
    }
    let text = text.to_lowercase();
    WORDS.iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let is_letter = |c: char| c.is_alphanumeric() || c == '_';
            !text.get(..at).is_some_and(|before| before.ends_with(is_letter))
                && !text
                    .get(at + word.len()..)
                    .is_some_and(|after| after.starts_with(is_letter))
        })
    })
}

/// The parts of a block below a comment that says so: to the next comment on a line of its own.
pub(super) fn quiet_ranges(text: &str) -> Vec<TextRange> {
    let mut ranges = Vec::new();
    let mut quiet_from: Option<usize> = None;
    let mut at = 0;
    let mut is_after_comment = false;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if let Some(comment) = trimmed.strip_prefix('#') {
            if says_old_or_wrong(comment) {
                quiet_from.get_or_insert(at);
            } else if !is_after_comment && let Some(from) = quiet_from.take() {
                ranges.push(range(from, at));
            }
            is_after_comment = true;
        } else {
            is_after_comment = false;
            if let Some((_, comment)) = line.split_once("  #").or_else(|| line.split_once(" # "))
                && says_old_or_wrong(comment)
            {
                ranges.push(range(at, at + line.len()));
            }
        }
        at += line.len();
    }
    if let Some(from) = quiet_from {
        ranges.push(range(from, at));
    }
    ranges
}

fn range(start: usize, end: usize) -> TextRange {
    let size = |at: usize| TextSize::new(u32::try_from(at).unwrap_or(u32::MAX));
    TextRange::new(size(start), size(end))
}

/// The names of attributes that the code sets on anything, or tests for.
pub(super) fn stored_attributes(body: &[Stmt], names: &mut BTreeSet<String>) {
    struct Search<'n>(&'n mut BTreeSet<String>);
    impl<'a> Visitor<'a> for Search<'_> {
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
    let mut search = Search(names);
    body.iter().for_each(|statement| search.visit_stmt(statement));
}
