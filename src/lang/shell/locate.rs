//! Where a script goes wrong: the parser says where it gave up, people look where a block or a quote lost its end.

use std::ops::Range;

use brush_parser::{
    ParseError, SourcePosition, Token, TokenizerError, TokenizerOptions, uncached_tokenize_str,
};

use super::SyntaxError;

/// The parser's error with the best place for it.
pub(super) fn explain(code: &str, error: &ParseError) -> SyntaxError {
    match error {
        ParseError::Tokenizing { inner, position } => unterminated(code, inner, position.as_ref()),
        ParseError::ParsingNear(position) => {
            let at = byte(code, position.index);
            blocks(code, at).unwrap_or_else(|| unexpected(code, at))
        }
        ParseError::ParsingAtEndOfInput => blocks(code, code.len()).unwrap_or_else(|| {
            SyntaxError::new(
                code,
                code.len()..code.len(),
                "syntax error: unexpected end of file",
            )
        }),
    }
}

fn unexpected(code: &str, at: usize) -> SyntaxError {
    let rest = code.get(at..).unwrap_or_default();
    let word = rest.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
    let end = at
        + word
            .find([';', ')', '&', '|'])
            .filter(|end| *end > 0)
            .unwrap_or(word.len());
    let shown: String = code.get(at..end).unwrap_or_default().chars().take(40).collect();
    if shown.is_empty() {
        return SyntaxError::new(code, at..at, "syntax error near unexpected end of line");
    }
    SyntaxError::new(
        code,
        at..end,
        format!("syntax error near unexpected token `{shown}`"),
    )
}

/// A quote, substitution or here-document without an end.
fn unterminated(code: &str, error: &TokenizerError, position: Option<&SourcePosition>) -> SyntaxError {
    let looking = |mark: &str| format!("unexpected end of file while looking for the matching `{mark}`");
    match error {
        TokenizerError::UnterminatedSingleQuote(at) | TokenizerError::UnterminatedAnsiCQuote(at) => {
            let place = odd_quote(code).unwrap_or_else(|| quote_near(code, at, '\''));
            quote_error(code, place, &looking("'"))
        }
        TokenizerError::UnterminatedDoubleQuote(at) => {
            let place = odd_quote(code).unwrap_or_else(|| quote_near(code, at, '"'));
            quote_error(code, place, &looking("\""))
        }
        TokenizerError::UnterminatedBackquote(at) => {
            quote_error(code, quote_near(code, at, '`'), &looking("`"))
        }
        TokenizerError::UnterminatedHereDocuments(tags, _) => {
            let tag = tags.split(',').next().unwrap_or_default().trim();
            let at = here_document(code, tag).unwrap_or(0..0);
            SyntaxError::new(
                code,
                at,
                format!("the here-document is never ended by a line `{tag}`"),
            )
        }
        TokenizerError::UnterminatedVariable
        | TokenizerError::UnterminatedCommandSubstitution
        | TokenizerError::UnterminatedExpansion => {
            let at = code.find("${").or_else(|| code.find("$("));
            let at = open_expansion(code).or(at).unwrap_or(0);
            let mark = if code.get(at..).is_some_and(|rest| rest.starts_with("${")) {
                "}"
            } else {
                ")"
            };
            SyntaxError::new(code, at..at + 2, looking(mark))
        }
        other => {
            debug_assert!(!super::is_incomplete(other) || position.is_some());
            let at = position.map_or(code.len(), |position| byte(code, position.index));
            SyntaxError::new(code, at..at, format!("syntax error: {other}"))
        }
    }
}

fn quote_error(code: &str, place: usize, message: &str) -> SyntaxError {
    let mut error = SyntaxError::new(code, place..place + 1, message);
    error.label = Some("opened here".to_owned());
    error
}

/// The quote at a position, which may be just behind it.
fn quote_near(code: &str, position: &SourcePosition, quote: char) -> usize {
    let at = byte(code, position.index);
    code.get(..(at + 1).min(code.len()))
        .and_then(|before| before.rfind(quote))
        .unwrap_or(at.min(code.len()))
}

