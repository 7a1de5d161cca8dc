//! Visible text that does not belong in documentation: comments in code that order an assistant to keep something from
//! its user, encoded orders, forged messages of a chat.
//!
//! A search for a few words that such texts hold comes first, so that a page without them costs one pass.

use super::patterns::Intent;
use super::phrases::PhraseMatch;
use super::places::InstructionPlace;
use super::{Instruction, decode, phrases};
use crate::document::Document;
use crate::text::{Span, any_of, is_first_on_line, line_around};
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// How many of the words are looked at in a document.
const MAX_HITS: usize = 1_000;
/// The longest text around a word that is judged, in bytes.
const MAX_AROUND: usize = 2_000;

/// What a search word may belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anchor {
    /// A request in plain words.
    Words,
    /// A word of `instruct` or `the user`, as base64, base32 or hexadecimal digits, at each place of a group.
    Code,
    /// Letters as escapes of JSON, JavaScript and Python.
    Escapes,
    /// Markup of a chat.
    Chat,
    /// What only a comment in code may be judged for: the name of an assistant, or files with its settings.
    Comment,
}

/// A string to search for.
struct SearchWord {
    word: &'static str,
    /// The phrases with it of which one must be there; empty for the word alone.
    phrases: &'static [&'static str],
    anchor: Anchor,
}

const fn anchor(anchor: Anchor, word: &'static str, phrases: &'static [&'static str]) -> SearchWord {
    SearchWord {
        word,
        phrases,
        anchor,
    }
}

/// The search compares the first four bytes of each word: four bytes that are rare in a text make it fast. Up to 32 words
/// are compared in vectors of 32 bytes, more of them in vectors of 16.
const SEARCH_WORDS: [SearchWord; 31] = [
    anchor(
        Anchor::Words,
        "gnore ",
        &[
            "gnore all ",
            "gnore any ",
            "gnore your ",
            "gnore prev",
            "gnore prior",
            "gnore earlier",
            "gnore every",
            "gnore the ",
        ],
    ),
    anchor(Anchor::Words, "GNORE ", &["GNORE ALL", "GNORE PREV"]),
    anchor(Anchor::Words, "isregard ", &[]),
    anchor(
        Anchor::Words,
        "orget ",
        &["orget all ", "orget every", "orget your ", "orget previous"],
    ),
    anchor(Anchor::Words, "verride ", &[]),
    anchor(Anchor::Words, "asking", &["ithout asking"]),
    anchor(
        Anchor::Words,
        "tell",
        &["ithout telling", "ot tell the ", "on't tell ", "ever tell "],
    ),
    anchor(
        Anchor::Words,
        "nform",
        &["ithout informing", "ot inform the ", "on't inform "],
    ),
    anchor(
        Anchor::Words,
        "ntion this",
        &["ot mention this", "on't mention this"],
    ),
    anchor(Anchor::Words, "TELL THE", &["OT TELL THE"]),
    anchor(Anchor::Code, "aW5zdHJ1Y3", &[]),
    anchor(Anchor::Code, "luc3RydWN0", &[]),
    anchor(Anchor::Code, "pbnN0cnVjd", &[]),
    anchor(Anchor::Code, "dGhlIHVzZX", &[]),
    anchor(Anchor::Code, "RoZSB1c2Vy", &[]),
    anchor(Anchor::Code, "0aGUgdXNlc", &[]),
    anchor(Anchor::Code, "696e737472756374", &[]),
    anchor(Anchor::Code, "746865207573", &[]),
    anchor(Anchor::Code, "NFXHG5DSOVR", &[]),
    anchor(Anchor::Code, "S5TDMVXHG5D", &[]),
    // Small letters: few texts have a reason to escape them.
    anchor(Anchor::Escapes, "\\u00", &["\\u006", "\\u007"]),
    anchor(Anchor::Comment, "ssistant", &["ssistant:", "ssistants:"]),
    anchor(Anchor::Comment, "CLAUDE.md", &[]),
    anchor(Anchor::Comment, "AGENTS.md", &[]),
    anchor(Anchor::Comment, ".claude/", &[]),
    anchor(Anchor::Comment, ".mcp.json", &[]),
    anchor(Anchor::Chat, "<|im_start|>", &[]),
    anchor(Anchor::Chat, "<|start", &["<|start_header_id|>", "<|start|>"]),
    anchor(Anchor::Chat, "<system-reminder>", &[]),
    anchor(Anchor::Chat, "_calls>", &["function_calls>"]),
    anchor(Anchor::Chat, "<start_of_turn>", &[]),
];

static SEARCH: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| any_of(SEARCH_WORDS.iter().map(|word| word.word)));

