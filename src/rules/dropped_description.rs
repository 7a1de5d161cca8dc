//! Fields of an entry that the builder ignores, because another file with the same id comes first.

use crate::document::{Document, YamlNode};
use crate::hub::{Hub, ids};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("dropped-description", Check::Hub(check)).with(&[Property::OnlyHubs]);

/// The fields that the builder reads only from the first file of an id.
const FIELDS: [&[&str]; 3] = [&["description"], &["metadata", "tags"], &["metadata", "source"]];

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    for (id, entry) in hub.ids().focused(hub) {
        let mut docs = entry.docs(hub);
        let Some(first) = docs.next() else { continue };
        for later in docs {
            compare(id, first, later, sink);
        }
    }
}

fn compare(id: &str, first: &Document, later: &Document, sink: &mut Sink<'_>) {
    let dropped: Vec<_> = FIELDS
        .into_iter()
        .filter_map(|field| Some((field, value(later, field)?, value(first, field))))
        .filter(|(_, later, first)| first.is_none_or(|first| text(first) != text(later)))
        .collect();
    let Some((_, shown_at, first_value)) = dropped.first() else {
        return;
    };
    let names: Vec<_> = dropped
        .iter()
        .filter_map(|(field, ..)| field.last().copied())
        .collect();
    let (names, verb) = match names.as_slice() {
        [one] => ((*one).to_owned(), "is"),
        [most @ .., last] => (format!("{} and {last}", most.join(", ")), "are"),
        [] => return,
    };
    let message = format!("the {names} of this file {verb} never shown: `{id}` uses the first file");
    let place = first_value.map_or_else(|| first.lines().line_span(&first.text, 1), |node| node.span);
    sink.report_in(&later.path, shown_at.span, message)
        .label("dropped")
        .related_in(&first.path, place, "the first file of the id")
        .help("write the same text in every file of the id");
}

/// A field that is not empty.
fn value<'a>(document: &'a Document, field: &[&str]) -> Option<&'a YamlNode> {
    let (_, value) = document.front_matter()?.field(field)?;
    (!value.is_falsy()).then_some(value)
}

/// A value without the white space around its lines, which is not shown.
fn text(node: &YamlNode) -> String {
    let text = ids::js_string(node);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
