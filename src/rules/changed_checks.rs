//! A change under review that also changes the checks. `suppress/` reports it.

use crate::rule::{Check, Rule, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("changed-checks", Check::Suppress);
