//! No text names a package that is not published: the command would run code of the first to register the name.
//! `packaging/published.txt` lists what is published.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Commands that install or run a package, and their channel. The last ones are not channels of this project.
const COMMANDS: &[(&str, &[&str])] = &[
    (
        "pypi",
        &[
            "pip install",
            "pip3 install",
            "pipx install",
            "pipx run",
            "uvx",
            "uv tool install",
            "uv tool run",
            "uv add",
            "uv run --with",
            "poetry add",
            "pdm add",
            "additional_dependencies:",
        ],
    ),
    (
        "npm",
        &[
            "npm install",
            "npm i",
            "npm add",
            "npm exec",
            "npx",
            "pnpm add",
            "pnpm dlx",
            "pnpm install",
            "yarn add",
            "yarn global add",
            "yarn dlx",
            "bun add",
            "bunx",
        ],
    ),
    ("crates.io", &["cargo install", "cargo binstall", "cargo add"]),
    ("homebrew", &["brew install", "brew tap"]),
    ("winget", &["winget install"]),
    (
        "docker",
        &[
            "docker run",
            "docker pull",
            "podman run",
            "podman pull",
            "image:",
            "FROM",
        ],
    ),
    (
        "",
        &[
            "apt install",
            "apt-get install",
            "apk add",
            "dnf install",
            "pacman -S",
            "scoop install",
            "choco install",
            "snap install",
            "conda install",
            "mise use",
            "nix run",
        ],
    ),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn published() -> BTreeSet<String> {
    let list = fs::read_to_string(root().join("packaging/published.txt")).unwrap();
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

/// Whether a word of a command names this program as a package: `chub-lint`, `owner/tap/chub-lint:1`, `chub_lint==1`.
fn names_the_package(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let name = word
        .rsplit(['/', '.'])
        .find(|part| part.starts_with("chub"))
        .unwrap_or(word);
    let name = name.replace('_', "-");
    name.strip_prefix("chub-lint").is_some_and(|rest| {
        let of_a_system = ["-linux", "-darwin", "-win32"]
            .iter()
            .any(|system| rest.starts_with(system));
        of_a_system || !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    })
}

/// The channels from which a text installs this program.
fn installs(text: &str) -> BTreeSet<&'static str> {
    let mut out = BTreeSet::new();
    for line in text.replace("\\\n", " ").lines() {
        for (channel, commands) in COMMANDS {
            for command in *commands {
                for (at, _) in line.match_indices(command) {
                    let word =
                        |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '_');
                    let rest = &line[at + command.len()..];
                    if word(line[..at].chars().next_back()) || word(rest.chars().next()) {
                        continue;
                    }
                    let rest = rest.split(['`', ';', '&', '|', '#']).next().unwrap();
                    let words: Vec<_> = rest.split_whitespace().collect();
                    // From the repository, a folder or this machine. A wheel or a URL is a file.
                    let elsewhere = |word: &&str| {
                        ["--git", "--path"].contains(word)
                            || word.ends_with(".whl")
                            || word.contains("://")
                            || word.starts_with("localhost/")
                    };
                    if !words.iter().any(elsewhere) && words.iter().any(|word| names_the_package(word)) {
                        out.insert(*channel);
                    }
                }
            }
        }
    }
    out
}

#[test]
fn commands_that_install_the_package_are_recognised() {
    for (text, channel) in [
        ("$ pipx install chub-lint", "pypi"),
        ("python -m pip install --user 'chub-lint==0.1.0'", "pypi"),
        ("pip install \\\n  chub_lint", "pypi"),
        ("so that `pip install chub-lint` needs no compiler", "pypi"),
        ("- uvx chub-lint@latest content", "pypi"),
        ("  additional_dependencies: [chub-lint]", "pypi"),
        ("npx --yes chub-lint", "npm"),
        ("npm i -D chub-lint-linux-x64-musl", "npm"),
        ("cargo install --locked chub-lint", "crates.io"),
        ("cargo binstall chub-lint", "crates.io"),
        ("brew install someone/tap/chub-lint", "homebrew"),
        ("winget install --id Someone.chub-lint", "winget"),
        (
            "docker run --rm ghcr.io/someone/chub-lint:0.1.0 content",
            "docker",
        ),
        ("  image: someone/chub-lint", "docker"),
        ("sudo apt-get install chub-lint", ""),
    ] {
        assert_eq!(installs(text), BTreeSet::from([channel]), "{text}");
    }
    for text in [
        "cargo install --locked --git https://github.com/<OWNER>/chub-lint --rev <COMMIT>",
        "cargo install --locked --path . # the program is chub-lint",
        "pip install dist/chub_lint-*.whl",
        "npm install widget; chub-lint content",
        "`npm install` and chub-lint",
        "pip install chub-linter-of-someone",
        "docker run --rm localhost/chub-lint:0.1.0 content",
        "FROM scratch",
    ] {
        assert!(installs(text).is_empty(), "{text}");
    }
}

/// All texts that people read, copy or run. Tests contain such commands on purpose.
fn texts() -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut rest = vec![root()];
    while let Some(folder) = rest.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                if !["tests", "fixtures", "fuzz", "target", ".git"].contains(&&*name) {
                    rest.push(entry.path());
                }
            } else if kind.is_file() && name != "Cargo.lock" {
                out.push(entry.path());
            }
        }
    }
    out
}

#[test]
fn only_what_is_published_is_installed() {
    let published = published();
    let mut read = 0;
    for path in texts() {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        read += 1;
        for channel in installs(&text) {
            assert!(published.contains(channel), "{}: {channel:?}", path.display());
        }
    }
    assert!(read > 200, "{read}");
}

/// Until there is a release, commands that download one cannot work.
#[test]
fn the_action_builds_until_there_is_a_release() {
    let released = published().contains("github");
    let mut uses = 0;
    for name in ["README.md", "docs/ci.md", "src/commands/init/workflow.yml"] {
        let text = fs::read_to_string(root().join(name)).unwrap();
        let steps = text.split("uses: <OWNER>/chub-lint@<COMMIT>").skip(1);
        for step in steps {
            uses += 1;
            let step = step.split("```").next().unwrap();
            let source = step
                .lines()
                .any(|line| line.trim().starts_with("version: source"));
            assert_eq!(source, !released, "{name}: {step}");
        }
        if name != "src/commands/init/workflow.yml" {
            assert_eq!(text.contains("No release is published yet"), !released, "{name}");
            assert!(released || !text.contains("--tag v"), "{name}: there is no tag");
        }
    }
    assert!(uses >= 6, "{uses}");
}

#[test]
fn channels_are_spelt_right() {
    for channel in published() {
        let known = COMMANDS
            .iter()
            .any(|(name, _)| !name.is_empty() && *name == channel);
        assert!(known || channel == "github", "{channel}");
    }
    assert!(Path::new(&root()).join("packaging/published.txt").is_file());
}
