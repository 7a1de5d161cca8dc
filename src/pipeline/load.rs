//! Load hubs: discover, parse, choose what to report on, resolve packages, look them up.

use super::index::IndexOnDemand;
use super::policy::PolicySource;
use super::request::{LoadRequest, Lookups};
use super::symbol_run::{StoredReleases, SymbolRun};
use super::symbols::{self, Symbols};
use super::{Workspace, cover, display_path, empty, index, lookup};
use crate::config::Settings;
use crate::document::{Document, HubPath, is_markdown};
use crate::error::Error;
use crate::git::{self, BaseCommit};
use crate::hub::discover::{self, HubFolder};
use crate::hub::opened::OpenedFrom;
use crate::hub::{Hub, Skipped, join_path};
use crate::package::mapping::PackageMapping;
use crate::package::resolution::PackageResolution;
use crate::releases::PackageLookups;
use crate::report::pluralize;
use crate::rule::{Context, Property, Rule};
use crate::rules::RULES;
use crate::suppress::PolicyChange;
use crate::symbols::SymbolChecks;
use crate::timing::Timer;
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The most entries of a part of a hub whose symbols are checked without being asked for: archives are downloaded.
const MAX_FOCUSED: usize = 25;

/// Load hubs, in the order of their folders.
///
/// # Errors
/// When a hub or its settings cannot be read, or a registry cannot be used.
pub(super) fn load(request: &LoadRequest<'_>, cwd: &Path, today: Date) -> Result<Vec<Workspace>, Error> {
    let base = find_base(request, cwd)?;
    let (named, folders) = match request.unsaved {
        Some(file) => {
            let named = discover::resolve_unsaved(&file.path)?;
            let folder = discover::hub_of_unsaved(&named, file.bytes.clone());
            (vec![named], folder.into_iter().collect())
        }
        None => {
            let named = discover::resolve(request.paths)?;
            let folders = discover::hub_folders(&named);
            (named, folders)
        }
    };
    let hubs = folders.into_iter();
    let hubs = hubs.map(|folder| ReadHub::new(request, base.as_ref(), folder, cwd));
    let hubs: Vec<ReadHub> = hubs.collect::<Result<_, Error>>()?;
    if request.refuse_empty {
        let hubs: Vec<_> = hubs
            .iter()
            .map(|it| (it.folder.root.as_path(), &it.hub))
            .collect();
        empty::refuse(&named, &hubs)?;
    }
    hubs.into_iter()
        .map(|hub| load_one(request, base.as_ref(), hub, cwd, today))
        .collect()
}

/// A hub that was read, with its settings.
struct ReadHub {
    folder: HubFolder,
    settings: Settings,
    hub: Hub,
}

impl ReadHub {
    fn new(
        request: &LoadRequest<'_>,
        base: Option<&BaseCommit>,
        folder: HubFolder,
        cwd: &Path,
    ) -> Result<Self, Error> {
        let policy = PolicySource::new(request, base, cwd);
        let settings = policy.settings(&folder.root)?;
        let hub = read_hub(&policy, &folder, &settings, cwd)?;
        Ok(Self {
            folder,
            settings,
            hub,
        })
    }
}

/// Load one hub.
///
/// # Errors
/// As for `load`.
pub(super) fn load_folder(
    request: &LoadRequest<'_>,
    folder: HubFolder,
    cwd: &Path,
    today: Date,
) -> Result<Workspace, Error> {
    let base = find_base(request, cwd)?;
    let hub = ReadHub::new(request, base.as_ref(), folder, cwd)?;
    load_one(request, base.as_ref(), hub, cwd, today)
}

/// The commit to compare with.
fn find_base(request: &LoadRequest<'_>, cwd: &Path) -> Result<Option<BaseCommit>, Error> {
    let base = request.since.map(|reference| BaseCommit::find(cwd, reference));
    let base = base.transpose()?;
    let needs_base = |rule: &&&Rule| rule.has(Property::NeedsBase) && request.selects(rule.id);
    match RULES.iter().find(needs_base).filter(|_| base.is_none()) {
        Some(rule) => Err(git::missing_base(rule.id)),
        None => Ok(base),
    }
}

