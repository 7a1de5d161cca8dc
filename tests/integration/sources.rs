//! Hubs of `[[sources]]`: folders and servers, the cache of their files, and what a hostile server cannot do.

use crate::mcp::Session;
use crate::support;
use crate::support::server::{Answer, Authority, Request, Server};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

const PAGE: &str = "---\nname: widget\ndescription: \"Draw widgets\"\nmetadata:\n  languages: \"python\"\n  versions: \"2.1.0\"\n  \
                    revision: 4\n  updated-on: \"2026-01-02\"\n  source: community\n  tags: \"drawing\"\n---\n\n# Widget\n";
const PATH: &str = "/v1/acme/docs/widget/python/DOC.md";

/// A registry with one entry, at a path and with files.
fn registry(path: &str, files: &[&str]) -> String {
    json!({ "version": "1.0.0", "docs": [{
        "id": "acme/widget", "name": "widget", "description": "Draw widgets", "source": "community", "tags": ["drawing"],
        "languages": [{ "language": "python", "recommendedVersion": "2.1.0", "versions": [{
            "version": "2.1.0", "path": path, "files": files, "size": 3, "lastUpdated": "2026-01-02" }] }],
    }], "skills": [] })
    .to_string()
}

fn plain_registry() -> String {
    registry("acme/docs/widget/python", &["DOC.md", "references/a b#c.md"])
}

type Files = Arc<Mutex<BTreeMap<String, Answer>>>;

/// A server of some files below `/v1/`, which can be changed while it runs.
struct Hub {
    server: Server,
    files: Files,
    folder: tempfile::TempDir,
}

impl Hub {
    fn new() -> Self {
        let files: Files = Arc::default();
        let shared = Arc::clone(&files);
        let server = Server::start(move |request: &Request| {
            let files = shared.lock().unwrap();
            let Some(answer) = files.get(&request.path).cloned() else {
                return Answer::status(404);
            };
            let of = |name: &str| {
                let header = answer.headers.iter().find(|(known, _)| *known == name);
                header.map(|(_, value)| value.clone())
            };
            let is_known = |sent: &str, name| !sent.is_empty() && of(name).as_deref() == Some(sent);
            if is_known(request.header("if-none-match"), "ETag")
                || is_known(request.header("if-modified-since"), "Last-Modified")
            {
                return Answer::status(304);
            }
            answer
        });
        let hub = Self {
            server,
            files,
            folder: tempfile::tempdir().unwrap(),
        };
        hub.write(
            "hub/chub-lint.toml",
            &format!(
                "[[sources]]\nname = \"team\"\nurl = \"{}\"\n",
                hub.server.url("/v1")
            ),
        );
        hub.put("/v1/registry.json", Answer::json(plain_registry()));
        hub.put(PATH, Answer::status(200).body(PAGE));
        hub
    }

    fn put(&self, path: &str, answer: Answer) {
        self.files.lock().unwrap().insert(path.to_owned(), answer);
    }

    fn remove(&self, path: &str) {
        self.files.lock().unwrap().remove(path);
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    fn command(&self) -> Command {
        let mut command = support::program(self.folder.path());
        command.current_dir(self.folder.path().join("hub"));
        command
    }

    /// Run the program: its exit code, standard output and standard error.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = self.command().args(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code().unwrap(),
            text(output.stdout),
            text(output.stderr),
        )
    }

    #[track_caller]
    fn stdout(&self, arguments: &[&str]) -> String {
        let (code, stdout, stderr) = self.run(arguments);
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
        stdout
    }

    /// What a failed run says.
    #[track_caller]
    fn failure(&self, arguments: &[&str]) -> String {
        let (code, stdout, stderr) = self.run(arguments);
        assert_ne!(code, 0, "{stdout}");
        stderr
    }

    /// Make everything in the cache older.
    fn age(&self, seconds: u64) {
        for file in files_below(&self.cache()) {
            let bytes = fs::read(&file).unwrap();
            let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
            let mut header: Value = serde_json::from_slice(&bytes[..end]).unwrap();
            for key in ["asked", "changed"] {
                header[key] = json!(header[key].as_u64().unwrap() - seconds);
            }
            let aged = [header.to_string().as_bytes(), &bytes[end..]].concat();
            fs::write(&file, aged).unwrap();
        }
    }

    /// With the hashes of its pages.
    fn put_manifest(&self, rows: &[(&str, &str)]) {
        use sha2::{Digest, Sha256};
        let rows: Vec<Value> = rows
            .iter()
            .map(|(path, text)| {
                let hash: String = Sha256::digest(text)
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                json!({ "path": path, "size": text.len(), "sha256": hash })
            })
            .collect();
        let manifest = json!({ "schema": 1, "generator": "chub-lint build", "files": rows });
        self.put("/v1/manifest.json", Answer::json(manifest.to_string()));
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push(path),
            }
        }
    }
    files
}

