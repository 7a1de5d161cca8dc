//! The list of rules, in the order users see them.

mod broken_link;
mod dropped_description;
mod duplicate_entry;
mod id_shared_with_skill;
mod missing_front_matter;

use crate::rule::Rule;

/// Every rule.
pub static RULES: &[Rule] = &[
    missing_front_matter::RULE,
    // Hub
    duplicate_entry::RULE,
    id_shared_with_skill::RULE,
    dropped_description::RULE,
    broken_link::RULE,
];

/// The rule with an id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
