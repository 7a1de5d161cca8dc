//! The I/O module for branches: makes a commit on top of another without touching the work tree or the index, and pushes it.
//!
//! Texts become objects with `hash-object --stdin`, and a tree is made in a separate index, so that attributes, filters
//! and hooks of the checkout have no effect. A push names the expected commit of the branch, so that it never
//! overwrites what others pushed.

#![expect(clippy::disallowed_methods, reason = "the I/O module for branches")]

use crate::error::{Error, ModuleError};
use crate::git::{self, line};
use crate::safe_path;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The name and the address that commits are made with. The address is of no domain.
const IDENTITY: (&str, &str) = ("chub-lint", "chub-lint@bump.invalid");
/// Variables that select where objects are written.
const OBJECT_VARIABLES: [&str; 2] = ["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"];

/// Why a branch cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum BranchError {
    /// Not in a repository.
    #[error("`{}` is not in a git repository; run chub-lint in the repository of the hub", .0.display())]
    NoRepository(PathBuf),
    /// No git.
    #[error("there is no `git` on the path outside of the checkout; install it")]
    NoGit,
    /// No branch is checked out, and none is named.
    #[error("no branch is checked out; name the branch that changes are for with `--base BRANCH`")]
    NoBase,
    /// A file that is not as in the commit.
    #[error("`{0}` differs from HEAD; commit or restore it first")]
    NotCommitted(String),
    /// A file outside of the repository.
    #[error("`{}` is not in the repository of the working folder", .0.display())]
    Outside(PathBuf),
    /// git failed.
    #[error("`git {command}` failed: {why}")]
    Git {
        /// The command.
        command: String,
        /// Its first line on standard error.
        why: String,
    },
    /// git cannot be started.
    #[error("`git` cannot be run: {0}")]
    Start(std::io::Error),
}

impl ModuleError for BranchError {}

/// A file of a commit to make.
#[derive(Clone, Copy, Debug)]
pub struct CommittedFile<'a> {
    /// The path from the root of the repository, with forward slashes.
    pub path: &'a str,
    /// Its text in HEAD.
    pub before: &'a str,
    /// Its text in the commit.
    pub after: &'a str,
}

/// What a branch has that another does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BranchContent {
    /// Nothing.
    Nothing,
    /// One commit that chub-lint made, as it made it, with the key that it was made with.
    Own(String),
    /// Commits of others, or a changed one.
    Foreign,
}

/// The repository of the working folder, and a remote of it.
#[derive(Clone, Debug)]
pub struct Repository {
    top: PathBuf,
    program: PathBuf,
    remote: String,
}

impl Repository {
    /// The repository that holds the working folder.
    ///
    /// # Errors
    /// When there is no repository, or no `git` outside of it.
    pub fn open(cwd: &Path, remote: &str) -> Result<Self, Error> {
        let top =
            safe_path::repository_root(cwd).ok_or_else(|| BranchError::NoRepository(cwd.to_path_buf()))?;
        let program = safe_path::find_program("git", &[&top, cwd]).ok_or(BranchError::NoGit)?;
        let remote = remote.to_owned();
        Ok(Self { top, program, remote })
    }

