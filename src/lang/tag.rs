//! The info string after an opening fence: the language tag and its attributes, in all forms in use.

use rustc_hash::FxHashMap;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use super::{LANGUAGES, Language};

mod names;

/// The info string of a fenced code block (CommonMark 0.31, section 4.5), split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfoString<'a> {
    /// The language tag as written; empty when the block has none.
    pub tag: &'a str,
    /// The bytes of the tag inside the info string.
    pub tag_range: Range<usize>,
    /// What follows the tag, trimmed: `filename="a.tsx" {1-3}`. Empty when there is nothing.
    pub attributes: &'a str,
    /// The bytes of the attributes inside the info string.
    pub attributes_range: Range<usize>,
}

/// Split an info string into tag and attributes.
///
/// Understood: `tsx filename="a.tsx" {1-3}`, `python title=...`, `{.python}`, `rust,ignore`, `js{1,3}`,
/// `py:main.py`, `ts#main.ts`. A first word that is an attribute itself (`title="x"`) leaves the tag empty.
#[must_use]
pub fn parse_info_string(info: &str) -> InfoString<'_> {
    // Nearly all are a word.
    if info.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return InfoString {
            tag: info,
            tag_range: 0..info.len(),
            attributes: "",
            attributes_range: info.len()..info.len(),
        };
    }
    let start = info.len() - info.trim_start().len();
    let body = info.trim();
    // Pandoc and R Markdown: `{.python .numberLines}`, `{python}`.
    let (offset, inner) = match body.strip_prefix('{') {
        Some(rest) => {
            let dot = usize::from(rest.starts_with('.'));
            (start + 1 + dot, rest.get(dot..).unwrap_or_default())
        }
        None => (start, body),
    };
    // `c#` is a language, `ts#index.ts` one with the name of a file.
    let names_file = |at: usize| {
        let after = inner.get(at + 1..).unwrap_or_default();
        after.starts_with(char::is_alphanumeric)
    };
    let ends = |(at, c): (usize, char)| {
        let end = c.is_whitespace() || ",{}:[(;".contains(c) || c == '#' && names_file(at);
        end.then_some(at)
    };
    let length = inner.char_indices().find_map(ends).unwrap_or(inner.len());
    let word = inner.get(..length).unwrap_or_default();
    let tag = if word.contains('=') { "" } else { word };
    let tag_range = offset..offset + tag.len();
    let rest = info.get(tag_range.end..).unwrap_or_default();
    let attributes = rest.trim();
    let attributes_start = tag_range.end + (rest.len() - rest.trim_start().len());
    InfoString {
        tag,
        tag_range,
        attributes,
        attributes_range: attributes_start..attributes_start + attributes.len(),
    }
}

/// The language that a tag names, in any case; `None` when it is unknown or not parsed.
#[must_use]
pub fn by_tag(tag: &str) -> Option<&'static Language> {
    known(tag)?
}

/// Whether highlighters know the tag, be it parsed here or not.
#[must_use]
pub fn is_known_tag(tag: &str) -> bool {
    known(tag).is_some()
}

/// The tag of code that nothing parses, in lower case. `None` for a parsed language, for text that is not code and
/// for an unknown tag.
#[must_use]
pub fn unparsed_code(tag: &str) -> Option<&'static str> {
    let tag = tag.to_ascii_lowercase();
    if parsed(&tag).is_some() || names::is_no_code(&tag) {
        return None;
    }
    other(&tag)
}

/// The parsed language of a tag in lower case.
fn parsed(tag: &str) -> Option<&'static Language> {
    // Asked several times for each block. No document adds a key, so a fast hash is safe.
    static TAGS: LazyLock<FxHashMap<&str, &Language>> = LazyLock::new(|| {
        let parsed = LANGUAGES.iter();
        parsed
            .flat_map(|language| language.tags.iter().map(move |tag| (*tag, language)))
            .collect()
    });
    TAGS.get(tag).copied()
}

/// A tag in lower case that highlighters know.
fn other(tag: &str) -> Option<&'static str> {
    static TAGS: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let mut tags: Vec<&str> = names::common_tags().chain(names::highlighter_tags()).collect();
        tags.sort_unstable();
        tags
    });
    let at = TAGS.binary_search(&tag).ok()?;
    TAGS.get(at).copied()
}

/// The meaning of a tag in any case: `None` when it is unknown, `Some(None)` when its language is not parsed.
fn known(tag: &str) -> Option<Option<&'static Language>> {
    let of = |tag: &str| parsed(tag).map(Some).or_else(|| other(tag).map(|_| None));
    of(tag).or_else(|| of(&tag.to_ascii_lowercase()))
}

/// Whether a name in lower case is one of GitHub Linguist's names and aliases of languages.
#[must_use]
pub fn is_language_name(name: &str) -> bool {
    static NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| names::linguist_names().collect());
    NAMES.contains(name.replace(' ', "-").as_str())
}

