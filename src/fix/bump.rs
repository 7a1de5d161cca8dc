//! Raise an entry: the version it covers, the day and the revision together. Everything else about the front matter
//! is kept as written: order, comments, quotes, line endings.

use super::apply;
use super::pins::{self, RaisedPins, VersionChange};
use crate::document::{Document, FrontMatterError, YamlNode, YamlValue};
use crate::edit::{Edit, FixError};
use crate::package::Package;
use crate::rules::layout;
use crate::text::Span;
use jiff::civil::Date;

/// What to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BumpFields {
    /// The new `versions`; `None` to keep them.
    pub versions: Option<String>,
    /// The new `updated-on`.
    pub date: Date,
    /// The packages that the entry covers; empty to find them in its own text.
    pub packages: Vec<Package>,
}

/// What was written, and the previous values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BumpedEntry {
    /// The new text of the file.
    pub text: String,
    /// Each field with its value before (empty when it was missing) and now.
    pub fields: Vec<(&'static str, String, String)>,
    /// The old version in the body. Places are those of the old text.
    pub pins: RaisedPins,
}

/// Why an entry needs a person, as the end of a sentence about it.
#[derive(Debug, thiserror::Error)]
pub enum BumpError {
    /// Another kind of file.
    #[error("is not a DOC.md or SKILL.md file")]
    NotAnEntry,
    /// Front matter with a mistake.
    #[error("has front matter that does not parse: {0}")]
    FrontMatter(String),
    /// No front matter.
    #[error("has no front matter")]
    NoFrontMatter,
    /// No place for the fields.
    #[error("has no `metadata`; `chub-lint --fix` adds what it can")]
    NoMetadata,
    /// Nothing to lay new fields out by.
    #[error("has a `metadata` without fields")]
    NoFields,
    /// A skill need not have `versions`, and this one does not.
    #[error("is a skill without `versions`")]
    NoVersions,
    /// A revision that has no next one.
    #[error("has a `revision` that is not a whole number")]
    Revision,
    /// A field in a rare form of YAML.
    #[error("has `{0}` in a form that has to be edited by hand")]
    ByHand(String),
    /// Edits that do not fit each other.
    #[error("cannot be edited: {0}")]
    Edit(#[from] FixError),
    /// The result does not say what it should.
    #[error("would not parse as it should; edit it by hand")]
    Verify,
}

/// The text of an entry with its fields raised.
///
/// # Errors
/// Why it cannot be done without a person, as the end of a sentence.
pub fn bump(document: &Document, bump: &BumpFields) -> Result<BumpedEntry, BumpError> {
    let front = match &document.front {
        Ok(front) if document.kind.is_entry() => front,
        Ok(_) => return Err(BumpError::NotAnEntry),
        Err(FrontMatterError::Yaml { error, .. }) => {
            return Err(BumpError::FrontMatter(error.message.clone()));
        }
        Err(FrontMatterError::Missing(_)) => return Err(BumpError::NoFrontMatter),
    };
    let Some((_, metadata)) = front.field(&["metadata"]) else {
        return Err(BumpError::NoMetadata);
    };
    if metadata.pairs().is_empty() {
        return Err(BumpError::NoFields);
    }
    let revision = match metadata.get("revision").map(|(_, node)| node) {
        None => 1,
        Some(node) => next_revision(node)?,
    };
    let date = bump.date.to_string();
    let mut wanted = vec![("revision", revision.to_string()), ("updated-on", date)];
    if let Some(versions) = &bump.versions {
        if metadata.get("versions").is_none() && document.kind == crate::document::DocumentKind::Skill {
            return Err(BumpError::NoVersions);
        }
        wanted.insert(0, ("versions", versions.clone()));
    }
    let mut edits = Vec::new();
    let mut missing = Vec::new();
    let mut fields = Vec::new();
    for (key, new) in wanted {
        let Some((_, node)) = metadata.get(key) else {
            let written = if key == "revision" {
                new.clone()
            } else {
                format!("\"{new}\"")
            };
            missing.push(format!("{key}: {written}"));
            fields.push((key, String::new(), new));
            continue;
        };
        let old = node.span.slice(&document.text);
        edits.push(Edit {
            span: node.span,
            text: written(key, node, old, &new)?,
        });
        fields.push((key, old.trim_matches(['"', '\'']).to_owned(), new));
    }
    if !missing.is_empty() {
        edits.push(insert(document, metadata, &missing)?);
    }
    let declared = fields.iter().find(|(key, ..)| *key == "versions");
    let pins = declared.map_or_else(RaisedPins::default, |(_, old, new)| {
        let resolved = pins::packages_of(document);
        let covered = match bump.packages.as_slice() {
            [] => resolved.packages(),
            packages => packages,
        };
        pins::raise(document, &resolved, covered, VersionChange { old, new })
    });
    edits.extend(pins.edits());
    let text = apply(&document.text, &edits)?;
    verify(document, &text, &fields, &pins)?;
    Ok(BumpedEntry { text, fields, pins })
}

fn next_revision(node: &YamlNode) -> Result<u64, BumpError> {
    let number = match &node.value {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole and in the range where doubles are exact"
        )]
        YamlValue::Number(n) if n.fract() == 0.0 && (0.0..9e15).contains(n) => Some(*n as u64),
        YamlValue::String(text) => text.trim().parse().ok(),
        YamlValue::Null => Some(0),
        _ => None,
    };
    let next = number.and_then(|n: u64| n.checked_add(1));
    next.ok_or(BumpError::Revision)
}