/// Where the words and phrases are in a text, and what each may belong to.
fn anchors(text: &str) -> impl Iterator<Item = (usize, Anchor)> {
    let hits = SEARCH.iter().flat_map(move |search| search.find_iter(text));
    hits.filter_map(move |hit| {
        let word = SEARCH_WORDS.get(hit.pattern().as_usize())?;
        if word.phrases.is_empty() {
            return Some((hit.start(), word.anchor));
        }
        let start = word.phrases.iter().find_map(|phrase| {
            let start = hit.start().checked_sub(phrase.find(word.word)?)?;
            text.get(start..)?.starts_with(phrase).then_some(start)
        })?;
        Some((start, word.anchor))
    })
}

/// The visible texts of a document that instruct a model, in order.
pub fn find(document: &Document) -> Vec<Instruction> {
    let mut found: Vec<Instruction> = Vec::new();
    let mut judged = 0;
    for (at, anchor) in anchors(&document.text).take(MAX_HITS) {
        if at < judged {
            continue;
        }
        let next = match anchor {
            Anchor::Words => {
                let (around, kind) = around(document, at);
                judged = around.end as usize;
                kind.and_then(|kind| words(document, around, kind))
            }
            Anchor::Comment => {
                let (around, kind) = around(document, at);
                kind.filter(|kind| *kind == InstructionPlace::CodeComment)
                    .and_then(|kind| {
                        judged = around.end as usize;
                        words(document, around, kind)
                    })
            }
            Anchor::Escapes => {
                let line = line_around(&document.text, at);
                judged = line.end as usize;
                escaped(document, at, line)
            }
            Anchor::Code => {
                let code = code_around(&document.text, at);
                judged = code.end as usize;
                encoded(document, code)
            }
            Anchor::Chat => chat(document, at),
        };
        found.extend(next);
    }
    found
}

/// The text around a byte that is judged together, and what it is: the comment in code, or the paragraph. `None` for other
/// code.
fn around(document: &Document, at: usize) -> (Span, Option<InstructionPlace>) {
    let line = line_around(&document.text, at);
    let is_in = |spans: &mut dyn Iterator<Item = Span>| {
        spans
            .take_while(|span| span.start as usize <= at)
            .any(|span| at < span.end as usize)
    };
    if document.is_attachment() && !document.is_attached_text() {
        let whole = Span::new(0, document.text.len());
        return in_code(&document.text, at, whole);
    }
    let body = &document.body;
    let blocks = &body.code_blocks;
    let after = blocks.partition_point(|block| block.span.start as usize <= at);
    let block = after.checked_sub(1).and_then(|at| blocks.get(at));
    if let Some(block) = block.filter(|block| at < block.span.end as usize) {
        return in_code(&document.text, at, block.span);
    }
    let after = body.inline_code.partition_point(|span| span.start as usize <= at);
    let inline = after.checked_sub(1).and_then(|at| body.inline_code.get(at));
    let in_code =
        inline.is_some_and(|span| at < span.end as usize) || is_in(&mut body.indented_code.iter().copied());
    if in_code || at < body.start {
        return (line, None);
    }
    (
        paragraph_around(&document.text, at),
        Some(InstructionPlace::Visible),
    )
}

/// The comment around a byte of code, or its line.
fn in_code(text: &str, at: usize, code: Span) -> (Span, Option<InstructionPlace>) {
    match comment_around(text, at, code) {
        Some(comment) => (comment, Some(InstructionPlace::CodeComment)),
        None => (line_around(text, at), None),
    }
}

