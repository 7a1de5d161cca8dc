//! Private packages: a server stands for every registry, private and public, and logs each request. No private name
//! may reach a host that is not the private one, with any command.

use crate::support::server::{Answer, Request, Server};
use base64::Engine;
use lsp_server::{Message, Notification};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The host of the private registries. The proxy answers for it, and for the public ones.
const PRIVATE: &str = "registry.corp.test";
/// What every private name holds.
const MARK: &str = "nimbus";

/// A checkout with a hub, a home folder, and a proxy that every request goes through.
struct World {
    folder: TempDir,
    proxy: Server,
    variables: BTreeMap<String, String>,
}

/// One run of the program.
struct Ran {
    code: Option<i32>,
    text: String,
    requests: Vec<Request>,
}

impl World {
    fn new() -> Self {
        let world = Self {
            folder: TempDir::new().unwrap(),
            proxy: Server::start(answer),
            variables: BTreeMap::new(),
        };
        fs::create_dir_all(world.path("repo/.git")).unwrap();
        fs::create_dir_all(world.path("home")).unwrap();
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(self, name: &str, text: impl AsRef<str>) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.as_ref()).unwrap();
        self
    }

    fn var(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }

    /// The hub of these tests: two entries about private packages, a companion, and one about a public package.
    fn with_hub(self) -> Self {
        self.file("repo/content/team/docs/kit/DOC.md", KIT)
            .file("repo/content/team/docs/kit/more.md", MORE)
            .file("repo/content/team/docs/app/DOC.md", APP)
            .file("repo/content/team/docs/requests/DOC.md", REQUESTS)
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.proxy.take();
        let output = self.command(args).output().unwrap();
        self.ran(&output)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chub-lint"));
        command
            .args(args)
            .current_dir(self.path("repo"))
            .env_clear()
            .env("HOME", self.path("home"))
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("CHUB_LINT_CACHE_DIR", self.path("cache"))
            .env("HTTP_PROXY", self.proxy.url(""))
            .env("HTTPS_PROXY", self.proxy.url(""))
            .envs(&self.variables);
        command
    }

    fn ran(&self, output: &Output) -> Ran {
        let text = [output.stdout.as_slice(), &output.stderr].concat();
        let ran = Ran {
            code: output.status.code(),
            text: String::from_utf8_lossy(&text).into_owned(),
            requests: self.proxy.take(),
        };
        for request in &ran.requests {
            let private = request.path.starts_with(&format!("http://{PRIVATE}/"));
            assert!(
                private || !request.path.contains(MARK),
                "leaked: {}",
                request.path
            );
        }
        ran
    }
}

impl Ran {
    /// The private packages that the private registry was asked about, sorted.
    fn private(&self) -> Vec<String> {
        let of = |request: &Request| {
            let path = request.path.strip_prefix(&format!("http://{PRIVATE}/"))?;
            path.contains(MARK).then(|| path.to_owned())
        };
        let mut paths: Vec<String> = self.requests.iter().filter_map(of).collect();
        paths.sort();
        paths.dedup();
        paths
    }
}

