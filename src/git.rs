//! The I/O module for git: reads the repository of the working folder at a commit.
//!
//! `git` is used only to read objects. `rev-parse`, `merge-base`, `ls-tree` and `cat-file` look at neither the work
//! tree nor the index, so that attributes, filters, hooks, file monitors, text conversions and excludes of a pull
//! request have no effect. Differences from a commit are found by hashing the files in this module. The repository is
//! the one whose `.git` is at or above the working folder. It is passed to git explicitly, so that a bare repository
//! that was committed inside a hub is never discovered. Nothing is fetched, not even from a partial clone.
//!
//! The alternative is a library that reads objects without a program (gix). It would add 62 crates and parse packs in
//! this process, while these git commands start no other program.

#![expect(clippy::disallowed_methods, reason = "the I/O module for git")]

use crate::error::{Error, ModuleError};
use crate::hub::FileKind;
use crate::safe_path;
use crate::timing::Timer;
use rayon::prelude::*;
use sha1::{Digest, Sha1};
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The maximum size of an object in bytes.
const MAX_BLOB: u64 = 16 << 20;
/// Variables that select another repository, index or work tree. `pre-commit` and git hooks set some of them.
const VARIABLES: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_LITERAL_PATHSPECS",
    "GIT_TRACE",
    "GIT_TRACE2",
];

const PROTOCOLS: &[&str] = &["file", "git", "ssh", "http", "https", "ext"];

/// Errors in the base to compare with.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// A rule that needs a base is selected, and no commit is given.
    #[error("--select {0}: there is no base to compare with; add `--since REF`, a branch, tag or commit")]
    NoBase(String),
    /// The given commit cannot be used.
    #[error("--since {reference}: {why}")]
    Since {
        /// The reference.
        reference: String,
        /// The reason, from this module or from git.
        why: String,
    },
}

impl ModuleError for GitError {}

impl GitError {
    fn since(reference: &str, why: impl Into<String>) -> Error {
        let (reference, why) = (reference.to_owned(), why.into());
        Self::Since { reference, why }.into()
    }
}

/// The error for a rule that needs a base, in a run without one.
#[must_use]
pub fn missing_base(rule: &str) -> Error {
    GitError::NoBase(rule.to_owned()).into()
}

/// A commit to compare with.
#[derive(Clone, Debug)]
pub struct BaseCommit {
    /// The folder of the work tree.
    top: PathBuf,
    /// The path of the git program.
    program: PathBuf,
    /// The commit of the reference: its config, baseline and ignore files are used.
    commit: String,
    /// The merge base: files are compared with this commit.
    merge_base: String,
    written: String,
}

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// The name of the object: the hash of the content.
    object: String,
    /// Whether it is a symbolic link, whose object holds the target.
    is_link: bool,
}

impl BaseCommit {
    /// Resolve a reference to its commit and its merge base with `HEAD`. Comparing with the merge base ignores later
    /// changes by others on `reference`.
    ///
    /// # Errors
    /// When there is no git, no repository at or above the working folder, no such reference, or no common history (as
    /// in a shallow clone).
    pub fn find(cwd: &Path, reference: &str) -> Result<Self, Error> {
        let wrong = |why: String| GitError::since(reference, why);
        if reference.is_empty() || reference.starts_with('-') {
            return Err(wrong("is not a branch, tag or commit".to_owned()));
        }
        let top = safe_path::repository_root(cwd).ok_or_else(|| {
            wrong(format!(
                "`{}` is not in a git repository; run chub-lint in the repository of the hub",
                cwd.display()
            ))
        })?;
        let program = safe_path::find_program("git", &[&top, cwd]).ok_or_else(|| {
            wrong("there is no `git` on the path outside of the checkout; install it".to_owned())
        })?;
        let mut base = Self {
            top,
            program,
            commit: String::new(),
            merge_base: String::new(),
            written: reference.to_owned(),
        };
        let commit = format!("{reference}^{{commit}}");
        let found = base.git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
        if !found.status.success() {
            let head = base.git(&["rev-parse", "--git-dir"])?;
            return Err(wrong(if head.status.success() {
                "no such branch, tag or commit in this clone".to_owned()
            } else {
                stderr_text(&head)
            }));
        }
        base.commit = line(&found);
        let start = base.git(&["merge-base", &base.commit, "HEAD"])?;
        if !start.status.success() {
            return Err(wrong(
                "has no history in common with HEAD; deepen a shallow clone (`fetch-depth: 0`)".to_owned(),
            ));
        }
        base.merge_base = line(&start);
        log::debug!(
            "base {} is commit {}; files are compared with {}, where the work since then began",
            base.written,
            base.commit,
            base.merge_base
        );
        Ok(base)
    }

