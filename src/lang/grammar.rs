//! Every tree-sitter grammar, through one driver.
//!
//! Grammars recover from errors and reject some valid programs, so their verdicts are pedantic.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::ControlFlow;

use tree_sitter::{Node, ParseOptions, Parser, Tree};

use super::{Family, Language, ParseResult, Precision, SyntaxError, UncheckedReason, limits, work};

/// The bytes that a grammar gets at once. Some scanners read ahead to the end of the text from every token,
/// between two reports of progress. They have to request each piece of text, so the limit applies here.
const PIECE_BYTES: usize = 256;

/// The cost of lexing a piece, and of a step of a hundred operations, in units of work.
const PIECE_COST: usize = 100;
const STEP_COST: usize = 1_500;

/// The cost of each byte of a text with errors, and of the square of the number of bytes in errors. Most of the work
/// for an error is done between two steps, so counting steps is not enough.
const BESIDE_ERROR_COST: usize = 600;
const ERROR_COST: usize = 5;

/// The maximum number of steps of a parse up to a given byte. Dense code needs one for thirty bytes and prose-like
/// code one for a hundred; after an error a grammar can need ten times as many. The parse stops there, and not at the
/// end, where choosing between its readings would take longest.
fn max_steps(bytes: usize, precision: Precision) -> usize {
    match precision {
        Precision::Error => 8 + bytes / 25,
        // These are used to find errors most of all, and they are slow and inexact on errors.
        Precision::Pedantic => 8 + bytes / 40,
    }
}

/// How many pieces a parse of so many bytes may ask for.
fn max_pieces(bytes: usize) -> usize {
    200 + bytes / 2
}

thread_local! {
    /// One parser per grammar and thread: setting up a language is the expensive part.
    static PARSERS: RefCell<HashMap<&'static str, Parser>> = RefCell::new(HashMap::new());
}

/// The row of a language that has a grammar only.
pub(super) const fn grammar_row(
    id: &'static str,
    title: &'static str,
    tags: &'static [&'static str],
    parser: fn(&str) -> ParseResult,
    grammar: Option<fn() -> tree_sitter::Language>,
) -> Language {
    Language {
        id,
        title,
        tags,
        precision: Precision::Pedantic,
        family: Family::Other,
        parser,
        grammar,
    }
}

/// Name the parser function of each grammar-only language.
macro_rules! parsers {
    ($($name:ident)*) => { $(
        #[doc = concat!("Parse with the `", stringify!($name), "` grammar.")]
        #[must_use]
        pub fn $name(code: &str) -> ParseResult { parse(stringify!($name), code) }
    )* };
}
parsers! { go rust java ruby php csharp html css sql graphql }

fn parse(id: &'static str, code: &str) -> ParseResult {
    let Some(language) = super::by_id(id) else {
        return ParseResult::NotChecked(UncheckedReason::NoParser);
    };
    if code.len() > limits::MAX_GRAMMAR_BYTES {
        return ParseResult::NotChecked(UncheckedReason::TooLarge);
    }
    match syntax_tree(language, code) {
        Ok(tree) => first_error(tree.root_node(), code).map_or(ParseResult::Valid, SyntaxError::invalid),
        Err(reason) => ParseResult::NotChecked(reason),
    }
}

/// Whether the word that ends a here-document does not fit in a byte's length: the scanner of `tree-sitter-ruby` 0.23.1
/// ends the program then, as a fuzzer found.
fn has_long_heredoc(code: &str) -> bool {
    const LONGEST: usize = 250;
    memchr::memmem::find_iter(code.as_bytes(), b"<<").any(|at| {
        let rest = code
            .get(at + 2..)
            .unwrap_or_default()
            .trim_start_matches(['-', '~']);
        let quoted = ['"', '\'', '`']
            .iter()
            .find_map(|quote| Some((rest.strip_prefix(*quote)?, *quote)));
        let word = match quoted {
            Some((inside, quote)) => inside.split(quote).next(),
            None => rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next(),
        };
        word.is_some_and(|word| word.len() > LONGEST)
    })
}

/// The syntax tree of a block, errors and all, for structure: imports, calls, patterns.
///
/// # Errors
/// The language has no grammar, the code is too large, or it takes too long.
pub fn syntax_tree(language: &Language, code: &str) -> Result<Tree, UncheckedReason> {
    let grammar = language.grammar.ok_or(UncheckedReason::NoParser)?;
    if code.len() > limits::MAX_BYTES {
        return Err(UncheckedReason::TooLarge);
    }
    if language.id == "ruby" && has_long_heredoc(code) {
        return Err(UncheckedReason::Failed);
    }
    let code = match language.family {
        Family::Shell => super::shell::for_grammar(code),
        _ => code.into(),
    };
    PARSERS.with(|cell| {
        let mut parsers = cell.try_borrow_mut().map_err(|_| UncheckedReason::NoParser)?;
        let parser = match parsers.entry(language.id) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let mut parser = Parser::new();
                parser
                    .set_language(&grammar())
                    .map_err(|_| UncheckedReason::NoParser)?;
                entry.insert(parser)
            }
        };
        // A tree is dropped by recursion.
        let parse = || {
            if language.precision == Precision::Pedantic && is_astray(parser, &code) {
                return None;
            }
            run(parser, &code, language.precision)
        };
        limits::with_stack(code.len(), parse).ok_or(UncheckedReason::TooSlow)
    })
}

