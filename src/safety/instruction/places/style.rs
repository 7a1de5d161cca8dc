//! Whether the styles of an element leave nothing to be seen.

/// Names of classes that frameworks hide with: Bootstrap, Tailwind, Foundation, Bulma, UIkit, WordPress, Primer.
const HIDING_CLASSES: &[&str] = &[
    "sr-only",
    "visually-hidden",
    "visuallyhidden",
    "screen-reader-text",
    "screen-reader-only",
    "screenreader",
    "show-for-sr",
    "is-sr-only",
    "is-hidden",
    "d-none",
    "hidden",
    "invisible",
    "hide",
    "uk-hidden",
    "u-hidden",
    "opacity-0",
    "text-transparent",
    "text-[0px]",
    "text-[1px]",
    "collapse",
    "element-invisible",
    "a11y-hidden",
    "assistive-text",
    "offscreen",
    "off-screen",
];

/// Whether one of the classes hides.
pub fn is_hiding_class(classes: &str) -> bool {
    classes
        .split_ascii_whitespace()
        .any(|class| HIDING_CLASSES.contains(&class.to_ascii_lowercase().as_str()))
}

/// Whether declarations of CSS hide a text.
pub fn hides(style: &str) -> bool {
    let style = style.to_ascii_lowercase();
    let (mut color, mut background) = (None, None);
    let mut hidden = false;
    for declaration in style.split(';') {
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        let (name, value) = (name.trim(), value.trim().trim_end_matches("!important").trim());
        match name {
            "color" | "-webkit-text-fill-color" => color = Color::read(value),
            "background" | "background-color" => background = Color::read(value),
            _ => hidden |= declaration_hides(name, value),
        }
    }
    hidden || color.is_some_and(|color| color.is_unseen_on(background))
}

fn declaration_hides(name: &str, value: &str) -> bool {
    match name {
        "display" => value == "none",
        "visibility" => matches!(value, "hidden" | "collapse"),
        "content-visibility" => value == "hidden",
        "opacity" => number(value).is_some_and(|(value, unit)| value < if unit == "%" { 10.0 } else { 0.1 }),
        "filter" => value.contains("opacity(0"),
        "font-size" => is_tiny(value),
        "font" => value.split_ascii_whitespace().next().is_some_and(is_tiny),
        "line-height" | "max-height" | "max-width" | "height" | "width" | "zoom" => {
            number(value).is_some_and(|(value, unit)| value < if unit == "px" { 2.0 } else { 0.02 })
        }
        "left" | "right" | "top" | "bottom" | "text-indent" | "margin" | "margin-left" | "margin-top"
        | "margin-right" | "inset" => value.split_ascii_whitespace().any(is_far),
        "transform" | "translate" | "scale" => {
            let parts = value.split(['(', ',', ')', ' ']);
            value.contains("scale(0") || name == "scale" && value == "0" || parts.into_iter().any(is_far)
        }
        "clip" => value.contains("rect(0") || value.contains("rect(1px"),
        "clip-path" | "-webkit-clip-path" | "shape-outside" => clips(value),
        "z-index" => value.starts_with('-'),
        "mask" | "mask-image" | "-webkit-mask-image" => value.contains("transparent"),
        _ => false,
    }
}

/// Whether a shape has no area. `inset` from 45 % on leaves nothing that can be read.
fn clips(value: &str) -> bool {
    let Some((shape, inside)) = value.split_once('(') else {
        return false;
    };
    let first = inside.split([' ', ',', ')']).find(|part| !part.is_empty());
    let first = first.and_then(number);
    match shape.trim() {
        "circle" | "ellipse" => first.is_some_and(|(value, _)| value < 2.0),
        "inset" => first.is_some_and(|(value, unit)| unit == "%" && value >= 45.0 || value >= 500.0),
        "polygon" | "path" => inside
            .split([' ', ',', ')'])
            .filter_map(number)
            .all(|(value, _)| value.abs() < 1.0),
        "rect" => first.is_some_and(|(value, _)| value < 2.0),
        _ => false,
    }
}

/// A number with its unit.
fn number(value: &str) -> Option<(f64, &str)> {
    let end = value
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+'))
        .unwrap_or(value.len());
    let (digits, unit) = value.split_at_checked(end)?;
    Some((digits.parse().ok()?, unit.trim()))
}

fn is_tiny(value: &str) -> bool {
    number(value).is_some_and(|(value, unit)| {
        value
            < match unit {
                "px" | "pt" => 3.0,
                "%" | "vw" | "vh" => 10.0,
                "em" | "rem" | "" | "ex" | "ch" => 0.2,
                _ => 0.01,
            }
    })
}

/// Whether a length moves text out of every window.
fn is_far(value: &str) -> bool {
    number(value).is_some_and(|(value, unit)| {
        value.abs()
            >= match unit {
                "em" | "rem" | "vw" | "vh" => 100.0,
                "%" => 300.0,
                _ => 900.0,
            }
    })
}

