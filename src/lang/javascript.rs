//! JavaScript and TypeScript: the verdict of `oxc_parser`, which agrees with Babel's and TypeScript's parsers.

mod compiled;
pub(crate) mod errors;
mod members;
pub mod tags;

use std::cell::RefCell;

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use super::result::first_sentence;
use super::{ParseResult, SyntaxError, UncheckedReason, limits};
use crate::text::count_bytes;

thread_local! {
    /// One arena per thread: it keeps its memory from block to block.
    static ARENA: RefCell<Allocator> = RefCell::new(Allocator::default());
}

/// Parse JavaScript. JSX is always enabled, as in the usual setup of Babel; it makes no valid program invalid.
#[must_use]
pub fn parse_js(code: &str) -> ParseResult {
    limits::parse_within_limits(code, || parse_as(code, SourceType::jsx()))
}

/// Parse TypeScript without JSX: `<T>value` is a type assertion.
#[must_use]
pub fn parse_ts(code: &str) -> ParseResult {
    limits::parse_within_limits(code, || parse_as(code, SourceType::ts().with_module(true)))
}

/// Parse TypeScript with JSX.
#[must_use]
pub fn parse_tsx(code: &str) -> ParseResult {
    limits::parse_within_limits(code, || parse_as(code, SourceType::tsx().with_module(true)))
}

/// Whether TypeScript's compiler, and not its parser alone, accepts the syntax of the code: documentation is read more
/// leniently than the compiler does, and a tag promises that it compiles.
#[must_use]
pub fn is_compiled(code: &str, markup: bool) -> bool {
    let kind = if markup {
        SourceType::tsx()
    } else {
        SourceType::ts()
    }
    .with_module(true);
    let parsed = match markup {
        true => parse_tsx(code),
        false => parse_ts(code),
    };
    let read = || {
        let arena = Allocator::default();
        compiled::is_accepted(&Parser::new(&arena, code, kind).with_options(options()).parse())
    };
    parsed == ParseResult::Valid
        && limits::catch_parser_panic(|| limits::with_stack(code.len(), read)).unwrap_or_default()
}

/// How documentation is parsed.
fn options() -> ParseOptions {
    ParseOptions {
        allow_return_outside_function: true,
        // Hashes are only for later passes, and there are none.
        enable_ident_hashes: false,
        ..ParseOptions::default()
    }
}

/// The deepest nesting of `A<B<C<` that is parsed: with each one the parser tries two readings of all that follows.
const MAX_ANGLES: usize = 20;

/// How many types or conditions may be open, wherever their signs are: each is parsed again inside the one before,
/// so that the cost is the square of their number. Documentation leaves one or two open.
const MAX_OPEN: usize = 100;

/// Whether the parser would take too long: many `<` directly after names, or very many `<` or `?`, and none closed.
#[must_use]
pub fn is_too_slow(code: &str) -> bool {
    // Most code has fewer, and counting is fast.
    if count_bytes(code, |byte| matches!(byte, b'<' | b'?')) <= MAX_ANGLES {
        return false;
    }
    let (mut close, mut types, mut conditions, mut before) = (0_usize, 0_usize, 0_usize, b' ');
    for (byte, next) in code.bytes().zip(code.bytes().skip(1).chain([b' '])) {
        match byte {
            b'<' if before != b'<' && next != b'/' => {
                types += 1;
                close += usize::from(before.is_ascii_alphanumeric() || matches!(before, b'_' | b'$'));
            }
            b'?' if before != b'?' && !matches!(next, b'?' | b'.' | b':') => conditions += 1,
            b'>' => {
                close = close.saturating_sub(1);
                types = types.saturating_sub(usize::from(before != b'='));
            }
            b')' | b'{' => close = 0,
            b';' | b'}' => (close, types, conditions) = (0, 0, 0),
            _ => {}
        }
        if close > MAX_ANGLES || types.max(conditions) > MAX_OPEN {
            return true;
        }
        before = byte;
    }
    false
}

/// Parse without limits; the caller has checked them.
fn parse_as(code: &str, kind: SourceType) -> ParseResult {
    if is_too_slow(code) {
        return ParseResult::NotChecked(UncheckedReason::TooSlow);
    }
    ARENA.with(|cell| match cell.try_borrow_mut() {
        Ok(mut arena) => {
            let verdict = parse_in(&arena, code, kind);
            arena.reset();
            verdict
        }
        // The arena could be borrowed only by a nested parse, and parses are never nested.
        Err(_) => parse_in(&Allocator::default(), code, kind),
    })
}

fn parse_in(arena: &Allocator, code: &str, kind: SourceType) -> ParseResult {
    let result = Parser::new(arena, code, kind).with_options(options()).parse();
    let typed = kind.is_typescript();
    let errors = errors::of_syntax(&result, typed).into_iter();
    let first = errors.min_by_key(|error| {
        error
            .labels
            .first()
            .map_or(u32::MAX, oxc_span::LabeledSpan::offset)
    });
    let Some(error) = first else {
        return if result.panicked {
            SyntaxError::new(code, code.len()..code.len(), "unexpected end of input").invalid()
        } else if typed {
            members::unseparated(&result.program, code).map_or(ParseResult::Valid, SyntaxError::invalid)
        } else {
            ParseResult::Valid
        };
    };
    // `// @flow` says that the code is not JavaScript but Flow.
    if error.message.starts_with("Flow is not supported") {
        return ParseResult::NotChecked(UncheckedReason::NoParser);
    }
    let place = |label: &oxc_span::LabeledSpan| {
        let span = label.span();
        span.start as usize..span.end as usize
    };
    let mut labels = error.labels.iter();
    let primary = labels.next();
    let span = primary.map_or(code.len()..code.len(), place);
    let text = |text: &str| lower_first(&first_sentence(text));
    let mut found = SyntaxError::new(code, span, text(&error.message));
    found.label = primary.and_then(|label| label.label()).map(text);
    found.help = error.help.as_deref().map(first_sentence);
    for label in labels {
        let text = text(label.label().unwrap_or("related"));
        found = found.with_related(code, place(label), text);
    }
    let noticed = found.span.clone();
    super::brackets::refine(code, &mut found);
    if found.span == noticed && found.message.starts_with("expected `,` or") {
        before_gap(code, &mut found);
    }
    found.invalid()
}

