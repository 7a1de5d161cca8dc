//! What happened to entries that were raised, in lines for people.

use crate::config::file::BumpGroup;
use crate::document::Document;
use crate::fix::newest::{LeftEntry, LeftReason, OutdatedEntry, RaisedEntry};
use crate::fix::pins::RaisedPins;
use crate::report::pluralize;
use std::collections::BTreeMap;

/// The maximum number of places in one file that are listed.
const MAX_LEFT: usize = 20;

/// The fields that changed, and the places in the body. `text` is the new text.
#[must_use]
pub fn field_lines(
    document: &Document,
    fields: &[(&'static str, String, String)],
    pins: &RaisedPins,
    text: &str,
) -> Vec<String> {
    let said: Vec<_> = fields
        .iter()
        .map(|(key, old, new)| match old.as_str() {
            "" => format!("{key} {new} (new)"),
            old => format!("{key} {old} -> {new}"),
        })
        .collect();
    let mut lines = vec![format!("{}: {}", document.path, said.join(", "))];
    let count = |text: &str| text.matches('\n').count();
    // New fields move the body down.
    let added = count(text).saturating_sub(count(&document.text));
    lines.extend(pin_lines(document, pins, added));
    lines
}

/// One line for each place of the old version: `PATH:LINE: ...`.
#[must_use]
pub fn pin_lines(document: &Document, pins: &RaisedPins, added: usize) -> Vec<String> {
    let path = &document.path;
    let line = |at: u32| document.lines().line(at) + added;
    let changed = pins.changed.iter().map(|place| {
        let what = place.package.as_ref().map_or("version", |package| package.name());
        (
            line(place.span.start),
            format!("{what} {} -> {}", place.old, place.new),
        )
    });
    let mut left: Vec<(usize, String)> = pins
        .left
        .iter()
        .map(|(at, old)| (line(*at), format!("not changed: still says {old}")))
        .collect();
    left.dedup();
    let more = left.len().saturating_sub(MAX_LEFT);
    left.truncate(MAX_LEFT);
    let mut said: Vec<(usize, String)> = changed.chain(left).collect();
    said.sort();
    let said = said
        .into_iter()
        .map(|(line, what)| format!("{path}:{line}: {what}"));
    let rest = (more > 0).then(|| format!("{path}: not changed: {}", pluralize(more, "more line")));
    said.chain(rest).collect()
}

/// The name of the group of an entry.
#[must_use]
pub fn group_of(entry: &OutdatedEntry, group: BumpGroup) -> String {
    match group {
        BumpGroup::Author => entry.path.author().unwrap_or_default().to_owned(),
        BumpGroup::Package => entry.package.to_string(),
    }
}

/// What was raised and what was not, by group and in order.
pub type Groups<'a> = BTreeMap<String, (Vec<&'a RaisedEntry>, Vec<&'a LeftEntry>)>;

/// The entries by group; all in one group without a name when there is none.
#[must_use]
pub fn grouped<'a>(raised: &'a [RaisedEntry], left: &'a [LeftEntry], by: Option<BumpGroup>) -> Groups<'a> {
    let name = |entry: &OutdatedEntry| by.map_or_else(String::new, |by| group_of(entry, by));
    let mut groups = Groups::new();
    for one in raised {
        groups.entry(name(&one.entry)).or_default().0.push(one);
    }
    for one in left {
        groups.entry(name(&one.entry)).or_default().1.push(one);
    }
    groups
}

/// Why an entry is not changed, to follow "not raised: ".
#[must_use]
pub fn reason(left: &LeftEntry) -> String {
    match &left.reason {
        LeftReason::NotVerified => verdict(&left.entry),
        LeftReason::Ignored => "`[bump]` of the config ignores it".to_owned(),
        LeftReason::SeveralPackages => "it covers several packages".to_owned(),
        LeftReason::OlderVersion(path) => format!("`{path}` declares a later version of the same entry"),
        LeftReason::Link => "it is a link; raise the file that it leads to".to_owned(),
        LeftReason::ByHand(why) => format!("it {why}"),
        LeftReason::Worse(path, line, rule, message) => {
            format!("it would get a new finding at {path}:{line}: {rule}: {message}")
        }
    }
}

/// What the symbols of an entry say about raising it.
#[must_use]
pub fn verdict(entry: &OutdatedEntry) -> String {
    let Some(evidence) = &entry.evidence else {
        return "unknown: its symbols were not checked".to_owned();
    };
    let why = evidence
        .kind
        .why()
        .map(str::to_owned)
        .or_else(|| evidence.phrase.clone());
    match why {
        Some(why) => format!("{}: {why}", evidence.kind.as_str()),
        None => evidence.kind.as_str().to_owned(),
    }
}

/// How many entries were raised, and how many were not and why.
#[must_use]
pub fn totals(raised: usize, left: &[LeftEntry], verb: &str) -> String {
    let behind = raised + left.len();
    let are = if behind == 1 {
        "entry that is"
    } else {
        "entries that are"
    };
    let line = format!("{verb} {raised} of {behind} {are} behind");
    let why: Vec<String> = KINDS
        .iter()
        .map(|(kind, words)| (left.iter().filter(|entry| kind_of(entry) == *kind).count(), words))
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    match why.is_empty() {
        true => line,
        false => format!("{line}; not raised: {}", why.join(", ")),
    }
}

const KINDS: [(&str, &str); 7] = [
    ("breaks", "with symbols that are gone"),
    ("wrong", "wrong in the declared release"),
    ("unknown", "unknown"),
    ("ignored", "ignored"),
    ("older", "for an older release"),
    ("by-hand", "to raise by hand"),
    ("worse", "that would get worse"),
];

fn kind_of(left: &LeftEntry) -> &'static str {
    match &left.reason {
        LeftReason::NotVerified => match &left.entry.evidence {
            Some(evidence) => evidence.kind.as_str(),
            None => "unknown",
        },
        LeftReason::Ignored => "ignored",
        LeftReason::OlderVersion(_) => "older",
        LeftReason::SeveralPackages | LeftReason::Link | LeftReason::ByHand(_) => "by-hand",
        LeftReason::Worse(..) => "worse",
    }
}
