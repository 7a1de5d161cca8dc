//! Blocks that show a form to fill in, or parts of a file: a skill does that on purpose.
//!
//! This is weaker than an idiom: nothing shows what is left out, so such a block is not accepted, but it is less
//! certain to be wrong.

use super::super::{Family, Language, ParseResult, SyntaxError, json, limits};
use super::{data, parts};
use crate::text::line_around;

/// Whether a block that does not parse is a form or an excerpt. A string without its end or brackets that do not match
/// are errors in any case.
#[must_use]
pub fn is_excerpt(language: &Language, code: &str, error: &SyntaxError) -> bool {
    if code.len() > limits::MAX_LENIENT_BYTES || is_lexical(&error.message) {
        return false;
    }
    if has_equal_brackets(code) && is_form(language, line_around(code, error.span.start).slice(code)) {
        return true;
    }
    match language.family {
        Family::Json => are_members(language, code),
        Family::Data => data::are_items(code) || are_paragraphs(language, code),
        Family::Python => is_clause(language, code) || parts(language, code, |_| true).is_some(),
        Family::JavaScript => parts(language, code, |_| true).is_some(),
        Family::Shell | Family::Other => false,
    }
}

/// Whether an error is about an unterminated string or comment, or the end of the code.
fn is_lexical(message: &str) -> bool {
    let words = [
        "nterminated",
        "missing closing quote",
        "end of file",
        "EOF",
        "matching",
        "end of input",
        "escape",
    ];
    words.iter().any(|word| message.contains(word))
}

/// Whether every kind of bracket is opened as often as it is closed.
fn has_equal_brackets(code: &str) -> bool {
    let count = |c: char| code.matches(c).count();
    [('(', ')'), ('[', ']'), ('{', '}')]
        .iter()
        .all(|(open, close)| count(*open) == count(*close))
}

/// Whether a line has a placeholder or an omission.
fn is_form(language: &Language, line: &str) -> bool {
    let arrows = ['…', '→', '←', '↓', '↑', '⇒', '✓', '✔', '✗', '✅', '❌'];
    if line.contains("...") || line.contains(arrows) {
        return true;
    }
    let script = language.family == Family::JavaScript;
    let shell = language.family == Family::Shell;
    // `${{ a }}` is an expression of GitHub Actions and not a template.
    let is_template = line.contains("{{") && line.contains("}}") && !line.contains("${{")
        || line.contains("{%") && line.contains("%}");
    // Double braces may be an object in JSX, but a single name in them is not.
    let is_name_in_braces = || {
        line.split("{{").skip(1).any(|rest| {
            let name = rest.split_once("}}").map_or("", |(name, _)| name.trim());
            let plain = |c: char| c.is_alphanumeric() || "_.|- ".contains(c);
            !name.is_empty() && name.chars().all(plain)
        })
    };
    is_template && (!script || is_name_in_braces())
        || between(line, '<', '>').any(|(_, inside)| is_angle_word(inside) && !(script && is_name(inside)))
        || between(line, '[', ']').any(|(before, inside)| is_bracket_word(before, inside, shell))
        || !script
            && language.family != Family::Python
            && between(line, '{', '}').any(|(_, inside)| is_name(inside))
        || language.family == Family::Json && has_choice(line)
}

/// The text between each pair of marks, with the text before it.
fn between(line: &str, open: char, close: char) -> impl Iterator<Item = (&str, &str)> {
    line.match_indices(open).filter_map(move |(at, _)| {
        let inside = line.get(at + 1..)?;
        let end = inside.find([open, close])?;
        let inside = inside
            .get(..end)
            .filter(|_| inside.get(end..).is_some_and(|rest| rest.starts_with(close)))?;
        Some((line.get(..at)?, inside))
    })
}

/// `<name>`, `<your key>`, `<a|b>`.
fn is_angle_word(inside: &str) -> bool {
    inside.starts_with(char::is_alphabetic)
        && !inside.ends_with(['/', ' '])
        && inside
            .chars()
            .all(|c| c.is_alphanumeric() || " _-.:/|,'".contains(c))
}

