//! The fields of front matter: the one source of the front-matter rules and of the JSON Schemas.
//!
//! Sources: the hub's content guide and its builder (names, places, types, what is required), and the Agent
//! Skills format (the further top-level fields of a SKILL.md).

use crate::diagnostic::Severity;
use crate::document::{FrontMatter, Kind, Node, Value};

/// A field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The key it stands under; `None` for the top level.
    pub parent: Option<&'static str>,
    /// Its key.
    pub key: &'static str,
    /// What its value is.
    pub shape: Shape,
    /// Whether a DOC.md needs it.
    pub doc: Need,
    /// Whether a SKILL.md needs it.
    pub skill: Need,
    /// What it is for, in one sentence.
    pub purpose: &'static str,
}

/// What the hub reads a value as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A string.
    Text,
    /// A string of pieces between commas.
    Pieces,
    /// A string that is a day: `2026-05-31`.
    Day,
    /// A string out of a few.
    Choice(&'static [&'static str]),
    /// A whole number from 1.
    Count,
    /// More fields.
    Mapping,
    /// Anything: the hub does not read it.
    Anything,
}

/// Whether an entry needs a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Its absence is reported with this severity; the default, when a certain one exists, is what the fix adds.
    Required(Severity, Option<&'static str>),
    /// It may be there.
    Optional,
    /// It means nothing there.
    Unknown,
}

/// The values of `metadata.source`.
pub const SOURCES: &[&str] = &["official", "maintainer", "community"];
/// The longest description, in characters (Agent Skills format).
pub const MAX_DESCRIPTION: usize = 1024;

const ERROR: Need = Need::Required(Severity::Error, None);
const WARNING: Need = Need::Required(Severity::Warning, None);
const META: Option<&str> = Some("metadata");

const fn field(
    parent: Option<&'static str>,
    key: &'static str,
    shape: Shape,
    doc: Need,
    skill: Need,
    purpose: &'static str,
) -> Field {
    Field {
        parent,
        key,
        shape,
        doc,
        skill,
        purpose,
    }
}

/// Every field, in the order that authors write them.
pub static FIELDS: &[Field] = &[
    field(
        None,
        "name",
        Shape::Text,
        ERROR,
        ERROR,
        "The entry's name: with the author's folder, its id",
    ),
    field(
        None,
        "description",
        Shape::Text,
        ERROR,
        ERROR,
        "What the entry covers, in a sentence or two: agents choose by it",
    ),
    field(
        None,
        "license",
        Shape::Text,
        Need::Unknown,
        Need::Optional,
        "The licence of the skill",
    ),
    field(
        None,
        "compatibility",
        Shape::Text,
        Need::Unknown,
        Need::Optional,
        "What the skill needs to run",
    ),
    field(
        None,
        "allowed-tools",
        Shape::Anything,
        Need::Unknown,
        Need::Optional,
        "The tools that the skill may use",
    ),
    field(
        None,
        "metadata",
        Shape::Mapping,
        Need::Optional,
        Need::Optional,
        "The fields that the hub's builder reads",
    ),
    field(
        META,
        "languages",
        Shape::Pieces,
        ERROR,
        Need::Optional,
        "The languages of the code, separated by commas",
    ),
    field(
        META,
        "versions",
        Shape::Pieces,
        ERROR,
        Need::Optional,
        "The package versions that the text was written for, separated by commas",
    ),
    field(
        META,
        "revision",
        Shape::Count,
        Need::Required(Severity::Warning, Some("1")),
        Need::Required(Severity::Warning, Some("1")),
        "Raised with every change of the text",
    ),
    field(
        META,
        "updated-on",
        Shape::Day,
        WARNING,
        WARNING,
        "The day of the last change of the text",
    ),
    field(
        META,
        "source",
        Shape::Choice(SOURCES),
        Need::Required(Severity::Warning, Some("community")),
        Need::Required(Severity::Warning, Some("community")),
        "Who wrote it",
    ),
    field(
        META,
        "tags",
        Shape::Pieces,
        Need::Optional,
        Need::Optional,
        "Words to find it by, separated by commas",
    ),
    field(
        META,
        "package",
        Shape::Anything,
        Need::Optional,
        Need::Optional,
        "The package that the text covers, for chub-lint: pypi:NAME, npm:NAME or none",
    ),
];

