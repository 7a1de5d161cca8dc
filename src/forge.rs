//! The I/O module for GitHub and GitLab: lists, opens and changes pull requests and issues through `gh` and `glab`, which
//! have the credentials. Every value is an argument or standard input of them; no shell is involved.

#![expect(clippy::disallowed_methods, reason = "the I/O module for GitHub and GitLab")]

use crate::branches::{first_line, run_with_input};
use crate::error::{Error, ModuleError};
use crate::safe_path;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The most pull requests or issues that are listed.
const MAX_LISTED: &str = "1000";

/// Where the repository is hosted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForgeKind {
    /// GitHub, through `gh`.
    Github,
    /// GitLab, through `glab`.
    Gitlab,
}

/// Why a forge cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ForgeError {
    /// No program.
    #[error("there is no `{0}` on the path outside of the checkout; install it")]
    NoProgram(&'static str),
    /// It failed.
    #[error("`{command}` failed: {why}")]
    Failed {
        /// The command.
        command: String,
        /// Its first line on standard error.
        why: String,
    },
    /// Its output is not what was expected.
    #[error("`{command}`: an answer that is not understood: {source}")]
    Answer {
        /// The command.
        command: String,
        /// Why.
        source: serde_json::Error,
    },
    /// It cannot be started.
    #[error("`{0}` cannot be run")]
    Start(&'static str, #[source] std::io::Error),
}

impl ModuleError for ForgeError {}

/// A pull request (a merge request on GitLab) from a branch of the repository itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// Its branch.
    pub branch: String,
    /// Its text.
    pub body: String,
}

/// An issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
}

/// The text of a pull request or an issue.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    /// The title.
    pub title: &'a str,
    /// Markdown.
    pub body: &'a str,
}

/// A forge, and the program that talks to it.
#[derive(Clone, Debug)]
pub struct Forge {
    kind: ForgeKind,
    program: PathBuf,
    folder: PathBuf,
}

/// What `gh` and GitLab's API say of a pull request or an issue.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(alias = "iid")]
    number: u64,
    #[serde(default)]
    title: String,
    #[serde(default, alias = "description")]
    body: Option<String>,
    #[serde(default, alias = "source_branch")]
    head_ref_name: String,
    #[serde(default)]
    is_cross_repository: bool,
    #[serde(default, alias = "merged_at")]
    merged_at: Option<String>,
    #[serde(default, rename = "source_project_id")]
    source_project: Option<u64>,
    #[serde(default, rename = "target_project_id")]
    target_project: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Label {
    name: String,
}

impl Listed {
    /// A branch with the same name in a fork is not one of ours.
    fn is_own(&self) -> bool {
        !self.is_cross_repository && self.source_project == self.target_project
    }

    fn pull_request(self) -> PullRequest {
        PullRequest {
            number: self.number,
            branch: self.head_ref_name,
            body: self.body.unwrap_or_default(),
        }
    }
}

impl Forge {
    /// The forge of a repository.
    ///
    /// # Errors
    /// When its program is not installed outside of the checkout.
    pub fn open(kind: ForgeKind, repository: &Path) -> Result<Self, Error> {
        let name = name(kind);
        let program = safe_path::find_program(name, &[repository]).ok_or(ForgeError::NoProgram(name))?;
        let folder = repository.to_path_buf();
        Ok(Self {
            kind,
            program,
            folder,
        })
    }

    /// The open pull requests from branches of the repository.
    ///
    /// # Errors
    /// When the program fails.
    pub fn open_pull_requests(&self) -> Result<Vec<PullRequest>, Error> {
        let fields = "number,headRefName,isCrossRepository,body";
        let listed: Vec<Listed> = match self.kind {
            ForgeKind::Github => self.list(&[
                "pr", "list", "--state", "open", "--limit", MAX_LISTED, "--json", fields,
            ])?,
            ForgeKind::Gitlab => self.list(&[
                "api",
                "--paginate",
                "projects/:id/merge_requests?state=opened&per_page=100",
            ])?,
        };
        Ok(listed
            .into_iter()
            .filter(Listed::is_own)
            .map(Listed::pull_request)
            .collect())
    }

    /// The pull requests from a branch that were closed and not merged.
    ///
    /// # Errors
    /// When the program fails.
    pub fn declined(&self, branch: &str) -> Result<Vec<PullRequest>, Error> {
        let fields = "number,headRefName,isCrossRepository,body,mergedAt";
        let listed: Vec<Listed> = match self.kind {
            ForgeKind::Github => self.list(&[
                "pr", "list", "--state", "closed", "--head", branch, "--limit", "100", "--json", fields,
            ])?,
            ForgeKind::Gitlab => {
                let branch = branch.replace('/', "%2F");
                let path =
                    format!("projects/:id/merge_requests?state=closed&per_page=100&source_branch={branch}");
                self.list(&["api", "--paginate", &path])?
            }
        };
        let declined = listed
            .into_iter()
            .filter(|one| one.is_own() && one.merged_at.is_none());
        Ok(declined.map(Listed::pull_request).collect())
    }

