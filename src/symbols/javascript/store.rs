//! The files of a release, what was read of them, and how much may still be done.

use super::manifest::Manifest;
use super::read;
use super::summary::File;
use crate::symbols::files::Files;
use crate::symbols::table;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many steps all searches in a release may take: twenty times what a large document needs.
const MAX_STEPS: usize = 2_000_000;

/// How many bytes of names are compared or copied in one step.
const BYTES_PER_STEP: usize = 64;

/// How many bytes of code are searched in one step.
const SEARCHED_BYTES_PER_STEP: usize = 128;

/// What the names of the files of `@types/NAME` start with. No file of an archive can be called so.
pub(super) const TYPES: &str = "types:/";

/// What is kept of a release: which files it was asked for, and those that were read.
#[derive(Default, Serialize, Deserialize)]
struct Table {
    paths: BTreeMap<String, bool>,
    manifests: BTreeMap<String, Option<Manifest>>,
    files: BTreeMap<String, Option<File>>,
}

/// The files of a release. It belongs to one thread.
#[derive(Default)]
pub(super) struct Store {
    /// `None` when only what was read before is known.
    package: Option<Box<dyn Files>>,
    types: Option<Box<dyn Files>>,
    /// The names of all files and folders, where they are known.
    names: BTreeSet<String>,
    folders: BTreeSet<String>,
    /// The names that were asked for, and whether they are there.
    asked: RefCell<BTreeMap<String, bool>>,
    manifests: RefCell<BTreeMap<String, Option<Arc<Manifest>>>>,
    files: RefCell<BTreeMap<String, Option<Arc<File>>>>,
    /// The files of code that define a class, by its name.
    pub(super) classes: RefCell<BTreeMap<String, Vec<String>>>,
    is_incomplete: Cell<bool>,
    read_error: RefCell<Option<String>>,
    /// How many steps were taken.
    steps: Cell<usize>,
}

impl Store {
    /// The files of an archive.
    pub fn new(files: Box<dyn Files>) -> Self {
        let mut store = Self::default();
        store.add_names("", &*files);
        store.package = Some(files);
        store
    }

    /// What a table says, and files for what it does not.
    pub fn from_table(table: &[u8], files: Option<Box<dyn Files>>) -> Option<Self> {
        let table: Table = table::decode(table)?;
        let mut store = match files {
            Some(files) => Self::new(files),
            None => Self::default(),
        };
        store.asked = RefCell::new(table.paths);
        let manifests = table.manifests.into_iter();
        let manifests = manifests.map(|(name, read)| (name, read.map(Arc::new)));
        store.manifests = RefCell::new(manifests.collect());
        let files = table.files.into_iter();
        let files = files.map(|(name, read)| (name, read.map(Arc::new)));
        store.files = RefCell::new(files.collect());
        Some(store)
    }

    /// What was read, for [`Store::from_table`].
    pub fn to_table(&self) -> Vec<u8> {
        let owned = |read: &Option<Arc<Manifest>>| read.as_deref().cloned();
        let manifests = self.manifests.borrow();
        let manifests = manifests.iter().map(|(name, read)| (name.clone(), owned(read)));
        let files = self.files.borrow();
        let files = files
            .iter()
            .map(|(name, read)| (name.clone(), read.as_deref().cloned()));
        table::encode(&Table {
            paths: self.asked.borrow().clone(),
            manifests: manifests.collect(),
            files: files.collect(),
        })
    }

    /// Add the files of `@types/NAME`.
    pub fn add_types(&mut self, files: Box<dyn Files>) {
        self.add_names(TYPES, &*files);
        self.types = Some(files);
    }

    fn add_names(&mut self, root: &str, files: &dyn Files) {
        for name in files.names() {
            let name = format!("{root}{name}");
            for (at, _) in name.match_indices('/') {
                if let Some(folder) = name.get(..at) {
                    self.folders.insert(folder.to_owned());
                }
            }
            self.names.insert(name);
        }
    }

    /// Whether a file is there.
    pub fn is_file(&self, name: &str) -> bool {
        self.is_there(name, name, &self.names)
    }

    /// Whether a folder is there.
    pub fn is_folder(&self, name: &str) -> bool {
        self.is_there(&format!("{name}/"), name, &self.folders)
    }

    /// Whether the declarations of `@types/NAME` are there.
    pub fn has_types(&self) -> bool {
        self.types.is_some() || self.is_file(&format!("{TYPES}package.json"))
    }

    fn is_there(&self, key: &str, name: &str, names: &BTreeSet<String>) -> bool {
        let source = if name.starts_with(TYPES) {
            &self.types
        } else {
            &self.package
        };
        let known = self.asked.borrow().get(key).copied();
        let answer = match (known, source) {
            (Some(known), _) => return known,
            (None, Some(_)) => names.contains(name),
            // A package without `@types` has none of its files.
            (None, None) if name.starts_with(TYPES) => return false,
            (None, None) => {
                self.is_incomplete.set(true);
                return false;
            }
        };
        self.spend(1 + key.len() / BYTES_PER_STEP);
        self.asked.borrow_mut().insert(key.to_owned(), answer);
        answer
    }

