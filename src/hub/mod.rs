//! A hub: every document, and look-ups by path and id.

pub mod attached;
pub mod catalog;
mod collection;
pub mod decode;
pub mod discover;
pub mod ids;
mod ignored;
pub mod opened;
pub mod plugin;
pub mod root;
pub mod shard;
pub mod skill_path;
pub mod supplied;
mod swap;
pub mod target;
pub mod version_order;

use crate::document::{
    Collection, Document, DocumentKind, ENTRY_NAMES, HubPath, is_markdown, read_front_matter,
};
use crate::text::Span;
use collection::Collections;
use ids::EntryIds;
use opened::OpenedFrom;
use plugin::Manifest;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use supplied::AuthorRegistry;
pub use swap::SwappedDocument;

/// The most documents in one unit of parallel work: they differ in length by a
/// factor of a thousand.
pub const BATCH_SIZE: usize = 4;

/// Every document of one content folder.
#[derive(Debug, Default)]
pub struct Hub {
    /// The folder as shown in output.
    pub shown: String,
    /// Where it is on the disk; `None` for a hub in memory.
    pub opened_from: Option<OpenedFrom>,
    /// The folders of authors that were read; `None` for all that a build reads.
    pub authors: Option<BTreeSet<String>>,
    /// Entries and companions, sorted by path.
    documents: Vec<Document>,
    /// The other text files of skills, sorted by path, when they were read.
    attachments: Vec<Document>,
    /// Files of skills that are not Markdown and are still to be read, sorted.
    pub unread_attachments: Vec<HubPath>,
    /// Everything below the authors' folders, by path inside the hub: what the build would list and copy.
    pub files: BTreeMap<String, FileKind>,
    /// Files that should be documents and could not be read.
    pub unread: Vec<UnreadableFile>,
    /// The registries that authors supply.
    pub supplied: Vec<AuthorRegistry>,
    /// The manifests of plugins and marketplaces, sorted by path.
    pub manifests: Vec<Manifest>,
    /// Files in the place of an entry that would be one if their name were in capitals.
    pub misnamed: Vec<MisnamedFile>,
    /// Files that were skipped, and why.
    pub skipped: Vec<Skipped>,
    /// Documents that the ignore files on disk would skip, when others count.
    pub unignored: Vec<String>,
    /// The files that changed since a commit, with what entries said there; `None` without such a commit.
    pub base: Option<BTreeMap<String, Option<Document>>>,
    /// The paths inside the hub that the run reports on; `None` for all.
    focus: Option<BTreeSet<String>>,
    /// The part of them that this machine reports on, when several share a run.
    part: Option<HubPart>,
    /// Which folders are a hub and which hold skills.
    collections: Collections,
    ids: OnceLock<EntryIds>,
}

/// The part of a hub that one of several machines reports on.
#[derive(Debug)]
struct HubPart {
    paths: BTreeSet<String>,
    /// Whether it is the first part, which also reports on files outside of the hub.
    first: bool,
}

/// What a path in a hub is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link that stays among what the hub publishes, or one in a loop.
    Symlink,
    /// A symbolic link that leads out of what the hub publishes.
    Escape,
    /// A pipe, a socket or a device.
    Other,
}

/// A document that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableFile {
    /// The file.
    pub path: HubPath,
    /// What is wrong with it, as the end of a sentence: "is not UTF-8 (byte 0xff at offset 12)".
    pub reason: String,
    /// What to do about it.
    pub help: String,
}

/// A file in the place of an entry, with the name of one in other letters.
#[derive(Debug)]
pub struct MisnamedFile {
    /// The file, whose text is only shown.
    pub file: Document,
    /// The `name` in its front matter.
    pub name: Span,
}

/// Why a document is skipped: the config or the command line excludes it.
pub const EXCLUDED_REASON: &str = "excluded by the config";
/// Why a document is skipped: an ignore file names it.
pub const IGNORED_REASON: &str = "ignored by an ignore file";
/// Why a file is skipped: it would be an entry if its name were in capitals.
pub const MISNAMED_REASON: &str = "not named `DOC.md` or `SKILL.md` in capitals";
/// Why a Markdown file is skipped.
pub const NOT_ENTRY_REASON: &str = "neither an entry nor in the folder of one";
/// Why a folder beside the authors is skipped.
pub const UNNAMED_FOLDER_REASON: &str = "hidden, or written by tools; name it to check it";
/// Why a folder beside `content` is skipped.
pub const BESIDE_CONTENT_REASON: &str = "beside the folder `content`; name it to check it";
/// Why a file of a skill is skipped: it is not text.
pub const BINARY_REASON: &str = "binary, or not UTF-8";
/// Why a file of a skill is skipped: it is too large.
pub const LARGE_REASON: &str = "larger than 16 MiB";
/// Why a file of a skill is skipped: there are too many.
pub const TOO_MANY_REASON: &str = "beyond the first 20,000 or 128 MiB";
/// Why a file of a skill is skipped: a program put it there.
pub const INSTALLED_REASON: &str = "in a folder of installed packages";
/// Why a file of a skill is skipped: the system does not let it be read.
pub const UNREADABLE_REASON: &str = "that cannot be read";
/// Why files of skills are skipped that are not Markdown.
const ATTACHMENT_REASONS: [&str; 7] = [
    EXCLUDED_REASON,
    IGNORED_REASON,
    BINARY_REASON,
    LARGE_REASON,
    TOO_MANY_REASON,
    INSTALLED_REASON,
    UNREADABLE_REASON,
];
/// Why a named file is skipped.
pub const NOT_MARKDOWN_REASON: &str = "not Markdown";

