//! Which documents make which id, as the hub's builder groups them.
//!
//! `chub build` takes the top folder as the author, walks it folder by folder in the order of the names' bytes,
//! and joins all `DOC.md` files of one `name` into one entry `author/name`. Each `SKILL.md` is a separate entry.
//! The folder of an author with a `registry.json` is not walked at all.

use super::Hub;
use crate::chub::js::{self, from_yaml};
use crate::document::{Document, DocumentKind, FrontMatter, YamlNode};
use crate::text::Span;
use std::collections::BTreeMap;

/// The ids of a hub.
#[derive(Debug, Default)]
pub struct EntryIds {
    entries: BTreeMap<String, IdEntry>,
}

/// The documents of one id, as places in `Hub::documents`, in the builder's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdEntry {
    docs: Vec<usize>,
    skills: Vec<usize>,
}

/// A language and version that one document gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryVariant<'a> {
    /// The language as written; the builder compares it without regard to case.
    pub language: (&'a str, Span),
    /// The version as written.
    pub version: (&'a str, Span),
}

impl IdEntry {
    /// Its `DOC.md` files, in the builder's order.
    pub fn docs<'a>(&'a self, hub: &'a Hub) -> impl Iterator<Item = &'a Document> {
        self.docs.iter().filter_map(|at| hub.documents.get(*at))
    }

    /// Whether the run reports on one of its files, on this machine.
    fn is_in_focus(&self, hub: &Hub) -> bool {
        let mut documents = self.docs(hub).chain(self.skills(hub));
        hub.is_whole() || documents.any(|document| hub.in_focus(&document.path))
    }

    /// Its `SKILL.md` files, in the builder's order. The builder refuses a second one.
    pub fn skills<'a>(&'a self, hub: &'a Hub) -> impl Iterator<Item = &'a Document> {
        self.skills.iter().filter_map(|at| hub.documents.get(*at))
    }
}

impl EntryIds {
    /// Group the documents of a hub.
    #[must_use]
    pub fn new(hub: &Hub) -> Self {
        let mut order: Vec<usize> = (0..hub.documents.len())
            .filter(|at| hub.documents[*at].kind.is_entry())
            .collect();
        // Folder by folder: `a/b` comes before `a-b`, although `-` sorts before `/`.
        order.sort_by(|a, b| {
            let bytes = |at: &usize| hub.documents[*at].path.path_in_hub().bytes();
            let before_all = |byte| if byte == b'/' { 0 } else { byte };
            bytes(a).map(before_all).cmp(bytes(b).map(before_all))
        });
        let mut entries: BTreeMap<String, IdEntry> = BTreeMap::new();
        for at in order {
            let document = &hub.documents[at];
            let Some((kind, id)) = place(document) else {
                continue;
            };
            if document
                .path
                .author()
                .is_some_and(|author| hub.has_registry(author))
            {
                continue;
            }
            let entry = entries.entry(id).or_default();
            match kind {
                DocumentKind::Skill => entry.skills.push(at),
                _ => entry.docs.push(at),
            }
        }
        Self { entries }
    }

    /// Every id with its documents, in order of id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &IdEntry)> {
        self.entries.iter().map(|(id, entry)| (id.as_str(), entry))
    }

    /// The ids with documents that the run reports on.
    pub fn focused<'a>(&'a self, hub: &'a Hub) -> impl Iterator<Item = (&'a str, &'a IdEntry)> {
        self.iter().filter(|(_, entry)| entry.is_in_focus(hub))
    }

    /// The documents of an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&IdEntry> {
        self.entries.get(id)
    }
}

/// As what a document is listed, and under which id; `None` when the builder does not list it. Documents with the same
/// answer are interchangeable in [`EntryIds`].
pub(super) fn place(document: &Document) -> Option<(DocumentKind, String)> {
    let is_listed = match document.kind {
        DocumentKind::Doc => has_variants(document),
        DocumentKind::Skill => true,
        DocumentKind::Companion | DocumentKind::Attachment => false,
    };
    is_listed.then(|| Some((document.kind, document_id(document)?)))?
}

/// Whether [`variants`] has any.
fn has_variants(document: &Document) -> bool {
    let Some(front) = document.front_matter() else {
        return false;
    };
    ["languages", "versions"]
        .iter()
        .all(|key| !pieces(front, key, &document.text).is_empty())
}

