//! An allow that does not say why. `suppress/allow.rs` reports it.

use crate::rule::{Check, Rule, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("allow-without-reason", Check::Suppress);
