//! A change under review that also changes what is checked. `suppress/` reports it.

use crate::rule::{Check, Rule};

/// The rule; see its page.
pub const RULE: Rule = Rule {
    id: "changed-checks",
    page: include_str!("../../rules/changed-checks.md"),
    check: Check::Settle,
};
