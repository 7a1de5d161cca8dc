//! How the hub's client cuts texts and ids into search terms.

use indexmap::IndexSet;

use crate::chub::js;

/// Words too common to search for.
const STOP_WORDS: &[&str] = &[
    "a", "about", "an", "and", "are", "as", "at", "be", "but", "by", "can", "do", "does", "for", "from",
    "has", "have", "how", "if", "in", "into", "is", "it", "its", "just", "may", "no", "not", "of", "on",
    "or", "over", "so", "such", "than", "that", "the", "them", "then", "these", "this", "those", "through",
    "to", "too", "under", "use", "used", "using", "very", "was", "were", "will", "with", "you", "your",
];

/// The terms of a text, in order and with repeats: runs of `a-z` and `0-9` of the lower-cased text, without stop
/// words and single letters.
#[must_use]
pub fn tokenize(text: &str) -> Vec<String> {
    lower(text)
        .split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit()))
        .filter(|term| is_searchable(term))
        .map(str::to_owned)
        .collect()
}

/// The terms of an id, each once: those of the text, and its parts with and without their separators, cut where
/// letters meet digits, so that `auth0` is found by `auth` and `nodefetch` finds `node-fetch`.
#[must_use]
pub fn tokenize_id(id: &str) -> Vec<String> {
    let mut terms: IndexSet<String> = tokenize(id).into_iter().collect();
    let whole = compact(id);
    let mut add = |text: &str| {
        if is_searchable(text) {
            terms.insert(text.to_owned());
        }
        terms.extend(tokenize(&split_at_digits(text)));
    };
    add(&whole);
    for segment in segments(id) {
        add(&segment);
    }
    terms.into_iter().collect()
}

/// A text reduced to its letters `a-z` and digits, lower-cased.
#[must_use]
pub fn compact(text: &str) -> String {
    lower(text)
        .chars()
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        .collect()
}

/// The parts of an id, compact, each once: first those between slashes, then those between any separators.
#[must_use]
pub fn segments(id: &str) -> IndexSet<String> {
    let separators = |c: char| matches!(c, '/' | '_' | '.' | '-') || js::is_space(c);
    id.split('/')
        .chain(id.split(separators))
        .map(compact)
        .filter(|segment| !segment.is_empty())
        .collect()
}

/// Lower case comes before the cut: the Kelvin sign becomes a `k` that counts.
fn lower(text: &str) -> String {
    if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        text.to_lowercase()
    }
}

fn is_searchable(term: &str) -> bool {
    let long_enough = term.len() > 1 || term.bytes().all(|byte| byte.is_ascii_digit()) && !term.is_empty();
    long_enough && STOP_WORDS.binary_search(&term).is_err()
}

/// Puts a space between a letter and a digit next to each other.
fn split_at_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut before = None;
    for c in text.chars() {
        let is_digit = c.is_ascii_digit();
        if before.is_some_and(|was_digit: bool| was_digit != is_digit) {
            out.push(' ');
        }
        before = Some(is_digit);
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stop_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn texts_become_terms() {
        let expected = ["ray", "2", "api", "v1", "0"];
        assert_eq!(tokenize("How to use the X-Ray 2 API (v1.0)"), expected);
        assert_eq!(tokenize("\u{212a}elvin \u{130}stanbul"), ["kelvin", "stanbul"]);
        assert_eq!(tokenize("--- a b"), Vec::<String>::new());
    }

    #[test]
    fn ids_are_cut_in_every_way() {
        let expected = [
            "acme",
            "node",
            "fetch2",
            "acmenodefetch2",
            "acmenodefetch",
            "2",
            "nodefetch2",
            "nodefetch",
            "fetch",
        ];
        assert_eq!(tokenize_id("acme/node-fetch2"), expected);
    }
}
