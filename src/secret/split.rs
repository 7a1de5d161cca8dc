//! Credentials that are split by what readers do not see: `<wbr>` and soft hyphens.

use super::search::BREAKS;
use super::values::{GITLAB, run_up_to};
use crate::text::Span;

/// The longest piece before and behind a break.
const MAX_PIECE: usize = 200;
/// The most pieces of one credential.
const MAX_PIECES: usize = 12;

/// The word around a break without its breaks, and where it is; `None` when it has less than two pieces.
#[must_use]
pub fn joined(text: &str, at: usize) -> Option<(String, Span)> {
    let before = text.as_bytes().get(..at)?;
    let len = before
        .iter()
        .rev()
        .take(MAX_PIECE)
        .take_while(|byte| GITLAB(**byte))
        .count();
    let start = at - len;
    let mut word = text.get(start..at)?.to_owned();
    let mut end = at;
    for _ in 0..MAX_PIECES {
        let Some(behind) = behind_break(text, end) else {
            break;
        };
        let piece = run_up_to(text, behind, GITLAB, MAX_PIECE);
        end = piece.end;
        word.push_str(text.get(piece)?);
    }
    (!word.is_empty() && end > at).then(|| (word, Span::new(start, end)))
}

/// The byte behind the break that begins at a byte.
fn behind_break(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let mark = BREAKS.iter().find(|mark| rest.starts_with(**mark))?;
    if !mark.starts_with('<') {
        return Some(at + mark.len());
    }
    let end = rest.bytes().take(10).position(|byte| byte == b'>')?;
    Some(at + end + 1)
}
