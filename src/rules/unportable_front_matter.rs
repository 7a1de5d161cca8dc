//! Front matter of a skill that the reference validator of the Agent Skills format refuses.

use super::skill_fields::skill_front_matter;
use crate::document::{Document, YamlNode, YamlValue};
use crate::edit::Edit;
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::text::Span;

/// The rule; see its page.
pub static RULE: Rule = rule!("unportable-front-matter", Check::Document(check));

/// The longest list that the fix rewrites.
const MAX_ITEMS: usize = 200;
/// How deep values are searched; the parser refuses deeper ones.
const MAX_DEPTH: usize = 8;

/// What the validator refuses, and where.
struct Refused<'a> {
    what: &'static str,
    key: &'a YamlNode,
    value: &'a YamlNode,
}

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(front) = skill_front_matter(document) else {
        return;
    };
    let mut found = Vec::new();
    collect(document, &front.root, 0, &mut found);
    let Some(first) = found.first() else { return };
    let span = document.first_line(first.value.span);
    let more = match found.len() {
        1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    let report = sink
        .report(
            span,
            format!("the reference validator refuses {}{more}", first.what),
        )
        .help("write one value on each line, indented below its key");
    let edits: Option<Vec<Edit>> = found
        .iter()
        .map(|refused| block_style(document, refused))
        .collect();
    if let Some(edits) = edits {
        report.fix("write one value on each line", edits);
    }
}

/// Everything that is refused, in the order of the text.
fn collect<'a>(document: &Document, node: &'a YamlNode, depth: usize, found: &mut Vec<Refused<'a>>) {
    if depth > MAX_DEPTH {
        return;
    }
    for (key, value) in node.pairs() {
        let written = document.slice(value.span);
        let what = match value.value {
            YamlValue::Sequence(_) if written.starts_with('[') => Some("a list in brackets"),
            YamlValue::Mapping(_) if written.starts_with('{') => Some("a mapping in braces"),
            _ => None,
        };
        match what {
            Some(what) => found.push(Refused { what, key, value }),
            None => collect(document, value, depth + 1, found),
        }
    }
}

/// The same value in block style; `None` for values in values, and with comments.
fn block_style(document: &Document, refused: &Refused<'_>) -> Option<Edit> {
    let line = document
        .lines()
        .line_span(&document.text, document.lines().line(refused.key.span.start));
    let start = refused.key.span.start as usize;
    let indent = document.text.get(line.start as usize..start)?;
    let between = document
        .text
        .get(refused.key.span.end as usize..refused.value.span.start as usize)?;
    let written = document.slice(refused.value.span);
    let rest = document.text.get(refused.value.span.end as usize..)?;
    let ends_line = rest.starts_with(['\n', '\r']) || rest.is_empty();
    if !indent.bytes().all(|b| b == b' ') || between.trim() != ":" || written.contains(" #") || !ends_line {
        return None;
    }
    let newline = super::layout::newline(document);
    let scalar = |node: &YamlNode| -> Option<String> {
        let text = document.slice(node.span);
        let is_scalar = !matches!(
            node.value,
            YamlValue::Sequence(_) | YamlValue::Mapping(_) | YamlValue::Null
        );
        (is_scalar && !text.contains('\n') && !text.starts_with(['!', '&', '*', '-', '?']))
            .then(|| text.to_owned())
    };
    let lines: Option<Vec<String>> = match &refused.value.value {
        YamlValue::Sequence(items) => {
            let items = (1..=MAX_ITEMS).contains(&items.len()).then_some(items)?;
            items
                .iter()
                .map(|item| Some(format!("- {}", scalar(item)?)))
                .collect()
        }
        YamlValue::Mapping(pairs) => {
            let pairs = (1..=MAX_ITEMS).contains(&pairs.len()).then_some(pairs)?;
            let line =
                |(key, value): &(YamlNode, YamlNode)| Some(format!("{}: {}", scalar(key)?, scalar(value)?));
            pairs.iter().map(line).collect()
        }
        _ => None,
    };
    let text: String = lines?
        .iter()
        .map(|line| format!("{newline}{indent}  {line}"))
        .collect();
    let colon = refused.key.span.end as usize + between.find(':')? + 1;
    Some(Edit {
        span: Span::new(colon, refused.value.span.end as usize),
        text,
    })
}