/// A file that was skipped on purpose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The file as shown in output.
    pub path: String,
    /// Why.
    pub reason: &'static str,
    /// The pattern that excludes it, and later where it is written.
    pub pattern: Option<String>,
}

impl Skipped {
    /// Why, with the pattern that excludes it.
    #[must_use]
    pub fn why(&self) -> String {
        match &self.pattern {
            Some(pattern) => format!("{}: {pattern}", self.reason),
            None => self.reason.to_owned(),
        }
    }
}

impl Hub {
    /// Entries and companions, sorted by path.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The text files of skills that are not Markdown, sorted by path.
    #[must_use]
    pub fn attachments(&self) -> &[Document] {
        &self.attachments
    }

    /// The attachments to report on.
    pub fn focused_attachments(&self) -> impl Iterator<Item = &Document> {
        self.attachments
            .iter()
            .filter(|attachment| self.in_focus(&attachment.path))
    }

    /// The files of skills that are not Markdown, whether they were read or not.
    pub fn attachment_paths(&self) -> impl Iterator<Item = &HubPath> {
        let read = self.attachments.iter().map(|attachment| &attachment.path);
        read.chain(&self.unread_attachments)
    }

    /// Put a document in place of the one at its path, or add it with its folders.
    pub fn insert(&mut self, document: Document) {
        self.replace(document);
    }

    /// As [`Hub::insert`]. Returns the document that was there.
    pub fn replace(&mut self, mut document: Document) -> Option<Document> {
        if document.is_attachment() {
            return self.insert_attachment(document);
        }
        document.collection = self.collections.of(self, &document);
        let path = document.path.path_in_hub();
        match self
            .documents
            .binary_search_by(|d| d.path.path_in_hub().cmp(path))
        {
            Ok(at) => {
                if ids::place(&self.documents[at]) != ids::place(&document) {
                    self.ids = OnceLock::new();
                }
                Some(std::mem::replace(&mut self.documents[at], document))
            }
            Err(at) => {
                self.ids = OnceLock::new();
                let path = path.to_owned();
                self.documents.insert(at, document);
                self.add_file(&path);
                None
            }
        }
    }

    /// Decide which folders are a hub and which hold skills, once all documents are there. `unpublished`: they are
    /// folders of agents.
    pub fn classify(&mut self, unpublished: bool) {
        self.collections = Collections::decide(self, unpublished);
        let kinds: Vec<Collection> = self
            .documents
            .iter()
            .map(|document| self.collections.of(self, document))
            .collect();
        for (document, collection) in self.documents.iter_mut().zip(kinds) {
            document.collection = collection;
        }
    }

    /// Whether all documents are in collections of skills, so that nothing of it is part of a hub.
    #[must_use]
    pub fn is_skills_only(&self) -> bool {
        let documents = &self.documents;
        !documents.is_empty() && documents.iter().all(Document::is_plain_skill)
    }

    fn insert_attachment(&mut self, attachment: Document) -> Option<Document> {
        let path = attachment.path.path_in_hub();
        let at = |other: &Document| other.path.path_in_hub().cmp(path);
        match self.attachments.binary_search_by(at) {
            Ok(at) => Some(std::mem::replace(&mut self.attachments[at], attachment)),
            Err(at) => {
                let path = path.to_owned();
                self.attachments.insert(at, attachment);
                self.add_file(&path);
                None
            }
        }
    }

    /// Add a file that may not be on the disk, with its folders.
    fn add_file(&mut self, path: &str) {
        for (slash, _) in path.match_indices('/') {
            let folder = self.files.entry(path[..slash].to_owned());
            folder.or_insert(FileKind::Folder);
        }
        self.files.insert(path.to_owned(), FileKind::File);
    }

