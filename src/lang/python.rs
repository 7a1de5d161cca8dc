//! Python: the verdict of `ruff_python_parser`, which agrees with `CPython`'s `ast.parse`.

use std::ops::Range;

use ruff_python_ast::PythonVersion;
use ruff_python_parser::{Mode, ParseError, ParseErrorType, ParseOptions, parse_unchecked};

use super::{ParseResult, SyntaxError, UncheckedReason, limits};

/// Parse a module of the newest Python. `await`, `return` and `yield` are valid at the top level, as in
/// `ast.parse` with `PyCF_ALLOW_TOP_LEVEL_AWAIT`.
#[must_use]
pub fn parse(code: &str) -> ParseResult {
    limits::parse_within_limits(code, || parse_as(code, Mode::Module))
}

/// Parse a notebook cell: `%magic`, `!command` and `name?` are statements.
#[must_use]
pub fn parse_ipython(code: &str) -> ParseResult {
    let Some(calmed) = without_auto_calls(code) else {
        return limits::parse_within_limits(code, || parse_as(code, Mode::Ipython));
    };
    // Only the parser can tell such an escape from the continuation of an open bracket.
    match limits::parse_within_limits(&calmed, || parse_as(&calmed, Mode::Ipython)) {
        ParseResult::Invalid(_) => ParseResult::NotChecked(UncheckedReason::NoParser),
        verdict => verdict,
    }
}

/// The code with `%` for each `,`, `;`, `/` and `?` that a line starts with; `None` when there is none. The parser
/// (`ruff_python_parser` 0.0.10) panics when it meets one of these escapes where it expects an expression.
fn without_auto_calls(code: &str) -> Option<String> {
    let is_escape = |line: &str| line.trim_start().starts_with([',', ';', '/', '?']);
    // A carriage return alone ends a line too.
    let lines = || code.split_inclusive(['\n', '\r']);
    lines().any(is_escape).then(|| {
        lines()
            .map(|line| match line.trim_start() {
                rest if is_escape(line) => {
                    let (indent, rest) = line.split_at(line.len() - rest.len());
                    format!("{indent}%{}", rest.trim_start_matches([',', ';', '/', '?']))
                }
                _ => line.to_owned(),
            })
            .collect()
    })
}

/// Parse what was typed in a console session: the lines after `>>>` and `...`. The rest is output.
///
/// Every byte of output is replaced by nothing but its line break, so lines stay; places are mapped back.
#[must_use]
pub fn parse_session(code: &str) -> ParseResult {
    let Some(typed) = typed_lines(code) else {
        return parse(code);
    };
    // Each prompt starts a new statement: its block ends where the next prompt is.
    for statement in typed {
        let source: String = statement.iter().map(|(_, text)| format!("{text}\n")).collect();
        match parse(&source) {
            ParseResult::Valid => {}
            ParseResult::NotChecked(reason) => return ParseResult::NotChecked(reason),
            ParseResult::Invalid(mut error) => {
                error.span = session_span(&statement, &error.span);
                for (span, _) in &mut error.related {
                    *span = session_span(&statement, span);
                }
                let error = SyntaxError {
                    span: super::visible(code, error.span.clone()),
                    ..*error
                };
                return error.invalid();
            }
        }
    }
    ParseResult::Valid
}

/// Whether a line starts with Python's primary prompt.
#[must_use]
pub fn is_prompt(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(">>> ") || line == ">>>"
}

/// The statements typed in a session, as lines with their byte offset; `None` when there is no prompt at all.
#[must_use]
pub fn typed_lines(code: &str) -> Option<Vec<Vec<(usize, &str)>>> {
    let mut statements: Vec<Vec<(usize, &str)>> = Vec::new();
    let mut offset = 0;
    let mut open = false;
    for line in code.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let rest = line.get(indent..).unwrap_or_default();
        let text = rest.trim_end_matches(['\n', '\r']);
        let (prompt, continues) = match (text.get(..3), text.as_bytes().get(3)) {
            (Some(">>>"), None | Some(b' ')) => (true, false),
            (Some("..."), None | Some(b' ')) => (true, open),
            _ => (false, false),
        };
        open = prompt && (continues || text.starts_with(">>>"));
        if prompt {
            let typed = (
                offset + indent + 4.min(text.len()),
                text.get(4..).unwrap_or_default(),
            );
            match statements.last_mut() {
                Some(last) if continues => last.push(typed),
                _ if text.starts_with(">>>") => statements.push(vec![typed]),
                _ => {}
            }
        }
        offset += line.len();
    }
    (!statements.is_empty()).then_some(statements)
}

/// A span of the joined statement as a span of the session.
fn session_span(statement: &[(usize, &str)], span: &Range<usize>) -> Range<usize> {
    let map = |at: usize| {
        let mut start = 0;
        for (offset, text) in statement {
            if at <= start + text.len() {
                return offset + (at - start);
            }
            start += text.len() + 1;
        }
        statement.last().map_or(0, |(offset, text)| offset + text.len())
    };
    map(span.start)..map(span.end)
}

