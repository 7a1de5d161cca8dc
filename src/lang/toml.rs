//! TOML 1.1: parsed by the `toml` crate.

use toml::de::DeTable;

use super::{ParseResult, SyntaxError, limits};

/// Parse a TOML document.
#[must_use]
pub fn parse(code: &str) -> ParseResult {
    limits::parse_within_limits(code, || match DeTable::parse(code) {
        Ok(_) => ParseResult::Valid,
        Err(error) => {
            let span = error.span().unwrap_or(code.len()..code.len());
            // A whole table as the place of a duplicate hides the line: keep to its first line.
            let end = code
                .get(span.clone())
                .and_then(|text| text.find('\n'))
                .map_or(span.end, |newline| span.start + newline.max(1));
            SyntaxError::new(code, span.start..end, error.message().trim().replace('\n', "; ")).invalid()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_judged_with_a_place() {
        assert_eq!(parse("a = 1\n[b]\nc = \"é\"\n"), ParseResult::Valid);
        for (code, line) in [
            ("a = 1\na = 2\n", 1),
            ("[b\n", 0),
            ("x = 1\ny =\n", 1),
            ("é = 1\n", 0),
        ] {
            match parse(code) {
                ParseResult::Invalid(error) => {
                    assert_eq!(
                        code[..error.span.start].matches('\n').count(),
                        line,
                        "{code} {error:?}"
                    );
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