const GET: [&str; 4] = ["get", "acme/widget", "--lang", "py"];

#[test]
fn a_server_is_asked_once_for_what_is_read() {
    let hub = Hub::new();
    assert!(
        hub.stdout(&["list"])
            .starts_with("1 entries:\n\n  acme/widget  [doc]  py")
    );
    assert_eq!(hub.server.paths(), ["/v1/manifest.json", "/v1/registry.json"]);
    hub.server.take();
    assert_eq!(hub.stdout(&GET), PAGE);
    assert_eq!(hub.server.paths(), [PATH]);
    hub.server.take();
    assert_eq!(hub.stdout(&GET), PAGE);
    assert_eq!(
        hub.stdout(&["get", "team:acme/widget", "--lang", "py", "--offline"]),
        PAGE
    );
    assert!(hub.stdout(&["search", "widgets"]).contains("acme/widget"));
    assert_eq!(hub.server.paths(), [""; 0]);
    // A name with signs stays one part of the address.
    hub.put(
        "/v1/acme/docs/widget/python/references/a%20b%23c.md",
        Answer::status(200).body("# C\n"),
    );
    assert_eq!(
        hub.stdout(&[
            "get",
            "acme/widget",
            "--lang",
            "py",
            "--file",
            "references/a b#c.md"
        ]),
        "# C\n"
    );
    let whole = hub.stdout(&["get", "acme/widget", "--lang", "py", "--full"]);
    assert_eq!(
        whole,
        format!("# FILE: DOC.md\n\n{PAGE}\n\n---\n\n# FILE: references/a b#c.md\n\n# C\n")
    );
}

#[test]
fn a_registry_is_read_again_by_update_and_when_it_is_old() {
    let hub = Hub::new();
    hub.put(
        "/v1/registry.json",
        Answer::json(plain_registry()).with("ETag", "\"one\""),
    );
    hub.put(
        PATH,
        Answer::status(200)
            .body(PAGE)
            .with("Last-Modified", "Fri, 02 Jan 2026 00:00:00 GMT"),
    );
    assert_eq!(hub.stdout(&["update"]), "team: 1 entry, updated\n");
    assert_eq!(hub.stdout(&["update", "team"]), "team: 1 entry, unchanged\n");
    assert_eq!(hub.stdout(&GET), PAGE);
    let again = hub.server.take();
    assert!(
        again
            .iter()
            .any(|request| request.header("if-none-match") == "\"one\"")
    );
    // Young: not asked. Old: asked, and found unchanged, so that its pages stay as they are.
    hub.age(5 * 3600);
    hub.stdout(&GET);
    assert_eq!(hub.server.take().len(), 0);
    hub.age(2 * 3600);
    hub.stdout(&GET);
    assert_eq!(hub.server.take().len(), 2);
    hub.stdout(&GET);
    assert_eq!(hub.server.take().len(), 0);
    // Another registry: a page may have changed, which its date tells.
    hub.age(60);
    let other = plain_registry().replace("2026-01-02", "2026-02-03");
    hub.put("/v1/registry.json", Answer::json(other).with("ETag", "\"two\""));
    assert_eq!(hub.stdout(&["update"]), "team: 1 entry, updated\n");
    hub.server.take();
    assert_eq!(hub.stdout(&GET), PAGE);
    let asked = hub.server.take();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        asked[0].header("if-modified-since"),
        "Fri, 02 Jan 2026 00:00:00 GMT"
    );
    hub.stdout(&GET);
    assert_eq!(hub.server.take().len(), 0);
}

