//! The examples on rule pages.

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use std::ops::Range;

const PLACE: &str = "author/docs/entry/DOC.md";

/// An example on a rule page.
pub struct Example {
    /// The range in the page, with the fences.
    pub range: Range<usize>,
    /// The words of the info string.
    pub words: Vec<String>,
    /// The text, escapes resolved.
    pub text: String,
}

impl Example {
    /// Whether it is marked with a word.
    pub fn is(&self, word: &str) -> bool {
        self.words.iter().skip(1).any(|w| w == word)
    }

    /// The path in the hub.
    pub fn path(&self) -> &str {
        self.words
            .iter()
            .find_map(|w| w.strip_prefix("path="))
            .unwrap_or(PLACE)
    }
}

/// Every fenced block of a page.
pub fn examples(page: &str) -> Vec<Example> {
    let mut out: Vec<Example> = Vec::new();
    let mut inside = false;
    for (event, range) in Parser::new(page).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let words = info.split_whitespace().map(str::to_owned).collect();
                out.push(Example {
                    range,
                    words,
                    text: String::new(),
                });
                inside = true;
            }
            Event::Text(text) if inside => out.last_mut().unwrap().text.push_str(&text),
            Event::End(TagEnd::CodeBlock) => inside = false,
            _ => {}
        }
    }
    for example in &mut out {
        if example.is("escaped") {
            example.text = unescape(&example.text);
        }
    }
    out
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(hex) = rest.strip_prefix("u{") {
            let (digits, after) = hex.split_once('}').unwrap();
            out.push(char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap());
            rest = after;
        } else if let Some(after) = rest.strip_prefix('r') {
            out.push('\r');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('n') {
            out.push('\n');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('t') {
            out.push('\t');
            rest = after;
        } else {
            out.push('\\');
        }
    }
    out + rest
}

/// The bytes of a text with `\xNN` in it.
pub fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut pieces = text.split("\\x");
    out.extend_from_slice(pieces.next().unwrap().as_bytes());
    for piece in pieces {
        let (hex, rest) = piece.split_at(2);
        out.push(u8::from_str_radix(hex, 16).unwrap());
        out.extend_from_slice(rest.as_bytes());
    }
    out
}