    /// Compare with a commit, given the files that changed since and the old text of entries. With
    /// `limits_skips`, only those `chub-lint: skip` count that a document had in the commit.
    pub fn set_base(&mut self, changes: BTreeMap<String, Option<Document>>, limits_skips: bool) {
        if limits_skips {
            for document in &mut self.documents {
                if let Some(before) = changes.get(document.path.path_in_hub()) {
                    document.keep_skips_of(before.as_ref());
                }
            }
        }
        self.base = Some(changes);
    }

    /// Whether findings in all files are wanted.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.focus.is_none() && self.part.is_none()
    }

    /// Report on these paths inside the hub, or on all. Returns what was reported on before.
    pub fn set_focus(&mut self, paths: Option<BTreeSet<String>>) -> Option<BTreeSet<String>> {
        std::mem::replace(&mut self.focus, paths)
    }

    /// Report only on the entries that some files (paths inside the hub) belong to.
    pub fn narrow_to(&mut self, files: &BTreeSet<String>) {
        let mut wanted = files.clone();
        for file in files {
            let path = HubPath::new(&self.shown, file);
            if let Some(folder) = self.entry_folder(&path) {
                wanted.extend(self.files_below(folder).map(|(path, _)| path.to_owned()));
            }
        }
        wanted.retain(|path| self.focus.as_ref().is_none_or(|focus| focus.contains(path)));
        self.focus = Some(wanted);
    }

    /// Whether findings in a file are wanted.
    #[must_use]
    pub fn in_focus(&self, path: &HubPath) -> bool {
        let part = self.part.as_ref();
        self.in_run(path) && part.is_none_or(|part| part.paths.contains(path.path_in_hub()))
    }

    /// Whether the run reports on a file, on this machine or on another one that checks another part. A rule that
    /// chooses where to report asks this, so that all machines choose the same place.
    #[must_use]
    pub fn in_run(&self, path: &HubPath) -> bool {
        self.focus
            .as_ref()
            .is_none_or(|focus| focus.contains(path.path_in_hub()))
    }

    /// What was skipped, with paths as a program opens them from the working folder.
    pub fn opened_skips(&self) -> impl Iterator<Item = Skipped> {
        self.skipped.iter().map(|skipped| {
            let opened = self.opened_from.as_ref();
            let path = opened.map(|from| from.shown_path(&self.shown, &skipped.path));
            Skipped {
                path: path.unwrap_or_else(|| skipped.path.clone()),
                ..skipped.clone()
            }
        })
    }

    /// Whether no other machine checks a part of the hub.
    #[must_use]
    pub fn is_undivided(&self) -> bool {
        self.part.is_none()
    }

    /// Whether findings in files outside of the hub are wanted: in the config, for example.
    #[must_use]
    pub fn reports_outside(&self) -> bool {
        self.part.as_ref().is_none_or(|part| part.first)
    }

    /// Add a file that may be an entry with a wrong name. One without a `name` in its front matter is not an entry.
    pub fn add_misnamed(&mut self, path: HubPath, text: String) {
        let front = read_front_matter(&text).ok();
        let name = front.and_then(|front| front.field(&["name"]).map(|(_, value)| value.span));
        if let Some(name) = name {
            let file = Document::unparsed(path, text);
            self.misnamed.push(MisnamedFile { file, name });
        }
    }

    /// Why documents among the files to report on were skipped, once for each document.
    pub fn focused_skips(&self) -> impl Iterator<Item = &'static str> {
        let reasons = [EXCLUDED_REASON, IGNORED_REASON, MISNAMED_REASON];
        let skips = self.skips_in_focus().filter(|(path, _)| is_markdown(path));
        skips
            .map(|(_, reason)| reason)
            .filter(move |reason| reasons.contains(reason))
    }

    /// Why files of skills that are not Markdown were skipped, once for each file to report on.
    pub fn attachment_skips(&self) -> impl Iterator<Item = &'static str> {
        let skips = self.skips_in_focus().filter(|(path, _)| !is_markdown(path));
        skips
            .map(|(_, reason)| reason)
            .filter(|reason| ATTACHMENT_REASONS.contains(reason))
    }

    /// The files to report on that were skipped: their paths and why.
    fn skips_in_focus(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let above = join_path(&self.shown, "");
        self.skipped.iter().filter_map(move |skipped| {
            let in_hub = skipped.path.strip_prefix(&above).unwrap_or(&skipped.path);
            let path = HubPath::new(&self.shown, in_hub);
            self.in_focus(&path).then_some((in_hub, skipped.reason))
        })
    }

    /// The documents by id, grouped when first asked for.
    #[must_use]
    pub fn ids(&self) -> &EntryIds {
        self.ids.get_or_init(|| EntryIds::new(self))
    }

    /// Whether a file is gone: it would be in this hub, and not in another one at the same root.
    #[must_use]
    pub fn lacks(&self, in_hub: &str) -> bool {
        let author = in_hub.split_once('/').map(|(author, _)| author);
        let is_ours = author.is_none_or(|author| match &self.authors {
            Some(authors) => authors.contains(author),
            None => !root::is_unpublished(author.as_ref()),
        });
        is_ours && !self.files.contains_key(in_hub)
    }

    /// Whether an author has a `registry.json`, so that the builder does not walk the folder.
    #[must_use]
    pub fn has_registry(&self, author: &str) -> bool {
        self.files.contains_key(&join_path(author, "registry.json"))
    }

    /// The documents to report on.
    pub fn focused(&self) -> impl Iterator<Item = &Document> {
        self.documents
            .iter()
            .filter(|document| self.in_focus(&document.path))
    }

    /// The entries of a kind, in order of path.
    pub fn entries(&self, kind: DocumentKind) -> impl Iterator<Item = &Document> {
        self.documents
            .iter()
            .filter(move |document| document.kind == kind)
    }

    /// The document or the attachment at a path inside the hub.
    #[must_use]
    pub fn document_or_attachment(&self, in_hub: &str) -> Option<&Document> {
        self.document(in_hub).or_else(|| self.attachment(in_hub))
    }

    /// The attachment at a path inside the hub.
    #[must_use]
    pub fn attachment(&self, in_hub: &str) -> Option<&Document> {
        let at = self
            .attachments
            .binary_search_by(|attachment| attachment.path.path_in_hub().cmp(in_hub))
            .ok()?;
        self.attachments.get(at)
    }

    /// The document at a path inside the hub.
    #[must_use]
    pub fn document(&self, in_hub: &str) -> Option<&Document> {
        let at = self
            .documents
            .binary_search_by(|document| document.path.path_in_hub().cmp(in_hub))
            .ok()?;
        self.documents.get(at)
    }

    /// What findings at a path inside the hub point into: a document, an attachment, a file in the place of a document,
    /// a registry that an author supplies, or a manifest.
    #[must_use]
    pub fn document_or_registry(&self, in_hub: &str) -> Option<&Document> {
        let others = || {
            let supplied = self.supplied.iter().map(|supplied| &supplied.file);
            supplied.chain(self.misnamed.iter().map(|misnamed| &misnamed.file))
        };
        self.document(in_hub)
            .or_else(|| self.attachment(in_hub))
            .or_else(|| self.manifest(in_hub).map(|manifest| &manifest.file))
            .or_else(|| others().find(|file| file.path.path_in_hub() == in_hub))
    }

    /// The folder of the skill that a file belongs to; `None` for a file of another entry or of none.
    #[must_use]
    pub fn skill_folder<'a>(&self, path: &'a HubPath) -> Option<&'a str> {
        let folder = self.entry_folder(path)?;
        let has = |name| self.files.contains_key(&join_path(folder, name));
        (has("SKILL.md") && !has("DOC.md")).then_some(folder)
    }

    /// The folder of the entry that a companion belongs to: the nearest one above with a `DOC.md` or `SKILL.md`.
    #[must_use]
    pub fn entry_folder<'a>(&self, path: &'a HubPath) -> Option<&'a str> {
        let mut folder = path.folder();
        loop {
            if ENTRY_NAMES
                .iter()
                .any(|name| self.files.contains_key(&join_path(folder, name)))
            {
                return Some(folder);
            }
            folder = folder.rsplit_once('/')?.0;
        }
    }

    /// The entry that a companion belongs to.
    #[must_use]
    pub fn entry_of(&self, path: &HubPath) -> Option<&Document> {
        let folder = self.entry_folder(path)?;
        let mut names = ["DOC.md", "SKILL.md"].into_iter();
        names.find_map(|name| self.document(&join_path(folder, name)))
    }
}

/// Whether a file has the name of an entry, but not in capitals.
#[must_use]
pub fn is_misnamed(file_name: &str) -> bool {
    !ENTRY_NAMES.contains(&file_name)
        && ENTRY_NAMES
            .iter()
            .any(|name| name.eq_ignore_ascii_case(file_name))
}

/// A folder inside a hub and those above it, the nearest first, without the root.
fn upwards(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| Some(folder.rsplit_once('/')?.0))
}

/// A folder inside a hub and those above it, the nearest first; the last one is the root.
fn up_to_root(folder: &str) -> impl Iterator<Item = &str> {
    upwards(folder).chain((!folder.is_empty()).then_some(""))
}

/// Join a folder inside the hub and a name.
#[must_use]
pub fn join_path(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}
