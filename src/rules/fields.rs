//! The fields of front matter: the source of the front-matter rules and of the JSON Schemas.
//!
//! Sources: the hub's content guide and its builder (names, places, types, what is required), and the Agent
//! Skills format (the further top-level fields of a SKILL.md).

use super::skill_fields::{SKILL_FIELDS, SkillValue};
use crate::diagnostic::Severity;
use crate::document::{DocumentKind, FrontMatter, YamlNode, YamlValue};

/// A field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrontMatterField {
    /// The parent key; `None` for the top level.
    pub parent: Option<&'static str>,
    /// Its key.
    pub key: &'static str,
    /// The type of its value.
    pub shape: FieldType,
    /// Whether a DOC.md needs it.
    pub doc: FieldRequirement,
    /// Whether a SKILL.md needs it.
    pub skill: FieldRequirement,
    /// Its purpose, in one sentence.
    pub purpose: &'static str,
}

/// The type that the hub expects of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// A string.
    Text,
    /// A string with a comma-separated list.
    Pieces,
    /// A string with a date: `2026-05-31`.
    Day,
    /// One of some strings.
    Choice(&'static [&'static str]),
    /// A whole number from 1.
    Count,
    /// A mapping with more fields.
    Mapping,
    /// Any type: the hub does not read it.
    Anything,
}

/// Whether an entry needs a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldRequirement {
    /// It must exist: its absence is reported with this severity. The second value is the default that the fix adds, if
    /// there is one.
    Required(Severity, Option<&'static str>),
    /// It may exist.
    Optional,
    /// It has no meaning in this kind of entry.
    Unknown,
}

/// The values of `metadata.source`.
pub const SOURCES: &[&str] = &["official", "maintainer", "community"];
/// The longest description, in characters (Agent Skills format).
pub const MAX_DESCRIPTION: usize = 1024;

const ERROR: FieldRequirement = FieldRequirement::Required(Severity::Error, None);
const WARNING: FieldRequirement = FieldRequirement::Required(Severity::Warning, None);
const META: Option<&str> = Some("metadata");

const fn field(
    parent: Option<&'static str>,
    key: &'static str,
    shape: FieldType,
    doc: FieldRequirement,
    skill: FieldRequirement,
    purpose: &'static str,
) -> FrontMatterField {
    FrontMatterField {
        parent,
        key,
        shape,
        doc,
        skill,
        purpose,
    }
}

/// All fields, in the order in which authors write them.
pub static FIELDS: &[FrontMatterField] = &[
    field(
        None,
        "name",
        FieldType::Text,
        ERROR,
        ERROR,
        "The entry's name: with the author's folder, its id",
    ),
    field(
        None,
        "description",
        FieldType::Text,
        ERROR,
        ERROR,
        "What the entry covers, in a sentence or two: agents use it to choose an entry",
    ),
    field(
        None,
        "license",
        FieldType::Text,
        FieldRequirement::Unknown,
        FieldRequirement::Optional,
        "The licence of the skill",
    ),
    field(
        None,
        "compatibility",
        FieldType::Text,
        FieldRequirement::Unknown,
        FieldRequirement::Optional,
        "What the skill needs to run",
    ),
    field(
        None,
        "allowed-tools",
        FieldType::Anything,
        FieldRequirement::Unknown,
        FieldRequirement::Optional,
        "The tools that the skill may use",
    ),
    field(
        None,
        "metadata",
        FieldType::Mapping,
        FieldRequirement::Optional,
        FieldRequirement::Optional,
        "The fields that the hub's builder reads",
    ),
    field(
        META,
        "languages",
        FieldType::Pieces,
        ERROR,
        FieldRequirement::Optional,
        "The languages of the code, separated by commas",
    ),
    field(
        META,
        "versions",
        FieldType::Pieces,
        ERROR,
        FieldRequirement::Optional,
        "The package versions that the text was written for, separated by commas",
    ),
    field(
        META,
        "revision",
        FieldType::Count,
        FieldRequirement::Required(Severity::Warning, Some("1")),
        FieldRequirement::Required(Severity::Warning, Some("1")),
        "Raised with every change of the text",
    ),
    field(
        META,
        "updated-on",
        FieldType::Day,
        WARNING,
        WARNING,
        "The day of the last change of the text",
    ),
    field(
        META,
        "source",
        FieldType::Choice(SOURCES),
        WARNING,
        WARNING,
        "Who wrote it",
    ),
    field(
        META,
        "tags",
        FieldType::Pieces,
        FieldRequirement::Optional,
        FieldRequirement::Optional,
        "Words to find it by, separated by commas",
    ),
    field(
        META,
        "package",
        FieldType::Anything,
        FieldRequirement::Optional,
        FieldRequirement::Optional,
        "The package that the text covers, for chub-lint: pypi:NAME, npm:NAME or none",
    ),
];

impl FrontMatterField {
    /// Whether entries of a kind need it.
    #[must_use]
    pub fn requirement(&self, kind: DocumentKind) -> FieldRequirement {
        if kind == DocumentKind::Skill {
            self.skill
        } else {
            self.doc
        }
    }

