//! The languages of code blocks: one row per language, the verdict of its parser, and what a snippet may do
//! that a program may not.
//!
//! Everything here is pure: text in, verdict out. Nothing knows about documents or rules.

use std::ops::Range;

pub mod brackets;
pub mod dotenv;
pub mod grammar;
pub mod guess;
pub mod ini;
pub mod javascript;
pub mod json;
pub mod limits;
pub mod pattern;
pub mod python;
pub mod shell;
pub mod snippet;
pub mod tag;
pub mod toml;
pub mod yaml;

pub use snippet::{Checked, Idiom, check};
pub use tag::{InfoString, by_tag, info_string, known_tag, suggest};

/// How sure a language's verdict is, and so when it becomes a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// Agrees with the language's reference parser: findings by default.
    Error,
    /// A grammar that is known to reject some valid programs: findings only when asked for.
    Pedantic,
}

/// Languages that share their leniencies.
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
    /// Whether its verdict is an error by default.
    pub precision: Precision,
    /// Which leniencies apply.
    pub family: Family,
    /// The parser that gives the verdict.
    pub parser: fn(&str) -> Verdict,
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

/// What the parser of a language says about a piece of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It parses.
    Valid,
    /// It does not parse; the first error.
    Invalid(Box<SyntaxError>),
    /// Nothing is known, and why. Never a finding; counted and shown.
    NotChecked(NotChecked),
}

/// Why a block was not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotChecked {
    /// Nested deeper than [`limits::MAX_DEPTH`].
    TooDeep,
    /// Larger than [`limits::MAX_BYTES`].
    TooLarge,
    /// Would take the parser too long.
    TooSlow,
    /// There is no parser for it.
    NoParser,
}

impl NotChecked {
    /// The reason in plain words, to follow "not checked: ".
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooDeep => "nested too deeply",
            Self::TooLarge => "too large",
            Self::TooSlow => "would take too long",
            Self::NoParser => "no parser for the language",
        }
    }
}

/// The first syntax error of a piece of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Bytes of the code: on character boundaries, inside the code, and empty only at its end.
    pub span: Range<usize>,
    /// What is wrong, in the words of the language's own parser.
    pub message: String,
    /// A short remark for the place itself.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places that matter: "opened here".
    pub related: Vec<(Range<usize>, String)>,
}

impl SyntaxError {
    /// An error at `span`, which is clamped into `code`, widened to characters, and made visible.
    #[must_use]
    pub fn new(code: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span: visible(code, span),
            message: message.into(),
            label: None,
            help: None,
            related: Vec::new(),
        }
    }

    /// The same error with another place that matters.
    #[must_use]
    pub fn with_related(mut self, code: &str, span: Range<usize>, label: impl Into<String>) -> Self {
        self.related.push((visible(code, span), label.into()));
        self
    }

    /// The same error as a verdict.
    #[must_use]
    pub fn invalid(self) -> Verdict {
        Verdict::Invalid(Box::new(self))
    }
}

/// Clamp a range into the code, widen it to character boundaries, and make an empty one cover a character.
///
/// A place at the end of the code, or on its last line break, moves to the last visible character, so that the
/// caret stands under something.
#[must_use]
pub fn visible(code: &str, span: Range<usize>) -> Range<usize> {
    let mut start = code.floor_char_boundary(span.start.min(code.len()));
    let mut end = code.ceil_char_boundary(span.end.clamp(start, code.len()));
    if start == end {
        match code.get(start..).and_then(|rest| rest.chars().next()) {
            Some(c) if c != '\n' && c != '\r' => end = start + c.len_utf8(),
            _ => {
                let before = code.get(..start).unwrap_or_default().trim_end();
                if let Some(c) = before.chars().next_back() {
                    end = before.len();
                    start = end - c.len_utf8();
                }
            }
        }
    }
    start..end
}

/// The verdict of the language's parser, before any leniency.
#[must_use]
pub fn parse(language: &Language, code: &str) -> Verdict {
    (language.parser)(code)
}

/// The language of an id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.id == id)
}

/// A row without a grammar, to be completed by struct update.
const ROW: Language = Language {
    id: "",
    title: "",
    tags: &[],
    precision: Precision::Error,
    family: Family::Other,
    parser: |_| Verdict::NotChecked(NotChecked::NoParser),
    grammar: None,
};

