//! Where an error is moved to, and where it stays.

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
