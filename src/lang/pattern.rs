//! Patterns that the user configures: tree-sitter queries, with captures and predicates.
//!
//! Query syntax: <https://tree-sitter.github.io/tree-sitter/using-parsers/queries>.

use std::ops::{ControlFlow, Range};

use streaming_iterator::StreamingIterator;
use tree_sitter::{Query, QueryCursor, QueryCursorOptions, QueryCursorState, QueryErrorKind, Tree};

use super::{Language, UncheckedReason, grammar, work};

/// The name of the capture that is reported; without it the first capture is, and without any the whole match.
pub const PRIMARY_CAPTURE: &str = "match";

/// How many matches of a pattern in one block are kept. The rest is skipped.
const MAX_MATCHES: usize = 10_000;

/// How many matches may be in progress at one place. Beyond that, the oldest are dropped.
const MAX_BEGUN: u32 = 4_096;

/// What a hundred operations of a query cost, in units of work.
const STEP_COST: usize = 500;

/// A query, compiled for a language and its dialects.
#[derive(Debug)]
pub struct CodeQuery {
    /// One query for each language whose blocks it looks at.
    queries: Vec<(&'static Language, Query)>,
}

/// Languages that read a pattern of another one: JSX blocks are JavaScript, TSX blocks are TypeScript.
const DIALECTS: &[(&str, &str)] = &[("javascript", "jsx"), ("typescript", "tsx")];

/// Why a pattern cannot be used, and where in its text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CodeQueryError {
    /// Byte of the query text with the error.
    pub offset: usize,
    /// Line of the query text, from 1.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

/// One place that a pattern matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryMatch {
    /// Bytes of the code: the `@match` capture, else the first capture.
    pub span: Range<usize>,
    /// Every capture: its name and its bytes.
    pub captures: Vec<(String, Range<usize>)>,
}

/// What a pattern found in a block.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct QueryMatches {
    /// The places, in order.
    pub matches: Vec<QueryMatch>,
    /// Why there could be more places.
    pub unread: Option<UncheckedReason>,
}

impl QueryMatch {
    /// `template` with each `@name` replaced by the text of the capture of that name.
    #[must_use]
    pub fn expand(&self, template: &str, code: &str) -> String {
        let mut text = String::new();
        let mut rest = template;
        while let Some(at) = rest.find('@') {
            let (before, after) = rest.split_at(at);
            text.push_str(before);
            let after = after.get(1..).unwrap_or_default();
            let end = after
                .find(|c: char| !(c.is_alphanumeric() || "_-.".contains(c)))
                .unwrap_or(after.len());
            let word = after.get(..end).unwrap_or_default();
            // `@module.name` is the capture `module` when no capture has the longer name.
            let capture = self
                .captures
                .iter()
                .filter(|(name, _)| word.starts_with(name.as_str()))
                .max_by_key(|(name, _)| name.len());
            if let Some((name, range)) = capture {
                text.push_str(code.get(range.clone()).unwrap_or_default());
                rest = after.get(name.len()..).unwrap_or_default();
            } else {
                text.push('@');
                rest = after;
            }
        }
        text.push_str(rest);
        text
    }
}

impl CodeQuery {
    /// Compile a query.
    ///
    /// # Errors
    /// The language has no grammar, or the query does not compile: what is wrong and where.
    pub fn compile(language: &'static Language, source: &str) -> Result<Self, CodeQueryError> {
        let Some(grammar) = language.grammar else {
            let message = format!(
                "this build has no grammar for {}, so it cannot have patterns",
                language.title
            );
            return Err(CodeQueryError {
                offset: 0,
                line: 1,
                column: 1,
                message,
            });
        };
        let query = Query::new(&grammar(), source).map_err(|error| {
            let message = match error.kind {
                QueryErrorKind::Syntax => "the query has a syntax error here".to_owned(),
                QueryErrorKind::NodeType => format!("{} has no node `{}`", language.title, error.message),
                QueryErrorKind::Field => format!("{} has no field `{}`", language.title, error.message),
                QueryErrorKind::Capture => format!("there is no capture `@{}`", error.message),
                QueryErrorKind::Structure => format!("{} has no such structure", language.title),
                QueryErrorKind::Predicate | QueryErrorKind::Language => error.message.clone(),
            };
            CodeQueryError {
                offset: error.offset,
                line: error.row + 1,
                column: error.column + 1,
                message,
            }
        })?;
        let mut queries = vec![(language, query)];
        let dialects = DIALECTS.iter().filter(|(of, _)| *of == language.id);
        for dialect in dialects.filter_map(|(_, dialect)| super::by_id(dialect)) {
            // Syntax that only one dialect has cannot match in the other.
            if let Some(Ok(query)) = dialect.grammar.map(|grammar| Query::new(&grammar(), source)) {
                queries.push((dialect, query));
            }
        }
        Ok(Self { queries })
    }

