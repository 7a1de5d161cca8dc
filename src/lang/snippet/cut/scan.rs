//! Where brackets and elements open and close.

use super::super::super::javascript::tags::{self, TagKind};
use super::super::super::{Family, brackets};

/// Something that is open at the end of the code.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub(super) at: usize,
    /// Where its inside begins.
    pub(super) end: usize,
    pub(super) closer: String,
}

/// An opening or a closing bracket, or a tag.
#[derive(Debug)]
pub(super) enum Mark {
    Opens(Open),
    Closes { at: usize, closer: String },
}

impl Mark {
    fn at(&self) -> usize {
        match self {
            Self::Opens(open) => open.at,
            Self::Closes { at, .. } => *at,
        }
    }

    /// A bracket of one byte.
    fn bracket(at: usize, byte: u8) -> Self {
        let closer = match byte {
            b'(' | b')' => ")",
            b'[' | b']' => "]",
            _ => "}",
        };
        match byte {
            b'(' | b'[' | b'{' => Self::Opens(Open {
                at,
                end: at + 1,
                closer: closer.to_owned(),
            }),
            _ => Self::Closes {
                at,
                closer: closer.to_owned(),
            },
        }
    }
}

/// The brackets of a language, and the tags of its elements when asked for; `None` where brackets mean nothing.
pub(super) fn marks(family: Family, code: &str, with_tags: bool) -> Option<Vec<Mark>> {
    let found = match family {
        Family::JavaScript | Family::Json => brackets::places(code),
        Family::Python => python(code),
        Family::Shell | Family::Data | Family::Other => return None,
    };
    let mut marks: Vec<Mark> = found
        .into_iter()
        .map(|(at, byte)| Mark::bracket(at, byte))
        .collect();
    if with_tags {
        marks.extend(tags(code));
        marks.sort_by_key(Mark::at);
    }
    Some(marks)
}

/// What is open at the end, the outermost first; `None` when a closing bracket or tag is not that of the last one open.
pub(super) fn unclosed(marks: &[Mark]) -> Option<Vec<Open>> {
    let mut open: Vec<Open> = Vec::new();
    for mark in marks {
        match mark {
            Mark::Opens(one) => open.push(one.clone()),
            Mark::Closes { closer, .. } => {
                open.pop().filter(|one| one.closer == *closer)?;
            }
        }
    }
    Some(open)
}

/// The closing brackets that nothing opened; none when brackets do not match, or some are open at the end.
pub(super) fn unopened(marks: &[Mark]) -> Vec<usize> {
    let mut open: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for mark in marks {
        match mark {
            Mark::Opens(one) => open.push(&one.closer),
            Mark::Closes { at, closer } => match open.pop() {
                Some(due) if due != closer => return Vec::new(),
                Some(_) => {}
                None => found.push(*at),
            },
        }
    }
    if open.is_empty() { found } else { Vec::new() }
}

/// The brackets of Python, outside of strings and comments.
fn python(code: &str) -> Vec<(usize, u8)> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'#' => at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at),
            b'"' | b'\'' => at = string_end(bytes, at, byte),
            b'(' | b'[' | b'{' | b')' | b']' | b'}' => found.push((at, byte)),
            _ => {}
        }
        at += 1;
    }
    found
}

/// The last quote of a string of Python, or the end of its line, or of the code.
fn string_end(bytes: &[u8], start: usize, quote: u8) -> usize {
    let triple = [quote; 3];
    let is_triple = bytes.get(start..start + 3) == Some(&triple[..]);
    let mut at = start + if is_triple { 3 } else { 1 };
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' if !is_triple => return at,
            _ if byte != quote => {}
            _ if !is_triple => return at,
            _ if bytes.get(at..at + 3) == Some(&triple[..]) => return at + 2,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The tags of elements.
fn tags(code: &str) -> impl Iterator<Item = Mark> {
    tags::all(code).into_iter().filter_map(|tag| {
        let closer = match tag.kind {
            TagKind::Unfinished => " />".to_owned(),
            _ => format!("</{}>", tag.name),
        };
        let at = tag.place.start;
        match tag.kind {
            TagKind::Alone => None,
            TagKind::Closes => Some(Mark::Closes { at, closer }),
            TagKind::Opens | TagKind::Unfinished => Some(Mark::Opens(Open {
                at,
                end: tag.place.end,
                closer,
            })),
        }
    })
}
