//! An allow that does not say why. `suppress/allow.rs` reports it.

use crate::rule::{Check, Rule};

/// The rule; see its page.
pub const RULE: Rule = Rule {
    id: "allow-without-reason",
    page: include_str!("../../rules/allow-without-reason.md"),
    check: Check::Settle,
};