fn load_one(
    request: &LoadRequest<'_>,
    base: Option<&BaseCommit>,
    hub: ReadHub,
    cwd: &Path,
    today: Date,
) -> Result<Workspace, Error> {
    let ReadHub {
        folder,
        mut settings,
        mut hub,
    } = hub;
    let policy = PolicySource::new(request, base, cwd);
    if let Some(base) = base {
        focus_on_changes(&mut hub, base, &folder, policy.base.is_some())?;
    }
    if let Some(shard) = request.shard {
        shard.narrow(&mut hub);
    }
    let baseline = policy.baseline(&folder.root, &settings)?;
    let mapping = policy.mapping(&settings)?;
    let policy_changes = policy.changes(&folder.root, &settings, &hub.unignored)?;
    discover::read_attachments(&folder, &mut hub);
    log_focus(&hub);
    let timer = Timer::start();
    let with_references = match request.lookups {
        Lookups::Never => BTreeSet::new(),
        Lookups::Needed | Lookups::Always => symbols::entries_of_named_references(&hub),
    };
    let mut coverage = cover::resolve_packages(&hub, &settings, &mapping, &with_references);
    log::debug!(
        "resolved the packages of {} in {timer}",
        pluralize(hub.focused().count(), "document")
    );
    settings.options.local = symbols::local_packages(&hub, &settings, &coverage);
    if folder.authors.is_none() {
        skip_missing_rows(&mut hub, &mapping);
    }
    let changed_npmrc = |change: &PolicyChange| change.path.file_name() == ".npmrc";
    let look_ups = LookUps {
        request,
        folder: &folder,
        settings: &settings,
        hub: &hub,
        today,
        is_part: base.is_some() || !folder.named.is_empty(),
        npmrc_under_review: policy_changes.iter().any(changed_npmrc),
        with_references: &with_references,
    };
    let (releases, symbols) = look_ups.run(&mut coverage)?;
    Ok(Workspace {
        root: folder.root,
        cwd: cwd.to_path_buf(),
        today,
        hub,
        settings,
        mapping,
        coverage,
        releases,
        symbols,
        has_base: base.is_some(),
        allows_of_base: policy.base.is_some(),
        policy_changes,
        baseline,
        diagnostics: Vec::new(),
    })
}

/// What is asked of registries about a hub: its packages, and the symbols of their releases.
struct LookUps<'a> {
    request: &'a LoadRequest<'a>,
    folder: &'a HubFolder,
    settings: &'a Settings,
    hub: &'a Hub,
    today: Date,
    /// Whether some entries were named or changed.
    is_part: bool,
    npmrc_under_review: bool,
    /// Entries that are not reported on, and other files of theirs are.
    with_references: &'a BTreeSet<HubPath>,
}

impl LookUps<'_> {
    /// Look everything up. The results may decide what an entry covers.
    fn run(&self, coverage: &mut PackageResolution) -> Result<(Option<PackageLookups>, Symbols), Error> {
        let (request, settings) = (self.request, self.settings);
        let on_demand = request.symbols.on_demand;
        // An editor checks the documents that are open.
        let is_focused = on_demand || self.is_part && self.hub.focused().count() <= MAX_FOCUSED;
        let asked = request.symbols.asked(settings);
        let wanted = symbols::wanted_releases(asked, settings, is_focused)
            .filter(|_| request.lookups != Lookups::Never);
        let index = IndexOnDemand::new(|| {
            index::open(
                &request.registries,
                request.overrides.isolated,
                settings,
                &self.folder.root,
                self.npmrc_under_review,
            )
        });
        let releases = if wanted.is_some() || lookup::needs_releases(request.lookups, settings) {
            let nothing = BTreeSet::new();
            let also = wanted.map_or(&nothing, |_| self.with_references);
            Some(lookup::look_up(&index, self.hub, settings, coverage, also)?)
        } else {
            log::debug!("no look-ups of packages (nothing in this run needs them)");
            None
        };
        let mut symbols = Symbols::default();
        if request.lookups != Lookups::Never && symbols::is_enabled(asked, settings) {
            symbols.check_local(self.hub, settings, coverage);
        }
        if let (Some(releases), Some(wanted)) = (&releases, wanted.filter(|_| !on_demand)) {
            let context = Context {
                today: self.today,
                options: &settings.options,
                coverage,
                symbols: &SymbolChecks::default(),
            };
            let run = SymbolRun {
                releases: wanted,
                oldest: request.symbols.oldest,
                afresh: request.symbols.afresh,
                tells_cost: !is_focused && !request.registries.quiet,
            };
            symbols.check_releases(run, &index, self.hub, releases, &context)?;
            // Entries that could not be checked are counted only when symbols were requested.
            if asked.is_some() && run.oldest.is_none() {
                symbols.note_passed_over(self.hub);
            }
        }
        if let Some(releases) = wanted.filter(|_| on_demand) {
            let index = index.into_inner();
            symbols.stored = index.map(|index| StoredReleases { index, releases });
        }
        Ok((releases, symbols))
    }
}

