//! Edits of a text: bytes that are replaced.

use crate::text::Span;

/// Replace the bytes of a span by a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace; empty to insert.
    pub span: Span,
    /// The text to put there.
    pub text: String,
}

/// Why edits cannot be applied together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FixError {
    /// Two edits touch the same bytes.
    #[error("two edits overlap")]
    Overlap,
    /// An edit does not lie on character boundaries inside the text.
    #[error("an edit does not fit the text")]
    Outside,
}

/// Apply edits to a text.
///
/// # Errors
/// When they overlap or do not fit.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, FixError> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len() + edits.iter().map(|e| e.text.len()).sum::<usize>());
    let mut at = 0;
    for edit in edits {
        if (edit.span.start as usize) < at {
            return Err(FixError::Overlap);
        }
        out.push_str(text.get(at..edit.span.start as usize).ok_or(FixError::Outside)?);
        text.get(edit.span.range()).ok_or(FixError::Outside)?;
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(text.get(at..).ok_or(FixError::Outside)?);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit {
            span: Span::new(start, end),
            text: text.to_owned(),
        }
    }

    #[test]
    fn edits_are_applied_in_order_of_place() {
        assert_eq!(
            apply("abcd", &[edit(2, 3, "X"), edit(0, 0, ">")]),
            Ok(">abXd".to_owned())
        );
        assert_eq!(
            apply("abcd", &[edit(0, 2, ""), edit(1, 3, "")]),
            Err(FixError::Overlap)
        );
        assert_eq!(apply("é", &[edit(1, 1, "x")]), Err(FixError::Outside));
    }
}
