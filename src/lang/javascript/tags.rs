//! The tags of JSX elements, found without a parser: in code that does not parse.

use std::ops::Range;

/// One tag.
#[derive(Debug, Clone)]
pub struct Tag {
    /// From its `<` to its `>`, or up to its attributes when they go on to the end of the code.
    pub place: Range<usize>,
    /// Its name, empty for a fragment.
    pub name: String,
    /// What it does.
    pub kind: TagKind,
}

/// What a tag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagKind {
    /// `<Widget>`.
    Opens,
    /// `</Widget>`.
    Closes,
    /// `<Widget />`.
    Alone,
    /// `<Widget size={`: its end is missing.
    Unfinished,
}

/// The tags of the code, in order.
#[must_use]
pub fn all(code: &str) -> Vec<Tag> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = bytes.get(at..).and_then(|rest| memchr::memchr(b'<', rest)) {
        let start = at + next;
        at = start + 1;
        let before = start.checked_sub(1).and_then(|last| bytes.get(last)).copied();
        let follows = bytes.get(start + 1).copied().unwrap_or(b' ');
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
        // `A<B>` and `a < b` are not tags.
        if before.is_some_and(is_name) || !(is_name(follows) || matches!(follows, b'/' | b'>')) {
            continue;
        }
        let name_start = start + 1 + usize::from(follows == b'/');
        let rest = code.get(name_start..).unwrap_or_default();
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || "_$.:-".contains(c)))
            .unwrap_or(rest.len());
        let name = rest.get(..length).unwrap_or_default().to_owned();
        let end = end_of(bytes, name_start + length);
        let kind = match end {
            None => TagKind::Unfinished,
            Some(_) if follows == b'/' => TagKind::Closes,
            Some(end) if bytes.get(end - 1) == Some(&b'/') => TagKind::Alone,
            Some(_) => TagKind::Opens,
        };
        let stop = end.map_or(name_start + length, |end| end + 1);
        found.push(Tag {
            place: start..stop,
            name,
            kind,
        });
        if end.is_none() {
            break;
        }
        at = stop;
    }
    found
}

/// How many tags may be open: examples have a few.
const MAX_OPEN: usize = 64;

/// The opening tags that no closing tag belongs to; none where very many are open.
#[must_use]
pub fn unclosed(code: &str) -> Vec<Range<usize>> {
    let mut open: Vec<Tag> = Vec::new();
    for tag in all(code) {
        match tag.kind {
            TagKind::Opens if open.len() >= MAX_OPEN => return Vec::new(),
            TagKind::Opens => open.push(tag),
            TagKind::Closes => {
                // What was opened since and is still open stays so.
                if let Some(at) = open.iter().rposition(|one| one.name == tag.name) {
                    open.remove(at);
                }
            }
            TagKind::Alone | TagKind::Unfinished => {}
        }
    }
    open.into_iter().map(|tag| tag.place).collect()
}

/// The `>` that ends a tag whose attributes begin at `start`.
fn end_of(bytes: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => {
                let length = memchr::memchr2(byte, b'\n', bytes.get(at + 1..)?)?;
                at += length + 1;
            }
            b'{' => depth += 1,
            b'}' => depth = depth.checked_sub(1)?,
            b'>' if depth == 0 => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_in_any_code() {
        let kinds = |code: &str| all(code).iter().map(|tag| tag.kind).collect::<Vec<_>>();
        assert_eq!(
            kinds("a<B>(c) && <kit.Part a={b > c} d=\">\"><></><E /></kit.Part> < f <G h={"),
            [
                TagKind::Opens,
                TagKind::Opens,
                TagKind::Closes,
                TagKind::Alone,
                TagKind::Closes,
                TagKind::Unfinished
            ]
        );
        assert_eq!(unclosed("<A><B></A>").len(), 1);
        assert!(unclosed("<").is_empty());
        assert_eq!(kinds("<a"), [TagKind::Unfinished]);
    }
}
