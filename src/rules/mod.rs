//! The list of rules, in the order users see them.

pub mod allow_without_reason;
mod ambiguous_recommended_version;
mod bad_date;
mod bad_description;
pub mod bad_language;
mod bad_name;
mod bad_source;
mod bad_tags;
mod bad_value;
mod bad_version;
mod broken_fence;
mod broken_link;
pub mod changed_checks;
mod code_syntax;
mod contradicting_version;
mod dangerous_command;
mod deep_reference;
pub mod deprecated_package;
mod disagreeing_versions;
mod dropped_description;
mod duplicate_entry;
mod duplicate_skill;
mod escaping_link;
mod findability;
mod hidden_instruction;
mod hidden_text;
mod id_shared_with_skill;
mod included_code;
mod interactive_script;
mod invalid_front_matter;
mod invalid_plugin;
mod invalid_registry;
mod leaked_secret;
mod long_reference;
mod look_alike_letters;
mod look_alike_package;
mod mislabelled_code;
mod misnamed_entry;
mod misplaced_entry;
mod misplaced_field;
mod missing_field;
mod missing_file;
mod missing_front_matter;
mod nested_registry;
mod outdated_pattern;
mod oversized_entry;
pub mod pins;
mod placeholder_in_code;
mod removed_symbol;
pub mod stale_baseline;
mod stale_version;
mod unbumped_revision;
mod unknown_code_tag;
mod unknown_field;
mod unknown_package;
mod unknown_symbol;
mod unlisted_reference;
mod unportable_front_matter;
mod unportable_path;
mod unpublished_version;
mod unreadable_document;
mod unresolved_package;
mod untagged_code;
pub mod unused_allow;
pub mod unused_setting;
mod wrong_type;
mod yanked_version;

pub mod fields;
pub mod freshness;
pub mod layout;
pub mod placeholder_package;
pub mod raise;
mod references;
pub mod skill_fields;
mod symbols;

use crate::rule::Rule;

/// Every rule.
pub static RULES: &[&Rule] = &[
    // Front matter
    &missing_front_matter::RULE,
    &invalid_front_matter::RULE,
    &missing_field::RULE,
    &misplaced_field::RULE,
    &unknown_field::RULE,
    &wrong_type::RULE,
    &bad_name::RULE,
    &bad_language::RULE,
    &bad_version::RULE,
    &bad_date::RULE,
    &bad_source::RULE,
    &bad_tags::RULE,
    &bad_description::RULE,
    &bad_value::RULE,
    &unportable_front_matter::RULE,
    // Hub
    &unreadable_document::RULE,
    &duplicate_entry::RULE,
    &duplicate_skill::RULE,
    &id_shared_with_skill::RULE,
    &dropped_description::RULE,
    &ambiguous_recommended_version::RULE,
    &misplaced_entry::RULE,
    &misnamed_entry::RULE,
    &broken_link::RULE,
    &missing_file::RULE,
    &unportable_path::RULE,
    &unlisted_reference::RULE,
    &deep_reference::RULE,
    &long_reference::RULE,
    &interactive_script::RULE,
    &nested_registry::RULE,
    &invalid_registry::RULE,
    &invalid_plugin::RULE,
    &oversized_entry::RULE,
    &unbumped_revision::RULE,
    &findability::RULE,
    // Freshness
    &stale_version::RULE,
    &unpublished_version::RULE,
    &yanked_version::RULE,
    &deprecated_package::RULE,
    &unknown_package::RULE,
    &placeholder_package::RULE,
    &unresolved_package::RULE,
    &contradicting_version::RULE,
    &disagreeing_versions::RULE,
    // Symbols
    &unknown_symbol::RULE,
    &removed_symbol::RULE,
    // Code
    &broken_fence::RULE,
    &code_syntax::RULE,
    &mislabelled_code::RULE,
    &untagged_code::RULE,
    &included_code::RULE,
    &unknown_code_tag::RULE,
    &placeholder_in_code::RULE,
    &outdated_pattern::RULE,
    // Safety
    &escaping_link::RULE,
    &hidden_text::RULE,
    &hidden_instruction::RULE,
    &look_alike_letters::RULE,
    &leaked_secret::RULE,
    &dangerous_command::RULE,
    &look_alike_package::RULE,
    // About chub-lint itself
    &unused_allow::RULE,
    &unused_setting::RULE,
    &allow_without_reason::RULE,
    &stale_baseline::RULE,
    &changed_checks::RULE,
];

/// The rule with an id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}
