//! Runs the attacks of `tests/attacks/`: see the README there.

use crate::support::server::{Answer, Request, Server};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A text that no request and no output may contain.
const SECRET: &str = "canary-5d41402abc4b2a76b9719d911017c592";
/// The time limit of one run.
const LIMIT: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    title: String,
    /// Whether the network may be used. All requests go to the test server.
    #[serde(default)]
    online: bool,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    #[serde(default)]
    file: Vec<File>,
    #[serde(default)]
    link: Vec<Link>,
    #[serde(default)]
    pipe: Vec<Pipe>,
    run: Vec<Run>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    path: String,
    text: String,
    #[serde(default)]
    base: bool,
    mode: Option<Mode>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    Executable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    path: String,
    target: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pipe {
    path: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    #[serde(default = "repo")]
    cwd: String,
    args: Vec<String>,
    #[serde(default)]
    stdin: String,
    exit: Exit,
    #[serde(default)]
    shows: Vec<String>,
    #[serde(default)]
    lacks: Vec<String>,
    #[serde(default)]
    requests: usize,
    #[serde(default)]
    writes: Vec<String>,
}

fn repo() -> String {
    "repo".to_owned()
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Exit {
    One(i32),
    Any(Vec<i32>),
}

/// The folder of a case with its files.
struct Scene {
    folder: tempfile::TempDir,
    server: Server,
}

/// The user and password that a request holds.
fn basic(request: &Request) -> String {
    use base64::Engine;
    let engine = base64::engine::general_purpose::STANDARD;
    let text = request.header("authorization").trim_start_matches("Basic ");
    String::from_utf8_lossy(&engine.decode(text).unwrap_or_default()).into_owned()
}

impl Scene {
    fn root(&self) -> PathBuf {
        fs::canonicalize(self.folder.path()).unwrap()
    }

    fn fill(&self, text: &str) -> String {
        let root = self.root();
        let path = |name: &str| root.join(name).display().to_string();
        text.replace("{server}", &self.server.url(""))
            .replace("{host}", &self.server.host())
            .replace("{marker}", &path("marker"))
            .replace("{outside}", &path("outside"))
            .replace("{root}", &root.display().to_string())
            .replace("{home}", &path("home"))
            .replace("{secret}", SECRET)
    }

    fn git(&self, arguments: &[&str]) {
        let output = Command::new("git")
            .arg("-C")
            .arg(self.root().join("repo"))
            .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
            .args(["-c", "init.defaultBranch=main", "-c", "core.autocrlf=false"])
            .args(arguments)
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {error}");
    }

    fn lay_out(&self, case: &Case) {
        let root = self.root();
        for folder in ["repo", "outside", "home"] {
            fs::create_dir(root.join(folder)).unwrap();
        }
        fs::write(root.join("outside/keep"), "as it was\n").unwrap();
        let is_git = case.file.iter().any(|file| file.base);
        if is_git {
            self.git(&["init", "-q"]);
            case.file.iter().filter(|f| f.base).for_each(|f| self.file(f));
            self.git(&["add", "-A", "-f"]);
            self.git(&["commit", "-qm", "base"]);
            self.git(&["checkout", "-qb", "pr"]);
        }
        case.file.iter().filter(|f| !f.base).for_each(|f| self.file(f));
        for link in &case.link {
            let path = root.join(self.fill(&link.path));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink(self.fill(&link.target), path).unwrap();
        }
        for pipe in &case.pipe {
            let made = Command::new("mkfifo").arg(root.join(&pipe.path)).status();
            assert!(made.unwrap().success());
        }
        if is_git {
            self.git(&["add", "-A", "-f"]);
            self.git(&["commit", "-qm", "pull request", "--allow-empty"]);
        }
    }

    fn file(&self, file: &File) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.root().join(self.fill(&file.path));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, self.fill(&file.text)).unwrap();
        if file.mode == Some(Mode::Executable) {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    /// Every file of the scene with its content; a link with its target.
    fn contents(&self) -> BTreeMap<String, String> {
        let root = self.root();
        let mut found = BTreeMap::new();
        let mut stack = vec![root.clone()];
        while let Some(folder) = stack.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(&root).unwrap().display().to_string();
                let kind = fs::symlink_metadata(&path).unwrap();
                if kind.is_symlink() {
                    found.insert(name, format!("-> {}", fs::read_link(&path).unwrap().display()));
                } else if kind.is_dir() {
                    found.insert(format!("{name}/"), String::new());
                    stack.push(path);
                } else if kind.is_file() {
                    let bytes = fs::read(&path).unwrap();
                    found.insert(name, String::from_utf8_lossy(&bytes).into_owned());
                } else {
                    found.insert(name, "special".to_owned());
                }
            }
        }
        found
    }

    /// Run the program and return what is wrong with the result.
    fn run(&self, case: &Case, run: &Run) -> Vec<String> {
        let mut wrong = Vec::new();
        let root = self.root();
        let before = self.contents();
        let (code, output) = match self.start(case, run) {
            Ok(ended) => ended,
            Err(why) => return vec![why],
        };
        let expected = match &run.exit {
            Exit::One(code) => std::slice::from_ref(code),
            Exit::Any(codes) => codes,
        };
        if !code.is_some_and(|code| expected.contains(&code)) {
            wrong.push(format!("ended with {code:?}, not with {expected:?}"));
        }
        for text in &run.shows {
            let text = self.fill(text);
            if !output.contains(&text) {
                wrong.push(format!("does not show {text:?}"));
            }
        }
        for text in &run.lacks {
            let text = self.fill(text);
            if output.contains(&text) {
                wrong.push(format!("shows {text:?}"));
            }
        }
        let requests = self.server.take();
        if requests.len() > run.requests {
            wrong.push(format!("{} requests, not {}", requests.len(), run.requests));
        }
        if requests
            .iter()
            .any(|request| format!("{request:?} {}", basic(request)).contains(SECRET))
        {
            wrong.push("the secret is in a request".to_owned());
        }
        if output.contains(SECRET) {
            wrong.push("the secret is in the output".to_owned());
        }
        if root.join("marker").exists() {
            wrong.push("a command of the attacker was run".to_owned());
        }
        let after = self.contents();
        let may = |name: &str| {
            run.writes
                .iter()
                .any(|path| name.trim_end_matches('/') == path || name.starts_with(&format!("{path}/")))
        };
        for name in before.keys().chain(after.keys()).filter(|name| !may(name)) {
            if before.get(name) != after.get(name) {
                wrong.push(format!("{name} was written, changed or removed"));
            }
        }
        for (name, text) in &after {
            if before.get(name) != Some(text) && text.contains(SECRET) {
                wrong.push(format!("the secret is in {name}"));
            }
        }
        if !wrong.is_empty() {
            wrong.push(format!("the output was:\n{output}"));
        }
        wrong
    }

    fn start(&self, case: &Case, run: &Run) -> Result<(Option<i32>, String), String> {
        let root = self.root();
        let program = std::env::var_os("CHUB_LINT_ATTACKS_PROGRAM")
            .unwrap_or_else(|| env!("CARGO_BIN_EXE_chub-lint").into());
        let cache = tempfile::tempdir().unwrap();
        let mut command = Command::new(program);
        command
            .current_dir(root.join(&run.cwd))
            .args(run.args.iter().map(|argument| self.fill(argument)))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", root.join("home"))
            .env("CHUB_LINT_CACHE_DIR", cache.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // No request can bypass the test server, whatever the settings are.
        for name in ["HTTP_PROXY", "HTTPS_PROXY"] {
            command.env(name, self.server.url(""));
        }
        command.env("NO_PROXY", "127.0.0.1");
        if !case.online {
            command.env("CHUB_LINT_OFFLINE", "1");
        }
        for (name, value) in &case.variables {
            command.env(name, self.fill(value));
        }
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that does not read its input may have closed it.
        let _ = stdin.write_all(self.fill(&run.stdin).as_bytes());
        drop(stdin);
        let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let read = |pipe: &mut dyn Read| {
            let mut bytes = Vec::new();
            pipe.read_to_end(&mut bytes).unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let errors = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            err.read_to_end(&mut bytes).unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let killer = std::thread::spawn(move || {
            let start = Instant::now();
            loop {
                if let Some(status) = child.try_wait().unwrap() {
                    return Some(status);
                }
                if start.elapsed() > LIMIT {
                    child.kill().unwrap();
                    child.wait().unwrap();
                    return None;
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let output = read(&mut out) + &errors.join().unwrap();
        match killer.join().unwrap() {
            Some(status) => Ok((status.code(), output)),
            None => Err(format!("did not end in {LIMIT:?}")),
        }
    }
}

#[test]
fn no_attack_succeeds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attacks");
    let only = std::env::var("CHUB_LINT_ATTACKS_CASE").ok();
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("case.toml"))
        .filter(|path| path.is_file())
        .filter(|path| {
            only.as_deref()
                .is_none_or(|only| path.parent().is_some_and(|folder| folder.ends_with(only)))
        })
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    let mut failures = Vec::new();
    for path in cases {
        let name = path
            .parent()
            .unwrap()
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let scene = Scene {
            folder: tempfile::tempdir().unwrap(),
            server: Server::start(|_| Answer::status(404)),
        };
        scene.lay_out(&case);
        for run in &case.run {
            let wrong = scene.run(&case, run);
            if !wrong.is_empty() {
                failures.push(format!(
                    "{name} ({}), {:?}:\n  {}",
                    case.title,
                    run.args,
                    wrong.join("\n  ")
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_security_policy_names_every_attack_and_no_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let policy = fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let last_cells = policy
        .lines()
        .filter_map(|line| line.strip_suffix(" |")?.rsplit_once(" | ").map(|(_, cell)| cell));
    let named: Vec<&str> = last_cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .filter(|name| !name.contains('/') && name.contains('-'))
        .filter(|name| *name != "cargo bench --bench worst")
        .collect();
    let cases: Vec<String> = fs::read_dir(root.join("tests/attacks"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    let means = |name: &str, case: &str| match name.strip_suffix('*') {
        Some(start) => case.starts_with(start),
        None => case == name,
    };
    for name in &named {
        assert!(
            cases.iter().any(|case| means(name, case)),
            "SECURITY.md names {name}, which is no attack"
        );
    }
    for case in &cases {
        assert!(
            named.iter().any(|name| means(name, case)),
            "SECURITY.md does not name {case}"
        );
    }
}
