//! A known finding that is gone. `suppress/baseline.rs` reports it.

use crate::rule::{Check, Rule};

/// The rule; see its page.
pub const RULE: Rule = Rule {
    id: "stale-baseline",
    page: include_str!("../../rules/stale-baseline.md"),
    check: Check::Settle,
};
