//! The steps of the action in an untrusted checkout.

use super::{Runner, release, root, text};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

/// A pull request with a file for each tool that reads settings or programs from the working folder. All of them run
/// the same program, which writes a marker file.
struct Hostile {
    runner: Runner,
    checkout: PathBuf,
    source: PathBuf,
}

impl Hostile {
    fn new() -> Self {
        let runner = Runner::new();
        let checkout = runner.path("work/hub/hub");
        let marker = runner.path("marker");
        let script = format!("#!/bin/sh\necho \"$0 $*\" >>'{}'\nexit 1\n", marker.display());
        let file = |name: &str, text: &str| {
            let path = checkout.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        };
        let evil = checkout.join("evil").display().to_string();
        for program in [
            "bash",
            "sh",
            "env",
            "cat",
            "mktemp",
            "mkdir",
            "uname",
            "curl",
            "gh",
            "tar",
            "gzip",
            "git",
            "cargo",
            "rustc",
            "cc",
            "chub-lint",
            "rm",
        ] {
            file(&format!("evil/bin/{program}"), &script);
        }
        // The files that rustup needs in a toolchain.
        file("evil/lib/x", "");
        file(
            "evil/startup.sh",
            &format!("echo startup >>'{}'\n", marker.display()),
        );
        file(
            "rust-toolchain.toml",
            &format!("[toolchain]\npath = \"{evil}\"\n"),
        );
        let config = format!(
            "[build]\nrustc = \"{evil}/bin/rustc\"\nrustc-wrapper = \"{evil}/bin/rustc\"\n\
             [target.'cfg(all())']\nlinker = \"{evil}/bin/cc\"\n"
        );
        file(".cargo/config.toml", &config);
        file("evil/cargo-home/config.toml", &config);
        file(".curlrc", &format!("output = {}\n", marker.display()));
        file(".gitconfig", &format!("[core]\nfsmonitor = {evil}/bin/git\n"));
        file("content/acme/docs/widget/DOC.md", "---\nname: widget\n---\n");
        let source = runner.path("work/_actions/owner/chub-lint/v1.2.3");
        Self {
            runner,
            checkout,
            source,
        }
    }

    /// The action: its steps, and a program that builds fast.
    fn action_at(&self, source: &Path) {
        for folder in ["src", ".github/action"] {
            fs::create_dir_all(source.join(folder)).unwrap();
        }
        for script in fs::read_dir(root().join(".github/action")).unwrap() {
            let script = script.unwrap();
            let to = source.join(".github/action").join(script.file_name());
            fs::copy(script.path(), to).unwrap();
        }
        let package = "name = \"chub-lint\"\nversion = \"1.2.3\"\n";
        let manifest = format!("[package]\n{package}edition = \"2024\"\n[workspace]\n");
        fs::write(source.join("Cargo.toml"), manifest).unwrap();
        fs::write(
            source.join("Cargo.lock"),
            format!("version = 4\n[[package]]\n{package}"),
        )
        .unwrap();
        let main = "fn main() { println!(\"chub-lint 1.2.3\") }\n";
        fs::write(source.join("src/main.rs"), main).unwrap();
    }

    /// Variables that a careless job may have set to paths in its checkout.
    fn variables(&self) -> Vec<(&'static str, String)> {
        let evil = |name: &str| self.checkout.join("evil").join(name).display().to_string();
        let path = std::env::var("PATH").unwrap();
        let ours = self.runner.path("bin").display().to_string();
        let alias = self.runner.path("alias");
        let _ = std::os::unix::fs::symlink(self.checkout.join("evil/bin"), &alias);
        let function = format!("() {{ {} function; }}", evil("bin/sh"));
        vec![
            ("PATH", format!("evil/bin:{ours}:{path}")),
            ("PATH", format!("{}:{ours}:{path}", evil("bin"))),
            ("PATH", format!("{}:{ours}:{path}", alias.display())),
            ("BASH_ENV", evil("startup.sh")),
            ("ENV", evil("startup.sh")),
            ("SHELLOPTS", "xtrace".to_owned()),
            ("PS4", format!("$({} traced)", evil("bin/sh"))),
            ("BASH_FUNC_printf%%", function.clone()),
            ("BASH_FUNC_curl%%", function.clone()),
            ("BASH_FUNC_cargo%%", function),
            ("CDPATH", self.checkout.join("evil").display().to_string()),
            ("HOME", self.checkout.display().to_string()),
            ("CURL_HOME", self.checkout.display().to_string()),
            ("XDG_CONFIG_HOME", self.checkout.display().to_string()),
            ("GH_CONFIG_DIR", self.checkout.display().to_string()),
            (
                "GIT_CONFIG_GLOBAL",
                self.checkout.join(".gitconfig").display().to_string(),
            ),
            (
                "TAR_OPTIONS",
                format!("--checkpoint=1 --checkpoint-action=exec={}", evil("bin/sh")),
            ),
            ("GZIP", "--keep".to_owned()),
            ("RUSTC", evil("bin/rustc")),
            ("RUSTC_WRAPPER", evil("bin/rustc")),
            ("RUSTC_WORKSPACE_WRAPPER", evil("bin/rustc")),
            ("RUSTFLAGS", format!("-Clinker={}", evil("bin/cc"))),
            ("CARGO_ENCODED_RUSTFLAGS", format!("-Clinker={}", evil("bin/cc"))),
            ("CARGO_BUILD_RUSTC", evil("bin/rustc")),
            ("CARGO_BUILD_RUSTC_WRAPPER", evil("bin/rustc")),
            ("CARGO_BUILD_TARGET_DIR", evil("target")),
            ("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER", evil("bin/cc")),
            ("CARGO_HOME", evil("cargo-home")),
            ("RUSTUP_TOOLCHAIN", evil("")),
        ]
    }