/// The lengths of the starts of a long text that are parsed separately first, in bytes: the work for errors
/// between two steps grows with the square of the length and cannot be stopped.
const STARTS: [usize; 3] = [512, 2_048, 8_192];

/// Whether a text is long and a quarter of its start is errors, so that it is probably not written in this language.
fn is_astray(parser: &mut Parser, code: &str) -> bool {
    let long = STARTS.iter().filter(|start| **start * 4 <= code.len());
    for start in long {
        let text = code.get(..code.floor_char_boundary(*start)).unwrap_or_default();
        match run(parser, text, Precision::Pedantic) {
            Some(tree) if error_bytes(tree.root_node()) * 4 <= text.len() => {}
            _ => return true,
        }
    }
    false
}

/// How many bytes are in errors, without recursion. What is missing counts as a few bytes.
fn error_bytes(root: Node<'_>) -> usize {
    const MISSING: usize = 8;
    let (mut bytes, mut cursor) = (0, root.walk());
    loop {
        let node = cursor.node();
        if node.is_error() {
            bytes += node.byte_range().len();
        } else if node.is_missing() {
            bytes += MISSING;
        } else if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return bytes;
            }
        }
    }
}

/// Parse within the limits of work; `None` when they are reached.
fn run(parser: &mut Parser, code: &str, precision: Precision) -> Option<Tree> {
    let (mut steps, mut furthest) = (0_usize, 0_usize);
    let pieces = Cell::new(0_usize);
    let is_over = Cell::new(false);
    let mut watch = |state: &tree_sitter::ParseState| {
        steps += 1;
        furthest = furthest.max(state.current_byte_offset());
        if steps > max_steps(furthest, precision) || !work::try_spend(STEP_COST) {
            is_over.set(true);
        }
        if is_over.get() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let bytes = code.as_bytes();
    let limit = max_pieces(bytes.len());
    let mut read = |at: usize, _| {
        pieces.set(pieces.get() + 1);
        if pieces.get() > limit || !work::try_spend(PIECE_COST) {
            is_over.set(true);
        }
        // A read cannot stop the parse. It returns the end of the text, and the next step stops.
        if is_over.get() {
            return &[][..];
        }
        bytes
            .get(at..bytes.len().min(at.saturating_add(PIECE_BYTES)))
            .unwrap_or_default()
    };
    let options = ParseOptions::new().progress_callback(&mut watch);
    let tree = parser.parse_with_options(&mut read, None, Some(options));
    // A cancelled parse would continue where it stopped.
    parser.reset();
    let Some(tree) = tree.filter(|_| !is_over.get()) else {
        work::spend(BESIDE_ERROR_COST.saturating_mul(furthest.max(PIECE_BYTES)));
        return None;
    };
    // The cost is known only now, so the next blocks are charged for it.
    if tree.root_node().has_error() {
        let errors = error_bytes(tree.root_node());
        let cost = ERROR_COST.saturating_mul(errors).saturating_mul(errors);
        work::spend(cost.saturating_add(BESIDE_ERROR_COST.saturating_mul(bytes.len())));
    }
    Some(tree)
}

/// The first error of a tree, found without recursion.
fn first_error(root: Node<'_>, code: &str) -> Option<SyntaxError> {
    if !root.has_error() {
        return None;
    }
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if node.is_missing() {
            let message = format!("expected {}", quoted(node.kind()));
            return Some(SyntaxError::new(code, node.byte_range(), message));
        }
        if node.is_error() {
            let range = node.byte_range();
            let text = code.get(range.clone()).unwrap_or_default();
            let first = text.lines().next().unwrap_or_default();
            let shown: String = first.chars().take(40).collect();
            return Some(SyntaxError::new(
                code,
                range.start..range.start + first.len(),
                format!("unexpected `{shown}`"),
            ));
        }
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return Some(SyntaxError::new(code, root.byte_range(), "does not parse"));
            }
        }
    }
}

/// A token in quotes, or the name of a kind of node in words.
fn quoted(kind: &str) -> String {
    if kind.chars().all(|c| c.is_ascii_alphabetic() || c == '_') && kind.len() > 1 {
        kind.replace('_', " ")
    } else {
        format!("`{kind}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(feature = "all-languages")]
    fn a_word_that_ends_the_scanner_is_not_read() {
        let ruby = super::super::by_id("ruby").unwrap();
        for word in [
            "A".repeat(300),
            format!("'{}'", "a b".repeat(100)),
            format!("~\"{}", "A\n".repeat(200)),
        ] {
            let code = format!("puts <<{word}\nx\n{word}\ny = 1\n");
            assert_eq!(
                super::super::parse(ruby, &code),
                ParseResult::NotChecked(UncheckedReason::Failed),
                "{word}"
            );
        }
        assert_eq!(
            super::super::parse(ruby, "puts <<~END\n  x\nEND\n"),
            ParseResult::Valid
        );
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn grammars_judge_and_point() {
        assert_eq!(go("package a\nfunc f() { return }\n"), ParseResult::Valid);
        match rust("fn f() {\n  let = ;\n}\n") {
            ParseResult::Invalid(error) => assert!((9..17).contains(&error.span.start), "{error:?}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_grammar_loads() {
        for language in super::super::LANGUAGES
            .iter()
            .filter(|language| language.grammar.is_some())
        {
            assert!(syntax_tree(language, "").is_ok(), "{}", language.id);
        }
    }
}
