//! The list of rules, in the order users see them.

mod allow_without_reason;
mod bad_date;
mod bad_description;
mod bad_language;
mod bad_name;
mod bad_source;
mod bad_tags;
mod bad_version;
mod invalid_front_matter;
mod misplaced_field;
mod missing_field;
mod missing_front_matter;
mod stale_baseline;
mod unknown_field;
mod unused_allow;
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
    // Freshness
    // Code
    // Safety
    // About chub-lint itself
    unused_allow::RULE,
    allow_without_reason::RULE,
    stale_baseline::RULE,
];

/// The rule with an id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
