//! The installers and manifests of a release: filled in from archives, for the targets that are built. The installer
//! runs on this system with valid, invalid and hostile archives.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const VERSION: &str = "1.2.3";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn file(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn targets() -> BTreeSet<String> {
    file("packaging/targets.txt").lines().map(str::to_owned).collect()
}

/// The archives of a release, and the files made from them.
struct Release {
    folder: TempDir,
}

impl Release {
    /// A release whose programs for Unix are scripts that print their version.
    fn new() -> Self {
        Self::of(&format!("#!/bin/sh\necho chub-lint {VERSION}\n"))
    }

    fn of(program: &str) -> Self {
        let release = Self {
            folder: TempDir::new().unwrap(),
        };
        fs::create_dir(release.path("built")).unwrap();
        fs::write(release.path("built/chub-lint"), program).unwrap();
        for target in targets() {
            if target.contains("windows") {
                fs::create_dir_all(release.path("archives")).unwrap();
                fs::write(release.path(&format!("archives/chub-lint-{target}.zip")), &target).unwrap();
            } else {
                let output = release.script("pack.sh", &[&target, "built", "archives"]);
                assert!(output.status.success(), "{}", text(&output.stderr));
            }
        }
        release.fill();
        release
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn script(&self, name: &str, arguments: &[&str]) -> Output {
        let script = root().join("packaging").join(name);
        let mut command = Command::new("bash");
        command
            .arg(script)
            .args(arguments)
            .current_dir(self.folder.path());
        command.output().unwrap()
    }

    fn fill(&self) {
        let output = self.script("fill.sh", &[VERSION, "owner/chub-lint", "archives", "filled"]);
        assert!(
            output.status.success(),
            "{}{}",
            text(&output.stdout),
            text(&output.stderr)
        );
    }

    /// Replace every archive for Unix with the `archive.tar.gz` that a `bash` script makes.
    fn archives_of(&self, script: &str) {
        fs::create_dir_all(self.path("made")).unwrap();
        let made = Command::new("bash")
            .args(["-ec", script])
            .current_dir(self.path("made"))
            .status();
        assert!(made.unwrap().success());
        for target in targets().iter().filter(|target| !target.contains("windows")) {
            let archive = self.path(&format!("archives/chub-lint-{target}.tar.gz"));
            fs::copy(self.path("made/archive.tar.gz"), archive).unwrap();
        }
    }

    fn install(&self, arguments: &[&str]) -> Output {
        self.install_with("sh", arguments, &[])
    }

    fn install_with(&self, shell: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        let mut command = Command::new(shell);
        command.arg("filled/install.sh").args(arguments);
        command.current_dir(self.folder.path());
        command
            .env_remove("CHUB_LINT_INSTALL_DIR")
            .env("HOME", self.path("home"));
        command.envs(environment.iter().copied()).output().unwrap()
    }

    /// Check that the installer fails with a reason, and leaves no files.
    fn refuses(&self, reason: &str) {
        let output = self.install(&["--from", "archives", "--to", "bin"]);
        assert_eq!(
            output.status.code(),
            Some(1),
            "{reason}: {}",
            text(&output.stdout)
        );
        let said = text(&output.stderr);
        assert!(
            said.contains("error: ") && said.contains(reason),
            "{reason}: {said}"
        );
        let left = fs::read_dir(self.path("bin")).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{reason}");
    }
}

fn installed(path: &Path) -> String {
    let output = Command::new(path).arg("--version").output().unwrap();
    text(&output.stdout).trim().to_owned()
}

#[test]
fn every_place_of_the_templates_is_filled() {
    let release = Release::new();
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(release.path("filled")).unwrap() {
        let path = entry.unwrap().path();
        let filled = fs::read_to_string(&path).unwrap();
        for place in ["@VERSION@", "@REPOSITORY@", "@OWNER@", "@SHA256"] {
            assert!(!filled.contains(place), "{}: {place}", path.display());
        }
        assert!(filled.contains(VERSION), "{}", path.display());
        names.insert(path.file_name().unwrap().to_str().unwrap().to_owned());
        if path.extension().is_some_and(|extension| extension == "yaml") {
            for event in saphyr_parser::Parser::new_from_str(&filled) {
                assert!(event.is_ok(), "{event:?}\n{filled}");
            }
        }
    }
    let expected = [
        "Dockerfile",
        "chub-lint.rb",
        "install.ps1",
        "install.sh",
        "owner.chub-lint.installer.yaml",
        "owner.chub-lint.locale.en-US.yaml",
        "owner.chub-lint.yaml",
    ];
    assert_eq!(names, expected.map(str::to_owned).into());
    // Each checksum is next to its archive.
    let formula = fs::read_to_string(release.path("filled/chub-lint.rb")).unwrap();
    let sum =
        fs::read_to_string(release.path("archives/chub-lint-aarch64-apple-darwin.tar.gz.sha256")).unwrap();
    let (sum, name) = sum.trim_end().split_once("  ").unwrap();
    assert_eq!(name, "chub-lint-aarch64-apple-darwin.tar.gz");
    assert!(
        formula.contains(&format!("{name}\"\n      sha256 \"{sum}\"")),
        "{formula}"
    );
}

#[test]
fn fill_refuses_what_could_be_a_command() {
    let release = Release::new();
    for (version, repository) in [
        ("1.2", "owner/chub-lint"),
        ("1.2.3|e touch x|", "owner/chub-lint"),
        ("1.2.3\n", "owner/chub-lint"),
        (VERSION, "owner"),
        (VERSION, "owner/chub-lint/.."),
        (VERSION, "owner/a\" b"),
        (VERSION, "owner/$(x)"),
    ] {
        let output = release.script("fill.sh", &[version, repository, "archives", "out"]);
        assert_eq!(output.status.code(), Some(2), "{version} {repository}");
        assert!(!release.path("out").exists(), "{version} {repository}");
    }
    fs::remove_file(release.path("archives/chub-lint-x86_64-apple-darwin.tar.gz")).unwrap();
    let output = release.script("fill.sh", &[VERSION, "owner/chub-lint", "archives", "out"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("x86_64-apple-darwin.tar.gz is missing"));
}

#[test]
fn an_archive_has_the_program_and_the_licences() {
    let release = Release::new();
    let output = Command::new("tar")
        .args(["-tzf", "archives/chub-lint-x86_64-unknown-linux-gnu.tar.gz"])
        .current_dir(release.folder.path())
        .output()
        .unwrap();
    assert_eq!(text(&output.stdout), "chub-lint\nLICENSE-MIT\nLICENSE-APACHE\n");
    let output = release.script("pack.sh", &["x86_64-unknown-linux", "built", "archives"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_installer_installs_the_program() {
    let release = Release::new();
    let output = release.install(&["--from", "archives/", "--to", "a b/bin"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("installed chub-lint 1.2.3 as "), "{said}");
    assert!(
        said.contains("gh attestation verify install.sh --repo owner/chub-lint"),
        "{said}"
    );
    assert!(said.contains("to PATH\n"), "{said}");
    let program = release.path("a b/bin/chub-lint");
    assert_eq!(installed(&program), "chub-lint 1.2.3");
    assert_eq!(
        fs::metadata(&program).unwrap().permissions().mode() & 0o777,
        0o755
    );
    // Again, over the first installation, and in the default folders.
    let again = release.install(&["--from", "archives", "--to", "a b/bin"]);
    assert!(again.status.success(), "{}", text(&again.stderr));
    assert_eq!(fs::read_dir(release.path("a b/bin")).unwrap().count(), 1);
    let output = release.install(&["--from", "archives"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(
        installed(&release.path("home/.local/bin/chub-lint")),
        "chub-lint 1.2.3"
    );
    let folder = release.path("other");
    let environment = [("CHUB_LINT_INSTALL_DIR", folder.to_str().unwrap())];
    let output = release.install_with("sh", &["--from", "archives"], &environment);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(installed(&folder.join("chub-lint")), "chub-lint 1.2.3");
    // Names that start with a dash are not options.
    let output = release.install(&["--from", "archives", "--to", "-p"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(installed(&release.path("-p/chub-lint")), "chub-lint 1.2.3");
}

/// `sh` is dash here and bash there.
#[test]
fn the_installer_runs_in_other_shells() {
    let release = Release::new();
    for shell in ["dash", "bash", "ksh", "zsh"] {
        if Command::new(shell).args(["-c", ":"]).output().is_err() {
            continue;
        }
        let output = release.install_with(shell, &["--from", "archives", "--to", shell], &[]);
        assert!(output.status.success(), "{shell}: {}", text(&output.stderr));
        assert_eq!(
            installed(&release.path(shell).join("chub-lint")),
            "chub-lint 1.2.3"
        );
    }
}

#[test]
fn the_installer_refuses_another_archive() {
    let release = Release::new();
    for target in targets().iter().filter(|target| !target.contains("windows")) {
        let archive = release.path(&format!("archives/chub-lint-{target}.tar.gz"));
        let mut bytes = fs::read(&archive).unwrap();
        bytes.push(0);
        fs::write(&archive, bytes).unwrap();
        // The checksum file next to it is not trusted.
        let sum = format!("{archive}.sha256", archive = archive.display());
        fs::remove_file(&sum).unwrap();
    }
    release.refuses("is not the one of this release: its SHA-256 is ");
    fs::remove_dir_all(release.path("archives")).unwrap();
    release.refuses("there is no file ");
}

/// Each archive has the checksum that the script expects, as if the release were hostile.
#[test]
fn an_archive_cannot_write_elsewhere() {
    let program = "printf '#!/bin/sh\\necho chub-lint 1.2.3\\n' >chub-lint; chmod +x chub-lint";
    let release = Release::new();
    release.archives_of(&format!(
        "{program}; echo evil >../evil; tar -czPf archive.tar.gz chub-lint ../evil; rm ../evil"
    ));
    release.fill();
    let output = release.install(&["--from", "archives", "--to", "bin"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(installed(&release.path("bin/chub-lint")), "chub-lint 1.2.3");
    assert!(!release.path("evil").exists());
    assert_eq!(fs::read_dir(release.path("bin")).unwrap().count(), 1);
    fs::remove_dir_all(release.path("bin")).unwrap();
    for (script, reason) in [
        (
            "ln -sf /bin/sh chub-lint; tar -czf archive.tar.gz chub-lint",
            "has no chub-lint in it",
        ),
        (
            "rm -f chub-lint; echo a >other; tar -czf archive.tar.gz other",
            "has no chub-lint in it",
        ),
        ("echo no archive >archive.tar.gz", "has no chub-lint in it"),
        (
            ": >chub-lint; tar -czf archive.tar.gz chub-lint",
            "has no chub-lint in it",
        ),
        (
            "printf '#!/bin/sh\\necho chub-lint 9\\n' >chub-lint; chmod +x chub-lint; tar -czf archive.tar.gz chub-lint",
            "is not version 1.2.3",
        ),
        (
            "printf '#!/bin/sh\\nexit 1\\n' >chub-lint; chmod +x chub-lint; tar -czf archive.tar.gz chub-lint",
            "does not run on this system",
        ),
    ] {
        release.archives_of(script);
        release.fill();
        release.refuses(reason);
    }
}

#[test]
fn a_failed_install_keeps_the_old_program() {
    let release = Release::new();
    let arguments = ["--from", "archives", "--to", "bin"];
    assert!(release.install(&arguments).status.success());
    fs::write(release.path("bin/chub-lint"), "old").unwrap();
    release.archives_of("echo other >archive.tar.gz");
    assert_eq!(release.install(&arguments).status.code(), Some(1));
    assert_eq!(fs::read_to_string(release.path("bin/chub-lint")).unwrap(), "old");
    fs::remove_file(release.path("bin/chub-lint")).unwrap();
    fs::create_dir(release.path("bin/chub-lint")).unwrap();
    let output = release.install(&arguments);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_installer_says_what_is_wrong_with_its_arguments() {
    let release = Release::new();
    for (arguments, reason) in [
        (&["--to"][..], "--to needs a value"),
        (&["--from", ""], "--from needs a value"),
        (&["--prefix", "/"], "usage: sh install.sh"),
        (&["--from", "http://127.0.0.1:9/"], "an address with https"),
        (&["--from", "file:///tmp"], "an address with https"),
    ] {
        let output = release.install(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(text(&output.stderr).contains(reason), "{}", text(&output.stderr));
    }
    let output = release.install_with("sh", &["--from", "archives"], &[("HOME", "")]);
    assert!(
        text(&output.stderr).contains("HOME is not set"),
        "{}",
        text(&output.stderr)
    );
    // The file of the repository, before a release fills it in.
    let template = root().join("packaging/install.sh");
    let output = Command::new("sh").arg(template).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("this is the template"));
}

#[test]
fn half_an_installer_does_nothing() {
    let release = Release::new();
    let script = fs::read_to_string(release.path("filled/install.sh")).unwrap();
    let half = script.trim_end().strip_suffix("\nmain \"$@\"").unwrap();
    fs::write(release.path("filled/install.sh"), half).unwrap();
    let output = release.install(&["--from", "archives", "--to", "bin"]);
    assert_eq!(text(&output.stdout), "");
    assert!(!release.path("bin").exists());
}

#[test]
fn the_installer_downloads_from_the_release_alone() {
    let release = Release::new();
    fs::create_dir(release.path("tools")).unwrap();
    let curl = release.path("tools/curl");
    let asked = release.path("asked");
    let script = format!(
        "#!/bin/sh\necho \"$*\" >>'{asked}'\nwhile [ $# -gt 0 ]; do\n  case $1 in\n    --output) to=$2; shift ;;\n    \
         https://*) cp '{archives}'/\"$(basename \"$1\")\" \"$to\" ;;\n  esac\n  shift\ndone\n",
        asked = asked.display(),
        archives = release.path("archives").display()
    );
    fs::write(&curl, script).unwrap();
    fs::set_permissions(&curl, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!(
        "{}:{}",
        release.path("tools").display(),
        std::env::var("PATH").unwrap()
    );
    let output = release.install_with("sh", &["--to", "bin"], &[("PATH", &path)]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(installed(&release.path("bin/chub-lint")), "chub-lint 1.2.3");
    let asked = fs::read_to_string(asked).unwrap();
    assert!(asked.starts_with("--disable --proto =https "), "{asked}");
    assert!(
        asked.contains(" https://github.com/owner/chub-lint/releases/download/v1.2.3/chub-lint-"),
        "{asked}"
    );
    let mirror = ["--from", "https://mirror.example/files/", "--to", "bin"];
    assert!(
        release
            .install_with("sh", &mirror, &[("PATH", &path)])
            .status
            .success()
    );
}

/// The targets that a text names.
fn named(text: &str) -> BTreeSet<String> {
    let word = |c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c));
    let words = text.split(word).filter_map(|word| {
        let start = ["x86_64-", "aarch64-"]
            .iter()
            .filter_map(|arch| word.find(arch))
            .min();
        start.map(|at| &word[at..])
    });
    let system = |word: &&str| {
        ["-linux-", "-apple-", "-windows-"]
            .iter()
            .any(|part| word.contains(part))
    };
    words.filter(system).map(str::to_owned).collect()
}

#[test]
fn every_file_knows_the_targets_that_are_built() {
    let all = targets();
    assert_eq!(all.len(), 8);
    let workflow = file(".github/workflows/release.yml");
    for job in ["build", "smoke"] {
        let (_, rest) = workflow.split_once(&format!("\n  {job}:\n")).unwrap();
        let (matrix, _) = rest.split_once("runs-on:").unwrap();
        assert_eq!(named(matrix), all, "{job}");
    }
    let of = |parts: &[&str]| -> BTreeSet<String> {
        let wanted = |target: &&String| parts.iter().any(|part| target.contains(part));
        all.iter().filter(wanted).cloned().collect()
    };
    let unix = of(&["-musl", "-apple-"]);
    assert_eq!(named(&file("packaging/install.sh")), unix);
    assert_eq!(named(&file("packaging/homebrew/chub-lint.rb")), unix);
    assert_eq!(named(&file(".github/action/install.sh")), unix);
    assert_eq!(named(&file("packaging/install.ps1")), of(&["-windows-"]));
    assert_eq!(
        named(&file("packaging/winget/installer.yaml")),
        of(&["-windows-"])
    );
    assert_eq!(named(&file("packaging/docker/Dockerfile")), of(&["-musl"]));
    assert_eq!(
        named(&file("npm/make-packages.mjs")),
        of(&["-musl", "-apple-", "-windows-"])
    );
    let manifest: toml::Table = toml::from_str(&file("Cargo.toml")).unwrap();
    let binstall = &manifest["package"]["metadata"]["binstall"];
    let zipped: BTreeSet<_> = binstall["overrides"]
        .as_table()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(zipped, of(&["-windows-"]));
}
