//! Content that changed since a commit, without a new revision.

use crate::document::{Document, DocumentKind, YamlNode, YamlValue};
use crate::edit::Edit;
use crate::hub::Hub;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};

/// The rule; see its page.
pub static RULE: Rule = rule!("unbumped-revision", Check::Hub(check)).with(&[
    Property::NeedsBase,
    Property::FixesKeys,
    Property::OnlyHubs,
]);

fn check(hub: &Hub, context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(base) = &hub.base else { return };
    let today = context.today.to_string();
    for document in hub.focused().filter(|document| document.kind.is_entry()) {
        let before = match base.get(document.path.path_in_hub()) {
            // A new entry needs no new revision.
            Some(None) => continue,
            Some(Some(before)) => Some(before),
            None => None,
        };
        let companion = || {
            base.keys().find(|path| {
                let path = document.path.sibling(path);
                DocumentKind::from_file_name(path.file_name()) == DocumentKind::Companion
                    && hub.entry_folder(&path) == Some(document.path.folder())
            })
        };
        let what = match before {
            Some(before) if content(before) != content(document) => "the content".to_owned(),
            _ => match companion() {
                Some(path) => {
                    let below = path.strip_prefix(document.path.folder()).unwrap_or(path);
                    format!("`{}`", below.trim_start_matches('/'))
                }
                None => continue,
            },
        };
        // An entry whose own file did not change is compared with itself.
        compare(document, before.unwrap_or(document), &what, &today, sink);
    }
}

/// The text of a document without the two fields for the revision and its date.
fn content(document: &Document) -> String {
    let Some(front) = document.front_matter() else {
        return document.text.clone();
    };
    let is_mark = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("revision:") || line.starts_with("updated-on:")
    };
    let fields: Vec<&str> = document
        .slice(front.block)
        .lines()
        .filter(|line| !is_mark(line))
        .collect();
    let body = document.text.get(front.whole.end as usize..).unwrap_or_default();
    format!("{}\n{body}", fields.join("\n"))
}

fn compare(document: &Document, before: &Document, what: &str, today: &str, sink: &mut Sink<'_>) {
    let (Some(revision), Some(old)) = (field(document, "revision"), field(before, "revision")) else {
        return;
    };
    let (Some(new_number), Some(old_number)) = (number(revision), number(old)) else {
        return;
    };
    let raised = new_number > old_number;
    let date = field(document, "updated-on");
    let old_date = field(before, "updated-on").and_then(YamlNode::as_str);
    // A date cannot be newer than today.
    let moved = date
        .and_then(YamlNode::as_str)
        .is_none_or(|date| date == today || old_date.is_some_and(|old| date > old));
    let (still, span) = match (raised, moved, date) {
        (true, true, _) => return,
        (false, false, _) => (
            format!("`revision` is still {new_number} and `updated-on` was not changed"),
            revision.span,
        ),
        (false, true, _) => (format!("`revision` is still {new_number}"), revision.span),
        (true, false, date) => (
            "`updated-on` was not changed".to_owned(),
            date.map_or(revision.span, |node| node.span),
        ),
    };
    let mut edits = Vec::new();
    let mut sets = Vec::new();
    if !raised {
        sets.push(format!("`revision: {}`", old_number + 1.0));
        edits.push(Edit {
            span: revision.span,
            text: format!("{}", old_number + 1.0),
        });
    }
    if let Some(date) = date.filter(|_| !moved) {
        sets.push(format!("`updated-on: \"{today}\"`"));
        edits.push(Edit {
            span: date.span,
            text: format!("\"{today}\""),
        });
    }
    sink.report_in(&document.path, span, format!("{what} changed, and {still}"))
        .help("increase the revision by one with each change of the content, and set the date")
        .fix(format!("set {}", sets.join(" and ")), edits);
}

fn field<'a>(document: &'a Document, name: &str) -> Option<&'a YamlNode> {
    document.front_matter()?.metadata(name).map(|(_, node)| node)
}

fn number(node: &YamlNode) -> Option<f64> {
    match node.value {
        YamlValue::Number(number) if number.is_finite() => Some(number),
        _ => None,
    }
}
