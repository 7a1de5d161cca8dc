//! A field of `metadata` at the top level, or the reverse.

use super::fields::{FIELDS, FieldRequirement};
use super::layout;
use crate::document::{Document, FrontMatter, YamlNode, YamlValue};
use crate::edit::Edit;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::text::Span;

/// The rule; see its page.
pub static RULE: Rule = rule!("misplaced-field", Check::Document(check)).with(&[Property::FixesKeys]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(front) = document.front_matter() else {
        return;
    };
    let mut down: Vec<(&YamlNode, &YamlNode)> = Vec::new();
    for field in FIELDS
        .iter()
        .filter(|field| field.requirement(document.kind) != FieldRequirement::Unknown)
    {
        let Some((key, value)) = field.find_misplaced(front) else {
            continue;
        };
        let twice = field.find(front);
        match field.parent {
            Some(_) if twice.is_none() => down.push((key, value)),
            Some(parent) => {
                report_twice(sink, key, twice, &format!("under `{parent}`"));
            }
            None if field.key != "name" && field.key != "description" => {}
            None if twice.is_some() => {}
            None => {
                sink.report(
                    key.span,
                    format!("`{}` belongs at the top level, not under `metadata`", field.key),
                )
                .help("move the line to the top level: the hub's builder looks for it there");
            }
        }
    }
    let fix = move_down(document, front, &down);
    for (i, (key, _)) in down.iter().enumerate() {
        let name = key.as_str().unwrap_or_default();
        let report = sink
            .report(key.span, format!("`{name}` belongs under `metadata`"))
            .help("the hub's builder reads it only there");
        // One edit moves them all, so that `metadata` is not added twice.
        if let (0, Some(edits)) = (i, &fix) {
            report.fix("move it under `metadata`", edits.clone());
        }
    }
}

fn report_twice(sink: &mut Sink<'_>, key: &YamlNode, twice: Option<(&YamlNode, &YamlNode)>, place: &str) {
    let name = key.as_str().unwrap_or_default();
    let report = sink
        .report(key.span, format!("`{name}` is at the top level and {place}"))
        .help(format!(
            "remove this one: the hub's builder reads the one {place}"
        ));
    if let Some((other, _)) = twice {
        report.related(other.span, "this one is used");
    }
}

/// Edits that move fields from the top level to the end of `metadata`, which is added if it is missing.
fn move_down(
    document: &Document,
    front: &FrontMatter,
    fields: &[(&YamlNode, &YamlNode)],
) -> Option<Vec<Edit>> {
    layout::block_mapping(document, &front.root)?;
    let newline = layout::newline(document);
    let metadata = front.field(&["metadata"]);
    let (indent, at, mut text) = match metadata {
        None => ("  ", front.block.end as usize, format!("{newline}metadata:")),
        Some((_, node)) if matches!(node.value, YamlValue::Mapping(_)) => {
            let block = layout::block_mapping(document, node)?;
            (block.indent, block.end, String::new())
        }
        Some(_) => return None,
    };
    let mut removed: Vec<Span> = Vec::new();
    for (key, value) in fields {
        let lines = layout::field_lines(document, key, value);
        for line in document.slice(lines).lines() {
            text.push_str(newline);
            if !line.is_empty() {
                text.push_str(indent);
                text.push_str(line);
            }
        }
        removed.push(lines);
    }
    let mut edits: Vec<Edit> = joined(removed)?
        .into_iter()
        // The last line of the block has no line break, so the one before it is removed.
        .map(|lines| match lines.end > front.block.end {
            true => Span::new(lines.start as usize - newline.len(), front.block.end as usize),
            false => lines,
        })
        .map(|span| Edit {
            span,
            text: String::new(),
        })
        .collect();
    edits.push(Edit {
        span: Span::empty_at(at),
        text,
    });
    edits.sort_by_key(|edit| edit.span);
    (!fields.is_empty()).then_some(edits)
}

/// Sort spans and join adjacent ones; `None` when two overlap.
fn joined(mut spans: Vec<Span>) -> Option<Vec<Span>> {
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if last.end > span.start => return None,
            Some(last) if last.end == span.start => last.end = span.end,
            _ => joined.push(span),
        }
    }
    Some(joined)
}
