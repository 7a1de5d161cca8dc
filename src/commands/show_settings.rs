//! `check --show-files` and `--show-settings`: what a check would read, and with which settings.

use super::table::write_table;
use super::{RunEnv, warn};
use crate::config::find;
use crate::config::origin::{Origin, RuleOrigins, SettingRow, setting_rows};
use crate::diagnostic::Severity;
use crate::document::HubPath;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::hub::{Hub, Skipped, join_path};
use crate::pipeline::baseline::baseline_file;
use crate::pipeline::{LoadRequest, Lookups, Workspace};
use crate::rule::Rule;
use crate::rule::page::RulePage;
use crate::rules::RULES;
use crate::safe_path;
use crate::safe_text::{self, SafeText};
use crate::suppress::paths::PathPattern;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

/// Load without asking registries.
fn load(request: &LoadRequest<'_>, env: &RunEnv) -> Result<Vec<Workspace>, Error> {
    let request = LoadRequest {
        lookups: Lookups::Never,
        ..request.clone()
    };
    Workspace::load(&request, &env.cwd, env.today)
}

/// List the files that would be checked.
///
/// # Errors
/// When they cannot be read.
pub fn files(
    verbose: bool,
    request: &LoadRequest<'_>,
    env: &RunEnv,
    out: &mut dyn Write,
) -> Result<Exit, Error> {
    let workspaces = load(request, env)?;
    let mut lines = BTreeSet::new();
    for hub in workspaces.iter().map(Workspace::hub) {
        let documents = hub.documents().iter().map(|document| &document.path);
        let unread = hub.unread.iter().map(|unread| &unread.path);
        let supplied = hub.supplied.iter().map(|registry| &registry.file.path);
        let manifests = hub.manifests.iter().map(|manifest| &manifest.file.path);
        let files = documents
            .chain(unread)
            .chain(supplied)
            .chain(manifests)
            .chain(hub.attachment_paths());
        lines.extend(
            files
                .filter(|path| hub.in_focus(path))
                .map(|path| opened(hub, path)),
        );
    }
    let mut text: String = lines
        .iter()
        .map(|line| format!("{}\n", SafeText::new(line)))
        .collect();
    if verbose {
        let skipped = workspaces.iter().flat_map(|w| w.hub().opened_skips());
        let skipped: BTreeSet<_> = skipped.collect();
        text.extend(skipped.into_iter().map(|skipped| {
            let path = safe_text::escape(&skipped.path);
            format!("skipped {path}: {}\n", safe_text::escape(&skipped.why()))
        }));
    }
    exit::ignore_broken_pipe(out.write_all(text.as_bytes())).map(|()| Exit::Clean)
}

fn opened(hub: &Hub, path: &HubPath) -> String {
    let opened = hub.opened_from.as_ref().map(|from| from.path(path.path_in_hub()));
    opened.unwrap_or_else(|| path.as_str().to_owned())
}

/// Show the settings in force.
///
/// # Errors
/// When they cannot be read.
pub fn settings(request: &LoadRequest<'_>, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    // What is excluded has settings too.
    let lenient = LoadRequest {
        refuse_empty: false,
        ..request.clone()
    };
    let mut workspaces = load(&lenient, env)?;
    if workspaces.is_empty() {
        workspaces = load(request, env)?;
    }
    warn_unused_tables(request, &workspaces);
    for (at, workspace) in workspaces.iter().enumerate() {
        let blank = if at > 0 { "\n" } else { "" };
        let written = write!(out, "{blank}").and_then(|()| write_settings(request, workspace, out));
        exit::ignore_broken_pipe(written)?;
    }
    Ok(Exit::Clean)
}

fn write_settings(request: &LoadRequest<'_>, workspace: &Workspace, out: &mut dyn Write) -> io::Result<()> {
    let (hub, settings) = (workspace.hub(), workspace.settings());
    let mut focused = hub.focused();
    // Severities can differ by path: they are those of a document when there is only one.
    let document = focused
        .next()
        .filter(|_| focused.next().is_none() && !hub.is_whole());
    let root = match workspace.opened(workspace.root()) {
        root if root.is_empty() => ".".to_owned(),
        root => root,
    };
    let of = document.map_or_else(|| root.clone(), |document| opened(hub, &document.path));
    let file = |path: Option<&Path>| path.map_or_else(|| "none".to_owned(), |path| workspace.opened(path));
    let config = file(settings.file.as_deref());
    let baseline = baseline_file(workspace.root(), settings, request.overrides.isolated);
    let baseline = baseline.filter(|file| request.baseline && safe_path::exists_or_is_link(file));
    for (name, value) in [
        ("settings of", of),
        ("hub", root),
        ("config", config.clone()),
        ("baseline", file(baseline.as_deref())),
    ] {
        writeln!(out, "{name}: {}", SafeText::new(&value))?;
    }
    if let Some(skipped) = only_skipped(hub) {
        let why = format!("{} is {}", skipped.path, skipped.why());
        writeln!(out, "skipped: {}", SafeText::new(&why))?;
    }
    let from = |origin: &Origin| match origin {
        Origin::Default => "default".to_owned(),
        Origin::Line(line) => format!("{config}:{line}"),
        Origin::Option(option) => (*option).to_owned(),
    };
    let mut rows = setting_rows(settings);
    override_rows(request, &mut rows);
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| vec![row.key, without_password(&row.value), from(&row.origin)])
        .collect();
    writeln!(out)?;
    write_table(&["SETTING", "VALUE", "FROM"], &rows, out)?;
    let origins = RuleOrigins::new(settings, &request.overrides);
    let rules: Vec<_> = RULES
        .iter()
        .map(|rule| {
            let (level, origin) = rule_level(workspace, &origins, rule, document.map(|d| &d.path));
            vec![rule.id.to_owned(), level.to_owned(), from(&origin)]
        })
        .collect();
    writeln!(out)?;
    write_table(&["RULE", "SEVERITY", "FROM"], &rules, out)
}

