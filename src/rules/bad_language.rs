//! A language that clients cannot request.

use super::fields;
use crate::diagnostic::Severity;
use crate::document::Document;
use crate::edit::Edit;
use crate::hub::supplied::unsafe_name_reason;
use crate::lang;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::suggest;
use std::collections::HashSet;

/// The rule; see its page.
pub static RULE: Rule = rule!("bad-language", Check::Document(check)).with(&[Property::OnlyHubs]);

/// Names that the client replaces before a look-up: `chub get --lang js` requests `javascript`.
const ALIASES: &[(&str, &str)] = &[
    ("js", "javascript"),
    ("ts", "typescript"),
    ("py", "python"),
    ("rb", "ruby"),
    ("cs", "csharp"),
];

/// Names that agents do not request, with the one that they do.
const SPELLINGS: &[(&str, &str)] = &[
    ("c++", "cpp"),
    ("cplusplus", "cpp"),
    ("c#", "csharp"),
    ("f#", "fsharp"),
    ("golang", "go"),
    ("node", "javascript"),
    ("nodejs", "javascript"),
    ("node.js", "javascript"),
    ("python3", "python"),
    ("objective-c++", "objective-cpp"),
];

/// Common languages, and other names in hubs that agents request.
pub const KNOWN_LANGUAGES: &[&str] = &[
    "bash",
    "c",
    "clojure",
    "cpp",
    "csharp",
    "css",
    "curl",
    "dart",
    "elixir",
    "erlang",
    "fsharp",
    "go",
    "graphql",
    "groovy",
    "haskell",
    "hcl",
    "html",
    "http",
    "java",
    "javascript",
    "json",
    "julia",
    "kotlin",
    "lua",
    "markdown",
    "matlab",
    "nix",
    "objective-c",
    "ocaml",
    "perl",
    "php",
    "powershell",
    "python",
    "r",
    "rest",
    "ruby",
    "rust",
    "scala",
    "shell",
    "solidity",
    "sql",
    "swift",
    "terraform",
    "toml",
    "typescript",
    "vue",
    "yaml",
    "zig",
];

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(front) = document.front_matter() else {
        return;
    };
    if fields::text(front.metadata("languages")).is_none() {
        return;
    }
    let pieces = front.list("languages", &document.text);
    let all: HashSet<String> = pieces.iter().map(|(piece, _)| piece.to_lowercase()).collect();
    for (piece, span) in &pieces {
        // The builder writes languages in lower case.
        let language = piece.to_lowercase();
        if language.is_empty() {
            sink.report(*span, "an empty value between the commas of `metadata.languages`")
                .help("remove the extra comma");
        } else if let Some((_, full)) = ALIASES.iter().find(|(alias, _)| *alias == language) {
            let report = sink
                .report(
                    *span,
                    format!("clients cannot request `{piece}`: they look for `{full}` instead"),
                )
                .help(format!("write `{full}`"));
            let written = document.slice(*span) == *piece;
            if written && !all.contains(*full) {
                report.fix(
                    format!("write `{full}`"),
                    vec![Edit {
                        span: *span,
                        text: (*full).to_owned(),
                    }],
                );
            }
        } else if let Some(wrong) = unsafe_name_reason(piece) {
            sink.report(
                *span,
                format!("the build refuses the language `{piece}`: it {wrong}"),
            )
            .help("use the common name of the language: `python`, `javascript`, `go`");
        } else if let Some((_, common)) = SPELLINGS.iter().find(|(written, _)| *written == language) {
            sink.report(
                *span,
                format!("agents request `{common}`, and do not find `{piece}`"),
            )
            .severity(Severity::Warning)
            .help(format!("write `{common}`"));
        } else if !KNOWN_LANGUAGES.contains(&language.as_str()) && !lang::is_language_name(&language) {
            let report = sink
                .report(*span, format!("unknown language `{piece}`"))
                .severity(Severity::Warning);
            match suggest::nearest(
                &language,
                KNOWN_LANGUAGES.iter().copied().filter(|known| known.len() > 2),
            ) {
                Some(near) => report.help(format!("did you mean `{near}`?")),
                None => report.help("use the common name of the language: `python`, `javascript`, `go`"),
            };
        }
    }
}
