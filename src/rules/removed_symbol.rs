//! The code uses something that the newest release does not have.

use super::symbols;
use crate::document::Document;
use crate::rule::{Check, Rule, Sink, rule};
use crate::symbols::EntrySymbols;

/// The rule; see its page.
pub static RULE: Rule = rule!("removed-symbol", Check::Symbols(check));

fn check(_: &Document, symbols: &EntrySymbols, sink: &mut Sink<'_>) {
    let (Some(declared), Some(newest)) = (&symbols.declared, &symbols.newest) else {
        return;
    };
    for missing in symbols::missing(newest) {
        // `unknown-symbol` reports what is missing in both.
        if missing.is_missing_in(declared) {
            continue;
        }
        let (verb, known) = if missing.is_found_in(declared) {
            ("no longer has", missing.found_in_phrase(declared))
        } else {
            ("has no", String::new())
        };
        let message = missing.message(&symbols.package, &newest.version, verb);
        missing.report(sink, message + &known, None, symbols, &newest.version);
    }
}
