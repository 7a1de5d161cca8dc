//! A known finding that is gone. `suppress/baseline.rs` reports it.

use crate::rule::{Check, Rule};

/// The rule; see its page.
pub static RULE: Rule = Rule::new(
    "stale-baseline",
    include_str!("../../rules/stale-baseline.md"),
    Check::Suppress,
);
