//! The rules of JavaScript that are visible in the files of a registry: how a number is printed, what
//! `JSON.stringify` does, in which order an object keeps its keys, what counts as white space or as true.

pub mod collate;
pub mod from_yaml;
pub mod json;
pub mod ln;

use std::fmt::Write as _;

use indexmap::IndexMap;
use jiff::Timestamp;

use crate::text::Span;

/// A JavaScript value that JSON can hold, with its place in the file it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct JsValue {
    /// What it is.
    pub kind: JsKind,
    /// Its span in the file; empty for values that come from no file.
    pub span: Span,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum JsKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<JsValue>),
    /// An object, in the order its keys were first set.
    Object(JsObject),
}

/// An object's members in the order they were first set.
pub type JsObject = IndexMap<String, JsValue>;

impl From<JsKind> for JsValue {
    fn from(kind: JsKind) -> Self {
        Self {
            kind,
            span: Span::default(),
        }
    }
}

impl From<&str> for JsValue {
    fn from(text: &str) -> Self {
        JsKind::String(text.to_owned()).into()
    }
}

impl From<String> for JsValue {
    fn from(text: String) -> Self {
        JsKind::String(text).into()
    }
}

impl JsValue {
    /// The string, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            JsKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements, if it is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[JsValue]> {
        match &self.kind {
            JsKind::Array(items) => Some(items),
            _ => None,
        }
    }

    /// A member, if it is an object that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&JsValue> {
        match &self.kind {
            JsKind::Object(object) => object.get(key),
            _ => None,
        }
    }

    /// Whether it is truthy.
    #[must_use]
    pub fn is_truthy(&self) -> bool {
        match &self.kind {
            JsKind::Null => false,
            JsKind::Bool(value) => *value,
            JsKind::Number(number) => *number != 0.0 && !number.is_nan(),
            JsKind::String(text) => !text.is_empty(),
            JsKind::Array(_) | JsKind::Object(_) => true,
        }
    }

    /// What it is called in a message: "a number".
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match self.kind {
            JsKind::Null => "null",
            JsKind::Bool(_) => "a boolean",
            JsKind::Number(_) => "a number",
            JsKind::String(_) => "a string",
            JsKind::Array(_) => "a list",
            JsKind::Object(_) => "a mapping",
        }
    }

    /// The text a template string makes of it: `${value}`.
    #[must_use]
    pub fn to_text(&self) -> String {
        match &self.kind {
            JsKind::Null => "null".to_owned(),
            JsKind::Bool(value) => value.to_string(),
            JsKind::Number(value) => number(*value),
            JsKind::String(text) => text.clone(),
            JsKind::Array(items) => {
                let texts = items.iter().map(|item| match item.kind {
                    JsKind::Null => String::new(),
                    _ => item.to_text(),
                });
                texts.collect::<Vec<_>>().join(",")
            }
            JsKind::Object(_) => "[object Object]".to_owned(),
        }
    }

    /// `JSON.stringify(value)`, or with an indentation of two spaces as `JSON.stringify(value, null, 2)`.
    #[must_use]
    pub fn stringify(&self, pretty: bool) -> String {
        let mut out = String::new();
        self.write(pretty.then_some(0), &mut out);
        out
    }

    /// Appends the JSON text; `depth` is the indentation so far, or `None` for the compact form.
    fn write(&self, depth: Option<usize>, out: &mut String) {
        match &self.kind {
            JsKind::Null => out.push_str("null"),
            JsKind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            JsKind::Number(value) if value.is_finite() => out.push_str(&number(*value)),
            JsKind::Number(_) => out.push_str("null"),
            JsKind::String(text) => write_json_string(text, out),
            JsKind::Array(items) => {
                let inner = depth.map(|depth| depth + 1);
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    separate(index, inner, out);
                    item.write(inner, out);
                }
                close(']', items.is_empty(), depth, out);
            }
            JsKind::Object(object) => {
                let inner = depth.map(|depth| depth + 1);
                out.push('{');
                for (index, (key, value)) in in_key_order(object).into_iter().enumerate() {
                    separate(index, inner, out);
                    write_json_string(key, out);
                    out.push_str(if depth.is_some() { ": " } else { ":" });
                    value.write(inner, out);
                }
                close('}', object.is_empty(), depth, out);
            }
        }
    }
}

/// The comma and line break before an element.
fn separate(index: usize, depth: Option<usize>, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
    break_line(depth, out);
}

/// The closing bracket, on its own line unless there was nothing inside.
fn close(bracket: char, empty: bool, depth: Option<usize>, out: &mut String) {
    if !empty {
        break_line(depth, out);
    }
    out.push(bracket);
}

fn break_line(depth: Option<usize>, out: &mut String) {
    if let Some(depth) = depth {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    }
}

