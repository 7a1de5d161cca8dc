//! JSON without active characters: a character that a terminal, a log or an editor might act on is written as `\uXXXX`.
//!
//! Some data in a JSON report must not be changed, such as the text of an edit. JSON can escape any character, so the
//! data is kept and the output is inert.

use crate::safe_text::{is_active, is_log_command};
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};
use std::io::{self, Write};

/// Write a value over several lines, and a line break.
///
/// # Errors
/// When the output cannot be written.
pub fn pretty(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    write(value, out, PrettyFormatter::new())
}

/// Write a value on one line, and a line break.
///
/// # Errors
/// When the output cannot be written.
pub fn compact(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    write(value, out, CompactFormatter)
}

fn write<F: Formatter>(value: &impl Serialize, out: &mut dyn Write, layout: F) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(
        &mut *out,
        EscapingFormatter(layout),
    ))?;
    out.write_all(b"\n")
}

/// A JSON formatter that escapes active characters in strings.
struct EscapingFormatter<F>(F);

impl<F: Formatter> Formatter for EscapingFormatter<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut from = 0;
        for (at, c) in fragment.char_indices() {
            if is_active(c) || is_log_command(fragment, at) {
                out.write_all(&fragment.as_bytes()[from..at])?;
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
                from = at + c.len_utf8();
            }
        }
        out.write_all(&fragment.as_bytes()[from..])
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_data_stays_and_the_bytes_are_harmless() {
        let raw = "a\u{1b}[0m \u{202e}b \u{e0041} \u{9b} ##[set-env name=x]y ##vso[task] é😀 # ## [x]";
        let mut out = Vec::new();
        super::compact(&raw, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), raw);
        assert!(!text.trim_end().chars().any(super::is_active), "{text}");
        assert!(!text.contains("##[") && !text.contains("##vso["), "{text}");
        assert!(text.contains("é😀 # ## [x]"), "{text}");
    }
}
