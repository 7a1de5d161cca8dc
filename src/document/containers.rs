//! Tabs and admonitions as MkDocs writes them: `=== "Tab"`, `!!! note`, `??? note`, with their content indented by four.
//!
//! CommonMark does not know them: it reads the content as indented code, or as part of the paragraph. A list item has the
//! same form, so each of their first lines is given to the parser as one of a list item with content at the same column.
//! The text keeps its length, and so each place in it is a place in the file.

use crate::text::is_first_on_line;
use memchr::memmem;
use std::borrow::Cow;

/// The text as the Markdown parser is to read it: the text itself, where it has no tab and no admonition.
pub(super) fn parsed_text(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    // `===` is also an operator, so only a marker at the start of a line counts.
    let begins_line = |marker: &&str| {
        let mut found = memmem::find_iter(bytes, marker.as_bytes());
        found.any(|at| is_first_on_line(text, at))
    };
    if !MARKERS.iter().any(begins_line) {
        return Cow::Borrowed(text);
    }
    let firsts = first_lines(text);
    if firsts.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (start, length) in firsts {
        out.push_str(text.get(at..start).unwrap_or_default());
        out.push_str("-   ");
        // The rest of the marker becomes text, so that the content begins at the fourth column.
        out.extend(std::iter::repeat_n('x', length.saturating_sub(4)));
        at = start + length;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

/// How a container starts. Longer ones are written with `+` or `!` behind: `???+ note`, `===! "Tab"`.
const MARKERS: [&str; 3] = ["===", "!!!", "???"];

/// An open fence: its character, its length, and the column at which the content of its container begins.
struct OpenFence {
    mark: char,
    length: usize,
    base: usize,
}

/// The first lines of containers: the byte at which the marker starts, and the bytes of it that are replaced.
fn first_lines(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    // The column of the content of each container that is open.
    let mut open: Vec<usize> = Vec::new();
    let mut fence: Option<OpenFence> = None;
    // A marker whose container exists if the next line with text is indented.
    let mut pending: Option<(usize, usize, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let words = line.trim_start_matches([' ', '\t']);
        if words.trim().is_empty() {
            continue;
        }
        let indent = columns(&line[..line.len() - words.len()]);
        if let Some((marker, length, content)) = pending.take()
            && indent >= content
        {
            found.push((marker, length));
            open.push(content);
        }
        open.retain(|content| *content <= indent);
        if let Some(opened) = &fence {
            let in_it = indent >= opened.base;
            if !in_it || closes(words, opened) {
                fence = None;
            }
            if in_it {
                continue;
            }
        }
        let base = open.last().copied().unwrap_or(0);
        if let Some(opened) = opens(words, base) {
            fence = Some(opened);
        } else if indent.saturating_sub(base) < 4
            && let Some(length) = marker(words)
        {
            pending = Some((start + line.len() - words.len(), length, indent + 4));
        }
    }
    found
}

/// The column behind white space: tabs go to the next multiple of four (CommonMark 0.31, section 2.2).
fn columns(blank: &str) -> usize {
    blank.bytes().fold(0, |column, byte| match byte {
        b'\t' => (column / 4 + 1) * 4,
        _ => column + 1,
    })
}

/// The bytes of a marker that a list item's marker replaces, where a line starts with one.
fn marker(words: &str) -> Option<usize> {
    let kind = MARKERS.iter().find(|marker| words.starts_with(**marker))?;
    let rest = &words[kind.len()..];
    let (more, rest) = match rest.strip_prefix(['+', '!']).filter(|_| *kind != "!!!") {
        Some(rest) => (1, rest),
        None => (0, rest),
    };
    let name = rest.strip_prefix(' ')?;
    let is_title = name.starts_with(['"', '\'']);
    let is_kind = name.starts_with(|c: char| c.is_ascii_alphabetic());
    (is_title || *kind != "===" && is_kind).then_some(kind.len() + more + 1)
}

/// The fence that a line opens: CommonMark 0.31, section 4.5.
fn opens(words: &str, base: usize) -> Option<OpenFence> {
    let mark = words.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = words.trim_start_matches(mark);
    let length = words.len() - rest.len();
    let is_fence = length >= 3 && !(mark == '`' && rest.contains('`'));
    is_fence.then_some(OpenFence { mark, length, base })
}

fn closes(words: &str, fence: &OpenFence) -> bool {
    let rest = words.trim_start_matches(fence.mark);
    words.len() - rest.len() >= fence.length && rest.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_lines_become_list_items_of_the_same_length() {
        for (text, expected) in [
            ("=== \"A\"\n\n    a\n", "-   \"A\"\n\n    a\n"),
            ("!!! note\n    a\n", "-   note\n    a\n"),
            ("???+ tip \"T\"\n\ta\n", "-   xtip \"T\"\n\ta\n"),
            (
                "=== \"A\"\n\n    !!! note\n\n        b\n",
                "-   \"A\"\n\n    -   note\n\n        b\n",
            ),
        ] {
            assert_eq!(parsed_text(text), expected);
            assert_eq!(text.len(), expected.len());
        }
    }

    #[test]
    fn other_texts_stay() {
        for text in [
            "=== \"A\"\n\nNot indented.\n",
            "Title\n===\n\n    code\n",
            "!!!\n\n    code\n",
            "if a === b:\n    c\n",
            "```md\n=== \"A\"\n\n    a\n```\n",
            "    ```md\n    !!! note\n\n        a\n    ```\n",
            "??? ???\n    a\n",
        ] {
            assert!(matches!(parsed_text(text), Cow::Borrowed(_)), "{text}");
        }
        // A fence in a container ends with it.
        let text = "=== \"A\"\n\n    ```py\n    x\n\n=== \"B\"\n\n    y\n";
        assert_eq!(parsed_text(text).matches("-   ").count(), 2);
    }
}