    /// The folder of the work tree.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.top
    }

    /// The path of a file from the root, with forward slashes.
    ///
    /// # Errors
    /// When it is not in the repository.
    pub fn inside(&self, path: &Path) -> Result<String, Error> {
        let inside = git::path_inside(&self.top, path);
        inside.ok_or_else(|| BranchError::Outside(path.to_path_buf()).into())
    }

    /// The branch that is checked out.
    ///
    /// # Errors
    /// When `HEAD` is detached.
    pub fn current_branch(&self) -> Result<String, Error> {
        let output = self.start(&["symbolic-ref", "--quiet", "--short", "HEAD"], &[], None)?;
        match output.status.success() {
            true => Ok(line(&output)),
            false => Err(BranchError::NoBase.into()),
        }
    }

    /// The branches of the remote below a prefix, with their commits.
    ///
    /// # Errors
    /// When git fails.
    pub fn remote_branches(&self, prefix: &str) -> Result<BTreeMap<String, String>, Error> {
        let pattern = format!("refs/heads/{prefix}*");
        let listed = self.git(&["ls-remote", "--heads", &self.remote, &pattern], None)?;
        let rows = listed.lines().filter_map(|row| {
            let (commit, name) = row.split_once('\t')?;
            Some((name.strip_prefix("refs/heads/")?.to_owned(), commit.to_owned()))
        });
        Ok(rows.collect())
    }

    /// What a branch of the remote has that HEAD does not. Its commits are fetched.
    ///
    /// # Errors
    /// When git fails.
    pub fn content(&self, branch: &str, commit: &str) -> Result<BranchContent, Error> {
        let name = format!("refs/heads/{branch}");
        self.git(
            &[
                "fetch",
                "--quiet",
                "--no-tags",
                "--no-write-fetch-head",
                "--no-recurse-submodules",
                &self.remote,
                &name,
            ],
            None,
        )?;
        let commits = self.git(&["rev-list", "--max-count=2", commit, "^HEAD"], None)?;
        let commits: Vec<&str> = commits.lines().collect();
        let [only] = commits.as_slice() else {
            return Ok(match commits.is_empty() {
                true => BranchContent::Nothing,
                false => BranchContent::Foreign,
            });
        };
        let text = self.git(
            &[
                "show",
                "--no-patch",
                "--no-show-signature",
                "--format=%T%n%ae%n%ce%n%B",
                only,
            ],
            None,
        )?;
        let mut lines = text.lines();
        let (tree, author, committer) = (lines.next(), lines.next(), lines.next());
        let trailer = |name: &str| {
            let mut found = text.lines().filter_map(|line| line.strip_prefix(name));
            found.next_back().map(str::trim)
        };
        let is_own = author == Some(IDENTITY.1) && committer == Some(IDENTITY.1) && tree == trailer(TREE);
        Ok(match trailer(KEY).filter(|_| is_own) {
            Some(key) => BranchContent::Own(key.to_owned()),
            None => BranchContent::Foreign,
        })
    }

    /// Make a commit on top of HEAD, with a key to recognise it by. Its name is returned.
    ///
    /// # Errors
    /// When a file is not as in HEAD, or git fails.
    pub fn commit(&self, files: &[CommittedFile<'_>], message: &str, key: &str) -> Result<String, Error> {
        let folder = tempfile::tempdir().map_err(BranchError::Start)?;
        let index = folder.path().join("index");
        let index = [("GIT_INDEX_FILE", index.as_os_str())];
        self.run(&["read-tree", "HEAD"], &index, None)?;
        let mut rows = String::new();
        for file in files {
            let row = self.git(&["ls-tree", "-z", "--full-tree", "HEAD", "--", file.path], None)?;
            let mut words = row.split(['\t', ' ']);
            let (mode, object) = (words.next().unwrap_or_default(), words.nth(1).unwrap_or_default());
            let before = self.git(&["hash-object", "--stdin"], Some(file.before.as_bytes()))?;
            if before.trim() != object || !matches!(mode, "100644" | "100755") {
                return Err(BranchError::NotCommitted(file.path.to_owned()).into());
            }
            let after = self.git(&["hash-object", "-w", "--stdin"], Some(file.after.as_bytes()))?;
            rows.push_str(&format!("{mode} {}\t{}\0", after.trim(), file.path));
        }
        self.run(
            &["update-index", "-z", "--index-info"],
            &index,
            Some(rows.as_bytes()),
        )?;
        let tree = self.run(&["write-tree"], &index, None)?;
        let tree = tree.trim();
        let message = format!("{message}\n\n{TREE}{tree}\n{KEY}{key}\n");
        let commit = self.git(
            &["commit-tree", tree, "-p", "HEAD", "-F", "-"],
            Some(message.as_bytes()),
        )?;
        Ok(commit.trim().to_owned())
    }

    /// Push a commit to a branch, which must be at the commit `before`, or must not exist.
    ///
    /// # Errors
    /// When git fails, for example because the branch has changed since then.
    pub fn push(&self, commit: &str, branch: &str, before: Option<&str>) -> Result<(), Error> {
        let lease = format!(
            "--force-with-lease=refs/heads/{branch}:{}",
            before.unwrap_or_default()
        );
        let target = format!("{commit}:refs/heads/{branch}");
        let push = [
            "push",
            "--quiet",
            "--no-verify",
            "--no-follow-tags",
            "--recurse-submodules=no",
        ];
        let rest = [lease.as_str(), self.remote.as_str(), target.as_str()];
        self.git(&[&push[..], &rest].concat(), None).map(drop)
    }

    fn git(&self, arguments: &[&str], input: Option<&[u8]>) -> Result<String, Error> {
        self.run(arguments, &[], input)
    }

    /// Run git, and return its output.
    fn run(
        &self,
        arguments: &[&str],
        variables: &[(&str, &std::ffi::OsStr)],
        input: Option<&[u8]>,
    ) -> Result<String, Error> {
        let output = self.start(arguments, variables, input)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let command = arguments.first().copied().unwrap_or_default().to_owned();
        let why = first_line(&output.stderr);
        Err(BranchError::Git { command, why }.into())
    }

    fn start(
        &self,
        arguments: &[&str],
        variables: &[(&str, &std::ffi::OsStr)],
        input: Option<&[u8]>,
    ) -> Result<Output, Error> {
        let mut command = Command::new(&self.program);
        git::isolate(&mut command, &self.top)
            .args(["-c", "commit.gpgSign=false", "-c", "push.gpgSign=false"])
            .args(arguments)
            .env("GIT_AUTHOR_NAME", IDENTITY.0)
            .env("GIT_AUTHOR_EMAIL", IDENTITY.1)
            .env("GIT_COMMITTER_NAME", IDENTITY.0)
            .env("GIT_COMMITTER_EMAIL", IDENTITY.1)
            .env("GIT_LITERAL_PATHSPECS", "1");
        for name in OBJECT_VARIABLES {
            command.env_remove(name);
        }
        command.envs(variables.iter().copied());
        log::debug!("git {}", arguments.first().unwrap_or(&""));
        run_with_input(command, input).map_err(|error| BranchError::Start(error).into())
    }
}

