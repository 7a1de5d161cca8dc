//! Ranks entries for a query as the hub's client does: BM25 over the index, then a bonus for names and ids that
//! look like the query.

use indexmap::{IndexMap, IndexSet};
use std::collections::HashMap;

use super::lexical;
use crate::chub::build::search_index::{B, IndexedEntry, K1, SearchField, SearchIndex};
use crate::chub::build::tokens::tokenize;
use crate::chub::js::{self, JsValue, float};

/// Weight of each field, in the order in which the client adds them up: the last digits depend on it.
const WEIGHTS: [(SearchField, f64); 4] = [
    (SearchField::Id, 4.0),
    (SearchField::Name, 3.0),
    (SearchField::Tags, 2.0),
    (SearchField::Description, 1.0),
];

/// The sources that the client shows by default.
const SHOWN_SOURCES: &[&str] = &["official", "maintainer", "community"];

/// Documents or skills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// Has languages and versions.
    Doc,
    /// Has its own path.
    Skill,
}

/// One entry of a registry.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogEntry {
    /// The source that it is from, by its place in [`Catalog::sources`].
    pub source: usize,
    /// Which list it is from.
    pub kind: EntryKind,
    /// `author/name`.
    pub id: String,
    /// The id that names it among all sources: with that of its source when an earlier one has the id.
    pub shown_id: String,
    /// The name of its source, when there are several.
    pub shown_source: Option<String>,
    /// The name.
    pub name: String,
    /// Its object in the registry.
    pub value: JsValue,
}

/// Filters for a list of entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchFilters {
    /// Comma-separated tags; an entry must have all of them.
    pub tags: Option<String>,
    /// A language or its alias.
    pub lang: Option<String>,
}

/// The registries of one or more sources, which can be searched.
#[derive(Clone, Debug)]
pub struct Catalog {
    sources: Vec<String>,
    entries: Vec<CatalogEntry>,
    index: SearchIndex,
    /// The source of each document of the index.
    indexed: Vec<usize>,
    /// The first source that shows an id.
    owners: HashMap<String, usize>,
}

/// The first source that shows each id.
fn owners(entries: &[CatalogEntry]) -> HashMap<String, usize> {
    let mut owners: HashMap<String, usize> = HashMap::new();
    for entry in entries.iter().filter(|entry| is_shown(entry)) {
        let owner = owners.entry(entry.id.clone()).or_insert(entry.source);
        *owner = entry.source.min(*owner);
    }
    owners
}

/// The identity of an entry: the source and the id.
type EntryKey<'a> = (usize, &'a str);

/// An entry and how well it fits.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchHit<'a> {
    /// The entry.
    pub entry: &'a CatalogEntry,
    /// The client's score; zero when there was no query.
    pub score: f64,
}

impl Catalog {
    /// Takes the entries of a parsed `registry.json` and indexes them.
    #[must_use]
    pub fn new(registry: &JsValue) -> Self {
        Self::merged(&[("default".to_owned(), registry.clone())])
    }

