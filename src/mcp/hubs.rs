//! The hubs that are served. Each is read when it is first needed, and again when its files changed.

use super::checked::{CheckedDocument, CheckedHub};
use crate::chub::client::annotations::Annotations;
use crate::chub::client::feedback::FeedbackLog;
use crate::chub::client::format::one_line;
use crate::chub::client::rank::Catalog;
use crate::chub::client::sources::{self, HubPlace, HubSource};
use crate::error::Error;
use crate::fsio::{self, Stamps};
use crate::pipeline::RegistryOptions;
use crate::safe_path;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long what was read counts as unchanged without looking at the files again.
const RECHECK_INTERVAL: Duration = Duration::from_secs(1);

/// The most files of a hub whose dates are compared; of a larger one the registry is read once.
const MAX_FILES: usize = 200_000;

/// Runs a command of the program: its arguments, and what it wrote.
pub type CommandRunner = dyn Fn(&[String]) -> Result<String, Error> + Send + Sync;

/// What a server is started with.
pub struct ServerSettings {
    /// The hubs, in order of priority.
    pub sources: Vec<HubSource>,
    /// The working folder.
    pub cwd: PathBuf,
    /// Now.
    pub moment: fn() -> Result<Timestamp, Error>,
    /// The folder of the client, for annotations and feedback; `None` when the user has no home.
    pub client_folder: Option<PathBuf>,
    /// How registries are asked.
    pub registries: RegistryOptions,
    /// Runs the commands behind tools.
    pub run: Box<CommandRunner>,
}

impl std::fmt::Debug for ServerSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerSettings")
            .field("sources", &self.sources)
            .finish_non_exhaustive()
    }
}

/// The hubs and what was read of them.
#[derive(Debug)]
pub struct Hubs {
    /// The settings.
    pub settings: ServerSettings,
    /// Apart from the state, so that no check waits for a server of a hub.
    catalog: Mutex<Option<ReadCatalog>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The files of folders as they were last looked at, by source.
    seen: BTreeMap<usize, (Instant, Option<Arc<Stamps>>)>,
    /// By source.
    checked: BTreeMap<usize, CheckedHub>,
}

impl State {
    /// The files of a folder, as they were at most a second ago.
    fn seen(&mut self, source: usize, folder: &Path) -> Option<Arc<Stamps>> {
        if let Some((looked, seen)) = self.seen.get(&source)
            && looked.elapsed() < RECHECK_INTERVAL
        {
            return seen.clone();
        }
        let stamps = fsio::stamps(folder, MAX_FILES);
        let before = self.seen.get(&source).and_then(|(_, before)| before.clone());
        // The same value for the same files, so that they are compared once.
        let seen = match (before, stamps) {
            (Some(before), Some(stamps)) if *before == stamps => Some(before),
            (_, stamps) => stamps.map(Arc::new),
        };
        self.seen.insert(source, (Instant::now(), seen.clone()));
        seen
    }
}

/// What is compared to detect changes of a hub.
#[derive(Clone, Debug, PartialEq, Eq)]
enum HubStamp {
    /// The files of a folder; `None` when there are too many.
    Files(Option<Arc<Stamps>>),
    /// When the registry of a server was last asked for.
    Asked(Option<u64>),
}

#[derive(Debug)]
struct ReadCatalog {
    catalog: Arc<Catalog>,
    stamps: Vec<HubStamp>,
    looked: Instant,
    /// Why some hubs are not in it.
    failures: Vec<String>,
}

impl Hubs {
    /// Serve some hubs.
    #[must_use]
    pub fn new(settings: ServerSettings) -> Self {
        Self {
            settings,
            catalog: Mutex::default(),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| {
            // If a call panicked, its partial changes are discarded and read again when needed.
            let mut state = poisoned.into_inner();
            state.checked.clear();
            self.state.clear_poison();
            state
        })
    }

    /// Now.
    ///
    /// # Errors
    /// When the environment has an invalid moment.
    pub fn moment(&self) -> Result<Timestamp, Error> {
        (self.settings.moment)()
    }

    /// Today.
    ///
    /// # Errors
    /// As [`Hubs::moment`].
    pub fn today(&self) -> Result<Date, Error> {
        self.moment()
            .map(|moment| jiff::tz::TimeZone::UTC.to_datetime(moment).date())
    }

    /// The annotations of the user, when there is a place for them.
    #[must_use]
    pub fn annotations(&self) -> Option<Annotations> {
        self.settings.client_folder.as_deref().map(Annotations::new)
    }

    /// The feedback of the user, when there is a place for it.
    #[must_use]
    pub fn feedback(&self) -> Option<FeedbackLog> {
        self.settings.client_folder.as_deref().map(FeedbackLog::new)
    }

