//! A setting of the config that matches nothing. `suppress/unused.rs` reports it.

use crate::rule::{Check, Rule, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("unused-setting", Check::Suppress);
