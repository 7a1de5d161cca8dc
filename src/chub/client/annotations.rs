//! Notes that agents attach to entries, in the files of the hub's own client: both programs read those of the other.
//!
//! `<folder>/annotations/<id with -- for />.json` holds `id`, `note` and `updatedAt` (annotations.js of `@aisuite/chub`
//! 0.1.4). Nothing is ever sent anywhere.

use crate::chub::js::{self, JsKind, JsObject, JsValue, json};
use crate::error::{Error, ModuleError};
use crate::fsio::{self, FolderEntryKind};
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// The longest id that is accepted, in characters, as in the client.
const MAX_ID: usize = 200;
/// The most bytes of one annotation.
pub const MAX_NOTE_BYTES: usize = 64 * 1024;
/// The most bytes of a file that are read.
const MAX_FILE_BYTES: u64 = 1024 * 1024;
/// The most annotations that are listed.
const MAX_LISTED: usize = 100_000;

/// One annotation.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// The id of the entry.
    pub id: String,
    /// The text.
    pub note: String,
    /// When it was written, in ISO 8601.
    pub updated_at: String,
    /// The whole object of its file: another program may have added members.
    pub value: JsValue,
}

/// Why an annotation is refused. The texts are those of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAnnotation {
    /// More than 200 characters.
    #[error("Entry ID too long (max 200 characters).")]
    LongId,
    /// Characters that a file name must not have.
    #[error(
        "Entry ID contains invalid characters. Use only alphanumeric, hyphens, underscores, dots, and slashes."
    )]
    Id,
    /// More than [`MAX_NOTE_BYTES`].
    #[error("Annotation too long (max 65536 bytes).")]
    LongNote,
}

impl ModuleError for InvalidAnnotation {}

/// The annotations of one user.
#[derive(Clone, Debug)]
pub struct Annotations {
    folder: PathBuf,
}

impl Annotations {
    /// Those below the client's folder.
    #[must_use]
    pub fn new(client_folder: &Path) -> Self {
        Self {
            folder: client_folder.join("annotations"),
        }
    }

    /// Whether an id can have an annotation.
    ///
    /// # Errors
    /// When it is too long, or could name a file elsewhere.
    pub fn check_id(id: &str) -> Result<(), InvalidAnnotation> {
        if id.encode_utf16().count() > MAX_ID {
            return Err(InvalidAnnotation::LongId);
        }
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        match !id.is_empty() && id.chars().all(is_plain) {
            true => Ok(()),
            false => Err(InvalidAnnotation::Id),
        }
    }

    fn file(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{}.json", id.replace('/', "--")))
    }

    /// The annotation of an entry. One that cannot be read counts as none, as in the client.
    #[must_use]
    pub fn read(&self, id: &str) -> Option<Annotation> {
        Self::check_id(id).ok()?;
        read_file(&self.file(id))
    }

    /// Write the annotation of an entry, in place of the one that it has.
    ///
    /// # Errors
    /// When it is refused, or cannot be written.
    pub fn write(&self, id: &str, note: &str, moment: Timestamp) -> Result<Annotation, Error> {
        Self::check_id(id)?;
        if note.len() > MAX_NOTE_BYTES {
            return Err(InvalidAnnotation::LongNote.into());
        }
        let updated_at = js::iso(moment);
        let mut object = JsObject::new();
        object.insert("id".to_owned(), id.into());
        object.insert("note".to_owned(), note.into());
        object.insert("updatedAt".to_owned(), updated_at.as_str().into());
        let value: JsValue = JsKind::Object(object).into();
        fsio::write_atomic(&self.file(id), value.stringify(true).as_bytes())?;
        Ok(Annotation {
            id: id.to_owned(),
            note: note.to_owned(),
            updated_at,
            value,
        })
    }

    /// Remove the annotation of an entry. Returns whether there was one.
    ///
    /// # Errors
    /// When the id is refused, or the file cannot be removed.
    pub fn clear(&self, id: &str) -> Result<bool, Error> {
        Self::check_id(id)?;
        let file = self.file(id);
        if !crate::safe_path::exists_or_is_link(&file) {
            return Ok(false);
        }
        fsio::remove_file(&file).map(|()| true)
    }

    /// All annotations, in order of their files.
    #[must_use]
    pub fn list(&self) -> Vec<Annotation> {
        let entries = fsio::folder_entries(&self.folder, MAX_LISTED).ok().flatten();
        let mut names: Vec<String> = entries
            .unwrap_or_default()
            .into_iter()
            .filter(|(name, kind)| *kind == FolderEntryKind::File && name.ends_with(".json"))
            .map(|(name, _)| name)
            .collect();
        names.sort();
        names
            .iter()
            .filter_map(|name| read_file(&self.folder.join(name)))
            .collect()
    }
}

fn read_file(file: &Path) -> Option<Annotation> {
    let bytes = fsio::read_regular(file, MAX_FILE_BYTES).ok()?;
    let value = json::parse(std::str::from_utf8(&bytes).ok()?).ok()?;
    let text = |key| value.get(key).and_then(JsValue::as_str).map(str::to_owned);
    Some(Annotation {
        id: text("id")?,
        note: text("note")?,
        updated_at: text("updatedAt").unwrap_or_default(),
        value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_listed() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        let annotations = Annotations::new(&folder);
        assert_eq!(annotations.read("acme/widget"), None);
        let moment: Timestamp = "2026-01-02T03:04:05.678Z".parse().unwrap();
        let saved = annotations.write("acme/widget", "Use `draw`.", moment).unwrap();
        assert_eq!(saved.updated_at, "2026-01-02T03:04:05.678Z");
        let read = annotations.read("acme/widget").unwrap();
        assert_eq!((&read.note, &read.updated_at), (&saved.note, &saved.updated_at));
        assert_eq!(annotations.list(), [read]);
        let file = folder.join("annotations/acme--widget.json");
        assert_eq!(
            String::from_utf8(fsio::read_regular(&file, 1000).unwrap()).unwrap(),
            "{\n  \"id\": \"acme/widget\",\n  \"note\": \"Use `draw`.\",\n  \"updatedAt\": \"2026-01-02T03:04:05.678Z\"\n}"
        );
        assert!(annotations.clear("acme/widget").unwrap());
        assert!(!annotations.clear("acme/widget").unwrap());
        assert_eq!(annotations.list(), []);
    }

    #[test]
    fn an_id_cannot_name_a_file_elsewhere() {
        for id in ["acme/widget", "../../a", "a.b-c_d"] {
            assert_eq!(Annotations::check_id(id), Ok(()), "{id}");
        }
        // Slashes are replaced, so that dots cannot lead out.
        let file = Annotations::new(Path::new("/x")).file("../../a");
        assert_eq!(file, Path::new("/x/annotations/..--..--a.json"));
        for id in ["", "a:b", "a\\b", "a b", "é", "a\0", "a\nb"] {
            assert_eq!(Annotations::check_id(id), Err(InvalidAnnotation::Id), "{id:?}");
        }
        assert_eq!(
            Annotations::check_id(&"a".repeat(201)),
            Err(InvalidAnnotation::LongId)
        );
    }
}
