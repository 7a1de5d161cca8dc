//! Every tree-sitter grammar, through one driver.
//!
//! Grammars recover from errors and reject some valid programs, so their verdicts are pedantic.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tree_sitter::{Node, ParseOptions, Parser, Tree};

use super::{Family, Language, NotChecked, Precision, SyntaxError, Verdict, limits};

/// How long a grammar may take for one text: where it errs, it can need a minute for 30 KB, and hardly a report of
/// progress comes in between. Whole programs of that size take some milliseconds.
const PATIENCE: Duration = Duration::from_millis(300);
/// How long it may take once `LOST` has gone by in vain, so that many such texts end as well.
const IMPATIENCE: Duration = Duration::from_millis(10);
/// How much time may be lost with texts that are given up.
const LOST: Duration = Duration::from_millis(900);

/// Milliseconds that were lost so far, in all threads.
static LOST_SO_FAR: AtomicU64 = AtomicU64::new(0);

/// How many progress reports a parse of `bytes` may give before it is given up. A grammar that is not led astray
/// needs about one for each hundred bytes.
fn max_steps(bytes: usize) -> usize {
    (100 + bytes / 60).min(1_000)
}

thread_local! {
    /// One parser per grammar and thread: setting a language up is the dear part.
    static PARSERS: RefCell<HashMap<&'static str, Parser>> = RefCell::new(HashMap::new());
}

/// The row of a language that has a grammar only.
pub(super) const fn row(
    id: &'static str,
    title: &'static str,
    tags: &'static [&'static str],
    parser: fn(&str) -> Verdict,
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
        pub fn $name(code: &str) -> Verdict { parse(stringify!($name), code) }
    )* };
}
parsers! { go rust java ruby php csharp html css sql graphql }

fn parse(id: &'static str, code: &str) -> Verdict {
    let Some(language) = super::by_id(id) else {
        return Verdict::NotChecked(NotChecked::NoParser);
    };
    if code.len() > limits::MAX_GRAMMAR_BYTES {
        return Verdict::NotChecked(NotChecked::TooLarge);
    }
    match tree(language, code) {
        Ok(tree) => first_error(tree.root_node(), code).map_or(Verdict::Valid, SyntaxError::invalid),
        Err(reason) => Verdict::NotChecked(reason),
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
pub fn tree(language: &Language, code: &str) -> Result<Tree, NotChecked> {
    let grammar = language.grammar.ok_or(NotChecked::NoParser)?;
    if code.len() > limits::MAX_BYTES {
        return Err(NotChecked::TooLarge);
    }
    if language.id == "ruby" && has_long_heredoc(code) {
        return Err(NotChecked::Failed);
    }
    let code = match language.family {
        Family::Shell => super::shell::for_grammar(code),
        _ => code.into(),
    };
    PARSERS.with(|cell| {
        let mut parsers = cell.try_borrow_mut().map_err(|_| NotChecked::NoParser)?;
        let parser = match parsers.entry(language.id) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let mut parser = Parser::new();
                parser
                    .set_language(&grammar())
                    .map_err(|_| NotChecked::NoParser)?;
                entry.insert(parser)
            }
        };
        let limit = max_steps(code.len());
        let started = Instant::now();
        let patience = if u128::from(LOST_SO_FAR.load(Relaxed)) < LOST.as_millis() {
            PATIENCE
        } else {
            IMPATIENCE
        };
        let mut steps = 0_usize;
        let mut watch = |_: &tree_sitter::ParseState| {
            steps += 1;
            if steps > limit || started.elapsed() > patience {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let options = ParseOptions::new().progress_callback(&mut watch);
        let bytes = code.as_bytes();
        let mut read = |at: usize, _| bytes.get(at..).unwrap_or_default();
        // What a grammar has read is taken apart by recursion.
        limits::with_stack(code.len(), || {
            let tree = parser.parse_with_options(&mut read, None, Some(options));
            // A parse that was given up would go on where it stopped.
            parser.reset();
            tree.ok_or_else(|| {
                let lost = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
                LOST_SO_FAR.fetch_add(lost, Relaxed);
                NotChecked::TooSlow
            })
        })
    })
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
                Verdict::NotChecked(NotChecked::Failed),
                "{word}"
            );
        }
        assert_eq!(
            super::super::parse(ruby, "puts <<~END\n  x\nEND\n"),
            Verdict::Valid
        );
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn grammars_judge_and_point() {
        assert_eq!(go("package a\nfunc f() { return }\n"), Verdict::Valid);
        match rust("fn f() {\n  let = ;\n}\n") {
            Verdict::Invalid(error) => assert!((9..17).contains(&error.span.start), "{error:?}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_grammar_loads() {
        for language in super::super::LANGUAGES
            .iter()
            .filter(|language| language.grammar.is_some())
        {
            assert!(tree(language, "").is_ok(), "{}", language.id);
        }
    }
}
