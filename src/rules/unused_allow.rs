//! An allow that hides nothing, or cannot be understood. `suppress/allow.rs` reports it.

use crate::rule::{Check, Property, Rule, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("unused-allow", Check::Suppress).with(&[Property::FixesAllows]);
