//! The hubs that open documents belong to, and what is found in them.
//!
//! A hub is read when its first document is opened. While the user types, only the rules about that document run; what
//! the rules about the whole hub found moves along with the text around it, until a save runs them again.

use crate::cli::args::CommonArgs;
use crate::diagnostic::Diagnostic;
use crate::document::{Document, HubPath, Kind};
use crate::error::Error;
use crate::hub::{FileKind, discover, join};
use crate::pipeline::check;
use crate::pipeline::{self, Checked, Request};
use crate::rule::Context;
use crate::suppress::suppress;
use crate::text::Span;
use jiff::civil::Date;
use lsp_types as lsp;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Everything the server knows.
#[derive(Debug)]
pub struct State {
    /// The working folder.
    pub cwd: PathBuf,
    /// Today's date.
    pub today: Date,
    hubs: BTreeMap<PathBuf, Checked>,
    open: BTreeMap<lsp::Uri, Open>,
}

/// An open document.
#[derive(Clone, Debug)]
pub struct Open {
    root: PathBuf,
    path: HubPath,
    /// The editor's version of the text.
    pub version: i32,
    of_hub: Vec<Diagnostic>,
    /// What counts in it.
    pub findings: Vec<Diagnostic>,
}

impl State {
    /// A server that knows nothing yet.
    #[must_use]
    pub fn new(cwd: PathBuf, today: Date) -> Self {
        Self {
            cwd,
            today,
            hubs: BTreeMap::new(),
            open: BTreeMap::new(),
        }
    }

    /// A document was opened. `false` when it is not in a hub.
    ///
    /// # Errors
    /// When its hub or config cannot be read.
    pub fn open(&mut self, uri: &lsp::Uri, file: &Path, text: String, version: i32) -> Result<bool, Error> {
        // A file that was never saved has a folder all the same.
        let near = if crate::config::find::is_file(file) {
            file
        } else {
            file.parent().unwrap_or(file)
        };
        let Some(folder) = discover::hubs(&[near.to_path_buf()])?.pop() else {
            return Ok(false);
        };
        let root = folder.root;
        let real = crate::config::find::real(near);
        let real = if near == file {
            real
        } else {
            real.join(file.file_name().unwrap_or_default())
        };
        let Some(inside) = inside(&root, &real) else {
            return Ok(false);
        };
        if !self.hubs.contains_key(&root) {
            let checked = self.read(&root)?;
            self.hubs.insert(root.clone(), checked);
        }
        let Some(checked) = self.hubs.get_mut(&root) else {
            return Ok(false);
        };
        let path = HubPath::new(&checked.hub.shown, &inside);
        let is_markdown = crate::document::is_markdown(&inside);
        let companion = Kind::of(path.file_name()) == Kind::Companion;
        let excluded = checked.hub.skipped.iter().any(|s| s.path == path.as_str());
        if !is_markdown || excluded || (companion && checked.hub.entry_folder(&path).is_none()) {
            return Ok(false);
        }
        put(checked, &path, text);
        let open = Open {
            root,
            path,
            version,
            of_hub: Vec::new(),
            findings: Vec::new(),
        };
        self.open.insert(uri.clone(), open);
        self.check_hub(uri);
        Ok(true)
    }

    /// The text of an open document changed.
    pub fn change(&mut self, uri: &lsp::Uri, text: String, version: i32) {
        let Some(open) = self.open.get_mut(uri) else {
            return;
        };
        let Some(checked) = self.hubs.get_mut(&open.root) else {
            return;
        };
        open.version = version;
        if let Some(old) = checked.hub.document(open.path.in_hub()) {
            open.of_hub = moved(&open.of_hub, &old.text, &text);
        }
        put(checked, &open.path, text);
        self.check_document(uri);
    }

    /// Run the rules about the hub again for every open document of the one that was saved.
    pub fn saved(&mut self, uri: &lsp::Uri) -> Vec<lsp::Uri> {
        let Some(root) = self.open.get(uri).map(|open| open.root.clone()) else {
            return Vec::new();
        };
        let same = self.open.iter().filter(|(_, open)| open.root == root);
        let uris: Vec<lsp::Uri> = same.map(|(uri, _)| uri.clone()).collect();
        for uri in &uris {
            self.check_hub(uri);
        }
        uris
    }

    /// Files changed on disk, or a config did: read the hubs again and put the open texts over them.
    ///
    /// # Errors
    /// When a hub or its config cannot be read any more. The old ones stay.
    pub fn reload(&mut self) -> Result<Vec<lsp::Uri>, Error> {
        let roots: Vec<PathBuf> = self.hubs.keys().cloned().collect();
        for root in roots {
            let mut fresh = self.read(&root)?;
            for open in self.open.values().filter(|open| open.root == root) {
                let text = self
                    .hubs
                    .get(&root)
                    .and_then(|hub| hub.hub.document(open.path.in_hub()));
                if let Some(document) = text {
                    put(&mut fresh, &open.path, document.text.clone());
                }
            }
            self.hubs.insert(root, fresh);
        }
        let uris: Vec<lsp::Uri> = self.open.keys().cloned().collect();
        for uri in &uris {
            self.check_hub(uri);
        }
        Ok(uris)
    }

    /// A document was closed: what is on disk counts again.
    ///
    /// # Errors
    /// When its hub cannot be read any more.
    pub fn close(&mut self, uri: &lsp::Uri) -> Result<(), Error> {
        let Some(open) = self.open.remove(uri) else {
            return Ok(());
        };
        if self.open.values().any(|other| other.root == open.root) {
            self.reload().map(drop)
        } else {
            self.hubs.remove(&open.root);
            Ok(())
        }
    }

