//! Whether the words around a package say not to use it.

use crate::text::line_start;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Openers of a warning. One of `VERBS` must follow soon: "if you do not have it yet, install it" is not a warning.
const OPENERS: [&str; 7] = [
    "do not ",
    "don't ",
    "don’t ",
    "never ",
    "avoid ",
    "must not ",
    "should not ",
];
const VERBS: [&str; 13] = [
    "use", "install", "add", "copy", "assume", "confuse", "mix", "pip", "npm", "rely", "the ", "`", "import",
];
/// Words that are a warning without an opener.
const WARNINGS: [&str; 19] = [
    "incorrect",
    "wrong",
    "❌",
    "✗",
    "🚫",
    "not recommended",
    "instead of",
    "deprecated",
    "unofficial",
    "obsolete",
    "no longer",
    "not the same",
    "legacy",
    "does not exist",
    "doesn't exist",
    "rather than",
    "unrelated",
    "remove",
    "uninstall",
];

/// The openers, then the warnings, in one automaton: the text is read once, whatever their number.
static AUTOMATON: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(OPENERS.iter().chain(&WARNINGS))
        .ok()
});

/// Where a text begins to warn, in bytes; `None` when it does not.
#[must_use]
pub fn find_warning(text: &str) -> Option<usize> {
    let mut openers_seen = [false; OPENERS.len()];
    AUTOMATON
        .as_ref()?
        .find_overlapping_iter(text)
        .filter(|found| {
            let Some(seen) = openers_seen.get_mut(found.pattern().as_usize()) else {
                return true;
            };
            // Only the first occurrence of each opener counts: "do not worry, you can do not ..." is not a sentence.
            let first = !std::mem::replace(seen, true);
            let after = text.as_bytes().get(found.end()..).unwrap_or_default();
            first
                && VERBS.iter().any(|verb| {
                    after
                        .get(..verb.len())
                        .is_some_and(|start| start.eq_ignore_ascii_case(verb.as_bytes()))
                })
        })
        .map(|found| found.start())
        .min()
}

/// The last line of prose before byte `at`, if only blank lines are between them.
#[must_use]
pub fn line_before(text: &str, at: usize) -> &str {
    let before = text.get(..at).unwrap_or_default();
    // Marks of the list item or quote that holds the block.
    let before = before.trim_end_matches([' ', '\t', '>', '\n', '\r']);
    before.rsplit('\n').next().unwrap_or_default()
}

/// How far a sentence reaches to either side, in bytes: a line without an end must not cost its square.
const MAX_SENTENCE_REACH: usize = 600;

/// The last bytes of a text, from a character's start on.
#[must_use]
pub fn tail(text: &str, reach: usize) -> &str {
    let from = text.ceil_char_boundary(text.len().saturating_sub(reach));
    text.get(from..).unwrap_or_default()
}

/// The first bytes of a text, to a character's end.
fn head(text: &str, reach: usize) -> &str {
    text.get(..text.floor_char_boundary(reach)).unwrap_or_default()
}

/// The sentence that holds byte `at`, as the text before it and the text from it on.
#[must_use]
pub fn sentence(text: &str, at: usize) -> (&str, &str) {
    let before = tail(text.get(..at).unwrap_or_default(), MAX_SENTENCE_REACH);
    let after = head(text.get(at..).unwrap_or_default(), MAX_SENTENCE_REACH);
    // Punctuation and a blank end a sentence.
    let line = line_start(before, before.len());
    let mut pairs = before.as_bytes().get(line..).unwrap_or_default().windows(2);
    let start = pairs.rposition(|pair| matches!(pair, [b'.' | b'!' | b'?' | b';', b' ']));
    let newline = memchr::memchr(b'\n', after.as_bytes()).unwrap_or(after.len());
    let mut pairs = after.as_bytes().get(..newline).unwrap_or_default().windows(2);
    let end = pairs.position(|pair| matches!(pair, [b'.' | b'!' | b';', b' ']));
    (
        before
            .get(line + start.map_or(0, |at| at + 2)..)
            .unwrap_or_default(),
        after.get(..end.unwrap_or(newline)).unwrap_or_default(),
    )
}

/// Whether the comment lines right above byte `at` of a code text warn.
#[must_use]
pub fn comment_warns(code: &str, at: usize) -> bool {
    let start = line_start(code, at);
    let line = code
        .get(start..)
        .and_then(|rest| rest.lines().next())
        .unwrap_or_default();
    let trailing = line.split_once(" #").map_or("", |(_, comment)| comment);
    let above = code.get(..start).unwrap_or_default();
    std::iter::once(trailing)
        .chain(
            above
                .lines()
                .rev()
                .skip_while(|line| !line.trim().is_empty() && !is_comment(line))
                .take_while(|line| is_comment(line)),
        )
        .any(|line| find_warning(line).is_some())
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with(['#']) || line.trim_start().starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_told_from_conditions() {
        for text in [
            "Do not use this",
            "# ❌ Incorrect",
            "Avoid `x`",
            "use a instead of b",
            "never install it",
        ] {
            assert!(find_warning(text).is_some(), "{text}");
        }
        for text in [
            "If you do not have it yet, install it",
            "Install it:",
            "You never need keys",
        ] {
            assert!(find_warning(text).is_none(), "{text}");
        }
    }

    #[test]
    fn comments_reach_the_commands_below_them() {
        let code =
            "# good\npip install a\n\n# wrong\npip install b\npip install c\n\npip install d  # never use\n";
        let warns = |name: &str| comment_warns(code, code.find(name).unwrap());
        assert_eq!(
            ["install a", "install b", "install c", "install d"].map(warns),
            [false, true, true, true]
        );
    }

    #[test]
    fn a_sentence_ends_at_its_stop() {
        let text = "One. Use `a` now. Avoid `b`.\nNext";
        assert_eq!(sentence(text, text.find("`a`").unwrap()), ("Use ", "`a` now"));
    }
}