    /// Whether it looks at blocks of a language.
    #[must_use]
    pub fn applies_to(&self, language: &Language) -> bool {
        self.queries.iter().any(|(of, _)| *of == language)
    }

    /// Every place of a block of `language` that matches, in order of place.
    #[must_use]
    pub fn matches(&self, language: &Language, code: &str) -> QueryMatches {
        let Some((language, query)) = self.queries.iter().find(|(of, _)| *of == language) else {
            return QueryMatches::default();
        };
        let (found, is_over) = work::run_block(code.len(), || match grammar::syntax_tree(language, code) {
            Ok(tree) => search(query, &tree, code),
            Err(reason) => QueryMatches {
                matches: Vec::new(),
                unread: Some(reason),
            },
        });
        let over = is_over.then_some(UncheckedReason::TooSlow);
        QueryMatches {
            unread: found.unread.or(over),
            ..found
        }
    }
}

/// The matches of a query in a tree, as far as they may be read.
fn search(query: &Query, tree: &Tree, code: &str) -> QueryMatches {
    let names = query.capture_names();
    let primary = query.capture_index_for_name(PRIMARY_CAPTURE);
    let mut cursor = QueryCursor::new();
    cursor.set_match_limit(MAX_BEGUN);
    let mut stopped = false;
    let mut watch = |_: &QueryCursorState| {
        stopped |= !work::try_spend(STEP_COST);
        if stopped {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let options = QueryCursorOptions::new().progress_callback(&mut watch);
    let mut matches: Vec<QueryMatch> = Vec::new();
    let mut unread = None;
    let mut results = cursor.matches_with_options(query, tree.root_node(), code.as_bytes(), options);
    while let Some(result) = results.next() {
        if matches.len() >= MAX_MATCHES {
            unread = Some(UncheckedReason::TooMany);
            break;
        }
        let mut captures: Vec<(String, Range<usize>)> = Vec::new();
        let mut span: Option<Range<usize>> = None;
        for capture in result.captures() {
            let range = capture.node.byte_range();
            if primary.is_none_or(|primary| primary == capture.index) && span.is_none() {
                span = Some(range.clone());
            }
            if let Some(name) = names.get(capture.index as usize) {
                captures.push(((*name).to_owned(), range));
            }
        }
        if let Some(span) = span.or_else(|| captures.first().map(|(_, range)| range.clone())) {
            matches.push(QueryMatch { span, captures });
        }
    }
    drop(results);
    if stopped || cursor.did_exceed_match_limit() {
        unread = unread.or(Some(UncheckedReason::TooSlow));
    }
    matches.sort_by_key(|hit| (hit.span.start, hit.span.end));
    matches.dedup_by(|next, before| next.span == before.span);
    QueryMatches { matches, unread }
}

#[cfg(test)]
mod tests {
    use super::super::by_tag;
    use super::*;

    fn compile(tag: &str, query: &str) -> Result<CodeQuery, CodeQueryError> {
        CodeQuery::compile(by_tag(tag).expect("a known tag"), query)
    }

    #[test]
    fn captures_and_predicates_decide() {
        let query = r#"(call function: (attribute object: (identifier) @object attribute: (identifier) @method) @match
            (#eq? @object "client") (#match? @method "^old_"))"#;
        let pattern = compile("python", query).expect("a good query");
        let code = "other.old_a()\nclient.old_b(1)\nclient.new()\n";
        let found = pattern.matches(by_tag("py").expect("a known tag"), code);
        assert_eq!(found.unread, None);
        let found = found.matches;
        assert_eq!(found.len(), 1);
        assert_eq!(&code[found[0].span.clone()], "client.old_b");
        assert_eq!(found[0].expand("@object.new_b", code), "client.new_b");
    }

    #[test]
    fn a_bad_query_says_where() {
        let error = compile("python", "(call\n  (nonsense))").expect_err("no such node");
        assert_eq!((error.line, error.column), (2, 4), "{error:?}");
        assert!(error.message.contains("nonsense"));
        assert!(compile("python", "(call").is_err());
        assert!(
            compile("json", "(x)")
                .expect_err("no grammar")
                .message
                .contains("JSON")
        );
        assert!(compile("python", "((call) @a (#match? @a \"(\"))").is_err());
    }
}
