//! Hubs in memory, for tests of rules and reports.

pub mod compare;
pub mod pack;
pub mod packages;
pub mod page;
pub mod program;
pub mod samples;
pub mod server;

pub use compare::{line_diff, same_text, up_to_date, write};

use chub_lint::config::{Overrides, Settings};
use chub_lint::diagnostic::Diagnostic;
use chub_lint::document::{Document, HubPath};
use chub_lint::hub::plugin::{Manifest, ManifestKind};
use chub_lint::hub::supplied::AuthorRegistry;
use chub_lint::hub::{FileKind, Hub, decode, is_misnamed};
use chub_lint::package::Package;
use chub_lint::pipeline::Workspace;
use chub_lint::releases::{PackageLookup, PackageLookups, PublishedPackage, PublishedVersion, ReleaseOrigin};
use chub_lint::report::text::TextReporter;
use chub_lint::report::{RenderOptions, Run, RunSummary};
use chub_lint::suppress::{self, SuppressionInput};
use jiff::civil::{Date, date};
use std::path::Path;
use std::process::{Command, Stdio};

/// The date of every test.
pub const TODAY: Date = date(2026, 6, 1);

/// A hub of files given as path and text. Markdown files become documents.
pub fn hub(files: &[(&str, &str)]) -> Hub {
    let mut hub = Hub::default();
    for (path, text) in files {
        let mut folder = *path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            hub.files.insert(above.to_owned(), FileKind::Folder);
            folder = above;
        }
        hub.files.insert((*path).to_owned(), FileKind::File);
        if path
            .split_once('/')
            .is_some_and(|(_, rest)| rest == "registry.json")
        {
            hub.supplied
                .push(AuthorRegistry::new(HubPath::new("", path), (*text).to_owned()));
        }
        let at = HubPath::new("", path);
        if let Some(kind) = ManifestKind::of_path(path) {
            hub.manifests
                .push(Manifest::new(at.clone(), kind, (*text).to_owned()));
        }
        if is_misnamed(at.file_name()) && hub.entry_folder(&at).is_none() {
            hub.add_misnamed(at, (*text).to_owned());
        } else if path.ends_with(".md") {
            hub.insert(Document::new(HubPath::new("", path), (*text).to_owned()));
        } else if hub.skill_folder(&at).is_some() && ManifestKind::of_path(path).is_none() {
            hub.insert(Document::attachment(at, (*text).to_owned()));
        }
    }
    hub.manifests.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    hub.classify(false);
    hub
}

/// Add a file of any bytes, as reading it from a folder would.
pub fn add_bytes(hub: &mut Hub, path: &str, bytes: Vec<u8>) {
    hub.files.insert(path.to_owned(), FileKind::File);
    let path = HubPath::new("", path);
    match decode::decode(bytes) {
        Ok(text) => hub.insert(Document::new(path, text)),
        Err(wrong) => hub.unread.push(wrong.at_path(path)),
    }
}

/// Settings from the text of a config, with more rules selected.
pub fn settings(config: &str, select: &[&str]) -> Settings {
    let extend_select = select.iter().map(|s| (*s).to_owned()).collect();
    Settings::from_text(
        config,
        None,
        &Overrides {
            extend_select,
            ..Overrides::default()
        },
        chub_lint::rules::RULES,
    )
    .unwrap_or_else(|error| panic!("{error}"))
}

/// A hub in memory with its settings and releases.
pub fn workspace(hub: Hub, settings: Settings, releases: Option<PackageLookups>) -> Workspace {
    Workspace::new("/nowhere".into(), hub, settings, TODAY).with_releases(releases)
}

/// All reported findings of a hub: allowed ones are removed, and unused allows are reported.
pub fn findings(workspace: &Workspace) -> Vec<Diagnostic> {
    let input = SuppressionInput {
        config: Some(HubPath::new("", "chub-lint.toml")),
        ..workspace.input(workspace.run_rules())
    };
    suppress::suppress(vec![input], TODAY)
        .unwrap_or_else(|error| panic!("{error}"))
        .diagnostics
}

