//! dotenv files: `KEY=value` lines as npm's `dotenv` and `python-dotenv` read them.

use super::{ParseResult, SyntaxError, limits};

/// Parse a dotenv file.
#[must_use]
pub fn parse(code: &str) -> ParseResult {
    if let Some(verdict) = limits::too_large(code) {
        return verdict;
    }
    let mut at = 0;
    while at < code.len() {
        let rest = code.get(at..).unwrap_or_default();
        let length = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
        let line = rest.get(..length).unwrap_or_default();
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            at += length;
            continue;
        }
        let Some(value) = value_start(line) else {
            let indent = line.len() - line.trim_start().len();
            return SyntaxError::new(
                code,
                at + indent..at + indent + text.len(),
                "expected `KEY=value`",
            )
            .invalid();
        };
        match multi_line_end(rest, value) {
            Ok(end) => at += end.max(length),
            Err(quote) => {
                let place = at + quote..at + quote + 1;
                return SyntaxError::new(code, place, "the quote is never closed").invalid();
            }
        }
    }
    ParseResult::Valid
}

/// Offset of the value in a line; `None` when the line does not start with a key and `=` or `: `.
pub(super) fn value_start(line: &str) -> Option<usize> {
    let trimmed = line.trim_start();
    let indent = line.len() - trimmed.len();
    let (skipped, body) = match trimmed.strip_prefix("export ") {
        Some(rest) => (indent + 7, rest),
        None => (indent, trimmed),
    };
    let spaces = body.len() - body.trim_start().len();
    let body = body.trim_start();
    let key = body
        .find(|c: char| !(c.is_alphanumeric() || "_.-".contains(c)))
        .unwrap_or(body.len());
    if key == 0 {
        return None;
    }
    let after = body.get(key..)?;
    let gap = after.len() - after.trim_start_matches([' ', '\t']).len();
    let sign = after.get(gap..)?;
    (sign.starts_with('=') || (gap == 0 && sign.starts_with(": ")))
        .then_some(skipped + spaces + key + gap + 1)
}

/// Where the line or the lines of a quoted value end; the offset of the quote that never closes as the error.
fn multi_line_end(rest: &str, value: usize) -> Result<usize, usize> {
    let text = rest.get(value..).unwrap_or_default();
    let spaces = text.len() - text.trim_start_matches([' ', '\t']).len();
    let start = value + spaces;
    let Some(quote @ ('"' | '\'' | '`')) = rest.get(start..).and_then(|text| text.chars().next()) else {
        return Ok(0);
    };
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip_while(|(at, _)| *at <= start) {
        if !escaped && c == quote {
            let tail = rest.get(at..).unwrap_or_default();
            return Ok(at + tail.find('\n').map_or(tail.len(), |newline| newline + 1));
        }
        escaped = c == '\\' && !escaped;
    }
    Err(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_keys_and_values_are_valid() {
        assert_eq!(
            parse("# c\nA=1\nexport B = 'x y'\nC=\nD=it's\nE=\"a\nb\" # c\nF: x\nG=<your key>\n"),
            ParseResult::Valid
        );
    }

    #[test]
    fn anything_else_is_not() {
        for (code, span) in [("A=1\nnot a pair\n", 4..14), ("A=\"x\n", 2..3), ("=x", 0..2)] {
            match parse(code) {
                ParseResult::Invalid(error) => assert_eq!(error.span, span, "{code}"),
                other => panic!("{other:?}"),
            }
        }
    }
}
