//! `chub-lint init`: a config, a workflow and a pre-commit hook for the hubs and skills in a folder. Nothing is
//! overwritten.

use super::RunEnv;
use super::args::Verbosity;
use crate::config::file::BumpSchedule;
use crate::config::find;
use crate::diagnostic::Diagnostic;
use crate::document::DocumentKind;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::forge::ForgeKind;
use crate::pipeline::{self, LoadRequest, RegistryOptions, Workspace};
use crate::report::pluralize;
use crate::rule::Property;
use crate::rules;
use crate::safe_text;
use crate::{fsio, safe_path};
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Write a config, a workflow and a pre-commit hook, never over existing files
#[derive(Clone, Debug, Args)]
pub struct InitArgs {
    /// The repository that holds the content folder or the skills
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Also write a workflow that opens pull requests for entries that are safe to raise
    #[arg(
        long,
        value_enum,
        value_name = "FORGE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "github"
    )]
    pub automation: Option<ForgeKind>,
    /// How much is explained.
    #[command(flatten)]
    pub verbosity: Verbosity,
}

/// The files, by their paths from the folder.
const GITHUB_BUMP_FILE: &str = ".github/workflows/chub-lint-bump.yml";
const GITLAB_BUMP_FILE: &str = ".gitlab/chub-lint-bump.gitlab-ci.yml";
const WORKFLOW: &str = ".github/workflows/chub-lint.yml";
const PRE_COMMIT: &str = ".pre-commit-config.yaml";

/// Look at a folder and write what is missing.
///
/// # Errors
/// When the folder cannot be read or a file cannot be written.
pub fn run(args: &InitArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let request = LoadRequest {
        paths: std::slice::from_ref(&args.path),
        registries: RegistryOptions {
            offline: true,
            ..RegistryOptions::default()
        },
        baseline: true,
        ..LoadRequest::default()
    };
    let workspaces = Workspace::load_and_check(&request, &env.cwd, env.today)?;
    let findings = pipeline::suppress(&workspaces)?;
    let mut said = String::new();
    let content = content_folder(args, env, &workspaces, &mut said);
    let mut files = vec![
        (
            find::CONFIG_FILE_NAME,
            include_str!("init/chub-lint.toml").to_owned(),
        ),
        (WORKFLOW, workflow(&content)),
        (PRE_COMMIT, pre_commit(&content)),
    ];
    let schedule = workspaces
        .first()
        .and_then(|workspace| workspace.settings().bump.schedule);
    files.extend(args.automation.map(|forge| automation(forge, schedule, &content)));
    // Before the first write: if one folder is a link, no file is written.
    for (name, _) in &files {
        safe_path::check_write_folder(&args.path.join(Path::new(name)), Some(&args.path))?;
    }
    for (name, text) in files {
        if fsio::write_new(&args.path, &args.path.join(Path::new(name)), text.as_bytes())? {
            let _ = writeln!(said, "wrote {name}");
        } else if name == PRE_COMMIT {
            let hook = text.trim_start_matches("repos:\n");
            let _ = writeln!(said, "kept the existing {name}; the hook would be\n{hook}");
        } else {
            let _ = writeln!(said, "kept the existing {name}");
        }
    }
    said.push_str(&next_step(
        workspaces.iter().all(|it| it.hub().documents().is_empty()),
        &findings.diagnostics,
    ));
    let safe: Vec<_> = said.lines().map(safe_text::escape).collect();
    exit::ignore_broken_pipe(writeln!(out, "{}", safe.join("\n"))).map(|()| Exit::Clean)
}