    /// Open a pull request from a branch to another.
    ///
    /// # Errors
    /// When the program fails.
    pub fn open_pull_request(
        &self,
        branch: &str,
        base: &str,
        texts: Texts<'_>,
        labels: &[String],
    ) -> Result<(), Error> {
        match self.kind {
            ForgeKind::Github => {
                let mut arguments = vec!["pr", "create", "--head", branch, "--base", base];
                arguments.extend(["--title", texts.title, "--body-file", "-"]);
                arguments.extend(labels.iter().flat_map(|label| ["--label", label.as_str()]));
                self.run(&arguments, Some(texts.body)).map(drop)
            }
            ForgeKind::Gitlab => {
                let labels = labels.join(",");
                let mut fields = vec![("source_branch", branch), ("target_branch", base)];
                fields.extend([("title", texts.title), ("description", texts.body)]);
                fields.extend([("remove_source_branch", "true")]);
                fields.extend((!labels.is_empty()).then_some(("labels", labels.as_str())));
                self.send("POST", "projects/:id/merge_requests", &fields)
            }
        }
    }

    /// Change the title and the text of a pull request.
    ///
    /// # Errors
    /// When the program fails.
    pub fn change_pull_request(&self, number: u64, texts: Texts<'_>) -> Result<(), Error> {
        self.change("pr", "merge_requests", number, texts)
    }

    /// The names of the labels that exist.
    ///
    /// # Errors
    /// When the program fails.
    pub fn labels(&self) -> Result<Vec<String>, Error> {
        let labels: Vec<Label> = match self.kind {
            ForgeKind::Github => self.list(&["label", "list", "--limit", MAX_LISTED, "--json", "name"])?,
            ForgeKind::Gitlab => self.list(&["api", "--paginate", "projects/:id/labels?per_page=100"])?,
        };
        Ok(labels.into_iter().map(|label| label.name).collect())
    }

    /// The open issues.
    ///
    /// # Errors
    /// When the program fails.
    pub fn open_issues(&self) -> Result<Vec<Issue>, Error> {
        let listed: Vec<Listed> = match self.kind {
            ForgeKind::Github => self.list(&[
                "issue",
                "list",
                "--state",
                "open",
                "--limit",
                MAX_LISTED,
                "--json",
                "number,title,body",
            ])?,
            ForgeKind::Gitlab => self.list(&[
                "api",
                "--paginate",
                "projects/:id/issues?state=opened&per_page=100",
            ])?,
        };
        let issues = listed.into_iter().map(|one| Issue {
            number: one.number,
            title: one.title,
            body: one.body.unwrap_or_default(),
        });
        Ok(issues.collect())
    }

    /// Open an issue.
    ///
    /// # Errors
    /// When the program fails.
    pub fn open_issue(&self, texts: Texts<'_>) -> Result<(), Error> {
        match self.kind {
            ForgeKind::Github => {
                let arguments = ["issue", "create", "--title", texts.title, "--body-file", "-"];
                self.run(&arguments, Some(texts.body)).map(drop)
            }
            ForgeKind::Gitlab => {
                let fields = [("title", texts.title), ("description", texts.body)];
                self.send("POST", "projects/:id/issues", &fields)
            }
        }
    }

    /// Change the title and the text of an issue.
    ///
    /// # Errors
    /// When the program fails.
    pub fn change_issue(&self, number: u64, texts: Texts<'_>) -> Result<(), Error> {
        self.change("issue", "issues", number, texts)
    }

    fn change(&self, command: &str, path: &str, number: u64, texts: Texts<'_>) -> Result<(), Error> {
        match self.kind {
            ForgeKind::Github => {
                let number = number.to_string();
                let arguments = [
                    command,
                    "edit",
                    &number,
                    "--title",
                    texts.title,
                    "--body-file",
                    "-",
                ];
                self.run(&arguments, Some(texts.body)).map(drop)
            }
            ForgeKind::Gitlab => {
                let path = format!("projects/:id/{path}/{number}");
                let fields = [("title", texts.title), ("description", texts.body)];
                self.send("PUT", &path, &fields)
            }
        }
    }

    /// A request to GitLab's API. A raw field is a text, whatever is in it.
    fn send(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> Result<(), Error> {
        let fields: Vec<String> = fields
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let mut arguments = vec!["api", "--method", method, path];
        arguments.extend(fields.iter().flat_map(|field| ["--raw-field", field.as_str()]));
        self.run(&arguments, None).map(drop)
    }

    /// The rows of one or several lists: pages are written one after another.
    fn list<T: DeserializeOwned>(&self, arguments: &[&str]) -> Result<Vec<T>, Error> {
        let text = self.run(arguments, None)?;
        let mut rows = Vec::new();
        for page in serde_json::Deserializer::from_str(&text).into_iter::<Vec<T>>() {
            let page = page.map_err(|source| ForgeError::Answer {
                command: self.command(arguments),
                source,
            })?;
            rows.extend(page);
        }
        Ok(rows)
    }

    fn run(&self, arguments: &[&str], input: Option<&str>) -> Result<String, Error> {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("GH_PROMPT_DISABLED", "1")
            .env("GH_NO_UPDATE_NOTIFIER", "1")
            .env("NO_PROMPT", "1")
            .env("NO_COLOR", "1");
        log::debug!("{}", self.command(arguments));
        let output = run_with_input(command, input.map(str::as_bytes));
        let output = output.map_err(|error| ForgeError::Start(name(self.kind), error))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let (command, why) = (self.command(arguments), first_line(&output.stderr));
        Err(ForgeError::Failed { command, why }.into())
    }

    /// The command without values.
    fn command(&self, arguments: &[&str]) -> String {
        let words = arguments.iter().take_while(|word| !word.starts_with('-')).take(2);
        std::iter::once(name(self.kind))
            .chain(words.copied())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn name(kind: ForgeKind) -> &'static str {
    match kind {
        ForgeKind::Github => "gh",
        ForgeKind::Gitlab => "glab",
    }
}
