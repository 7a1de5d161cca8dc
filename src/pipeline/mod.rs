//! From paths to findings: discover, parse, resolve, fetch, check. What every command that checks starts with.

pub mod baseline;
pub mod check;
pub mod lookup;
mod policy;

pub use baseline::{BaselineFile, baseline_file, read_baseline};
use policy::Policy;

use crate::cli::args::CommonArgs;
use crate::config::file::FailOn;
use crate::config::{Overrides, Settings, find};
use crate::diagnostic::Diagnostic;
use crate::document::{Document, HubPath};
use crate::error::Error;
use crate::git::{self, Base};
use crate::hub::shard::Shard;
use crate::hub::{Hub, Skipped, discover, join};
use crate::package::coverage::{Coverage, Covered};
use crate::package::mapping::Mapping;
use crate::package::resolve;
use crate::releases::Releases;
use crate::report::Look;
use crate::rule::Context;
use crate::suppress::{self, Findings, Input, Known, PolicyChange};
use jiff::civil::Date;
pub use lookup::cover;
use lookup::cover_with;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What a run needs from its environment.
#[derive(Debug)]
pub struct World {
    /// The working folder.
    pub cwd: PathBuf,
    /// Today's date.
    pub today: Date,
    /// How standard output may look.
    pub look: Look,
}

/// What to check, and how.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Hubs, folders and files.
    pub paths: &'a [PathBuf],
    /// Settings and registries.
    pub common: &'a CommonArgs,
    /// `--fail-on`.
    pub fail_on: Option<FailOn>,
    /// Report only on entries that changed since this reference.
    pub since: Option<&'a str>,
    /// Report only on the entries of these files, absolute: what changed while watching.
    pub only: Option<&'a BTreeSet<PathBuf>>,
    /// Report only on one of several equal parts of each hub.
    pub shard: Option<Shard>,
    /// Whether findings of the baseline are hidden.
    pub baseline: bool,
    /// Whether the releases of packages are looked up when a rule wants to know.
    pub releases: bool,
}

impl<'a> Request<'a> {
    /// All of some hubs, with their settings; findings of the baseline are not hidden.
    #[must_use]
    pub fn all_of(paths: &'a [PathBuf], common: &'a CommonArgs) -> Self {
        Self {
            paths,
            common,
            fail_on: None,
            since: None,
            only: None,
            shard: None,
            baseline: false,
            releases: true,
        }
    }
}

/// One hub, checked.
#[derive(Debug)]
pub struct Checked {
    /// Its folder.
    pub root: PathBuf,
    /// What was read.
    pub hub: Hub,
    /// Its settings.
    pub settings: Settings,
    /// The reviewed mapping of its entries to packages.
    pub mapping: Mapping,
    /// The packages of its documents.
    pub coverage: Coverage,
    /// What is known about them; `None` without a look-up.
    pub releases: Option<Releases>,
    /// Whether there is a git base to compare with.
    pub base: bool,
    /// Whether only the allows in comments of the base are used.
    pub allows_of_base: bool,
    /// Files that choose what is checked, and differ from those that are used.
    pub policy_changes: Vec<PolicyChange>,
    /// What the rules found, before allows and the baseline.
    pub diagnostics: Vec<Diagnostic>,
    /// The baseline.
    pub baseline: Option<BaselineFile>,
}

/// Read and check hubs.
///
/// # Errors
/// When the run fails.
pub fn gather(request: &Request<'_>, cwd: &Path, today: Date) -> Result<Vec<Checked>, Error> {
    let mut out = read(request, cwd, false)?;
    for checked in &mut out {
        checked.diagnostics = checked.check(today);
    }
    Ok(out)
}

