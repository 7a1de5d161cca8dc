//! A value of a skill's field that its clients ignore or refuse.

use super::skill_fields::{SKILL_FIELDS, SkillField, SkillValue};
use crate::document::{Document, DocumentKind};
use crate::edit::Edit;
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::suggest;

/// The rule; see its page.
pub static RULE: Rule = rule!("bad-value", Check::Document(check));

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(front) = document
        .front_matter()
        .filter(|_| document.kind == DocumentKind::Skill)
    else {
        return;
    };
    // The name and the description have rules of their own.
    let fields = SKILL_FIELDS
        .iter()
        .filter(|field| !matches!(field.key, "name" | "description"));
    for field in fields {
        let Some((_, value)) = front.field(&[field.key]) else {
            continue;
        };
        let Some(text) = value.as_str() else { continue };
        match field.value {
            SkillValue::AtMost(limit) if text.chars().count() > limit => {
                let first = document.lines().line(value.span.start);
                let line = document.lines().line_span(&document.text, first);
                let mut span = value.span;
                span.end = span.end.min(line.end.max(span.start));
                let count = text.chars().count();
                sink.report(
                    span,
                    format!("`{}` has {count} characters; {limit} is the limit", field.key),
                )
                .help("shorten it, and move the rest into the text");
            }
            SkillValue::Choice(choices) if !choices.contains(&text) => {
                let near = suggest::nearest(text, choices.iter().copied());
                let report = sink
                    .report(value.span, format!("`{}` cannot be `{text}`", field.key))
                    .help(help(field, choices));
                if let Some(near) = near {
                    let edit = Edit {
                        span: value.span,
                        text: near.to_owned(),
                    };
                    report.fix(format!("write `{near}`"), vec![edit]);
                }
            }
            _ => {}
        }
    }
}

fn help(field: &SkillField, choices: &[&str]) -> String {
    let choices: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
    let known = match choices.as_slice() {
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
        [] => String::new(),
    };
    let of = field.readers();
    format!(
        "write {known}: {of} ignores any other value",
        of = if field.clients.len() == 1 {
            of
        } else {
            "a client".to_owned()
        }
    )
}
