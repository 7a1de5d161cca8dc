//! `chub-lint baseline`: record the findings of today, so that only new ones fail.

use super::args::CommonArgs;
use super::{CommandError, RunEnv, unchecked};
use crate::config::Settings;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::fsio;
use crate::pipeline::baseline::{BaselineFile, baseline_file, read_baseline};
use crate::pipeline::{self, Workspace};
use crate::report::pluralize;
use crate::safe_path;
use crate::safe_text::{self, SafeText};
use crate::suppress::baseline::{BASELINE_FILE_NAME, Baseline};
use crate::text::{ColumnUnit, Position};
use clap::Args;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Record today's findings, so that only new ones fail
#[derive(Clone, Debug, Args)]
pub struct BaselineArgs {
    /// Content hubs, folders in them, or files
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Remove fixed findings, without adding new ones
    #[arg(long)]
    pub update: bool,
    /// Also accept credentials that are in the documents. Revoke them first: they stay in the history
    #[arg(long, conflicts_with = "update")]
    pub accept_secrets: bool,
    /// Settings and registries.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// Write or shrink the baselines of some hubs.
///
/// # Errors
/// When the hubs cannot be checked, a baseline is wrong or cannot be written, or `--update` has none to update.
pub fn run(args: &BaselineArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let request = args.common.request(&args.paths);
    let workspaces = Workspace::load_and_check(&request, &env.cwd, env.today)?;
    // Before anything is written: what is not checked now would be new in a later run.
    unchecked::report_workspaces(&workspaces, args.common.fail_on_unchecked)?;
    let findings = pipeline::suppress_all(&workspaces)?;
    // Several hubs may share one file.
    let mut files: BTreeMap<PathBuf, Vec<&Workspace>> = BTreeMap::new();
    for hub in &workspaces {
        files.entry(target(hub, args, &env.cwd)?).or_default().push(hub);
    }
    // Before the first write: if one file is refused, none is changed.
    for (path, hubs) in &files {
        safe_path::check_write_path(path, hubs.first().map(|hub| hub.root()))?;
    }
    let mut refused = Vec::new();
    for (path, hubs) in files {
        refused.extend(write(args, &path, &hubs, &findings.diagnostics, env, out)?);
    }
    if refused.is_empty() {
        return Ok(Exit::Clean);
    }
    let head = format!(
        "refused, and still reported: {}",
        pluralize(refused.len(), "secret")
    );
    let list = list(&head, &workspaces.iter().collect::<Vec<_>>(), &refused);
    let help =
        "help: revoke them where they were issued, then write placeholders; `--accept-secrets` accepts them";
    exit::ignore_broken_pipe(writeln!(out, "{list}{help}"))?;
    Ok(Exit::Findings)
}

/// A heading, and findings with their locations.
fn list(head: &str, hubs: &[&Workspace], found: &[&Diagnostic]) -> String {
    let mut text = format!("{head}\n");
    for diagnostic in found {
        let document = hubs
            .iter()
            .map(|hub| hub.hub())
            .filter(|hub| hub.shown == diagnostic.path.hub())
            .find_map(|hub| hub.document_or_registry(diagnostic.path.path_in_hub()));
        let at = document.map_or(Position { line: 1, column: 1 }, |document| {
            document.position(diagnostic.span.start, ColumnUnit::Chars)
        });
        let path = SafeText::new(diagnostic.path.as_str());
        let (message, Position { line, column }) = (SafeText::new(&diagnostic.message), at);
        text.push_str(&format!(
            "  {path}:{line}:{column}: [{}] {message}\n",
            diagnostic.rule
        ));
    }
    text
}

/// Where the baseline is or will be: where a run looks for it.
fn target(hub: &Workspace, args: &BaselineArgs, cwd: &Path) -> Result<PathBuf, Error> {
    let known = baseline_file(hub.root(), hub.settings(), args.common.isolated);
    let path = known.unwrap_or_else(|| {
        let above = safe_path::repository_root(hub.root());
        let folder = above.or_else(|| hub.root().starts_with(cwd).then(|| cwd.to_path_buf()));
        folder
            .unwrap_or_else(|| hub.root().to_path_buf())
            .join(BASELINE_FILE_NAME)
    });
    let path = cwd.join(path);
    // A config that was found, not named, may come with a pull request.
    let config = hub.settings().file.as_deref().and_then(Path::parent);
    if let Some(folder) = config.filter(|_| args.common.config.is_none() && hub.settings().baseline.is_some())
    {
        let folder = safe_path::canonicalize_or_keep(&cwd.join(folder));
        let around = safe_path::repository_root(&folder).unwrap_or(folder);
        if !safe_path::check_write_path(&path, Some(&around))?.starts_with(&around) {
            return Err(CommandError::BaselineOutside(path).into());
        }
    }
    Ok(path)
}

/// Write or shrink one baseline, and say what is in it. Returns the findings that are refused.
fn write<'a>(
    args: &BaselineArgs,
    path: &Path,
    hubs: &[&Workspace],
    found: &'a [Diagnostic],
    env: &RunEnv,
    out: &mut dyn Write,
) -> Result<Vec<&'a Diagnostic>, Error> {
    let there = safe_path::exists_or_is_link(path);
    if args.update && !there {
        return Err(CommandError::NoBaseline(path.to_path_buf()).into());
    }
    let default = Settings::unconfigured(crate::rules::RULES);
    let settings = hubs.first().map_or(&default, |hub| hub.settings());
    let old = if there {
        read_baseline(path, settings)?
    } else {
        BaselineFile {
            path: path.to_path_buf(),
            text: String::new(),
            known: Baseline::default(),
            on_disk: None,
        }
    };
    let mut new = old.known.clone();
    let (mut refused, mut accepted) = (Vec::new(), Vec::new());
    for hub in hubs {
        let input = hub.input(Vec::new());
        let prefix = hub.prefix(path);
        // Findings about the baseline itself are not recorded in it.
        if args.update {
            new.shrink(&input, &prefix, found);
        } else {
            refused.extend(new.replace(&input, &prefix, found, args.accept_secrets));
        }
        accepted.extend(new.known_safety(&input, &prefix, found));
    }
    let text = new.render();
    if text != old.text {
        fsio::write_atomic_in(hubs.first().map(|hub| hub.root()), path, text.as_bytes())?;
    }
    let shown = pipeline::display_path(path, &env.cwd);
    let (before, after) = (old.known.len(), new.len());
    let mut text = format!(
        "{}: {} in {}{}\n",
        safe_text::escape(&shown),
        pluralize(after, "known finding"),
        pluralize(new.file_count(), "file"),
        match (there, before) {
            (true, before) if before != after => format!(" (before: {before})"),
            (true, _) => " (as before)".to_owned(),
            _ => String::new(),
        }
    );
    if !accepted.is_empty() {
        let head = format!("accepted: {}", pluralize(accepted.len(), "safety finding"));
        text.push_str(&list(&head, hubs, &accepted));
    }
    exit::ignore_broken_pipe(out.write_all(text.as_bytes()))?;
    Ok(refused)
}
