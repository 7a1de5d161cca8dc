//! Here-documents, taken out before a grammar reads a shell text: what is in them does not run, and the scanner of
//! `tree-sitter-bash` 0.25.1 reads memory that is not its own in some that are broken, as a fuzzer found.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};

/// The text with here-documents and their operators blanked. Every byte stays where it was, and no two `<` are left
/// beside each other.
#[must_use]
pub fn without_heredocs(text: &str) -> Cow<'_, str> {
    if memchr::memmem::find(text.as_bytes(), b"<<").is_none() {
        return Cow::Borrowed(text);
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    // Where each line stands last: a word that no later line is ends no document, and so begins none.
    let last: HashMap<&str, usize> = lines
        .iter()
        .enumerate()
        .map(|(at, line)| (line.trim(), at))
        .collect();
    let mut open: VecDeque<&str> = VecDeque::new();
    let mut out = String::with_capacity(text.len());
    for (at, line) in lines.iter().enumerate() {
        if let Some(word) = open.front() {
            blank(&mut out, line);
            if line.trim() == *word {
                open.pop_front();
            }
            continue;
        }
        let mut rest = *line;
        while let Some(start) = rest.find("<<") {
            let (before, operator) = rest.split_at(start);
            let (run, found) = delimiter(operator);
            let found = found.filter(|(word, _)| last.get(word).is_some_and(|last| *last > at));
            let length = found.map_or(run, |(_, length)| length);
            out.push_str(before);
            blank(&mut out, &operator[..length]);
            open.extend(found.map(|(word, _)| word));
            rest = &operator[length..];
        }
        out.push_str(rest);
    }
    Cow::Owned(out)
}

/// How many `<` a text begins with, and the word that ends the document, with all that they take together.
fn delimiter(text: &str) -> (usize, Option<(&str, usize)>) {
    let run = text.bytes().take_while(|byte| *byte == b'<').count();
    let after = text.get(run..).unwrap_or_default();
    let after = after
        .strip_prefix('-')
        .unwrap_or(after)
        .trim_start_matches([' ', '\t']);
    let quoted = ['"', '\''].iter().find_map(|quote| {
        let (word, _) = after.strip_prefix(*quote)?.split_once(*quote)?;
        Some((word, word.len() + 2))
    });
    let (word, length) = quoted.unwrap_or_else(|| {
        let bare = after.strip_prefix('\\').unwrap_or(after);
        let end = bare
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(bare.len());
        (&bare[..end], after.len() - bare.len() + end)
    });
    // `<<<` has a string behind it, and `1 << 2` a number.
    let is_word = run == 2 && word.starts_with(|c: char| c.is_alphabetic() || c == '_');
    (run, is_word.then_some((word, text.len() - after.len() + length)))
}

/// As many blanks as a text has bytes; its line breaks stay.
fn blank(out: &mut String, text: &str) {
    out.extend(text.bytes().map(|byte| {
        if matches!(byte, b'\n' | b'\r') {
            char::from(byte)
        } else {
            ' '
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_run_is_blank_and_the_rest_stays() {
        for (text, expected) in [
            ("a << b", "a    b"),
            (
                "cat <<EOF | x\nnpm i é\nEOF\nb",
                "cat       | x\n        \n   \nb",
            ),
            ("cat <<-'E F' >y\n\tz\n\tE F\nb", "cat          >y\n  \n    \nb"),
            ("a <<A <<\\B\n1\nA\n2\nB\nc", "a         \n \n \n \n \nc"),
            ("echo $((1<<2))\n2\n", "echo $((1  2))\n2\n"),
            ("a <<< b\nb", "a     b\nb"),
            ("a <<b\nc", "a   b\nc"),
            ("a < b", "a < b"),
        ] {
            assert_eq!(without_heredocs(text), expected, "{text:?}");
            assert_eq!(without_heredocs(text).len(), text.len());
        }
    }
}
