//! The registry of a hub: `registry.json` and `search-index.json` in the bytes that `chub build` of
//! `@aisuite/chub` 0.1.4 writes, the content tree beside them, and what the client makes of them.

pub mod content;
pub mod discovered;
pub mod names;
pub mod problem;
pub mod recommend;
pub mod search_index;
pub mod stage;
pub mod supplied;
pub mod target;
pub mod tokens;
pub mod unchanged;
pub mod write;

use std::collections::HashSet;

use rayon::prelude::*;

use crate::chub::js::{JsKind, JsObject, JsValue};
use content::{Content, ContentKind, ContentNode, REGISTRY_FILE};
use discovered::{AuthorEntries, EntryDefaults, ListedEntry};
use problem::BuildProblem;
use search_index::{IndexedEntry, SearchIndex};

/// What a registry is made from besides the content.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// `base_url`, when the tree will be served from there.
    pub base_url: Option<String>,
    /// `generated`: the moment of the build in UTC, with milliseconds, as `2026-01-02T03:04:05.000Z`.
    pub generated: String,
    /// How the recommended version is chosen.
    pub recommend: recommend::RecommendPolicy,
}

/// A registry, with the warnings and errors of its build.
#[derive(Debug)]
pub struct Registry {
    /// Documents in registry order.
    pub docs: Vec<ListedEntry>,
    /// Skills in registry order.
    pub skills: Vec<ListedEntry>,
    /// Authors whose own `registry.json` was used.
    pub supplied: Vec<String>,
    /// In the reference's order.
    pub warnings: Vec<BuildProblem>,
    /// In the reference's order. With any of them nothing is written.
    pub errors: Vec<BuildProblem>,
    settings: BuildOptions,
}

/// Makes the registry of a content folder.
#[must_use]
pub fn build(content: &Content, settings: BuildOptions) -> Registry {
    let defaults = EntryDefaults {
        today: settings.generated.get(..10).unwrap_or_default().to_owned(),
        recommend: settings.recommend,
    };
    let found: Vec<(bool, AuthorEntries)> = content
        .authors
        .par_iter()
        .map(|author| author_entries(content, author, &defaults))
        .collect();
    let mut registry = Registry {
        docs: Vec::new(),
        skills: Vec::new(),
        supplied: Vec::new(),
        warnings: Vec::new(),
        errors: content.problems.clone(),
        settings,
    };
    for (author, (supplied, entries)) in content.authors.iter().zip(found) {
        if supplied && entries.errors.is_empty() {
            registry.supplied.push(author.name.clone());
        }
        registry.docs.extend(entries.docs);
        registry.skills.extend(entries.skills);
        registry.warnings.extend(entries.warnings);
        registry.errors.extend(entries.errors);
    }
    let doc_errors = duplicates(&registry.docs, "doc");
    let skill_errors = duplicates(&registry.skills, "skill");
    registry.errors.extend(doc_errors);
    registry.errors.extend(skill_errors);
    registry
}

/// The entries of one author, and whether the author supplied them.
fn author_entries(
    content: &Content,
    author: &ContentNode,
    defaults: &EntryDefaults,
) -> (bool, AuthorEntries) {
    let Some(file) = author.children().iter().find(|node| node.name == REGISTRY_FILE) else {
        return (false, discovered::discover(&content.root, author, defaults));
    };
    let read = match file.kind {
        ContentKind::File(_) => content::read_text(&content.root, &file.path),
        ContentKind::Folder(_) => Err(BuildProblem::error(
            &file.path,
            "a folder where a file is expected",
        )),
    };
    let entries = match read {
        Ok(text) => supplied::read_author_registry(&author.name, &file.path, &text),
        Err(problem) => AuthorEntries {
            errors: vec![problem],
            ..AuthorEntries::default()
        },
    };
    (true, entries)
}

/// An error for every id that was there before.
fn duplicates(entries: &[ListedEntry], what: &str) -> Vec<BuildProblem> {
    let mut seen = HashSet::new();
    let mut errors = Vec::new();
    for listed in entries {
        let id = listed
            .value
            .get("id")
            .and_then(JsValue::as_str)
            .unwrap_or_default();
        if !seen.insert(id) {
            errors.push(BuildProblem {
                position: listed.position,
                ..BuildProblem::error(&listed.path, format!("Duplicate {what} id '{id}'"))
            });
        }
    }
    errors
}

impl Registry {
    /// The value of `registry.json`.
    #[must_use]
    pub fn value(&self) -> JsValue {
        let list = |entries: &[ListedEntry]| {
            let values = entries.iter().map(|listed| listed.value.clone());
            JsValue::from(JsKind::Array(values.collect()))
        };
        let mut object = JsObject::new();
        object.insert("version".to_owned(), "1.0.0".into());
        object.insert("generated".to_owned(), self.settings.generated.as_str().into());
        object.insert("docs".to_owned(), list(&self.docs));
        object.insert("skills".to_owned(), list(&self.skills));
        // The reference ignores an empty address, and writes it last.
        if let Some(url) = self.settings.base_url.as_deref().filter(|url| !url.is_empty()) {
            object.insert("base_url".to_owned(), url.into());
        }
        JsKind::Object(object).into()
    }

    /// The text of `registry.json`.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.value().stringify(true)
    }

    /// The search index of its entries.
    #[must_use]
    pub fn search_index(&self) -> SearchIndex {
        let entries = self.docs.iter().chain(&self.skills);
        SearchIndex::new(entries.map(|listed| IndexedEntry::new(&listed.value)).collect())
    }
}
