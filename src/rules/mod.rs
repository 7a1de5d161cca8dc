//! The list of rules, in the order users see them.

mod ambiguous_recommended_version;
mod broken_link;
mod dropped_description;
mod duplicate_entry;
mod id_shared_with_skill;
mod misplaced_entry;
mod missing_front_matter;
mod nested_registry;
mod oversized_entry;
mod unlisted_reference;
mod unreadable_document;

use crate::rule::Rule;

/// Every rule.
pub static RULES: &[Rule] = &[
    missing_front_matter::RULE,
    // Hub
    unreadable_document::RULE,
    duplicate_entry::RULE,
    id_shared_with_skill::RULE,
    dropped_description::RULE,
    ambiguous_recommended_version::RULE,
    misplaced_entry::RULE,
    broken_link::RULE,
    unlisted_reference::RULE,
    nested_registry::RULE,
    oversized_entry::RULE,
];

/// The rule with an id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