    /// Takes the entries of several sources, each with its name, in the order of the sources. As in the client, all
    /// documents are before all skills.
    #[must_use]
    pub fn merged(sources: &[(String, JsValue)]) -> Self {
        let of = |kind, key: &'static str| {
            let sources = sources.iter().enumerate();
            sources.flat_map(move |(source, (_, registry))| entries(source, kind, registry, key))
        };
        let docs = of(EntryKind::Doc, "docs");
        let skills = of(EntryKind::Skill, "skills");
        let mut entries: Vec<CatalogEntry> = docs.chain(skills).collect();
        let owners = owners(&entries);
        for entry in entries.iter_mut().filter(|_| sources.len() > 1) {
            entry.shown_source = sources.get(entry.source).map(|(name, _)| name.clone());
            if owners.get(&entry.id).is_some_and(|owner| *owner != entry.source) {
                let (source, _) = &sources[entry.source];
                entry.shown_id = format!("{source}:{}", entry.id);
            }
        }
        // The client joins the indexes of the sources, each with its documents first.
        let mut order: Vec<&CatalogEntry> = entries.iter().collect();
        order.sort_by_key(|entry| entry.source);
        let indexed = order.iter().map(|entry| entry.source).collect();
        let index = SearchIndex::new(
            order
                .iter()
                .map(|entry| IndexedEntry::new(&entry.value))
                .collect(),
        );
        Self {
            sources: sources.iter().map(|(name, _)| name.clone()).collect(),
            entries,
            index,
            indexed,
            owners,
        }
    }

    /// The names of the sources.
    #[must_use]
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// The entries that an id names: `author/name` of the first source that has it, or `source:author/name`.
    #[must_use]
    pub fn find(&self, id: &str) -> Vec<&CatalogEntry> {
        match id.split_once(':') {
            Some((source, id)) => {
                let is_from =
                    |entry: &CatalogEntry| self.sources.get(entry.source).is_some_and(|s| s == source);
                let mut found = self.shown().filter(|entry| entry.id == id && is_from(entry));
                found.next().into_iter().collect()
            }
            None => {
                let owner = self.owners.get(id);
                let is_owned = |entry: &&CatalogEntry| entry.id == id && owner == Some(&entry.source);
                self.shown().filter(is_owned).collect()
            }
        }
    }

    /// An id with its source, as the client writes it where several sources have the id.
    #[must_use]
    pub fn qualified(&self, entry: &CatalogEntry) -> String {
        let source = self.sources.get(entry.source).map_or("", String::as_str);
        format!("{source}:{}", entry.id)
    }

    /// The index over the entries.
    #[must_use]
    pub fn index(&self) -> &SearchIndex {
        &self.index
    }

    /// Every entry that the client shows, those of an unknown source left out.
    pub fn shown(&self) -> impl Iterator<Item = &CatalogEntry> {
        self.entries.iter().filter(|entry| is_shown(entry))
    }

    /// The entries that the client would list for no query: each id once, documents first.
    fn listed(&self) -> IndexMap<EntryKey<'_>, &CatalogEntry> {
        let mut listed = IndexMap::new();
        for entry in self.shown() {
            listed.entry((entry.source, entry.id.as_str())).or_insert(entry);
        }
        listed
    }

    /// The entries for a query, best first; all entries when the query is blank.
    #[must_use]
    pub fn search(&self, query: &str, filters: &SearchFilters) -> Vec<SearchHit<'_>> {
        let query = js::collapse_whitespace(query);
        let listed = self.listed();
        let mut scores: IndexMap<EntryKey<'_>, SearchHit<'_>> = IndexMap::new();
        if query.is_empty() {
            let all = listed.values().map(|&entry| SearchHit { entry, score: 0.0 });
            return all.filter(|hit| passes(hit.entry, filters)).collect();
        }
        for (document, score) in self.bm25(&query) {
            let key = (self.indexed[document], self.index.documents[document].id.as_str());
            if let Some(&entry) = listed.get(&key) {
                // A doc and a skill of one id: the later, lower score stays.
                scores.insert(key, SearchHit { entry, score });
            }
        }
        self.add_lookalikes(&query, &listed, &mut scores);
        let mut hits: Vec<SearchHit<'_>> = scores
            .into_values()
            .filter(|hit| passes(hit.entry, filters))
            .collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        hits
    }

    /// Adds points to entries whose name or id is similar to the query, and finds those that BM25 did not.
    fn add_lookalikes<'a>(
        &'a self,
        query: &str,
        listed: &IndexMap<EntryKey<'a>, &'a CatalogEntry>,
        scores: &mut IndexMap<EntryKey<'a>, SearchHit<'a>>,
    ) {
        let terms = tokenize(query);
        let missing: Vec<&String> = terms
            .iter()
            .filter(|term| !self.index.postings.contains_key(*term))
            .collect();
        let look_at_all = scores.is_empty() || (terms.len() >= 2 && !missing.is_empty());
        let rescued = missing
            .into_iter()
            .filter(|term| !scores.is_empty() && term.len() >= 5);
        let queries = lexical::compact_queries(query, rescued.map(String::as_str));
        let candidates: Vec<&'a CatalogEntry> = if look_at_all {
            listed.values().copied().collect()
        } else {
            scores.values().map(|hit| hit.entry).collect()
        };
        for entry in candidates {
            let boost = lexical::boost(&entry.id, &entry.name, &queries);
            if boost > 0.0 {
                scores
                    .entry((entry.source, entry.id.as_str()))
                    .or_insert(SearchHit { entry, score: 0.0 })
                    .score += boost;
            }
        }
    }

    /// Scores of the entries that have a term of the query, best first.
    fn bm25(&self, query: &str) -> Vec<(usize, f64)> {
        let terms = tokenize(query);
        let found: IndexSet<usize> = terms
            .iter()
            .filter_map(|term| self.index.postings.get(term))
            .flatten()
            .copied()
            .collect();
        let weighted = |number: usize| {
            let total = WEIGHTS.iter().fold(0.0, |total, &(field, weight)| {
                total + self.field_score(number, field, &terms) * weight
            });
            (number, total)
        };
        let mut scored: Vec<(usize, f64)> = found
            .into_iter()
            .map(weighted)
            .filter(|(_, s)| *s > 0.0)
            .collect();
        scored.sort_by(|a, b| b.1.total_cmp(&a.1));
        scored
    }

    fn field_score(&self, number: usize, field: SearchField, terms: &[String]) -> f64 {
        let have = &self.index.documents[number].terms[field as usize];
        let mean = self.index.mean_lengths[field as usize];
        let mean = if mean == 0.0 { 1.0 } else { mean };
        let mut score = 0.0;
        for term in terms {
            let frequency = float(have.iter().filter(|have| *have == term).count());
            if frequency == 0.0 {
                continue;
            }
            let numerator = frequency * (K1 + 1.0);
            let denominator = frequency + K1 * (1.0 - B + B * (float(have.len()) / mean));
            score += self.index.idf(term) * (numerator / denominator);
        }
        score
    }
}

