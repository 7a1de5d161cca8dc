//! `chub-lint propose`: one pull request for each group of entries that can be raised, opened or kept up to date.

use super::args::CommonArgs;
use super::bump_lines::grouped;
use super::bump_newest::{self, NewestRequest};
use super::propose_text::{self, Proposal};
use super::{RunEnv, unchecked};
use crate::branches::{BranchContent, CommittedFile, Repository};
use crate::config::file::BumpGroup;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::fix::engine::ChangedFile;
use crate::fix::newest::{RaiseOutcome, RaisedEntry};
use crate::forge::{Forge, ForgeKind, PullRequest, Texts};
use crate::pipeline::Workspace;
use crate::safe_text;
use clap::Args;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

/// How many pull requests are open at the same time, unless the config says so.
const DEFAULT_LIMIT: u16 = 10;

/// Open or update a pull request for each group of entries that `bump --to newest` raises, and an issue about those that
/// a newer release breaks. Branches that others pushed to are left as they are. The work tree is not changed
#[derive(Clone, Debug, Args)]
pub struct ProposeArgs {
    /// Content hubs, folders in them, or files
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Where the repository is hosted
    #[arg(long, value_enum, default_value_t = ForgeKind::Github)]
    pub forge: ForgeKind,
    /// What one pull request is about [default: package, or as the config says]
    #[arg(long, value_enum)]
    pub group: Option<BumpGroup>,
    /// The branch that the pull requests are for [default: the one that is checked out]
    #[arg(long, value_name = "BRANCH")]
    pub base: Option<String>,
    /// The remote to push to
    #[arg(long, default_value = "origin", value_parser = parse_remote)]
    pub remote: String,
    /// Also raise entries whose symbols do not show that they are safe, except those that would get worse
    #[arg(long)]
    pub all: bool,
    /// Say what would be done, without pushing or changing anything
    #[arg(long)]
    pub dry_run: bool,
    /// The date to write instead of today's
    #[arg(long, value_name = "YYYY-MM-DD", hide = true)]
    pub date: Option<Date>,
    /// Settings and registries.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// A name, and no option of git.
fn parse_remote(text: &str) -> Result<String, &'static str> {
    match text.is_empty() || text.starts_with('-') {
        true => Err("write the name of a remote"),
        false => Ok(text.to_owned()),
    }
}

/// Raise entries in memory, and propose them.
///
/// # Errors
/// When the run fails, or git or the program of the forge does.
pub fn run(args: &ProposeArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let repository = Repository::open(&env.cwd, &args.remote)?;
    let base = match &args.base {
        Some(base) => base.clone(),
        None => repository.current_branch()?,
    };
    let request = NewestRequest {
        paths: &args.paths,
        common: &args.common,
        symbols: None,
        all: args.all,
        diff: false,
        summary: None,
        group: None,
        date: args.date.unwrap_or(env.today),
    };
    let (workspaces, outcome) = bump_newest::load_and_raise(&request, env)?;
    let config = workspaces.first().map(|workspace| &workspace.settings().bump);
    let group = args.group.or_else(|| config?.group).unwrap_or(BumpGroup::Package);
    let mut run = ProposeRun {
        forge: Forge::open(args.forge, repository.root())?,
        branches: repository.remote_branches(propose_text::PREFIX)?,
        repository,
        base,
        is_dry: args.dry_run,
        limit: usize::from(config.and_then(|config| config.limit).unwrap_or(DEFAULT_LIMIT)),
        labels: config.map(|config| config.labels.clone()).unwrap_or_default(),
        open: Vec::new(),
        said: Vec::new(),
    };
    let result = run.propose(&workspaces, &outcome, group);
    // What was done before an error is told, too.
    for line in &run.said {
        exit::ignore_broken_pipe(writeln!(out, "{}", safe_text::escape_log_line(line)))?;
    }
    result?;
    unchecked::report_workspaces(&workspaces, args.common.fail_on_unchecked)?;
    Ok(Exit::Clean)
}

/// A run, with what is known of the repository.
struct ProposeRun {
    forge: Forge,
    repository: Repository,
    /// The branches of the remote that proposals are on, with their commits.
    branches: BTreeMap<String, String>,
    base: String,
    is_dry: bool,
    limit: usize,
    labels: Vec<String>,
    open: Vec<PullRequest>,
    said: Vec<String>,
}

impl ProposeRun {
    fn propose(
        &mut self,
        workspaces: &[Workspace],
        outcome: &RaiseOutcome,
        group: BumpGroup,
    ) -> Result<(), Error> {
        let mut open = self.forge.open_pull_requests()?;
        open.retain(|one| one.branch.starts_with(propose_text::PREFIX));
        self.open = open;
        if !self.labels.is_empty() {
            let known = self.forge.labels()?;
            self.labels.retain(|label| known.contains(label));
        }
        let mut names = Vec::new();
        for (name, (raised, left)) in grouped(&outcome.raised, &outcome.left, Some(group)) {
            if raised.is_empty() {
                continue;
            }
            let proposal = Proposal::new(&name, group, &raised, &left);
            names.push(proposal.branch.clone());
            self.propose_one(&proposal, workspaces, &raised)?;
        }
        let forgotten = self.open.iter().filter(|one| !names.contains(&one.branch));
        let forgotten: Vec<String> = forgotten
            .map(|one| {
                format!(
                    "nothing left to raise: #{} ({}): close it",
                    one.number, one.branch
                )
            })
            .collect();
        self.said.extend(forgotten);
        if names.is_empty() {
            self.said.push("nothing to raise".to_owned());
        }
        self.report_breaks(workspaces, outcome)
    }

