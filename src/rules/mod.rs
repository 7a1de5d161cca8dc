//! The list of rules, in the order users see them.

mod missing_front_matter;

use crate::rule::Rule;

/// Every rule.
pub static RULES: &[Rule] = &[missing_front_matter::RULE];

/// The rule with an id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