    /// The variables in a few sets: each path separately, and all others together.
    fn environments(&self) -> Vec<Vec<(&'static str, String)>> {
        let (paths, others): (Vec<_>, Vec<_>) = self
            .variables()
            .into_iter()
            .partition(|(name, _)| *name == "PATH");
        let mut sets: Vec<_> = paths.into_iter().map(|path| vec![path]).collect();
        sets.push(others);
        sets
    }

    fn install(&self, source: &Path, inputs: &[(&str, &str)]) -> Output {
        let output = self.runner.step_in(&self.checkout, source, "install.sh", inputs);
        let marker = self.runner.read("marker");
        assert_eq!(marker, "", "{inputs:?}: {}", text(&output.stderr));
        output
    }
}

fn borrowed<'a>(set: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    set.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[test]
fn a_build_from_source_obeys_no_file_of_the_checkout() {
    let hostile = Hostile::new();
    hostile.action_at(&hostile.source);
    let output = hostile.install(&hostile.source, &[("CHUB_LINT_VERSION", "source")]);
    assert_eq!(
        text(&output.stdout),
        "chub-lint 1.2.3\n",
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_build_from_source_obeys_no_variable() {
    let hostile = Hostile::new();
    hostile.action_at(&hostile.source);
    let home = std::env::home_dir().unwrap();
    let rustup = std::env::var("RUSTUP_HOME").unwrap_or_else(|_| home.join(".rustup").display().to_string());
    for set in hostile.environments() {
        // The toolchains of the runner, independent of HOME.
        let ours = [("CHUB_LINT_VERSION", "source"), ("RUSTUP_HOME", &rustup)];
        let inputs = [&ours, &borrowed(&set)[..]].concat();
        let output = hostile.install(&hostile.source, &inputs);
        let error = text(&output.stderr);
        assert_eq!(text(&output.stdout), "chub-lint 1.2.3\n", "{set:?}: {error}");
    }
}

#[test]
fn sources_in_the_checkout_are_not_built() {
    let hostile = Hostile::new();
    let inside = hostile.checkout.join("action");
    hostile.action_at(&inside);
    let output = hostile.install(&inside, &[("CHUB_LINT_VERSION", "source")]);
    assert_eq!(output.status.code(), Some(2));
    hostile.action_at(&hostile.source);
    let toolchains = hostile.checkout.join("evil").display().to_string();
    let inputs = [("CHUB_LINT_VERSION", "source"), ("RUSTUP_HOME", &toolchains)];
    let output = hostile.install(&hostile.source, &inputs);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_download_obeys_no_variable() {
    let hostile = Hostile::new();
    hostile.action_at(&hostile.source);
    release(&hostile.runner);
    for set in hostile.environments() {
        let inputs = [&[("CHUB_LINT_VERSION", "v1.2.3")], &borrowed(&set)[..]].concat();
        let output = hostile.install(&hostile.source, &inputs);
        assert_eq!(
            text(&output.stdout),
            concat!("chub-lint ", env!("CARGO_PKG_VERSION"), "\n"),
            "{set:?}: {}",
            text(&output.stderr)
        );
    }
}

#[test]
fn a_program_of_the_checkout_is_not_the_installed_one() {
    let hostile = Hostile::new();
    hostile.action_at(&hostile.source);
    let installed = [("CHUB_LINT_VERSION", "installed")];
    for set in hostile.environments() {
        let path = set.iter().any(|(name, _)| *name == "PATH");
        let inputs = [&installed, &borrowed(&set)[..]].concat();
        let output = hostile.install(&hostile.source, &inputs);
        assert!(!path || output.status.code() == Some(2), "{set:?}");
    }
    hostile.runner.has_chub_lint();
    for set in hostile.environments() {
        let inputs = [&installed, &borrowed(&set)[..]].concat();
        let output = hostile.install(&hostile.source, &inputs);
        assert_eq!(output.status.code(), Some(0), "{set:?}: {}", text(&output.stderr));
    }
}

#[test]
fn the_check_runs_the_program_that_was_installed_and_nothing_of_the_checkout() {
    let hostile = Hostile::new();
    hostile.action_at(&hostile.source);
    hostile.runner.has_chub_lint();
    let program = hostile.runner.path("bin/chub-lint");
    let ours = [
        ("CHUB_LINT_PROGRAM", program.to_str().unwrap()),
        ("CHUB_LINT_PATHS", "content\n-x\n--config=evil"),
        ("CHUB_LINT_ARGS", "--fail-on never"),
        ("CHUB_LINT_SINCE", ""),
        ("CHUB_LINT_ACTION_OFFLINE", "auto"),
        ("CHUB_LINT_ANNOTATIONS", "true"),
        ("CHUB_LINT_SUMMARY", "true"),
    ];
    for set in hostile.environments() {
        let _ = fs::remove_file(hostile.runner.path("output"));
        let inputs = [&ours, &borrowed(&set)[..]].concat();
        let output = hostile
            .runner
            .step_in(&hostile.checkout, &hostile.source, "check.sh", &inputs);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{set:?}: {error}");
        assert_eq!(hostile.runner.read("marker"), "", "{set:?}");
        // Files with these names do not exist: a name that starts with a dash must not be read as a flag.
        assert_eq!(hostile.runner.read("output"), "exit-code=2\n", "{set:?}");
    }
}
