//! A badge: two words on a coloured ground, as JSON for the endpoint of shields.io or as a picture.
//!
//! The JSON is described on <https://shields.io/badges/endpoint-badge>.

use super::xml::Xml;
use crate::safe_text::SafeText;
use serde_json::json;

/// The longest text of a badge, in characters.
const MAX_TEXT: usize = 60;

/// A badge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// The text on the left.
    pub label: String,
    /// The text on the right.
    pub message: String,
    /// The ground of the message.
    pub color: BadgeColor,
}

/// The colours of shields.io.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadgeColor {
    /// All is well.
    BrightGreen,
    /// Nearly.
    Green,
    /// More than half.
    YellowGreen,
    /// Less.
    Yellow,
    /// Little.
    Orange,
    /// Something is wrong.
    Red,
    /// Not known.
    Grey,
}

impl BadgeColor {
    /// The colour of a share.
    #[must_use]
    pub fn of_percent(percent: usize) -> Self {
        match percent {
            90.. => Self::BrightGreen,
            75.. => Self::Green,
            60.. => Self::YellowGreen,
            40.. => Self::Yellow,
            20.. => Self::Orange,
            _ => Self::Red,
        }
    }

    /// Its name and its value. On each of them white text has a shadow.
    fn name_and_value(self) -> (&'static str, &'static str) {
        match self {
            Self::BrightGreen => ("brightgreen", "#4c1"),
            Self::Green => ("green", "#97ca00"),
            Self::YellowGreen => ("yellowgreen", "#a4a61d"),
            Self::Yellow => ("yellow", "#dfb317"),
            Self::Orange => ("orange", "#fe7d37"),
            Self::Red => ("red", "#e05d44"),
            Self::Grey => ("lightgrey", "#9f9f9f"),
        }
    }
}

impl Badge {
    /// JSON for the endpoint of shields.io.
    #[must_use]
    pub fn to_json(&self) -> String {
        let badge = json!({
            "schemaVersion": 1,
            "label": shown(&self.label),
            "message": shown(&self.message),
            "color": self.color.name_and_value().0,
        });
        format!("{badge:#}\n")
    }

    /// A self-contained SVG picture.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let (label, message) = (shown(&self.label), shown(&self.message));
        let (left, right) = (width(&label), width(&message));
        let (x, y, all) = (left / 2, left + right / 2, left + right);
        let (label_length, message_length) = (left - 10, right - 10);
        let color = self.color.name_and_value().1;
        let (label, message) = (Xml(&label), Xml(&message));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{all}\" height=\"20\" role=\"img\" \
             aria-label=\"{label}: {message}\">\n\
             <title>{label}: {message}</title>\n\
             <clipPath id=\"r\"><rect width=\"{all}\" height=\"20\" rx=\"3\"/></clipPath>\n\
             <g clip-path=\"url(#r)\">\n\
             <rect width=\"{left}\" height=\"20\" fill=\"#555\"/>\n\
             <rect x=\"{left}\" width=\"{right}\" height=\"20\" fill=\"{color}\"/>\n\
             </g>\n\
             <g text-anchor=\"middle\" font-family=\"Verdana,Geneva,DejaVu Sans,sans-serif\" font-size=\"11\">\n\
             <g fill=\"#010101\" fill-opacity=\".3\" aria-hidden=\"true\">\n\
             <text x=\"{x}\" y=\"15\" textLength=\"{label_length}\">{label}</text>\n\
             <text x=\"{y}\" y=\"15\" textLength=\"{message_length}\">{message}</text>\n\
             </g>\n\
             <g fill=\"#fff\">\n\
             <text x=\"{x}\" y=\"14\" textLength=\"{label_length}\">{label}</text>\n\
             <text x=\"{y}\" y=\"14\" textLength=\"{message_length}\">{message}</text>\n\
             </g>\n\
             </g>\n\
             </svg>\n"
        )
    }
}

fn shown(text: &str) -> String {
    SafeText::new(text).as_str().chars().take(MAX_TEXT).collect()
}

/// The width of a text with its margins, in pixels of Verdana 11. The text is fitted into it.
fn width(text: &str) -> usize {
    let tenths: usize = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '.' | ',' | ' ' | '\'' | ':' | '|' => 38,
            'f' | 'r' | 't' | 'I' | '-' | '/' | '(' | ')' => 46,
            'm' | 'w' | 'M' | 'W' | '%' | '@' => 107,
            'A'..='Z' => 77,
            c if c.is_ascii() => 67,
            _ => 115,
        })
        .sum();
    tenths.div_ceil(10) + 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_label_is_markup() {
        let badge = Badge {
            label: "<script>\"a\"&\u{1b}[2J".to_owned(),
            message: "87%".to_owned(),
            color: BadgeColor::of_percent(87),
        };
        let svg = badge.to_svg();
        assert!(!svg.contains("<script>") && !svg.contains('\u{1b}'), "{svg}");
        assert!(
            svg.contains("aria-label=\"&lt;script&gt;&quot;a&quot;&amp;"),
            "{svg}"
        );
        assert!(badge.to_json().contains("\"color\": \"green\""));
        let long = Badge {
            label: "x".repeat(5000),
            ..badge
        };
        assert!(long.to_svg().len() < 2500);
    }
}
