//! Read the files that configure the checks, from the disk or from the commit that a run compares with.
//!
//! A pull request can also change the config, the baseline, the mapping of packages and the ignore files. With `--since
//! REF` those of REF are used, so that a pull request cannot turn off its own checks. Changes of these files are
//! reported. With `--config FILE` all of them are read from the disk.

use super::baseline::{BaselineFile, baseline_file, configured_baseline, parse_baseline, read_baseline};
use super::{LoadRequest, display_path};
use crate::config::{Overrides, Settings, find};
use crate::document::HubPath;
use crate::error::{Error, ModuleError};
use crate::fsio::{self, FolderEntryKind};
use crate::git::BaseCommit;
use crate::hub::FileKind;
use crate::package::mapping::{MappingError, PackageMapping};
use crate::releases::LockedTables;
use crate::rules::RULES;
use crate::safe_path;
use crate::suppress::PolicyChange;
use crate::suppress::baseline::{BASELINE_FILE_NAME as BASELINE, Baseline};
use crate::text::Span;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The most tables beside a lock file that are compared.
const MAX_TABLES: usize = 50_000;

/// The maximum number of changed ignore files that are reported; each one needs a call of git.
const MAX_IGNORE_FILES: usize = 20;

/// A file that is not a mapping of entries to packages.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{}` is not a mapping of entries to packages: {source}; write one with `chub-lint packages --write FILE`",
    .path.display()
)]
pub struct NoMapping {
    path: PathBuf,
    source: MappingError,
}

impl ModuleError for NoMapping {}

/// Where the files are read from.
#[derive(Clone, Copy)]
pub(super) struct PolicySource<'a> {
    /// The commit; `None` for the disk.
    pub base: Option<&'a BaseCommit>,
    request: &'a LoadRequest<'a>,
    cwd: &'a Path,
}

impl<'a> PolicySource<'a> {
    /// Use the commit, if there is one and the command line does not name a config.
    pub(super) fn new(request: &'a LoadRequest<'a>, base: Option<&'a BaseCommit>, cwd: &'a Path) -> Self {
        let base = base.filter(|_| request.overrides.config.is_none());
        Self { base, request, cwd }
    }

    /// The settings of a hub.
    pub(super) fn settings(&self, hub: &Path) -> Result<Settings, Error> {
        let overrides = &self.request.overrides;
        let Some(base) = self.base.filter(|_| !overrides.isolated) else {
            return Settings::load(hub, overrides, RULES);
        };
        let mut settings = match config_of(base, hub)? {
            Some((path, text)) => {
                log::debug!("config {} of the base commit (--since)", path.display());
                Settings::from_text(&text, Some(path), overrides, RULES)?
            }
            None => {
                log::debug!("no config (the base commit has none at or above the hub)");
                Settings::from_text("", None, overrides, RULES)?
            }
        };
        // A change that adds the first entry about a private package also adds its name to `private`. A name that is
        // sent cannot be taken back, and each name that is not asked about is counted in the report.
        settings.add_private(&find::private_names(hub));
        Ok(settings)
    }

    /// The known findings of a hub, when they are suppressed.
    pub(super) fn baseline(&self, hub: &Path, settings: &Settings) -> Result<Option<BaselineFile>, Error> {
        let isolated = self.request.overrides.isolated;
        if isolated || !self.request.baseline {
            log::debug!("no baseline (not used in this run)");
            return Ok(None);
        }
        let Some(base) = self.base else {
            return match baseline_file(hub, settings, isolated)
                .filter(|file| safe_path::exists_or_is_link(file))
            {
                Some(file) => {
                    log::debug!("baseline {}", file.display());
                    read_baseline(&file, settings).map(Some)
                }
                None => {
                    log::debug!("no baseline (none was found)");
                    Ok(None)
                }
            };
        };
        let found = match configured_baseline(settings) {
            Some(path) => base.text(&path)?.map(|text| (path, text)),
            None => base.find_upwards(hub, BASELINE)?,
        };
        match &found {
            Some((path, _)) => log::debug!("baseline {} of the base commit (--since)", path.display()),
            None => log::debug!("no baseline (the base commit has none)"),
        }
        let known = found.map(|(path, text)| parse_baseline(path, text)).transpose()?;
        Ok(known.map(BaselineFile::with_text_on_disk))
    }

    /// The reviewed mapping that the config names.
    pub(super) fn mapping(&self, settings: &Settings) -> Result<PackageMapping, Error> {
        let Some(path) = &settings.mapping else {
            return Ok(PackageMapping::default());
        };
        let of_base = if self.base.is_some() {
            " of the base commit"
        } else {
            ""
        };
        log::debug!("mapping of packages {}{of_base}", path.display());
        let text = match self.base {
            Some(base) => base.text(path)?.unwrap_or_default(),
            None => find::read_config_reference(settings.file.as_deref(), path)?,
        };
        Ok(PackageMapping::parse(&text).map_err(|source| NoMapping {
            path: path.clone(),
            source,
        })?)
    }