/// A missing token belongs after the last code, not where the parser reports it: move over blank and comment lines.
fn before_gap(code: &str, error: &mut SyntaxError) {
    let before = code.get(..error.span.start).unwrap_or_default();
    let Some(start) = before.rfind('\n') else { return };
    if !before.get(start..).unwrap_or_default().trim().is_empty() {
        return;
    }
    let mut end = start;
    let above = before.get(..start).unwrap_or_default();
    let mut gap = above.ends_with('\n');
    for line in above.split_inclusive('\n').rev() {
        let text = line.trim();
        if text.is_empty() || text.starts_with("//") {
            gap = true;
            end -= line.len();
            continue;
        }
        // Only a lexer can find a comment at the end of the line.
        if gap && !text.contains(" //") && !text.ends_with("*/") {
            let last = end - (line.len() - line.trim_end().len());
            let at = code.get(..last).and_then(|text| text.char_indices().next_back());
            let place = at.map_or(last..last, |(at, _)| at..last);
            let noticed = std::mem::replace(&mut error.span, super::visible(code, place));
            error
                .related
                .push((noticed, "the parser noticed it here".to_owned()));
        }
        return;
    }
}

/// Whether the code is JSX elements beside each other, with nothing but white space and comments between them.
#[must_use]
pub fn adjacent_markup(code: &str, typed: bool) -> bool {
    use oxc_ast::ast::{Expression, JSXChild, JSXExpression, Statement};
    if code.len() > limits::MAX_BYTES || limits::is_deeper(code, limits::MAX_DEPTH) || is_too_slow(code) {
        return false;
    }
    let source = format!("<>{}</>", code.trim().trim_end_matches(';'));
    let kind = if typed {
        SourceType::tsx().with_module(true)
    } else {
        SourceType::jsx()
    };
    let read = || {
        let arena = Allocator::default();
        let result = Parser::new(&arena, &source, kind).parse();
        if result.panicked || result.diagnostics.has_errors() {
            return false;
        }
        let Some(Statement::ExpressionStatement(statement)) = result.program.body.first() else {
            return false;
        };
        let Expression::JSXFragment(fragment) = &statement.expression else {
            return false;
        };
        // Any text is JSX text: only elements and comments count.
        result.program.body.len() == 1
            && fragment.children.iter().all(|child| match child {
                JSXChild::Element(_) | JSXChild::Fragment(_) => true,
                JSXChild::Text(text) => is_comment_or_blank(&text.value),
                JSXChild::ExpressionContainer(inside) => {
                    matches!(inside.expression, JSXExpression::EmptyExpression(_))
                }
                JSXChild::Spread(_) => false,
            })
    };
    limits::catch_parser_panic(|| limits::with_stack(source.len(), read)).unwrap_or_default()
}

/// White space, or `// comment` lines between elements.
fn is_comment_or_blank(text: &str) -> bool {
    text.lines()
        .all(|line| line.trim().is_empty() || line.trim().starts_with("//") || line.trim().starts_with("/*"))
}

/// The parser's message, starting in lower case unless they start with a name or a quote.
fn lower_first(text: &str) -> String {
    let word = text.split(' ').next().unwrap_or_default();
    if word.len() > 1 && word.chars().skip(1).all(|c| c.is_ascii_lowercase()) {
        let mut chars = text.chars();
        return chars
            .next()
            .map(|first| first.to_lowercase().chain(chars).collect())
            .unwrap_or_default();
    }
    text.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_style_programs_are_valid() {
        for code in [
            "const a = 1; const a = 2;",
            "return a;",
            "for await (const a of b) {}",
            "const x = await f();",
            "<div>a</div>",
        ] {
            assert_eq!(parse_js(code), ParseResult::Valid, "{code}");
        }
        for code in [
            "for await (const a of b) {}",
            "const a: string = <string>b;",
            "declare module 'x';",
        ] {
            assert_eq!(parse_ts(code), ParseResult::Valid, "{code}");
        }
        assert_eq!(
            parse_tsx("const A = (p: P) => <div {...p}/>;"),
            ParseResult::Valid
        );
    }

    #[test]
    fn types_are_errors_in_javascript_and_markup_in_typescript() {
        assert!(matches!(
            parse_js("const a: string = b;"),
            ParseResult::Invalid(_)
        ));
        assert!(matches!(
            parse_ts("const a = <div>a b</div>;"),
            ParseResult::Invalid(_)
        ));
    }

    #[test]
    fn a_lost_comma_is_due_before_the_gap() {
        match parse_js("f({\n  a: \"é\"\n\n  // the other\n  b: 2,\n});\n") {
            ParseResult::Invalid(error) => {
                assert_eq!(
                    (error.span, error.related.last().map(|(at, _)| at.start)),
                    (12..13, Some(32))
                );
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_error_has_a_place() {
        match parse_js("const a = ;\n") {
            ParseResult::Invalid(error) => assert_eq!(error.span, 10..11, "{error:?}"),
            other => panic!("{other:?}"),
        }
    }
}