/// Red, green, blue and opacity.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Color([f64; 4]);

impl Color {
    fn read(value: &str) -> Option<Self> {
        let value = value.trim();
        if let Some(hex) = value.strip_prefix('#') {
            let hex = hex.split_ascii_whitespace().next()?;
            let digit = |at: usize| {
                hex.get(at..=at)
                    .and_then(|digit| u8::from_str_radix(digit, 16).ok())
            };
            let short = |at: usize| digit(at).map(|value| f64::from(value * 17));
            let long = |at: usize| {
                hex.get(at * 2..at * 2 + 2)
                    .and_then(|pair| u8::from_str_radix(pair, 16).ok())
                    .map(f64::from)
            };
            return match hex.len() {
                3 => Some(Self([short(0)?, short(1)?, short(2)?, 255.0])),
                4 => Some(Self([short(0)?, short(1)?, short(2)?, short(3)?])),
                6 => Some(Self([long(0)?, long(1)?, long(2)?, 255.0])),
                8 => Some(Self([long(0)?, long(1)?, long(2)?, long(3)?])),
                _ => None,
            };
        }
        if let Some((function, inside)) = value.split_once('(') {
            let parts: Vec<(f64, &str)> = inside
                .trim_end_matches(')')
                .split([',', ' ', '/'])
                .filter(|part| !part.is_empty())
                .filter_map(number)
                .collect();
            let part = |at: usize| parts.get(at).map(|part| part.0);
            let alpha = parts.get(3).map_or(255.0, |(value, unit)| {
                value * if *unit == "%" { 2.55 } else { 255.0 }
            });
            return match function.trim() {
                "rgb" | "rgba" => Some(Self([part(0)?, part(1)?, part(2)?, alpha])),
                // Only whether it is nearly white or black is needed.
                "hsl" | "hsla" => {
                    let light = part(2)? * 2.55;
                    let gray = part(1)? < 15.0 || !(15.0..240.0).contains(&light);
                    gray.then_some(Self([light, light, light, alpha]))
                }
                _ => None,
            };
        }
        let level = match value.split_ascii_whitespace().next()? {
            "white" | "snow" | "ivory" | "ghostwhite" | "floralwhite" | "mintcream" | "azure"
            | "whitesmoke" | "seashell" | "aliceblue" | "honeydew" => 255.0,
            "transparent" => return Some(Self([0.0, 0.0, 0.0, 0.0])),
            "black" => 0.0,
            _ => return None,
        };
        Some(Self([level, level, level, 255.0]))
    }

    /// Whether text of this colour is not seen: transparent, as its background, or nearly white where none is set.
    fn is_unseen_on(self, background: Option<Self>) -> bool {
        let Self([red, green, blue, alpha]) = self;
        if alpha < 25.0 {
            return true;
        }
        match background.filter(|background| background.0[3] >= 25.0) {
            Some(Self([r, g, b, _])) => {
                (red - r).abs() < 24.0 && (green - g).abs() < 24.0 && (blue - b).abs() < 24.0
            }
            None => red >= 245.0 && green >= 245.0 && blue >= 245.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_that_hide() {
        for style in [
            "display:none",
            "Display : NONE !important",
            "color:#fefefe",
            "color: rgb(255, 255, 254)",
            "background:#0d1117;color:#0d1117",
            "color:rgba(0,0,0,.01)",
            "color:#0000",
            "color: hsl(0, 0%, 99%)",
            "font-size:.5px",
            "font-size: 1%",
            "font-size:0.01em",
            "position:absolute;right:-9999px",
            "margin-left: -10000px",
            "transform: translateX(-9999px)",
            "transform:scale(0)",
            "opacity:.01",
            "opacity: 0",
            "clip-path: circle(0)",
            "clip-path: inset(50%)",
            "clip-path: polygon(0 0, 0 0, 0 0)",
            "clip: rect(0 0 0 0)",
            "width:1px;height:1px;overflow:hidden",
            "z-index:-1",
            "visibility: hidden",
        ] {
            assert!(hides(style), "{style}");
        }
    }

    #[test]
    fn styles_that_show() {
        for style in [
            "color:white;background:#2563eb",
            "color:#fff; background-color: black",
            "color:#333",
            "color: red",
            "font-size: 12px",
            "font-size: 80%",
            "font-size: small",
            "margin: 0 auto",
            "left: 0",
            "width: 100%; height: auto",
            "opacity: 0.8",
            "clip-path: circle(50%)",
            "clip-path: inset(5%)",
            "transform: rotate(90deg)",
            "z-index: 10",
            "line-height: 1.5",
            "",
        ] {
            assert!(!hides(style), "{style}");
        }
    }
}
