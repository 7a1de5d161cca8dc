//! Apply edits; refuse edits that overlap or change the structure of the document around them.

pub mod bump;
mod counts;
pub mod diff;
pub mod engine;
pub mod error;
pub mod newest;
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

/// The document with the fixes of some rules applied. `None` when the edits are invalid, which is a bug in a rule, or when
/// they change the structure of the document around them. Each rule has its own allowed changes, so the fixes with the
/// same allowed changes are checked as a group, and then all together.
#[must_use]
pub fn apply_together<'a>(
    document: &Document,
    structure: &Structure,
    fixes: impl IntoIterator<Item = (&'a str, &'a [Edit])>,
) -> Option<Document> {
    let mut groups: Vec<(AllowedChanges, Vec<Edit>)> = Vec::new();
    let mut all = Vec::new();
    for (rule, edits) in fixes {
        let allowed = allowed_changes(rule);
        all.extend(edits.iter().cloned());
        match groups.iter_mut().find(|(group, _)| *group == allowed) {
            Some((_, of_group)) => of_group.extend(edits.iter().cloned()),
            None => groups.push((allowed, edits.to_vec())),
        }
    }
    let text = apply(&document.text, &all).ok()?;
    let alone =
        |(allowed, edits): &(AllowedChanges, Vec<Edit>)| structure.is_preserved_by(document, edits, *allowed);
    if groups.len() > 1 && !groups.iter().all(alone) {
        return None;
    }
    let allowed = groups
        .iter()
        .fold(AllowedChanges::default(), |all, (group, _)| all.union(*group));
    let after = Document::new(document.path.clone(), text);
    structure.is_preserved(&all, &after, allowed).then_some(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::HubPath;
    use crate::text::Span;

    #[test]
    fn each_rule_has_only_its_own_allowed_changes() {
        let text = "---\nname: x\n---\n\n```\na\n```\n\n```py\nb\n```\n";
        let document = Document::new(HubPath::new("", "a/docs/b/DOC.md"), text.to_owned());
        let structure = Structure::from_document(&document);
        let edit = |at: usize, len: usize, text: &str| {
            [Edit {
                span: Span::new(at, at + len),
                text: text.to_owned(),
            }]
        };
        let first = edit(text.find("```").unwrap() + 3, 0, "python");
        let second = edit(text.find("py").unwrap(), 2, "js");
        let together = |rules: [&str; 2]| {
            let fixes = rules.into_iter().zip([&first[..], &second[..]]);
            apply_together(&document, &structure, fixes).is_some()
        };
        assert!(together(["unknown-code-tag", "unknown-code-tag"]));
        // The fix of `bad-date` may not change a tag, whatever comes with it.
        assert!(!together(["unknown-code-tag", "bad-date"]));
    }
}