    /// The folder of the repository.
    #[must_use]
    pub fn repository_root(&self) -> &Path {
        &self.top
    }

    /// The reference as the user wrote it.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.written
    }

    /// Whether a folder is in the repository.
    #[must_use]
    pub fn contains(&self, folder: &Path) -> bool {
        folder.starts_with(&self.top)
    }

    /// The files below a folder that differ from the merge base, with deleted and new ones. Paths are relative to the
    /// folder, with forward slashes. For files that `is_read` names the old text is included.
    ///
    /// `files` are the files that are in the folder now. A file differs when its bytes differ, except for Windows line
    /// endings in place of Unix ones, because git may convert them.
    ///
    /// # Errors
    /// When git fails, or the folder is not in the repository of the working folder.
    pub fn changes(
        &self,
        folder: &Path,
        files: &BTreeMap<String, FileKind>,
        is_read: impl Fn(&str) -> bool,
    ) -> Result<BTreeMap<String, Option<String>>, Error> {
        let before = self.tree(&self.merge_base, folder)?;
        let now: Vec<(&String, &FileKind)> = files
            .iter()
            .filter(|(_, kind)| **kind != FileKind::Folder)
            .collect();
        let mut changed: BTreeSet<&String> = now
            .par_iter()
            .filter(|(path, kind)| {
                before
                    .get(*path)
                    .is_none_or(|entry| !is_same(&folder.join(path), **kind, entry))
            })
            .map(|(path, _)| *path)
            .collect();
        // The hub lists only the files of its authors, so other files are not reported as deleted.
        let author = |path: &str| path.split_once('/').map(|(author, _)| author.to_owned());
        let gone = before
            .keys()
            .filter(|path| !files.contains_key(*path))
            .filter(|path| author(path).is_some_and(|author| files.contains_key(&author)));
        changed.extend(gone);
        let mut wanted: Vec<&str> = changed
            .iter()
            .filter(|path| is_read(path))
            .filter_map(|path| Some(before.get(*path)?.object.as_str()))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let texts = self.blobs(&wanted)?;
        let text = |path: &String| {
            let entry = before.get(path).filter(|_| is_read(path))?;
            texts.get(entry.object.as_str()).cloned()
        };
        Ok(changed
            .into_iter()
            .map(|path| (path.clone(), text(path)))
            .collect())
    }

    /// The text of a file at the reference; `None` when it does not exist or is not text. The path is absolute.
    ///
    /// # Errors
    /// When git fails, or the file is not in the repository of the working folder.
    pub fn text(&self, path: &Path) -> Result<Option<String>, Error> {
        self.text_at(&self.commit, path)
    }

    /// The text of a file at the merge base; as [`BaseCommit::text`].
    ///
    /// # Errors
    /// As [`BaseCommit::text`].
    pub fn text_at_merge_base(&self, path: &Path) -> Result<Option<String>, Error> {
        self.text_at(&self.merge_base, path)
    }

    /// The nearest file with a name at or above a folder at the reference, with its text.
    ///
    /// # Errors
    /// As [`BaseCommit::text`].
    pub fn find_upwards(&self, folder: &Path, name: &str) -> Result<Option<(PathBuf, String)>, Error> {
        for above in folder.ancestors().filter(|above| above.starts_with(&self.top)) {
            let path = above.join(name);
            if let Some(text) = self.text(&path)? {
                return Ok(Some((path, text)));
            }
        }
        Ok(None)
    }

    /// The ignore files below and above a folder at the reference, by absolute path, with their texts.
    ///
    /// # Errors
    /// As [`BaseCommit::text`].
    pub fn ignore_files(&self, folder: &Path) -> Result<BTreeMap<PathBuf, String>, Error> {
        let is_ignore_file = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or_default();
            matches!(name, ".gitignore" | ".ignore")
        };
        let tree = self.tree(&self.commit, folder)?;
        let objects: BTreeMap<&str, &str> = tree
            .iter()
            .filter(|(path, _)| is_ignore_file(path))
            .map(|(path, entry)| (path.as_str(), entry.object.as_str()))
            .collect();
        let names: BTreeSet<&str> = objects.values().copied().collect();
        let texts = self.blobs(&names.into_iter().collect::<Vec<_>>())?;
        let mut files = BTreeMap::new();
        for (path, object) in objects {
            if let Some(text) = texts.get(object) {
                files.insert(folder.join(path), text.clone());
            }
        }
        for above in folder.ancestors().skip(1).filter(|a| a.starts_with(&self.top)) {
            for name in [".gitignore", ".ignore"] {
                let path = above.join(name);
                if let Some(text) = self.text(&path)? {
                    files.insert(path, text);
                }
            }
        }
        Ok(files)
    }

    /// Whether a file differs from the reference and from the merge base.
    ///
    /// # Errors
    /// As [`BaseCommit::text`].
    pub fn differs(&self, path: &Path) -> Result<bool, Error> {
        for commit in [&self.commit, &self.merge_base] {
            let object = self.object(commit, path)?;
            if object.is_some_and(|object| {
                is_same(
                    path,
                    FileKind::File,
                    &TreeEntry {
                        object,
                        is_link: false,
                    },
                )
            }) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The object at a path in a commit.
    fn object(&self, commit: &str, path: &Path) -> Result<Option<String>, Error> {
        let object = format!("{commit}:{}", self.inside(path)?);
        let found = self.git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &object])?;
        Ok(found.status.success().then(|| line(&found)))
    }

    fn text_at(&self, commit: &str, path: &Path) -> Result<Option<String>, Error> {
        match self.object(commit, path)? {
            Some(object) => Ok(self.blobs(&[&object])?.remove(&object)),
            None => Ok(None),
        }
    }

    /// The files of a commit below a folder, by path relative to the folder.
    fn tree(&self, commit: &str, folder: &Path) -> Result<BTreeMap<String, TreeEntry>, Error> {
        let Some(tree) = self.object(commit, folder)? else {
            return Ok(BTreeMap::new());
        };
        let output = self.git(&["ls-tree", "-r", "-z", "--full-tree", &tree])?;
        if !output.status.success() {
            return Err(self.wrong(&stderr_text(&output)));
        }
        let rows = output.stdout.split(|byte| *byte == 0).filter_map(|row| {
            let row = String::from_utf8_lossy(row);
            let (meta, path) = row.split_once('\t')?;
            let mut words = meta.split(' ');
            let is_link = words.next() == Some("120000");
            // The tree has only the commit of a submodule and not its files.
            let object = words.next().filter(|kind| *kind == "blob").and(words.next())?;
            let object = object.to_owned();
            Some((path.to_owned(), TreeEntry { object, is_link }))
        });
        Ok(rows.collect())
    }

    /// A path relative to the root of the repository, with forward slashes.
    fn inside(&self, path: &Path) -> Result<String, Error> {
        path_inside(&self.top, path).ok_or_else(|| {
            self.wrong(&format!(
                "`{}` is not in the repository of the working folder, `{}`",
                path.display(),
                self.top.display()
            ))
        })
    }

    /// The texts of some objects, by name. Those that are not UTF-8 or are too large for a document are left out.
    fn blobs(&self, objects: &[&str]) -> Result<BTreeMap<String, String>, Error> {
        let mut texts = BTreeMap::new();
        if objects.is_empty() {
            return Ok(texts);
        }
        let failed = |error: std::io::Error| self.wrong(&format!("`git` failed: {error}"));
        let mut child = self
            .command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| self.wrong(&cannot_run(&error)))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (Some(mut stdin), Some(stdout)) = (stdin, stdout) else {
            return Err(self.wrong("`git` has no pipes"));
        };
        let names: String = objects.iter().map(|object| format!("{object}\n")).collect();
        let result = std::thread::scope(|scope| {
            // git writes output while it reads input, and blocks when its output is not read.
            scope.spawn(move || stdin.write_all(names.as_bytes()));
            let mut reader = BufReader::new(stdout);
            objects
                .iter()
                .try_for_each(|object| self.blob(object, &mut reader, &mut texts))
        });
        // After an error the output is not read, so git may block on a full pipe.
        if result.is_err() {
            let _ = child.kill();
        }
        child.wait().map_err(failed)?;
        result.map(|()| texts)
    }

    /// Read one answer of `cat-file --batch`: `OBJECT TYPE SIZE`, the bytes, a line feed.
    fn blob(
        &self,
        object: &str,
        reader: &mut impl BufRead,
        texts: &mut BTreeMap<String, String>,
    ) -> Result<(), Error> {
        let failed = |error: std::io::Error| self.wrong(&format!("`git` failed: {error}"));
        let mut head = String::new();
        reader.take(1_000).read_line(&mut head).map_err(failed)?;
        let size = head
            .trim_end()
            .rsplit(' ')
            .next()
            .and_then(|n| n.parse::<u64>().ok());
        let Some(size) = size else {
            return Err(self.wrong(
                "this clone does not have all files of that commit; fetch them first (a clone without `--filter`)",
            ));
        };
        // A folder or a submodule in place of a file has no text.
        if size > MAX_BLOB || !head.contains(" blob ") {
            std::io::copy(&mut reader.take(size + 1), &mut std::io::sink()).map_err(failed)?;
            return Ok(());
        }
        let mut bytes = Vec::new();
        reader.take(size + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 != size + 1 {
            return Err(self.wrong("`git` ended early"));
        }
        bytes.pop();
        if let Ok(text) = String::from_utf8(bytes) {
            texts.insert(object.to_owned(), text);
        }
        Ok(())
    }

    fn git(&self, arguments: &[&str]) -> Result<Output, Error> {
        let timer = Timer::start();
        let output = self
            .command(arguments)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| self.wrong(&cannot_run(&error)))?;
        let command = arguments.first().unwrap_or(&"");
        log::debug!("git {command}: {}, {timer}", output.status);
        Ok(output)
    }

    /// `git` for this repository only.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        isolate(&mut command, &self.top)
            // None of the commands uses the network. This disables it in any case.
            .args(["-c", "protocol.allow=never"])
            // A key for one protocol has precedence over the key for all.
            .args(
                PROTOCOLS
                    .iter()
                    .flat_map(|name| ["-c".to_owned(), format!("protocol.{name}.allow=never")]),
            )
            .args(arguments)
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_OPTIONAL_LOCKS", "0");
        command
    }

    fn wrong(&self, why: &str) -> Error {
        GitError::since(&self.written, why)
    }
}