#[test]
fn the_copy_in_the_cache_is_used_while_a_server_is_down() {
    let hub = Hub::new();
    // Nothing yet.
    let said = hub.failure(&["list", "--offline"]);
    assert!(
        said.contains("hub `team`: it is not in the cache; run `chub-lint update team`"),
        "{said}"
    );
    let said = hub.failure(&["update", "--offline"]);
    assert!(said.contains("`update` asks servers"), "{said}");
    hub.stdout(&["update"]);
    let said = hub.failure(&[&GET[..], &["--offline"]].concat());
    assert!(
        said.contains("`acme/docs/widget/python/DOC.md` is not in the cache"),
        "{said}"
    );
    hub.stdout(&GET);
    hub.age(8 * 3600);
    hub.put("/v1/registry.json", Answer::status(500));
    let (code, page, said) = hub.run(&GET);
    assert_eq!((code, page.as_str()), (0, PAGE));
    assert!(
        said.contains("`registry.json`: the server answered 500; the copy of 8 h ago is used"),
        "{said}"
    );
    // `update` says that it failed.
    let (code, _, said) = hub.run(&["update"]);
    assert_eq!(code, 2);
    assert!(
        said.contains("1 hub not updated; the cached copies stay in use"),
        "{said}"
    );
    assert_eq!(hub.stdout(&[&GET[..], &["--offline"]].concat()), PAGE);
    // A server that is not there.
    hub.write(
        "hub/chub-lint.toml",
        "[[sources]]\nname = \"team\"\nurl = \"http://127.0.0.1:9/v1\"\n",
    );
    let said = hub.failure(&["list"]);
    assert!(
        said.contains("hub `team`: `registry.json`: no connection"),
        "{said}"
    );
}

#[test]
fn pages_must_have_the_hash_of_the_manifest() {
    let hub = Hub::new();
    let registry = plain_registry();
    let doc = "acme/docs/widget/python/DOC.md";
    hub.put_manifest(&[("registry.json", &registry), (doc, PAGE)]);
    assert_eq!(hub.stdout(&GET), PAGE);
    // Another page than the manifest says, of the same length.
    hub.stdout(&["cache", "clean", "team"]);
    hub.put(
        PATH,
        Answer::status(200).body(PAGE.replace("# Widget", "# Gadget")),
    );
    let said = hub.failure(&GET);
    assert!(
        said.contains(&format!(
            "`{doc}` is not used: it does not have the SHA-256 that manifest.json says"
        )),
        "{said}"
    );
    // It was not kept.
    let said = hub.failure(&[&GET[..], &["--offline"]].concat());
    assert!(said.contains("is not in the cache"), "{said}");
    // The hub was built again: an old registry is read again when a page does not fit.
    let gadget = PAGE.replace("# Widget", "# Gadget");
    hub.put_manifest(&[("registry.json", &registry), (doc, &gadget)]);
    hub.age(3600);
    assert_eq!(hub.stdout(&GET), gadget);
    // A file that it does not list.
    hub.put(
        "/v1/acme/docs/widget/python/references/a%20b%23c.md",
        Answer::status(200).body("# C\n"),
    );
    let said = hub.failure(&["get", "acme/widget", "--lang", "py", "--full"]);
    assert!(said.contains("manifest.json does not list it"), "{said}");
    // A registry with another hash.
    hub.put_manifest(&[("registry.json", "{}"), (doc, &gadget)]);
    let said = hub.failure(&["update"]);
    assert!(
        said.contains("`registry.json` is not used: it does not have the SHA-256"),
        "{said}"
    );
    // What was there before stays in use.
    assert_eq!(hub.stdout(&GET), gadget);
    // A file in the cache that somebody changed.
    for file in files_below(&hub.cache()) {
        let bytes = fs::read(&file).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        fs::write(&file, text.replace("# Gadget", "# Forged")).unwrap();
    }
    let said = hub.failure(&[&GET[..], &["--offline"]].concat());
    assert!(said.contains("is not in the cache"), "{said}");
    hub.age(60);
    // The manifest of another program is none.
    hub.put(
        "/v1/manifest.json",
        Answer::json("{\"name\":\"App\",\"icons\":[]}"),
    );
    hub.stdout(&["update"]);
    assert_eq!(hub.stdout(&GET), PAGE.replace("# Widget", "# Gadget"));
}

