//! The hubs of open documents, and the findings in them.
//!
//! A hub is read when its first document is opened. While the user types, only the rules about that document run.
//! Findings of the rules about the whole hub move with the text around them, until a save runs these rules again.

use super::convert;
use super::pull::FileDiagnostics;
use crate::diagnostic::Diagnostic;
use crate::document::{Document, DocumentKind, HubPath};
use crate::error::Error;
use crate::hub::discover::{self, HubFolder, inside};
use crate::pipeline::{RegistryOptions, Workspace};
use crate::text::{ColumnUnit, Span};
use jiff::civil::Date;
use lsp_types as lsp;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The state of the server.
#[derive(Debug)]
pub struct State {
    /// The working folder.
    pub cwd: PathBuf,
    /// Today's date.
    pub today: Date,
    hubs: BTreeMap<PathBuf, Workspace>,
    folders: BTreeMap<PathBuf, HubFolder>,
    open: BTreeMap<lsp::Uri, OpenDocument>,
    /// The findings of all rules in each hub whose files did not change since: a client may ask for them all the time.
    all: BTreeMap<PathBuf, Vec<Diagnostic>>,
}

/// An open document.
#[derive(Clone, Debug)]
pub struct OpenDocument {
    root: PathBuf,
    path: HubPath,
    /// The version of the text in the editor.
    pub version: i32,
    of_hub: Vec<Diagnostic>,
    /// The reported findings in it.
    pub findings: Vec<Diagnostic>,
}

impl State {
    /// An empty state.
    #[must_use]
    pub fn new(cwd: PathBuf, today: Date) -> Self {
        Self {
            cwd,
            today,
            hubs: BTreeMap::new(),
            folders: BTreeMap::new(),
            open: BTreeMap::new(),
            all: BTreeMap::new(),
        }
    }