/// A value in the quotes that the old one had.
fn written(key: &str, node: &YamlNode, old: &str, new: &str) -> Result<String, BumpError> {
    if old.starts_with(['|', '>', '&', '*', '!']) || old.contains('\n') {
        return Err(BumpError::ByHand(key.to_owned()));
    }
    let new = match old.chars().next() {
        Some(quote @ ('"' | '\'')) => format!("{quote}{new}{quote}"),
        _ if key == "revision" || (matches!(node.value, YamlValue::String(_)) && is_plain(new)) => {
            new.to_owned()
        }
        _ => format!("\"{new}\""),
    };
    // Behind a colon without a value there is not even a space.
    Ok(if old.is_empty() { format!(" {new}") } else { new })
}

/// Whether YAML reads a value as text without quotes.
fn is_plain(value: &str) -> bool {
    let safe = |c: char| c.is_ascii_alphanumeric() || ".-+_".contains(c);
    value.starts_with(|c: char| c.is_ascii_alphanumeric())
        && value.chars().all(safe)
        && value.parse::<f64>().is_err()
        && !value.starts_with("0x")
        && !value.starts_with("0o")
        && !["true", "false", "null"].contains(&value.to_ascii_lowercase().as_str())
}

/// New fields at the end of `metadata`, laid out as its other fields are.
fn insert(document: &Document, metadata: &YamlNode, fields: &[String]) -> Result<Edit, BumpError> {
    if let Some(block) = layout::block_mapping(document, metadata) {
        let newline = layout::newline(document);
        let lines = fields
            .iter()
            .map(|field| format!("{newline}{}{field}", block.indent));
        return Ok(Edit {
            span: Span::empty_at(block.end),
            text: lines.collect(),
        });
    }
    let written = metadata.span.slice(&document.text);
    match metadata.pairs().last() {
        Some((_, last)) if written.starts_with('{') => Ok(Edit {
            span: Span::empty_at(last.span.end as usize),
            text: fields.iter().map(|field| format!(", {field}")).collect(),
        }),
        _ => Err(BumpError::ByHand("metadata".to_owned())),
    }
}

/// The new text is parsed again: every field says what was asked for, and nothing else has changed but the pins.
fn verify(
    document: &Document,
    text: &str,
    fields: &[(&'static str, String, String)],
    pins: &RaisedPins,
) -> Result<(), BumpError> {
    let new = Document::new(document.path.clone(), text.to_owned());
    let front = new.front_matter().ok_or(BumpError::Verify)?;
    for (key, _, wanted) in fields {
        let (_, node) = front.metadata(key).ok_or(BumpError::Verify)?;
        let says = match &node.value {
            YamlValue::String(text) => text.clone(),
            YamlValue::Number(n) => n.to_string(),
            _ => return Err(BumpError::Verify),
        };
        if says != *wanted {
            return Err(BumpError::Verify);
        }
    }
    let untouched = |document: &Document| -> Vec<(String, YamlValue)> {
        let pairs = document
            .front_matter()
            .and_then(|f| f.field(&["metadata"]))
            .map(|(_, node)| node.pairs());
        let pairs = pairs.unwrap_or_default().iter();
        pairs
            .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), plain(value))))
            .filter(|(key, _)| !fields.iter().any(|(field, ..)| field == key))
            .collect()
    };
    let raised = apply(&document.text, &pins.edits())?;
    let same_body = raised.get(document.body.start..) == new.text.get(new.body.start..);
    if untouched(document) == untouched(&new) && same_body {
        Ok(())
    } else {
        Err(BumpError::Verify)
    }
}