fn is_name(inside: &str) -> bool {
    !inside.is_empty()
        && inside
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// `[Name]`, `[NAME: what]`, and in a usage line of a command `[options]`. After a name they are an index.
fn is_bracket_word(before: &str, inside: &str, usage: bool) -> bool {
    let free = before
        .chars()
        .next_back()
        .is_none_or(|c| !c.is_alphanumeric() && !"_)]\"'".contains(c));
    let words = inside
        .chars()
        .all(|c| c.is_alphanumeric() || " _-:/|,.#=<>".contains(c));
    let start = |c: char| c.is_uppercase() || usage && (c.is_alphabetic() || matches!(c, '-' | '<'));
    free && words && inside.len() > 1 && inside.starts_with(start)
}

/// A choice of values, or a word in the place of one, outside of strings of JSON: `"a" | "b"`, `true/false`, `1-10`, `N`.
fn has_choice(line: &str) -> bool {
    let plain: String = line.split('"').step_by(2).collect();
    let plain = plain.split("//").next().unwrap_or_default();
    let value = plain
        .split(':')
        .next_back()
        .unwrap_or_default()
        .trim()
        .trim_end_matches(',')
        .trim_end();
    let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let range = value.split_once('-').is_some_and(|(from, to)| {
        [from, to]
            .iter()
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()))
    });
    plain.contains(" | ")
        || plain.contains("true/false")
        || plain.contains("true|false")
        || word(value)
        || range
}

/// Whether JSON is members and values, each on lines of its own, or nothing but comments.
fn are_members(language: &Language, code: &str) -> bool {
    let lines = || code.lines().map(str::trim).filter(|line| !line.is_empty());
    if lines().all(|line| line.starts_with("//")) {
        return lines().count() > 0;
    }
    let pieces = data::members(code);
    let is_member = |piece: &str| {
        let piece = data::without_comments(piece);
        let piece = piece.trim().trim_end_matches(',');
        let wrapped = match piece.starts_with('"') {
            true => format!("{{{piece}}}"),
            false => piece.to_owned(),
        };
        piece.is_empty()
            || json::parse_jsonc(&wrapped) == ParseResult::Valid
            || has_equal_brackets(piece) && piece.lines().any(|line| is_form(language, line))
    };
    language.id != "json5"
        && pieces.len() > 1
        && pieces
            .iter()
            .all(|range| code.get(range.clone()).is_some_and(is_member))
}

/// Whether Python begins with a clause whose statement is missing, and is a snippet behind one.
fn is_clause(language: &Language, code: &str) -> bool {
    let before = match code.split([' ', ':', '\n']).next() {
        Some("except" | "finally") => "try",
        Some("else" | "elif") => "if 1",
        _ => return false,
    };
    super::is_acceptable(language, &format!("{before}:\n    pass\n{code}"))
}

/// Whether the first line of a part, which is not indented, is a key, an item, or the start of a value in brackets.
fn is_mapping(part: &str) -> bool {
    let mut lines = part.lines().filter(|line| !line.starts_with(['#', ';']));
    lines.next().is_none_or(|line| {
        let key = line.trim_end().ends_with(':') || line.contains(": ");
        !line.starts_with([' ', '\t']) && (key || line.starts_with(['-', '{', '[']))
    })
}

/// Whether each part below a comment or a blank line parses on its own: several ways to write one thing.
fn are_paragraphs(language: &Language, code: &str) -> bool {
    let mut pieces: Vec<String> = Vec::new();
    let mut is_new = true;
    for line in code.split_inclusive('\n') {
        if line.trim().is_empty() {
            is_new = true;
            continue;
        }
        // A comment that starts a line speaks of what is below it.
        let heading = line.starts_with(['#', ';']);
        match pieces.last_mut().filter(|_| !is_new && !heading) {
            Some(piece) => piece.push_str(line),
            None => pieces.push(line.to_owned()),
        }
        is_new = false;
    }
    const MAX_PIECES: usize = 24;
    (2..=MAX_PIECES).contains(&pieces.len())
        && pieces
            .iter()
            .all(|piece| is_mapping(piece) && super::parses(language, piece))
}

#[cfg(test)]
mod tests {
    use super::super::super::{by_tag, check_snippet};
    use super::*;

