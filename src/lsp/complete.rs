//! Completion in front matter: keys, sources and languages.

use super::convert;
use crate::document::{Document, DocumentKind, FrontMatterError};
use crate::rules::bad_language;
use crate::rules::fields::{self, FieldRequirement, FieldType, FrontMatterField};
use crate::rules::skill_fields::{self, SKILL_FIELDS, SkillField, SkillValue};
use crate::text::ColumnUnit;
use lsp_types as lsp;

/// The completions at a position.
#[must_use]
pub fn complete(document: &Document, at: lsp::Position, unit: ColumnUnit) -> Vec<lsp::CompletionItem> {
    if !document.kind.is_entry() || !in_front_matter(document, at) {
        return Vec::new();
    }
    let lines = document.lines();
    let line_of = |number: u32| document.slice(lines.line_span(&document.text, number as usize + 1));
    let start = lines.line_span(&document.text, at.line as usize + 1).start as usize;
    let before = document
        .text
        .get(start..convert::offset(document, at, unit))
        .unwrap_or_default();
    let parent = parent(&line_of, at.line);
    match before.split_once(':') {
        Some((key, written)) if is_skill_level(document, parent) => {
            let field = skill_fields::skill_field(key.trim());
            field
                .map(|field| skill_values(field, written))
                .unwrap_or_default()
        }
        Some((key, written)) => {
            let field = fields::under(parent, document.kind).find(|field| field.key == key.trim());
            field.map(|field| values(field, written)).unwrap_or_default()
        }
        None => keys(document, parent, &line_of),
    }
}

/// Whether a place lies between the two `---` lines. While the user types, the YAML may not parse, and there may be
/// no second line yet.
fn in_front_matter(document: &Document, at: lsp::Position) -> bool {
    let end = match &document.front {
        Ok(front) => front.whole.end,
        Err(FrontMatterError::Yaml { whole, .. }) => whole.end,
        Err(FrontMatterError::Missing(_)) if document.text.starts_with("---") => {
            return at.line > 0 && at.line < 40;
        }
        Err(FrontMatterError::Missing(_)) => return false,
    };
    let last = document.lines().line(end.saturating_sub(1));
    at.line > 0 && (at.line as usize) + 1 < last.max(2)
}

/// The key that the line of a place is indented under.
fn parent<'a>(line_of: &impl Fn(u32) -> &'a str, line: u32) -> Option<&'static str> {
    let indented = |text: &str| text.starts_with([' ', '\t']);
    if !indented(line_of(line)) {
        return None;
    }
    let above = (0..line)
        .rev()
        .map(line_of)
        .find(|text| !text.trim().is_empty() && !indented(text))?;
    above.starts_with("metadata:").then_some("metadata")
}

fn keys<'a>(
    document: &Document,
    parent: Option<&'static str>,
    line_of: &impl Fn(u32) -> &'a str,
) -> Vec<lsp::CompletionItem> {
    let count = u32::try_from(document.lines().count()).unwrap_or(u32::MAX);
    let there = |key: &str| {
        (1..count)
            .map(line_of)
            .take_while(|line| !line.starts_with("---"))
            .any(|line| {
                line.trim_start()
                    .split_once(':')
                    .is_some_and(|(k, _)| k.trim_end() == key)
            })
    };
    if is_skill_level(document, parent) {
        let free = SKILL_FIELDS.iter().filter(|field| !there(field.key));
        return free.map(skill_key).collect();
    }
    if document.is_plain_skill() {
        return Vec::new();
    }
    fields::under(parent, document.kind)
        .filter(|field| !there(field.key))
        .map(|field| {
            let required = matches!(field.requirement(document.kind), FieldRequirement::Required(..));
            let insert = match field.shape {
                FieldType::Mapping => format!("{}:\n  ", field.key),
                _ => format!("{}: ", field.key),
            };
            lsp::CompletionItem {
                label: field.key.to_owned(),
                kind: Some(lsp::CompletionItemKind::PROPERTY),
                detail: Some(field.purpose.to_owned()),
                insert_text: Some(insert),
                sort_text: Some(format!("{}{}", if required { '0' } else { '1' }, field.key)),
                ..lsp::CompletionItem::default()
            }
        })
        .collect()
}

/// Whether a place is at the top level of a skill, which has the fields of its clients too.
fn is_skill_level(document: &Document, parent: Option<&str>) -> bool {
    document.kind == DocumentKind::Skill && parent.is_none()
}

fn skill_key(field: &SkillField) -> lsp::CompletionItem {
    let rank = match (field.key, field.is_standard()) {
        ("name" | "description", _) => '0',
        (_, true) => '1',
        (_, false) => '2',
    };
    let insert = match field.value {
        SkillValue::Mapping => format!("{}:\n  ", field.key),
        _ => format!("{}: ", field.key),
    };
    let detail = match field.is_standard() {
        true => field.purpose.to_owned(),
        false => format!("{} ({})", field.purpose, field.readers()),
    };
    lsp::CompletionItem {
        label: field.key.to_owned(),
        kind: Some(lsp::CompletionItemKind::PROPERTY),
        detail: Some(detail),
        insert_text: Some(insert),
        sort_text: Some(format!("{rank}{}", field.key)),
        ..lsp::CompletionItem::default()
    }
}

fn skill_values(field: &SkillField, written: &str) -> Vec<lsp::CompletionItem> {
    let choices: &[&str] = match field.value {
        SkillValue::Choice(choices) => choices,
        SkillValue::Switch => &["true", "false"],
        _ => return Vec::new(),
    };
    let space = if written.is_empty() { " " } else { "" };
    let item = |choice: &&str| lsp::CompletionItem {
        label: (*choice).to_owned(),
        kind: Some(lsp::CompletionItemKind::VALUE),
        insert_text: Some(format!("{space}{choice}")),
        ..lsp::CompletionItem::default()
    };
    choices.iter().map(item).collect()
}

fn values(field: &FrontMatterField, written: &str) -> Vec<lsp::CompletionItem> {
    let quoted = written.trim_start().starts_with(['"', '\'']);
    let choices: &[&str] = match field.shape {
        FieldType::Choice(choices) => choices,
        FieldType::Pieces if field.key == "languages" => bad_language::KNOWN_LANGUAGES,
        _ => return Vec::new(),
    };
    choices
        .iter()
        .map(|choice| lsp::CompletionItem {
            label: (*choice).to_owned(),
            kind: Some(lsp::CompletionItemKind::VALUE),
            insert_text: Some(match (written, quoted, field.shape) {
                // Directly behind the colon a space is missing, and pieces are written in quotes.
                ("", ..) => format!(" {choice}"),
                (_, false, FieldType::Pieces) if written.trim().is_empty() => format!("\"{choice}\""),
                _ => (*choice).to_owned(),
            }),
            ..lsp::CompletionItem::default()
        })
        .collect()
}
