//! The entries of an author without a `registry.json`: what `chub build` discovers.

use std::path::Path;

use indexmap::IndexMap;

use super::content::{ContentKind, ContentNode, read_text};
use super::names::unsafe_name_reason;
use super::problem::{BuildProblem, SourceFile};
use super::recommend::RecommendPolicy;
use crate::chub::js::collate;
use crate::chub::js::from_yaml::{collection_key, to_js};
use crate::chub::js::{self, JsKind, JsObject, JsValue};
use crate::document::{self, FrontMatter, FrontMatterError, read_front_matter};
use crate::text::{Position, Span};

/// The rows of one file, each a language with a version. The reference has no limit, and makes gigabytes of 100 KB.
const MAX_ROWS: usize = 1_000;

/// An entry of the registry and where it was declared first.
#[derive(Clone, Debug)]
pub struct ListedEntry {
    /// The JSON object.
    pub value: JsValue,
    /// The file that declares it, relative to the content folder.
    pub path: String,
    /// The position of the name or id in it.
    pub position: Option<Position>,
}

/// What one author adds to a registry.
#[derive(Debug, Default)]
pub struct AuthorEntries {
    /// Documents, in the order in which their names were first found.
    pub docs: Vec<ListedEntry>,
    /// Skills, in the order found.
    pub skills: Vec<ListedEntry>,
    /// Warnings, then nothing else, in the order found.
    pub warnings: Vec<BuildProblem>,
    /// Errors, in the order found.
    pub errors: Vec<BuildProblem>,
}

/// What every author's entries depend on besides the files.
#[derive(Clone, Debug)]
pub struct EntryDefaults {
    /// `lastUpdated` of an entry without `updated-on`: today, as `YYYY-MM-DD`.
    pub today: String,
    /// How the recommended version is chosen.
    pub recommend: RecommendPolicy,
}

/// Finds the entries of one author.
#[must_use]
pub fn discover(root: &Path, author: &ContentNode, defaults: &EntryDefaults) -> AuthorEntries {
    let mut finder = EntryFinder {
        root,
        author: &author.name,
        defaults,
        docs: IndexMap::new(),
        skills: IndexMap::new(),
        found: AuthorEntries::default(),
    };
    finder.folder(author);
    finder.finish()
}

/// A document while its files are being found.
struct EntryDocument {
    listed: ListedEntry,
    languages: IndexMap<String, Vec<(String, JsValue)>>,
}

struct EntryFinder<'a> {
    root: &'a Path,
    author: &'a str,
    defaults: &'a EntryDefaults,
    docs: IndexMap<String, EntryDocument>,
    skills: IndexMap<String, ListedEntry>,
    found: AuthorEntries,
}