/// The comment around a byte of code: the lines around it that begin with the same mark, or what follows the mark on its
/// own line.
fn comment_around(text: &str, at: usize, block: Span) -> Option<Span> {
    const MARKS: &[&str] = &[
        "#", "//", "--", ";", "%", "*", "<!--", "/*", "\"\"\"", "REM ", "'''",
    ];
    let line = line_around(text, at);
    let mark = |line: Span| {
        let line = line.slice(text).trim_start();
        MARKS.iter().copied().find(|mark| line.starts_with(mark))
    };
    let Some(own) = mark(line) else {
        let before = text.get(line.start as usize..at)?;
        let start = [" #", " //", " --", "/*", "<!--"]
            .iter()
            .filter_map(|mark| before.rfind(mark))
            .max()?;
        return Some(Span::new(line.start as usize + start, line.end as usize));
    };
    let mut span = line;
    while span.start > block.start && span.len() < MAX_AROUND {
        let above = line_around(text, (span.start as usize).checked_sub(1)?);
        // The first line of a block is its fence.
        if mark(above) != Some(own) || above.start <= block.start && block.start > 0 {
            break;
        }
        span.start = above.start;
    }
    while span.end < block.end && span.len() < MAX_AROUND {
        let below = line_around(text, span.end as usize + 1);
        if mark(below) != Some(own) || below.end <= span.end {
            break;
        }
        span.end = below.end;
    }
    Some(span)
}

/// The lines around a byte up to blank ones.
pub fn paragraph_around(text: &str, at: usize) -> Span {
    let from = text.floor_char_boundary(at.saturating_sub(MAX_AROUND));
    let to = text.floor_char_boundary((at + MAX_AROUND).min(text.len()));
    let before = text.get(from..at).unwrap_or_default();
    let after = text.get(at..to).unwrap_or_default();
    let start = before.rfind("\n\n").map_or(from, |blank| from + blank + 2);
    let end = after.find("\n\n").map_or(to, |blank| at + blank);
    Span::new(start, end)
}

/// Requests that are an attack together.
fn words(document: &Document, around: Span, kind: InstructionPlace) -> Option<Instruction> {
    let text = document.slice(around);
    let may_want = match kind {
        InstructionPlace::CodeComment => phrases::addresses(text),
        _ => phrases::is_attack(text),
    };
    if !may_want {
        return None;
    }
    let all = phrases::all(text);
    let has = |intent: Intent| all.iter().any(|found| found.intent == intent);
    let wants = if kind == InstructionPlace::CodeComment {
        let request = [
            Intent::Override,
            Intent::Secrecy,
            Intent::Exfiltration,
            Intent::Settings,
        ];
        has(Intent::Address) && request.into_iter().any(has)
    } else {
        true
    };
    if !wants || is_about_attacks(document, around) || is_quoted(text, &all) {
        return None;
    }
    let first = all
        .iter()
        .find(|found| found.intent != Intent::Address)
        .or(all.first())?;
    let range = first.range.clone()?;
    Some(Instruction {
        place: kind,
        span: Span::new(
            around.start as usize + range.start,
            around.start as usize + range.end,
        ),
        words: first.words.clone(),
        intent: first.intent,
    })
}

/// Whether a phrase is quoted, so that it is not an instruction.
fn is_quoted(text: &str, all: &[phrases::PhraseMatch]) -> bool {
    all.iter().any(|found| {
        let before = found.range.as_ref().and_then(|range| text.get(..range.start));
        before.is_some_and(|before| {
            before
                .trim_end()
                .ends_with(['"', '\'', '“', '‘', '«', '„', '`', '「'])
        })
    })
}

/// Whether the surrounding text explains attacks and so shows them on purpose.
pub fn is_about_attacks(document: &Document, around: Span) -> bool {
    const REACH: usize = 2_000;
    const WORDS: &[&str] = &[
        "injection",
        "jailbreak",
        "adversar",
        "red team",
        "red-team",
        "malicious",
        "attack",
        "poison",
        "guardrail",
        "exploit",
        "untrusted",
        "hostile",
        "phishing",
    ];
    let text = &document.text;
    let from = text.floor_char_boundary((around.start as usize).saturating_sub(REACH));
    let to = text.floor_char_boundary((around.end as usize + REACH / 4).min(text.len()));
    let near = text.get(from..to).unwrap_or_default().to_lowercase();
    WORDS.iter().any(|word| near.contains(word))
}