    /// The differences between the files on the disk and those that are used.
    pub(super) fn changes(
        &self,
        hub: &Path,
        settings: &Settings,
        unignored: &[String],
    ) -> Result<Vec<PolicyChange>, Error> {
        let Some(base) = self.base else {
            return Ok(Vec::new());
        };
        let paths = self.policy_files(base, hub, settings, unignored);
        let adoption = Adoption::new(base, hub)?;
        let baseline = configured_baseline(settings);
        let mut changes = Vec::new();
        for path in &paths {
            let is_baseline = baseline.as_ref() == Some(path) || is_named(path, &[BASELINE]);
            changes.extend(self.change(base, path, is_baseline, adoption)?);
        }
        self.used_from_disk(base, settings, &mut changes)?;
        Ok(changes)
    }

    /// The files that configure the checks, on the disk and in the commit.
    fn policy_files(
        &self,
        base: &BaseCommit,
        hub: &Path,
        settings: &Settings,
        unignored: &[String],
    ) -> BTreeSet<PathBuf> {
        let mut paths = BTreeSet::new();
        if !self.request.overrides.isolated {
            paths.extend(settings.file.clone());
            let configs = find::CONFIG_FILE_NAMES.iter();
            paths.extend(configs.filter_map(|name| find::find_upwards(hub, name)));
            paths.extend(configured_baseline(settings));
            paths.extend(find::find_upwards(hub, BASELINE));
            paths.extend(settings.mapping.clone());
        }
        let folders: BTreeSet<PathBuf> = unignored
            .iter()
            .flat_map(|document| {
                let document = hub.join(document);
                let above = document.ancestors().skip(1).map(Path::to_path_buf);
                above.collect::<Vec<_>>()
            })
            .filter(|folder| base.contains(folder))
            .collect();
        let ignore_files = folders
            .iter()
            .flat_map(|folder| [folder.join(".ignore"), folder.join(".gitignore")]);
        paths.extend(
            ignore_files
                .filter(|file| safe_path::exists_or_is_link(file))
                .take(MAX_IGNORE_FILES),
        );
        paths
    }

    /// Report changed files that are used from the disk: they could falsify registry data, or choose the registries.
    fn used_from_disk(
        &self,
        base: &BaseCommit,
        settings: &Settings,
        changes: &mut Vec<PolicyChange>,
    ) -> Result<(), Error> {
        let registries = &self.request.registries;
        let lock = registries.locked.as_deref();
        let lock = lock.map(|lock| (self.cwd.join(lock), "because the command line names it"));
        let looks_up = !(registries.offline
            || self.request.overrides.isolated
            || registries.locked.is_some()
            || settings.network.offline);
        let npmrc = looks_up.then(|| (base.repository_root().join(".npmrc"), "to select the registries"));
        for (path, why) in lock.into_iter().chain(npmrc) {
            if base.contains(&path) && safe_path::exists_or_is_link(&path) && base.differs(&path)? {
                let name = self.shown(&path);
                let written = base.reference();
                changes.push(PolicyChange {
                    file: path.clone(),
                    path: HubPath::new("", &name),
                    text: String::new(),
                    span: Span::default(),
                    message: format!("`{name}` differs from `{written}`: this run uses it, {why}"),
                    is_first: false,
                });
            }
        }
        let tables = registries.locked.as_deref().map(LockedTables::beside);
        let tables = tables.map(|tables| self.cwd.join(tables.folder()));
        changes.extend(match tables {
            Some(folder) => self.changed_tables(base, &folder)?,
            None => None,
        });
        Ok(())
    }

    /// Report tables of symbols beside the lock file that were changed: they could say that nothing is missing.
    fn changed_tables(&self, base: &BaseCommit, folder: &Path) -> Result<Option<PolicyChange>, Error> {
        // Tables are not read through links.
        let is_read = !safe_path::is_missing(folder) && !safe_path::exists_or_is_link(folder);
        if !is_read || !base.contains(folder) {
            return Ok(None);
        }
        let names = fsio::folder_entries(folder, MAX_TABLES).ok().flatten();
        let is_changed = match names {
            Some(names) => {
                let files = names
                    .into_iter()
                    .map(|(name, kind)| match kind {
                        FolderEntryKind::File => (name, FileKind::File),
                        _ => (name, FileKind::Other),
                    })
                    .collect();
                !base.changes(folder, &files, |_| false)?.is_empty()
            }
            // It cannot be determined, so it counts as changed.
            None => true,
        };
        let (name, written) = (self.shown(folder), base.reference());
        Ok(is_changed.then(|| PolicyChange {
            file: folder.to_path_buf(),
            path: HubPath::new("", &name),
            text: String::new(),
            span: Span::default(),
            message: format!(
                "tables in `{name}` differ from `{written}`: this run uses them, because the command line names the lock file"
            ),
            is_first: false,
        }))
    }

