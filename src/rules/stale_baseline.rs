//! A finding in the baseline that no longer exists. `suppress/baseline.rs` reports it.

use crate::rule::{Check, Rule, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("stale-baseline", Check::Suppress);