    /// An open document and what is found in it.
    #[must_use]
    pub fn get(&self, uri: &lsp::Uri) -> Option<(&Open, &Document, &Checked)> {
        let open = self.open.get(uri)?;
        let checked = self.hubs.get(&open.root)?;
        Some((open, checked.hub.document(open.path.in_hub())?, checked))
    }

    /// A hub without findings: they are computed when a document is opened.
    fn read(&self, root: &Path) -> Result<Checked, Error> {
        let paths = [root.to_path_buf()];
        let common = CommonArgs {
            offline: true,
            ..CommonArgs::default()
        };
        let request = Request {
            baseline: true,
            ..Request::all_of(&paths, &common)
        };
        let mut all = pipeline::read(&request, &self.cwd, false)?;
        // An invalid pattern of the config is reported here, and not while the user types.
        pipeline::suppress(&all, &self.cwd, self.today)?;
        all.pop().ok_or_else(|| Error::NoSuchPath(root.to_path_buf()))
    }

    /// The rules about the hub, then those about the document.
    fn check_hub(&mut self, uri: &lsp::Uri) {
        let Some(open) = self.open.get_mut(uri) else {
            return;
        };
        let Some(checked) = self.hubs.get_mut(&open.root) else {
            return;
        };
        let context = Context {
            today: self.today,
            settings: &checked.settings,
            coverage: &checked.coverage,
        };
        let found = check::hub(&checked.hub, &context);
        open.of_hub = found.into_iter().filter(|d| d.path == open.path).collect();
        self.check_document(uri);
    }

    fn check_document(&mut self, uri: &lsp::Uri) {
        let Some(open) = self.open.get_mut(uri) else {
            return;
        };
        let Some(checked) = self.hubs.get_mut(&open.root) else {
            return;
        };
        checked.hub.focus = Some(BTreeSet::from([open.path.in_hub().to_owned()]));
        let Some(document) = checked.hub.document(open.path.in_hub()) else {
            return;
        };
        let context = Context {
            today: self.today,
            settings: &checked.settings,
            coverage: &checked.coverage,
        };
        let mut found = check::document(document, checked.releases.as_ref(), &context);
        found.extend(open.of_hub.iter().cloned());
        let input = checked.input(&self.cwd, found);
        // An invalid pattern was refused when the hub was read.
        let findings = suppress(vec![input], self.today).unwrap_or_default();
        open.findings = findings.diagnostics;
        open.findings.retain(|d| d.path == open.path);
        checked.hub.focus = None;
    }
}

fn inside(root: &Path, file: &Path) -> Option<String> {
    let parts = file.strip_prefix(root).ok()?.components();
    let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
    Some(parts.join("/"))
}

/// Put a text into a hub, in place of the document there or as a new one.
fn put(checked: &mut Checked, path: &HubPath, text: String) {
    let document = Document::new(path.clone(), text);
    let covered = checked.covered(&document);
    checked.coverage.insert(path.clone(), covered);
    let documents = &mut checked.hub.documents;
    match documents.binary_search_by(|d| d.path.in_hub().cmp(path.in_hub())) {
        Ok(at) => {
            if let Some(old) = documents.get_mut(at) {
                *old = document;
            }
        }
        Err(at) => {
            documents.insert(at, document);
            let mut folder = String::new();
            for part in path.folder().split('/').filter(|part| !part.is_empty()) {
                folder = join(&folder, part);
                checked
                    .hub
                    .files
                    .entry(folder.clone())
                    .or_insert(FileKind::Folder);
            }
            checked.hub.files.insert(path.in_hub().to_owned(), FileKind::File);
        }
    }
}

/// Findings of the old text at their places in the new one; those in the part that changed are gone.
fn moved(found: &[Diagnostic], old: &str, new: &str) -> Vec<Diagnostic> {
    let (old_bytes, new_bytes) = (old.as_bytes(), new.as_bytes());
    let shorter = old.len().min(new.len());
    let head = old_bytes
        .iter()
        .zip(new_bytes)
        .take_while(|(a, b)| a == b)
        .count();
    let tail = old_bytes
        .iter()
        .rev()
        .zip(new_bytes.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let tail = tail.min(shorter - head);
    found
        .iter()
        .filter_map(|diagnostic| {
            let span = diagnostic.span;
            let mut diagnostic = diagnostic.clone();
            // Its fix and its other places are of a text that is gone.
            if old.len() != new.len() || head != old.len() {
                diagnostic.fix = None;
            }
            if span.end as usize <= head {
                return Some(diagnostic);
            }
            let from_end =
                (old.len() - tail <= span.start as usize).then(|| old.len() - span.start as usize)?;
            let start = new.len() - from_end;
            diagnostic.span = Span::new(start, start + span.len());
            Some(diagnostic)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_move_with_the_text_around_them() {
        let at = |start, end| Diagnostic {
            rule: "broken-link",
            severity: crate::diagnostic::Severity::Error,
            path: HubPath::new("", "a/docs/b/DOC.md"),
            span: Span::new(start, end),
            message: String::new(),
            label: None,
            help: None,
            related: Vec::new(),
            fix: None,
            more: 0,
        };
        let spans = |found: Vec<Diagnostic>| found.iter().map(|d| d.span).collect::<Vec<_>>();
        let found = [at(0, 2), at(2, 4), at(4, 6)];
        assert_eq!(
            spans(moved(&found, "aabbcc", "aaXcc")),
            [Span::new(0, 2), Span::new(3, 5)]
        );
        assert_eq!(spans(moved(&found, "aabbcc", "aabbcc")).len(), 3);
        assert_eq!(spans(moved(&found, "aabbcc", "")), []);
        assert_eq!(spans(moved(&[at(0, 2)], "aa", "aaaa")), [Span::new(0, 2)]);
    }
}
