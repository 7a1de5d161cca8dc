//! Brackets of curly-brace languages: which one was never closed, found by the indentation.
//!
//! A parser reports a missing `}` at the end of the file. It is missing where the indentation stops matching.

use std::ops::Range;

use super::SyntaxError;
use crate::text::{indent, is_first_on_line, line_start};

/// A bracket outside of strings, comments and regular expressions.
#[derive(Debug, Clone, Copy)]
struct Bracket {
    at: usize,
    byte: u8,
}

/// Move an error that the parser found at a closing bracket, or at the end, to where the brackets stop matching.
pub fn refine(code: &str, error: &mut SyntaxError) {
    let at = error.span.start;
    let rest = code.get(at..).unwrap_or_default();
    let found = code.get(error.span.clone()).unwrap_or_default();
    let at_end = code.get(error.span.end..).unwrap_or_default().trim().is_empty();
    if matches!(found, "catch" | "finally" | "from") {
        lost_keyword(code, found, error);
        return;
    }
    let after_closer = code
        .get(..at)
        .is_some_and(|before| before.trim_end().ends_with(['}', ')', ']']));
    if !at_end && !found.starts_with(['}', ')', ']']) && !after_closer {
        return;
    }
    let limit = if at_end {
        code.len()
    } else {
        at + rest.chars().next().map_or(0, char::len_utf8)
    };
    let Some(wrong) = disagreement(code, limit, at_end) else {
        return;
    };
    if let Some(open) = wrong.open {
        let bracket = code.get(open..=open).unwrap_or_default().to_owned();
        if error.related.iter().all(|(span, _)| span.start != open) && (wrong.place.start != open) {
            error
                .related
                .push((open..open + 1, format!("`{bracket}` opened here")));
        }
    }
    // Name the bracket that was opened on the line, even if the place stays.
    if let Some(open) = wrong.open
        && error.related.is_empty()
        && !error.span.contains(&open)
    {
        let bracket = code.get(open..=open).unwrap_or_default();
        error
            .related
            .push((open..open + 1, format!("`{bracket}` opened here")));
    }
    if line_start(code, wrong.place.start) < line_start(code, at) {
        let old = super::visible(code, error.span.clone());
        error
            .related
            .retain(|(span, _)| *span != wrong.place && *span != old);
        error.related.push((old, "the parser noticed it here".to_owned()));
        error.label = Some(wrong.label);
        error.span = super::visible(code, wrong.place);
    }
}

/// The first closing bracket that nothing opened.
#[must_use]
pub fn unopened(code: &str) -> Option<usize> {
    let mut open = 0_usize;
    brackets(code).into_iter().find_map(|bracket| {
        if matches!(bracket.byte, b'(' | b'[' | b'{') {
            open += 1;
            return None;
        }
        let closes = open > 0;
        open = open.saturating_sub(1);
        (!closes).then_some(bracket.at)
    })
}

/// Every bracket outside of strings, comments and regular expressions: where it is, and which.
#[must_use]
pub fn places(code: &str) -> Vec<(usize, u8)> {
    brackets(code)
        .into_iter()
        .map(|bracket| (bracket.at, bracket.byte))
        .collect()
}

/// `} catch` and `} from` continue a statement: it should have started with its keyword, where the brace opened.
fn lost_keyword(code: &str, found: &str, error: &mut SyntaxError) {
    let at = error.span.start;
    let mut open: Vec<Bracket> = Vec::new();
    let mut last = None;
    for bracket in brackets(code).into_iter().take_while(|bracket| bracket.at < at) {
        if matches!(bracket.byte, b'(' | b'[' | b'{') {
            open.push(bracket);
        } else {
            last = open.pop().map(|opener| (opener, bracket));
        }
    }
    let Some((opener, closer)) = last else { return };
    let adjacent = code
        .get(closer.at + 1..at)
        .is_some_and(|between| between.trim().is_empty());
    let before = code.get(..opener.at).unwrap_or_default().trim_end();
    let keyword = if found == "from" { "import" } else { "try" };
    if adjacent && !before.ends_with(keyword) {
        let noticed = std::mem::replace(&mut error.span, opener.at..opener.at + 1);
        error.label = Some(format!("`{keyword}` may be missing before this"));
        error.related.push((noticed, format!("`{found}` needs it")));
    }
}

