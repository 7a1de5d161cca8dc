//! A YAML value as JavaScript holds it.

use super::{Kind, Value};
use crate::document;
use crate::text::Span;

/// Turns a YAML value into the JavaScript value that npm `yaml` makes of it.
#[must_use]
pub fn value(node: &document::Node) -> Value {
    let kind = match &node.value {
        document::Value::Null => Kind::Null,
        document::Value::Bool(value) => Kind::Bool(*value),
        document::Value::Number(number) => Kind::Number(*number),
        document::Value::String(text) => Kind::String(text.clone()),
        document::Value::Sequence(items) => Kind::Array(items.iter().map(value).collect()),
        document::Value::Mapping(pairs) => {
            Kind::Object(pairs.iter().map(|(key, v)| (key_text(key), value(v))).collect())
        }
    };
    Value {
        kind,
        span: node.span,
    }
}

/// The property that a YAML key becomes.
fn key_text(key: &document::Node) -> String {
    match &key.value {
        document::Value::Null => String::new(),
        _ => value(key).to_text(),
    }
}

/// The first key in a value that is not a scalar. npm `yaml` makes a text of it and warns.
#[must_use]
pub fn collection_key(node: &document::Node) -> Option<Span> {
    match &node.value {
        document::Value::Sequence(items) => items.iter().find_map(collection_key),
        document::Value::Mapping(pairs) => pairs.iter().find_map(|(key, value)| {
            let is_scalar = !matches!(
                key.value,
                document::Value::Sequence(_) | document::Value::Mapping(_)
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
