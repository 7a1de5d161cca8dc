//! Put a document into a hub temporarily.

use super::Hub;
use super::ids::EntryIds;
use crate::document::{Document, HubPath};
use std::sync::OnceLock;

/// What was there before.
#[derive(Debug)]
pub struct SwappedDocument {
    path: HubPath,
    document: Option<Document>,
    /// Paths of files and folders that were not there.
    added: Vec<String>,
    /// The ids without the document, when it was not there.
    ids: OnceLock<EntryIds>,
}

impl Hub {
    /// Put a document in place of the one at its path, or add it with its folders, until [`Hub::restore`].
    pub fn swap(&mut self, document: Document) -> SwappedDocument {
        let path = document.path.clone();
        let in_hub = path.path_in_hub();
        let ids = match self.document_or_attachment(in_hub) {
            Some(_) => OnceLock::new(),
            None => std::mem::take(&mut self.ids),
        };
        let folders = in_hub.match_indices('/').map(|(slash, _)| &in_hub[..slash]);
        let missing = folders
            .chain([in_hub])
            .filter(|path| !self.files.contains_key(*path));
        let added = missing.map(str::to_owned).collect();
        SwappedDocument {
            document: self.replace(document),
            path,
            added,
            ids,
        }
    }

    /// Put back what was swapped.
    pub fn restore(&mut self, swapped: SwappedDocument) {
        let SwappedDocument {
            path,
            document,
            added,
            ids,
        } = swapped;
        if let Some(document) = document {
            self.insert(document);
            return;
        }
        let at = |document: &Document| document.path.path_in_hub().cmp(path.path_in_hub());
        if let Ok(at) = self.documents.binary_search_by(at) {
            self.documents.remove(at);
        } else if let Ok(at) = self.attachments.binary_search_by(at) {
            self.attachments.remove(at);
        }
        for path in &added {
            self.files.remove(path);
        }
        self.ids = ids;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str, name: &str) -> Document {
        let front = format!("---\nname: {name}\nmetadata:\n  languages: python\n  versions: 1.0.0\n---\n");
        Document::new(HubPath::new("", path), front)
    }

    /// The documents, files and ids of a hub, a line each.
    fn state(hub: &Hub) -> Vec<String> {
        let documents = hub.documents().iter();
        let documents =
            documents.map(|document| format!("{}: {}", document.path.path_in_hub(), document.text));
        let files = hub.files.iter().map(|file| format!("{file:?}"));
        let ids = hub.ids().iter();
        let ids = ids.map(|(id, entry)| format!("{id}: {}", entry.docs(hub).count()));
        documents.chain(files).chain(ids).collect()
    }

    #[test]
    fn a_hub_is_as_before() {
        let mut hub = Hub::default();
        for (path, name) in [("a/docs/x/DOC.md", "x"), ("b/docs/y/DOC.md", "y")] {
            hub.insert(page(path, name));
        }
        let before = state(&hub);
        for (path, name, ids) in [
            // The same text, another name, the name of another one, and new files.
            ("a/docs/x/DOC.md", "x", 2),
            ("a/docs/x/DOC.md", "z", 2),
            ("a/docs/x/python/DOC.md", "x", 2),
            ("a/docs/new/DOC.md", "new", 3),
            ("c/docs/new/DOC.md", "new", 3),
        ] {
            let swapped = hub.swap(page(path, name));
            assert_eq!(hub.ids().iter().count(), ids, "{path} {name}");
            assert!(hub.files.contains_key(path));
            hub.restore(swapped);
            assert_eq!(state(&hub), before, "{path} {name}");
        }
    }
}
