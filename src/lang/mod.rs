//! The languages of code blocks: one row per language, the result of its parser, and the idioms that are
//! valid in a snippet but not in a program.
//!
//! Everything here is pure: text in, parse result out. Nothing depends on documents or rules.

mod advice;
pub mod brackets;
pub mod dotenv;
pub mod grammar;
pub mod guess;
pub mod include;
pub mod ini;
pub mod javascript;
pub mod json;
pub mod limits;
pub mod pattern;
pub mod python;
mod result;
pub mod shell;
pub mod snippet;
mod table;
pub mod tag;
pub mod toml;
pub mod work;
pub mod yaml;

pub use advice::advice;
pub use result::{NO_PARSER_REASON, ON_REQUEST_REASON, ParseResult, SyntaxError, UncheckedReason, visible};
pub use snippet::{CheckResult, Idiom, check_snippet, is_excerpt};
pub use table::LANGUAGES;
pub use tag::{
    InfoString, by_tag, is_known_tag, is_language_name, parse_info_string, suggest, unparsed_code,
};

/// How reliable a language's parser is, and so when an error becomes a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// Agrees with the language's reference parser: findings by default.
    Error,
    /// A grammar that is known to reject some valid programs: findings only when asked for.
    Pedantic,
}

/// Languages that accept the same idioms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Python, its console sessions, and IPython.
    Python,
    /// JavaScript and TypeScript, with and without JSX.
    JavaScript,
    /// Shell scripts and terminal sessions.
    Shell,
    /// JSON and its supersets.
    Json,
    /// Key and value formats: YAML, TOML, INI, dotenv.
    Data,
    /// Languages that only have a grammar.
    Other,
}

/// One language that code blocks are checked in.
pub struct Language {
    /// The short name, as in `fixtures/languages/<id>`.
    pub id: &'static str,
    /// The name for people.
    pub title: &'static str,
    /// Tags that mean this language, in lower case; the first one is preferred.
    pub tags: &'static [&'static str],
    /// Whether its errors are findings by default.
    pub precision: Precision,
    /// Which idioms are accepted.
    pub family: Family,
    /// The parser.
    pub parser: fn(&str) -> ParseResult,
    /// The tree-sitter grammar for patterns and structure, where there is one.
    pub grammar: Option<fn() -> tree_sitter::Language>,
}

impl std::fmt::Debug for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Language")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// The result of the language's parser, before any idiom is accepted.
#[must_use]
pub fn parse(language: &Language, code: &str) -> ParseResult {
    limits::catch_parser_panic(|| (language.parser)(code))
        .unwrap_or(ParseResult::NotChecked(UncheckedReason::Failed))
}

/// The language of an id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `brush-parser` 0.4.0 panics at the end of this one, which a fuzzer found.
    #[test]
    fn a_parser_that_panics_is_one_that_says_nothing() {
        let bash = by_id("bash").unwrap();
        assert_eq!(
            parse(bash, "$($(<<  ()\n"),
            ParseResult::NotChecked(UncheckedReason::Failed)
        );
    }

    #[test]
    fn ids_are_unique_and_every_language_has_a_tag() {
        for (at, language) in LANGUAGES.iter().enumerate() {
            assert!(!language.tags.is_empty(), "{}", language.id);
            assert!(LANGUAGES.iter().skip(at + 1).all(|other| other.id != language.id));
        }
    }
}
