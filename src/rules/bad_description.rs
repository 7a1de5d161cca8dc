//! A description that does not help clients choose the entry.

use super::fields::{self, MAX_DESCRIPTION};
use crate::diagnostic::Severity;
use crate::document::{Document, FrontMatter, YamlValue};
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::text::Span;

/// The rule; see its page.
pub static RULE: Rule = rule!("bad-description", Check::Document(check));

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(front) = document.front_matter() else {
        return;
    };
    let Some((description, node)) = fields::text(front.field(&["description"])) else {
        return;
    };
    let name = fields::text(front.field(&["name"])).map_or("", |(name, _)| name);
    let length = description.chars().count();
    let span = document.first_line(node.span);
    if description.trim().is_empty() {
        sink.report(span, "the description is blank")
            .help("say what the entry covers: agents use it to choose");
    } else if description.trim().eq_ignore_ascii_case(name.trim()) {
        sink.report(span, "the description only repeats the name")
            .help("say what the entry covers: agents use it to choose");
    } else if length > MAX_DESCRIPTION {
        sink.report(
            span,
            format!("the description has {length} characters; {MAX_DESCRIPTION} is the limit"),
        )
        .help("keep what helps an agent choose, and move the rest into the text");
    } else if document.is_plain_skill() {
        skill_description(front, description, span, sink);
    }
}

/// What the authoring guide of Agent Skills asks of a description.
fn skill_description(front: &FrontMatter, description: &str, span: Span, sink: &mut Sink<'_>) {
    if let Some(tag) = tag(description) {
        sink.report(span, format!("the description has the tag `{tag}`"))
            .severity(Severity::Note)
            .help(
                "write it without `<` and `>` to upload the skill to claude.ai or the API, which refuse tags",
            );
    } else if let Some(start) = FIRST_PERSON
        .iter()
        .find(|start| description.trim_start().starts_with(**start))
    {
        sink.report(span, format!("the description is not in the third person: it begins with `{}`", start.trim()))
            .severity(Severity::Note)
            .help("say what the skill does, as in `Creates release notes`: the text becomes part of the system prompt");
    } else if !says_when(description) && !is_for_users(front) {
        sink.report(span, "the description does not say when to use the skill")
            .severity(Severity::Note)
            .help("add a sentence such as `Use when ...`: agents choose a skill by its description alone");
    }
}

/// How descriptions begin that speak as the skill or to the user.
const FIRST_PERSON: [&str; 12] = [
    "I ",
    "I'm ",
    "I'll ",
    "I\u{2019}ll ",
    "I can ",
    "I will ",
    "We ",
    "You can ",
    "You will ",
    "My ",
    "Let me ",
    "Our ",
];

/// The words with which a description says when the skill is for.
const TIMES: [&str; 23] = [
    "when",
    "whenever",
    "use",
    "used",
    "uses",
    "using",
    "useful",
    "if",
    "before",
    "after",
    "during",
    "while",
    "for",
    "trigger",
    "triggers",
    "triggered",
    "invoke",
    "invoked",
    "activate",
    "activates",
    "once",
    "applies",
    "on",
];

/// Whether a description says in some words when to use the skill. Another script than Latin is not judged.
fn says_when(description: &str) -> bool {
    let lower = description.to_lowercase();
    let is_latin = description
        .chars()
        .filter(|c| c.is_alphabetic())
        .all(|c| u32::from(c) < 0x0250);
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    !is_latin || words.any(|word| TIMES.contains(&word)) || lower.contains("any time")
}

/// Whether only users start the skill, or another field says when to use it.
fn is_for_users(front: &FrontMatter) -> bool {
    let only_users = front.field(&["disable-model-invocation"]);
    front.field(&["when_to_use"]).is_some()
        || only_users.is_some_and(|(_, value)| value.value == YamlValue::Bool(true))
}

/// The first tag of XML or HTML in a text.
fn tag(text: &str) -> Option<&str> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find('<').map(|at| from + at) {
        let inside = text.get(at + 1..)?;
        let name = inside.strip_prefix('/').unwrap_or(inside);
        if name.starts_with(|c: char| c.is_ascii_alphabetic())
            && let Some(end) = inside.find(['<', '>', '\n'])
            && inside.get(end..)?.starts_with('>')
        {
            return text.get(at..=at + 1 + end);
        }
        from = at + 1;
    }
    None
}
