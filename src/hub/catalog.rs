//! The entries of a hub as clients search them.

use super::{Hub, ids};
use crate::chub::client::rank::{Catalog, SearchFilters};
use crate::chub::js::json;
use crate::document::{Document, FrontMatter};
use serde_json::{Value, json};

/// A hub as clients search it.
#[derive(Debug)]
pub struct ClientSearch(Catalog);

impl ClientSearch {
    /// The ids that the client lists for a query, best first.
    #[must_use]
    pub fn search(&self, query: &str) -> Vec<&str> {
        let hits = self.0.search(query, &SearchFilters::default());
        hits.into_iter().map(|hit| hit.entry.id.as_str()).collect()
    }
}

/// The entries of a hub as far as searching goes: ids, names, descriptions, tags and sources, in the order of the
/// builder. Entries of authors with a `registry.json` are not included.
#[must_use]
pub fn client_search(hub: &Hub) -> ClientSearch {
    let mut docs = Vec::new();
    let mut skills = Vec::new();
    for (id, entry) in hub.ids().iter() {
        docs.extend(entry.docs(hub).next().map(|first| (first, searched(id, first))));
        skills.extend(entry.skills(hub).next().map(|first| (first, searched(id, first))));
    }
    let ordered = |mut entries: Vec<(&Document, Value)>| {
        let parts = |document: &Document| {
            document
                .path
                .path_in_hub()
                .split('/')
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        entries.sort_by_key(|(document, _)| parts(document));
        entries.into_iter().map(|(_, value)| value).collect::<Vec<_>>()
    };
    let registry = json!({ "docs": ordered(docs), "skills": ordered(skills) });
    let registry = json::parse(&registry.to_string()).expect("what serde_json writes is JSON");
    ClientSearch(Catalog::new(&registry))
}

/// What of an entry is searched.
fn searched(id: &str, document: &Document) -> Value {
    let text = |field: &[&str]| {
        let node = document.front_matter().and_then(|front| front.field(field));
        node.map(|(_, value)| ids::js_string(value)).unwrap_or_default()
    };
    let list = |front: &FrontMatter| {
        let tags = front.list("tags", &document.text);
        tags.into_iter()
            .map(|(tag, _)| tag.to_owned())
            .collect::<Vec<_>>()
    };
    let source = Some(text(&["metadata", "source"])).filter(|source| !source.is_empty());
    json!({
        "id": id,
        "name": text(&["name"]),
        "description": text(&["description"]),
        "source": source.unwrap_or_else(|| "community".to_owned()),
        "tags": document.front_matter().map(list).unwrap_or_default(),
    })
}
