//! Ranks entries for a query as the hub's client does: BM25 over the index, then a bonus for names and ids that
//! look like the query.

use indexmap::{IndexMap, IndexSet};

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
    /// Which list it is from.
    pub kind: EntryKind,
    /// `author/name`.
    pub id: String,
    /// The name.
    pub name: String,
    /// Its object in the registry.
    pub value: JsValue,
}

/// What a list of entries is cut down to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchFilters {
    /// Comma-separated tags; an entry must have all of them.
    pub tags: Option<String>,
    /// A language or its alias.
    pub lang: Option<String>,
}

/// A registry that can be searched.
#[derive(Clone, Debug)]
pub struct Catalog {
    entries: Vec<CatalogEntry>,
    index: SearchIndex,
}

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
        let list = |key| registry.get(key).and_then(JsValue::as_array).unwrap_or_default();
        let entry = |kind, value: &JsValue| {
            let text = |key| {
                value
                    .get(key)
                    .and_then(JsValue::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            let name = text("name");
            let id = Some(text("id"))
                .filter(|id| !id.is_empty())
                .unwrap_or_else(|| name.clone());
            CatalogEntry {
                kind,
                id,
                name,
                value: value.clone(),
            }
        };
        let docs = list("docs").iter().map(|value| entry(EntryKind::Doc, value));
        let skills = list("skills").iter().map(|value| entry(EntryKind::Skill, value));
        let entries: Vec<CatalogEntry> = docs.chain(skills).collect();
        let index = SearchIndex::new(
            entries
                .iter()
                .map(|entry| IndexedEntry::new(&entry.value))
                .collect(),
        );
        Self { entries, index }
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
    fn listed(&self) -> IndexMap<&str, &CatalogEntry> {
        let mut listed = IndexMap::new();
        for entry in self.shown() {
            listed.entry(entry.id.as_str()).or_insert(entry);
        }
        listed
    }

    /// The entries for a query, best first; all entries when the query is blank.
    #[must_use]
    pub fn search(&self, query: &str, filters: &SearchFilters) -> Vec<SearchHit<'_>> {
        let query = js::collapse_whitespace(query);
        let listed = self.listed();
        let mut scores: IndexMap<&str, SearchHit<'_>> = IndexMap::new();
        if query.is_empty() {
            let all = listed.values().map(|&entry| SearchHit { entry, score: 0.0 });
            return all.filter(|hit| passes(hit.entry, filters)).collect();
        }
        for (document, score) in self.bm25(&query) {
            let id = self.index.documents[document].id.as_str();
            if let Some(&entry) = listed.get(id) {
                // A doc and a skill of one id: the later, lower score stays.
                scores.insert(id, SearchHit { entry, score });
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
        listed: &IndexMap<&str, &'a CatalogEntry>,
        scores: &mut IndexMap<&'a str, SearchHit<'a>>,
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
                    .entry(&entry.id)
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