#[test]
fn a_registry_that_leads_elsewhere_is_not_followed() {
    let hub = Hub::new();
    fs::write(hub.folder.path().join("secret"), "secret").unwrap();
    for path in [
        "..",
        "../../v2",
        "acme/../../..",
        "/etc",
        "//example.com/x",
        "https://example.com/x",
        "acme\\..\\..\\x",
        "acme//x",
        "./acme",
        "a\u{0}b",
    ] {
        hub.put("/v1/registry.json", Answer::json(registry(path, &["DOC.md"])));
        hub.stdout(&["update"]);
        hub.server.take();
        let said = hub.failure(&GET);
        assert!(said.contains("names a file outside of the hub"), "{path}: {said}");
        assert_eq!(hub.server.paths(), [""; 0], "{path}");
    }
    for file in ["../DOC.md", "/etc/passwd", "..\\x", "a/../../b"] {
        hub.put("/v1/registry.json", Answer::json(registry("acme", &[file])));
        hub.stdout(&["update"]);
        let said = hub.failure(&[&GET[..], &["--file", file]].concat());
        assert!(said.contains("names a file outside of the hub"), "{file}: {said}");
    }
    // Parts that a server could take for others are escaped.
    for (path, asked) in [
        ("a%2e%2e/b", "/v1/a%252e%252e/b/DOC.md"),
        ("a?b", "/v1/a%3Fb/DOC.md"),
        ("a:b", "/v1/a:b/DOC.md"),
    ] {
        hub.put("/v1/registry.json", Answer::json(registry(path, &["DOC.md"])));
        hub.stdout(&["update"]);
        hub.server.take();
        let said = hub.failure(&GET);
        assert!(said.contains("the server does not have"), "{path}: {said}");
        assert_eq!(hub.server.paths(), [asked], "{path}");
    }
    // Nothing is outside of the folder of the cache, and no name in it is from the hub.
    for file in files_below(&hub.cache()) {
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(
            name.len() == 32 && name.chars().all(|c| c.is_ascii_hexdigit()),
            "{name}"
        );
    }
}

#[test]
fn hostile_replies_are_refused() {
    let hub = Hub::new();
    hub.stdout(&["update"]);
    let elsewhere = Server::start(|_: &Request| Answer::json(plain_registry()));
    let redirect = |to: String| Answer::status(302).with("Location", to);
    for (answer, why) in [
        (
            Answer::json("{"),
            "`registry.json` is not used: it is not JSON (line 1",
        ),
        (Answer::json("<html></html>"), "it is not JSON"),
        (Answer::json("[]"), "it does not have the expected structure"),
        (
            Answer::json("{\"docs\":{}}"),
            "it does not have the expected structure",
        ),
        (
            Answer::json("{\"other\":[]}"),
            "it has neither `docs` nor `skills`",
        ),
        (
            Answer::json(format!("{{\"docs\":{}", "[".repeat(100_000))),
            "it is not JSON",
        ),
        (
            Answer::status(200).body(b"{\"docs\":[\"\xff\"]}".to_vec()),
            "it is not UTF-8",
        ),
        (Answer::status(404), "the server has no registry.json"),
        (Answer::status(403), "the server answered 403"),
        (
            redirect(elsewhere.url("/v1/registry.json")),
            "redirect to another host without https",
        ),
        (
            redirect("file:///etc/passwd".to_owned()),
            "redirect to another host without https",
        ),
        (
            redirect("http://user:pass@127.0.0.1/".to_owned()),
            "redirect to another host without https",
        ),
        (redirect("/v1/registry.json".to_owned()), "too many redirects"),
        (
            Answer {
                repeat: 40,
                ..Answer::json(" ".repeat(1 << 20))
            },
            "the reply was too large",
        ),
        (
            Answer {
                missing_bytes: 10,
                ..Answer::json(plain_registry())
            },
            "the reply was cut off",
        ),
    ] {
        hub.put("/v1/registry.json", answer);
        let (code, _, said) = hub.run(&["update"]);
        assert_eq!(code, 2);
        assert!(said.contains(why), "{why}: {said}");
        assert!(!said.contains("pass"), "{said}");
    }
    assert_eq!(elsewhere.seen().len(), 0);
    // What was there before stays in use.
    hub.stdout(&["list"]);
    // Pages, too.
    for (answer, why) in [
        (
            Answer {
                repeat: 20,
                ..Answer::json(" ".repeat(1 << 20))
            },
            "the reply was too large",
        ),
        (redirect(elsewhere.url(PATH)), "redirect to another host"),
        (
            Answer::status(404),
            "the server does not have `acme/docs/widget/python/DOC.md`",
        ),
    ] {
        hub.put(PATH, answer);
        let said = hub.failure(&GET);
        assert!(said.contains(why), "{why}: {said}");
    }
    hub.put(
        "/v1/manifest.json",
        Answer::json("{\"schema\":1,\"generator\":\"chub-lint build\",\"files\":3}"),
    );
    hub.put("/v1/registry.json", Answer::json(plain_registry()));
    let said = hub.failure(&["update"]);
    assert!(
        said.contains("`manifest.json` is not used: it does not have the expected structure"),
        "{said}"
    );
}

