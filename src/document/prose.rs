//! Markdown prose, line by line: separated from code, and its lines that have a label.

/// The lines of a text that have a colon: the start of the line, its first colon, and its end without the line break.
pub fn lines_with_colon(text: &str) -> impl Iterator<Item = (usize, usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let colon = at + memchr::memchr(b':', bytes.get(at..)?)?;
        let line = at + memchr::memrchr(b'\n', bytes.get(at..colon)?).map_or(0, |end| end + 1);
        let rest = bytes.get(colon..)?;
        at = colon + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        Some((line, colon, at))
    })
}

/// Whether a text is Markdown prose: most of its lines are, and no line has the shape of code.
#[must_use]
pub fn is_prose(text: &str) -> bool {
    let (mut prose, mut other) = (0_usize, 0_usize);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match kind(line) {
            LineKind::Prose => prose += 1,
            LineKind::Code => other += 2,
            LineKind::Either => other += 1,
        }
    }
    prose > 0 && prose * 2 > other
}

/// Where the code ends in a text of code followed by prose: the byte after its last line. `None` when there is no
/// prose at its end.
#[must_use]
pub fn code_end(text: &str) -> Option<usize> {
    let mut end = text.len();
    let mut at = text.len();
    let mut prose = 0;
    for line in text.split_inclusive('\n').collect::<Vec<_>>().into_iter().rev() {
        at -= line.len();
        let trimmed = line.trim();
        if trimmed.is_empty() {
            // Prose after code starts behind a blank line; otherwise it is a comment or a string.
            if prose > 0 {
                end = at + line.len();
            }
            continue;
        }
        match kind(trimmed) {
            LineKind::Prose => prose += 1,
            LineKind::Either if prose > 0 && !line.starts_with([' ', '\t']) => {}
            _ => break,
        }
    }
    (prose > 0 && end < text.len() && !text.get(..end)?.trim().is_empty()).then_some(end)
}

enum LineKind {
    Prose,
    Code,
    Either,
}

/// What a trimmed line that is not empty looks like.
fn kind(line: &str) -> LineKind {
    let hashes = line.len() - line.trim_start_matches('#').len();
    if (2..=6).contains(&hashes) && line.get(hashes..).is_some_and(|rest| rest.starts_with(' ')) {
        return LineKind::Prose;
    }
    // A heading of the first level is a comment in many languages.
    if hashes == 1
        || line.starts_with("//")
        || line.starts_with("/*")
        || line.starts_with('*') && line.starts_with("*/")
    {
        return LineKind::Either;
    }
    if line == "---" || line == "***" {
        return LineKind::Either;
    }
    if line.starts_with('|') && line.ends_with('|') && line.matches('|').count() > 2 {
        return LineKind::Prose;
    }
    let item = ["- ", "* ", "+ ", "> "]
        .iter()
        .find_map(|mark| line.strip_prefix(mark))
        .or_else(|| numbered(line));
    let text = item.unwrap_or(line);
    if text.starts_with("**") || text.starts_with("[") && text.contains("](") || text.starts_with("<!--") {
        return LineKind::Prose;
    }
    let plain = without_inline(text);
    let end = plain.trim_end();
    if item.is_none() && has_code_shape(&plain) {
        return LineKind::Code;
    }
    let words = plain.split_whitespace().count();
    let letters = plain
        .chars()
        .filter(|c| c.is_alphabetic() || c.is_whitespace() || ",.'’:-()`".contains(*c))
        .count();
    let wordy = letters * 100 >= plain.chars().count() * 85;
    let starts = text.starts_with(|c: char| c.is_uppercase() || c == '`' || c == '*' || c == '_');
    if wordy
        && ((words >= 3 && (starts || item.is_some())) || (words >= 2 && starts && end.ends_with(['.', ':'])))
    {
        return LineKind::Prose;
    }
    if item.is_some() && words >= 2 {
        return LineKind::Prose;
    }
    if plain.contains(['=', '{', '}', ';', '(']) {
        LineKind::Code
    } else {
        LineKind::Either
    }
}

/// Whether a line without its inline code looks like a statement.
fn has_code_shape(plain: &str) -> bool {
    let end = plain.trim_end();
    end.ends_with([';', '{', '(', '[', ',', '=', '\\', '}', ']'])
        || plain.contains(" = ")
        || plain.contains("=>")
        || plain.contains("()")
        || plain.starts_with(['@', '$', '{', '}', '<', '"', '\''])
        || [
            "import ",
            "from ",
            "const ",
            "let ",
            "var ",
            "def ",
            "class ",
            "return ",
            "export ",
            "function ",
        ]
        .iter()
        .any(|word| plain.starts_with(word) && !end.ends_with(['.', ':']))
}

/// What follows `1. ` or `2) `.
fn numbered(line: &str) -> Option<&str> {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = line.get(digits..)?;
    if digits == 0 || digits > 3 {
        return None;
    }
    rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") "))
}

/// The line with the content of `inline code` removed, since it may be any code.
fn without_inline(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    for (at, piece) in line.split('`').enumerate() {
        if at > 0 {
            plain.push('`');
        }
        // Odd pieces are inside.
        if at % 2 == 0 {
            plain.push_str(piece);
        } else {
            plain.push('x');
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_lists_and_headings_are_prose() {
        for text in [
            "Then call it:\n",
            "## Usage\n\nUse `f(x) = 1;` like this.\n",
            "- first thing\n- **second** thing\n",
            "1. Install it first.\n",
            "| a | b |\n| - | - |\n",
        ] {
            assert!(is_prose(text), "{text}");
        }
    }

    #[test]
    fn code_is_not() {
        for text in [
            "x = 1\ny = 2\n",
            "# install the package\npip install x\n",
            "const a = b();\n// Then we call it again here\nc();\n",
            "import os\nprint(os.name)\n",
            "Usage: tool [options]\n  --help\n  --version\n",
            "src/\n  a.py\n",
            "",
        ] {
            assert!(!is_prose(text), "{text}");
        }
    }

    #[test]
    fn the_end_of_code_before_prose_is_found() {
        assert_eq!(code_end("x = 1\n\nThen call the function:\n\n"), Some(7));
        assert_eq!(code_end("x = 1\n# Then call the function\n"), None);
        assert_eq!(code_end("Only words stand in here.\n"), None);
        assert_eq!(code_end("x = 1\n"), None);
    }
}