    /// The cached answer to a question about the files of the package. It is `true` when the files cannot be read.
    pub fn remembered(&self, key: String, answer: impl FnOnce() -> Option<bool>) -> bool {
        if let Some(known) = self.asked.borrow().get(&key) {
            return *known;
        }
        if self.package.is_none() {
            self.is_incomplete.set(true);
            return true;
        }
        let answer = answer().unwrap_or(true);
        self.asked.borrow_mut().insert(key, answer);
        answer
    }

    /// The text of a file of the package, to be searched.
    pub fn code(&self, name: &str) -> Option<String> {
        if self.is_exhausted() {
            return None;
        }
        let bytes = self.bytes(name)?;
        self.spend(bytes.len() / SEARCHED_BYTES_PER_STEP);
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The names of the files that start with a text; none when only a table is known.
    pub fn names_below<'s>(&'s self, start: &'s str) -> impl Iterator<Item = &'s str> {
        let names = self.names.range(start.to_owned()..);
        names
            .take_while(move |name| name.starts_with(start))
            .map(String::as_str)
    }

    /// How many files and folders are known.
    pub fn count_names(&self) -> usize {
        self.names.len()
    }

    /// The `package.json` of a folder, which is empty or ends with `/`.
    pub fn manifest(&self, folder: &str) -> Option<Arc<Manifest>> {
        if let Some(known) = self.manifests.borrow().get(folder) {
            return known.clone();
        }
        let name = format!("{folder}package.json");
        if !self.is_file(&name) {
            return None;
        }
        let read = self.bytes(&name)?;
        let manifest = Manifest::read(&read).map(Arc::new);
        let mut manifests = self.manifests.borrow_mut();
        manifests.insert(folder.to_owned(), manifest.clone());
        manifest
    }

    /// The summary of a file, read at its first use. `None` when it cannot be read.
    pub fn file(&self, name: &str) -> Option<Arc<File>> {
        if let Some(known) = self.files.borrow().get(name) {
            return known.clone();
        }
        let bytes = self.bytes(name)?;
        let file = read::read(&String::from_utf8_lossy(&bytes), name).map(Arc::new);
        self.files.borrow_mut().insert(name.to_owned(), file.clone());
        file
    }

    /// Whether a file that was read adds a member of this name to an interface of another module.
    pub fn is_added(&self, name: &str) -> bool {
        let files = self.files.borrow();
        self.spend(files.len() / 4);
        files.values().flatten().any(|file| file.added.contains(name))
    }

    /// Whether a file that was read has functions with which others add members to objects.
    pub fn is_extensible(&self) -> bool {
        let files = self.files.borrow();
        files.values().flatten().any(|file| file.is_extensible)
    }

    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        let (source, inner) = match name.strip_prefix(TYPES) {
            Some(inner) => (&self.types, inner),
            None => (&self.package, name),
        };
        let Some(source) = source else {
            self.is_incomplete.set(true);
            return None;
        };
        match source.read(inner) {
            Ok(bytes) => Some(bytes),
            Err(reason) => {
                self.set_read_error(|| reason);
                None
            }
        }
    }

    /// Whether something was needed that the table does not have.
    pub fn is_incomplete(&self) -> bool {
        self.is_incomplete.get()
    }

    /// The first thing that could not be read.
    pub fn read_error(&self) -> Option<String> {
        self.read_error.borrow().clone()
    }

    fn set_read_error(&self, reason: impl FnOnce() -> String) {
        self.read_error.borrow_mut().get_or_insert_with(reason);
    }

    /// One step deeper; `None` when there were too many.
    pub fn deeper(&self, depth: usize) -> Option<usize> {
        if self.spend(1) { depth.checked_sub(1) } else { None }
    }

    /// One step deeper, to look up a name. Names of files are as long as their authors want.
    pub fn deeper_for(&self, name: &str, depth: usize) -> Option<usize> {
        self.spend(name.len() / BYTES_PER_STEP);
        self.deeper(depth)
    }

    /// Take some steps, for work that grows with what an author wrote; whether they may be taken.
    pub fn spend(&self, steps: usize) -> bool {
        let steps = self.steps.get().saturating_add(steps);
        self.steps.set(steps);
        if steps > MAX_STEPS {
            self.set_read_error(|| "it takes too many steps to look names up in it".to_owned());
        }
        steps <= MAX_STEPS
    }

    /// Give up on a package that declares something more often than is followed.
    pub fn report_too_large(&self) {
        self.set_read_error(|| "it declares a module too often".to_owned());
    }

    /// Whether no more steps may be taken.
    pub fn is_exhausted(&self) -> bool {
        self.steps.get() > MAX_STEPS
    }
}