/// The members in the order in which JavaScript lists them: array indexes first, by value.
fn in_key_order(object: &JsObject) -> Vec<(&str, &JsValue)> {
    let mut members: Vec<(&str, &JsValue)> =
        object.iter().map(|(key, value)| (key.as_str(), value)).collect();
    sort_keys(&mut members, |(key, _)| key);
    members
}

/// Moves array indexes to the front, ascending; the rest stays in the order of insertion.
pub fn sort_keys<T>(items: &mut [T], key: impl Fn(&T) -> &str) {
    items.sort_by_key(|item| match array_index(key(item)) {
        Some(index) => (0, index),
        None => (1, 0),
    });
}

/// The number of a key that is an array index: canonical decimal digits up to 4294967294.
fn array_index(key: &str) -> Option<u32> {
    let canonical = key == "0" || (!key.starts_with('0') && key.bytes().all(|byte| byte.is_ascii_digit()));
    // The last 32-bit number is a length, never an index.
    key.parse().ok().filter(|&index| canonical && index != u32::MAX)
}

/// Appends a JSON string as `JSON.stringify` writes it: only what must be escaped is.
pub fn write_json_string(text: &str, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{}", serde_json::Value::from(text));
}

/// A number as JavaScript prints it.
#[must_use]
pub fn number(value: f64) -> String {
    ryu_js::Buffer::new().format(value).to_owned()
}

/// A count as a double. No hub has so many entries that digits are lost.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of entries and terms lie far below 2^53"
)]
#[must_use]
pub fn float(count: usize) -> f64 {
    count as f64
}

/// Whether JavaScript's `trim` and `\s` take a character for white space. Unlike Rust's idea of it, this has
/// U+FEFF and lacks U+0085.
#[must_use]
pub fn is_space(c: char) -> bool {
    c == '\u{feff}' || (c != '\u{85}' && c.is_whitespace())
}

/// `text.trim()`.
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// The words of a text with one space between: `text.trim().replace(/\s+/g, ' ')`.
#[must_use]
pub fn collapse_whitespace(text: &str) -> String {
    text.split(is_space)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `date.toISOString()`: UTC with milliseconds.
#[must_use]
pub fn iso(moment: Timestamp) -> String {
    let time = jiff::tz::TimeZone::UTC.to_datetime(moment);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.millisecond()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_javascript_prints_them() {
        let cases = [
            (4.0, "4"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (1.234_567_890_123_456_9e23, "1.2345678901234569e+23"),
            (12_345_678_901_234_567_890.0, "12345678901234567000"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (1.5e-7, "1.5e-7"),
            (-2026.1, "-2026.1"),
            (5e-324, "5e-324"),
            (f64::INFINITY, "Infinity"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn array_indexes_come_first() {
        let keys = [
            "b",
            "10",
            "007",
            "9",
            "4294967295",
            "4294967294",
            "a",
            "0",
            "-1",
            "+5",
        ];
        let mut sorted = keys;
        sort_keys(&mut sorted, |key| key);
        let expected = [
            "0",
            "9",
            "10",
            "4294967294",
            "b",
            "007",
            "4294967295",
            "a",
            "-1",
            "+5",
        ];
        assert_eq!(sorted, expected);
    }

    #[test]
    fn strings_escape_only_what_they_must() {
        let mut out = String::new();
        write_json_string("a\"\\\n\u{1}\u{7f}\u{2028}\u{8}é", &mut out);
        assert_eq!(out, "\"a\\\"\\\\\\n\\u0001\u{7f}\u{2028}\\bé\"");
    }

    #[test]
    fn white_space_is_that_of_javascript() {
        assert_eq!(trim("\u{feff}\u{a0} a \u{2003}"), "a");
        assert_eq!(trim("\u{85}a"), "\u{85}a");
        assert_eq!(collapse_whitespace("  a \t b\u{a0}c "), "a b c");
    }

    #[test]
    fn empty_containers_stay_on_one_line() {
        let mut object = JsObject::new();
        object.insert("b".into(), JsKind::Array(vec![]).into());
        object.insert("1".into(), JsKind::Number(f64::INFINITY).into());
        let value: JsValue = JsKind::Object(object).into();
        assert_eq!(value.stringify(true), "{\n  \"1\": null,\n  \"b\": []\n}");
        assert_eq!(value.stringify(false), r#"{"1":null,"b":[]}"#);
    }

    #[test]
    fn moments_are_written_as_javascript_writes_them() {
        assert_eq!(iso(Timestamp::UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
        let moment = Timestamp::from_millisecond(1_700_000_000_042).expect("in range");
        assert_eq!(iso(moment), "2023-11-14T22:13:20.042Z");
    }
}
