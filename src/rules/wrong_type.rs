//! A value of the wrong type, such as a number where the hub expects a string.

use super::fields::{FIELDS, FieldRequirement, FieldType};
use super::skill_fields::{SKILL_FIELDS, SkillField, SkillValue};
use crate::diagnostic::Severity;
use crate::document::{Document, DocumentKind, FrontMatter, YamlNode, YamlValue};
use crate::edit::Edit;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::text::Span;

/// The rule; see its page.
pub static RULE: Rule = rule!("wrong-type", Check::Document(check)).with(&[Property::FixesKeys]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(front) = document.front_matter() else {
        return;
    };
    if !matches!(front.root.value, YamlValue::Mapping(_) | YamlValue::Null) {
        let first = document
            .lines()
            .line_span(&document.text, document.lines().line(front.root.span.start));
        let span = Span::new(
            front.root.span.start as usize,
            front.root.span.end.min(first.end) as usize,
        );
        sink.report(
            span,
            format!("front matter is {} where the hub reads fields", front.root.kind()),
        )
        .help("write `key: value` lines");
        return;
    }
    if document.kind == DocumentKind::Skill {
        skill_fields(document, front, sink);
    }
    if document.is_plain_skill() {
        return;
    }
    for field in FIELDS
        .iter()
        .filter(|field| field.requirement(document.kind) != FieldRequirement::Unknown)
    {
        let Some((key, value)) = field.find(front) else {
            continue;
        };
        match (field.shape, &value.value) {
            // Empty values are `missing-field`.
            (_, YamlValue::Null) | (FieldType::Anything, _) => {}
            (
                FieldType::Text | FieldType::Pieces | FieldType::Day | FieldType::Choice(_),
                YamlValue::String(_),
            ) => {}
            (FieldType::Mapping, YamlValue::Mapping(_)) => {}
            (FieldType::Count, YamlValue::Number(n)) if *n >= 1.0 && n.fract() == 0.0 => {}
            (FieldType::Count, _) => report_count(document, &field.path(), value, sink),
            (FieldType::Mapping, _) => {
                sink.report(
                    value.span,
                    format!(
                        "`{}` is {} where the hub reads fields",
                        field.path(),
                        value.kind()
                    ),
                )
                .help("write its fields indented below it");
            }
            _ => {
                let report = sink
                    .report(
                        document.first_line(value.span),
                        format!(
                            "`{}` is {} where the hub reads a string",
                            field.path(),
                            value.kind()
                        ),
                    )
                    .help(match &value.value {
                        YamlValue::Sequence(_) => "write the values in one string, separated by commas",
                        YamlValue::Mapping(_) => "write one string",
                        _ => "put it in quotes",
                    });
                if let Some((title, edit)) = as_string(document, key, value) {
                    report.fix(title, vec![edit]);
                }
            }
        }
    }
}

/// The fields of the Agent Skills format and of its clients.
fn skill_fields(document: &Document, front: &FrontMatter, sink: &mut Sink<'_>) {
    for field in SKILL_FIELDS {
        // The fields that the hub reads too.
        let is_hub_field = FIELDS
            .iter()
            .any(|hub| hub.parent.is_none() && hub.key == field.key);
        if is_hub_field && !document.is_plain_skill() {
            continue;
        }
        let Some((key, value)) = front.field(&[field.key]) else {
            continue;
        };
        if field.value.accepts(value) {
            continue;
        }
        let (readers, wanted) = (field.readers(), field.value.description());
        let read = match field.clients {
            [_] if !field.is_standard() => "reads",
            _ => "read",
        };
        let message = format!(
            "`{}` is {} where {readers} {read} {wanted}",
            field.key,
            value.kind()
        );
        let severity = match field.key {
            "name" | "description" => Severity::Error,
            _ => Severity::Warning,
        };
        let mut report = sink
            .report(document.first_line(value.span), message)
            .severity(severity);
        if let Some((title, edit)) = repaired(document, field, key, value) {
            report = report.help(format!("{title}: a value of another type is ignored"));
            report.fix(title, vec![edit]);
        } else {
            report.help(format!("write {wanted}: a value of another type is ignored"));
        }
    }
    if document.is_plain_skill() {
        lossy_numbers(document, front, sink);
    }
}

