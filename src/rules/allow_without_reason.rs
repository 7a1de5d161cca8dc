//! An allow that does not say why. `suppress/allow.rs` reports it.

use crate::rule::{Check, Rule};

/// The rule; see its page.
pub static RULE: Rule = Rule::new(
    "allow-without-reason",
    include_str!("../../rules/allow-without-reason.md"),
    Check::Suppress,
);