/// The file that is named and skipped, when no document is named.
fn only_skipped(hub: &Hub) -> Option<Skipped> {
    let is_part = !hub.is_whole() && hub.focused().next().is_none();
    let above = join_path(&hub.shown, "");
    let is_named = |skipped: &&Skipped| {
        let in_hub = skipped.path.strip_prefix(&above).unwrap_or(&skipped.path);
        hub.in_focus(&HubPath::new(&hub.shown, in_hub))
    };
    let mut named = hub.skipped.iter().filter(is_named);
    let first = named.next().filter(|_| is_part && named.next().is_none())?;
    let opened = hub.opened_from.as_ref();
    let path = opened.map(|from| from.shown_path(&hub.shown, &first.path));
    Some(Skipped {
        path: path.unwrap_or_else(|| first.path.clone()),
        ..first.clone()
    })
}

/// The severity of a rule, or `off`, in a document or in the hub, and where it is from.
fn rule_level(
    workspace: &Workspace,
    origins: &RuleOrigins<'_>,
    rule: &Rule,
    path: Option<&HubPath>,
) -> (&'static str, Origin) {
    let settings = workspace.settings();
    let level = |severity: Option<Severity>| severity.map_or("off", Severity::as_str);
    if !settings.options.is_enabled(rule.id) {
        return (level(None), origins.of(rule));
    }
    let mut rows = settings.paths.iter().enumerate().rev();
    let row = path.and_then(|path| {
        rows.find_map(|(at, row)| {
            let pattern = PathPattern::new(row.path.get_ref(), "").ok()?;
            let (_, level) = row.severity.iter().find(|(name, _)| name.get_ref() == rule.id)?;
            pattern.matches(path).then_some((at, level.severity()))
        })
    });
    if let Some((at, severity)) = row {
        return (level(severity), origins.path_row(at, rule));
    }
    let default = RulePage::for_rule(rule).severity;
    let severity = settings
        .options
        .severities
        .get(rule.id)
        .copied()
        .unwrap_or(default);
    (severity.as_str(), origins.of(rule))
}

/// Put what the command line says in the place of other settings.
fn override_rows(request: &LoadRequest<'_>, rows: &mut Vec<SettingRow>) {
    let (overrides, registries) = (&request.overrides, &request.registries);
    let text = |value: &String| serde_json::Value::from(value.as_str()).to_string();
    let fail_on = overrides.fail_on.map(|least| {
        let least = least.severity().map_or("never", Severity::as_str);
        format!("\"{least}\"")
    });
    let timeout = registries.network_timeout.map(|seconds| seconds.to_string());
    let options = [
        ("fail-on", fail_on, "--fail-on"),
        (
            "network.offline",
            registries.offline.then(|| "true".to_owned()),
            "--offline or CHUB_LINT_OFFLINE",
        ),
        (
            "network.npm-registry",
            registries.npm_registry.as_ref().map(text),
            "--npm-registry",
        ),
        (
            "network.pypi-index",
            registries.pypi_index.as_ref().map(text),
            "--pypi-index",
        ),
        ("network.timeout", timeout, "--network-timeout"),
    ];
    for (key, value, option) in options {
        let Some(value) = value else { continue };
        rows.retain(|row| row.key != key);
        let (key, origin) = (key.to_owned(), Origin::Option(option));
        rows.push(SettingRow { key, value, origin });
    }
    // These are added to those of the config.
    let lists = [
        ("exclude", &overrides.exclude, "--exclude"),
        (
            "network.private",
            &overrides.private,
            "--private or CHUB_LINT_PRIVATE",
        ),
    ];
    for (key, patterns, option) in lists {
        rows.retain(|row| row.key != key || row.origin != Origin::Default || patterns.is_empty());
        rows.extend(patterns.iter().map(|pattern| SettingRow {
            key: key.to_owned(),
            value: format!("[{}]", text(pattern)),
            origin: Origin::Option(option),
        }));
    }
    rows.sort_by(|a, b| a.key.cmp(&b.key));
}

/// A value without the user and the password of an address.
fn without_password(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else {
        return value.to_owned();
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match host.rsplit_once('@') {
        Some((user, _)) => format!("{scheme}://***{}", rest.get(user.len()..).unwrap_or_default()),
        None => value.to_owned(),
    }
}

/// Say that a table of `pyproject.toml` for this tool is not read.
pub fn warn_unused_tables(request: &LoadRequest<'_>, workspaces: &[Workspace]) {
    if request.overrides.isolated || request.overrides.config.is_some() {
        return;
    }
    let files = workspaces.iter().filter_map(|workspace| {
        let file = find::find_unused_table(workspace.root())?;
        Some(workspace.opened(&file))
    });
    for file in files.collect::<BTreeSet<_>>() {
        warn(&format!(
            "warning: `{}`: the table `[tool.chub-lint]` is not read; move its settings to `{}`",
            SafeText::new(&file),
            find::CONFIG_FILE_NAME
        ));
    }
}
