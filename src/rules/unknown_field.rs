//! An unknown key.

use super::fields::{FIELDS, under};
use crate::diagnostic::Severity;
use crate::document::{Document, DocumentKind, YamlNode};
use crate::edit::Edit;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::suggest;

/// The rule; see its page.
pub static RULE: Rule = rule!("unknown-field", Check::Document(check)).with(&[Property::FixesKeys]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(front) = document.front_matter() else {
        return;
    };
    check_keys(document, &front.root, None, sink);
    if let Some((_, metadata)) = front.field(&["metadata"]) {
        check_keys(document, metadata, Some("metadata"), sink);
    }
}

fn check_keys(document: &Document, mapping: &YamlNode, parent: Option<&'static str>, sink: &mut Sink<'_>) {
    let free: Vec<&str> = under(parent, document.kind)
        .map(|field| field.key)
        .filter(|key| mapping.get(key).is_none())
        .collect();
    let mut suggestions = suggest::SuggestionBudget::default();
    for (key, _) in mapping.pairs() {
        let name = key.as_str().unwrap_or_else(|| document.slice(key.span));
        // A known field in the wrong place is `misplaced-field`.
        if FIELDS.iter().any(|field| field.key == name) {
            continue;
        }
        let place = parent.map_or_else(String::new, |parent| format!(" under `{parent}`"));
        let suggests = suggestions.spend();
        match suggest::nearest(name, free.iter().copied().filter(|_| suggests)) {
            Some(near) => {
                let edit = Edit {
                    span: key.span,
                    text: near.to_owned(),
                };
                sink.report(
                    key.span,
                    format!("unknown field `{name}`{place}; did you mean `{near}`?"),
                )
                .help(format!("the hub does not read `{name}`"))
                .fix(format!("rename it to `{near}`"), vec![edit]);
            }
            // The Agent Skills format lets `metadata` hold anything.
            None if document.kind == DocumentKind::Skill && parent.is_some() => {}
            None => {
                let known: Vec<_> = under(parent, document.kind)
                    .map(|field| format!("`{}`", field.key))
                    .collect();
                sink.report(key.span, format!("unknown field `{name}`{place}"))
                    .severity(Severity::Note)
                    .help(format!("the hub reads {}", known.join(", ")));
            }
        }
    }
}
