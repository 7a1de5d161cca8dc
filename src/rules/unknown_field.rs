//! An unknown key.

use super::fields::{FIELDS, under};
use super::skill_fields::{SKILL_FIELDS, skill_field};
use crate::diagnostic::Severity;
use crate::document::{Document, DocumentKind, YamlNode};
use crate::edit::Edit;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::suggest;
use crate::text::Span;

/// The rule; see its page.
pub static RULE: Rule = rule!("unknown-field", Check::Document(check)).with(&[Property::FixesKeys]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(front) = document.front_matter() else {
        return;
    };
    if document.kind == DocumentKind::Skill {
        skill_keys(document, &front.root, sink);
    } else {
        check_keys(document, &front.root, None, sink);
    }
    if document.is_plain_skill() {
        return;
    }
    if let Some((_, metadata)) = front.field(&["metadata"]) {
        check_keys(document, metadata, Some("metadata"), sink);
    }
}

/// A field of skills that authors confuse with a key of another format.
const OTHER_NAMES: &[(&str, &str)] = &[("tools", "allowed-tools"), ("whenToUse", "when_to_use")];

/// The top level of a skill. Clients ignore keys that they do not know.
fn skill_keys(document: &Document, root: &YamlNode, sink: &mut Sink<'_>) {
    let free = |key: &&str| root.get(key).is_none();
    let known: Vec<&str> = SKILL_FIELDS.iter().map(|field| field.key).filter(free).collect();
    let mut suggestions = suggest::SuggestionBudget::default();
    let mut unknown: Vec<(&str, Span)> = Vec::new();
    for (key, value) in root.pairs() {
        let name = key.as_str().unwrap_or_else(|| document.slice(key.span));
        let is_hub_field = !document.is_plain_skill() && FIELDS.iter().any(|field| field.key == name);
        if is_hub_field || skill_field(name).is_some() {
            continue;
        }
        let suggests = suggestions.spend();
        let near = suggest::nearest(name, known.iter().copied().filter(|_| suggests));
        // A value of another type shows that the key is not a typing mistake: `agents` with a list does not mean
        // `agent`.
        let near = near.filter(|near| skill_field(near).is_some_and(|field| field.value.accepts(value)));
        let other = OTHER_NAMES
            .iter()
            .find(|(other, key)| *other == name && free(key));
        match (near, other) {
            (Some(near), _) => {
                let edit = Edit {
                    span: key.span,
                    text: near.to_owned(),
                };
                sink.report(
                    key.span,
                    format!("unknown field `{name}`; did you mean `{near}`?"),
                )
                .help(format!("no client reads `{name}`"))
                .fix(format!("rename it to `{near}`"), vec![edit]);
            }
            (None, Some((_, near))) => {
                sink.report(
                    key.span,
                    format!("unknown field `{name}`; did you mean `{near}`?"),
                )
                .help(format!(
                    "skills have `{near}`; no client reads `{name}` in a skill"
                ));
            }
            (None, None) => unknown.push((name, key.span)),
        }
    }
    report_unknown(&unknown, sink);
}

/// One note for all unknown keys: authors add the same ones to all their skills.
fn report_unknown(unknown: &[(&str, Span)], sink: &mut Sink<'_>) {
    let Some((_, first)) = unknown.first() else { return };
    let names: Vec<String> = unknown
        .iter()
        .take(MAX_NAMED)
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    let more = match unknown.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (fields, them) = match unknown.len() {
        1 => ("field", "it"),
        _ => ("fields", "them"),
    };
    sink.report(*first, format!("unknown {fields} {}{more}", names.join(", ")))
        .severity(Severity::Note)
        .help(format!(
            "move {them} below `metadata`, which may have any key: no known client reads {them} here, and the reference \
             validator refuses {them}"
        ));
}

/// The most unknown keys that a message names.
const MAX_NAMED: usize = 5;

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
        // The example of the Agent Skills specification has it.
        if document.kind == DocumentKind::Skill && name == "version" {
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
