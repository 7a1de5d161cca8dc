//! What a rule found: plain data, with byte spans.

use crate::document::HubPath;
use crate::text::Span;

/// How bad a finding is. The order is from least to most severe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never fails a run by default.
    Note,
    /// Probably wrong.
    Warning,
    /// Wrong: the build breaks, an agent cannot fetch the entry, or what it reads is not true.
    Error,
}

impl Severity {
    /// The word users see and write.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad it is, after the settings were applied.
    pub severity: Severity,
    /// The file.
    pub path: HubPath,
    /// The place, in bytes of the file.
    pub span: Span,
    /// One sentence without a full stop: what is wrong, with the values.
    pub message: String,
    /// A word or two under the carets.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places that belong to it: the other duplicate, the opening bracket.
    pub related: Vec<Related>,
    /// An edit that fixes it.
    pub fix: Option<Fix>,
    /// How many findings of the rule in the file were left out after this one; its message says so.
    pub more: usize,
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The file, which need not be the finding's.
    pub path: HubPath,
    /// The place.
    pub span: Span,
    /// Why it matters.
    pub message: String,
}

/// A way to fix a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, as an order: "quote the value".
    pub title: String,
    /// Whether `--fix` applies it or only `--fix --unsafe-fixes`.
    pub safety: Applicability,
    /// Edits of the finding's own file that belong together.
    pub edits: Vec<Edit>,
}

/// Whether a fix may be applied without a person looking at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// The meaning stays the same or becomes correct.
    Safe,
    /// Needs review: the claim of the document changes.
    Unsafe,
}

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
    use crate::text::Span;

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