/// The trailers of a commit: the tree that it was made with, and its key.
const TREE: &str = "Chub-Lint-Tree: ";
const KEY: &str = "Chub-Lint-Key: ";

/// Run a program with a text on its standard input.
///
/// # Errors
/// When it cannot be started.
pub fn run_with_input(mut command: Command, input: Option<&[u8]>) -> std::io::Result<Output> {
    let stdin = if input.is_some() {
        Stdio::piped()
    } else {
        Stdio::null()
    };
    let mut child = command
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdin = child.stdin.take();
    std::thread::scope(|scope| {
        if let (Some(mut stdin), Some(input)) = (stdin, input) {
            // A program that ends early does not read all of it; its exit code says why.
            scope.spawn(move || stdin.write_all(input));
        }
        child.wait_with_output()
    })
}

/// The first line that a program wrote, without the user and the password of an address.
#[must_use]
pub fn first_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or("no reason given");
    let line = line.strip_prefix("fatal: ").unwrap_or(line);
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after
            .find(|c: char| c == '/' || c.is_whitespace() || "'\"`".contains(c))
            .unwrap_or(after.len());
        let user = after
            .get(..end)
            .and_then(|host| host.rfind('@'))
            .map_or(0, |at| at + 1);
        rest = after.get(user..).unwrap_or_default();
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_no_password() {
        assert_eq!(
            first_line(b"\nfatal: unable to access 'https://me:token@host/a@b/': 403\nmore"),
            "unable to access 'https://host/a@b/': 403"
        );
        assert_eq!(first_line(b""), "no reason given");
        assert_eq!(
            first_line("ssh://u@h http://a:b@c d".as_bytes()),
            "ssh://h http://c d"
        );
    }
}
