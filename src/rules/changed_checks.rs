//! A change under review that also changes what is checked. `suppress/` reports it.

use crate::rule::{Check, Rule, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("changed-checks", Check::Suppress);
