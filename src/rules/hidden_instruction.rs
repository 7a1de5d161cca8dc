//! Instructions for the model in text that readers do not see.

use crate::document::Document;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::safety::instruction::{self, Phrase};

/// The rule; see its page.
pub static RULE: Rule =
    rule!("hidden-instruction", Check::Document(check)).with(&[Property::NeverCausedByFix]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    for found in instruction::find(document) {
        let wants = match found.phrase {
            Phrase::Override => "tells a model to ignore its instructions",
            Phrase::Secrecy => "tells a model to keep something from its user",
            Phrase::Exfiltration => "tells a model to disclose data",
            Phrase::Execution => "tells a model to do something",
            Phrase::Role => "gives a model another role",
            Phrase::Address => "addresses a model",
            Phrase::Steering => "tells a model what to prefer",
        };
        sink.report(
            found.span,
            format!("{} {wants}: \"{}\"", found.place.as_str(), found.words),
        )
        .label("not visible to readers of the page")
        .help("remove it, or write it where readers see it");
    }
}
