//! The search index of a built tree: BM25 over id, name, description and tags, in the bytes that `chub build`
//! writes.

use indexmap::{IndexMap, IndexSet};

use super::tokens::{tokenize, tokenize_id};
use crate::chub::js::ln::ln;
use crate::chub::js::{self, JsValue, float};

/// How strongly repeats of a term count.
pub const K1: f64 = 1.5;
/// How strongly the length of a field lowers its score.
pub const B: f64 = 0.75;

/// The fields that are searched, in the order of the index file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchField {
    /// `author/name`.
    Id,
    /// The name.
    Name,
    /// The description.
    Description,
    /// All tags.
    Tags,
}

impl SearchField {
    /// Every field, in the order of the index file.
    pub const ALL: [Self; 4] = [Self::Id, Self::Name, Self::Description, Self::Tags];

    /// Its key in the index file.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Description => "description",
            Self::Tags => "tags",
        }
    }
}

/// The terms of one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexedEntry {
    /// The entry's id.
    pub id: String,
    /// Terms by field, in the order of `SearchField::ALL`.
    pub terms: [Vec<String>; 4],
}

impl IndexedEntry {
    /// The terms of an entry of a registry. Fields of other types than the registry's own have no terms; a build
    /// reports them before it comes here.
    #[must_use]
    pub fn new(entry: &JsValue) -> Self {
        let text = |key| entry.get(key).and_then(JsValue::as_str).unwrap_or_default();
        let tags = entry.get("tags").and_then(JsValue::as_array).unwrap_or_default();
        Self {
            id: text("id").to_owned(),
            terms: [
                tokenize_id(text("id")),
                tokenize(text("name")),
                tokenize(text("description")),
                tags.iter()
                    .filter_map(JsValue::as_str)
                    .flat_map(tokenize)
                    .collect(),
            ],
        }
    }
}

/// A complete index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchIndex {
    /// The entries: documents, then skills.
    pub documents: Vec<IndexedEntry>,
    /// Mean number of terms by field, in the order of `SearchField::ALL`.
    pub mean_lengths: [f64; 4],
    /// Which entries have a term, in the order in which terms first occur.
    pub postings: IndexMap<String, Vec<usize>>,
}

impl SearchIndex {
    /// Indexes entries in their order.
    #[must_use]
    pub fn new(documents: Vec<IndexedEntry>) -> Self {
        let mut postings: IndexMap<String, Vec<usize>> = IndexMap::new();
        let mut lengths = [0_u32; 4];
        for (number, document) in documents.iter().enumerate() {
            for (sum, terms) in lengths.iter_mut().zip(&document.terms) {
                *sum = sum.saturating_add(u32::try_from(terms.len()).unwrap_or(u32::MAX));
            }
            let distinct: IndexSet<&String> = document.terms.iter().flatten().collect();
            for term in distinct {
                match postings.get_mut(term) {
                    Some(list) => list.push(number),
                    None => {
                        postings.insert(term.clone(), vec![number]);
                    }
                }
            }
        }
        let count = float(documents.len());
        let mean = |sum: u32| {
            if documents.is_empty() {
                0.0
            } else {
                f64::from(sum) / count
            }
        };
        Self {
            mean_lengths: lengths.map(mean),
            documents,
            postings,
        }
    }

    /// Inverse document frequency of a term: higher for rarer terms. Zero for a term that no entry has.
    #[must_use]
    pub fn idf(&self, term: &str) -> f64 {
        self.postings
            .get(term)
            .map_or(0.0, |list| self.idf_of(list.len()))
    }

    fn idf_of(&self, found_in: usize) -> f64 {
        let (count, found_in) = (float(self.documents.len()), float(found_in));
        ln((count - found_in + 0.5) / (found_in + 0.5) + 1.0)
    }

    /// The text of `search-index.json`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut terms: Vec<(&str, &[usize])> = self
            .postings
            .iter()
            .map(|(t, list)| (t.as_str(), list.as_slice()))
            .collect();
        js::sort_keys(&mut terms, |(term, _)| term);

        let mut out = String::with_capacity(64 * terms.len() + 256 * self.documents.len());
        out.push_str(r#"{"version":"1.0.0","algorithm":"bm25","params":{"k1":"#);
        out.push_str(&format!(
            "{},\"b\":{}}},\"totalDocs\":{}",
            js::number(K1),
            js::number(B),
            self.documents.len()
        ));
        out.push_str(r#","avgFieldLengths":{"#);
        list(&SearchField::ALL, &mut out, |field, out| {
            js::write_json_string(field.key(), out);
            out.push(':');
            out.push_str(&js::number(self.mean_lengths[*field as usize]));
        });
        out.push_str(r#"},"idf":{"#);
        list(&terms, &mut out, |(term, found_in), out| {
            js::write_json_string(term, out);
            out.push(':');
            out.push_str(&js::number(self.idf_of(found_in.len())));
        });
        out.push_str(r#"},"documents":["#);
        list(&self.documents, &mut out, |document, out| {
            out.push_str("{\"id\":");
            js::write_json_string(&document.id, out);
            out.push_str(",\"tokens\":{");
            list(&SearchField::ALL, out, |field, out| {
                js::write_json_string(field.key(), out);
                out.push_str(":[");
                list(&document.terms[*field as usize], out, |term, out| {
                    js::write_json_string(term, out);
                });
                out.push(']');
            });
            out.push_str("}}");
        });
        out.push_str(r#"],"invertedIndex":{"#);
        list(&terms, &mut out, |(term, found_in), out| {
            js::write_json_string(term, out);
            out.push_str(":[");
            list(found_in, out, |number, out| out.push_str(&number.to_string()));
            out.push(']');
        });
        out.push_str("}}");
        out
    }
}

/// Writes items with commas between them.
fn list<T>(items: &[T], out: &mut String, mut write: impl FnMut(&T, &mut String)) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(item, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, terms: &str) -> IndexedEntry {
        let terms = terms.split_whitespace().map(str::to_owned).collect();
        IndexedEntry {
            id: id.to_owned(),
            terms: [vec![id.to_owned()], Vec::new(), terms, Vec::new()],
        }
    }

    #[test]
    fn number_like_terms_come_first_in_the_file() {
        let index = SearchIndex::new(vec![entry("b", "x 10 007 9"), entry("a", "x")]);
        let json = index.to_json();
        assert!(
            json.contains(r#""invertedIndex":{"9":[0],"10":[0],"b":[0],"x":[0,1],"007":[0],"a":[1]}"#),
            "{json}"
        );
        assert!(
            json.contains(r#""avgFieldLengths":{"id":1,"name":0,"description":2.5,"tags":0}"#),
            "{json}"
        );
    }

    #[test]
    fn an_empty_index_is_whole() {
        let json = SearchIndex::new(Vec::new()).to_json();
        let expected = r#"{"version":"1.0.0","algorithm":"bm25","params":{"k1":1.5,"b":0.75},"totalDocs":0,"avgFieldLengths":{"id":0,"name":0,"description":0,"tags":0},"idf":{},"documents":[],"invertedIndex":{}}"#;
        assert_eq!(json, expected);
    }
}
