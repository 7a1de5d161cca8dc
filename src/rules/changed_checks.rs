//! A change under review that also changes what is checked. `suppress/` reports it.

use crate::rule::{Check, Rule};

/// The rule; see its page.
pub static RULE: Rule = Rule::new(
    "changed-checks",
    include_str!("../../rules/changed-checks.md"),
    Check::Suppress,
);
