//! Front matter that is not YAML, or YAML that the hub's parser refuses.

use crate::document::{Document, DocumentKind, FrontMatterError, read_front_matter};
use crate::edit::Edit;
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::text::Span;

/// The rule; see its page.
pub static RULE: Rule = rule!("invalid-front-matter", Check::Document(check));

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Err(FrontMatterError::Yaml { error, .. }) = &document.front else {
        return;
    };
    let mut report = sink.report(error.span, format!("invalid front matter: {}", error.message));
    if let Some((span, message)) = &error.related {
        report = report.related(*span, message.as_str());
    }
    report = report.help(
        error
            .help
            .as_deref()
            .unwrap_or("correct the YAML of the front matter"),
    );
    // `chub build` stops at such a file, but clients of skills skip it without a word.
    if document.kind == DocumentKind::Skill
        && let Some(edits) = quoted(document)
    {
        report.fix("put the value in quotes", edits);
    }
}

/// The edits that put values with `: ` in quotes, when the front matter is valid with them.
fn quoted(document: &Document) -> Option<Vec<Edit>> {
    let FrontMatterError::Yaml { whole, .. } = document.front.as_ref().err()? else {
        return None;
    };
    let block = document.slice(*whole);
    let mut edits = Vec::new();
    let (mut text, mut at) = (String::with_capacity(block.len()), whole.start as usize);
    for line in block.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        match plain_value(content) {
            Some(value) => {
                let start = content.len() - value.len();
                let new = format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
                text.push_str(&content[..start]);
                text.push_str(&new);
                text.push_str(&line[content.len()..]);
                edits.push(Edit {
                    span: Span::new(at + start, at + content.len()),
                    text: new,
                });
            }
            None => text.push_str(line),
        }
        at += line.len();
    }
    (!edits.is_empty() && read_front_matter(&text).is_ok()).then_some(edits)
}

/// The value of a line `key: value`, when it is one that YAML takes for a mapping, or for a list that text follows.
fn plain_value(line: &str) -> Option<&str> {
    let (key, value) = line.split_once(": ")?;
    let value = value.trim_start();
    let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let key = key.trim_start_matches(' ');
    let is_plain =
        !value.starts_with(['"', '\'', '|', '>', '&', '*', '!', '{', '#']) && !value.ends_with(' ');
    let is_list = value.starts_with('[') && !value.ends_with(']');
    let lists = value.matches('[').count();
    let is_wrong = match value.starts_with('[') {
        true => is_list || lists > 1,
        false => value.contains(": ") && !value.contains(" #"),
    };
    (!key.is_empty() && key.chars().all(is_key) && is_plain && is_wrong).then_some(value)
}
