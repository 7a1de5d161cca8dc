//! Idioms of shell code in documentation.

use super::super::ParseResult;
use super::super::shell::{fill_placeholders, parse_session, prompt_len};
use super::{Idiom, Rewrite, marks, text};

/// Rewrites that keep every byte in its place.
pub(super) const REWRITES: &[Rewrite] = &[
    (Idiom::BatsTest, |code, _| bats_tests(code)),
    (Idiom::Placeholder, |code, _| fill_placeholders(code)),
    (Idiom::DiffMarks, |code, _| marks::code_marks(code)),
    (Idiom::DiffMarks, marks::diff_marks),
];

/// The tests of Bats as the functions that its preprocessor makes of them: `@test "name" {` at the start of a line.
fn bats_tests(code: &str) -> Option<String> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let words = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        let name = words
            .strip_prefix("@test ")
            .and_then(|rest| rest.strip_suffix('{'))
            .map(str::trim);
        let quoted = |name: &str| {
            ['"', '\''].iter().any(|quote| {
                name.strip_prefix(*quote)
                    .and_then(|name| name.strip_suffix(*quote))
                    .is_some_and(|name| !name.is_empty())
            })
        };
        if name.is_some_and(|name| quoted(name) || name.chars().all(|c| c.is_alphanumeric() || c == '_')) {
            found.push(start..start + words.len() - 1);
        }
    }
    text::fill(code, &found, |_| "t()".to_owned())
}

/// Prompts and output, when any line has a prompt.
pub(super) fn wrapped(code: &str) -> Option<Idiom> {
    let prompts = code.lines().any(|line| prompt_len(line).is_some());
    let valid = match prompts {
        true => parse_session(code) == ParseResult::Valid,
        false => angle_prompts(code).is_some_and(|session| parse_session(&session) == ParseResult::Valid),
    };
    valid.then_some(Idiom::Prompt)
}

/// A session whose prompt is `> `, from its first line on, with the usual one in its place.
fn angle_prompts(code: &str) -> Option<String> {
    let command = |line: &str| {
        line.strip_prefix("> ")
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '.'))
    };
    if !code.trim_start().lines().next().is_some_and(command) {
        return None;
    }
    let lines = code
        .split_inclusive('\n')
        .map(|line| match line.strip_prefix("> ") {
            Some(rest) => format!("$ {rest}"),
            None => line.to_owned(),
        });
    Some(lines.collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::excused;
    use super::*;

    #[test]
    fn snippets_of_shell_are_excused() {
        assert_eq!(excused("bash", "tool rm <name>\n"), Some(Idiom::Placeholder));
        assert_eq!(excused("sh", "$ ls\na (1)\n$ pwd\n"), Some(Idiom::Prompt));
        assert_eq!(
            excused("sh", "> tool ls\na (1)\n> tool rm a\n"),
            Some(Idiom::Prompt)
        );
        assert_eq!(
            excused(
                "bash",
                "setup() {\n  x=1\n}\n\n@test \"it (really) works\" {\n  run a\n  [ \"$status\" -eq 0 ]\n}\n\n@test other {\n  b\n}\n"
            ),
            Some(Idiom::BatsTest)
        );
        let long = format!("me@host:~/{}$ ls\na (1)\n", "folder/".repeat(12));
        assert_eq!(excused("sh", &long), Some(Idiom::Prompt));
    }

    #[test]
    fn real_errors_are_not() {
        for code in [
            "tool <name> (\n",
            "$ ls (\n",
            "if a; then\n",
            "a 'b\n",
            "@test \"a\" {\n  run b\n\n@test \"c\" {\n  run d\n}\n",
            "@test \"a {\n  run b (\n}\n",
            "> tool 'a\n",
        ] {
            assert_eq!(excused("bash", code), None, "{code}");
        }
    }
}