/// Read hubs and look up their packages, without running any rule. `look_up` queries registries even when no
/// rule needs it.
///
/// # Errors
/// When the run fails.
pub fn read(request: &Request<'_>, cwd: &Path, look_up: bool) -> Result<Vec<Checked>, Error> {
    let base = request
        .since
        .map(|reference| Base::find(cwd, reference))
        .transpose()?;
    if base.is_none() && selects(request.common, git::NEEDS_BASE) {
        return Err(git::no_base());
    }
    let policy = Policy::new(request, base.as_ref(), cwd);
    let isolated = request.common.isolated;
    let mut out = Vec::new();
    for folder in discover::hubs(request.paths)? {
        let settings = policy.settings(&folder.root, &overrides(request))?;
        let ignore_files = policy
            .base
            .map(|base| base.ignore_files(&folder.root))
            .transpose()?;
        let shown = shown(&folder.root, cwd);
        let mut hub = discover::read(
            &folder,
            &shown,
            &settings.exclude,
            policy.base.map(Base::top).zip(ignore_files.as_ref()),
        )?;
        if let Some(base) = &base {
            let changes = base.changes(&folder.root, &hub.files)?;
            let mut focus: BTreeSet<String> = changes.keys().cloned().collect();
            // The registry of an author decides what is published of all that the author has.
            for author in changes
                .keys()
                .filter_map(|path| path.strip_suffix("/registry.json"))
            {
                focus.extend(hub.files_below(author).map(|(path, _)| path.to_owned()));
            }
            focus_on(&mut hub, &focus);
            let changes: BTreeMap<String, Option<Document>> = changes
                .into_par_iter()
                .map(|(path, text)| {
                    let before = text.map(|text| Document::new(HubPath::new(&hub.shown, &path), text));
                    (path, before)
                })
                .collect();
            if policy.base.is_some() {
                for document in &mut hub.documents {
                    if let Some(before) = changes.get(document.path.in_hub()) {
                        document.count_skips_of(before.as_ref());
                    }
                }
            }
            hub.base = Some(changes);
        }
        if let Some(files) = request.only {
            let inside = files
                .iter()
                .filter_map(|file| file.strip_prefix(&folder.root).ok());
            focus_on(&mut hub, &inside.map(slashes).collect());
        }
        if let Some(shard) = request.shard {
            shard.narrow(&mut hub);
        }
        let baseline = match request.baseline {
            true => policy.baseline(&folder.root, &settings, isolated)?,
            false => None,
        };
        let mapping = policy.mapping(&settings)?;
        let policy_changes = policy.changes(&folder.root, &settings, request.common, &hub.unignored)?;
        let mut coverage = cover_with(&hub, &settings, &mapping);
        // A hub that is read in part does not show whether rows of its other entries are used.
        if hub.focus.is_none() {
            let gone: Vec<Skipped> = mapping
                .paths()
                .filter(|path| hub.document(path).is_none())
                .map(|path| Skipped {
                    path: join(&hub.shown, path),
                    reason: "in the reviewed mapping of packages, but not in the hub",
                })
                .collect();
            hub.skipped.extend(gone);
        }
        let releases = if request.releases && (look_up || lookup::is_wanted(&settings)) {
            let index = || lookup::index(request.common, &settings, &folder.root);
            Some(lookup::look_up(index, &hub, &mut coverage)?)
        } else {
            None
        };
        out.push(Checked {
            root: folder.root,
            mapping,
            coverage,
            hub,
            settings,
            releases,
            base: base.is_some(),
            allows_of_base: policy.base.is_some(),
            policy_changes,
            diagnostics: Vec::new(),
            baseline,
        });
    }
    Ok(out)
}

impl Checked {
    /// Run the rules over what the hub holds now.
    #[must_use]
    pub fn check(&self, today: Date) -> Vec<Diagnostic> {
        let context = Context {
            today,
            settings: &self.settings,
            coverage: &self.coverage,
        };
        check::check(&self.hub, self.releases.as_ref(), &context)
    }

    /// What a document covers, by its present text and the registry replies.
    #[must_use]
    pub fn covered(&self, document: &Document) -> Covered {
        let covered = resolve::cover(document, &self.settings, &self.mapping);
        match &self.releases {
            Some(releases) => lookup::arbitrated(document, covered, releases),
            None => covered,
        }
    }

    /// The config as shown; `None` when there is none.
    fn config(&self, cwd: &Path) -> Option<HubPath> {
        let file = self.settings.file.as_deref()?;
        Some(HubPath::new("", &shown(&absolute(file, cwd), cwd)))
    }

    /// The hub's path from the folder of its baseline.
    #[must_use]
    pub fn prefix(&self, baseline: &Path) -> String {
        let folder = baseline.parent().unwrap_or(Path::new(""));
        let inside = self.root.strip_prefix(folder).unwrap_or(Path::new(""));
        slashes(inside)
    }

