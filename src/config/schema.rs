//! The JSON Schema of `chub-lint.toml`, derived from the types that read it.

use super::file::ConfigFile;
use crate::rule::options::SeverityLevel;
use crate::rule::page::RuleCategory;
use crate::rules::RULES;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

/// The schema as text, for editors.
#[must_use]
pub fn text() -> String {
    let settings = SchemaSettings::draft2020_12().with_transform(WithoutNull);
    let schema = settings.into_generator().into_root_schema_for::<ConfigFile>();
    let mut schema = schema.to_value();
    // The keys that describe the schema come first.
    if let Some(fields) = schema.as_object_mut() {
        for key in ["description", "title", "$schema"] {
            if let Some(value) = fields.shift_remove(key) {
                fields.shift_insert(0, key.to_owned(), value);
            }
        }
    }
    format!("{schema:#}\n")
}

/// The name of a rule.
pub(super) struct RuleName;

impl JsonSchema for RuleName {
    fn schema_name() -> Cow<'static, str> {
        "RuleName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": ids().collect::<Vec<_>>() })
    }
}

/// An item of `select`, `extend-select` and `ignore`.
pub(super) struct Selector;

impl JsonSchema for Selector {
    fn schema_name() -> Cow<'static, str> {
        "Selector".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let groups = RuleCategory::ALL.iter().map(|category| category.as_str());
        let names: Vec<&str> = ["all", "pedantic"]
            .into_iter()
            .chain(groups)
            .chain(ids())
            .collect();
        json_schema!({ "type": "string", "enum": names })
    }
}

/// A table of severities by rule.
pub(super) fn severities(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "propertyNames": generator.subschema_for::<RuleName>(),
        "additionalProperties": generator.subschema_for::<SeverityLevel>(),
    })
}

fn ids() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.id)
}

/// Adapts the schema to TOML, which has no null (an optional value is left out) and no integer types of Rust.
#[derive(Clone, Debug)]
struct WithoutNull;

impl Transform for WithoutNull {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(object) = schema.as_object_mut() else {
            return;
        };
        let null = json!({ "type": "null" });
        object.remove("format");
        if object.get("default").is_some_and(Value::is_null) {
            object.remove("default");
        }
        if let Some(Value::Array(types)) = object.get_mut("type") {
            types.retain(|name| name != "null");
            if let [one] = types.as_slice() {
                let one = one.clone();
                object.insert("type".to_owned(), one);
            }
        }
        if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
            choices.retain(|choice| *choice != null);
            if let [Value::Object(one)] = choices.as_slice() {
                let one = one.clone();
                object.remove("anyOf");
                object.extend(one);
            }
        }
    }
}
