//! Instructions for the model in text that readers do not see.

use crate::diagnostic::Severity;
use crate::document::Document;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::safety::instruction::{self, HiddenPlaceKind, Phrase};

/// The rule; see its page.
pub static RULE: Rule = rule!("hidden-instruction", Check::Document(check))
    .with(&[Property::NeverCausedByFix, Property::ChecksAttachments]);

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
            Phrase::Settings => "tells a model to change the settings of its user",
            Phrase::Forgery => "imitates a message of a chat",
            Phrase::Consent => "claims the consent of the user",
        };
        let report = sink.report(
            found.span,
            format!("{} {wants}: \"{}\"", found.place.as_str(), found.words),
        );
        let (label, help) = words(found.place);
        let report = report.label(label).help(help);
        // A reader opens a section with a click.
        if matches!(
            found.place,
            HiddenPlaceKind::Collapsed | HiddenPlaceKind::CollapsedCode
        ) {
            report.severity(Severity::Note);
        }
    }
}

/// What a reader sees of a place, and what to do about the text.
fn words(place: HiddenPlaceKind) -> (&'static str, &'static str) {
    match place {
        HiddenPlaceKind::Collapsed | HiddenPlaceKind::CollapsedCode => (
            "visible only when the section is opened",
            "remove it, or write it where readers see it",
        ),
        HiddenPlaceKind::FrontMatterValue | HiddenPlaceKind::Address => (
            "not part of the page that readers see",
            "remove it; describe the content and give no orders",
        ),
        HiddenPlaceKind::CodeComment => (
            "addressed to an assistant, not to readers",
            "remove it; a comment explains code and gives no orders to an assistant",
        ),
        HiddenPlaceKind::Encoded => (
            "readers cannot read it",
            "remove it, or show what it says in plain words",
        ),
        HiddenPlaceKind::Chat | HiddenPlaceKind::Visible => (
            "a model may take it for an order",
            "remove it, or show it as an example in a code block",
        ),
        _ => (
            "not visible to readers of the page",
            "remove it, or write it where readers see it",
        ),
    }
}
