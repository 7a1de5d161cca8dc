//! A required field that is missing or empty.

use super::fields::{FIELDS, FieldRequirement, FrontMatterField};
use super::layout;
use crate::document::{Document, DocumentKind, FrontMatter, YamlValue};
use crate::edit::Edit;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::text::Span;
use jiff::civil::Date;

/// The rule; see its page.
pub static RULE: Rule = rule!("missing-field", Check::Document(check)).with(&[Property::FixesKeys]);

fn check(document: &Document, context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(front) = document.front_matter() else {
        return;
    };
    // Front matter or `metadata` that is not a mapping has no fields; `wrong-type` reports it.
    if !matches!(front.root.value, YamlValue::Mapping(_) | YamlValue::Null) {
        return;
    }
    let metadata = front.field(&["metadata"]);
    let metadata_is_mapping =
        metadata.is_none_or(|(_, value)| matches!(value.value, YamlValue::Mapping(_) | YamlValue::Null));
    for field in FIELDS {
        let FieldRequirement::Required(severity, default) = field.requirement(document.kind) else {
            continue;
        };
        // Skills of no hub may have any metadata.
        if field.parent.is_some() && document.is_plain_skill() {
            continue;
        }
        if field.parent.is_some() && !metadata_is_mapping
            || (!document.is_plain_skill() && field.find_misplaced(front).is_some())
        {
            continue;
        }
        let path = field.path();
        let empty = field.find(front);
        let message = match empty {
            Some((_, value)) if value.is_falsy() => format!("`{path}` is empty"),
            Some(_) => continue,
            None => format!("`{path}` is missing"),
        };
        let span = empty.map_or_else(|| place(field, front), |(key, _)| key.span);
        let report = sink
            .report(span, message)
            .severity(severity)
            .help(help(field, document, context.today));
        if let (Some(default), None) = (default, empty)
            && let Some(edit) = insertion(document, front, field, default)
        {
            report.fix(format!("add `{}: {default}`", field.key), vec![edit]);
        }
    }
}

/// Where a missing field belongs: the key of its parent, else the opening `---`.
fn place(field: &FrontMatterField, front: &FrontMatter) -> Span {
    let parent = field.parent.and_then(|parent| front.field(&[parent]));
    parent.map_or(Span::new(0, 3), |(key, _)| key.span)
}

fn help(field: &FrontMatterField, document: &Document, today: Date) -> String {
    let example = match field.key {
        // Placeholder values that no registry and no builder accepts, so that they are reported if
        // they are pasted unchanged.
        "name" => "`name: <name>`",
        "description" => "`description: \"<what an agent can do with it>\"`",
        "languages" => "`languages: \"<language>\"`",
        "versions" => "`versions: \"<version>\"`",
        "revision" => "`revision: 1`",
        // Adding the field changes the file today.
        "updated-on" => &format!("`updated-on: \"{today}\"`"),
        // Nothing shows who wrote it, so none is suggested.
        _ => "`source: official`, `source: maintainer` or `source: community`",
    };
    if document.is_plain_skill() {
        return match field.key {
            "name" => "add `name: NAME` with the name of its folder: the Agent Skills format requires it",
            _ => "add `description: \"What it does. Use when ...\"`: clients skip a skill without it",
        }
        .to_owned();
    }
    let file = if document.kind == DocumentKind::Skill {
        "SKILL.md"
    } else {
        "DOC.md"
    };
    let place = field
        .parent
        .map_or_else(String::new, |parent| format!(" under `{parent}`"));
    let purpose = field.purpose.to_lowercase();
    format!("add {example}{place}: every {file} needs it ({purpose})")
}

/// A line with the default at the end of `metadata`, when that is written in block style.
fn insertion(
    document: &Document,
    front: &FrontMatter,
    field: &FrontMatterField,
    default: &str,
) -> Option<Edit> {
    let (_, parent) = front.field(&[field.parent?])?;
    let block = layout::block_mapping(document, parent)?;
    let text = format!(
        "{}{}{}: {default}",
        layout::newline(document),
        block.indent,
        field.key
    );
    Some(Edit {
        span: Span::empty_at(block.end),
        text,
    })
}
