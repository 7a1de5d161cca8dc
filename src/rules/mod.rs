//! The list of rules, in the order users see them.

mod bad_date;
mod bad_description;
mod bad_language;
mod bad_name;
mod bad_source;
mod bad_tags;
mod bad_version;
mod contradicting_version;
mod deprecated_package;
mod disagreeing_versions;
mod invalid_front_matter;
mod misplaced_field;
mod missing_field;
mod missing_front_matter;
mod stale_version;
mod unknown_field;
mod unknown_package;
mod unpublished_version;
mod unresolved_package;
mod wrong_type;
mod yanked_version;

pub mod fields;
mod freshness;
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
    // Freshness
    stale_version::RULE,
    unpublished_version::RULE,
    yanked_version::RULE,
    deprecated_package::RULE,
    unknown_package::RULE,
    unresolved_package::RULE,
    contradicting_version::RULE,
    disagreeing_versions::RULE,
    // Code
    // Safety
    // About chub-lint itself
];

/// The rule with an id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