    /// Its key and value in a front matter.
    #[must_use]
    pub fn find<'a>(&self, front: &'a FrontMatter) -> Option<(&'a YamlNode, &'a YamlNode)> {
        match self.parent {
            None => front.field(&[self.key]),
            Some(parent) => front.field(&[parent, self.key]),
        }
    }

    /// Its key and value in the wrong place: a field of `metadata` at the top level, or the reverse.
    #[must_use]
    pub fn find_misplaced<'a>(&self, front: &'a FrontMatter) -> Option<(&'a YamlNode, &'a YamlNode)> {
        match self.parent {
            None if self.key == "metadata" => None,
            None => front.metadata(self.key),
            Some(_) => front.field(&[self.key]),
        }
    }

    /// The path of the field, as users write it.
    #[must_use]
    pub fn path(&self) -> String {
        self.parent
            .map_or_else(|| self.key.to_owned(), |parent| format!("{parent}.{}", self.key))
    }
}

/// The fields under a parent in entries of a kind.
pub fn under(
    parent: Option<&'static str>,
    kind: DocumentKind,
) -> impl Iterator<Item = &'static FrontMatterField> {
    FIELDS
        .iter()
        .filter(move |f| f.parent == parent && f.requirement(kind) != FieldRequirement::Unknown)
}

/// The text of a non-empty string value; `None` when the field is absent, empty or of another type, which other rules
/// report.
#[must_use]
pub fn text<'a>(node: Option<(&'a YamlNode, &'a YamlNode)>) -> Option<(&'a str, &'a YamlNode)> {
    let (_, value) = node?;
    match &value.value {
        YamlValue::String(text) if !text.is_empty() => Some((text, value)),
        _ => None,
    }
}

/// The JSON Schema (2020-12) of the front matter of a kind of entry, for editors.
#[must_use]
pub fn schema(kind: DocumentKind) -> serde_json::Value {
    use serde_json::{Value as Json, json};
    if kind == DocumentKind::Skill {
        return skill_schema();
    }
    let object = |parent: Option<&'static str>| {
        let mut properties = serde_json::Map::new();
        let mut required = Vec::new();
        for field in under(parent, kind).filter(|f| f.shape != FieldType::Mapping) {
            properties.insert(field.key.to_owned(), property(field));
            if matches!(
                field.requirement(kind),
                FieldRequirement::Required(Severity::Error, _)
            ) {
                required.push(Json::from(field.key));
            }
        }
        (properties, required)
    };
    let (metadata, metadata_required) = object(META);
    let (mut properties, mut required) = object(None);
    let purpose = FIELDS
        .iter()
        .find(|f| f.shape == FieldType::Mapping)
        .map_or("", |f| f.purpose);
    if !metadata_required.is_empty() {
        required.push(Json::from("metadata"));
    }
    properties.insert(
        "metadata".to_owned(),
        json!({ "type": "object", "description": purpose, "properties": metadata, "required": metadata_required }),
    );
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Front matter of a DOC.md",
        "type": "object",
        "properties": properties,
        "required": required,
    })
}

/// The schema of skills: the fields of the Agent Skills format and of its clients. `metadata` may have any key; those
/// of a hub are only described.
fn skill_schema() -> serde_json::Value {
    use serde_json::{Value as Json, json};
    let mut properties = serde_json::Map::new();
    for field in SKILL_FIELDS {
        let mut schema = match field.value {
            SkillValue::Text => json!({ "type": "string" }),
            SkillValue::AtMost(limit) => json!({ "type": "string", "minLength": 1, "maxLength": limit }),
            SkillValue::Switch => json!({ "type": "boolean" }),
            SkillValue::Choice(choices) => json!({ "enum": choices }),
            SkillValue::TextOrList => json!({ "type": ["string", "array"] }),
            SkillValue::Mapping => json!({ "type": "object" }),
        };
        if field.key == "metadata" {
            let described = FIELDS.iter().filter(|f| f.parent == META);
            schema["properties"] = described
                .map(|f| {
                    (
                        f.key.to_owned(),
                        json!({ "description": format!("In a content hub: {}", f.purpose) }),
                    )
                })
                .collect::<serde_json::Map<String, Json>>()
                .into();
        }
        let readers = if field.is_standard() {
            String::new()
        } else {
            format!(" ({})", field.readers())
        };
        schema["description"] = json!(format!("{}{readers}", field.purpose));
        properties.insert(field.key.to_owned(), schema);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Front matter of a SKILL.md",
        "type": "object",
        "properties": properties,
        "required": ["name", "description"],
    })
}

fn property(field: &FrontMatterField) -> serde_json::Value {
    use serde_json::json;
    let mut schema = match field.shape {
        FieldType::Text | FieldType::Pieces => json!({ "type": "string", "minLength": 1 }),
        FieldType::Day => {
            json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
        }
        FieldType::Choice(values) => json!({ "enum": values }),
        FieldType::Count => json!({ "type": "integer", "minimum": 1 }),
        FieldType::Mapping => json!({ "type": "object" }),
        FieldType::Anything => json!({}),
    };
    if field.key == "description" {
        schema["maxLength"] = json!(MAX_DESCRIPTION);
    }
    schema["description"] = json!(field.purpose);
    schema
}
