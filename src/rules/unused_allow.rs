//! An allow that suppresses nothing, or is invalid. `suppress/allow.rs` reports it.

use crate::rule::{Check, Property, Rule, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("unused-allow", Check::Suppress).with(&[Property::FixesAllows]);
