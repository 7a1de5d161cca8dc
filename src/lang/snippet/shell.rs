//! Idioms of shell code in documentation.

use super::super::Verdict;
use super::super::shell::{fill_placeholders, parse_session, prompt};
use super::{Idiom, Rewrite, text};

/// Rewrites that keep every byte in its place.
pub(super) const IN_PLACE: &[Rewrite] = &[
    (Idiom::Placeholder, |code, _| fill_placeholders(code)),
    (Idiom::DiffMarks, text::diff_marks),
];

/// Prompts and output, when any line has a prompt.
pub(super) fn wrapped(code: &str) -> Option<Idiom> {
    let prompts = code.lines().any(|line| prompt(line).is_some());
    (prompts && parse_session(code) == Verdict::Valid).then_some(Idiom::Prompt)
}

#[cfg(test)]
mod tests {
    use super::super::tests::excused;
    use super::*;

    #[test]
    fn snippets_of_shell_are_excused() {
        assert_eq!(excused("bash", "tool rm <name>\n"), Some(Idiom::Placeholder));
        assert_eq!(excused("sh", "$ ls\na (1)\n$ pwd\n"), Some(Idiom::Prompt));
    }

    #[test]
    fn real_errors_are_not() {
        for code in ["tool <name> (\n", "$ ls (\n", "if a; then\n", "a 'b\n"] {
            assert_eq!(excused("bash", code), None, "{code}");
        }
    }
}
