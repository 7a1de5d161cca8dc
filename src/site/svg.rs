//! A sheet to draw on, with the colours of the pages. The pictures are SVG of the chart crate: they print, and need no
//! script.
//!
//! A colour is written as an attribute. `site.css` gives the same colours other values where a page is dark.

use super::raw::Picture;
use plotters::element::{Circle, PathElement, Rectangle, Text};
use plotters::prelude::{Color, DrawingArea, IntoDrawingArea, RGBColor, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{IntoTextStyle, ShapeStyle};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The colours. `site.css` names each of these values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Text.
    Text,
    /// Text that matters less.
    Quiet,
    /// Lines of a scale.
    Line,
    /// What a chart is about, where it is neither good nor bad.
    Accent,
    /// Nothing to do.
    Good,
    /// Easy to do.
    Easy,
    /// To do.
    Warn,
    /// To do first.
    Bad,
    /// Not known.
    Unknown,
}

impl Ink {
    fn colour(self) -> RGBColor {
        match self {
            Self::Text => RGBColor(0x1f, 0x23, 0x28),
            Self::Quiet => RGBColor(0x59, 0x63, 0x6e),
            Self::Line => RGBColor(0xd1, 0xd9, 0xe0),
            Self::Accent => RGBColor(0x3b, 0x6f, 0xb6),
            Self::Good => RGBColor(0x2f, 0x8f, 0x5b),
            Self::Easy => RGBColor(0x6a, 0xa8, 0x4f),
            Self::Warn => RGBColor(0xd2, 0x8a, 0x1e),
            Self::Bad => RGBColor(0xc9, 0x3c, 0x37),
            Self::Unknown => RGBColor(0x9a, 0xa4, 0xae),
        }
    }

    /// The class of the same colour in a page.
    pub fn class(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Quiet => "quiet",
            Self::Line => "line",
            Self::Accent => "accent",
            Self::Good => "good",
            Self::Easy => "easy",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
        }
    }
}

/// Where a text is, seen from its place.
#[derive(Clone, Copy, Debug)]
pub enum Align {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// The crate divides the size of a text by this to get the size of a font.
const FONT_SIZE_DIVISOR: f64 = 1.24;
/// The size of the font in pixels.
const FONT: f64 = 12.0;
/// The width of a column of text in this font, as a rule, in pixels.
const CHAR_WIDTH: f64 = 6.6;

/// A sheet. Nothing can fail that is drawn on it, since it is written to a text.
pub struct Sheet<'a>(DrawingArea<SVGBackend<'a>, plotters::coord::Shift>);

/// Draw a picture of a size in pixels.
pub fn draw(width: i32, height: i32, with: impl FnOnce(&Sheet<'_>)) -> Picture {
    let mut text = String::new();
    {
        let size = (width.unsigned_abs(), height.unsigned_abs());
        let sheet = Sheet(SVGBackend::with_string(&mut text, size).into_drawing_area());
        with(&sheet);
        let _ = sheet.0.present();
    }
    Picture(text)
}

impl Sheet<'_> {
    /// A filled rectangle.
    pub fn bar(&self, x: i32, y: i32, width: i32, height: i32, ink: Ink) {
        let style: ShapeStyle = ink.colour().filled();
        let _ = self
            .0
            .draw(&Rectangle::new([(x, y), (x + width, y + height)], style));
    }

    /// A line through points.
    pub fn line(&self, points: &[(i32, i32)], width: u32, ink: Ink) {
        let style: ShapeStyle = ink.colour().stroke_width(width);
        let _ = self.0.draw(&PathElement::new(points, style));
    }

    /// A dot.
    pub fn dot(&self, x: i32, y: i32, radius: i32, ink: Ink) {
        let style: ShapeStyle = ink.colour().filled();
        let _ = self.0.draw(&Circle::new((x, y), radius, style));
    }

    /// A text beside a place, at most `room` pixels wide.
    pub fn text(&self, text: &str, place: (i32, i32), align: Align, ink: Ink, room: i32) {
        let h = match align {
            Align::Start => HPos::Left,
            Align::Middle => HPos::Center,
            Align::End => HPos::Right,
        };
        let colour = ink.colour();
        let style = ("sans-serif", FONT * FONT_SIZE_DIVISOR)
            .into_text_style(&self.0)
            .color(&colour)
            .pos(Pos::new(h, VPos::Center));
        let _ = self.0.draw(&Text::new(cut(text, room), place, style));
    }
}

/// A text that fits, by the usual width of its characters.
fn cut(text: &str, room: i32) -> String {
    let most = (f64::from(room) / CHAR_WIDTH).max(1.0);
    let fits = |columns: usize| columns as f64 <= most;
    if text.len() < 400 && fits(text.width()) {
        return text.to_owned();
    }
    let (mut out, mut columns) = (String::new(), 1);
    for c in text.chars().take(400) {
        columns += c.width().unwrap_or(0);
        if !fits(columns) {
            break;
        }
        out.push(c);
    }
    out + "…"
}

/// The width of a text, as a rule, in pixels.
pub fn width(text: &str) -> i32 {
    scaled(text.width().min(1_000) as f64, CHAR_WIDTH)
}

/// A part of a length, rounded to a pixel.
pub fn scaled(part: f64, length: f64) -> i32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a length on a sheet, far below the limit"
    )]
    let pixels = (part * length).round() as i32;
    pixels
}

/// A share of a length in pixels. Any share above zero is at least one pixel, so that it is visible.
pub fn share(part: usize, whole: usize, length: i32) -> i32 {
    match part {
        0 => 0,
        part => scaled(part as f64 / whole.max(1) as f64, f64::from(length)).clamp(1, length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use maud::Render;

    #[test]
    fn a_text_is_escaped_and_cut() {
        let picture = draw(100, 20, |sheet| {
            sheet.text("<script>&\"", (0, 0), Align::Start, Ink::Text, 100);
            sheet.text(&"名".repeat(2_000), (0, 0), Align::Start, Ink::Text, 100);
        });
        let svg = picture.render().into_string();
        assert!(svg.contains("&lt;script&gt;&amp;&quot;"), "{svg}");
        assert!(svg.contains("名名名名名名名…"), "{svg}");
        assert!(svg.len() < 1_000 && !svg.contains("style="), "{svg}");
    }
}
