//! A value of the wrong type, such as a number where the hub expects a string.

use super::fields::{FIELDS, FieldRequirement, FieldType};
use crate::diagnostic::Severity;
use crate::document::{Document, YamlNode, YamlValue};
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
                        place(document, value),
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

/// The span of a value; the first line of a value with several lines.
fn place(document: &Document, value: &YamlNode) -> Span {
    let line = document
        .lines()
        .line_span(&document.text, document.lines().line(value.span.start));
    Span::new(
        value.span.start as usize,
        value.span.end.min(line.end.max(value.span.start)) as usize,
    )
}

fn report_count(document: &Document, path: &str, value: &YamlNode, sink: &mut Sink<'_>) {
    let report = sink
        .report(
            place(document, value),
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
