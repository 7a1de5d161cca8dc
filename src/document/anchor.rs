//! The anchors of a document: what `#...` in a link can point at.
//!
//! GitHub shows hubs to their readers, so headings get the anchors that GitHub gives them: the text in lower
//! case, without images and punctuation, blanks as hyphens, and `-1`, `-2` ... on a text that was there before. The
//! blanks beside an image, a tag or a comment stay. Explicit
//! ids (`id="..."` and `name="..."` in HTML, `{#...}` after a heading) count too.

use super::{Document, Heading};
use std::collections::{HashMap, HashSet};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// How much of a page is looked at for a heading that is written as HTML, in bytes.
const MAX_HEADING_BYTES: usize = 2_000;

/// The anchors of one document. Upper and lower case count as one: browsers on GitHub find either.
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    names: HashSet<String>,
    /// In the order of the document, as written, for suggestions.
    headings: Vec<String>,
}

impl Anchors {
    /// Collect the anchors of a document.
    #[must_use]
    pub fn from_document(document: &Document) -> Self {
        let mut anchors = Self::default();
        let mut slugger = Slugger::default();
        for heading in &document.body.headings {
            anchors.heading(heading, &mut slugger);
        }
        for html in &document.body.html {
            anchors.html(document.slice(*html), &mut slugger);
        }
        anchors
    }

    /// Whether the document has an anchor (without `#`, percent-decoded).
    #[must_use]
    pub fn contains(&self, anchor: &str) -> bool {
        let anchor = anchor.to_lowercase();
        let bare = anchor.strip_prefix("user-content-").unwrap_or(&anchor);
        // A browser takes `#` and `#top` as the top; a text fragment is no anchor at all.
        bare.is_empty() || bare == "top" || bare.starts_with(":~:") || self.names.contains(bare)
    }

    /// The anchors of the headings, in their order.
    pub fn headings(&self) -> impl Iterator<Item = &str> {
        self.headings.iter().map(String::as_str)
    }

    fn heading(&mut self, heading: &Heading, slugger: &mut Slugger) {
        let text = heading.anchor.as_str();
        let own = text
            .trim_end()
            .strip_suffix('}')
            .and_then(|t| t.rsplit_once("{#"));
        let (text, own) = match own {
            Some((before, id)) => (before.trim_end(), Some(id)),
            None => (text, None),
        };
        if let Some(id) = own {
            self.names.insert(id.trim().to_lowercase());
        }
        let slug = slugger.slug(text);
        self.names.insert(slug.clone());
        self.headings.push(slug);
    }

    /// Ids and names of tags, and headings written as HTML on one line.
    fn html(&mut self, html: &str, slugger: &mut Slugger) {
        for attribute in ["id", "name"] {
            for (_, value) in attributes(html, attribute) {
                self.names.insert(value.to_lowercase());
            }
        }
        for level in ["<h1", "<h2", "<h3", "<h4", "<h5", "<h6"] {
            for (at, _) in html.match_indices(level) {
                // Not to the end of the page for each heading that is never closed.
                let near = html.get(at..).unwrap_or_default();
                let near = near.get(..near.floor_char_boundary(MAX_HEADING_BYTES));
                let inside = near.and_then(|tag| tag.split_once('>'));
                if let Some((text, _)) = inside.and_then(|(_, rest)| rest.split_once("</h")) {
                    self.names.insert(slugger.slug(without_tags(text).trim()));
                }
            }
        }
    }
}

/// The values of an attribute in a piece of HTML, in order, each with the byte at which it starts.
pub fn attributes<'a>(html: &'a str, name: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    html.match_indices(name).filter_map(move |(at, _)| {
        let before = html.get(..at)?.chars().next_back()?;
        if !before.is_ascii_whitespace() && !matches!(before, '"' | '\'') {
            return None;
        }
        let value = html
            .get(at + name.len()..)?
            .trim_start()
            .strip_prefix('=')?
            .trim_start();
        let start = html.len() - value.len();
        match value.chars().next()? {
            quote @ ('"' | '\'') => Some((start + 1, value.get(1..)?.split(quote).next()?)),
            _ => Some((start, value.split([' ', '\t', '\n', '\r', '>']).next()?)),
        }
    })
}