/// A value without the places of what is in it.
fn plain(node: &YamlNode) -> YamlValue {
    let without_place = |node: &YamlNode| YamlNode {
        span: Span::default(),
        value: plain(node),
        quoted: false,
    };
    match &node.value {
        YamlValue::Sequence(items) => YamlValue::Sequence(items.iter().map(without_place).collect()),
        YamlValue::Mapping(pairs) => YamlValue::Mapping(
            pairs
                .iter()
                .map(|(key, value)| (without_place(key), without_place(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::HubPath;
    use jiff::civil::date;

    fn run(metadata: &str, to: Option<&str>) -> Result<String, BumpError> {
        let text = format!("---\nname: widget # a\n{metadata}\n---\n\nBody\n");
        let document = Document::new(HubPath::new("", "acme/docs/widget/DOC.md"), text);
        let wanted = BumpFields {
            versions: to.map(str::to_owned),
            date: date(2026, 6, 1),
            packages: Vec::new(),
        };
        let text = bump(&document, &wanted)?.text;
        let text = text.strip_prefix("---\nname: widget # a\n").unwrap();
        Ok(text.strip_suffix("\n---\n\nBody\n").unwrap().to_owned())
    }

    #[test]
    fn quotes_comments_and_order_stay() {
        let old = "metadata:\n  revision: 3   # three\n  updated-on:  '2025-01-01'\n  versions: \"1.0\" # v\n  tags: x";
        let new = "metadata:\n  revision: 4   # three\n  updated-on:  '2026-06-01'\n  versions: \"2.0\" # v\n  tags: x";
        assert_eq!(run(old, Some("2.0")).unwrap(), new);
        let crlf = |s: &str| s.replace('\n', "\r\n");
        let document = |text: String| Document::new(HubPath::new("", "a/docs/b/DOC.md"), text);
        let wanted = BumpFields {
            versions: Some("2.0".to_owned()),
            date: date(2026, 6, 1),
            packages: Vec::new(),
        };
        let bumped = bump(&document(crlf(&format!("---\n{old}\n---\nb\n"))), &wanted).unwrap();
        assert_eq!(bumped.text, crlf(&format!("---\n{new}\n---\nb\n")));
    }

    #[test]
    fn versions_stay_when_none_is_given() {
        let old = "metadata:\n  versions: 1.0.0\n  updated-on: 2025-01-01\n  revision: 1";
        let new = "metadata:\n  versions: 1.0.0\n  updated-on: 2026-06-01\n  revision: 2";
        assert_eq!(run(old, None).unwrap(), new);
    }

    #[test]
    fn a_version_that_looks_like_a_number_is_quoted() {
        let old = "metadata:\n  versions: 1.0.0\n  updated-on: 2025-01-01\n  revision: \"1\"";
        let new = "metadata:\n  versions: \"2.10\"\n  updated-on: 2026-06-01\n  revision: \"2\"";
        assert_eq!(run(old, Some("2.10")).unwrap(), new);
        let number = old.replace("1.0.0", "1.0");
        assert_eq!(run(&number, Some("2.10")).unwrap(), new);
    }

    #[test]
    fn missing_fields_are_added_where_the_others_are() {
        assert_eq!(
            run("metadata:\n    versions: '1' # v\nlicense: MIT", None).unwrap(),
            "metadata:\n    versions: '1' # v\n    revision: 1\n    updated-on: \"2026-06-01\"\nlicense: MIT"
        );
        assert_eq!(
            run("metadata: { versions: \"1\", revision: 1 }", Some("2")).unwrap(),
            "metadata: { versions: \"2\", revision: 2, updated-on: \"2026-06-01\" }"
        );
        assert_eq!(
            run("metadata:\n  revision:\n  updated-on: \"2025-01-01\"", None).unwrap(),
            "metadata:\n  revision: 1\n  updated-on: \"2026-06-01\""
        );
    }

    #[test]
    fn what_needs_a_person_is_refused() {
        for metadata in [
            "note: x",
            "metadata:",
            "metadata:\n  revision: many",
            "metadata:\n  updated-on: >\n    2025\n    01",
            "metadata:\n  revision: 1.5",
            "metadata:\n  a: &x 1\n  revision: *x",
            "metadata: [",
        ] {
            assert!(run(metadata, Some("2.0.0")).is_err(), "{metadata}");
        }
    }
}
