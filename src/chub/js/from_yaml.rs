//! A YAML value as JavaScript holds it.

use super::{JsKind, JsValue};
use crate::document;
use crate::text::Span;

/// Turns a YAML value into the JavaScript value that npm `yaml` makes of it.
#[must_use]
pub fn to_js(node: &document::YamlNode) -> JsValue {
    let kind = match &node.value {
        document::YamlValue::Null => JsKind::Null,
        document::YamlValue::Bool(value) => JsKind::Bool(*value),
        document::YamlValue::Number(number) => JsKind::Number(*number),
        document::YamlValue::String(text) => JsKind::String(text.clone()),
        document::YamlValue::Sequence(items) => JsKind::Array(items.iter().map(to_js).collect()),
        document::YamlValue::Mapping(pairs) => {
            JsKind::Object(pairs.iter().map(|(key, v)| (key_text(key), to_js(v))).collect())
        }
    };
    JsValue {
        kind,
        span: node.span,
    }
}

/// The property that a YAML key becomes.
fn key_text(key: &document::YamlNode) -> String {
    match &key.value {
        document::YamlValue::Null => String::new(),
        _ => to_js(key).to_text(),
    }
}

/// The first key in a value that is not a scalar. npm `yaml` makes a text of it and warns.
#[must_use]
pub fn collection_key(node: &document::YamlNode) -> Option<Span> {
    match &node.value {
        document::YamlValue::Sequence(items) => items.iter().find_map(collection_key),
        document::YamlValue::Mapping(pairs) => pairs.iter().find_map(|(key, value)| {
            let is_scalar = !matches!(
                key.value,
                document::YamlValue::Sequence(_) | document::YamlValue::Mapping(_)
            );
            if is_scalar {
                collection_key(value)
            } else {
                Some(key.span)
            }
        }),
        _ => None,
    }
}