/// Make `git` run for one repository, whatever the environment selects: no hook, file monitor or attributes of the machine,
/// no pager and no question. The arguments of the command are still to be added.
pub fn isolate<'a>(command: &'a mut Command, top: &Path) -> &'a mut Command {
    command
        .current_dir(top)
        .arg("--git-dir")
        .arg(top.join(".git"))
        .args(["--no-pager", "--no-replace-objects"])
        .args(["-c", "safe.bareRepository=explicit"])
        .args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"])
        .args(["-c", "core.attributesFile=/dev/null"])
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C");
    for name in VARIABLES {
        command.env_remove(name);
    }
    command
}

/// The path of a file from the root of its repository, with forward slashes; `None` when it is outside.
#[must_use]
pub fn path_inside(top: &Path, path: &Path) -> Option<String> {
    let relative = path.strip_prefix(top).ok()?;
    let parts: Vec<_> = relative
        .components()
        .filter(|part| matches!(part, Component::Normal(_)))
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    Some(parts.join("/"))
}

fn cannot_run(error: &std::io::Error) -> String {
    format!("`git` cannot be run: {error}")
}

/// Whether a file has the content of a git object. A file that cannot be read differs.
fn is_same(path: &Path, kind: FileKind, entry: &TreeEntry) -> bool {
    if entry.is_link != matches!(kind, FileKind::Symlink | FileKind::Escape) {
        return false;
    }
    let bytes = match kind {
        FileKind::File => std::fs::read(path),
        FileKind::Symlink | FileKind::Escape => {
            std::fs::read_link(path).map(|target| target.into_os_string().into_encoded_bytes())
        }
        FileKind::Folder | FileKind::Other => return false,
    };
    let Ok(bytes) = bytes else { return false };
    let hashed = |bytes: &[u8]| match entry.object.len() {
        // Newer repositories may hash with SHA-256 (gitformat-hash-function-transition).
        64 => hash::<Sha256>(bytes),
        _ => hash::<Sha1>(bytes),
    };
    if hashed(&bytes) == entry.object {
        return true;
    }
    let unix = unix_line_ends(&bytes);
    unix.is_some_and(|unix| hashed(&unix) == entry.object)
}

/// The object name that git computes for the content of a file: the hash of `blob SIZE`, a zero byte and the content.
fn hash<D: Digest>(bytes: &[u8]) -> String {
    let mut hash = D::new();
    hash.update(format!("blob {}\0", bytes.len()));
    hash.update(bytes);
    hash.finalize().iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The bytes with `\n` for each `\r\n`; `None` when there is no `\r\n`.
fn unix_line_ends(bytes: &[u8]) -> Option<Vec<u8>> {
    memchr::memmem::find(bytes, b"\r\n")?;
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memmem::find(rest, b"\r\n") {
        out.extend_from_slice(rest.get(..at)?);
        rest = rest.get(at + 1..)?;
    }
    out.extend_from_slice(rest);
    Some(out)
}

/// What a command wrote, without the line break at its end.
#[must_use]
pub fn line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The error message of git, without its prefix.
fn stderr_text(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().next().unwrap_or("git failed");
    line.strip_prefix("fatal: ").unwrap_or(line).to_owned()
}