/// Parse without limits; the caller has checked them.
fn parse_as(code: &str, mode: Mode) -> ParseResult {
    let options = ParseOptions::from(mode).with_target_version(PythonVersion::latest());
    let parsed = parse_unchecked(code, options);
    if let Some(error) = parsed.errors().first() {
        return syntax_error(code, error).invalid();
    }
    match parsed.unsupported_syntax_errors().first() {
        Some(error) => SyntaxError::new(
            code,
            usize::from(error.range.start())..usize::from(error.range.end()),
            error.to_string(),
        )
        .invalid(),
        None => ParseResult::Valid,
    }
}

/// The parser's error as ours, with the bracket that was opened and never closed.
fn syntax_error(code: &str, error: &ParseError) -> SyntaxError {
    let span = usize::from(error.location.start())..usize::from(error.location.end());
    let message = match &error.error {
        ParseErrorType::Lexical(lexical) => sentence(&lexical.to_string()),
        other => sentence(&other.to_string()),
    };
    let mut found = SyntaxError::new(code, span.clone(), message);
    if let Some(open) = unclosed_bracket(code, span.start) {
        let bracket = code.get(open.clone()).unwrap_or_default().to_owned();
        found = found.with_related(code, open, format!("`{bracket}` opened here"));
    }
    found
}

/// The parser's message, starting in lower case as all messages do.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// The innermost bracket that is open at `at`, if it is on another line.
fn unclosed_bracket(code: &str, at: usize) -> Option<Range<usize>> {
    let mut open: Vec<usize> = Vec::new();
    let bytes = code.as_bytes();
    let mut index = 0;
    while index < at.min(bytes.len()) {
        match bytes[index] {
            b'#' => index += memchr::memchr(b'\n', &bytes[index..]).unwrap_or(bytes.len() - index),
            quote @ (b'"' | b'\'') => index = string_end(bytes, index, quote),
            b'(' | b'[' | b'{' => open.push(index),
            b')' | b']' | b'}' => {
                open.pop();
            }
            _ => {}
        }
        index += 1;
    }
    let start = open.pop()?;
    let same_line = !bytes.get(start..at.min(bytes.len()))?.contains(&b'\n');
    (!same_line).then_some(start..start + 1)
}

/// The last byte of the string literal that starts at `start`.
fn string_end(bytes: &[u8], start: usize, quote: u8) -> usize {
    let triple = bytes
        .get(start..start + 3)
        .is_some_and(|three| three == [quote; 3]);
    let mut index = start + if triple { 3 } else { 1 };
    while let Some(&byte) = bytes.get(index) {
        if byte == b'\\' {
            index += 1;
        } else if !triple && (byte == quote || byte == b'\n') {
            return index;
        } else if triple
            && bytes
                .get(index..index + 3)
                .is_some_and(|three| three == [quote; 3])
        {
            return index + 2;
        }
        index += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: &str) -> SyntaxError {
        match parse(code) {
            ParseResult::Invalid(error) => *error,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_newest_syntax_is_valid() {
        for code in [
            "await f()\n",
            "return 1",
            "match x:\n    case _: pass\n",
            "type A = int\n",
            "t'{x}'\n",
            "",
        ] {
            assert_eq!(parse(code), ParseResult::Valid, "{code}");
        }
    }

    #[test]
    fn errors_point_at_their_place_and_at_the_open_bracket() {
        let found = error("f(1,\n  2\nx = 3\n");
        assert!(found.span.start >= 8, "{found:?}");
        assert_eq!(found.related.first().map(|(span, _)| span.clone()), Some(1..2));
        assert_eq!(error("x = = 1").span, 4..5);
        assert_eq!(error("s = 'é").message, "missing closing quote in string literal");
    }

    #[test]
    fn sessions_check_what_was_typed_and_not_the_output() {
        assert_eq!(
            parse_session(">>> 1 +\\\n... 1\n2 is not = code (\n>>> for a in b:\n...     f(a)\n...\n"),
            ParseResult::Valid
        );
        match parse_session(">>> 1\n1\n>>> f(\nxx\n") {
            ParseResult::Invalid(error) => assert!((12..=14).contains(&error.span.start), "{error:?}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(parse_session("x = 1\n"), ParseResult::Valid);
    }

    #[test]
    fn magics_belong_to_ipython() {
        assert!(matches!(parse("%time f()\n"), ParseResult::Invalid(_)));
        assert_eq!(parse_ipython("%time f()\n!ls\nf?\n"), ParseResult::Valid);
        assert_eq!(parse_ipython("?f\n,f a b\n/f\n"), ParseResult::Valid);
        // Found by fuzzing: each of these made the parser panic.
        for code in ["x = [1,\n  \"c\": 2\n}\n, 2, 3", "x = [1,\r\"c\": 2\r}\r/ 2"] {
            assert!(
                matches!(parse_ipython(code), ParseResult::NotChecked(_)),
                "{code}"
            );
        }
    }
}