/// Where the brackets stop matching the indentation.
struct Disagreement {
    place: Range<usize>,
    open: Option<usize>,
    label: String,
}

/// Match the brackets up to `limit` and say where they stop agreeing with the indentation.
fn disagreement(code: &str, limit: usize, at_end: bool) -> Option<Disagreement> {
    let mut open: Vec<Bracket> = Vec::new();
    // The opening bracket of the last closing one, with that one.
    let mut last: Option<(Bracket, Bracket)> = None;
    let mut suspect: Option<(Bracket, Bracket)> = None;
    for bracket in brackets(code)
        .into_iter()
        .take_while(|bracket| bracket.at < limit)
    {
        if matches!(bracket.byte, b'(' | b'[' | b'{') {
            open.push(bracket);
            continue;
        }
        let Some(opener) = open.last().copied() else {
            return surplus(code, suspect.map_or(bracket, |(_, closer)| closer));
        };
        if partner(opener.byte) != bracket.byte {
            return Some(unclosed(code, opener, Some(bracket), last));
        }
        let leads = is_first_on_line(code, bracket.at);
        let differs = indent(code, opener.at) != indent(code, bracket.at);
        if suspect.is_none() && leads && differs && is_comparable(code, opener.at, bracket.at) {
            suspect = Some((opener, bracket));
        }
        open.pop();
        last = Some((opener, bracket));
    }
    if let Some((opener, closer)) = suspect {
        return Some(unclosed(code, opener, Some(closer), None));
    }
    let opener = *open.last()?;
    let same_line = last.is_some_and(|(other, _)| {
        other.byte == opener.byte && line_start(code, other.at) == line_start(code, opener.at)
    });
    (at_end || same_line).then(|| unclosed(code, opener, None, last))
}

/// Whether the indentation of one line begins as that of the other does: where one has tabs and the other spaces, their
/// widths say nothing.
fn is_comparable(code: &str, one: usize, other: usize) -> bool {
    let blanks = |at: usize| {
        let start = line_start(code, at);
        code.get(start..start + indent(code, at)).unwrap_or_default()
    };
    blanks(one).starts_with(blanks(other)) || blanks(other).starts_with(blanks(one))
}

/// A closing bracket without a partner: its opening bracket belongs on a line with the same indentation.
fn surplus(code: &str, closer: Bracket) -> Option<Disagreement> {
    let width = indent(code, closer.at);
    let mut end = line_start(code, closer.at);
    for line in code.get(..end)?.split_inclusive('\n').rev() {
        let start = end - line.len();
        end = start;
        let text = line.trim_end();
        if text.trim().is_empty() || indent(code, start) > width || !is_comparable(code, start, closer.at) {
            continue;
        }
        if indent(code, start) < width || text.ends_with(['{', '(', '[', ';', '}', ')']) {
            break;
        }
        let stop = start + text.len();
        let label = format!("its `{}` may be missing here", char::from(opening(closer.byte)));
        return Some(Disagreement {
            place: stop.saturating_sub(1)..stop,
            open: None,
            label,
        });
    }
    let label = "closes more than was opened".to_owned();
    Some(Disagreement {
        place: closer.at..closer.at + 1,
        open: None,
        label,
    })
}

/// An opening bracket without a partner.
fn unclosed(
    code: &str,
    opener: Bracket,
    before: Option<Bracket>,
    last: Option<(Bracket, Bracket)>,
) -> Disagreement {
    let line = line_start(code, opener.at);
    let end =
        memchr::memchr(b'\n', &code.as_bytes()[opener.at..]).map_or(code.len(), |length| opener.at + length);
    let follows = code.get(opener.at + 1..end).unwrap_or_default().trim();
    let ends_line = follows.is_empty()
        || follows.starts_with("//")
        || follows.ends_with("=>")
        || follows.ends_with(['{', '(', '[']);
    // Another bracket of the same line and kind was closed and this one was not: one of the two is wrong.
    let other_closed = last.is_some_and(|(other, closer)| {
        other.byte == opener.byte && line_start(code, other.at) == line && line_start(code, closer.at) != line
    });
    // What follows on its line should have been closed there.
    if other_closed || !ends_line {
        return Disagreement {
            place: opener.at..opener.at + 1,
            open: Some(opener.at),
            label: "never closed".to_owned(),
        };
    }
    let limit = before.map_or(code.len(), |bracket| bracket.at);
    let place = match (end_of_block(code, opener, end, limit), before) {
        (Some(at), _) => at..at + 1,
        (None, Some(closer)) => closer.at..closer.at + 1,
        (None, None) => code.len()..code.len(),
    };
    Disagreement {
        place,
        open: Some(opener.at),
        label: format!("`{}` is still open here", char::from(opener.byte)),
    }
}