/// The quote that is never closed, found by a string over several lines whose end looks like a beginning.
fn odd_quote(code: &str) -> Option<usize> {
    let bytes = code.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'#' if at == 0 || bytes.get(at - 1).is_some_and(u8::is_ascii_whitespace) => {
                at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
            }
            b'\'' | b'"' => {
                let mut end = at + 1;
                while let Some(&inner) = bytes.get(end) {
                    if inner == b'\\' && byte == b'"' {
                        end += 1;
                    } else if inner == byte {
                        break;
                    }
                    end += 1;
                }
                if end >= bytes.len() {
                    return Some(at);
                }
                let lines = bytes.get(at..end).is_some_and(|text| text.contains(&b'\n'));
                let before = bytes.get(end - 1).copied().unwrap_or(b' ');
                let after = bytes.get(end + 1).copied().unwrap_or(b' ');
                let opens = (before.is_ascii_whitespace() || b"=(:,{[".contains(&before))
                    && !after.is_ascii_whitespace()
                    && !b");|&".contains(&after);
                if lines && opens {
                    return Some(at);
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The last `${` or `$(` that does not close.
fn open_expansion(code: &str) -> Option<usize> {
    let bytes = code.as_bytes();
    let mut open: Vec<(usize, u8)> = Vec::new();
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'{' | b'(' if at > 0 && bytes.get(at - 1) == Some(&b'$') => open.push((at - 1, byte)),
            b'}' if open.last().is_some_and(|(_, kind)| *kind == b'{') => {
                open.pop();
            }
            b')' if open.last().is_some_and(|(_, kind)| *kind == b'(') => {
                open.pop();
            }
            _ => {}
        }
    }
    open.first().map(|(at, _)| *at)
}

fn here_document(code: &str, tag: &str) -> Option<Range<usize>> {
    let at = code.match_indices("<<").map(|(at, _)| at).find(|at| {
        code.get(at + 2..).is_some_and(|rest| {
            rest.trim_start_matches(['-', ' ', '\'', '"', '\\'])
                .starts_with(tag)
        })
    })?;
    let end = code
        .get(at..)?
        .find('\n')
        .map_or(code.len(), |newline| at + newline);
    Some(at..end)
}

/// What kind of block is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    If,
    Loop,
    Case,
    Brace,
    Paren,
}

struct Open {
    kind: Kind,
    at: Range<usize>,
    word: &'static str,
    body: bool,
}

