//! JSON and its supersets.

use serde::de::IgnoredAny;

use super::{ParseResult, SyntaxError, UncheckedReason, brackets, limits};

/// The deepest nesting that `serde_json` follows.
const MAX_DEPTH: usize = 127;

/// Parse JSON as RFC 8259 has it, and as `JSON.parse` does.
#[must_use]
pub fn parse(code: &str) -> ParseResult {
    if let Some(verdict) = limits::too_large(code) {
        return verdict;
    }
    match serde_json::from_str::<IgnoredAny>(code) {
        Ok(_) => ParseResult::Valid,
        Err(_) if limits::is_deeper(code, MAX_DEPTH) => ParseResult::NotChecked(UncheckedReason::TooDeep),
        Err(error) => explain(code, &error).invalid(),
    }
}

/// The parser's error with its place in bytes.
fn explain(code: &str, error: &serde_json::Error) -> SyntaxError {
    let at = offset(code, error.line(), error.column());
    let text = error.to_string();
    let mut message = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(message, _)| message)
        .to_owned();
    let mut span = token(code, at);
    let before = code.get(..at).unwrap_or_default().trim_end();
    let closes = code.get(at..).is_some_and(|rest| rest.starts_with(['}', ']']));
    if closes && before.ends_with(',') {
        span = before.len() - 1..before.len();
        "a trailing comma is not allowed in JSON".clone_into(&mut message);
    }
    let mut found = SyntaxError::new(code, span.clone(), message);
    let here = code.get(span).unwrap_or_default();
    if here.starts_with("//") || here.starts_with("/*") || here.starts_with('#') {
        "a comment is not allowed in JSON".clone_into(&mut found.message);
        found.help = Some("tag the block `jsonc`".to_owned());
    } else if here.starts_with('\'') {
        "a JSON string needs double quotes".clone_into(&mut found.message);
    }
    if error.is_eof() {
        brackets::refine(code, &mut found);
    }
    found
}

/// The token that starts at `at`, for the caret: a word, a comment marker, or one character.
fn token(code: &str, at: usize) -> std::ops::Range<usize> {
    let at = code.floor_char_boundary(at.min(code.len()));
    let rest = code.get(at..).unwrap_or_default();
    if rest.starts_with("//") || rest.starts_with("/*") {
        return at..at + 2;
    }
    let word = rest
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(rest.len());
    at..at + word.max(rest.chars().next().map_or(0, char::len_utf8))
}

/// A byte offset from `serde_json`'s line (from 1) and column (bytes, the place after the offending one).
fn offset(code: &str, line: usize, column: usize) -> usize {
    let start: usize = code
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    (start + column.saturating_sub(1)).min(code.len())
}

/// Parse JSON with comments and trailing commas, as editors' settings files have it.
#[must_use]
pub fn parse_jsonc(code: &str) -> ParseResult {
    use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
    if let Some(verdict) = limits::too_large(code) {
        return verdict;
    }
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    if limits::is_deeper(code, MAX_DEPTH) {
        return ParseResult::NotChecked(UncheckedReason::TooDeep);
    }
    match limits::with_stack(code.len().min(64 * 1024), || {
        parse_to_ast(code, &CollectOptions::default(), &options).map(|result| result.value.is_some())
    }) {
        Ok(true) => ParseResult::Valid,
        Ok(false) => SyntaxError::new(code, code.len()..code.len(), "expected a value").invalid(),
        Err(error) => {
            let range = error.range();
            let text = error.kind().to_string();
            let mut found =
                SyntaxError::new(code, range.start..range.end.min(range.start + 64), lower(&text));
            if text.starts_with("Unterminated") {
                found.span = super::visible(code, range.end..range.end);
                brackets::refine(code, &mut found);
            }
            found.invalid()
        }
    }
}

/// Parse JSON5 (spec.json5.org).
#[must_use]
pub fn parse_json5(code: &str) -> ParseResult {
    if limits::is_deeper(code, MAX_DEPTH) {
        return ParseResult::NotChecked(UncheckedReason::TooDeep);
    }
    limits::parse_within_limits(code, || match json5::from_str::<IgnoredAny>(code) {
        Ok(_) => ParseResult::Valid,
        Err(error) => {
            let at = error.position().map_or(code.len(), |place| {
                let start: usize = code.split_inclusive('\n').take(place.line).map(str::len).sum();
                let line = code.get(start..).unwrap_or_default();
                start
                    + line
                        .char_indices()
                        .nth(place.column)
                        .map_or(line.len(), |(at, _)| at)
            });
            let message = error
                .code()
                .map_or_else(|| error.to_string(), |code| code.to_string());
            let mut found = SyntaxError::new(code, token(code, at), message.replace("EOF", "end of input"));
            brackets::refine(code, &mut found);
            found.invalid()
        }
    })
}

/// The parser's message, starting in lower case.
fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_lowercase().chain(chars).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(verdict: ParseResult) -> SyntaxError {
        match verdict {
            ParseResult::Invalid(error) => *error,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn json_is_what_json_parse_takes() {
        for code in [
            "{\"a\": [1, -2.5e3, null, true]}",
            " \"\\ud800\" ",
            "{\"a\":1,\"a\":2}",
            "1e999",
        ] {
            assert_eq!(parse(code), ParseResult::Valid, "{code}");
        }
        for code in ["", "{a: 1}", "[1,]", "01", "\"\t\"", "{} {}", "\u{feff}{}", "'a'"] {
            assert!(matches!(parse(code), ParseResult::Invalid(_)), "{code}");
        }
    }

    #[test]
    fn places_are_exact() {
        assert_eq!(error(parse("{\n  \"é\": 1,\n}")).span, 11..12);
        assert_eq!(
            error(parse("{\"a\": 1 // x\n}")).message,
            "a comment is not allowed in JSON"
        );
        assert_eq!(error(parse("[1 2]")).span, 3..4);
        let open = error(parse("{\n \"a\": {\n  \"b\": 1\n}\n"));
        assert_eq!(open.related.first().map(|(span, _)| span.start), Some(8));
    }

    #[test]
    fn the_supersets_take_what_they_add_and_no_more() {
        assert_eq!(parse_jsonc("// c\n{\"a\": 1,}"), ParseResult::Valid);
        assert!(matches!(parse_jsonc("{a: 1}"), ParseResult::Invalid(_)));
        assert_eq!(
            parse_json5("{a: 'b', c: +.5, /* d */ e: 0xF,}"),
            ParseResult::Valid
        );
        assert_eq!(error(parse_json5("{a: \n}")).span.start, 5);
    }
}
