//! A field of `metadata` at the top level, or the reverse.

use super::fields::{FIELDS, FieldRequirement};
use super::layout;
use crate::document::{Document, FrontMatter, YamlNode, YamlValue};
use crate::edit::Edit;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::text::{Span, join_list};

/// The rule; see its page.
pub static RULE: Rule =
    rule!("misplaced-field", Check::Document(check)).with(&[Property::FixesKeys, Property::OnlyHubs]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(front) = document.front_matter() else {
        return;
    };
    let mut down: Vec<FoundField<'_>> = Vec::new();
    let mut twice: Vec<FoundField<'_>> = Vec::new();
    for field in FIELDS
        .iter()
        .filter(|field| field.requirement(document.kind) != FieldRequirement::Unknown)
    {
        let Some((key, value)) = field.find_misplaced(front) else {
            continue;
        };
        match (field.parent, field.find(front)) {
            (Some(_), None) => down.push((key, value)),
            (Some(_), Some(_)) => twice.push((key, value)),
            (None, None) if field.key == "name" || field.key == "description" => {
                sink.report(
                    key.span,
                    format!("`{}` belongs at the top level, not under `metadata`", field.key),
                )
                .help("move the line to the top level: the hub's builder looks for it there");
            }
            (None, _) => {}
        }
    }
    report_twice(front, &twice, sink);
    report_down(document, front, &down, sink);
}

/// A field with its key and value.
type FoundField<'a> = (&'a YamlNode, &'a YamlNode);

/// The fields that are under `metadata` too: one finding, because one edit is the cause.
fn report_twice(front: &FrontMatter, fields: &[FoundField<'_>], sink: &mut Sink<'_>) {
    let Some(((first, _), others)) = fields.split_first() else {
        return;
    };
    let (are, them, those) = match others {
        [] => ("is", "this one", "the one"),
        _ => ("are", "these", "those"),
    };
    let mut report = sink
        .report(
            first.span,
            format!("{} {are} at the top level and under `metadata`", listed(fields)),
        )
        .help(format!(
            "remove {them}: the hub's builder reads {those} under `metadata`"
        ));
    for (key, _) in others {
        report = report.related(key.span, "this one too");
    }
    let used = front.metadata(first.as_str().unwrap_or_default());
    if let Some((used, _)) = used.filter(|_| others.is_empty()) {
        report.related(used.span, "this one is used");
    }
}

/// The fields that are at the top level only: one finding, and one edit that moves them all.
fn report_down(document: &Document, front: &FrontMatter, fields: &[FoundField<'_>], sink: &mut Sink<'_>) {
    let Some(((first, _), others)) = fields.split_first() else {
        return;
    };
    let (belong, them) = match others {
        [] => ("belongs", "it"),
        _ => ("belong", "them"),
    };
    let mut report = sink
        .report(
            first.span,
            format!("{} {belong} under `metadata`", listed(fields)),
        )
        .help(format!("the hub's builder reads {them} only there"));
    for (key, _) in others {
        report = report.related(key.span, "this one too");
    }
    if let Some(edits) = move_down(document, front, fields) {
        report.fix(format!("move {them} under `metadata`"), edits);
    }
}

/// The keys, as a list in a sentence.
fn listed(fields: &[FoundField<'_>]) -> String {
    let names: Vec<String> = fields
        .iter()
        .map(|(key, _)| format!("`{}`", key.as_str().unwrap_or_default()))
        .collect();
    join_list(&names, "and")
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
