//! The result of parsing a piece of code: valid, the first error, or not checked.

use std::ops::Range;

/// The result of parsing a piece of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParseResult {
    /// It parses.
    Valid,
    /// It does not parse; the first error.
    Invalid(Box<SyntaxError>),
    /// Not checked, and why. Never a finding; counted and shown.
    NotChecked(UncheckedReason),
}

/// The start of the reason why a block in a language without a parser is not checked; the language follows.
pub const NO_PARSER_REASON: &str = "no parser: ";
/// The start of the reason why a block in a language that is checked only on request is not checked; the
/// language follows.
pub const ON_REQUEST_REASON: &str = "only with `--extend-select code-syntax`: ";

/// Why a block was not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UncheckedReason {
    /// Nested deeper than [`super::limits::MAX_DEPTH`].
    TooDeep,
    /// Larger than [`super::limits::MAX_BYTES`].
    TooLarge,
    /// Would take the parser too long.
    TooSlow,
    /// A pattern matches in more places than are kept.
    TooMany,
    /// There is no parser for it.
    NoParser,
    /// The parser gave up on it.
    Failed,
    /// Its author says `chub-lint: skip`, with a reason.
    Skipped,
}

impl UncheckedReason {
    /// The reason, to follow "not checked: ".
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooDeep => "nested too deeply",
            Self::TooLarge => "too large",
            Self::TooSlow => "would take too long",
            Self::TooMany => "too many matches of a pattern",
            Self::NoParser => "no parser for the language",
            Self::Failed => "the parser failed",
            Self::Skipped => "skipped by `chub-lint: skip`",
        }
    }
}

/// The first syntax error of a piece of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Bytes of the code: on character boundaries, inside the code, and empty only at its end.
    pub span: Range<usize>,
    /// What is wrong: the message of the language's parser.
    pub message: String,
    /// A short remark for the place itself.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places that matter: "opened here".
    pub related: Vec<(Range<usize>, String)>,
}

impl SyntaxError {
    /// An error at `span`, which is clamped into `code`, widened to characters, and made visible.
    #[must_use]
    pub fn new(code: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span: visible(code, span),
            message: first_sentence(&message.into()),
            label: None,
            help: None,
            related: Vec::new(),
        }
    }

    /// The same error with another place that matters.
    #[must_use]
    pub fn with_related(mut self, code: &str, span: Range<usize>, label: impl Into<String>) -> Self {
        self.related
            .push((visible(code, span), first_sentence(&label.into())));
        self
    }

    /// The error as a result.
    #[must_use]
    pub fn invalid(self) -> ParseResult {
        ParseResult::Invalid(Box::new(self))
    }
}

/// The first sentence of what a parser says: a finding has one line for it, and some parsers write paragraphs.
#[must_use]
pub fn first_sentence(text: &str) -> String {
    let text = text.trim();
    let line = text.lines().next().unwrap_or_default().trim_end();
    if line.len() == text.len() {
        return text.to_owned();
    }
    let sentence = line.find(". ").and_then(|end| line.get(..end));
    sentence.unwrap_or(line).trim_end_matches('.').to_owned()
}

/// Clamp a range into the code, widen it to character boundaries, and make an empty one cover a character.
///
/// A place at the end of the code, or on its last line break, moves to the last visible character, so that the
/// caret is below a visible character.
#[must_use]
pub fn visible(code: &str, span: Range<usize>) -> Range<usize> {
    let mut start = code.floor_char_boundary(span.start.min(code.len()));
    let mut end = code.ceil_char_boundary(span.end.clamp(start, code.len()));
    if start == end {
        match code.get(start..).and_then(|rest| rest.chars().next()) {
            Some(c) if c != '\n' && c != '\r' => end = start + c.len_utf8(),
            _ => {
                let before = code.get(..start).unwrap_or_default().trim_end();
                if let Some(c) = before.chars().next_back() {
                    end = before.len();
                    start = end - c.len_utf8();
                }
            }
        }
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line() {
        for (said, kept) in [
            ("`)` is due.", "`)` is due."),
            ("It is due. It was opened.\nElse", "It is due"),
            ("It is due.\r\nElse\n", "It is due"),
        ] {
            assert_eq!(SyntaxError::new("a", 0..1, said).message, kept);
        }
    }

    #[test]
    fn spans_are_visible_and_on_characters() {
        assert_eq!(visible("aé", 2..2), 1..3);
        assert_eq!(visible("ab\n", 3..3), 1..2);
        assert_eq!(visible("ab\n", 2..2), 1..2);
        assert_eq!(visible("", 0..9), 0..0);
        assert_eq!(visible("\n\n", 1..1), 1..1);
        assert_eq!(visible("abc", 9..12), 2..3);
        assert_eq!(visible("éa", 1..1), 0..2);
    }
}
