//! Reads JSON as JavaScript's `JSON.parse` does, keeping the place of every value.
//!
//! Unlike other readers: a number too large becomes infinite instead of an error, a key that is written twice
//! keeps its first place and its last value, and a byte order mark is refused.

use super::{JsKind, JsObject, JsValue};
use crate::text::Span;

/// Deepest nesting that is read. JavaScript has no limit; real registries need far less.
const MAX_DEPTH: usize = 128;

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Byte offset of the first byte that does not fit.
    pub at: usize,
    /// What is wrong there.
    pub message: &'static str,
}

/// Parses one JSON text.
///
/// # Errors
/// The first place where the text is not JSON, is nested deeper than 128 levels, or has half a surrogate pair in
/// a string, which no UTF-8 file can hold.
pub fn parse(text: &str) -> Result<JsValue, JsonError> {
    let mut reader = JsonParser { text, at: 0 };
    let value = reader.value(0)?;
    reader.space();
    if reader.at < text.len() {
        return Err(reader.error("text after the end of the value"));
    }
    Ok(value)
}

struct JsonParser<'a> {
    text: &'a str,
    at: usize,
}

impl JsonParser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn error(&self, message: &'static str) -> JsonError {
        JsonError { at: self.at, message }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Result<JsValue, JsonError> {
        self.space();
        if depth > MAX_DEPTH {
            return Err(self.error("nested more than 128 levels deep"));
        }
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => JsKind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        Ok(JsValue {
            kind,
            span: Span::new(start, self.at),
        })
    }

    fn word(&mut self) -> Result<JsKind, JsonError> {
        let words = [
            ("null", JsKind::Null),
            ("true", JsKind::Bool(true)),
            ("false", JsKind::Bool(false)),
        ];
        let rest = self.text.get(self.at..).unwrap_or_default();
        for (word, kind) in words {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(kind);
            }
        }
        Err(self.error(match self.peek() {
            None => "a value is missing here",
            Some(b'\'') => "JSON strings need double quotes",
            _ => "not the start of a JSON value",
        }))
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.error("a digit is missing here"));
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<JsKind, JsonError> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        // The grammar above is a part of Rust's; a value too large gives infinity, as in JavaScript.
        let parsed = self.text.get(start..self.at).and_then(|text| text.parse().ok());
        parsed
            .map(JsKind::Number)
            .ok_or_else(|| self.error("not a number"))
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = rest
                .find(|c: char| c == '"' || c == '\\' || c < ' ')
                .unwrap_or(rest.len());
            out.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => return Err(self.error("a control character or line break inside a string")),
                None => return Err(self.error("a string is never closed")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let start = self.at;
        self.at += 1;
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(start),
            _ => {
                self.at = start;
                return Err(self.error("an escape that JSON does not have"));
            }
        };
        self.at += 1;
        Ok(c)
    }

    fn unicode_escape(&mut self, start: usize) -> Result<char, JsonError> {
        let first = self.unit()?;
        let mut units = vec![first];
        let pair_follows = self
            .text
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with("\\u"));
        if (0xd800..0xdc00).contains(&first) && pair_follows {
            self.at += 1;
            units.push(self.unit()?);
        }
        let mut decoded = char::decode_utf16(units);
        match (decoded.next(), decoded.next()) {
            (Some(Ok(c)), None) => Ok(c),
            _ => {
                self.at = start;
                Err(self.error("half a surrogate pair, which no UTF-8 file can hold"))
            }
        }
    }

    /// The four hexadecimal digits behind a `u`.
    fn unit(&mut self) -> Result<u16, JsonError> {
        self.at += 1;
        let digits = self.text.get(self.at..self.at + 4).unwrap_or_default();
        let unit = Some(digits)
            .filter(|digits| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u16::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.error("four hexadecimal digits are missing here"))?;
        self.at += 4;
        Ok(unit)
    }

    fn array(&mut self, depth: usize) -> Result<JsKind, JsonError> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.eat(b']') {
            return Ok(JsKind::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.eat(b']') {
                return Ok(JsKind::Array(items));
            }
            if !self.eat(b',') {
                return Err(self.error("a comma or `]` is missing here"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<JsKind, JsonError> {
        self.at += 1;
        let mut members = JsObject::new();
        self.space();
        if self.eat(b'}') {
            return Ok(JsKind::Object(members));
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.error("a key in double quotes is missing here"));
            }
            let key = self.string()?;
            self.space();
            if !self.eat(b':') {
                return Err(self.error("a colon is missing here"));
            }
            let value = self.value(depth + 1)?;
            members.insert(key, value);
            self.space();
            if self.eat(b'}') {
                return Ok(JsKind::Object(members));
            }
            if !self.eat(b',') {
                return Err(self.error("a comma or `}` is missing here"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_javascript_reads_them() {
        let cases = [
            (
                r#"{"b":1.0,"2":1e3,"a":-0,"1":1e400,"b":2}"#,
                r#"{"1":null,"2":1000,"b":2,"a":0}"#,
            ),
            (
                " [12345678901234567890, \"\\u00e9\\ud83d\\ude00\\/\"] ",
                "[12345678901234567000,\"é😀/\"]",
            ),
            (r#"[null,true,false,[],{}]"#, r#"[null,true,false,[],{}]"#),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).expect(text).stringify(false), expected);
        }
    }

    #[test]
    fn what_json_does_not_have_is_refused_at_its_place() {
        let cases = [
            ("", 0),
            ("\u{feff}{}", 0),
            ("{\"a\":1,}", 7),
            ("[1,]", 3),
            ("[01]", 2),
            ("[1.]", 3),
            ("{'a':1}", 1),
            ("\"a\nb\"", 2),
            ("\"\\ud800x\"", 1),
            ("\"\\u12g4\"", 3),
            ("\"\\x\"", 1),
            ("1 2", 2),
            ("[\"é", 4),
            ("NaN", 0),
        ];
        for (text, at) in cases {
            assert_eq!(parse(text).map_err(|error| error.at), Err(at), "{text:?}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
