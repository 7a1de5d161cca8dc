//! Addresses in the HTML of a document: of links, images, videos and other files that a reader sees or loads.

use super::Document;
use super::anchor::attributes;
use crate::text::{Span, join_touching};

/// An address in an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HtmlLink<'a> {
    /// What the element shows: a link, an image ...
    pub what: &'static str,
    /// The address as written.
    pub target: &'a str,
    /// Its bytes in the file.
    pub span: Span,
}

/// Elements with addresses: HTML, "Links", "Embedded content".
const ELEMENTS: &[(&str, &str, &str)] = &[
    ("a", "href", "link"),
    ("area", "href", "link"),
    ("img", "src", "image"),
    ("img", "srcset", "image"),
    ("source", "src", "file"),
    ("source", "srcset", "image"),
    ("video", "src", "video"),
    ("video", "poster", "image"),
    ("audio", "src", "audio file"),
    ("track", "src", "file"),
    ("embed", "src", "file"),
    ("object", "data", "file"),
];

/// How much of a tag is read, in bytes.
const MAX_TAG: usize = 4_000;

/// The addresses in the HTML of a document, in order of the tags.
#[must_use]
pub fn html_links(document: &Document) -> Vec<HtmlLink<'_>> {
    let mut found = Vec::new();
    // A block comes line by line.
    for span in join_touching(document.body.html.iter().copied()) {
        let html = document.slice(span);
        let mut at = 0;
        while let Some(start) = html.get(at..).and_then(|rest| rest.find('<')).map(|i| at + i) {
            let rest = html.get(start..).unwrap_or_default();
            if rest.starts_with("<!--") {
                at = rest.find("-->").map_or(html.len(), |end| start + end);
                continue;
            }
            at = start + 1;
            let name: &str = rest[1..]
                .split(|c: char| !c.is_ascii_alphanumeric())
                .next()
                .unwrap_or_default();
            // A component of JSX has its own attributes.
            let is_html = name == name.to_ascii_lowercase() || name == name.to_ascii_uppercase();
            if !is_html
                || !ELEMENTS
                    .iter()
                    .any(|(element, ..)| name.eq_ignore_ascii_case(element))
            {
                continue;
            }
            let near = rest.get(..rest.floor_char_boundary(MAX_TAG)).unwrap_or_default();
            let tag = near.get(..tag_end(near)).unwrap_or_default();
            let place = span.start as usize + start;
            for (element, attribute, what) in ELEMENTS {
                if name.eq_ignore_ascii_case(element) {
                    read(tag, place, attribute, what, &mut found);
                }
            }
            at = start + tag.len().max(1);
        }
    }
    found
}

/// The addresses in one attribute of a tag that starts at byte `place` of the file.
fn read<'a>(
    tag: &'a str,
    place: usize,
    attribute: &'a str,
    what: &'static str,
    found: &mut Vec<HtmlLink<'a>>,
) {
    // Names of attributes in any case; the places are those of the text as written.
    let lower = tag.to_ascii_lowercase();
    for (at, value) in attributes(&lower, attribute) {
        let value = tag.get(at..at + value.len()).unwrap_or_default();
        let mut add = |at: usize, target: &'a str| {
            // `src={logo}` is an expression of JSX, `{{ url }}` one of a template.
            let is_expression = target.starts_with('{') || target.contains("{{") || target.contains("{%");
            if !is_expression {
                let start = place + at;
                found.push(HtmlLink {
                    what,
                    target,
                    span: Span::new(start, start + target.len()),
                });
            }
        };
        if attribute != "srcset" {
            add(at, value);
            continue;
        }
        // `small.png 1x, large.png 2x`: an address ends at white space, so it may hold commas.
        let mut rest = at;
        for candidate in value.split_inclusive(", ") {
            let blank = candidate.len() - candidate.trim_start().len();
            let address = candidate.split_ascii_whitespace().next().unwrap_or_default();
            let address = address.trim_end_matches(',');
            if !address.is_empty() {
                add(rest + blank, address);
            }
            rest += candidate.len();
        }
    }
}

/// The byte after a tag: after the first `>` outside of quotes and braces, or after the first one.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    let mut depth = 0_usize;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'{') => depth += 1,
            (None, b'}') => depth = depth.saturating_sub(1),
            (None, b'>') if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tag.find('>').map_or(tag.len(), |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::HubPath;

    #[test]
    fn addresses_of_elements_are_found() {
        let text = "<A HREF='a.md'>x</A> and <img\n  alt=\"a > b\"\n  src=b.png>\n\n\
                    <video controls src=\"c.mp4\" poster=\"d.png\"><source src='e.webm'></video>\n\n\
                    <img srcset=\"f.png 1x, g,1.png 2x\" src=\"h.png\">\n\n<object data=\"i.svg\"></object>\n";
        let document = Document::new(HubPath::new("", "a/docs/b/notes.md"), text.to_owned());
        let found = html_links(&document);
        let targets: Vec<&str> = found.iter().map(|link| link.target).collect();
        assert_eq!(
            targets,
            [
                "a.md", "b.png", "c.mp4", "d.png", "e.webm", "h.png", "f.png", "g,1.png", "i.svg"
            ]
        );
        assert!(found.iter().all(|link| link.span.slice(text) == link.target));
    }

    #[test]
    fn components_expressions_and_comments_have_none() {
        let text = "<Card href=\"/x\"><article data-href=\"y\"></article></Card>\n\n<img src={logo} />\n\n\
                    <a href=\"{{ url }}\">x</a>\n\n<!-- <img src=\"z.png\"> -->\n\n<abbr title=\"a\">b</abbr>\n";
        let document = Document::new(HubPath::new("", "a/docs/b/notes.md"), text.to_owned());
        assert_eq!(html_links(&document), []);
    }
}