/// The entries of one list of a registry.
fn entries(
    source: usize,
    kind: EntryKind,
    registry: &JsValue,
    key: &str,
) -> impl Iterator<Item = CatalogEntry> {
    let list = registry.get(key).and_then(JsValue::as_array).unwrap_or_default();
    let text = |value: &JsValue, key| {
        let text = value.get(key).and_then(JsValue::as_str);
        text.unwrap_or_default().to_owned()
    };
    let entry = move |value: &JsValue| {
        let name = text(value, "name");
        let id = Some(text(value, "id")).filter(|id| !id.is_empty());
        let id = id.unwrap_or_else(|| name.clone());
        CatalogEntry {
            source,
            kind,
            shown_id: id.clone(),
            shown_source: None,
            id,
            name,
            value: value.clone(),
        }
    };
    list.iter().map(entry)
}

/// Whether the client's default settings show the entry's source.
fn is_shown(entry: &CatalogEntry) -> bool {
    match entry.value.get("source") {
        Some(source) if source.is_truthy() => source
            .as_str()
            .is_some_and(|source| SHOWN_SOURCES.contains(&source.to_lowercase().as_str())),
        _ => true,
    }
}

fn passes(entry: &CatalogEntry, filters: &SearchFilters) -> bool {
    let list = |key| {
        entry
            .value
            .get(key)
            .and_then(JsValue::as_array)
            .unwrap_or_default()
    };
    let has_tag = |wanted: &str| {
        let tags = list("tags").iter().filter_map(JsValue::as_str);
        tags.into_iter().any(|tag| tag.to_lowercase() == wanted)
    };
    let tags = filters.tags.as_deref().filter(|tags| !tags.is_empty());
    let has_tags = tags.is_none_or(|tags| tags.split(',').all(|tag| has_tag(&js::trim(tag).to_lowercase())));
    let lang = filters.lang.as_deref().filter(|lang| !lang.is_empty());
    has_tags
        && lang.is_none_or(|lang| {
            let lang = full_language(lang);
            list("languages")
                .iter()
                .any(|l| l.get("language").and_then(JsValue::as_str) == Some(&lang))
        })
}

/// The client's names for languages and their short forms.
const ALIASES: [(&str, &str); 5] = [
    ("js", "javascript"),
    ("ts", "typescript"),
    ("py", "python"),
    ("rb", "ruby"),
    ("cs", "csharp"),
];

/// The name under which the client looks for a language: `py` is `python`.
#[must_use]
pub fn full_language(lang: &str) -> String {
    let lower = lang.to_lowercase();
    let alias = ALIASES.iter().find(|(short, _)| *short == lower);
    alias.map_or(lower, |(_, full)| (*full).to_owned())
}

/// The name that the client shows: `python` is `py`.
#[must_use]
pub fn short_language(lang: &str) -> &str {
    let alias = ALIASES.iter().find(|(_, full)| *full == lang);
    alias.map_or(lang, |(short, _)| short)
}