/// Every language that is parsed.
pub static LANGUAGES: &[Language] = &[
    Language {
        id: "python",
        title: "Python",
        tags: &[
            "python",
            "py",
            "python3",
            "py3",
            "python2",
            "py2",
            "pyi",
            "gyp",
            "sage-python",
        ],
        family: Family::Python,
        parser: python::parse,
        grammar: Some(|| tree_sitter_python::LANGUAGE.into()),
        ..ROW
    },
    Language {
        id: "pycon",
        title: "Python console session",
        tags: &["pycon", "doctest", "python-console", "python-session", "pycon3"],
        family: Family::Python,
        parser: python::parse_session,
        ..ROW
    },
    Language {
        id: "ipython",
        title: "IPython",
        tags: &["ipython", "ipython3", "jupyter", "ipy"],
        family: Family::Python,
        parser: python::parse_ipython,
        ..ROW
    },
    Language {
        id: "javascript",
        title: "JavaScript",
        tags: &["javascript", "js", "mjs", "cjs", "ecmascript", "es6", "node"],
        family: Family::JavaScript,
        parser: javascript::parse_js,
        grammar: Some(|| tree_sitter_javascript::LANGUAGE.into()),
        ..ROW
    },
    Language {
        id: "jsx",
        title: "JavaScript with JSX",
        tags: &["jsx", "javascriptreact"],
        family: Family::JavaScript,
        parser: javascript::parse_js,
        grammar: Some(|| tree_sitter_javascript::LANGUAGE.into()),
        ..ROW
    },
    Language {
        id: "typescript",
        title: "TypeScript",
        tags: &["typescript", "ts", "mts", "cts", "dts", "deno"],
        family: Family::JavaScript,
        parser: javascript::parse_ts,
        grammar: Some(|| tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()),
        ..ROW
    },
    Language {
        id: "tsx",
        title: "TypeScript with JSX",
        tags: &["tsx", "typescriptreact"],
        family: Family::JavaScript,
        parser: javascript::parse_tsx,
        grammar: Some(|| tree_sitter_typescript::LANGUAGE_TSX.into()),
        ..ROW
    },
    Language {
        id: "bash",
        title: "Shell",
        tags: &["bash", "sh", "shell", "zsh", "ksh", "shellscript", "shell-script"],
        family: Family::Shell,
        parser: shell::parse,
        grammar: Some(|| tree_sitter_bash::LANGUAGE.into()),
        ..ROW
    },
    Language {
        id: "console",
        title: "Terminal session",
        tags: &[
            "console",
            "shell-session",
            "shellsession",
            "terminal",
            "sh-session",
            "bash-session",
            "term",
        ],
        family: Family::Shell,
        parser: shell::parse_session,
        ..ROW
    },
    Language {
        id: "json",
        title: "JSON",
        tags: &["json"],
        family: Family::Json,
        parser: json::parse,
        ..ROW
    },
    Language {
        id: "jsonc",
        title: "JSON with comments",
        tags: &["jsonc", "json-comments", "jsonwithcomments"],
        family: Family::Json,
        parser: json::parse_jsonc,
        ..ROW
    },
    Language {
        id: "json5",
        title: "JSON5",
        tags: &["json5"],
        family: Family::Json,
        parser: json::parse_json5,
        ..ROW
    },
    Language {
        id: "yaml",
        title: "YAML",
        tags: &["yaml", "yml"],
        family: Family::Data,
        parser: yaml::parse,
        ..ROW
    },
    Language {
        id: "toml",
        title: "TOML",
        tags: &["toml"],
        family: Family::Data,
        parser: toml::parse,
        ..ROW
    },
    Language {
        id: "ini",
        title: "INI",
        tags: &["ini", "cfg", "conf", "dosini", "properties"],
        family: Family::Data,
        parser: ini::parse,
        ..ROW
    },
    Language {
        id: "dotenv",
        title: "dotenv",
        tags: &["dotenv", "env"],
        family: Family::Data,
        parser: dotenv::parse,
        ..ROW
    },
    grammar::row("go", "Go", &["go", "golang"], grammar::go, || {
        tree_sitter_go::LANGUAGE.into()
    }),
    grammar::row("rust", "Rust", &["rust", "rs"], grammar::rust, || {
        tree_sitter_rust::LANGUAGE.into()
    }),
    grammar::row("java", "Java", &["java"], grammar::java, || {
        tree_sitter_java::LANGUAGE.into()
    }),
    grammar::row("ruby", "Ruby", &["ruby", "rb"], grammar::ruby, || {
        tree_sitter_ruby::LANGUAGE.into()
    }),
    grammar::row("php", "PHP", &["php"], grammar::php, || {
        tree_sitter_php::LANGUAGE_PHP.into()
    }),
    grammar::row("csharp", "C#", &["csharp", "cs", "c#"], grammar::csharp, || {
        tree_sitter_c_sharp::LANGUAGE.into()
    }),
    grammar::row("html", "HTML", &["html", "htm", "xhtml"], grammar::html, || {
        tree_sitter_html::LANGUAGE.into()
    }),
    grammar::row("css", "CSS", &["css"], grammar::css, || {
        tree_sitter_css::LANGUAGE.into()
    }),
    grammar::row(
        "sql",
        "SQL",
        &[
            "sql",
            "postgresql",
            "postgres",
            "psql",
            "mysql",
            "sqlite",
            "plsql",
            "plpgsql",
            "tsql",
        ],
        grammar::sql,
        || tree_sitter_sequel::LANGUAGE.into(),
    ),
    grammar::row(
        "graphql",
        "GraphQL",
        &["graphql", "gql"],
        grammar::graphql,
        || tree_sitter_graphql::LANGUAGE.into(),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_visible_and_on_characters() {
        assert_eq!(visible("aé", 2..2), 1..3);
        assert_eq!(visible("ab\n", 3..3), 1..2);
        assert_eq!(visible("ab\n", 2..2), 1..2);
        assert_eq!(visible("", 0..9), 0..0);
        assert_eq!(visible("\n\n", 1..1), 1..1);
        assert_eq!(visible("abc", 9..12), 2..3);
        assert_eq!(visible("éa", 1..1), 0..2);
    }

    #[test]
    fn ids_are_unique_and_every_language_has_a_tag() {
        for (at, language) in LANGUAGES.iter().enumerate() {
            assert!(!language.tags.is_empty(), "{}", language.id);
            assert!(LANGUAGES.iter().skip(at + 1).all(|other| other.id != language.id));
        }
    }
}