    /// Open the pull request of a group, or bring it up to date.
    fn propose_one(
        &mut self,
        proposal: &Proposal,
        workspaces: &[Workspace],
        raised: &[&RaisedEntry],
    ) -> Result<(), Error> {
        let branch = proposal.branch.as_str();
        let title = &proposal.title;
        let before = self.branches.get(branch).cloned();
        let open = self
            .open
            .iter()
            .find(|one| one.branch == branch)
            .map(|one| one.number);
        let content = match &before {
            Some(commit) => self.repository.content(branch, commit)?,
            None => BranchContent::Nothing,
        };
        let is_current = matches!(&content, BranchContent::Own(key) if *key == proposal.key);
        if let Some(reason) = self.reason_to_skip(proposal, open, &content, is_current)? {
            self.say(reason);
            return Ok(());
        }
        if !is_current && !self.is_dry {
            let commit = self.commit(proposal, workspaces, raised)?;
            self.repository.push(&commit, branch, before.as_deref())?;
        }
        let texts = Texts {
            title,
            body: &proposal.body,
        };
        match open {
            Some(number) => {
                if !self.is_dry {
                    self.forge.change_pull_request(number, texts)?;
                }
                self.say(format!("updated: #{number}: {title}"));
            }
            None => {
                if !self.is_dry {
                    self.forge
                        .open_pull_request(branch, &self.base, texts, &self.labels)?;
                }
                self.open.push(PullRequest {
                    number: 0,
                    branch: branch.to_owned(),
                    body: String::new(),
                });
                self.say(format!("opened: {title} ({branch})"));
            }
        }
        Ok(())
    }

    /// Why the pull request of a group stays as it is, or is not opened.
    fn reason_to_skip(
        &self,
        proposal: &Proposal,
        open: Option<u64>,
        content: &BranchContent,
        is_current: bool,
    ) -> Result<Option<String>, Error> {
        let Proposal { title, branch, .. } = proposal;
        let Some(number) = open else {
            if matches!(content, BranchContent::Foreign) {
                return Ok(Some(format!("skipped: {title}: {branch} has commits by others")));
            }
            let declined = self.forge.declined(branch)?;
            if let Some(closed) = declined.iter().find(|one| one.body.contains(&proposal.mark())) {
                let number = closed.number;
                return Ok(Some(format!("declined: {title}: #{number} was closed")));
            }
            let count = self.open.len();
            let is_full = count >= self.limit;
            return Ok(is_full.then(|| format!("deferred: {title}: {count} pull requests are open")));
        };
        Ok(match content {
            BranchContent::Foreign => Some(format!("skipped: #{number}: others pushed to {branch}")),
            _ if is_current => Some(format!("up to date: #{number}: {title}")),
            _ => None,
        })
    }

    /// Make the commit of a group.
    fn commit(
        &self,
        proposal: &Proposal,
        workspaces: &[Workspace],
        raised: &[&RaisedEntry],
    ) -> Result<String, Error> {
        let files = raised.iter().flat_map(|entry| &entry.files).map(|of| &of.file);
        let mut named: Vec<(String, &ChangedFile)> = Vec::new();
        for file in files.filter(|file| file.before != file.after) {
            if let Some(workspace) = workspaces.get(file.hub) {
                let path = self
                    .repository
                    .inside(&workspace.root().join(file.path.path_in_hub()))?;
                named.push((path, file));
            }
        }
        let files: Vec<CommittedFile<'_>> = named
            .iter()
            .map(|(path, file)| CommittedFile {
                path,
                before: &file.before,
                after: &file.after,
            })
            .collect();
        self.repository.commit(&files, &proposal.message, &proposal.key)
    }

    /// Keep one issue about the entries that a newer release breaks.
    fn report_breaks(&mut self, workspaces: &[Workspace], outcome: &RaiseOutcome) -> Result<(), Error> {
        let body = propose_text::breaks(&outcome.left);
        let title = propose_text::BREAKS_TITLE;
        let issues = self.forge.open_issues()?;
        let known = issues
            .iter()
            .filter(|issue| issue.title == title && issue.body.contains(propose_text::BREAKS_MARK))
            .min_by_key(|issue| issue.number);
        let (body, is_empty) = match body {
            Some(body) => (body, false),
            // Of what was not checked nothing is known.
            None if unchecked::has_unchecked(workspaces) => return Ok(()),
            None => (propose_text::no_breaks(), true),
        };
        let texts = Texts { title, body: &body };
        let same = |text: &str| text.replace("\r\n", "\n").trim() == body.trim();
        let line = match known {
            Some(issue) if same(&issue.body) => format!("up to date: issue #{}: {title}", issue.number),
            Some(issue) => {
                if !self.is_dry {
                    self.forge.change_issue(issue.number, texts)?;
                }
                format!("updated: issue #{}: {title}", issue.number)
            }
            None if is_empty => return Ok(()),
            None => {
                if !self.is_dry {
                    self.forge.open_issue(texts)?;
                }
                format!("opened: issue: {title}")
            }
        };
        self.say(line);
        Ok(())
    }

    fn say(&mut self, line: String) {
        self.said.push(match self.is_dry {
            true => format!("would be {line}"),
            false => line,
        });
    }
}