/// Log what is reported on, when it is not the whole hub.
fn log_focus(hub: &Hub) {
    if !hub.is_whole() {
        log::debug!(
            "reporting only on {} of {}",
            hub.focused().count(),
            pluralize(hub.documents().len(), "document")
        );
    }
}

/// Read the documents that the settings and the ignore files do not skip.
fn read_hub(
    policy: &PolicySource<'_>,
    folder: &HubFolder,
    settings: &Settings,
    cwd: &Path,
) -> Result<Hub, Error> {
    let ignore_files = policy.base.map(|base| base.ignore_files(&folder.root));
    let ignore_files = ignore_files.transpose()?;
    let mut hub = discover::read_hub(
        folder,
        &display_path(&folder.root, cwd),
        &settings.exclude,
        policy
            .base
            .map(BaseCommit::repository_root)
            .zip(ignore_files.as_ref()),
    )?;
    hub.skipped
        .extend(folder.skipped.iter().map(|(path, reason)| Skipped {
            path: display_path(path, cwd),
            reason,
            pattern: None,
        }));
    for skipped in &mut hub.skipped {
        let pattern = skipped.pattern.take();
        skipped.pattern = pattern.map(|pattern| excluded_by(&pattern, settings, cwd));
    }
    hub.opened_from = Some(OpenedFrom {
        root: folder.root.clone(),
        cwd: cwd.to_path_buf(),
    });
    Ok(hub)
}

/// A pattern of `exclude`, with where it is written.
fn excluded_by(pattern: &str, settings: &Settings, cwd: &Path) -> String {
    let mut written = settings.config_exclude.iter().rev();
    let row = written.find(|row| row.get_ref() == pattern);
    let place = row.zip(settings.file.as_deref()).map(|(row, file)| {
        let before = settings.text.get(..row.span().start).unwrap_or_default();
        let (root, cwd) = (cwd.join(file), cwd.to_path_buf());
        let file = OpenedFrom { root, cwd }.path("");
        format!("{file}:{}", before.matches('\n').count() + 1)
    });
    format!("`{pattern}` ({})", place.as_deref().unwrap_or("--exclude"))
}

/// Report only on changes since a commit, and parse the old text of entries.
fn focus_on_changes(
    hub: &mut Hub,
    base: &BaseCommit,
    folder: &HubFolder,
    limits_skips: bool,
) -> Result<(), Error> {
    let attachments: BTreeSet<&str> = hub.attachment_paths().map(HubPath::path_in_hub).collect();
    let is_read = |path: &str| is_markdown(path) || attachments.contains(path);
    let mut changes = base.changes(&folder.root, &hub.files, is_read)?;
    // The file on the disk may be as it was when its new text is not there.
    if let Some((file, _)) = &folder.unsaved
        && let Some(path) = discover::inside(&folder.root, file).filter(|path| !changes.contains_key(path))
    {
        changes.insert(path, base.text_at_merge_base(file)?);
    }
    let mut files: BTreeSet<String> = changes.keys().cloned().collect();
    // The registry of an author decides which files of the author are published.
    for author in changes
        .keys()
        .filter_map(|path| path.strip_suffix("/registry.json"))
    {
        files.extend(hub.files_below(author).map(|(path, _)| path.to_owned()));
    }
    hub.narrow_to(&files);
    let changes: BTreeMap<String, Option<Document>> = changes
        .into_par_iter()
        .map(|(path, text)| {
            let before = text.map(|text| Document::of_file(HubPath::new(&hub.shown, &path), text));
            (path, before)
        })
        .collect();
    hub.set_base(changes, limits_skips);
    Ok(())
}

/// Record the rows of the mapping that have no document. If only a part of the hub is read, rows of other entries are
/// skipped.
fn skip_missing_rows(hub: &mut Hub, mapping: &PackageMapping) {
    if !hub.is_whole() {
        return;
    }
    let missing = mapping.paths().filter(|path| hub.document(path).is_none());
    let skipped: Vec<Skipped> = missing
        .map(|path| Skipped {
            path: join_path(&hub.shown, path),
            reason: "in the reviewed mapping of packages, but not in the hub",
            pattern: None,
        })
        .collect();
    hub.skipped.extend(skipped);
}
