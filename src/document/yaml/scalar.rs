//! What a plain scalar means.

use super::YamlValue;
use saphyr_parser::Tag;

/// YAML 1.2.2, section 10.3.2: how a plain scalar is resolved.
pub(super) fn resolve_scalar(text: &str, plain: bool, tag: Option<&Tag>) -> YamlValue {
    let core = tag.filter(|tag| tag.is_yaml_core_schema());
    match core.map(|tag| tag.suffix.as_str()) {
        Some("str") => return YamlValue::String(text.to_owned()),
        // A text that does not look like the tag says stays a string in the hub's parser.
        Some(name @ ("int" | "float" | "bool" | "null")) => {
            let value = untagged(text);
            let is_integer = || !text.contains(['.', 'e', 'E']) || text.starts_with("0x");
            let fits = match (name, &value) {
                ("int", YamlValue::Number(_)) => is_integer(),
                ("float", YamlValue::Number(_)) => !is_integer(),
                ("bool", YamlValue::Bool(_)) | ("null", YamlValue::Null) => true,
                _ => false,
            };
            return if fits {
                value
            } else {
                YamlValue::String(text.to_owned())
            };
        }
        _ if !plain => return YamlValue::String(text.to_owned()),
        // The hub's parser keeps the text where it does not know the tag, or where the tag is one of a collection.
        _ if tag.is_some() => return YamlValue::String(text.to_owned()),
        _ => {}
    }
    untagged(text)
}

fn untagged(text: &str) -> YamlValue {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => YamlValue::Null,
        "true" | "True" | "TRUE" => YamlValue::Bool(true),
        "false" | "False" | "FALSE" => YamlValue::Bool(false),
        _ => number(text).map_or_else(|| YamlValue::String(text.to_owned()), YamlValue::Number),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "JavaScript reads these as doubles, so that is what they are"
)]
fn number(text: &str) -> Option<f64> {
    if let Some(hex) = text.strip_prefix("0x") {
        return u128::from_str_radix(hex, 16).ok().map(|n| n as f64);
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return u128::from_str_radix(octal, 8).ok().map(|n| n as f64);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    match digits {
        ".inf" | ".Inf" | ".INF" => return Some(sign * f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" if digits.len() == text.len() => return Some(f64::NAN),
        _ => {}
    }
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_number = all_digits(whole)
        && all_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && !exponent.is_empty()
        && all_digits(exponent);
    is_number
        .then(|| digits.parse::<f64>().ok().map(|n| sign * n))
        .flatten()
}

#[cfg(test)]
mod tests {
    use crate::document::{YamlValue, read_front_matter};

    /// Recorded from npm `yaml` 2.9.
    #[test]
    fn a_tag_counts_only_for_a_text_that_looks_like_it() {
        let string = |text: &str| YamlValue::String(text.to_owned());
        for (yaml, expected) in [
            ("!!int \"5\"", YamlValue::Number(5.0)),
            ("!!int 0x1E", YamlValue::Number(30.0)),
            ("!!int 1.5", string("1.5")),
            ("!!int 1e3", string("1e3")),
            ("!!int .nan", string(".nan")),
            ("!!int true", string("true")),
            ("!!float 1e3", YamlValue::Number(1000.0)),
            ("!!float 5", string("5")),
            ("!!bool true", YamlValue::Bool(true)),
            ("!!bool 1", string("1")),
            ("!!null x", string("x")),
            ("!!null \"\"", YamlValue::Null),
            ("!t 5", string("5")),
            ("! true", string("true")),
            ("!!map", string("")),
        ] {
            let text = format!("---\na: {yaml}\n---\n");
            let front = read_front_matter(&text).expect(yaml);
            assert_eq!(front.field(&["a"]).expect("a field").1.value, expected, "{yaml}");
        }
    }
}