/// The program in a folder that is also its home, with its own cache and without the settings of the user who runs the
/// tests.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chub-lint"));
    command
        .current_dir(folder)
        .env("CHUB_LINT_CACHE_DIR", folder.join("cache"))
        .env("HOME", folder)
        .env_remove("CHUB_LINT_OFFLINE")
        .env_remove("SOURCE_DATE_EPOCH")
        .stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy().to_ascii_lowercase();
        if text.ends_with("_proxy") || ["pip_", "uv_", "npm_"].iter().any(|tool| text.starts_with(tool)) {
            command.env_remove(&name);
        }
    }
    command
}

/// Findings as a user sees them, without the last line of counts.
pub fn rendered(hub: &Hub, diagnostics: Vec<Diagnostic>) -> String {
    let run = Run {
        hubs: std::slice::from_ref(hub),
        diagnostics,
        summary: RunSummary::default(),
        marks: Vec::new(),
    };
    let mut out = Vec::new();
    TextReporter {
        render: RenderOptions::default(),
    }
    .findings(&run, &mut out)
    .unwrap();
    String::from_utf8(out).unwrap().trim_end().to_owned()
}

/// Registry data from JSON: package to `null` (missing), `"unknown"`, or an object with `latest`, `date`, `versions` (a
/// list, or an object of version to date), `yanked` (version to reason), `deprecated`, `tags`, `status` (`state` and
/// `reason`), `size`, `complete` (true by default, false in quarantine).
pub fn releases(json: &str) -> PackageLookups {
    let table: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}:\n{json}"));
    let mut releases = PackageLookups::default();
    for (package, value) in &table {
        let package = Package::parse(package).unwrap();
        let release = match value {
            serde_json::Value::Null => PackageLookup::Missing,
            serde_json::Value::String(_) => {
                PackageLookup::Unknown(chub_lint::releases::UnknownReason::Offline)
            }
            value => PackageLookup::Published(published(value)),
        };
        releases.insert(package, release, ReleaseOrigin::Registry);
    }
    releases
}

fn published(value: &serde_json::Value) -> PublishedPackage {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let day = |v: &serde_json::Value| v.as_str().map(|d| d.parse::<Date>().unwrap());
    let mut versions: Vec<PublishedVersion> = match &value["versions"] {
        serde_json::Value::Array(list) => list
            .iter()
            .map(|v| PublishedVersion {
                version: v.as_str().unwrap().to_owned(),
                ..PublishedVersion::default()
            })
            .collect(),
        serde_json::Value::Object(table) => table
            .iter()
            .map(|(v, d)| PublishedVersion {
                version: v.clone(),
                date: day(d),
                ..PublishedVersion::default()
            })
            .collect(),
        _ => Vec::new(),
    };
    let newest = text("latest");
    let newest_date = day(&value["date"]);
    if let Some(newest) = &newest
        && !versions.iter().any(|v| v.version == *newest)
    {
        versions.push(PublishedVersion {
            version: newest.clone(),
            date: newest_date,
            ..PublishedVersion::default()
        });
    }
    for version in &mut versions {
        version.yanked = value["yanked"][&version.version].as_str().map(str::to_owned);
    }
    let tags = value["tags"].as_object().into_iter().flatten();
    PublishedPackage {
        newest,
        newest_date,
        versions,
        complete: value["complete"]
            .as_bool()
            .unwrap_or(value["status"]["state"] != "quarantined"),
        dist_tags: tags
            .map(|(k, v)| (k.clone(), v.as_str().unwrap().to_owned()))
            .collect(),
        deprecated: text("deprecated"),
        size: value["size"].as_u64(),
        status: serde_json::from_value(value["status"].clone()).expect("a status has a `state`"),
    }
}
