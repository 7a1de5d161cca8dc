//! The shell steps of the GitHub action, run as the runner runs them: everything comes from the environment.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A machine that runs a job: its folder, with a `bin` that comes first on the path.
struct Runner {
    folder: TempDir,
}

impl Runner {
    fn new() -> Self {
        let runner = Self {
            folder: TempDir::new().unwrap(),
        };
        fs::create_dir(runner.path("bin")).unwrap();
        fs::create_dir(runner.path("temp")).unwrap();
        runner
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program of the machine.
    fn program(&self, name: &str, script: &str) {
        let path = self.path("bin").join(name);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn has_chub_lint(&self) {
        let program = env!("CARGO_BIN_EXE_chub-lint");
        std::os::unix::fs::symlink(program, self.path("bin/chub-lint")).unwrap();
    }

    /// Run a step with its inputs; what it writes for the runner is in `output`, `summary` and `path`.
    fn step(&self, script: &str, inputs: &[(&str, &str)]) -> Output {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = format!(
            "{}:{}",
            self.path("bin").display(),
            std::env::var("PATH").unwrap()
        );
        Command::new("bash")
            .arg(root.join(".github/action").join(script))
            .current_dir(root.join("fixtures"))
            .env("PATH", path)
            .env("RUNNER_TEMP", self.path("temp"))
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .env("GITHUB_PATH", self.path("path"))
            .env("CHUB_LINT_SOURCE", root)
            .env("CHUB_LINT_REPOSITORY", "owner/chub-lint")
            .env("CHUB_LINT_OFFLINE", "1")
            .env("CHUB_LINT_CACHE_DIR", self.path("cache"))
            .envs(inputs.iter().copied())
            .output()
            .unwrap()
    }

    fn check(&self, inputs: &[(&str, &str)]) -> Output {
        let usual = [
            ("CHUB_LINT_PATHS", "broken"),
            ("CHUB_LINT_ARGS", ""),
            ("CHUB_LINT_SINCE", ""),
            ("CHUB_LINT_ANNOTATIONS", "true"),
            ("CHUB_LINT_SUMMARY", "true"),
        ];
        self.step("check.sh", &[&usual, inputs].concat())
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn findings_are_shown_everywhere_before_the_job_fails() {
    let runner = Runner::new();
    runner.has_chub_lint();
    let output = runner.check(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("::error file=fixtures/broken/"));
    assert!(runner.read("summary").starts_with("## chub-lint"));
    let sarif = runner.path("temp/chub-lint.sarif");
    assert_eq!(
        runner.read("output"),
        format!("exit-code=1\nsarif={}\n", sarif.display())
    );
    let log: serde_json::Value = serde_json::from_slice(&fs::read(sarif).unwrap()).unwrap();
    assert_eq!(log["version"], "2.1.0");
}

#[test]
fn inputs_are_words_and_never_commands() {
    let runner = Runner::new();
    runner.has_chub_lint();
    let output = runner.check(&[
        ("CHUB_LINT_PATHS", "hub\n\n$(touch pwned)"),
        ("CHUB_LINT_ARGS", "--fail-on never ; touch pwned *"),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(runner.read("output"), "exit-code=2\n");
    assert!(
        !Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures/pwned")
            .exists()
    );
    let output = runner.check(&[("CHUB_LINT_PATHS", "\n")]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr), "`paths` is empty\n");
}

#[test]
fn what_the_inputs_leave_out_is_not_there() {
    let runner = Runner::new();
    runner.has_chub_lint();
    let output = runner.check(&[
        ("CHUB_LINT_PATHS", "hub"),
        ("CHUB_LINT_ARGS", "--fail-on never"),
        ("CHUB_LINT_ANNOTATIONS", "false"),
        ("CHUB_LINT_SUMMARY", "false"),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(runner.read("output").starts_with("exit-code=0\n"));
    assert_eq!(runner.read("summary"), "");
}

#[test]
fn the_program_that_is_there_is_used_when_asked_for() {
    let runner = Runner::new();
    let installed = [("CHUB_LINT_VERSION", "installed")];
    runner.has_chub_lint();
    let output = runner.step("install.sh", &installed);
    assert_eq!(
        text(&output.stdout),
        concat!("chub-lint ", env!("CARGO_PKG_VERSION"), "\n")
    );
    for version in ["latest", "v1", "v1.2.3/../../x", "v1.2.3;id"] {
        let output = runner.step("install.sh", &[("CHUB_LINT_VERSION", version)]);
        assert_eq!(output.status.code(), Some(2), "{version}");
    }
}

/// A release: `curl` gives what lies in the folder of the release, and notes the address.
fn release(runner: &Runner) {
    let folder = runner.path("release");
    fs::create_dir(&folder).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_chub-lint"), folder.join("chub-lint")).unwrap();
    runner.program(
        "uname",
        "#!/bin/sh\ncase $1 in -s) echo Linux ;; *) echo x86_64 ;; esac\n",
    );
    // Any machine has the one or the other.
    runner.program("gh", "#!/bin/sh\nexit 0\n");
    runner.program(
        "curl",
        &format!(
            "#!/bin/bash\nset -e\ncd '{}'\nwhile [ $# -gt 0 ]; do\n  case $1 in\n    --output) to=$2; shift ;;\n    \
             https://*) echo \"$1\" >>asked; cp \"$(basename \"$1\")\" \"$to\" ;;\n  esac\n  shift\ndone\n",
            folder.display()
        ),
    );
    let pack = "tar -czf chub-lint-x86_64-unknown-linux-musl.tar.gz chub-lint\n\
        sum() { if command -v sha256sum >/dev/null; then sha256sum \"$@\"; else shasum -a 256 \"$@\"; fi; }\n\
        sum chub-lint-x86_64-unknown-linux-musl.tar.gz >chub-lint-x86_64-unknown-linux-musl.tar.gz.sha256\n";
    let packed = Command::new("bash")
        .args(["-ec", pack])
        .current_dir(folder)
        .status();
    assert!(packed.unwrap().success());
}

#[test]
fn a_release_is_downloaded_and_compared_with_its_checksum() {
    let runner = Runner::new();
    release(&runner);
    let version = [("CHUB_LINT_VERSION", "v1.2.3")];
    let output = runner.step("install.sh", &version);
    assert_eq!(
        text(&output.stdout),
        concat!("chub-lint ", env!("CARGO_PKG_VERSION"), "\n"),
        "{}",
        text(&output.stderr)
    );
    let base = "https://github.com/owner/chub-lint/releases/download/v1.2.3/chub-lint-x86_64-unknown-linux-musl.tar.gz";
    assert_eq!(runner.read("release/asked"), format!("{base}\n{base}.sha256\n"));
    assert!(runner.read("path").ends_with("/temp/chub-lint/bin\n"));
    // One byte more is another file.
    let archive = runner.path("release/chub-lint-x86_64-unknown-linux-musl.tar.gz");
    let mut bytes = fs::read(&archive).unwrap();
    bytes.push(0);
    fs::write(&archive, bytes).unwrap();
    let output = runner.step("install.sh", &version);
    assert_ne!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout), "");
}