    fn excerpt(tag: &str, code: &str) -> bool {
        let language = by_tag(tag).unwrap();
        match check_snippet(language, code).verdict {
            ParseResult::Invalid(error) => is_excerpt(language, code, &error),
            other => panic!("{tag}: {code}: {other:?}"),
        }
    }

    #[test]
    fn forms_are_excerpts() {
        for (tag, code) in [
            ("json", "{\n  \"kind\": \"a\" | \"b\",\n  \"on\": true\n}\n"),
            ("json", "{\n  \"on\": true/false,\n  \"level\": 1\n}\n"),
            ("json", "{\n  \"level\": 1-10,\n  \"b\": 2\n}\n"),
            ("json", "{\n  \"total\": N,\n  \"b\": 2\n}\n"),
            ("json", "{\n  [ITEMS: sorted by id]\n  \"b\": 2\n}\n"),
            ("json", "{\n  ...the other fields...\n  \"b\": 2\n}\n"),
            ("json", "{\n  \"a\": {name}-{n},\n  \"b\": 2\n}\n"),
            ("json", "{\"id\": 1}  → fine\n{\"id\": 2}  → refused\n"),
            ("yaml", "info:\n  title: [Widget Name] API\n  b: c\n"),
            ("js", "export const [Name]Context = create(a);\n"),
            ("js", "const names = {{.Names}};\n"),
            ("bash", "/make <#file:{{file}}> [final] [guide #file]\n"),
            ("bash", "widget_list(owner: \"{org}\", number: {n})\n"),
            ("ts", "widget.start()\n  → called by run()\n"),
        ] {
            assert!(excerpt(tag, code), "{code}");
        }
    }

    #[test]
    fn parts_of_a_file_are_excerpts() {
        for (tag, code) in [
            (
                "json",
                "\"a\": {\"b\": 1}  // the short form\n\"a\": {\"b\": 1, \"c\": 2}\n",
            ),
            (
                "json",
                "// The first stays as it is\n\"a\": [1],\n\n// and this is added\n{\"b\": 2}\n",
            ),
            ("json", "// Bad: no file\n// Missing: the lock file\n"),
            (
                "toml",
                "# In the list of a library:\n\"kit>=1\"   # lowest\n\"kit>=1,<2\"\n",
            ),
            ("yaml", "# bad\nif: push\n\n# good\n- uses: pull\n"),
            (
                "json",
                "// The first stays\n\"a\": [{\"b\": \"c\"}],\n\"d\": [\n  ...earlier,\n  {\"e\": 1}\n]\n",
            ),
            (
                "python",
                "except KitError as e:\n    if e.kind == 1:\n        # wait\n    elif e.kind == 2:\n        # give up\n",
            ),
            ("python", "@cached\n\n# by hand\nif a:\n    b()\n"),
            ("js", "this.a = load();\n\nturn() {\n  this.b = 1;\n}\n"),
        ] {
            assert!(excerpt(tag, code), "{code}");
        }
    }

    #[test]
    fn faults_are_not() {
        for (tag, code) in [
            ("json", "{\n  \"a\": 1\n  \"b\": 2\n}\n"),
            ("json", "{\n  \"a\": <id,\n  \"b\": \"...\n}\n"),
            ("json", "{\"a\": 1}}\n{\"b\": 2}\n"),
            ("yaml", "- run: echo \"Title: ${{ a.b }}\"\n"),
            ("yaml", "a:\n  b: 1\n\n c: 2\n"),
            ("yaml", "# a\nkit.a=1\nkit.b=2\n\n# b\nkit.c=1\nkit.d=2\n"),
            ("python", "print(\"...)\nx = 1\n"),
            ("python", "f(a, <name>\ng(b)\n"),
            ("python", "x = = 1\n"),
            ("js", "const a = {\n  \"b\": 1\n  c\": 2\n};\n"),
            ("js", "const x = a[Index] = = 1;\n"),
            ("ts", "const a = \"1\", \"2\";\n"),
            ("jsx", "const a = <Kit style={{ size: 1 }} = />;\n"),
            ("python", "except KitError as e\n    x = 1\n"),
            ("bash", "for i in $a; do done\n"),
            ("bash", "echo 'it's'\n"),
        ] {
            assert!(!excerpt(tag, code), "{code}");
        }
    }
}