/// The id that a document makes: its author and its name as JavaScript writes it; `None` without a name.
#[must_use]
pub fn document_id(document: &Document) -> Option<String> {
    let (_, name) = document.front_matter()?.field(&["name"])?;
    if name.is_falsy() {
        return None;
    }
    let author = document.path.author()?;
    Some(format!("{author}/{}", js_string(name)))
}

/// Where a document gives its name; its first byte when it gives none.
#[must_use]
pub fn name_span(document: &Document) -> Span {
    document
        .front_matter()
        .and_then(|front| front.field(&["name"]))
        .map_or_else(Span::default, |(_, value)| value.span)
}

/// A value as the builder turns it into text, whatever its type.
#[must_use]
pub fn js_string(node: &YamlNode) -> String {
    from_yaml::to_js(node).to_text()
}

/// The most languages times versions that are looked at: far more than anybody writes.
const MAX_VARIANTS: usize = 10_000;

/// Every language and version of a document, in the builder's order: by language as written, then by version.
#[must_use]
pub fn variants(document: &Document) -> Vec<EntryVariant<'_>> {
    let Some(front) = document.front_matter() else {
        return Vec::new();
    };
    let pieces = |key: &str| pieces(front, key, &document.text);
    let versions = pieces("versions");
    pieces("languages")
        .into_iter()
        .flat_map(|language| {
            versions.iter().map(move |version| EntryVariant {
                language,
                version: *version,
            })
        })
        .take(MAX_VARIANTS)
        .collect()
}

fn pieces<'a>(front: &'a FrontMatter, key: &str, text: &'a str) -> Vec<(&'a str, Span)> {
    let filled = front.metadata(key).is_some_and(|(_, node)| !node.is_falsy());
    if !filled {
        return Vec::new();
    }
    front
        .list(key, text)
        .into_iter()
        .map(|(piece, span)| (js::trim(piece), span))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::HubPath;
    use crate::hub::FileKind;

    fn hub(files: &[(&str, &str)]) -> Hub {
        let mut hub = Hub::default();
        for (path, text) in files {
            hub.files.insert((*path).to_owned(), FileKind::File);
            if path.ends_with(".md") {
                let path = HubPath::new("", path);
                hub.documents.push(Document::new(path, (*text).to_owned()));
            }
        }
        hub.documents.sort_by(|a, b| a.path.cmp(&b.path));
        hub
    }

    fn doc(name: &str) -> String {
        format!("---\nname: {name}\nmetadata:\n  languages: \"python, Ruby\"\n  versions: \"1, 2\"\n---\n")
    }

    #[test]
    fn documents_of_a_name_are_one_entry_in_the_builders_order() {
        let text = doc("x");
        let hub = hub(&[
            ("a/docs/x/DOC.md", &text),
            ("a/docs/x-2/DOC.md", &text),
            ("a/docs/x/1/DOC.md", &text),
            ("a/skills/x/SKILL.md", "---\nname: x\n---\n"),
        ]);
        let ids = EntryIds::new(&hub);
        let entry = ids.get("a/x").unwrap();
        let paths: Vec<_> = entry.docs(&hub).map(|d| d.path.path_in_hub()).collect();
        assert_eq!(
            paths,
            ["a/docs/x/1/DOC.md", "a/docs/x/DOC.md", "a/docs/x-2/DOC.md"]
        );
        assert_eq!(entry.skills(&hub).count(), 1);
    }

    #[test]
    fn names_are_written_as_javascript_writes_them() {
        let hub = hub(&[
            ("a/docs/b/DOC.md", &doc("1.0")),
            ("a/docs/c/DOC.md", &doc("\"\"")),
            ("a/docs/d/DOC.md", &doc("[x, y]")),
        ]);
        let ids = EntryIds::new(&hub);
        assert_eq!(ids.iter().map(|(id, _)| id).collect::<Vec<_>>(), ["a/1", "a/x,y"]);
    }

    #[test]
    fn an_author_with_a_registry_is_not_walked() {
        let hub = hub(&[("a/docs/b/DOC.md", &doc("b")), ("a/registry.json", "{}")]);
        assert_eq!(EntryIds::new(&hub).iter().count(), 0);
    }

    #[test]
    fn variants_are_languages_times_versions() {
        let hub = hub(&[("a/docs/b/DOC.md", &doc("b"))]);
        let found: Vec<_> = variants(&hub.documents[0])
            .iter()
            .map(|v| (v.language.0, v.version.0))
            .collect();
        assert_eq!(
            found,
            [("python", "1"), ("python", "2"), ("Ruby", "1"), ("Ruby", "2")]
        );
    }
}
