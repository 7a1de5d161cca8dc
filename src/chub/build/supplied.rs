//! An author's own `registry.json`, which replaces discovery. Its objects are copied to the registry unchanged;
//! only ids and paths get the author as a prefix.

use super::discovered::{AuthorEntries, ListedEntry};
use super::names::{unsafe_name_reason, unsafe_path_reason};
use super::problem::{BuildProblem, SourceFile};
use crate::chub::js::json;
use crate::chub::js::{JsKind, JsObject, JsValue};
use crate::text::Span;

/// What a supplied registry adds: its entries, or why it cannot be used.
///
/// The reference accepts any value. When its search index cannot read one, it stops with part of the output
/// written. Here that is an error at the value.
#[must_use]
pub fn read_author_registry(author: &str, path: &str, text: &str) -> AuthorEntries {
    let source = SourceFile::new(path, text);
    let mut reader = AuthorReader {
        author,
        source: &source,
        errors: Vec::new(),
    };
    let mut found = AuthorEntries::default();
    match json::parse(text) {
        Ok(root) => {
            found.docs = reader.entries(&root, "docs");
            found.skills = reader.entries(&root, "skills");
        }
        Err(error) => {
            let problem = source.error(Span::empty_at(error.at), format!("not JSON: {}", error.message));
            reader.errors.push(problem);
        }
    }
    found.errors = reader.errors;
    found
}

struct AuthorReader<'a> {
    author: &'a str,
    source: &'a SourceFile<'a>,
    errors: Vec<BuildProblem>,
}

impl AuthorReader<'_> {
    fn error(&mut self, at: &JsValue, message: String) {
        self.errors.push(self.source.error(at.span, message));
    }

    /// The entries of one list of the registry.
    fn entries(&mut self, root: &JsValue, key: &str) -> Vec<ListedEntry> {
        let list = match &root.kind {
            JsKind::Object(object) => object.get(key),
            JsKind::Null => {
                if key == "docs" {
                    self.error(root, "the registry is null".to_owned());
                }
                None
            }
            // Any other value simply has no lists.
            _ => None,
        };
        let Some(list) = list.filter(|list| list.is_truthy()) else {
            return Vec::new();
        };
        let JsKind::Array(items) = &list.kind else {
            self.error(list, format!("'{key}' must be a list, not {}", list.describe()));
            return Vec::new();
        };
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            match &item.kind {
                JsKind::Object(object) => entries.extend(self.entry(item, object, key)),
                _ => self.error(
                    item,
                    format!("an entry must be an object, not {}", item.describe()),
                ),
            }
        }
        entries
    }

    fn entry(&mut self, item: &JsValue, object: &JsObject, key: &str) -> Option<ListedEntry> {
        let errors_before = self.errors.len();
        let mut object = object.clone();
        let place = object
            .get("id")
            .or_else(|| object.get("name"))
            .map_or(item.span, |value| value.span);
        self.name(object.get("id"), "id");
        self.name(object.get("name"), "name");
        let id = self.id(&object)?;
        object.insert("id".to_owned(), id.into());
        if key == "docs" {
            if let Some(languages) = object.get_mut("languages") {
                self.languages(languages);
            }
        } else {
            let path = self.prefixed(object.get("path"));
            object.insert("path".to_owned(), path);
            self.files(&object);
        }
        self.check_searchable(&object);
        (self.errors.len() == errors_before).then(|| ListedEntry {
            value: JsValue {
                kind: JsKind::Object(object),
                span: item.span,
            },
            path: self.source.path().to_owned(),
            position: Some(self.source.position(place)),
        })
    }

    /// The full id: the given id if it has a slash, else with the author as a prefix. Without an id, the name is used.
    fn id(&mut self, object: &JsObject) -> Option<String> {
        let Some(id) = object.get("id").filter(|id| id.is_truthy()) else {
            return Some(format!(
                "{}/{}",
                self.author,
                text_or_undefined(object.get("name"))
            ));
        };
        let Some(text) = id.as_str() else {
            self.error(id, format!("'id' must be a string, not {}", id.describe()));
            return None;
        };
        if text.contains('/') {
            return Some(text.to_owned());
        }
        Some(format!("{}/{text}", self.author))
    }

    /// Adds the author to the path of every version.
    fn languages(&mut self, languages: &mut JsValue) {
        if !languages.is_truthy() {
            return;
        }
        match &mut languages.kind {
            JsKind::Array(items) => {
                for language in items {
                    self.versions(language);
                }
            }
            // The reference iterates over the characters of a string, which have no versions.
            JsKind::String(_) => {}
            _ => {
                let message = format!("'languages' must be a list, not {}", languages.describe());
                self.error(languages, message);
            }
        }
    }

    fn versions(&mut self, language: &mut JsValue) {
        let kind = match &mut language.kind {
            JsKind::Object(object) => object,
            JsKind::Null => return self.error(language, "a language must be an object, not null".to_owned()),
            // Other values have no versions.
            _ => return,
        };
        self.name(kind.get("language"), "language");
        self.name(kind.get("recommendedVersion"), "recommendedVersion");
        let Some(versions) = kind.get_mut("versions").filter(|versions| versions.is_truthy()) else {
            return;
        };
        let JsKind::Array(items) = &mut versions.kind else {
            let message = format!("'versions' must be a list, not {}", versions.describe());
            return self.error(versions, message);
        };
        for version in items {
            let JsKind::Object(object) = &mut version.kind else {
                let message = format!("a version must be an object, not {}", version.describe());
                self.error(version, message);
                continue;
            };
            self.name(object.get("version"), "version");
            let path = self.prefixed(object.get("path"));
            self.files(object);
            object.insert("path".to_owned(), path);
        }
    }

    /// A path below the author. As in the reference, it need not exist; but it must not lead out of the folder of
    /// the author.
    fn prefixed(&mut self, path: Option<&JsValue>) -> JsValue {
        let text = text_or_undefined(path);
        if let Some((path, wrong)) = path.zip(unsafe_path_reason(&text)) {
            self.error(
                path,
                format!("'path' {wrong}: it must stay in the author's folder"),
            );
        }
        format!("{}/{text}", self.author).into()
    }

    /// The files of an entry, which clients look for below its path.
    fn files(&mut self, object: &JsObject) {
        let Some(files) = object.get("files").filter(|files| files.is_truthy()) else {
            return;
        };
        let Some(items) = files.as_array() else {
            let message = format!("'files' must be a list of strings, not {}", files.describe());
            return self.error(files, message);
        };
        for file in items {
            match file.as_str().map(unsafe_path_reason) {
                Some(None) => {}
                Some(Some(wrong)) => {
                    self.error(
                        file,
                        format!("a file {wrong}: it must stay in the author's folder"),
                    );
                }
                None => self.error(file, format!("a file must be a string, not {}", file.describe())),
            }
        }
    }

    /// A name that clients may make a part of a path.
    fn name(&mut self, value: Option<&JsValue>, key: &str) {
        let Some(value) = value else { return };
        if let Some(wrong) = value.as_str().and_then(unsafe_name_reason) {
            self.error(value, format!("'{key}' {wrong}"));
        }
    }

    /// The search index reads names, descriptions and tags.
    fn check_searchable(&mut self, object: &JsObject) {
        for key in ["name", "description"] {
            if let Some(value) = object.get(key).filter(|v| v.is_truthy() && v.as_str().is_none()) {
                self.error(
                    value,
                    format!("'{key}' must be a string, not {}", value.describe()),
                );
            }
        }
        let Some(tags) = object.get("tags").filter(|tags| tags.is_truthy()) else {
            return;
        };
        let Some(items) = tags.as_array() else {
            return self.error(
                tags,
                format!("'tags' must be a list of strings, not {}", tags.describe()),
            );
        };
        for tag in items
            .iter()
            .filter(|tag| tag.is_truthy() && tag.as_str().is_none())
        {
            self.error(tag, format!("a tag must be a string, not {}", tag.describe()));
        }
    }
}

