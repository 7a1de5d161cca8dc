//! A value of a skill's field that its clients ignore or refuse.

use super::skill_fields::{SKILL_FIELDS, SkillField, SkillValue, skill_front_matter};
use crate::document::{Document, YamlNode, YamlValue};
use crate::edit::Edit;
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::suggest;
use crate::text::join_list;

/// The rule; see its page.
pub static RULE: Rule = rule!("bad-value", Check::Document(check));

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(front) = skill_front_matter(document) else {
        return;
    };
    // Other rules check the name and the description.
    let fields = SKILL_FIELDS
        .iter()
        .filter(|field| !matches!(field.key, "name" | "description"));
    for field in fields {
        let Some((_, value)) = front.field(&[field.key]) else {
            continue;
        };
        if field.key.ends_with("allowed-tools") {
            tools(document, value, sink);
        }
        let Some(text) = value.as_str() else { continue };
        match field.value {
            SkillValue::AtMost(limit) if text.chars().count() > limit => {
                let count = text.chars().count();
                sink.report(
                    document.first_line(value.span),
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

/// Report the first of the tools whose parentheses do not match: clients split the list at blanks or commas outside of
/// them, so they would read other tools than intended.
fn tools(document: &Document, value: &YamlNode, sink: &mut Sink<'_>) {
    let one = std::slice::from_ref(value);
    let items = match &value.value {
        YamlValue::Sequence(items) => items.as_slice(),
        _ => one,
    };
    let wrong = |item: &&YamlNode| item.as_str().is_some_and(|text| !has_matching_parentheses(text));
    if let Some(item) = items.iter().find(wrong) {
        sink.report(document.first_line(item.span), "the parentheses do not match")
            .help("write each tool as `Name` or `Name(pattern)`");
    }
}

fn has_matching_parentheses(text: &str) -> bool {
    let mut open = 0_usize;
    for c in text.chars() {
        match c {
            '(' => open += 1,
            ')' if open == 0 => return false,
            ')' => open -= 1,
            _ => {}
        }
    }
    open == 0
}

fn help(field: &SkillField, choices: &[&str]) -> String {
    let choices: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
    let known = join_list(&choices, "or");
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
