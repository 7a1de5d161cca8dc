//! The JSON Schema of `chub-lint.toml`, derived from the types that read it.

use super::file::ConfigFile;
use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Map, Value, json};

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

/// A schema in which a value that may be left out has its own type, and not also that of null: not every client of the
/// Model Context Protocol reads several types.
#[must_use]
pub fn without_null(schema: Map<String, Value>) -> Map<String, Value> {
    let mut schema = Schema::from(schema);
    WithoutNull.transform(&mut schema);
    match schema.to_value() {
        Value::Object(object) => object,
        _ => Map::new(),
    }
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