#[test]
fn what_a_page_says_does_not_act_on_a_terminal() {
    let hub = Hub::new();
    let path = "acme/\u{202e}x::error::y";
    hub.put("/v1/registry.json", Answer::json(registry(path, &["DOC.md"])));
    hub.stdout(&["update"]);
    let said = hub.failure(&GET);
    assert!(
        said.contains("the server does not have") && !said.contains('\u{202e}'),
        "{said}"
    );
}

#[test]
fn no_check_and_no_build_asks_a_server() {
    let hub = Hub::new();
    let content = PAGE.replace("name: widget", "name: gadget");
    hub.write("hub/acme/docs/gadget/python/DOC.md", &content);
    for arguments in [
        &["check", "."][..],
        &["."],
        &["build", ".", "--output", "../out"],
        &["check", "--show-settings", "."],
        &["rules"],
        &["packages", "--offline", "."],
        &["outdated", "--offline", "."],
        &["report", "--offline", ".", "--output", "../site"],
        &["list", "."],
        &["get", "acme/gadget", ".", "--lang", "py"],
        &["search", "x", "."],
    ] {
        let arguments: Vec<&str> = arguments.to_vec();
        let mut command = hub.command();
        // No registry either, so that only the server of the hub could be asked.
        let closed = ["http://127.0.0.1:9/simple/", "http://127.0.0.1:9/"];
        command
            .env("PIP_INDEX_URL", closed[0])
            .env("npm_config_registry", closed[1]);
        let output = command.args(&arguments).output().unwrap();
        assert_ne!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    }
    assert_eq!(hub.server.connections(), 0);
}

#[test]
fn credentials_are_in_the_netrc_of_the_user_only() {
    let hub = Hub::new();
    for (url, why) in [
        (
            "https://user:hunter2@example.com/v1",
            "must not have a user or a password",
        ),
        ("http://example.com/v1", "must begin with https://"),
        ("http://127.example.com/v1", "must begin with https://"),
        ("ftp://example.com", "must begin with https://"),
        ("hub", "is not an address"),
        ("https://example.com/v1?token=hunter2", "must not have a query"),
        ("https://example.com/%2e%2e%2fv1", "must not have `%2"),
    ] {
        hub.write(
            "hub/chub-lint.toml",
            &format!("[[sources]]\nname = \"team\"\nurl = \"{url}\"\n"),
        );
        let said = hub.failure(&["list"]);
        assert!(said.contains(why), "{url}: {said}");
        assert!(said.contains("chub-lint.toml:3:7"), "{url}: {said}");
    }
    hub.write(".netrc", "machine 127.0.0.1 login reader password hunter2\n");
    let hub_url = hub.server.url("/v1");
    hub.write(
        "hub/chub-lint.toml",
        &format!("[[sources]]\nname = \"team\"\nurl = \"{hub_url}\"\n"),
    );
    hub.put("/v1/registry.json", Answer::status(401));
    let said = hub.failure(&["update"]);
    assert!(
        said.contains("the server answered 401") && !said.contains("hunter2"),
        "{said}"
    );
}