    /// Handle an opened document. Returns `false` when it is not in a hub.
    ///
    /// # Errors
    /// When its hub or config cannot be read.
    pub fn open(&mut self, uri: &lsp::Uri, file: &Path, text: String, version: i32) -> Result<bool, Error> {
        // A file that was never saved has a hub, too.
        let file = discover::resolve_unsaved(file)?;
        let Some(folder) = discover::hub_folders(std::slice::from_ref(&file)).pop() else {
            return Ok(false);
        };
        let Some(inside) = inside(&folder.root, &file.real) else {
            return Ok(false);
        };
        let root = hub_key(&folder);
        if !self.hubs.contains_key(&root) {
            let workspace = self.read(&folder)?;
            self.hubs.insert(root.clone(), workspace);
            self.folders.insert(root.clone(), folder);
        }
        let Some(workspace) = self.hubs.get_mut(&root) else {
            return Ok(false);
        };
        let path = HubPath::new(&workspace.hub().shown, &inside);
        let is_markdown = crate::document::is_markdown(&inside);
        let companion = DocumentKind::from_file_name(path.file_name()) == DocumentKind::Companion;
        let excluded = workspace.hub().skipped.iter().any(|s| s.path == path.as_str());
        if !is_markdown || excluded || (companion && workspace.hub().entry_folder(&path).is_none()) {
            return Ok(false);
        }
        workspace.replace(Document::new(path.clone(), text));
        let open = OpenDocument {
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

    /// Handle a change in an open document.
    pub fn change(&mut self, uri: &lsp::Uri, text: String, version: i32) {
        let Some(open) = self.open.get_mut(uri) else {
            return;
        };
        let Some(workspace) = self.hubs.get_mut(&open.root) else {
            return;
        };
        open.version = version;
        if let Some(old) = workspace.hub().document(open.path.path_in_hub()) {
            open.of_hub = moved(&open.of_hub, &old.text, &text);
        }
        workspace.replace(Document::new(open.path.clone(), text));
        self.check_document(uri);
    }

    /// Handle a saved document: run the rules about its hub again for every open document of the hub.
    pub fn saved(&mut self, uri: &lsp::Uri) -> Vec<lsp::Uri> {
        let Some(root) = self.open.get(uri).map(|open| open.root.clone()) else {
            return Vec::new();
        };
        self.all.remove(&root);
        let same = self.open.iter().filter(|(_, open)| open.root == root);
        let uris: Vec<lsp::Uri> = same.map(|(uri, _)| uri.clone()).collect();
        for uri in &uris {
            self.check_hub(uri);
        }
        uris
    }

    /// Handle changes of files or a config on disk: read the hubs again, with the texts of open documents.
    ///
    /// # Errors
    /// When a hub or its config can no longer be read. The old state is kept.
    pub fn reload(&mut self) -> Result<Vec<lsp::Uri>, Error> {
        self.all.clear();
        let folders: Vec<HubFolder> = self.folders.values().cloned().collect();
        for folder in folders {
            let root = hub_key(&folder);
            let mut fresh = self.read(&folder)?;
            for open in self.open.values().filter(|open| open.root == root) {
                let text = self
                    .hubs
                    .get(&root)
                    .and_then(|hub| hub.hub().document(open.path.path_in_hub()));
                if let Some(document) = text {
                    fresh.replace(Document::new(open.path.clone(), document.text.clone()));
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

    /// Handle a closed document: use the text on disk again.
    ///
    /// # Errors
    /// When its hub can no longer be read.
    pub fn close(&mut self, uri: &lsp::Uri) -> Result<(), Error> {
        let Some(open) = self.open.remove(uri) else {
            return Ok(());
        };
        if self.open.values().any(|other| other.root == open.root) {
            self.reload().map(drop)
        } else {
            self.hubs.remove(&open.root);
            self.folders.remove(&open.root);
            self.all.remove(&open.root);
            Ok(())
        }
    }

    /// The diagnostics of all files with findings, in the hubs of some folders and of open documents.
    ///
    /// # Errors
    /// When a hub or its config cannot be read.
    pub fn all_files(
        &mut self,
        folders: &[PathBuf],
        unit: ColumnUnit,
    ) -> Result<Vec<FileDiagnostics>, Error> {
        for folder in discover::discover(folders)? {
            let root = hub_key(&folder);
            if !self.hubs.contains_key(&root) {
                let workspace = self.read(&folder)?;
                self.hubs.insert(root.clone(), workspace);
                self.folders.insert(root, folder);
            }
        }
        let mut files = Vec::new();
        for (uri, open) in &self.open {
            let workspace = self.hubs.get(&open.root);
            let document = workspace.and_then(|w| w.hub().document(open.path.path_in_hub()));
            files.extend(document.map(|document| FileDiagnostics {
                uri: uri.clone(),
                version: Some(open.version),
                items: convert::diagnostics(document, &open.findings, unit),
            }));
        }
        for (root, workspace) in &self.hubs {
            let found = self
                .all
                .entry(root.clone())
                .or_insert_with(|| workspace.reported());
            for found in found.chunk_by(|a, b| a.path == b.path) {
                let Some(path) = found.first().map(|found| &found.path) else {
                    continue;
                };
                let is_open = self
                    .open
                    .values()
                    .any(|open| open.root == *root && open.path == *path);
                let document = workspace.hub().document_or_registry(path.path_in_hub());
                let document = document.filter(|document| document.path == *path && !is_open);
                let uri = convert::uri(&root.join(path.path_in_hub()));
                files.extend(uri.zip(document).map(|(uri, document)| FileDiagnostics {
                    uri,
                    version: None,
                    items: convert::diagnostics(document, found, unit),
                }));
            }
        }
        Ok(files)
    }

    /// An open document with its findings.
    #[must_use]
    pub fn get(&self, uri: &lsp::Uri) -> Option<(&OpenDocument, &Document, &Workspace)> {
        let open = self.open.get(uri)?;
        let workspace = self.hubs.get(&open.root)?;
        Some((
            open,
            workspace.hub().document(open.path.path_in_hub())?,
            workspace,
        ))
    }

    /// Read a hub without checking it: findings are computed when a document is opened.
    fn read(&self, folder: &HubFolder) -> Result<Workspace, Error> {
        let folder = HubFolder {
            named: Vec::new(),
            ..folder.clone()
        };
        Workspace::load_on_demand(folder, &RegistryOptions::default(), &self.cwd, self.today)
    }

    /// Run the rules about the hub, then those about the document.
    fn check_hub(&mut self, uri: &lsp::Uri) {
        if let Some(open) = self.open.get_mut(uri)
            && let Some(workspace) = self.hubs.get(&open.root)
        {
            open.of_hub = workspace.run_hub_rules();
            open.of_hub.retain(|found| found.path == open.path);
        }
        self.check_document(uri);
    }

    fn check_document(&mut self, uri: &lsp::Uri) {
        if let Some(open) = self.open.get_mut(uri)
            && let Some(workspace) = self.hubs.get_mut(&open.root)
        {
            open.findings = workspace.check_document(&open.path, &open.of_hub);
        }
    }
}

/// The key of a hub. The folder is not enough: the skills of an agent may be in the same folder as the
/// authors of a hub.
fn hub_key(folder: &HubFolder) -> PathBuf {
    match &folder.authors {
        Some(authors) if folder.unpublished => folder.root.join(authors.iter().cloned().collect::<String>()),
        _ => folder.root.clone(),
    }
}

/// Move findings of the old text to their positions in the new text. Those in the changed part are removed.
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
            // Its fix and its related locations refer to the old text.
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
            symbol: None,
            help: None,
            related: Vec::new(),
            fix: None,
            more: 0,
            behind: None,
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
