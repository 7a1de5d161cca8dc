//! Apply edits; refuse edits that overlap or change the structure of the document around them.

pub mod bump;
pub mod diff;
pub mod engine;
pub mod error;
pub mod pins;
pub mod save;
pub mod write;

pub use crate::edit::{FixError, apply};

use crate::document::{AllowedChanges, Document, Structure};
use crate::edit::Edit;
use crate::rule::Property;
use crate::rules::by_id;

/// How far the fixes of a rule may change the structure of a document. A fix may change what its rule checks.
#[must_use]
pub fn allowed_changes(rule: &str) -> AllowedChanges {
    let has = |property| by_id(rule).is_some_and(|rule| rule.has(property));
    AllowedChanges {
        tags: has(Property::FixesTags),
        keys: has(Property::FixesKeys),
        allows: has(Property::FixesAllows),
    }
}

/// Whether a fix of a rule changes nothing but what the rule checks: no text turns into code, a comment, a link or a
/// field.
#[must_use]
pub fn keeps_structure(document: &Document, rule: &str, edits: &[Edit]) -> bool {
    Structure::from_document(document).is_preserved_by(document, edits, allowed_changes(rule))
}
