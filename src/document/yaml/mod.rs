//! YAML with the place of every key and value.
//!
//! The hub's client reads front matter with npm `yaml` (YAML 1.2, core schema). This builds the same values from
//! `saphyr-parser` events, and refuses what that library refuses although the event parser does not: duplicate
//! keys, a second document, and aliases that expand too often.

mod build;
mod scalar;

pub use build::parse;

use crate::text::Span;

/// A value and where it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct YamlNode {
    /// Its bytes in the file, quotes included. An absent value is the empty span after its key's colon.
    pub span: Span,
    /// Its value.
    pub value: YamlValue,
    /// Whether it was written in quotes or as a block, so that it is a string whatever it looks like.
    pub quoted: bool,
}

/// A YAML 1.2 core value as JavaScript sees it.
#[derive(Clone, Debug, PartialEq)]
pub enum YamlValue {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false` (not `yes` or `no`).
    Bool(bool),
    /// Any number. JavaScript has only doubles.
    Number(f64),
    /// A string.
    String(String),
    /// A list.
    Sequence(Vec<YamlNode>),
    /// Keys and values in the order written.
    Mapping(Vec<(YamlNode, YamlNode)>),
}

/// Why a text is not the YAML that the hub accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// The place.
    pub span: Span,
    /// The message, one sentence.
    pub message: String,
    /// The first of two duplicate keys, or the like.
    pub related: Option<(Span, String)>,
    /// What to do about it, when that is known.
    pub help: Option<String>,
}

impl YamlNode {
    /// The text, when it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            YamlValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// The pairs, when it is a mapping; none otherwise.
    #[must_use]
    pub fn pairs(&self) -> &[(YamlNode, YamlNode)] {
        match &self.value {
            YamlValue::Mapping(pairs) => pairs,
            _ => &[],
        }
    }

    /// The pair of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<(&YamlNode, &YamlNode)> {
        self.pairs()
            .iter()
            .find(|(k, _)| k.as_str() == Some(key))
            .map(|(k, v)| (k, v))
    }

    /// Whether JavaScript takes the value for false, so that the hub's builder calls it missing.
    #[must_use]
    pub fn is_falsy(&self) -> bool {
        match &self.value {
            YamlValue::Null | YamlValue::Bool(false) => true,
            YamlValue::Number(n) => *n == 0.0 || n.is_nan(),
            YamlValue::String(text) => text.is_empty(),
            _ => false,
        }
    }

    /// The kind of value, as the YAML specification calls it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.value {
            YamlValue::Null => "nothing",
            YamlValue::Bool(_) => "a boolean",
            YamlValue::Number(_) => "a number",
            YamlValue::String(_) => "a string",
            YamlValue::Sequence(_) => "a list",
            YamlValue::Mapping(_) => "a mapping",
        }
    }
}
