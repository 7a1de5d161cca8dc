//! Requests in letters that look like those of ASCII: with Cyrillic letters between Latin ones, or in mathematical ones.
//! Readers see the words, and filters do not.

use super::places::InstructionPlace;
use super::visible::{is_about_attacks, paragraph_around};
use super::{Instruction, phrases};
use crate::document::Document;
use crate::safety::letters::{self, LetterKind, LookAlikeWord, look_alike};
use crate::text::Span;

/// The shortest word that is looked at, in letters.
const MIN_LETTERS: usize = 4;
/// How many such words are looked at in a document.
const MAX_WORDS: usize = 1_000;

/// The requests of a document that are written so, in order; the first of each paragraph.
pub fn find(document: &Document) -> Vec<Instruction> {
    let text = document.text.as_str();
    let mut found = Vec::new();
    let mut judged = 0;
    if text.is_ascii() {
        return found;
    }
    for word in letters::words(text)
        .filter(|word| is_disguised(text, word))
        .take(MAX_WORDS)
    {
        if word.span.start < judged {
            continue;
        }
        let around = paragraph_around(text, word.span.start as usize);
        judged = around.end;
        found.extend(request(document, around));
    }
    found
}

/// Whether a word has letters in another form, or letters of two alphabets.
fn is_disguised(text: &str, word: &LookAlikeWord) -> bool {
    let mixed = word
        .span
        .slice(text)
        .bytes()
        .any(|byte| byte.is_ascii_alphabetic());
    word.plain.len() >= MIN_LETTERS
        && (mixed
            || word
                .letters
                .iter()
                .any(|(_, found)| found.kind == LetterKind::Form))
}

/// The request in a paragraph, if its own words are disguised.
fn request(document: &Document, around: Span) -> Option<Instruction> {
    let text = document.slice(around);
    let hit = phrases::find(text, false)?;
    let range = hit.range?;
    let disguised = text
        .get(range.clone())?
        .chars()
        .filter(|c| look_alike(*c).is_some());
    if disguised.count() < MIN_LETTERS || is_about_attacks(document, around) {
        return None;
    }
    let start = around.start as usize;
    Some(Instruction {
        place: InstructionPlace::Encoded,
        span: Span::new(start + range.start, start + range.end),
        words: hit.words,
        intent: hit.intent,
    })
}
