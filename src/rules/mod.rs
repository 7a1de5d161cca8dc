//! The list of rules, in the order users see them.

mod ambiguous_recommended_version;
mod bad_date;
mod bad_description;
mod bad_language;
mod bad_name;
mod bad_source;
mod bad_tags;
mod bad_version;
mod broken_link;
mod dropped_description;
mod duplicate_entry;
mod hidden_instruction;
mod hidden_text;
mod id_shared_with_skill;
mod invalid_front_matter;
mod leaked_secret;
mod misplaced_entry;
mod misplaced_field;
mod missing_field;
mod missing_front_matter;
mod nested_registry;
mod oversized_entry;
mod unknown_field;
mod unlisted_reference;
mod unreadable_document;
mod wrong_type;

pub mod fields;
mod layout;

use crate::rule::Rule;

/// Every rule.
pub static RULES: &[Rule] = &[
    // Front matter
    missing_front_matter::RULE,
    invalid_front_matter::RULE,
    missing_field::RULE,
    misplaced_field::RULE,
    unknown_field::RULE,
    wrong_type::RULE,
    bad_name::RULE,
    bad_language::RULE,
    bad_version::RULE,
    bad_date::RULE,
    bad_source::RULE,
    bad_tags::RULE,
    bad_description::RULE,
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
    // Freshness
    // Code
    // Safety
    hidden_text::RULE,
    hidden_instruction::RULE,
    leaked_secret::RULE,
    // About chub-lint itself
];

/// The rule with an id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
