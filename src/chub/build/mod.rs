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

use crate::chub::js::{Kind, Object, Value};
use content::{Content, Node, NodeKind, REGISTRY_FILE};
use discovered::{AuthorEntries, Defaults, Listed};
use problem::Problem;
use search_index::{Indexed, SearchIndex};

/// What a registry is made from besides the content.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `base_url`, when the tree will be served from there.
    pub base_url: Option<String>,
    /// `generated`: the moment of the build in UTC, with milliseconds, as `2026-01-02T03:04:05.000Z`.
    pub generated: String,
    /// How the recommended version is chosen.
    pub recommend: recommend::Recommend,
}

/// A registry, with the warnings and errors of its build.
#[derive(Debug)]
pub struct Registry {
    /// Documents in registry order.
    pub docs: Vec<Listed>,
    /// Skills in registry order.
    pub skills: Vec<Listed>,
    /// Authors whose own `registry.json` was used.
    pub supplied: Vec<String>,
    /// In the reference's order.
    pub warnings: Vec<Problem>,
    /// In the reference's order. With any of them nothing is written.
    pub errors: Vec<Problem>,
    settings: Settings,
}

/// Makes the registry of a content folder.
#[must_use]
pub fn build(content: &Content, settings: Settings) -> Registry {
    let defaults = Defaults {
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
fn author_entries(content: &Content, author: &Node, defaults: &Defaults) -> (bool, AuthorEntries) {
    let Some(file) = author.children().iter().find(|node| node.name == REGISTRY_FILE) else {
        return (false, discovered::discover(&content.root, author, defaults));
    };
    let read = match file.kind {
        NodeKind::File(_) => content::read_text(&content.root, &file.path),
        NodeKind::Folder(_) => Err(Problem::error(&file.path, "a folder where a file is expected")),
    };
    let entries = match read {
        Ok(text) => supplied::supplied(&author.name, &file.path, &text),
        Err(problem) => AuthorEntries {
            errors: vec![problem],
            ..AuthorEntries::default()
        },
    };
    (true, entries)
}

/// An error for every id that was there before.
fn duplicates(entries: &[Listed], what: &str) -> Vec<Problem> {
    let mut seen = HashSet::new();
    let mut errors = Vec::new();
    for listed in entries {
        let id = listed.value.get("id").and_then(Value::as_str).unwrap_or_default();
        if !seen.insert(id) {
            errors.push(Problem {
                position: listed.position,
                ..Problem::error(&listed.path, format!("Duplicate {what} id '{id}'"))
            });
        }
    }
    errors
}

impl Registry {
    /// The value of `registry.json`.
    #[must_use]
    pub fn value(&self) -> Value {
        let list = |entries: &[Listed]| {
            let values = entries.iter().map(|listed| listed.value.clone());
            Value::from(Kind::Array(values.collect()))
        };
        let mut object = Object::new();
        object.insert("version".to_owned(), "1.0.0".into());
        object.insert("generated".to_owned(), self.settings.generated.as_str().into());
        object.insert("docs".to_owned(), list(&self.docs));
        object.insert("skills".to_owned(), list(&self.skills));
        // The reference ignores an empty address, and writes it last.
        if let Some(url) = self.settings.base_url.as_deref().filter(|url| !url.is_empty()) {
            object.insert("base_url".to_owned(), url.into());
        }
        Kind::Object(object).into()
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
        SearchIndex::new(entries.map(|listed| Indexed::new(&listed.value)).collect())
    }
}
