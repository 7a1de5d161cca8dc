//! The code uses something that the declared release does not have.

use super::symbols;
use crate::document::Document;
use crate::rule::{Check, Rule, Sink, rule};
use crate::symbols::EntrySymbols;

/// The rule; see its page.
pub static RULE: Rule = rule!("unknown-symbol", Check::Symbols(check));

fn check(_: &Document, symbols: &EntrySymbols, sink: &mut Sink<'_>) {
    let Some(declared) = &symbols.declared else { return };
    let newest = symbols.newest.as_ref();
    for missing in symbols::missing(declared) {
        let has = newest.filter(|newest| missing.is_found_in(newest));
        let mut message = missing.message(&symbols.package, &declared.version, "has no");
        if let Some(newest) = has {
            message.push_str(&missing.found_in_phrase(newest));
        }
        let help = has.map(|newest| format!("check the text against {0}, then declare {0}", newest.version));
        missing.report(sink, message, help, symbols, &declared.version);
    }
}