/// Match the blocks of the script: the first end that has no beginning, or the first beginning without end.
fn blocks(code: &str, reported: usize) -> Option<SyntaxError> {
    let tokens = uncached_tokenize_str(code, &TokenizerOptions::default()).ok()?;
    let mut open: Vec<Open> = Vec::new();
    let mut starts: Vec<usize> = Vec::new();
    let mut command = true;
    let mut pattern = false;
    for token in &tokens {
        let at = byte(code, token.location().start.index)..byte(code, token.location().end.index);
        if at.start > reported {
            break;
        }
        let text = token.to_str();
        if matches!(token, Token::Operator(..)) {
            match text {
                "(" if !pattern => open.push(Open {
                    kind: Kind::Paren,
                    at,
                    word: "(",
                    body: true,
                }),
                ")" if open.last().is_some_and(|block| block.kind == Kind::Case) => pattern = false,
                ")" => match open.last().map(|block| block.kind) {
                    Some(Kind::Paren) => drop(open.pop()),
                    _ => return Some(mismatch(code, at, text, &open)),
                },
                ";;" | ";&" | ";;&" => pattern = open.last().is_some_and(|block| block.kind == Kind::Case),
                _ => {}
            }
            command = !matches!(
                text,
                "<" | ">" | ">>" | "<<" | "<<-" | "<<<" | ">&" | "<&" | "<>" | ">|" | "&>"
            );
            continue;
        }
        if pattern && text != "esac" {
            continue;
        }
        if text == "in"
            && open
                .last()
                .is_some_and(|block| block.kind == Kind::Case && !block.body)
        {
            if let Some(block) = open.last_mut() {
                block.body = true;
            }
            pattern = true;
            continue;
        }
        if !command {
            continue;
        }
        if open.last().is_none_or(|block| block.body) {
            starts.push(at.start);
        }
        command = matches!(
            text,
            "if" | "then" | "else" | "elif" | "while" | "until" | "do" | "{" | "!" | "time"
        ) || is_assignment(text);
        let top = open.last_mut();
        match text {
            "if" => open.push(Open {
                kind: Kind::If,
                at,
                word: "if",
                body: false,
            }),
            "while" => open.push(Open {
                kind: Kind::Loop,
                at,
                word: "while",
                body: false,
            }),
            "until" => open.push(Open {
                kind: Kind::Loop,
                at,
                word: "until",
                body: false,
            }),
            "for" => open.push(Open {
                kind: Kind::Loop,
                at,
                word: "for",
                body: false,
            }),
            "select" => open.push(Open {
                kind: Kind::Loop,
                at,
                word: "select",
                body: false,
            }),
            "case" => open.push(Open {
                kind: Kind::Case,
                at,
                word: "case",
                body: false,
            }),
            "{" => open.push(Open {
                kind: Kind::Brace,
                at,
                word: "{",
                body: true,
            }),
            "then" | "else" | "elif" => match top {
                Some(block) if block.kind == Kind::If => block.body = text != "elif",
                _ => return Some(mismatch(code, at, text, &open)),
            },
            "do" => match top {
                Some(block) if block.kind == Kind::Loop && !block.body => block.body = true,
                _ => return Some(mismatch(code, at, text, &open)),
            },
            "fi" | "done" | "esac" | "}" => {
                let kind = match text {
                    "fi" => Kind::If,
                    "done" => Kind::Loop,
                    "esac" => Kind::Case,
                    _ => Kind::Brace,
                };
                match top {
                    Some(block) if block.kind == kind && block.body => drop(open.pop()),
                    _ => return Some(mismatch(code, at, text, &open)),
                }
                pattern = false;
            }
            _ => {}
        }
    }
    if reported < code.trim_end().len() {
        return None;
    }
    let block = open.last()?;
    let end = match block.kind {
        Kind::If if block.body => "fi",
        Kind::If => "then",
        Kind::Loop if block.body => "done",
        Kind::Loop => "do",
        Kind::Case => "esac",
        Kind::Brace => "}",
        Kind::Paren => ")",
    };
    // The end was due before the first command that stands no deeper than the beginning.
    let outer = starts.iter().copied().find(|start| {
        *start > block.at.end && leads(code, *start) && column(code, *start) <= indent(code, block.at.start)
    });
    let place = outer.map_or(code.len()..code.len(), |start| {
        let word = code
            .get(start..)
            .and_then(|rest| rest.split(char::is_whitespace).next())
            .map_or(1, str::len);
        start..start + word
    });
    let message = format!("syntax error: `{end}` is missing");
    Some(SyntaxError::new(code, place, message).with_related(
        code,
        block.at.clone(),
        format!("`{}` opened here", block.word),
    ))
}

fn mismatch(code: &str, at: Range<usize>, text: &str, open: &[Open]) -> SyntaxError {
    let error = SyntaxError::new(code, at, format!("syntax error near unexpected token `{text}`"));
    match open.last() {
        Some(block) => error.with_related(code, block.at.clone(), format!("`{}` is still open", block.word)),
        None => error,
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

fn line_start(code: &str, at: usize) -> usize {
    code.get(..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |newline| newline + 1)
}

fn leads(code: &str, at: usize) -> bool {
    code.get(line_start(code, at)..at)
        .is_some_and(|before| before.trim().is_empty())
}

fn column(code: &str, at: usize) -> usize {
    at - line_start(code, at)
}

fn indent(code: &str, at: usize) -> usize {
    let line = code.get(line_start(code, at)..).unwrap_or_default();
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// A character index as a byte offset.
fn byte(code: &str, index: usize) -> usize {
    if code.is_ascii() {
        return index.min(code.len());
    }
    code.char_indices().nth(index).map_or(code.len(), |(at, _)| at)
}
