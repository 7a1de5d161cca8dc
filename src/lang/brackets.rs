//! Brackets of curly-brace languages: which one was never closed, told by the indentation.
//!
//! A parser notices a missing `}` at the end of the file. People miss it where the indentation stops agreeing.

use std::ops::Range;

use super::SyntaxError;

/// A bracket outside of strings, comments and regular expressions.
#[derive(Debug, Clone, Copy)]
struct Bracket {
    at: usize,
    byte: u8,
}

/// Move an error that the parser found at the end, or at one closer too many, to where the brackets went wrong.
pub fn refine(code: &str, error: &mut SyntaxError) {
    let rest = code.get(error.span.end..).unwrap_or_default();
    let at_end = rest.trim().is_empty();
    let at_closer = matches!(code.get(error.span.clone()), Some("}" | ")" | "]"));
    if !at_end && !at_closer {
        return;
    }
    let Some(wrong) = first_disagreement(code) else {
        return;
    };
    match wrong {
        Disagreement::Unclosed { open, before } => {
            let bracket = code.get(open..=open).unwrap_or_default().to_owned();
            if error.related.iter().all(|(span, _)| span.start != open) {
                error
                    .related
                    .push((open..open + 1, format!("`{bracket}` opened here")));
            }
            if let Some(place) = before.filter(|place| place.start < error.span.start) {
                error.label = Some(format!("`{bracket}` is still open here"));
                error.span = place;
            }
        }
        Disagreement::Surplus { close } => {
            if close < error.span.start {
                error.span = close..close + 1;
                error.label = Some("closes more than was opened".to_owned());
            }
        }
    }
}

/// What is wrong with the brackets.
enum Disagreement {
    /// `open` has no partner; `before` is the closer that took it from somebody else, if one did.
    Unclosed {
        open: usize,
        before: Option<Range<usize>>,
    },
    /// `close` has no partner.
    Surplus { close: usize },
}

fn first_disagreement(code: &str) -> Option<Disagreement> {
    let brackets = brackets(code);
    let mut open: Vec<Bracket> = Vec::new();
    let mut suspect: Option<(Bracket, Bracket)> = None;
    let mut surplus: Option<Bracket> = None;
    for &bracket in &brackets {
        if matches!(bracket.byte, b'(' | b'[' | b'{') {
            open.push(bracket);
            continue;
        }
        let Some(opener) = open.pop() else {
            surplus = Some(bracket);
            break;
        };
        let leads = first_on_line(code, bracket.at);
        if suspect.is_none() && leads && indent(code, opener.at) != indent(code, bracket.at) {
            suspect = Some((opener, bracket));
        }
    }
    if let Some(close) = surplus {
        // Of the closers up to the surplus one, the first that stands under the wrong opener is the extra one.
        let at = suspect.map_or(close.at, |(_, bracket)| bracket.at);
        return Some(Disagreement::Surplus { close: at });
    }
    let last = open.last()?;
    Some(match suspect {
        Some((opener, closer)) => Disagreement::Unclosed {
            open: opener.at,
            before: Some(closer.at..closer.at + 1),
        },
        None => Disagreement::Unclosed {
            open: last.at,
            before: None,
        },
    })
}

/// Width of the white space that starts the line of `at`, in bytes.
fn indent(code: &str, at: usize) -> usize {
    let start = line_start(code, at);
    code.as_bytes()
        .iter()
        .skip(start)
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

fn first_on_line(code: &str, at: usize) -> bool {
    code.get(line_start(code, at)..at)
        .is_some_and(|before| before.trim().is_empty())
}

fn line_start(code: &str, at: usize) -> usize {
    memchr::memrchr(b'\n', code.as_bytes().get(..at).unwrap_or_default()).map_or(0, |newline| newline + 1)
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
mod tests {
    use super::*;

    fn refined(code: &str) -> SyntaxError {
        let mut error = SyntaxError::new(code, code.len()..code.len(), "expected `}`");
        refine(code, &mut error);
        error
    }

    #[test]
    fn the_closer_under_the_wrong_opener_tells_the_line() {
        let code = "function f() {\n  if (x) {\n    a(`${b}}`)\n\n}\ng()\nh()\n";
        let error = refined(code);
        assert_eq!(code[..error.span.start].matches('\n').count(), 4);
        assert_eq!(error.related.first().map(|(span, _)| span.start), Some(24));
    }

    #[test]
    fn without_a_hint_the_innermost_open_bracket_is_named() {
        let error = refined("a({ b: '}'\n");
        assert_eq!(error.related.first().map(|(span, _)| span.clone()), Some(2..3));
    }
}
