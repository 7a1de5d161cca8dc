//! Wait for the files of hubs and of their settings to change: `check --watch`.

use super::CommandError;
use crate::config::{Overrides, Settings, find};
use crate::error::Error;
use crate::hub::discover;
use crate::safe_path;
use crate::suppress::baseline;
use notify::{EventKind, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

/// How long it must be quiet before a change counts as finished: editors write a file in several steps.
const DEBOUNCE: Duration = Duration::from_millis(120);

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// These files and folders, absolute.
    Files(BTreeSet<PathBuf>),
    /// A config or a baseline: everything has to be checked.
    Settings,
}

/// A watch over some hubs and what their settings are read from.
pub struct HubWatcher {
    // Dropping it ends the watch.
    _watcher: notify::RecommendedWatcher,
    roots: Vec<PathBuf>,
    /// The config, and the files that it names.
    settings: BTreeSet<PathBuf>,
    events: Receiver<notify::Result<notify::Event>>,
}

impl HubWatcher {
    /// Begin to watch the hubs of some paths, with the config of `--config` in place of the nearest.
    ///
    /// # Errors
    /// When a path is not there, or the system cannot watch it.
    pub fn new(paths: &[PathBuf], config: Option<&Path>) -> Result<Self, Error> {
        let (sender, events) = mpsc::channel();
        let failed = CommandError::Watch;
        let mut watcher = notify::recommended_watcher(move |event| {
            // The receiver is gone only when the watch is.
            let _ = sender.send(event);
        })
        .map_err(failed)?;
        let mut roots = Vec::new();
        let mut above = BTreeSet::new();
        let mut settings = BTreeSet::new();
        for folder in discover::discover(paths)? {
            // A hub of some authors may be a whole repository.
            let read: Vec<PathBuf> = match &folder.authors {
                Some(authors) => authors.iter().map(|author| folder.root.join(author)).collect(),
                None => vec![folder.root.clone()],
            };
            for folder in &read {
                watcher.watch(folder, RecursiveMode::Recursive).map_err(failed)?;
            }
            // A config or a baseline may exist or be created in any folder above, within the repository.
            let top = safe_path::repository_root(&folder.root).unwrap_or_else(|| folder.root.clone());
            let folders = folder
                .root
                .ancestors()
                .skip(usize::from(folder.authors.is_none()))
                .take_while(|above| above.starts_with(&top));
            above.extend(folders.map(Path::to_path_buf));
            if let Some(config) = find::find_config(&folder.root)
                .ok()
                .flatten()
                .and_then(|file| file.parent().map(Path::to_path_buf))
            {
                above.insert(config);
            }
            settings.extend(settings_files(&folder.root, config));
            roots.extend(read);
        }
        above.extend(
            settings
                .iter()
                .filter_map(|file| file.parent().map(Path::to_path_buf)),
        );
        above.retain(|above| !roots.iter().any(|root| above.starts_with(root)));
        for folder in above {
            watcher
                .watch(&folder, RecursiveMode::NonRecursive)
                .map_err(failed)?;
        }
        Ok(Self {
            _watcher: watcher,
            roots,
            settings,
            events,
        })
    }

    /// Wait until something changed and it is quiet again. `None` when nothing ever will, or not in time.
    #[must_use]
    pub fn next(&self, timeout: Option<Duration>) -> Option<Change> {
        loop {
            let batch = self.next_batch(timeout)?;
            let files = batch.relevant();
            if batch.lost || files.iter().any(|file| self.is_settings(file)) {
                return Some(Change::Settings);
            }
            if !files.is_empty() {
                return Some(Change::Files(files));
            }
        }
    }

    /// The events until it is quiet; those about other files only are skipped.
    fn next_batch(&self, timeout: Option<Duration>) -> Option<EventBatch> {
        let mut batch = EventBatch::default();
        loop {
            let event = if batch.files.is_empty() && !batch.lost {
                match timeout {
                    Some(timeout) => self.events.recv_timeout(timeout).ok()?,
                    None => self.events.recv().ok()?,
                }
            } else {
                match self.events.recv_timeout(DEBOUNCE) {
                    Ok(event) => event,
                    Err(_) => return Some(batch),
                }
            };
            match event {
                Ok(event) if matches!(event.kind, EventKind::Access(_)) => {}
                Ok(event) => {
                    batch.lost |= event.need_rescan();
                    let is_new = matches!(event.kind, EventKind::Create(_));
                    for path in event.paths.into_iter().filter(|path| self.is_ours(path)) {
                        if is_new && !batch.files.contains(&path) {
                            batch.created.insert(path.clone());
                        }
                        batch.files.insert(path);
                    }
                }
                // Events were lost: anything may have changed.
                Err(_) => batch.lost = true,
            }
        }
    }

    fn is_ours(&self, path: &Path) -> bool {
        self.is_settings(path) || (self.roots.iter().any(|root| path.starts_with(root)) && !is_scratch(path))
    }