impl Field {
    /// Whether entries of a kind need it.
    #[must_use]
    pub fn need(&self, kind: Kind) -> Need {
        if kind == Kind::Skill { self.skill } else { self.doc }
    }

    /// Its key and value in a front matter.
    #[must_use]
    pub fn find<'a>(&self, front: &'a FrontMatter) -> Option<(&'a Node, &'a Node)> {
        match self.parent {
            None => front.field(&[self.key]),
            Some(parent) => front.field(&[parent, self.key]),
        }
    }

    /// Its key and value where it does not belong: a field of `metadata` at the top, or the other way round.
    #[must_use]
    pub fn find_misplaced<'a>(&self, front: &'a FrontMatter) -> Option<(&'a Node, &'a Node)> {
        match self.parent {
            None if self.key == "metadata" => None,
            None => front.metadata(self.key),
            Some(_) => front.field(&[self.key]),
        }
    }

    /// The path as users write it.
    #[must_use]
    pub fn path(&self) -> String {
        self.parent
            .map_or_else(|| self.key.to_owned(), |parent| format!("{parent}.{}", self.key))
    }
}

/// The fields that stand under a parent in entries of a kind.
pub fn under(parent: Option<&'static str>, kind: Kind) -> impl Iterator<Item = &'static Field> {
    FIELDS
        .iter()
        .filter(move |f| f.parent == parent && f.need(kind) != Need::Unknown)
}

/// A plain word of a string value in a place where strings are read; `None` when the field is absent, empty or of
/// another type, which other rules report.
#[must_use]
pub fn text<'a>(node: Option<(&'a Node, &'a Node)>) -> Option<(&'a str, &'a Node)> {
    let (_, value) = node?;
    match &value.value {
        Value::String(text) if !text.is_empty() => Some((text, value)),
        _ => None,
    }
}

/// The JSON Schema (2020-12) of the front matter of a kind of entry, for editors.
#[must_use]
pub fn schema(kind: Kind) -> serde_json::Value {
    use serde_json::{Value as Json, json};
    let object = |parent: Option<&'static str>| {
        let mut properties = serde_json::Map::new();
        let mut required = Vec::new();
        for field in under(parent, kind).filter(|f| f.shape != Shape::Mapping) {
            properties.insert(field.key.to_owned(), property(field));
            if matches!(field.need(kind), Need::Required(Severity::Error, _)) {
                required.push(Json::from(field.key));
            }
        }
        (properties, required)
    };
    let (metadata, metadata_required) = object(META);
    let (mut properties, mut required) = object(None);
    let purpose = FIELDS
        .iter()
        .find(|f| f.shape == Shape::Mapping)
        .map_or("", |f| f.purpose);
    if !metadata_required.is_empty() {
        required.push(Json::from("metadata"));
    }
    properties.insert(
        "metadata".to_owned(),
        json!({ "type": "object", "description": purpose, "properties": metadata, "required": metadata_required }),
    );
    let file = if kind == Kind::Skill { "SKILL.md" } else { "DOC.md" };
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("Front matter of a {file}"),
        "type": "object",
        "properties": properties,
        "required": required,
    })
}

fn property(field: &Field) -> serde_json::Value {
    use serde_json::json;
    let mut schema = match field.shape {
        Shape::Text | Shape::Pieces => json!({ "type": "string", "minLength": 1 }),
        Shape::Day => {
            json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
        }
        Shape::Choice(values) => json!({ "enum": values }),
        Shape::Count => json!({ "type": "integer", "minimum": 1 }),
        Shape::Mapping => json!({ "type": "object" }),
        Shape::Anything => json!({}),
    };
    if field.key == "description" {
        schema["maxLength"] = json!(MAX_DESCRIPTION);
    }
    schema["description"] = json!(field.purpose);
    schema
}