/// Front matter that has been checked as far as all entries need it.
struct EntryFields<'a> {
    name: (&'a str, Span),
    description: JsValue,
    source: JsValue,
    tags: Vec<JsValue>,
    folder: Vec<(&'static str, JsValue)>,
}

impl EntryFinder<'_> {
    /// Folders and files are visited in one sorted order, so that `1.0/DOC.md` comes before `DOC.md`.
    fn folder(&mut self, folder: &ContentNode) {
        for node in folder.children() {
            match (&node.kind, node.name.as_str()) {
                (ContentKind::Folder(_), _) => self.folder(node),
                (ContentKind::File(_), "DOC.md") => self.entry(folder, node, false),
                (ContentKind::File(_), "SKILL.md") => self.entry(folder, node, true),
                _ => {}
            }
        }
    }

    fn entry(&mut self, folder: &ContentNode, file: &ContentNode, is_skill: bool) {
        let text = match read_text(self.root, &file.path) {
            Ok(text) => text,
            Err(problem) => return self.found.errors.push(problem),
        };
        let source = SourceFile::new(&file.path, &text);
        let front = match read_front_matter(&text) {
            Ok(front) => front,
            Err(FrontMatterError::Missing(document::MissingFrontMatter::TooLong)) => {
                let problem = source.error(Span::default(), "the front matter is longer than 256 KiB");
                return self.found.errors.push(problem);
            }
            // A document without front matter that the client accepts has no fields.
            Err(FrontMatterError::Missing(_)) => FrontMatter::default(),
            Err(FrontMatterError::Yaml { error, .. }) => {
                let message = format!("invalid YAML in the front matter: {}", error.message);
                return self.found.errors.push(source.error(error.span, message));
            }
        };
        let Some(fields) = self.fields(&source, &front, folder) else {
            return;
        };
        if is_skill {
            self.skill(&source, &fields);
        } else {
            self.doc(&source, &front, &fields);
        }
    }

    /// Checks and reads what documents and skills share, with the warnings in the reference's order.
    fn fields<'a>(
        &mut self,
        source: &SourceFile<'_>,
        front: &'a FrontMatter,
        folder: &ContentNode,
    ) -> Option<EntryFields<'a>> {
        let errors_before = self.found.errors.len();
        let top = front.root.span;
        let Some((_, name)) = front.field(&["name"]).filter(|(_, value)| !value.is_falsy()) else {
            let problem = source.error(at_start(top), "missing 'name' in frontmatter");
            self.found.errors.push(problem);
            return None;
        };
        let description = front
            .field(&["description"])
            .filter(|(_, value)| !value.is_falsy());
        if description.is_none() {
            let problem = source.error(at_start(top), "missing 'description' in frontmatter");
            self.found.warnings.push(problem.warning());
        }
        let tags = self.list(source, front, "tags").unwrap_or_default();
        let given_source = self.passed_on(source, front, "source");
        if given_source.is_none() {
            let message = "missing 'metadata.source', defaulting to 'community'";
            self.found
                .warnings
                .push(source.error(at_start(top), message).warning());
        }
        let updated = self.passed_on(source, front, "updated-on");
        let updated = updated.unwrap_or_else(|| self.defaults.today.as_str().into());
        if name.as_str().is_none() {
            let message = format!(
                "'name' must be a string, not {}: the client's search cannot read it",
                name.kind()
            );
            self.found.errors.push(source.error(name.span, message));
        }
        if let Some(wrong) = name.as_str().and_then(unsafe_name_reason) {
            self.found
                .errors
                .push(source.error(name.span, format!("'name' {wrong}: ids are made of it")));
        }
        if self.found.errors.len() > errors_before {
            return None;
        }
        let description = match description {
            Some((_, node)) => to_js(node),
            None => JsValue::from(""),
        };
        Some(EntryFields {
            name: (name.as_str()?, name.span),
            description,
            source: given_source.unwrap_or_else(|| "community".into()),
            tags: tags.into_iter().map(JsValue::from).collect(),
            folder: folder_fields(folder, updated),
        })
    }

    fn skill(&mut self, source: &SourceFile<'_>, fields: &EntryFields<'_>) {
        let (name, span) = fields.name;
        if let Some(first) = self.skills.get(name) {
            let message = format!("duplicate skill name '{name}' (first in {})", first.path);
            self.found.errors.push(source.error(span, message));
            return;
        }
        if !self.is_searchable(source, &fields.description) {
            return;
        }
        let mut skill = self.start(fields);
        skill.extend(
            fields
                .folder
                .iter()
                .map(|(key, value)| ((*key).to_owned(), value.clone())),
        );
        let listed = listed(source, span, skill);
        self.skills.insert(name.to_owned(), listed);
    }

    fn doc(&mut self, source: &SourceFile<'_>, front: &FrontMatter, fields: &EntryFields<'_>) {
        let (name, span) = fields.name;
        let errors_before = self.found.errors.len();
        let languages = self.list(source, front, "languages");
        let versions = self.list(source, front, "versions");
        if self.found.errors.len() > errors_before {
            return;
        }
        let (Some(languages), Some(versions)) = (&languages, &versions) else {
            let key = if languages.is_none() {
                "languages"
            } else {
                "versions"
            };
            let metadata = front
                .field(&["metadata"])
                .map_or(at_start(front.root.span), |(key, _)| key.span);
            let message = format!("missing 'metadata.{key}' in frontmatter");
            self.found.errors.push(source.error(metadata, message));
            return;
        };
        if languages.len().saturating_mul(versions.len()) > MAX_ROWS {
            let place = front.metadata("versions").map_or(span, |(_, node)| node.span);
            let message = format!(
                "{} languages with {} versions each are more than the {MAX_ROWS} rows of the registry that a file may have",
                languages.len(),
                versions.len()
            );
            self.found.errors.push(source.error(place, message));
            return;
        }
        if !self.docs.contains_key(name) {
            // Only the first file's description is used, so only it can break the search.
            if !self.is_searchable(source, &fields.description) {
                return;
            }
            let doc = EntryDocument {
                listed: listed(source, span, self.start(fields)),
                languages: IndexMap::new(),
            };
            self.docs.insert(name.to_owned(), doc);
        }
        let Some(doc) = self.docs.get_mut(name) else {
            return;
        };
        for language in languages {
            let slot = doc.languages.entry(language.to_lowercase()).or_default();
            for version in versions {
                let own = ("version", JsValue::from(version.as_str()));
                let members = std::iter::once(own).chain(fields.folder.iter().cloned());
                let object: JsObject = members.map(|(key, value)| (key.to_owned(), value)).collect();
                slot.push((version.clone(), JsKind::Object(object).into()));
            }
        }
    }

    /// Whether the search index can take a description.
    fn is_searchable(&mut self, source: &SourceFile<'_>, description: &JsValue) -> bool {
        if description.as_str().is_some() {
            return true;
        }
        let kind = description.describe();
        let message =
            format!("'description' must be a string, not {kind}: the client's search cannot read it");
        self.found.errors.push(source.error(description.span, message));
        false
    }

    /// The members that documents and skills begin with.
    fn start(&self, fields: &EntryFields<'_>) -> JsObject {
        let name = fields.name.0;
        let members: [(&str, JsValue); 5] = [
            ("id", format!("{}/{name}", self.author).into()),
            ("name", name.into()),
            ("description", fields.description.clone()),
            ("source", fields.source.clone()),
            ("tags", JsKind::Array(fields.tags.clone()).into()),
        ];
        members
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
    }

    /// A comma-separated field of `metadata`, cut and trimmed the JavaScript way; `None` when it is missing or
    /// of a type that the reference cannot cut, which is an error.
    fn list(&mut self, source: &SourceFile<'_>, front: &FrontMatter, key: &str) -> Option<Vec<String>> {
        let (_, node) = front.metadata(key).filter(|(_, node)| !node.is_falsy())?;
        let Some(text) = node.as_str() else {
            let message = format!(
                "'metadata.{key}' must be a string with commas, not {}",
                node.kind()
            );
            self.found.errors.push(source.error(node.span, message));
            return None;
        };
        let pieces: Vec<String> = text.split(',').map(|piece| js::trim(piece).to_owned()).collect();
        if let Some(wrong) = pieces.iter().find_map(|piece| unsafe_name_reason(piece)) {
            self.found
                .errors
                .push(source.error(node.span, format!("'metadata.{key}' {wrong}")));
            return None;
        }
        Some(pieces)
    }

    /// A field of `metadata` that goes into the registry with whatever type it has.
    fn passed_on(&mut self, source: &SourceFile<'_>, front: &FrontMatter, key: &str) -> Option<JsValue> {
        let (_, node) = front.metadata(key).filter(|(_, node)| !node.is_falsy())?;
        if let Some(place) = collection_key(node) {
            let message = format!("'metadata.{key}' has a list or mapping as a key");
            self.found.errors.push(source.error(place, message));
        }
        Some(to_js(node))
    }

    fn finish(mut self) -> AuthorEntries {
        self.found.skills = self.skills.into_values().collect();
        for (_, mut doc) in self.docs {
            let languages = doc.languages.into_iter().map(|(language, mut versions)| {
                collate::sort_descending(&mut versions, |(version, _)| version);
                let names: Vec<&str> = versions.iter().map(|(version, _)| version.as_str()).collect();
                let recommended = JsValue::from(self.defaults.recommend.choose(&names));
                let versions = versions.into_iter().map(|(_, value)| value).collect();
                let members = [
                    ("language", JsValue::from(language)),
                    ("versions", JsKind::Array(versions).into()),
                    ("recommendedVersion", recommended),
                ];
                let object: JsObject = members
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect();
                JsKind::Object(object).into()
            });
            let languages = JsKind::Array(languages.collect()).into();
            if let JsKind::Object(object) = &mut doc.listed.value.kind {
                object.insert("languages".to_owned(), languages);
            }
            self.found.docs.push(doc.listed);
        }
        self.found
    }
}