    /// Whether a file is a config or a baseline, or named by a config. The default names count wherever such a file is
    /// created.
    fn is_settings(&self, path: &Path) -> bool {
        let names = find::CONFIG_FILE_NAMES.into_iter();
        let mut names = names.chain([baseline::BASELINE_FILE_NAME]);
        self.settings.contains(path)
            || path
                .file_name()
                .is_some_and(|file| names.any(|name| name == file))
    }
}

/// Events that came in quick succession.
#[derive(Default)]
struct EventBatch {
    files: BTreeSet<PathBuf>,
    /// Those whose first event says that they are new.
    created: BTreeSet<PathBuf>,
    /// Whether events were lost.
    lost: bool,
}

impl EventBatch {
    /// The files, without those that came and went and without folders of others.
    fn relevant(&self) -> BTreeSet<PathBuf> {
        let is_there = |file: &&PathBuf| !self.created.contains(*file) || safe_path::exists_or_is_link(file);
        let there: BTreeSet<&PathBuf> = self.files.iter().filter(is_there).collect();
        let is_above = |file: &PathBuf| {
            let mut others = there.iter().filter(|other| **other != file);
            others.any(|other| other.starts_with(file))
        };
        there
            .iter()
            .filter(|file| !is_above(file))
            .map(|file| (*file).clone())
            .collect()
    }
}

/// The config of a hub, and the baseline and the mapping that it names, without links in their folders.
fn settings_files(hub: &Path, config: Option<&Path>) -> Vec<PathBuf> {
    let overrides = Overrides {
        config: config.map(Path::to_path_buf),
        ..Overrides::default()
    };
    let mut files: Vec<PathBuf> = config.map(Path::to_path_buf).into_iter().collect();
    if let Ok(settings) = Settings::load(hub, &overrides, crate::rules::RULES) {
        files.extend(
            [settings.file, settings.baseline, settings.mapping]
                .into_iter()
                .flatten(),
        );
    }
    let real = |file: &PathBuf| {
        let file = std::path::absolute(file).ok()?;
        Some(safe_path::canonicalize_or_keep(file.parent()?).join(file.file_name()?))
    };
    files.iter().filter_map(real).collect()
}

/// Files that editors and we ourselves write on the way to another, and git's own.
fn is_scratch(path: &Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy())
        .unwrap_or_default();
    let suffixes = [
        "~",
        ".swp",
        ".swo",
        ".swx",
        ".tmp",
        ".temp",
        ".part",
        ".bak",
        ".kate-swp",
        "___jb_tmp___",
        "___jb_old___",
    ];
    let prefixes = [".chub-lint-", ".#", "#"];
    suffixes.iter().any(|suffix| name.ends_with(suffix))
        || prefixes.iter().any(|prefix| name.starts_with(prefix))
        || name == "4913"
        || path.components().any(|part| part.as_os_str() == ".git")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fsio;

    const WAIT: Option<Duration> = Some(Duration::from_secs(20));

    #[test]
    fn a_change_is_seen_once_it_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let root = safe_path::canonicalize_or_keep(folder.path());
        let file = root.join("content/acme/docs/widget/DOC.md");
        let config = root.join(find::CONFIG_FILE_NAME);
        fsio::write_atomic(&file, b"one").unwrap();
        fsio::write_atomic(&config, b"").unwrap();
        let watch = HubWatcher::new(std::slice::from_ref(&root), None).unwrap();
        for text in ["two", "three", "four"] {
            fsio::write_atomic(&file, text.as_bytes()).unwrap();
        }
        match watch.next(WAIT) {
            Some(Change::Files(files)) => assert!(files.contains(&file), "{files:?}"),
            other => panic!("{other:?}"),
        }
        fsio::write_atomic(&config, b"fail-on = \"note\"\n").unwrap();
        assert_eq!(watch.next(WAIT), Some(Change::Settings));
        assert_eq!(watch.next(Some(Duration::from_millis(50))), None);
    }

    #[test]
    fn files_that_the_config_names_are_settings() {
        let folder = tempfile::tempdir().unwrap();
        let root = safe_path::canonicalize_or_keep(folder.path());
        let write = |name: &str, text: &str| fsio::write_atomic(&root.join(name), text.as_bytes()).unwrap();
        write("content/acme/docs/widget/DOC.md", "one");
        write(
            "ci/lint.toml",
            "baseline = \"known.toml\"\npackages = \"map.toml\"\n",
        );
        let (hub, config) = (root.join("content"), root.join("ci/lint.toml"));
        let watch = HubWatcher::new(std::slice::from_ref(&hub), Some(&config)).unwrap();
        for name in ["ci/lint.toml", "ci/known.toml", "ci/map.toml"] {
            write(name, "");
            assert_eq!(watch.next(WAIT), Some(Change::Settings), "{name}");
        }
        write("ci/other.toml", "");
        assert_eq!(watch.next(Some(Duration::from_millis(300))), None);
    }
}
