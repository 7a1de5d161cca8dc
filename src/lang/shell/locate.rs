//! Where a script is wrong: the parser reports where it stopped, which is often far from the block or quote without an
//! end.

use std::ops::Range;

use brush_parser::{
    ParseError, SourcePosition, Token, TokenizerError, TokenizerOptions, uncached_tokenize_str,
};

use super::SyntaxError;
use crate::text::{indent, is_first_on_line, line_start};

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

/// The quote at a position, which may be one byte behind it.
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

/// The kind of an open block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockKeyword {
    If,
    Loop,
    Case,
    Brace,
    Paren,
}

impl BlockKeyword {
    /// The kind of block that a word opens.
    fn opened_by(word: &str) -> Option<Self> {
        match word {
            "if" => Some(Self::If),
            "while" | "until" | "for" | "select" => Some(Self::Loop),
            "case" => Some(Self::Case),
            "{" => Some(Self::Brace),
            _ => None,
        }
    }

    /// The kind of block that a word closes.
    fn closed_by(word: &str) -> Option<Self> {
        match word {
            "fi" => Some(Self::If),
            "done" => Some(Self::Loop),
            "esac" => Some(Self::Case),
            "}" => Some(Self::Brace),
            _ => None,
        }
    }
}

struct OpenBlock {
    kind: BlockKeyword,
    word: String,
    at: Range<usize>,
    /// Whether the keyword that starts the body was read.
    body: bool,
}

impl OpenBlock {
    /// The word that has to follow next.
    fn expected(&self) -> &'static str {
        match (self.kind, self.body) {
            (BlockKeyword::If, true) => "fi",
            (BlockKeyword::If, false) => "then",
            (BlockKeyword::Loop, true) => "done",
            (BlockKeyword::Loop, false) => "do",
            (BlockKeyword::Case, _) => "esac",
            (BlockKeyword::Brace, _) => "}",
            (BlockKeyword::Paren, _) => ")",
        }
    }
}

/// The blocks of a script while its tokens are read.
#[derive(Default)]
struct Blocks {
    open: Vec<OpenBlock>,
    /// Where the commands start, except those in the head of a block.
    starts: Vec<usize>,
    /// Whether the patterns of a `case` are being read.
    pattern: bool,
}

impl Blocks {
    fn is_in(&self, kind: BlockKeyword) -> bool {
        self.open.last().is_some_and(|block| block.kind == kind)
    }

    fn push(&mut self, kind: BlockKeyword, word: &str, at: &Range<usize>) {
        self.open.push(OpenBlock {
            kind,
            word: word.to_owned(),
            at: at.clone(),
            body: matches!(kind, BlockKeyword::Brace | BlockKeyword::Paren),
        });
    }

    /// Read an operator; `false` when it closes what is not open.
    fn operator(&mut self, text: &str, at: &Range<usize>) -> bool {
        match text {
            "(" if !self.pattern => self.push(BlockKeyword::Paren, text, at),
            ")" if self.is_in(BlockKeyword::Case) => self.pattern = false,
            ")" if self.is_in(BlockKeyword::Paren) => drop(self.open.pop()),
            ")" => return false,
            ";;" | ";&" | ";;&" => self.pattern = self.is_in(BlockKeyword::Case),
            _ => {}
        }
        true
    }

    /// Read `in` after the word of a `case`; `false` when the word is something else.
    fn case_body(&mut self, text: &str) -> bool {
        match self.open.last_mut() {
            Some(block) if text == "in" && block.kind == BlockKeyword::Case && !block.body => {
                block.body = true;
                self.pattern = true;
                true
            }
            _ => false,
        }
    }

    /// Read the first word of a command; `false` when it is a keyword in the wrong place.
    fn command(&mut self, text: &str, at: &Range<usize>) -> bool {
        if self.open.last().is_none_or(|block| block.body) {
            self.starts.push(at.start);
        }
        if let Some(kind) = BlockKeyword::opened_by(text) {
            self.push(kind, text, at);
            return true;
        }
        match (text, self.open.last_mut()) {
            ("then" | "else" | "elif", Some(block)) if block.kind == BlockKeyword::If => {
                block.body = text != "elif";
            }
            ("do", Some(block)) if block.kind == BlockKeyword::Loop && !block.body => block.body = true,
            ("then" | "else" | "elif" | "do", _) => return false,
            (_, top) => {
                if let Some(kind) = BlockKeyword::closed_by(text) {
                    if !top.is_some_and(|block| block.kind == kind && block.body) {
                        return false;
                    }
                    self.open.pop();
                    self.pattern = false;
                }
            }
        }
        true
    }

    /// The error of the innermost block that is still open at the end of the script.
    fn missing_end(&self, code: &str) -> Option<SyntaxError> {
        let block = self.open.last()?;
        // The end belongs before the first command that is indented no deeper than the block.
        let outer = self.starts.iter().copied().find(|start| {
            *start > block.at.end
                && is_first_on_line(code, *start)
                && start - line_start(code, *start) <= indent(code, block.at.start)
        });
        let place = outer.map_or(code.len()..code.len(), |start| {
            let word = code
                .get(start..)
                .and_then(|rest| rest.split(char::is_whitespace).next())
                .map_or(1, str::len);
            start..start + word
        });
        let message = format!("syntax error: `{}` is missing", block.expected());
        Some(SyntaxError::new(code, place, message).with_related(
            code,
            block.at.clone(),
            format!("`{}` opened here", block.word),
        ))
    }
}

/// Match the blocks of the script: the first end that has no beginning, or the first beginning without end.
fn blocks(code: &str, reported: usize) -> Option<SyntaxError> {
    let tokens = uncached_tokenize_str(code, &TokenizerOptions::default()).ok()?;
    let mut blocks = Blocks::default();
    let mut command = true;
    for token in &tokens {
        let at = byte(code, token.location().start.index)..byte(code, token.location().end.index);
        if at.start > reported {
            break;
        }
        let text = token.to_str();
        let fits = if matches!(token, Token::Operator(..)) {
            command = !matches!(
                text,
                "<" | ">" | ">>" | "<<" | "<<-" | "<<<" | ">&" | "<&" | "<>" | ">|" | "&>"
            );
            blocks.operator(text, &at)
        } else if (blocks.pattern && text != "esac") || blocks.case_body(text) || !command {
            continue;
        } else {
            command = matches!(
                text,
                "if" | "then" | "else" | "elif" | "while" | "until" | "do" | "{" | "!" | "time"
            ) || is_assignment(text);
            blocks.command(text, &at)
        };
        if !fits {
            return Some(mismatch(code, at, text, &blocks.open));
        }
    }
    if reported < code.trim_end().len() {
        return None;
    }
    blocks.missing_end(code)
}

fn mismatch(code: &str, at: Range<usize>, text: &str, open: &[OpenBlock]) -> SyntaxError {
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

/// A character index as a byte offset.
fn byte(code: &str, index: usize) -> usize {
    if code.is_ascii() {
        return index.min(code.len());
    }
    code.char_indices().nth(index).map_or(code.len(), |(at, _)| at)
}
