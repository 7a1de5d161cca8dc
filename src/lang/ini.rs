//! INI: sections and keys as Python's `configparser` and similar readers read them.
//!
//! There is no standard. Only what every reader refuses is an error: a section header that does not close, and a
//! line that has a value and no key.

use super::{ParseResult, SyntaxError, limits};

/// Parse an INI file.
#[must_use]
pub fn parse(code: &str) -> ParseResult {
    if let Some(verdict) = limits::too_large(code) {
        return verdict;
    }
    let mut start = 0;
    for line in code.split_inclusive('\n') {
        let text = line.trim_end();
        let place = start..start + text.len();
        start += line.len();
        let indented = line.starts_with([' ', '\t']);
        let trimmed = text.trim_start();
        // Indented lines continue a value.
        if indented || trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if trimmed.starts_with('[') && !trimmed.contains(']') {
            return SyntaxError::new(code, place, "the section header has no closing `]`").invalid();
        }
        if trimmed.starts_with('=') {
            return SyntaxError::new(code, place, "there is no key before `=`").invalid();
        }
    }
    ParseResult::Valid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_every_reader_refuses_is_an_error() {
        assert_eq!(
            parse("a = 1\n; c\n[s]\nkey: v\n  more = [\nflag\n"),
            ParseResult::Valid
        );
        assert!(matches!(parse("[s\na = 1\n"), ParseResult::Invalid(_)));
        assert!(matches!(parse("[s]\n= 1\n"), ParseResult::Invalid(_)));
    }
}
