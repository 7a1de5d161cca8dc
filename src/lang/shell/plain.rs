//! Shell text that needs no parser: lines of words, as most instructions to install or run something are.

use std::ops::Range;

/// Reserved words: as the first word of a line they do not start a simple command (POSIX.1-2024, 2.4, and those of
/// bash).
const RESERVED: [&str; 24] = [
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "select",
    "in", "function", "time", "coproc", "declare", "typeset", "export", "readonly", "local", "unset",
    "unsetenv",
];

/// Bytes that are literal anywhere in a word.
fn is_literal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'@' | b'/' | b'.' | b'_' | b'-' | b'+' | b':' | b',' | b'%' | b'^' | b'='
        )
}

/// The commands of a text, as the places of their words without quotes, where every word is literal or quoted as a
/// whole without blanks in it. `None` for anything that expands, assigns, redirects or groups: that takes a parser.
#[must_use]
pub fn simple_commands(text: &str) -> Option<Vec<Vec<Range<usize>>>> {
    let mut out = Vec::new();
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    let mut lines = text.split('\n').peekable();
    while let Some(line) = lines.next() {
        let mut parts = line.split([' ', '\t']).peekable();
        let mut at = start;
        let mut goes_on = false;
        start += line.len() + 1;
        while let Some(part) = parts.next() {
            let range = at..at + part.len();
            at = range.end + 1;
            match part {
                "" => {}
                _ if part.starts_with('#') => break,
                "\\" if parts.peek().is_none() && lines.peek().is_some() => goes_on = true,
                "&&" | "||" | "|" | ";" if words.is_empty() => return None,
                "&&" | "||" | "|" | ";" => end(text, &mut words, &mut out)?,
                _ => words.push(literal(part, range)?),
            }
        }
        if !goes_on {
            end(text, &mut words, &mut out)?;
        }
    }
    Some(out)
}

/// The place of a word without its quotes; `None` when a parser must look at it.
fn literal(part: &str, range: Range<usize>) -> Option<Range<usize>> {
    let quoted = ['"', '\'']
        .iter()
        .find_map(|quote| part.strip_prefix(*quote)?.strip_suffix(*quote));
    match quoted {
        Some(inner) if !inner.contains(['"', '\'', '$', '`', '\\', '\r']) => {
            Some(range.start + 1..range.end - 1)
        }
        None if part.bytes().all(is_literal) => Some(range),
        _ => None,
    }
}

/// A command ends here. `None` when its first word is an assignment, or the grammar's own.
fn end(text: &str, words: &mut Vec<Range<usize>>, out: &mut Vec<Vec<Range<usize>>>) -> Option<()> {
    let Some(first) = words.first() else {
        return Some(());
    };
    let first = text.get(first.clone())?;
    if first.contains('=') || RESERVED.contains(&first) {
        return None;
    }
    out.push(std::mem::take(words));
    Some(())
}

/// Whether a text is valid without parsing: simple commands whose words are literal, quoted on one line, or the value
/// of a variable, one command on a line. `false` does not mean the opposite.
#[must_use]
pub fn is_valid(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut word, mut first) = (0, None, true);
    loop {
        let byte = bytes.get(at).copied();
        match byte {
            None | Some(b' ' | b'\t' | b'\n') => {
                if let Some(start) = word.take() {
                    let word = text.get(start..at).unwrap_or_default();
                    if first && RESERVED.contains(&word) {
                        return false;
                    }
                    // The word after an assignment is the name of a command.
                    first &= word.contains('=');
                }
                match byte {
                    None => return true,
                    Some(b'\n') => first = true,
                    Some(_) => {}
                }
                at += 1;
                continue;
            }
            Some(b'#') if word.is_none() => {
                let rest = bytes.get(at..).unwrap_or_default();
                at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                continue;
            }
            // A continued line, with the line break between two words.
            Some(b'\\') if word.is_none() && bytes.get(at + 1) == Some(&b'\n') && bytes.len() > at + 2 => {
                at += 2;
                continue;
            }
            _ => {}
        }
        word.get_or_insert(at);
        let rest = bytes.get(at + 1..).unwrap_or_default();
        match byte {
            Some(b'\'') => match memchr::memchr2(b'\'', b'\n', rest) {
                Some(end) if rest.get(end) == Some(&b'\'') => at += end + 1,
                _ => return false,
            },
            Some(b'"') => match rest
                .iter()
                .position(|b| matches!(b, b'"' | b'$' | b'`' | b'\\' | b'\n' | b'\r'))
            {
                Some(end) if rest.get(end) == Some(&b'"') => at += end + 1,
                _ => return false,
            },
            Some(b'$')
                if rest
                    .first()
                    .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_') => {}
            Some(b'*' | b'?' | b'~' | b'\x80'..) => {}
            Some(byte) if is_literal(byte) => {}
            _ => return false,
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_words_are_commands() {
        let text =
            "pip install -U \"a[x]==1.0\" \\\n  'b' # it's\n\n  npm i @s/c@^1.2\t-D && cd d | tee\n# d\nx";
        let words: Vec<Vec<&str>> = simple_commands(text)
            .unwrap()
            .into_iter()
            .map(|words| words.into_iter().map(|word| &text[word]).collect())
            .collect();
        let of = |text: &'static str| text.split(' ').collect::<Vec<_>>();
        assert_eq!(
            words,
            [
                of("pip install -U a[x]==1.0 b"),
                of("npm i @s/c@^1.2 -D"),
                of("cd d"),
                of("tee"),
                of("x")
            ]
        );
        for text in [
            "A=1 b",
            "if a",
            "| b",
            "a && if b",
            "echo $A",
            "a \\",
            "a\r\nb",
            "(a)",
            "a 'b c'",
            "a \"$b\"",
            "a'b'",
            "é",
        ] {
            assert_eq!(simple_commands(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_valid_at_first_sight() {
        for text in [
            "",
            "a",
            "  a 'b $( c' \"d ' e\" # f '\nb",
            "A=1 B='c d' run $X/y *.é ~/z?",
            "a \\\n  b \\\n  'c'\n",
            "echo if then\n",
            "\"if\" a",
        ] {
            assert!(is_valid(text), "{text}");
        }
        for text in [
            "'a", "\"a", "\"a $b\"", "'a\nb'", "a \\", "a \\\n", "if a", "a\nfi", "a;", "a)", "$(a)", "${a",
            "a > b", "! a", "{ a", "a[1", "\\\nif a", "i\\\nf a", "A= if", "A=1 fi",
        ] {
            assert!(!is_valid(text), "{text}");
        }
    }
}