/// What a template string makes of a member that may be missing.
fn text_or_undefined(value: Option<&JsValue>) -> String {
    value.map_or_else(|| "undefined".to_owned(), JsValue::to_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let found = read_author_registry("acme", "acme/registry.json", text);
        found.errors.iter().map(|problem| problem.line("")).collect()
    }

    #[test]
    fn ids_and_paths_get_the_author() {
        let text = r#"{"docs":[{"languages":[{"versions":[{"path":"x"},{}]}],"id":"a"},{"id":"b/c"}],"skills":[{"name":1.0}]}"#;
        let found = read_author_registry("acme", "acme/registry.json", text);
        let json: Vec<String> = found.docs.iter().map(|doc| doc.value.stringify(false)).collect();
        let expected = [
            r#"{"languages":[{"versions":[{"path":"acme/x"},{"path":"acme/undefined"}]}],"id":"acme/a"}"#,
            r#"{"id":"b/c"}"#,
        ];
        assert_eq!(json, expected);
        // A name that is a number breaks the search index.
        assert_eq!(found.skills.len(), 0);
        assert_eq!(found.errors.len(), 1);
    }

    #[test]
    fn what_breaks_the_reference_is_shown_at_its_place() {
        assert_eq!(
            lines("null"),
            ["Error: acme/registry.json:1:1: the registry is null"]
        );
        assert_eq!(
            lines("{\n  \"docs\": {}\n}"),
            ["Error: acme/registry.json:2:11: 'docs' must be a list, not a mapping"]
        );
        assert_eq!(
            lines(r#"{"docs":[{"id":"a","tags":["x",5]}]}"#),
            ["Error: acme/registry.json:1:32: a tag must be a string, not a number"]
        );
        assert_eq!(
            lines(r#"{"docs":[7]}"#),
            ["Error: acme/registry.json:1:10: an entry must be an object, not a number"]
        );
        assert_eq!(
            lines("{"),
            ["Error: acme/registry.json:1:2: not JSON: a key in double quotes is missing here"]
        );
        assert!(lines("5").is_empty());
    }
}
