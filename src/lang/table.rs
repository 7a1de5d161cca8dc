//! One row per language. Adding a language is a row here and a folder of fixtures.

use super::{
    Family, Language, ParseResult, Precision, UncheckedReason, dotenv, grammar, ini, javascript, json,
    python, shell, toml, yaml,
};

/// A row without a grammar, to be completed by struct update.
const ROW: Language = Language {
    id: "",
    title: "",
    tags: &[],
    precision: Precision::Error,
    family: Family::Other,
    parser: |_| ParseResult::NotChecked(UncheckedReason::NoParser),
    grammar: None,
};

/// The grammar of a pedantic language; none where the program was built without them.
macro_rules! grammar {
    ($language:expr) => {{
        #[cfg(feature = "all-languages")]
        {
            Some(|| $language.into())
        }
        #[cfg(not(feature = "all-languages"))]
        {
            None
        }
    }};
}

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
        tags: &[
            "pycon",
            "doctest",
            "python-console",
            "python-session",
            "pycon3",
            "python-repl",
        ],
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
        tags: &["jsonc", "json-comments", "jsonwithcomments", "json-with-comments"],
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
    grammar::grammar_row(
        "go",
        "Go",
        &["go", "golang"],
        grammar::go,
        grammar!(tree_sitter_go::LANGUAGE),
    ),
    grammar::grammar_row(
        "rust",
        "Rust",
        &["rust", "rs"],
        grammar::rust,
        grammar!(tree_sitter_rust::LANGUAGE),
    ),
    grammar::grammar_row(
        "java",
        "Java",
        &["java"],
        grammar::java,
        grammar!(tree_sitter_java::LANGUAGE),
    ),
    grammar::grammar_row(
        "ruby",
        "Ruby",
        &["ruby", "rb"],
        grammar::ruby,
        grammar!(tree_sitter_ruby::LANGUAGE),
    ),
    grammar::grammar_row(
        "php",
        "PHP",
        &["php"],
        grammar::php,
        grammar!(tree_sitter_php::LANGUAGE_PHP),
    ),
    grammar::grammar_row(
        "csharp",
        "C#",
        &["csharp", "cs", "c#"],
        grammar::csharp,
        grammar!(tree_sitter_c_sharp::LANGUAGE),
    ),
    grammar::grammar_row(
        "html",
        "HTML",
        &["html", "htm", "xhtml"],
        grammar::html,
        grammar!(tree_sitter_html::LANGUAGE),
    ),
    grammar::grammar_row(
        "css",
        "CSS",
        &["css"],
        grammar::css,
        grammar!(tree_sitter_css::LANGUAGE),
    ),
    grammar::grammar_row(
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
        grammar!(tree_sitter_sequel::LANGUAGE),
    ),
    grammar::grammar_row(
        "graphql",
        "GraphQL",
        &["graphql", "gql"],
        grammar::graphql,
        grammar!(tree_sitter_graphql::LANGUAGE),
    ),
];
