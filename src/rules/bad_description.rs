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
    } else if repeats(description, name) {
        sink.report(span, "the description only repeats the name")
            .help("say what the entry covers: agents use it to choose");
    } else if title(document).is_some_and(|title| repeats(description, title)) {
        sink.report(span, "the description only repeats the title")
            .help("say what the entry covers: agents use it to choose");
    } else if is_placeholder(description) {
        sink.report(span, "the description is a placeholder")
            .help("say what the entry covers: agents use it to choose");
    } else if is_address(description) {
        sink.report(span, "the description only says where the text comes from")
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

/// The first heading of the document.
fn title(document: &Document) -> Option<&str> {
    document
        .body
        .headings
        .first()
        .map(|heading| heading.text.as_str())
}

/// Whether two texts have the same letters and digits, so that they differ in case, blanks and punctuation only.
fn repeats(description: &str, other: &str) -> bool {
    let mut own = letters(description).peekable();
    own.peek().is_some() && own.eq(letters(other))
}

/// The letters and digits of a text, in lower case.
fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
}

/// Whether a description is a placeholder.
fn is_placeholder(description: &str) -> bool {
    const WHOLE: [&str; 22] = [
        "add a description",
        "add description",
        "add description here",
        "coming soon",
        "description",
        "description goes here",
        "description here",
        "empty",
        "fill in",
        "n a",
        "no description",
        "no description available",
        "no description provided",
        "none",
        "null",
        "placeholder",
        "short description",
        "summary",
        "test",
        "undefined",
        "work in progress",
        "your description here",
    ];
    const FIRST: [&str; 7] = ["fixme", "lorem", "tba", "tbd", "todo", "wip", "xxx"];
    // No phrase is longer, and most descriptions are.
    const MAX_WORDS: usize = 3;
    fn words(text: &str) -> impl Iterator<Item = &str> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
    }
    let is_first = |first: &str| FIRST.iter().any(|known| known.eq_ignore_ascii_case(first));
    if words(description).nth(MAX_WORDS).is_some() && !words(description).next().is_some_and(is_first) {
        return false;
    }
    let lower = description.to_lowercase();
    let words: Vec<&str> = words(&lower).collect();
    // `TODO` in capitals only: "Todo lists for teams" is a description.
    let marked = words.first().is_some_and(|first| FIRST.contains(first))
        && (words.len() == 1 || is_marker(description) || lower.starts_with("lorem ipsum"));
    words.is_empty() || marked || WHOLE.contains(&words.join(" ").as_str())
}

/// Whether a text begins with a word in capitals and a colon or a closing bracket: `TODO: describe it`, `[TBD]`.
fn is_marker(description: &str) -> bool {
    let text = description.trim_start_matches(|c: char| !c.is_alphanumeric());
    let word = text
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    let rest = text.get(word.len()..).unwrap_or_default();
    word.chars().all(char::is_uppercase) && rest.trim_start().starts_with([':', ']', ')', '-', '>', '.'])
}

/// Whether a description is an address or the name of a file, at most with a label: `**Source:** page.html`.
fn is_address(description: &str) -> bool {
    let is_mark = |c: char| matches!(c, '*' | '`' | '_');
    let words = description.split_ascii_whitespace();
    // Most descriptions have more words.
    if words.filter(|word| !word.chars().all(is_mark)).nth(2).is_some() {
        return false;
    }
    let plain: String = description.chars().filter(|c| !is_mark(*c)).collect();
    let mut words = plain.split_ascii_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next());
    let is_place = |word: &str| {
        // `page.html#part`
        let word = word.split(['#', '?']).next().unwrap_or_default();
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_file = word.rsplit_once('.').is_some_and(|(stem, end)| {
            !stem.is_empty() && ["html", "htm", "md", "mdx", "rst", "txt", "pdf", "ipynb"].contains(&end)
        });
        word.contains("://") || is_file || word.starts_with("www.")
    };
    match second {
        None => is_place(first),
        Some(second) => first.ends_with(':') && words.next().is_none() && is_place(second),
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

/// The first words of descriptions in the first or second person.
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

/// The words by which a description says when to use the skill.
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