/// Where a block that opens on a line ending at `line_end` should have ended: before the first line that is indented
/// no deeper than that line.
fn end_of_block(code: &str, opener: Bracket, line_end: usize, limit: usize) -> Option<usize> {
    let width = indent(code, opener.at);
    let mut start = line_end + 1;
    let (mut code_end, mut blanks) = (line_end, 0);
    let rest = code.get(start.min(code.len())..limit).unwrap_or_default();
    for text in rest.split_inclusive('\n') {
        let blank = text.trim().is_empty();
        let outside = indent(code, start) <= width && is_comparable(code, start, opener.at);
        if !blank && outside && !text.trim_start().starts_with(['}', ')', ']']) {
            // Two blank lines are what is left of a removed line: the end belongs there.
            return Some(if blanks > 1 {
                code_end
            } else {
                start + indent(code, start)
            });
        }
        start += text.len();
        blanks = if blank { blanks + 1 } else { 0 };
        if !blank {
            code_end = (start - text.len() + text.trim_end().len()).saturating_sub(1);
        }
    }
    None
}

fn partner(open: u8) -> u8 {
    match open {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}

fn opening(close: u8) -> u8 {
    match close {
        b')' => b'(',
        b']' => b'[',
        _ => b'{',
    }
}

/// Every bracket of the code, in order. Strings end with their line; templates nest.
fn brackets(code: &str) -> Vec<Bracket> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    // Depth of braces at which each open template expression ends.
    let mut templates: Vec<usize> = Vec::new();
    let mut braces = 0_usize;
    let mut at = 0;
    let mut before = b'(';
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = memchr::memmem::find(&bytes[at + 2..], b"*/").map_or(bytes.len(), |end| at + end + 4);
                continue;
            }
            b'/' if b"(,=:[!&|?{};+-\n>".contains(&before) => at = regex_end(bytes, at),
            b'"' | b'\'' => at = string_end(bytes, at, byte),
            b'`' => at = template_part(bytes, at, &mut templates, &mut braces),
            b'{' => {
                braces += 1;
                found.push(Bracket { at, byte });
            }
            b'}' if templates.last() == Some(&braces) => {
                templates.pop();
                braces = braces.saturating_sub(1);
                at = template_part(bytes, at, &mut templates, &mut braces);
            }
            b'}' => {
                braces = braces.saturating_sub(1);
                found.push(Bracket { at, byte });
            }
            b'(' | b'[' | b')' | b']' => found.push(Bracket { at, byte }),
            _ => {}
        }
        if !byte.is_ascii_whitespace() || byte == b'\n' {
            before = byte;
        }
        at += 1;
    }
    found
}

/// The closing quote, or the last byte of the line.
fn string_end(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' => return start,
            _ if byte == quote => return at,
            _ => {}
        }
        at += 1;
    }
    start
}

/// The closing slash of a regular expression, or `start` when there is none on the line.
fn regex_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    let mut class = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' => return start,
            b'[' => class = true,
            b']' => class = false,
            b'/' if !class => return at,
            _ => {}
        }
        at += 1;
    }
    start
}

/// Skip template text after `start`: to its closing backtick, or to the `{` of `${`, which is then open.
fn template_part(bytes: &[u8], start: usize, templates: &mut Vec<usize>, braces: &mut usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'`' => return at,
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                *braces += 1;
                templates.push(*braces);
                return at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests;