    /// What is known about the hub for suppressing some of these findings.
    #[must_use]
    pub fn input(&self, cwd: &Path, diagnostics: Vec<Diagnostic>) -> Input<'_> {
        Input {
            hub: &self.hub,
            settings: &self.settings,
            coverage: &self.coverage,
            releases: self.releases.as_ref(),
            base: self.base,
            allows_of_base: self.allows_of_base,
            policy_changes: &self.policy_changes,
            diagnostics,
            config: self.config(cwd),
            baseline: self.baseline.as_ref().map(|file| Known {
                baseline: &file.known,
                path: HubPath::new("", &shown(&file.path, cwd)),
                prefix: self.prefix(&file.path),
            }),
        }
    }
}

/// Suppress findings of all hubs.
///
/// # Errors
/// An invalid pattern of a config.
pub fn suppress(checked: &[Checked], cwd: &Path, today: Date) -> Result<Findings, Error> {
    let inputs = checked
        .iter()
        .map(|c| c.input(cwd, c.diagnostics.clone()))
        .collect();
    suppress::suppress(inputs, today)
}

/// Take the hubs of a run, and one more that holds the configs and baselines, so that findings can point into those.
#[must_use]
pub fn hubs(checked: &mut [Checked], cwd: &Path) -> Vec<Hub> {
    let mut beside = Hub::default();
    for checked in &*checked {
        // First, so that a place in a changed file is one in its text of now.
        for change in &checked.policy_changes {
            let document = Document::new(change.path.clone(), change.text.clone());
            beside.documents.push(document);
        }
        if let Some(path) = checked.config(cwd) {
            beside
                .documents
                .push(Document::new(path, checked.settings.text.clone()));
        }
        if let Some(file) = &checked.baseline {
            let path = HubPath::new("", &shown(&file.path, cwd));
            beside.documents.push(Document::new(path, file.text.clone()));
        }
    }
    beside
        .documents
        .sort_by(|a, b| a.path.in_hub().cmp(b.path.in_hub()));
    beside.documents.dedup_by(|a, b| a.path == b.path);
    let mut hubs: Vec<Hub> = checked.iter_mut().map(|c| std::mem::take(&mut c.hub)).collect();
    hubs.push(beside);
    hubs
}

/// Whether the command line names a rule among those to run.
fn selects(common: &CommonArgs, rule: &str) -> bool {
    let lists = common.select.iter().chain(&common.extend_select);
    lists.flat_map(|rules| rules.split(',')).any(|name| name == rule)
}

fn overrides(request: &Request<'_>) -> Overrides {
    let CommonArgs {
        config,
        isolated,
        select,
        extend_select,
        ignore,
        exclude,
        ..
    } = request.common.clone();
    Overrides {
        config,
        isolated,
        select,
        extend_select,
        ignore,
        exclude,
        fail_on: request.fail_on,
    }
}

/// Report only on the entries that some files (paths inside the hub) belong to.
pub fn focus_on(hub: &mut Hub, changed: &BTreeSet<String>) {
    let mut wanted = BTreeSet::new();
    for file in changed {
        wanted.insert(file.clone());
        let path = HubPath::new(&hub.shown, file);
        if let Some(folder) = hub.entry_folder(&path) {
            let below = join(folder, "");
            let files = hub.files.range(below.clone()..).map(|(path, _)| path);
            wanted.extend(files.take_while(|path| path.starts_with(&below)).cloned());
        }
    }
    hub.focus = Some(match hub.focus.take() {
        Some(named) => named.intersection(&wanted).cloned().collect(),
        None => wanted,
    });
}

fn absolute(path: &Path, cwd: &Path) -> PathBuf {
    cwd.join(path)
}

/// How a file or folder is named in output: relative to the repository root, else to the working folder, else by its
/// own name. Never absolute, and never with `..`, so that reports can be compared and uploaded.
#[must_use]
pub fn shown(root: &Path, cwd: &Path) -> String {
    let base = find::repository(root);
    let relative = base.as_deref().and_then(|base| root.strip_prefix(base).ok());
    let relative = relative.or_else(|| root.strip_prefix(cwd).ok());
    let path = relative.map_or_else(
        || root.file_name().map(PathBuf::from).unwrap_or_default(),
        Path::to_path_buf,
    );
    slashes(&path)
}

/// How a file that may lie above the hub is named in output.
fn display_path(path: &Path, cwd: &Path) -> String {
    shown(&absolute(path, cwd), cwd)
}

/// A folder as seen from one above it, with forward slashes; empty when they are one.
#[must_use]
pub fn below(above: &Path, folder: &Path) -> Option<String> {
    let above = find::real(above);
    folder.strip_prefix(above).ok().map(slashes)
}

fn slashes(path: &Path) -> String {
    path.components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}