#[test]
fn https_needs_a_certificate_that_is_trusted() {
    let authority = Authority::new();
    let registry = Answer::json(plain_registry());
    let secure = Server::start_tls(authority.config, move |request: &Request| {
        match request.path.as_str() {
            "/v1/registry.json" => registry.clone(),
            _ => Answer::status(404),
        }
    });
    let hub = Hub::new();
    hub.write("ca.pem", &authority.pem);
    hub.write(
        "hub/chub-lint.toml",
        &format!("[[sources]]\nname = \"team\"\nurl = \"{}\"\n", secure.url("/v1")),
    );
    let said = hub.failure(&["update"]);
    assert!(said.contains("`registry.json`: no connection"), "{said}");
    let mut command = hub.command();
    command
        .arg("update")
        .env("REQUESTS_CA_BUNDLE", hub.folder.path().join("ca.pem"));
    let output = command.output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "team: 1 entry, updated\n"
    );
}

#[test]
fn names_and_places_are_checked() {
    let hub = Hub::new();
    for (rows, why) in [
        ("name = \"a:b\"\npath = \"x\"", "a name of a hub has letters"),
        ("name = \"\"\npath = \"x\"", "a name of a hub has letters"),
        ("name = \"a\"", "needs `path` or `url`"),
        (
            "name = \"a\"\npath = \"x\"\nurl = \"https://a.test\"",
            "remove one of them",
        ),
        (
            "name = \"a\"\npath = \"../x\"",
            "`path` must be a path below the folder of this config",
        ),
        (
            "name = \"a\"\npath = \"/etc\"",
            "`path` must be a path below the folder of this config",
        ),
        (
            "name = \"a\"\npath = \"\"",
            "`path` must be a path below the folder of this config",
        ),
        (
            "name = \"a\"\npath = \"x\"\n[[sources]]\nname = \"a\"\npath = \"y\"",
            "two hubs are called `a`",
        ),
        ("name = \"a\"\npriority = 1", "unknown field"),
    ] {
        hub.write("hub/chub-lint.toml", &format!("[[sources]]\n{rows}\n"));
        for command in ["list", "update", "mcp"] {
            let (code, _, said) = hub.run(&[command]);
            assert_eq!(code, 2, "{rows}: {said}");
            assert!(said.contains(why), "{rows}: {said}");
        }
    }
    hub.write(
        "hub/chub-lint.toml",
        "[[sources]]\nname = \"a\"\npath = \"nowhere\"\n",
    );
    assert!(
        hub.failure(&["list"])
            .contains("nowhere`: no such file or folder")
    );
    #[cfg(unix)]
    {
        hub.write("hub/.git/HEAD", "");
        hub.write("elsewhere/acme/docs/x/DOC.md", "");
        std::os::unix::fs::symlink("../elsewhere", hub.folder.path().join("hub/nowhere")).unwrap();
        let said = hub.failure(&["list"]);
        assert!(
            said.contains("is a symbolic link that leads out of the repository"),
            "{said}"
        );
    }
}