/// The letters and digits around a byte.
fn code_around(text: &str, at: usize) -> Span {
    let is_code =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_');
    let bytes = text.as_bytes();
    let before = bytes.get(..at).unwrap_or_default();
    let after = bytes.get(at..).unwrap_or_default();
    let head = before
        .iter()
        .rev()
        .take(MAX_AROUND)
        .take_while(|byte| is_code(byte))
        .count();
    let tail = after
        .iter()
        .take(MAX_AROUND)
        .take_while(|byte| is_code(byte))
        .count();
    Span::new(at - head, at + tail)
}

fn encoded(document: &Document, code: Span) -> Option<Instruction> {
    let text = document.slice(code);
    // An address ends in a code, and its slashes are letters of the code.
    let words = std::iter::once(text).chain(text.rsplit(['/', '=']).filter(|part| part.len() > 16));
    let hit = words
        .flat_map(decode::readings)
        .find_map(|reading| phrases::find(&reading, false))?;
    as_encoded(document, code, hit)
}

/// Report an encoded request, unless the surrounding text explains attacks.
fn as_encoded(document: &Document, span: Span, hit: PhraseMatch) -> Option<Instruction> {
    (!is_about_attacks(document, span)).then_some(Instruction {
        place: InstructionPlace::Encoded,
        span,
        words: hit.words,
        intent: hit.intent,
    })
}

/// Decode the escapes of a line, starting at the first one.
fn escaped(document: &Document, at: usize, line: Span) -> Option<Instruction> {
    let text = &document.text;
    let before = text.get(line.start as usize..at)?;
    // The first escape of a row may be a capital or a blank.
    let start = before
        .find("\\u00")
        .map_or(at, |first| line.start as usize + first);
    let end = (line.end as usize).min(start + MAX_AROUND);
    let escapes = text.get(start..text.floor_char_boundary(end))?;
    let last = escapes.rfind("\\u00")? + "\\u0000".len();
    let escapes = escapes.get(..last.min(escapes.len()))?;
    let hit = decode::readings(escapes)
        .iter()
        .find_map(|reading| phrases::find(reading, true))?;
    as_encoded(document, Span::new(start, start + escapes.len()), hit)
}

/// A message of a chat outside of code, at the start of a line: a role behind its mark, or a reminder that is closed.
fn chat(document: &Document, at: usize) -> Option<Instruction> {
    let text = document.text.as_str();
    let is_shown = matches!(around(document, at).1, Some(InstructionPlace::Visible));
    if !is_shown || !is_first_on_line(text, at) && !text.get(..at)?.ends_with(['/', '<', ':']) {
        return None;
    }
    let near = text.get(at..text.floor_char_boundary((at + MAX_AROUND).min(text.len())))?;
    let role = |mark: &str| {
        near.strip_prefix(mark).is_some_and(|rest| {
            ["system", "user", "assistant", "developer", "tool", "model"]
                .iter()
                .any(|role| rest.starts_with(role))
        })
    };
    let forged = role("<|im_start|>")
        || role("<|start_header_id|>")
        || role("<|start|>") && near.contains("<|message|>")
        || role("<start_of_turn>")
        || near.starts_with("<system-reminder>") && near.contains("</system-reminder>")
        || near.starts_with("function_calls>") && near.contains("invoke name=");
    forged.then(|| Instruction {
        place: InstructionPlace::Chat,
        span: line_around(text, at),
        words: line_around(text, at)
            .slice(text)
            .trim()
            .chars()
            .take(60)
            .collect(),
        intent: Intent::Forgery,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_phrase_is_found_by_its_word() {
        for word in &SEARCH_WORDS {
            let phrases = match word.phrases {
                [] => std::slice::from_ref(&word.word),
                phrases => phrases,
            };
            for phrase in phrases {
                let found: Vec<_> = anchors(&format!("é {phrase} é")).collect();
                assert_eq!(found, [(3, word.anchor)], "{phrase}");
            }
        }
        let others = "ignore case, tell everyone, information, assistant, \\u00e9, a function, <|start of it";
        assert_eq!(anchors(others).count(), 0);
    }
}
