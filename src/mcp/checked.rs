//! A hub whose documents are checked one by one. It stays loaded: what changes on the disk is read again, and a given text
//! is in the hub only while it is checked.

use crate::diagnostic::Diagnostic;
use crate::document::{Document, HubPath, is_markdown};
use crate::error::Error;
use crate::fsio::{self, Stamp, Stamps};
use crate::hub::decode::MAX_DOCUMENT_BYTES;
use crate::hub::discover;
use crate::pipeline::{RegistryOptions, Workspace};
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many changed documents are read one by one. More are read with the whole hub.
const MAX_CHANGED: usize = 50;

/// A document that was checked.
#[derive(Debug)]
pub struct CheckedDocument<'a> {
    /// The hub.
    pub workspace: &'a Workspace,
    /// The document.
    pub path: HubPath,
    /// The reported findings in it.
    pub findings: Vec<Diagnostic>,
}

/// The hub.
#[derive(Debug)]
pub(super) struct CheckedHub {
    workspace: Workspace,
    day: Date,
    /// The files as they were read; `None` when there are too many to compare.
    stamps: Option<Arc<Stamps>>,
    /// Those that they were last compared with.
    compared: Option<Arc<Stamps>>,
}

impl CheckedHub {
    /// Read a hub without checking it, and without a network. `seen` are its files as they were before.
    pub(super) fn load(
        folder: &Path,
        registries: &RegistryOptions,
        cwd: &Path,
        today: Date,
        seen: Option<&Arc<Stamps>>,
    ) -> Result<Self, Error> {
        let found = discover::discover(&[folder.to_path_buf()])?;
        let found = found.into_iter().find(|hub| hub.root == folder);
        let whole = found.unwrap_or_else(|| discover::HubFolder::whole(folder.to_path_buf()));
        Ok(Self {
            workspace: Workspace::load_on_demand(whole, registries, cwd, today)?,
            day: today,
            stamps: seen.cloned(),
            compared: seen.cloned(),
        })
    }

    /// Read what changed on the disk besides one file. Returns whether the hub is as on the disk then; if not, it has to
    /// be loaded again.
    pub(super) fn refresh(&mut self, today: Date, seen: Option<&Arc<Stamps>>, file: &Path) -> bool {
        if self.day != today {
            return false;
        }
        let (Some(stamps), Some(seen)) = (&self.stamps, seen) else {
            return true;
        };
        if self
            .compared
            .as_ref()
            .is_some_and(|before| Arc::ptr_eq(before, seen))
        {
            return true;
        }
        let is_gone = |path: &&PathBuf| !seen.contains_key(*path) && path.as_path() != file;
        if stamps.keys().any(|path| is_gone(&path)) {
            return false;
        }
        let changed: Vec<PathBuf> = seen
            .iter()
            .filter(|(path, stamp)| stamps.get(*path) != Some(*stamp) && path.as_path() != file)
            .map(|(path, _)| path.clone())
            .collect();
        if changed.len() > MAX_CHANGED {
            return false;
        }
        for path in changed {
            let stamp = fsio::stamp(&path);
            let Some((document, stamp)) = self.known(&path).zip(stamp) else {
                return false;
            };
            let Ok(text) = fsio::read_text(&path, MAX_DOCUMENT_BYTES) else {
                return false;
            };
            self.workspace.replace(Document::new(document, text));
            self.note(path, stamp);
        }
        self.compared = Some(Arc::clone(seen));
        true
    }

    /// Note that a file was read as it is now.
    fn note(&mut self, file: PathBuf, stamp: Stamp) {
        if let Some(stamps) = self
            .stamps
            .as_mut()
            .filter(|stamps| stamps.get(&file) != Some(&stamp))
        {
            Arc::make_mut(stamps).insert(file, stamp);
        }
    }

    /// The path of a file that is a document of the hub.
    fn known(&self, file: &Path) -> Option<HubPath> {
        let inside = discover::inside(self.workspace.root(), file)?;
        let known = self.workspace.hub().document(&inside)?;
        is_markdown(&inside).then(|| known.path.clone())
    }

    /// A file as the hub has it: a document, or another text file of a skill.
    fn file(&self, path: &HubPath, text: String) -> Document {
        match self.workspace.hub().skill_folder(path) {
            Some(_) => Document::of_file(path.clone(), text),
            None => Document::new(path.clone(), text),
        }
    }

    /// Check a document: its text on the disk, or another one in its place.
    pub(super) fn check<T>(
        &mut self,
        file: &Path,
        text: Option<String>,
        then: impl FnOnce(&CheckedDocument<'_>) -> T,
    ) -> Result<T, Error> {
        let given = text.is_some();
        let inside = discover::inside(self.workspace.root(), file);
        let inside = inside.ok_or_else(|| Error::NoSuchPath(file.to_path_buf()))?;
        let path = HubPath::new(&self.workspace.hub().shown, &inside);
        let text = match text {
            Some(text) => text,
            None => {
                let stamp = fsio::stamp(file);
                let text = fsio::read_text(file, MAX_DOCUMENT_BYTES)?;
                if let Some(stamp) = stamp {
                    self.note(file.to_path_buf(), stamp);
                }
                text
            }
        };
        let is_other = {
            let known = self.workspace.hub().document_or_attachment(path.path_in_hub());
            known.is_none_or(|known| known.text != text)
        };
        // The symbols of a document are looked at when it is put into the hub.
        let is_new = is_other || self.workspace.symbols().get(&path).is_none();
        let before = is_new.then(|| self.workspace.swap(self.file(&path, text)));
        let of_hub = self.workspace.run_hub_rules_on(&path);
        let findings = self.workspace.check_document(&path, &of_hub);
        let result = then(&CheckedDocument {
            workspace: &self.workspace,
            path,
            findings,
        });
        // A text that is not on the disk must not affect the next check.
        if let Some(before) = before.filter(|_| given) {
            self.workspace.restore(before);
        }
        Ok(result)
    }
}