/// The known tag that an unknown one was probably meant to be: one in common use.
#[must_use]
pub fn suggest(tag: &str) -> Option<&'static str> {
    let lower = tag.to_ascii_lowercase();
    if let Some((_, meant)) = MEANT.iter().find(|(written, _)| *written == lower) {
        return Some(meant);
    }
    let letters = lower.chars().count();
    if !(4..=24).contains(&letters) {
        return None;
    }
    let parsed = LANGUAGES
        .iter()
        .flat_map(|language| language.tags.iter().copied());
    let edits = if letters < 5 { 1 } else { 2 };
    parsed
        .chain(names::common_tags())
        // Each edit makes a word longer by one letter at the most.
        .filter(|known| known.len() >= 3 && known.len().abs_diff(letters) <= edits)
        .map(|known| (strsim::osa_distance(&lower, known), known))
        .filter(|(distance, _)| *distance <= edits)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Words that no highlighter has as a tag, with the tag that is meant.
const MEANT: &[(&str, &str)] = &[
    ("py-console", "pycon"),
    ("nodejs", "javascript"),
    ("node.js", "javascript"),
    ("reactjs", "jsx"),
    ("c++11", "cpp"),
    ("command", "bash"),
    ("cmdline", "bash"),
    ("commandline", "bash"),
    (".env", "dotenv"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn info_strings_of_the_wild_are_split() {
        for (info, tag, attributes) in [
            ("", "", ""),
            ("python", "python", ""),
            ("  Python  ", "Python", ""),
            ("tsx filename=\"a.tsx\" {1-3}", "tsx", "filename=\"a.tsx\" {1-3}"),
            ("python title=app.py", "python", "title=app.py"),
            ("{.python}", "python", "}"),
            ("{python, echo=FALSE}", "python", ", echo=FALSE}"),
            ("rust,ignore", "rust", ",ignore"),
            ("js{1,3}", "js", "{1,3}"),
            ("py:main.py", "py", ":main.py"),
            ("ts#main.ts", "ts", "#main.ts"),
            ("c# title", "c#", "title"),
            ("title=\"x\"", "", "title=\"x\""),
            ("é", "é", ""),
            ("{", "", ""),
        ] {
            let split = parse_info_string(info);
            assert_eq!((split.tag, split.attributes.trim()), (tag, attributes), "{info}");
            assert_eq!(&info[split.tag_range.clone()], tag, "{info}");
            assert_eq!(&info[split.attributes_range.clone()], split.attributes, "{info}");
        }
    }

    #[test]
    fn tags_are_found_in_any_case_and_suggested() {
        assert_eq!(by_tag("Py3").map(|l| l.id), Some("python"));
        assert_eq!(by_tag("PYTHON3").map(|l| l.id), Some("python"));
        assert_eq!(by_tag("yml").map(|l| l.id), Some("yaml"));
        assert!(is_known_tag("Mermaid") && !is_known_tag("pyhton"));
        assert_eq!(suggest("pyhton"), Some("python"));
        assert_eq!(suggest("javscript"), Some("javascript"));
        assert_eq!(suggest("yalm"), Some("yaml"));
        assert_eq!(suggest("zzzzz"), None);
        assert_eq!(suggest("é"), None);
    }

    #[test]
    fn a_name_of_any_highlighter_is_known_and_none_is_replaced() {
        for tag in [
            "cython",
            "ptx",
            "irb",
            "iex",
            "dtd",
            "csh",
            "basic",
            "yara",
            "hy",
            "caddy",
            "QL",
            "python-repl",
            "c#",
            "common-lisp",
            "ambienttalk/2",
            "pytb",
            "wl",
            "mermaid",
        ] {
            assert!(is_known_tag(tag), "{tag}");
        }
        assert!(names::highlighter_tags().count() > 1_900);
        assert!(names::highlighter_tags().all(is_known_tag));
        // A suggestion is for what no highlighter knows.
        assert!(
            MEANT
                .iter()
                .all(|(written, meant)| !is_known_tag(written) && is_known_tag(meant))
        );
        assert_eq!(by_tag("json-with-comments").map(|l| l.id), Some("jsonc"));
    }

    #[test]
    fn names_of_languages_are_those_of_linguist() {
        for name in [
            "cuda",
            "metal",
            "verilog",
            "cobol",
            "c++",
            "common lisp",
            "visual-basic-.net",
        ] {
            assert!(is_language_name(name), "{name}");
        }
        for name in ["pyhton", "pytb", "", "javscript"] {
            assert!(!is_language_name(name), "{name}");
        }
    }

    #[test]
    fn no_tag_is_listed_twice() {
        let mut tags: Vec<&str> = LANGUAGES
            .iter()
            .flat_map(|l| l.tags.iter().copied())
            .chain(names::common_tags())
            .collect();
        tags.sort_unstable();
        let all = tags.len();
        tags.dedup();
        assert_eq!(all, tags.len());
    }
}