/// What is in each folder is said; the folder to check is the one that has everything.
fn content_folder(args: &InitArgs, env: &RunEnv, workspaces: &[Workspace], said: &mut String) -> String {
    let mut folders: BTreeMap<String, FolderContents> = BTreeMap::new();
    for workspace in workspaces {
        let documents = workspace.hub().documents();
        if documents.is_empty() {
            continue;
        }
        // The folder was named, so that it exists; what it is called from here decides what the files say.
        let inside = pipeline::relative_path(&env.cwd.join(&args.path), workspace.root());
        let inside = inside.filter(|inside| !inside.is_empty());
        let found = folders
            .entry(inside.unwrap_or_else(|| ".".to_owned()))
            .or_default();
        for document in documents {
            if !document.is_plain_skill() {
                found.documents += 1;
                found.authors.extend(document.path.author().map(str::to_owned));
            } else if document.kind == DocumentKind::Skill {
                found.skills += 1;
            }
        }
    }
    for (folder, found) in &folders {
        let _ = writeln!(said, "found {} in {folder}", found.phrase());
    }
    if folders.is_empty() {
        said.push_str("found no documents\n");
    }
    match folders.into_keys().collect::<Vec<_>>().as_slice() {
        [only] => only.clone(),
        _ => ".".to_owned(),
    }
}

/// What is in a folder.
#[derive(Debug, Default)]
struct FolderContents {
    /// The documents of a hub.
    documents: usize,
    authors: BTreeSet<String>,
    skills: usize,
}

impl FolderContents {
    fn phrase(&self) -> String {
        let documents = || {
            format!(
                "{} of {}",
                pluralize(self.documents, "document"),
                pluralize(self.authors.len(), "author")
            )
        };
        match (self.documents, self.skills) {
            (0, skills) => pluralize(skills, "skill"),
            (_, 0) => documents(),
            (_, skills) => format!("{} and {}", documents(), pluralize(skills, "skill")),
        }
    }
}

/// What to do after this command.
fn next_step(is_empty: bool, findings: &[Diagnostic]) -> String {
    if is_empty {
        return "next: write an entry at `content/AUTHOR/docs/NAME/DOC.md`, or a skill at `skills/NAME/SKILL.md`; \
                `chub-lint explain missing-field` shows one\n"
            .to_owned();
    }
    if findings.is_empty() {
        return String::new();
    }
    let is_secret = |finding: &Diagnostic| {
        rules::by_id(finding.rule).is_some_and(|rule| rule.has(Property::FindsSecrets))
    };
    let refused = match findings.iter().any(is_secret) {
        true => ", except credentials",
        false => "",
    };
    format!(
        "next: {} today without registry look-ups; `chub-lint --diff` shows what `chub-lint --fix` would fix, and \
         `chub-lint baseline` accepts the rest{refused}, so that only new ones fail\n",
        pluralize(findings.len(), "finding")
    )
}

/// A text between double quotes of YAML: JSON's escapes are a part of YAML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn workflow(content: &str) -> String {
    include_str!("init/workflow.yml")
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
        .replace("@CONTENT@", &quoted(content))
}

/// The workflow that opens pull requests.
fn automation(forge: ForgeKind, schedule: Option<BumpSchedule>, content: &str) -> (&'static str, String) {
    let (name, text) = match forge {
        ForgeKind::Github => (GITHUB_BUMP_FILE, include_str!("init/bump.yml")),
        ForgeKind::Gitlab => (GITLAB_BUMP_FILE, include_str!("init/bump.gitlab-ci.yml")),
    };
    // In UTC, at a minute when few others start.
    let cron = match schedule.unwrap_or(BumpSchedule::Weekly) {
        BumpSchedule::Daily => "41 5 * * *",
        BumpSchedule::Weekly => "41 5 * * 1",
        BumpSchedule::Monthly => "41 5 1 * *",
    };
    (
        name,
        text.replace("@CRON@", cron)
            .replace("@CONTENT@", &quoted(content)),
    )
}

fn pre_commit(content: &str) -> String {
    let files = match content {
        "." => "[.]md$|(^|/)[.]claude-plugin/(plugin|marketplace)[.]json$".to_owned(),
        content => format!("^{}/", regex_escaped(content)),
    };
    include_str!("init/pre-commit.yaml")
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
        .replace("@FILES@", &quoted(&files))
}

/// pre-commit reads `files` as a Python regular expression.
fn regex_escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        if !(c.is_alphanumeric() || "_/-".contains(c)) {
            out.push('\\');
        }
        out.push(c);
        out
    })
}
