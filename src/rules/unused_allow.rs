//! An allow that hides nothing, or cannot be understood. `suppress/allow.rs` reports it.

use crate::rule::{Check, Rule};

/// The rule; see its page.
pub const RULE: Rule = Rule {
    id: "unused-allow",
    page: include_str!("../../rules/unused-allow.md"),
    check: Check::Settle,
};
