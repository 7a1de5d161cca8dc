//! Words that speak to a model, in places that a reader of the page does not see or does not look at.

mod decode;
mod disguised;
mod lexicon;
mod matcher;
mod normalize;
mod patterns;
mod phrases;
mod places;
mod visible;
mod word_table;
mod words;

pub use patterns::Intent;
pub use places::{HiddenPlace, InstructionPlace, Scrutiny, find as places};

use phrases::PhraseMatch;

use crate::document::Document;
use crate::text::Span;

/// An instruction in a hidden place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// The kind of place.
    pub place: InstructionPlace,
    /// The words, or the whole place where they are written as something else.
    pub span: Span,
    /// The words as a model reads them.
    pub words: String,
    /// What they want.
    pub intent: Intent,
}

/// The texts of a document that speak to a model where its readers do not see or do not expect it, in order; the first phrase
/// of each.
#[must_use]
pub fn find(document: &Document) -> Vec<Instruction> {
    let mut hidden: Vec<Span> = Vec::new();
    let mut found: Vec<Instruction> = Vec::new();
    for place in places(document) {
        if let Some(instruction) = judge(document, place) {
            hidden.push(place.span);
            found.push(instruction);
        }
    }
    // A hidden text is not reported as visible as well.
    let seen = visible::find(document).into_iter();
    found.extend(seen.chain(disguised::find(document)).filter(|instruction| {
        let span = instruction.span;
        !hidden
            .iter()
            .any(|hidden| hidden.start < span.end && span.start < hidden.end)
    }));
    // A comment inside of an invisible element is one place, not two.
    found.sort_by_key(|instruction| (instruction.span, instruction.place));
    found.dedup_by_key(|instruction| instruction.span);
    found
}

fn judge(document: &Document, place: HiddenPlace) -> Option<Instruction> {
    let text = document.slice(place.span);
    let scrutiny = place.kind.scrutiny();
    if scrutiny == Scrutiny::Combined && !phrases::is_attack(text) {
        return None;
    }
    let hit = match place.kind {
        InstructionPlace::Address => {
            phrases::find(&spoken(text), false).map(|hit| PhraseMatch { range: None, ..hit })
        }
        InstructionPlace::FrontMatterValue => phrases::find_in_value(text),
        _ => phrases::find(text, scrutiny == Scrutiny::Unseen),
    }?;
    let explains = matches!(
        place.kind,
        InstructionPlace::CollapsedCode | InstructionPlace::Address | InstructionPlace::FrontMatterValue
    );
    if explains && visible::is_about_attacks(document, place.span) {
        return None;
    }
    let span = hit.range.map_or(place.span, |range| {
        let start = place.span.start as usize;
        Span::new(start + range.start, start + range.end)
    });
    Some(Instruction {
        place: place.kind,
        span,
        words: hit.words,
        intent: hit.intent,
    })
}

/// The words of an address as a sentence. What is escaped in it is decoded with the other forms.
fn spoken(address: &str) -> String {
    if address.starts_with("data:") {
        // The code follows a comma.
        return address.replace([',', ';'], " ");
    }
    let decoded = percent_encoding::percent_decode_str(address).decode_utf8_lossy();
    decoded.replace(['-', '_', '+', '/', '?', '#', '=', '&', '.'], " ")
}