/// The members about the folder of an entry: path, files, size, date.
fn folder_fields(folder: &ContentNode, updated: JsValue) -> Vec<(&'static str, JsValue)> {
    let mut files = Vec::new();
    let mut size = 0_u64;
    list_files(folder, folder.path.len() + 1, &mut files, &mut size);
    vec![
        // A backslash in a name becomes a slash, as on the reference's Windows.
        ("path", folder.path.replace('\\', "/").into()),
        ("files", JsKind::Array(files).into()),
        ("size", JsKind::Number(bytes(size)).into()),
        ("lastUpdated", updated),
    ]
}

/// All files below a folder, by their paths relative to it.
fn list_files(folder: &ContentNode, prefix: usize, files: &mut Vec<JsValue>, size: &mut u64) {
    for node in folder.children() {
        match node.kind {
            ContentKind::Folder(_) => list_files(node, prefix, files, size),
            ContentKind::File(length) => {
                files.push(
                    node.path
                        .get(prefix..)
                        .unwrap_or_default()
                        .replace('\\', "/")
                        .into(),
                );
                *size = size.saturating_add(length);
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "JavaScript holds sizes as doubles too")]
fn bytes(size: u64) -> f64 {
    size as f64
}

fn at_start(span: Span) -> Span {
    Span::empty_at(span.start as usize)
}

fn listed(source: &SourceFile<'_>, span: Span, object: JsObject) -> ListedEntry {
    ListedEntry {
        value: JsKind::Object(object).into(),
        path: source.path().to_owned(),
        position: Some(source.position(span)),
    }
}
