//! Words that speak to a model, in places that a reader of the page does not see.

mod matcher;
mod normalize;
mod patterns;
mod phrases;
mod places;

pub use patterns::Phrase;
pub use places::{HiddenPlace, HiddenPlaceKind, find as places};

use crate::document::Document;
use crate::text::Span;

/// An instruction in a hidden place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// The kind of place.
    pub place: HiddenPlaceKind,
    /// The words, or the whole place where they are written as something else.
    pub span: Span,
    /// The words as a model reads them.
    pub words: String,
    /// What they want.
    pub phrase: Phrase,
}

/// The hidden places of a document that speak to a model, in order; the first phrase of each.
#[must_use]
pub fn find(document: &Document) -> Vec<Instruction> {
    let mut found: Vec<Instruction> = places(document)
        .into_iter()
        .filter_map(|place| {
            let hit = phrases::find(document.slice(place.span), place.kind.is_unseen())?;
            let span = hit.range.map_or(place.span, |range| {
                let start = place.span.start as usize;
                Span::new(start + range.start, start + range.end)
            });
            Some(Instruction {
                place: place.kind,
                span,
                words: hit.words,
                phrase: hit.phrase,
            })
        })
        .collect();
    // A comment inside of an invisible element is one place, not two.
    found.sort_by_key(|instruction| instruction.span);
    found.dedup_by_key(|instruction| instruction.span);
    found
}
