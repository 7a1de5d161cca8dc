//! Instructions for the model in text that readers do not see.

use crate::diagnostic::Severity;
use crate::document::Document;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::safety::instruction::{self, InstructionPlace, Intent};

/// The rule; see its page.
pub static RULE: Rule = rule!("hidden-instruction", Check::Document(check))
    .with(&[Property::NeverCausedByFix, Property::ChecksAttachments]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    for found in instruction::find(document) {
        let wants = match found.intent {
            Intent::Override => "tells a model to ignore its instructions",
            Intent::Secrecy => "tells a model to keep something from its user",
            Intent::Exfiltration => "tells a model to disclose data",
            Intent::Execution => "tells a model to do something",
            Intent::Role => "gives a model another role",
            Intent::Address => "addresses a model",
            Intent::Steering => "tells a model what to prefer",
            Intent::Settings => "tells a model to change the settings of its user",
            Intent::Forgery => "imitates a message of a chat",
            Intent::Consent => "claims the consent of the user",
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
            InstructionPlace::Collapsed | InstructionPlace::CollapsedCode
        ) {
            report.severity(Severity::Note);
        }
    }
}

/// What a reader sees of a place, and what to do about the text.
fn words(place: InstructionPlace) -> (&'static str, &'static str) {
    match place {
        InstructionPlace::Collapsed | InstructionPlace::CollapsedCode => (
            "visible only when the section is opened",
            "remove it, or write it where readers see it",
        ),
        InstructionPlace::FrontMatterValue | InstructionPlace::Address => (
            "not part of the page that readers see",
            "remove it; describe the content and give no orders",
        ),
        InstructionPlace::CodeComment => (
            "addressed to an assistant, not to readers",
            "remove it; a comment explains code and gives no orders to an assistant",
        ),
        InstructionPlace::Encoded => (
            "readers cannot read it",
            "remove it, or show what it says in plain words",
        ),
        InstructionPlace::Chat | InstructionPlace::Visible => (
            "a model may take it for an order",
            "remove it, or show it as an example in a code block",
        ),
        _ => (
            "not visible to readers of the page",
            "remove it, or write it where readers see it",
        ),
    }
}
