//! The shell steps of the GitHub action, run as the runner runs them: all input is in the environment.

#![cfg(unix)]

mod hostile;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

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

    /// Run a step with its inputs. Its output for the runner is in `output`, `summary` and `path`.
    fn step(&self, script: &str, inputs: &[(&str, &str)]) -> Output {
        self.step_in(&root().join("fixtures"), &root(), script, inputs)
    }

    /// Run a step of the action in `source`, with `checkout` as the working folder.
    fn step_in(&self, checkout: &Path, source: &Path, script: &str, inputs: &[(&str, &str)]) -> Output {
        let path = format!(
            "{}:{}",
            self.path("bin").display(),
            std::env::var("PATH").unwrap()
        );
        let shell = self.shell(script);
        let mut command = Command::new(&shell[0]);
        command.args(&shell[1..]).current_dir(checkout).env_clear();
        // Keep only the variables that a runner has too: `cargo test` sets variables that hide those of a checkout.
        for name in ["HOME", "CARGO_HOME", "RUSTUP_HOME"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command
            .env("PATH", path)
            .env("RUNNER_TEMP", self.path("temp"))
            .env("GITHUB_WORKSPACE", checkout)
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .env("GITHUB_PATH", self.path("path"))
            .env("GITHUB_EVENT_NAME", "pull_request")
            .env("CHUB_LINT_SOURCE", source)
            .env("CHUB_LINT_REPOSITORY", "owner/chub-lint")
            .env("CHUB_LINT_CACHE_DIR", self.path("cache"))
            .env("GH_TOKEN", "token-of-the-job")
            .envs(inputs.iter().copied())
            .output()
            .unwrap()
    }

    /// The command line of a step, as the runner makes it from `shell` and `run` in action.yml.
    fn shell(&self, script: &str) -> Vec<String> {
        let action = fs::read_to_string(root().join("action.yml")).unwrap();
        let run = |line: &&str| line.contains(script);
        let at = action.lines().position(|line| run(&line)).unwrap();
        let step: Vec<_> = action.lines().take(at + 1).collect();
        let value = |key: &str| {
            let line = step.iter().rev().find_map(|line| line.trim().strip_prefix(key));
            line.unwrap().to_owned()
        };
        let file = self.path("temp/step.sh");
        fs::write(&file, value("run: ")).unwrap();
        let shell = match value("shell: ").as_str() {
            "bash" => "bash --noprofile --norc -e -o pipefail {0}".to_owned(),
            other => other.to_owned(),
        };
        let shell = shell.replace("{0}", file.to_str().unwrap());
        shell.split(' ').map(str::to_owned).collect()
    }

    fn check(&self, inputs: &[(&str, &str)]) -> Output {
        let program = self.path("bin/chub-lint");
        let usual = [
            ("CHUB_LINT_PROGRAM", program.to_str().unwrap()),
            ("CHUB_LINT_PATHS", "broken"),
            ("CHUB_LINT_ARGS", ""),
            ("CHUB_LINT_SINCE", ""),
            ("CHUB_LINT_ACTION_OFFLINE", "auto"),
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
    let output = runner.read("output");
    let sarif = output.strip_prefix("exit-code=1\nsarif=").unwrap().trim_end();
    assert!(Path::new(sarif).starts_with(runner.path("temp")), "{sarif}");
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
    assert_eq!(text(&output.stderr), "error: `paths` is empty\n");
}

#[test]
fn incomplete_results_are_not_uploaded() {
    let runner = Runner::new();
    runner.has_chub_lint();
    let output = runner.check(&[
        ("CHUB_LINT_ARGS", "--fail-on-unchecked"),
        ("CHUB_LINT_ACTION_OFFLINE", "true"),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(runner.read("output"), "exit-code=2\n");
    assert!(runner.read("summary").starts_with("## chub-lint"));
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

/// A release: `curl` returns files of the release folder and records the address; `gh` has one archive.
fn release(runner: &Runner) {
    let folder = runner.path("release");
    fs::create_dir(&folder).unwrap();
    // A small program that runs this one: to pack this one takes longer than all the rest.
    let program = env!("CARGO_BIN_EXE_chub-lint").replace('\'', "'\\''");
    let start = format!("#!/bin/sh\nexec '{program}' \"$@\"\n");
    fs::write(folder.join("chub-lint"), start).unwrap();
    fs::set_permissions(folder.join("chub-lint"), fs::Permissions::from_mode(0o755)).unwrap();
    runner.program(
        "uname",
        "#!/bin/sh\ncase $1 in -s) echo Linux ;; *) echo x86_64 ;; esac\n",
    );
    let there = folder.display();
    runner.program(
        "gh",
        &format!(
            "#!/bin/sh\nset -e\n[ \"$GH_TOKEN\" = token-of-the-job ]\ncmp -s \"$3\" '{there}/attested'\n\
             echo \"$@\" >>'{there}/verified'\n"
        ),
    );
    runner.program(
        "curl",
        &format!(
            "#!/bin/bash\nset -e\n[ -z \"$GH_TOKEN\" ]\ncd '{there}'\nwhile [ $# -gt 0 ]; do\n  case $1 in\n    \
             --output) to=$2; shift ;;\n    \
             https://*) echo \"$1\" >>asked; cp \"$(basename \"$1\")\" \"$to\" ;;\n  esac\n  shift\ndone\n"
        ),
    );
    let pack = "tar -czf chub-lint-x86_64-unknown-linux-musl.tar.gz chub-lint\n\
        cp chub-lint-x86_64-unknown-linux-musl.tar.gz attested\n\
        sum() { if command -v sha256sum >/dev/null; then sha256sum \"$@\"; else shasum -a 256 \"$@\"; fi; }\n\
        sum chub-lint-x86_64-unknown-linux-musl.tar.gz >chub-lint-x86_64-unknown-linux-musl.tar.gz.sha256\n";
    let packed = Command::new("bash")
        .args(["-ec", pack])
        .current_dir(folder)
        .status();
    assert!(packed.unwrap().success());
}

const RELEASE: &str = "https://github.com/owner/chub-lint/releases/download";
const ARCHIVE: &str = "chub-lint-x86_64-unknown-linux-musl.tar.gz";

#[test]
fn a_release_is_downloaded_and_its_attestation_verified() {
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
    assert_eq!(
        runner.read("release/asked"),
        format!("{RELEASE}/v1.2.3/{ARCHIVE}\n")
    );
    let verified = runner.read("release/verified");
    assert!(verified.ends_with(
        "--repo owner/chub-lint --signer-workflow owner/chub-lint/.github/workflows/release.yml \
         --source-ref refs/tags/v1.2.3 --deny-self-hosted-runners\n"
    ));
    let folder = runner.read("path");
    let program = format!("program={}/chub-lint\n", folder.trim_end());
    assert_eq!(runner.read("output"), program);
    // With one more byte it is another file, with a matching checksum file.
    let archive = runner.path("release").join(ARCHIVE);
    let mut bytes = fs::read(&archive).unwrap();
    bytes.push(0);
    fs::write(&archive, bytes).unwrap();
    let sum = "sha256sum \"$0\" >\"$0.sha256\"";
    let sum = Command::new("bash")
        .args(["-c", sum, ARCHIVE])
        .current_dir(runner.path("release"))
        .status();
    assert!(sum.is_ok());
    let output = runner.step("install.sh", &version);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "");
}

#[test]
fn the_action_takes_the_release_of_its_own_version() {
    let runner = Runner::new();
    release(&runner);
    let output = runner.step("install.sh", &[("CHUB_LINT_VERSION", "")]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        runner.read("release/asked"),
        format!("{RELEASE}/{version}/{ARCHIVE}\n")
    );
}

#[test]
fn a_release_that_cannot_be_verified_is_not_run() {
    let runner = Runner::new();
    release(&runner);
    runner.program("gh", "#!/bin/sh\nexit 1\n");
    let version = ("CHUB_LINT_VERSION", "v1.2.3");
    let output = runner.step("install.sh", &[version]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("is not valid"),
        "{}",
        text(&output.stderr)
    );
    for repository in ["", "owner", "owner/chub-lint/..", "owner/x?y", "owner\n/x"] {
        let output = runner.step("install.sh", &[version, ("CHUB_LINT_REPOSITORY", repository)]);
        assert_eq!(output.status.code(), Some(2), "{repository}");
    }
    assert_eq!(runner.read("path"), "");
}

#[test]
fn a_version_of_several_lines_is_no_command_of_the_runner() {
    let runner = Runner::new();
    let output = runner.step("install.sh", &[("CHUB_LINT_VERSION", "v1\n::add-mask::x\n")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!text(&output.stderr).contains("\n::"), "{}", text(&output.stderr));
}

#[test]
fn packages_are_looked_up_for_trusted_events_only() {
    let runner = Runner::new();
    runner.program("chub-lint", "#!/bin/sh\necho \"offline=$CHUB_LINT_OFFLINE\"\n");
    for (offline, event, expected) in [
        ("auto", "pull_request", "1"),
        ("auto", "pull_request_target", "1"),
        ("auto", "issue_comment", "1"),
        ("auto", "workflow_run", "1"),
        ("auto", "", "1"),
        ("auto", "push", ""),
        ("auto", "schedule", ""),
        ("auto", "workflow_dispatch", ""),
        ("true", "push", "1"),
        ("false", "pull_request", ""),
    ] {
        let output = runner.check(&[
            ("CHUB_LINT_ACTION_OFFLINE", offline),
            ("GITHUB_EVENT_NAME", event),
        ]);
        assert_eq!(
            text(&output.stdout),
            format!("offline={expected}\n"),
            "{offline} {event}"
        );
    }
    let output = runner.check(&[("CHUB_LINT_ACTION_OFFLINE", "yes")]);
    assert_eq!(output.status.code(), Some(2));
}
