//! The only place that makes markup of a string: pictures of the chart crate, which escapes text, and data in JSON.

use maud::{Markup, PreEscaped, Render};
use serde::Serialize;

/// An SVG picture. Only `svg.rs` makes one.
#[derive(Clone, Debug, Default)]
pub struct Picture(pub(super) String);

impl Render for Picture {
    fn render(&self) -> Markup {
        PreEscaped(self.0.clone())
    }
}

/// Data for the script of a page, as the text of a `<script type="application/json">`, which is not run. What could end
/// the element or begin a comment is escaped, as JSON can escape every character.
pub fn data(value: &impl Serialize) -> Markup {
    // Serialisation fails only for maps whose keys are not text, and this data has none.
    let json = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            c => safe.push(c),
        }
    }
    PreEscaped(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_end_its_element() {
        let text = data(&["</script><!--<script>", "a & b"]).into_string();
        assert!(!text.contains(['<', '>', '&']), "{text}");
        let back: Vec<String> = serde_json::from_str(&text).unwrap();
        assert_eq!(back, ["</script><!--<script>", "a & b"]);
    }
}
