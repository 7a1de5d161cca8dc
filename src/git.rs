//! The door to git: which files changed since a commit, and what they said there.
//!
//! The `git` program is run with fixed arguments and no shell. What comes from outside (a reference, a path) can
//! neither be taken for an option nor make git run a program of the repository's own config.

#![expect(clippy::disallowed_methods, reason = "one of the doors to the world")]

use crate::document::Kind;
use crate::error::Error;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The rule that says nothing without a base.
pub const NEEDS_BASE: &str = "unbumped-revision";

/// The rule was asked for, and there is no base.
#[must_use]
pub fn no_base() -> Error {
    Error::Usage(format!(
        "--select {NEEDS_BASE}: there is no base to compare with; add `--since REF`, a branch, tag or commit"
    ))
}

/// A commit to compare a folder with.
#[derive(Clone, Debug)]
pub struct Base {
    folder: PathBuf,
    commit: String,
    written: String,
}

impl Base {
    /// The commit where the work since `reference` began: its merge base with `HEAD`, so that what others did on
    /// `reference` in the meantime does not count.
    ///
    /// # Errors
    /// No git, no repository, no such reference, or no common history (a shallow clone).
    pub fn find(folder: &Path, reference: &str) -> Result<Self, Error> {
        let wrong = |why: String| Error::Usage(format!("--since {reference}: {why}"));
        if reference.is_empty() || reference.starts_with('-') {
            return Err(wrong("is no branch, tag or commit".to_owned()));
        }
        let found = git(
            folder,
            &[
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &format!("{reference}^{{commit}}"),
            ],
        )
        .map_err(wrong)?;
        if !found.status.success() {
            let inside = git(folder, &["rev-parse", "--is-inside-work-tree"]).map_err(wrong)?;
            return Err(wrong(if inside.status.success() {
                "no such branch, tag or commit in this clone".to_owned()
            } else {
                said(&inside)
            }));
        }
        let commit = line(&found);
        let base = git(folder, &["merge-base", &commit, "HEAD"]).map_err(wrong)?;
        if !base.status.success() {
            return Err(wrong(
                "has no history in common with HEAD; a shallow clone has to be deepened (`fetch-depth: 0`)"
                    .to_owned(),
            ));
        }
        Ok(Self {
            folder: folder.to_path_buf(),
            commit: line(&base),
            written: reference.to_owned(),
        })
    }

    /// The files below the folder that differ from the base, deleted and untracked ones too: relative to the
    /// folder, with forward slashes.
    ///
    /// # Errors
    /// When git fails.
    pub fn changed_files(&self) -> Result<BTreeSet<String>, Error> {
        let diff = [
            "diff",
            "--name-only",
            "-z",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--relative",
            &self.commit,
            "--",
            ".",
        ];
        let untracked = ["ls-files", "-z", "--others", "--exclude-standard", "--", "."];
        let mut files = BTreeSet::new();
        for arguments in [&diff[..], &untracked[..]] {
            let output = self.run(arguments)?;
            let names = output
                .stdout
                .split(|byte| *byte == 0)
                .filter(|name| !name.is_empty());
            files.extend(names.map(|name| String::from_utf8_lossy(name).into_owned()));
        }
        Ok(files)
    }

    /// What a file (relative to the folder) said at the base; `None` when it was not there, or was no text.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn show(&self, path: &str) -> Result<Option<String>, Error> {
        let object = format!("{}:./{path}", self.commit);
        let output = git(&self.folder, &["cat-file", "blob", &object]).map_err(|why| self.wrong(&why))?;
        let text = output
            .status
            .success()
            .then(|| String::from_utf8(output.stdout).ok());
        Ok(text.flatten())
    }

    /// The changed files, with what entries among them said at the base.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn texts(&self, changed: BTreeSet<String>) -> Result<BTreeMap<String, Option<String>>, Error> {
        let text = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or_default();
            if Kind::of(name).is_entry() {
                self.show(path)
            } else {
                Ok(None)
            }
        };
        let row = |path: String| text(&path).map(|text| (path, text));
        changed.into_iter().map(row).collect()
    }

    fn run(&self, arguments: &[&str]) -> Result<Output, Error> {
        let output = git(&self.folder, arguments).map_err(|why| self.wrong(&why))?;
        if output.status.success() {
            return Ok(output);
        }
        Err(self.wrong(&said(&output)))
    }

    fn wrong(&self, why: &str) -> Error {
        Error::Usage(format!("--since {}: {why}", self.written))
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Output, String> {
    Command::new("git")
        .arg("-C")
        .arg(folder)
        // A repository may name a program to run here; we are only asking.
        .args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"])
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("`git` cannot be run: {error}"))
}

fn line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// git's own reason, without its prefix.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().next().unwrap_or("git failed");
    line.strip_prefix("fatal: ").unwrap_or(line).to_owned()
}
