//! How entries and hits are shown: as the hub's client prints them, without its colours.
//!
//! A registry is untrusted text: terminal escapes and workflow commands are made inert, credentials are masked.

use std::fmt::Write as _;

use super::rank::{CatalogEntry, EntryKind, SearchHit, short_language};
use crate::chub::js::{JsKind, JsObject, JsValue};
use crate::safe_text::{self, SafeText, is_active, is_log_command};
use crate::secret;

/// A value as indented JSON and a line break.
#[must_use]
pub fn pretty(value: &JsValue) -> String {
    inert(&masked(value).stringify(true)) + "\n"
}

/// The value without credentials.
fn masked(value: &JsValue) -> JsValue {
    let kind = match &value.kind {
        JsKind::String(text) => JsKind::String(secret::mask_secrets(text).into_owned()),
        JsKind::Array(items) => JsKind::Array(items.iter().map(masked).collect()),
        JsKind::Object(object) => {
            let members = object.iter();
            JsKind::Object(
                members
                    .map(|(key, value)| (secret::mask_secrets(key).into_owned(), masked(value)))
                    .collect(),
            )
        }
        kind => kind.clone(),
    };
    kind.into()
}

/// JSON with everything that acts written as `\uXXXX`; its own line breaks stay.
fn inert(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for (at, c) in json.char_indices() {
        if c != '\n' && is_active(c) || is_log_command(json, at) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Appends one line, whatever is in it.
fn push_line(out: &mut String, line: &str) {
    out.push_str(&one_line(line));
    out.push('\n');
}

/// A message or name on one line.
#[must_use]
pub fn one_line(raw: &str) -> String {
    safe_text::escape_log_line(SafeText::new(raw).as_str()).into_owned()
}

/// Hits as JSON, with the type and score of each.
#[must_use]
pub fn hits_json(hits: &[SearchHit<'_>], query: &str) -> String {
    let results = hits.iter().map(|hit| {
        let mut object = match &hit.entry.value.kind {
            JsKind::Object(object) => object.clone(),
            _ => JsObject::new(),
        };
        object.insert("_type".to_owned(), kind_name(hit.entry.kind).into());
        object.insert("_score".to_owned(), JsKind::Number(hit.score).into());
        if let Some(hub) = &hit.entry.shown_source {
            object.insert("_source".to_owned(), hub.as_str().into());
        }
        JsValue::from(JsKind::Object(object))
    });
    let mut object = JsObject::new();
    object.insert("results".to_owned(), JsKind::Array(results.collect()).into());
    object.insert(
        "total".to_owned(),
        JsKind::Number(crate::chub::js::float(hits.len())).into(),
    );
    if !query.is_empty() {
        object.insert("query".to_owned(), query.into());
    }
    pretty(&JsKind::Object(object).into())
}

/// Hits as lines for people.
#[must_use]
pub fn hits_text(hits: &[SearchHit<'_>], query: &str) -> String {
    let mut out = match (hits.len(), query) {
        (0, "") => return "No entries found.\n".to_owned(),
        (0, query) => return one_line(&format!("No results for \"{query}\".")) + "\n",
        (count, "") => format!("{count} entries:\n\n"),
        (count, query) => one_line(&format!("{count} results for \"{query}\":")) + "\n\n",
    };
    for hit in hits {
        let entry = hit.entry;
        let languages: Vec<&str> = items(&entry.value, "languages")
            .iter()
            .map(|language| short_language(text(language, "language")))
            .collect();
        let source = Some(text(&entry.value, "source")).filter(|source| !source.is_empty());
        let source = source.map(|source| format!("[{source}]")).unwrap_or_default();
        let kind = kind_name(entry.kind);
        let hub = entry.shown_source.as_ref().map(|name| format!(" ({name})"));
        let line = format!(
            "  {}  [{kind}]  {}  {source}{}",
            entry.shown_id,
            languages.join(", "),
            hub.unwrap_or_default()
        );
        push_line(&mut out, line.trim_end());
        // Half a credential would not be known as one.
        let description = shortened(&secret::mask_secrets(text(&entry.value, "description")));
        if !description.is_empty() {
            push_line(&mut out, &format!("       {description}"));
        }
    }
    out
}

/// At most 60 UTF-16 units, as the client cuts it.
fn shortened(description: &str) -> String {
    let units: Vec<u16> = description.encode_utf16().collect();
    match units.get(..57) {
        Some(start) if units.len() > 60 => String::from_utf16_lossy(start) + "...",
        _ => description.to_owned(),
    }
}

/// `doc` or `skill`.
#[must_use]
pub fn kind_name(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Doc => "doc",
        EntryKind::Skill => "skill",
    }
}

/// A member that is a string; empty when it is not.
#[must_use]
pub fn text<'a>(value: &'a JsValue, key: &str) -> &'a str {
    value.get(key).and_then(JsValue::as_str).unwrap_or_default()
}

/// A member that is a list; empty when it is not.
#[must_use]
pub fn items<'a>(value: &'a JsValue, key: &str) -> &'a [JsValue] {
    value.get(key).and_then(JsValue::as_array).unwrap_or_default()
}

/// The strings of a member that is a list.
#[must_use]
pub fn strings<'a>(value: &'a JsValue, key: &str) -> Vec<&'a str> {
    items(value, key).iter().filter_map(JsValue::as_str).collect()
}

/// Everything that the registry says about one entry.
#[must_use]
pub fn detail(entry: &CatalogEntry) -> String {
    let value = &entry.value;
    let mut out = one_line(&entry.name) + "\n";
    if let Some(hub) = &entry.shown_source {
        push_line(&mut out, &format!("  Source: {hub}"));
    }
    for (label, key) in [("Quality: ", "source"), ("", "description")] {
        let shown = text(value, key);
        if !shown.is_empty() {
            push_line(&mut out, &format!("  {label}{shown}"));
        }
    }
    let tags = strings(value, "tags");
    if !tags.is_empty() {
        push_line(&mut out, &format!("  Tags: {}", tags.join(", ")));
    }
    out.push('\n');
    if value.get("languages").is_none() {
        push_line(
            &mut out,
            &format!("  Path: {}{}", text(value, "path"), size(value)),
        );
        push_line(&mut out, &format!("  Updated: {}", updated(value)));
        push_line(
            &mut out,
            &format!("  Files: {}", strings(value, "files").join(", ")),
        );
        return out;
    }
    for language in items(value, "languages") {
        push_line(
            &mut out,
            &format!("  {}", short_language(text(language, "language"))),
        );
        push_line(
            &mut out,
            &format!("    Recommended: {}", text(language, "recommendedVersion")),
        );
        for version in items(language, "versions") {
            let (name, size) = (text(version, "version"), size(version));
            push_line(
                &mut out,
                &format!("    {name}{size}  updated: {}", updated(version)),
            );
        }
    }
    out
}

fn size(value: &JsValue) -> String {
    match value.get("size").map(|size| &size.kind) {
        Some(JsKind::Number(bytes)) if *bytes > 0.0 => format!(" ({:.1} KB)", bytes / 1024.0),
        _ => String::new(),
    }
}

fn updated(value: &JsValue) -> String {
    value.get("lastUpdated").map(JsValue::to_text).unwrap_or_default()
}