    /// The entries of all hubs. They are read again when a file changed.
    ///
    /// # Errors
    /// One line, when no hub can be read.
    pub fn catalog(&self) -> Result<Arc<Catalog>, String> {
        let mut known = self.known_catalog();
        let recent = |read: &&ReadCatalog| read.looked.elapsed() < RECHECK_INTERVAL;
        if let Some(read) = known.as_ref().filter(recent) {
            return Ok(Arc::clone(&read.catalog));
        }
        // Take the dates before the hubs are read, so that a change in the meantime is detected next time.
        let stamps = self.stamps();
        let is_due = |source: &HubSource| matches!(&source.place, HubPlace::Address(files) if files.is_due());
        let is_any_due = self.settings.sources.iter().any(is_due);
        let unchanged = |read: &&mut ReadCatalog| read.stamps == stamps && !is_any_due;
        if let Some(read) = known.as_mut().filter(unchanged) {
            read.looked = Instant::now();
            return Ok(Arc::clone(&read.catalog));
        }
        let read = self.read_catalog(stamps)?;
        let catalog = Arc::clone(&read.catalog);
        *known = Some(read);
        Ok(catalog)
    }

    fn known_catalog(&self) -> MutexGuard<'_, Option<ReadCatalog>> {
        // It is replaced as a whole.
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stamps(&self) -> Vec<HubStamp> {
        let sources = self.settings.sources.iter().enumerate();
        let stamp = |(at, source): (usize, &HubSource)| match &source.place {
            HubPlace::Folder(folder) => HubStamp::Files(self.state().seen(at, folder)),
            HubPlace::Address(files) => HubStamp::Asked(files.asked()),
        };
        sources.map(stamp).collect()
    }

    fn read_catalog(&self, stamps: Vec<HubStamp>) -> Result<ReadCatalog, String> {
        let moment = self.moment().map_err(|error| one_line(&error.text()))?;
        let loaded = sources::load(&self.settings.sources, moment)?;
        for line in loaded
            .notes
            .lines()
            .chain(loaded.failures.iter().map(String::as_str))
        {
            log::debug!("{line}");
        }
        Ok(ReadCatalog {
            catalog: Arc::new(loaded.catalog),
            stamps,
            looked: Instant::now(),
            failures: loaded.failures,
        })
    }

    /// Why some hubs are not in the catalog that was last read.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        let known = self.known_catalog();
        let failures = known.as_ref().map(|read| read.failures.clone());
        failures.unwrap_or_default()
    }

    /// The folders that are served, each with its place among the hubs.
    pub fn folders(&self) -> impl Iterator<Item = (usize, &Path)> {
        let sources = self.settings.sources.iter().enumerate();
        sources.filter_map(|(at, source)| Some((at, source.folder()?)))
    }

    /// The hub that holds a path, and the real path. `None` for a path outside of all hubs.
    ///
    /// # Errors
    /// One line that says which folders are served.
    pub fn place(&self, path: &Path) -> Result<(usize, PathBuf), String> {
        let folders: Vec<(usize, &Path)> = self.folders().collect();
        let real = |path: &Path| safe_path::canonicalize_future(path).ok();
        let candidates = match path.is_absolute() {
            true => vec![path.to_path_buf()],
            // From the working folder, or from a hub.
            false => std::iter::once(self.settings.cwd.join(path))
                .chain(folders.iter().map(|(_, folder)| folder.join(path)))
                .collect(),
        };
        let mut inside = Vec::new();
        for candidate in candidates {
            let Some(real) = real(&safe_path::normalize(&candidate)) else {
                continue;
            };
            let hub = folders.iter().find(|(_, folder)| real.starts_with(folder));
            inside.extend(hub.map(|(hub, _)| (*hub, real)));
        }
        let there = inside
            .iter()
            .position(|(_, real)| safe_path::is_file_or_folder(real));
        let found = inside.into_iter().nth(there.unwrap_or(0));
        found.ok_or_else(|| {
            let served: Vec<String> = folders
                .iter()
                .map(|(_, folder)| folder.display().to_string())
                .collect();
            let what_to_do = match served.is_empty() {
                true => "It serves no folder: start it with one.".to_owned(),
                false => format!("Name a path in {}.", served.join(" or ")),
            };
            format!(
                "`{}` is not in a hub of this server. {what_to_do}",
                path.display(),
            )
        })
    }

    /// Check a document: its text on the disk, or another one in its place.
    ///
    /// # Errors
    /// When its hub or the file cannot be read.
    pub fn check<T>(
        &self,
        source: usize,
        file: &Path,
        text: Option<String>,
        then: impl FnOnce(&CheckedDocument<'_>) -> T,
    ) -> Result<T, Error> {
        let today = self.today()?;
        let folder = self.settings.sources.get(source).and_then(HubSource::folder);
        let folder = folder.ok_or_else(|| Error::NoSuchPath(file.to_path_buf()))?;
        let mut state = self.state();
        let seen = state.seen(source, folder);
        let known = state.checked.remove(&source);
        let known = known.and_then(|mut hub| hub.refresh(today, seen.as_ref(), file).then_some(hub));
        let mut hub = match known {
            Some(hub) => hub,
            None => CheckedHub::load(
                folder,
                &self.settings.registries,
                &self.settings.cwd,
                today,
                seen.as_ref(),
            )?,
        };
        let result = hub.check(file, text, then);
        state.checked.insert(source, hub);
        result
    }

    /// Read the hubs again when they are needed next.
    pub fn forget(&self) {
        self.state().checked.clear();
    }
}