    /// The displayed path of a file that may be above the hub.
    fn shown(&self, path: &Path) -> String {
        display_path(&self.cwd.join(path), self.cwd)
    }

    /// How a file differs from the commit; `None` when the work under review did not change it, or only removed
    /// findings from the baseline.
    fn change(
        &self,
        base: &BaseCommit,
        path: &Path,
        is_baseline: bool,
        adoption: Adoption,
    ) -> Result<Option<PolicyChange>, Error> {
        let counts = base.text(path)?;
        let read = safe_path::exists_or_is_link(path).then(|| find::read(&find::config_root(path), path));
        // An unreadable config differs from the old one.
        let now = read.as_ref().map(|read| read.as_deref().unwrap_or_default());
        if now == counts.as_deref() || now == base.text_at_merge_base(path)?.as_deref() {
            return Ok(None);
        }
        if is_baseline && is_shorter(counts.as_deref(), now) {
            log::debug!("baseline {}: findings were only removed", path.display());
            return Ok(None);
        }
        let is_first = counts.is_none()
            && matches!(&read, Some(Ok(text)) if adoption.takes(path, text, &self.request.overrides));
        let name = self.shown(path);
        let written = base.reference();
        let message = match (&counts, now) {
            (None, _) if is_first => {
                format!("`{name}` is new since `{written}`: it is used from the next change on")
            }
            (None, _) => format!("`{name}` is new since `{written}`: this run does not use it"),
            (Some(_), None) => {
                format!("`{name}` was removed since `{written}`: this run uses the version from `{written}`")
            }
            (Some(_), Some(_)) => {
                format!("`{name}` differs from `{written}`: this run uses the version from `{written}`")
            }
        };
        let span = first_difference(counts.as_deref().unwrap_or_default(), now.unwrap_or_default());
        Ok(Some(PolicyChange {
            file: path.to_path_buf(),
            path: HubPath::new("", &name),
            text: now.map(str::to_owned).or(counts).unwrap_or_default(),
            span,
            message,
            is_first,
        }))
    }
}

/// Which kinds of files a hub has none of in the commit that a run compares with.
#[derive(Clone, Copy)]
struct Adoption {
    no_config: bool,
    no_baseline: bool,
}

impl Adoption {
    fn new(base: &BaseCommit, hub: &Path) -> Result<Self, Error> {
        let mut no_config = true;
        for name in find::CONFIG_FILE_NAMES {
            no_config &= base.find_upwards(hub, name)?.is_none();
        }
        let no_baseline = base.find_upwards(hub, BASELINE)?.is_none();
        Ok(Self {
            no_config,
            no_baseline,
        })
    }

    /// Whether a new file is a part of adopting chub-lint: a first config that can be used, or the first baseline beside
    /// it. It loosens nothing, because this run does not use it.
    fn takes(self, path: &Path, text: &str, overrides: &Overrides) -> bool {
        if !self.no_config {
            return false;
        }
        if is_named(path, &[BASELINE]) {
            return self.no_baseline && Baseline::parse(text).is_ok();
        }
        is_named(path, &find::CONFIG_FILE_NAMES)
            && Settings::from_text(text, Some(path.to_path_buf()), overrides, RULES).is_ok()
    }
}

/// Whether a file has one of these names.
fn is_named(path: &Path, names: &[&str]) -> bool {
    path.file_name()
        .is_some_and(|name| names.iter().any(|of| name == *of))
}

/// Whether a baseline only lost findings.
fn is_shorter(old: Option<&str>, new: Option<&str>) -> bool {
    let Some(Ok(old)) = old.map(Baseline::parse) else {
        return false;
    };
    match new.map(Baseline::parse) {
        None => true,
        Some(new) => new.is_ok_and(|new| old.includes(&new)),
    }
}

/// The config of a hub at a commit.
fn config_of(base: &BaseCommit, hub: &Path) -> Result<Option<(PathBuf, String)>, Error> {
    let [name, hidden] = find::CONFIG_FILE_NAMES;
    let (file, hidden) = (base.find_upwards(hub, name)?, base.find_upwards(hub, hidden)?);
    Ok(match (file, hidden) {
        (Some(file), Some(hidden)) => {
            let nearer = find::nearer_config(file.0.clone(), hidden.0.clone())?;
            Some(if nearer == file.0 { file } else { hidden })
        }
        (file, hidden) => file.or(hidden),
    })
}

/// The first line of a new text that differs from the old one.
fn first_difference(old: &str, new: &str) -> Span {
    let mut start = 0;
    let mut old = old.split_inclusive('\n');
    for line in new.split_inclusive('\n') {
        if old.next() != Some(line) && !line.trim().is_empty() {
            return Span::new(start, start + line.trim_end().len());
        }
        start += line.len();
    }
    Span::new(start, start)
}