/// The proxy: a public registry has nothing, the private one has what is asked about and wants credentials.
fn answer(request: &Request) -> Answer {
    let Some(path) = request.path.strip_prefix(&format!("http://{PRIVATE}/")) else {
        return Answer::status(404);
    };
    let expected = base64::engine::general_purpose::STANDARD.encode("reader:s3cret");
    let header = request.header("authorization");
    if header != format!("Basic {expected}") && header != "Bearer npm-s3cret" {
        return Answer::status(401);
    }
    if let Some(name) = path.strip_prefix("away/") {
        let target = format!("https://pypi.org/simple/{name}");
        return Answer::status(302).with("Location", target);
    }
    if let Some(name) = path.rsplit_once("simple/").map(|(_, name)| name) {
        let name = name.trim_end_matches('/');
        let file = |version: &str| format!(r#"{{"filename":"{name}-{version}-py3-none-any.whl","url":"x"}}"#);
        let files = [file("2.1.0"), file("3.0.0")].join(",");
        return Answer::json(format!(
            r#"{{"meta":{{"api-version":"1.1"}},"name":"{name}","files":[{files}]}}"#
        ));
    }
    match path.ends_with("/dist-tags") {
        true => Answer::json(r#"{"latest":"3.0.0"}"#),
        false => Answer::json(r#"{"dist-tags":{"latest":"3.0.0"},"versions":{"1.0.0":{},"3.0.0":{}}}"#),
    }
}

const KIT: &str = r#"---
name: kit
description: "How to start the nimbus-kit server from Python programs"
metadata:
  languages: "python"
  versions: "2.1.0"
  revision: 1
  updated-on: "2026-05-01"
  source: community
  tags: "kit"
---

# nimbus-kit

Use `nimbus-kit` to start a server; [more](more.md).

```bash
pip install nimbus-kit==2.1.0 nimbus-helpers
```
"#;

const MORE: &str =
    "# More\n\n```bash\npip install nimbus-more\nnpm install @nimbus/more @types/nimbus__more\n```\n";

const APP: &str = r#"---
name: app
description: "How to build apps with the in-house framework from JavaScript"
metadata:
  languages: "javascript"
  versions: "1.0.0"
  revision: 1
  updated-on: "2026-05-01"
  source: community
  package: "npm:@nimbus/app"
  tags: "app"
---

# App

```bash
npm install @nimbus/app @nimbus/ui
```
"#;

const REQUESTS: &str = r#"---
name: requests
description: "How to send HTTP requests from Python programs"
metadata:
  languages: "python"
  versions: "2.31.0"
  revision: 1
  updated-on: "2026-05-01"
  source: community
  package: "pypi:requests"
  tags: "http"
---

# Requests

```bash
pip install requests==2.31.0
```
"#;

const CONFIG: &str = "[network]\nprivate = [\"@nimbus/*\", \"nimbus-*\"]\n";
/// Public registries that the proxy can look into.
const PUBLIC: [&str; 2] = ["http://pypi.org/simple", "http://registry.npmjs.org"];

/// Every command that may look packages up.
const COMMANDS: [&[&str]; 6] = [
    &["check", "content", "--refresh"],
    &["check", "content", "--refresh", "--fix"],
    &["outdated", "content", "--refresh"],
    &["packages", "content", "--refresh"],
    &[
        "packages",
        "content",
        "--refresh",
        "--lock",
        "releases.json",
        "--write",
        "packages.toml",
    ],
    &["baseline", "content"],
];

fn public_only() -> World {
    World::new()
        .with_hub()
        .file("repo/chub-lint.toml", CONFIG)
        .var("PIP_INDEX_URL", PUBLIC[0])
        .var("npm_config_registry", PUBLIC[1])
}

#[test]
fn no_command_asks_a_public_registry_about_a_private_package() {
    let world = public_only();
    for args in COMMANDS {
        let ran = world.run(args);
        assert!(ran.code != Some(2), "{args:?}: {}", ran.text);
        let paths: Vec<_> = ran.requests.iter().map(|request| request.path.as_str()).collect();
        if args[0] != "baseline" {
            assert!(
                paths.contains(&"http://pypi.org/simple/requests/"),
                "{args:?}: {paths:?}"
            );
        }
        assert!(!ran.text.contains("package `nimbus"), "{}", ran.text);
    }
    let ran = world.run(&["check", "content"]);
    let says = "7 packages: private, and no private registry is configured for it";
    assert!(ran.text.contains(says), "{}", ran.text);
    let ran = world.run(&["bump", "content/team/docs/kit/DOC.md", "--to", "3.0.0"]);
    assert_eq!((ran.code, ran.requests.len()), (Some(0), 0), "{}", ran.text);
}

#[test]
fn without_the_setting_the_names_leave() {
    let world = World::new()
        .with_hub()
        .var("PIP_INDEX_URL", PUBLIC[0])
        .var("npm_config_registry", PUBLIC[1]);
    world.proxy.take();
    world.command(&["check", "content"]).output().unwrap();
    let leaked = world
        .proxy
        .seen()
        .iter()
        .filter(|request| request.path.contains(MARK))
        .count();
    assert!(leaked >= 7, "the log of these tests sees no leak");
}

#[test]
fn a_private_registry_is_asked_with_its_credentials() {
    // pip asks PyPI as well; a private name goes to the other index only.
    let world = public_only()
        .var(
            "PIP_EXTRA_INDEX_URL",
            format!("http://reader:s3cret@{PRIVATE}/simple"),
        )
        .file(
            "home/.npmrc",
            format!("@nimbus:registry=http://{PRIVATE}/\n//{PRIVATE}/:_authToken=npm-s3cret\n"),
        );
    let ran = world.run(&["outdated", "content"]);
    for line in [
        "pypi:nimbus-kit  2.1.0     3.0.0",
        "npm:@nimbus/app  1.0.0     3.0.0",
    ] {
        assert!(ran.text.contains(line), "{}", ran.text);
    }
    let expected = [
        "-/package/@nimbus%2fapp/dist-tags",
        "-/package/@nimbus%2fmore/dist-tags",
        "-/package/@nimbus%2fui/dist-tags",
        "@nimbus%2fapp",
        "simple/nimbus-helpers/",
        "simple/nimbus-kit/",
        "simple/nimbus-more/",
    ];
    assert_eq!(ran.private(), expected);
    assert!(!ran.text.contains("s3cret"), "{}", ran.text);
}

#[test]
fn a_private_index_that_redirects_to_a_public_one_does_not_tell_it_the_name() {
    let world = public_only().var("PIP_INDEX_URL", format!("http://reader:s3cret@{PRIVATE}/away"));
    let ran = world.run(&["packages", "content/team/docs/kit"]);
    assert!(
        ran.text
            .contains("a redirect to another host, which must not see a private name"),
        "{}",
        ran.text
    );
    assert_eq!(
        ran.private(),
        ["away/nimbus-helpers/", "away/nimbus-kit/", "away/nimbus-more/"]
    );
    // Over TLS the name itself is not seen here, so nothing at all may go there.
    assert!(
        !ran.requests
            .iter()
            .any(|request| request.path.contains("pypi.org"))
    );
}

#[test]
fn wrong_credentials_do_not_fall_back_to_a_public_index() {
    let world = public_only()
        .var("UV_INDEX", format!("http://reader:wrong@{PRIVATE}/simple"))
        .var("UV_DEFAULT_INDEX", PUBLIC[0]);
    let ran = world.run(&["packages", "content"]);
    assert!(ran.text.contains("the registry answered 401"), "{}", ran.text);
}

#[test]
fn a_scope_that_is_sent_to_a_public_registry_is_not_asked_about() {
    let world = public_only().file(
        "repo/.npmrc",
        "registry=http://registry.npmmirror.com/\n@nimbus:registry=http://registry.npmjs.org/\n",
    );
    let ran = world.run(&["check", "content"]);
    assert_eq!(ran.private(), [] as [&str; 0]);
}

#[test]
fn the_flag_and_the_variable_add_to_the_config() {
    let world = public_only()
        .file("repo/chub-lint.toml", "[network]\nprivate = [\"@nimbus/*\"]\n")
        .var("CHUB_LINT_PRIVATE", "nimbus-h*, nimbus-m*");
    world.run(&["check", "content", "--private", "nimbus-k*"]);
    // A pull request that empties the setting.
    let world = public_only()
        .file("repo/chub-lint.toml", "[network]\nprivate = []\n")
        .var("CHUB_LINT_PRIVATE", "@nimbus,nimbus-*");
    world.run(&["check", "content"]);
    world.run(&["check", "content", "--isolated"]);
}

#[test]
fn a_name_that_was_in_the_cache_is_not_used() {
    let world = World::new()
        .with_hub()
        .var("PIP_INDEX_URL", PUBLIC[0])
        .var("npm_config_registry", PUBLIC[1]);
    world.command(&["check", "content"]).output().unwrap();
    let world = world.file("repo/chub-lint.toml", CONFIG);
    for args in [&["check", "content"][..], &["check", "content", "--offline"]] {
        let ran = world.run(args);
        assert!(!ran.text.contains("package `nimbus"), "{}", ran.text);
        assert!(ran.text.contains("7 packages: private"), "{}", ran.text);
    }
}

#[test]
fn an_excluded_package_is_not_asked_about() {
    let world = public_only().file(
        "repo/chub-lint.toml",
        "[freshness]\nexclude = [\"@nimbus/*\", \"Nimbus_*\", \"@types/nimbus__*\"]\n",
    );
    let ran = world.run(&["check", "content"]);
    assert!(
        ran.text.contains("7 packages: excluded by the config"),
        "{}",
        ran.text
    );
}

#[test]
fn a_package_with_a_source_is_not_asked_about() {
    let config = "[[package]]\npath = \"team/docs/kit\"\npackage = \"pypi:nimbus-kit\"\nsource = \"lib\"\n";
    let world = public_only().file("repo/chub-lint.toml", config);
    // Without `private` other names leave, so `run` cannot be used.
    let check = |world: &World, cache: &str| {
        world.proxy.take();
        let mut command = world.command(&["check", "content"]);
        let output = command
            .env("CHUB_LINT_CACHE_DIR", world.path(cache))
            .output()
            .unwrap();
        let requests = world.proxy.take();
        let asked = requests.iter().any(|request| request.path.contains("nimbus-kit"));
        (asked, String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (asked, _) = check(&world, "cache1");
    assert!(asked, "a source that is not there changes nothing");
    let world = world.file("repo/lib/nimbus_kit/__init__.py", "class Kit: pass\n");
    let (asked, text) = check(&world, "cache2");
    assert!(!asked);
    assert!(!text.contains("nimbus-kit has no versions"), "{text}");
    assert!(!text.contains("`nimbus-kit` does not exist"), "{text}");
}

#[test]
fn an_entry_without_a_package_asks_nothing() {
    let none = KIT.replace("  tags:", "  package: none\n  tags:");
    let world = public_only()
        .file("repo/chub-lint.toml", "[network]\nprivate = [\"@nimbus/*\"]\n")
        .file("repo/content/team/docs/kit/DOC.md", &none);
    let ran = world.run(&["check", "content"]);
    let says = "5 packages: installed only by entries with `package: none`";
    assert!(ran.text.contains(says), "{}", ran.text);
}

#[test]
fn the_package_of_a_private_index_is_not_the_public_one() {
    let text = KIT
        .replace("nimbus-kit", "vault")
        .replace("name: kit", "name: vault")
        .replace(
            "pip install vault==2.1.0 nimbus-helpers",
            "pip install --index-url https://pypi.corp.test/simple vault==2.1.0",
        );
    let text = text.replace("; [more](more.md)", "");
    let world = public_only().file("repo/content/team/docs/vault/DOC.md", &text);
    let ran = world.run(&["check", "content"]);
    assert!(!ran.requests.iter().any(|request| request.path.contains("vault")));
    assert!(!ran.text.contains("vault"), "{}", ran.text);
    let says = "1 package: installed only from a private registry that the text names";
    assert!(ran.text.contains(says), "{}", ran.text);
    // Another registry of public packages does not make a package private.
    let text = text.replace(
        "https://pypi.corp.test/simple",
        "https://download.pytorch.org/whl/cpu",
    );
    let world = world.file("repo/content/team/docs/vault/DOC.md", &text);
    let ran = world.run(&["check", "content"]);
    assert!(ran.requests.iter().any(|request| request.path.contains("vault")));
}

#[test]
fn a_private_package_is_neither_certain_nor_offered() {
    let world = public_only();
    let ran = world.run(&["packages", "content", "--write", "packages.toml"]);
    assert!(ran.text.contains("pypi:nimbus-kit  medium"), "{}", ran.text);
    let written = fs::read_to_string(world.path("repo/packages.toml")).unwrap();
    assert!(
        written.contains("# \"team/docs/kit/DOC.md\" = \"pypi:nimbus-kit\"  # private"),
        "{written}"
    );
    assert!(
        written.contains("\n\"team/docs/app/DOC.md\" = \"npm:@nimbus/app\"\n"),
        "{written}"
    );
}

#[test]
fn a_change_under_review_cannot_take_a_name_out_of_private() {
    let world = World::new().with_hub().file("repo/chub-lint.toml", CONFIG);
    fs::remove_dir(world.path("repo/.git")).unwrap();
    git(&world.path("repo"), &["init", "-q", "-b", "main"]);
    git(&world.path("repo"), &["add", "."]);
    git(&world.path("repo"), &["commit", "-q", "-m", "base"]);
    let world = world
        .var("PIP_INDEX_URL", PUBLIC[0])
        .var("npm_config_registry", PUBLIC[1])
        .file(
            "repo/chub-lint.toml",
            "[network]\nprivate = [\"gem:x\", \"own-*\"]\nunknown = 1\n",
        )
        .file(
            "repo/content/team/docs/kit/more.md",
            format!("{MORE}\n```bash\npip install own-nimbus\n```\n"),
        )
        .file(
            "repo/content/chub-lint.toml",
            "[network]\nprivate = [\"gem:x\", \"own-*\"]\n",
        );
    let ran = world.run(&["check", "content", "--since", "main"]);
    assert!(
        ran.text
            .contains("warning[changed-checks]: `chub-lint.toml` differs"),
        "{}",
        ran.text
    );
    assert!(ran.text.contains("packages: private"), "{}", ran.text);
}

#[test]
fn a_change_under_review_cannot_choose_who_learns_a_private_name() {
    let world = public_only();
    fs::remove_dir(world.path("repo/.git")).unwrap();
    git(&world.path("repo"), &["init", "-q", "-b", "main"]);
    git(&world.path("repo"), &["add", "."]);
    git(&world.path("repo"), &["commit", "-q", "-m", "base"]);
    let world = world
        .file("repo/.npmrc", "@nimbus:registry=http://evil.example/\n")
        .file("repo/content/team/docs/app/more.md", "More.\n");
    let ran = world.run(&["check", "content", "--since", "main"]);
    assert!(ran.text.contains("`.npmrc` differs from `main`"), "{}", ran.text);
    assert!(ran.text.contains("2 packages: private"), "{}", ran.text);
}

fn git(folder: &Path, args: &[&str]) {
    let status = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
        .args(args)
        .current_dir(folder)
        .status()
        .unwrap();
    assert!(status.success(), "git {args:?}");
}

#[test]
fn an_invalid_pattern_says_where() {
    for (config, says) in [
        (
            "[network]\nprivate = [\"gem:x\"]\n",
            "names no registry that is known",
        ),
        ("[freshness]\nexclude = [\"nimbus-[\"]\n", "is not a pattern"),
    ] {
        let world = public_only().file("repo/chub-lint.toml", config);
        let ran = world.run(&["check", "content", "--offline"]);
        assert_eq!(ran.code, Some(2));
        assert!(
            ran.text.contains(says) && ran.text.contains("chub-lint.toml:2:"),
            "{}",
            ran.text
        );
    }
    let ran = public_only().run(&["check", "content", "--private", "a-["]);
    assert!(
        ran.code == Some(2) && ran.text.contains("--private"),
        "{}",
        ran.text
    );
}

#[test]
fn the_language_server_asks_nobody() {
    let world = public_only();
    let mut server = world
        .command(&["lsp", "--stdio"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = server.stdin.take().unwrap();
    let mut output = BufReader::new(server.stdout.take().unwrap());
    let file = world.path("repo/content/team/docs/kit/DOC.md");
    let uri = reqwest::Url::from_file_path(&file).unwrap().to_string();
    let document = json!({ "uri": uri, "languageId": "markdown", "version": 1, "text": KIT });
    let start = lsp_server::Request::new(1.into(), "initialize".to_owned(), json!({ "capabilities": {} }));
    let notice = |method: &str, params| Message::from(Notification::new(method.to_owned(), params));
    for message in [
        Message::from(start),
        notice("initialized", json!({})),
        notice("textDocument/didOpen", json!({ "textDocument": document })),
    ] {
        message.write(&mut input).unwrap();
    }
    loop {
        match Message::read(&mut output).unwrap().unwrap() {
            Message::Notification(n) if n.method == "textDocument/publishDiagnostics" => break,
            _ => {}
        }
    }
    notice("exit", json!({})).write(&mut input).unwrap();
    drop(input);
    server.wait().unwrap();
    assert_eq!(world.proxy.connections(), 0);
}

#[test]
fn a_setting_that_matches_nothing_is_reported() {
    let config = r#"exclude = ["team/docs/app", "gone/"]
[network]
private = ["@nimbus/*", "nimbus-*", "@nimbsu/*"]
[freshness]
exclude = ["requests", "reqwests*"]
calver = ["pypi:requests", "npm:requests"]
dist-tags = { "@nimbus/app" = "next", "gadget" = "next" }
[[package]]
path = "team/docs/{name}"
package = "pypi:nimbus-{name}"
[[package]]
path = "team/doc/{name}"
package = "pypi:nimbus-{name}"
[[paths]]
path = "team"
severity = { bad-tags = "off" }
[[paths]]
path = "teams"
severity = { bad-tags = "off" }
"#;
    let world = public_only().file("repo/chub-lint.toml", config);
    let ran = world.run(&["check", "content", "--offline", "--output", "concise"]);
    let found: Vec<&str> = ran
        .text
        .lines()
        .filter(|line| line.starts_with("chub-lint.toml:"))
        .collect();
    let expected = [
        ":1:29: note[unused-setting] `gone/` in `exclude` matches no file",
        ":3:37: note[unused-setting] `@nimbsu/*` in `private` matches no package",
        ":5:24: note[unused-setting] `reqwests*` in `exclude` of `[freshness]` matches no package",
        ":6:28: note[unused-setting] `npm:requests` in `calver` matches no package",
        ":7:15: note[unused-setting] `@nimbus/app` in `dist-tags` matches no package",
        ":7:39: note[unused-setting] `gadget` in `dist-tags` matches no package",
        ":12:8: note[unused-setting] `team/doc/{name}` in `path` of `[[package]]` matches no document",
        ":18:8: note[unused-setting] `teams` in `path` of `[[paths]]` matches no file",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (line, says) in found.iter().zip(expected) {
        assert!(
            line.starts_with(&format!("chub-lint.toml{says} of the hub")),
            "{line} {says}"
        );
    }
    // A part of the hub cannot show it.
    for args in [
        ["content/team/docs/kit"].as_slice(),
        &["content", "--shard", "1/2"],
    ] {
        let args = [&["check", "--offline"], args].concat();
        assert!(!world.run(&args).text.contains("unused-setting"));
    }
}

/// The addresses in a column of the table of servers in the docs, with the host of these tests.
fn addresses(column: usize) -> Vec<String> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/private-registries.md");
    let docs = fs::read_to_string(docs).unwrap();
    let cells = docs.lines().filter_map(|line| line.split('|').nth(column));
    let addresses = cells.filter_map(|cell| cell.trim().strip_prefix("`https://"));
    let paths = addresses.filter_map(|rest| Some(rest.split('`').next()?.split_once('/')?.1));
    paths.map(|path| format!("http://{PRIVATE}/{path}")).collect()
}

#[test]
fn the_addresses_and_files_of_the_docs_work() {
    let (python, npm) = (addresses(2), addresses(3));
    assert_eq!((python.len(), npm.len()), (4, 5));
    let answers = |world: World, entry: &str, newest: &str| {
        let ran = world.run(&["packages", "content", "--refresh"]);
        assert!(
            ran.text
                .lines()
                .any(|line| line.contains(entry) && line.contains(newest)),
            "{}",
            ran.text
        );
        assert!(!ran.text.contains("s3cret"), "{}", ran.text);
    };
    for address in python {
        let world = public_only()
            .file(
                "home/.config/pip/pip.conf",
                format!("[global]\nindex-url = {address}\n"),
            )
            .file(
                "home/.netrc",
                format!("machine {PRIVATE}\n  login reader\n  password s3cret\n"),
            );
        let mut world = world;
        world.variables.remove("PIP_INDEX_URL");
        answers(world, "kit/DOC.md", "3.0.0");
        let world = public_only()
            .var("UV_INDEX", format!("corp={address}"))
            .var("UV_INDEX_CORP_USERNAME", "reader")
            .var("UV_INDEX_CORP_PASSWORD", "s3cret");
        answers(world, "kit/DOC.md", "3.0.0");
    }
    for address in npm {
        let token = "${NPM_TOKEN}";
        let world = public_only()
            .file("repo/.npmrc", format!("@nimbus:registry={address}\n"))
            .file(
                "home/.npmrc",
                format!("//{PRIVATE}/:_authToken={token}\n@nimbus:registry={address}\n"),
            )
            .var("NPM_TOKEN", "npm-s3cret");
        answers(world, "app/DOC.md", "3.0.0");
    }
}

#[test]
fn a_private_package_is_not_suggested_for_an_entry() {
    let text = KIT
        .replace("name: kit", "name: suite")
        .replace("acme-kit", "suite")
        .replace("nimbus-kit==2.1.0 nimbus-helpers", "nimbus-one nimbus-two")
        .replace("nimbus-kit", "the suite")
        .replace("; [more](more.md)", "");
    let world = public_only().file("repo/content/team/docs/suite/DOC.md", &text);
    let ran = world.run(&[
        "check",
        "content/team/docs/suite",
        "--select",
        "unresolved-package",
    ]);
    assert!(ran.text.contains("cannot determine"), "{}", ran.text);
    assert!(!ran.text.contains("package: \"pypi:nimbus"), "{}", ran.text);
    assert!(ran.text.contains("or the private package"), "{}", ran.text);
}
