//! What a plain scalar means.

use super::Value;
use saphyr_parser::Tag;

/// YAML 1.2.2, section 10.3.2: how a plain scalar is resolved.
pub(super) fn scalar(text: &str, plain: bool, tag: Option<&Tag>) -> Value {
    match tag
        .filter(|tag| tag.is_yaml_core_schema())
        .map(|tag| tag.suffix.as_str())
    {
        Some("str") => return Value::String(text.to_owned()),
        Some("int" | "float" | "bool" | "null") => {}
        _ if !plain => return Value::String(text.to_owned()),
        _ if tag.is_some_and(|tag| tag.handle.is_empty() && tag.suffix == "!") => {
            return Value::String(text.to_owned());
        }
        _ => {}
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
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
