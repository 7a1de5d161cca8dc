//! An author's own `registry.json`: the builder uses it instead of the files that it would discover.

pub use crate::chub::build::names::unsafe_name_reason;
use crate::chub::build::supplied;
use crate::document::{Document, HubPath};
use crate::text::Span;

/// A registry that an author supplies, and why the build refuses it.
#[derive(Debug)]
pub struct AuthorRegistry {
    /// Its text, which findings point into.
    pub file: Document,
    /// What is wrong, and where.
    pub errors: Vec<(Span, String)>,
}

impl AuthorRegistry {
    /// Read the text of one.
    #[must_use]
    pub fn new(path: HubPath, text: String) -> Self {
        let found =
            supplied::read_author_registry(path.author().unwrap_or_default(), path.path_in_hub(), &text);
        let errors = found
            .errors
            .into_iter()
            .map(|problem| (problem.span, problem.message));
        Self {
            errors: errors.collect(),
            file: Document::new(path, text),
        }
    }

    /// One that cannot be read at all.
    #[must_use]
    pub fn unreadable(path: HubPath, why: String) -> Self {
        Self {
            file: Document::new(path, String::new()),
            errors: vec![(Span::default(), why)],
        }
    }
}