#[test]
fn the_cache_lists_and_clears_hubs() {
    let hub = Hub::new();
    assert_eq!(hub.stdout(&["cache", "status"]), "no hubs in the cache\n");
    hub.stdout(&["update"]);
    hub.stdout(&GET);
    hub.age(3 * 3600);
    let shown = hub.stdout(&["cache", "status"]);
    let row: Vec<&str> = shown.lines().nth(1).unwrap().split_whitespace().collect();
    let address = hub.server.url("/v1/");
    assert_eq!(row[..5], ["team", address.as_str(), "3", "h", "2"], "{shown}");
    let listed: Value = serde_json::from_str(&hub.stdout(&["cache", "status", "--json"])).unwrap();
    assert_eq!(
        (&listed["hubs"][0]["name"], &listed["hubs"][0]["files"]),
        (&json!("team"), &json!(2))
    );
    assert!(
        hub.failure(&["cache", "clean", "other"])
            .contains("no hub called `other` is in the cache")
    );
    assert!(
        hub.stdout(&["cache", "clean", "team"])
            .starts_with("removed 2 files, ")
    );
    assert_eq!(hub.stdout(&["cache", "status"]), "no hubs in the cache\n");
    hub.stdout(&["update"]);
    assert!(hub.stdout(&["cache", "clean"]).starts_with("removed 1 file, "));
    assert!(files_below(&hub.cache()).is_empty());
}

#[test]
fn agents_read_hubs_of_the_config() {
    let hub = Hub::new();
    let address = hub.server.url("/v1");
    hub.write(
        "hub/chub-lint.toml",
        &format!("[[sources]]\nname = \"own\"\npath = \"content\"\n\n[[sources]]\nname = \"team\"\nurl = \"{address}\"\n"),
    );
    hub.write(
        "hub/content/acme/docs/gadget/python/DOC.md",
        &PAGE.replace("name: widget", "name: gadget"),
    );
    let broken = PAGE.replace(
        "# Widget",
        "# Widget\n\nSee [more](nowhere.md).\n\n```python\ndef f(:\n```",
    );
    hub.put(PATH, Answer::status(200).body(broken.as_str()));
    let mut command = hub.command();
    command.arg("mcp");
    let mut session = Session::of(command);
    assert_eq!(session.value("chub_list", json!({}))["total"], 2);
    let (failed, texts) = session.call("chub_get", json!({ "id": "acme/widget", "lang": "py" }));
    assert!(!failed);
    assert!(
        texts[0].starts_with("acme/widget 2.1.0, revision 4, updated 2026-01-02 ("),
        "{}",
        texts[0]
    );
    assert!(
        texts[0].contains("; from hub `team`, read 0 s ago"),
        "{}",
        texts[0]
    );
    // A link is not decided, since the other files are not there.
    assert!(
        texts[0].contains("This page has 1 error:") && texts[0].contains("(code-syntax)"),
        "{}",
        texts[0]
    );
    assert_eq!(texts[1], broken);
    let checked = session.value("check", json!({ "path": "acme/docs/gadget/python/DOC.md" }));
    assert_eq!(checked["errors"], 0);
    let said = session.failure("check", json!({ "path": "acme/docs/widget/python/DOC.md" }));
    assert!(
        said.contains("cannot be read") || said.contains("no such file"),
        "{said}"
    );
    // The server goes away: what was read is still there, and says so.
    hub.remove("/v1/registry.json");
    let (failed, _) = session.call("chub_get", json!({ "id": "team:acme/widget", "lang": "py" }));
    assert!(!failed);
    let said = session.failure(
        "chub_get",
        json!({ "id": "acme/widget", "lang": "py", "file": "references/a b#c.md" }),
    );
    assert!(said.contains("the server does not have"), "{said}");
    // It is not asked again and again.
    hub.age(7 * 3600);
    hub.server.take();
    let mut command = hub.command();
    command.arg("mcp");
    let mut other = Session::of(command);
    for _ in 0..2 {
        assert_eq!(other.value("chub_list", json!({}))["total"], 2);
        std::thread::sleep(std::time::Duration::from_millis(1100));
    }
    assert_eq!(hub.server.paths(), ["/v1/manifest.json", "/v1/registry.json"]);
    // A hub that cannot be read is named in the answer.
    hub.stdout(&["cache", "clean"]);
    let mut command = hub.command();
    command.arg("mcp");
    let found = Session::of(command).value("chub_search", json!({ "query": "widgets" }));
    assert_eq!(found["total"], 1);
    let said = found["notRead"][0].as_str().unwrap();
    assert!(
        said.contains("hub `team`: the server has no registry.json"),
        "{said}"
    );
}
