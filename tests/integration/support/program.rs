//! The program on files in a folder of its own.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A valid skill but for one block of JSON.
pub const SKILL: &str = "---\nname: x\ndescription: \"Deploys a widget to the test cluster when it is built\"\nmetadata:\n  revision: 1\n  \
                         updated-on: \"2026-05-01\"\n  source: community\n  tags: \"widget\"\n---\n\n# Deploy\n\n\
                         ```json\n{\"a\": 1,}\n```\n";

/// A valid document but for one block of JSON.
pub const DOC: &str = "---\nname: kit\ndescription: \"How to start the kit server from Python programs\"\nmetadata:\n  \
                       languages: \"python\"\n  versions: \"2.1.0\"\n  package: none\n  revision: 1\n  updated-on: \"2026-05-01\"\n  \
                       source: community\n  tags: \"kit\"\n---\n\n# Kit\n\n```json\n{\"a\": 1,}\n```\n";

/// A folder with files.
pub struct Scene(TempDir);

/// What a run said.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Scene {
    /// Files of a folder. A path that ends with a slash is a folder, and one that ends with `/.git/` makes a repository
    /// of the folder above. The name decides the text: an entry, else what is after `=`.
    pub fn new(files: &[&str]) -> Self {
        let scene = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|file| scene.add(file));
        scene
    }

    pub fn add(&self, file: &str) {
        let (path, text) = match file.split_once('=') {
            Some((path, text)) => (path, text),
            None if file.ends_with("SKILL.md") => (file, SKILL),
            None => (file, DOC),
        };
        let full = self.path(path);
        if path.ends_with('/') {
            return fs::create_dir_all(full).unwrap();
        }
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Run without network, in a folder.
    pub fn run(&self, cwd: &str, args: &[&str]) -> Ran {
        self.run_with(cwd, args, "")
    }

    /// Run with a text on standard input. `CHUB_LINT_ATTACKS_PROGRAM` names another program.
    pub fn run_with(&self, cwd: &str, args: &[&str], input: &str) -> Ran {
        let program = std::env::var_os("CHUB_LINT_ATTACKS_PROGRAM");
        let program = program.unwrap_or_else(|| env!("CARGO_BIN_EXE_chub-lint").into());
        let mut child = Command::new(program)
            .args(args)
            .current_dir(self.path(cwd))
            .env("CHUB_LINT_OFFLINE", "1")
            .env("CHUB_LINT_CACHE_DIR", self.path("cache-of-the-test"))
            .env("NO_COLOR", "1")
            .env_remove("GITHUB_ACTIONS")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The program need not read it.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Each finding as `path rule severity`.
    #[track_caller]
    pub fn findings(&self, cwd: &str, args: &[&str]) -> Vec<String> {
        let ran = self.run(cwd, &[args, &["--output", "json"]].concat());
        let report: serde_json::Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{args:?}: {error}: {ran:?}"));
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let found = report["diagnostics"].as_array().unwrap().iter();
        found
            .map(|one| ["path", "rule", "severity"].map(|key| text(&one[key])).join(" "))
            .collect()
    }
}

/// Run the program of this build in any folder, without network.
pub fn chub_lint(root: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_chub-lint"))
        .args(args)
        .current_dir(root)
        .env("CHUB_LINT_OFFLINE", "1")
        .output()
        .unwrap()
}

/// Whether a path is there, from a folder.
pub fn opens(folder: &Path, path: &str) -> bool {
    folder.join(path).is_file()
}
