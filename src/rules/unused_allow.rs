//! An allow that hides nothing, or cannot be understood. `suppress/allow.rs` reports it.

use crate::rule::{Check, Property, Rule};

/// The rule; see its page.
pub static RULE: Rule = Rule::new(
    "unused-allow",
    include_str!("../../rules/unused-allow.md"),
    Check::Suppress,
)
.with(&[Property::FixesAllows]);
