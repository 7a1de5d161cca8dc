//! `<placeholder>` in shell code, which a shell reads as redirections.

use std::ops::Range;

/// A place to be filled in by the reader, outside of quotes and comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// Bytes of the code, from `<` to `>`.
    pub span: Range<usize>,
}

/// Every unquoted placeholder: `<` and `>` on one line around words, with no space inside the brackets.
#[must_use]
pub fn placeholders(code: &str) -> Vec<Placeholder> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    if memchr::memchr(b'<', bytes).is_none() {
        return found;
    }
    let mut at = 0;
    let mut quote: Option<u8> = None;
    let mut here: Option<(String, usize)> = None;
    while let Some(&byte) = bytes.get(at) {
        match (byte, quote) {
            (b'\\', None | Some(b'"')) => at += 1,
            (b'\'' | b'"' | b'`', None) => quote = Some(byte),
            (_, Some(open)) if byte == open => quote = None,
            (_, Some(_)) => {}
            (b'#', None) if at == 0 || bytes.get(at - 1).is_some_and(u8::is_ascii_whitespace) => {
                at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
                continue;
            }
            (b'<', None) if bytes.get(at + 1) == Some(&b'<') => {
                here = here.or_else(|| here_document(code, at + 2));
                at += 1;
            }
            (b'<', None) => {
                if let Some(end) = placeholder_end(code, at) {
                    found.push(Placeholder { span: at..end });
                    at = end;
                    continue;
                }
            }
            (b'\n', None) => {
                if let Some((tag, _)) = here.take() {
                    at = here_document_end(code, at + 1, &tag);
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The code with each placeholder replaced by a word of the same length; `None` when there is none.
#[must_use]
pub fn fill_placeholders(code: &str) -> Option<String> {
    let found = placeholders(code);
    if found.is_empty() {
        return None;
    }
    let mut filled = String::with_capacity(code.len());
    let mut at = 0;
    for placeholder in found {
        filled.push_str(code.get(at..placeholder.span.start)?);
        filled.extend(std::iter::repeat_n('x', placeholder.span.len()));
        at = placeholder.span.end;
    }
    filled.push_str(code.get(at..)?);
    Some(filled)
}

/// The end of the placeholder that starts at `start`.
fn placeholder_end(code: &str, start: usize) -> Option<usize> {
    let rest = code.get(start + 1..)?;
    let first = rest.chars().next()?;
    if !(first.is_alphabetic() || "/_$.{[".contains(first)) {
        return None;
    }
    let close = rest.find(['>', '<', '\n', '"', '\'', '`', ';', '&', '(', ')'])?;
    let inside = rest.get(..close)?;
    let closed = rest.as_bytes().get(close) == Some(&b'>');
    let words =
        inside.len() <= 80 && !inside.ends_with([' ', '\t']) && inside.chars().any(char::is_alphabetic);
    // `<in >out` has a space before `>`; `<a>>b` appends.
    let appends = rest.as_bytes().get(close + 1) == Some(&b'>');
    (closed && words && !appends).then_some(start + 1 + close + 1)
}

/// The tag of the here-document that is announced at `at`.
fn here_document(code: &str, at: usize) -> Option<(String, usize)> {
    let rest = code.get(at..)?;
    let rest = rest.trim_start_matches('-').trim_start_matches(' ');
    let word: String = rest
        .trim_start_matches(['"', '\'', '\\'])
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!word.is_empty()).then_some((word, at))
}

/// The start of the line after the closing tag.
fn here_document_end(code: &str, start: usize, tag: &str) -> usize {
    let mut at = start;
    for line in code.get(start..).unwrap_or_default().split_inclusive('\n') {
        at += line.len();
        if line.trim() == tag {
            return at;
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_redirections() {
        let spans = |code: &str| -> Vec<String> {
            placeholders(code)
                .into_iter()
                .map(|p| code[p.span].to_owned())
                .collect()
        };
        assert_eq!(
            spans("tool add <name> --url=<base url>/x"),
            ["<name>", "<base url>"]
        );
        assert_eq!(
            spans("git clone <repo>.git <org/name|id>"),
            ["<repo>", "<org/name|id>"]
        );
        for code in [
            "sort <in >out",
            "cat <<EOF\n<a>\nEOF\n",
            "diff <(a) <(b)",
            "echo '<a>' \"<b>\" # <c>",
            "a <b>>c",
            "read x <<<\"$y\"",
            "a 2>&1 < b",
        ] {
            assert_eq!(spans(code), Vec::<String>::new(), "{code}");
        }
    }

    #[test]
    fn filling_keeps_every_byte_in_its_place() {
        assert_eq!(fill_placeholders("a <é b> c").as_deref(), Some("a xxxxxx c"));
        assert_eq!(fill_placeholders("a b"), None);
    }
}
