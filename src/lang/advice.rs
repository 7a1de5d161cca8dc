//! What to do about a syntax error, by its kind: for errors whose parser does not say it.

use super::{Family, Language, Precision, SyntaxError};
use crate::text::is_first_on_line;

/// The mistakes that documents have most often: what the message of a parser starts with or contains, and what to do.
const BY_MESSAGE: [(&str, &str); 14] = [
    ("a trailing comma is not allowed", "remove the comma"),
    ("trailing comma", "remove the comma"),
    (
        "a JSON string needs double quotes",
        "put the string in double quotes",
    ),
    (
        "expected an indented block",
        "indent the body, or write `...` in its place",
    ),
    (
        "unexpected indentation",
        "indent the line like the lines around it",
    ),
    (
        "unindent does not match",
        "indent the line like the lines around it",
    ),
    ("missing closing quote", "close the quote"),
    ("unterminated string", "close the quote"),
    ("the quote is never closed", "close the quote"),
    ("duplicate key", "keep one of the two"),
    ("a tab cannot indent", "indent with spaces"),
    ("appears twice", "keep one of the two"),
    (
        "mapping values are not allowed",
        "indent the line like the lines around it, or put a value with `: ` in quotes",
    ),
    (
        "simple statements must be separated",
        "put each statement on a line of its own, or add the brackets of a call",
    ),
];

/// What to do about an error: what its parser says, or else what helps with errors of its kind.
#[must_use]
pub fn advice(language: &Language, code: &str, error: &SyntaxError) -> String {
    if code.lines().any(is_conflict_marker) {
        return "keep one side of the merge conflict, and remove the lines with conflict markers".to_owned();
    }
    if let Some(help) = &error.help {
        return help.clone();
    }
    if let Some((_, help)) = BY_MESSAGE.iter().find(|(kind, _)| error.message.contains(kind)) {
        return (*help).to_owned();
    }
    // "syntax error: `done` is missing", "expected `,`, found name"
    if let Some(word) = error
        .message
        .strip_suffix(" is missing")
        .and_then(|text| text.rsplit('`').nth(1))
    {
        return format!("add the `{word}`");
    }
    let opened = error
        .related
        .iter()
        .find(|(_, label)| label.ends_with("opened here"));
    if let Some(bracket) = opened.and_then(|(place, _)| code.get(place.clone())) {
        // The first token of a line is more often the next member than the end.
        let next = language.family == Family::JavaScript
            && error.message.starts_with("expected `,` or")
            && !error.message.contains("found `EOF`")
            && is_first_on_line(code, error.span.start);
        return match next {
            true => format!("add the `,` at the end of the line above, or close the `{bracket}`"),
            false => format!("close the `{bracket}` where it should end, or remove it"),
        };
    }
    if language.precision == Precision::Pedantic {
        return "correct the code; if the parser does not know the dialect, write `chub-lint: skip REASON` after the tag"
            .to_owned();
    }
    format!(
        "correct the code, or tag the block as what it is if that is not {}",
        language.title
    )
}

/// Whether a line is what git writes around the sides of a conflict.
fn is_conflict_marker(line: &str) -> bool {
    ["<<<<<<< ", ">>>>>>> "].iter().any(|mark| line.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::super::{ParseResult, by_tag, check_snippet};
    use super::*;

    fn advised(tag: &str, code: &str) -> String {
        let language = by_tag(tag).expect("a known tag");
        match check_snippet(language, code).verdict {
            ParseResult::Invalid(error) => advice(language, code, &error),
            other => panic!("{tag}: {code}: {other:?}"),
        }
    }

    #[test]
    fn each_error_has_advice() {
        for (tag, code, expected) in [
            ("json", "{\"a\": 1,}", "remove the comma"),
            ("json", "{'a': 1}", "put the string in double quotes"),
            ("json", "{\"a\": 1 // b\n}\n\"c\"", "tag the block `jsonc`"),
            (
                "json",
                "{\"a\" 1}",
                "tag the block as what it is if that is not JSON",
            ),
            ("python", "def f(a):\nb = a\n", "indent the body"),
            ("python", "x = 'a\n", "close the quote"),
            ("js", "const a = 'b;\n", "close the quote"),
            ("python", "f(1,\nx = 3\ny = 2\n", "close the `(`"),
            ("js", "f({\n  a: 1\n  b: 2,\n});\n", "add the `,`"),
            ("js", "f({ a: 1 );\n", "close the `{`"),
            ("bash", "for i in 1 2; do\n  echo\n", "add the `done`"),
            (
                "python",
                "<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> b\n",
                "merge conflict",
            ),
            (
                "js",
                "<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> b\n",
                "merge conflict",
            ),
            (
                "python",
                "x = = 1\n",
                "tag the block as what it is if that is not Python",
            ),
        ] {
            let found = advised(tag, code);
            assert!(found.contains(expected), "{code}: {found}");
        }
    }
}