fn without_tags(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((text, tag)) = rest.split_once('<') {
        out.push_str(text);
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    out + rest
}

/// Gives each heading its anchor, as `github-slugger` does: a repeated text gets the next free number.
#[derive(Debug, Default)]
struct Slugger {
    seen: HashMap<String, usize>,
}

impl Slugger {
    fn slug(&mut self, text: &str) -> String {
        let base = slug(text);
        let mut name = base.clone();
        while self.seen.contains_key(&name) {
            let count = self.seen.entry(base.clone()).or_default();
            *count += 1;
            name = format!("{base}-{count}");
        }
        self.seen.insert(name.clone(), 0);
        name
    }
}

/// The anchor of a heading's text before numbering.
#[must_use]
pub fn slug(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter(|c| *c == ' ' || *c == '-' || is_word(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// Letters, marks, digits, connector punctuation, and symbols that are letters in a circle or square: `\p{Word}` of Ruby,
/// which GitHub uses. Fractions and superscripts do not count.
fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    matches!(
        c.general_category_group(),
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark
    ) || matches!(
        c.general_category(),
        GeneralCategory::DecimalNumber
            | GeneralCategory::LetterNumber
            | GeneralCategory::ConnectorPunctuation
    ) || matches!(u32::from(c), 0x24B6..=0x24E9 | 0x1F130..=0x1F149 | 0x1F150..=0x1F169 | 0x1F170..=0x1F189)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::HubPath;

    fn anchors(text: &str) -> Anchors {
        Anchors::from_document(&Document::new(
            HubPath::new("", "a/docs/b/notes.md"),
            text.to_owned(),
        ))
    }

    #[test]
    fn headings_are_slugged_as_github_does() {
        for (text, expected) in [
            ("Hello, World!", "hello-world"),
            ("`foo.bar()` & more", "foobar--more"),
            ("A_b C-d", "a_b-c-d"),
            ("Größe 2.0", "größe-20"),
            ("日本語 入門", "日本語-入門"),
            ("🚀 Start", "-start"),
            ("x² and H₂O, ½", "x-and-ho-"),
            ("Part Ⅷ Ⓐ 🅰", "part-ⅷ-ⓐ-🅰"),
        ] {
            assert_eq!(slug(text), expected);
        }
    }

    #[test]
    fn images_and_tags_leave_their_blanks() {
        for (heading, expected) in [
            ("Buy ![now](y.png)", "buy-"),
            ("![build](y.png) Status", "-status"),
            ("Use ![a **b**](y.png) it", "use--it"),
            ("[![a](b.png) Site](x.md) of it", "-site-of-it"),
            ("Title <a id=\"x\"></a>", "title-"),
            ("<a name=\"x\"></a> Title", "-title"),
            ("Old <!-- was: new --> way", "old--way"),
            ("A  B", "a--b"),
            ("`a b` *c*", "a-b-c"),
        ] {
            let found = anchors(&format!("## {heading}\n"));
            assert_eq!(found.headings().collect::<Vec<_>>(), [expected], "{heading}");
        }
        assert!(anchors("Two\nlines\n===\n").contains("twolines"));
    }

    #[test]
    fn repeated_headings_are_numbered_past_taken_names() {
        let found = anchors("# A\n\n# A-1\n\n# A\n\n# A\n");
        assert_eq!(found.headings().collect::<Vec<_>>(), ["a", "a-1", "a-2", "a-3"]);
    }

    #[test]
    fn explicit_ids_count() {
        let found = anchors(
            "## Usage {#how-to}\n\n<a id=\"one\"></a> <a class='x' name='Two'></a>\n\n<h2 align=center>Old <b>Way</b></h2>\n",
        );
        for name in [
            "how-to",
            "usage",
            "one",
            "two",
            "TWO",
            "old-way",
            "top",
            "",
            "user-content-one",
        ] {
            assert!(found.contains(name), "{name}");
        }
        assert!(!found.contains("three"));
    }

    #[test]
    fn code_in_a_heading_counts_and_markup_does_not() {
        let found = anchors("## The `Client` **class** [here](x.md)\n");
        assert!(found.contains("the-client-class-here"));
    }
}