/// The edit that gives a field of a skill its type, when the value says what is meant.
fn repaired(
    document: &Document,
    field: &SkillField,
    key: &YamlNode,
    value: &YamlNode,
) -> Option<(&'static str, Edit)> {
    match (field.value, value.as_str()) {
        (SkillValue::Switch, Some(written)) => {
            let text = match written.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" => "true",
                "false" | "no" | "off" => "false",
                _ => return None,
            };
            let title = match text {
                "true" => "write `true`",
                _ => "write `false`",
            };
            let edit = Edit {
                span: value.span,
                text: text.to_owned(),
            };
            Some((title, edit))
        }
        (SkillValue::Text | SkillValue::AtMost(_), None) => {
            let is_scalar = matches!(value.value, YamlValue::Number(_) | YamlValue::Bool(_));
            as_string(document, key, value).filter(|_| is_scalar)
        }
        _ => None,
    }
}

/// Versions below `metadata` that lose a zero, because YAML reads them as numbers.
fn lossy_numbers(document: &Document, front: &FrontMatter, sink: &mut Sink<'_>) {
    let Some((_, metadata)) = front.field(&["metadata"]) else {
        return;
    };
    for (key, value) in metadata.pairs() {
        let YamlValue::Number(number) = value.value else {
            continue;
        };
        let written = document.slice(value.span);
        let is_decimal = written.contains('.') && written.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        // `1.0` names the same release as `1`; `1.10` is not `1.1`.
        let is_lossy = is_decimal && written.ends_with('0') && !written.ends_with(".0");
        if !is_lossy {
            continue;
        }
        let name = key.as_str().unwrap_or_default();
        let report = sink
            .report(
                value.span,
                format!("`metadata.{name}` is the number {number}: YAML drops the last zero of `{written}`"),
            )
            .severity(Severity::Warning)
            .help("put it in quotes");
        if let Some((title, edit)) = as_string(document, key, value) {
            report.fix(title, vec![edit]);
        }
    }
}

fn report_count(document: &Document, path: &str, value: &YamlNode, sink: &mut Sink<'_>) {
    let report = sink
        .report(
            document.first_line(value.span),
            format!(
                "`{path}` is {} where the hub reads a whole number from 1",
                described(value)
            ),
        )
        .severity(Severity::Warning)
        .help("count the changes of the text: 1, 2, 3 ...");
    if let Some(number) = value
        .as_str()
        .and_then(|text| text.trim().parse::<u32>().ok())
        .filter(|n| *n >= 1)
    {
        report.fix(
            "remove the quotes",
            vec![Edit {
                span: value.span,
                text: number.to_string(),
            }],
        );
    }
}

fn described(value: &YamlNode) -> String {
    match value.value {
        YamlValue::Number(n) => n.to_string(),
        _ => value.kind().to_owned(),
    }
}

/// The edit that converts a number, a boolean or a list of plain scalars to a string.
fn as_string(document: &Document, key: &YamlNode, value: &YamlNode) -> Option<(&'static str, Edit)> {
    match &value.value {
        YamlValue::Number(_) | YamlValue::Bool(_) => {
            let written = document.slice(value.span);
            let plain = !written.contains(['"', '\\', '\n', '!', '&', '*']);
            plain.then(|| {
                (
                    "put it in quotes",
                    Edit {
                        span: value.span,
                        text: format!("\"{written}\""),
                    },
                )
            })
        }
        YamlValue::Sequence(items) => {
            let pieces: Option<Vec<&str>> = items.iter().map(|item| piece(document, item)).collect();
            let text = format!("\"{}\"", pieces?.join(","));
            // A list in block style starts on the line below its key.
            let after_colon = key.span.end as usize + 1;
            let between = Span::new(after_colon, value.span.start as usize).slice(&document.text);
            let span = Span::new(after_colon, value.span.end as usize);
            let comments = document.slice(value.span).contains('#') || between.contains('#');
            (!comments).then(|| {
                (
                    "join the values",
                    Edit {
                        span,
                        text: format!(" {text}"),
                    },
                )
            })
        }
        _ => None,
    }
}

fn piece<'a>(document: &'a Document, item: &'a YamlNode) -> Option<&'a str> {
    let text = match &item.value {
        YamlValue::String(text) => text.as_str(),
        YamlValue::Number(_) | YamlValue::Bool(_) => document.slice(item.span),
        _ => return None,
    };
    (!text.contains([',', '"', '\\', '\n'])).then_some(text)
}
